"""One form of a table for both judges: six dtypes that pandas and Polars compare alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from ..audit.vocabulary.placeholders import is_placeholder
from ..intake.table import Table, TableColumn, Unparsed
from ..ordered import distinct_numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIRST", "LAST", "Canonical", "canonical", "foreign_cells", "padded_cells", "to_pandas"]

BYTES_A_GROUP = 64
"""What a combination of values, told by its hash, and how often it occurs take Polars in memory."""

PADDED = r"^\s+\S|\S\s+$"

FIRST, LAST = datetime(1678, 1, 1), datetime(2261, 12, 31)


@dataclass(frozen=True, eq=False)
class Canonical:
    """A canonical frame with its schema and null counts at hand: on wide tables Polars is slow to tell them.

    ``table`` is what it was made of, where that counts distinct values and sorts numbers for all; ``whole`` are all
    rows of a table beyond memory, of which ``frame`` is a sample, and ``parts`` in how many parts they are grouped.
    ``foreign`` counts the cells that no frame of typed columns holds: those of another type than their column, and
    of texts those with blanks around what stands without them elsewhere.
    """

    frame: pl.DataFrame
    schema: Mapping[str, pl.DataType]
    nulls: Mapping[str, int]
    rows: int
    whole: pl.LazyFrame | None = None
    table: Table | None = None
    parts: int = 1
    foreign: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table | pl.DataFrame) -> Canonical:
        """Return the canonical form of ``table``; of one beyond memory, all its rows as a lazy frame too."""
        frame = canonical(table)
        if isinstance(table, Table) and table.whole is not None:
            lazy = table.whole.polars().select([_column(n, d) for n, d in table.frame.schema.items()])
            row = lazy.select(pl.all().null_count()).collect(engine="streaming").row(0, named=True)
            parts = table.whole.parts(BYTES_A_GROUP)
            return cls(frame, dict(frame.schema), row, table.whole.rows, lazy, parts=parts)
        nulls = {s.name: s.null_count() for s in frame.iter_columns()}
        plain = table if isinstance(table, Table) else None
        columns = table.columns.values() if isinstance(table, Table) else ()
        foreign = {c.name: len(foreign_cells(c)) for c in columns if c.unparsed}
        if isinstance(table, Table):
            foreign |= {n: padded_cells(table, n) for n, dtype in table.frame.schema.items() if dtype == pl.String}
        return cls(frame, dict(frame.schema), nulls, frame.height, table=plain, foreign=foreign)

    def present(self, column: str) -> int:
        """Return how many cells have a value."""
        return self.rows - self.nulls[column]

    def counts(self, column: str) -> pl.DataFrame | None:
        """Return the distinct texts of a column as ``v`` with their counts ``n``; None where it holds no text."""
        plain = self.table is not None and self.table.frame[column].dtype == pl.String
        return self.table.value_counts(column) if self.table is not None and plain else None

    def repeats(self, column: str) -> tuple[int, int] | None:
        """Return how many cells have a value, and how many a value that occurs more than once; None where it is
        not at hand."""
        if self.table is None:
            return None
        counts = self.counts(column)
        if counts is not None:
            times = counts["n"].to_numpy()
        elif self.table.frame[column].dtype.is_integer():
            times = distinct_numbers(self.table, column)[1]
        else:
            return None
        return int(times.sum()), int(times[times > 1].sum())


def foreign_cells(column: TableColumn) -> list[Unparsed]:
    """Return the cells of a column that are of another type and no word for a missing value."""
    return [u for u in column.unparsed if not is_placeholder(u.text)]


def padded_cells(table: Table, name: str) -> int:
    """Return how many cells of a text column have blanks around a value that stands without them elsewhere. What
    never stands without them is written so on purpose, or by the file's manner."""
    raw = table.texts
    if raw is None or name not in raw.columns:
        return 0
    if table.text(name).str.len_bytes().sum() == table.frame[name].str.len_bytes().sum():
        return 0
    cells = table.text(name).drop_nulls()
    padded = cells.str.contains(PADDED)
    plain = cells.filter(~padded).unique()
    return int(cells.filter(padded).str.strip_chars().is_in(plain.implode()).sum())


def canonical(table: Table | pl.DataFrame) -> pl.DataFrame:
    """Return the table with dtypes Int64, Float64, Boolean, Datetime(ns), String or Null only.

    Instants outside of what nanoseconds can count (1678 to 2261) are moved to the nearest end, time zones to UTC,
    NaN to null; every other type becomes text.
    """
    frame = table if isinstance(table, pl.DataFrame) else table.frame
    return frame.select([_column(name, dtype) for name, dtype in frame.schema.items()])


def _column(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.UInt64 or dtype == pl.UInt128 or dtype == pl.Int128 or dtype.is_decimal():
        return column.cast(pl.Float64)
    if dtype.is_integer():
        return column.cast(pl.Int64)
    if dtype.is_float():
        return column.cast(pl.Float64).fill_nan(None)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return column.cast(pl.Datetime("us")).clip(FIRST, LAST).cast(pl.Datetime("ns"))
    if dtype == pl.Boolean or dtype == pl.Null or dtype == pl.String:
        return column
    if dtype.is_nested() or dtype == pl.Object or dtype == pl.Binary:
        return column.map_elements(lambda v: f"{v}", return_dtype=pl.String)
    return column.cast(pl.String)


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Return a canonical frame as pandas: whole numbers with gaps become floats, text stays Python strings."""
    import pandas as pd

    columns = {}
    for series in frame.iter_columns():
        plain = series.dtype in (pl.Int64, pl.Float64, pl.Datetime("ns"))
        dtype: Any = None if plain else object
        if series.dtype == pl.Boolean:
            dtype = "boolean" if series.null_count() else "bool"
        columns[series.name] = pd.Series(series.to_numpy(), dtype=dtype)
    return pd.DataFrame(columns, index=pd.RangeIndex(frame.height))
