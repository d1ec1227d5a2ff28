"""The first or last year (or month) of a table, cut short."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ...context import TableContext, check
from ...series import DAY, Axis, stamp_text, time_axis
from .gaps import of_a_thing

__all__ = ["cut_short"]

BESIDE = 5
"""How many years or months next to the first or last it is held against."""
SHORT = 0.4
LEAST = 20


@check("volume_anomaly")
def cut_short(context: TableContext) -> Iterable[Finding]:
    """Report a first or last year (or month) that has far fewer rows than the five next to it.

    The time must be kept in years or months. The five must have at least 20 rows each and the most of them less
    than twice the fewest, of which the first or last has less than two fifths. Years of things (when a car was
    built), which are in no order, do not count.
    """
    axis = time_axis(context)
    if axis is None or context.rows < LEAST * BESIDE:
        return
    stamps, rows = axis.tally()
    if len(stamps) <= BESIDE or (np.diff(stamps) < 27 * DAY).any() or _of_things(context, axis):
        return
    months = stamps.astype("datetime64[s]").astype("datetime64[M]").astype(int)
    steps = set(np.diff(months).tolist())
    if steps not in ({1}, {12}) or (stamps % DAY).any():
        return
    name = "year" if steps == {12} else "month"
    for end, order in (("first", slice(None, None, 1)), ("last", slice(None, None, -1))):
        own, *beside = (int(n) for n in rows[order][: BESIDE + 1])
        if own < SHORT * min(beside) and min(beside) >= LEAST and max(beside) < 2 * min(beside):
            yield _finding(context, axis, int(stamps[order][0]), own, (end, name), beside)


def _of_things(context: TableContext, axis: Axis) -> bool:
    """Whether a year is one of things: it also goes up and down from row to row, and not only between blocks."""
    steps = np.diff(axis.stamps.drop_nulls().to_numpy())
    turns = min(int((steps < 0).sum()), int((steps > 0).sum()))
    return turns > 0.1 * len(steps) and of_a_thing(context, axis)


def _finding(
    context: TableContext, axis: Axis, stamp: int, rows: int, which: tuple[str, str], beside: list[int]
) -> Finding:
    end, name = which
    told = stamp_text(stamp)[: 4 if name == "year" else 7]
    return context.finding(
        "volume_anomaly",
        axis.column,
        "minor",
        f"The {end} {name}, {told}, is incomplete: it has {rows:,} rows, the five next to it {min(beside):,} to "
        f"{max(beside):,}.",
        rows_affected=rows,
        consequence="Sums of it look like a collapse, and its means are about another mixture.",
        advice="Leave it out of trends, or ask for the rest of it.",
        details={"usual": float(np.median(beside)), "period": name, "periods": [f"{told}: {rows:,}"]},
        evidence=context.evidence(context.rows_where(axis.stamps == stamp), list(axis.parts)),
        confidence=0.8,
    )
