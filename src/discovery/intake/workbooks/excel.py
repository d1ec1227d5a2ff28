"""Workbooks (xlsx, xlsm, xlsb, xls, ods) -> cells, through calamine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import DataError
from ..cells.assemble import Cells
from ..panics import quiet
from ..sources.archive import Limits
from .biff import xls_goes_round
from .errors import error_cells, never_calculated
from .extent import far_reaching, has_gaps
from .pieces import Irregular, Pieces, XlsxPieces
from .pieces_ods import OdsPieces
from .pieces_xls import XlsPieces
from .sheet import Part, sheet_cells

__all__ = ["read_workbook"]

_BIG = 2_000_000
"""Bytes that a workbook takes unpacked from which on it is read in pieces."""

_MOST_BYTES = 2_000_000_000
_Opener = Callable[[str], Iterator[Part]]


@quiet()
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
    if raw[:2] == b"\xd0\xcf" and "EncryptedPackage".encode("utf-16-le") in raw:
        raise _protected(source)
    unpacked = _unpacked(raw, source)
    if raw[:2] == b"\xd0\xcf" and xls_goes_round(raw):
        raise _damaged(source)
    far = far_reaching(raw)
    bomb = bool(far) and b"content.xml" in raw  # calamine reads all sheets of these at once
    pieces = bomb or unpacked > _BIG or (not far and has_gaps(raw))
    book = _in_pieces(raw, path, source, bomb) if pieces else None
    if book is None and bomb:
        raise _far_flung(far[min(far)], source)
    book = book or _whole(raw, path, source)
    errors, alone = error_cells(raw), never_calculated(raw) if raw[:2] == b"PK" else {}
    found: list[Cells] = []
    skipped: list[tuple[str, str]] = []
    for sheet, visible in book.sheets:
        if only_sheet is not None and sheet != only_sheet:
            skipped.append((sheet, "another sheet is named in engagement.yaml"))
            continue
        if sheet in far:
            skipped.append((sheet, _reach(*far[sheet])))
            continue
        cells = _cells(book, sheet, name, source, errors.get(sheet, {}))
        if cells is None:
            skipped.append((sheet, "the sheet has no data"))
            continue
        if cells.cells.shape == (1, 1) and len(book.sheets) > 1:
            skipped.append((sheet, "the sheet has one cell only"))
            continue
        found.append(_noted(cells, sheet, visible, alone.get(sheet, 0)))
    if not found and far:
        raise _far_flung(far[min(far)], source)
    if not found:
        raise DataError("the workbook has no data", where=source, mend="Look whether it is the right one.")
    return found, skipped


def _noted(cells: Cells, sheet: str, visible: bool, alone: int) -> Cells:
    """Return the cells of a sheet with what is said of it: that it is hidden, that formulas have no result."""
    said = [] if visible else [f"The sheet '{sheet}' is hidden"]
    if alone:
        many = f"{alone} formulas have" if alone > 1 else "1 formula has"
        said.append(f"{many} no result, for the workbook was never calculated: open and save it")
    reading = replace(cells.reading, assumptions=(*said, *cells.reading.assumptions))
    return replace(cells, reading=reading) if said else cells


def _reach(rows: int, columns: int) -> str:
    return f"its cells reach over {rows:,} x {columns:,} places, nearly all empty"


def _far_flung(reach: tuple[int, int], source: str) -> DataError:
    said = f"a sheet is too far-flung: {_reach(*reach)}"
    return DataError(said, where=source, mend="Delete the stray cells in its last rows and columns.")


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook that was opened: its sheets, and whether they are visible; ``parts`` gives the cells of one, and
    ``whole`` the workbook as calamine reads it all at once."""

    sheets: list[tuple[str, bool]]
    parts: _Opener
    whole: Callable[[], _Book] | None = None


def _cells(book: _Book, sheet: str, name: str, source: str, errors: dict[tuple[int, int], str]) -> Cells | None:
    try:
        return sheet_cells(book.parts(sheet), sheet, name, source, errors)
    except BaseException as error:  # calamine panics on charts and on damaged sheets
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
    return _cells(book.whole(), sheet, name, source, errors) if book.whole else None


def _whole(raw: bytes, path: Path | None, source: str) -> _Book:
    """Open a workbook at once."""
    import python_calamine as calamine

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

    def parts(sheet: str) -> Iterator[Part]:
        cells = book.get_sheet_by_name(sheet)
        yield Part(cells, cells.merged_cell_ranges or [])

    return _Book(_sheets(book), parts)


def _in_pieces(raw: bytes, path: Path | None, source: str, only: bool) -> _Book | None:
    """Open a workbook piece by piece, and ``only`` so; None where that cannot be."""
    import python_calamine as calamine

    try:
        pieces = _cut(raw)
        frame = _opened(pieces.frame()) if pieces else None
    except (Irregular, calamine.CalamineError, zipfile.BadZipFile, LookupError, ValueError, OSError, EOFError):
        return None
    if pieces is None or frame is None:
        return None

    def parts(sheet: str) -> Iterator[Part]:
        merged = frame.get_sheet_by_name(sheet).merged_cell_ranges or []
        for piece in pieces.of(sheet):
            yield Part(_opened(piece.book).get_sheet_by_name(sheet), merged, piece.above)

    return _Book(_sheets(frame), parts, None if only else lambda: _whole(raw, path, source))


def _cut(raw: bytes) -> Pieces | None:
    if raw[:2] == b"\xd0\xcf":
        return XlsPieces(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
    if "content.xml" in names:
        return OdsPieces(raw)
    return XlsxPieces(raw) if "xl/workbook.xml" in names else None


def _sheets(book: Any) -> list[tuple[str, bool]]:
    return [(meta.name, "Visible" in str(meta.visible)) for meta in book.sheets_metadata]


def _opened(raw: bytes, path: Path | None = None) -> Any:
    import python_calamine as calamine

    if path is not None:
        with suppress(calamine.CalamineError):  # by path it goes by the ending of the name
            return calamine.CalamineWorkbook.from_path(path)
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))


def _unpacked(raw: bytes, source: str) -> int:
    """Return how many bytes a workbook takes unpacked, unless they are too many."""
    if raw[:2] != b"PK":
        return len(raw)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return len(raw)
    limits = Limits()
    if size > min(_MOST_BYTES, max(limits.free, limits.ratio * len(raw))):
        said = f"the workbook unpacks to {size / 1e9:.1f} GB"
        raise DataError(said, where=source, mend="Ask for the tables as CSV or Parquet.")
    return size


def _damaged(source: str) -> DataError:
    mend = "Open it in a spreadsheet program and save it anew."
    return DataError("the workbook cannot be opened", where=source, mend=mend)


def _protected(source: str) -> DataError:
    return DataError("the workbook is protected by a password", where=source, mend="Ask for it without one.")
