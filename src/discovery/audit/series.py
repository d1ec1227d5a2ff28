"""Time axes: what orders the rows of a table in time, and the rhythm of the stamps.

A time axis is one date column, a date and an hour (or a time of day) in columns of their own, or parts of a
date (year, month, day, hour). The rhythm is the most frequent step between neighbouring stamps; months,
quarters and years are counted as such, since their lengths vary. Days of the week and hours of the day at which
there is, as a rule, nothing (weekends, closing hours) are no gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from .context import TableContext
from .profiling.profile import ColumnProfile
from .semantics.words import tokens

__all__ = [
    "PANEL",
    "Axis",
    "Rhythm",
    "crossed_series",
    "entity_candidates",
    "entity_of",
    "missing_steps",
    "mode",
    "month_ends",
    "rhythm_of",
    "rough_rhythm",
    "stamp_text",
    "time_axis",
]

Array = np.ndarray[Any, Any]
MINUTE, HOUR, DAY = 60, 3600, 86400
FEWEST_STAMPS = 10
REGULAR, MULTIPLES = 0.6, 0.9
"""Share of the steps that must have the length of the rhythm, and a multiple of it."""
FEWEST_READINGS, NEARLY_ALL = 200, 0.95
CLOSED = 0.2
"""Share of the hours (or days of the week) below which a shop is closed then."""
MOST_GAPPY = 0.05
"""Share of rows without a value up to which a column may be a part of the axis, or name the entity."""
SOME_ROWS = 20_000
SPARSE = 2.5
"""Up to so many times its rows a panel may have pairs of a stamp and an entity."""
EQUAL, FULL, MOST_ROWS, LONGEST = 0.9, 0.5, 50, 200_000
"""Of a table of several rows to an entity and a stamp: the pairs that must have equally many, those of all possible
ones that must be there, the most rows to a pair, and in all."""
ENTITIES = frozenset({None, "category", "identifier", "country", "postcode"})
PANEL = 0.98
"""Share of the rows that must have a pair of stamp and entity of their own."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What orders the rows: the main column, all its parts, and a stamp a row in seconds since 1970 (or null).

    Where a row stands for several of the table, ``weights`` says for how many.
    """

    column: str
    parts: tuple[str, ...]
    stamps: pl.Series
    weights: Array | None = None

    def tally(self) -> tuple[Array, Array]:
        """Return the stamps in order, each once, and how many rows have it."""
        there = self.stamps.is_not_null().to_numpy()
        stamps = self.stamps.to_numpy()[there].astype(np.int64)
        if self.weights is None:
            return np.unique(stamps, return_counts=True)
        distinct, place = np.unique(stamps, return_inverse=True)
        return distinct, np.bincount(place, weights=self.weights[there]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The step of a series, in seconds or (``months``) calendar months, and its name."""

    step: int
    months: bool
    name: str


def time_axis(context: TableContext) -> Axis | None:
    """Return the time axis of the table: the engagement's, else the one that the profile found, else of parts."""
    key = "checks.time_axis"
    if key not in context.memo:
        context.memo[key] = _find_axis(context)
    found: Axis | None = context.memo[key]
    return found


def _find_axis(context: TableContext) -> Axis | None:
    spec = context.engagement.tables.get(context.name)
    named = [spec.time if spec else None, *(u.time for u in context.use_cases), context.profile.time]
    for name in named:
        if name in context.table.columns and context.profile[str(name)].temporal:
            return _of_date(context, context.profile[str(name)])
    return _of_parts(context)


def _seconds(expression: pl.Expr) -> pl.Expr:
    return expression.cast(pl.Datetime("us")).dt.epoch("s")


def _of_date(context: TableContext, column: ColumnProfile) -> Axis:
    stamp = _seconds(_naive(context.frame, column.name))
    parts: tuple[str, ...] = (column.name,)
    whole_days = (
        column.type == "date"
        or context.frame.select(((stamp % DAY) == 0).fill_null(True).all().alias("d"))["d"].item()
    )
    if whole_days and column.distinct < context.rows:
        other = _hour_column(context) or _clock_column(context)
        if other is not None:
            seconds = pl.col(other.name).cast(pl.Int64)
            seconds = seconds // 1_000_000_000 if other.type == "time" else seconds * HOUR
            stamp, parts = stamp + seconds, (column.name, other.name)
    return Axis(column.name, parts, context.frame.select(stamp.alias("stamp"))["stamp"])


