"""What tells two groups of rows apart: a stretch of rows or of time, or a value of another column."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import polars as pl

from ..context import TableContext

__all__ = ["SPLIT", "splitter"]

SPLIT = 0.95
"""The share of the odd rows that must be told apart, and of what tells them that must be odd."""
COLUMNS, TIMES = 200, 3
"""The first so many columns of few values, and times, are tried."""


def splitter(ctx: TableContext, name: str, odd: np.ndarray[Any, Any], there: np.ndarray[Any, Any]) -> str:
    """Name what tells the two groups apart in 95% of the rows: a stretch of rows, or a column of few values."""
    places = np.flatnonzero(odd)
    block = places[-1] - places[0] + 1
    if len(places) >= SPLIT * there[places[0] : places[-1] + 1].sum() and block < 0.9 * len(odd):
        return f"the stretch from row {places[0] + 1:,} to row {places[-1] + 1:,}"
    few = (c for c in ctx.profile.columns.values() if 2 <= c.distinct <= 50 and c.present >= 0.9 * ctx.rows)
    for column in islice((c for c in few if c.name not in {name, ctx.target}), COLUMNS):
        frame = pl.DataFrame({"v": ctx.frame[column.name].cast(pl.String), "odd": odd}).filter(pl.Series(there))
        by = (
            frame.group_by("v").agg(pl.col("odd").sum(), n=pl.len()).with_columns(share=pl.col("odd") / pl.col("n"))
        )
        inside = by.filter(pl.col("share") >= 0.5)
        caught = int(inside["odd"].sum() or 0)
        if caught >= SPLIT * odd.sum() and caught >= SPLIT * float(inside["n"].sum() or 0):
            values = ", ".join(f"'{ctx.show(column.name, v)}'" for v in sorted(map(str, inside["v"].to_list()))[:3])
            return f"'{column.name}' = {values}"
        level = by.sort("odd", descending=True)["v"][0]
        if level is None or by["odd"].max() < SPLIT * odd.sum():
            continue
        stretch = _stretch(ctx, odd, there & (_texts_of(ctx, column.name) == level))
        if stretch:
            return f"'{column.name}' = '{ctx.show(column.name, level)}' {stretch}"
    return ""


def _texts_of(ctx: TableContext, column: str) -> np.ndarray[Any, Any]:
    texts: np.ndarray[Any, Any] = ctx.frame[column].cast(pl.String).fill_null("").to_numpy()
    return texts


def _stretch(ctx: TableContext, odd: np.ndarray[Any, Any], inside: np.ndarray[Any, Any]) -> str:
    """Name the time, or the rows, in which the rows ``inside`` are odd; nothing if they are not odd in one go."""
    times = [c.name for c in ctx.profile.columns.values() if c.temporal and c.type != "time"]
    for name in [*times[:TIMES], None]:
        order = np.flatnonzero(inside)
        if name is not None:
            order = order[ctx.frame[name].is_not_null().to_numpy()[order]]
            order = order[np.argsort(ctx.frame[name].to_physical().fill_null(0).to_numpy()[order], kind="stable")]
        places = np.flatnonzero(odd[order])
        if len(places) < 5 or len(places) < SPLIT * (places[-1] - places[0] + 1):
            continue
        first, last = int(order[places[0]]), int(order[places[-1]])
        if name is None:
            return f"from row {first + 1:,} to row {last + 1:,}"
        begin, end = (ctx.show(name, ctx.frame[name][row]) for row in (first, last))
        return f"with '{name}' from {begin} to {end}"
    return ""
