"""A JSON document -> the tables in it, row by row, so that it is never held whole as Python's objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl

from .rows import MixedRowsError, Rows, cell

__all__ = ["BrokenJsonError", "JsonTable", "walk"]

_scan = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]
_BLANK = re.compile(r"[ \t\n\r]*")
_NESTED = re.compile(r'"[^"]*"\s*:\s*[\[{]')
_DEEPEST = 3
_LONG = 1_000
_MANY = 5
_ABOUT_THE_DATA = frozenset(
    "columns errors facets fields includes index link links messages meta metadata schema view warnings".split()
)


class BrokenJsonError(ValueError):
    """The text is not JSON; ``at`` is where."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(slots=True)
class JsonTable:
    """A table of a document: the keys that lead to it, its rows, and the names of columns where rows are arrays."""

    path: tuple[str, ...]
    rows: Rows
    names: list[str] | None = None


@dataclass(slots=True)
class _Column:
    """A long object of plain values, held as cells."""

    keys: tuple[str, ...]
    cells: pl.Series


def walk(text: str) -> list[JsonTable]:
    """Return the tables of a document.

    They are the document itself, where it is an array; or else its arrays of objects or arrays, at most three
    levels down and on the level of the longest; or else the columns or the rows that its members are, as pandas
    writes them; or else the document as the one row. Values that follow one another are rows too.

    Raises
    ------
    BrokenJsonError
        If it is not JSON.
    """
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        rows, end = _array(text, at)
        tables = [JsonTable((), rows)]
    else:
        tables = []
        value, end = _value(text, at, (), tables)
        if _skip(text, end) == len(text):
            return _of_object(value, tables) if isinstance(value, dict) else []
    if _skip(text, end) == len(text):
        return tables if rows.height else []
    for arrays in (None, False):
        rows = Rows(arrays)
        with suppress(MixedRowsError):
            rows.extend(_series(text, at))
            return [JsonTable((), rows)]
    raise AssertionError("rows that need not be arrays are never mixed")


def _skip(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]


def _read(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _scan(text, at)
    except StopIteration as error:
        raise BrokenJsonError(int(error.value)) from None
    except json.JSONDecodeError as error:
        raise BrokenJsonError(error.pos) from None
    return value, end


def _series(text: str, at: int) -> Iterator[Any]:
    """Yield values that follow one another, with blanks or a comma between them, and of arrays of objects these."""
    while at < len(text):
        value, at = _read(text, at)
        if not isinstance(value, (dict, list)):
            raise BrokenJsonError(at)
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            yield from value
        else:
            yield value
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at : at + 1] == "," else at


def _array(text: str, at: int) -> tuple[Rows, int]:
    """Read the array at ``at`` as rows; return them and where it ends."""
    try:
        return _array_as(text, at, Rows())
    except MixedRowsError:
        return _array_as(text, at, Rows(arrays=False))


def _array_as(text: str, at: int, rows: Rows) -> tuple[Rows, int]:
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = _read(text, at)
        rows.add(value)
        at = _skip(text, at)
        sign = text[at : at + 1]
        if sign == ",":
            at = _skip(text, at + 1)
        if sign not in {",", "]"} or (sign == ",") == (text[at : at + 1] == "]"):
            raise BrokenJsonError(at)
    rows.flush()
    return rows, at + 1


def _value(text: str, at: int, path: tuple[str, ...], tables: list[JsonTable]) -> tuple[Any, int]:
    """Read a value. Tables in it go to ``tables``; a long object of plain values comes back as a column."""
    sign, inner = text[at : at + 1], _skip(text, at + 1)
    if sign == "[" and path and text[inner : inner + 1] in {"{", "["}:
        rows, end = _array(text, at)
        tables.append(JsonTable(path, rows))
        return None, end
    if sign == "{" and len(path) < _DEEPEST and (not path or _NESTED.match(text, inner)):
        return _object(text, inner, path, tables)
    value, end = _read(text, at)
    long = isinstance(value, dict) and len(value) >= _LONG
    if long and not any(isinstance(v, (dict, list)) for v in value.values()):
        return _Column(tuple(value), pl.Series([cell(v) for v in value.values()], dtype=pl.String)), end
    return value, end


