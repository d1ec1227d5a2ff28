"""Averages of nothing: a rating where nobody rated."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import numeric
from ...profiling.profile import ColumnProfile
from ...values import identifying, number
from ...vocabulary.names import named, singular, tokens

COUNTS = ("count", "counts", "num", "number", "n", "no", "total", "tot", "votes", "reviews", "ratings")
"""Words for how many there are."""
AVERAGES = ("rating", "ratings", "stars", "score", "average", "avg", "mean", "rate")
"""Words for what is worked out from them."""
JUDGED = frozenset({"rating", "review", "vote", "star"})
"""What is counted where a rating is the average."""
FEWEST, MOST = 5, 0.8
"""Rows without any, and the largest share of all rows that they may be."""
LEVELS = 4
"""Different averages there must be where something was counted."""


@check("sentinel_missing")
def averages_of_none(ctx: TableContext) -> Iterable[Finding]:
    """Report the one value that an average or rating has wherever its count is 0: a default, not a measurement.

    The count and the average are told by their names (``rating_count``, ``user_rating``); all rows with a count of
    0 must hold the same average, or none, which is the lowest or the highest one.
    """
    numbers = [c for c in ctx.columns("integer", "number") if not identifying(c)]
    counts = sorted((c for c in numbers if _counts(c)), key=lambda c: -c.zeros)
    for average in (c for c in numbers if _averages(c) and c.distinct > LEVELS) if counts else ():
        for count in counts:
            value = _default(ctx, average, count) if _goes_with(count, average) else None
            if value is not None:
                yield _finding(ctx, average.name, count.name, value)
                break


def _counts(column: ColumnProfile) -> bool:
    whole = column.whole and not column.negatives and FEWEST <= column.zeros <= MOST * column.rows
    return whole and column.distinct > LEVELS and named(column.name, *COUNTS)


def _averages(column: ColumnProfile) -> bool:
    return named(column.name, *AVERAGES) and not named(column.name, *COUNTS[:7])


def _goes_with(count: ColumnProfile, average: ColumnProfile) -> bool:
    """Whether names speak of one thing, or of what a rating is the average of."""
    of, what = ({singular(w) for w in tokens(c.name)} for c in (count, average))
    judged = bool(of & JUDGED) and named(average.name, "rating", "ratings", "stars", "score")
    return count.name != average.name and (judged or bool(of & what - set(COUNTS)))


def _default(ctx: TableContext, average: ColumnProfile, count: ColumnProfile) -> float | None:
    rows = ctx.frame.select(a=pl.col(average.name).cast(pl.Float64), n=pl.col(count.name))
    none = rows.filter(pl.col("n") == 0)["a"].drop_nulls()
    if len(none) < FEWEST or none.n_unique() > 1:
        return None
    some = rows.filter(pl.col("n") > 0)["a"]
    value = float(none[0])
    return (
        value if some.n_unique() >= LEVELS and value in (float(average.minimum), float(average.maximum)) else None
    )


def _finding(ctx: TableContext, average: str, count: str, value: float) -> Finding:
    mask = ((ctx.frame[count] == 0) & (ctx.frame[average] == value)).fill_null(False)
    shown = ctx.show(average, number(value))
    return ctx.finding(
        "sentinel_missing",
        average,
        "minor",
        f"'{average}' is {shown} in all {int(mask.sum()):,} rows in which '{count}' is 0: it is set, not measured.",
        rows_affected=int(mask.sum()),
        consequence="Averages and models take it for a judgement that somebody gave.",
        advice="Read it as missing in these rows.",
        fix=f"df[{average!r}] = {numeric(ctx, average)}.mask({numeric(ctx, count)} == 0)",
        evidence=ctx.evidence(ctx.rows_where(mask), [average, count]),
        details={"values": [number(value)], "own": True},
        confidence=0.9,
    )
