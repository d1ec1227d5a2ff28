"""What a later drop is compared with: small, and without the client's values.

A run keeps, in ``RUN/sketch/``, one JSON file a table (schema, counts, bins, quantiles of numbers that are not
personal, salted hashes of categories and of a sample of values) and, where the table has a key, one Parquet file
with a salted 64-bit hash of every row by the hash of its key. No check needs the old data again.

The salt is random, made for an engagement's first run and carried from run to run. It keeps hashes of different
engagements from being linked and tables of known hashes from being used. Whoever holds the run directory holds
salt and hashes and could try values one by one, so a run is to be kept as safe as the data.

Hashes are Polars' (not cryptographic, fast); a probe with known input is kept with them, and where a later release
of Polars hashes it differently, hashes are not compared at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from ...artifacts import SCHEMA_VERSION, Artifact
from ...contract.model import safe_name
from ...ordered import distinct_numbers, ordered_numbers, runs_of
from ..personal import like_births, long_numbers, rounded

if TYPE_CHECKING:
    from ..context import TableContext
    from .profile import ColumnProfile

__all__ = [
    "ColumnSketch",
    "Sketch",
    "TableSketch",
    "bin_counts",
    "hashed_rows",
    "null_cells",
    "numbers_of",
    "read_sketch",
    "sketch_table",
    "values_of",
    "write_sketch",
]

CATEGORIES = 50
"""The most values of a column of which all counts are kept."""
BINS = 10
SAMPLED_HASHES = 128
CELLS = 3_000_000
"""The most cells of a table of which each has a short hash."""
FOLDER = "sketch"
HASHES = 2**64
SAMPLED_FROM = 50_000
"""Numbers of tables of more rows are those of a sample."""
MIX = np.uint64(0x9E3779B97F4A7C15)
"""An odd number near 2**64 divided by the golden ratio, which scatters well (Knuth 1973)."""

Words = npt.NDArray[np.uint64]


class ColumnSketch(Artifact):
    """One column: counts, and its distribution as shares that hold no value of the client's."""

    name: str
    type: str
    semantic: str | None = None
    missing: int = 0
    distinct: int = 0
    personal: bool = False
    categories: dict[str, int] | None = Field(default=None, description="Salted hash: count, if few values.")
    edges: list[float] = Field(default_factory=list, description="Inner edges of the bins of a numeric column.")
    bins: list[int] = Field(default_factory=list, description="Counts in the bins, over the sampled rows.")
    quantiles: list[float] = Field(default_factory=list, description="41 equally spaced quantiles.")
    sampled: list[str] = Field(default_factory=list, description="The smallest salted hashes of its values.")
    monotone: bool = Field(default=False, description="Whether rows are in its order, as with running numbers.")


class TableSketch(Artifact):
    """One table."""

    schema_version: int = SCHEMA_VERSION
    table: str
    rows: int
    salt: str
    probe: str
    key: list[str] = Field(default_factory=list)
    time: str | None = None
    first: str | None = Field(default=None, description="The earliest instant of the time column, ISO.")
    last: str | None = None
    columns: list[ColumnSketch] = Field(default_factory=list)
    cells: bool = Field(default=False, description="Whether the row file holds a short hash of every cell.")

    def column(self, name: str) -> ColumnSketch | None:
        """Return the column called ``name``, if there is one."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def comparable(self) -> bool:
        """Whether this Polars gives the hashes that the sketch was made with."""
        return self.probe == _probe(self.salt)


@dataclass(frozen=True)
class Sketch:
    """The sketch of a whole drop. ``rows`` finds the row file of a table (key, row, time, c0, c1, …)."""

    tables: Mapping[str, TableSketch] = field(default_factory=dict)
    folder: Path | None = None

    def row_hashes(self, table: str) -> pl.DataFrame | None:
        """Return the hashes of the rows of ``table``; None where none were kept."""
        path = self.folder / f"{safe_name(table)}.parquet" if self.folder else None
        return pl.read_parquet(path) if path is not None and path.is_file() else None


def write_sketch(contexts: Mapping[str, TableContext], out: Path, previous: Path | None = None) -> Path:
    """Write the sketch of every table into ``out/sketch/`` and return that folder.

    Parameters
    ----------
    contexts : mapping of str to TableContext
        The tables of the drop.
    out : Path
        The run directory.
    previous : Path, optional
        An earlier run, whose salt is carried on.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    earlier = read_sketch(previous) if previous is not None else None
    salts = [t.salt for t in earlier.tables.values()] if earlier else []
    salt = salts[0] if salts else secrets.token_hex(16)
    for name, context in contexts.items():
        sketch = sketch_table(context, salt)
        rows = hashed_rows(context, salt, sketch.key, sketch.time)
        if rows is not None:
            rows.write_parquet(folder / f"{safe_name(name)}.parquet")
            sketch = sketch.model_copy(update={"cells": "c0" in rows.columns})
        sketch.write(folder / f"{safe_name(name)}.json")
    return folder


