"""Rows that a sample would miss and a check should see: they are added to it, and counted over all rows later.

They are those with a value cut off from the others (a sentinel, a typing error), with the outermost values, with
a rare word in a column of few words, with a missing or zero cell where the sample has none, with a cell that did
not parse, and rows that repeat others or another's key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import numpy as np
import polars as pl

from ...intake.whole import picked
from ..profiling.profile import ColumnProfile, TableProfile
from .sessions import HASH, Session

if TYPE_CHECKING:
    from ...intake.table import Table, TableColumn, Unparsed

__all__ = ["seen_table"]

EACH = 5
"""How many rows stand for a value."""

COPIES = 10
CUT_OFF = 0.5
FEW = 2_000
MOST_ROWS = 5_000
_ROW = "__row__"


def seen_table(
    table: Table, sample: TableProfile, profile: TableProfile, rare: Mapping[str, list[Any]], session: Session
) -> tuple[Table, pl.Series]:
    """Return the table that the checks are given, the sample with the witnesses, and the number of each row.

    Parameters
    ----------
    table : Table
        Whose frame is the sample.
    sample, profile : TableProfile
        Of the sample, and of all rows.
    rare : mapping of str to list
        By column, texts that the sample lacks.
    session : Session
        The engine that looks for repeated rows.
    """
    whole = table.whole
    assert whole is not None
    wanted = {c.name: _values(c, sample[c.name], table.frame[c.name]) for c in profile.columns.values()}
    for name, texts in rare.items():
        wanted[name] = [*wanted.get(name, []), *texts]
    numbers = _rows_with(whole.polars(), {c: v for c, v in wanted.items() if v})
    numbers |= _repeated(session, sample, profile)
    numbers |= {u.row for cells in whole.cells.values() for u in list(cells)[:EACH]}
    numbers -= set(whole.numbers.to_list())
    chosen = sorted(numbers)[:MOST_ROWS]
    return _joined(table, chosen)


def _values(profile: ColumnProfile, sample: ColumnProfile, series: pl.Series) -> list[Any]:
    """Return the values of a column that the checks should see; None stands for a missing one."""
    found: list[Any] = [None] if profile.missing and not sample.missing else []
    if profile.zeros and not sample.zeros:
        found.append(0)
    if (profile.low and series.dtype.is_numeric()) or series.dtype.is_temporal():
        spread = _spread(series)
        for edge in (profile.low, profile.high):
            found += _outermost(edge, spread)
    return found


def _spread(series: pl.Series) -> float:
    values = series.drop_nulls().to_physical().cast(pl.Float64)
    values = values.filter(values.is_finite())
    if values.is_empty():
        return 0.0
    low, high = values.quantile(0.01), values.quantile(0.99)
    return float(cast("float", high) - cast("float", low))


def _outermost(edge: Sequence[tuple[Any, int]], spread: float) -> Iterator[Any]:
    """The values before the widest gap among the outermost ones, where it is wide; and the very outermost."""
    if not edge:
        return
    numbers = np.abs(np.diff(pl.Series([v for v, _ in edge]).to_physical().cast(pl.Float64).to_numpy()))
    place = int(np.argmax(numbers)) if len(numbers) else 0
    cut = place + 1 if len(numbers) and numbers[place] > CUT_OFF * spread else 1
    for value, rows in edge[:cut]:
        if rows <= FEW:
            yield value


def _rows_with(lazy: pl.LazyFrame, wanted: Mapping[str, list[Any]]) -> set[int]:
    """Return rows (from 1) that hold the wanted values, a few of each."""
    if not wanted:
        return set()
    schema = lazy.collect_schema()
    picks: list[pl.Expr] = []
    for name, values in wanted.items():
        given = pl.Series([v for v in values if v is not None], dtype=schema[name], strict=False)
        if len(given):
            picks.append(pl.col(name).is_in(given.implode()).fill_null(False))
        if None in values:
            picks.append(pl.col(name).is_null())
    some = picked(lazy.select(list(wanted)).with_row_index(_ROW, offset=1), reduce(or_, picks))
    rows = some.head(50 * MOST_ROWS).collect(engine="streaming")
    chosen: set[int] = set()
    for name, values in wanted.items():
        held = rows.filter(pl.col(name).is_in(pl.Series([v for v in values if v is not None], dtype=schema[name],
                                                        strict=False).implode()))  # fmt: skip
        chosen |= set(held.group_by(name).agg(pl.col(_ROW).sort().head(EACH))[_ROW].explode().to_list())
        if None in values:
            chosen |= set(rows.filter(pl.col(name).is_null())[_ROW].head(EACH).to_list())
    return {int(r) for r in chosen}


def _repeated(session: Session, sample: TableProfile, profile: TableProfile) -> set[int]:
    """Return rows that are equal, or share what identifies nearly every row."""
    found: set[int] = set()
    if profile.duplicate_rows and not sample.duplicate_rows:
        found |= _copies(session, list(profile.columns))
    for column in profile.columns.values():
        nearly = sample[column.name].unique and not column.unique and column.distinct >= 0.98 * column.present
        if nearly and column.present > 1 and column.type in {"integer", "text"}:
            found |= _copies(session, [column.name])
    return found


def _copies(session: Session, columns: Sequence[str]) -> set[int]:
    """Return the rows of a few groups of rows that agree in ``columns``."""
    hashes = session.repeated(columns, COPIES)
    if not hashes:
        return set()
    rows = session.collect(session.hashed(columns, columns).filter(nw.col(HASH).is_in(hashes)).head(100))
    lazy = session.whole.polars().select(columns).with_row_index(_ROW, offset=1)
    match = reduce(
        or_, (pl.all_horizontal(pl.col(c).eq_missing(pl.lit(v)) for c, v in zip(columns, key, strict=True))
              for key in rows.select(columns).unique().iter_rows()),
    )  # fmt: skip
    return set(lazy.filter(match).select(_ROW).head(100).collect(engine="streaming")[_ROW].to_list())


def _joined(table: Table, rows: Sequence[int]) -> tuple[Table, pl.Series]:
    whole = table.whole
    assert whole is not None
    if not rows:
        return replace(table, whole=None), whole.numbers
    places = pl.Series(_ROW, list(rows), dtype=pl.Int64)
    added = whole.rows_of(places)
    numbers = pl.concat([whole.numbers.alias(_ROW), places])
    order = numbers.arg_sort()
    frame = pl.concat([table.frame, added.select(table.frame.columns)], how="vertical_relaxed")[order]
    texts = table.texts
    if texts is not None:
        texts = table.written(texts.columns)
        more = added.select(pl.col(texts.columns).cast(pl.String, strict=False))
        texts = pl.concat([texts, _as_written(more, whole.cells, places)])[order]
    numbers = numbers[order]
    columns = {n: _moved(c, numbers, whole.numbers, whole.cells.get(n, ())) for n, c in table.columns.items()}
    return replace(table, frame=frame, texts=texts, columns=columns, whole=None), numbers


def _as_written(texts: pl.DataFrame, cells: Mapping[str, Sequence[Unparsed]], places: pl.Series) -> pl.DataFrame:
    """Put the cells that did not parse back as they were written."""
    for name in set(texts.columns) & set(cells):
        written = {u.row: u.text for u in cells[name]}
        column = [written.get(r, t) for r, t in zip(places.to_list(), texts[name].to_list(), strict=True)]
        texts = texts.with_columns(pl.Series(name, column, dtype=pl.String))
    return texts


def _moved(column: TableColumn, numbers: pl.Series, drawn: pl.Series, cells: Sequence[Unparsed]) -> TableColumn:
    """Return the column with the rows of its unparsed cells as they are counted in the new frame."""
    if not column.unparsed and not cells:
        return column
    from ...intake.table import Unparsed

    texts = {int(drawn[u.row - 1]): u.text for u in column.unparsed} | {u.row: u.text for u in cells}
    place = {int(n): i for i, n in enumerate(numbers.to_list(), start=1)}
    there = sorted((place[n], t) for n, t in texts.items() if n in place)
    return replace(column, unparsed=[Unparsed(row, text) for row, text in there])
