"""Tables that stand side by side in one sheet, parted by an empty column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from .assemble import Cells
from .furniture import all_blank

__all__ = ["apart"]

_HEAD = 50


def apart(found: Iterable[Cells]) -> list[Cells]:
    """Return each table on its own.

    Blocks of columns are tables of their own only where they are of different length: of equal length, their rows
    may belong together.
    """
    return [part for cells in found for part in _parts(cells)]


def _parts(given: Cells) -> list[Cells]:
    blocks = _blocks(given.cells)
    if len(blocks) < 2:
        return [given]
    ends = [_end(given.cells.select(b)) for b in blocks]
    if any(e < 3 for e in ends) or max(ends) - min(ends) < 2:
        return [given]
    parts = []
    for number, (block, end) in enumerate(zip(blocks, ends, strict=True), start=1):
        cells = given.cells.select(block).head(end)
        cells.columns = [str(i) for i in range(cells.width)]
        said = f"The sheet holds {len(blocks)} tables side by side; this is number {number}"
        reading = replace(given.reading, assumptions=(said, *given.reading.assumptions))
        if number > 1:
            reading = replace(reading, quarantined=(), problems=())
        name = given.name if number == 1 else f"{given.name}.table_{number}"
        lines = given.lines.head(end)
        unreadable = given.unreadable if number == 1 else ()
        parts.append(replace(given, name=name, cells=cells, lines=lines, reading=reading, unreadable=unreadable))
    return parts


def _blocks(cells: pl.DataFrame) -> list[list[str]]:
    """Return the blocks of columns between columns that are empty from top to bottom."""
    if not 5 <= cells.width <= 500 or cells.height < 4:
        return []
    blocks: list[list[str]] = [[]]
    for name in cells.columns:
        if all_blank(cells[name].head(_HEAD)) and all_blank(cells[name]):
            blocks.append([])
        else:
            blocks[-1].append(name)
    blocks = [b for b in blocks if b]
    if len(blocks) < 2 or any(len(b) < 2 for b in blocks):
        return []
    full = [all((c or "").strip() for c in cells.select(b).row(0)) for b in blocks]
    return blocks if all(full) else []


def _end(block: pl.DataFrame) -> int:
    """Return how many rows the block has; 0 where it has gaps."""
    filled = block.select(pl.any_horizontal((pl.all().str.strip_chars() != "").fill_null(False)).alias("filled"))[
        "filled"
    ]
    rows = int(filled.sum())
    return rows if bool(filled.head(rows).all()) else 0
