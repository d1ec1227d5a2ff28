"""Rows in which two columns of text hold each other's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import polars as pl

from .rules import Broken

__all__ = ["swapped_values"]

MOST_COLUMNS = 30
USUAL, OWN = 5, 10
"""In how many rows a value is usual in a column, and how many times as often as in another it is its own."""
LEVELS = 2
"""The fewest values that are a column's own."""
TOGETHER = 0.8
"""The share of the cells with another column's own values that must be in rows that are swapped."""
FEWEST, MOST = 2, 0.1
"""Rows that are swapped, at least and as a share of all at most."""

Counts = Mapping[str, int]


def swapped_values(frame: pl.DataFrame, counts: Mapping[str, Counts]) -> Iterator[Broken]:
    """Iterate over pairs of columns that some rows have the other way round: a carrier for a town, and the town
    for the carrier.

    Both cells of such a row hold what is usual in the other column, and ten times as frequent there as in their
    own; four in five of such cells are in such rows, no other value is in both columns, and each has two values of
    its own.

    Parameters
    ----------
    frame : polars.DataFrame
        The rows.
    counts : mapping of str to mapping of str to int
        By column of text, the rows that hold each value; the first 30 columns are looked at.
    """
    for first, second in combinations(list(counts)[:MOST_COLUMNS], 2):
        strays = _of_the_other(counts[first], counts[second]), _of_the_other(counts[second], counts[first])
        shared = counts[first].keys() & counts[second].keys()
        if not all(strays) or shared - {*strays[0], *strays[1]}:
            continue  # of one list, as two colours
        if min(len(_own(counts[first], counts[second])), len(_own(counts[second], counts[first]))) < LEVELS:
            continue  # of one list, as two answers of which one is usual
        odd = [frame[c].is_in(s).fill_null(False).to_numpy() for c, s in zip((first, second), strays, strict=True)]
        wrong = odd[0] & odd[1]
        if wrong.sum() < TOGETHER * max(odd[0].sum(), odd[1].sum()):
            continue
        known = int((frame[first].is_not_null() & frame[second].is_not_null()).sum())
        if FEWEST <= wrong.sum() <= MOST * known:
            rule = f"'{first}' and '{second}' are not swapped"
            yield Broken("places", rule, (first, second), wrong, known, named=True)


def _own(mine: Counts, theirs: Counts) -> list[str]:
    """Return the values of a column that another has seldom or never."""
    return [v for v, n in mine.items() if n >= max(USUAL, OWN * theirs.get(v, 0))]


def _of_the_other(mine: Counts, theirs: Counts) -> list[str]:
    """Return the values of a column that are another's own."""
    return [v for v, n in mine.items() if theirs.get(v, 0) >= max(USUAL, OWN * n)]
