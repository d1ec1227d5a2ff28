"""References between tables of which some do not fit into memory.

The values of a referring column, and of the key that is referred to, are grouped where they are, and only they
and how often each occurs are brought home: so orphans, gaps and what a join multiplies are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from ...artifacts import Finding
from .confirm import estimated, placed
from .sessions import col, open_session, plain

if TYPE_CHECKING:
    from ..context import DropContext, TableContext

__all__ = ["grouped_values", "of_all_rows", "too_many"]

BYTES_A_KEY = 128


def too_many(table: TableContext, columns: Sequence[str]) -> bool:
    """Return whether the distinct values of ``columns`` would take more memory than is allowed."""
    whole = table.table.whole
    if whole is None:
        return False
    most = max((table.profile[c].distinct for c in columns), default=0) if len(columns) == 1 else whole.rows
    return most * BYTES_A_KEY * len(columns) > whole.limits.budget / 2


def grouped_values(table: TableContext, columns: Sequence[str]) -> pl.DataFrame:
    """Return the distinct values of ``columns`` over all rows, and as ``n`` how many rows have each."""
    whole = table.table.whole
    assert whole is not None
    with open_session(whole) as session:
        lazy = (
            session.frame()
            .select(*(col(c) for c in columns))
            .group_by(*map(plain, columns))
            .agg(nw.len().alias("n"))
        )
        return session.collect(lazy)


def of_all_rows(findings: Sequence[Finding], context: DropContext) -> list[Finding]:
    """Return the findings across tables: references were counted on all rows, what else there is on samples."""
    told: list[Finding] = []
    for finding in findings:
        table = context.tables.get(finding.table)
        seen = table.seen if table is not None else None
        if seen is None:
            told.append(finding)
        elif finding.kind == "orphan_fk":
            told.append(placed(finding, seen))
        else:
            told.append(estimated(placed(finding, seen), seen))
    return told
