"""Numbers that are far from what two other columns of the row say of them, where those two agree.

Method: each column is tied to the six others that go with it best (rank correlation), and to those beside it, by
the line that passes closest to half of the rows, of 40 lines through two rows each (least median of squares;
Rousseeuw, JASA 1984, by random subsets). Lines that hold closely are witnesses. A number is off where no witness of
the row comes near it, and two of them agree on another value. Natural extremes lie farther out one by one; errors
lie far out at once, on either side, so that twice as many of them must be beyond twelve deviations as between four
and twelve. They also stand alone: rows off side by side are a stretch in which the columns part, not errors. A
deviation is at least half the step in which the numbers are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Off", "off_their_witnesses"]

COLUMNS, ROWS, TRIED = 150, 100_000, 300
"""How many columns are looked at, how many rows a table may have, and by how many of them lines are found."""
WITNESSES, BESIDE, RANKED, LINES = 6, 3, 0.3, 40
"""How many other columns are tried: those that go with it best and, on either side, those beside it; the least rank
correlation, and the lines drawn through two rows each."""
CLOSE = 0.12
"""How wide a line may be, as a part of the column's interquartile range, to bear witness."""
NEAR, FAR, MORE = 4.0, 12.0, 2.0
"""Deviations within which a number is borne out and beyond which it is off, and how many times as many must be off
as lie between."""
FEWEST, LEAST, MOST, SIDE = 5, 0.002, 0.5, 0.15
"""The fewest rows off, the least and most of them as a share of all, and the least share of them on either side."""
BESIDE_ANOTHER = 0.6
"""The most of the rows off that may be next to another, above what chance makes."""
COPIED = 0.4
"""The most of the rows off that may hold one value: a default or a code is no error of measurement."""
SAME, COPIES = 0.05, 0.8
"""Deviations within which two witnesses say the same, and in what share of the rows one then copies the other."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Off:
    """Rows of ``column`` that are off what ``by`` say; ``expected`` is what they say (NaN where they do not)."""

    column: str
    by: tuple[str, ...]
    rows: Bools
    expected: Floats


@dataclass(frozen=True)
class _Line:
    """A witness: column ``at`` times ``slope`` plus ``start``, within ``width`` (one deviation)."""

    at: int
    slope: float
    start: float
    width: float


def off_their_witnesses(frame: pl.DataFrame, names: Sequence[str], seed: int = 0) -> Iterator[Off]:
    """Iterate over the columns ``names`` (numbers; the first 150) with rows off what two others say of them.

    Tables of more than 100,000 rows are left out: such errors are looked for where single rows count.
    """
    names = list(names)[:COLUMNS]
    if len(names) < 3 or not 60 <= frame.height <= ROWS:
        return
    values = frame.select(pl.col(names).cast(pl.Float64)).to_numpy()
    values[~np.isfinite(values)] = np.nan
    trial = values[:: max(1, len(values) // TRIED)]
    together = np.abs(_rank_correlations(trial))
    random = np.random.default_rng(seed)
    for at in (i for i in range(len(names)) if not _numbering(values[:, i])):
        beside = [o for o in range(at - BESIDE, at + BESIDE + 1) if 0 <= o < len(names)]
        others = dict.fromkeys([*beside, *(int(o) for o in np.argsort(-together[at])[:WITNESSES])])
        tried = (_line(trial, at, o, random) for o in others if together[at, o] >= RANKED)
        lines = sorted((t for t in tried if t is not None), key=lambda line: line.width)[:WITNESSES]
        lines = [line for line in lines if not _of_one_thing(values[:, at], values[:, line.at])]
        if len(lines) >= 2:
            rows, expected = _off(values, at, lines, [_digits(trial[:, i]) for i in (at, *(t.at for t in lines))])
            if rows is not None:
                yield Off(names[at], tuple(names[line.at] for line in lines), rows, expected)


def _rank_correlations(values: Floats) -> Floats:
    """Return Spearman's correlations, with missing cells in the middle; 0 of a column with itself."""
    from threadpoolctl import threadpool_limits

    frame = pl.DataFrame(values, schema=[str(i) for i in range(values.shape[1])]).fill_nan(None)
    ranks = frame.select(pl.all().rank()).select(pl.all() - pl.all().mean()).fill_null(0.0).to_numpy()
    size = np.sqrt((ranks**2).sum(axis=0))
    with threadpool_limits(1, user_api="blas"):
        found = ranks.T @ ranks / np.maximum(np.outer(size, size), 1e-12)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, np.float64)


