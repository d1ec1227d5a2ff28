"""Large workbooks a piece at a time, so that calamine never holds more than some rows of them.

Each piece of a sheet is packed, with what its cells refer to, into a small workbook, so that cells are read just as
they are where the workbook is read whole.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol

from .errors import sheet_paths

__all__ = [
    "GAP",
    "PIECE",
    "Irregular",
    "Piece",
    "Pieces",
    "Rows",
    "XlsxPieces",
    "packed",
    "piece_bytes",
]

PIECE, _LEAST = 2_000_000, 500_000
"""Bytes of a sheet that are read at once, at most and at least: a piece costs some milliseconds, and ten times its
size."""

GAP = 1_000
"""Blank rows in a row from which on they are not read."""

_READ = 1 << 19
_DATA = re.compile(rb"<sheetData\b[^>]*>")
_SHARED = re.compile(rb'( t="s"[^>]*>\s*<v>)(\d{1,9})(?=</v>)')
_ITEM = re.compile(rb"<si\s*/>|<si\b[^>]*>.*?</si>", re.DOTALL)
_NUMBERED = re.compile(rb'<row\b[^>]*?\br="(\d{1,7})"')
_FRAME = re.compile(r"(?i)\[content_types\]\.xml|_rels/\.rels|xl/(?:workbook|styles)\.xml|xl/_rels/[^/]*")


class Irregular(Exception):  # noqa: N818
    """A workbook that cannot be cut: it is read whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a sheet as a workbook; ``above``: how many rows of the sheet come before its first one."""

    book: bytes
    above: int = 0


class Pieces(Protocol):
    """A workbook in pieces."""

    def frame(self) -> bytes:
        """Return the workbook without the rows of its sheets."""

    def of(self, sheet: str) -> Iterator[Piece]:
        """Iterate over the pieces of a sheet; raise Irregular where it cannot be cut."""


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of the given files, which are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def piece_bytes(raw: bytes) -> int:
    """Return how many bytes of a sheet are read at once: half of what its workbook takes, within bounds."""
    return min(PIECE, max(_LEAST, len(raw) // 2))


class Rows:
    """A stream of XML, cut between rows into pieces of about ``piece`` bytes."""

    def __init__(self, content: IO[bytes], piece: int = _LEAST) -> None:
        self._content, self._piece, self._held = content, piece, bytearray()

    def through(self, tag: re.Pattern[bytes]) -> bytes | None:
        """Return what comes up to the end of the tag; None if there is none."""
        while (match := tag.search(self._held)) is None:
            if not self._more():
                return None
        return self._taken(match.end())

    def pieces(self, end: bytes, stop: bytes) -> Iterator[bytes]:
        """Yield what comes before ``stop``, in pieces that end with ``end``."""
        size, seen = self._piece, 0
        while True:
            at = self._held.find(stop, max(0, seen - len(stop)))
            seen = len(self._held)
            if at >= 0:
                yield self._taken(at)
                return
            cut = self._held.rfind(end) + len(end) if seen >= size else 0
            if cut >= len(end):
                yield self._taken(cut)
                size, seen = self._piece, 0
            else:
                size = max(size, 2 * seen) if seen >= size else size
                if not self._more():
                    raise Irregular

    def rest(self) -> bytes:
        """Return all that comes."""
        while self._more():
            pass
        return self._taken(len(self._held))

    def _more(self) -> bool:
        more = self._content.read(_READ)
        self._held += more
        return bool(more)

    def _taken(self, size: int) -> bytes:
        taken = bytes(memoryview(self._held)[:size])
        del self._held[:size]
        return taken


def _between_gaps(rows: bytes) -> Iterator[bytes]:
    """Yield rows cut where many between them are left out: calamine makes room for these."""
    start = last = 0
    for match in _NUMBERED.finditer(rows):
        number = int(match[1])
        if number > last + GAP and match.start() > start:
            yield rows[start : match.start()]
            start = match.start()
        last = number
    yield rows[start:]


class XlsxPieces:
    """An Office Open XML workbook (ECMA-376, part 1, section 18) in pieces."""

    def __init__(self, raw: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(raw))
        self._piece_bytes = piece_bytes(raw)
        self._sheets = sheet_paths(self._archive)
        names = self._archive.namelist()
        self._strings = next((n for n in names if n.lower() == "xl/sharedstrings.xml"), "")
        self._frame = {n: self._archive.read(n) for n in names if _FRAME.fullmatch(n)}
        self._texts, self._places = b"", array("q")

    def frame(self) -> bytes:
        """Return the workbook without rows and texts, but with what comes behind the rows, as merged cells."""
        parts = dict(self._frame)
        for path in self._sheets.values():
            with self._archive.open(path) as content:
                rows, head = self._opened(content)
                if not head.endswith(b"/>"):
                    for _ in rows.pieces(b"</row>", b"</sheetData>"):
                        pass
                parts[path] = head + rows.rest()
        return packed(parts)

    def of(self, sheet: str) -> Iterator[Piece]:
        """Iterate over the pieces of a sheet."""
        if sheet not in self._sheets:
            raise Irregular
        path = self._sheets[sheet]
        self._index_texts()
        with self._archive.open(path) as content:
            rows, head = self._opened(content)
            if head.endswith(b"/>"):
                return
            for piece in rows.pieces(b"</row>", b"</sheetData>"):
                for part in _between_gaps(piece):
                    yield self._piece(path, head, part)

    def _opened(self, content: IO[bytes]) -> tuple[Rows, bytes]:
        rows = Rows(content, self._piece_bytes)
        head = rows.through(_DATA)
        if head is None:
            raise Irregular
        return rows, head

    def _piece(self, path: str, head: bytes, rows: bytes) -> Piece:
        if b"<!" in rows or b"t='" in rows or rows.count(b"<row") != len(_NUMBERED.findall(rows)):
            raise Irregular
        numbers: dict[bytes, bytes] = {}

        def renumbered(match: re.Match[bytes]) -> bytes:
            return match[1] + numbers.setdefault(match[2], b"%d" % len(numbers))

        rows, count = _SHARED.subn(renumbered, rows)
        if count != rows.count(b't="s"'):
            raise Irregular
        parts = {**self._frame, path: b"".join((head, rows, b"</sheetData></worksheet>"))}
        if self._strings:
            parts[self._strings] = self._shared(numbers)
        return Piece(packed(parts))

    def _shared(self, numbers: Mapping[bytes, bytes]) -> bytes:
        """Return the shared texts that a piece refers to, in the order of their new numbers."""
        texts, places = self._texts, self._places
        if any(2 * int(n) >= len(places) for n in numbers):
            raise Irregular
        items = [texts[places[2 * int(n)] : places[2 * int(n) + 1]] for n in numbers]
        head = texts[: places[0]] if places else b"<sst>"
        return b"".join((head, *items, b"</sst>"))

    def _index_texts(self) -> None:
        """Find where each of the shared texts is."""
        if not self._strings or self._texts:
            return
        self._texts = self._archive.read(self._strings)
        if b"<!" in self._texts:
            raise Irregular
        for match in _ITEM.finditer(self._texts):
            self._places.extend(match.span())
