"""Tables that do not fit into memory: where all their rows are, and the sample that stands for them.

Whatever the source, the rows lie in Parquet files with plain types, which every engine scans in place: those that
were delivered, or a copy that is written in batches into a temporary folder (text files, nested columns, numbers
and dates that were delivered as text).
"""

from __future__ import annotations

import math
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ..limits import Limits
from ..sql import quoted

if TYPE_CHECKING:
    import duckdb

    from .table import Unparsed

__all__ = [
    "CASTS",
    "SAMPLE_ROWS",
    "Whole",
    "frame_bytes",
    "in_parts",
    "is_plain",
    "parquet_bytes",
    "picked",
    "sample_of",
    "spilling_duckdb",
    "whole_of_batches",
]

SAMPLE_ROWS = 200_000
"""How many rows stand for all of them; fewer where the table is wide (``SAMPLE_CELLS``)."""

SAMPLE_CELLS = 20_000_000
IN_MEMORY = 4.0
"""How many times the size of its frame an audit in memory takes."""

GROUP_ROWS = 125_000
_ROW, _PICKED = "__row__", "__picked__"
BLANKS = "' \t\n\r\x0b\x0c\u00a0\u2003'"
"""What is trimmed by engines that have no notion of white space, as SQL."""
CASTS = (pl.Int64, pl.Float64)
"""What texts are read as by the engines themselves, where they are plainly written."""


