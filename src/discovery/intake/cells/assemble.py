"""Cells with their layout -> a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from ..table import Problem, Quarantined, Reading, Table
from ..values.typing import TypedColumns, type_columns
from .compact import as_text, has_compact, is_compact, told
from .layout import lay_out

__all__ = [
    "BlankRows",
    "Cells",
    "table_of_cells",
    "table_of_frame",
    "table_of_texts",
    "unique_table_names",
    "unreadable_rows",
]


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of text as they stand in a source, before header and types are told."""

    name: str
    source: str
    cells: pl.DataFrame
    lines: pl.Series
    reading: Reading
    header: bool | None = None
    serial_dates: bool = False
    unreadable: Sequence[Quarantined] = field(default_factory=tuple)


def table_of_cells(given: Cells) -> Table:
    """Tell header, body and types of ``given``."""
    above = [q.text for q in given.reading.quarantined if q.reason == "above the header"]
    layout = lay_out(given.cells, given.lines, header=given.header, titles=above)
    given = replace(given, cells=given.cells.clear(), lines=given.lines.clear())
    typed = type_columns(layout.body, layout.originals, serial_dates=given.serial_dates)
    reading = given.reading
    problems = [*reading.problems, *layout.problems, *_empty_rows(layout.body, layout.blank_at_end)]
    unreadable = given.unreadable
    if unreadable:
        problems.append(unreadable_rows(unreadable, layout.body.height))
    assumptions = [*reading.assumptions, *layout.assumptions]
    assumptions += [f"'{c}' was read as {r}" for c, r in _stated(typed.columns)]
    reading = replace(
        reading,
        header_row=layout.header_row,
        confidence=round(reading.confidence * (layout.confidence if given.header is None else 1.0), 3),
        assumptions=tuple(assumptions),
        quarantined=tuple(sorted([*reading.quarantined, *unreadable, *layout.removed], key=lambda q: q.line)),
        problems=tuple(problems),
    )
    texts = _texts(layout.body, typed)
    return _counted(Table(given.name, given.source, typed.frame, typed.columns, texts, reading), typed)


def _texts(body: pl.DataFrame, typed: TypedColumns) -> pl.DataFrame:
    """Return the cells as text; columns of text that are as in the file are those of the typed frame."""
    if not has_compact(body):
        return body
    same = {c for c, known in typed.columns.items() if known.type == "text" and "padded" not in known.notes}
    return pl.DataFrame(
        [
            typed.frame[c.name] if c.name in same and c.null_count() == typed.frame[c.name].null_count() else c
            for c in body
        ]
    )


def table_of_frame(name: str, source: str, frame: pl.DataFrame, reading: Reading) -> Table:
    """Make a table of a typed frame; its columns of text are typed as those of a text file are."""
    strings = [c for c, d in frame.schema.items() if d == pl.String]
    base = Table.from_frame(name, frame, source)
    if not strings:
        return replace(base, reading=replace(reading, problems=(*reading.problems, *_empty_rows(frame))))
    typed = type_columns(frame.select(strings))
    columns = {c: typed.columns.get(c, base.columns[c]) for c in frame.columns}
    changed = [c for c in strings if typed.columns[c].type not in {"text", "empty"}]
    result = frame.with_columns([typed.frame[c] for c in strings])
    kept = bool(changed) or any("padded" in c.notes for c in typed.columns.values())
    texts = frame.select(strings) if kept else None
    assumptions = [*reading.assumptions]
    assumptions += [f"'{c}' is stored as text and was read as {typed.columns[c].type}" for c in changed]
    reading = replace(reading, assumptions=tuple(assumptions), problems=(*reading.problems, *_empty_rows(frame)))
    return _counted(Table(name, source, result, columns, texts, reading), typed)


def table_of_texts(
    name: str, source: str, texts: pl.DataFrame, originals: Sequence[str], reading: Reading
) -> Table:
    """Make a table of columns of text that have their names."""
    typed = type_columns(texts, originals)
    return _counted(Table(name, source, typed.frame, typed.columns, texts, reading), typed)


def _counted(table: Table, typed: TypedColumns) -> Table:
    """Return the table with what was counted while it was typed."""
    table.memo.update({f"value_counts:{c}": counts for c, counts in typed.counts.items()})
    return table


