"""How far the cells of an OpenDocument spreadsheet reach, whose rows and cells may stand for many."""

from __future__ import annotations

import re
import zipfile

from .pieces import Irregular, Rows

__all__ = ["NAME", "TABLE", "ods_extents"]

TABLE = re.compile(rb"<table:table(?:\s[^>]*)?>")
NAME = re.compile(rb'\btable:name="([^"]*)"')
_ROW = re.compile(rb"<table:table-row\b([^>]*)>")
_ENDS = b"</table:table-row>"
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ROWS = re.compile(rb'\btable:number-rows-repeated="(\d{1,9})"')
_COLUMNS = re.compile(rb'\btable:number-columns-repeated="(\d{1,9})"')
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def ods_extents(archive: zipfile.ZipFile) -> dict[bytes, tuple[int, int]]:
    """Return rows and columns that the filled cells of each table take, by its name as it is written."""
    found: dict[bytes, tuple[int, int]] = {}
    with archive.open("content.xml") as content:
        stream = Rows(content)
        while (head := stream.through(TABLE)) is not None:
            name = NAME.search(TABLE.findall(head)[-1])
            rows = columns = 0
            try:
                for piece in stream.pieces(_ENDS, b"</table:table>"):
                    for row in piece.split(_ENDS)[:-1]:
                        reach = _reach(row)
                        columns = max(columns, reach)
                        rows += _row_times(row) if reach else 0
            except Irregular:
                break
            found[name[1] if name else b""] = min(rows, _MOST_ROWS), min(columns, _MOST_COLUMNS)
    return found


def _reach(row: bytes) -> int:
    """Return how many columns the cells of a row take up to the last that is filled."""
    if b"columns-repeated" not in row:
        return row.count(b"<table:table-cell") + row.count(b"<table:covered-table-cell")
    reach = at = 0
    for attributes in _CELL.findall(row):
        at += _times(_COLUMNS, attributes)
        if not attributes.endswith(b"/") or b"office:" in attributes or b"table:formula" in attributes:
            reach = at
    return reach


def _row_times(row: bytes) -> int:
    found = _ROW.findall(row) if b"rows-repeated" in row else []
    return _times(_ROWS, found[-1]) if found else 1


def _times(repeated: re.Pattern[bytes], attributes: bytes) -> int:
    match = repeated.search(attributes)
    return int(match[1]) if match else 1
