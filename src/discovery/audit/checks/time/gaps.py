"""Time: gaps in regular series, periods with far too many or few rows, and data that is too old.

Method: a series is regular where most steps between its stamps are equal; what is missing from the calendar between
the first and last stamp is a gap. Row counts a period are made comparable by Anscombe's square-root transform
(1948), under which Poisson counts have a standard deviation of 1; a period is anomalous when it is more than six
robust deviations (MAD) from the running median and its weekday's usual offset, and at least doubled or halved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ...clocks import when_clocks_change
from ...context import TableContext, check
from ...fixes import as_dates
from ...panels import full_panel
from ...series import (
    DAY,
    Array,
    Axis,
    Rhythm,
    crossed_series,
    entity_of,
    missing_steps,
    mode,
    month_ends,
    rhythm_of,
    rough_rhythm,
    stamp_text,
    time_axis,
)
from ..uniqueness.entities import panel_entity

__all__ = ["of_a_thing", "stale", "time_gap", "volume_anomaly"]

MOST_MISSING = 0.3
"""Share of the stamps due above which a series is not regular."""
MOST_YEARS = 0.1
"""The most years that may be missing of those in which things have several rows each."""
BUSY = 10
"""Rows a stamp, on average, from which it is no chance that a stamp has none."""
HOLE, MOST_HOLES = 10, 0.005
"""Steps from which on a hole between readings is told, and the most of the steps that may be such."""
DEVIATIONS = 6.0
WINDOW = 15
FEWEST_PERIODS, FEWEST_A_PERIOD = 21, 5
MOST_PERIODS = 20_000
MOST_ODD = 0.03
"""Share of the periods (three at least) up to which as many breaks are breaks, and do not make up another level."""
MOST_AT_ALL = 0.1
"""The most of the periods in breaks of several of them."""
MOST_ENTITIES = 2_000
NO_LONGER = 366
"""Days after which data is old where no age was agreed."""


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Missing stamps of a table: how many of how many due, the longest runs, and by entity; ``rough``: reckoned
    from the length of holes, as the steps differ by a little; ``clocks``: all lie
    where clocks are set."""

    missing: int
    due: int
    longest: list[tuple[float, float, int]]
    rhythm: Rhythm
    entity: str | None = None
    entities: int = 0
    rough: bool = False
    clocks: bool = False


@check("time_gap")
def time_gap(context: TableContext) -> Iterator[Finding]:
    """Find stamps that a regular series should have and has not: of the table, or of each of its entities.

    Nothing is told where more than three in ten are missing: then it is the rhythm that is wrong. Where the
    steps of readings differ by a little, so that no stamp can be said to be due, holes of ten steps or more count.
    """
    axis = time_axis(context)
    if axis is None or context.rows < 20:
        return
    gaps = _gaps(context, axis)
    if gaps is None or not gaps.missing:
        return
    forecast = any(u.task == "forecast" or u.time in axis.parts for u in context.use_cases)
    share = gaps.missing / gaps.due
    severity: Severity = "major" if forecast and share >= 0.05 else "minor"
    step = gaps.rhythm.step * (30 * DAY if gaps.rhythm.months else 1)
    runs = [f"{stamp_text(a, step)} to {stamp_text(b, step)} ({n:,})" for a, b, n in gaps.longest[:5]]
    unit = gaps.rhythm.name if gaps.rhythm.name[0].isdigit() else f"1 {gaps.rhythm.name}"
    per = f" over {gaps.entities:,} of '{gaps.entity}'" if gaps.entity else ""
    yield context.finding(
        "time_gap",
        axis.column,
        severity,
        f"'{' + '.join(axis.parts)}' steps by {unit}, but {gaps.missing:,} of {gaps.due:,} stamps{per} are "
        f"missing; the longest gap: {runs[0]}.",
        rows_affected=gaps.missing,
        consequence="Lags, rolling means and sums silently span the gaps, and forecasts learn a wrong rhythm.",
        advice="They are of the hour at which clocks are set to summer time and back: nothing is lost in spring; "
        "ask for stamps in UTC."
        if gaps.clocks
        else "Ask whether nothing happened then (fill with zero) or nothing was recorded (leave missing).",
        fix=_fix(context, axis, gaps),
        details={"missing": gaps.missing, "due": gaps.due, "step": gaps.rhythm.name, "longest": runs}
        | {"parts": list(axis.parts), "entity": gaps.entity}
        | ({"clock_change": True} if gaps.clocks else {}),
        confidence=0.9,
    )


