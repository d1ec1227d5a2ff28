"""Values that cannot be: beyond what a quantity allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import as_dates, in_pandas
from ...numbers.spikes import Values, is_code
from ...numbers.zeros import told_by_a_flag, zeros_of_a_level, zeros_of_none
from ...profiling.profile import ColumnProfile
from ...values import identifying, kept, number, numbers_of
from ...vocabulary.bounds import BOUNDS, CHANGE, FEW, FOOD, PART, RATES, Bound, of_places
from ...vocabulary.names import named, numbered, tokens
from ...vocabulary.null_dates import NULL_DATES

OLDEST = 115
"""The age, in years, beyond which a year of birth is no living person's."""
SLIGHT = 0.02
"""What lies beyond a bound by less of the span of the values is an offset of the instrument."""
NO_AGE = ("days", "months", "weeks", "hours", "month", "day", "house", "building", "property", "vehicle", "car",
          "account", "machine", "tree")  # fmt: skip
TIMES = ("time", "elapsed", "since", "wait", "waiting", "days", "hours", "months", "years")
ENERGY = ("energy", "electricity", "gas", "steam", "emissions", "kwh", "kbtu", "therms", "fuel")
CONSUMED = ("consumption", "consumed")
NO_TIMES = ("zone", "timezone", "utc", "delay", "early", "late", "lateness", "remaining", "due", "left")
MANY_BELOW, OFTEN_BELOW = 15, 0.02
"""Different numbers below 0, and their share of all, from which on they are a side of their own."""
_WHOLE = tuple(w for b in BOUNDS for w in b.words if " " in w and set(w.split()) & {*PART, *CHANGE})
"""Names of quantities that hold a word for a part or a change."""


