"""A few zeros in columns that else hold none near them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...numbers.quantities import FEET, units_of
from ...numbers.quantities import NONE as NO_UNIT
from ...numbers.zeros import CODES, NONE, told_by_a_flag
from ...profiling.profile import ColumnProfile
from ...values import identifying, kept, text_counts
from ...vocabulary.bounds import CHANGE
from ...vocabulary.names import named

RARE = 0.01
"""The most zeros, as a share of the values that are there."""
APART, SPACINGS = 0.02, 3
"""How far the least other value is from 0: as a share of the median, and in usual steps between the lowest ten."""
PILED, ABOVE = 3, 0.02
"""How many times as frequent as any of the five least others 0 is where these come near it; the part of the median
that 19 in 20 values then exceed."""
SHOWN = 5
USUAL = (
    *NONE, "percent", "percentage", "pct", "perc", "rate", "rates", "ratio", "share", "proportion", "fraction",
    "probability", "prob", "index", "score", "scores", "rank", "ranking", "debt", "utilized", "utilization",
    "util", "owed", "wind", "windspeed", "gust", "direction", "bearing", "angle", "azimuth", "heading", "rain",
    "rainfall", "precipitation", "snow", "cloud", "clouds", "since", "recency", "elapsed", "delay", "delayed",
    "wait", "waiting", "distance", "dist", "hour", "minute", "second", "seconds", "wins", "losses", "goals",
    "points", "runs", "votes",
)  # fmt: skip
"""Words for what may be 0 at times though it mostly is not: parts of a whole, weather, time that went by, and what
few have."""
PAID = ("price", "prices", "cost", "costs", "fare", "salary", "wage", "rent", "budget", "revenue", "gross", "sales")
"""Money of which there is some wherever it is listed."""
PAY = ("hourly", "hrly", "daily", "monthly", "annual", "yearly", "pay", "wage", "salary")
"""Words that make a rate one of pay, and no part of a whole."""
SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}
"""Letters for thousands and more."""
NO_UNITS = frozenset(
    "% s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days week weeks month months "
    "year years".split()
) | {FEET}
"""Units of what may be 0."""
MONEY = "$€£¥₹"
BEGINS = frozenset("9" + MONEY)
CONSEQUENCE = "A 0 that was not measured counts as the least of all, and moves means and models towards it."
ADVICE = "Ask what 0 means there; read it as missing where it stands for that."


@check("impossible_value", view="values")
def rare_zeros(ctx: TableContext) -> Iterable[Finding]:
    """Ask about the few zeros (1 in 100 at most) of columns that else are well above 0, all in one remark.

    Of positive numbers of 20 values or more, 19 in 20 of which are above 0, the least is then at least a fiftieth
    of the median and three of the usual steps between the lowest away from 0; or 0 is in three times as many rows
    as any of the five least others, and 19 in 20 values exceed a fiftieth of the median; or they are prices, costs
    or takings by name. Left out are parts of a
    whole, counts of which 0 is the next step, and by their names the weather, differences and what few have; zeros
    that another check tells are gone.
    """
    far = [c for c in ctx.profile.columns.values() if _few_zeros(c)]
    first = [c.name for c in far if _odd(c) and not told_by_a_flag(ctx, c.name)]
    if not first:
        return
    zeros = {c.name: (ctx.frame[c.name] == 0).fill_null(False) for c in far}
    with_it = [c.name for c in far if c.name not in first and _goes_with(c, first, zeros)]
    odd = {name: ctx.profile[name].zeros for name in zeros if name in {*first, *with_it}}
    names = list(odd)
    listed = ", ".join(f"{name} {odd[name]:,}" for name in names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    summary = (
        f"{len(names):,} columns hold a few zeros among values that are mostly far from 0 "
        f"({listed}{more}): was 0 measured, or is it unknown?"
        if len(names) > 1
        else f"'{names[0]}' holds {odd[names[0]]:,} zero{'s' if odd[names[0]] > 1 else ''} among values that are "
        "mostly far from 0: was 0 measured, or is it unknown?"
    )
    zero = {name: ctx.rows_where(zeros[name]) for name in names[:SHOWN]}
    yield ctx.finding(
        "impossible_value",
        names,
        "info",
        summary,
        rows_affected=max(odd.values()),
        consequence=CONSEQUENCE,
        advice=ADVICE,
        evidence=[e for name, rows in zero.items() for e in ctx.evidence(rows[:2], [name])],
        details={"zeros": odd, "own": True},
        confidence=0.5,
    )


def _few_zeros(column: ColumnProfile) -> bool:
    """Whether a column of many values, 19 in 20 above 0, holds a few zeros that its name does not expect."""
    if not column.numeric or not 0 < column.zeros <= RARE * column.present or column.negatives:
        return False
    if column.distinct < 20 or column.present < 100 or not column.quantiles or float(column.maximum) <= 1:
        return False
    if column.quantiles[0.05] <= 0 or identifying(column) or _counter(column):
        return False
    return _paid_by_time(column.name) or not ("%" in column.name or named(column.name, *USUAL, *CHANGE, *CODES))


def _paid_by_time(name: str) -> bool:
    """Whether a name is that of a rate of pay (``hourly_rate``)."""
    return named(name, *PAY) and named(name, "rate", "rates")


def _goes_with(column: ColumnProfile, told: Sequence[str], zeros: Mapping[str, pl.Series]) -> bool:
    """Whether the zeros of a column are those rows, two at least, in which one that is told holds 0 as well."""
    high = column.quantiles[0.05] >= ABOVE * column.quantiles[0.5]
    mine = zeros[column.name]
    return high and column.zeros >= 2 and any((mine == zeros[name]).all() for name in told)


def _odd(column: ColumnProfile) -> bool:
    """Whether a few zeros of a column are none of its usual values."""
    lowest = [(float(v), n) for v, n in column.low[1:12]]
    return named(column.name, *PAID) or _none_near(
        lowest, column.zeros, column.quantiles[0.05], column.quantiles[0.5]
    )


def _none_near(lowest: Sequence[tuple[float, int]], zeros: int, twentieth: float, median: float) -> bool:
    """Whether zeros are far below the ``lowest`` other values, each with its rows, or far more than they."""
    values = [value for value, _ in lowest]
    if values[0] >= max(APART * median, SPACINGS * float(np.median(np.diff(values)))):
        return True
    many = zeros >= PILED * max(1, *(n for _, n in lowest[:5])) and values[:2] != [1, 2]
    return many and twentieth >= ABOVE * median


@check("sentinel_missing", "impossible_value")
def zeros_with_units(ctx: TableContext) -> Iterable[Finding]:
    """Ask about zeros, a tenth at most, in texts of a number and its unit (``€0``, ``0 bhp``) far from others.

    They are cut off, or far more frequent, as in :func:`rare_zeros`; money that is 0 stands for what is not known.
    Parts of a whole, lengths of time, feet and inches, and what has a usual 0 by its name are left out.
    """
    for column in ctx.profile.columns.values():
        if (
            column.type != "text"
            or column.distinct < 20
            or not column.present
            or named(column.name, *USUAL, *CHANGE)
        ):
            continue
        if not any(p[:1] in BEGINS for p, _ in column.patterns[:5]):
            continue
        units = units_of(ctx, column)
        if not units or any(u.casefold() in NO_UNITS for u in units):
            continue
        numbers = _numbers(ctx, column, units)
        zeros = numbers.filter(numbers["x"] == 0)
        rows, others = int(zeros["n"].sum() or 0), numbers.filter(numbers["x"] > 0).sort("x")
        if (
            not 0 < rows <= 0.1 * column.present
            or others.height < 20
            or others.height + zeros.height < numbers.height
        ):
            continue
        share = (others["n"].cum_sum() / others["n"].sum()).to_numpy()
        twentieth, median = others["x"].to_numpy()[np.searchsorted(share, [0.05, 0.5])].tolist()
        lowest = list(others.group_by("x").agg(pl.col("n").sum()).sort("x").head(11).iter_rows())
        if _none_near(lowest, rows, twentieth, median):
            yield _in_texts(ctx, column.name, zeros["v"].to_list(), rows)


def _numbers(ctx: TableContext, column: ColumnProfile, units: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return texts ``v`` of a number and unit, their rows ``n`` and their numbers ``x``, K and M multiplied."""
    scale = {text: SCALES.get(unit.casefold(), 1.0) for unit, texts in units.items() for text in texts}
    if not {u.casefold() for u in units} <= {*SCALES, NO_UNIT}:
        scale = dict.fromkeys(scale, 1.0)
    bare = pl.col("v").str.contains(r"^\s*0+(?:[.,]0+)?\s*$")
    counts = text_counts(ctx, column.name).filter(pl.col("v").is_in(list(scale)) | bare)
    plain = counts["v"].str.replace_all(",", "").str.extract(r"([+-]?\d+\.?\d*)").cast(pl.Float64, strict=False)
    return counts.with_columns(
        x=plain * pl.Series([scale.get(v, 1.0) for v in counts["v"]], dtype=pl.Float64)
    ).drop_nulls()


def _in_texts(ctx: TableContext, name: str, texts: Sequence[str], rows: int) -> Finding:
    mask = ctx.frame[name].cast(pl.String).is_in(list(texts)).fill_null(False)
    money = any(sign in texts[0] for sign in MONEY)
    return ctx.finding(
        "sentinel_missing" if money else "impossible_value",
        name,
        "info",
        f"{rows:,} {'cells' if rows > 1 else 'cell'} of '{name}' {'say' if rows > 1 else 'says'} "
        f"'{ctx.show(name, texts[0], 20)}', far below or far more frequent than the next values: was 0 measured, "
        "or is it unknown?",
        rows_affected=rows,
        consequence=CONSEQUENCE,
        advice=ADVICE,
        evidence=ctx.evidence(ctx.rows_where(mask, 5), [name]),
        details={
            "values": kept(ctx, name, texts),
            "own": True,
            "cause": "0 with a unit may stand for what is not known",
        },
        confidence=0.5,
    )


def _counter(column: ColumnProfile) -> bool:
    """Whether the numbers count the rows, or number things from 0 on."""
    return column.whole and column.distinct > 0.9 * column.present and float(column.maximum) < 2 * column.present