def _naive(frame: pl.DataFrame, name: str) -> pl.Expr:
    dtype = frame.schema[name]
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        return pl.col(name).dt.replace_time_zone(None, ambiguous="earliest", non_existent="null")
    return pl.col(name)


_OF_THE_ROW = frozenset({"calendar", "fiscal", "report", "reporting", "survey", "start", "local", "utc"})
"""Words before "year" or "hour" that leave it the time of the row."""


def _hour_column(context: TableContext) -> ColumnProfile | None:
    return _part(context, {"hr", "hour", "stunde", "hora", "heure"}, 0, 24, least=12)


def _clock_column(context: TableContext) -> ColumnProfile | None:
    return next((c for c in context.columns("time") if c.missing <= MOST_GAPPY * c.rows), None)


def _part(context: TableContext, names: set[str], low: int, high: int, least: int = 2) -> ColumnProfile | None:
    for column in context.columns("integer"):
        words = tokens(column.name)
        alone = len(words) == 1 or (len(words) == 2 and words[0] in _OF_THE_ROW)
        of_month = "day" in names and tuple(words) in {("date", "of", "month"), ("day", "of", "month")}
        if of_month or (words and alone and words[-1] in names):
            inside = column.present and low <= column.minimum and column.maximum <= high
            if inside and column.distinct >= least and column.missing <= MOST_GAPPY * column.rows:
                return column
    return None


def _of_parts(context: TableContext) -> Axis | None:
    year = _part(context, {"year", "yr", "jahr", "ano", "annee"}, 1500, 2200, least=1)
    if year is None:
        return None
    month = _part(context, {"month", "mnth", "monat", "mes", "mois"}, 1, 12)
    if month is None and year.distinct < 10:
        return None
    day = _part(context, {"day", "tag", "dia", "jour"}, 1, 31, least=20) if month else None
    hour = _hour_column(context) if day else None
    parts = tuple(c.name for c in (year, month, day, hour) if c is not None)
    written = [
        pl.lit("01") if part is None else pl.col(part.name).cast(pl.String).str.zfill(width)
        for part, width in ((year, 4), (month, 2), (day, 2))
    ]
    stamp = _seconds(pl.concat_str(written).str.to_date("%Y%m%d", strict=False))
    if hour is not None:
        stamp = stamp + pl.col(hour.name).cast(pl.Int64) * HOUR
    return Axis(year.name, parts, context.frame.select(stamp.alias("stamp"))["stamp"])


def rhythm_of(stamps: Array) -> Rhythm | None:
    """Return the rhythm of distinct, ordered ``stamps``, or None where there is none.

    Most steps must be of one length, and nearly all a multiple of it.
    """
    if len(stamps) < FEWEST_STAMPS:
        return None
    months = _months(stamps)
    step = _regular_step(np.diff(months)) if months is not None else None
    if step is not None:
        return Rhythm(step, True, {1: "month", 3: "quarter", 12: "year"}.get(step, f"{step} months"))
    step = _regular_step(np.diff(stamps))
    return Rhythm(step, False, _name(step)) if step is not None else None


def rough_rhythm(stamps: Array) -> Rhythm | None:
    """Return the most frequent step, of less than a day, that 95% of the steps of 200 distinct, ordered ``stamps``
    or more are within a tenth of, or None."""
    steps = np.diff(stamps)
    step = mode(steps) if len(steps) >= FEWEST_READINGS else 0
    if not 0 < step < DAY or (np.abs(steps - step) <= 0.1 * step).mean() < NEARLY_ALL:
        return None
    return Rhythm(step, False, _name(step))


def _regular_step(steps: Array) -> int | None:
    step = mode(steps)
    if step <= 0 or (steps == step).mean() < REGULAR or (steps % step == 0).mean() < MULTIPLES:
        return None
    return step


def mode(steps: Array) -> int:
    """Return the most frequent of whole numbers (the lowest, if there are several)."""
    values, counts = np.unique(steps, return_counts=True)
    return int(values[counts.argmax()])