def _line(values: Floats, at: int, other: int, random: np.random.Generator) -> _Line | None:
    """Return the line through two rows that is closest to half of them, if it is close."""
    known = np.isfinite(values[:, at]) & np.isfinite(values[:, other])
    x, y = values[known, other], values[known, at]
    if len(x) < 30:
        return None
    order = np.argsort(x, kind="stable")
    third = len(x) // 3
    low, high = order[random.integers(0, third, LINES)], order[random.integers(2 * third, len(x), LINES)]
    apart = x[high] > x[low]
    low, high = low[apart], high[apart]
    first, last = np.quantile(y, [0.25, 0.75])
    if not len(low) or last <= first:
        return None
    slope = (y[high] - y[low]) / (x[high] - x[low])
    start = y[low] - slope * x[low]
    miss = np.median(np.abs(y - slope[:, None] * x - start[:, None]), axis=1)
    best = int(np.argmin(miss))
    rest = np.abs(y - slope[best] * x - start[best])
    width = float(np.quantile(rest, 0.4)) / 0.524  # of a normal deviate, 40% are within 0.524
    inside = rest <= max(3 * width, 1e-9 * (last - first))
    varied = len(np.unique(x[inside])) >= 10 and slope[best] != 0
    if width > CLOSE * (last - first) or not varied or inside.mean() < 0.4:
        return None
    least = max(1e-6 * float(last - first), _step(y) / 2)
    return _Line(other, float(slope[best]), float(start[best]), max(width, least))


def _numbering(values: Floats) -> bool:
    """Whether whole numbers are a list of things counted through: nearly each one once, and few left out."""
    known = values[np.isfinite(values)]
    if not len(known) or (known % 1).any() or len(np.unique(known)) < 0.9 * len(known):
        return False
    return bool(np.ptp(np.quantile(known, [0.05, 0.95])) <= 2 * len(known))


def _of_one_thing(values: Floats, other: Floats) -> bool:
    """Whether numbers come back with the same other number each time: codes of things, and no measures."""
    known = np.isfinite(values) & np.isfinite(other)
    distinct = len(np.unique(values[known]))
    return distinct <= known.sum() / 2 and len(np.unique(values[known] + 1j * other[known])) == distinct


def _step(values: Floats) -> float:
    """Return the step in which the numbers are written: 1 for whole numbers, next to nothing for measures."""
    apart = np.diff(np.unique(values))
    return float(np.quantile(apart, 0.05)) if len(apart) else 0.0


def _digits(values: Floats) -> int:
    """Return to how many digits that count nearly all numbers are rounded: 2 of 6,800,000 and 0.45; 9 for more."""
    known = values[np.isfinite(values) & (values != 0)]
    size = np.floor(np.log10(np.abs(known)))
    for digits in range(1, 6):
        step = 10.0 ** (size - digits + 1)
        if len(known) and (np.abs(np.round(known / step) * step - known) < 1e-9 * np.abs(known)).mean() >= 0.9:
            return digits
    return 9


def _rounding(values: Floats, digits: int) -> Floats:
    """Return how far rounding to so many digits may move numbers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(0.5 * 10.0 ** (np.floor(np.log10(np.abs(values))) - digits + 1), np.float64)


def _off(values: Floats, at: int, lines: Sequence[_Line], digits: Sequence[int]) -> tuple[Bools | None, Floats]:
    """Return which rows are off their witnesses, if they are few and far, and what the witnesses say.

    ``digits`` are those of the column and of each witness: what rounding may move is no error.
    """
    told = np.stack([values[:, line.at] * line.slope + line.start for line in lines])
    moved = [
        _rounding(said, digits[0]) + abs(line.slope) * _rounding(values[:, line.at], own)
        for said, line, own in zip(told, lines, digits[1:], strict=True)
    ]
    width = np.maximum(np.array([line.width for line in lines])[:, None], np.nan_to_num(np.stack(moved)))
    y = values[:, at]
    with np.errstate(invalid="ignore"):
        distance = np.abs(y - told) / width
    nearest = np.where(np.isfinite(distance), distance, np.inf).min(axis=0)
    expected = _agreed(told, width)
    known = np.isfinite(y) & np.isfinite(expected)
    far, between = known & (nearest > FAR), known & (nearest > NEAR) & (nearest <= FAR)
    count, total = int(far.sum()), int(known.sum())
    few = max(FEWEST, LEAST * total) <= count <= MOST * total
    above = float((y[far] > expected[far]).mean()) if count else 0.0
    scattered = SIDE <= above <= 1 - SIDE and count >= MORE * between.sum()
    several = few and np.unique(y[far], return_counts=True)[1].max() <= COPIED * count
    return (far if several and scattered and _alone(far, total) else None), expected


def _alone(far: Bools, total: int) -> bool:
    """Whether rows lie apart, but for as many next to one another as chance makes."""
    beside = far & (np.append(far[1:], False) | np.append(False, far[:-1]))
    chance = 1 - (1 - far.sum() / max(1, total)) ** 2
    return bool(beside.sum() <= (chance + BESIDE_ANOTHER * (1 - chance)) * far.sum())


def _agreed(told: Floats, width: Floats) -> Floats:
    """Return for each row what the two witnesses closest to one another say, where they agree; else NaN.

    Two that agree to a twentieth of a deviation are one column told twice.
    """
    best = np.full(told.shape[1], np.inf)
    value: Floats = np.full(told.shape[1], np.nan)
    for i in range(len(told)):
        for j in range(i):
            with np.errstate(invalid="ignore"):
                apart = np.abs(told[i] - told[j]) / np.maximum(width[i], width[j])
            known = np.isfinite(apart)
            if not known.any() or (apart[known] < SAME).mean() > COPIES:
                continue
            closer = apart < np.minimum(best, NEAR)
            best[closer], value[closer] = apart[closer], ((told[i] + told[j]) / 2)[closer]
    return value
