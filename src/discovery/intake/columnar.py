"""Parquet and Feather (Arrow) -> tables, through Polars."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import DataError
from .cells.assemble import table_of_frame
from .cells.header import unique_names
from .panics import quiet
from .table import Reading, Table

__all__ = ["plain_frame", "read_columnar"]


@quiet()
def read_columnar(data: bytes | Path, name: str, source: str, kind: str) -> Table:
    """Read a Parquet or Feather file; ``data`` is its content, or where it is.

    Raises
    ------
    DataError
        If it cannot be read or has no columns.
    """
    given = io.BytesIO(data) if isinstance(data, bytes) else data
    if kind == "feather":
        frame = _by_pyarrow(data, source, kind)
    else:
        try:
            frame = pl.read_parquet(given)
        except BaseException as error:  # Polars panics on some damaged files
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            frame = _by_pyarrow(data, source, kind)
    frame, assumptions = plain_frame(frame)
    if frame.width == 0:
        raise DataError("the file has no columns", where=source, mend="Ask for it again.")
    return table_of_frame(name, source, frame, Reading(format=kind, assumptions=assumptions))


def _by_pyarrow(data: bytes | Path, source: str, kind: str) -> pl.DataFrame:
    """Read by PyArrow, and look at every offset: Polars takes those of a Feather file as they are, and a damaged
    one has it read where it must not."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    given = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        table = parquet.ParquetFile(given).read() if kind == "parquet" else _feather(given)
        table.validate(full=True)
        table = table.rename_columns(unique_names(table.column_names))
        for place, column in enumerate(table.schema):
            if pa.types.is_decimal256(column.type):  # Polars has no numbers so long
                table = table.set_column(place, column.name, table[place].cast(pa.float64()))
        frame = pl.from_arrow(table)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise DataError(f"the {kind} file is damaged", where=source, mend="Ask for it again.") from None
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def _feather(given: io.BytesIO | Path) -> Any:
    """Read a Feather file, or a stream of Arrow, which has no mark at its start."""
    import pyarrow as pa
    import pyarrow.feather as feather

    try:
        return feather.read_table(given)
    except pa.ArrowInvalid:
        if isinstance(given, io.BytesIO):
            given.seek(0)
        return pa.ipc.open_stream(given).read_all()


def plain_frame(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the frame with plain types only: structs as dotted columns, lists as JSON text, times in UTC."""
    said: list[str] = []
    for _ in range(20):
        structs = [c for c, d in frame.schema.items() if d.base_type() == pl.Struct]
        if not structs:
            break
        said.append("Structs became columns with dotted names")
        columns = [s for c in frame.get_columns() for s in _unnested(c)]
        names = unique_names([c.name for c in columns])
        frame = pl.DataFrame([c.alias(n) for c, n in zip(columns, names, strict=True)])
    frame = frame.rename({a: b for a, b in zip(frame.columns, unique_names(frame.columns), strict=True) if a != b})
    expressions = []
    for column, dtype in frame.schema.items():
        base = dtype.base_type()
        if isinstance(dtype, pl.Datetime) and dtype.time_zone:
            said.append(f"'{column}' was brought to UTC")
            expressions.append(pl.col(column).dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        elif base in (pl.Categorical, pl.Enum):
            expressions.append(pl.col(column).cast(pl.String))
        elif base == pl.Decimal:
            expressions.append(pl.col(column).cast(pl.Float64))
        elif base == pl.Duration:
            said.append(f"'{column}' is a duration; it was brought to seconds")
            expressions.append(pl.col(column).dt.total_microseconds() / 1e6)
        elif base == pl.Binary:
            expressions.append(pl.col(column).bin.encode("hex"))
        elif base in (pl.List, pl.Array, pl.Object):
            texts = [
                None if v is None else json.dumps(v, default=str, ensure_ascii=False)
                for v in frame[column].to_list()
            ]
            expressions.append(pl.lit(pl.Series(column, texts, dtype=pl.String)).alias(column))
    return frame.with_columns(expressions), tuple(dict.fromkeys(said))


def _unnested(series: pl.Series) -> list[pl.Series]:
    if series.dtype.base_type() != pl.Struct:
        return [series]
    return [series.struct.field(f.name).alias(f"{series.name}.{f.name}") for f in series.dtype.fields]  # type: ignore[attr-defined]
