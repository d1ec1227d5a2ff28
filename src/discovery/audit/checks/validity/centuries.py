"""Dates whose century is a guess, as their years are written in two digits."""

from __future__ import annotations

from collections.abc import Iterable

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import as_dates

CUT = 1969
"""The first year that two digits stand for in the century before this one, as POSIX and pandas read them."""


@check("bad_date")
def two_digit_years(ctx: TableContext) -> Iterable[Finding]:
    """Report dates with years of two digits that intake read as of the last century, and most readers take for
    dates to come (``5/31/62`` as 2062): those of POSIX's rule, up to 68."""
    for column in ctx.profile.columns.values():
        notes = ctx.table.columns[column.name].notes
        earlier = int(notes.get("last_century", 0) or 0)
        if not column.temporal or not earlier:
            continue
        name = column.name
        years = ctx.frame[name].dt.year()
        wrong = (years < CUT) & (years > ctx.as_of.year - 100)
        yield ctx.finding(
            "bad_date",
            name,
            "minor",
            f"{earlier:,} date{'s' if earlier > 1 else ''} of '{name}' from before {CUT} "
            f"{'have' if earlier > 1 else 'has'} a year of two digits.",
            rows_affected=earlier,
            consequence="Other programs, pandas among them, take them for dates to come, a hundred years later.",
            advice="Ask for years of four digits; until then, take a hundred years off what lies in the future.",
            fix=f"df[{name!r}] = {as_dates(ctx, name)}",
            evidence=ctx.evidence(ctx.rows_where(wrong.fill_null(False)), [name]),
            details={"own": True},
            confidence=0.9,
        )
