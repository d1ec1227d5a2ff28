"""Columns that count the rows, or name them by definition, and do not in some."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...numbers.counting import OutOfCount, out_of_count
from ...profiling.profile import ColumnProfile
from ...values import identifying, number, numbers_of

__all__ = ["out_of_order"]

MOST_ROWS = 200_000
FOREIGN = 0.8
"""The share of the odd numbers that are none which the count left out."""
DISTINCT, NAMED_DISTINCT = 0.6, 0.3
"""The share of distinct values from which on a column may count the rows, and where its name says so."""
NAMES = 0.995
"""The share of distinct values from which on an identifier names the rows."""
BY_DEFINITION = re.compile(r"(?i)^(?:global[ _]?id|object[ _]?id|row[ _]?id|guid|uuid)\b")
"""How geographic information systems and databases call what names a row, and nothing else."""


@check("duplicate_key", "outlier")
def out_of_order(ctx: TableContext) -> Iterator[Finding]:
    """Report numbers that else rise from row to row, and rows whose number repeats another or is none that the
    count left out (:mod:`discovery.audit.numbers.counting`); and repeats in a column that names rows by definition
    (``OBJECTID``, ``GlobalID``). A count that is only in another order is none."""
    if ctx.seen is not None or ctx.rows > MOST_ROWS:
        return
    for column in ctx.profile.columns.values():
        found = _counted(ctx, column)
        if found is not None:
            yield _finding(ctx, column, found)
        elif (
            BY_DEFINITION.match(column.name) and NAMED_DISTINCT * column.present <= column.distinct < column.present
        ):
            repeats = ctx.frame[column.name].is_duplicated() & ctx.frame[column.name].is_not_null()
            yield _repeats(ctx, column, repeats)


def _counted(ctx: TableContext, column: ColumnProfile) -> tuple[pl.Series, OutOfCount] | None:
    if not column.numeric or column.distinct < DISTINCT * ctx.rows or column.missing > 0.05 * ctx.rows:
        return None
    if column.sorted or column.infinite or len(numbers_of(ctx, column.name)) < column.present:
        return None
    cells = ctx.frame[column.name].cast(pl.Float64)
    there = cells.is_not_null()
    found = out_of_count(cells.filter(there).to_numpy())
    if (
        found is None
        or not (found.repeated or found.foreign >= FOREIGN)
        or not (found.by_one or (found.repeated and identifying(column)))
    ):
        return None
    if not found.repeated and identifying(column) and column.whole and column.distinct >= NAMES * column.present:
        return None  # in another order, or by years, it still names the rows
    rows = np.zeros(ctx.rows, bool)
    rows[there.to_numpy()] = found.rows
    return pl.Series(rows), found


def _finding(ctx: TableContext, column: ColumnProfile, found: tuple[pl.Series, OutOfCount]) -> Finding:
    mask, how = found
    name, count = column.name, int(mask.sum() or 0)
    if how.repeated:
        return _repeats(ctx, column, mask)
    shown = ", ".join(ctx.show(name, number(float(v))) for v in ctx.frame[name].filter(mask).head(5))
    return ctx.finding(
        "outlier",
        name,
        "minor",
        f"'{name}' counts the rows on, but in {count:,} it holds another number: {shown}.",
        rows_affected=count,
        consequence="It does not identify these rows, and their order is lost.",
        advice="Number the rows anew, or ask for the numbers that they had.",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"own": True},
        confidence=0.9,
    )


def _repeats(ctx: TableContext, column: ColumnProfile, mask: pl.Series) -> Finding:
    name, count = column.name, int(mask.sum() or 0)
    others = [c for c in ctx.table.columns if c != name][:3]
    return ctx.finding(
        "duplicate_key",
        name,
        "minor",
        f"'{name}' names the rows, but {count:,} of {ctx.rows:,} rows hold a number or name that others hold, too.",
        rows_affected=count,
        consequence="Joins on it multiply rows, and these rows cannot be told apart by it.",
        advice="Ask for the numbers that these rows had; number them anew where nothing refers to them.",
        fix=f"df[df.duplicated({name!r}, keep=False)].sort_values({name!r})",
        evidence=ctx.evidence(ctx.rows_where(mask), [name, *others]),
        details={"distinct": column.distinct, "own": True},
        confidence=0.8,
    )
