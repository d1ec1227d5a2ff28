"""Columns that count the rows on, and the rows where they do not."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["OutOfCount", "out_of_count"]

FEWEST = 20
RISING = 0.6
"""The share of the rows that must rise."""
MOSTLY_UP = 0.55
"""The share of steps upwards without which numbers are not looked at: in random order it is half of them."""
SCATTERED = 0.25
"""The least number of stretches that the other rows make, as a share of them."""
BESIDE = 0.5
"""The most of them that may repeat the number of a neighbour."""
AGAIN = 0.8
"""The share of them that must hold a number of other rows to be told as repeated."""
BY_ONE = 0.6
"""The share of steps by one or two from which on rows are counted one by one."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OutOfCount:
    """The rows out of count. ``repeated`` says that they repeat a number of other rows, ``by_one`` that the other
    rows mostly count on by one, ``foreign`` which of the numbers are none that the count left out."""

    rows: Bools
    repeated: bool
    by_one: bool
    foreign: float


def out_of_count(values: npt.NDArray[Any]) -> OutOfCount | None:
    """Return the rows where numbers that else rise from row to row do not; None if they do not, or all rise.

    Those that rise are the longest strictly rising subsequence (Schensted 1961), which must have 60% of the rows; a
    random order of n rows has but 2 sqrt(n). The others must lie scattered among them: rows that were appended
    from elsewhere do not. Numbers that repeat the row before are several rows of one thing, and no errors.

    >>> found = out_of_count(np.array([*range(30), 7, *range(31, 50), 12, *range(51, 60)]))
    >>> np.flatnonzero(found.rows).tolist(), found.repeated
    ([30, 50], True)
    """
    n = len(values)
    if n < FEWEST or (values == np.round(values)).mean() < RISING or (np.diff(values) > 0).mean() < MOSTLY_UP:
        return None
    rising = _rising(values)
    rows = ~rising
    count = int(rows.sum())
    if count < 2 or count > (1 - RISING) * n or rising.sum() < 4 * np.sqrt(n) * 0.6:
        return None
    runs = int(rows[0]) + int((rows[1:] & ~rows[:-1]).sum())
    if runs < SCATTERED * count:
        return None
    kept = values[rising]
    beside = np.r_[False, values[1:] == values[:-1]] | np.r_[values[1:] == values[:-1], False]
    if beside[rows].mean() > BESIDE or (kept != np.round(kept)).mean() > 0.02:
        return None
    uniques, times = np.unique(values, return_counts=True)
    several = np.isin(values[rows], uniques[times > 1])
    left_out = np.setdiff1d(np.arange(kept[0], kept[-1] + 1), kept) if kept[-1] - kept[0] < 10 * n else kept[:0]
    foreign = float((~np.isin(values[rows], left_out)).mean())
    by_one = float((np.diff(kept) == 1).mean()) + float((np.diff(kept) == 2).mean())
    return OutOfCount(rows, bool(several.mean() >= AGAIN), by_one >= BY_ONE, foreign)


def _rising(values: npt.NDArray[Any]) -> Bools:
    """Return which rows make the longest strictly rising subsequence."""
    ends: list[float] = []
    at: list[int] = []
    before = [-1] * len(values)
    for i, value in enumerate(values.tolist()):
        place = bisect_left(ends, value)
        before[i] = at[place - 1] if place else -1
        ends[place : place + 1], at[place : place + 1] = [value], [i]
    rows = np.zeros(len(values), bool)
    row = at[-1]
    while row >= 0:
        rows[row] = True
        row = before[row]
    return rows
