"""xls workbooks ([MS-XLS]) a piece at a time, each in a compound file ([MS-CFB]) of its own."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from .biff import BOF, BOUNDSHEET, CELLS, records, sheet_starts, workbook_stream
from .pieces import Irregular, Piece, piece_bytes

__all__ = ["XlsPieces"]

_EOF, _MERGED = 0x0A, 0xE5
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 4096


class XlsPieces:
    """A workbook in pieces."""

    def __init__(self, raw: bytes) -> None:
        self._piece_bytes = piece_bytes(raw)
        try:
            self._stream = workbook_stream(raw)
            self._starts = dict(sheet_starts(self._stream))
            self._globals = self._stream[: next(self._ends(0))]
        except (struct.error, IndexError, ValueError, StopIteration):
            raise Irregular from None

    def frame(self) -> bytes:
        """Return the workbook without cells, but with its merged cells."""
        return self._packed({at: self._others(at) for at in self._starts})

    def of(self, sheet: str) -> Iterator[Piece]:
        """Iterate over the pieces of a sheet."""
        start = next((at for at, name in self._starts.items() if name == sheet), None)
        if start is None:
            raise Irregular
        head = self._record(start)
        first, last, depth = 0, -1, 0
        for at, kind, content in records(self._stream, start):
            depth += (kind == BOF) - (kind == _EOF)
            if kind in CELLS and depth == 1 and len(content) >= 2:
                row = content[0] + 256 * content[1]
                if first and at - first > self._piece_bytes and row > last:
                    yield self._piece(start, head, first, at)
                    first = 0
                first, last = first or at, max(last, row)
            if depth == 0:
                if first:
                    yield self._piece(start, head, first, at)
                return
        raise Irregular

    def _piece(self, start: int, head: bytes, first: int, end: int) -> Piece:
        return Piece(self._packed({start: head + bytes(self._stream[first:end])}))

    def _record(self, at: int) -> bytes:
        return bytes(self._stream[at : at + 4 + int.from_bytes(self._stream[at + 2 : at + 4], "little")])

    def _others(self, start: int) -> bytes:
        """Return the beginning of a sheet and its merged cells."""
        found, depth = [self._record(start)], 0
        for at, kind, _ in records(self._stream, start):
            depth += (kind == BOF) - (kind == _EOF)
            if kind == _MERGED and depth == 1:
                found.append(self._record(at))
            if depth == 0:
                break
        return b"".join(found)

    def _ends(self, start: int) -> Iterator[int]:
        for at, kind, content in records(self._stream, start):
            if kind == _EOF:
                yield at + 4 + len(content)

    def _packed(self, sheets: Mapping[int, bytes]) -> bytes:
        """Return a workbook of the given sheets (by where they start in this one); the others are empty."""
        head, bodies = bytearray(self._globals), []
        at = len(head)
        for place, kind, content in records(self._globals):
            if kind == BOUNDSHEET:
                (start,) = struct.unpack_from("<I", content)
                body = sheets.get(start, self._record(start)) + struct.pack("<HH", _EOF, 0)
                struct.pack_into("<I", head, place + 4, at)
                bodies.append(body)
                at += len(body)
        return compound(b"".join([head, *bodies]))


def compound(stream: bytes) -> bytes:
    """Return a compound file (version 4) with one stream, called Workbook."""
    stream = stream.ljust(_SECTOR, b"\0")
    count = -(-len(stream) // _SECTOR)
    lists = -(-(count + 2) // (_SECTOR // 4))
    lists = -(-(count + 1 + lists) // (_SECTOR // 4))
    if lists > 109:
        raise Irregular
    fat = [*[_FAT] * lists, _END, *range(lists + 2, lists + 1 + count), _END]
    fat += [_FREE] * (lists * _SECTOR // 4 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<IIIIIIIII", 1, lists, lists, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(lists), *[_FREE] * (109 - lists))
    entries = _entry("Root Entry", 5, 1, _FREE) + _entry("Workbook", 2, _FREE, lists + 1, len(stream))
    entries += _entry("", 0, _FREE, 0) * (_SECTOR // 128 - 2)
    body = stream.ljust(count * _SECTOR, b"\0")
    return b"".join((header.ljust(_SECTOR, b"\0"), struct.pack(f"<{len(fat)}I", *fat), entries, body))


def _entry(name: str, kind: int, child: int, start: int, size: int = 0) -> bytes:
    raw = (name + "\0").encode("utf-16-le") if name else b""
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
