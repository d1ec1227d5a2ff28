"""Delimited text -> cells: rows of the usual width are read, the others are padded, trimmed or set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ..errors import DataError
from .assemble import Cells
from .dialect import Dialect, sniff, unify
from .encoding import Decoded, decode
from .records import Records, find_records
from .table import Quarantined, Reading

__all__ = ["read_text"]

_PAD_SHARE = 0.05
Ints = np.ndarray[Any, np.dtype[np.int64]]


def read_text(raw: bytes, name: str, source: str, kind: str = "csv") -> list[Cells]:
    """Read delimited text.

    Returns
    -------
    list of Cells
        One for each table in the file: several only where blank lines part blocks of different shape.

    Raises
    ------
    DataError
        If there is nothing in it, or no text.
    """
    decoded = decode(raw, source)
    if not decoded.data.strip():
        raise DataError("the file is empty", where=source, mend="Ask for it again.")
    body, declared = _declared(decoded.data)
    dialect = declared or sniff(body)
    body, dialect = unify(body, dialect)
    records = find_records(body, dialect)
    blocks = _blocks(records)
    found = [_block(records, block, decoded, name, source, kind) for block in blocks]
    if len(found) > 1:
        found = [_numbered(c, i, len(found)) for i, c in enumerate(found, start=1)]
    return found


def _declared(data: bytes) -> tuple[bytes, Dialect | None]:
    """Take off Excel's first line ``sep=;``, which names the delimiter."""
    head, _, rest = data.partition(b"\n")
    text = head.decode("utf-8", "replace").strip().strip('"')
    if text.lower().startswith("sep=") and len(text) == 5:
        return b"\n" + rest, Dialect(text[4], '"', original=text[4])
    return data, None


def _numbered(cells: Cells, number: int, total: int) -> Cells:
    from dataclasses import replace

    said = f"The file holds {total} tables, parted by blank lines; this is number {number}"
    reading = replace(cells.reading, assumptions=(said, *cells.reading.assumptions))
    name = cells.name if number == 1 else f"{cells.name}.table_{number}"
    return replace(cells, name=name, reading=reading)


def _blocks(records: Records) -> list[Ints]:
    """Return the records of each table, in order. Blank records belong to none."""
    full = np.flatnonzero(~records.blank())
    if len(full) == 0:
        return [full]
    breaks = np.flatnonzero(np.diff(full) > 1) + 1
    if len(breaks) == 0 or len(breaks) > 200 or records.counts[full].max() < 2:
        return [full]
    pieces = np.split(full, breaks)
    tables: list[Ints] = []
    for piece in pieces:
        width = _usual(records.counts[piece])
        regular = width >= 2 and len(piece) >= 3 and (records.counts[piece] == width).mean() > 0.8
        if regular and tables and _is_table(records, tables[-1]):
            before = _usual(records.counts[tables[-1]])
            if before != width or _new_header(records, tables[-1], piece):
                tables.append(piece)
                continue
        if tables:
            tables[-1] = np.concatenate((tables[-1], piece))
        else:
            tables.append(piece)
    return tables


def _is_table(records: Records, piece: Ints) -> bool:
    counts = records.counts[piece]
    return bool(_usual(counts) >= 2 and (counts == _usual(counts)).sum() >= 3)


def _new_header(records: Records, before: Ints, piece: Ints) -> bool:
    """Whether a block of the same width starts with another header than the one before."""
    from .layout import header_score

    width = _usual(records.counts[piece])
    head = records.cells(piece[:50], width)
    top = records.cells(before[:1], width).row(0)
    return head.row(0) != top and header_score(head) > 0.5


def _usual(counts: Ints) -> int:
    if len(counts) == 0:
        return 0
    many = np.bincount(counts)
    wide = many.copy()
    wide[:2] = 0
    if wide.sum() >= 0.3 * many.sum():
        many = wide
    return int(many.argmax())


@dataclass(slots=True)
class _Fit:
    """Which records make the table, how wide it is, and what was done to get there."""

    rows: Ints
    width: int
    removed: list[Quarantined]
    unreadable: list[Quarantined]
    assumptions: list[str]
    short_header: bool = False


