"""Things that have several rows which differ in one column only: a table that was doubled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.keys import counts_or_dates
from ...rows.chance import collision, equal_pairs
from ..shape import identifies

__all__ = ["doubled_but_for_one", "multiplied_rows"]

FEWEST_KEYS, MOST_KEYS = 20, 0.7
OFTEN, NEVER = 0.5, 0.01
FEWEST_ALIKE, FEWEST_TELLING, TELLING = 6, 3, 0.5
MOST_LEVELS = 20
SOME_ROWS = 20_000
MULTIPLIED, ONE_ONLY, FINE = 0.1, 0.2, 0.3
"""Share of the rows from which on those that differ in one number are told, the part of them that may differ in
another one, and the different values, as a share of what is left, of a column that is equal."""


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


@check("duplicate_key")
def multiplied_rows(context: TableContext) -> Iterator[Finding]:
    """Remark on rows, a tenth or more, that are an earlier one again but for one number: what a join with a table
    of several rows each leaves behind.

    Of the numbers one alone does so (all others in a fifth as many rows at most); six columns or more are equal,
    one of them a measurement, and hardly a pair of rows by chance. Numbers of the rows are left out, and so is a
    target: its rows conflict.
    """
    others = [c for c in context.columns() if c.distinct > 1 and not (c.unique and c.whole)]
    numbers = [c for c in others if c.type == "number" and not c.whole and c.name not in context.targets]
    if context.seen is not None or not numbers or len(others) <= FEWEST_ALIKE or any(c.unique for c in others):
        return
    frame = context.frame.select(c.name for c in others).head(SOME_ROWS).unique()
    hashes = {c.name: frame[c.name].hash(seed=1).to_numpy() * np.uint64(2 * n + 3) for n, c in enumerate(others)}
    whole = sum(hashes.values(), np.zeros(frame.height, np.uint64))
    repeats = {c.name: frame.height - len(np.unique(whole - hashes[c.name])) for c in numbers}
    first, *rest = sorted(repeats, key=lambda name: -repeats[name])
    most = max((repeats[name] for name in rest), default=0)
    if repeats[first] < MULTIPLIED * frame.height or most > ONE_ONLY * repeats[first]:
        return
    alike = [c for c in others if c.name != first]
    fine = max(c.distinct for c in alike) >= FINE * (frame.height - repeats[first])
    if not fine or equal_pairs(alike, frame.height) > NEVER * repeats[first]:
        return
    names = [c.name for c in alike]
    rows = context.rows - context.frame.select(names).n_unique()
    yield context.finding(
        "duplicate_key",
        [],
        "info",
        f"{rows:,} of {context.rows:,} rows repeat an earlier row in all columns but '{first}', or in that as "
        "well.",
        rows_affected=rows,
        consequence="The same thing counts several times, and stands in training and test data.",
        advice=f"Ask whether a join made several rows of one, and which '{first}' is meant; keep one of each.",
        evidence=context.evidence(context.repeated_rows(names), [*names[:3], first]),
        details={"differing": first, "repeats": rows},
        confidence=0.6,
    )
