"""The error cells (#DIV/0!, #N/A) of a workbook, which calamine hands on as empty."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from contextlib import suppress
from typing import IO
from xml.etree import ElementTree

from .biff import xls_errors

__all__ = ["Errors", "error_cells", "never_calculated", "sheet_paths"]

Errors = dict[str, dict[tuple[int, int], str]]
_PIECE = 1 << 20
_OVERLAP = 20
_ALONE = re.compile(rb"(?:</f>|<f [^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)")
_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]{1,20})</v>'
)
_SHEET = re.compile(rb'<sheet\b[^>]*\bname="([^"]*)"[^>]*\br:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def error_cells(raw: bytes) -> Errors:
    """Return the text of each error cell by sheet and (row, column), counted from 0; empty for other formats."""
    if raw[:2] == b"\xd0\xcf":
        return xls_errors(raw)
    if raw[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if "content.xml" in archive.namelist():
                return _ods_errors(archive)
            if "xl/workbook.xml" not in archive.namelist():
                return {}
            found: Errors = {}
            for name, path in sheet_paths(archive).items():
                with archive.open(path) as sheet:
                    found[name] = _errors(sheet)
            return found
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ElementTree.ParseError,
    ):
        return {}


def never_calculated(raw: bytes) -> dict[str, int]:
    """Return how many formulas of each sheet have no result, as programs that do not calculate leave them.

    Empty for other formats than xlsx.
    """
    found: dict[str, int] = {}
    broken = (zipfile.BadZipFile, KeyError, ValueError, zlib.error, OSError, EOFError, RuntimeError)
    with suppress(*broken), zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name, path in sheet_paths(archive).items():
            with archive.open(path) as sheet:
                found[name] = _formulas_alone(sheet)
    return {name: count for name, count in found.items() if count}


def _formulas_alone(sheet: IO[bytes]) -> int:
    count, rest = 0, b""
    while piece := sheet.read(_PIECE):
        content = rest + piece
        count += len(_ALONE.findall(content)) if b"<f" in content else 0
        rest = content[content.rfind(b"<") :][-_OVERLAP:]
    return count


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return where each sheet of an xlsx workbook is in the archive; nothing for other formats."""
    listed = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= listed:
        return {}
    targets = _targets(archive.read("xl/_rels/workbook.xml.rels"))
    paths = {
        _unescaped(name): posixpath.normpath(posixpath.join("xl", targets.get(relation, "")))
        for name, relation in _SHEET.findall(archive.read("xl/workbook.xml"))
    }
    return {name: path for name, path in paths.items() if path in listed}


def _targets(content: bytes) -> dict[bytes, str]:
    targets = {}
    for element in _RELATION.findall(content):
        identity, target = re.search(rb'\bId="([^"]*)"', element), re.search(rb'\bTarget="([^"]*)"', element)
        if identity and target:
            path = target[1].decode("utf-8", "replace")
            targets[identity[1]] = posixpath.relpath(path, "/xl") if path.startswith("/") else path
    return targets


def _unescaped(name: bytes) -> str:
    from html import unescape

    return unescape(name.decode("utf-8", "replace"))


def _errors(sheet: IO[bytes]) -> dict[tuple[int, int], str]:
    """Return the error cells of a sheet, which is read a piece at a time."""
    found, rest = {}, b""
    while piece := sheet.read(_PIECE):
        content = rest + piece
        cut = content.rfind(b"</c>") + 4 if b"</c>" in content else 0
        rest = content[cut:] if len(content) - cut < _PIECE else b""
        if b't="e"' not in content:
            continue
        for letters, row, text in _CELL.findall(content, 0, cut):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            found[int(row) - 1, column - 1] = text.decode("utf-8", "replace")
    return found


def _holds(content: IO[bytes], what: bytes) -> bool:
    rest = b""
    while piece := content.read(_PIECE):
        if what in rest + piece:
            return True
        rest = piece[-len(what) :]
    return False


def _ods_errors(archive: zipfile.ZipFile) -> Errors:
    """Find the cells marked as errors; rows and cells that repeat count as often as they say."""
    with archive.open("content.xml") as content:
        if not _holds(content, b'="error"'):
            return {}
    with archive.open("content.xml") as content:
        return _ods_cells(content)


def _ods_cells(content: IO[bytes]) -> Errors:
    found: Errors = {}
    sheet, row, column = "", 0, 0
    table: ElementTree.Element | None = None
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        tag = element.tag.rpartition("}")[2]
        said = {k.rpartition("}")[2]: v for k, v in element.attrib.items()}
        if event == "start" and tag == "table":
            sheet, row, column, table = said.get("name", ""), 0, 0, element
        elif event == "end" and tag == "table-row":
            row, column = row + int(said.get("number-rows-repeated", 1)), 0
            (element if table is None else table).clear()
        elif event == "end" and tag in {"table-cell", "covered-table-cell"}:
            kinds = {v for k, v in element.attrib.items() if k.endswith("}value-type")}
            text = "".join(element.itertext()).strip()
            if "error" in kinds and 0 < len(text) <= 20:
                found.setdefault(sheet, {})[row, column] = text
            column += int(said.get("number-columns-repeated", 1))
    return found
