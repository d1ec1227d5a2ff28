"""Statistics over several columns at once: equal rows, and correlations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from ...ordered import runs_of
from ..sampling import one_of_each_stretch
from .profile import ColumnProfile

__all__ = ["CORRELATED_ROWS", "correlations", "duplicate_mask", "duplicates", "most_telling"]

CORRELATED_ROWS = 50_000
ALL_PAIRS = 100
MOST_TELLING = 4
LONG, NARROW = 1_000_000, 4
"""From so many rows on, and up to so many columns, an array of one number a row is much beside the table."""
PIECE = 100_000
WEAK = 0.3


def duplicate_mask(frame: pl.DataFrame, telling: Sequence[str] = ()) -> pl.Series:
    """Return which rows repeat an earlier row in every column.

    A 64-bit hash a row finds the candidates, of the columns ``telling`` first (those of many values), then of all;
    only rows that are equal in these are compared by their values.
    """
    if frame.width == 0 or frame.height < 2:
        return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    if frame.height >= LONG and frame.width <= NARROW:
        mask_ = _of_few(frame)
        if mask_ is not None:
            return mask_
    rows = np.arange(frame.height)
    for names in (list(telling), frame.columns):
        if names and len(rows):
            some = frame.select(names) if len(rows) == frame.height else frame.select(names)[rows]
            rows = rows[_repeated(some.hash_rows(seed=0).to_numpy())]
    mask = np.zeros(frame.height, dtype=bool)
    if len(rows):
        mask[rows] = (~_first(frame[rows])).to_numpy()
    return pl.Series(mask)


def _of_few(frame: pl.DataFrame) -> pl.Series | None:
    """Return which rows of a long and narrow table repeat an earlier one, in the room of a piece of the table.

    The rows of each piece are held against the different rows of those before; None where these come to more than
    a tenth of the table.
    """
    if frame.width == 1:
        return ~frame.to_series().is_first_distinct()
    if any(d.is_nested() or d == pl.Object for d in frame.dtypes):
        return None
    seen, again = frame.clear(), np.ones(frame.height, dtype=bool)
    for at in range(0, frame.height, PIECE):
        part = frame.slice(at, PIECE).with_row_index("__row__").unique(frame.columns, keep="first")
        new = part.join(seen, on=frame.columns, how="anti", nulls_equal=True)
        again[at + new["__row__"].to_numpy()] = False
        seen = pl.concat([seen, new.drop("__row__")])
        if seen.height > 0.1 * frame.height:
            return None
    return pl.Series(again)


def _repeated(hashes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return where a hash occurs more than once."""
    runs = runs_of(np.sort(hashes))
    again = runs.values[runs.counts > 1]
    if not len(again):
        return again.astype(np.int64)
    places = np.minimum(np.searchsorted(again, hashes), len(again) - 1)
    return np.flatnonzero(again[places] == hashes)


def most_telling(columns: Iterable[ColumnProfile]) -> list[str]:
    """Return the few columns of most values, by which nearly all rows that differ are told apart."""
    return [c.name for c in sorted(columns, key=lambda c: -c.distinct)[:MOST_TELLING]]


def _first(frame: pl.DataFrame) -> pl.Series:
    if not any(d.is_nested() for d in frame.dtypes):
        return frame.select(pl.struct(pl.all()).is_first_distinct().alias("first"))["first"]
    return pl.Series([repr(row) for row in frame.iter_rows()], dtype=pl.String).is_first_distinct()


def duplicates(frame: pl.DataFrame, columns: Sequence[ColumnProfile] = ()) -> int:
    """Return how many rows repeat an earlier row in every column; the profiles of the columns spare work."""
    if any(c.identifying for c in columns):
        return 0
    return int(duplicate_mask(frame, most_telling(columns)).sum() or 0)


def correlations(
    frame: pl.DataFrame, columns: Sequence[str], rows: int = CORRELATED_ROWS
) -> dict[tuple[str, str], float]:
    """Return Pearson's correlation of pairs of numeric columns, over the rows where both are present.

    Above ``rows`` rows one of each stretch of the table is taken. With more than ``ALL_PAIRS`` columns, pairs below
    ``WEAK`` in size are left out. Computed as matrix products with one BLAS thread: threaded BLAS is many times
    slower on a busy machine.
    """
    if len(columns) < 2 or frame.height < 3:
        return {}
    data = frame.select(columns)
    if frame.height > rows:
        data = data[one_of_each_stretch(frame.height, rows)]
    r = _pairwise(data.select(pl.all().cast(pl.Float64)).to_numpy())
    if len(columns) > ALL_PAIRS:
        r[np.abs(r) < WEAK] = np.nan
    upper = np.triu(np.ones(r.shape, dtype=bool), 1) & np.isfinite(r)
    left, right = np.nonzero(upper)
    found = np.clip(r[left, right], -1.0, 1.0).round(6).tolist()
    return {(columns[i], columns[j]): v for i, j, v in zip(left.tolist(), right.tolist(), found, strict=True)}


def _pairwise(X: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    from threadpoolctl import threadpool_limits

    there = np.isfinite(X)
    count = there.sum(axis=0)
    with np.errstate(all="ignore"):
        mean = np.where(there, X, 0.0).sum(axis=0) / count
        Z = X - mean
        Z[~there] = 0.0
        scale = np.sqrt((Z**2).sum(axis=0) / count)
        Z /= np.where(scale > 1e-12 * np.maximum(1.0, np.abs(mean)), scale, np.nan)
    Z[~there] = 0.0
    with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
        r: np.ndarray[Any, Any] = (Z.T @ Z) / len(Z)
        gappy = np.flatnonzero(~there.all(axis=0))
        if len(gappy):
            of_gappy = _with_gaps(Z, there[:, gappy].astype(np.float64), gappy, r[:, gappy] * len(Z))
            r[:, gappy], r[gappy] = of_gappy, of_gappy.T
    return r


def _with_gaps(
    Z: np.ndarray[Any, Any],
    there: np.ndarray[Any, Any],
    gappy: np.ndarray[Any, Any],
    products: np.ndarray[Any, Any],
) -> Any:
    """Return the correlations of all columns with the ``gappy`` ones, of the rows that have both: ``there`` says
    which of these are there, ``products`` is ``Z.T @ Z[:, gappy]``."""
    some = Z[:, gappy]

    def summed(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Sum the values of the gappy columns over the rows in which each column is there."""
        sums = np.repeat(values.sum(axis=0)[None, :], Z.shape[1], axis=0)
        sums[gappy] = there.T @ values
        return sums

    n = summed(there)
    left, right = Z.T @ there, summed(some)
    first = ((Z**2).T @ there) / n - (left / n) ** 2
    second = summed(some**2) / n - (right / n) ** 2
    r = (products / n - (left / n) * (right / n)) / np.sqrt(first * second)
    return np.where((n >= 10) & (first > 1e-9) & (second > 1e-9), r, np.nan)
