"""What a file is, by its content first and its name second."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from ..errors import DataError

__all__ = ["PARQUET", "kind_of"]

PARQUET = b"PAR1"

_REFUSED = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "an RTF document"),
    (b"$FL2", "an SPSS file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
)
_SCRIPT = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?(?:\s|--[^\n]*\n|/\*.*?\*/;?)*(?:create\s+(?:table|database|schema)|insert\s+into|drop\s+table)\s",
    re.DOTALL,
)
_DOCUMENTS = (
    (re.compile(rb"(?im)^@relation\s.*\n(?:.*\n){0,20}?@attribute\s"), "an ARFF file"),
    (re.compile(rb"\\begin\{(?:tabular|table|document|longtable)\}"), "a LaTeX document"),
)
_JSON = frozenset({"json", "jsonl", "ndjson", "geojson"})


_BINARY = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "pq", "feather", "arrow", "ipc", "zip", "gz"})
_PLAIN = frozenset({"csv", "tsv", "tab", "txt", "psv"}) | _JSON
_ENDINGS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(["text", "json"], _BINARY),
    **dict.fromkeys(["parquet", "feather", "workbook", "gzip", "zip", "sqlite"], _PLAIN),
}
"""The endings that each kind of content contradicts."""
_CALLED = {
    "text": ("plain text", "csv"),
    "json": ("JSON", "json"),
    "workbook": ("a workbook", "xlsx"),
    "sqlite": ("an SQLite database", "sqlite"),
    "gzip": ("a gzip archive", "csv.gz"),
    "zip": ("a zip archive", "zip"),
}


def kind_of(data: bytes, name: str, source: str = "") -> str:
    """Return what a file is: text, json, jsonl, parquet, feather, workbook, gzip, zip or sqlite.

    Raises
    ------
    DataError
        If it is empty, something that holds no table, or not what its name says.
    """
    kind = _kind_of(data, name, source)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in _ENDINGS.get("json" if kind == "jsonl" else kind, ()):
        what, right = _CALLED.get(kind, (f"a {kind} file", kind))
        raise DataError(
            f"the file is not what its name says: it is {what}, not {ending}",
            where=source or name,
            mend=f"Rename it to end in .{right}, or ask for it again.",
        )
    return kind


def _kind_of(data: bytes, name: str, source: str) -> str:
    where = source or name
    if not data:
        raise DataError("the file is empty", where=where, mend="Ask for it again.")
    if data[:4] == PARQUET:
        return "parquet"
    if data[:6] == b"ARROW1" or data[:4] == b"FEA1" or (data[:4] == b"\xff" * 4 and data[5:8] < b"\x10"):
        return "feather"
    if data[:2] == b"\x1f\x8b":
        return "gzip"
    if data[:4] == b"PK\x03\x04" or data[:4] == b"PK\x05\x06":
        return _zipped(data, where)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "workbook"
    if data[:15] == b"SQLite format 3":
        return "sqlite"
    for magic, what in _REFUSED:
        if data.startswith(magic) and (len(magic) > 3 or b"\0" in data[:64] or what.startswith("a bzip2")):
            raise DataError(f"the file is {what}, not a table", where=where, mend="Give a file of a known format.")
    ending = name.rpartition(".")[2].lower()
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head")):
        raise DataError("the file is a web page, not a table", where=where, mend="Export the data itself.")
    if head.startswith(b"<?xml") or (head.startswith(b"<") and ending in {"xml", "xls", "xlsx"}):
        raise DataError("the file is XML, not a table", where=where, mend="Export it as csv or xlsx.")
    if head.startswith(b"version https://git-lfs"):
        raise DataError("the file is a pointer of Git LFS, not the data", where=where, mend="Run git lfs pull.")
    for sign, what in _DOCUMENTS:
        if sign.search(data[:2000]):
            raise DataError(f"the file is {what}, not a plain table", where=where, mend="Export the table as csv.")
    if _SCRIPT.match(data[:2000]):
        raise DataError("the file is an SQL script, not a table", where=where, mend="Export the table as csv.")
    if ending in _JSON or (head[:1] in b"{[" and _is_json(data)):
        return "jsonl" if ending in {"jsonl", "ndjson"} else "json"
    return "text"


def _is_json(data: bytes) -> bool:
    import json

    for line in data[:200_000].splitlines()[:1]:
        try:
            return isinstance(json.loads(line), (dict, list))
        except (ValueError, RecursionError):
            break
    try:
        return len(data) < 50_000_000 and isinstance(json.loads(data), (dict, list))
    except (ValueError, RecursionError):
        return False


def _zipped(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(n.startswith("xl/") for n in names):
                return "workbook"
            if "mimetype" in names and "content.xml" in names:
                if b"spreadsheet" not in archive.read("mimetype"):
                    raise DataError(
                        "the file is a text document, not a table", where=name, mend="Export it as csv."
                    )
                return "workbook"
            if any(n.startswith(("word/", "ppt/")) for n in names):
                raise DataError("the file is an office document, not a table", where=name, mend="Export it as csv.")
    except DataError:
        raise
    except Exception:
        raise DataError("the zip file is damaged", where=name, mend="Ask for it again.") from None
    return "zip"
