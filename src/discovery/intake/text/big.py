"""Delimited text that does not fit into memory: told by its head, read in batches by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ...errors import DataError
from ...limits import Limits
from ...sql import quoted
from ..cells.assemble import table_of_cells
from ..table import Quarantined, Table
from ..whole import spilling_duckdb
from .delimited import read_text

__all__ = ["Head", "text_batches", "text_head"]

HEAD_BYTES = 4_000_000
BATCH_ROWS = 200_000
MOST_REJECTED = 10_000
_ENCODINGS = {"utf-8": "utf-8", "ascii": "utf-8", "utf-8-sig": "utf-8"}


@dataclass(frozen=True, slots=True)
class Head:
    """What the first rows of a text file say of all."""

    table: Table
    delimiter: str
    quote: str
    escape: str
    skip: int


def text_head(path: Path, name: str, source: str) -> Head | None:
    """Read the first rows of a text file as intake reads small ones.

    Returns
    -------
    Head or None
        None where the file is not one regular table in UTF-8, with a header in its first line: it must be read as
        a whole then.
    """
    with path.open("rb") as file:
        raw = file.read(HEAD_BYTES)
        more = bool(file.read(1))
    raw = raw[: raw.rfind(b"\n") + 1] if more else raw
    try:
        cells = read_text(raw, name, source, path.suffix.lower().lstrip("."))
        table = table_of_cells(cells[0])
    except DataError:
        return None
    reading = table.reading
    dialect = reading.dialect
    delimiter = str(dialect.get("delimiter", ","))
    regular = len(cells) == 1 and len(delimiter) == 1 and not reading.quarantined
    if not regular or reading.header_row != 1 or reading.encoding.lower() not in _ENCODINGS:
        return None
    quote = str(dialect.get("quote") or '"')
    escape = "\\" if dialect.get("escape") == "\\" else quote
    return Head(table, delimiter, quote, escape, 1)


@contextmanager
def text_batches(
    path: Path, head: Head, limits: Limits
) -> Iterator[tuple[Iterator[pl.DataFrame], Callable[[], list[Quarantined]]]]:
    """Open the file; hand out its rows as frames of text, and, once they are read, those that could not be."""
    with spilling_duckdb(limits) as connection:
        yield _batches(connection, path, head), lambda: _rejected(connection)


def _batches(connection: Any, path: Path, head: Head) -> Iterator[pl.DataFrame]:
    names = list(head.table.columns)
    columns = {f"c{i}": "VARCHAR" for i in range(len(names))}
    said = ", ".join(f"{_text(k)}: {_text(v)}" for k, v in columns.items())
    query = (
        f"SELECT * FROM read_csv(?, columns = {{{said}}}, header = false, skip = {head.skip}, auto_detect = false, "
        f"delim = {_text(head.delimiter)}, quote = {_text(head.quote)}, "
        f"escape = {_text(head.escape)}, ignore_errors = true, store_rejects = true, "
        f"rejects_limit = {MOST_REJECTED}, null_padding = false, nullstr = '', max_line_size = 10000000)"
    )
    reader = connection.sql(query, params=[str(path)]).to_arrow_reader(BATCH_ROWS)
    for batch in reader:
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        yield frame.rename(dict(zip(columns, names, strict=True)))


def _text(text: str) -> str:
    return quoted(text, "'")


def _rejected(connection: Any) -> list[Quarantined]:
    rows = connection.execute(
        "SELECT line, min(CAST(error_type AS VARCHAR)), any_value(csv_line) FROM reject_errors GROUP BY line "
        f"ORDER BY line LIMIT {MOST_REJECTED}"
    ).fetchall()
    return [Quarantined(int(line), str(why).lower().replace("_", " "), str(text)) for line, why, text in rows]