@dataclass(frozen=True, eq=False)
class Whole:
    """All rows of a table, of which its frame is a sample.

    Attributes
    ----------
    files : sequence of str
        Parquet files (paths or URLs), in the order of the rows.
    rows : int
        How many rows there are.
    schema : mapping of str to polars data type
        Of the columns, as in the frame of the table.
    numbers : polars.Series
        The number (from 1) that each row of the sample has among all rows.
    sampled : str
        How the sample was drawn, in words.
    limits : Limits
        Memory and engine.
    options : mapping
        What the object store needs, as Polars takes it (``storage_options``).
    hive : bool
        Whether folders ``name=value`` are columns.
    folder : Path or None
        Where the copy lies; removed when the last of the tables that stand for it goes.
    casts : mapping of str to polars data type
        Columns that are stored as text and hold plainly written numbers; the engines read them as such.
    trims : mapping of str to int
        Columns of text that must be trimmed, with how many cells begin or end with a blank.
    unparsed : mapping of str to int
        How many cells of a column, over all rows, are not of its type; the table lists those of the sample.
    cells : mapping of str to sequence of Unparsed
        The first of them, with their row among all rows.
    """

    files: Sequence[str]
    rows: int
    schema: Mapping[str, pl.DataType]
    numbers: pl.Series
    sampled: str
    limits: Limits = field(default_factory=Limits)
    options: Mapping[str, Any] = field(default_factory=dict)
    hive: bool = False
    folder: Path | None = None
    casts: Mapping[str, pl.DataType] = field(default_factory=dict)
    trims: Mapping[str, int] = field(default_factory=dict)
    unparsed: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, Sequence[Unparsed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.folder is not None:
            weakref.finalize(self, shutil.rmtree, str(self.folder), ignore_errors=True)

    def polars(self) -> pl.LazyFrame:
        """Return all rows as a lazy frame of Polars."""
        lazy = _scan(self.files, self.options, self.hive).select(list(self.schema))
        trimmed = [pl.col(c).str.strip_chars().replace("", None) for c in self.trims if self._trimmed_here(c)]
        return lazy.with_columns(*(pl.col(c).cast(d, strict=False) for c, d in self.casts.items()), *trimmed)

    def duckdb(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """Return all rows as a relation of DuckDB, which reads files of this machine only."""
        files = connection.read_parquet(list(self.files), hive_partitioning=self.hive)
        return files.project(", ".join(self._sql(c, '"') for c in self.schema))

    def spark(self, session: Any) -> Any:
        """Return all rows as a data frame of Spark."""
        frame = session.read.parquet(*self.files)
        return frame.selectExpr(*(self._sql(c, "`") for c in self.schema))

    def _trimmed_here(self, column: str) -> bool:
        """Whether cells are trimmed by the engine: those of a copy were trimmed as it was written."""
        return column in self.trims and column not in self.casts and self.folder is None

    def _sql(self, column: str, quote: str) -> str:
        name = quoted(column, quote)
        dtype = self.casts.get(column)
        if dtype is None and self._trimmed_here(column):
            return (
                f"NULLIF(TRIM({name}, {BLANKS}), '') AS {name}"
                if quote == '"'
                else (f"NULLIF(TRIM(BOTH {BLANKS} FROM {name}), '') AS {name}")
            )
        if dtype is None:
            return name
        names = {pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.Date: "DATE", pl.Datetime: "TIMESTAMP"}
        return f"TRY_CAST({name} AS {names[dtype.base_type()]}) AS {name}"

    def rows_of(self, numbers: pl.Series) -> pl.DataFrame:
        """Return the rows of the given numbers (from 1, rising), read by Polars."""
        lazy = self.polars()
        if len(numbers) * GROUP_ROWS < self.rows:
            rows = (lazy.slice(int(n) - 1, 1).collect() for n in numbers)
            return pl.concat(pl.DataFrame.deserialize(row.serialize()) for row in rows)
        index = lazy.with_row_index(_ROW, offset=1)
        return picked(index, pl.col(_ROW).is_in(numbers.implode())).drop(_ROW).collect(engine="streaming")

    def parts(self, bytes_a_row: int) -> int:
        """Return in how many parts rows are to be grouped, for each to fit into a quarter of the memory.

        ``bytes_a_row``: what a row takes that is a group of its own.
        """
        return max(1, -(-self.rows * bytes_a_row // max(1, self.limits.budget // 4)))

    def rows_at(self, places: Iterable[int]) -> list[int]:
        """Return the numbers among all rows of the given rows of the sample (both from 1)."""
        return [int(self.numbers[p - 1]) for p in places]


@contextmanager
def spilling_duckdb(limits: Limits, *, ordered: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB with half of the memory that is allowed; what goes beyond it is spilled into a folder.

    Nothing is fetched from the network. ``ordered``: whether rows must come in the order of the files.
    """
    import duckdb

    folder = tempfile.mkdtemp(prefix="discovery-")
    config: dict[str, Any] = {
        "memory_limit": f"{max(128, int(0.5 * limits.budget) // 10**6)}MB",
        "temp_directory": folder,
        "preserve_insertion_order": "true" if ordered else "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(config=config)
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def in_parts(hashes: pl.LazyFrame, column: str, parts: int) -> Iterator[pl.LazyFrame]:
    """Iterate over the rows in parts, those of equal ``column`` in the same one: each can be grouped alone."""
    for part in range(parts):
        yield hashes.filter(pl.col(column) % parts == part) if parts > 1 else hashes


def picked(lazy: pl.LazyFrame, condition: pl.Expr) -> pl.LazyFrame:
    """Return the few rows for which ``condition`` holds, in their order.

    A filter that leaves a single row of a row group keeps all of the group in memory, as a slice of it; a semi-join
    copies what it lets through.
    """
    yes = pl.LazyFrame({_PICKED: [True]})
    marked = lazy.with_columns(condition.fill_null(False).alias(_PICKED))
    return marked.join(yes, on=_PICKED, how="semi", maintain_order="left").drop(_PICKED)


def _scan(files: Sequence[str], options: Mapping[str, Any], hive: bool) -> pl.LazyFrame:
    return pl.scan_parquet(list(files), storage_options=dict(options) or None, hive_partitioning=hive)


def frame_bytes(rows: int, schema: Mapping[str, pl.DataType], text_bytes: float = 16.0) -> int:
    """Return about how many bytes a frame of this shape takes; ``text_bytes`` is the mean length of a text."""
    widths = {pl.Boolean: 1, pl.Int8: 1, pl.UInt8: 1, pl.Int16: 2, pl.UInt16: 2, pl.Int32: 4, pl.UInt32: 4}
    widths |= {pl.Float32: 4, pl.Date: 4}
    total = 0.0
    for dtype in schema.values():
        base = dtype.base_type()
        text = base in (pl.String, pl.Binary, pl.Categorical, pl.Enum) or dtype.is_nested()
        total += 16 + text_bytes if text else widths.get(base, 8)
    return int(rows * total)


def parquet_bytes(files: Sequence[str], options: Mapping[str, Any] | None = None) -> tuple[int, int]:
    """Return how many rows Parquet files hold, and about how many bytes an audit of them in memory takes."""
    lazy = _scan(files, options or {}, False)
    rows = int(lazy.select(pl.len()).collect().item())
    return rows, int(IN_MEMORY * frame_bytes(rows, lazy.collect_schema()))


def is_plain(schema: Mapping[str, pl.DataType]) -> bool:
    """Whether all columns are of types that the audit takes as they are."""
    return all(
        d.is_integer()
        or d.is_float()
        or d in (pl.String, pl.Boolean, pl.Date, pl.Time)
        or (isinstance(d, pl.Datetime) and d.time_zone is None)
        for d in schema.values()
    )


def sample_of(lazy: pl.LazyFrame, rows: int, width: int) -> tuple[pl.DataFrame, pl.Series, str]:
    """Return every k-th row, the numbers (from 1) of these rows, and the rule in words.

    k is a prime, so that it does not keep step with hours, weekdays or months in the rows.
    """
    most = max(1_000, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, width)))
    step = _prime(math.ceil(rows / most)) if rows > most else 1
    if step > 1:
        lazy = picked(lazy.with_row_index(_ROW), pl.col(_ROW) % step == 0).drop(_ROW)
    frame = lazy.collect(engine="streaming")
    numbers = pl.int_range(1, rows + 1, step, dtype=pl.Int64, eager=True).alias("row")
    said = f"{frame.height:,} of {rows:,} rows, one in {step}, evenly spaced" if step > 1 else f"all {rows:,} rows"
    return frame, numbers, said


def _prime(least: int) -> int:
    number = max(2, least)
    while any(number % d == 0 for d in range(2, math.isqrt(number) + 1)):
        number += 1
    return number


def whole_of_batches(batches: Iterable[pl.DataFrame]) -> tuple[list[str], Path, int]:
    """Write frames of one schema as Parquet into a temporary folder; return the files, the folder and the rows."""
    import pyarrow.parquet as parquet

    folder = Path(tempfile.mkdtemp(prefix="discovery-"))
    path, rows = folder / "rows.parquet", 0
    writer = None
    try:
        for batch in batches:
            arrow = batch.to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or parquet.ParquetWriter(path, arrow.schema, compression="zstd", compression_level=1)
            writer.write_table(arrow.cast(writer.schema), row_group_size=GROUP_ROWS)
            rows += batch.height
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        if writer is not None:
            writer.close()
    return [str(path)], folder, rows
