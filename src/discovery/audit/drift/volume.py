"""How many rows came, which keys were lost, and whether the data moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...artifacts import Finding, Severity

if TYPE_CHECKING:
    from ..context import TableContext
    from ..profiling.sketch import TableSketch
    from .history import Overlap

__all__ = ["freshness_findings", "volume_findings"]

ENOUGH = 20


def volume_findings(context: TableContext, old: TableSketch, shared: Overlap) -> list[Finding]:
    """Return a finding where the number of rows, or of keys that should have come again, is out of the ordinary.

    A snapshot should hold nearly all earlier keys again; losing a twentieth is reported, a fifth is major. Without
    a key the row count must do: a fifth fewer or half as many again. Increments vary, and are reported at half or
    double.
    """
    if old.rows < ENOUGH:
        return []
    ratio = context.rows / old.rows
    details = {
        "mode": shared.mode, "rows_before": old.rows, "rows": context.rows, "keys_kept": shared.kept,
        "keys_added": shared.added, "keys_lost": shared.lost,
    }  # fmt: skip
    lost = shared.lost / max(shared.lost + shared.kept, 1) if shared.both is not None else 0.0
    severity = _severity(shared, ratio, lost)
    if severity is None:
        return []
    words = f"This drop has {context.rows:,} rows, the last one had {old.rows:,} ({ratio - 1:+.0%})."
    if shared.both is not None and shared.mode == "snapshot":
        words += f" {shared.lost:,} earlier keys are gone, {shared.added:,} are new."
    return [
        context.finding(
            "volume_change",
            [],
            severity,
            words,
            rows_affected=shared.lost if lost else abs(context.rows - old.rows),
            consequence="Totals, shares and trained models are no longer about the same population.",
            advice="Ask the client whether rows were filtered, archived or delivered twice.",
            details=details,
        )
    ]


def _severity(shared: Overlap, ratio: float, lost: float) -> Severity | None:
    if ratio == 0:
        return "blocker"
    if shared.mode == "increment":
        if 0.5 <= ratio <= 2:
            return None
        return "major" if ratio < 0.2 or ratio > 5 else "minor"
    if lost >= 0.2 or ratio < 0.8 or ratio > 3:
        return "major"
    return "minor" if lost >= 0.05 or ratio < 0.9 or ratio > 1.5 else None


def freshness_findings(context: TableContext, old: TableSketch, new: TableSketch) -> list[Finding]:
    """Return a finding where the latest instant of the time column is not later than in the last drop."""
    if old.time is None or old.time != new.time or old.last is None or new.last is None or new.last > old.last:
        return []
    return [
        context.finding(
            "stale",
            old.time,
            "minor",
            f"The latest {old.time} is {new.last[:10]}, no later than in the last drop ({old.last[:10]}).",
            consequence="The drop brings no newer rows, so what is worked out from it is not more up to date.",
            advice="Ask the client whether the export still runs.",
            details={"last_before": old.last, "last": new.last},
        )
    ]
