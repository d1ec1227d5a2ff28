"""Rows of JSON -> columns of text, some thousand rows at a time: Python's objects take far more room than cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

__all__ = ["MixedRowsError", "Rows", "SparseRowsError", "cell"]

_DEEPEST = 20
_ROWS_A_PART = 5_000
_MOST_CELLS, _EMPTY = 2_000_000, 50
"""Of so many cells, one in 50 must be filled."""


class MixedRowsError(Exception):
    """Not all rows are arrays, as the first ones were."""


class SparseRowsError(Exception):
    """The objects have hardly a key in common: a table of them would be many times as large, and empty."""


class Rows:
    """Columns that grow row by row.

    Objects inside objects become columns with dotted names; arrays stay JSON text. Rows that are all arrays are
    cells by their place.

    Parameters
    ----------
    arrays : bool, optional
        Whether the rows are arrays; None: as the first one is.
    """

    def __init__(self, arrays: bool | None = None) -> None:
        self.arrays = arrays
        self.height = 0
        self.odd: dict[int, Any] = {}
        """Values among objects that are none, by their place (from 1)."""
        self._parts: dict[str, list[pl.Series]] = {}
        self._filled: dict[str, int] = {}
        self._rows: list[dict[str, str | None]] = []
        self._objects: bool | None = None
        self._seen = 0
        self._there = 0

    @classmethod
    def of(cls, columns: Mapping[str, pl.Series]) -> Rows:
        """Return rows of columns of text that are of one length."""
        rows = cls(arrays=False)
        rows._parts = {name: [cells] for name, cells in columns.items()}
        rows.height = max(map(len, columns.values()), default=0)
        rows._filled = dict.fromkeys(columns, rows.height)
        return rows

    @property
    def width(self) -> int:
        """The number of columns."""
        self.flush()
        return len(self._parts)

    def add(self, row: Any) -> bool:
        """Add a row; False where it is a lone value among objects, which is none."""
        self._seen += 1
        if self.arrays is None:
            self.arrays = isinstance(row, list)
        if self._objects is None:
            self._objects = isinstance(row, dict)
        if self._objects and not isinstance(row, (dict, list)):
            self.odd[self._seen] = row
            return False
        flat: dict[str, str | None] = {}
        if self.arrays:
            if not isinstance(row, list):
                raise MixedRowsError
            flat = {str(i): cell(v) for i, v in enumerate(row)}
        else:
            _flatten(row if isinstance(row, dict) else {"value": row}, "", flat, 0)
        self._rows.append(flat)
        if len(self._rows) >= _ROWS_A_PART:
            self.flush()
        return True

    def extend(self, rows: Iterable[Any]) -> None:
        """Add rows."""
        for row in rows:
            self.add(row)

    def frame(self, *, keep: bool = False) -> pl.DataFrame:
        """Return the cells as text; unless they are kept, there are no rows afterwards."""
        self.flush()
        columns = [
            pl.concat([*parts, _empty(self.height - self._filled[name])]).alias(name)
            for name, parts in self._parts.items()
        ]
        if not keep:
            self._parts = {}
        return pl.DataFrame(columns)

    def flush(self) -> None:
        """Take in the rows that were added last."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        names = dict.fromkeys(key for row in rows for key in row)
        self._there += sum(map(len, rows))
        cells = len(self._parts.keys() | names) * (self.height + len(rows))
        if cells > max(_MOST_CELLS, _EMPTY * self._there):
            raise SparseRowsError
        for name in names:
            parts = self._parts.setdefault(name, [])
            behind = self.height - self._filled.get(name, 0)
            if behind:
                parts.append(_empty(behind))
            parts.append(pl.Series([row.get(name) for row in rows], dtype=pl.String))
            self._filled[name] = self.height + len(rows)
        self.height += len(rows)


def _empty(count: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, count)


def _flatten(value: Mapping[str, Any], prefix: str, flat: dict[str, str | None], depth: int) -> None:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict) and len(item) == 1:
            item = _plain(item)
        if isinstance(item, dict) and item and depth < _DEEPEST:
            _flatten(item, f"{name}.", flat, depth + 1)
        else:
            flat[name] = cell(item)


_EXTENDED = frozenset(
    "$oid $date $numberLong $numberInt $numberDouble $numberDecimal $uuid $symbol $undefined $code".split()
)


def _plain(value: Mapping[str, Any]) -> Any:
    """Return what an object of MongoDB's Extended JSON (version 2) stands for: ``{"$numberLong": "7"}`` is 7."""
    ((key, inner),) = value.items()
    if key not in _EXTENDED:
        return value
    if key == "$undefined":
        return None
    if key != "$date":
        return inner
    ticks: Any = inner.get("$numberLong") if isinstance(inner, dict) and len(inner) == 1 else inner
    try:
        moment = datetime(1970, 1, 1) + timedelta(milliseconds=int(ticks))
    except (TypeError, ValueError, OverflowError):
        return inner
    return moment.isoformat(sep=" ")


def cell(value: Any) -> str | None:
    """Return a value as the text of a cell."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace").decode("utf-8")
    return repr(value)