def _fix(context: TableContext, axis: Axis, gaps: _Gaps) -> str | None:
    """Return the line that makes the series regular; none where a stamp has several rows, which it cannot hold, or
    where weekends are left out: pandas knows no holidays."""
    column = axis.column
    profile, code = context.profile[column], _frequency(axis.tally()[0], gaps.rhythm)
    if (
        code is None
        or gaps.rough
        or len(axis.parts) > 1
        or gaps.entity
        or not (profile.identifying and profile.temporal)
    ):
        return None
    if code == "D" and (context.frame[column].dt.weekday() > 5).sum() == 0:
        return None
    index = f"df.set_index({as_dates(context, column)}).drop(columns={column!r})"
    return f"df = {index}.asfreq({code!r}).reset_index()"


def _frequency(stamps: Array, rhythm: Rhythm) -> str | None:
    """Return the rhythm as an offset of pandas that counts from the first stamp; None where pandas has none."""
    if not rhythm.months:
        return {"minute": "min", "hour": "h", "day": "D", "week": "7D"}.get(rhythm.name)
    if stamp_text(stamps[0]).endswith("-01"):
        return f"{rhythm.step}MS"
    return f"{rhythm.step}ME" if month_ends(stamps) else None


def _gaps(context: TableContext, axis: Axis) -> _Gaps | None:
    distinct, counts = axis.tally()
    if len(distinct) < 10:
        return None
    if _shared(counts):
        entity = entity_of(context, axis)
        names = crossed_series(context, axis) if entity is None else (entity,)
        if names:
            return _entity_gaps(context, axis, names, distinct)
        if not _always_busy(counts):
            return None
    rhythm = rhythm_of(distinct)
    if rhythm is None and not _shared(counts):
        return _holes(distinct)
    if rhythm is None:
        return None
    of_years = len(distinct) < counts.sum() and rhythm.months and len(axis.parts) == 1 and rhythm.step > 3
    if of_years and not full_panel(context, axis):
        return None
    gone = missing_steps(distinct, rhythm)
    if len(gone) > (MOST_YEARS if of_years else MOST_MISSING) * (len(distinct) + len(gone)):
        return None
    clocks = not rhythm.months and rhythm.step < DAY and when_clocks_change(gone)
    return _Gaps(len(gone), len(distinct) + len(gone), _runs(gone, distinct), rhythm, clocks=clocks)


def _holes(stamps: Array) -> _Gaps | None:
    """Return the holes of ten steps or more in readings whose steps differ by a little (30 and 31 seconds); none
    where there are more than 1 in 200, or where they are the nights."""
    rhythm = rough_rhythm(stamps)
    if rhythm is None:
        return None
    steps = np.diff(stamps)
    holes = np.flatnonzero(steps >= HOLE * rhythm.step)
    nightly = ((steps[holes] >= DAY / 6) & (steps[holes] <= DAY)).sum() > max(3, 0.5 * len(holes))
    if not len(holes) or len(holes) > MOST_HOLES * len(steps) or nightly:
        return None
    lost = np.rint(steps[holes] / rhythm.step).astype(np.int64) - 1
    runs = [
        (float(stamps[i] + rhythm.step), float(stamps[i + 1] - rhythm.step), int(n))
        for i, n in zip(holes, lost, strict=True)
    ]
    missing = int(lost.sum())
    return _Gaps(missing, len(stamps) + missing, sorted(runs, key=lambda r: (-r[2], r[0])), rhythm, rough=True)


def _shared(counts: Array) -> bool:
    """Whether several rows to a stamp are the rule, as in a panel or a log of events."""
    return bool((counts == 1).mean() < 0.7)


def _always_busy(counts: Array) -> bool:
    """Whether hardly a stamp has few rows, or nearly all have equally many, so that none at all is no chance."""
    equally = (counts == mode(counts)).mean() >= 0.9
    return bool(equally or (counts.mean() >= BUSY and np.quantile(counts, 0.02) >= 3))


