"""The acceptance criteria of a use case, each against what was measured."""

from __future__ import annotations

from ..artifacts import CandidateResult, Criterion, Status
from ..engagement import Bound
from ..formats import count, interval, measure_name, money, number, plural
from ..language import tr
from .coverage import automated
from .estimate import Estimate, estimates_of, judge, judge_point, rows_to_settle
from .subject import Subject, blockers, gain_over

__all__ = ["DEFAULT_QUALITY", "criteria_for", "default_bound", "minimal_gain", "more_rows"]

DEFAULT_QUALITY = {
    "roc_auc": 0.70, "roc_auc_ovr": 0.70, "r2": 0.30, "balanced_accuracy": 0.65, "f1_macro": 0.60,
}  # fmt: skip
"""What is asked of a use case for which no quality was agreed, where the measure has a scale of its own."""

_CLOSE = 0.05


def criteria_for(subject: Subject, candidate: CandidateResult) -> list[Criterion]:
    """Return every criterion of the use case, judged for one candidate; agreed ones first."""
    agreed = subject.use.acceptance
    found = [_quality(subject, candidate), _gain(subject, candidate)]
    for name, bound in agreed.metrics.items():
        found.append(_further(name, bound, candidate))
    if agreed.automated_share is not None:
        found.append(_automated(subject, agreed.automated_share))
    if agreed.latency_ms_p95 is not None:
        found.append(_latency(candidate, agreed.latency_ms_p95))
    if agreed.cost_per_1000 is not None:
        found.append(_cost(subject, candidate, agreed.cost_per_1000))
    if agreed.rows is not None:
        found.append(_rows(subject, agreed.rows))
    found.append(_data(subject))
    return [c for c in found if c is not None]


def minimal_gain(metric: str, dummy: float) -> float:
    """Return the least gain over the dummy that is worth the name: below it the columns say too little.

    0.02 for shares and areas, 0.02 of R², and 2% of the dummy's own error for errors.
    """
    return 0.02 if metric in DEFAULT_QUALITY or metric in _SHARES else 0.02 * abs(dummy)


_SHARES = frozenset({"accuracy", "average_precision", "f1", "precision", "recall"})


def default_bound(metric: str) -> Bound | None:
    """Return the quality that is asked for where none was agreed; None for measures without a common scale."""
    limit = DEFAULT_QUALITY.get(metric)
    return Bound(at_least=limit) if limit is not None else None


def _made(name: str, title: str, bound: Bound, status: Status, **more: object) -> Criterion:
    least = bound.at_least is not None
    required = bound.at_least if least else bound.at_most
    direction = "at_least" if least else "at_most"
    return Criterion.model_validate(
        {"name": name, "title": title, "required": required, "direction": direction, "status": status, **more}
    )


def _quality(subject: Subject, candidate: CandidateResult) -> Criterion | None:
    evaluation = subject.evaluation
    assert evaluation is not None
    agreed = subject.use.acceptance.quality
    bound = agreed or default_bound(evaluation.metric)
    if bound is None:
        return None
    known = estimates_of(candidate)
    status = judge(known, bound)
    spent = status == "pass" and _holdout_spent(subject, known, bound)
    if spent:
        status = "inconclusive"
    first = known[0] if known else None
    measured = first.point if first else candidate.mean
    return _made(
        "quality",
        tr("Quality: {measure}", measure=measure_name(evaluation.metric)),
        bound,
        status,
        measured=measured,
        ci95=(first.low, first.high) if first else None,
        default=agreed is None,
        note=_quality_note(subject, known, bound, status, spent),
    )


def _holdout_spent(subject: Subject, known: list[Estimate], bound: Bound) -> bool:
    """Whether only the holdout is sure of the quality, which is what a model is recommended for already."""
    evaluation = subject.evaluation
    if evaluation is None or not evaluation.by_holdout:
        return False
    return judge([e for e in known if e.source != "holdout"], bound) != "pass"


def _quality_note(
    subject: Subject, known: list[Estimate], bound: Bound, status: Status, spent: bool = False
) -> str:
    if not known:
        return tr("No interval could be worked out, so nothing is sure.")
    said = []
    if len(known) > 1:
        last = known[1]
        said.append(
            tr(
                "On rows kept aside and scored once: {score} (95% interval {bounds}).",
                score=number(last.point),
                bounds=interval((last.low, last.high)),
            )
        )
    if spent:
        said.append(
            tr("Only these rows are sure that it beats the dummy: the folds must show the quality themselves.")
        )
    elif status == "inconclusive":
        rows = subject.evaluation.rows_used if subject.evaluation else 0
        extra = rows_to_settle(known[0], bound, rows)
        if extra is not None and extra > 1:
            said.append(tr("About {rows} would settle it if the score stays as it is.", rows=more_rows(extra)))
        elif extra is not None:
            said.append(tr("The two estimates disagree."))
        else:
            said.append(
                tr("The score lies so close to what is required that more rows alone will hardly settle it.")
            )
    if bound.why:
        said.append(tr("The bound was chosen for this reason: {why}.", why=bound.why.rstrip(".")))
    return " ".join(said)


