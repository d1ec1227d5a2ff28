"""Values that cannot be: beyond what a quantity allows, parts above their whole, sensors that stood still."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from ...artifacts import Finding
from ...ordered import distinct_numbers
from ..bounds import BOUNDS, CHANGE, FEW, PART, RATES, Bound
from ..context import TableContext, check
from ..names import named
from ..profile import ColumnProfile
from ..values import identifying, number, numbers_of
from .sentinels import EPOCHS
from .sentinels_numeric import is_code

OLDEST = 115


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
            for unnamed in (_isolated_zero, _lone_negatives, _mirrored, _off_the_scale):
                finding = unnamed(ctx, column)
                if finding is not None:
                    yield finding
                    break


@check("impossible_value")
def infinite(ctx: TableContext) -> Iterable[Finding]:
    """Report infinite numbers: what is left of a division by zero, or of a number too large for its type."""
    for column in ctx.profile.columns.values():
        if column.numeric and column.infinite:
            wrong = ctx.frame[column.name].cast(pl.Float64).is_infinite()
        elif column.type == "text" and any(_endless(v) for v, _ in column.top[:5]):
            wrong = ctx.frame[column.name].is_in([v for v, _ in column.top if _endless(v)])
        else:
            continue
        rows = int(wrong.sum() or 0)
        yield ctx.finding(
            "impossible_value",
            column.name,
            "major" if rows >= 0.05 * ctx.rows else "minor",
            f"{rows:,} value{'s' if rows != 1 else ''} of '{column.name}' {'are' if rows != 1 else 'is'} infinite.",
            rows_affected=rows,
            consequence="Every sum and mean of the column is infinite too, and most models refuse it.",
            advice="Ask what was divided by 0; read these cells as missing.",
            fix=f"df[{column.name!r}] = pd.to_numeric(df[{column.name!r}]).replace([np.inf, -np.inf], np.nan)",
            evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
            details={"values": ["inf"], "own": True},
        )


def _endless(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[-+]?inf(inity)?", value.strip(), re.IGNORECASE) is not None


def _bounds(ctx: TableContext, column: ColumnProfile) -> Iterable[Bound]:
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
    if named(name, *CHANGE):
        return
    if named(name, *RATES) and column.quantiles[0.5] > 5 and column.quantiles[0.99] <= 100:
        yield Bound((), 0, 100, what="a rate in percent", few=0.01)
    if named(name, *PART):
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
    for bound in BOUNDS:
        told = named(name, *bound.words) or ("%" in name and "%" in bound.words)
        if told and not named(name, *bound.unless):
            low, high = bound.usual
            if low <= median <= high:
                yield bound


def _out_of(ctx: TableContext, column: ColumnProfile, bound: Bound) -> Finding | None:
    low = bound.low if bound.low is not None else -np.inf
    high = bound.high if bound.high is not None else np.inf
    if bound.high == 100 and float(column.quantiles[0.99]) <= 1:
        high = 1.0 if column.quantiles[0.95] > 0.1 else 100.0
    if float(column.minimum) > low and float(column.maximum) <= high:
        return None
    series = ctx.frame[column.name].cast(pl.Float64)
    wrong = (series < low) | (series > high)
    count = int(wrong.sum() or 0)
    coded = column.distinct < 8 and bound.dense
    zeros = column.zeros if bound.positive and not coded and not _usual_zero(column, bound.dense) else 0
    if zeros and low == 0:
        wrong |= series == 0
        count += zeros
    if not count or count > bound.few * column.present:
        return None
    if bound.few <= FEW and _foreign(series, column, bound, low, high):
        return None
    return _impossible(ctx, column, wrong, count, bound.what)


def _foreign(series: pl.Series, column: ColumnProfile, bound: Bound, low: float, high: float) -> bool:
    """Whether the column is about something else than its name says.

    So it is where the values run on across the bound: within a quarter of the way from the median to the bound,
    what lies beyond it is at least 30% as frequent as what lies before it. A part of a date must take half of the
    values a calendar has.
    """
    if bound.calendar and column.distinct < 0.5 * (high - low):
        return True
    values = series.drop_nulls().to_numpy()
    median = column.quantiles[0.5]
    for edge in (e for e in (low, high) if np.isfinite(e) and e != median):
        away = (values - edge) * np.sign(edge - median) / (0.25 * abs(edge - median))
        before, beyond = int(((away > -1) & (away <= 0)).sum()), int(((away > 0) & (away < 1)).sum())
        if before >= 5 and beyond >= 5 and beyond >= 0.3 * before:
            return True
    return False


def _usual_zero(column: ColumnProfile, dense_counts: bool) -> bool:
    """Whether 0 is one of the quantity's ordinary values: frequent, or close to the smallest others."""
    if column.zeros > FEW * column.present or not dense_counts:
        return column.zeros > FEW * column.present
    others = [(float(v), n) for v, n in column.low if v > 0]
    if len(others) < 5 or column.negatives:
        return False
    steps = np.diff([v for v, _ in others])
    dense = others[0][0] <= 1.5 * float(np.median(steps))
    return dense and others[0][0] < 0.1 * column.quantiles[0.5] and column.zeros > 2 * others[0][1]


