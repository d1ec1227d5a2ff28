"""Rows in which nothing was measured, written as 0."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying

FEWEST, MOST_COLUMNS = 6, 60
"""How many measures there must be, and may be."""
NEARLY = 0.8
"""The share of the measures that is 0 in a row."""
ELSEWHERE = 0.15
"""The most of a measure's zeros that may stand in other rows."""
SHARE, MOST = 0.005, 0.2
"""The least and the most of all rows."""
LEVELS = 10
"""The fewest values of a measure."""
ALONE = 0.4
"""So many of the measures must be 0 in nearly no other row."""


@check("sentinel_missing")
def rows_of_zeros(ctx: TableContext) -> Iterable[Finding]:
    """Remark on rows in which eight in ten measures are 0 at once, where each is above 0 in most others and four
    in ten are hardly ever 0 (15% of their zeros) elsewhere.

    Measures are numbers of ten values or more, none negative, with a median above 0 and a 0; six at least. The
    rows are ten or more, 0.5% to 20% of all: a device that was not worn, a day without a report.
    """
    measures = [c for c in ctx.profile.columns.values() if _measure(c) and c.name not in ctx.targets]
    if not FEWEST <= len(measures) <= MOST_COLUMNS or sum(c.zeros > 0 for c in measures) < NEARLY * len(measures):
        return
    zero = ctx.frame.select((pl.col(c.name) == 0).fill_null(False) for c in measures).to_numpy()
    blank = zero.mean(axis=1) >= NEARLY
    rows = int(blank.sum())
    if rows < max(10, SHARE * len(blank)) or rows > MOST * len(blank):
        return
    alone = zero[~blank].sum(axis=0) <= ELSEWHERE * zero.sum(axis=0)
    if alone.sum() < ALONE * len(measures):
        return
    often = zero[blank].mean(axis=0) >= 0.9
    names = [c.name for c, there in zip(measures, often, strict=True) if there]
    yield ctx.finding(
        "sentinel_missing",
        names,
        "info",
        f"In {rows:,} rows {len(names)} of {len(measures)} measures are 0 at once, which are seldom 0 alone.",
        rows_affected=rows,
        consequence="What was set and not measured counts as measured, and the spread looks smaller than it is.",
        advice="Ask whether anything was measured in these rows; if not, leave them out.",
        evidence=ctx.evidence(ctx.rows_where(pl.Series(blank)), names[:4]),
        details={"values": ["0"], "own": True},
        confidence=0.6,
    )


def _measure(column: ColumnProfile) -> bool:
    if not column.numeric or column.distinct < LEVELS or column.negatives or identifying(column):
        return False
    return bool(column.quantiles) and column.quantiles[0.5] > 0 and bool(np.isfinite(column.quantiles[0.5]))
