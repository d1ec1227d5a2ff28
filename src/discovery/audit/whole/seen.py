"""What the checks are given of a table that does not fit into memory, beside its profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from ..context import TableContext
from ..orient import semantic_of
from ..profiling.measure import profile_table
from ..profiling.profile import ColumnProfile, TableProfile
from .profile import profile_whole
from .witnesses import seen_table

if TYPE_CHECKING:
    from datetime import date

    from ...engagement import Engagement
    from ...intake.table import Table
    from .sessions import Session

__all__ = ["Seen", "see"]

MANY = 1_000


@dataclass(frozen=True, eq=False)
class Seen:
    """A table as checks see it, twice.

    Attributes
    ----------
    all : TableContext
        All rows, by their profile; its frame is only good for evidence.
    sample : TableContext
        The sample and the witnesses, as if they were the table.
    numbers : polars.Series
        The number among all rows of each row of the sample.
    drawn : int
        Rows of the sample without the witnesses.
    """

    all: TableContext
    sample: TableContext
    numbers: pl.Series
    drawn: int

    @property
    def rows(self) -> int:
        """All rows."""
        return self.all.rows

    def column(self, name: str) -> tuple[ColumnProfile, ColumnProfile]:
        """Return the profiles of a column: over all rows, and in the sample."""
        return self.all.profile[name], self.sample.profile[name]


def see(table: Table, engagement: Engagement, as_of: date, session: Session) -> Seen:
    """Measure a table where it is, and return what the checks are given."""
    drawn = profile_table(replace(table, whole=None), engagement)
    profile, rare = profile_whole(table, drawn, session, engagement)
    seen, numbers = seen_table(table, drawn, profile, rare, session)
    sample = _as_the_whole(profile_table(seen, engagement), profile, seen)
    semantics = {n: (c.semantic, c.semantic_confidence) for n, c in sample.columns.items()}
    columns = {
        n: replace(c, semantic=semantics[n][0], semantic_confidence=semantics[n][1])
        for n, c in profile.columns.items()
    }
    whole = replace(seen, whole=table.whole)
    return Seen(
        TableContext(whole, replace(profile, columns=columns), engagement, as_of, engagement.seed),
        TableContext(seen, sample, engagement, as_of, engagement.seed),
        numbers,
        table.frame.height,
    )


def _as_the_whole(sample: TableProfile, profile: TableProfile, seen: Table) -> TableProfile:
    """Let columns repeat in the sample as they do over all rows, where only the sample makes them look unique."""
    columns: dict[str, ColumnProfile] = {}
    for name, column in sample.columns.items():
        full = profile[name]
        if column.distinct > MANY and full.distinct < full.present:
            share = full.distinct / full.present
            distinct = min(column.distinct, max(MANY, round(share * column.present)), column.present - 1)
            column = semantic_of(replace(column, distinct=distinct), seen)
        columns[name] = column
    key = [c for c in profile.key if c in columns]
    return replace(sample, columns=columns, key=key, time=profile.time)
