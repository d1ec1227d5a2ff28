"""Columns of short texts of which there are few, each kept as the number of its text: one or two bytes a cell.

Polars takes sixteen bytes for a text however short it is, which is many times a file of one sign a cell. Such
columns are Categorical while they are cells; what tells something of a text is asked once for each there is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import polars as pl

__all__ = ["WIDEST", "as_text", "compact_types", "counted", "has_compact", "is_compact", "told"]

Cells = TypeVar("Cells", pl.Series, pl.DataFrame)
_VERY_FEW, _FEW = 50, 0.25
_PIECE = 250_000
"""So many cells are looked at at once."""
WIDEST = 10_000
"""Tables of more columns are kept as texts: to look at each column once is much there already."""


def compact_types(sample: pl.DataFrame) -> list[pl.DataType]:
    """Return the types in which to read columns of text, of which ``sample`` holds some thousand rows.

    Those with few different texts are numbered in one byte (up to 50 in the sample) or two (a quarter of its rows);
    reading fails where there turn out to be more than fit.
    """
    return [_type(sample[name].n_unique(), sample.height) for name in sample.columns]


def _type(distinct: int, rows: int) -> pl.DataType:
    if distinct > _FEW * rows:
        return pl.String()
    size = pl.UInt8 if distinct <= _VERY_FEW else pl.UInt16
    return pl.Categorical(pl.Categories.random("discovery", size))


def is_compact(cells: pl.Series) -> bool:
    """Whether a column is kept as numbers of texts."""
    return isinstance(cells.dtype, pl.Categorical)


def has_compact(cells: pl.DataFrame) -> bool:
    """Whether any column is kept as numbers of texts."""
    return cells.width <= WIDEST and any(isinstance(d, pl.Categorical) for d in cells.dtypes)


def as_text(cells: Cells) -> Cells:
    """Return cells as plain texts."""
    if isinstance(cells, pl.Series):
        return cells.cast(pl.String) if is_compact(cells) else cells
    if not has_compact(cells):
        return cells
    compact = [c for c, d in cells.schema.items() if isinstance(d, pl.Categorical)]
    return cells.with_columns(pl.col(compact).cast(pl.String))


def told(cells: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return what ``rule`` tells of each cell; of a compact column it is asked once for each text."""
    if not is_compact(cells):
        return rule(cells)
    numbers, answers = cells.to_physical(), rule(_texts(cells))
    # Places take four bytes a cell, truth values a bit.
    some = _PIECE if answers.dtype == pl.Boolean else len(cells)
    parts = [answers.gather(numbers.slice(at, some)) for at in range(0, len(cells), some or 1)]
    return (pl.concat(parts, rechunk=True) if parts else answers.clear()).alias(cells.name)


def counted(cells: pl.Series) -> pl.DataFrame:
    """Return the texts of a compact column as ``v`` with their counts ``n``; empty cells are left out."""
    texts, numbers = _texts(cells), cells.to_physical()
    counts = np.zeros(len(texts), dtype=np.int64)
    for at in range(0, len(cells), _PIECE):
        counts += np.bincount(numbers.slice(at, _PIECE).drop_nulls().to_numpy(), minlength=len(texts))
    there = np.flatnonzero(counts)
    return pl.DataFrame({"v": texts.gather(there), "n": pl.Series(counts[there], dtype=pl.get_index_type())})


def _texts(cells: pl.Series) -> pl.Series:
    """Return all texts that a compact column may hold, in the order of their numbers."""
    numbers = cells.to_physical()
    most: int | None = numbers.max()  # type: ignore[assignment]
    count = 0 if most is None else most + 1
    return pl.int_range(count, eager=True).cast(numbers.dtype).cat.to(cells.dtype).cast(pl.String)
