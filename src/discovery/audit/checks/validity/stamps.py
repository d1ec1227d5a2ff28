"""Clock times and dates that are kept as numbers, and times with and without a zone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...numbers.spikes import Values
from ...profiling.profile import ColumnProfile
from ...values import kept, number
from ...vocabulary.names import named, tokens
from .formats import form_remark

CLOCKS = (
    *("time", "hour", "hours", "hr", "clock", "departure", "arrival", "dep", "arr", "uhrzeit", "heure", "hora"),
    *("sunrise", "sunset", "dawn", "dusk", "moonrise", "moonset"),
)
NO_CLOCKS = ("elapsed", "duration", "run", "runtime", "lifetime", "total", "minutes", "worked", "lag", "delay")
DATES = ("date", "dates", "dt", "dob", "datum", "fecha", "data")
FORMATS = (("MMDDYYYY", "%m%d%Y"), ("DDMMYYYY", "%d%m%Y"))
CLOCK = "HHMM"
DIGITS, POINTS = r"^\d{8}(?:\d{4}|\d{6})?$", r"^\d{1,2}\.\d\d\.\d\d$"
ZONE = r"(?i)\d\s?(?:Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)\s*$"
MANY = 0.05
FEWEST_STAMPS = 20
FEWEST_TIMES = 50
"""Of fewer different numbers, that no minute is above 59 may be chance."""
MOSTLY_TIMES = 0.97
"""The share of the numbers from 100 on that must be clock times."""


@check("format_violation")
def stamps_as_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on clock times kept as numbers (630 for half past six) and on dates kept so (10142018).

    Clock times are whole numbers to 2400, the largest from 1200 on, at least 50 different ones, hardly any of which
    ends in 60 to 99 and some in no multiple of 25, in a column named like one. Dates are valid, month or day first,
    of the years 1900 to 2100, in a column named like one.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or column.present < 20 or column.negatives:
            continue
        if _named_time(column.name) and _clock(ctx, column):
            summary = f"'{column.name}' holds clock times written as numbers ({CLOCK})."
            yield _finding(ctx, column, summary, CLOCK)
            continue
        form = _date(ctx, column) if named(column.name, *DATES) else None
        if form:
            summary = f"'{column.name}' holds dates written as numbers ({form[0]})."
            yield _finding(ctx, column, summary, form[0], _fix(column.name, form[1]))


@check("format_violation")
def stamps_that_others_misread(ctx: TableContext) -> Iterable[Finding]:
    """Remark on dates and clock times that are read here and taken for numbers or text by most readers: all in
    digits alone (20200927), and times with points (18.00.00)."""
    raw = ctx.table.texts
    for column in ctx.columns("date", "datetime", "time"):
        if raw is None or column.name not in raw.columns or column.present < FEWEST_STAMPS:
            continue
        pattern = DIGITS if column.temporal else POINTS
        texts = ctx.table.text(column.name).str.strip_chars()
        if bool(texts.drop_nulls().head(FEWEST_STAMPS).str.contains(pattern).all()):
            written = texts.str.contains(pattern).fill_null(False) & ctx.frame[column.name].is_not_null()
            if int(written.sum()) == column.present:
                shown = ctx.show(column.name, texts[int(written.arg_max() or 0)], 20)
                digits = f"'{column.name}' holds dates in digits alone, as '{shown}' is."
                points = f"'{column.name}' holds clock times with points, as '{shown}' is."
                yield _misread(ctx, column, digits if column.temporal else points)


@check("bad_date")
def zones_of_some(ctx: TableContext) -> Iterable[Finding]:
    """Report times of which some name their time zone (``Z``, ``+02:00``) and others do not: read as one kind, they
    are hours apart."""
    for column in ctx.columns("datetime"):
        raw = ctx.table.texts
        known = "timezone" in ctx.table.columns[column.name].notes
        if raw is None or column.name not in raw.columns or not known or column.present < FEWEST_STAMPS:
            continue
        zoned = ctx.table.text(column.name).str.contains(ZONE) & ctx.frame[column.name].is_not_null()
        rows = int(zoned.sum() or 0)
        if not 0 < rows < column.present:
            continue
        fewer = zoned if rows <= column.present / 2 else ~zoned & ctx.frame[column.name].is_not_null()
        told = min(rows, column.present - rows)
        yield ctx.finding(
            "bad_date",
            column.name,
            "major" if told >= MANY * column.present else "minor",
            f"{rows:,} of {column.present:,} times of '{column.name}' name a time zone, and the others do not.",
            rows_affected=told,
            consequence="The others may be of another time zone: lengths of time and the order of rows are off by "
            "hours.",
            advice="Ask of which time zone the others are, and write all times in one.",
            evidence=ctx.evidence(ctx.rows_where(fewer.fill_null(False)), [column.name]),
            details={"own": True},
            confidence=0.85,
        )


def _misread(ctx: TableContext, column: ColumnProfile, summary: str) -> Finding:
    return form_remark(
        ctx,
        column,
        summary,
        consequence="They are read here as what they are; most other readers take them for numbers or text.",
        advice="Write times as 2020-09-27 and 18:00:00.",
        details={"own": True},
    )


def _fix(name: str, form: str) -> str:
    text = f"df[{name!r}].astype('Int64').astype('str').str.zfill(8)"
    return f"df[{name!r}] = pd.to_datetime({text}, format={form!r})"


def _named_time(name: str) -> bool:
    told = named(name, *CLOCKS) or any(word.endswith("time") for word in tokens(name))
    return told and not named(name, *NO_CLOCKS)


def _clock(ctx: TableContext, column: ColumnProfile) -> bool:
    values, rows = distinct_numbers(ctx.table, column.name)
    return _are_clock_times(values, rows)


def _are_clock_times(values: Values, rows: npt.NDArray[np.int64]) -> bool:
    """Whether distinct numbers, in so many rows each, are clock times but for a few: what is below 100 is the first
    hour of the day, or something else."""
    fine = _on_the_clock(values)
    late = values >= 100
    times = values[fine & late]
    if len(times) < FEWEST_TIMES or times.max() < 1200 or not (times % 25 != 0).any():
        return False
    return bool(rows[fine & late].sum() >= MOSTLY_TIMES * rows[late].sum())


def _on_the_clock(values: Values) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= 0) & (values <= 2400) & (values % 100 < 60))


@check("impossible_value", view="values")
def no_clock_times(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers among clock times (:func:`stamps_as_numbers`) that are none: 1860, 2475.

    Of the others from 100 on, at least 97% are such, in 50 different times; where minutes did not end at 59, four
    in ten would be none.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or not _named_time(column.name):
            continue
        values, rows = distinct_numbers(ctx.table, column.name)
        wrong = values[~_on_the_clock(values)]
        if not len(wrong) or not _are_clock_times(values, rows):
            continue
        odd = ctx.frame[column.name].is_in(wrong.astype(np.int64).tolist()).fill_null(False)
        count = int(odd.sum())
        listed = [number(v) for v in np.sort(wrong).tolist()]
        yield ctx.finding(
            "impossible_value",
            column.name,
            "minor",
            f"{count:,} values of '{column.name}' are no clock times ({CLOCK}), as the others are: "
            f"{', '.join(ctx.show(column.name, v) for v in listed[:5])}.",
            rows_affected=count,
            consequence="As times they are lost, or end up in the next hour or on the next day.",
            advice="Ask what they mean (1860 may be 1900), and read them by that; the rest as missing.",
            evidence=ctx.evidence(ctx.rows_where(odd), [column.name]),
            details={"values": kept(ctx, column.name, listed)},
            confidence=0.9,
        )


def _date(ctx: TableContext, column: ColumnProfile) -> tuple[str, str] | None:
    if float(column.minimum) < 1_011_900 or float(column.maximum) > 31_122_100:
        return None
    values, _ = distinct_numbers(ctx.table, column.name)
    texts = pl.Series(values.astype(np.int64)).cast(pl.String).str.zfill(8)
    for name, form in FORMATS:
        days = texts.str.to_date(form, strict=False)
        if not days.null_count() and bool(days.dt.year().is_between(1900, 2100).all()):
            return name, form
    return None


def _finding(ctx: TableContext, column: ColumnProfile, summary: str, form: str, fix: str | None = None) -> Finding:
    return form_remark(
        ctx,
        column,
        summary,
        consequence="They are no quantities: their differences and means are about no time, and a model is misled.",
        advice="Read them as times, and make hours, weekdays or lengths of time of them.",
        fix=fix,
        details={"form": form, "own": True},
        confidence=0.8,
    )
