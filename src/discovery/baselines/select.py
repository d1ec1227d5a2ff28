"""Which candidate to take: the simplest that is not practically worse than the best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..artifacts import Comparison
from .candidates import Candidate
from .measures import Measure, practical_margin
from .uncertainty import corrected_test, holm, probability_above

__all__ = ["Choice", "choose", "compare"]


def compare(
    scores: Mapping[str, Sequence[float]], measure: Measure, train_rows: float, test_rows: float
) -> list[Comparison]:
    """Compare every pair of candidates on the same folds.

    ``better`` names a candidate only where Holm's correction over all pairs leaves p at or under 0.05 and the
    difference is more than the practical margin; a positive difference favours ``a``, whatever the metric.
    """
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
    """The recommended candidate and why, in plain words; ``beats_dummy`` says whether that is sure."""

    name: str
    why: str
    beats_dummy: bool


def choose(
    candidates: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    train_rows: float,
    test_rows: float,
) -> Choice | None:
    """Choose the simplest candidate whose expected score is within the practical margin of the best's."""
    usable = [c for c in candidates if c.name in scores and np.isfinite(np.nanmean(scores[c.name]))]
    if not usable:
        return None
    mean = {c.name: measure.sign * float(np.nanmean(scores[c.name])) for c in usable}
    best = max(usable, key=lambda c: (mean[c.name], -c.complexity))
    margin = practical_margin(measure, mean[best.name])
    near = [c for c in usable if mean[best.name] - mean[c.name] <= margin]
    chosen = min(near, key=lambda c: (c.complexity, -mean[c.name]))
    sure = _beats(chosen, usable, scores, measure, train_rows, test_rows)
    return Choice(chosen.name, _why(chosen, best, scores, measure, margin, sure, train_rows, test_rows), sure)


def _differences(a: str, b: str, scores: Mapping[str, Sequence[float]], measure: Measure) -> Sequence[float]:
    values: list[float] = (measure.sign * (np.asarray(scores[a]) - np.asarray(scores[b]))).tolist()
    return values


def _beats(
    chosen: Candidate,
    usable: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    train_rows: float,
    test_rows: float,
) -> bool:
    dummy = next((c for c in usable if c.family == "dummy"), None)
    if dummy is None or chosen is dummy:
        return dummy is None
    mean, _, p = corrected_test(_differences(chosen.name, dummy.name, scores, measure), train_rows, test_rows)
    return mean > 0 and p <= 0.05


def _why(
    chosen: Candidate,
    best: Candidate,
    scores: Mapping[str, Sequence[float]],
    measure: Measure,
    margin: float,
    sure: bool,
    train_rows: float,
    test_rows: float,
) -> str:
    value = float(np.nanmean(scores[chosen.name]))
    if chosen.family == "dummy":
        return (
            f"Nothing measured is better than the dummy by more than {_short(margin)} of {measure.name}: "
            "the columns say next to nothing about the target."
        )
    if chosen is best:
        text = f"'{chosen.name}' has the best {measure.name} ({_short(value)}), and no simpler candidate is within "
        text += f"{_short(margin)} of it."
    else:
        gap = _differences(best.name, chosen.name, scores, measure)
        chance = probability_above(gap, margin, train_rows, test_rows)
        text = (
            f"'{chosen.name}' is the simplest candidate within {_short(margin)} of the best: its {measure.name} is "
            f"{_short(value)}, that of '{best.name}' {_short(float(np.nanmean(scores[best.name])))}; the chance "
            f"that '{best.name}' is better by more than that is {chance:.0%}."
        )
    if not sure:
        text += " That it beats the dummy is not sure."
    return text


def _short(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) and abs(value) < 1000 else f"{value:,.0f}"
