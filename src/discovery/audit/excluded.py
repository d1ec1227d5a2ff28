"""A table without the cells that are known to be no values: placeholders that moved what is measured later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from .profiling.relate import correlations
from .profiling.scan import aggregates, column_profile, prepare

if TYPE_CHECKING:
    from .context import TableContext
    from .profiling.profile import ColumnProfile

__all__ = ["without_excluded"]


def without_excluded(context: TableContext) -> TableContext:
    """Return the context of the table in which the cells that checks excluded are missing.

    Their columns are profiled anew (what they are about, their semantic type, stays), and so are the correlations
    of numbers; all else is shared. Evidence shows the cells as they are.
    """
    if not context.excluded:
        return context
    blanked = [_blanked(context.frame[name], cells) for name, cells in context.excluded.items()]
    frame = context.frame.with_columns(blanked)
    table = replace(context.table, frame=frame)
    table.memo.update({k: v for k, v in context.table.memo.items() if k.partition(":")[2] not in context.excluded})
    some = prepare(frame.select(*context.excluded))
    counts = aggregates(some)
    columns = dict(context.profile.columns)
    for name in context.excluded:
        known = columns[name]
        fresh = column_profile(name, known.type, some[name], counts[name], None, table)
        columns[name] = replace(fresh, semantic=known.semantic, semantic_confidence=known.semantic_confidence)
    profile = replace(context.profile, columns=columns, correlations=_correlations(context, frame, columns))
    return replace(context, table=table, profile=profile, excluded={}, full=context.full or context)


def _blanked(series: pl.Series, cells: pl.Series) -> pl.Series:
    kept = pl.when(pl.lit(cells).fill_null(False)).then(None).otherwise(pl.lit(series))
    return pl.select(kept.alias(series.name)).to_series().cast(series.dtype)


def _correlations(
    context: TableContext, frame: pl.DataFrame, columns: dict[str, ColumnProfile]
) -> dict[tuple[str, str], float]:
    numeric = [c.name for c in columns.values() if c.numeric and c.distinct > 1]
    if not any(name in context.excluded for name in numeric):
        return dict(context.profile.correlations)
    wanted: Any = prepare(frame.select(numeric))
    return correlations(wanted, numeric)
