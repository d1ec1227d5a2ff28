"""How far the cells of a sheet reach: calamine makes room for every place up to the last one, empty or not."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from html import unescape
from typing import IO

from .biff import xls_extents
from .errors import sheet_paths
from .extent_ods import ods_extents

__all__ = ["far_reaching", "has_gaps"]

FREE = 5_000_000
"""Places that any sheet may have."""

_PIECE = 1 << 20
_WHOLE = 8_000_000
_OVERLAP = 256
_TWO, _THREE = re.compile(rb'<c r="[A-Z]{2}'), re.compile(rb'<c r="[A-Z]{3}')
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,7})"')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')


_SPARSE = 500_000
_GAP = re.compile(rb'number-rows-repeated="\d{6,}"[^\x00]*office:value-type')


def has_gaps(raw: bytes) -> bool:
    """Whether a workbook that is not large has a row far below the others, so that it is better read in pieces."""
    if raw[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if "content.xml" in archive.namelist():
                small = archive.getinfo("content.xml").file_size < _WHOLE
                return small and bool(_GAP.search(archive.read("content.xml")))
            for path in sheet_paths(archive).values():
                size = archive.getinfo(path).file_size
                with archive.open(path) as sheet:
                    if size < _WHOLE and _bound(sheet) // 9 > max(_SPARSE, size // 4):
                        return True
    except (zipfile.BadZipFile, KeyError, ValueError, zlib.error, OSError, EOFError, RuntimeError):
        pass
    return False


def far_reaching(raw: bytes) -> Mapping[str, tuple[int, int]]:
    """Return rows and columns of the sheets whose places are far more than what is in them.

    A sheet may have a place for every four of its bytes when unpacked, and ``FREE`` at any rate; a stray cell in
    the last corner of a sheet makes 17 billion.
    """
    if raw[:2] == b"\xd0\xcf":
        most = max(FREE, len(raw))
        return {n: (r, c) for n, (r, c) in xls_extents(raw).items() if r * c > most}
    if raw[:2] != b"PK":
        return {}
    found: dict[str, tuple[int, int]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if "content.xml" in archive.namelist():
                most = max(FREE, archive.getinfo("content.xml").file_size // 4)
                extents = ods_extents(archive).items()
                found |= {unescape(n.decode("utf-8", "replace")): (r, c) for n, (r, c) in extents if r * c > most}
            for name, path in sheet_paths(archive).items():
                extent = _extent(archive, path)
                if extent is not None:
                    found[name] = extent
    except (zipfile.BadZipFile, KeyError, ValueError, zlib.error, OSError, EOFError, RuntimeError):
        pass
    return found


def _extent(archive: zipfile.ZipFile, path: str) -> tuple[int, int] | None:
    """Return rows and columns of a sheet if they are too many; first by bounds that cost little."""
    most = max(FREE, archive.getinfo(path).file_size // 4)
    with archive.open(path) as sheet:
        if _bound(sheet) <= most:
            return None
    with archive.open(path) as sheet:
        rows, columns = _reach(sheet)
    return (rows, columns) if rows * columns > most else None


def _bound(sheet: IO[bytes]) -> int:
    rows, columns, rest = 0, 26, b""
    while piece := sheet.read(_PIECE):
        content = rest + piece
        at = content.rfind(b"<row")
        for found in _ROW.findall(content, max(at, 0)) if at >= 0 else ():
            rows = max(rows, int(found))
        if columns < 702 and _TWO.search(content):
            columns = 702
        if columns < 16_384 and _THREE.search(content):
            columns = 16_384
        rest = content[-_OVERLAP:]
    return rows * columns


def _reach(sheet: IO[bytes]) -> tuple[int, int]:
    rows = columns = 0
    rest = b""
    while piece := sheet.read(_PIECE):
        content = rest + piece
        for letters, row in _FILLED.findall(content):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            rows, columns = max(rows, int(row)), max(columns, column)
        rest = content[-_OVERLAP:]
    return rows, columns
