"""Numbers that stand for missing: spikes that do not belong to the distribution."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ...artifacts import Finding, Severity
from ...ordered import distinct_numbers
from ..context import TableContext, check
from ..names import named
from ..profile import ColumnProfile
from ..values import identifying, number

COMMON = 0.05
SHIFT = 0.1
FREQUENT = 0.15
"""Above this share of the rows, 0 is taken for an ordinary value of a quantity that is often absent."""
LIMITS = frozenset(
    {-(2.0**31), 2.0**31 - 1, 2.0**32 - 1, -(2.0**63), 2.0**63, -32768.0, 32767.0, 65535.0, 1e20, 1e30, -1e30}
)
NEVER_ZERO = (
    "glucose", "bmi", "insulin", "cholesterol", "blood pressure", "bloodpressure", "restingbp", "trestbps", "bp",
    "systolic", "diastolic", "skin thickness", "skinthickness", "thickness", "heart rate", "heartrate", "pulse",
    "spo2", "hemoglobin", "humidity", "pressure", "latitude", "longitude", "lat", "lon", "lng", "year", "yr",
)  # fmt: skip
"""Quantities of which 0 is no measurement; a spike at 0 stands for missing there however frequent it is."""
DIFFERENCES = ("diff", "difference", "delta", "change", "discount", "disc", "gap", "deviation", "error")
"""Quantities of which 0 says that two things are the same."""
PILE = 20
"""How many times as frequent as any other a value at an end must be to be a code at a smaller distance."""


@dataclass(frozen=True)
class _Spike:
    value: float
    rows: int
    why: str
    sure: bool


@check("sentinel_missing", view="first")
def numeric_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers that are codes for missing: -999, 9999, -1, or 0 where 0 cannot be.

    A code lies at an end of the values and is one of these:

    * repeated 9s, 8s or 7s, or a limit of a storage type, cut off from the rest by a gap of at least half the
      range of the rest;
    * 1900 or 1970, repeated, ten years or more before all others in a column of years;
    * any repeated number cut off by a gap of at least three times that range, or of a quarter of it where it is
      20 times as frequent as any other of at least 30 values;
    * the only negative number, repeated, in a column that else holds none;
    * 9 or 99 after a scale of consecutive small whole numbers;
    * 0 before such a scale, in less than 1 of 200 rows and 20 times rarer than 1, or before the months 1 to 12;
    * 0, repeated, where the smallest other values are several of their own spacings and a tenth of their median
      away, and the rest lies well above 0 (its lower quartile is over half its median), or where by its name the
      quantity is never 0, or where it is the one value that repeats in a column of fine-grained measurements and
      they stop well above it.

    A value that is a code in one column is taken for one in others where it is the outermost and repeated.
    The idea of gap and frequency against the neighbours follows Qahtan et al., FAHES (KDD 2018).
    """
    spikes: dict[str, list[_Spike]] = {}
    for column in ctx.profile.columns.values():
        if _eligible(ctx, column):
            spikes[column.name] = [s for s in _spikes(ctx, column) if _sought(column, s)]
    shared = {s.value for group in spikes.values() for s in group if s.sure and s.value != 0}
    for name, group in spikes.items():
        known = {s.value for s in group}
        for value in sorted(shared - known):
            repeated = _outermost(ctx.profile[name], value)
            if repeated:
                group.append(_Spike(value, repeated, "it stands for missing in other columns too", True))
        if group:
            yield _finding(ctx, ctx.profile[name], group)


def _sought(column: ColumnProfile, spike: _Spike) -> bool:
    """Whether a spike may be a code here: a place far from the others is a place, unless it is written like one."""
    placed = column.semantic in {"latitude", "longitude"} or named(column.name, "lat", "lon", "lng")
    return not placed or spike.value == 0 or is_code(spike.value)


