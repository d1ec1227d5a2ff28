"""The checks of a table beyond memory: which run on its profile, on its stamps, or on its sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from ...artifacts import Finding
from ..checks.series import Axis, time_axis
from ..context import Check, TableContext
from .confirm import confirm, placed
from .seen import Seen
from .sessions import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["OF_PROFILE", "OF_STAMPS", "check_whole"]

OF_PROFILE = frozenset(
    {
        "completeness.empty_column", "shape.constant", "shape.free_text", "shape.high_cardinality", "shape.id_like",
        "shape.near_constant",
    }
)  # fmt: skip
"""Checks that the profile alone answers."""

OF_STAMPS = frozenset({"time.stale", "time.time_gap", "time.volume_anomaly"})
"""Checks that need every stamp of the time axis, and how many rows it has."""

MOST_STAMPS = 2_000_000

Run = Callable[[Check, TableContext], "Iterable[Finding]"]


def check_whole(checks: Sequence[Check], seen: Seen, session: Session, run: Run) -> list[Finding]:
    """Run the checks of one table, each on what it needs, and count over all rows what was found in the sample.

    Parameters
    ----------
    checks : sequence of Check
        Those of scope ``table``.
    seen : Seen
        The table.
    session : Session
        The engine.
    run : callable
        Runs one check on a context; what fails in it is noted there.
    """
    found: list[Finding] = []
    drawn: list[Finding] = []
    stamps = _stamps(seen, session)
    for check in checks:
        if check.name in OF_PROFILE:
            found += [placed(f, seen) for f in run(check, seen.all)]
        elif check.name in OF_STAMPS:
            found += [_nowhere(f) for f in run(check, stamps)] if stamps is not None else []
        else:
            drawn += run(check, seen.sample)
    return found + confirm(drawn, seen, session)


def _nowhere(finding: Finding) -> Finding:
    """Return evidence without rows: each stands for all rows of a stamp."""
    return finding.model_copy(update={"evidence": [e.model_copy(update={"row": None}) for e in finding.evidence]})


def _stamps(seen: Seen, session: Session) -> TableContext | None:
    """Return a context with a row for each stamp, and how many rows have it; by days, where stamps are too many."""
    axis = time_axis(seen.sample)
    if axis is None:
        return None
    parts = list(axis.parts)
    first = seen.all.profile[parts[0]]
    lazy = session.frame().select(*(nw.col(p) for p in parts))
    if len(parts) == 1 and first.temporal and first.distinct > MOST_STAMPS:
        lazy = lazy.select(nw.col(parts[0]).cast(nw.Date))
    grouped = session.collect(lazy.drop_nulls().group_by(*parts).agg(nw.len().alias("__rows__"))).sort(parts)
    table = seen.all.table
    columns = {p: table.columns[p] for p in parts}
    few = replace(table, frame=grouped.select(parts), texts=None, columns=columns)
    profile = replace(
        seen.all.profile, columns={p: seen.all.profile[p] for p in parts}, time=seen.sample.profile.time
    )
    context = TableContext(few, profile, seen.all.engagement, seen.all.as_of, seen.all.seed)
    found = time_axis(context)
    if found is None:
        return None
    rows = grouped["__rows__"].cast(pl.Int64)
    context.memo["checks.time_axis"] = Axis(found.column, found.parts, found.stamps, rows.to_numpy())
    return context
