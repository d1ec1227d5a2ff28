"""Rows that repeat others in blocks: pieces of a table that were put in twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

__all__ = ["Blocks", "repeated_blocks"]

FEWEST, MOSTLY = 10, 0.8


@dataclass(frozen=True, slots=True)
class Blocks:
    """How many blocks of consecutive rows repeat earlier ones in their order, and of how many rows the longest."""

    count: int
    longest: int


def repeated_blocks(frame: pl.DataFrame, repeats: pl.Series) -> Blocks | None:
    """Return the blocks that the rows of ``repeats`` make, each equal to a block of rows further up.

    A block has ten rows or more, different ones, and four in five of the repeats are in one; None where they are
    not. Rows that are equal by chance, or because few values are possible, lie scattered.
    """
    places = pl.DataFrame({"key": frame.hash_rows(seed=0)}).with_row_index("row")
    places = places.select(pl.col("row").cast(pl.Int64), first=pl.col("row").min().over("key").cast(pl.Int64))
    rows, firsts = places.filter(repeats).to_numpy().T
    if not len(rows):
        return None
    broken = np.flatnonzero((np.diff(rows) != 1) | (np.diff(firsts) != 1))
    lengths = np.diff(np.concatenate([[0], broken + 1, [len(rows)]]))
    long = lengths[lengths >= FEWEST]
    if not len(long) or long.sum() < MOSTLY * len(rows):
        return None
    return Blocks(len(long), int(long.max()))
