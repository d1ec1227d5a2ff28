"""Defaults: values that were set, not measured or given."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...numbers.spikes import Counts, Values
from ...numbers.survey_codes import survey_codes
from ...profiling.profile import ColumnProfile
from ...values import answers_of, identifying, kept, number
from ...vocabulary.placeholders import is_placeholder
from .sentinels_filled import average_of

MOST = 3
"""How many values of a column may be defaults."""
SHARE = 0.1
"""The share of the rows that each must have."""
FINE = 100
"""Of fewer values, frequent ones are steps of a scale."""
TIMES_NEXT = 5
"""How many times as frequent as any other they must be."""
BESIDE, TIMES_BESIDE = 5, 20
"""How many values on either side, and how many times as frequent as these."""
SOME, ALONE = 50, 7
"""A single default may be one of so many values, if it is so many times as frequent as any other."""
ODD_SHARE, TIMES_ODD, DIGITS = 0.005, 4, 4
"""The share of the rows of a number that nobody rounded, how many times as frequent as any other it must be, and
the digits that it then has."""
FEWEST_GAPS, TOGETHER = 20, 0.98
"""In how many rows a text must stand, and what share of these and of another column's gaps must be the same."""
FLOOR = 0.01
"""The share of the rows that the smallest value must have."""
ADDRESSED = frozenset({"email", "phone", "iban", "card", "national_id"})
"""What one person has and hundreds do not share."""
CONSEQUENCE = "What was set and not measured counts as measured, and the spread looks smaller than it is."
ADVICE = "Ask whether it is set where nothing was measured; if so, keep a column that says so."


@check("sentinel_missing")
def default_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on up to three values of a fine-grained column that may be defaults (a depth of 33 km).

    Each holds at least 10% of the rows of a column of 100 or more values, is neither 0 nor the smallest or largest,
    and is five times as frequent as any but these and 20 times as any of the five on either side.
    A single one that is seven times as frequent as any other is one among 50 values, too, and then need be but
    seven times as frequent as those around. Averages are told elsewhere (:mod:`.sentinels_filled`).
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < SOME or len(column.top) <= 1 or identifying(column):
            continue
        found = [v for v in _frequent(column) if v not in survey_codes(ctx).get(column.name, ())]
        if not found or answers_of(ctx, column) or column.name in ctx.targets:
            continue
        if any(average_of(ctx.frame[column.name], value) for value in found):
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        for times in _times(column, found):
            if all(_alone(values, counts, value, found, times) for value in found):
                yield _finding(ctx, column, found, times)
                break


def _times(column: ColumnProfile, found: list[float]) -> Iterable[int]:
    """Yield how many times as frequent as the values around them defaults must be."""
    if column.distinct >= FINE:
        yield TIMES_BESIDE
    if len(found) == 1 and column.top[0][1] >= ALONE * column.top[1][1]:
        yield ALONE


def _frequent(column: ColumnProfile) -> list[float]:
    """Return the values with 10% of the rows each, where all others are far rarer."""
    many = [(float(v), n) for v, n in column.top if n >= SHARE * column.present]
    rest = column.top[len(many)][1] if len(many) < len(column.top) else 0
    if not 1 <= len(many) <= MOST or not rest or min(n for _, n in many) < TIMES_NEXT * rest:
        return []
    ends = (0.0, float(column.minimum), float(column.maximum))
    return [] if any(v in ends for v, _ in many) else sorted(v for v, _ in many)


def _alone(values: Values, counts: Counts, value: float, among: list[float], times: int) -> bool:
    place = int(np.searchsorted(values, value))
    first = max(0, place - BESIDE)
    near = np.where(np.isin(values, among), 0, counts)[first : place + BESIDE + 1]
    return bool(counts[place] >= times * max(1, near.max()))


def _finding(ctx: TableContext, column: ColumnProfile, values: list[float], times: int) -> Finding:
    name = column.name
    mask = ctx.frame[name].cast(pl.Float64).is_in(values)
    rows = int(mask.sum() or 0)
    shown = ", ".join(ctx.show(name, number(v)) for v in values)
    return ctx.finding(
        "sentinel_missing",
        name,
        "info",
        f"{rows:,} of {column.present:,} cells of '{name}' hold {shown}, over {times} times as many as the values "
        "around: it may be a default.",
        rows_affected=rows,
        consequence=CONSEQUENCE,
        advice=ADVICE,
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": [number(v) for v in values], "own": True},
        confidence=0.6,
    )


@check("sentinel_missing")
def odd_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on a number that nobody rounded and that comes again and again among measurements (a price of 4,897).

    It has four digits that count or more, is in 0.5% of the rows (20 at least, and fewer than those that
    :func:`default_numbers` tells) of a column of 100 values or more, a tenth of the rows or more, is neither the
    smallest nor the largest, four times as frequent as any other and 20 times as any of the five on either side.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < max(FINE, SHARE * column.present) or len(column.top) <= 1:
            continue
        (value, rows), (_, next_) = ((float(v), n) for v, n in column.top[:2])
        some = max(TIMES_BESIDE, ODD_SHARE * column.present) <= rows < SHARE * column.present
        digits = number(value).lstrip("-0.").replace(".", "").rstrip("0") if some else ""
        ends = value in (float(column.minimum), float(column.maximum))
        if len(digits) < DIGITS or rows < TIMES_ODD * next_ or ends or identifying(column):
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        if _alone(values, counts, value, [value], TIMES_BESIDE) and not average_of(ctx.frame[column.name], value):
            yield _finding(ctx, column, [value], TIMES_BESIDE)