def _entity_gaps(context: TableContext, axis: Axis, names: tuple[str, ...], distinct: Array) -> _Gaps | None:
    rhythm = rhythm_of(distinct)
    if rhythm is None:
        return None
    series = context.frame.select(e=pl.struct(*names) if len(names) > 1 else pl.col(names[0]), s=axis.stamps)
    known = context.frame.select(pl.all_horizontal(pl.col(*names).is_not_null()))[names[0]]
    rows = series.filter(known).drop_nulls().unique().sort("e", "s")
    groups = rows.group_by("e", maintain_order=True).agg(pl.col("s"))["s"]
    missing = due = 0
    everywhere = missing_steps(distinct, rhythm)
    longest = _runs(everywhere, distinct)
    for series in groups.head(MOST_ENTITIES):
        own = series.to_numpy()
        if len(own) < 3:
            continue
        gone = missing_steps(own, rhythm)
        missing, due = missing + len(gone), due + len(own) + len(gone)
        longest = sorted([*longest, *_runs(gone, own)[:3]], key=lambda r: -r[2])[:5]
    if not due or missing > MOST_MISSING * due:
        return None
    return _Gaps(missing, due, longest, rhythm, " + ".join(names), min(len(groups), MOST_ENTITIES))


def _runs(gone: Array, stamps: Array) -> list[tuple[float, float, int]]:
    """Return runs of missing stamps with no stamp in between: first, last, count; longest first."""
    if not len(gone):
        return []
    between = np.searchsorted(stamps, gone)
    parts = np.split(gone, np.flatnonzero(np.diff(between)) + 1)
    return sorted(((float(p[0]), float(p[-1]), len(p)) for p in parts), key=lambda r: (-r[2], r[0]))


@check("volume_anomaly")
def volume_anomaly(context: TableContext) -> Iterator[Finding]:
    """Find days whose number of rows breaks from the level around them; or weeks, where days have few rows or none
    of them breaks from it, as in a month that is half there."""
    axis = time_axis(context)
    if axis is None or context.rows < 100:
        return
    distinct, rows = axis.tally()
    if not len(distinct) or (
        rhythm_of(distinct) and (len(distinct) > 0.5 * rows.sum() or entity_of(context, axis))
    ):
        return
    for size, name in ((DAY, "day"), (7 * DAY, "week")):
        start, counts = _counts(distinct, rows, size)
        if len(counts) >= FEWEST_PERIODS and np.median(counts) >= FEWEST_A_PERIOD:
            odd = _odd(counts, 7 if size == DAY else 1)
            odd = odd if size == DAY else _of_one_year(odd)
            few = len(odd) <= max(3, MOST_AT_ALL * len(counts))
            if few and 0 < _runs_of(odd) <= max(3, MOST_ODD * len(counts)):
                yield _volume_finding(context, axis, start, counts, odd, size, name)
                return


def _counts(stamps: Array, rows: Array, size: int) -> tuple[int, Array]:
    """Return when the first period of ``size`` seconds begins, and the rows of each; weeks begin on a Monday."""
    offset = 4 * DAY if size > DAY else 0
    period = (stamps - offset) // size
    first = int(period.min())
    if int(period.max()) - first >= MOST_PERIODS:
        return 0, np.empty(0)
    return first * size + offset, np.bincount(period - first, weights=rows).astype(np.int64)


def _odd(counts: Array, season: int) -> Array:
    """Return the indices of periods that break from the running median and their season's usual offset."""
    level = 2 * np.sqrt(counts + 0.375)
    rest = level - _running_median(level)
    for slot in range(season if len(counts) >= 3 * season else 0):
        rest[slot::season] -= np.median(rest[slot::season])
    scale = max(1.0, 1.4826 * float(np.median(np.abs(rest - np.median(rest)))))
    expected = np.maximum(((level - rest) / 2) ** 2 - 0.375, 0.5)
    ratio = counts / expected
    odd = (np.abs(rest) > DEVIATIONS * scale) & ((ratio >= 2) | (ratio <= 0.5))
    odd[[0, -1]] &= ratio[[0, -1]] >= 2
    return _grown(np.flatnonzero(odd), counts, expected, season)


def _grown(odd: Array, counts: Array, expected: Array, season: int) -> Array:
    """Return odd periods with those next to them that are as odd by what is usual of their season: in a long break
    the running median follows."""
    usual = np.array([np.median(counts[slot::season]) for slot in range(season)])
    found = set(odd.tolist())
    for period in odd:
        low = counts[period] < expected[period]
        for step in (-1, 1):
            place = int(period) + step
            while 0 < place < len(counts) - 1 and usual[place % season] >= 1:
                ratio = counts[place] / usual[place % season]
                if (ratio > 0.5) if low else (ratio < 2):
                    break
                found.add(place)
                place += step
    return np.array(sorted(found), dtype=np.int64)


