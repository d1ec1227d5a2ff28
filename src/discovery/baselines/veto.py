"""The holdout's say: a recommendation that is surely worse there than a simpler candidate is given up."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..formats import measure_name
from .candidates import Candidate
from .measures import Measure, practical_margin
from .select import Choice, choose
from .uncertainty import bootstrap_interval

__all__ = ["LEAST", "gain_on", "heed_holdout", "speaks", "worse_than"]

Array = np.ndarray[Any, Any]
DRAWS = 400
LEAST = 20
"""Rows that a holdout must have to be heard; of classes, beside those of the most frequent one."""


def heed_holdout(
    choice: Choice | None,
    candidates: Sequence[Candidate],
    scores: Mapping[str, Sequence[float]],
    predictions: Mapping[str, Array],
    truth: Array,
    measure: Measure,
    train_rows: float,
    test_rows: float,
    *,
    groups: Array | None = None,
    seed: int = 0,
) -> Choice | None:
    """Return the choice, or what is chosen of the simpler candidates where the holdout speaks against it.

    Parameters
    ----------
    choice : Choice or None
        What cross-validation recommends.
    candidates, scores, train_rows, test_rows
        As for :func:`.select.choose`, which also chooses what is fallen back to.
    predictions : mapping
        What each candidate predicts for the rows of the holdout, by name.
    truth : array
        The target of these rows.
    groups : array, optional
        The group of each row: whole groups are drawn.

    Notes
    -----
    The paired difference to each simpler candidate is bootstrapped; the level is shared among them (Bonferroni), so
    that a good recommendation is given up at most 5% of the time. Only what is worse by more than the practical
    margin is asked about.
    """
    said: list[str] = []
    current = choice
    while current is not None and speaks(truth) and current.name in predictions:
        own = next(c for c in candidates if c.name == current.name)
        simpler = [c for c in candidates if c.complexity < own.complexity and c.name in predictions]
        against = worse_than(current.name, simpler, predictions, truth, measure, groups, seed)
        if against is None:
            break
        (low, high), worst = against
        here, there = (measure(truth, predictions[n]) for n in (current.name, worst.name))
        figures = f"{measure_name(measure.name)} {here:.4g} against {there:.4g}; it loses {low:.3g} to {high:.3g}"
        said.append(
            f"'{current.name}' is recommended by the folds, but on the holdout surely worse than '{worst.name}' "
            f"({figures})."
        )
        current = choose(simpler, scores, measure, train_rows, test_rows)
    if current is None or not said:
        return choice
    said.append(f"Of the simpler ones: {current.why}")
    return Choice(current.name, " ".join(said), current.beats_dummy)


def speaks(truth: Array) -> bool:
    """Whether there are rows enough: a bootstrap over a handful of rare cases is too sure of itself."""
    classes = truth.dtype.kind in "iu"
    return len(truth) - (int(np.bincount(truth).max(initial=0)) if classes else 0) >= LEAST


def worse_than(
    current: str,
    simpler: Sequence[Candidate],
    predictions: Mapping[str, Array],
    truth: Array,
    measure: Measure,
    groups: Array | None,
    seed: int,
) -> tuple[tuple[float, float], Candidate] | None:
    """Return the simpler candidate that is most and surely better on the holdout, and by how much."""
    own = measure.sign * measure(truth, predictions[current])
    margin = practical_margin(measure, own)
    gains = {c.name: measure.sign * measure(truth, predictions[c.name]) - own for c in simpler}
    asked = sorted(
        (c for c in simpler if math.isfinite(gains[c.name]) and gains[c.name] > margin),
        key=lambda c: -gains[c.name],
    )
    for candidate in asked:
        interval = bootstrap_interval(
            gain_on(measure, truth, predictions[candidate.name], predictions[current]),
            len(truth), groups=groups, draws=DRAWS, level=1 - 0.05 / len(simpler), seed=seed,
        )  # fmt: skip
        if interval is not None and interval[0] > 0:
            return interval, candidate
    return None


def gain_on(measure: Measure, truth: Array, one: Array, other: Array) -> Callable[[Array], float]:
    """Return by how much ``one`` is better than ``other`` on given rows, as a function of the rows."""

    def gain(rows: Array) -> float:
        return measure.sign * (measure(truth[rows], one[rows]) - measure(truth[rows], other[rows]))

    return gain