@check("sentinel_missing")
def default_texts(ctx: TableContext) -> Iterable[Finding]:
    """Remark on a text that stands in 2% of the rows or more (and 10) where nearly all other values occur once: a
    picture of nobody, the address of the head office; an e-mail address or a telephone number of all is no remark.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or not column.top or column.semantic == "free_text":
            continue
        value, often = str(column.top[0][0]), int(column.top[0][1])
        others = column.present - often
        if often < max(10, 0.02 * ctx.rows) or others < 50 or column.distinct - 1 < 0.95 * others:
            continue
        personal = ctx.is_personal(column.name)
        if is_placeholder(value) or (personal and column.semantic not in ADDRESSED):
            continue
        shown = f"'{ctx.show(column.name, value, 60)}'"
        yield ctx.finding(
            "sentinel_missing",
            column.name,
            "minor" if personal else "info",
            f"{shown} stands in {often:,} rows of '{column.name}', whose other values hardly ever come again.",
            rows_affected=often,
            consequence="It may be what is written where nothing is known, and rows that share it have nothing in "
            "common.",
            advice="Ask whether it is a default; if so, read it as missing.",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name] == value, 3), [column.name]),
            details={"values": kept(ctx, column.name, [value[:200]])},
            confidence=0.6,
        )


@check("sentinel_missing")
def texts_beside_gaps(ctx: TableContext) -> Iterable[Finding]:
    """Report the most frequent of 50 texts or more where it stands in just the rows (98% of those of either) in
    which another column is missing: the middle of the state, where the town is not known.

    The other column has half to twice as many values, so that it is no division of what the text names (the state
    of a country that has none).
    """
    columns = ctx.profile.columns.values()
    gappy = [c for c in columns if c.missing >= FEWEST_GAPS and c.distinct >= SOME]
    for column in columns:
        if column.type != "text" or column.distinct < SOME or not column.top or column.name in ctx.targets:
            continue
        value, often = str(column.top[0][0]), int(column.top[0][1])
        if often < FEWEST_GAPS or is_placeholder(value):
            continue
        held = (ctx.frame[column.name] == value).fill_null(False)
        for other in gappy:
            close = TOGETHER * often <= other.missing <= often / TOGETHER
            alike = column.distinct / 2 <= other.distinct <= 2 * column.distinct
            if other.name == column.name or not close or not alike:
                continue
            empty = ctx.frame[other.name].is_null()
            if int((held & empty).sum()) >= TOGETHER * int((held | empty).sum()):
                yield _beside_gaps(ctx, column, other, value, held)
                break


def _beside_gaps(
    ctx: TableContext, column: ColumnProfile, other: ColumnProfile, value: str, held: pl.Series
) -> Finding:
    rows, shown = int(held.sum()), f"'{ctx.show(column.name, value, 60)}'"
    return ctx.finding(
        "sentinel_missing",
        column.name,
        "minor",
        f"{shown} stands in {rows:,} rows of '{column.name}', the very ones in which '{other.name}' is missing.",
        rows_affected=rows,
        consequence="What was set and not known counts as known, and rows that share it have nothing in common.",
        advice="Ask whether it is a default; if so, read it as missing.",
        evidence=ctx.evidence(ctx.rows_where(held), [column.name, other.name]),
        details={"values": kept(ctx, column.name, [value[:200]])},
        confidence=0.7,
    )


@check("sentinel_missing")
def floors(ctx: TableContext) -> Iterable[Finding]:
    """Remark on a smallest value above 0 that may be a default, or a floor (a price of 2,000).

    It holds 1% of the rows of a column of 100 or more values, is five times as frequent as any other and 20 times
    as any of the ten next, and less than half of the median. Where it is so in two other columns, it need be but
    the most frequent.
    """
    found: list[tuple[ColumnProfile, float, int]] = []
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < FINE or not column.quantiles or identifying(column):
            continue
        (value, rows), *rest = [(float(v), n) for v, n in column.low[:11]]
        if value <= 0 or rows < max(TIMES_BESIDE, FLOOR * column.present) or column.quantiles[0.5] < 2 * value:
            continue
        others = next((n for v, n in column.top if float(v) != value), 0)
        if rows >= max(others, TIMES_BESIDE * max(n for _, n in rest)):
            found.append((column, value, rows // max(1, others)))
    surely = [value for _, value, times in found if times >= TIMES_NEXT]
    for column, value, times in found:
        if times < TIMES_NEXT and surely.count(value) < 2:
            continue
        rows = column.low[0][1]
        name, shown = column.name, ctx.show(column.name, number(value))
        mask = ctx.frame[name].cast(pl.Float64) == value
        yield ctx.finding(
            "sentinel_missing",
            name,
            "info",
            f"{rows:,} of {column.present:,} cells of '{name}' hold the smallest value, {shown}, over 20 times as "
            "many as any near it: it may be a default, or a floor.",
            rows_affected=rows,
            consequence=CONSEQUENCE,
            advice=ADVICE,
            evidence=ctx.evidence(ctx.rows_where(mask), [name]),
            details={"values": kept(ctx, name, [number(value)]), "own": True},
            confidence=0.6,
        )