@check("impossible_value", view="first")
def bounds(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers outside what their quantity allows, told by the column's name.

    The bounds are those of everyday physics and the calendar (an age of 0 to 120 years, a latitude of 90 degrees,
    a humidity of 100%). A bound counts only where the median lies in its usual range and at most a tenth of the
    rows break it: else the name means something else. 0 in a size, price or reading counts only where it is rarer
    than that, too.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 3 or not column.quantiles or identifying(column):
            continue
        for bound in _bounds(ctx, column):
            finding = _out_of(ctx, column, bound)
            if finding is not None:
                yield finding
                break
        else:
            for unnamed in UNNAMED:
                finding = unnamed(ctx, column)
                if finding is not None:
                    yield finding
                    break


def _a_part(name: str) -> bool:
    """Whether a name speaks of a part, rate or class of a quantity; ``heart rate`` is a quantity of its own."""
    return named(_but_for_whole(name), *PART)


def _but_for_whole(name: str) -> str:
    """Return a name without the phrases that name a quantity of its own."""
    text = f" {' '.join(tokens(name))} "
    for phrase in _WHOLE:
        text = text.replace(f" {phrase} ", "  ")
    return text


def _bounds(ctx: TableContext, column: ColumnProfile) -> Iterable[Bound]:
    """Iterate over the bounds that a column has by its name and its median, the tightest first."""
    name = column.name
    if named(name, "rating", "ratings", "stars", "score", "review score") and not named(
        name, "count", "n", "number"
    ):
        top = next((s for s in (5, 10, 100) if column.quantiles[0.99] <= s), None)
        rated = named(name, "rating", "ratings", "stars") or float(column.maximum) > 1.5 * (top or 0)
        if (
            top
            and rated
            and column.distinct <= 1001
            and float(column.minimum) >= 0
            and top >= column.quantiles[0.5] * 0.9
        ):
            yield Bound((), 0, top, what=f"a rating of up to {top}")
        return
    if named(_but_for_whole(name), *CHANGE) or _between_two(ctx, name):
        return
    if named(name, *RATES) and column.quantiles[0.5] > 5 and column.quantiles[0.99] <= 100:
        yield Bound((), 0, 100, what="a rate in percent", few=0.01)
    if _a_part(name) or tokens(name)[:1] in {("has",), ("is",)}:
        return
    median = column.quantiles[0.5]
    if named(name, "year", "yr", "years built", "yearbuilt", "yob") and 1500 <= median <= 2100 and column.whole:
        unless = named(name, "expiry", "expires", "end", "due", "target", "maturity", "forecast", "model")
        latest = ctx.as_of.year + (60 if unless else 1)
        if named(name, "birth", "born", "yob") and median > ctx.as_of.year - 100:
            yield Bound((), ctx.as_of.year - OLDEST, ctx.as_of.year, what="a year of birth", few=0.02)
        first = 1600 if column.quantiles[0.01] > 1750 else 1000 if column.quantiles[0.05] > 1500 else None
        yield Bound((), first, latest, what="a year")
        return
    if named(name, "distance", "duration") and any(
        named(c, "pickup", "dropoff", "trip") for c in ctx.table.columns
    ):
        yield Bound((), 0, positive=True, dense=False, what="the length of a trip", few=0.05)
    yield from of_places(name, ctx.table.columns)
    for bound in BOUNDS:
        told = named(name, *bound.words) or ("%" in name and "%" in bound.words)
        if not told or named(name, *bound.unless):
            continue
        if bound.calendar and numbered(name, *bound.words):
            continue
        if bound.of_persons and any(named(c, *FOOD) for c in ctx.table.columns):
            continue
        if bound.beside and not any(named(c, *bound.beside) for c in ctx.table.columns):
            continue
        low, high = bound.usual
        if low <= median <= high:
            yield bound


def _between_two(ctx: TableContext, name: str) -> bool:
    """Whether a column is by its name what lies between two others: price71_82 beside price71 and price82."""
    found = re.fullmatch(r"(.*\D)(\d+)_(\d+)", name)
    return found is not None and {found[1] + found[2], found[1] + found[3]} <= set(ctx.table.columns)


def _out_of(ctx: TableContext, column: ColumnProfile, bound: Bound) -> Finding | None:
    """Return the finding about the values beyond a bound, where they are few and the others end at it."""
    low = bound.low if bound.low is not None else -np.inf
    high = bound.high if bound.high is not None else np.inf
    if bound.high == 100 and float(column.quantiles[0.99]) <= 1:
        high = 1.0 if column.quantiles[0.95] > 0.1 else 100.0
    if float(column.minimum) > low and float(column.maximum) <= high:
        return None
    if bound.calendar and column.distinct < 0.5 * (high - low):
        return None
    if bound.few <= FEW:
        ordered, median = numbers_of(ctx, column.name), column.quantiles[0.5]
        low = -np.inf if _runs_on(ordered, median, low) else low
        high = np.inf if _runs_on(ordered, median, high) else high
    scaled = bound.high is None and float(column.minimum) == 0 and float(column.maximum) == 1
    zero = low == 0 and column.zeros and bound.positive and not scaled and _odd_zero(ctx, column, bound)
    series = ctx.frame[column.name].cast(pl.Float64)
    wrong = ((series <= 0) if zero else (series < low)) | (series > high)
    count = int(wrong.sum() or 0)
    if not count or count > bound.few * column.present:
        return None
    beyond = max(low - float(column.minimum), float(column.maximum) - high)
    slight = bound.few > FEW and beyond < SLIGHT * (column.quantiles[0.99] - column.quantiles[0.01])
    sides = [f"v {'<=' if zero else '<'} {number(low)}"] if low > -np.inf else []
    sides += [f"v > {number(high)}"] if high < np.inf else []
    sided = low == 0 and high == np.inf and not zero and bound.few <= FEW
    if sided and _across_zero(numbers_of(ctx, column.name)):
        return _on_either_side(ctx, column, wrong, count)
    mild: Severity | None = "info" if bound.mild else None
    found = impossible(ctx, column, wrong, count, bound.what, sides, severity=mild, far=bound.far)
    return found.model_copy(update={"severity": "minor"}) if slight and found.severity == "major" else found


def _across_zero(values: Values) -> bool:
    """Whether many different numbers below 0 begin next to it, as those above do: what has a place on either side
    of a level (a depth, or a height above ground), though it is named for one."""
    below, above = -values[values < 0], values[values > 0]
    many = len(np.unique(below)) >= MANY_BELOW and len(below) >= OFTEN_BELOW * len(values)
    return bool(many and len(above) and below.min() <= min(np.quantile(above, 0.1), 0.1 * np.median(above)))


def _on_either_side(ctx: TableContext, column: ColumnProfile, wrong: pl.Series, count: int) -> Finding:
    name = column.name
    shown = ", ".join(ctx.show(name, number(float(v))) for v, _ in column.low[:5])
    return ctx.finding(
        "impossible_value",
        name,
        "info",
        f"{count:,} values of '{name}' are below 0: {shown}; they begin next to it, as those above it do.",
        rows_affected=count,
        consequence="The sign may tell a side, as of heights and depths; as sizes they would be errors.",
        advice="Ask the client what a number below 0 stands for.",
        evidence=ctx.evidence(ctx.rows_where(wrong), [name]),
        details={"own": True},
        confidence=0.5,
    )


def _runs_on(ordered: Values, median: float, edge: float) -> bool:
    """Whether the values run on across a bound, which is then none: the column is about something else.

    Within a quarter of the way from the median to the bound, what lies beyond it is at least 30% as frequent as
    what lies before it, and both are more than stray values (1 in 1,000).
    """
    if not np.isfinite(edge) or edge == median:
        return False
    way = 0.25 * (edge - median)
    places = np.searchsorted(ordered, sorted((edge - way, edge, edge + way)), side="right" if way > 0 else "left")
    lower, upper = np.diff(places).tolist()
    before, beyond = (lower, upper) if way > 0 else (upper, lower)
    return bool(min(before, beyond) >= 5 and before >= 0.001 * len(ordered) and beyond >= 0.3 * before)


def _odd_zero(ctx: TableContext, column: ColumnProfile, bound: Bound) -> bool:
    """Whether 0 is none of the quantity's ordinary values, and does not say that there is no such thing."""
    coded = column.distinct < 8 and bound.dense
    if coded or _usual_zero(column, bound.dense):
        return False
    if not bound.of_persons and zeros_of_a_level(ctx, column.name):
        return False
    return not (zeros_of_none if bound.dense else told_by_a_flag)(ctx, column.name)


def _usual_zero(column: ColumnProfile, dense_counts: bool) -> bool:
    """Whether 0 is one of the quantity's ordinary values: frequent, or close to the smallest others."""
    if column.zeros > FEW * column.present or not dense_counts:
        return column.zeros > FEW * column.present
    others = [(float(v), n) for v, n in column.low if v > 0]
    if column.whole and column.distinct <= 31 and float(column.maximum) == column.distinct - 1:
        return True
    if len(others) < 5 or column.negatives:
        return False
    steps = np.diff([v for v, _ in others])
    dense = others[0][0] <= 1.5 * float(np.median(steps))
    return dense and others[0][0] < 0.1 * column.quantiles[0.5] and column.zeros > 2 * others[0][1]


def _isolated_zero(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """0 in a column of sizes without a telling name: a few zeros far below everything else; of ratings and scores
    with decimals, by their name, a single one, and nearer to the others."""
    average = named(column.name, "score", "scores") and not column.whole
    rated = average or named(column.name, "rating", "ratings", "stars")
    if not 2 - rated <= column.zeros < 0.005 * column.present or column.negatives or column.distinct < 30:
        return None
    if column.whole and not rated:
        return None
    values, _ = distinct_numbers(ctx.table, column.name)
    first, second = float(values[1]), float(values[min(20, len(values) - 1)])
    quartile, median = column.quantiles[0.25], column.quantiles[0.5]
    if first < (0.1 if rated else 0.15) * median or quartile < 0.5 * median or first < 4 * (second - first) / 19:
        return None
    if zeros_of_none(ctx, column.name):
        return None
    wrong = ctx.frame[column.name] == 0
    return impossible(ctx, column, wrong, column.zeros, "a quantity that is else never near 0", ["v == 0"])


def _lone_negatives(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A negative, or a handful in a large column, where 0 bounds the others: 0 and positive numbers are each at
    least 20 times as frequent; of energy and what it emits, by its name, one in 1,000 positive numbers. What is new
    each day, what was consumed, and energy, is corrected by negatives at times: up to 1 in 200."""
    consumed = named(column.name, *CONSUMED)
    often = 0.005 if consumed or named(column.name, "increase", "new", "daily", *ENERGY) else 0.001
    few = 0 < column.negatives <= max(3, often * column.present) and column.quantiles[0.01] >= 0
    above = column.present - column.zeros - column.negatives
    used = above >= (200 if consumed else 1000) * column.negatives and (consumed or named(column.name, *ENERGY))
    usual = min(column.zeros, above)
    if not few or not (used or usual >= max(20, 20 * column.negatives)) or named(column.name, *CHANGE):
        return None
    wrong = ctx.frame[column.name] < 0
    return impossible(ctx, column, wrong, column.negatives, "a quantity that is else never negative", ["v < 0"])


def _before_the_start(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A few negative times (1 in 100) by name among many that are positive and of very different lengths."""
    name = column.name
    if not 0 < column.negatives <= 0.01 * column.present or column.distinct < 30 or column.quantiles[0.05] <= 0:
        return None
    if not named(name, *TIMES) or named(name, *CHANGE, *NO_TIMES) or float(column.minimum) < -column.quantiles[0.5]:
        return None
    wrong = ctx.frame[name] < 0
    return impossible(ctx, column, wrong, column.negatives, "a length of time, way or flow", ["v < 0"])


def _mirrored(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """Negatives, a tenth at most, that are the other values with their sign lost: nothing lies around 0, and their
    sizes are within the sizes of the others."""
    few = 2 <= column.negatives <= FEW * column.present and not column.zeros
    if not few or named(column.name, *CHANGE) or column.semantic in {"latitude", "longitude"}:
        return None
    values = numbers_of(ctx, column.name)
    below, above = -values[values < 0], values[values > 0]
    median, hole = float(np.median(above)), float(above.min() + below.min())
    inside = above.min() * 0.9 <= below.min() and below.max() <= above.max() * 1.1
    if len(np.unique(above)) < 30 or hole < 0.5 * median or not inside:
        return None
    if not 0.8 < float(np.median(below)) / median < 1.25:
        return None
    what = "a quantity that is else far above 0"
    return impossible(ctx, column, ctx.frame[column.name] < 0, column.negatives, what, ["v < 0"])


def _off_the_scale(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A step of a scale of whole numbers (one of them at most unused) with its digit typed twice: 55 on 0 to 6."""
    if not column.whole or not 4 <= column.distinct <= 13 or column.distinct > len(column.low):
        return None
    values = [(int(v), n) for v, n in column.low]
    *scale, (last, rows) = values
    first, top = scale[0][0], scale[-1][0]
    counts = [n for _, n in scale]
    steady = first in (0, 1) and top - first <= len(scale) and min(counts) >= rows
    steady &= counts != sorted(counts)[::-1]
    twice = last % 11 == 0 and last // 11 in {v for v, _ in scale}
    if not steady or not twice or last <= 2 * top or rows > 0.005 * column.present or is_code(last):
        return None
    wrong, what = ctx.frame[column.name] == last, f"one more step of a scale of {first} to {top}"
    return impossible(ctx, column, wrong, rows, what, [f"v == {last}"])


def impossible(
    ctx: TableContext,
    column: ColumnProfile,
    wrong: pl.Series,
    count: int,
    what: str,
    sides: list[str],
    *,
    severity: Severity | None = None,
    confidence: float = 0.9,
    far: bool = False,
) -> Finding:
    """Return the finding that ``count`` values, in the rows ``wrong``, cannot be ``what``; set them aside, unless
    they may be told as ``far`` from the others, too.

    ``sides`` are what is wrong about a number v, in Python; without ``severity`` it is by what the values cost.
    Zeros that were found to stand for missing are told a second time as a remark, as one may look for either.
    """
    name = column.name
    values = ctx.frame[name].filter(wrong.fill_null(False)).unique().sort()
    listed = [number(float(v)) for v in values.to_list()]
    shown = ", ".join(ctx.show(name, v) for v in listed[:5]) + (" …" if len(listed) > 5 else "")
    target = name in ctx.targets
    zeros, known = listed == ["0"], ctx.excluded.get(name)
    twice = zeros and known is not None and bool((known | ~wrong).fill_null(True).all())
    costly = (count >= 0.05 * ctx.rows and not zeros) or target
    if not far:
        ctx.exclude(name, wrong)
    return ctx.finding(
        "impossible_value",
        name,
        severity or ("info" if twice else "major" if costly else "minor"),
        f"{count:,} values of '{name}' cannot be: {shown} as {what}.",
        rows_affected=count,
        consequence="They are errors or stand for missing; averages and models take them for measurements.",
        advice="Ask where they come from; read them as missing where they cannot be corrected.",
        fix=in_pandas(ctx, name, f".mask(lambda v: {' | '.join(f'({s})' if sides[1:] else s for s in sides)})"),
        evidence=ctx.evidence(ctx.rows_where(wrong), [name]),
        details={"own": True} if far else {"values": kept(ctx, name, listed), "own": zeros},
        confidence=confidence,
    )


UNNAMED = (_isolated_zero, _lone_negatives, _before_the_start, _mirrored, _off_the_scale)


@check("impossible_value")
def future_births(ctx: TableContext) -> Iterable[Finding]:
    """Report dates of birth in the future, or more than 120 years back."""
    for column in ctx.profile.columns.values():
        birth = column.semantic == "birth_date" or named(
            column.name, "birth", "dob", "birthdate", "born", "birthday"
        )
        if not column.temporal or not birth or not column.present:
            continue
        days = ctx.frame[column.name].cast(pl.Date)
        first = date(ctx.as_of.year - 120, 1, 1)
        wrong = ~days.is_between(first, ctx.as_of) & ~days.is_in(NULL_DATES)
        count = int(wrong.sum() or 0)
        if 0 < count <= FEW * column.present:
            yield ctx.finding(
                "impossible_value",
                column.name,
                "minor",
                f"{count:,} dates of birth in '{column.name}' are in the future or over 120 years ago.",
                rows_affected=count,
                consequence="Ages worked out from them are negative or beyond any life.",
                advice="Correct them, or read them as missing.",
                fix=f"df[{column.name!r}] = {as_dates(ctx, column.name)}"
                f".where(lambda d: d.dt.normalize().between('{first}', '{ctx.as_of}'))",
                evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
                details={"own": True},
            )
