"""A few readings in another unit than the one in the name of their column."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas
from ...numbers.spikes import Values
from ...profiling.profile import ColumnProfile
from ...values import identifying, kept, number, numbers_of
from ...vocabulary.names import named
from .units import ADVICE, CONSEQUENCE, FACTORS

UNIT = re.compile(
    r"(?i)(?<![a-z])(?:[munpkcd]|mc)?(?:g|l|mol|iu|u|eq|cells)\s*/\s*[mdcunµ]?l(?![a-z])"
    r"|[(\[](?:kg|g|mg|lbs?|cm|mm|m|km|ml|l)[)\]]|_(?:kg|mg|cm|mm|km|ml)$"
)
"""Units of concentrations, and of sizes and weights in brackets or at the end."""
GRADES, TEN, HUNDRED = ("gpa", "cgpa", "sgpa", "marks", "grade", "grades", "percentage", "percent"), 10, 100
OF_GRADES = "10 (as grades of ten and of a hundred)"
"""Names of grades, the ends of their scales, and what these differ by."""
FEWEST_ROWS, FEWEST, MOST = 60, 3, 0.05
GAP = float(np.log(2))
SLACK = 1.1
TIGHT = 0.75


@check("unit_mix", view="values")
def few_in_another_unit(ctx: TableContext) -> Iterable[Finding]:
    """Report a few readings (three, and 5% at most) that are 10 or 1,000 times the others, or that part of them, in
    a column whose name holds its unit; or grades of ten among those of a hundred.

    They must be cut off by a factor of 2, be of several values, and all lie within the range of the others once the
    factor is taken out; the inner 98% of the others must span clearly less than the factor.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 20 or column.present < FEWEST_ROWS or column.negatives:
            continue
        graded = named(column.name, *GRADES)
        if not (graded or UNIT.search(column.name)) or identifying(column):
            continue
        ordered = numbers_of(ctx, column.name)
        ordered = ordered[ordered > 0]
        if len(ordered) < max(FEWEST_ROWS, 0.95 * column.present):
            continue
        logs = np.log(ordered)
        for sign, upper in ((logs, True), (-logs[::-1], False)):
            found = _cluster(sign)
            if found is not None and (not graded or _of_ten(ordered, found, upper)):
                yield _finding(ctx, column, ordered, found, upper)
                break


def _cluster(logs: Values) -> tuple[int, float] | None:
    """Return how many of the largest of sorted logarithms are in another unit, and the factor; None if none are."""
    most = max(FEWEST, int(MOST * len(logs)))
    gaps = np.diff(logs)[len(logs) - most - 1 : len(logs) - FEWEST]
    if not len(gaps) or gaps.max() < GAP:
        return None
    k = most - int(np.argmax(gaps))
    rest, few = logs[: len(logs) - k], logs[len(logs) - k :]
    inner = float(np.quantile(rest, 0.99) - np.quantile(rest, 0.01))
    for factor in (10.0, 1000.0):
        moved, slack = few - np.log(factor), np.log(SLACK)
        inside = moved[0] >= rest[0] - slack and moved[-1] <= rest[-1] + slack
        if inside and inner < TIGHT * np.log(factor) and len(np.unique(few)) >= FEWEST:
            return k, factor
    return None


def _of_ten(ordered: Values, found: tuple[int, float], upper: bool) -> bool:
    """Whether the few are grades from above 1 to ten, and the others from above 20 to a hundred."""
    few, factor = found
    rest = ordered[few:]
    ends = ordered[0] > 1 and ordered[few - 1] <= TEN and rest[0] > 2 * TEN and HUNDRED / 2 < rest[-1] <= HUNDRED
    return not upper and factor == TEN and bool(ends)


def _finding(
    ctx: TableContext, column: ColumnProfile, ordered: Values, found: tuple[int, float], upper: bool
) -> Finding:
    name, (k, factor) = column.name, found
    cells = ctx.frame[name].cast(pl.Float64)
    cut = float(ordered[-k] if upper else ordered[k - 1])
    odd = ((cells >= cut) if upper else ((cells <= cut) & (cells > 0))).fill_null(False)
    values = [number(v) for v in cells.filter(odd).unique().sort().to_list()]
    shown = ", ".join(ctx.show(name, v) for v in values[:5]) + (" …" if len(values) > 5 else "")
    what = OF_GRADES if named(name, *GRADES) else FACTORS[factor]
    sign, operation, made = (">=", "/", "divided") if upper else ("<=", "*", "multiplied")
    return ctx.finding(
        "unit_mix",
        name,
        "minor",
        f"{k:,} values of '{name}' would be like the others {made} by {what}: {shown}.",
        rows_affected=int(odd.sum()),
        consequence=CONSEQUENCE,
        advice=ADVICE,
        fix=None
        if ctx.is_personal(name)
        else in_pandas(ctx, name, f".mask(lambda v: v {sign} {cut:g}, lambda v: v {operation} {factor:g})"),
        evidence=ctx.evidence(ctx.rows_where(odd), [name]),
        details={"values": kept(ctx, name, values), "factor": what},
        confidence=0.75,
    )
