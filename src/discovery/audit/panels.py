"""Panels whose entities have several rows at a stamp: countries and years, by crop."""

from __future__ import annotations

from .context import TableContext
from .profiling.profile import ColumnProfile
from .series import ENTITIES, Axis

__all__ = ["full_panel"]

FEWEST_ENTITIES, MOST_ENTITIES, FULL = 10, 2_000, 0.85
"""How many entities a panel has, and the share of all pairs of an entity and a stamp that are there."""


def full_panel(context: TableContext, axis: Axis) -> bool:
    """Whether a text has nearly each of its values at nearly each stamp, so that a stamp that none has is no
    chance."""
    stamps = axis.stamps.n_unique() - int(axis.stamps.null_count() > 0)
    for column in context.columns("text"):
        pairs = column.distinct * stamps
        if not _may_be_entity(column) or pairs > context.rows:
            continue
        cells = context.frame.select(column.name).with_columns(__stamp__=axis.stamps).drop_nulls()
        if cells.n_unique() >= FULL * pairs:
            return True
    return False


def _may_be_entity(column: ColumnProfile) -> bool:
    few = FEWEST_ENTITIES <= column.distinct <= MOST_ENTITIES
    return few and not column.missing and column.semantic in ENTITIES
