"""The cells of a sheet as columns of text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import polars as pl

from ..cells.assemble import Cells
from ..table import Reading
from .pieces import Irregular

__all__ = ["Part", "sheet_cells"]

_MOST_CELLS = 200_000_000
_ROWS_A_PART = 1_000
_MOST_FILLED = 1_000_000
_Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
_Errors = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Part:
    """Some or all rows of a sheet, as calamine has them; ``above``: how many rows come before its first one."""

    cells: Any
    merged: _Merged = ()
    above: int = 0


@dataclass(slots=True)
class _Gathered:
    """What was read of a sheet: rows that are not blank, by column, and their numbers (from 0)."""

    frames: list[pl.DataFrame]
    rows: list[pl.Series]
    right: int = 0
    top: int = 1 << 30
    last: int = -1
    above: dict[int, Any] = field(default_factory=dict)
    filled: int = 0


def sheet_cells(parts: Iterable[Part], sheet: str, name: str, source: str, errors: _Errors) -> Cells | None:
    """Return the cells of a sheet; None where it has none or too many.

    Raises
    ------
    Irregular
        If parts follow one another out of order.
    """
    found = _Gathered([], [])
    for part in parts:
        if part.cells.start is None:
            continue
        if part.cells.height * part.cells.width > _MOST_CELLS:
            return None
        _gather(found, part, errors)
    if not found.frames:
        return None
    cells = _joined(found)
    lines = pl.concat(found.rows) + 1
    said = [f"{found.filled} cells below merged ones were filled with what these hold"] if found.filled else []
    reading = Reading(format="workbook", sheet=sheet, assumptions=(*_passed_over(found, lines), *said))
    return Cells(name, f"{source}#{sheet}", cells, lines.alias("line"), reading, serial_dates=True)


def _joined(found: _Gathered) -> pl.DataFrame:
    """Return all rows, without the columns at either side that have no cell."""
    filled = sorted({int(c) for f in found.frames for c in f.columns if f[c].null_count() < f.height})
    names = [str(c) for c in range(filled[0], min(filled[-1], found.right) + 1)]
    frames = [
        f.select(pl.col(c) if c in f.columns else pl.lit(None, dtype=pl.String).alias(c) for c in names)
        for f in found.frames
    ]
    found.frames.clear()
    cells = pl.concat(frames, rechunk=False)
    cells.columns = [str(i) for i in range(cells.width)]
    return cells


def _passed_over(found: _Gathered, lines: pl.Series) -> tuple[str, ...]:
    many = found.last + 1 - found.top - len(lines)
    if not many:
        return ()
    return (f"{many} blank row{'s' if many > 1 else ''} of the sheet {'were' if many > 1 else 'was'} passed over",)


def _gather(found: _Gathered, part: Part, errors: _Errors) -> None:
    """Add the rows of a part, made some at a time: Python's values take far more room."""
    top, left = part.cells.start
    first = top + part.above
    if first <= found.last:
        raise Irregular
    found.top, found.right = min(found.top, first), max(found.right, left + part.cells.width - 1)
    by_row: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), text in errors.items():
        if first <= row < first + part.cells.height:
            by_row[row].append((column - left, text))
    groups, down = _groups(part.merged), _downward(part.merged, found.top)
    numbered = islice(enumerate(part.cells.iter_rows(), start=part.above), top, None)
    while batch := list(islice(numbered, _ROWS_A_PART)):
        reach = max((b for n, _ in batch for _, b in groups.get(n, ())), default=0) + 1 - left
        for number, row in batch:
            row += [""] * (reach - len(row))
            for a, b in groups.get(number, ()):
                if a >= left:
                    row[a - left : b - left + 1] = [row[a - left]] * (b - a + 1)
            for column, is_first in down.get(number, ()):
                if not left <= column < left + len(row):
                    continue
                if is_first:
                    found.above[column] = row[column - left]
                elif row[column - left] == "":
                    row[column - left] = found.above.get(column, "")
                    found.filled += 1
            for column, text in by_row.get(number, ()):
                if 0 <= column < len(row):
                    row[column] = text
        _add(found, [r for _, r in batch], batch[0][0], left)


def _add(found: _Gathered, rows: list[list[Any]], first: int, left: int) -> None:
    frame = pl.DataFrame([_texts(values).alias(str(left + i)) for i, values in enumerate(zip(*rows, strict=True))])
    full = frame.to_series(0).is_not_null()
    for column in frame.iter_columns():
        if full.all():
            break
        full |= column.is_not_null()
    numbers = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).filter(full)
    if len(numbers):
        found.frames.append(frame if full.all() else frame.filter(full))
        found.rows.append(numbers)
        found.last = int(numbers[-1])


def _texts(values: Sequence[Any]) -> pl.Series:
    """Return the texts of a column; numbers together, as there are so many of them."""
    kinds = set(map(type, values))
    if float in kinds and kinds <= {float, str}:
        numbers = [v if type(v) is float else None for v in values]
        if len(kinds) == 1 or not any(v for v in values if type(v) is str):
            return _numbers(pl.Series(numbers, dtype=pl.Float64))
    return pl.Series([_text(v) for v in values], dtype=pl.String)


def _numbers(values: pl.Series) -> pl.Series:
    """Return numbers as ``_text`` writes them."""
    size = values.abs()
    if not ((size == 0) | ((size >= 1e-4) & (size < 1e15))).all():  # those have exponents
        return pl.Series([_text(v) for v in values], dtype=pl.String)
    whole = values.cast(pl.Int64)
    return whole.cast(pl.String).zip_with((whole == values).fill_null(True), values.cast(pl.String))


def _groups(merged: _Merged) -> Mapping[int, list[tuple[int, int]]]:
    """Return the merged cells that repeat their text, by row: where several stand side by side, they head groups
    of columns."""
    across = [(a, b) for a, b in merged if a[0] == b[0] and b[1] > a[1]]
    often = Counter(a[0] for a, _ in across)
    groups: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b in across:
        if often[a[0]] > 1:
            groups[a[0]].append((a[1], b[1]))
    return groups


def _downward(merged: _Merged, top: int) -> Mapping[int, list[tuple[int, bool]]]:
    """Return the cells that are merged down a column, by row: their column, and whether the row is their first.

    Only those of columns with several of them, and none that begins in the first row or where cells are merged
    across: those are of the header.
    """
    across = {a[0] for a, b in merged if a[0] == b[0] and b[1] > a[1]}
    long = [(a, b) for a, b in merged if a[1] == b[1] and b[0] > a[0] and a[0] != top and a[0] not in across]
    often = Counter(a[1] for a, _ in long)
    down: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    if sum(b[0] - a[0] for a, b in long) > _MOST_FILLED:
        return down
    for a, b in long:
        for row in range(a[0], b[0] + 1) if often[a[1]] > 1 else ():
            down[row].append((a[1], row == a[0]))
    return down


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
