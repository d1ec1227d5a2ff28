"""What to watch after launch, and from which value on: thresholds derived from the data of this run."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..artifacts import CandidateResult, ColumnSummary, Threshold
from ..formats import measure_name, number
from ..language import tr
from .subject import Subject, first_number

__all__ = ["thresholds_for"]

WATCHED_COLUMNS = 5
BINS = 10
NORMAL_999 = 3.0902
MOST_LEVELS = 50
"""Texts with more different values than this have no distribution to compare."""
SIGMAS = 3.0
LEAST_PSI = 0.1
DEFAULT_BATCH = 1000


def thresholds_for(subject: Subject, candidate: CandidateResult | None) -> list[Threshold]:
    """Return the thresholds for one month of predictions.

    Shares (missing values, cases flagged) may move by three standard errors of a month's rows, and at least by
    one percentage point. The population stability index of an input is given room for what chance alone
    produces: over b bins it is near (1/n + 1/m) times a chi-squared variable with b - 1 degrees of freedom
    (Yurdakul 2018), of which the 99.9% point is taken (Wilson and Hilferty 1931), and at least the customary
    0.1. The score must not fall below the worse end of its 95% interval, nor a prediction take longer than what
    was agreed, or twice of what was measured.
    """
    if subject.evaluation is None or candidate is None or candidate.family == "dummy":
        return []
    return [*_inputs(subject), *_output(subject), *_score(subject, candidate), *_latency(subject, candidate)]


def _month(subject: Subject) -> int:
    return max(100, round(subject.use.economics.predictions_per_month or DEFAULT_BATCH))


def _watched(subject: Subject) -> list[ColumnSummary]:
    """Return the columns that the prediction rests on most, of the table."""
    evaluation, table = subject.evaluation, subject.table
    assert evaluation is not None
    if table is None:
        return []
    named = [c for entry in evaluation.importance for c in entry.get("columns") or [entry.get("column")]]
    known = {c.name: c for c in table.columns}
    ordered = dict.fromkeys([*named, *evaluation.features])
    return [known[c] for c in ordered if c in known][:WATCHED_COLUMNS]


def _margin(share: float, rows: int) -> float:
    return max(0.01, SIGMAS * math.sqrt(max(share * (1 - share), 1e-4) / rows))


def _chi_squared(freedom: int) -> float:
    """The 99.9% point of a chi-squared distribution."""
    part = 2 / (9 * freedom)
    return freedom * (1 - part + NORMAL_999 * math.sqrt(part)) ** 3


def _inputs(subject: Subject) -> Iterator[Threshold]:
    assert subject.evaluation is not None
    month, rows = _month(subject), max(1, subject.table.rows if subject.table else 1)
    for column in _watched(subject):
        share = column.missing / rows
        limit = min(1.0, share + _margin(share, month))
        yield Threshold(
            signal=tr("Missing values of '{column}'", column=column.name),
            column=column.name,
            measure="missing_rate",
            now=share,
            alarm_above=limit,
            unit="share",
            why=tr("This drop and three standard errors of a month's rows."),
        )
        if column.histogram is None and column.distinct > MOST_LEVELS:
            continue
        bins = min(BINS, max(2, column.distinct))
        chance = _chi_squared(bins - 1) * (1 / rows + 1 / month)
        yield Threshold(
            signal=tr(
                "Drift of '{column}' (population stability index, {bins} bins)", column=column.name, bins=bins
            ),
            column=column.name,
            measure="psi",
            now=0.0,
            alarm_above=round(max(LEAST_PSI, chance), 3),
            why=tr("Chance alone stays below {value} in 999 of 1,000 months.", value=number(chance, 2)),
        )


def _output(subject: Subject) -> Iterator[Threshold]:
    assert subject.evaluation is not None
    share = first_number(subject.evaluation.thresholds.get("best") or {}, "flagged_share")
    if share is None or not 0 < share < 1:
        return
    margin = _margin(share, _month(subject))
    yield Threshold(
        signal=tr("Share of cases flagged"),
        measure="flagged_share",
        now=share,
        alarm_above=min(1.0, share + margin),
        alarm_below=max(0.0, share - margin),
        unit="share",
        why=tr("The share at the chosen cut-off and three standard errors of a month's cases."),
    )


def _score(subject: Subject, candidate: CandidateResult) -> Iterator[Threshold]:
    evaluation = subject.evaluation
    assert evaluation is not None
    if candidate.mean is None or candidate.ci95 is None:
        return
    low, high = min(candidate.ci95), max(candidate.ci95)
    up = evaluation.higher_is_better
    yield Threshold(
        signal=tr("{measure} on the cases whose outcome has become known", measure=measure_name(evaluation.metric)),
        measure=evaluation.metric,
        now=candidate.mean,
        alarm_below=low if up else None,
        alarm_above=None if up else high,
        why=tr("The worse end of the 95% interval of this run."),
    )


def _latency(subject: Subject, candidate: CandidateResult) -> Iterator[Threshold]:
    if candidate.latency_ms is None:
        return
    bound, value = subject.use.acceptance.latency_ms_p95, candidate.latency_ms.p95
    agreed = bound.at_most if bound is not None else None
    why = tr("Agreed with the client.") if agreed is not None else tr("Twice of what was measured here.")
    yield Threshold(
        signal=tr("Time for one prediction (95th percentile)"),
        measure="latency_ms_p95",
        now=value,
        alarm_above=agreed if agreed is not None else 2 * value,
        unit="ms",
        why=why,
    )