def _runs_of(odd: Array) -> int:
    """Return how many stretches of neighbours periods make up."""
    return int((np.diff(odd) > 1).sum()) + 1 if len(odd) else 0


def _of_one_year(weeks: Array) -> Array:
    """Leave out weeks that are odd in another year as well: a season, and no fault of the delivery."""
    apart = np.abs(weeks[:, None] - weeks[None, :])
    again = (apart >= 51) & ((apart + 1) % 52 <= 2 + apart // 52)
    return np.asarray(weeks[~again.any(axis=1)])


def _running_median(values: Array) -> Array:
    half = WINDOW // 2
    padded = np.pad(values, half, mode="reflect")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, WINDOW), axis=1))


def _volume_finding(
    context: TableContext, axis: Axis, start: int, counts: Array, odd: Array, size: int, name: str
) -> Finding:
    usual = float(np.median(counts))
    order = odd[np.argsort(-np.abs(np.log((counts[odd] + 1) / (usual + 1))))]
    told = [f"{stamp_text(start + int(i) * size)}: {int(counts[i]):,}" for i in order[:10]]
    rows_in = ((axis.stamps - start) // size).is_in(odd.tolist())
    who = f"{len(odd)} {name}s have" if len(odd) > 1 else f"One {name} has"
    return context.finding(
        "volume_anomaly",
        axis.column,
        "minor",
        f"{who} far more or fewer rows than usual ({usual:,.0f} a {name}): {'; '.join(told[:3])}.",
        rows_affected=int(counts[odd].sum()),
        consequence="Rates and trends around these dates show the delivery, not the business.",
        advice="Ask what happened: a double load, a migration, an outage, a real event; then repair, flag or keep.",
        details={"usual": usual, "period": name, "periods": told},
        evidence=context.evidence(context.rows_where(rows_in), list(axis.parts)),
        confidence=0.8,
    )


def of_a_thing(context: TableContext, axis: Axis) -> bool:
    """Whether a year alone orders the rows, and they are in no order of it, nor one a year of each thing."""
    column = context.profile[axis.column]
    if len(axis.parts) > 1 or column.temporal:
        return False
    series = bool(column.sorted) or column.identifying or panel_entity(context, axis) is not None
    return not series and entity_of(context, axis) is None


@check("stale")
def stale(context: TableContext) -> Iterator[Finding]:
    """Find tables whose newest stamp (those after the day of the audit left out) is older than was agreed.

    Where no age was agreed, data that ends over a year ago is told as information, if a use case is about it; not
    so for a mere year that is but a feature of the rows (built in, model of).
    """
    axis = time_axis(context)
    if axis is None or not context.rows:
        return
    spec = context.engagement.tables.get(context.name)
    if not (spec and spec.max_age_days) and of_a_thing(context, axis):
        return
    agreed = spec.max_age_days if spec else None
    today = datetime(context.as_of.year, context.as_of.month, context.as_of.day, tzinfo=UTC).timestamp()
    past = axis.stamps.drop_nulls()
    past = past.filter(past < today + DAY)
    newest = past.max() if len(past) else None
    if not isinstance(newest, int | float) or (agreed is None and not context.use_cases):
        return
    age = max(0.0, (today - float(newest)) / DAY)
    if age <= (agreed if agreed is not None else NO_LONGER):
        return
    wanted = f"; at most {agreed:,.0f} were agreed" if agreed is not None else ""
    dated = context.profile[axis.column].temporal
    newest_of = " + ".join(f"'{part}'" for part in ([axis.column] if dated else axis.parts))
    row = int((axis.stamps == newest).arg_max() or 0) + 1
    yield context.finding(
        "stale",
        axis.column,
        "info" if agreed is None else "major",
        f"The newest {newest_of} is {stamp_text(float(newest))}, {age:,.0f} days before {context.as_of}{wanted}.",
        rows_affected=0 if agreed is None else context.rows,
        consequence="What a model learns from it may no longer hold, and figures describe a time that has passed.",
        advice="Ask for a current extract, or whether the delivery stopped."
        if agreed is not None
        else "Ask whether newer data exists, and say in the report what time the figures are about.",
        details={"newest": stamp_text(float(newest)), "age_days": round(age, 1), "max_age_days": agreed},
        evidence=context.evidence([row], list(axis.parts)),
    )
