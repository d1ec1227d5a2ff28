"""The checks of a table beyond memory: which run on its profile, on its stamps, or on its sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from ...artifacts import Finding
from ..context import Check, TableContext
from ..series import PANEL, Axis, entity_candidates, time_axis
from .confirm import confirm, placed
from .seen import Seen
from .sessions import Session, col, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["OF_PROFILE", "OF_STAMPS", "check_whole"]

OF_PROFILE = frozenset(
    {
        "completeness.missing.empty_column",
        "shape.constant", "shape.free_text", "shape.high_cardinality", "shape.id_like",
        "shape.near_constant",
    }
)  # fmt: skip
"""Checks that the profile alone answers."""

OF_STAMPS = frozenset({"time.gaps.stale", "time.gaps.time_gap", "time.gaps.volume_anomaly"})
"""Checks that need every stamp of the time axis, and how many rows it has."""

OF_SAMPLE = ("near_duplicate", "conflicting_records", "conflicting_labels")
"""What is told by rows that belong together, whether they are far apart in the table or not."""

PARTED = "rows that belong together are parted by a sample: only those of the sample were looked at"

MOST_STAMPS = 2_000_000

Run = Callable[[Check, TableContext], "Iterable[Finding]"]


def check_whole(
    checks: Sequence[Check], seen: Seen, session: Session, run: Run, not_run: list[dict[str, str]]
) -> list[Finding]:
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
    not_run : list of dict
        What cannot be looked for in all rows is added, with the reason.
    """
    found: list[Finding] = []
    drawn: list[Finding] = []
    stamps = _stamps(seen, session, not_run)
    if seen.drawn < seen.rows:
        kinds = OF_SAMPLE if seen.all.use_cases else OF_SAMPLE[:-1]
        not_run += [{"check": kind, "table": seen.all.name, "reason": PARTED} for kind in kinds]
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


def _stamps(seen: Seen, session: Session, not_run: list[dict[str, str]]) -> TableContext | None:
    """Return a context with a row for each stamp, and how many rows have it; by days, where stamps are too many.

    Of a panel (a row for each shop and day) it has a row for each stamp of each entity, if they are not too many.
    """
    axis = time_axis(seen.sample)
    if axis is None:
        return None
    parts = list(axis.parts)
    first = seen.all.profile[parts[0]]
    lazy = session.frame().select(*(col(p) for p in parts))
    if len(parts) == 1 and first.temporal and first.distinct > MOST_STAMPS:
        lazy = lazy.select(col(parts[0]).cast(nw.Date))
    context = _grouped(seen, session.collect(_tallied(lazy, parts)), parts, parts)
    entity = _entity(seen, session, context, parts) if context is not None else None
    if context is None or entity is None:
        return context
    if seen.rows > MOST_STAMPS:
        reason = (
            f"the series of each '{entity}' are too many to be laid side by side: "
            "only the stamps of the whole table were looked at"
        )
        not_run.append({"check": "time_gap", "table": seen.all.name, "reason": reason})
        return context
    both = [*parts, entity]
    grouped = session.collect(_tallied(session.frame().select(*(col(c) for c in both)), both))
    return _grouped(seen, grouped, parts, both)


def _tallied(lazy: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    return lazy.drop_nulls().group_by(*map(plain, columns)).agg(nw.len().alias("__rows__"))


def _grouped(seen: Seen, grouped: pl.DataFrame, parts: Sequence[str], names: Sequence[str]) -> TableContext | None:
    """Return a context whose table has the columns ``names``, of which ``parts`` make the time axis."""
    grouped = grouped.sort(names)
    table = seen.all.table
    few = replace(table, frame=grouped.select(names), texts=None, columns={n: table.columns[n] for n in names})
    columns = {n: seen.all.profile[n] for n in names}
    profile = replace(seen.all.profile, columns=columns, time=seen.sample.profile.time)
    context = TableContext(few, profile, seen.all.engagement, seen.all.as_of, seen.all.seed)
    found = time_axis(context)
    if found is None or set(found.parts) != set(parts):
        return None
    rows = grouped["__rows__"].cast(pl.Int64)
    context.memo["checks.time_axis"] = Axis(found.column, found.parts, found.stamps, rows.to_numpy())
    return context


def _entity(seen: Seen, session: Session, stamps: TableContext, parts: Sequence[str]) -> str | None:
    """Return the column that identifies a row together with the stamp, over all rows."""
    axis = time_axis(stamps)
    if axis is None:
        return None
    for column in entity_candidates(seen.all, axis, seen.rows):
        if session.distinct([*parts, column.name]) >= PANEL * seen.rows:
            return column.name
    return None