def more_rows(extra: int) -> str:
    """Return ``12 000 more rows``."""
    return plural(extra, "more row", "more rows")


def _gain(subject: Subject, candidate: CandidateResult) -> Criterion | None:
    evaluation, dummy = subject.evaluation, subject.dummy
    assert evaluation is not None
    agreed = subject.use.acceptance.gain_over_dummy
    if dummy is None or dummy.mean is None:
        return (
            None
            if agreed is None
            else _made("gain_over_dummy", tr(_GAIN), agreed, "inconclusive", note=tr(_NO_DUMMY))
        )
    bound = agreed or Bound(at_least=minimal_gain(evaluation.metric, dummy.mean))
    if candidate.name == dummy.name:
        note = tr("Nothing was better than the dummy, which ignores all columns.")
        return _made("gain_over_dummy", tr(_GAIN), bound, "fail", measured=0.0, default=agreed is None, note=note)
    gained = gain_over(evaluation, candidate, dummy)
    name = measure_name(evaluation.metric)
    note = tr(
        "The dummy, which ignores all columns, reaches {measure} {score}.", measure=name, score=number(dummy.mean)
    )
    if gained is None:
        return _made("gain_over_dummy", tr(_GAIN), bound, "inconclusive", default=agreed is None, note=note)
    point, (low, high) = gained
    status = judge([Estimate(point, low, high)], bound)
    return _made(
        "gain_over_dummy",
        tr(_GAIN),
        bound,
        status,
        measured=point,
        ci95=(low, high),
        default=agreed is None,
        note=note,
    )


_GAIN = "Gain over the dummy"
_NO_DUMMY = "The dummy has no score to compare with."


def _further(name: str, bound: Bound, candidate: CandidateResult) -> Criterion:
    value = candidate.metrics.get(name)
    bounds = (candidate.details.get("metrics_ci95") or {}).get(name)
    title = measure_name(name)[:1].upper() + measure_name(name)[1:]
    if value is None:
        return _made(name, title, bound, "inconclusive", note=tr("It was not measured for this candidate."))
    if bounds:
        status = judge([Estimate(value, bounds[0], bounds[1])], bound)
        return _made(name, title, bound, status, measured=value, ci95=tuple(bounds))
    status = judge_point(value, bound, _CLOSE)
    note = tr("A single figure without an interval; within 5% of the bound it counts as inconclusive.")
    return _made(name, title, bound, status, measured=value, note=note)


def _automated(subject: Subject, bound: Bound) -> Criterion:
    title = tr("Share handled without a person")
    found = automated(subject)
    if found is None:
        note = tr("How sure the model is of each case was not measured, so the share is not known.")
        return _made("automated_share", title, bound, "inconclusive", unit="share", note=note)
    status = judge_point(found.share, bound, 0.02)
    note = found.words + " " + tr("Which error is tolerable was not agreed.")
    return _made("automated_share", title, bound, status, measured=found.share, unit="share", note=note)


def _latency(candidate: CandidateResult, bound: Bound) -> Criterion:
    title = tr("Time for one prediction (95th percentile)")
    if candidate.latency_ms is None:
        return _made("latency_ms_p95", title, bound, "inconclusive", unit="ms", note=tr("It was not measured."))
    value = candidate.latency_ms.p95
    note = tr("Measured on the machine of this run, one row at a time, one thread.")
    return _made("latency_ms_p95", title, bound, judge_point(value, bound), measured=value, unit="ms", note=note)


def _cost(subject: Subject, candidate: CandidateResult, bound: Bound) -> Criterion:
    title, prices = tr("Cost of 1,000 predictions"), subject.use.economics
    value = candidate.cost_per_1000
    if value is None:
        return _made(
            "cost_per_1000", title, bound, "inconclusive", unit=prices.currency, note=tr("No cost was measured.")
        )
    note = tr(
        "Computing only, at {money} for an hour of one processor.",
        money=money(prices.price_per_cpu_hour, prices.currency),
    )
    status = judge_point(value, bound)
    return _made("cost_per_1000", title, bound, status, measured=value, unit=prices.currency, note=note)


def _rows(subject: Subject, bound: Bound) -> Criterion:
    assert subject.evaluation is not None
    used = subject.evaluation.rows_used
    note = tr("Of {rows} rows in the table.", rows=count(subject.table.rows)) if subject.table else ""
    status = judge_point(float(used), bound)
    return _made("rows", tr("Rows to learn from"), bound, status, measured=float(used), unit="rows", note=note)


def _data(subject: Subject) -> Criterion:
    """No open finding that keeps the use case from being judged."""
    found = blockers(subject)
    note = found[0].summary if found else tr("No open finding keeps this use case from being judged.")
    majors = sum(f.severity == "major" for f in subject.findings)
    if not found and majors:
        note = tr(
            "{findings} to mend before the build; none keeps it from being judged.",
            findings=plural(majors, "major finding"),
        )
    return Criterion(
        name="data",
        title=tr("Data fit to judge it"),
        required=tr("no blocking finding"),
        measured=plural(len(found), "blocking finding") if found else tr("none"),
        status="inconclusive" if found else "pass",
        note=note,
    )