def _block(records: Records, block: Ints, decoded: Decoded, name: str, source: str, kind: str) -> Cells:
    fit = _fit(records, block)
    cells = records.cells(fit.rows, fit.width)
    cells, said = _trailing(cells) if fit.short_header else (cells, ())
    dialect = records.dialect
    shown = {
        "delimiter": dialect.original or dialect.delimiter,
        "quote": dialect.quote if dialect.quote and dialect.quote.encode() in records.data else "",
        "escape": dialect.escape or ("doubled quotes" if dialect.quote else ""),
        "line_ends": decoded.line_ends,
    }
    reading = Reading(
        format=kind,
        encoding=decoded.encoding,
        dialect=shown,
        confidence=round(decoded.confidence * dialect.confidence, 3),
        assumptions=(*decoded.assumptions, *fit.assumptions, *said),
        quarantined=tuple(fit.removed),
        problems=decoded.problems,
    )
    lines = pl.Series("line", records.lines[fit.rows], dtype=pl.Int64)
    return Cells(name, source, cells, lines, reading, unreadable=tuple(fit.unreadable))


def _fit(records: Records, block: Ints) -> _Fit:
    counts = records.counts[block]
    width = _usual(counts)
    head = int(counts[0]) if len(counts) else 0
    if head > width and (counts <= head).all() and (counts == head).sum() >= 2:
        width = head
    fit = _Fit(block, width, [], [], [])
    if width == 0 or bool((counts == width).all()):
        return fit
    start, end = _edges(counts, width)
    if start:
        fit.removed += _aside(records, block[:start], "above the header")
        fit.assumptions.append(f"{start} line{'s' if start > 1 else ''} above the header taken for a title")
    if end < len(block):
        fit.removed += _aside(records, block[end:], "below the table")
        rest = len(block) - end
        fit.assumptions.append(f"{rest} line{'s' if rest > 1 else ''} below the table taken for notes")
    block, counts = block[start:end], counts[start:end]
    fit.width, tolerated = _tolerated(records, block, counts, width, fit.assumptions)
    fit.rows = block[tolerated]
    fit.short_header = int(counts[0]) == fit.width - 1
    for i in block[~tolerated].tolist():
        wide = int(records.counts[i])
        reason = f"{wide} fields where {fit.width} were expected"
        fit.unreadable.append(Quarantined(int(records.lines[i]), reason, records.text(i)[:2000]))
    return fit


def _aside(records: Records, rows: Ints, reason: str) -> list[Quarantined]:
    return [Quarantined(int(records.lines[i]), reason, records.text(i)[:2000]) for i in rows.tolist()]


def _edges(counts: Ints, width: int) -> tuple[int, int]:
    """Return the first and one past the last record of the table: those of its width, or nearly."""
    near = np.flatnonzero(counts == width)
    start, end = int(near[0]), int(near[-1]) + 1
    if start and counts[start - 1] in {width - 1, width + 1} and counts[start - 1] >= 2:
        start -= 1
    if start > 100:
        start = 0
    tail = counts[end:]
    odd = tail >= max(2, width - 1)
    if odd.any():
        end += int(np.flatnonzero(odd)[-1]) + 1
    if len(counts) - end > 100:
        end = len(counts)
    return start, end


def _tolerated(
    records: Records, block: Ints, counts: Ints, width: int, assumptions: list[str]
) -> tuple[int, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return the width of the table, and which records can be read at that width without guessing."""
    good = counts == width
    head = int(counts[0])
    if head == width - 1 and width > 2 and bool((counts[1:] == width).mean() > 0.9):
        good[0] = True
    if head > width:
        short = counts < head
        assumptions.append(
            f"Rows end early: fields missing at the end of {int(short.sum())} rows were taken as empty"
        )
        return head, counts <= head
    short = counts < width
    if short.mean() > _PAD_SHARE and head == width:
        assumptions.append(
            f"Rows end early: fields missing at the end of {int(short.sum())} rows were taken as empty"
        )
        good |= short
    long = np.flatnonzero(counts > width)
    if 0 < len(long) <= 200_000:
        mark = records.dialect.delimiter
        for i in long.tolist():
            extra = int(counts[i]) - width
            if records.text(int(block[i])).rstrip(" ").endswith(mark * extra):
                good[i] = True
    return width, good


def _trailing(cells: pl.DataFrame) -> tuple[pl.DataFrame, Sequence[str]]:
    """Align a header that lacks the name of the first column, as R writes it."""
    if cells.height < 2 or cells.width < 3:
        return cells, ()
    first = cells.row(0)
    last = cells.columns[-1]
    body = cells[last].slice(1)
    if first[-1] is None and all(first[:-1]) and (body.is_null() | (body == "")).all():
        return cells.drop(last), ("Every row ends with a delimiter",)
    if first[-1] is None and all(first[:-1]):
        shifted = pl.DataFrame([[None, *first[:-1]]], schema=cells.schema, orient="row")
        return pl.concat([shifted, cells.slice(1)]), ("The header lacks the name of the first column",)
    return cells, ()
