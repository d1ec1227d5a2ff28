"""Dates that are kept in three columns, and that no calendar has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...vocabulary.names import tokens

YEARS, MONTHS = frozenset({"year", "yr", "yyyy"}), frozenset({"month", "mon", "mnth", "mm"})
DAYS = frozenset({"day", "date", "dd", "dom", "dayofmonth"})
FILLERS = frozenset({"of", "date", "day", "month"})
"""Words that say nothing of what happened then: ``arrival_date_day_of_month``."""
FEWEST, MOST = 30, 0.02
"""Rows with all three parts, and the largest share of them that may be no date: else they are no parts of one."""
LAST = 28
"""The day that every month has: numbers that end before it count something else."""
NAMES = {m: i for i, m in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip


@check("bad_date")
def no_such_day(ctx: TableContext) -> Iterable[Finding]:
    """Report rows in which a year, a month and a day make no date: 29 February 2018.

    The three columns are called alike but for the words for the parts (``arrival_year``, ``arrival_month``,
    ``arrival_date``); the day runs to 28 at least, and to 31 at most, and nearly all rows have a date.
    """
    for year, month, day in _thirds(ctx):
        whole = pl.col(year, day).cast(pl.Int64, strict=False)
        parts = ctx.frame.select(whole, _month(ctx, month).alias(month)).rename({year: "y", month: "m", day: "d"})
        known = parts.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
        if known.sum() < FEWEST or not _in_range(parts):
            continue
        last = pl.date("y", "m", 1).dt.month_end().dt.day()
        wrong = known & parts.select((pl.col("d") > last).fill_null(False)).to_series()
        rows = int(wrong.sum())
        if 0 < rows <= MOST * int(known.sum()):
            yield _finding(ctx, (year, month, day), wrong, rows)


def _thirds(ctx: TableContext) -> Iterator[tuple[str, str, str]]:
    """Iterate over columns for a year, a month and a day of the same thing."""
    by_thing: dict[frozenset[str], dict[str, str]] = {}
    for column in ctx.profile.columns.values():
        words = set(tokens(column.name))
        part = next((p for p, own in (("year", YEARS), ("day", DAYS), ("month", MONTHS)) if own & words), None)
        if part == "day" and words & MONTHS and not words & {"day", "dd", "dom", "dayofmonth"}:
            part = "month"
        if part is None or not ((column.numeric and column.whole) or (part == "month" and column.type == "text")):
            continue
        by_thing.setdefault(frozenset(words - YEARS - MONTHS - DAYS - FILLERS), {}).setdefault(part, column.name)
    yield from ((p["year"], p["month"], p["day"]) for p in by_thing.values() if len(p) == 3)


def _month(ctx: TableContext, name: str) -> pl.Series:
    series = ctx.frame[name]
    if series.dtype == pl.String:
        series = series.str.strip_chars().str.slice(0, 3).str.to_lowercase().replace_strict(NAMES, default=None)
    return series.cast(pl.Int64, strict=False)


def _in_range(parts: pl.DataFrame) -> bool:
    """Whether numbers may be years, months and days of a month."""
    limits = {"y": (1000, 2200), "m": (1, 12), "d": (1, 31)}
    within = all(bool(parts[c].drop_nulls().is_between(*ends).all()) for c, ends in limits.items())
    return within and bool((parts["d"] >= LAST).any())


def _finding(ctx: TableContext, names: tuple[str, str, str], wrong: pl.Series, rows: int) -> Finding:
    year, month, day = names
    return ctx.finding(
        "bad_date",
        day,
        "minor",
        f"In {rows:,} rows '{year}', '{month}' and '{day}' make a date that there is not.",
        rows_affected=rows,
        consequence="They cannot be made a date, and are lost where one is worked out from the parts.",
        advice="Ask for the right day; until then, leave the date of these rows empty.",
        evidence=ctx.evidence(ctx.rows_where(wrong), names),
        details={"parts": list(names), "own": True},
    )
