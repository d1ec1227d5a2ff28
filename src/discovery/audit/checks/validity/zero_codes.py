"""0 among codes, months and days, which are counted from 1."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...numbers.zeros import before_a_scale
from ...profiling.profile import ColumnProfile
from ...values import identifying, number
from ...vocabulary.names import named
from .codes import NOMINAL

MOST_CODES = 60
FEWEST = 5
SAME = 0.9
"""The share of the rows in which a code and a measurement must both be 0."""


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