def read_sketch(run: Path) -> Sketch | None:
    """Return the sketch kept in the directory ``run``, None where there is none; damaged tables are left out."""
    folder = run / FOLDER
    if not folder.is_dir():
        return None
    tables: dict[str, TableSketch] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            sketch = TableSketch.read(path)
        except ValueError:
            continue
        tables[sketch.table] = sketch
    return Sketch(tables, folder)


def sketch_table(context: TableContext, salt: str) -> TableSketch:
    """Return the sketch of one table."""
    key, time = _key(context), _time(context)
    there = set(context.frame.columns)
    first, last = (context.profile[time].minimum, context.profile[time].maximum) if time else (None, None)
    return TableSketch(
        table=context.name,
        rows=context.rows,
        salt=salt,
        probe=_probe(salt),
        key=key,
        time=time,
        first=first.isoformat() if first is not None else None,
        last=last.isoformat() if last is not None else None,
        columns=_columns(context, [p for p in context.profile.columns.values() if p.name in there], salt),
    )


def _key(context: TableContext) -> list[str]:
    spec = context.engagement.tables.get(context.name)
    key = list(spec.key) if spec and spec.key else list(context.profile.key)
    return key if all(c in context.frame.columns for c in key) else []


def _time(context: TableContext) -> str | None:
    """Return the column that orders the rows in time; none that was only found and looks like dates of birth."""
    spec = context.engagement.tables.get(context.name)
    declared = spec.time if spec else None
    time = declared or context.profile.time
    if time and not declared and like_births(context.profile[time], context.as_of):
        return None
    return time if time in context.frame.columns and context.frame.schema[time].is_temporal() else None


def _columns(context: TableContext, profiles: Sequence[ColumnProfile], salt: str) -> list[ColumnSketch]:
    distinct = [_distinct(context, p) for p in profiles]
    hashes = _hash_all([values for values, _ in distinct], salt)
    return [_column(context, p, h, n) for p, h, (_, n) in zip(profiles, hashes, distinct, strict=True)]


def _column(
    context: TableContext, profile: ColumnProfile, hashes: pl.Series, counts: Sequence[int]
) -> ColumnSketch:
    personal = context.is_personal(profile.name)
    edges: list[float] = []
    bins: list[int] = []
    quantiles: list[float] = []
    if profile.numeric and not personal:
        edges, bins, quantiles = _distribution(numbers_of(context, profile.name), long_numbers(profile))
    categories: dict[str, int] | None = None
    if 0 < profile.distinct <= CATEGORIES and len(counts) == len(hashes):
        pairs = sorted(zip(hashes.to_list(), counts, strict=True))
        categories = {f"{h:016x}": int(c) for h, c in pairs}
    return ColumnSketch(
        name=profile.name,
        type=profile.type,
        semantic=profile.semantic,
        missing=profile.missing,
        distinct=profile.distinct,
        personal=personal,
        categories=categories,
        edges=edges,
        bins=bins,
        quantiles=quantiles,
        sampled=_smallest(hashes) if categories is None else [],
        monotone=bool(profile.sorted) or (profile.unique and profile.type == "integer"),
    )


