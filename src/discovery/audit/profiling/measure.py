"""The measuring of a table: its profile, in as few scans as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ...intake.table import value_counts
from ..orient import orientation, semantic_of
from ..relations.keys import composite_key
from .association import associations
from .profile import ColumnProfile, TableProfile
from .relate import correlations, duplicates
from .scan import aggregates, column_profile, prepare, text_profiles

if TYPE_CHECKING:
    from ...engagement import Engagement
    from ...intake.table import Table

__all__ = ["profile_table"]


def profile_table(table: Table, engagement: Engagement | None = None) -> TableProfile:
    """Measure a table.

    Parameters
    ----------
    table : Table
        As intake hands it on.
    engagement : Engagement, optional
        What the client says of the table (its key, its time column) is taken over.

    Returns
    -------
    TableProfile
        Every column is scanned once for counts and moments and once for its values; equal rows are found by a
        64-bit row hash and confirmed on their values; correlations come from one matrix product, what goes
        together with categories from tables of counts over a sample.
    """
    frame = prepare(table.frame)
    counts = aggregates(frame)
    texts = text_profiles(
        {
            s.name: table.value_counts(s.name) if table.frame[s.name].dtype == pl.String else value_counts(s)
            for s in frame.iter_columns()
            if s.dtype == pl.String
        }
    )
    columns: dict[str, ColumnProfile] = {}
    for name, column in table.columns.items():
        profile = column_profile(name, column.type, frame[name], counts[name], texts.get(name), table)
        columns[name] = semantic_of(profile, table)
    numeric = [c.name for c in columns.values() if c.numeric and c.distinct > 1]
    contingencies, ratios = associations(frame, columns.values())
    key, time = orientation(table.name, columns, engagement)
    key = key or composite_key(frame, columns.values())
    return TableProfile(
        name=table.name,
        rows=frame.height,
        columns=columns,
        duplicate_rows=duplicates(frame, list(columns.values())),
        key=key,
        time=time,
        correlations=correlations(frame, numeric),
        contingencies=contingencies,
        ratios=ratios,
    )