def _stated(columns: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, column in columns.items():
        if "ambiguous_day_month" in column.notes and column.type in {"date", "datetime"}:
            yield name, f"{column.format}, although day and month could be the other way round"
        elif "mixed_day_month" in column.notes and column.type in {"date", "datetime"}:
            yield (
                name,
                f"{column.format}, {column.notes['mixed_day_month']:,} cells in the other order of day and month",
            )
        elif "timezone" in column.notes and column.type in {"date", "datetime"}:
            yield name, f"{column.format}, turned into UTC"
        elif "ambiguous_decimal" in column.notes:
            yield name, f"{column.type} ({column.format}), although the separator could be a decimal mark"
        elif column.format and column.type in {"number", "integer"}:
            yield name, f"{column.type} ({column.format})"


def _empty_rows(body: pl.DataFrame, at_end: int = 0) -> list[Problem]:
    """Report rows without a value; ``at_end`` of them followed the last row of data and were left out."""
    rows = blank_rows(body)
    return _told_empty(len(rows), [int(r) + 1 for r in rows.head(5)], at_end, body.height)


def _told_empty(inside: int, first: Sequence[int], at_end: int, height: int) -> list[Problem]:
    count = inside + at_end
    if count == 0:
        return []
    summary = f"{count} row{'s have' if count > 1 else ' has'} nothing in any column"
    if at_end:
        summary += f"; {'those' if at_end == count else f'the {at_end}'} at the end of the file were left out"
    evidence = [{"row": row} for row in first] or [{"row": height + 1}]
    return [Problem("empty_rows", summary, "Leave them out.", (), count, evidence)]


@dataclass(slots=True)
class BlankRows:
    """The rows without a value of a table that comes in parts; those after the last row of data are left out."""

    inside: int = 0
    at_end: int = 0
    first: list[int] = field(default_factory=list)
    rows: int = 0

    def without_end(self, parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Iterate over the parts; what is blank at the end of one comes only if there is more after it."""
        for part in parts:
            blank = blank_rows(part)
            trailing = part.height - 1 - blank[::-1] == pl.int_range(len(blank), eager=True)
            kept = part.height - int(trailing.sum())
            if kept:
                found = [self.rows + i for i in range(self.at_end)]
                found += [self.rows + self.at_end + int(r) for r in blank.filter(blank < kept)]
                self.inside += len(found)
                self.first += [r + 1 for r in found[: 5 - len(self.first)]]
                body = pl.concat([part.clear(self.at_end), part.head(kept)]) if self.at_end else part.head(kept)
                self.rows, self.at_end = self.rows + body.height, 0
                yield body
            self.at_end += part.height - kept

    def problems(self) -> list[Problem]:
        """Return what is told of them once all parts were seen."""
        return _told_empty(self.inside, self.first, self.at_end, self.rows)


def blank_rows(body: pl.DataFrame) -> pl.Series:
    """Return the places (from 0) of the rows without a value in any of two or more columns."""
    rows = pl.Series("row", [], dtype=pl.UInt32)
    if body.height == 0 or body.width < 2:
        return rows
    for number, column in enumerate(body.columns):
        cells = body[column] if number == 0 else body[column].gather(rows)
        empty = cells.is_null()
        if cells.dtype == pl.String or is_compact(cells):
            empty = empty | told(cells, lambda texts: texts.str.strip_chars() == "")
        rows = empty.arg_true() if number == 0 else rows.filter(empty)
        if len(rows) == 0:
            break
    return rows


def unreadable_rows(rows: Sequence[Quarantined], good: int) -> Problem:
    """Return what is told of rows that were set aside, beside ``good`` ones."""
    share = len(rows) / max(1, len(rows) + good)
    count = len(rows)
    rows_were = f"{count} rows" if count > 1 else "1 row"
    first = f" (line {rows[0].line})" if count == 1 else f" (the first on line {min(q.line for q in rows)})"
    summary = f"{rows_were} of the file could not be read{first}; set aside with line and reason"
    evidence = [{"line": str(q.line), "reason": q.reason} for q in rows[:5]]
    return Problem(
        "unreadable_rows",
        summary,
        "Mend the rows at their source (quote texts that hold the delimiter) and deliver again.",
        (),
        count,
        evidence,
        "major" if share > 0.01 else "minor",
    )


def unique_table_names(tables: Sequence[Table]) -> dict[str, Table]:
    """Return the tables by name, numbered where a name is taken."""
    found: dict[str, Table] = {}
    for table in tables:
        stem = re.sub(r"\s+", " ", table.name).strip() or "table"
        name, k = stem, 2
        while name in found:
            name, k = f"{stem}_{k}", k + 1
        found[name] = table.named(name)
    return found


def join_parts(name: str, parts: Sequence[Table]) -> Table:
    """Join tables that are parts of one, in the given order."""
    if all(p.texts is not None and p.texts.width == p.frame.width for p in parts):
        texts = pl.concat([as_text(p.texts) for p in parts if p.texts is not None])
        typed = type_columns(texts, [c.original for c in parts[0].columns.values()])
        frame, columns = typed.frame, typed.columns
    else:
        frame = pl.concat([p.frame for p in parts], how="vertical_relaxed")
        columns, texts = Table.from_frame(name, frame).columns, None
    first = parts[0].reading
    said = dict.fromkeys(a for p in parts for a in p.reading.assumptions)
    reading = replace(
        first,
        confidence=min(p.reading.confidence for p in parts),
        assumptions=(f"{len(parts)} files are parts of one table", *said),
        quarantined=tuple(q for p in parts for q in p.reading.quarantined),
        problems=tuple(q for p in parts for q in p.reading.problems),
    )
    return Table(name, parts[0].source, frame, columns, texts, reading)
