"""Delimited text -> cells: rows of the usual width are read, the others are padded, trimmed or set aside."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from ...errors import DataError
from ..cells.assemble import Cells
from ..cells.furniture import letters
from ..cells.header import are_names
from ..table import Quarantined, Reading
from .blocks import Ints, blocks, usual_width
from .dialect import Dialect, sniff, unify
from .encoding import Decoded, decode, with_lines
from .fixed_width import of_fixed_width
from .misfit import misfit, usual_forms
from .odd_rows import (
    begun,
    broken_in_two,
    conflict_marks,
    in_quotes,
    of_one_blank_more,
    otherwise_cut,
    pushed_out,
    with_others,
    wrapped,
)
from .prose import is_prose, prose
from .records import Records, find_records
from .rewrite import from_records, unwrapped, with_plain_quotes, without_formulas, without_rulings

__all__ = ["read_text"]

_PAD_SHARE, _FEW_SHORT = 0.05, 2
_DECLARED = 1_000
_EXPLAINED = 20
_PROMPT = re.compile(r"\w{1,20}[=-]?[#>] ")
_SIGN = re.compile(rb"\S")
_SOMETHING = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_MOST_FIELDS = 100_000
_REMARKS = ("# ", "% ", "// ", "! ", "-- ")


def read_text(raw: bytes, name: str, source: str, kind: str = "csv") -> list[Cells]:
    """Read delimited text.

    Returns
    -------
    list of Cells
        One for each table in the file: several only where blocks of different shape follow one another.

    Raises
    ------
    DataError
        If there is nothing in it, or no text.
    """
    decoded = with_lines(decode(raw, source))
    if not _SIGN.search(decoded.data):
        raise DataError("the file is empty", where=source, mend="Ask for it again.")
    if not _SOMETHING.search(decoded.data):
        raise DataError("the file has no letter and no digit in it", where=source, mend="Ask for it again.")
    if kind in {"txt", "text"} and is_prose(decoded.data):
        return [prose(decoded, name, source)]
    body, declared = _declared(decoded.data)
    by_line = from_records(body)
    if by_line is not None:
        body, declared = by_line, Dialect("\x1f", "", original="one field a line", confidence=0.9)
    plain = None if declared else unwrapped(body)
    if plain is not None:
        body = plain
        decoded = replace(decoded, assumptions=(*decoded.assumptions, "The quotes around whole rows were left out"))
    quoted = with_plain_quotes(body)
    if quoted is not None:
        body = quoted[0]
        said = f"The signs {quoted[1]} around cells were read as quotes"
        decoded = replace(decoded, assumptions=(*decoded.assumptions, said))
    body = without_rulings(without_formulas(body))
    dialect = declared or sniff(body)
    fixed = None if declared else of_fixed_width(body, dialect)
    if fixed is not None:
        body, said_of_it = fixed
        decoded = replace(decoded, assumptions=(*decoded.assumptions, *said_of_it))
        dialect = Dialect("\x1f", "", original="fixed width", confidence=0.8)
    body, dialect = unify(body, dialect)
    records = find_records(body, dialect)
    widest = int(records.counts.max()) if len(records) else 0
    if widest > _MOST_FIELDS:
        said = f"a line has {widest:,} fields"
        raise DataError(said, where=source, mend="Look whether the ends of the lines were lost.")
    found = [_block(records, block, decoded, name, source, kind) for block in blocks(records)]
    odd = sum(len(c.unreadable) for c in found)
    if kind in {"txt", "text"} and dialect.original not in _STRONG and odd > _ODD * max(1, len(records)):
        return [prose(decoded, name, source)]
    if len(found) > 1:
        found = [_numbered(c, i, len(found)) for i, c in enumerate(found, start=1)]
    return found


_STRONG = frozenset(",;\t|")
_ODD = 0.3


def _declared(data: bytes) -> tuple[bytes, Dialect | None]:
    """Take off Excel's first line ``sep=;``, which names the delimiter."""
    text = data[:_DECLARED].partition(b"\n")[0].decode("utf-8", "replace").strip().strip('"')
    if text.lower().startswith("sep=") and len(text) == 5:
        return b"\n" + data.partition(b"\n")[2], Dialect(text[4], '"', original=text[4])
    return data, None


