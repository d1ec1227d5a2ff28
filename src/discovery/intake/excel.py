"""Workbooks (xlsx, xlsm, xlsb, xls, ods) -> cells, through calamine."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import DataError
from .assemble import Cells
from .biff import xls_goes_round
from .excelerrors import Errors, error_cells
from .extent import far_reaching
from .table import Reading

__all__ = ["read_workbook"]

_MOST_CELLS = 200_000_000
_ROWS_A_PART = 5_000
_MOST_BYTES = 2_000_000_000


def read_workbook(
    raw: bytes, name: str, source: str, *, only_sheet: str | None = None, path: Path | None = None
) -> tuple[list[Cells], list[tuple[str, str]]]:
    """Read every sheet that has data. ``path`` is where ``raw`` is on disk, if it is: it is read from there, as
    calamine keeps a copy of what it is handed.

    Returns
    -------
    list of Cells, and list of (sheet, reason)
        One a sheet, and the sheets left out.

    Raises
    ------
    DataError
        If the workbook is protected, damaged or has no data.
    """
    import python_calamine as calamine

    if raw[:2] == b"\xd0\xcf" and "EncryptedPackage".encode("utf-16-le") in raw:
        raise _protected(source)
    _refuse_bomb(raw, source)
    if raw[:2] == b"\xd0\xcf" and xls_goes_round(raw):
        raise _damaged(source)
    try:
        book = _opened(raw, path)
    except calamine.PasswordError:
        raise _protected(source) from None
    except BaseException as error:  # calamine panics on damaged files
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        if "assword" in str(error) or "ncrypt" in str(error):
            raise _protected(source) from None
        raise _damaged(source) from None
    errors, far = error_cells(raw), far_reaching(raw)
    found: list[Cells] = []
    skipped: list[tuple[str, str]] = []
    for meta in book.sheets_metadata:
        if only_sheet is not None and meta.name != only_sheet:
            skipped.append((meta.name, "another sheet is named in engagement.yaml"))
            continue
        if meta.name in far:
            rows, columns = far[meta.name]
            skipped.append((meta.name, f"its cells reach over {rows:,} x {columns:,} places, nearly all empty"))
            continue
        cells = _sheet(book, meta.name, name, source, errors)
        if cells is None:
            skipped.append((meta.name, "the sheet has no data"))
            continue
        if "Visible" not in str(meta.visible):
            said = (f"The sheet '{meta.name}' is hidden", *cells.reading.assumptions)
            cells = _with(cells, said)
        found.append(cells)
    if not found and far:
        raise DataError(
            f"a sheet is too far-flung: {skipped[0][1]}",
            where=source,
            mend="Delete the stray cells in its last rows and columns.",
        )
    if not found:
        raise DataError("the workbook has no data", where=source, mend="Look whether it is the right one.")
    return found, skipped


def _opened(raw: bytes, path: Path | None) -> Any:
    import python_calamine as calamine

    if path is not None:
        with suppress(calamine.CalamineError):  # by path it goes by the ending of the name
            return calamine.CalamineWorkbook.from_path(path)
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))


def _damaged(source: str) -> DataError:
    mend = "Open it in a spreadsheet program and save it anew."
    return DataError("the workbook cannot be opened", where=source, mend=mend)


def _refuse_bomb(raw: bytes, source: str) -> None:
    if raw[:2] != b"PK":
        return
    with suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(i.file_size for i in archive.infolist())
        if size > _MOST_BYTES:
            said = f"the workbook unpacks to {size / 1e9:.1f} GB"
            raise DataError(said, where=source, mend="Ask for the tables as CSV or Parquet.")


def _with(cells: Cells, assumptions: tuple[str, ...]) -> Cells:
    from dataclasses import replace

    return replace(cells, reading=replace(cells.reading, assumptions=assumptions))


def _protected(source: str) -> DataError:
    return DataError("the workbook is protected by a password", where=source, mend="Ask for it without one.")


def _sheet(book: Any, sheet_name: str, name: str, source: str, errors: Errors) -> Cells | None:
    try:
        sheet = book.get_sheet_by_name(sheet_name)
        if sheet.height * sheet.width > _MOST_CELLS:
            return None
        merged = list(sheet.merged_cell_ranges or [])
        top, left = sheet.start or (0, 0)
        cells = _columns(sheet, merged, errors.get(sheet_name, {}), top, left)
    except BaseException as error:  # calamine panics on charts and on damaged sheets
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return None
    if cells.width == 0:
        return None
    full = (~cells.select(pl.all_horizontal(pl.all().is_null())).to_series()).arg_true()
    if len(full) == 0:
        return None
    cells = _trim(cells.head(int(full[-1]) + 1))
    lines = pl.Series("line", range(top + 1, top + 1 + cells.height), dtype=pl.Int64)
    blank = cells.select(pl.all_horizontal(pl.all().is_null()))[:, 0]
    assumptions: list[str] = []
    if blank.any():
        many = int(blank.sum())
        assumptions.append(
            f"{many} blank row{'s' if many > 1 else ''} of the sheet {'were' if many > 1 else 'was'} passed over"
        )
        cells, lines = cells.filter(~blank), lines.filter(~blank)
    reading = Reading(format="workbook", sheet=sheet_name, assumptions=tuple(assumptions))
    return Cells(name, f"{source}#{sheet_name}", cells, lines, reading, serial_dates=True)


def _columns(
    sheet: Any, merged: list[Any], errors: dict[tuple[int, int], str], top: int, left: int
) -> pl.DataFrame:
    """Return the cells as columns of text, made some rows at a time: Python's values take far more room."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in errors.items():
        by_row.setdefault(row, []).append((column - left, text))
    parts = [pl.DataFrame({str(i): pl.Series([], dtype=pl.String) for i in range(sheet.width)})]
    numbered = islice(enumerate(sheet.iter_rows()), top, None)
    while batch := list(islice(numbered, _ROWS_A_PART)):
        first, rows = batch[0][0], [row for _, row in batch]
        _fill_merged(rows, [m for m in merged if first <= m[0][0] < first + len(rows)], first, left)
        for number, row in batch:
            for column, text in by_row.get(number, ()):
                if 0 <= column < len(row):
                    row[column] = text
        parts.append(
            pl.DataFrame(
                [
                    pl.Series(str(i), [_text(r[i]) if i < len(r) else None for r in rows], dtype=pl.String)
                    for i in range(sheet.width)
                ]
            )
        )
    return pl.concat(parts)


def _fill_merged(rows: list[list[Any]], merged: list[Any], top: int, left: int) -> None:
    """Repeat the text of merged cells, in rows where several stand side by side: they head groups of columns."""
    across = [(a, b) for a, b in merged if a[0] == b[0] and b[1] > a[1]]
    for first, last in across:
        row = first[0] - top
        if not 0 <= row < len(rows) or sum(a[0] == first[0] for a, _ in across) < 2:
            continue
        for column in range(first[1] - left, min(last[1] - left + 1, len(rows[row]))):
            rows[row][column] = rows[row][first[1] - left]


def _trim(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave out columns without any cell at either side."""
    empty = [cells[c].null_count() == cells.height for c in cells.columns]
    first = next((i for i, e in enumerate(empty) if not e), 0)
    last = len(empty) - next((i for i, e in enumerate(reversed(empty)) if not e), 0)
    return cells.select(cells.columns[first:last])


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
