"""Dates that are none, or not the ones that were meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...fixes import as_dates
from ...profiling.profile import ColumnProfile
from ...values import YEAR_NAMES, cells_of, identifying, kept, plain_years, quoted, some_texts, text_counts
from ...vocabulary.names import named
from ...vocabulary.null_dates import NULL_DATES, day_of
from ...vocabulary.placeholders import is_placeholder
from .types import DAY_AND_TIME, dateish

ISOLATED = timedelta(days=3653)
"""Ten years: the least gap that parts a date from all others."""
FEW = 0.05
SOME_DATES = 0.4
"""The share of 2,000 cells that must be dates for all cells to be looked at."""
AHEAD = ("due", "expiry", "expires", "expiration", "expire", "valid", "until", "end", "ends", "plan", "planned",
         "scheduled", "schedule", "maturity", "renewal", "next", "deadline", "target", "forecast", "expected", "to",
         "eta", "checkout", "checkin", "departure", "arrival", "return", "delivery", "birthday", "followup",
         "appointment", "booking")  # fmt: skip
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)"
SHAPES = {
    "year-month-day": r"^(1[5-9]|20)\d{2}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])([ T].*)?$",
    "year/month/day": r"^(1[5-9]|20)\d{2}/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])( .*)?$",
    "with slashes": r"^\d{1,2}/\d{1,2}/\d{4}( .*)?$",
    "with slashes, two-digit year": r"^\d{1,2}/\d{1,2}/\d{2}( .*)?$",
    "with dots": r"^\d{1,2}\.\d{1,2}\.\d{2,4}( .*)?$",
    "with dashes": r"^\d{1,2}-\d{1,2}-\d{2,4}( .*)?$",
    "with the month's name": r"^(\d{1,2}[- ]?[A-Za-z]{3,9}[-, ]+\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})( .*)?$",
    "digits only": r"^(19|20)\d{6}$",
    "month-year": rf"(?i)^{MONTH}[- ]\d{{2,4}}$",
    "day-month": rf"(?i)^\d{{1,2}}[- ]{MONTH}$",
}
ANY_SHAPE = "|".join(SHAPES.values())
LENGTH_OF_TIME = (
    r"(?i)^\s*\d+\s?(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|"
    r"jahre?|monate?|wochen?|tage?|stunden?|ans?|mois|semaines?|jours?|heures?)\b"
)
"""A number and a unit of time: ``60 years 5 days`` is no day of the calendar."""


@check("bad_date")
def unreadable(ctx: TableContext) -> Iterable[Finding]:
    """Report cells of date columns that name no day of the calendar, or are written in another form."""
    for column in ctx.profile.columns.values():
        if not column.temporal or not column.unparsed:
            continue
        cells = [u for u in ctx.table.columns[column.name].unparsed if not is_placeholder(u.text)]
        cells = [u for u in cells if dateish(u.text) and not re.fullmatch(r"0+([-/.: T]0+)*", u.text.strip())]
        if cells:
            texts = Counter(u.text.strip() for u in cells)
            shown = quoted(ctx, column.name, [t for t, _ in texts.most_common(5)])
            yield _finding(
                ctx,
                column.name,
                [u.row for u in cells],
                f"{len(cells):,} cells of '{column.name}' cannot be read as dates like the others: {shown}.",
                details={"values": kept(ctx, column.name, texts)},
            )


@check("format_violation")
def days_among_times(ctx: TableContext) -> Iterable[Finding]:
    """Report cells of a column of times of day that hold a whole time stamp, its day and all."""
    for column in ctx.profile.columns.values():
        if column.type != "time" or not column.unparsed:
            continue
        cells = [u for u in ctx.table.columns[column.name].unparsed if re.match(DAY_AND_TIME, u.text)]
        if cells:
            yield ctx.finding(
                "format_violation",
                column.name,
                "minor",
                f"{len(cells):,} cells of '{column.name}' hold a day with the time, where the others hold a time "
                "only.",
                rows_affected=len(cells),
                consequence="They are lost when the column is read as times, or the whole column is read as text.",
                advice="Take the time out of them, and see whether the day of the row is right.",
                evidence=ctx.evidence([u.row for u in cells[:5]], [column.name]),
                details={"values": kept(ctx, column.name, sorted({u.text.strip() for u in cells}))},
                confidence=0.9,
            )


@check("bad_date")
def two_ways(ctx: TableContext) -> Iterable[Finding]:
    """Report columns whose dates are written in several ways: in text that stayed text, and as intake noted it."""
    for column in ctx.profile.columns.values():
        notes = ctx.table.columns[column.name].notes
        mixed = int(notes.get("mixed_day_month", 0) or 0)
        if column.temporal and mixed:
            yield _finding(
                ctx,
                column.name,
                _in_both_orders(ctx, column.name),
                f"'{column.name}' holds dates with the day first and dates with the month first ({mixed:,} rows).",
                count=mixed,
                severity="major",
            )
        elif column.temporal and (forms := _forms(notes.get("date_formats"))):
            yield _several_forms(ctx, column, forms)
        elif column.type == "text" and column.distinct >= 2 and (column.length_max or 0) <= 40:
            finding = _shapes(ctx, column) or _years(ctx, column)
            if finding is not None:
                yield finding


def _in_both_orders(ctx: TableContext, name: str) -> list[int]:
    """Return up to five rows whose day is above 12, so that they tell its place: of those with the day first and of
    those with the month first."""
    parts = ctx.table.text(name).str.extract_groups(r"^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2,4}\b").struct.unnest()
    first, second = (parts[c].cast(pl.Int64, strict=False) for c in parts.columns)
    rows = [ctx.rows_where(((a > 12) & (b <= 12)).fill_null(False)) for a, b in ((first, second), (second, first))]
    fewer, more = sorted(rows, key=len)
    return sorted([*fewer[:2], *more[: 5 - len(fewer[:2])]])


def _years(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """Report what is no plain year in a column of years: ``[1897?]``, ``1879 [1878]``, ``1839, 38-54``."""
    if not named(column.name, *YEAR_NAMES):
        return None
    counts = text_counts(ctx, column.name)
    plain = plain_years(column.name, counts)
    if plain is None:
        return None
    rest = counts.filter(~plain).sort("n", "v", descending=[True, False])
    odd = [v for v in rest["v"].to_list() if not is_placeholder(v)]
    if not odd:
        return None
    shown = quoted(ctx, column.name, odd[:5])
    mask, rows = cells_of(ctx, column.name, odd)
    return _finding(
        ctx,
        column.name,
        ctx.rows_where(mask),
        f"{rows:,} cells of '{column.name}' cannot be read as dates like the others: {shown}.",
        count=rows,
        severity="minor",
        details={"values": kept(ctx, column.name, odd)},
    )


def _forms(read: object) -> dict[str, int]:
    """Return how often each form of the day was read, the time of day left out; none if there is but one form."""
    if not isinstance(read, dict):
        return {}
    forms = Counter[str]()
    for form, rows in read.items():
        forms[re.split(r"[ T]%H", str(form))[0]] += int(rows)
    return dict(forms.most_common()) if len(forms) > 1 else {}


def _words(ctx: TableContext, column: ColumnProfile, rest: pl.DataFrame) -> Finding | None:
    """Report what stands among the dates of a column of text, but for signs and words for missing."""
    odd = {str(v): int(n) for v, n in rest.iter_rows() if not is_placeholder(str(v))}
    rows = sum(odd.values())
    if not rows:
        return None
    mask, _ = cells_of(ctx, column.name, odd)
    few = len(odd) <= 5 or rows < FEW * column.present
    return _finding(
        ctx,
        column.name,
        ctx.rows_where(mask),
        f"{rows:,} cells of '{column.name}' cannot be read as dates like the others: "
        f"{quoted(ctx, column.name, list(odd))}.",
        count=rows,
        severity="minor" if few else "major",
        details={"values": kept(ctx, column.name, odd)},
    )


def _several_forms(ctx: TableContext, column: ColumnProfile, forms: dict[str, int]) -> Finding:
    texts = ctx.table.text(column.name)
    usual = max(SHAPES.values(), key=lambda p: int(texts.str.contains(p).sum() or 0))
    other = ~texts.str.strip_chars().str.contains(usual) & ctx.frame[column.name].is_not_null()
    main, *rest = forms
    rows = sum(forms[f] for f in rest)
    parts = ", ".join(f"{f} ({n:,})" for f, n in forms.items())
    either = int(ctx.table.columns[column.name].notes.get("ambiguous_day_month", 0) or 0)
    turned = f"; of {either:,} cells, day and month may be the other way round" if either else ""
    return _finding(
        ctx,
        column.name,
        ctx.rows_where(other),
        f"The dates of '{column.name}' are written in {len(forms)} ways: {parts}{turned}.",
        count=rows,
        severity="minor",
        details={"forms": forms, "usual": main},
    )


def _shapes(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    if not any("9" in p for p, _ in column.patterns[:5]):
        return None
    some = some_texts(ctx, column.name)
    if int(some.str.contains(ANY_SHAPE).sum()) < SOME_DATES * len(some):
        return None
    if int(some.str.contains(LENGTH_OF_TIME).sum()) > FEW * len(some):
        return None
    counts = text_counts(ctx, column.name)
    texts = counts["v"].str.strip_chars()
    if int(counts["n"].filter(texts.str.contains(ANY_SHAPE)).sum() or 0) < 0.5 * column.present:
        return None
    seen: dict[str, int] = {}
    fits = pl.repeat(False, counts.height, dtype=pl.Boolean, eager=True)
    for shape, pattern in SHAPES.items():
        hit = texts.str.contains(pattern) & ~fits
        fits |= hit
        rows = int(counts["n"].filter(hit).sum() or 0)
        if rows:
            seen[shape] = rows
    dates = sum(seen.values())
    if dates < (0.9 if identifying(column) else 0.5) * column.present:
        return None
    if len(seen) == 1:
        return None if "digits only" in seen else _words(ctx, column, counts.filter(~fits))
    if dates == column.present and max(seen.values()) > 0.999 * dates:
        return None
    usual = max(seen, key=lambda s: seen[s])
    others = dates - seen[usual]
    parts = ", ".join(f"{s} ({n:,})" for s, n in sorted(seen.items(), key=lambda i: -i[1]))
    mask, _ = cells_of(ctx, column.name, counts["v"].filter(~texts.str.contains(SHAPES[usual])))
    none = column.present - dates
    rest = f"; {none:,} are no dates" if none else ""
    return _finding(
        ctx,
        column.name,
        ctx.rows_where(mask),
        f"The dates of '{column.name}' are written in {len(seen)} ways: {parts}{rest}.",
        count=others + none,
        severity="major" if others + none >= FEW * column.present else "minor",
        details={"shapes": seen},
    )


@check("bad_date")
def out_of_range(ctx: TableContext) -> Iterable[Finding]:
    """Report a few dates before 1900, in the future, or decades away from all others.

    Future dates count from the day after ``as_of`` on, in columns whose name does not speak of the future; where
    more than a twentieth of the rows lies ahead, the column is about the future. An isolated date is one with a gap
    of more than ten years and ten times the span of the inner 90% to the others.
    """
    for column in ctx.profile.columns.values():
        if not column.temporal or column.distinct < 2 or named(column.name, "birth", "dob", "born"):
            continue
        ahead = ctx.as_of + timedelta(days=1)
        if column.semantic == "birth_date" or _all_near(column, ahead):
            continue
        days = ctx.frame[column.name].cast(pl.Date)
        far, why = _far_off(days, ahead, future=named(column.name, *AHEAD))
        values = [v for v in days.filter(far).unique().sort().to_list() if v not in NULL_DATES]
        wrong = far & days.is_in(values)
        count = int(wrong.sum())
        if count:
            shown = ", ".join(ctx.show(column.name, v) for v in values[:5])
            yield _finding(
                ctx,
                column.name,
                ctx.rows_where(wrong),
                f"{count:,} dates of '{column.name}' are {' or '.join(why)}: {shown}.",
                count=count,
                details={"values": kept(ctx, column.name, map(str, values))},
                then="" if ctx.is_personal(column.name) else _between(days.filter(~far).drop_nulls().sort()),
            )


def _far_off(days: pl.Series, ahead: date, *, future: bool) -> tuple[pl.Series, list[str]]:
    """Return which days are none of their column's, and why; those ahead of ``ahead`` only where it has no
    ``future``."""
    ordered, most = days.drop_nulls().sort(), FEW * (len(days) - days.null_count())
    low, first, last, high = (ordered[round(q * (len(ordered) - 1))] for q in (0.01, FEW, 1 - FEW, 0.99))
    span = max(10 * (last - first), ISOLATED)
    early = (days < _minus(first, span)) | ((days.dt.year() < 1900) & (low.year >= 1900))
    found = [(early, "long before all others"), (days > _plus(last, span), "long after all others")]
    if not future and high <= ahead:
        found.insert(0, (days > ahead, "in the future"))
    found = [(mask.fill_null(False), why) for mask, why in found if 0 < int(mask.sum() or 0) <= most]
    wrong = pl.repeat(False, len(days), dtype=pl.Boolean, eager=True)
    for mask, _ in found:
        wrong |= mask
    return wrong, [why for _, why in found]


def _between(ordered: pl.Series) -> str:
    """Return the operation that keeps the days from the first of ``ordered`` to the last."""
    return f".where(lambda d: d.dt.normalize().between('{ordered[0]}', '{ordered[-1]}'))"


def _all_near(column: ColumnProfile, ahead: date) -> bool:
    """Whether all dates are past, since 1900, and nearer to one another than an isolated one is to the others."""
    first, last = day_of(column.minimum), day_of(column.maximum)
    return first.year >= 1900 and last <= ahead and last - first <= ISOLATED


def _minus(day: date, span: timedelta) -> date:
    return day - span if (day - date.min) > span else date.min


def _plus(day: date, span: timedelta) -> date:
    return day + span if (date.max - day) > span else date.max


@check("bad_date")
def digits(ctx: TableContext) -> Iterable[Finding]:
    """Report whole numbers written as year, month, day (20240131) of which a few are no day of the calendar."""
    for column in ctx.profile.columns.values():
        if not column.whole or not column.quantiles or column.distinct < 10:
            continue
        if not (column.quantiles[0.05] >= 18000101 and column.quantiles[0.95] <= 21001231):
            continue
        texts = ctx.frame[column.name].cast(pl.Int64).cast(pl.String)
        parsed = texts.str.to_date("%Y%m%d", strict=False)
        wrong = parsed.is_null() & texts.is_not_null()
        count = int(wrong.sum() or 0)
        if 0 < count <= FEW * column.present:
            values = texts.filter(wrong).unique().sort().to_list()
            shown = ", ".join(ctx.show(column.name, v) for v in values[:5])
            yield _finding(
                ctx,
                column.name,
                ctx.rows_where(wrong),
                f"{count:,} values of '{column.name}' are no days of the calendar: {shown}.",
                count=count,
                details={"values": kept(ctx, column.name, values)},
            )


def _finding(
    ctx: TableContext,
    name: str,
    rows: list[int],
    summary: str,
    *,
    count: int | None = None,
    severity: Severity | None = None,
    details: dict[str, Any] | None = None,
    then: str = "",
) -> Finding:
    affected = len(rows) if count is None else count
    return ctx.finding(
        "bad_date",
        name,
        severity or ("major" if affected >= FEW * ctx.rows else "minor"),
        summary,
        rows_affected=affected,
        consequence="Rows end up on the wrong day or on none: order, ages and time splits are wrong there.",
        advice="Ask which form the source writes; read each form by its own rule, and the rest as missing.",
        fix=f"df[{name!r}] = {as_dates(ctx, name)}{then}",
        evidence=ctx.evidence(rows[:5], [name]),
        details=details or {},
        confidence=0.9,
    )
