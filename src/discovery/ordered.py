"""The numbers of a column in order: sorted once, and kept for all that look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from .intake.table import Table

__all__ = [
    "Runs",
    "distinct_numbers",
    "keep_numbers",
    "ordered_numbers",
    "quantiles_of",
    "runs_of",
    "runs_of_close",
]

LONG, CLOSE, PIECE, MOST = 100_000, 10_000, 250_000, 2**63 - 1
"""Whole numbers are counted and not sorted where there are so many within so few; so many at once."""

KEPT_BYTES = 16_000_000
"""Sorted columns beyond this size are sorted again whenever they are wanted."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Distinct values in order, with how often each occurs."""

    values: np.ndarray[Any, Any]
    counts: np.ndarray[Any, Any]

    def pairs(self, index: np.ndarray[Any, Any] | slice) -> list[tuple[Any, int]]:
        """Return values and counts at ``index`` as plain Python numbers."""
        return list(zip(self.values[index].tolist(), self.counts[index].tolist(), strict=True))

    def top(self, most: int) -> list[tuple[Any, int]]:
        """Return the ``most`` most frequent values with their counts; of equally frequent ones the lower first."""
        counts = self.counts
        if len(counts) > most:
            cut = np.partition(counts, len(counts) - most)[len(counts) - most]
            above = np.flatnonzero(counts > cut)
            index = np.concatenate([above, np.flatnonzero(counts == cut)[: most - len(above)]])
        else:
            index = np.arange(len(counts))
        return self.pairs(index[np.lexsort((index, -counts[index]))])


def runs_of(ordered: np.ndarray[Any, Any]) -> Runs:
    """Return the distinct values of a sorted array with their counts."""
    if not len(ordered):
        return Runs(ordered, np.zeros(0, dtype=np.int64))
    new = np.empty(len(ordered), dtype=bool)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1] = len(ordered) - starts[-1]
    return Runs(ordered[starts], counts)


def runs_of_close(series: pl.Series) -> Runs | None:
    """Return the distinct values of whole numbers that lie close to each other with their counts, without sorting
    them; None where they are few or lie far apart. Nulls are left out."""
    low, high = (series.min(), series.max()) if len(series) >= LONG else (None, None)
    if not isinstance(low, int) or not isinstance(high, int) or high - low >= CLOSE or high > MOST:
        return None
    counts = np.zeros(high - low + 1, dtype=np.int64)
    for at in range(0, len(series), PIECE):
        part = series.slice(at, PIECE).drop_nulls().to_numpy()
        counts += np.bincount(part.astype(np.int64) - low, minlength=len(counts))
    there = np.flatnonzero(counts)
    return Runs((there + low).astype(part.dtype), counts[there])


def quantiles_of(
    ordered: np.ndarray[Any, Any], levels: Sequence[float], ends: npt.NDArray[np.int64] | None = None
) -> list[float]:
    """Return quantiles of a sorted array, interpolated linearly as ``numpy.quantile`` does.

    ``ends``: where the values are distinct ones, how many there are up to and with each.
    """
    rows = len(ordered) if ends is None else int(ends[-1])
    places = np.asarray(levels) * (rows - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, rows - 1)
    if ends is not None:
        below, above = (np.searchsorted(ends, at, side="right") for at in (below, above))
    low, high = ordered[below], ordered[above]
    share = places - np.floor(places)
    step = high - low
    found: list[float] = np.where(share < 0.5, low + step * share, high - step * (1 - share)).tolist()
    return found


def keep_numbers(memo: dict[str, Any], column: str, ordered: np.ndarray[Any, Any] | None, runs: Runs) -> None:
    """Keep the finite numbers of a column, sorted, in a table's memo, in the smaller of two forms."""
    kept = runs if ordered is None or 2 * len(runs.values) < len(ordered) else ordered
    size = kept.values.nbytes + kept.counts.nbytes if isinstance(kept, Runs) else kept.nbytes
    if size <= KEPT_BYTES:
        memo[_key(column)] = kept


def ordered_numbers(table: Table, column: str) -> Floats:
    """Return the finite numbers of a column, sorted, as floats; not to be written to."""
    kept = _sorted(table, column)
    if isinstance(kept, Runs):
        return np.repeat(kept.values.astype(np.float64), kept.counts)
    floats: Floats = kept.astype(np.float64, copy=False)
    return floats


def distinct_numbers(table: Table, column: str) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the distinct finite numbers of a column in order, as floats, and how often each occurs.

    Whole numbers beyond 2**53 are told apart, though two of them may be one float.
    """
    kept = _sorted(table, column)
    runs = kept if isinstance(kept, Runs) else runs_of(kept)
    return runs.values.astype(np.float64, copy=False), runs.counts


def _sorted(table: Table, column: str) -> Runs | np.ndarray[Any, Any]:
    """Return what is kept of a column, or sort it again."""
    kept: Runs | np.ndarray[Any, Any] | None = table.memo.get(_key(column))
    if kept is not None:
        return kept
    series = table.frame[column].drop_nulls()
    values = np.sort((series if series.dtype.is_integer() else series.cast(pl.Float64)).to_numpy())
    return values if series.dtype.is_integer() else values[np.isfinite(values)]


def _key(column: str) -> str:
    return f"numbers:{column}"
