"""Single values far from all others, and values piled up at a cap."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas, numeric
from ...numbers.spikes import Values
from ...numbers.tails import FAR, FEWEST, cut, group, reach, stands_off
from ...profiling.profile import ColumnProfile
from ...values import answers_of, counted, identifying, kept, number, numbers_of
from ...vocabulary.bounds import PART
from ...vocabulary.names import named, tokens
from .codes import CODED

TAIL = 8.0
"""From so many robust standard deviations on a tail is long."""
NUMBERED = 1e8
"""Whole numbers from here on that all have the same length number things."""
MONEY = re.compile(r"price|amount|fare|cost|salary|income")
FIXED = (0.7, 0.97)
"""The share of a value from which on the others are scattered around it, and to which they are not but few."""
YEARS = r"(?:(?:19|20)\d\d)+"
FEW, TIMES = 8, 4
"""Of how many values other than 0 one may stand alone, and how many times the next it must be."""
FAR_ROWS, FAR_SPANS = 0.01, 20
"""The most rows of levels that are far from the few others, and by how many times the span of these."""
LEVELS, ROWS_A_LEVEL = 60, 20
"""Values of a column, and rows of each, that are levels and no measurements."""
SCALE = 10
"""A scale of grades ends at a whole number up to this one."""
NATURAL = frozenset(
    {0.0, 1.0, 5.0, 10.0, 15.0, 16.0, 24.0, 31.0, 59.0, 60.0, 100.0, 255.0, 360.0, 365.0, 1000.0, 1440.0, 65535.0}
)
AREAS = frozenset({"country", "county", "state", "region", "district", "precinct", "tract", "municipality"})
"""Whole numbers under these names alone are the numbers that areas go by."""
CLASSED = frozenset({"occ", "occupation", "industry", "naics", "sic", "soc", "isco", "nace", "precinct", "cmd"})
"""What goes by the numbers of a classification or an office."""


@check("outlier", view="values")
def extremes(ctx: TableContext) -> Iterable[Finding]:
    """Report the few values at an end that are cut off from all others by a gap chance would not leave.

    The tail beyond the 95th percentile is taken as exponential (on a log scale where it is heavier, by its
    coefficient of variation). Then the gap below the k-th largest value, times k, is exponential as well (Rényi's
    representation of order statistics), which gives each gap a probability. The k values above it count as outliers
    if that is below 1e-3 / (k (k + 1)), or 1e-3 shared among the gaps tried, the gap is at least half the tail's
    mean excess and unlikely (1 in 50; 1 in 10 after a tail no heavier than an exponential one) under a power law
    too (Hill's estimate, 1975), a quarter of the way from the median to it at least, and the first of them is over
    5 robust standard deviations (interquartile range / 1.349) from the median; k is at most 0.2% of the rows (5 at
    least).
    Up to 5 values count as well where the least of them is 3 times the next one and that is unlikely (1 in 50)
    under the power law of the tail, and one that is 5 times the next where it is somewhat so (1 in 7), or 1.7 times
    as far from the median and it is so (1 in 8). More values than that count where they are a group apart. Long
    tails without such a gap are remarked upon together, from 8 robust standard deviations on, or from 5 on where
    only the gap is too narrow, or is wide and not unlikely; and so is the one that is four times the next where
    few values are not 0. Of 60 values or fewer, those that come again within four times the others are levels of a
    scale of prices or rates, and remarked upon.
    """
    told: set[str] = set()
    for column in ctx.profile.columns.values():
        single, grouped = _may_have_extremes(column), _may_have_group(column)
        if not (single or grouped):
            continue
        ordered = numbers_of(ctx, column.name)
        if _years_in_a_row(column, ordered):
            told.add(column.name)
            continue
        top, low = (cut(ordered), cut(-ordered[::-1])) if single else (0, 0)
        if grouped:
            top, low = max(top, group(ordered)), max(low, group(-ordered[::-1]))
        if top or low:
            told.add(column.name)
            above = ordered[len(ordered) - top :] if top else ordered[:0]
            yield _finding(ctx, column, ordered, above, ordered[:low])
    yield from _long_tails(ctx, told)


def _long_tails(ctx: TableContext, told: set[str]) -> Iterable[Finding]:
    """Remark on the columns whose far values no gap cuts off, all in one finding."""
    reaches = {c.name: _reach(ctx, c) for c in ctx.profile.columns.values() if c.name not in told}
    far = {name: distance for name, distance in reaches.items() if distance}
    if not far:
        return
    names = sorted(far, key=lambda name: -far[name])
    most = names[0]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    summary = (
        f"{len(far):,} columns have long tails, to {far[most]:,.0f} robust standard deviations from the median, "
        f"without a gap that chance would not leave ({shown})."
        if len(far) > 1
        else f"'{most}' has a long tail: it reaches to {far[most]:,.0f} robust standard deviations from the "
        "median, without a gap that chance would not leave."
    )
    rows = {name: _farthest(ctx, name) for name in names[:5]}
    yield ctx.finding(
        "outlier",
        [name for name in ctx.profile.columns if name in far],
        "info",
        summary,
        consequence="These values may be true, but a few rows decide means, correlations and linear models.",
        advice="Look at logarithms or ranks, and compare by medians.",
        evidence=[e for name, row in rows.items() for e in ctx.evidence([row], [name])],
        details={"reach": {name: round(distance, 1) for name, distance in far.items()}, "own": True},
        confidence=0.6,
    )


def _reach(ctx: TableContext, column: ColumnProfile) -> float:
    """Return how far a tail reaches where that is far, else 0."""
    few = _alone_among_few(column)
    fine = column.distinct >= 8 or few
    if not _measures(column) or not fine or column.present < 50 or column.semantic == "year":
        return 0.0
    if few:
        return reach(numbers_of(ctx, column.name), least=FEW)
    low, median, high = (column.quantiles[q] for q in (0.25, 0.5, 0.75))
    far = max(float(column.maximum) - median, median - float(column.minimum))
    if high > low and far < FAR * (high - low) / 1.349:
        return 0.0
    ordered = numbers_of(ctx, column.name)
    found = reach(ordered)
    thin = FAR <= found < TAIL and _may_have_extremes(column) and (cut(ordered, 0.0) or cut(-ordered[::-1], 0.0))
    return found if found >= TAIL or thin or (found >= FAR and stands_off(ordered)) else 0.0


def _alone_among_few(column: ColumnProfile) -> bool:
    """Whether most values are 0, and one of the few others (8 at least, of 6 values) is several times the next."""
    others = column.present - column.zeros
    if column.negatives or not FEW <= others < min(FEWEST, 0.2 * column.present) or column.distinct < 7:
        return False
    (last, rows), (next_, _) = column.high[:2]
    return rows == 1 and float(last) >= TIMES * float(next_)


def _farthest(ctx: TableContext, name: str) -> int:
    values = ctx.frame[name].cast(pl.Float64)
    away = (values - values.median()).abs()
    return int(away.arg_max() or 0) + 1


def _measures(column: ColumnProfile) -> bool:
    """Whether the size of a column's numbers says something: they are neither names of things nor places."""
    if not column.numeric or not column.quantiles or identifying(column):
        return False
    if column.semantic in {"latitude", "longitude"} or named(column.name, "code", "codes", *CODED):
        return False
    if column.whole and (column.name.strip().lower() in AREAS or CLASSED & set(tokens(column.name)[-1:])):
        return False
    first, last = column.quantiles[0.01], column.quantiles[0.99]
    return not (column.whole and first >= NUMBERED and last < 10 * first)


def _years_in_a_row(column: ColumnProfile, ordered: Values) -> bool:
    """Whether the numbers are years written one after the other: 2017, 20172016, 201720162015."""
    if not column.whole or ordered[-1] < 1e7 or ordered[0] < 1900:
        return False
    texts = (f"{v:.0f}" for v in np.unique(ordered).tolist()[:1000])
    return all(len(t) % 4 == 0 and re.fullmatch(YEARS, t[:12]) for t in texts)


def _may_have_group(column: ColumnProfile) -> bool:
    """Whether a group of values may lie apart: a third of the span of the column's values is empty in one piece."""
    if not _measures(column) or column.distinct < 40 or column.histogram is None or column.semantic == "year":
        return False
    filled = np.flatnonzero(np.asarray(column.histogram[1]))
    return len(filled) > 1 and int(np.diff(filled).max()) > 0.3 * len(column.histogram[1])


def _may_have_extremes(column: ColumnProfile) -> bool:
    """Whether single values may lie apart: an end reaches further beyond the inner 98% than a tenth of its half."""
    if not _measures(column) or column.distinct < 8 or column.present < 50:
        return False
    edge = max(column.quantiles[0.99] - column.quantiles[0.5], column.quantiles[0.5] - column.quantiles[0.01])
    beyond = max(float(column.maximum) - column.quantiles[0.99], column.quantiles[0.01] - float(column.minimum))
    return beyond > 0.1 * edge


def _finding(
    ctx: TableContext,
    column: ColumnProfile,
    ordered: Values,
    above: Values,
    below: Values,
) -> Finding:
    name = column.name
    extreme = np.concatenate([below, above])
    core = ordered[len(below) : len(ordered) - len(above)]
    next_ = [*([core[-1]] if len(above) else []), *([core[0]] if len(below) else [])]
    values = sorted({number(v) for v in extreme.tolist()}, key=float)
    shown = ", ".join(ctx.show(name, v) for v in values[:5]) + (" …" if len(values) > 5 else "")
    mask = pl.Series(np.isin(ctx.frame[name].cast(pl.Float64).to_numpy(), extreme))
    personal = ctx.is_personal(name)
    beside = "" if personal else f" ({'; '.join(f'the next is {number(v)}' for v in next_)})"
    before, after = float(ordered.std()), float(core.std())
    levels = column.distinct <= LEVELS and column.present >= ROWS_A_LEVEL * column.distinct
    near = float(np.abs(extreme).max()) < TIMES * float(np.abs(core).max())
    again = levels and near and int(counted(extreme)[1].min()) > 1
    ends = {"lower": core[0] if len(below) else None, "upper": core[-1] if len(above) else None}
    sides = ", ".join(f"{side}={float(end):.17g}" for side, end in ends.items() if end is not None)
    return ctx.finding(
        "outlier",
        name,
        "info" if again else "minor",
        f"{len(extreme):,} values of '{name}' lie far from all others: {shown}{beside}.",
        rows_affected=len(extreme),
        consequence=f"They move the standard deviation from {after:.4g} to {before:.4g}; averages and "
        "linear models follow them.",
        advice="Look at these rows: mend what was mistyped, keep what is true and use a robust scale.",
        fix=None if personal else in_pandas(ctx, name, f".clip({sides})"),
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": kept(ctx, name, values), "std_with": before, "std_without": after},
        confidence=0.8,
    )


@check("outlier", view="values")
def lone_levels(ctx: TableContext) -> Iterable[Finding]:
    """Report a whole number that one row holds, over three times the span of the others away from them, where they
    are few (9 at most) and in 10 rows each; and several (in 1 of 100 rows) that are over twenty times the span
    away, as quantities in another unit are."""
    for column in ctx.profile.columns.values():
        yield from _far_levels(ctx, column)
        few = column.numeric and column.whole and 4 <= column.distinct <= min(10, len(column.low))
        if not few or column.present < 100 or not _measures(column) or column.semantic == "year":
            continue
        values = [(float(v), n) for v, n in column.low]
        for (value, rows), rest in ((values[-1], values[:-1]), (values[0], values[1:])):
            span = rest[-1][0] - rest[0][0]
            gap = min(abs(value - rest[0][0]), abs(value - rest[-1][0]))
            if rows == 1 and gap > 3 * span and min(n for _, n in rest) >= 10:
                ordered = numbers_of(ctx, column.name)
                above = value > rest[0][0]
                yield _finding(ctx, column, ordered, ordered[-above:][:above], ordered[: not above])


def _far_levels(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    if not (column.numeric and column.whole and 5 <= column.distinct <= len(column.low)) or not _measures(column):
        return
    levels, rows = (np.array(part) for part in zip(*((float(v), n) for v, n in column.low), strict=True))
    far = np.flatnonzero(np.diff(levels) > FAR_SPANS * (levels[:-1] - levels[0]))
    place = int(far[far >= 2][0]) + 1 if (far >= 2).any() else len(levels)
    few = int(rows[place:].sum())
    if 2 <= few <= FAR_ROWS * column.present and rows[:place].min() >= 10:
        ordered = numbers_of(ctx, column.name)
        yield _finding(ctx, column, ordered, ordered[len(ordered) - few :], ordered[:0])


@check("outlier", view="values")
def scattered(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers scattered on both sides of the one value that most rows have: 45.3 and 26.1 among 34.3.

    The value, which is not 0, makes 70% to 97% of the rows. The others are ten or more and of eight values or more,
    none of which makes 15% of them, and a fifth of them at least lies on either side: what is counted, or capped,
    lies on one.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.present < 50 or column.distinct < 9 or not column.top:
            continue
        value, rows = float(column.top[0][0]), column.top[0][1]
        if value == 0 or not FIXED[0] * column.present <= rows < FIXED[1] * column.present:
            continue
        ordered = numbers_of(ctx, column.name)
        others, times = counted(ordered[ordered != value])
        total = int(times.sum())
        below = int(times[others < value].sum())
        if total < 10 or len(others) < 8 or times.max() > 0.15 * total or not 0.2 <= below / total <= 0.8:
            continue
        name, usual = column.name, ctx.show(column.name, number(value))
        shown = ", ".join(ctx.show(name, number(v)) for v in others[:: max(1, len(others) // 5)].tolist()[:5])
        yield ctx.finding(
            "outlier",
            name,
            "minor",
            f"'{name}' is {usual} in {rows:,} of {column.present:,} rows; the other {total:,} lie "
            f"scattered on both sides of it: {shown}.",
            rows_affected=total,
            consequence="Either these values are wrong, or the one that all others share stands for what was not "
            "known.",
            advice="Ask which of them were measured.",
            evidence=ctx.evidence(ctx.rows_where((ctx.frame[name] != value).fill_null(False)), [name]),
            details={"own": True},
            confidence=0.7,
        )


@check("outlier", "sentinel_missing", view="values")
def caps(ctx: TableContext) -> Iterable[Finding]:
    """Report values piled up at the largest value, as where a system or a survey cuts off what is larger.

    The largest value must occur at least 5 times as often as any of the 5 next smaller ones and 10 times; bounds
    that come with a scale (0, 1, 100, 255 ...) and scales of few values are left alone; but a target that is no
    part of a whole by its name and ends so at 1 or 100 is remarked upon: it was scaled and cut off.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 30 or column.present < 200 or identifying(column):
            continue
        (value, rows), rest = column.high[0], column.high[1:]
        natural = _may_end(column, float(value))
        if len(rest) < 10 or (natural and not _scaled_target(ctx, column, float(value))) or answers_of(ctx, column):
            continue
        gap, spread = float(value) - float(rest[0][0]), float(rest[0][0]) - column.quantiles[0.01]
        if rows < 10 or rows < 5 * max(n for _, n in rest[:5]) or gap > 0.5 * max(spread, 0.0):
            continue
        piled = rows >= 20 * max(n for _, n in rest[:5])
        fine = piled and not column.whole and column.distinct >= 100
        if value == 0 or rows > (0.98 if fine else 0.4 if piled else 0.2) * column.present:
            continue
        shown = ctx.show(column.name, number(float(value)))
        again = sum(c.numeric and bool(c.high) and c.high[0][1] == rows for c in ctx.columns()) > 1
        if named(column.name, "rank", "ranking") and value > ctx.rows:  # else it may be that of many ties
            yield _no_rank(ctx, column, float(value), rows)
            continue
        yield ctx.finding(
            "outlier",
            column.name,
            "info" if natural else "minor",
            f"{rows:,} values of '{column.name}' are piled up at the largest, {shown}: it looks like a cap.",
            rows_affected=rows,
            consequence="What is larger was cut off, so that amounts at the top and sums are too low.",
            advice="Ask for the values above the cap; else tell a model which rows are capped.",
            fix=f"df[{column.name + '_capped'!r}] = {numeric(ctx, column.name)} >= {number(float(value))}",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name] == value), [column.name]),
            details={"values": [number(float(value))], "own": True, "next": [int(n) for _, n in rest[:5]]}
            | ({"cause": "values are piled up at the largest, as at a cap"} if again else {}),
            confidence=0.8,
        )
        if not named(column.name, "rank", "ranking"):  # which ends with ties
            yield _and_more(ctx, column, float(value), rows)


def _and_more(ctx: TableContext, column: ColumnProfile, value: float, rows: int) -> Finding:
    """Return the remark that a cap is no measurement: one may look for it among values that stand for another."""
    name, last = column.name, number(value)
    return ctx.finding(
        "sentinel_missing",
        name,
        "info",
        f"{ctx.show(name, last)} of '{name}' seems to stand for itself and all that is more, in {rows:,} rows.",
        rows_affected=rows,
        consequence="A model learns a value that nothing has, and differences among what is more are lost.",
        advice="Keep a column that says where it stands, or treat these rows as censored.",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == value), [name]),
        details={"values": [last], "own": True, "cause": "the largest value stands for all that is more"},
        confidence=0.6,
    )


def _no_rank(ctx: TableContext, column: ColumnProfile, value: float, rows: int) -> Finding:
    """Return the finding about the last place of a ranking, which all have that were not ranked."""
    name, last = column.name, number(value)
    return ctx.finding(
        "sentinel_missing",
        name,
        "minor",
        f"{rows:,} rows of '{name}' share the last rank, {ctx.show(name, last)}: it stands for having none.",
        rows_affected=rows,
        consequence="Averages and models take it for a place in the ranking.",
        advice="Read it as missing.",
        fix=in_pandas(ctx, name, f".mask(lambda v: v == {last})"),
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == value), [name]),
        details={"values": [last], "own": True},
        confidence=0.8,
    )


def _scaled_target(ctx: TableContext, column: ColumnProfile, value: float) -> bool:
    """Whether a target of 1 or 100 at most is no part of a whole by its name."""
    part = named(
        column.name, *PART, "pct", "percent", "percentage", "probability", "prob", "score", "scores", "index"
    )
    return column.name in ctx.targets and value in {1.0, 100.0} and not part and "%" not in column.name


def _may_end(column: ColumnProfile, value: float) -> bool:
    """Whether a quantity ends at a value by its nature: a percentage at 100, a mark at a round number, a day."""
    if named(column.name, "pct", "percent", "rate", "year"):
        return True
    if value in {1.0, 100.0} and (named(column.name, "share", "proportion", "percentage") or "%" in column.name):
        return True
    if value <= SCALE and value == round(value) and float(column.minimum) >= 0:
        return True
    if named(column.name, "score", "scores") and (value <= 200 or value % 100 == 0):
        return True
    return value in NATURAL and not (value >= 100 and MONEY.search(column.name.lower()))
