"""The profile of a table over all its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..orient import orientation
from ..profiling.profile import ColumnProfile, TableProfile
from ..profiling.relate import most_telling
from .columns import columns_of
from .sessions import Session

if TYPE_CHECKING:
    from ...engagement import Engagement
    from ...intake.table import Table

__all__ = ["profile_whole"]


def profile_whole(
    table: Table, sample: TableProfile, session: Session, engagement: Engagement | None = None
) -> tuple[TableProfile, Mapping[str, list[Any]]]:
    """Measure all rows of a table.

    Parameters
    ----------
    table : Table
        Whose frame is a sample of its rows.
    sample : TableProfile
        The profile of that sample: it says how each column is best measured, and gives the semantic types, the
        quantiles of columns of very many values, and the correlations.
    session : Session
        The engine.
    engagement : Engagement, optional
        What the client says of the table (its key, its time column) is taken over.

    Returns
    -------
    TableProfile, mapping of str to list
        The profile, and by column the texts that the sample lacks (at most 50 of each).
    """
    whole = table.whole
    assert whole is not None
    facts = columns_of(session, sample.columns, table.frame)
    rare = {name: known.pop("rare", []) for name, known in facts.items()}
    columns: dict[str, ColumnProfile] = {}
    for name, drawn in sample.columns.items():
        told = {k: v for k, v in facts[name].items() if v is not None}
        columns[name] = ColumnProfile(
            name=name,
            type=drawn.type,
            rows=whole.rows,
            semantic=drawn.semantic,
            semantic_confidence=drawn.semantic_confidence,
            unparsed=whole.unparsed.get(name, 0),
            **told,
        )
    key, time = orientation(table.name, columns, engagement)
    profile = TableProfile(
        name=table.name,
        rows=whole.rows,
        columns=columns,
        key=key,
        time=time,
        correlations=sample.correlations,
        contingencies=sample.contingencies,
        ratios=sample.ratios,
        approximate=True,
    )
    return replace(profile, duplicate_rows=_duplicates(session, profile)), rare


def _duplicates(session: Session, profile: TableProfile) -> int:
    """Count rows that repeat an earlier one, by a 64-bit hash; none where a column is unique."""
    columns = list(profile.columns.values())
    if not columns or any(c.identifying for c in columns):
        return 0
    telling = most_telling(columns)
    if len(telling) < len(columns) and not session.repeats(telling):
        return 0
    return session.repeats([c.name for c in columns])
