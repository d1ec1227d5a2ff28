"""Rows of a delimited text that are not written as the others: with other delimiters, cut in two, or no rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from ..table import Problem
from .blocks import Ints, usual_width
from .misfit import form, usual_forms, without_a_blank
from .records import Records

__all__ = [
    "begun",
    "broken_in_two",
    "conflict_marks",
    "in_quotes",
    "of_one_blank_more",
    "otherwise_cut",
    "pushed_out",
    "with_others",
    "wrapped",
]

_LIKE = 200
_STRONG = frozenset(",;\t|\x1f")


def broken_in_two(records: Records, block: Ints) -> dict[int, list[str]]:
    """Return the fields of rows that a line break inside a cell without quotes cut in two, by their first half.

    Both halves together have the fields of a whole row, and nearly all rows that are too short are such halves.
    """
    counts = records.widths(block)
    width = usual_width(counts)
    short = np.flatnonzero(counts < width)
    if records.dialect.delimiter not in _STRONG:
        return {}
    if width < 3 or not 0 < len(short) <= 0.5 * len(block) or len(short) > 10_000 or records.dialect.runs:
        return {}
    found: dict[int, list[str]] = {}
    at = 1
    while at + 1 < len(block):
        one, two = int(block[at]), int(block[at + 1])
        whole = counts[at] + counts[at + 1] - 1 == width
        if counts[at] < width and counts[at + 1] < width and whole and records.line(two) == records.line(one) + 1:
            first, second = records.fields(one), records.fields(two)
            if first[-1].strip() and second[0].strip():
                found[one] = [*first[:-1], f"{first[-1]}\n{second[0]}", *second[1:]]
                at += 1
        at += 1
    return found if 2 * len(found) >= 0.8 * len(short) and _alike(records, block, counts == width, found) else {}


def _alike(records: Records, block: Ints, whole: Any, found: Mapping[int, list[str]]) -> bool:
    """Whether rows put together are what the whole rows are, in nearly all columns."""
    rows = block[whole]
    usual = usual_forms(records.cells(rows[1 : 1 + _LIKE], int(records.counts[rows[0]]))) if len(rows) > 5 else ()
    if not usual:
        return False
    rows_fit = [
        sum(u.get(form(c), 0) + u.get(f"={c}", 0) > 0 for c, u in zip(f, usual, strict=True))
        for f in found.values()
    ]
    return sum(n >= len(usual) - 1 for n in rows_fit) >= 0.8 * len(found)


def otherwise_cut(records: Records, block: Ints) -> dict[int, list[str]]:
    """Return the fields of records without the table's delimiter that have another one just as often."""
    counts = records.widths(block)
    width = usual_width(counts)
    if width < 3 or records.dialect.runs:
        return {}
    lone = block[counts == 1]
    if not 0 < len(lone) <= 100_000:
        return {}
    first = int(block[np.flatnonzero(counts == width)[0]])
    found: dict[int, list[str]] = {}
    for i in lone.tolist():
        text = records.text(i)
        for mark in ",;\t|":
            if mark != records.dialect.delimiter and text.count(mark) >= width - 1:
                fields = next(csv.reader([text], delimiter=mark), [])
                if len(fields) == width:
                    found[i] = fields
    above = [i for i in found if i < first]
    return found if len(above) >= 3 else {i: f for i, f in found.items() if i > first}


def wrapped(records: Records, block: Ints) -> dict[int, list[str]]:
    """Return the fields of records that stand in quotes as a whole, as a second export quotes lines with quotes."""
    counts, dialect = records.widths(block), records.dialect
    width, quote = usual_width(counts), dialect.quote
    if width < 3 or not quote or dialect.runs:
        return {}
    lone = block[counts == 1]
    if not 0 < len(lone) <= 100_000:
        return {}
    found: dict[int, list[str]] = {}
    for i in lone.tolist():
        if records.text(i).lstrip().startswith(quote):
            inner = " ".join(records.fields(i)[0].splitlines())
            fields = next(csv.reader([inner], delimiter=dialect.delimiter, quotechar=quote), [])
            if len(fields) == width:
                found[i] = fields
    return found


