"""Single values far from all others, and values piled up at a cap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from ...artifacts import Finding
from ...ordered import quantiles_of
from ..context import TableContext, check
from ..names import named
from ..profile import ColumnProfile
from ..values import counted, identifying, number, numbers_of

CHANCE = 1e-3
CHANCE_PARETO = 0.02
CHANCE_LIGHT = 0.1
"""What a gap may be worth under a power law where the tail is no heavier than an exponential one."""
FAR = 5.0
ISOLATED = 0.5
CHANCE_GROUP = 1e-4
HEAVY = 1.25
TIMES = (3.0, 5.0)
CHANCE_TIMES = (0.02, 0.15)
ALONE = 0.7
CHANCE_ALONE = 0.12
NATURAL = frozenset(
    {0.0, 1.0, 5.0, 10.0, 15.0, 16.0, 24.0, 31.0, 59.0, 60.0, 100.0, 255.0, 360.0, 365.0, 1000.0, 65535.0}
)


@check("outlier", view="values")
def extremes(ctx: TableContext) -> Iterable[Finding]:
    """Report the few values at an end that are cut off from all others by a gap chance would not leave.

    The tail beyond the 95th percentile is taken as exponential (on a log scale where it is heavier, by its
    coefficient of variation). Then the gap below the k-th largest value, times k, is exponential as well (Rényi's
    representation of order statistics), which gives each gap a probability. The k values above it count as outliers
    if that is below 1e-3 / (k (k + 1)), or 1e-3 shared among the gaps tried, the gap is at least half the tail's
    mean excess and unlikely (1 in 50; 1 in 10 after a tail no heavier than an exponential one) under a power law
    too (Hill's estimate, 1975), and the first of them is over 5 robust standard deviations (interquartile range /
    1.349) from the median; k is at most 0.2% of the rows (5 at least).
    Up to 5 values count as well where the least of them is 3 times the next one and that is unlikely (1 in 50)
    under the power law of the tail, and one that is 5 times the next where it is somewhat so (1 in 7), or 1.7 times
    as far from the median and it is so (1 in 8). Long, even tails thus draw nothing. More values than that count
    where they are a group apart.
    """
    for column in ctx.profile.columns.values():
        single, grouped = _eligible(column), _hollow(column)
        if not (single or grouped):
            continue
        ordered = numbers_of(ctx, column.name)
        top, low = (_cut(ordered), _cut(-ordered[::-1])) if single else (0, 0)
        if grouped and not (top or low):
            top, low = _group(ordered), _group(-ordered[::-1])
        if top or low:
            above = ordered[len(ordered) - top :] if top else ordered[:0]
            yield _finding(ctx, column, ordered, above, ordered[:low])


def _hollow(column: ColumnProfile) -> bool:
    """Whether a group of values may lie apart: a third of the span of the column's values is empty in one piece."""
    if not column.numeric or column.distinct < 40 or identifying(column) or column.histogram is None:
        return False
    if column.semantic in {"latitude", "longitude", "year"}:
        return False
    filled = np.flatnonzero(np.asarray(column.histogram[1]))
    return len(filled) > 1 and int(np.diff(filled).max()) > 0.3 * len(column.histogram[1])


def _eligible(column: ColumnProfile) -> bool:
    if not column.numeric or column.distinct < 8 or column.present < 50 or identifying(column):
        return False
    if not column.quantiles or column.semantic in {"latitude", "longitude"}:
        return False
    edge = max(column.quantiles[0.99] - column.quantiles[0.5], column.quantiles[0.5] - column.quantiles[0.01])
    reach = max(float(column.maximum) - column.quantiles[0.99], column.quantiles[0.01] - float(column.minimum))
    return reach > 0.1 * edge


def _cut(ordered: np.ndarray[Any, Any]) -> int:
    """Return how many of the largest values are cut off (0: none)."""
    n = len(ordered)
    most = int(max(5, 0.002 * n))
    first, median, third = quantiles_of(ordered, [0.25, 0.5, 0.75])
    scale = (third - first) / 1.349
    if scale <= 0:
        scale = float(np.std(ordered))
    tail = ordered[int(0.95 * n) - 1 :] - ordered[int(0.95 * n) - 1]
    if scale <= 0 or len(tail) < most + 5 or (ordered[-1] - median) / scale < FAR:
        return 0
    found = 0
    for k in _gaps(ordered, tail, most, median + FAR * scale):
        core = tail[: len(tail) - k]
        edge, next_ = core[-1], tail[len(tail) - k]
        mean = float(core.mean())
        spread = float(core.std()) / mean
        heavy = spread > HEAVY
        gap = np.log1p(next_ / mean) - np.log1p(edge / mean) if heavy else next_ - edge
        excess = np.log1p(core / mean).mean() if heavy else mean
        relative = gap / max(float(excess), 1e-12)
        limit = CHANCE_LIGHT if spread <= 1 else CHANCE_PARETO
        likely = np.exp(-k * relative) >= CHANCE / min(most, k * (k + 1)) or _pareto(ordered, median, k) >= limit
        if relative >= ISOLATED and not (likely and not _times(ordered, median, k)):
            found = k
    return found or _above_a_plateau(ordered, median + FAR * scale) or _alone(ordered, median)


