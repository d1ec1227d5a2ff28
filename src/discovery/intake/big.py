"""Files that do not fit into memory -> tables that stand for them: a sample as their frame, all rows in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from ..limits import Limits
from .cells.assemble import BlankRows, table_of_frame, unreadable_rows
from .columnar import plain_frame
from .sources.find import Found, stem_of
from .table import Reading, Table, Unparsed
from .text.big import text_batches, text_head
from .values.typing import type_columns
from .whole import CASTS, IN_MEMORY, Whole, frame_bytes, is_plain, parquet_bytes, sample_of, whole_of_batches

__all__ = ["big_tables", "part_of", "table_of_batches", "table_of_parquet"]

BATCH_ROWS = 200_000
TEXT_IN_MEMORY = 8.0
"""How many times the size of a text file an audit of it in memory takes."""

MOST_UNPARSED = 1_000
_PART = re.compile(
    r"(?i)^(?:part|chunk|shard)[-_.]?\d+.*$|^(?P<stem>.+?)[-_.](?:part|chunk|shard)[-_.]?\d+$|^(?P<of>.+?)-\d{3,}-of-\d{3,}$"
)


def part_of(source: str) -> str | None:
    """Return the name of the table that a file is a part of, told by its own name; None where it is none."""
    match = _PART.match(stem_of(source))
    if match is None or "#" in source:
        return None
    folder = source.rpartition("/")[0]
    return match["stem"] or match["of"] or re.sub(r"/?[^/=]+=[^/]*", "", folder).rpartition("/")[2] or "part"


def big_tables(files: Sequence[Found], limits: Limits) -> tuple[list[Table], list[Found]]:
    """Return the tables of those files that are to stay where they are, and the files that are to be read whole."""
    tables: list[Table] = []
    rest: list[Found] = []
    groups: dict[tuple[str, ...], list[Found]] = {}
    for number, found in enumerate(files):
        kind = _kind(found)
        stem = part_of(found.name) if kind == "parquet" else None
        key = (stem, *_columns(found)) if stem is not None else (stem_of(found.name), str(number))
        if kind:
            groups.setdefault((kind, *key), []).append(found)
        else:
            rest.append(found)
    for (kind, name, *_), group in groups.items():
        paths = [str(f.path) for f in group]
        source = group[0].name
        if kind == "parquet" and _is_big(paths, limits):
            tables.append(table_of_parquet(name, source, paths, limits))
        elif kind == "text" and (table := _big_text(group[0], name, limits)) is not None:
            tables.append(table)
        else:
            rest += group
    kept = {f.name for f in rest}
    return tables, [f for f in files if f.name in kept]


def _kind(found: Found) -> str:
    if found.path is None:
        return ""
    ending = found.path.suffix.lower()
    return {".parquet": "parquet", ".pq": "parquet", ".csv": "text", ".tsv": "text"}.get(ending, "")


def _columns(found: Found) -> list[str]:
    try:
        return list(pl.read_parquet_schema(str(found.path)))
    except (pl.exceptions.PolarsError, OSError):
        return [found.name]


def _is_big(paths: Sequence[str], limits: Limits) -> bool:
    try:
        rows, size = parquet_bytes(paths)
    except (pl.exceptions.PolarsError, OSError):
        return False
    return rows > 0 and not limits.holds(size)


def table_of_parquet(
    name: str,
    source: str,
    files: Sequence[str],
    limits: Limits = Limits(),  # noqa: B008
    options: Mapping[str, str] | None = None,
    hive: bool = False,
) -> Table:
    """Return the table that stands for Parquet files of one schema.

    They are scanned where they are if their columns are of plain types and no text is a number or date; else a
    copy with such types is written into a temporary folder.
    """
    lazy = pl.scan_parquet(list(files), storage_options=dict(options or {}) or None, hive_partitioning=hive)
    schema = dict(lazy.collect_schema())
    rows = int(lazy.select(pl.len()).collect().item())
    sample, numbers, said = sample_of(lazy, rows, len(schema))
    table = _of_sample(name, source, sample, "parquet")
    said_too = (f"{len(files)} files are parts of one table",) if len(files) > 1 else ()
    table = replace(table, reading=_with(table.reading, *said_too, _is_sample(said)))
    if is_plain(schema) and (casts := _casts(table, sample)) is not None:
        typed = dict(table.frame.schema)
        lost, trims = _lost(lazy, casts), _padded(lazy, [c for c, d in typed.items() if d == pl.String])
        whole = Whole(
            list(files),
            rows,
            typed,
            numbers,
            said,
            limits,
            dict(options or {}),
            hive,
            casts=casts,
            trims=trims,
            unparsed=lost,
        )
        return replace(table, whole=whole)
    batches = lazy.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming")
    return _copied(table, batches, numbers, said, limits)


def table_of_batches(
    name: str, source: str, batches: Iterator[pl.DataFrame], format_: str, limits: Limits = Limits() # noqa: B008
) -> Table:  # fmt: skip
    """Return the table that stands for frames of one schema, such as a database or a lake hands out.

    They are written as they come into a temporary folder as Parquet.
    """
    files, folder, rows = whole_of_batches(plain_frame(b)[0] for b in batches)
    lazy = pl.scan_parquet(files)
    schema = dict(lazy.collect_schema())
    sample, numbers, said = sample_of(lazy, rows, len(schema))
    table = _of_sample(name, source, sample, format_)
    table = replace(table, reading=_with(table.reading, _is_sample(said)))
    raw = Whole(files, rows, schema, numbers, said, limits, folder=folder)
    if dict(table.frame.schema) == schema and not _padded(lazy, [c for c, d in schema.items() if d == pl.String]):
        return replace(table, whole=raw)
    again = raw.polars().collect_batches(chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming")
    return _copied(table, again, numbers, said, limits)


def _of_sample(name: str, source: str, sample: pl.DataFrame, format_: str) -> Table:
    frame, assumptions = plain_frame(sample)
    return table_of_frame(name, source, frame, Reading(format=format_, assumptions=assumptions))


def _casts(table: Table, sample: pl.DataFrame) -> dict[str, pl.DataType] | None:
    """Return what an engine's own cast makes of the texts that are no texts; None where it would differ."""
    casts: dict[str, pl.DataType] = {}
    for name, dtype in table.frame.schema.items():
        if sample.schema[name] == dtype:
            continue
        same = dtype.base_type() in CASTS and sample[name].cast(dtype, strict=False).equals(table.frame[name])
        if not same:
            return None
        casts[name] = dtype
    return casts


