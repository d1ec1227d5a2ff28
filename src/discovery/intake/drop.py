"""A source of any kind -> a drop of tables."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..artifacts import InputFile
from ..errors import DataError
from ..limits import Limits, give_back
from .big import big_tables, part_of
from .cells.assemble import Cells, join_parts, table_of_cells, unique_table_names
from .columnar import read_columnar
from .documents.json import read_json, read_regular_lines
from .kinds import PARQUET, kind_of
from .lake import lake_tables
from .quarantine import write_quarantine
from .sources import fingerprint
from .sources.archive import gunzip, members
from .sources.connection import as_database_url, is_database_url, safe_url
from .sources.database import database_files, read_database
from .sources.dated import without_dates
from .sources.find import Found, find, irrelevant, shown_url, stem_of
from .table import Drop, Table
from .text.delimited import read_text
from .text.siblings import with_siblings_names
from .workbooks.beside import apart
from .workbooks.excel import read_workbook

if TYPE_CHECKING:
    from ..engagement import Engagement

__all__ = ["read_drop"]

_DEEPEST_ARCHIVE = 3
_KEPT = 4
_LARGE = 1_000_000
"""Bytes of a file from which on what reading it took is given back before its tables are made."""
_memo: OrderedDict[tuple[object, ...], Drop] = OrderedDict()
_lock = Lock()

Skipped = list[tuple[str, str]]


def read_drop(
    source: str | Path,
    *,
    engagement: Engagement | None = None,
    quarantine: Path | None = None,
    reuse: bool = False,
    sql: str | None = None,
    schema: str | None = None,
    limits: Limits | None = None,
) -> Drop:
    """Read one delivery of data.

    Parameters
    ----------
    source : str or Path
        A file (csv, tsv, txt, json, jsonl, xlsx, xls, ods, parquet, feather, or a gz or zip of these), a folder, a
        glob, an fsspec URL, or a SQLAlchemy URL. A database is read in a transaction that cannot write.
    engagement : Engagement, optional
        What the client says of the tables: which file (a glob) or sheet is which, which database tables to read.
    quarantine : Path, optional
        A folder into which the rows that could not be read are written, a file a table.
    reuse : bool
        Whether a database that this process has read before is taken as it was then.
    sql : str, optional
        A SELECT, of a database: its result is the only table, called ``query``. It goes before what the engagement
        says.
    schema : str, optional
        The schema whose tables are read, of a database. It goes before what the engagement says.
    limits : Limits, optional
        The memory that may be taken, and the engine; None: what the environment says. Tables that would not fit
        stay where they are: their frames are samples.

    Returns
    -------
    Drop
        The same object as before where content and options are the same.

    Raises
    ------
    DataError
        If nothing can be read. A file of several that cannot is left out, with the reason in ``skipped``.
    """
    text = str(source)
    specs = {n: (s.file, s.sheet) for n, s in engagement.tables.items()} if engagement else {}
    asked = _asked(engagement, sql, schema)
    url = as_database_url(text)
    if url is not None and (is_database_url(text) or asked.special):
        return _database(url, asked, reuse)
    if sql or schema or (asked.special and engagement and text == engagement.data.path):
        raise DataError(
            "queries and schemas are of databases, and this is none",
            where=shown_url(text),
            mend="Give a SQLAlchemy URL or an SQLite file.",
        )
    name, several, files, skipped = find(text)
    inputs = [_fingerprint(f) for f in files]
    prints = tuple((i.path, i.sha256) for i in inputs)
    limits = limits or Limits.here()
    agreed = _agreed_names(engagement)
    key = (name, several, prints, tuple(sorted(specs.items())), agreed, str(quarantine), limits)
    with _lock:
        if key in _memo:
            _memo.move_to_end(key)
            drop = _memo[key]
            if quarantine is not None:
                write_quarantine(drop.tables.values(), quarantine)
            return drop
    drop = _read(name, several, files, inputs, list(skipped), specs, agreed, text, limits)
    if quarantine is not None:
        write_quarantine(drop.tables.values(), quarantine)
    with _lock:
        _memo[key] = drop
        while len(_memo) > _KEPT:
            _memo.popitem(last=False)
    return drop


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read of a database."""

    tables: tuple[str, ...] = ()
    schema: str | None = None
    queries: tuple[tuple[str, str], ...] = ()

    @property
    def special(self) -> bool:
        """Whether only a database can give it."""
        return bool(self.schema or self.queries)


