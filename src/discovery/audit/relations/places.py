"""Which spellings of a column are names of different things, by where they stand."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ..context import TableContext
from ..texts.spelling import folded

__all__ = ["lie_apart"]

FEWEST, MOST, COLUMNS = 4, 100, 8
"""Levels that a column of places (states, regions, groups) has, and of how many such columns are looked at."""
SETTLED, USUAL, REPEATED = 0.9, 0.5, 0.5
"""The least share of rows whose level is the usual one of their value, the greatest share of one level, and the
least share of rows whose value repeats."""


def lie_apart(ctx: TableContext, name: str, pairs: Mapping[str, str]) -> set[str]:
    """Return those spellings that share no level of a column that the values settle with what they are held to be a
    spelling of: Lovingston in Virginia is no misspelt Lovington in New Mexico."""
    pairs = {v: w for v, w in pairs.items() if folded(v) != folded(w)}
    wanted = [*pairs, *pairs.values()]
    columns = [c.name for c in ctx.profile.columns.values() if c.type == "text" and FEWEST <= c.distinct <= MOST]
    apart: set[str] = set()
    for place in [c for c in columns if c != name][:COLUMNS] if pairs else []:
        rows = ctx.frame.select(
            pl.col(name).cast(pl.String).alias("value"), pl.col(place).alias("place")
        ).drop_nulls()
        counts = rows.group_by("value", "place").len()
        if not _settles(counts):
            continue
        of = counts.filter(pl.col("value").is_in(wanted)).group_by("value").agg("place")
        levels = {value: set(places) for value, places in of.iter_rows()}
        apart |= {v for v, w in pairs.items() if levels.get(v) and levels.get(w) and not levels[v] & levels[w]}
    return apart


def _settles(counts: pl.DataFrame) -> bool:
    """Whether values that repeat have one level nearly always, of levels none of which is most of the rows."""
    total = int(counts["len"].sum())
    if not total or counts.group_by("place").agg(pl.col("len").sum())["len"].max() > USUAL * total:  # type: ignore[operator]
        return False
    of = (
        counts.group_by("value").agg(rows=pl.col("len").sum(), usual=pl.col("len").max()).filter(pl.col("rows") > 1)
    )
    repeated = int(of["rows"].sum())
    return repeated >= REPEATED * total and int(of["usual"].sum()) >= SETTLED * repeated
