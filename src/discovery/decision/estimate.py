"""Judging a criterion by what is known about a score, and how many rows would settle it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..artifacts import CandidateResult, Status
from ..engagement import Bound

__all__ = ["Estimate", "estimates_of", "judge", "judge_point", "rows_to_settle"]

HOPELESS = 20.0
"""More than this many times the rows at hand are not called something that could settle a question."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured score with its two-sided 95% interval, and where it is from."""

    point: float
    low: float
    high: float
    source: str = "cross-validation"


def estimates_of(candidate: CandidateResult) -> list[Estimate]:
    """Return what is known about the quality of a candidate: over folds, and on the holdout."""
    found = []
    pairs = (
        ("cross-validation", candidate.mean, candidate.ci95),
        ("holdout", candidate.holdout, candidate.holdout_ci95),
    )
    for source, point, bounds in pairs:
        if point is None or bounds is None:
            continue
        values = (point, *bounds)
        if all(math.isfinite(v) for v in values):
            found.append(Estimate(point, min(bounds), max(bounds), source))
    return found


def judge(estimates: Sequence[Estimate], bound: Bound) -> Status:
    """Say whether a criterion is met, missed, or not settled.

    It is met where the whole interval of one estimate is on the right side of the bound and no other estimate
    is on the wrong one. Each interval leaves out at most 2.5% on the side that matters, so that with two
    estimates a use case whose true score misses the bound is passed at most 5% of the time (Bonferroni). The
    holdout takes no part in the choice among candidates: its say keeps the winner's curse of the
    cross-validated score out. Missed is judged in the same way.
    """
    if not estimates:
        return "inconclusive"
    sign, limit = _oriented(bound)
    points = [sign * e.point for e in estimates]
    lows = [min(sign * e.low, sign * e.high) for e in estimates]
    highs = [max(sign * e.low, sign * e.high) for e in estimates]
    if max(lows) >= limit and min(points) >= limit:
        return "pass"
    if min(highs) < limit and max(points) < limit:
        return "fail"
    return "inconclusive"


def judge_point(value: float | None, bound: Bound, tolerance: float = 0.0) -> Status:
    """Judge a figure that has no interval; within ``tolerance`` (relative) of the bound it is inconclusive."""
    if value is None or not math.isfinite(value):
        return "inconclusive"
    sign, limit = _oriented(bound)
    margin = tolerance * abs(limit)
    if abs(sign * value - limit) < margin:
        return "inconclusive"
    return "pass" if sign * value >= limit else "fail"


def _oriented(bound: Bound) -> tuple[int, float]:
    if bound.at_least is not None:
        return 1, bound.at_least
    assert bound.at_most is not None
    return -1, -bound.at_most


def rows_to_settle(estimate: Estimate, bound: Bound, rows: int) -> int | None:
    """Return how many further rows would settle an inconclusive criterion if the score stayed as it is.

    The half-width of an interval shrinks with the square root of the rows: it must fall to the distance
    between score and bound.

    Returns
    -------
    int or None
        Rounded up to two digits; None where no sensible number would do (more than ``HOPELESS`` times the
        rows there are).
    """
    limit = bound.at_least if bound.at_least is not None else bound.at_most
    gap = abs(estimate.point - (limit or 0.0))
    half = max(estimate.high - estimate.point, estimate.point - estimate.low)
    if rows <= 0 or gap <= 0 or half <= 0:
        return None
    factor = (half / gap) ** 2
    if factor > HOPELESS:
        return None
    extra = max(1, math.ceil(rows * (max(factor, 1.0) - 1.0)))
    step = int(10 ** max(0, len(str(extra)) - 2))
    return math.ceil(extra / step) * step
