"""Where a use case holds in part: a segment, or the share of cases of which the model is sure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engagement import Bound
from ..formats import measure_name, number, percent
from ..language import tr
from .estimate import Estimate, judge
from .subject import Subject, first_number

__all__ = ["Automated", "Segment", "automated", "curve", "outside_segment", "segment_name", "with_review"]

SMALLEST_REST = 0.5
"""What is left without a weak segment must be most of the cases to be worth building for."""
SMALLEST_SHARE = 0.2
"""A share handled automatically below this is no relief."""


@dataclass(frozen=True, slots=True)
class Automated:
    """The share of cases that can be handled without a person, with the words that say so."""

    share: float
    words: str
    target: float = 0.95


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the cases in which the quality criterion is met."""

    words: str
    share: float
    estimate: Estimate


def curve(risk_coverage: Mapping[str, Any]) -> list[dict[str, float]]:
    """Return the points of a risk-coverage curve by share: what was measured at each."""
    points = risk_coverage.get("points") or []
    cleaned = [
        {k: float(v) for k, v in p.items() if isinstance(v, int | float) and math.isfinite(v)}
        for p in points
        if isinstance(p, Mapping)
    ]
    return sorted((p for p in cleaned if "share" in p), key=lambda p: p["share"])


def automated(subject: Subject) -> Automated | None:
    """Return the share handled without a person, at the accuracy that the evaluation took as tolerable."""
    if subject.evaluation is None:
        return None
    found = subject.evaluation.risk_coverage
    share = first_number(found, "automated_share")
    if share is None:
        return None
    majority, target = first_number(found, "majority_accuracy"), first_number(found, "target")
    aim = 0.95 if target is None else target
    words = tr(
        "{share} of the cases can be decided without a person if {target} of them must be right.",
        share=percent(share),
        target=percent(aim),
    )
    if majority is not None and target is not None and majority >= target:
        words += " " + tr("The most frequent class alone is as accurate as that, so this says little.")
    return Automated(share, words, aim)


def segment_name(entry: Mapping[str, Any]) -> str:
    """Return what a slice is called."""
    return next((str(entry[k]) for k in ("where", "segment", "name") if entry.get(k)), "")


def outside_segment(subject: Subject, bound: Bound) -> Segment | None:
    """Return all cases but a confirmed weak segment, if the quality criterion is met there.

    The segments of the evaluation were found on one half of the rows and confirmed on the other, on which
    ``score_elsewhere`` is measured. Its interval is that of the whole, widened to the fewer rows.
    """
    evaluation, candidate = subject.evaluation, subject.recommended
    if evaluation is None or candidate is None or candidate.mean is None or candidate.ci95 is None:
        return None
    half = (candidate.ci95[1] - candidate.ci95[0]) / 2
    found = []
    for entry in evaluation.slices:
        point, share = first_number(entry, "score_elsewhere"), first_number(entry, "share")
        if point is None or share is None or 1 - share < SMALLEST_REST or not segment_name(entry):
            continue
        wide = half * math.sqrt(2 / (1 - share))
        estimate = Estimate(point, point - wide, point + wide, "segment")
        if judge([estimate], bound) == "pass":
            found.append(
                Segment(tr("all cases but those where {segment}", segment=segment_name(entry)), 1 - share, estimate)
            )
    return max(found, key=lambda s: s.share, default=None)


def with_review(subject: Subject, metric: str, bound: Bound) -> Segment | None:
    """Return the largest share of the surest cases in which a required accuracy is met on the holdout."""
    if subject.evaluation is None or metric != "accuracy":
        return None
    found = []
    for entry in subject.evaluation.risk_coverage.get("targets") or []:
        point, share = first_number(entry, "holdout_accuracy"), first_number(entry, "holdout_share", "share")
        bounds = entry.get("holdout_ci95")
        if point is None or share is None or not bounds or not SMALLEST_SHARE <= share < 1:
            continue
        estimate = Estimate(point, float(bounds[0]), float(bounds[1]), "risk-coverage")
        if judge([estimate], bound) == "pass":
            words = tr(
                "the {share} of cases of which the model is surest ({measure} {score}), with a person deciding "
                "the rest",
                share=percent(share),
                measure=measure_name(metric),
                score=number(point),
            )
            found.append(Segment(words, share, estimate))
    return max(found, key=lambda s: s.share, default=None)
