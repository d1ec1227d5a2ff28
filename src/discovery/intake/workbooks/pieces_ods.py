"""OpenDocument spreadsheets (ISO/IEC 26300, part 3) a piece at a time."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

from .extent_ods import NAME, TABLE
from .pieces import GAP, Irregular, Piece, Rows, packed, piece_bytes

__all__ = ["OdsPieces"]

_END = b"</table:table></office:spreadsheet></office:body></office:document-content>"
_AROUND = re.compile(rb"</?table:table-(?:header-rows|row-group|rows)\b[^>]*>")
_ROW = re.compile(rb"<table:table-row\b[^>]*>")
_REPEATED = re.compile(rb'\btable:number-rows-repeated="(\d{1,9})"')
_BLANK = re.compile(rb"<table:table-row\b[^>]*?(?:/>|>\s*(?:<table:table-cell\b[^>]*/>\s*)*</table:table-row>)")
_ROOT = re.compile(rb"<office:document-content\b[^>]*>")


def _between_gaps(rows: bytes) -> Iterator[bytes]:
    """Yield rows cut before and behind a blank one that stands for many."""
    start = 0
    for match in _BLANK.finditer(rows):
        repeated = _REPEATED.search(match[0], 0, match[0].find(b">"))
        if repeated and int(repeated[1]) > GAP:
            if match.start() > start:
                yield rows[start : match.start()]
            yield match[0]
            start = match.end()
    if rows[start:].strip():
        yield rows[start:]


class OdsPieces:
    """A spreadsheet in pieces."""

    def __init__(self, raw: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(raw))
        self._piece_bytes = piece_bytes(raw)
        self._around = {n: self._archive.read(n) for n in ("mimetype", "META-INF/manifest.xml")}

    def frame(self) -> bytes:
        """Return the spreadsheet without its rows."""
        return self._packed(b"".join(part for part, is_rows in self._parts() if not is_rows))

    def of(self, sheet: str) -> Iterator[Piece]:
        """Iterate over the pieces of a sheet."""
        head, table, above, inside = b"", b"", 0, False
        for part, is_rows in self._parts():
            if not is_rows:
                if inside:
                    return
                tables = TABLE.findall(part)
                table = tables[-1] if tables else b""
                name = NAME.search(table)
                inside = name is not None and html.unescape(name[1].decode("utf-8", "replace")) == sheet
                root = _ROOT.search(part)
                head = root[0] + b"<office:body><office:spreadsheet>" if root else head
            elif inside:
                if b"<!" in part or TABLE.search(part):
                    raise Irregular
                for rows in _between_gaps(_AROUND.sub(b"", part)):
                    if rows.count(b"<table:table-row") > 1 or not _BLANK.fullmatch(rows.strip()):
                        yield Piece(self._packed(b"".join((head, table, rows, _END))), above)
                    repeats = [_REPEATED.search(r) for r in _ROW.findall(rows)]
                    above += sum(int(r[1]) if r else 1 for r in repeats)

    def _packed(self, content: bytes) -> bytes:
        return packed({**self._around, "content.xml": content})

    def _parts(self) -> Iterator[tuple[bytes, bool]]:
        """Yield what is outside of tables, up to the tag of the next one, and, with True, pieces of the rows."""
        with self._archive.open("content.xml") as content:
            rows = Rows(content, self._piece_bytes)
            while (part := rows.through(TABLE)) is not None:
                yield part, False
                for piece in rows.pieces(b"</table:table-row>", b"</table:table>"):
                    yield piece, True
            yield rows.rest(), False
