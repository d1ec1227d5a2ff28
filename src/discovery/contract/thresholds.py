"""The thresholds for what is watched after launch: handed over with the contract, and held against the next drop.

The suites say what the next drop must look like; ``contract/_monitoring.json`` says, per use case, from which value
on a month of it is an alarm: missing values and drift of the inputs that the approach rests on, the share of cases
flagged, the score on cases whose outcome has become known, and the time for a prediction.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

from ..artifacts import AuditResult, Decisions, Evaluation, Threshold, UseCaseEvaluation, write_atomic
from ..artifacts.monitoring import Monitored, Monitoring, ThresholdOutcome
from ..audit.drift.effects import aligned, psi
from ..audit.profiling.sketch import Sketch, read_sketch
from ..engagement import Engagement

__all__ = ["FILE", "hold_against", "monitoring_of", "read_monitoring", "write_monitoring"]

FILE = "_monitoring.json"
"""No table's suite can have this name: theirs never begin with an underscore."""


def monitoring_of(engagement: Engagement, decisions: Decisions) -> Monitoring:
    """Return the thresholds of all use cases that may be built."""
    uses = {u.name: u for u in engagement.use_cases}
    found = []
    for made in decisions.use_cases:
        use = uses.get(made.name)
        if use is None or not made.monitoring:
            continue
        found.append(
            Monitored(
                use_case=use.name,
                table=use.table,
                target=use.target,
                candidate=made.candidate,
                rows=round(use.economics.predictions_per_month or 0),
                responds=use.plan.observability.response_owner,
                thresholds=made.monitoring,
            )
        )
    return Monitoring(use_cases=found)


def write_monitoring(monitoring: Monitoring, run: Path) -> Path:
    """Write ``contract/_monitoring.json`` of a run and return its path."""
    path = run / "contract" / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(monitoring.model_dump(mode="json"), indent=2, ensure_ascii=True) + "\n")
    return path


def read_monitoring(run: Path) -> Monitoring | None:
    """Return the thresholds of a run; None where it kept none, or none that can be read."""
    try:
        return Monitoring.read(run / "contract" / FILE)
    except (OSError, ValueError):
        return None


def hold_against(earlier: Path, later: Path, audit: AuditResult, evaluation: Evaluation) -> list[ThresholdOutcome]:
    """Hold a later run against the thresholds of an earlier one.

    Parameters
    ----------
    earlier, later : Path
        Run directories. The drift of an input is worked out from their sketches; without them it is not measured.
    audit, evaluation : AuditResult, Evaluation
        Of the later run.
    """
    agreed = read_monitoring(earlier)
    if agreed is None:
        return []
    sketches = read_sketch(earlier), read_sketch(later)
    return [o for watched in agreed.use_cases for o in _outcomes(watched, sketches, audit, evaluation)]


def _outcomes(
    watched: Monitored, sketches: tuple[Sketch | None, Sketch | None], audit: AuditResult, evaluation: Evaluation
) -> Iterator[ThresholdOutcome]:
    measured = evaluation.use_case(watched.use_case)
    for threshold in watched.thresholds:
        if threshold.measure == "missing_rate":
            now = _missing(audit, watched.table, threshold.column)
        elif threshold.measure == "psi":
            now = _drift(*sketches, watched.table, threshold.column)
        else:
            now = _of_model(measured, watched.candidate, threshold.measure)
        yield ThresholdOutcome(
            use_case=watched.use_case,
            signal=threshold.signal,
            measure=threshold.measure,
            column=threshold.column,
            before=threshold.now,
            now=now,
            alarm_above=threshold.alarm_above,
            alarm_below=threshold.alarm_below,
            unit=threshold.unit,
            status=_status(threshold, now),
        )


def _status(threshold: Threshold, now: float | None) -> Literal["within", "alarm", "not measured"]:
    if now is None:
        return "not measured"
    over = threshold.alarm_above is not None and now > threshold.alarm_above
    under = threshold.alarm_below is not None and now < threshold.alarm_below
    return "alarm" if over or under else "within"


def _missing(audit: AuditResult, table: str, column: str | None) -> float | None:
    found = next((t for t in audit.tables if t.name == table), None)
    summary = next((c for c in found.columns if c.name == column), None) if found else None
    return summary.missing / found.rows if found and summary and found.rows else None


def _drift(earlier: Sketch | None, later: Sketch | None, table: str, column: str | None) -> float | None:
    tables = [s.tables.get(table) if s else None for s in (earlier, later)]
    before, after = (t.column(column or "") if t else None for t in tables)
    if tables[0] is None or tables[1] is None or before is None or after is None:
        return None
    if before.categories is not None and after.categories is not None and tables[0].salt == tables[1].salt:
        return psi(*aligned(before.categories, after.categories))
    if before.bins and after.quantiles:
        return psi(before.bins, _counts(after.quantiles, before.edges, max(1, sum(after.bins))))
    return None


def _counts(quantiles: Sequence[float], edges: Sequence[float], rows: int) -> list[int]:
    """Return how many rows of a column with these quantiles lie in each bin, to half a step of the quantiles."""
    steps = len(quantiles) - 1
    below = [0.0, *(_share_below(quantiles, edge, steps) for edge in edges), 1.0]
    return [round(rows * max(0.0, high - low)) for low, high in pairwise(below)]


def _share_below(quantiles: Sequence[float], edge: float, steps: int) -> float:
    at = bisect_right(quantiles, edge)
    if at in (0, len(quantiles)):
        return float(at > 0)
    low, high = quantiles[at - 1], quantiles[at]
    return (at - 1 + ((edge - low) / (high - low) if high > low else 0.0)) / steps


def _of_model(measured: UseCaseEvaluation | None, candidate: str | None, measure: str) -> float | None:
    """The figures of the approach in the later run; its time is for production to watch."""
    found = next((c for c in measured.candidates if c.name == candidate), None) if measured else None
    if measured is None or found is None:
        return None
    if measure == "latency_ms_p95":
        return None
    if measure == "flagged_share":
        share = (measured.thresholds.get("best") or {}).get("flagged_share")
        return float(share) if isinstance(share, int | float) and measured.recommended == candidate else None
    return found.mean if measure == measured.metric else None
