"""JSON and JSON lines -> cells.

Objects inside objects become columns with dotted names (``address.city``); arrays inside rows stay JSON text.
Where the tables of a document are, :func:`~discovery.intake.documents.walk.walk` says.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from ...errors import DataError
from ..cells.assemble import Cells, table_of_frame
from ..columnar import plain_frame
from ..table import Quarantined, Reading, Table
from ..text.encoding import Decoded, decode
from .loose import as_json
from .rows import MixedRowsError, Rows, SparseRowsError
from .walk import BrokenJsonError, walk

__all__ = ["read_json", "read_regular_lines"]

_HALVES = re.compile(rb"(\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}", re.IGNORECASE)
"""Halves of a sign, which no text can hold; group 1 is what only looks so: a backslash, both halves."""

_DEEP = 500
"""Objects and arrays in a line from which on all are read by the tolerant reader, which stops at some depth."""

_EXTENDED = re.compile(rb'"\$(?:oid|date|number\w{3,8})"\s*:')
_LARGE = 1 << 22
_SAMPLE = 200_000


def read_json(raw: bytes, name: str, source: str, *, lines: bool | None = None) -> list[Cells]:
    """Read a JSON document or JSON lines.

    Raises
    ------
    DataError
        If it is not JSON, or holds no rows.
    """
    decoded = decode(raw, source)
    if not decoded.data.strip():
        raise DataError("the file is empty", where=source, mend="Ask for it again.")
    if b"\\u" in decoded.data:
        decoded = replace(decoded, data=_HALVES.sub(_whole_sign, decoded.data))
    try:
        if not lines:
            tables = _document(decoded, name, source)
            if tables is not None:
                return tables
        return [_lines(decoded, name, source)]
    except RecursionError:
        raise DataError("the JSON is nested too deeply", where=source, mend="Ask for a flat export.") from None
    except SparseRowsError:
        said = "the objects of the JSON have hardly a key in common"
        raise DataError(said, where=source, mend="Ask for a list of objects with the same keys.") from None


def _whole_sign(match: re.Match[bytes]) -> bytes:
    return match[1] or b"\\ufffd"


def read_regular_lines(raw: bytes, name: str, source: str) -> Table | None:
    """Read large JSON lines that are all of one shape at once; None where a line needs the tolerant reader."""
    head = raw[:_SAMPLE].lstrip()
    lines = head.split(b"\n", 200)
    deep = max(line.count(b"{") + line.count(b"[") for line in lines) > _DEEP
    if (
        len(raw) < _LARGE
        or deep
        or _EXTENDED.search(head)
        or not head.startswith(b"{")
        or not any(map(_is_value, lines[:-1]))
    ):
        return None
    try:
        frame = pl.read_ndjson(raw, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != raw.count(b"\n") + (not raw.endswith(b"\n")) or frame.width == 0:
        return None
    frame, said = plain_frame(frame)
    reading = Reading("json", "utf-8", header_row=0, assumptions=said)
    return table_of_frame(name, source, frame, reading)


def _document(decoded: Decoded, name: str, source: str) -> list[Cells] | None:
    """Return the tables of a JSON document; None where the file holds JSON lines."""
    text = decoded.data.decode("utf-8")
    said: tuple[str, ...] = ()
    try:
        try:
            tables = walk(text)
        except BrokenJsonError as error:
            if _is_lines(decoded.data):
                return None
            try:
                tables = walk(as_json(text))
            except BrokenJsonError:
                raise error from None
            said = ("The file is not quite JSON: commas, quotes, comments or calls were read as they are meant",)
    except BrokenJsonError as error:
        line = text.count("\n", 0, error.at) + 1
        raise DataError(
            f"the file is not valid JSON (line {line})", where=source, mend="Ask for it again."
        ) from None
    if not tables:
        raise DataError("the JSON holds no rows", where=source, mend="A list of objects is expected.")
    if len(tables) > 1:
        others = ", ".join(f"'{'.'.join(t.path)}'" for t in tables[1:])
        said = (*said, f"The file holds {len(tables)} tables; beside '{'.'.join(tables[0].path)}': {others}")
    found = []
    for table in tables:
        called = f"{name}.{'.'.join(table.path)}" if len(tables) > 1 else name
        found.append(_made(table.rows, decoded, called, source, names=table.names, said=said))
    return found


def _is_lines(data: bytes) -> bool:
    """Whether most of the first lines are values of their own."""
    lines = [line for line in data[:_SAMPLE].split(b"\n", 200)[:200] if line.strip()]
    return len(lines) > 1 and 2 * sum(map(_is_value, lines)) > len(lines)


def _is_value(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line, strict=False), (dict, list))
    except ValueError:
        return False


def _lines(decoded: Decoded, name: str, source: str) -> Cells:
    for arrays in (None, False):
        rows, numbers, bad = Rows(arrays), array("q"), list[Quarantined]()
        try:
            for number, line in _numbered(decoded.data):
                try:
                    value = json.loads(line.rstrip().removesuffix(b","), strict=False)
                except ValueError as error:
                    reason = f"not valid JSON: {str(error).split(':')[0]}"
                    bad.append(Quarantined(number, reason, line[:2000].decode("utf-8", "replace")))
                    continue
                if rows.add(value):
                    numbers.append(number)
                else:
                    bad.append(_no_row(number, value))
        except MixedRowsError:
            continue
        break
    if not numbers:
        raise DataError("no line is valid JSON", where=source, mend="Ask for it again.")
    return _made(rows, decoded, name, source, lines=pl.Series("line", numbers, dtype=pl.Int64), bad=tuple(bad))


def _no_row(number: int, value: Any) -> Quarantined:
    return Quarantined(number, "not an object, as the other rows are", json.dumps(value)[:2000])


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    at, number = 0, 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        number += 1
        line = data[at:end]
        if line.strip():
            yield number, line
        at = end + 1


def _made(
    rows: Rows,
    decoded: Decoded,
    name: str,
    source: str,
    *,
    lines: pl.Series | None = None,
    bad: tuple[Quarantined, ...] = (),
    names: list[str] | None = None,
    said: tuple[str, ...] = (),
) -> Cells:
    body = rows.frame()
    if body.width == 0:
        raise DataError("the JSON holds no columns", where=source, mend="A list of objects is expected.")
    header = None if rows.arrays else body.columns
    if rows.arrays and names is not None:
        header = names
    if header is not None and any("." in c for c in header):
        said = ("Objects inside objects became columns with dotted names", *said)
    body.columns = [str(i) for i in range(body.width)]
    if lines is None:
        lines = pl.int_range(1, body.height + 1 + len(rows.odd), dtype=pl.Int64, eager=True).alias("line")
        lines = lines.filter(~lines.is_in(list(rows.odd))) if rows.odd else lines
        bad = tuple(_no_row(number, value) for number, value in rows.odd.items())
    if header is not None:
        body = pl.concat([pl.DataFrame([header], schema=body.schema, orient="row"), body])
        lines = pl.concat([pl.Series("line", [0], dtype=pl.Int64), lines])
    reading = Reading(
        "json", decoded.encoding, confidence=decoded.confidence, assumptions=said, problems=decoded.problems
    )
    return Cells(name, source, body, lines, reading, header=header is not None or None, unreadable=bad)
