"""Parts of a table in which a column is measured in another unit: a level of another column, or all since a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations.dependencies import codes_of

__all__ = ["OtherUnit", "Part", "other_units"]

ROWS = 10_000
"""How many rows, evenly spaced, are looked at."""
FEWEST, MANY = 40, 100
"""The fewest values of a part that is a power of ten apart, and another factor."""
GROUPS = 3
"""How many other groups must agree, where the factor is no power of ten."""
COMPARED = 400
"""How many values of either are held against one another; of more, every difference of nature would tell."""
NEAR, SAME = 0.06, 0.1
"""How far logarithms may be from that of the factor, and the medians of the other groups from one another."""
LEAST = 0.35
"""The least difference between mean logarithms that is looked at (a factor of 1.4)."""
ROUNDING = 1e-9
SPREAD = 0.6
"""The least factor that can be told from chance, as a share of the standard deviation of the logarithms."""
ALIKE = 0.05
"""The p-value above which two samples are taken for one distribution."""
DECADES = frozenset({10.0, 100.0, 1000.0, 1e6})

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """What sets rows apart: a ``level`` of a column, or the moments of it from ``first`` to ``last``."""

    column: str
    level: Any = None
    first: Any = None
    last: Any = None


@dataclass(frozen=True, eq=False)
class OtherUnit:
    """In ``part``, ``column`` is ``factor`` times what it is elsewhere (the inverse where ``larger`` is false)."""

    column: str
    part: Part
    factor: float
    larger: bool


Divided = tuple[Part, Bools, list[Bools]]


def other_units(
    frame: pl.DataFrame,
    numbers: Sequence[str],
    levels: Sequence[str],
    times: Sequence[str],
    factors: Mapping[str, Sequence[float]],
) -> Iterator[OtherUnit]:
    """Iterate over columns that a part of the rows has in another unit, each with the first such part.

    Both units may overlap: no gap is needed. The part and the rest must have one distribution once the factor is
    taken out (two-sample test of Kolmogorov and Smirnov on at most 400 values of each, p over 0.05), and medians
    that far apart to within 6% and 2.5 standard errors. Natural groups may be a factor apart by chance: so what is
    left must fall into three groups or more (other levels, or thirds of the time) with medians within 10% of one
    another, and the part have 100 values. A power of ten is believed of two levels, and of 40 values. The factor
    must be 0.6 standard deviations of the logarithms at least; a part of the time must not grow within itself, and
    a part in which a third of the other measures are larger too, by other factors, is larger, not in another unit.

    Parameters
    ----------
    frame : polars.DataFrame
        All rows; an evenly spaced sample of 10,000 is looked at.
    numbers, levels, times : sequence of str
        Columns of measurements, of categories, and of moments.
    factors : mapping of str to sequence of float
        By column of measurements, the factors between its units.
    """
    frame = frame.select(list(dict.fromkeys([*numbers, *levels, *times])))
    if frame.height > ROWS:
        frame = frame.gather_every(-(-frame.height // ROWS))
    codes = {name: codes_of(frame[name]) for name in levels}
    orders = {name: _order(frame[name]) for name in times}
    measured = {name: found for name in numbers if (found := _logarithms(frame[name])) is not None}
    apart = {name: dict(zip(measured, _apart(codes[name], [*measured.values()]), strict=True)) for name in levels}
    for name, (logs, positive) in measured.items():
        near = [other for other in levels if other != name and apart[other][name]]
        parts = (
            *(p for other in near for p in _levels(frame[other], codes[other], logs, positive)),
            *(p for other in times for p in _moments(frame[other], orders[other], logs, positive)),
        )
        for part, inside, others in parts:
            factor = _factor(logs, inside, others, factors[name])
            if factor is not None and not _larger_altogether(frame, name, numbers, inside, factor):
                larger = bool(np.median(logs[inside]) > np.median(logs[others[0]]))
                yield OtherUnit(name, part, factor, larger)
                break


def _logarithms(series: pl.Series) -> tuple[Floats, Bools] | None:
    """Return the logarithms of a column, 0 where there is none, and where there is one; None where they are few."""
    values = series.cast(pl.Float64).to_numpy()
    positive = (values > 0) & np.isfinite(values)
    if positive.sum() < max(2 * FEWEST, 0.9 * np.isfinite(values).sum()):
        return None
    logs = np.zeros(len(values))
    logs[positive] = np.log(values[positive])
    return logs, positive


def _apart(codes: Codes, measured: Sequence[tuple[Floats, Bools]]) -> list[bool]:
    """Return for each column of logarithms whether the means of any two levels are far enough apart to be looked
    at; for all columns at once, as for most it is no."""
    if not measured:
        return []
    flags = np.asarray(codes[:, None] == np.arange(int(codes.max(initial=-1)) + 1), dtype=np.float64).T
    counts = flags @ np.column_stack([there for _, there in measured])
    sums = flags @ np.column_stack([logs for logs, _ in measured])
    means = sums / np.maximum(counts, 1)
    large = counts >= FEWEST
    highest = np.where(large, means, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(large, means, np.inf).min(axis=0, initial=np.inf)
    return [bool(far) for far in highest - lowest > LEAST - ROUNDING]


def _levels(series: pl.Series, codes: Codes, logs: Floats, there: Bools) -> Iterator[Divided]:
    """Iterate over the levels whose mean is far from that of the others."""
    known = there & (codes >= 0)
    counts = np.bincount(codes[known])
    large = np.flatnonzero(counts >= FEWEST)
    if len(large) < 2:
        return
    means = np.bincount(codes[known], weights=logs[known])[large] / counts[large]
    for code, mean in zip(large, means, strict=True):
        others = [known & (codes == other) for other in large if other != code] if _far(mean, means) else []
        if others:
            inside = known & (codes == code)
            yield Part(series.name, level=series[int(np.argmax(inside))]), inside, others


def _far(mean: float, means: Floats) -> bool:
    """Whether a mean is further from each of the others than these are from one another, and that far."""
    rest = means[means != mean]
    return len(rest) > 0 and float(np.abs(rest - mean).min()) > max(LEAST, float(np.ptp(rest)))


def _order(series: pl.Series) -> Codes:
    """Return the rows that have a moment, in its order."""
    rows = np.flatnonzero(series.is_not_null().to_numpy())
    return rows[np.argsort(series.to_physical().fill_null(0).to_numpy()[rows], kind="stable")]


def _moments(series: pl.Series, order: Codes, logs: Floats, there: Bools) -> Iterator[Divided]:
    """Part the rows at the moment where the mean changes most (the extreme of the cumulated deviations; E. S. Page,
    Continuous inspection schemes, Biometrika 41, 1954); the smaller side is the part."""
    rows = order[there[order]]
    if len(rows) < 3 * FEWEST:
        return
    drift = np.cumsum(logs[rows] - logs[rows].mean())
    cut = int(np.argmax(np.abs(drift[:-1]))) + 1
    inside, rest = sorted((rows[:cut], rows[cut:]), key=len)
    apart = abs(logs[inside].mean() - logs[rest].mean())
    if len(inside) >= FEWEST and apart > LEAST and _steady(logs[inside]):
        part = Part(series.name, first=series[int(inside[0])], last=series[int(inside[-1])])
        yield part, _mask(inside, len(logs)), [_mask(half, len(logs)) for half in np.array_split(rest, 3)]


def _steady(logs: Floats) -> bool:
    """Whether values in the order of time stay where they are: another unit is a jump, and no growth."""
    first, second = np.array_split(logs, 2)
    error = 3 * 1.25 * float(logs.std()) * np.sqrt(4 / len(logs))
    return bool(abs(float(np.median(first) - np.median(second))) <= max(SAME, min(error, LEAST)))


def _larger_altogether(
    frame: pl.DataFrame, name: str, numbers: Sequence[str], inside: Bools, factor: float
) -> bool:
    """Whether the part is larger (or smaller) in a third of its other measures too, by other factors: a larger
    market, no other unit."""
    moved = []
    for other in (n for n in numbers if n != name):
        values = frame[other].cast(pl.Float64).to_numpy()
        there = values > 0
        if (there & inside).sum() >= FEWEST and (there & ~inside).sum() >= FEWEST:
            apart = np.log(np.median(values[there & inside]) / np.median(values[there & ~inside]))
            moved.append(0.5 * np.log(factor) <= abs(apart) and abs(abs(apart) - np.log(factor)) > NEAR)
    return sum(moved) * 3 >= max(len(moved), 1) and any(moved)


def _mask(rows: npt.NDArray[np.intp], size: int) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _factor(logs: Floats, inside: Bools, others: Sequence[Bools], factors: Sequence[float]) -> float | None:
    """Return the factor of units by which the values inside are apart from all others, if there is one."""
    medians = [float(np.median(logs[other])) for other in others]
    if max(medians) - min(medians) > SAME:
        return None
    own, rest = logs[inside], logs[np.logical_or.reduce(others)]
    apart = float(np.median(own) - np.median(rest))
    factors = [f for f in factors if np.log(f) >= SPREAD * max(own.std(), rest.std())]
    error = 1.25 * float(rest.std()) * np.sqrt(1 / len(own) + 1 / len(rest))
    near = [f for f in factors if abs(abs(apart) - np.log(f)) <= min(NEAR, max(0.02, 2.5 * error))]
    factor = next((f for f in near if f in DECADES), near[0] if near else None)
    if factor is None or not (factor in DECADES or (len(others) >= GROUPS and len(own) >= MANY)):
        return None
    return factor if _one_distribution(own - np.copysign(np.log(factor), apart), rest) else None


def _one_distribution(first: Floats, second: Floats) -> bool:
    from scipy.stats import ks_2samp

    a, b = (np.sort(v)[:: -(-len(v) // COMPARED)] for v in (first, second))
    return float(ks_2samp(a, b).pvalue) > ALIKE
