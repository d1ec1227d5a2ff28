"""The holdout's say for a candidate: few folds are not sure of what rows that were never seen say clearly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..formats import measure_name
from .candidates import Candidate
from .measures import Measure, practical_margin
from .select import Choice
from .uncertainty import bootstrap_interval
from .veto import LEAST, gain_on, speaks, worse_than

__all__ = ["hear_holdout"]

Array = np.ndarray[Any, Any]
LEVEL = 0.98
"""Of the interval whose lower bound must be above zero: 1% to one side, and hardly over 2% on forty rows, where
bootstraps are too sure. Cross-validation tests to both sides at 5%, so that 2.5% are left for the holdout."""
DRAWS = 1000
BIASED = frozenset({"average_precision"})
"""Measures by which scores drawn at random are better than none on few rows."""


def hear_holdout(
    choice: Choice | None,
    candidates: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    predictions: Mapping[str, Array],
    truth: Array,
    measure: Measure,
    *,
    groups: Array | None = None,
    order: Array | None = None,
    seed: int = 0,
) -> Choice | None:
    """Return the choice, or the best of cross-validation where only the holdout is sure that it beats the dummy.

    Parameters
    ----------
    choice : Choice or None
        What cross-validation recommends. Only where that is the dummy is the holdout heard.
    candidates, scores
        As for :func:`.select.choose`.
    predictions : mapping
        What each candidate predicts for the rows of the holdout, by name.
    truth : array
        The target of these rows.
    groups, order : array, optional
        The group and the rank in time of each row: whole groups or stretches of time are drawn.

    Notes
    -----
    One candidate is asked about, and which one was settled before the holdout was looked at: nothing is selected
    on it. Twenty rows (of classes, beside the most frequent one), groups or times must be there; times count for
    less where the gain of one is like that of the next. A single stretch of time may suit a candidate by chance,
    however many rows it has; so where rows are divided by time, the gain over the folds, taken alone, must be above
    zero as well. Groups within later times are not heard, nor a candidate that a simpler one surely beats there.
    """
    if choice is None or choice.beats_dummy or choice.unsure is None or measure.name in BIASED:
        return choice
    best, dummy = choice.unsure, choice.name
    if best not in predictions or dummy not in predictions or not speaks(truth):
        return choice
    one, other = predictions[best], predictions[dummy]
    if not _enough(_losses(truth, other) - _losses(truth, one), groups, order) or (
        order is not None and not choice.alone
    ):
        return choice
    here, there = measure(truth, one), measure(truth, other)
    if not measure.sign * (here - there) > practical_margin(measure, measure.sign * here):
        return choice
    interval = bootstrap_interval(
        gain_on(measure, truth, one, other),
        len(truth), groups=groups, order=order, draws=DRAWS, level=LEVEL, seed=seed,
    )  # fmt: skip
    if interval is None or not interval[0] > 0:
        return choice
    own = next(c for c in candidates if c.name == best)
    simpler = [c for c in candidates if c.complexity < own.complexity and c.name in predictions]
    if worse_than(best, simpler, predictions, truth, measure, groups, seed) is not None:
        return choice
    mean = {name: float(np.nanmean(scores[name])) for name in (best, dummy)}
    return Choice(best, _why(best, dummy, measure, mean, (here, there), interval), True, by_holdout=True)


def _why(
    best: str,
    dummy: str,
    measure: Measure,
    mean: Mapping[str, float],
    held: tuple[float, float],
    interval: tuple[float, float],
) -> str:
    said = (
        f"'{best}' is best in cross-validation ({measure_name(measure.name)} {mean[best]:.4g} against "
        f"{mean[dummy]:.4g} of '{dummy}'), which is not sure of it with as many candidates on as few folds.",
        f"The holdout, scored once and asked about this candidate only, is: {held[0]:.4g} against {held[1]:.4g}, a "
        f"gain of {interval[0]:.3g} to {interval[1]:.3g} ({LEVEL:.0%} interval).",
        "By one way or the other, at most 5% of useless candidates pass.",
    )
    return " ".join(said)


def _losses(truth: Array, prediction: Array) -> Array:
    """Return the squared error of each row; of classes, that of the probabilities (Brier 1950)."""
    if prediction.ndim == 1:
        squared: Array = (truth - prediction) ** 2
        return squared
    return np.asarray(((prediction - np.eye(prediction.shape[1])[truth]) ** 2).sum(axis=1))


def _enough(gains: Array, groups: Array | None, order: Array | None) -> bool:
    """Whether there are groups or times enough to draw."""
    if groups is not None:
        return order is None and len(np.unique(groups)) >= LEAST
    return order is None or _independent(gains, order) >= LEAST


def _independent(gains: Array, order: Array) -> float:
    """Return how many independent times the times are worth, by the likeness of each one's gain to the next one's.

    ``n (1 - r) / (1 + r)`` with the lag-one autocorrelation ``r`` (Bayley and Hammersley 1946), of gains or of
    their ranks, whichever is greater: a few large gains would hide it.
    """
    from scipy.stats import rankdata

    _, time = np.unique(order, return_inverse=True)
    mean = np.bincount(time, weights=gains) / np.bincount(time)
    likeness = max(0.0, _lag(mean), _lag(rankdata(mean)))
    return len(mean) * (1 - likeness) / (1 + likeness)


def _lag(values: Array) -> float:
    apart = values - values.mean()
    total = float((apart**2).sum())
    return float((apart[1:] * apart[:-1]).sum()) / total if total > 0 and math.isfinite(total) else 1.0
