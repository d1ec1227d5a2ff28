"""Ages in another unit than years, of children among adults, and of things before they began."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import in_pandas
from ...profiling.profile import ColumnProfile
from ...values import number
from ...vocabulary.bounds import CHANGE, FEW
from ...vocabulary.names import named
from .impossible import NO_AGE, impossible

OLDEST = 115
UNITS = (("days", 365.25), ("months", 12.0))
"""Units of age, with how many of them make a year."""
IN_UNITS = ("year", "years", "yr", "yrs", "month", "months", "week", "weeks", "day", "days", "hours")
"""Words beside "age" that make a length of time of it."""
EMPLOYED, WORKING = ("employee", "employees", "employeeid", "emp", "empid"), 14
"""What columns of tables of employees are called, and the age from which on somebody may be one."""
OTHERS = ("child", "children", "kid", "kids", "youngest", "eldest", "son", "daughter", "dependent", "dependents")
"""Those of whom an age may be told beside an employee."""


@check("unit_mix", view="values")
def ages(ctx: TableContext) -> Iterable[Finding]:
    """Remark on a column named age whose values are ages of persons in days or months.

    The inner 98% must then lie between 1 and 115 years with a median of 15 to 90, and reach over 20 years.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 50 or not named(column.name, "age", "ages", "alter"):
            continue
        found = None if named(column.name, *NO_AGE) else _unit(column)
        if found is None:
            continue
        unit, factor = found
        low, high = (column.quantiles[q] for q in (0.01, 0.99))
        yield ctx.finding(
            "unit_mix",
            column.name,
            "info",
            f"'{column.name}' is in {unit} by its values ({low:,.0f} to {high:,.0f}), which its name does not say.",
            rows_affected=column.present,
            consequence="Read as years they are beyond any life, and a drop that has years instead would not be "
            "noticed.",
            advice=f"Divide by {factor:g}, or name the unit in the column.",
            fix=in_pandas(ctx, column.name, f" / {factor:g}"),
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name].is_not_null(), 3), [column.name]),
            details={"factor": factor, "unit": unit},
            confidence=0.7,
        )


def _unit(column: ColumnProfile) -> tuple[str, float] | None:
    low, median, high = (column.quantiles.get(q, 0.0) for q in (0.01, 0.5, 0.99))
    for unit, factor in UNITS:
        if (
            low / factor >= 1
            and 15 <= median / factor <= 90
            and high / factor <= OLDEST
            and high - low >= 20 * factor
        ):
            return unit, factor
    return None


@check("impossible_value", view="values")
def infants(ctx: TableContext) -> Iterable[Finding]:
    """Report a few ages (1 in 100) below 5, with none for ten years after them, or one of them five times as
    frequent as any other below 10, where the others are grown up."""
    for column in ctx.profile.columns.values():
        if column.numeric and column.quantiles and named(column.name, "age", "ages", "alter"):
            found = None if named(column.name, *NO_AGE) or column.negatives else _infants(ctx, column)
            if found is not None:
                yield found


def _infants(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    if not 18 <= column.quantiles[0.5] <= 90 or column.quantiles[0.99] > 120 or float(column.minimum) >= 5:
        return None
    values, counts = distinct_numbers(ctx.table, column.name)
    below, young = np.searchsorted(values, [5.0, 10.0]).tolist()
    if counts[:below].sum() > 0.01 * counts.sum() or below == len(values):
        return None
    *_, second, most = [0, *sorted(counts[:young])]
    piled = most >= 5 * max(second, 2) and counts[:below].max() == most and column.quantiles[0.05] >= 13
    if values[below] - values[below - 1] < 10 and not piled:
        return None
    wrong, edge = ctx.frame[column.name] < 5, number(float(values[below]))
    what = "an age of a child among adults" if piled else f"an age, with none between them and {edge}"
    return impossible(ctx, column, wrong, int(counts[:below].sum()), what, ["v < 5"])


@check("impossible_value", view="values")
def at_work(ctx: TableContext) -> Iterable[Finding]:
    """Report a few ages (1 in 200) from 5 to 13 where the rows are employees by the name of a column: nobody is
    employed below 14 (Convention 138 of the International Labour Organization, article 2). Below 5:
    :func:`infants`."""
    if not any(named(c, *EMPLOYED) for c in ctx.table.columns):
        return
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.quantiles or not named(column.name, "age", "alter"):
            continue
        if named(column.name, *NO_AGE, *IN_UNITS, *OTHERS, *CHANGE) or column.quantiles[0.01] < WORKING + 1:
            continue
        if not 20 <= column.quantiles[0.5] <= 65 or not 5 <= float(column.minimum) < WORKING:
            continue
        wrong = (ctx.frame[column.name] < WORKING).fill_null(False)
        count = int(wrong.sum())
        if count <= 0.005 * column.present:
            what = "an age of somebody who is employed"
            yield impossible(ctx, column, wrong, count, what, [f"v < {WORKING}"], severity="minor")


@check("impossible_value", view="values")
def before_the_beginning(ctx: TableContext) -> Iterable[Finding]:
    """Report negative ages of things, told by the word and its unit (``age_first_order_year``), a tenth at most."""
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.negatives or column.distinct < 30 or not column.quantiles:
            continue
        if not named(column.name, "age", "alter") or not named(column.name, *IN_UNITS):
            continue
        if named(column.name, *CHANGE, "gap") or column.quantiles[0.5] <= 0:
            continue
        wrong = (ctx.frame[column.name] < 0).fill_null(False)
        count = int(wrong.sum() or 0)
        if 0 < count <= FEW * column.present:
            yield impossible(ctx, column, wrong, count, "an age", ["v < 0"], severity="minor")
