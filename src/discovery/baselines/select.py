"""Which candidate to take: the simplest that is not practically worse than the best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..artifacts import Comparison
from ..formats import measure_name
from .candidates import Candidate
from .measures import Measure, practical_margin
from .uncertainty import corrected_test, holm, probability_above

__all__ = ["Choice", "choose", "compare"]

FAR_OFF = 1.25
"""Errors of the mean of the training rows, over a fold's own variance, from which the fold weighs less."""


def compare(
    scores: Mapping[str, Sequence[float]], measure: Measure, train_rows: float, test_rows: float
) -> list[Comparison]:
    """Compare every pair of candidates on the same folds.

    ``better`` names a candidate only where Holm's correction over all pairs leaves p at or under 0.05 and the
    difference is more than the practical margin; a positive difference favours ``a``, whatever the metric. Folds
    of which even the mean of the training rows is far off weigh less.
    """
    scores = _tempered(scores, measure, "dummy")
    pairs = list(combinations(reversed(list(scores)), 2))
    best = max((float(np.nanmean(s)) * measure.sign for s in scores.values()), default=0.0)
    margin = practical_margin(measure, best)
    tests = [
        corrected_test(measure.sign * (np.asarray(scores[a]) - np.asarray(scores[b])), train_rows, test_rows)
        for a, b in pairs
    ]
    found = []
    for (a, b), (mean, interval, _), p in zip(pairs, tests, holm([t[2] for t in tests]), strict=True):
        sure = p <= 0.05 and abs(mean) > margin
        better = (a if mean > 0 else b) if sure else "tie"
        found.append(Comparison(a=a, b=b, difference=mean, ci95=interval, better=better, p_value=p))
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """The recommended candidate and why, in plain words; ``beats_dummy`` says whether that is sure.

    Where the dummy is recommended since nothing is surely better, ``unsure`` is the candidate that is best in
    cross-validation, and ``alone`` says whether its gain, taken alone, is above zero (95% interval).
    ``by_holdout``: only the holdout is sure.
    """

    name: str
    why: str
    beats_dummy: bool
    unsure: str | None = None
    alone: bool = False
    by_holdout: bool = False


def choose(
    candidates: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    train_rows: float,
    test_rows: float,
) -> Choice | None:
    """Choose the simplest candidate within the practical margin of the best, of those surely better than the dummy.

    Where none is surely better (corrected paired tests, Holm's correction, 5%), the dummy is chosen: what might be
    chance is not recommended.
    """
    usable = [c for c in candidates if c.name in scores and np.isfinite(np.nanmean(scores[c.name]))]
    if not usable:
        return None
    dummy = next((c for c in usable if c.family == "dummy"), None)
    even = _tempered(scores, measure, dummy.name if dummy else "")
    mean = {c.name: measure.sign * float(np.nanmean(even[c.name])) for c in usable}
    sure = usable if dummy is None else _better_than(dummy, usable, even, measure, train_rows, test_rows)
    best = max(sure or usable, key=lambda c: (mean[c.name], -c.complexity))
    margin = practical_margin(measure, mean[best.name])
    if dummy is not None and not sure:
        gap = corrected_test(_differences(best.name, dummy.name, even, measure), train_rows, test_rows)[1]
        unsure = best.name if mean[best.name] > mean[dummy.name] else None
        why = _nothing(dummy, best, scores, measure, gap)
        return Choice(dummy.name, why, False, unsure, unsure is not None and gap[0] > 0)
    near = [c for c in sure if mean[best.name] - mean[c.name] <= margin]
    chosen = min(near, key=lambda c: (c.complexity, -mean[c.name]))
    gaps = _differences(best.name, chosen.name, even, measure)
    chance = probability_above(gaps, margin, train_rows, test_rows)
    return Choice(chosen.name, _why(chosen, best, scores, measure, margin, chance), True)


def _tempered(scores: Mapping[str, Sequence[float]], measure: Measure, dummy: str) -> Mapping[str, Sequence[float]]:
    """Return scores of which no fold outweighs the others because its own target hardly varies.

    R² measures errors by the variance within the fold. Where folds are groups or later times, that may be a
    fraction of how far they lie from the training rows, and R² of -20 beside one of 0.98 is no gain that tests can
    tell from chance. There errors are measured by those of the mean of the training rows, as in the out-of-sample
    R² of Campbell and Thompson (2008, *Review of Financial Studies*); folds drawn at random stay as they are.
    """
    if measure.name != "r2" or dummy not in scores:
        return scores
    scale = np.maximum(1.0, (1.0 - np.asarray(scores[dummy], dtype=float)) / FAR_OFF)
    return {name: (1.0 - (1.0 - np.asarray(s, dtype=float)) / scale).tolist() for name, s in scores.items()}


def _differences(a: str, b: str, scores: Mapping[str, Sequence[float]], measure: Measure) -> Sequence[float]:
    values: list[float] = (measure.sign * (np.asarray(scores[a]) - np.asarray(scores[b]))).tolist()
    return values


def _better_than(
    dummy: Candidate,
    usable: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    train_rows: float,
    test_rows: float,
) -> list[Candidate]:
    """Return the candidates that are surely better than the dummy."""
    others = [c for c in usable if c is not dummy]
    tests = [
        corrected_test(_differences(c.name, dummy.name, scores, measure), train_rows, test_rows) for c in others
    ]
    adjusted = holm([p for _, _, p in tests])
    return [c for c, (mean, _, _), p in zip(others, tests, adjusted, strict=True) if mean > 0 and p <= 0.05]


def _nothing(
    dummy: Candidate,
    best: Candidate,
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    gap: tuple[float, float],
) -> str:
    name, value = measure_name(measure.name), _short(float(np.nanmean(scores[dummy.name])))
    if best is dummy:
        return (
            f"No candidate is surely better than '{dummy.name}' ({name} {value}), which looks at no other column, "
            "and none is better even by chance."
        )
    said = [f"No candidate is surely better than '{dummy.name}' ({name} {value}), which looks at no other column."]
    reached, low, high = (_short(v) for v in (float(np.nanmean(scores[best.name])), *gap))
    if gap[0] > 0:
        said.append(
            f"The best, '{best.name}', reaches {reached}, a gain of {low} to {high} taken alone (95% interval), "
            "which is not sure with as many candidates on as few folds (Holm's correction)."
        )
        said.append("More history may settle it.")
    else:
        said.append(
            f"The best, '{best.name}', reaches {reached}, a gain that may be anything from {low} to {high} "
            "(95% interval)."
        )
    return " ".join(said)


def _why(
    chosen: Candidate,
    best: Candidate,
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    margin: float,
    chance: float,
) -> str:
    name, value = measure_name(measure.name), float(np.nanmean(scores[chosen.name]))
    if chosen is best:
        return (
            f"'{chosen.name}' has the best {name}, {_short(value)}, and no simpler candidate is within "
            f"{_short(margin)} of it."
        )
    return (
        f"'{chosen.name}' is the simplest candidate within {_short(margin)} of the best: its {name} is "
        f"{_short(value)}, that of '{best.name}' {_short(float(np.nanmean(scores[best.name])))}; the chance "
        f"that '{best.name}' is better by more than that is {chance:.0%}."
    )


def _short(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) and abs(value) < 1000 else f"{value:,.0f}"
