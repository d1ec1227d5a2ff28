"""Two columns of which the target is a weighted mean: an economy in town and out of it, and of both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from ..targets import Floats, as_floats
from ..vocabulary.hindsight import prior_words
from .parts import usable
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["between"]

MOST_COLUMNS, FEWEST_VALUES = 8, 15
WITHIN, APART = 0.98, 0.8
"""Share of the rows in which the target must lie between two columns, and in which these must differ."""
LEFT, LIGHT = 0.01, 0.1
"""What a weighted mean may leave of the squared distance of the two, and the least weight of one."""
BETTER = 4.0
"""How much less than either column alone, by a straight line, a weighted mean of both must leave."""


def between(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Pairs of the strongest columns between which the target lies, always at nearly the same share of the way.

    Numbers that merely bound one another (a day's low, close and high) leave far more of their distance.
    """
    found = usable(problem, taken, MOST_COLUMNS)
    if found is None:
        return
    y, columns = found
    columns = {c: x for c, x in columns.items() if not prior_words(c)}
    for first, second in combinations(columns, 2):
        if _weight(y, columns[first], columns[second]) is None:
            continue
        a, b = as_floats(problem.frame[first]), as_floats(problem.frame[second])
        weight = _weight(problem.target.values, a, b)
        if weight is not None:
            rows = int((np.isfinite(a) & np.isfinite(b) & problem.target.known).sum())
            facts = {"weight": round(weight, 3)}
            power = max(problem.power(first), problem.power(second))
            yield Leak("between", (first, second), "minor", False, 0.8, power, rows, facts)
            return


def _weight(y: Floats, a: Floats, b: Floats) -> float | None:
    """Return the weight of ``a`` in the mean of both that ``y`` is, or None where it is none."""
    rows = np.isfinite(y) & np.isfinite(a) & np.isfinite(b)
    if rows.sum() < max(LEAST_ROWS, 0.5 * len(y)):
        return None
    y, a, b = y[rows], a[rows], b[rows]
    gap = a - b
    within = (y >= np.minimum(a, b)) & (y <= np.maximum(a, b))
    if within.mean() < WITHIN or (gap != 0).mean() < APART or np.unique(y).size < FEWEST_VALUES:
        return None
    weight = float(((y - b) * gap).sum() / (gap * gap).sum())
    left = float(((y - b - weight * gap) ** 2).sum())
    if not LIGHT <= weight <= 1 - LIGHT or left > LEFT * float((gap * gap).sum()):
        return None
    alone = min(_left_of_line(y, a), _left_of_line(y, b))
    return weight if alone >= BETTER * left and alone > 0 else None


def _left_of_line(y: Floats, x: Floats) -> float:
    """Return the sum of squares that a straight line in ``x`` leaves of ``y``."""
    spread = float(((x - x.mean()) ** 2).sum())
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread else 0.0
    return float(((y - y.mean() - slope * (x - x.mean())) ** 2).sum())
