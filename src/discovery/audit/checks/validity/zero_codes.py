"""0 among codes, months and days, which are counted from 1."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import in_pandas
from ...numbers.zeros import before_a_scale
from ...profiling.profile import ColumnProfile
from ...values import identifying, number
from ...vocabulary.names import named
from ...vocabulary.placeholders import NULLS, WEAK, is_placeholder, normal
from .codes import NOMINAL
from .counts import unknown_sex

MOST_CODES = 60
FEWEST = 5
FEW_CODES, MOST_UNKNOWN = 20, 0.6
"""The most codes of which 0 says that it is unknown, and in what share of the rows."""
SAME, JUST = 0.9, 0.98
"""The share of the rows in which a code and a measurement must both be 0, and 0 stand where another is unknown."""


@check("impossible_value")
def codes_from_one(ctx: TableContext) -> Iterable[Finding]:
    """Remark on 0 among codes that are counted from 1, by its rarity, and among months and days of the month.

    It is the 0 that stands for missing by :func:`discovery.audit.numbers.zeros.before_a_scale`; one may look for
    either.
    """
    for column in ctx.profile.columns.values():
        if not _begins_with_0(column) or not 4 <= column.distinct <= 32 or identifying(column):
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        spike = before_a_scale(column, values, counts)
        if spike is None:
            continue
        name, last, rows = column.name, number(float(values[-1])), int(counts[0])
        yield ctx.finding(
            "impossible_value",
            name,
            "info",
            f"'{name}' counts from 1 to {last}, but {rows:,} {'rows hold' if rows > 1 else 'row holds'} 0.",
            rows_affected=rows,
            consequence="A code that is in no list of codes is a mistake, or stands for what is not known.",
            advice="Ask what 0 means there; read it as missing where it stands for that.",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == 0), [name]),
            details={"values": ["0"], "own": True, "cause": "0 stands before codes that count from 1"},
            confidence=0.7,
        )


@check("sentinel_missing")
def codes_of_nothing(ctx: TableContext) -> Iterable[Finding]:
    """Remark on 0 among codes where something measured is 0 in just these rows: no reason of no absence.

    The codes are told by the name of their column, begin with 0 and go on with 1; both are 0 in nine of ten rows of
    either, in five at least and a fifth of all at most.
    """
    measured = [c for c in ctx.profile.columns.values() if c.numeric and c.zeros >= FEWEST and c.distinct >= 10]
    for column in ctx.profile.columns.values():
        coded = (
            _begins_with_0(column)
            and 5 <= column.distinct <= MOST_CODES
            and named(column.name, "reason", "cause", *NOMINAL)
        )
        if not coded or not FEWEST <= column.zeros <= 0.2 * column.present or identifying(column):
            continue
        zero = (ctx.frame[column.name] == 0).fill_null(False)
        other = next((c for c in measured if c.name != column.name and _same_rows(ctx, zero, column, c)), None)
        if other is None:
            continue
        yield ctx.finding(
            "sentinel_missing",
            column.name,
            "info",
            f"0 of '{column.name}' is in {column.zeros:,} rows, nearly all where '{other.name}' is 0 too: it says "
            "that there is none.",
            rows_affected=column.zeros,
            consequence="Taken as a code like the others it repeats what the other column says.",
            advice="Read it as missing; keep a column that says so, as the gap itself may tell something.",
            evidence=ctx.evidence(ctx.rows_where(zero), [column.name, other.name]),
            details={"values": ["0"], "own": True},
            confidence=0.6,
        )


@check("sentinel_missing")
def codes_beside_unknown(ctx: TableContext) -> Iterable[Finding]:
    """Report 0 among whole codes that go on with 2 or more, in just the rows (49 in 50 of either, five at least)
    in which a category says that it is unknown, by a word or by a letter.

    Codes are up to 20, of which half are there; sizes of what is not there have more, and are mostly 0.
    """
    codes = [c for c in ctx.profile.columns.values() if _zero_apart(c) and c.name not in ctx.targets]
    if not codes:
        return
    unknown = {n: there for n, there in _unknown(ctx).items() if n not in ctx.targets}
    for column in codes:
        zero = (ctx.frame[column.name] == 0).fill_null(False)
        rows = int(zero.sum())
        for name, there in unknown.items():
            if int((zero & there).sum()) < max(FEWEST, JUST * max(rows, int(there.sum()))):
                continue
            yield ctx.finding(
                "sentinel_missing",
                column.name,
                "minor",
                f"0 of '{column.name}' is in {rows:,} rows, nearly all where '{name}' says that it is unknown.",
                rows_affected=rows,
                consequence="Taken as a code like the others it is the least of them, and averages are too low.",
                advice="Read it as missing; keep a column that says so, as the gap itself may tell something.",
                fix=in_pandas(ctx, column.name, ".replace(0, np.nan)"),
                evidence=ctx.evidence(ctx.rows_where(zero), [column.name, name]),
                details={"values": ["0"], "own": True},
                confidence=0.8,
            )
            break


def _zero_apart(column: ColumnProfile) -> bool:
    """Whether a column holds a few whole numbers of which the first is 0 and the second 2 or more."""
    if not column.numeric or not column.whole or column.negatives or column.zeros < FEWEST:
        return False
    if not 4 <= column.distinct <= FEW_CODES or column.zeros > MOST_UNKNOWN * column.present:
        return False
    near = float(column.maximum) - float(column.low[1][0]) < 2 * (column.distinct - 1)
    return near and float(column.low[1][0]) >= 2 and not identifying(column)


def _unknown(ctx: TableContext) -> dict[str, pl.Series]:
    """Return where the categories of a table, of up to 12 values, say that they are unknown."""
    found: dict[str, pl.Series] = {}
    for column in ctx.columns("text"):
        if not 3 <= column.distinct <= 12:
            continue
        counts = {str(v): n for v, n in column.top}
        words = [v for v in counts if is_placeholder(v) and normal(v) not in WEAK | NULLS] + unknown_sex(counts)
        if words:
            found[column.name] = ctx.frame[column.name].is_in(words).fill_null(False)
    return found


def _same_rows(ctx: TableContext, zero: pl.Series, column: ColumnProfile, other: ColumnProfile) -> bool:
    """Whether a measurement is 0 in nine of ten of the rows in which a code is, and hardly in others."""
    most = max(column.zeros, other.zeros)
    if min(column.zeros, other.zeros) < SAME * most or named(other.name, "reason", "cause", *NOMINAL):
        return False
    return int((zero & (ctx.frame[other.name] == 0).fill_null(False)).sum()) >= SAME * most


def _begins_with_0(column: ColumnProfile) -> bool:
    """Whether a column's numbers are whole and begin with 0 and 1."""
    if not column.numeric or not column.whole or not column.zeros or column.negatives or len(column.low) < 2:
        return False
    return bool(np.array_equal([float(v) for v, _ in column.low[:2]], [0.0, 1.0]))
