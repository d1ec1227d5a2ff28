"""A few zeros in columns that else hold none near them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ...context import TableContext, check
from ...numbers.zeros import CODES, NONE, told_by_a_flag
from ...profiling.profile import ColumnProfile
from ...values import identifying
from ...vocabulary.bounds import CHANGE
from ...vocabulary.names import named

RARE = 0.01
"""The most zeros, as a share of the values that are there."""
APART, SPACINGS = 0.05, 3
"""How far the least other value is from 0: as a share of the median, and in usual steps between the lowest ten."""
PILED, ABOVE = 3, 0.02
"""How many times as frequent as any of the five least others 0 is where these come near it; the part of the median
that 19 in 20 values then exceed."""
SHOWN = 5
USUAL = (
    *NONE, "percent", "percentage", "pct", "perc", "rate", "rates", "ratio", "share", "proportion", "fraction",
    "probability", "prob", "index", "score", "scores", "rank", "ranking", "debt", "utilized", "utilization", "util",
    "owed", "wind", "windspeed", "gust", "direction", "bearing", "angle", "azimuth", "heading", "rain", "rainfall",
    "precipitation", "snow", "cloud", "clouds", "since", "recency", "elapsed", "delay", "delayed", "wait",
    "waiting", "hour", "minute", "second", "seconds", "wins", "losses", "goals", "points", "runs", "votes",
)  # fmt: skip
"""Words for what may be 0 at times though it mostly is not: parts of a whole, weather, time that went by, and what
few have."""


@check("impossible_value", view="values")
def rare_zeros(ctx: TableContext) -> Iterable[Finding]:
    """Ask about the few zeros (1 in 100 at most) of columns that else are well above 0, all in one remark.

    Of positive numbers of 20 values or more, 19 in 20 of which are above 0, the least is then at least a twentieth
    of the median and three of the usual steps between the lowest away from 0; or 0 is in three times as many rows
    as any of the five least others, and 19 in 20 values exceed a fiftieth of the median. Left out are parts of a
    whole, counts of which 0 is the next step, and by their names the weather, differences and what few have; zeros
    that another check tells are gone.
    """
    odd = {c.name: c.zeros for c in ctx.profile.columns.values() if _odd(c) and not told_by_a_flag(ctx, c.name)}
    if not odd:
        return
    names = list(odd)
    listed = ", ".join(f"{name} {odd[name]:,}" for name in names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    summary = (
        f"{len(names):,} columns hold a few zeros, far below or far more frequent than their next values "
        f"({listed}{more}): was 0 measured, or is it unknown?"
        if len(names) > 1
        else f"'{names[0]}' holds {odd[names[0]]:,} zero{'s' if odd[names[0]] > 1 else ''}, far below or far more "
        "frequent than its next values: was 0 measured, or is it unknown?"
    )
    zero = {name: ctx.rows_where((ctx.frame[name] == 0).fill_null(False)) for name in names[:SHOWN]}
    yield ctx.finding(
        "impossible_value",
        names,
        "info",
        summary,
        rows_affected=max(odd.values()),
        consequence="A 0 that was not measured counts as the least of all, and moves means and models towards it.",
        advice="Ask what 0 means there; read it as missing where it stands for that.",
        evidence=[e for name, rows in zero.items() for e in ctx.evidence(rows[:2], [name])],
        details={"zeros": odd, "own": True},
        confidence=0.5,
    )


def _odd(column: ColumnProfile) -> bool:
    """Whether a few zeros of a column are none of its usual values."""
    if not column.numeric or not 0 < column.zeros <= RARE * column.present or column.negatives:
        return False
    if column.distinct < 20 or column.present < 100 or not column.quantiles or float(column.maximum) <= 1:
        return False
    if column.quantiles[0.05] <= 0 or identifying(column) or _counter(column):
        return False
    if "%" in column.name or named(column.name, *USUAL, *CHANGE, *CODES):
        return False
    lowest = column.low[1:12]
    values, rows = np.array([float(v) for v, _ in lowest]), [n for _, n in lowest]
    median, step = column.quantiles[0.5], float(np.median(np.diff(values)))
    if values[0] >= max(APART * median, SPACINGS * step):
        return True
    next_step = values[0] == 1 and values[1] == 2
    many = column.zeros >= PILED * max(1, *rows[:5]) and not next_step
    return many and column.quantiles[0.05] >= ABOVE * median


def _counter(column: ColumnProfile) -> bool:
    """Whether the numbers count the rows, or number things from 0 on."""
    return column.whole and column.distinct > 0.9 * column.present and float(column.maximum) < 2 * column.present