def _asked(engagement: Engagement | None, sql: str | None, schema: str | None) -> _Asked:
    """Return what to read: what the caller says goes before what the engagement says."""
    if sql is not None:
        return _Asked(queries=(("query", sql),))
    if engagement is None:
        return _Asked(schema=schema)
    data = engagement.data
    if schema is not None:
        return _Asked(tuple(data.tables), schema)
    return _Asked(tuple(data.tables), data.db_schema, tuple(data.queries.items()))


def _agreed_names(engagement: Engagement | None) -> frozenset[str]:
    """Return what the engagement calls tables."""
    if engagement is None:
        return frozenset()
    named = [*engagement.tables, *(u.table for u in engagement.use_cases), *(a.table for a in engagement.accept)]
    named += [key.table for spec in engagement.tables.values() for key in spec.foreign_keys]
    return frozenset(n for n in named if n)


def _database(url: str, asked: _Asked, reuse: bool) -> Drop:
    key = ("database", fingerprint.of_bytes(url.encode()), asked)
    with _lock:
        if reuse and key in _memo:
            return _memo[key]
    read = read_database(url, asked.tables, queries=dict(asked.queries), schema=asked.schema)
    tables = unique_table_names(read)
    name = safe_url(url).rpartition("/")[2] or "database"
    drop = Drop(name, tables, database_files(list(tables.values())))
    if reuse:
        with _lock:
            _memo[key] = drop
    return drop


def _fingerprint(found: Found) -> InputFile:
    if found.content is not None:
        return InputFile(path=found.name, sha256=fingerprint.of_bytes(found.content), bytes=len(found.content))
    if found.url:
        mark = f"{found.name}\0{found.mark}"
        return InputFile(path=found.name, sha256=fingerprint.of_bytes(mark.encode()), bytes=found.size)
    assert found.path is not None
    try:
        size = found.path.stat().st_size
        return InputFile(path=found.name, sha256=fingerprint.of_file(found.path), bytes=size)
    except OSError as error:
        raise DataError(f"it cannot be read ({error.strerror or 'error'})", where=found.name) from None


Specs = dict[str, tuple[str | None, str | None]]


def _read(
    name: str,
    several: bool,
    files: Sequence[Found],
    inputs: Sequence[InputFile],
    skipped: Skipped,
    specs: Specs,
    agreed: frozenset[str],
    source: str,
    limits: Limits,
) -> Drop:
    reasons: list[DataError] = []
    lakes, others = lake_tables(files, limits, name)
    tables, small = big_tables(others, limits)
    tables += lakes
    for found in small:
        try:
            tables += _file(found, skipped, specs)
        except DataError as error:
            if not several:
                raise
            reasons.append(error)
            skipped.append((found.name, error.what))
    if not tables:
        if len(reasons) == 1:
            raise reasons[0]
        said = f"none of the {len(files)} files can be read"
        first = f"The first: {reasons[0]}" if reasons else "Files such as csv, xlsx or json are read."
        raise DataError(said, where=source, mend=first)
    tables = _joined(with_siblings_names(tables))
    named = without_dates(_named(tables, specs), agreed)
    return Drop(name, unique_table_names(named), tuple(inputs), tuple(skipped))


def _file(found: Found, skipped: Skipped, specs: Specs) -> list[Table]:
    if found.begins_with(PARQUET) and found.path is not None:
        kind_of(PARQUET, found.name)  # refuses a name that says otherwise
        return [read_columnar(found.path, stem_of(found.name), found.name, "parquet")]
    return _content(found.read(), found.name, found.name, skipped, specs, 0, found.path)


