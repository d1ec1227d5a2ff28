"""Whole numbers from 1,000 on whose mark of thousands a program took for a decimal mark."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas
from ...numbers.spikes import Values
from ...profiling.profile import ColumnProfile
from ...values import identifying, kept, number, numbers_of

FEWEST = 50
"""So many numbers with decimals, and so many whole ones."""
LARGEST = 0.5
"""The part of 1,000 that the largest whole number must have: what was counted goes beyond."""
MIDDLE = 0.1
"""The part of the largest whole number that the middle one with decimals has at most: most are a few thousand."""
BESIDE = 0.05
"""The share of the whole numbers that lie among the others: who rounds large numbers only has none there."""
SLACK, DEVIATIONS = 0.03, 3.0
SHARES = {1: 9 / 999, 2: 90 / 999, 3: 900 / 999}
"""How often whole numbers that are no multiple of 1,000 have one, two and three digits before their last zeros, of
the last three."""


@check("unit_mix")
def lost_thousands(ctx: TableContext) -> Iterable[Finding]:
    """Report counts of which those from 1,000 on are a thousandth of themselves: 1.976 and 2.98 beside whole
    numbers of which none reaches 1,000.

    A mark of thousands was taken for a decimal mark. The digits behind it are then the last three of a whole
    number, of which zeros at the end got lost: three digits in 90.1%, two in 9.0%, one in 0.9% of the numbers
    (within three standard deviations and 3 points), no more than three, and none is below 1. Exact thousands have
    become small whole numbers, which nothing tells from others.
    """
    for column in ctx.profile.columns.values():
        if column.type != "number" or column.whole or column.present < 2 * FEWEST or identifying(column):
            continue
        if not (float(column.minimum) >= 0 and LARGEST * 1_000 <= float(column.maximum) < 1_000):
            continue
        values = numbers_of(ctx, column.name)
        whole = values == np.trunc(values)
        if _thousands(values[whole], values[~whole]):
            yield _finding(ctx, column)


def _thousands(whole: Values, others: Values) -> bool:
    if min(len(whole), len(others)) < FEWEST or whole.max() < LARGEST * 1_000 or others.min() < 1:
        return False
    if np.median(others) > MIDDLE * whole.max() or np.mean(whole[whole > 0] <= others.max()) < BESIDE:
        return False
    digits = np.round(others * 1_000)
    if (np.abs(others * 1_000 - digits) > 1e-6 * digits).any():
        return False
    places = np.where(digits % 100 == 0, 1, np.where(digits % 10 == 0, 2, 3))
    for count, share in SHARES.items():
        off = abs(float((places == count).mean()) - share)
        if off > min(SLACK, DEVIATIONS * float(np.sqrt(share * (1 - share) / len(others)))):
            return False
    return True


def _finding(ctx: TableContext, column: ColumnProfile) -> Finding:
    name = column.name
    cells = ctx.frame[name].cast(pl.Float64)
    odd = (cells != cells.round(0)).fill_null(False)
    values = cells.filter(odd).unique().sort()
    some = values.gather_every(max(1, len(values) // 5)).head(5).to_list()
    count = int(odd.sum())
    return ctx.finding(
        "unit_mix",
        name,
        "major",
        f"{count:,} values of '{name}' are thousands whose mark was read as a decimal mark: "
        f"{', '.join(ctx.show(name, number(v)) for v in some)}; no whole number reaches 1,000.",
        rows_affected=count,
        consequence="The largest numbers count as some of the smallest: sums, means and models are wrong.",
        advice="Multiply them by 1,000, and see in the source which small whole numbers were exact thousands.",
        fix=None
        if ctx.is_personal(name)
        else in_pandas(ctx, name, ".mask(lambda v: v % 1 != 0, lambda v: (v * 1000).round())"),
        evidence=ctx.evidence(ctx.rows_where(odd), [name]),
        details={"values": kept(ctx, name, [number(v) for v in values.to_list()]), "factor": "1,000", "own": True},
        confidence=0.9,
    )
