"""Stamps at midnight that carry the day that ended."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import as_dates

DAY = 86_400
FEWEST_ROWS, FEWEST = 100, 3
REGULAR, MOSTLY = 0.9, 0.8


@check("bad_date")
def midnights(ctx: TableContext) -> Iterable[Finding]:
    """Report times that go on by one step from row to row, but back by a day, less a step, at 00:00, and on by a
    day and a step after it: the 24:00 of a day was written as its 00:00.

    It must be so at three midnights, and at four in five, and the step be that of nine in ten rows.
    """
    if ctx.seen is not None or ctx.rows < FEWEST_ROWS:
        return
    for column in ctx.profile.columns.values():
        if column.type != "datetime" or column.missing or column.sorted == 1:
            continue
        seconds = ctx.frame[column.name].dt.epoch("s").to_numpy()
        wrong = _back_by_a_day(seconds)
        count = int(wrong.sum())
        if not count:
            continue
        name, rows = column.name, np.flatnonzero(wrong) + 1
        yield ctx.finding(
            "bad_date",
            name,
            "minor",
            f"{count:,} stamps of '{name}' at 00:00 carry the day that ended: time goes back by a day there.",
            rows_affected=count,
            consequence="Sorted by time these rows come a day too early; gaps, lags and sums by day are wrong.",
            advice="Put them a day on, or ask for stamps that name the begin of their interval.",
            fix=f"df[{name!r}] = {as_dates(ctx, name)}\n"
            f"df.loc[df[{name!r}].dt.normalize() == df[{name!r}], {name!r}] += pd.Timedelta(days=1)",
            evidence=ctx.evidence([int(rows[0]) - 1, int(rows[0]), int(rows[0]) + 1], [name]),
            details={"own": True},
            confidence=0.9,
        )


def _back_by_a_day(
    seconds: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.bool]]:
    """Return which of the stamps, in the order of the rows, belong at the end of their day; none where not most."""
    none = np.zeros(len(seconds), dtype=bool)
    steps = np.diff(seconds)
    counts = pl.Series(steps).value_counts(sort=True)
    step = int(counts[counts.columns[0]][0])
    if not 0 < step <= DAY // 2 or DAY % step or counts["count"][0] < REGULAR * len(steps):
        return none
    wrong = none.copy()
    wrong[1:] = (steps == step - DAY) & np.append(steps[1:] == step + DAY, True)
    midnight = seconds % DAY == 0
    wrong &= midnight
    return wrong if wrong.sum() >= max(FEWEST, MOSTLY * midnight.sum()) else none
