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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from pydantic import Field

from ...artifacts import SCHEMA_VERSION, Artifact
from ...contract.model import safe_name
from ...ordered import distinct_numbers, ordered_numbers, runs_of
from ..personal import like_births, long_numbers, rounded
from .hashes import hash_all, hash_values, hashed_rows, probe

if TYPE_CHECKING:
    from ..context import TableContext
    from .profile import ColumnProfile

__all__ = [
    "ColumnSketch",
    "Sketch",
    "TableSketch",
    "bin_counts",
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
FOLDER = "sketch"
HASHES = 2**64
SAMPLED_FROM = 50_000
"""Numbers of tables of more rows are those of a sample."""


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
        return self.probe == probe(self.salt)


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
        probe=probe(salt),
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
    hashes = hash_all([values for values, _ in distinct], salt)
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
    """Return the finite numbers of a column in order, of a sample of the rows where there are many.

    Codes for missing among them are told apart, and would move what they are few of: they are left out.
    """
    context = context.values if column in context.excluded and context.table.whole is None else context
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
    found = cells.filter(hash_values(cells, salt).is_in(numbers.implode())).drop_nulls()
    return found.value_counts(sort=True)[column].to_list()
