"""What changed between an earlier run's drop and this one: schema, volume, history, distributions, freshness."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...artifacts import Finding
from ..profiling.sketch import Sketch, TableSketch, read_sketch, sketch_table
from .history import Overlap, compare_rows, overlap, rewritten
from .schema import SchemaDelta, match_schema, schema_findings, table_findings
from .shift import shift_findings
from .volume import freshness_findings, volume_findings

if TYPE_CHECKING:
    from ...engagement import Engagement
    from ..context import TableContext

__all__ = ["Overlap", "SchemaDelta", "compare_rows", "drift_findings", "match_schema", "overlap"]


def drift_findings(
    contexts: Mapping[str, TableContext], engagement: Engagement, previous: Path | None
) -> list[Finding]:
    """Return what changed since the run in the directory ``previous``.

    Parameters
    ----------
    contexts : mapping of str to TableContext
        The tables of this drop.
    engagement : Engagement
        Says of a table whether its drops are snapshots or increments, where that is known.
    previous : Path or None
        An earlier run; without one, or where it kept no sketch, nothing is found.

    Returns
    -------
    list of Finding
        Kinds ``schema_change``, ``volume_change``, ``history_rewrite``, ``distribution_shift`` and ``stale``.
    """
    before = read_sketch(previous) if previous is not None else None
    if before is None:
        return []
    found = table_findings(contexts, before)
    pending = []
    for name, context in contexts.items():
        if name in before.tables:
            more, shifts = _table(context, before, before.tables[name], engagement)
            found += more
            pending.append(shifts)
    return found + shift_findings([entry for entry in pending if entry is not None])


def _table(
    context: TableContext, sketch: Sketch, old: TableSketch, engagement: Engagement
) -> tuple[list[Finding], tuple[TableContext, TableSketch, TableSketch, SchemaDelta]]:
    new = sketch_table(context, old.salt)
    shared = overlap(context, old, sketch.row_hashes(context.name), engagement)
    delta = match_schema(old, new, shared)
    found = schema_findings(context, old, delta)
    found += volume_findings(context, old, shared)
    found += freshness_findings(context, old, new)
    found += rewritten(context, old, delta, shared)
    return found, (context, old, new, delta)