def _above_a_plateau(ordered: np.ndarray[Any, Any], far: float) -> int:
    """Return how many values (5 at most) are several times the value that the upper 5% of the others all share."""
    top = float(ordered[int(0.95 * len(ordered)) - 1])
    above = ordered[np.searchsorted(ordered, top, side="right") :]
    if not 1 <= len(above) <= min(5, 0.01 * len(ordered)) or top <= 0:
        return 0
    return len(above) if above[0] >= max(far, TIMES[0] * top) else 0


def _alone(ordered: np.ndarray[Any, Any], median: float) -> int:
    """Return 1 where the largest value is 1.7 times as far from the median as the next, unlike a power law."""
    top, edge = float(ordered[-1]), float(ordered[-2])
    plateau = edge <= ordered[int(0.95 * len(ordered)) - 1]
    far = top - edge >= max(ALONE * (edge - median), 3 * _grid(ordered))
    return int(far and not plateau and _pareto(ordered, median, 1) < CHANCE_ALONE)


def _times(ordered: np.ndarray[Any, Any], median: float, k: int) -> bool:
    """Whether the few largest values are several times the next one, more than a heavy tail would bring about."""
    next_, edge = float(ordered[len(ordered) - k]), float(ordered[len(ordered) - k - 1])
    if k > 5 or edge <= 0 or next_ < TIMES[0] * edge:
        return False
    alone = k == 1 and next_ >= TIMES[1] * edge
    return _pareto(ordered, median, k) < CHANCE_TIMES[alone]


def _gaps(ordered: np.ndarray[Any, Any], tail: np.ndarray[Any, Any], most: int, far: float) -> list[int]:
    """Return for which k the gap below the k-th largest value can be wide enough to be worth its test.

    A bound that saves the test itself: with the least of the means, m0, the mean of ``log1p(x / mean)`` is at least
    m0 / mean times that of ``log1p(x / m0)``, as the logarithm is concave; a gap below half of it cannot pass.
    """
    k = np.arange(1, most + 1)
    next_, edge = tail[len(tail) - k], tail[len(tail) - k - 1]
    sums = np.cumsum(tail)
    mean = sums[len(tail) - k - 1] / (len(tail) - k)
    with np.errstate(over="ignore"):  # the least mean may be next to nothing
        logs = np.cumsum(np.log1p(np.maximum(tail, 0) / max(float(mean[-1]), 1e-300)))
    least = logs[len(tail) - k - 1] / (len(tail) - k) * float(mean[-1]) / np.maximum(mean, 1e-300)
    gap = np.log1p(next_ / np.maximum(mean, 1e-300)) - np.log1p(edge / np.maximum(mean, 1e-300))
    worth = (next_ - edge > 3 * _grid(ordered)) & (ordered[len(ordered) - k] >= far) & (mean > 0)
    worth &= (gap >= 0.9 * ISOLATED * least) | (next_ - edge >= ISOLATED * mean)
    return [int(x) for x in k[worth]]


