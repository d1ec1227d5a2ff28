"""Dates that are read as text or as numbers for the way in which all of them are written."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import kept, text_counts
from ...vocabulary.names import named

LETTERED = r"^\s*([A-Za-z]{1,3}[-:_ ]?)(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})\s*$"
"""Letters before a date (``D-1/3/90``)."""
MOSTLY = 0.95
MONTHS = 6
"""Months that must be there for six digits to be days."""
LAYOUTS = {"%m%d%y": (0, 1, 2), "%d%m%y": (1, 0, 2), "%y%m%d": (1, 2, 0)}
"""Ways to write a day in six digits, with the places of its month, day and year."""


@check("bad_date")
def lettered_dates(ctx: TableContext) -> Iterable[Finding]:
    """Report dates that all have the same letters before them, so that they stay text."""
    for column in ctx.profile.columns.values():
        if (
            column.type != "text"
            or column.distinct < 10
            or not any("A-9" in p or "A9" in p for p, _ in column.patterns)
        ):
            continue
        counts = text_counts(ctx, column.name)
        before = counts.with_columns(p=pl.col("v").str.extract(LETTERED, 1)).drop_nulls("p")
        rows = int(before["n"].sum() or 0)
        if rows < MOSTLY * column.present or before["p"].n_unique() != 1:
            continue
        prefix = before["p"][0]
        mask = ctx.frame[column.name].cast(pl.String).str.contains(LETTERED)
        yield ctx.finding(
            "bad_date",
            column.name,
            "minor",
            f"{rows:,} dates of '{column.name}' have '{ctx.show_any('', prefix, 5)}' before them, and so are text.",
            rows_affected=rows,
            consequence="No program reads them as dates: no order, no ages, no split by time.",
            advice="Take the letters away, and see whether what is left is a day of the calendar in each row.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].str.strip().str.removeprefix({prefix!r})",
            evidence=ctx.evidence(ctx.rows_where(mask), [column.name]),
            details={"prefix": prefix, "own": True},
            confidence=0.9,
        )


@check("bad_date")
def days_of_nought(ctx: TableContext) -> Iterable[Finding]:
    """Report days written in six digits, called a date, that are month, day and year but for the day, which is 00
    or none of its month."""
    for column in ctx.profile.columns.values():
        if column.distinct < 10 or not named(column.name, "date") or not _six_digits(ctx, column):
            continue
        wrong = _no_days(ctx, column)
        count = int(wrong.sum() or 0) if wrong is not None else 0
        if wrong is None or not count:
            continue
        listed = [str(v) for v in ctx.frame[column.name].filter(wrong).unique().sort().to_list()]
        yield ctx.finding(
            "bad_date",
            column.name,
            "minor",
            f"{count:,} values of '{column.name}' are no days of the calendar: "
            f"{', '.join(ctx.show(column.name, v) for v in listed[:5])}.",
            rows_affected=count,
            consequence="Rows end up on the wrong day or on none: order, ages and time splits are wrong there.",
            advice="Ask which form the source writes; read each form by its own rule, and the rest as missing.",
            evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
            details={"values": kept(ctx, column.name, listed)},
            confidence=0.8,
        )


def _six_digits(ctx: TableContext, column: ColumnProfile) -> bool:
    if column.numeric:
        return column.whole and float(column.minimum) >= 10_000 and float(column.maximum) <= 999_999
    if column.type != "text" or column.length_max != 6:
        return False
    return bool(text_counts(ctx, column.name)["v"].str.contains(r"^\d{6}$").all())


def _no_days(ctx: TableContext, column: ColumnProfile) -> pl.Series | None:
    """Return which numbers are no days, by the way of writing that goes with all months; None where there is no
    such way, or one in which all are days."""
    cells = ctx.frame[column.name]
    texts = (cells.cast(pl.Int64) if column.numeric else cells).cast(pl.String).str.zfill(6)
    parts = [texts.str.slice(i, 2).cast(pl.Int64, strict=False) for i in (0, 2, 4)]
    found: pl.Series | None = None
    for layout, (month, day, _) in LAYOUTS.items():
        days = texts.str.to_date(layout, strict=False)
        wrong = (days.is_null() & texts.is_not_null()).fill_null(False)
        if not wrong.any():
            return None
        in_year = parts[month].is_between(1, 12) & parts[day].is_between(0, 31)
        spread = parts[month].drop_nulls().n_unique() >= MONTHS
        if found is None and spread and bool(in_year.drop_nulls().all()):
            found = wrong
    return found