def _content(
    data: bytes, name: str, source: str, skipped: Skipped, specs: Specs, depth: int, path: Path | None = None
) -> list[Table]:
    """Read the content of a file; ``name`` is what it is called inside its archive, if any."""
    kind = kind_of(data, name, source)
    stem, large = stem_of(name), len(data) >= _LARGE
    if kind == "gzip":
        _shallow(depth, source)
        data = gunzip(data, source)
        name = name if data[:2] == b"\x1f\x8b" else re.sub(r"(?i)\.gz$", "", name)
        return _content(data, name, source, skipped, specs, depth + 1)
    if kind == "zip":
        _shallow(depth, source)
        return _archive(data, source, skipped, specs, depth)
    if kind in {"parquet", "feather"}:
        return [read_columnar(data, stem, source, kind)]
    if kind == "sqlite":
        if path is None:
            raise DataError("a database inside an archive is not read", where=source, mend="Unpack it by hand.")
        return read_database(f"sqlite:///{path}")
    if kind == "workbook":
        cells = _workbook(data, stem, source, skipped, path)
        del data  # the caller has let go of it too
        return _tables(cells, large)
    if kind in {"json", "jsonl"} and (regular := read_regular_lines(data, stem, source)) is not None:
        return [regular]
    if kind in {"json", "jsonl"}:
        cells = read_json(data, stem, source, lines=True if kind == "jsonl" else None)
    else:
        ending = name.rpartition(".")[2].lower()
        cells = read_text(data, stem, source, ending if ending in {"csv", "tsv", "txt"} else "text")
    del data
    return _tables(cells, large)


def _shallow(depth: int, source: str) -> None:
    if depth >= _DEEPEST_ARCHIVE:
        raise DataError("archives are packed into one another too deeply", where=source, mend="Unpack it by hand.")


def _tables(cells: list[Cells], large: bool) -> list[Table]:
    """Make tables of cells, which are let go of one after the other; ``large``: of a file that took much room."""
    if large:
        give_back()
    source = cells[0].source if cells else ""
    parts = apart(cells)[::-1]
    cells.clear()
    tables = []
    while parts:
        tables.append(table_of_cells(parts.pop()))
    good = [t for t in tables if t.frame.width and (t.rows or t.reading.header_row is not None)]
    if not good:
        raise DataError("the file has no table in it", where=source, mend="Ask for it again.")
    return good


def _workbook(data: bytes, stem: str, source: str, skipped: Skipped, path: Path | None) -> list[Cells]:
    cells, left_out = read_workbook(data, stem, source, path=path)
    skipped += [(f"{source}#{sheet}", reason) for sheet, reason in left_out]
    if len(cells) > 1:
        cells = [replace(c, name=f"{stem}.{c.reading.sheet}") for c in cells]
    return cells


def _archive(data: bytes, source: str, skipped: Skipped, specs: Specs, depth: int) -> list[Table]:
    tables: list[Table] = []
    reasons: list[DataError] = []
    for name, content in members(data, source):
        here = f"{source}/{name}"
        try:
            if isinstance(content, DataError):
                raise content
            if reason := irrelevant(name):
                skipped.append((here, reason))
                continue
            tables += _content(content, name, here, skipped, specs, depth + 1)
        except DataError as error:
            reasons.append(error)
            skipped.append((here, error.what))
    if not tables:
        if reasons:
            raise reasons[0]
        raise DataError("the archive holds no data", where=source, mend="Files such as csv or xlsx are read.")
    return tables


def _joined(tables: Sequence[Table]) -> list[Table]:
    """Join tables that are clearly parts of one: their names say so, and their columns are the same."""
    groups: OrderedDict[tuple[object, ...], list[Table]] = OrderedDict()
    for number, table in enumerate(tables):
        stem = part_of(table.source)
        if stem is None or table.whole is not None:
            groups[("single", number)] = [table]
            continue
        groups.setdefault((stem, tuple(table.columns)), []).append(table)
    return [join_parts(str(key[0]), parts) if len(parts) > 1 else parts[0] for key, parts in groups.items()]


def _named(tables: Sequence[Table], specs: Specs) -> list[Table]:
    """Give tables the names that the engagement has for their files and sheets."""
    named = []
    for table in tables:
        file = table.source.partition("#")[0]
        for name, (pattern, sheet) in specs.items():
            if (pattern, sheet) == (None, None) or (sheet is not None and sheet != table.reading.sheet):
                continue
            if pattern is None or fnmatch(file, pattern) or fnmatch(file.rpartition("/")[2], pattern):
                table = table.named(name)
                break
        named.append(table)
    return named