def _group(ordered: np.ndarray[Any, Any]) -> int:
    """Return how many values make a group (of at most a tenth) farther from the rest than the rest reaches.

    The rest must be fine-grained, and so many values beyond such a gap unlikely (1 in 10,000) under a power law
    that is fitted to the upper tenth of the rest.
    """
    n = len(ordered)
    least = n - max(5, n // 10)
    if n < 100:
        return 0
    wide = np.flatnonzero(np.diff(ordered[least - 1 :]) >= ordered[least - 1 : -1] - ordered[0])
    if not len(wide):
        return 0
    place = least + int(wide[0])
    rest, next_, k = ordered[:place], float(ordered[place]), n - place
    first, median, third = quantiles_of(rest, [0.25, 0.5, 0.75])
    if third <= first:
        return 0
    if len(np.unique(rest)) < max(20, min(100, 0.05 * len(rest))):
        return 0
    logs = np.log(np.maximum(rest[int(0.75 * len(rest)) :] - median, 1e-300))
    tail = logs[int(0.6 * len(logs)) :]
    hill = max(float((tail - tail[0]).mean()), float((logs - logs[0]).mean()) / 2, 1e-12)
    chance = np.exp(-k * (np.log(next_ - median) - tail[-1]) / hill)
    return k if k >= 3 and chance < CHANCE_GROUP else 0


def _pareto(ordered: np.ndarray[Any, Any], median: float, k: int) -> float:
    """Return the chance of the k-th gap if the tail beyond the 95th percentile is a power law."""
    n = len(ordered)
    above = np.log(ordered[int(0.95 * n) - 1 :] - median + 1e-300)
    core = above[: len(above) - k] - above[0]
    gap = above[len(above) - k] - above[len(above) - k - 1]
    return float(np.exp(-k * gap / max(float(core.mean()), 1e-12)))


def _grid(ordered: np.ndarray[Any, Any]) -> float:
    """Return the usual step between neighbouring distinct values, 0 for fine-grained data."""
    values, _ = counted(ordered)
    return float(np.median(np.diff(values))) if 2 < len(values) < 0.2 * len(ordered) else 0.0


def _finding(
    ctx: TableContext,
    column: ColumnProfile,
    ordered: np.ndarray[Any, Any],
    above: np.ndarray[Any, Any],
    below: np.ndarray[Any, Any],
) -> Finding:
    name = column.name
    extreme = np.concatenate([below, above])
    core = ordered[len(below) : len(ordered) - len(above)]
    cut = [
        *([f"the next is {number(core[-1])}"] if len(above) else []),
        *([f"the next is {number(core[0])}"] if len(below) else []),
    ]
    values = sorted({number(v) for v in extreme.tolist()}, key=float)
    shown = ", ".join(ctx.show(name, v) for v in values[:5]) + (" …" if len(values) > 5 else "")
    mask = pl.Series(np.isin(ctx.frame[name].cast(pl.Float64).to_numpy(), extreme))
    beside = "" if ctx.is_personal(name) else f" ({'; '.join(cut)})"
    before, after = float(ordered.std()), float(core.std())
    return ctx.finding(
        "outlier",
        name,
        "minor",
        f"{len(extreme):,} {'values' if len(extreme) > 1 else 'value'} of '{name}' far from all others: "
        f"{shown}{beside}.",
        rows_affected=len(extreme),
        consequence=f"They move the standard deviation from {after:.4g} to {before:.4g}; averages and "
        "linear models follow them.",
        advice="Look at these rows: mend what was mistyped, keep what is true and use a robust scale.",
        fix=f"df[{name!r}] = df[{name!r}].clip({number(core[0])}, {number(core[-1])})",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": values[:50], "std_with": before, "std_without": after},
        confidence=0.8,
    )


@check("outlier", view="values")
def caps(ctx: TableContext) -> Iterable[Finding]:
    """Report values piled up at the largest value, as where a system or a survey cuts off what is larger.

    The largest value must occur at least 5 times as often as any of the 5 next smaller ones and 10 times; bounds
    that come with a scale (0, 1, 100, 255 ...) and scales of few values are left alone.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 30 or column.present < 200 or identifying(column):
            continue
        (value, rows), rest = column.high[0], column.high[1:]
        if (
            float(value) in NATURAL
            or len(rest) < 10
            or named(column.name, "pct", "percent", "rate", "score", "year")
        ):
            continue
        gap, spread = float(value) - float(rest[0][0]), float(rest[0][0]) - column.quantiles[0.01]
        if rows < 10 or rows < 5 * max(n for _, n in rest[:5]) or gap > 0.5 * max(spread, 0.0):
            continue
        if value == 0 or rows > 0.2 * column.present:
            continue
        shown = ctx.show(column.name, number(float(value)))
        yield ctx.finding(
            "outlier",
            column.name,
            "minor",
            f"{rows:,} values of '{column.name}' are piled up at the largest, {shown}: it looks like a cap.",
            rows_affected=rows,
            consequence="What is larger was cut off, so that amounts at the top and sums are too low.",
            advice="Ask for the values above the cap; else tell a model which rows are capped.",
            fix=f"df[{column.name + '_capped'!r}] = df[{column.name!r}] >= {number(float(value))}",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name] == value), [column.name]),
            details={"values": [number(float(value))], "own": True, "next": [int(n) for _, n in rest[:5]]},
            confidence=0.8,
        )
