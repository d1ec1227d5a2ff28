"""Tables that stand side by side or one below the other in one sheet, parted by an empty column or empty rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ..cells.assemble import Cells
from ..cells.compact import as_text
from ..cells.furniture import all_blank
from ..cells.header import are_names, header_score
from ..table import Quarantined

__all__ = ["apart"]

_HEAD = 50
_MOST_GAPS = 50
_MOST_COLUMNS = 500
_NOTES, _NOTES_WIDE = 20, 3


def apart(found: Iterable[Cells]) -> list[Cells]:
    """Return each table on its own.

    Blocks of columns are tables of their own only where they are of different length: of equal length, their rows
    may belong together. Blocks of rows are, where they are of other columns and have a header of their own.
    """
    return [part for cells in found for below in _stacked(_without_notes(cells)) for part in _parts(below)]


def _without_notes(given: Cells) -> Cells:
    """Set aside the few notes that somebody wrote beside a sheet's table, an empty column away from it."""
    cells = given.cells
    if not given.reading.sheet or not 3 <= cells.width <= _MOST_COLUMNS or cells.height < 4:
        return given
    blank = [all_blank(cells[c].head(_HEAD)) and all_blank(cells[c]) for c in cells.columns]
    end = next((i for i, b in enumerate(blank) if b and i > 1), 0)
    rest = [c for c, b in zip(cells.columns[end:], blank[end:], strict=True) if not b]
    if not end or not rest or len(rest) > _NOTES_WIDE:
        return given
    filled = cells.select(rest).select(pl.any_horizontal((pl.all().str.strip_chars() != "").fill_null(False)))
    rows = filled.to_series().arg_true().to_list()
    texts = [" | ".join(c.strip() for c in cells.select(rest).row(r) if c and c.strip()) for r in rows[:_NOTES]]
    full = cells.select(cells.columns[:end]).head(_HEAD)
    width = [sum(bool((c or "").strip()) for c in row) for row in full.iter_rows()]
    header = width.index(max(width))
    if (
        len(rows) > min(_NOTES, 0.3 * cells.height)
        or header in rows
        or not any(c.isalpha() for c in "".join(texts))
    ):
        return given
    notes = [
        Quarantined(int(given.lines[r]), "a note beside the table", t) for r, t in zip(rows, texts, strict=True)
    ]
    reading = given.reading
    many = f"{len(notes)} notes" if len(notes) > 1 else "1 note"
    reading = replace(
        reading,
        assumptions=(*reading.assumptions, f"{many} beside the table were set aside"),
        quarantined=(*reading.quarantined, *notes),
    )
    kept = cells.select(cells.columns[:end])
    some = kept.select(pl.any_horizontal((pl.all().str.strip_chars() != "").fill_null(False))).to_series()
    return replace(given, cells=kept.filter(some), lines=given.lines.filter(some), reading=reading)


def _stacked(given: Cells) -> list[Cells]:
    """Part the rows of a sheet at gaps where another table begins."""
    gaps = (given.lines.diff() > 1).fill_null(False).arg_true().to_list() if given.reading.sheet else []
    if not 0 < len(gaps) <= _MOST_GAPS:
        return [given]
    starts: list[int] = [0]
    for gap, end in zip(gaps, [*gaps[1:], given.cells.height], strict=True):
        above, below = given.cells[starts[-1] : gap], given.cells[gap:end]
        if _is_table(above) and _is_table(below) and _is_other(above, below):
            starts.append(gap)
    if len(starts) == 1:
        return [given]
    parts = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], given.cells.height], strict=True), start=1):
        rows = given.cells[start:end]
        cells = rows.select([c for c in rows.columns if not all_blank(rows[c])])
        cells.columns = [str(i) for i in range(cells.width)]
        said = f"The sheet holds {len(starts)} tables, one after another; this is number {number}"
        parts.append(_part(given, number, cells, given.lines[start:end], said))
    return parts


def _is_table(rows: pl.DataFrame) -> bool:
    """Whether there are three rows of two cells or more, all of nearly the same columns."""
    widths = [sum(bool((c or "").strip()) for c in row) for row in rows.head(_HEAD).iter_rows()]
    usual = max(set(widths), key=widths.count) if widths else 0
    return len(widths) >= 3 and usual >= 2 and sum(w >= usual - 1 for w in widths) >= 0.8 * len(widths)


def _is_other(above: pl.DataFrame, below: pl.DataFrame) -> bool:
    """Whether rows begin with a header, over other columns than the rows above have."""
    if below.height > 3 and sum(bool((c or "").strip()) for c in below.row(0)) == 1:
        below = below.slice(1)  # its title
    old, new = ([c for c in b.columns if not all_blank(b[c])] for b in (above, below))
    names = [(c or "").strip() for c in below.select(new).row(0)]
    return old != new and all(names) and are_names(names) and header_score(below.select(new)) > 0.3


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
        parts.append(_part(given, number, cells, given.lines.head(end), said))
    return parts


def _part(given: Cells, number: int, cells: pl.DataFrame, lines: pl.Series, said: str) -> Cells:
    reading = replace(given.reading, assumptions=(said, *given.reading.assumptions))
    if number > 1:
        reading = replace(reading, quarantined=(), problems=())
    name = given.name if number == 1 else f"{given.name}.table_{number}"
    unreadable = given.unreadable if number == 1 else ()
    return replace(given, name=name, cells=cells, lines=lines, reading=reading, unreadable=unreadable)


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
    filled = as_text(block).select(
        pl.any_horizontal((pl.all().str.strip_chars() != "").fill_null(False)).alias("filled")
    )["filled"]
    rows = int(filled.sum())
    return rows if bool(filled.head(rows).all()) else 0
