"""The error cells of an xls workbook: BIFF8 records ([MS-XLS]) in a compound file ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["xls_errors"]

_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _BOUNDSHEET, _BOOLERR, _FORMULA = 0x809, 0x85, 0x205, 0x06
_LAST_SECTOR = 0xFFFFFFFA


def xls_errors(raw: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return the text of each error cell by sheet and (row, column), counted from 0; empty if it cannot be read."""
    try:
        stream = _workbook(raw)
        names = dict(_sheets(stream))
        found: dict[str, dict[tuple[int, int], str]] = {}
        sheet = ""
        for at, kind, content in _records(stream):
            if kind == _BOF:
                sheet = names.get(at, "")
            elif kind in (_BOOLERR, _FORMULA) and sheet and (code := _code(kind, content)) in _CODES:
                found.setdefault(sheet, {})[struct.unpack_from("<HH", content)] = _CODES[code]
        return found
    except (struct.error, IndexError, ValueError):
        return {}


def _code(kind: int, content: bytes) -> int:
    """Return the error that a cell holds, or -1."""
    if kind == _BOOLERR:
        return content[6] if content[7] else -1
    return content[8] if content[6] == 2 and content[12:14] == b"\xff\xff" else -1


def _sheets(stream: bytes) -> Iterator[tuple[int, str]]:
    for _, kind, content in _records(stream):
        if kind == _BOUNDSHEET:
            (at,) = struct.unpack_from("<I", content)
            wide = content[7] & 1
            yield at, content[8 : 8 + content[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook(raw: bytes) -> bytes:
    """Return the stream of the workbook, which is always long enough to lie in sectors of its own."""
    size = {9: 512, 12: 4096}.get(struct.unpack_from("<H", raw, 30)[0], 0)
    if not size:
        raise ValueError("no sectors of this size exist")
    (first_directory,) = struct.unpack_from("<I", raw, 48)
    listed = [s for s in struct.unpack_from("<109I", raw, 76) if s < _LAST_SECTOR]
    (more,) = struct.unpack_from("<I", raw, 68)
    while more < _LAST_SECTOR and len(listed) < 1_000_000:
        sectors = struct.unpack(f"<{size // 4}I", _sector(raw, more, size))
        listed += [s for s in sectors[:-1] if s < _LAST_SECTOR]
        more = sectors[-1]
    fat = struct.unpack(f"<{size // 4 * len(listed)}I", b"".join(_sector(raw, s, size) for s in listed))
    directory = _chain(raw, fat, first_directory, size)
    for at in range(0, len(directory), 128):
        entry = directory[at : at + 128]
        if entry[: struct.unpack_from("<H", entry, 64)[0]].decode("utf-16-le").rstrip("\0") in {"Workbook", "Book"}:
            start, length = struct.unpack_from("<II", entry, 116)
            return _chain(raw, fat, start, size)[:length]
    raise ValueError("there is no workbook in it")


def _sector(raw: bytes, number: int, size: int) -> bytes:
    return raw[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")


def _chain(raw: bytes, fat: tuple[int, ...], start: int, size: int) -> bytes:
    parts: list[bytes] = []
    while start < _LAST_SECTOR and len(parts) <= len(fat):
        parts.append(_sector(raw, start, size))
        start = fat[start]
    return b"".join(parts)