def numbers_of(context: TableContext, column: str) -> pl.Series:
    """Return the finite numbers of a column in order; of a sample of the rows where there are many."""
    if context.rows <= SAMPLED_FROM or context.table.whole is not None:
        return pl.Series(ordered_numbers(context.table, column))
    numbers = context.sample[column].cast(pl.Float64).drop_nulls()
    return numbers.filter(numbers.is_finite()).sort()


def _distinct(context: TableContext, profile: ColumnProfile) -> tuple[pl.Series, Sequence[int]]:
    """Return the distinct values of a column, and, where they are few, how often each occurs."""
    dtype = context.frame[profile.name].dtype
    if profile.distinct <= len(profile.top):
        there = pl.Float64 if dtype.is_decimal() else dtype
        return pl.Series([v for v, _ in profile.top], dtype=there), [n for _, n in profile.top]
    if dtype == pl.String:
        return context.table.value_counts(profile.name)["v"], ()
    if dtype.is_numeric() and not profile.infinite:
        return pl.Series(distinct_numbers(context.table, profile.name)[0]), ()
    return context.frame[profile.name].drop_nulls().unique(), ()


def _distribution(numbers: pl.Series, long: bool = False) -> tuple[list[float], list[int], list[float]]:
    """Return edges, counts and quantiles of sorted numbers, of ``long`` ones to four digits."""
    if numbers.len() < BINS:
        return [], [], []
    ordered = numbers.to_numpy()
    quantiles: list[float] = ordered[[round(i / 40 * (len(ordered) - 1)) for i in range(41)]].tolist()
    quantiles = rounded(quantiles) if long else quantiles
    edges = sorted({quantiles[round(40 * i / BINS)] for i in range(1, BINS)})
    return edges, bin_counts(numbers, edges), quantiles


def bin_counts(numbers: pl.Series, edges: Sequence[float]) -> list[int]:
    """Return how many of sorted numbers lie at or below each edge and above the one before, and above the last."""
    places = np.searchsorted(numbers.to_numpy(), edges, side="right").tolist()
    bounds = [0, *places, numbers.len()]
    return [after - before for before, after in pairwise(bounds)]


def _smallest(hashes: pl.Series) -> list[str]:
    """Return the smallest hashes, sorted: the sample of a k-minimum-values sketch (Bar-Yossef et al. 2002)."""
    words = hashes.to_numpy()
    limit = int(HASHES * min(1.0, 40 * SAMPLED_HASHES / max(len(words), 1)))
    few = words if limit >= HASHES else words[words < limit]
    return [f"{h:016x}" for h in runs_of(np.sort(few)).values[:SAMPLED_HASHES].tolist()]


def values_of(context: TableContext, column: str, salt: str, wanted: Collection[str]) -> list[object]:
    """Return the values of a column whose hashes, as a sketch has them, are ``wanted``; the commonest first."""
    cells = context.frame[column]
    numbers = pl.Series([int(h, 16) for h in wanted], dtype=pl.UInt64)
    found = cells.filter(_hash(cells, salt).is_in(numbers.implode())).drop_nulls()
    return found.value_counts(sort=True)[column].to_list()


def _seed(salt: str) -> int:
    return int(salt[:16], 16)


def _probe(salt: str) -> str:
    seed = _seed(salt)
    known = pl.Series(["discovery", "", "ü"]).hash(seed)
    numbers = pl.Series([1.5, -0.0, 1e300]).hash(seed)
    moments = pl.Series([0, -1, 2**40]).hash(seed)
    return "".join(f"{h:016x}" for h in [*known, *numbers, *moments])