def _name(step: int) -> str:
    known = {1: "second", MINUTE: "minute", HOUR: "hour", DAY: "day", 7 * DAY: "week"}
    if step in known:
        return known[step]
    for size, name in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
        if step % size == 0:
            return f"{step // size} {name}"
    return f"{step} seconds"


def _months(stamps: Array) -> Array | None:
    """Return months since year 0 where all stamps are on one day of the month (or its last), else None."""
    if (np.diff(stamps) < 27 * DAY).any() or (stamps % DAY).any():
        return None
    days = stamps.astype("datetime64[s]").astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    if len(np.unique((days - month.astype("datetime64[D]")).astype(int))) > 1 and not month_ends(stamps):
        return None
    return np.asarray(month.astype(int))


def month_ends(stamps: Array) -> bool:
    """Whether all stamps are on the last day of a month."""
    days = stamps.astype("datetime64[s]").astype("datetime64[D]")
    return bool(((days + np.timedelta64(1, "D")).astype("datetime64[M]") != days.astype("datetime64[M]")).all())


def missing_steps(stamps: Array, rhythm: Rhythm) -> Array:
    """Return the stamps that are missing between the first and the last of distinct, ordered ``stamps``.

    Days of the week and hours of the day that are, as a rule, not there are not missing; nor are single working
    days in a series without weekends, which are holidays.
    """
    if rhythm.months:
        months = stamps.astype("datetime64[s]").astype("datetime64[M]").astype(int)
        full = np.arange(months[0], months[-1] + 1, rhythm.step)
        gone = np.setdiff1d(full, months)
        if month_ends(stamps):
            return _month_start(gone + 1) - DAY
        return np.asarray(_month_start(gone) + stamps[0] - _month_start(months[:1]))
    size = (stamps[-1] - stamps[0]) // rhythm.step + 1
    if size > 5 * len(stamps) + 1000:
        return np.empty(0, dtype=np.int64)
    full = np.arange(stamps[0], stamps[-1] + 1, rhythm.step)
    gone = np.setdiff1d(full, stamps)
    for period, slot in ((7 * DAY, DAY), (DAY, HOUR)):
        if rhythm.step <= slot and len(gone):
            gone = gone[~_closed(full, stamps, gone, period, slot)]
    if rhythm.step == DAY and len(gone) and not _has_weekends(stamps):
        gone = _without_holidays(gone)
    return np.asarray(gone)


def _month_start(months: Array) -> Array:
    """Return the stamps of the first days of months since 1970."""
    return months.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)


