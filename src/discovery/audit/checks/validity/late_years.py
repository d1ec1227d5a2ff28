"""Years after those with which the rows of a table end."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...values import number
from ...vocabulary.names import named

MOST, TIMES, BEFORE = 5, 50, 10
"""How many rows may be of later years, how many times as many the last full year must have at least, and how many
years before it must be there without a gap."""


@check("impossible_value", view="values")
def late_years(ctx: TableContext) -> Iterable[Finding]:
    """Ask about a few rows (five at most, 1 in 1,000) of years after a gap at the end: 2020 after 2016 and 2017.

    The last year that has 50 times as many rows as all after it must follow on ten years without a gap, each of
    which has 20 times as many; a year between it and the latest must have no row.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or column.distinct < BEFORE + 2 or not column.high:
            continue
        if not named(column.name, "year", "yr", "years") or not 1900 <= float(column.maximum) <= 2100:
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        later = np.cumsum(counts[::-1])[::-1] - counts
        full = np.flatnonzero((later > 0) & (counts >= TIMES * later))
        if not len(full):
            continue
        last, few = int(full[0]), int(later[full[0]])
        before = slice(last - BEFORE, last + 1)
        steady = last >= BEFORE and np.all(np.diff(values[before]) == 1) and counts[before].min() >= 20 * few
        gap = values[-1] - values[last] > len(values) - 1 - last
        if few > min(MOST, 0.001 * column.present) or not steady or not gap:
            continue
        name, edge = column.name, number(float(values[last]))
        shown = ", ".join(ctx.show(name, number(float(v))) for v in values[last + 1 :])
        yield ctx.finding(
            "impossible_value",
            name,
            "info",
            f"The rows end with '{name}' {edge}, but {few:,} {'are' if few > 1 else 'is'} later: {shown}.",
            rows_affected=few,
            consequence="What is dated after the data were taken was planned, or mistyped.",
            advice="Ask when the data were taken, and set right what is later.",
            evidence=ctx.evidence(ctx.rows_where((ctx.frame[name] > values[last]).fill_null(False)), [name]),
            details={"values": [number(float(v)) for v in values[last + 1 :]], "own": True},
            confidence=0.6,
        )
