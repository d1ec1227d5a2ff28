"""Rows that are another row but for one or two of their numbers, where chance would not make them so alike.

Method: blocking in several passes (Hernández and Stolfo, *The merge/purge problem for large databases*, SIGMOD
1995), on hashes of all but three of seven groups of columns, so that every pair that differs in at most three cells
meets in one pass. Chance is judged twice. The cells that a pair shares must tell more (the sum of the logarithms of
how rare each value is) than a pair by chance among all would need; and pairs that differ in one cell more must be
rare: in data that are alike by nature, as surveys and panels, they are the more frequent the more may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["NearRows", "near_rows"]

ROWS, COLUMNS = 20_000, 60
"""How much of a table is looked at."""
GROUPS, LARGEST = 7, 8
"""Into how many groups the columns are put, and how many rows a block may have."""
PAIRS = 200_000
"""With more pairs a table is alike by nature."""
BITS = 4.0
"""How much more than a pair by chance, in bits, the cells that a pair shares must tell: one in 16 is by chance."""
RARER = 0.25
"""Pairs that differ in one cell more must be rarer by this factor."""
OFTEN = 0.3
"""A larger share of the rows in pairs is no accident."""
FEWEST, SHARE = 3, 0.001
"""How many pairs there must be, and of how many rows."""
ONE_COLUMN, CLOSE, ENOUGH = 0.6, 0.03, 6
"""Where a column differs in a larger share of the pairs, it must do so by little (ranks), in so many pairs."""
NEIGHBOURS, ORDERED = 0.02, 0.3
"""Pairs are neighbours within such a part of the table; rows in order correlate so with those before them."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class NearRows:
    """Pairs of rows (positions in the table) that differ in ``columns`` only, at most ``cells`` of them in each.

    ``judged`` is the number of rows that were looked at.
    """

    left: Ints
    right: Ints
    columns: list[str]
    cells: int
    judged: int

    @property
    def repeated(self) -> int:
        """How many rows are one too many: those that come later in their pairs."""
        return len(np.unique(self.right))


def near_rows(frame: pl.DataFrame, numbers: Sequence[str], others: Sequence[str], seed: int = 0) -> NearRows | None:
    """Return the rows that repeat another but for one or two cells of ``numbers``, if chance did not make them.

    Parameters
    ----------
    frame : polars.DataFrame
        All rows. Of more than 20,000, those are looked at whose hash of some columns falls into a share: equal
        cells keep a pair together.
    numbers, others : sequence of str
        Columns that may differ, and those that must agree; no keys.
    """
    names = [*numbers, *others][:COLUMNS]
    if len(names) < 4:
        return None
    places = _places(frame, names, seed)
    codes = np.column_stack([_codes(frame[name][places]) for name in names])
    first = np.sort(np.unique(_hashes(codes, seed).sum(axis=1), return_index=True)[1])
    codes, places = codes[first], places[first]
    depth = 3 if len(names) >= GROUPS else 2
    pairs = _pairs(codes, depth, seed)
    if pairs is None or not len(pairs[0]):
        return None
    left, right = pairs
    unlike = codes[left] != codes[right]
    cells = unlike.sum(axis=1)
    telling = _bits(codes, left, unlike) >= 2 * np.log2(max(2, len(codes))) + BITS
    frequent = np.bincount(cells[telling], minlength=depth + 1)
    may = np.array([name in set(numbers) for name in names])
    for most in range(depth - 1, 0, -1):
        kept = telling & (cells <= most) & ~unlike[:, ~may].any(axis=1)
        if kept.sum() >= max(FEWEST, SHARE * len(codes)) and frequent[most + 1] <= RARER * kept.sum():
            chosen = _believed(codes, names, left[kept], right[kept], unlike[kept])
            if chosen is not None:
                columns = [name for name, often in chosen if often]
                return NearRows(places[left[kept]], places[right[kept]], columns, most, len(first))
    return None


def _places(frame: pl.DataFrame, names: Sequence[str], seed: int) -> Ints:
    """Return the rows to look at: all, or those of a share of the hashes of some columns, or of some others."""
    if frame.height <= ROWS:
        return np.arange(frame.height)
    parts = 2 * frame.height // ROWS + 1
    kept = np.zeros(frame.height, dtype=bool)
    for half in (names[0:8:2], names[1:8:2]):
        kept |= (frame.select(half).hash_rows(seed) % parts == 0).to_numpy()
    return np.flatnonzero(kept)


