"""Rows that hold nothing, or nothing but a default: what is left where a sheet was filled down too far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ..context import TableContext

__all__ = ["EmptyRows", "rows_without_values"]

FEWEST = 10
"""How many rows must hold the default and nothing else."""
ALONE = 0.9
"""The share of a value's rows that hold nothing else, if it is a default."""


@dataclass(frozen=True, eq=False)
class EmptyRows:
    """``empty`` are the rows without any value; ``default`` those with ``value`` in ``column`` and nothing else."""

    empty: npt.NDArray[np.bool_]
    default: npt.NDArray[np.bool_]
    column: str = ""
    value: object = None


def rows_without_values(context: TableContext) -> EmptyRows | None:
    """Return the rows that hold nothing, and those that hold one value which hardly stands elsewhere; None where no
    row can be such."""
    key = "rows_without_values"
    if key not in context.memo:
        context.memo[key] = _find(context)
    found: EmptyRows | None = context.memo[key]
    return found


def _find(context: TableContext) -> EmptyRows | None:
    columns = [c for c in context.columns() if c.present or c.unparsed]
    if len(columns) < 3 or sorted(c.missing + c.unparsed for c in columns)[1] < 1:
        return None
    names = [c.name for c in columns]
    filled = (
        context.frame.select(pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.Int32)))[:, 0].to_numpy().copy()
    )
    for column in columns:
        unparsed = context.table.columns[column.name].unparsed
        if unparsed:
            np.add.at(filled, np.array([u.row for u in unparsed]) - 1, 1)
    empty, nothing = filled == 0, np.zeros(len(filled), dtype=np.bool_)
    if (filled == 1).sum() >= FEWEST:
        for name in names:
            there = (filled == 1) & context.frame[name].is_not_null().to_numpy()
            if there.sum() < FEWEST:
                continue
            counts = context.frame[name].filter(pl.Series(there)).value_counts(sort=True)
            value, count = counts.row(0)
            same = (context.frame[name] == value).fill_null(False).to_numpy()
            if count >= max(FEWEST, ALONE * same.sum()):
                return EmptyRows(empty, there & same, name, value)
    return EmptyRows(empty, nothing)
