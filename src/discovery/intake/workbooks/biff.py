"""The error cells of an xls workbook: BIFF8 records ([MS-XLS]) in a compound file ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = [
    "BOF",
    "BOUNDSHEET",
    "CELLS",
    "records",
    "sheet_starts",
    "workbook_stream",
    "xls_errors",
    "xls_extents",
    "xls_goes_round",
]

_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
BOF, BOUNDSHEET, _BOOLERR, _FORMULA = 0x809, 0x85, 0x205, 0x06
CELLS = frozenset({0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E})
"""Kinds of records that hold cells; they begin with the row."""

_SEVERAL = 0xBD
_LAST_SECTOR = 0xFFFFFFFA


def xls_errors(raw: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return the text of each error cell by sheet and (row, column), counted from 0; empty if it cannot be read."""
    try:
        stream = workbook_stream(raw)
        names = dict(sheet_starts(stream))
        found: dict[str, dict[tuple[int, int], str]] = {}
        sheet = ""
        for at, kind, content in records(stream):
            if kind == BOF:
                sheet = names.get(at, "")
            elif kind in (_BOOLERR, _FORMULA) and sheet and (code := _code(kind, content)) in _CODES:
                found.setdefault(sheet, {})[struct.unpack_from("<HH", content)] = _CODES[code]
        return found
    except (struct.error, IndexError, ValueError):
        return {}


def xls_extents(raw: bytes) -> dict[str, tuple[int, int]]:
    """Return how many rows and columns the cells of each sheet reach over; what can be read of a damaged file."""
    found: dict[str, tuple[int, int]] = {}
    try:
        stream = workbook_stream(raw)
        names = dict(sheet_starts(stream))
        sheet = ""
        for at, kind, content in records(stream):
            if kind == BOF:
                sheet = names.get(at, sheet)
            elif kind in CELLS:
                row, column = struct.unpack_from("<HH", content)
                if kind == _SEVERAL:
                    column = max(column, *struct.unpack_from("<H", content, len(content) - 2))
                rows, columns = found.get(sheet, (0, 0))
                found[sheet] = max(rows, row + 1), max(columns, column + 1)
    except (struct.error, IndexError, ValueError):
        pass
    return found


def _code(kind: int, content: memoryview) -> int:
    """Return the error that a cell holds, or -1."""
    if kind == _BOOLERR:
        return content[6] if content[7] else -1
    return content[8] if content[6] == 2 and content[12] == content[13] == 0xFF else -1


def sheet_starts(stream: memoryview) -> Iterator[tuple[int, str]]:
    """Iterate over where each sheet starts, and its name."""
    for _, kind, content in records(stream):
        if kind == BOUNDSHEET:
            (at,) = struct.unpack_from("<I", content)
            wide = content[7] & 1
            yield at, bytes(content[8 : 8 + content[6] * (1 + wide)]).decode("utf-16-le" if wide else "latin-1")


def records(stream: memoryview, at: int = 0) -> Iterator[tuple[int, int, memoryview]]:
    """Iterate over the records of a stream from ``at`` on: where each is, its kind and its content."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def xls_goes_round(raw: bytes) -> bool:
    """Whether sectors of the compound file follow one another in a circle, which calamine would follow for ever."""
    try:
        size, fat, _ = _sectors(raw)
        (short,) = struct.unpack_from("<I", raw, 60)
        content = _chain(raw, fat, short, size)
    except (struct.error, IndexError, ValueError):
        return True
    return _circular(fat) or _circular(struct.unpack(f"<{len(content) // 4}I", content))


def _circular(follows: tuple[int, ...]) -> bool:
    seen = [0] * len(follows)
    for start in range(len(follows)):
        at = start
        while at < len(follows) and not seen[at]:
            seen[at] = start + 1
            at = follows[at]
        if at < len(follows) and seen[at] == start + 1:
            return True
    return False


def _sectors(raw: bytes) -> tuple[int, tuple[int, ...], int]:
    """Return the size of a sector, which sector follows each, and the first one of the directory."""
    size = {9: 512, 12: 4096}.get(struct.unpack_from("<H", raw, 30)[0], 0)
    if not size:
        raise ValueError("no sectors of this size exist")
    (first_directory,) = struct.unpack_from("<I", raw, 48)
    listed = [s for s in struct.unpack_from("<109I", raw, 76) if s < _LAST_SECTOR]
    (more,) = struct.unpack_from("<I", raw, 68)
    most = len(raw) // size + 1
    for _ in range(most):
        if more >= _LAST_SECTOR:
            break
        sectors = struct.unpack(f"<{size // 4}I", _sector(raw, more, size))
        listed += [s for s in sectors[:-1] if s < _LAST_SECTOR]
        more = sectors[-1]
    else:
        raise ValueError("the list of sectors goes round")
    if len(listed) > most:
        raise ValueError("there are more lists of sectors than sectors")
    lists = b"".join(_sector(raw, s, size) for s in listed)
    return size, struct.unpack(f"<{len(lists) // 4}I", lists), first_directory


def workbook_stream(raw: bytes) -> memoryview:
    """Return the stream of the workbook, which is always long enough to lie in sectors of its own.

    Raises
    ------
    ValueError, struct.error, IndexError
        If there is none.
    """
    size, fat, first_directory = _sectors(raw)
    directory = bytes(_chain(raw, fat, first_directory, size))
    for at in range(0, len(directory), 128):
        entry = directory[at : at + 128]
        if entry[: struct.unpack_from("<H", entry, 64)[0]].decode("utf-16-le").rstrip("\0") in {"Workbook", "Book"}:
            start, length = struct.unpack_from("<II", entry, 116)
            return _chain(raw, fat, start, size)[:length]
    raise ValueError("there is no workbook in it")


def _sector(raw: bytes, number: int, size: int) -> bytes:
    return raw[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")


def _chain(raw: bytes, fat: tuple[int, ...], start: int, size: int) -> memoryview:
    """Return the sectors of a chain, which are not copied where they lie one after the other."""
    numbers: list[int] = []
    while start < _LAST_SECTOR and len(numbers) <= len(fat):
        numbers.append(start)
        start = fat[start]
    first = (numbers[0] + 1) * size if numbers else 0
    if numbers == list(range(numbers[0], numbers[-1] + 1) if numbers else ()) and (
        first + len(numbers) * size <= len(raw)
    ):
        return memoryview(raw)[first : first + len(numbers) * size]
    return memoryview(b"".join(_sector(raw, n, size) for n in numbers))