def _numbered(cells: Cells, number: int, total: int) -> Cells:
    said = f"The file holds {total} tables, one after another; this is number {number}"
    reading = replace(cells.reading, assumptions=(said, *cells.reading.assumptions))
    name = cells.name if number == 1 else f"{cells.name}.table_{number}"
    return replace(cells, name=name, reading=reading)


@dataclass(slots=True)
class _Fit:
    """Which records make the table, how wide it is, and what was done to get there."""

    rows: Ints
    width: int
    removed: list[Quarantined]
    unreadable: list[Quarantined]
    assumptions: list[str]
    short_header: bool = False
    header: list[str] | None = None
    odd: list[int] = field(default_factory=list)
    """The records of ``unreadable``."""


def _block(records: Records, block: Ints, decoded: Decoded, name: str, source: str, kind: str) -> Cells:
    others = otherwise_cut(records, block)
    quoted = wrapped(records, block)
    broken = {} if others or quoted else broken_in_two(records, block)
    pushed = {} if others or quoted or broken else pushed_out(records, block)
    gone = {*others, *quoted, *broken, *(i + 1 for i in broken), *pushed}
    fit = _fit(records, np.asarray([i for i in block.tolist() if i not in gone]) if gone else block)
    plain = not gone and fit.header is None and not fit.short_header
    cells = records.cells(fit.rows, fit.width, compact=plain)
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
    _explain(fit, cells, records)
    lines = records.lines(fit.rows)
    if fit.header is not None:
        cells = pl.concat([pl.DataFrame([fit.header], schema=cells.schema, orient="row"), cells])
        lines = pl.concat([pl.Series("line", [records.line(fit.rows[0]) - 1], dtype=lines.dtype), lines])
    for rows, what in (
        (others, "have another delimiter than the others"),
        (quoted, "stood in quotes as a whole; they were cut apart"),
        (broken, "were cut in two by a line break inside a cell; their halves were joined"),
        (pushed, "have a delimiter too many; the blank field was left out"),
    ):
        if rows and fit.width == len(next(iter(rows.values()))):
            cells, lines = with_others(cells, lines, records, rows)
            reading = replace(reading, assumptions=(*reading.assumptions, f"{len(rows)} rows {what}"))
    if quoted and fit.width == len(next(iter(quoted.values()))):
        reading = replace(reading, problems=(*reading.problems, in_quotes([records.line(i) for i in quoted])))
    if pushed and fit.width == len(next(iter(pushed.values()))):
        told = of_one_blank_more([records.line(i) for i in pushed])
        reading = replace(reading, problems=(*reading.problems, told))
    pairs = dialect.original == "=" and fit.width == 2 and not fit.removed
    return Cells(name, source, cells, lines, reading, False if pairs else None, unreadable=tuple(fit.unreadable))


def _explain(fit: _Fit, cells: pl.DataFrame, records: Records) -> None:
    """Say of the first rows that do not fit which of their fields seems to be amiss."""
    names = [(c or "").strip() for c in cells.row(0)] if cells.height > 20 else []
    if not fit.odd or not are_names(names):
        return
    usual = usual_forms(cells.slice(1))
    for k, index in enumerate(fit.odd[:_EXPLAINED]):
        amiss, row = misfit(records.fields(index), names, usual), fit.unreadable[k]
        fit.unreadable[k] = replace(row, reason=f"{row.reason}: {amiss}") if amiss else row