def _hashable(cells: pl.Series) -> pl.Series:
    """One form for values that are equal whatever type they were read as."""
    dtype = cells.dtype
    if dtype.is_numeric():
        return cells.cast(pl.Float64) + 0.0
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        if isinstance(dtype, pl.Datetime) and dtype.time_zone:
            cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return cells.cast(pl.Datetime("us")).to_physical()
    if dtype.is_nested() or dtype == pl.Object or dtype == pl.Binary:
        return cells.map_elements(lambda v: f"{v}", return_dtype=pl.String)
    return cells.cast(pl.String)


def _hash_all(columns: Sequence[pl.Series], salt: str) -> list[pl.Series]:
    """Return the hashes of the values of each column, of all columns of a form at once."""
    forms = [_hashable(c) for c in columns]
    found: dict[int, pl.Series] = {}
    for dtype in {f.dtype for f in forms}:
        places = [i for i, f in enumerate(forms) if f.dtype == dtype]
        hashes = pl.concat([forms[i].alias("v") for i in places]).hash(_seed(salt))
        start = 0
        for i in places:
            found[i] = hashes.slice(start, len(forms[i]))
            start += len(forms[i])
    return [found[i] for i in range(len(forms))]


def _hash(cells: pl.Series, salt: str) -> pl.Series:
    if cells.dtype != pl.Boolean:
        return _hashable(cells).hash(_seed(salt))
    yes, no, none = _hashable(pl.Series([True, False, None])).hash(_seed(salt)).to_numpy()
    truth = cells.fill_null(False).to_numpy()
    return pl.Series(np.where(cells.is_null().to_numpy(), none, np.where(truth, yes, no)))


def null_cells(salt: str) -> set[int]:
    """Return the short hashes that a blank cell can have."""
    seed = _seed(salt)
    blanks = [pl.Series([None], dtype=d).hash(seed) for d in (pl.String, pl.Float64, pl.Int64)]
    return {int(b[0] % 65_536) for b in blanks}


def hashed_rows(
    context: TableContext,
    salt: str,
    key: Sequence[str],
    time: str | None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame | None:
    """Return one line a row: hash of its key, hash of the whole row, its day, and short hashes of its cells.

    Parameters
    ----------
    context : TableContext
        The table.
    salt : str
        Hexadecimal.
    key : sequence of str
        The key's columns; without them, or where one is gone, None is returned; so it is for a table beyond memory,
        of which no hash a row is kept.
    time : str or None
        The time column; its day is kept so that the past can be told from what is new.
    columns : sequence of str, optional
        The columns that make the row, in this order; else all of the table.
    """
    names = list(columns) if columns is not None else list(context.frame.columns)
    if context.table.whole is not None:
        return None
    if not key or not {*key, *names} <= set(context.frame.columns) or not context.rows:
        return None
    cells = context.rows * len(names) <= CELLS
    hashes = {n: _hash(context.frame[n], salt).to_numpy() for n in ([*key, *names] if cells else key)}
    whole = _combined((hashes[n] if n in hashes else _hash(context.frame[n], salt).to_numpy()) for n in names)
    rows = pl.DataFrame(
        {
            "key": _combined(hashes[n] for n in key),
            "row": whole,
            "row_number": pl.int_range(1, context.rows + 1, dtype=pl.UInt32, eager=True),
        }
    )
    if time is not None and time in context.frame.columns:
        rows = rows.with_columns(context.frame[time].cast(pl.Date, strict=False).alias("day"))
    if cells:
        short = [(hashes[n] % 65_536).astype(np.uint16) for n in names]
        rows = rows.with_columns([pl.Series(f"c{i}", c) for i, c in enumerate(short)])
    return rows


def _combined(hashes: Iterable[Words]) -> Words:
    """Return one hash of several, in their order: their sum weighted by powers of an odd number, modulo 2**64."""
    found: Words | None = None
    for each in hashes:
        found = each.copy() if found is None else np.add(np.multiply(found, MIX, out=found), each, out=found)
    if found is None:
        raise ValueError("no columns")
    return found
