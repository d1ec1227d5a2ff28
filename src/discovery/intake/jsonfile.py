"""JSON and JSON lines -> cells.

Objects inside objects become columns with dotted names (``address.city``); arrays inside rows stay JSON text.
A file that is one object is searched for its longest array of objects (at most three levels down): the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from ..errors import DataError
from .assemble import Cells, table_of_frame
from .columnar import plain_frame
from .encoding import Decoded, decode
from .table import Quarantined, Reading, Table

__all__ = ["read_json", "read_regular_lines"]

_DEEPEST = 20
_LARGE = 1 << 22


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
    try:
        if not lines:
            document = _document(decoded, source)
            if document is not None:
                return [_cells(document, decoded, name, source)]
        return [_lines(decoded, name, source)]
    except RecursionError:
        raise DataError("the JSON is nested too deeply", where=source, mend="Ask for a flat export.") from None


def read_regular_lines(raw: bytes, name: str, source: str) -> Table | None:
    """Read large JSON lines that are all of one shape at once; None where a line needs the tolerant reader."""
    head = raw[:200_000].lstrip()
    if len(raw) < _LARGE or not head.startswith(b"{") or b"\n" not in head or not _first_line_parses(head):
        return None
    try:
        frame = pl.read_ndjson(raw, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return None
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    if frame.height != lines or frame.width == 0:
        return None
    frame, said = plain_frame(frame)
    reading = Reading("json", "utf-8", header_row=0, assumptions=said)
    return table_of_frame(name, source, frame, reading)


def _document(decoded: Decoded, source: str) -> list[Any] | None:
    """Return the rows of a JSON document; None where the file holds JSON lines."""
    try:
        document = json.loads(decoded.data)
    except ValueError as error:
        head = decoded.data.lstrip()[:1]
        several = b"\n" in decoded.data.strip()
        if several and head in b"{[" and _first_line_parses(decoded.data):
            return None
        at = getattr(error, "lineno", None)
        said = f"the file is not valid JSON{f' (line {at})' if at else ''}"
        raise DataError(said, where=source, mend="Ask for it again.") from None
    if isinstance(document, dict):
        return _rows_within(document) or _columns(document) or [document]
    if isinstance(document, list) and document:
        return document
    raise DataError("the JSON holds no rows", where=source, mend="A list of objects is expected.")


def _first_line_parses(data: bytes) -> bool:
    good = 0
    for line in data.split(b"\n", 200)[:200]:
        if line.strip():
            try:
                good += isinstance(json.loads(line), (dict, list))
            except ValueError:
                continue
    return good > 0


def _rows_within(document: Mapping[str, Any], depth: int = 0) -> list[Any]:
    best: list[Any] = []
    for value in document.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found = value
        elif isinstance(value, dict) and depth < 2:
            found = _rows_within(value, depth + 1)
        else:
            continue
        if len(found) > len(best):
            best = found
    return best


def _columns(document: Mapping[str, Any]) -> list[Any]:
    """Return the rows of ``{"column": {"row": value}}`` or ``{"column": [values]}``, as pandas writes them."""
    values = list(document.values())
    if values and all(isinstance(v, list) and len(v) == len(values[0]) for v in values) and values[0]:
        return [dict(zip(document, row, strict=True)) for row in zip(*values, strict=True)]
    if len(values) > 1 and all(isinstance(v, dict) and v.keys() == values[0].keys() for v in values) and values[0]:
        numbered = all(str(k).isdigit() for k in values[0])
        if numbered:
            return [{c: v[k] for c, v in document.items()} for k in values[0]]
        return [{"key": k, **v} for k, v in document.items()]
    return []


def _lines(decoded: Decoded, name: str, source: str) -> Cells:
    rows: list[Any] = []
    numbers: list[int] = []
    bad: list[Quarantined] = []
    for number, line in enumerate(decoded.data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            reason = f"not valid JSON: {str(error).split(':')[0]}"
            bad.append(Quarantined(number, reason, line[:2000].decode("utf-8", "replace")))
            continue
        rows.append(value)
        numbers.append(number)
    if not rows:
        raise DataError("no line is valid JSON", where=source, mend="Ask for it again.")
    return _cells(rows, decoded, name, source, numbers, bad)


def _cells(
    rows: list[Any],
    decoded: Decoded,
    name: str,
    source: str,
    numbers: list[int] | None = None,
    bad: Iterable[Quarantined] = (),
) -> Cells:
    if rows and all(isinstance(r, list) for r in rows):
        return _arrays(rows, decoded, name, source, numbers, tuple(bad))
    columns: dict[str, list[str | None]] = {}
    for i, row in enumerate(rows):
        flat: dict[str, str | None] = {}
        _flatten(row if isinstance(row, dict) else {"value": row}, "", flat, 0)
        for key, value in flat.items():
            if key not in columns:
                columns[key] = [None] * i
            columns[key].append(value)
        if len(flat) < len(columns):
            for key, cells in columns.items():
                if key not in flat:
                    cells.append(None)
    if not columns:
        raise DataError("the JSON holds no columns", where=source, mend="A list of objects is expected.")
    header = pl.DataFrame([list(columns)], schema=[str(i) for i in range(len(columns))], orient="row")
    body = pl.DataFrame([pl.Series(str(i), c, dtype=pl.String) for i, c in enumerate(columns.values())])
    lines = pl.Series("line", [0, *(numbers or range(1, len(rows) + 1))], dtype=pl.Int64)
    return _made(
        pl.concat([header, body]), lines, decoded, name, source, tuple(bad), any("." in c for c in columns)
    )


def _arrays(
    rows: list[Any],
    decoded: Decoded,
    name: str,
    source: str,
    numbers: list[int] | None,
    bad: tuple[Quarantined, ...],
) -> Cells:
    width = max(len(r) for r in rows)
    if width == 0:
        raise DataError("the JSON holds no columns", where=source, mend="A list of objects is expected.")
    columns = [
        pl.Series(str(i), [_text(r[i]) if i < len(r) else None for r in rows], dtype=pl.String)
        for i in range(width)
    ]
    lines = pl.Series("line", numbers or range(1, len(rows) + 1), dtype=pl.Int64)
    reading = Reading("json", decoded.encoding, confidence=decoded.confidence, problems=decoded.problems)
    return Cells(name, source, pl.DataFrame(columns), lines, reading, unreadable=bad)


def _made(
    cells: pl.DataFrame,
    lines: pl.Series,
    decoded: Decoded,
    name: str,
    source: str,
    bad: tuple[Quarantined, ...],
    nested: bool,
) -> Cells:
    said = ("Objects inside objects became columns with dotted names",) if nested else ()
    reading = Reading(
        "json", decoded.encoding, confidence=decoded.confidence, assumptions=said, problems=decoded.problems
    )
    return Cells(name, source, cells, lines, reading, header=True, unreadable=bad)


def _flatten(value: Mapping[str, Any], prefix: str, flat: dict[str, str | None], depth: int) -> None:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict) and item and depth < _DEEPEST:
            _flatten(item, f"{name}.", flat, depth + 1)
        else:
            flat[name] = _text(item)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace").decode("utf-8")
    return repr(value)
