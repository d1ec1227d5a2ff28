"""Rows that stand for no case: the minima, maxima, means or sums of the others, left in with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ....artifacts import Finding
from ...context import TableContext, check
from ...targets import as_floats

LAST, FEWEST_ROWS = 8, 20
DISTINCT, FILLED = 10, 0.5
FEWEST, NEARLY = 4, 0.8
RARE, TELLING = 0.05, 3
"""Equal to a value that one cell in twenty or fewer has: so many numbers of a row must be."""
CLOSE = 1e-3

Floats = npt.NDArray[np.float64]


@check("rule_violation")
def summary_rows(ctx: TableContext) -> Iterable[Finding]:
    """Report rows among the first and last eight that hold the minimum, maximum, mean, median or sum of the others.

    Such a row lacks a name: a cell of a column that is filled in all rows but eight. Four in five of its numbers,
    four at least, must be the one statistic of their columns, those of ten values or more; a smallest or largest
    value that many rows have says little, so three must be rare ones.
    """
    if ctx.seen is not None or ctx.rows < FEWEST_ROWS:
        return
    nameless = _nameless(ctx)
    measures = [c.name for c in ctx.columns("integer", "number") if c.distinct >= DISTINCT]
    measures = [m for m in measures if ctx.profile[m].present >= FILLED * ctx.rows]
    if not nameless or len(measures) < FEWEST:
        return
    values = np.column_stack([as_floats(ctx.frame[m]) for m in measures])
    others = np.delete(values, nameless, axis=0)
    found = [row for row in nameless if _sums_up(values[row], others)]
    if found:
        yield _finding(ctx, found, measures)


def _nameless(ctx: TableContext) -> list[int]:
    """Return the first and last rows (from 0) without a cell where all rows but a few have one."""
    ends = {*range(LAST), *range(ctx.rows - LAST, ctx.rows)}
    rows: set[int] = set()
    for column in ctx.columns():
        if 1 <= column.missing <= LAST and not column.unparsed:
            rows |= set(ctx.frame[column.name].is_null().arg_true().to_list())
    return sorted(rows & ends)


def _sums_up(row: Floats, others: Floats) -> bool:
    there = np.isfinite(row) & np.isfinite(others).any(axis=0)
    if there.sum() < FEWEST:
        return False
    row, others = row[there], others[:, there]
    for statistic, close in _statistics(others):
        same = np.abs(row - statistic) <= close
        often = np.nanmean(others == row, axis=0)
        if same.sum() >= max(FEWEST, NEARLY * len(row)) and (same & (often <= RARE)).sum() >= TELLING:
            return True
    return False


def _statistics(others: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Iterate over the statistics of the columns, each with how far off a number may be that is rounded."""
    none = np.zeros(others.shape[1])
    yield np.nanmin(others, axis=0), none
    yield np.nanmax(others, axis=0), none
    spread = np.nanstd(others, axis=0)
    yield np.nanmean(others, axis=0), CLOSE * spread
    yield np.nanmedian(others, axis=0), none
    yield np.nansum(others, axis=0), 1e-6 * np.abs(np.nansum(others, axis=0))


def _finding(ctx: TableContext, rows: Sequence[int], measures: Sequence[str]) -> Finding:
    one = len(rows) == 1
    return ctx.finding(
        "rule_violation",
        [],
        "minor",
        f"{len(rows)} {'row is no case: it holds' if one else 'rows are no cases: they hold'} what the columns of "
        "the other rows come to (minimum, maximum, mean, median or sum).",
        rows_affected=len(rows),
        consequence="They count as cases with the extremes or the sums of all columns at once.",
        advice="Leave them out.",
        fix=f"df = df.drop(index=df.index[{list(rows)!r}])",
        evidence=ctx.evidence([r + 1 for r in rows], measures[:6]),
        details={"rows": [r + 1 for r in rows]},
        confidence=0.9,
    )
