"""Where a use case holds in part: a segment, or the share of cases of which the model is sure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engagement import Bound
from ..formats import measure_name, number, percent
from .estimate import Estimate, judge
from .subject import Subject, first_number

__all__ = ["Automated", "Segment", "automated", "confirmed_segment", "curve", "segment_name", "slice_estimate"]

SMALLEST_SEGMENT = 0.05
"""A segment below this share of the rows is no business of its own."""
SMALLEST_SHARE = 0.2
"""A share handled automatically below this is no relief."""


@dataclass(frozen=True, slots=True)
class Automated:
    """The share of cases that can be handled without a person, with the words that say so."""

    share: float
    words: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the cases in which the quality criterion is met."""

    words: str
    share: float
    estimate: Estimate


def curve(risk_coverage: Mapping[str, Any]) -> list[dict[str, float]]:
    """Return the points of a risk-coverage curve: coverage, and whatever else was measured at each."""
    points = risk_coverage.get("points") or risk_coverage.get("curve") or []
    if isinstance(points, Mapping):
        names = list(points)
        points = [dict(zip(names, row, strict=False)) for row in zip(*points.values(), strict=False)]
    if not points and isinstance(risk_coverage.get("coverage"), list):
        names = [k for k, v in risk_coverage.items() if isinstance(v, list)]
        columns = [risk_coverage[k] for k in names]
        points = [dict(zip(names, row, strict=False)) for row in zip(*columns, strict=False)]
    numeric = (int, float)
    cleaned = [
        {k: float(v) for k, v in p.items() if isinstance(v, numeric) and math.isfinite(v)}
        for p in points
        if isinstance(p, Mapping)
    ]
    return sorted((p for p in cleaned if "coverage" in p), key=lambda p: p["coverage"])


def automated(subject: Subject) -> Automated | None:
    """Return the share handled without a person: as the evaluation states it, or read off its curve."""
    if subject.evaluation is None:
        return None
    found = subject.evaluation.risk_coverage
    share = first_number(found, "automated_share", "share", "share_automated")
    if share is None:
        return None
    words = str(found.get("words") or found.get("statement") or found.get("why") or "")
    return Automated(share, words or f"The model is sure enough of {percent(share)} of the cases.", True)


def segment_name(entry: Mapping[str, Any]) -> str:
    """Return what a slice is called."""
    for key in ("words", "segment", "name", "slice", "description"):
        if entry.get(key):
            return str(entry[key])
    return ""


def slice_estimate(entry: Mapping[str, Any]) -> Estimate | None:
    """Return the score of a slice with its interval, on rows not used to find it where given."""
    point = first_number(entry, "score", "confirmed_score", "mean", "measured")
    bounds = entry.get("ci95") or entry.get("confirmed_ci95")
    if point is None or not isinstance(bounds, list | tuple) or len(bounds) != 2 or None in bounds:
        return None
    return Estimate(point, float(min(bounds)), float(max(bounds)), "segment")


def confirmed_segment(subject: Subject, bound: Bound) -> Segment | None:
    """Return the largest confirmed segment in which the quality criterion is met with its whole interval."""
    if subject.evaluation is None:
        return None
    found = []
    for entry in subject.evaluation.slices:
        estimate = slice_estimate(entry)
        share = first_number(entry, "share", "fraction") or 0.0
        if estimate is None or not entry.get("confirmed", False) or share < SMALLEST_SEGMENT:
            continue
        if judge([estimate], bound) == "pass" and segment_name(entry):
            found.append(Segment(segment_name(entry), share, estimate))
    return max(found, key=lambda s: s.share, default=None)


def with_review(subject: Subject, metric: str, bound: Bound) -> Segment | None:
    """Return the largest share of the surest cases in which the quality criterion is met, the rest reviewed.

    Only where the curve has the very measure of the criterion, with an interval.
    """
    if subject.evaluation is None:
        return None
    for point in reversed(curve(subject.evaluation.risk_coverage)):
        if point["coverage"] < SMALLEST_SHARE or point["coverage"] >= 1 or metric not in point:
            continue
        low, high = point.get("low"), point.get("high")
        if low is None or high is None:
            continue
        estimate = Estimate(point[metric], low, high, "risk-coverage")
        if judge([estimate], bound) == "pass":
            share = point["coverage"]
            words = (
                f"the {percent(share)} of cases of which the model is surest "
                f"({measure_name(metric)} {number(estimate.point)}), with a person reviewing the rest"
            )
            return Segment(words, share, estimate)
    return None
