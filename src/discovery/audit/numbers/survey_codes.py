"""Negative codes for missing that run through a table, as surveys write them (-1 refused ... -5 not asked)."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ...ordered import distinct_numbers
from ..context import TableContext
from ..profiling.profile import ColumnProfile
from ..values import identifying

__all__ = ["survey_codes"]

LOWEST = -9
FEWEST, SHARE, CODES = 5, 0.3, 2
"""In how many columns, in what share of the columns of numbers, and how many such codes there must be."""
SAME, ALIKE = 10, 3
"""In so many columns one code must stand in the very same rows, ten at least."""
PILED = 5
"""How many times as frequent as any other negative number a code must be where there are others (debts)."""
MEMO = "survey codes"


def survey_codes(ctx: TableContext) -> dict[str, dict[float, int]]:
    """Return the codes for missing of each column that has some, with their rows: whole numbers from -9 to -1.

    There are some where at least five columns and 30% of those of numbers hold no other negative numbers, two codes
    or more stand in five such columns each, and one of them in the very same rows of three that are no copies.
    A scale that is symmetric about 0 (-2 to 2) has none; where a column has other negative numbers, those that are
    five times as frequent as any of them are codes, too. Targets have them as other columns do.
    """
    if MEMO not in ctx.memo:
        ctx.memo[MEMO] = _found(ctx)
    found: dict[str, dict[float, int]] = ctx.memo[MEMO]
    return found


def _found(ctx: TableContext) -> dict[str, dict[float, int]]:
    numbers = [c for c in ctx.profile.columns.values() if c.numeric and not identifying(c)]
    held = {c.name: below for c in numbers if (below := _only_codes(c))}
    if len(held) < max(FEWEST, SHARE * len(numbers)):
        return {}
    often = Counter(value for below in held.values() for value in below)
    codes = {value for value, columns in often.items() if columns >= FEWEST}
    if len(codes) < CODES or not _in_same_rows(ctx, held, codes):
        return {}
    for column in numbers:
        if column.name not in held and column.negatives:
            piled = _piled(ctx, column, codes)
            held |= {column.name: piled} if piled else {}
    return held


def _only_codes(column: ColumnProfile) -> dict[float, int]:
    """Return the negative numbers of a column where all are whole and from -9 on; nothing of a symmetric scale."""
    if not column.negatives or column.distinct < 2 or column.minimum is None or column.minimum < LOWEST:
        return {}
    below = {float(v): n for v, n in column.low if v < 0}
    whole = all(v == int(v) for v in below)
    above = {float(v) for v, _ in column.high if v > 0}
    symmetric = above == {-v for v in below}
    return below if whole and not symmetric and sum(below.values()) == column.negatives else {}


def _in_same_rows(ctx: TableContext, held: dict[str, dict[float, int]], codes: set[float]) -> bool:
    groups: dict[tuple[float, int], dict[tuple[object, ...], str]] = {}
    for name, below in held.items():
        column = ctx.profile[name]
        for value in codes & below.keys():
            if below[value] >= SAME:
                looks = (column.distinct, column.mean, column.std)
                groups.setdefault((value, below[value]), {}).setdefault(looks, name)
    for (value, _), names in sorted(groups.items(), key=lambda g: -len(g[1])):
        if len(names) < ALIKE:
            return False
        masks = [(ctx.frame[name] == value).fill_null(False) for name in names.values()]
        if any(sum(bool((mask == other).all()) for other in masks) >= ALIKE for mask in masks[: 2 * ALIKE]):
            return True
    return False


def _piled(ctx: TableContext, column: ColumnProfile, codes: set[float]) -> dict[float, int]:
    values, counts = distinct_numbers(ctx.table, column.name)
    below = values < 0
    coded = below & np.isin(values, sorted(codes))
    others = int(counts[below & ~coded].max(initial=1))
    told = coded & (counts >= max(SAME, PILED * others))
    return {float(v): int(n) for v, n in zip(values[told], counts[told], strict=True)}