def _eligible(ctx: TableContext, column: ColumnProfile) -> bool:
    if not column.numeric or column.distinct < 3 or column.present < 20:
        return False
    return not identifying(column) and column.name not in {u.target for u in ctx.use_cases if u.task == "binary"}


def _outermost(column: ColumnProfile, value: float) -> int:
    for edge in (column.low, column.high):
        if edge and edge[0][0] == value and edge[0][1] >= 2 and column.distinct >= 10 and abs(value) >= 9:
            return edge[0][1]
    return 0


def _spikes(ctx: TableContext, column: ColumnProfile) -> Iterable[_Spike]:
    values, counts = _distinct(ctx, column)
    if len(values) < 3:
        return
    left, right = 0, len(values)
    for _ in range(3):
        high = _high(values[left:right], counts[left:right])
        if high is None:
            break
        right -= 1
        yield high
    early = _first_year(column, values, counts)
    if early is not None:
        left += 1
        yield early
    for _ in range(3):
        low = _low(values[left:right], counts[left:right])
        if low is None:
            break
        left += 1
        yield low
    zero = _zero(column, values[left:right], counts[left:right]) or _before_a_scale(column, values, counts)
    if zero is not None:
        yield zero


def _distinct(ctx: TableContext, column: ColumnProfile) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if column.distinct <= len(column.low):
        pairs = [(float(v), n) for v, n in column.low if np.isfinite(v)]
        return np.array([v for v, _ in pairs]), np.array([n for _, n in pairs])
    if not _worth_it(column):
        return np.zeros(0), np.zeros(0)
    return distinct_numbers(ctx.table, column.name)


def _worth_it(column: ColumnProfile) -> bool:
    """Whether an end of the values, or 0, could be a code at all; spares the pass over most columns."""
    ends = [column.low[0], column.high[0]]
    coded = any(is_code(float(v)) or n >= 2 for v, n in ends)
    return coded or column.zeros > 0


def is_code(value: float) -> bool:
    """Whether a number is written with 9s, 8s or 7s only (two signs at least), or is a limit of a storage type."""
    if value in LIMITS:
        return True
    digits = re.sub(r"\D", "", number(value)) if abs(value) < 1e15 else ""
    return len(digits) >= 2 and len(set(digits)) == 1 and digits[0] in "987"


