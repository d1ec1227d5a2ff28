"""Entities that are in a table several times, by what names them, or by what names them and the time.

A text that names an entity repeats now and then by chance (two films of one title); rows of one entity then
differ in most columns. Where they agree in most of them, far more often than any two rows do, it is the same again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import codes_of
from ...rows.chance import collision
from ...series import Axis, entity_of, mode, rhythm_of, time_axis
from ...vocabulary.hindsight import identifier_name
from ..shape import ROW_NUMBER, identifies

__all__ = ["measured_again", "panel_entity", "repeated_entities", "repeated_times"]

NAMES, NAMES_OF_PLACES = 0.85, 0.75
"""From which share of distinct values on a column names a row each, and where there are coordinates."""
AGREE, BEYOND_CHANCE = 0.7, 0.4
"""How often, in the mean of the columns, rows of one name must agree, and how much more often than any two rows."""
FEWEST_GROUPS, FEWEST_ROWS, FEWEST_ENTITIES = 3, 100, 10
TELLING = 0.3
"""Two rows agree so often at most by chance in a column whose agreement tells something."""
ONCE = 0.995
"""In so many of the rows an entity and a time must occur once, to name a row."""
SHARED = 0.2
"""So many rows of a panel have their time in common with another, at least."""
EVENTS = 0.8
"""Where a time differs within so many of the names, these are events at one place."""
REGULAR = 0.6
"""The share of the steps in time that are of one length in a regular series."""
MOST_COLUMNS = 12
FULL = 0.5
"""The share of the times at which each of few series must have a row."""
MEASURED, ALONE, AGREE_HERE = 20, 0.7, 0.95
"""A measure has so many values; so many times have one row only; and in so many of the others the rows agree."""
SOME_ROWS = 50_000
PRIVATE = frozenset({"person_name", "free_text", "address", "phone", "birth_date", "date_part"})


@check("duplicate_key", "conflicting_records")
def repeated_entities(context: TableContext) -> Iterator[Finding]:
    """Find texts that name a row each, but for some that stand on rows which agree in most other columns.

    Rows equal in every column are told elsewhere. Where the rows of an entity differ in some columns, its records
    conflict.
    """
    if context.rows < FEWEST_ROWS or any(_key(c) for c in context.columns()):
        return
    placed = {c.semantic for c in context.columns("number")} >= {"latitude", "longitude"}
    often = NAMES_OF_PLACES if placed else NAMES
    names = [c for c in context.columns("text", "integer") if _names_rows(c, often)]
    for column in sorted(names, key=lambda c: (not _told(c), -c.distinct))[:MOST_COLUMNS]:
        unlike = _unlike(context, column.name)
        if unlike is None:
            continue
        if not _told(column):
            yield _again(context, column, placed=placed)
        differing = {c: n for c, n in unlike.items() if n}
        if differing and not identifier_name(column.name):
            yield _conflict(context, column, differing)
        return


def _told(column: ColumnProfile) -> bool:
    """Whether a column that repeats is told as a key of its own."""
    return identifies(column) or (column.semantic in {"url", "email"} and column.distinct >= 0.95 * column.present)


def _key(column: ColumnProfile) -> bool:
    """Whether a column identifies the rows, and does more than number them."""
    numbers = column.type == "integer" and ROW_NUMBER.match(column.name) is not None
    return column.identifying and identifies(column) and not numbers


def _names_rows(column: ColumnProfile, often: float) -> bool:
    if column.unique or column.missing > 0.02 * column.rows or column.semantic in PRIVATE:
        return False
    texts = column.type == "text" or identifies(column)
    return texts and column.distinct >= often * column.present


def _unlike(context: TableContext, name: str) -> dict[str, int] | None:
    """Return in how many groups of rows with one value of ``name`` each column differs; None where they are of
    different entities."""
    others = [
        c for c in context.columns() if c.name != name and c.distinct > 1 and ROW_NUMBER.match(c.name) is None
    ]
    telling = [c for c in others if collision(c) <= TELLING]
    placed = _only_placed(others)
    if len(telling) < (2 if placed else 3):
        return None
    again = context.frame[name].is_duplicated() & context.frame[name].is_not_null()
    frame = context.frame.filter(again).select(name, *(c.name for c in others)).unique()
    frame = frame.filter(pl.col(name).is_duplicated())
    varied = frame.group_by(name).agg(pl.col([c.name for c in others]).n_unique() > 1)
    if varied.height < FEWEST_GROUPS:
        return None
    if any(c.temporal and (varied[c.name].mean() or 0) >= EVENTS for c in others):  # type: ignore[operator]
        return None  # what happens at one place on several days
    if placed:  # one place by its name, with figures of several
        here = all(float(varied[c.name].mean() or 0) <= 1 - AGREE_HERE for c in placed)  # type: ignore[arg-type]
        return {c.name: int(varied[c.name].sum()) for c in others} if here else None
    agree = 1 - np.array([float(varied[c.name].mean() or 0) for c in telling])  # type: ignore[arg-type]
    chance = np.array([collision(c) for c in telling])
    if agree.mean() < AGREE or agree.mean() - chance.mean() < BEYOND_CHANCE or np.median(agree) < AGREE:
        return None
    return {c.name: int(varied[c.name].sum()) for c in others}


def _only_placed(others: list[ColumnProfile]) -> list[ColumnProfile]:
    """Return latitude and longitude where all other columns are figures, so that no text tells entities apart."""
    placed = [c for c in others if c.semantic in {"latitude", "longitude"}]
    figures = [c for c in others if c not in placed]
    return placed if len(placed) == 2 and figures and all(c.numeric for c in figures) else []


def _again(context: TableContext, column: ColumnProfile, *, placed: bool) -> Finding:
    repeats = column.present - column.distinct
    rows = context.repeated_rows([column.name])
    others = [c for c in context.table.columns if c != column.name][:4]
    if placed and _only_placed([c for c in context.columns() if c.name != column.name]):
        return context.finding(
            "duplicate_key",
            column.name,
            "minor",
            f"'{column.name}' names the places, but {repeats:,} of {column.present:,} rows repeat a name that "
            "already occurred, at the same place and with other figures.",
            rows_affected=repeats,
            consequence="Nothing tells them apart, and the place of most of them may be that of another.",
            advice="Ask for what tells them apart (a state, a region); places may have been looked up by name "
            "only.",
            evidence=context.evidence(rows, [column.name, *others]),
            details={"distinct": column.distinct, "repeats": repeats},
            confidence=0.75,
        )
    return context.finding(
        "duplicate_key",
        column.name,
        "minor",
        f"'{column.name}' names the rows, but {repeats:,} of {column.present:,} rows repeat a name that already "
        "occurred, and agree with it in most other columns.",
        rows_affected=repeats,
        consequence="The same thing counts twice, and stands in training and test data.",
        advice="Ask what one row stands for. If each thing should occur once, keep the newest.",
        fix=f"df = df.drop_duplicates(subset=[{column.name!r}], keep='last')",
        evidence=context.evidence(rows, [column.name, *others]),
        details={"distinct": column.distinct, "repeats": repeats},
        confidence=0.75,
    )


def _conflict(context: TableContext, column: ColumnProfile, differing: dict[str, int]) -> Finding:
    most = sorted(differing, key=lambda c: -differing[c])
    frame = context.frame.with_row_index("__row__", offset=1)
    frame = frame.filter(pl.col(column.name).is_not_null() & pl.col(column.name).is_duplicated())
    clash = frame.group_by(column.name).agg(torn=pl.any_horizontal(pl.col(most).n_unique() > 1), n=pl.len())
    torn = clash.filter("torn")
    rows = frame.join(torn.select(column.name), on=column.name, how="semi").sort([column.name, "__row__"])
    shown = ", ".join(f"'{c}'" for c in most[:4]) + (" …" if len(most) > 4 else "")
    return context.finding(
        "conflicting_records",
        [],
        "minor",
        f"{torn.height:,} values of '{column.name}' stand on {rows.height:,} rows that differ in {shown}.",
        rows_affected=rows.height,
        consequence=f"Which row is true is open: a join on '{column.name}' multiplies rows, and a model sees one "
        "case with two descriptions, perhaps on both sides of a split.",
        advice="Keep the latest record of each key, if a time stamp tells which; else ask the client. If the key "
        "may repeat, keep its rows in one fold.",
        evidence=context.evidence(rows["__row__"].to_list(), [column.name, *most[:3]], 6),
        details={"key": [column.name], "keys": torn.height, "keys_by_column": {c: differing[c] for c in most[:20]}},
        confidence=0.8,
    )


@check("duplicate_key")
def repeated_times(context: TableContext) -> Iterator[Finding]:
    """Find entities that have two rows at one time, where an entity and a time name a row in 99.5% of the rows."""
    axis = time_axis(context)
    spec = context.engagement.tables.get(context.name)
    if axis is None or (spec and spec.key) or any(_key(c) for c in context.columns()):
        return
    found = panel_entity(context, axis)
    if found is not None and found[1].any():
        yield _at_one_time(context, found[0], axis, found[1])
    elif found is None:
        few = _of_few(context, axis)
        mask = measured_again(context, axis) if few is None else None
        if few is not None:
            yield _at_one_time(context, few[0], axis, few[1])
        elif mask is not None:
            yield _one_time(context, axis, mask)


def _of_few(context: TableContext, axis: Axis) -> tuple[str, pl.Series] | None:
    """Return what tells apart the few series of a regular panel (four sensors, by the hour), and the rows that
    repeat it and the time of an earlier one; None where there are none."""
    entity = entity_of(context, axis)
    if entity is None or context.profile[entity].distinct >= FEWEST_ENTITIES or rhythm_of(axis.tally()[0]) is None:
        return None
    keyed = context.frame.select(pl.col(entity)).with_columns(axis.stamps.alias("__at__"))
    known = keyed.select(pl.all_horizontal(pl.all().is_not_null()).alias("k"))["k"]
    rows = keyed.filter(known).group_by(entity).len()["len"]
    if min(rows.to_list(), default=0) < FULL * axis.stamps.n_unique():
        return None
    again = known & ~keyed.select(pl.struct(pl.all()).is_first_distinct().alias("f"))["f"]
    return (entity, again) if again.any() else None


def measured_again(context: TableContext, axis: Axis) -> pl.Series | None:
    """Return the rows at the time of an earlier one, where all rows of a time agree in most measures.

    Seven times in ten must have one row only: else a time has many rows by nature, and what it decides is of it.
    """
    if context.rows < FEWEST_ROWS or axis.stamps.null_count():
        return None
    measures = [
        c.name
        for c in context.columns("integer", "number")
        if c.distinct >= MEASURED and collision(c) <= 0.05 and c.name not in axis.parts and not c.missing
    ]
    sizes = axis.stamps.value_counts()["count"]
    several = int((sizes > 1).sum())
    if not measures or several < MEASURED or several > (1 - ALONE) * len(sizes):
        return None
    frame = context.frame.select(measures).with_columns(axis.stamps.alias("__at__"))
    twice = frame.filter(pl.col("__at__").is_duplicated())
    agree = (
        twice.group_by("__at__").agg((pl.col(measures).n_unique() == 1).cast(pl.Float64)).select(measures).mean()
    )
    same = [name for name, share in zip(measures, agree.row(0), strict=True) if share >= AGREE_HERE]
    return ~axis.stamps.is_first_distinct() if len(same) > 0.5 * len(measures) else None


def _one_time(context: TableContext, axis: Axis, mask: pl.Series) -> Finding:
    parts, count = list(axis.parts), int(mask.sum())
    name = " + ".join(f"'{c}'" for c in parts)
    return context.finding(
        "duplicate_key",
        parts,
        "minor",
        f"{count:,} of {context.rows:,} rows have the {name} of an earlier row and agree with it in nearly all "
        "measures.",
        rows_affected=count,
        consequence="One measurement counts several times, and stands in training and test data.",
        advice="Ask what one row stands for. If each time should have one row, keep one, and put what differs into "
        "columns of its own.",
        fix=f"df = df.drop_duplicates(subset={parts!r}, keep='last')",
        evidence=context.evidence(context.rows_where(mask), parts),
        details={"key": parts, "repeats": count},
        confidence=0.8,
    )


def panel_entity(context: TableContext, axis: Axis) -> tuple[str, pl.Series] | None:
    """Return the column of the entities of a panel, and which rows repeat entity and time; None if there is none.

    Many rows must share their time. Either most steps between the rows of an entity are of one length, or far more
    rows would repeat both if the entities were shuffled.
    """
    key = f"checks.panel_entity.{axis.column}"
    if key not in context.memo:
        context.memo[key] = _find_entity(context, axis)
    found: tuple[str, pl.Series] | None = context.memo[key]
    return found


def _find_entity(context: TableContext, axis: Axis) -> tuple[str, pl.Series] | None:
    stamps = axis.stamps.drop_nulls()
    if context.rows < FEWEST_ROWS or len(stamps) < 0.98 * context.rows:
        return None
    if stamps.is_duplicated().sum() < SHARED * len(stamps):
        return None
    candidates = [c for c in context.columns("text", "integer") if c.name not in axis.parts and _may_be_entity(c)]
    found: tuple[str, pl.Series] | None = None
    some = _some_times(axis.stamps, context.seed)
    for column in sorted(candidates, key=lambda c: -c.distinct)[:MOST_COLUMNS]:
        series = context.frame[column.name]
        if some is not None and _often_again(axis.stamps.filter(some), series.filter(some)):
            continue
        mask = _repeated(codes_of(series), axis, context.seed)
        if mask is not None:  # where both are empty, nothing is named
            mask = mask & axis.stamps.is_not_null() & series.is_not_null()
        if mask is not None and (found is None or (mask.any() and not found[1].any())):
            found = column.name, mask
    return found


def _some_times(stamps: pl.Series, seed: int) -> pl.Series | None:
    """Return the rows of every so many times, some 50,000, whole times each; None where there are no more rows."""
    every = len(stamps) // SOME_ROWS
    return stamps.hash(seed) % every == 0 if every > 1 else None


def _often_again(stamps: pl.Series, entities: pl.Series) -> bool:
    """Whether entities come again at a time so often that an entity and a time name no row."""
    pairs = pl.DataFrame({"s": stamps, "t": entities})
    again = pairs.height - pairs.n_unique()
    return again > 5 * (1 - ONCE) * pairs.height and again >= FEWEST_ROWS


def _may_be_entity(column: ColumnProfile) -> bool:
    if column.semantic in PRIVATE - {"person_name"} or column.missing > 0.02 * column.rows:
        return False
    return FEWEST_ENTITIES <= column.distinct <= 0.2 * column.present


def _repeated(entities: np.ndarray[tuple[int], np.dtype[np.int64]], axis: Axis, seed: int) -> pl.Series | None:
    """Return which rows repeat the entity and the time of an earlier one; None where the two name no row."""
    pairs = pl.DataFrame({"s": axis.stamps, "t": entities})
    again = ~pairs.select(pl.struct("s", "t").is_first_distinct().alias("f"))["f"]
    count = int(again.sum())
    if count > (1 - ONCE) * len(entities):
        return None
    rows = pairs.drop_nulls().unique().sort("t", "s")
    steps = rows.select(pl.col("s").diff().over("t"))["s"].drop_nulls().to_numpy()
    if len(steps) >= FEWEST_ROWS and _regular(steps):
        return again
    mixed = pl.DataFrame({"s": axis.stamps, "t": np.random.default_rng(seed).permutation(entities)})
    return again if mixed.height - mixed.n_unique() >= max(50, 20 * count) else None


def _regular(steps: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    """Whether most steps are of one length; years (365 and 366 days) and months count as such."""
    days = np.round(steps / 86_400)
    calendar = [((days >= low) & (days <= high)).mean() for low, high in ((28, 31), (90, 92), (365, 366))]
    return bool(max((steps == mode(steps)).mean(), *calendar) >= REGULAR)


def _at_one_time(context: TableContext, column: str, axis: Axis, mask: pl.Series) -> Finding:
    count = int(mask.sum())
    parts = [column, *axis.parts]
    name = " + ".join(f"'{c}'" for c in parts)
    return context.finding(
        "duplicate_key",
        [],
        "minor",
        f"{name} name a row, but {count:,} of {context.rows:,} rows repeat{'s' if count == 1 else ''} an earlier "
        "one in them.",
        rows_affected=count,
        consequence="The same thing counts twice at one time, and lags and sums over time are off.",
        advice="Ask what one row stands for. If each thing should have one row at a time, keep the newest.",
        fix=f"df = df.drop_duplicates(subset={parts!r}, keep='last')",
        evidence=context.evidence(context.rows_where(mask), parts),
        details={"key": parts, "repeats": count},
        confidence=0.75,
    )