def _codes(series: pl.Series) -> Ints:
    """Return a number for each value, 0 where there is none."""
    if not (series.dtype.is_numeric() or series.dtype.is_temporal() or series.dtype in (pl.String, pl.Boolean)):
        series = series.cast(pl.String)
    return series.rank("dense").fill_null(0).cast(pl.Int64).to_numpy()


def _hashes(codes: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Return a random number for each value of each column; they are added up to hash a row."""
    rng = np.random.default_rng(seed)
    tables = [rng.integers(0, 2**63, int(codes[:, j].max()) + 1, dtype=np.uint64) for j in range(codes.shape[1])]
    return np.column_stack([table[codes[:, j]] for j, table in enumerate(tables)])


def _pairs(codes: Ints, depth: int, seed: int) -> tuple[Ints, Ints] | None:
    """Return all pairs that agree in all but ``depth`` groups of columns; None where there are too many."""
    hashes = _hashes(codes, seed)
    groups = np.arange(codes.shape[1]) % GROUPS
    by_group = [hashes[:, groups == g].sum(axis=1) for g in range(min(GROUPS, codes.shape[1]))]
    every, total = sum(by_group[1:], by_group[0]), 0
    found: list[Ints] = []
    for out in combinations(range(len(by_group)), depth):
        block = every - sum((by_group[g] for g in out[1:]), by_group[out[0]])
        found.append(_within(block))
        total += len(found[-1])
        if total > 20 * PAIRS:
            return None
    keys = np.unique(np.concatenate(found))
    return None if len(keys) > PAIRS else (keys // len(codes), keys % len(codes))


def _within(block: npt.NDArray[np.uint64]) -> Ints:
    """Return the pairs (row times the number of rows, plus row) of equal blocks of few rows."""
    order = np.argsort(block, kind="stable")
    ordered = block[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    size = np.repeat(sizes, sizes)
    few = (size >= 2) & (size <= LARGEST)
    rows, ordered = order[few], ordered[few]
    pairs = []
    for step in range(1, LARGEST):
        same = ordered[step:] == ordered[:-step]
        a, b = rows[:-step][same], rows[step:][same]
        pairs.append(np.minimum(a, b) * len(block) + np.maximum(a, b))
    return np.concatenate(pairs).astype(np.int64)


def _bits(codes: Ints, left: Ints, unlike: Bools) -> npt.NDArray[np.float64]:
    """Return how much the cells that a pair shares tell, in bits; gaps tell nothing."""
    bits = np.zeros(len(left))
    for j in range(codes.shape[1]):
        share = np.bincount(codes[:, j]) / len(codes)
        told = -np.log2(np.maximum(share, 1e-12))
        told[0] = 0.0
        bits += np.where(unlike[:, j], 0.0, told[codes[left, j]])
    return bits


def _believed(
    codes: Ints, names: list[str], left: Ints, right: Ints, unlike: Bools
) -> list[tuple[str, int]] | None:
    """Return how often each column differs; None for rows that repeat by nature.

    These are a large part of the table, come in more than twos, follow one another in a series, or always differ
    in one column, by much.
    """
    members, times = np.unique(np.concatenate([left, right]), return_counts=True)
    if len(members) > OFTEN * len(codes) or np.mean(times > 2) > 0.2:
        return None
    if np.median(right - left) <= NEIGHBOURS * len(codes) and _in_order(codes):
        return None
    often = unlike.sum(axis=0)
    if often.max() > ONE_COLUMN * len(left):
        j = int(often.argmax())
        known = unlike[:, j] & (codes[left, j] > 0) & (codes[right, j] > 0)
        apart = np.abs(codes[left, j] - codes[right, j])[known]
        if len(left) < ENOUGH or not len(apart) or np.median(apart) > CLOSE * codes[:, j].max():
            return None
    return sorted(zip(names, often.tolist(), strict=True), key=lambda pair: -pair[1])


def _in_order(codes: Ints) -> bool:
    """Whether rows are like the rows before them, as in a series."""
    ranks = codes - codes.mean(axis=0)
    spread = np.maximum(np.square(ranks).mean(axis=0), 1e-9)
    return bool(np.median(np.abs((ranks[1:] * ranks[:-1]).mean(axis=0) / spread)) > ORDERED)
