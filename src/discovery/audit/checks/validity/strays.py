"""Identifiers of rows that slipped into a column of quantities."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying, kept, number
from ..shape import identifies

APART, SMALLEST, MOST = 100, 10_000, 0.01
"""How many times as large as all others the values are, their least size, and the share of the rows they have."""
OWN, MOSTLY = 0.98, 0.5
"""The share of different values of the column that names the rows, and that of the values found in it."""


@check("impossible_value")
def strays(ctx: TableContext) -> Iterable[Finding]:
    """Report whole numbers over 100 times as large as all others of their column that are identifiers of the
    table's rows, as cells are that were moved or typed into the next column."""
    for column in ctx.profile.columns.values():
        far = _far_off(column)
        held = ((key, _held(ctx, key, far)) for key in _keys(ctx, column)) if far else ()
        key, values = next((told for told in held if len(told[1]) >= MOSTLY * len(far)), ("", []))
        if not values:
            continue
        name = column.name
        mask = ctx.frame[name].is_in(pl.Series(values, dtype=ctx.frame.schema[name], strict=False).to_list())
        shown = ", ".join(ctx.show(name, number(v)) for v in values[:5])
        rows = int(mask.sum() or 0)
        yield ctx.finding(
            "impossible_value",
            name,
            "minor",
            f"{rows:,} values of '{name}' are identifiers out of '{key}': {shown}.",
            rows_affected=rows,
            consequence="Cells of these rows stand in the wrong columns; means and sums of it say nothing.",
            advice="Ask for the rows anew; until then read these cells as missing.",
            fix=None
            if ctx.is_personal(name)
            else f"df[{name!r}] = df[{name!r}].mask(df[{name!r}].isin(df[{key!r}]))",
            evidence=ctx.evidence(ctx.rows_where(mask), [key, name]),
            details={"values": kept(ctx, name, [number(v) for v in values])},
            confidence=0.9,
        )


def _far_off(column: ColumnProfile) -> list[float]:
    """Return the largest numbers of a column, where a factor of 100 parts a few of them from the others."""
    if not column.numeric or column.distinct < 10 or len(column.high) < 3 or identifying(column):
        return []
    for place, ((high, _), (low, _)) in enumerate(pairwise(column.high)):
        if high >= SMALLEST and high > APART * max(abs(low), 1):
            values = [float(v) for v, _ in column.high[: place + 1]]
            rows = sum(n for _, n in column.high[: place + 1])
            return values if rows <= MOST * column.present and all(v == int(v) for v in values) else []
    return []


def _keys(ctx: TableContext, column: ColumnProfile) -> list[str]:
    """Return the columns that name the rows."""
    others = (c for c in ctx.profile.columns.values() if c.name != column.name and c.type in {"integer", "text"})
    return [c.name for c in others if c.distinct >= OWN * c.present > 0 and identifies(c)]


def _held(ctx: TableContext, key: str, values: list[float]) -> list[float]:
    """Return those of ``values`` that a column which names the rows holds."""
    cells = ctx.frame[key].cast(pl.String)
    held = set(cells.filter(cells.is_in([number(v) for v in values])))
    return [v for v in values if number(v) in held]