def pushed_out(records: Records, block: Ints) -> dict[int, list[str]]:
    """Return the fields of rows in which a delimiter too many pushed the others out of their columns.

    They have one field more than most, the last is blank (or they would be set aside), and without another blank
    one each field is clearly more like what its column holds.
    """
    counts = records.counts[block]
    width = usual_width(counts)
    more = block[counts == width + 1]
    whole = block[counts == width]
    if width < 3 or records.dialect.runs or not 0 < len(more) <= 0.05 * len(block) or len(whole) < 20:
        return {}
    usual = usual_forms(records.cells(whole[1 : 1 + _LIKE], width))
    found: dict[int, list[str]] = {}
    for i in more.tolist():
        fields = records.fields(i)
        row = without_a_blank(fields, usual) if not fields[-1].strip() else None
        if row is not None:
            found[i] = row
    return found


def of_one_blank_more(lines: Sequence[int]) -> Problem:
    """Return what is told of rows out of which a blank field was taken."""
    rows = f"{len(lines)} rows have" if len(lines) > 1 else "1 row has"
    return _read_here(
        lines,
        f"{rows} a delimiter too many (the first on line {min(lines)}); the blank field was left out",
        "put each of the values behind it into the next column",
    )


def in_quotes(lines: Sequence[int]) -> Problem:
    """Return what is told of rows that stood in quotes as a whole."""
    rows, were = (f"{len(lines)} rows stand", "were") if len(lines) > 1 else ("1 row stands", "was")
    return _read_here(
        lines,
        f"{rows} in quotes as a whole (the first on line {min(lines)}), and {were} cut apart",
        "take each of them for one cell and lose it",
    )


def _read_here(lines: Sequence[int], summary: str, elsewhere: str) -> Problem:
    """Return what is told of rows that were read though they are not written as they should be."""
    return Problem(
        "unreadable_rows",
        summary,
        "Have the export mended, and deliver again.",
        rows=len(lines),
        evidence=[{"line": str(n)} for n in lines[:5]],
        consequence=f"Here they are read; other readers {elsewhere}.",
    )


def begun(records: Records, rows: Ints, tail: Ints) -> bool:
    """Whether the records below a table are rows that were cut off: half of the fields at least, each of them (but
    for the last) of a form that its column has."""
    width = int(records.counts[rows[0]])
    if not 0 < len(tail) <= 3 or len(rows) < 20 or int(records.widths(tail).min()) < max(2, width // 2):
        return False
    usual = usual_forms(records.cells(rows[1 : 1 + _LIKE], width))
    fields = (records.fields(i)[:-1] for i in tail.tolist())
    return all(u.get(form(c), 0) + u.get(f"={c}", 0) > 0 for f in fields for c, u in zip(f, usual, strict=False))


def with_others(
    cells: pl.DataFrame, lines: pl.Series, records: Records, others: dict[int, list[str]]
) -> tuple[pl.DataFrame, pl.Series]:
    more = pl.DataFrame(list(others.values()), schema=cells.schema, orient="row")
    numbers = pl.Series("line", [records.line(i) for i in others], dtype=lines.dtype)
    both, places = pl.concat([cells, more]), pl.concat([lines, numbers])
    order = places.arg_sort()
    return both[order], places.gather(order)


def conflict_marks(records: Records, block: Ints, counts: Ints) -> set[int]:
    """Return the marks that version control leaves where it could not merge two versions of a file."""
    if b"\n<<<<<<< " not in records.data or b"\n>>>>>>> " not in records.data:
        return set()
    lone = block[counts == 1].tolist()
    marks = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")
    return {i for i in lone if records.text(i).startswith(marks)} if len(lone) > 2 else set()