def _fit(records: Records, block: Ints) -> _Fit:
    counts = records.widths(block)
    width = usual_width(counts)
    head = int(counts[0]) if len(counts) else 0
    if head > width and (counts <= head).all() and (counts == head).sum() >= 2:
        width = head
    fit = _Fit(block, width, [], [], [])
    if width == 0 or (bool((counts == width).all()) and width != 2):
        return fit
    start, end = _edges(counts, width)
    start = _header_start(records, block, counts, width, start)
    start = max(start, _facts(records, block, counts) if width == 2 else 0)
    if start:
        fit.header = _other_header(records.text(int(block[start - 1])), records.dialect, width)
        titles = start - (fit.header is not None)
        if titles:
            fit.removed += _aside(records, block[:titles], "above the header")
            fit.assumptions.append(f"{titles} line{'s' if titles > 1 else ''} above the header taken for a title")
        if fit.header is not None:
            fit.assumptions.append("The header has another delimiter than the rows")
    if end < len(block) and begun(records, block[start:end][counts[start:end] == width], block[end:]):
        end = len(block)
    if end < len(block):
        fit.removed += _aside(records, block[end:], "below the table")
        rest = len(block) - end
        fit.assumptions.append(f"{rest} line{'s' if rest > 1 else ''} below the table taken for notes")
    block, counts = block[start:end], counts[start:end]
    fit.width, tolerated = _tolerated(records, block, counts, width, fit.assumptions)
    marks = conflict_marks(records, block, counts)
    tolerated &= ~np.isin(block, list(marks)) if marks else True
    fit.removed += _aside(records, np.asarray(sorted(marks)), "a mark of version control") if marks else []
    fit.rows = block if tolerated.all() else block[tolerated]
    fit.short_header = int(counts[0]) < fit.width
    fit.odd = [i for i in block[~tolerated].tolist() if i not in marks]
    above = {letters(q.text) for q in fit.removed if q.reason == "above the header"} - {""}
    heads = [i for i in fit.odd if letters(records.text(i)[:2000]) in above] if above else []
    fit.removed += _aside(records, np.asarray(heads), "above the header, repeated")
    fit.odd = [i for i in fit.odd if i not in set(heads)] if heads else fit.odd
    for i in fit.odd:
        wide = int(records.counts[i])
        reason = f"{wide} fields where {fit.width} were expected"
        fit.unreadable.append(Quarantined(records.line(i), reason, records.text(i)[:2000]))
    return fit


