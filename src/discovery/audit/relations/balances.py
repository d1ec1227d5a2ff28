"""Columns that add up to nothing (a balance of what goes in and out), and products of three (a volume)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import Floats, as_floats
from .arithmetic import LEAST_ROWS, judge, near_slack, relation_errors, trial
from .rules import Broken

__all__ = ["balance_rules"]

MOST_COLUMNS, MOST_FACTORS, LONGEST = 40, 16, 12
FIRST_ROWS, FEWEST_HITS = 30, 6
"""Rows on which products are tried first, and in how many of them (no factor 0 or 1) they must hold."""
HOLDS, SOME = 0.9, 0.45
"""Share of the rows in which a rule must hold, of all and of a few."""
Bools = npt.NDArray[np.bool_]


def balance_rules(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[Broken]:
    """Iterate over neighbours of ``names``, three to twelve, that add up to 0, and over columns that are the
    product of three others of the first sixteen; in nine rows of ten that can tell, or in all."""
    columns = trial(frame, names, MOST_COLUMNS)
    for found in _balances(columns):
        first, *rest = found
        parts, total = [as_floats(frame[c]) for c in rest], -as_floats(frame[first])
        yield from _rule(f"{' + '.join(found)} = 0", (*rest, first), *relation_errors("sum", parts, total))
    for total_name, names_of_parts in _products(columns):
        parts, total = [as_floats(frame[c]) for c in names_of_parts], as_floats(frame[total_name])
        rule = f"{' × '.join(names_of_parts)} = {total_name}"
        yield from _rule(rule, (*names_of_parts, total_name), *relation_errors("product", parts, total))


def _rule(rule: str, columns: tuple[str, ...], telling: Bools, wrong: Bools) -> Iterator[Broken]:
    rows = int(telling.sum())
    if rows >= LEAST_ROWS and wrong.sum() <= (1 - HOLDS) * rows:
        yield Broken("arithmetic", rule, columns, wrong, rows, named=True)


def _balances(columns: dict[str, Floats]) -> Iterator[tuple[str, ...]]:
    """Yield the shortest stretches of columns that add up to 0; what has no number below 0 adds up to none."""
    names = list(columns)
    below = np.array([bool((values < 0).any()) for values in columns.values()])
    told: list[set[str]] = []
    for width in range(3, min(LONGEST, len(names)) + 1):
        for start in range(len(names) - width + 1):
            some = tuple(names[start : start + width])
            if not below[start : start + width].any() or any(other <= set(some) for other in told):
                continue
            total = -columns[some[0]]
            made = np.sum([columns[c] for c in some[1:]], axis=0)
            close = np.abs(made - total) <= near_slack(total[None, :])[0]
            if close.mean() >= SOME and judge("sum", [columns[c] for c in some[1:]], total) >= SOME:
                told.append(set(some))
                yield some


def _products(columns: dict[str, Floats]) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = [c for c, values in columns.items() if np.nanmin(values) >= 0][:MOST_FACTORS]
    if len(names) < 4:
        return
    matrix = np.stack([columns[c] for c in names])
    slack, told = near_slack(matrix), set[str]()
    places = np.array(list(combinations(range(len(names)), 3)))
    few = matrix[:, :: max(1, matrix.shape[1] // FIRST_ROWS)]
    telling = np.where((few == 0) | (few == 1), np.nan, few)
    made = telling[places[:, 0]] * telling[places[:, 1]] * telling[places[:, 2]]
    hits = (np.abs(made[:, None] - few[None]) <= slack[None]).sum(axis=2)
    for place, hit in np.argwhere(hits >= FEWEST_HITS).tolist():
        parts = tuple(names[i] for i in places[place])
        if names[hit] in parts or names[hit] in told:
            continue
        if judge("product", [columns[p] for p in parts], columns[names[hit]]) >= SOME:
            told.add(names[hit])
            yield names[hit], parts
