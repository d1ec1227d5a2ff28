"""Numbers that are there twice, and differ in some rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying
from ...vocabulary.names import named

__all__ = ["copies"]

MOST_COLUMNS, MOST_ROWS, FEWEST_ROWS, TRIAL = 60, 100_000, 40, 200
EQUAL = 0.9
"""Share of the rows in which copies are equal."""
TELLING = 0.5
"""Share of the rows that must have a number of their own; and of the first ones that must be equal."""


@check("rule_violation", view="values")
def copies(ctx: TableContext) -> Iterator[Finding]:
    """Report the rows in which two columns of numbers differ, where they are equal in nine of ten others.

    Only rows count whose numbers are nearly each of their own (areas, amounts), so that no chance makes them equal;
    there must be half of the rows of them. Identifiers are left out: one may be a newer one of the other.
    """
    if ctx.seen is not None or not FEWEST_ROWS <= ctx.rows <= MOST_ROWS:
        return
    targets = ctx.targets
    usable = [c for c in ctx.profile.columns.values() if c.name not in targets and _telling(c, ctx.rows)]
    cells = {c.name: ctx.frame[c.name].cast(pl.Float64).to_numpy() for c in usable[:MOST_COLUMNS]}
    for a, b in combinations(cells, 2):
        if float((cells[a][:TRIAL] == cells[b][:TRIAL]).mean()) < TELLING:
            continue
        rows = _differing(cells[a], cells[b])
        if rows is not None and rows.any():
            yield _finding(ctx, (a, b), pl.Series(rows))


def _telling(column: ColumnProfile, rows: int) -> bool:
    own = column.numeric and column.distinct >= TELLING * rows and not column.sorted
    return own and not identifying(column) and not named(column.name, "id", "number", "no")


def _differing(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_] | None:
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < FEWEST_ROWS:
        return None
    _, places, times = np.unique(first[known], return_inverse=True, return_counts=True)
    rare = times[places] <= max(2, 0.01 * len(first))
    equal = first[known] == second[known]
    if rare.sum() < TELLING * len(first) or equal[rare].mean() < EQUAL:
        return None
    rows = np.zeros(len(first), bool)
    rows[known] = ~equal
    return rows


def _finding(ctx: TableContext, names: tuple[str, str], mask: pl.Series) -> Finding:
    count = int(mask.sum() or 0)
    return ctx.finding(
        "rule_violation",
        list(names),
        "minor",
        f"'{names[0]}' and '{names[1]}' are equal in all but {count:,} of {ctx.rows:,} rows.",
        rows_affected=count,
        consequence="One of the two is wrong there, and results depend on which of them is used.",
        advice="Ask whether they mean the same; if so, which is right in these rows.",
        fix=f"df[df[{names[0]!r}] != df[{names[1]!r}]]",
        evidence=ctx.evidence(ctx.rows_where(mask), list(names)),
        details={"own": True},
        confidence=0.8,
    )