def _spread(values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> float:
    """Range of the inner 98% of the values, weighted; the full range of few values."""
    if counts.sum() < 200:
        return float(values[-1] - values[0])
    share = np.cumsum(counts) / counts.sum()
    low, high = values[np.searchsorted(share, [0.01, 0.99])]
    return float(max(high - low, 0.25 * (values[-1] - values[0])))


def _high(values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> _Spike | None:
    if len(values) < 3:
        return None
    value, rows, rest, weights = float(values[-1]), int(counts[-1]), values[:-1], counts[:-1]
    return _cut_off(value, rows, rest, weights, value - float(rest[-1]))


def _low(values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> _Spike | None:
    if len(values) < 3:
        return None
    value, rows, rest, weights = float(values[0]), int(counts[0]), values[1:], counts[1:]
    found = _cut_off(value, rows, rest, weights, float(rest[0]) - value)
    lone = value < 0 <= rest[0] and len(rest) >= 10 and value == int(value)
    if found is None and lone and (rows >= 3 or is_code(value)):
        return _Spike(value, rows, "it is the only negative number", rows >= 5 or is_code(value))
    return found


def _first_year(column: ColumnProfile, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> _Spike | None:
    """Return the year that calendars of computers begin with, where it is far before all others."""
    if values[0] not in (1900, 1970) or counts[0] < 3 or not named(column.name, "year", "yr"):
        return None
    if values[1] - values[0] < 10 or counts[0] < counts[1]:
        return None
    return _Spike(float(values[0]), int(counts[0]), "it is repeated and far from all other values", False)


def _cut_off(
    value: float, rows: int, rest: np.ndarray[Any, Any], weights: np.ndarray[Any, Any], gap: float
) -> _Spike | None:
    spread = _spread(rest, weights)
    if spread == 0:
        return None
    many = len(rest) >= 10
    if is_code(value) and gap >= 0.5 * spread and (many or gap >= 2 * spread) and (rows >= 2 or gap >= spread):
        return _Spike(value, rows, "it is written like a code and cut off from all other values", True)
    whole = bool(np.all(rest == np.trunc(rest)))
    scale = whole and rest[-1] - rest[0] == len(rest) - 1 and rest[-1] <= 7
    survey = scale and ((rest[0] == 1 and len(rest) >= 3) or (len(rest) == 2 and value == 9 and rest[0] in (0, 1)))
    thins_out = bool(weights[-1] < weights.max() / 3 and np.all(np.diff(weights[-3:]) <= 0))
    if survey and value in (8, 9) and gap >= 2 and rows >= (max(2, weights[-1]) if thins_out else 2):
        return _Spike(value, rows, f"it follows a scale of {number(rest[0])} to {number(rest[-1])}", False)
    if many and rows >= max(5, 0.005 * weights.sum()) and gap >= 3 * spread and value not in (0, 1, 100):
        return _Spike(value, rows, "it is repeated and far from all other values", True)
    piled = len(rest) >= 30 and rows >= max(PILE * weights.max(), 0.01 * weights.sum())
    if piled and gap >= 0.25 * spread and value not in (0, 1, 100):
        return _Spike(value, rows, "it is far more frequent than any other value, and apart from them", value < 0)
    return None


def _zero(column: ColumnProfile, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> _Spike | None:
    """Return 0 as a code, where the column holds no negatives and 0 is cut off from the rest."""
    place = int(np.searchsorted(values, 0.0))
    if place >= len(values) or values[place] != 0:
        return None
    rows = int(counts[place])
    if named(column.name, *DIFFERENCES):
        return None
    never = named(column.name, *NEVER_ZERO) or _rated(column.name)
    rest, weights = np.delete(values, place), np.delete(counts, place)
    if len(rest) < 10 or rows < 2:
        return None
    if rest[0] > 0:
        lowest = rest[: min(11, len(rest))]
        gap, spacing = float(rest[0]), float(np.median(np.diff(lowest)))
        neighbours = float(weights[:10].mean())
    else:
        gap = float(np.abs(rest).min())
        spacing = _spread(rest, weights) if rest[-1] < 0 or rest[0] < 0 else 0.0
        if gap < 3 * spacing:
            return None
        neighbours = 0.0
    share = np.cumsum(weights) / weights.sum()
    quartile, median = rest[np.searchsorted(share, [0.25, 0.5])]
    level = abs(quartile) > 0.5 * abs(median)
    fraction = rows / column.present
    beneath = rest < 0.25 * median
    thin = (
        bool(rest[0] > 0)
        and weights[beneath].sum() <= 0.01 * weights.sum()
        and rows >= 10 * weights[beneath].max(initial=1)
    )
    clear = gap >= 2.9 * spacing and (never or gap >= 0.1 * abs(median))
    far = (clear or thin) and (rows > neighbours or never)
    usual = level and 0.005 <= fraction <= FREQUENT and rows >= 3
    if (far and (usual or (never and level))) or _lone_repeat(column, rest, weights, rows):
        return _Spike(0.0, rows, "0 is cut off from all other values, and cannot be measured" if never else
                      "0 is cut off from all other values", never)  # fmt: skip
    return None


def _before_a_scale(
    column: ColumnProfile, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
) -> _Spike | None:
    """Return 0 where it stands before the codes 1, 2, 3 ... of a scale, or before the twelve months."""
    whole = column.whole and values[0] == 0 and len(values) >= 4 and values[-1] == len(values) - 1
    if not whole or counts[0] < (1 if column.present >= 1000 else 2):
        return None
    if _rated(column.name) and values[-1] in (5, 10) and counts[0] >= 5 * counts[1]:
        return _Spike(0.0, int(counts[0]), f"ratings are 1 to {number(float(values[-1]))}", True)
    months = values[-1] == 12 and named(column.name, "month", "mnth")
    if months and counts[1:].min() > 0.3 * np.median(counts[1:]):
        return _Spike(0.0, int(counts[0]), "the months are 1 to 12", True)
    rare = counts[0] <= min(0.005 * column.present, counts[1] / 20) and counts[0] <= counts[1:].min()
    if rare and values[-1] <= 7:
        return _Spike(0.0, int(counts[0]), f"it stands before a scale of 1 to {number(float(values[-1]))}", False)
    return None


def _rated(name: str) -> bool:
    """Whether a column holds ratings by its name, of which 0 mostly says that there is none."""
    return named(name, "rating", "ratings", "stars") and not named(name, "count", "counts", "number", "num", "n")


def _lone_repeat(
    column: ColumnProfile, rest: np.ndarray[Any, Any], weights: np.ndarray[Any, Any], rows: int
) -> bool:
    """Whether 0 is the only value that repeats in a column of fine-grained measurements that end well above it."""
    fine = not column.whole and len(rest) >= max(200, 0.4 * weights.sum())
    if not fine or rest[0] <= 0 or not 0.005 <= rows / column.present <= FREQUENT or rows < 10 * weights.max():
        return False
    share = np.cumsum(weights) / weights.sum()
    quartile, median = rest[np.searchsorted(share, [0.25, 0.5])]
    spacing = float(np.median(np.diff(rest[:21])))
    return bool(quartile > 0.3 * median and rest[0] >= 0.03 * median and rest[0] >= 20 * spacing)


def _finding(ctx: TableContext, column: ColumnProfile, spikes: list[_Spike]) -> Finding:
    name = column.name
    codes = sorted({s.value for s in spikes})
    mask = ctx.frame[name].is_in(pl.Series(codes, dtype=ctx.frame.schema[name], strict=False).to_list())
    ctx.set_aside(name, mask)
    rows = int(mask.sum() or 0)
    fraction = rows / ctx.rows
    before, after = _figures(ctx.frame[name]), _figures(ctx.frame[name].filter(~mask))
    shift = abs(before["mean"] - after["mean"]) / after["std"] if after["std"] else 1.0
    sure = any(s.sure for s in spikes)
    shown = ", ".join(ctx.show(name, number(c)) for c in codes)
    return ctx.finding(
        "sentinel_missing",
        name,
        _severity(fraction, shift, sure),
        f"{shown} {'stands' if len(codes) == 1 else 'stand'} for a missing value in {rows:,} of {ctx.rows:,} rows "
        f"of '{name}' ({fraction:.1%}): {spikes[0].why}.",
        rows_affected=rows,
        consequence=f"Taken as a number it moves the mean from {after['mean']:.4g} to {before['mean']:.4g} and the "
        f"standard deviation from {after['std']:.4g} to {before['std']:.4g}.",
        advice="Read it as missing; keep a column that says so, as the gap itself may tell something.",
        fix=f"df[{name!r}] = df[{name!r}].replace({[_plain(c) for c in codes]!r}, np.nan)",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": [number(c) for c in codes], "before": before, "after": after},
        confidence=0.95 if sure else 0.7,
    )


def _severity(fraction: float, shift: float, sure: bool) -> Severity:
    return "major" if sure and (fraction >= COMMON or shift >= SHIFT) else "minor"


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _figures(series: pl.Series) -> dict[str, float]:
    finite = series.cast(pl.Float64).drop_nulls().drop_nans()
    if not len(finite):
        return {"mean": 0.0, "std": 0.0, "median": 0.0}
    mean, std, median = finite.mean(), finite.std(), finite.median()
    return {
        "mean": float(mean),  # type: ignore[arg-type]
        "std": float(std) if std is not None else 0.0,  # type: ignore[arg-type]
        "median": float(median),  # type: ignore[arg-type]
    }
