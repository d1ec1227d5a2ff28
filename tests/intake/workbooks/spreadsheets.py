"""Small spreadsheets of formats that no writer is at hand for, put together from their specifications."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | float | bool | None
ERRORS = {
    "#NULL!": 0x00,
    "#DIV/0!": 0x07,
    "#VALUE!": 0x0F,
    "#REF!": 0x17,
    "#NAME?": 0x1D,
    "#NUM!": 0x24,
    "#N/A": 0x2A,
}
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def write_ods(path: Path, sheets: dict[str, list[list[Cell]]]) -> Path:
    """Write an OpenDocument spreadsheet (ISO/IEC 26300); texts such as #N/A become error cells."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}>{body}</office:document-content>'
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/"'
        ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        word = str(cell).lower()
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{word}"/>'
    if isinstance(cell, float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    if cell in ERRORS:
        kind = (
            'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
        )
        return f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>"
    if len(cell) == 10 and cell[4] == cell[7] == "-":
        return f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def write_xls(path: Path, sheets: dict[str, list[list[Cell]]]) -> Path:
    """Write a BIFF8 workbook ([MS-XLS]) in a compound file ([MS-CFB])."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    names = [struct.pack("<BB", len(n), 0) + n.encode("latin-1") for n in sheets]
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 6))
    at = len(head) + sum(4 + 6 + len(n) for n in names) + 4
    for name, body in zip(names, bodies, strict=True):
        head += _record(0x85, struct.pack("<IBB", at, 0, 0) + name)
        at += len(body)
    path.write_bytes(_compound(head + _record(0x0A, b"") + b"".join(bodies)))
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _sheet(rows: list[list[Cell]]) -> bytes:
    out = io.BytesIO()
    out.write(_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6)))
    out.write(_record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(cell, bool):
                out.write(_record(0x205, place + struct.pack("<BB", cell, 0)))
            elif isinstance(cell, float):
                out.write(_record(0x203, place + struct.pack("<d", cell)))
            elif cell in ERRORS:
                out.write(_record(0x205, place + struct.pack("<BB", ERRORS[str(cell)], 1)))
            elif isinstance(cell, str):
                out.write(_record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")))
    out.write(_record(0x0A, b""))
    return out.getvalue()


def _compound(stream: bytes) -> bytes:
    """Return a compound file with one stream: header, FAT, directory, stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    fat = [_FAT, _END, *range(3, count + 2), _END]
    fat += [_FREE] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header += struct.pack("<108I", *([_FREE] * 108))
    entries = _entry("Root Entry", 5, child=1, start=_END) + _entry("Workbook", 2, start=2, size=len(stream))
    entries += _entry("", 0) * 2
    return header + struct.pack("<128I", *fat) + entries + stream.ljust(count * 512, b"\0")


def _entry(name: str, kind: int, child: int = _FREE, start: int = 0, size: int = 0) -> bytes:
    raw = (name + "\0").encode("utf-16-le") if name else b""
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