def _isolated_zero(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """0 in a column of sizes without a telling name: a few zeros far below everything else."""
    if not 2 <= column.zeros < 0.005 * column.present or column.negatives or column.distinct < 30 or column.whole:
        return None
    values, _ = distinct_numbers(ctx.table, column.name)
    first, second = float(values[1]), float(values[min(20, len(values) - 1)])
    quartile, median = column.quantiles[0.25], column.quantiles[0.5]
    if first < 0.2 * median or quartile < 0.5 * median or first < 4 * (second - first) / 19:
        return None
    wrong = ctx.frame[column.name] == 0
    return _impossible(ctx, column, wrong, column.zeros, "a quantity that is else never near 0")


def _lone_negatives(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A negative, or a handful in a large column, where 0 bounds the others: 0 is at least 20 times as frequent."""
    few = 0 < column.negatives <= max(1, 0.0005 * column.present) and column.quantiles[0.01] >= 0
    if not few or column.zeros < max(20, 20 * column.negatives) or named(column.name, *CHANGE):
        return None
    wrong = ctx.frame[column.name] < 0
    return _impossible(ctx, column, wrong, column.negatives, "a quantity that is else never negative")


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
    return _impossible(ctx, column, ctx.frame[column.name] < 0, column.negatives, what)


def _off_the_scale(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A step of a scale of whole numbers (one of them at most unused) with its digit typed twice: 55 on 0 to 6."""
    if not column.whole or not 5 <= column.distinct <= 13 or column.distinct > len(column.low):
        return None
    values = [(int(v), n) for v, n in column.low]
    *scale, (last, rows) = values
    first, top = scale[0][0], scale[-1][0]
    steady = first in (0, 1) and top - first <= len(scale) and min(n for _, n in scale) >= rows
    twice = last % 11 == 0 and last // 11 in {v for v, _ in scale}
    if not steady or not twice or last <= 2 * top or rows > 0.005 * column.present or is_code(last):
        return None
    wrong = ctx.frame[column.name] == last
    return _impossible(ctx, column, wrong, rows, f"one more step of a scale of {first} to {top}")


def _impossible(ctx: TableContext, column: ColumnProfile, wrong: pl.Series, count: int, what: str) -> Finding:
    name = column.name
    values = ctx.frame[name].filter(wrong.fill_null(False)).unique().sort()
    listed = [number(float(v)) for v in values.to_list()]
    shown = ", ".join(ctx.show(name, v) for v in listed[:5]) + (" …" if len(listed) > 5 else "")
    target = name in {u.target for u in ctx.use_cases}
    ctx.set_aside(name, wrong)
    return ctx.finding(
        "impossible_value",
        name,
        "major" if (count >= 0.05 * ctx.rows and listed != ["0"]) or target else "minor",
        f"{count:,} value{'s' if count != 1 else ''} of '{name}' cannot be: {shown} as {what}.",
        rows_affected=count,
        consequence="They are errors or stand for missing; averages and models take them for measurements.",
        advice="Ask where they come from; read them as missing where they cannot be corrected.",
        fix=f"df[{name!r}] = df[{name!r}].mask(df[{name!r}].isin({[float(v) for v in listed[:20]]!r}))",
        evidence=ctx.evidence(ctx.rows_where(wrong), [name]),
        details={"values": listed[:50], "own": listed == ["0"]},
        confidence=0.9,
    )


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
        wrong = (days > ctx.as_of) | (days.dt.year() < ctx.as_of.year - 120)
        wrong &= ~days.is_in([date(*e) for e in EPOCHS])
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
                fix=f"df[{column.name!r}] = df[{column.name!r}].where(df[{column.name!r}] <= pd.Timestamp.today())",
                evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
                details={"own": True},
            )


@check("impossible_value", view="values")
def parts_above_whole(ctx: TableContext) -> Iterable[Finding]:
    """Report rows in which a part is larger than the whole it is taken from.

    A column named whole, total, gross or overall is a whole of another where both are positive, correlated at 0.6
    or more, and the other is smaller in at least 99.5% of the rows.
    """
    wholes = [c for c in ctx.profile.columns.values() if _is_whole(c)]
    for whole in wholes:
        for part in ctx.profile.columns.values():
            if part is whole or not part.numeric or _is_whole(part) or part.negatives or identifying(part):
                continue
            pair = (part.name, whole.name)
            if max(ctx.profile.correlations.get(pair, 0), ctx.profile.correlations.get(pair[::-1], 0)) < 0.6:
                continue
            wrong = ctx.frame[part.name].cast(pl.Float64) > ctx.frame[whole.name].cast(pl.Float64)
            count = int(wrong.sum() or 0)
            if 0 < count <= 0.005 * min(part.present, whole.present):
                yield _part_finding(ctx, part.name, whole.name, wrong, count)


def _is_whole(column: ColumnProfile) -> bool:
    words = ("whole", "total", "gross", "overall", "sum", "tot")
    return column.numeric and column.distinct > 20 and not column.negatives and named(column.name, *words)


def _part_finding(ctx: TableContext, part: str, whole: str, wrong: pl.Series, count: int) -> Finding:
    return ctx.finding(
        "impossible_value",
        part,
        "minor",
        f"'{part}' is larger than '{whole}' in {count:,} rows, although it is smaller in all others.",
        rows_affected=count,
        consequence="One of the two was measured or typed wrongly; differences and shares are nonsense there.",
        advice="Check both values of these rows; read the wrong one as missing.",
        fix=f"df.loc[df[{part!r}] > df[{whole!r}], {part!r}] = np.nan",
        evidence=ctx.evidence(ctx.rows_where(wrong), [part, whole]),
        details={"whole": whole, "own": True},
        confidence=0.85,
    )


@check("impossible_value", view="values")
def stuck_sensor(ctx: TableContext) -> Iterable[Finding]:
    """Report runs of rows in which a reading stands still while its twin moves on.

    Of two columns correlated at 0.95 or more, one holds a single value over at least 12 rows in a row, and so over
    more than any other run of it but the longest 0.1%, while the other moves by more than 6 standard deviations of
    what is usual around their common line, and the first is that far off the line in most rows of the run.
    """
    if ctx.rows < 200:
        return
    done: set[str] = set()
    for (a, b), r in ctx.profile.correlations.items():
        if r < 0.95 or r > 0.99999:
            continue
        for stuck, twin in ((a, b), (b, a)):
            if stuck not in done and _readings(ctx.profile[stuck]) and _readings(ctx.profile[twin]):
                finding = _stuck(ctx, stuck, twin)
                if finding is not None:
                    done.add(stuck)
                    yield finding


def _readings(column: ColumnProfile) -> bool:
    return column.distinct >= 20 and column.missing == 0 and not column.sorted and not identifying(column)


def _stuck(ctx: TableContext, stuck: str, twin: str) -> Finding | None:
    y = ctx.frame[stuck].cast(pl.Float64).to_numpy()
    x = ctx.frame[twin].cast(pl.Float64).to_numpy()
    edges = np.flatnonzero(np.concatenate([[True], y[1:] != y[:-1], [True]]))
    starts, lengths = edges[:-1], np.diff(edges)
    usual = float(np.quantile(lengths, 0.999))
    slope, level = np.polyfit(x, y, 1)
    residual = y - (slope * x + level)
    noise = 1.4826 * float(np.median(np.abs(residual - np.median(residual)))) or float(residual.std())
    mask = np.zeros(len(y), dtype=bool)
    for start, length in zip(starts[lengths >= 12], lengths[lengths >= 12], strict=True):
        run = slice(start, start + length)
        moved = abs(slope) * float(np.ptp(x[run]))
        off = np.abs(residual[run]) > 6 * noise
        if length > usual and moved > 6 * noise and off.mean() > 0.5:
            mask[run] = True
    count = int(mask.sum())
    if not count or count > FEW * ctx.rows:
        return None
    rows = pl.Series(mask)
    value = ", ".join(sorted({number(float(v)) for v in np.unique(y[mask])})[:3])
    return ctx.finding(
        "impossible_value",
        stuck,
        "minor",
        f"'{stuck}' stands still at {ctx.show(stuck, value)} over {count:,} rows in a row while '{twin}', which it "
        f"else follows, moves on.",
        rows_affected=count,
        consequence="The sensor or the feed stood still; these readings are no measurements.",
        advice=f"Read them as missing, or estimate them from '{twin}'.",
        evidence=ctx.evidence(ctx.rows_where(rows), [stuck, twin]),
        details={"twin": twin, "own": True, "correlation": round(float(_corr(x, y)), 4)},
        confidence=0.85,
    )


def _corr(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> float:
    return float(np.corrcoef(x, y)[0, 1])