def _lost(lazy: pl.LazyFrame, casts: Mapping[str, pl.DataType]) -> dict[str, int]:
    """Count the texts that the casts turn into nothing."""
    if not casts:
        return {}
    lost = [
        ((pl.col(c).str.strip_chars() != "") & pl.col(c).cast(d, strict=False).is_null()).sum()
        for c, d in casts.items()
    ]
    row = lazy.select(lost).collect(engine="streaming").row(0, named=True)
    return {c: int(n) for c, n in row.items() if n}


def _padded(lazy: pl.LazyFrame, names: Sequence[str]) -> dict[str, int]:
    """Count the texts that begin or end with a blank, or are blank."""
    if not names:
        return {}
    size = [
        ((pl.col(c).str.strip_chars().str.len_bytes() != pl.col(c).str.len_bytes()) | (pl.col(c) == "")).sum()
        for c in names
    ]
    row = lazy.select(size).collect(engine="streaming").row(0, named=True)
    return {c: int(n) for c, n in row.items() if n}


def _with(reading: Reading, *said: str) -> Reading:
    return replace(reading, assumptions=(*said, *reading.assumptions))


def _is_sample(said: str) -> str:
    return f"The table was measured where it is; what rows tell one by one was looked for in {said}"


@dataclass(slots=True)
class _Typed:
    """Batches as the sample was typed, with the cells that did not parse."""

    table: Table
    unparsed: dict[str, int] = field(default_factory=dict)
    cells: dict[str, list[Unparsed]] = field(default_factory=dict)
    trims: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    def batches(self, given: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Iterate over the batches with the types of the table."""
        schema = self.table.frame.schema
        for batch in given:
            frame, _ = plain_frame(batch)
            texts = [c for c, d in schema.items() if frame.schema[c] == pl.String and d != pl.String]
            typed = type_columns(frame.select(texts)) if texts else None
            columns = []
            for name, dtype in schema.items():
                cells = frame[name] if typed is None or name not in texts else typed.frame[name]
                if name not in texts and cells.dtype == pl.String:
                    cells = self._trimmed(name, cells)
                if cells.dtype != dtype:
                    cells = cells.cast(dtype, strict=False)
                if name in texts:
                    self._note(name, frame[name], cells)
                columns.append(cells.alias(name))
            self.rows += frame.height
            yield pl.DataFrame(columns)

    def _trimmed(self, name: str, cells: pl.Series) -> pl.Series:
        stripped = cells.str.strip_chars()
        count = int((stripped.str.len_bytes() != cells.str.len_bytes()).sum() or 0)
        if count:
            self.trims[name] = self.trims.get(name, 0) + count
        return stripped.replace("", None)

    def _note(self, name: str, texts: pl.Series, cells: pl.Series) -> None:
        stripped = texts.str.strip_chars()
        bad = stripped.is_not_null() & (stripped != "") & cells.is_null()
        count = int(bad.sum())
        if count:
            self.unparsed[name] = self.unparsed.get(name, 0) + count
            kept = self.cells.setdefault(name, [])
            rows = bad.arg_true().head(MOST_UNPARSED - len(kept))
            kept += [Unparsed(self.rows + r + 1, str(t)) for r, t in zip(rows, stripped.gather(rows), strict=True)]


def _copied(table: Table, batches: Iterator[pl.DataFrame], numbers: pl.Series, said: str, limits: Limits) -> Table:
    typed = _Typed(table)
    files, folder, rows = whole_of_batches(typed.batches(batches))
    whole = Whole(
        files,
        rows,
        dict(table.frame.schema),
        numbers,
        said,
        limits,
        folder=folder,
        trims=dict(typed.trims),
        unparsed=dict(typed.unparsed),
        cells=dict(typed.cells),
    )
    return replace(table, whole=whole)


def _big_text(found: Found, name: str, limits: Limits) -> Table | None:
    """Return the table that stands for a large text file; None where it is small, or not regular enough."""
    assert found.path is not None
    size = found.path.stat().st_size
    if not size or limits.holds(TEXT_IN_MEMORY * size):
        return None
    head = text_head(found.path, name, found.name)
    if head is None:
        return None
    with text_batches(found.path, head, limits) as (batches, rejected):
        blank = BlankRows()
        files, folder, rows = whole_of_batches(blank.without_end(batches))
        aside = tuple(rejected())
    problems = [p for p in head.table.reading.problems if p.kind != "empty_rows"] + blank.problems()
    problems += [unreadable_rows(aside, rows)] if aside else []
    reading = replace(head.table.reading, quarantined=aside, problems=tuple(problems))
    lazy = pl.scan_parquet(files)
    sample, numbers, said = sample_of(lazy, rows, head.table.frame.width)
    typed = type_columns(sample, [c.original for c in head.table.columns.values()])
    table = Table(name, found.name, typed.frame, typed.columns, sample, _with(reading, _is_sample(said)))
    source = Whole(files, rows, dict(sample.schema), numbers, said, limits, folder=folder)
    again = source.polars().collect_batches(chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming")
    return _copied(table, again, numbers, said, limits)


def fits(rows: int, schema: Mapping[str, pl.DataType], limits: Limits) -> bool:
    """Return whether a table of this shape can be audited in memory within ``limits``."""
    return limits.holds(IN_MEMORY * frame_bytes(rows, schema))
