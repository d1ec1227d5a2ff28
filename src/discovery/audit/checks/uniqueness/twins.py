"""Things that have several rows which differ in one column only: a table that was doubled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.keys import counts_or_dates
from ...rows.chance import collision
from ..shape import identifies

__all__ = ["doubled_but_for_one"]

FEWEST_KEYS, MOST_KEYS = 20, 0.7
OFTEN, NEVER = 0.5, 0.01
FEWEST_ALIKE, FEWEST_TELLING, TELLING = 6, 3, 0.5
MOST_LEVELS = 20
SOME_ROWS = 20_000


@check("duplicate_key")
def doubled_but_for_one(context: TableContext) -> Iterator[Finding]:
    """Find an identifier of which half the values or more have several rows, which agree in all columns but one.

    The one has 20 values at most and is no time or counter; six others or more never differ, in all but 1% of the
    identifier's values, three of them such that rows seldom agree by chance. Numbers of the rows are left out. A
    table of visits or of lines differs in more.
    """
    if context.seen is not None:
        return
    numbers = [c for c in context.columns() if c.unique and (c.type in {"integer", "number"} or identifies(c))]
    numbered = {c.name for c in numbers}
    others = [c for c in context.columns() if c.distinct > 1 and c.name not in numbered]
    for key in [c for c in others if _may_repeat(c)]:
        rest = [c for c in others if c is not key]
        apart = _apart(_some(context.frame, key.name), key.name, rest) if len(rest) > FEWEST_ALIKE else None
        if apart is not None and _apart(context.frame, key.name, rest) == apart:
            yield _finding(context, key, [apart, *(c.name for c in numbers)])
            return


def _may_repeat(column: ColumnProfile) -> bool:
    few = FEWEST_KEYS <= column.distinct <= MOST_KEYS * column.present
    return few and column.missing <= NEVER * column.rows and column.semantic in {"identifier", "uuid"}


def _some(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return some 20,000 rows, all of a value of ``key`` or none; all where there are no more."""
    every = frame.height // SOME_ROWS
    return frame.filter(pl.col(key).hash(0) % every == 0) if every > 1 else frame


def _apart(frame: pl.DataFrame, key: str, others: Sequence[ColumnProfile]) -> str | None:
    """Return the column in which alone the rows of one value of ``key`` differ."""
    again = pl.col(key).is_not_null() & pl.col(key).is_duplicated()
    varied = frame.filter(again).group_by(key).agg(pl.col([c.name for c in others]).n_unique() > 1)
    if varied.height < OFTEN * frame[key].n_unique():
        return None
    often = {c.name: float(varied[c.name].mean() or 0) for c in others}  # type: ignore[arg-type]
    differ = [c for c in others if often[c.name] > NEVER]
    alike = [c for c in others if often[c.name] <= NEVER]
    if (
        len(differ) != 1
        or len(alike) < FEWEST_ALIKE
        or sum(collision(c) <= TELLING for c in alike) < FEWEST_TELLING
    ):
        return None
    (one,) = differ
    level = one.distinct <= MOST_LEVELS and one.type in {"text", "boolean", "integer"} and not counts_or_dates(one)
    return one.name if level and often[one.name] >= OFTEN else None


def _finding(context: TableContext, key: ColumnProfile, apart: Sequence[str]) -> Finding:
    repeats = key.present - key.distinct
    shown = ", ".join(f"'{c}'" for c in apart[:3])
    same = [c for c in context.table.columns if c != key.name and c not in apart][:3]
    return context.finding(
        "duplicate_key",
        key.name,
        "minor",
        f"{repeats:,} of {context.rows:,} rows repeat '{key.name}' and all else of an earlier row but {shown}.",
        rows_affected=repeats,
        consequence="The same thing counts several times, and stands in training and test data.",
        advice="Ask which of the rows of each is true, or what made several of one; keep one of each.",
        fix=f"df = df.drop_duplicates(subset=df.columns.difference({list(apart)!r}))",
        evidence=context.evidence(context.repeated_rows([key.name]), [key.name, apart[0], *same]),
        details={"distinct": key.distinct, "repeats": repeats, "differing": list(apart)},
        confidence=0.8,
    )
