"""Stamps of one series that occur twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ....artifacts import Finding
from ...clocks import when_clocks_change
from ...context import TableContext, check
from ...profiling.relate import duplicate_mask
from ...series import DAY, rhythm_of, time_axis
from ..uniqueness.entities import measured_again

__all__ = ["repeated_stamps"]

FEWEST, NEARLY_ONCE = 200, 0.99
"""Rows of a series, and the share of its stamps that are distinct, from which on a stamp should have one row."""


@check("duplicate_key")
def repeated_stamps(context: TableContext) -> Iterator[Finding]:
    """Find stamps of a regular series that a few rows (one in a hundred at most) repeat, with other values.

    Nothing is told where the rows are equal (they are duplicates), where the key is declared, or where the table
    has several things at a time. Repeats at the hour at which summer time ends say so.
    """
    axis = time_axis(context)
    spec = context.engagement.tables.get(context.name)
    if axis is None or (spec and spec.key) or axis.stamps.null_count() or len(axis.stamps) < FEWEST:
        return
    if not NEARLY_ONCE * len(axis.stamps) <= axis.stamps.n_unique() < len(axis.stamps):
        return
    distinct, counts = axis.tally()
    rhythm = rhythm_of(distinct)
    again = ~axis.stamps.is_first_distinct()
    if rhythm is None or measured_again(context, axis) is not None:
        return
    if context.profile.duplicate_rows:
        again &= ~duplicate_mask(context.frame)
    count = int(again.sum())
    if not count:
        return
    clocks = not rhythm.months and rhythm.step < DAY and when_clocks_change(np.repeat(distinct, counts - 1))
    parts = list(axis.parts)
    name = " + ".join(f"'{c}'" for c in parts)
    yield context.finding(
        "duplicate_key",
        parts,
        "minor",
        f"{name} is the time of a regular series, but {count:,} of {context.rows:,} rows have that of an earlier "
        "row and other values.",
        rows_affected=count,
        consequence="A join on it multiplies rows, and lags and sums over time are off.",
        advice="They are of the hour that comes twice when summer time ends: keep both, and ask for stamps in UTC."
        if clocks
        else "Ask which row is right, or what tells them apart.",
        evidence=context.evidence(
            context.repeated_rows(parts), [*parts, *[c for c in context.table.columns if c not in parts][:3]]
        ),
        details={"key": parts, "repeats": count, "clock_change": clocks},
        confidence=0.8,
    )