def _closed(full: Array, stamps: Array, gone: Array, period: int, slot: int) -> Array:
    """Whether the slots (days of the week, hours of the day) that ``gone`` fall in are nearly always empty."""
    count = period // slot
    seen = np.bincount(stamps % period // slot, minlength=count)
    due = np.bincount(full % period // slot, minlength=count)
    empty = seen < CLOSED * due
    return np.asarray(empty[gone % period // slot])


def _has_weekends(stamps: Array) -> bool:
    weekday = (stamps // DAY + 3) % 7
    return bool((weekday >= 5).mean() > 0.02)


def _without_holidays(gone: Array) -> Array:
    """Leave out what is missing for one or two working days in a row (weekends not counted)."""
    index = np.busday_count(np.datetime64("1970-01-01"), gone.astype("datetime64[s]").astype("datetime64[D]"))
    runs = np.split(np.arange(len(gone)), np.flatnonzero(np.diff(index) > 1) + 1)
    kept = [r for r in runs if len(r) >= 3]
    return gone[np.concatenate(kept)] if kept else gone[:0]


def entity_of(context: TableContext, axis: Axis) -> str | None:
    """Return the column that identifies a row together with the stamp (the shop, of sales by shop and day).

    The table must be a panel: most entities have a row at most stamps. In a long table, the stamps of every eighth
    day since 1970 (or every eighth second of finer ones) are looked at, with all their rows.
    """
    key = f"checks.entity_of.{axis.column}"
    if key not in context.memo:
        context.memo[key] = _find_entity(context, axis)
    found: str | None = context.memo[key]
    return found


def entity_candidates(context: TableContext, axis: Axis, rows: int) -> list[ColumnProfile]:
    """Return the columns that may identify one of ``rows`` rows together with the stamp, fewest values first."""
    distinct = axis.stamps.n_unique()
    candidates = [
        c
        for c in context.columns("text", "integer")
        if c.name not in axis.parts
        and 2 <= c.distinct <= rows // 5
        and c.missing <= MOST_GAPPY * rows
        and (c.semantic in ENTITIES or _dense(c))
        and 0.9 * rows <= c.distinct * distinct <= SPARSE * rows
    ]
    return sorted(candidates, key=lambda c: c.distinct)[:12]


def _find_entity(context: TableContext, axis: Axis) -> str | None:
    candidates = entity_candidates(context, axis, context.rows)
    if not candidates:
        return None
    some = _some_stamps(axis.stamps)
    stamps = axis.stamps if some is None else axis.stamps.filter(some)
    for column in candidates:
        entities = context.frame[column.name]
        pairs = pl.DataFrame({"s": stamps, "e": entities if some is None else entities.filter(some)})
        head = pairs.head(SOME_ROWS)
        if head.n_unique() >= PANEL * head.height and pairs.n_unique() >= PANEL * pairs.height:
            return column.name
    return None


def crossed_series(context: TableContext, axis: Axis) -> tuple[str, ...]:
    """Return the columns whose values make a series each, in a table of several rows to an entity and a stamp.

    Nine in ten pairs of entity and stamp have equally many rows, two to fifty, and at least half of all pairs that
    could be are there. A category of as many values that tells these rows apart belongs to the series (region and
    type); without one, the entity's rows of a stamp are one. Longer tables than 200,000 rows are left.
    """
    distinct, counts = axis.tally()
    if context.rows > LONGEST or rhythm_of(distinct) is None:
        return ()
    stamps, one = len(distinct), (axis.stamps == int(distinct[counts.argmax()])).fill_null(False)
    texts = [c for c in context.columns("text", "integer", "boolean") if c.name not in axis.parts]
    for column in sorted((c for c in texts if c.type != "boolean"), key=lambda c: -c.distinct):
        pairs = column.distinct * stamps
        if not (5 <= column.distinct <= 2_000 and context.rows / MOST_ROWS <= pairs <= context.rows / FULL / 2):
            continue
        if column.missing > MOST_GAPPY * context.rows or column.semantic not in ENTITIES:
            continue
        if not _equally_often(context.frame[column.name].filter(one)):
            continue
        cells = (
            pl.DataFrame({"e": context.frame[column.name], "s": axis.stamps}).drop_nulls().group_by("e", "s").len()
        )
        each = mode(cells["len"].to_numpy())
        if not 2 <= each <= MOST_ROWS or (cells["len"] == each).mean() < EQUAL or cells.height < FULL * pairs:  # type: ignore[operator]
            continue
        for other in (c for c in texts if c.distinct == each and c.name != column.name):
            keyed = context.frame.select(column.name, other.name).with_columns(__stamp__=axis.stamps)
            if keyed.n_unique() >= PANEL * keyed.height:
                return column.name, other.name
        return (column.name,)
    return ()


def _equally_often(values: pl.Series) -> bool:
    """Whether most values that are there are there equally often."""
    sizes = values.drop_nulls().value_counts()["count"].to_numpy()
    return len(sizes) > 0 and bool((sizes == mode(sizes)).mean() >= EQUAL - 0.1)


def _some_stamps(stamps: pl.Series) -> pl.Series | None:
    """Return which rows to look at in a long table: those of about an eighth of its stamps, or None for all."""
    if len(stamps) <= 10 * SOME_ROWS:
        return None
    unit = DAY if bool((stamps % DAY == 0).all()) else 1
    mask = (stamps // unit % 8 == 0).fill_null(False)
    return mask if (mask.sum() or 0) >= SOME_ROWS else None


def _dense(column: ColumnProfile) -> bool:
    """Whether whole numbers nearly fill the range from 1 (or 0) on, as the numbers of shops do."""
    if column.type != "integer" or column.semantic != "measure" or column.minimum not in (0, 1):
        return False
    return bool(column.distinct >= 0.8 * (column.maximum - column.minimum + 1))


def stamp_text(stamp: float, step: int = DAY) -> str:
    """Return a stamp as people write it: without the time of day where the step is a day or more."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(stamp))
    return moment.strftime("%Y-%m-%d" if step >= DAY else "%Y-%m-%d %H:%M")