def _header_start(records: Records, block: Ints, counts: Ints, width: int, start: int) -> int:
    """Return where the table starts, given that its header may be wider or narrower than its rows."""
    remarks = _remarks(records, block)
    if remarks and counts[remarks] == width and remarks + 1 < len(block):
        head, below = (records.fields(int(i)) for i in block[remarks : remarks + 2])
        if are_names(head) and not are_names(below):
            return remarks
    first = int((counts == width).argmax())
    named = [_named(records.fields(int(i))) for i in block[[0, first, min(first + 1, len(block) - 1)]]]
    if first and named[1:] == [True, False]:
        return first
    return 0 if counts[0] >= max(2, width // 2) and named[:2] == [True, False] else start


def _named(fields: list[str]) -> bool:
    """Whether these may be the names of columns, the first of which may be blank."""
    return are_names(fields[1:] if len(fields) > 3 and not fields[0].strip() else fields)


def _facts(records: Records, block: Ints, counts: Ints) -> int:
    """Return how many lines above a table of two columns are facts (``Link: https://…``), not rows."""
    few = [records.fields(int(i)) for i in block[:30]]
    facts = [n == 2 and f[0].rstrip().endswith(":") for f, n in zip(few, counts, strict=False)]
    if not any(facts):
        return 0
    last = len(facts) - 1 - facts[::-1].index(True)
    if last + 2 >= len(few) or not all(facts[i] or counts[i] != 2 for i in range(last)):
        return 0
    return last + 1 if are_names(few[last + 1]) and not are_names(few[last + 2]) else 0


def _remarks(records: Records, block: Ints) -> int:
    """Return how many lines on top begin with a sign that marks remarks, where the next does not."""
    few = [records.text(int(i)).lstrip() for i in block[:100]]
    sign = next((s for s in _REMARKS if few[0].startswith(s)), None)
    if sign is None:
        return 0
    return next((i for i, text in enumerate(few) if not text.startswith(sign)), 0)


LONGEST_HEADER = 100_000
"""Python's reader refuses longer fields."""


def _other_header(text: str, dialect: Dialect, width: int) -> list[str] | None:
    """Cut the line above a table by another delimiter than the table's, if that gives a name for each column."""
    if width < 3 or _PROMPT.match(text):
        return None
    for mark in (m for m in ",;\t| " if m != dialect.delimiter):
        line = " ".join(text.split() if mark == " " else text.splitlines())
        fields = next(csv.reader([line], delimiter=mark), []) if len(line) < LONGEST_HEADER else []
        if len(fields) == width and are_names(fields):
            return fields
    return None


def _aside(records: Records, rows: Ints, reason: str) -> list[Quarantined]:
    return [Quarantined(records.line(i), reason, records.text(i)[:2000]) for i in rows.tolist()]


def _edges(counts: Ints, width: int) -> tuple[int, int]:
    """Return the first and one past the last record of the table: those of its width, or nearly."""
    near = counts == width
    start, end = int(near.argmax()), len(near) - int(near[::-1].argmax())
    if start and counts[start - 1] in {width - 1, width + 1} and counts[start - 1] >= 2:
        start -= 1
    if start > 100:
        start = 0
    tail = counts[end:]
    often = (counts[start:end] < width).mean() > _PAD_SHARE  # then rows at the end may be short too
    odd = tail >= (2 if often else max(2, width - 1))
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
    if head < width - 1 and are_names(records.fields(int(block[0]))):
        good[0] = True
    if head > width:
        short = counts < head
        assumptions.append(
            f"Rows end early: fields missing at the end of {int(short.sum())} rows were taken as empty"
        )
        return head, counts <= head
    short = counts < width
    if short.mean() > _PAD_SHARE and head == width:
        if short.sum() <= _FEW_SHORT:  # no habit of the writer's: what is cut in the middle is set aside
            short &= counts == width - 1
        if short.any():
            assumptions.append(
                f"Rows end early: fields missing at the end of {int(short.sum())} rows were taken as empty"
            )
        good |= short
    long = np.flatnonzero(counts > width)
    if 0 < len(long) <= 200_000:
        mark = records.dialect.delimiter
        for i in long.tolist():
            extra = int(counts[i]) - width
            if records.text(int(block[i])).rstrip(" ").endswith(mark * extra) or not any(
                f.strip() for f in records.fields(int(block[i]))[width:]
            ):
                good[i] = True
    return width, good


def _empty(cells: pl.Series) -> bool:
    return bool((cells.is_null() | (cells == "")).all())


def _trailing(cells: pl.DataFrame) -> tuple[pl.DataFrame, Sequence[str]]:
    """Align a header that lacks the name of the first column, as R writes it."""
    if cells.height < 2 or cells.width < 3:
        return cells, ()
    first = cells.row(0)
    named = next((i for i in range(cells.width, 0, -1) if first[i - 1] is not None), 0)
    beyond = cells.columns[named:]
    if beyond and all(first[:named]) and all(_empty(cells[c].slice(1)) for c in beyond):
        return cells.drop(beyond), ("Every row ends with a delimiter",)
    if named == cells.width - 1 and all(first[:-1]):
        shifted = pl.DataFrame([[None, *first[:-1]]], schema=cells.schema, orient="row")
        return pl.concat([shifted, cells.slice(1)]), ("The header lacks the name of the first column",)
    return cells, ()