def _object(text: str, at: int, path: tuple[str, ...], tables: list[JsonTable]) -> tuple[dict[str, Any], int]:
    members: dict[str, Any] = {}
    while text[at : at + 1] == '"':
        key, at = _read(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise BrokenJsonError(at)
        known = len(tables)
        value, at = _value(text, _skip(text, at + 1), (*path, key), tables)
        if len(tables) == known or value:
            members[key] = value
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
        if text[at : at + 1] != '"':
            raise BrokenJsonError(at)
    if text[at : at + 1] != "}":
        raise BrokenJsonError(at)
    return members, at + 1


def _of_object(members: dict[str, Any], tables: list[JsonTable]) -> list[JsonTable]:
    _within(members, (), tables)
    tables = [t for t in tables if t.rows.height]
    records = [t for t in tables if not t.rows.arrays or t.rows.width > 1]
    if records:
        return _chosen(records, members)
    by_member = _by_member(members)
    inner: Any = members
    while not by_member and isinstance(inner, dict) and len(inner) == 1:
        inner = next(iter(inner.values()))
        by_member = _by_member(inner) if isinstance(inner, dict) and len(inner) >= _MANY else []
    if by_member or not members:
        return by_member
    rows = Rows(arrays=False)
    rows.add(_plain(members))
    return [JsonTable((), rows)]


def _within(members: Mapping[str, Any], path: tuple[str, ...], tables: list[JsonTable]) -> None:
    """Add the arrays of objects in objects that were read whole."""
    for key, value in members.items():
        if isinstance(value, dict) and len(path) < _DEEPEST - 1:
            _within(value, (*path, key), tables)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            rows = Rows(arrays=False)
            rows.extend(value)
            rows.flush()
            tables.append(JsonTable((*path, key), rows))


def _chosen(tables: list[JsonTable], members: Mapping[str, Any]) -> list[JsonTable]:
    """Return the longest table, and those beside it that are not about it."""
    about = [t for t in tables if t.path[-1].lower() in _ABOUT_THE_DATA]
    best = max([t for t in tables if t not in about] or tables, key=lambda t: t.rows.height)
    beside = [t for t in tables if t is not best and t not in about and t.path[:-1] == best.path[:-1]]
    if best.rows.arrays:
        lists = [v for v in members.values() if isinstance(v, list) and all(isinstance(c, str) for c in v)]
        names = [*lists, *(_names_in(t.rows) for t in about)]
        best.names = next((n for n in names if len(n) == best.rows.width), None)
    return [best, *(t for t in beside if not t.rows.arrays)]


def _names_in(rows: Rows) -> list[str]:
    """Return the names of columns that a description of them gives, as open-data portals write it."""
    if rows.arrays or rows.height > 5_000:
        return []
    frame = rows.frame(keep=True)
    known = next((c for c in ("name", "id", "fieldName") if c in frame.columns), None)
    return [] if known is None else [str(n) for n in frame[known].to_list()]


def _by_member(members: Mapping[str, Any]) -> list[JsonTable]:
    """Read ``{"column": {"row": value}}``, ``{"column": [values]}`` or ``{"row": {"column": value}}``."""
    values = list(members.values())
    first = values[0] if values else None
    if isinstance(first, _Column) and all(isinstance(v, _Column) and v.keys == first.keys for v in values):
        return [JsonTable((), Rows.of({c: v.cells for c, v in members.items()}))]
    if isinstance(first, list) and first and all(isinstance(v, list) and len(v) == len(first) for v in values):
        columns = {c: pl.Series([cell(x) for x in v], dtype=pl.String) for c, v in members.items()}
        return [JsonTable((), Rows.of(columns))]
    if isinstance(first, dict) and first and len(values) > 1:
        if not all(isinstance(v, dict) and v for v in values) or not _of_one_kind(values):
            return []
        rows = Rows(arrays=False)
        same = all(v.keys() == first.keys() for v in values)
        if same and all(str(k).isdigit() for k in first):
            rows.extend({c: v[k] for c, v in members.items()} for k in first)
        else:
            rows.extend({"key": k, **v} for k, v in members.items())
        return [JsonTable((), rows)]
    return []


def _of_one_kind(values: list[Any]) -> bool:
    """Whether objects have the same keys, or are many and have most keys in common."""
    keys = {k for v in values for k in v}
    filled = sum(map(len, values))
    return filled == len(keys) * len(values) or (len(values) >= _MANY and filled >= 0.7 * len(keys) * len(values))


def _plain(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        k: dict(zip(v.keys, v.cells.to_list(), strict=True)) if isinstance(v, _Column) else v
        for k, v in members.items()
    }
