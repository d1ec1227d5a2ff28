"""Which rows two drops share, and which rows of the past were rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from ...artifacts import Finding, Severity
from ..profiling.hashes import hashed_rows, null_cells

if TYPE_CHECKING:
    from ...engagement import Engagement
    from ..context import TableContext
    from ..profiling.sketch import TableSketch
    from .schema import SchemaDelta

__all__ = ["Overlap", "compare_rows", "overlap", "rewritten"]

SNAPSHOT = 0.3
Mode = Literal["snapshot", "increment", "unknown"]
STATES = 20
FEW = 0.2
"""Rows of a table without a time column may change from drop to drop; a column in which fewer do is a rewrite."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """The keys of two drops.

    Attributes
    ----------
    mode : {"snapshot", "increment", "unknown"}
        Whether the later drop holds the earlier one's rows again. Taken from the engagement, else from the share of
        the earlier keys that are in the later drop; unknown without a key.
    kept, added, lost : int
        Keys in both, only in the later, only in the earlier drop.
    both : polars.DataFrame or None
        One line a key that occurs once in each: old and new hashes.
    """

    mode: Mode
    kept: int = 0
    added: int = 0
    lost: int = 0
    both: pl.DataFrame | None = None

    def cell(self, old: int, new: int) -> pl.Series | None:
        """Return for each shared key whether old cell ``old`` equals new cell ``new``; None if not kept."""
        if self.both is None or f"c{old}" not in self.both.columns or f"n_c{new}" not in self.both.columns:
            return None
        return self.both[f"c{old}"] == self.both[f"n_c{new}"]


def overlap(
    context: TableContext, old: TableSketch, before: pl.DataFrame | None, engagement: Engagement
) -> Overlap:
    """Compare the keys of ``context`` with the row hashes kept of the earlier drop."""
    spec = engagement.tables.get(context.name)
    agreed: Any = spec.mode if spec and spec.mode != "auto" else None
    after = None
    if before is not None and old.comparable:
        after = hashed_rows(context, old.salt, old.key, old.time)
    return compare_rows(before, after, agreed)


def compare_rows(before: pl.DataFrame | None, after: pl.DataFrame | None, agreed: Mode | None = None) -> Overlap:
    """Compare the row hashes of two drops, made with one salt; ``agreed`` is the mode where it is known."""
    if before is None or after is None or before.height == 0:
        return Overlap(agreed or "unknown")
    old_keys, new_keys = before["key"].unique(), after["key"].unique()
    kept = int(old_keys.is_in(new_keys.implode()).sum())
    mode: Mode = agreed or ("snapshot" if kept >= SNAPSHOT * old_keys.len() else "increment")
    once = before.filter(pl.col("key").is_unique())
    later = after.filter(pl.col("key").is_unique()).rename({c: f"n_{c}" for c in after.columns if c != "key"})
    both = once.join(later, on="key", how="inner")
    return Overlap(mode, kept, new_keys.len() - kept, old_keys.len() - kept, both)


def rewritten(context: TableContext, old: TableSketch, delta: SchemaDelta, shared: Overlap) -> list[Finding]:
    """Return the columns whose values changed in rows that were already delivered.

    A blank that was filled is no rewrite, the case was completed. In a table with a time column every other change
    is; of a column of few values (a status) it is minor, for those are meant to change. In a table without a time
    column records are kept up to date: only numbers that changed in few rows are reported, as minor.
    """
    both = shared.both
    if both is None or both.height == 0:
        return []
    if not old.cells or "n_c0" not in both.columns:
        return _whole_rows(context, old, delta, shared)
    places = {n: i for i, n in enumerate(context.frame.columns)}
    groups: dict[tuple[int, int], tuple[list[str], pl.DataFrame]] = {}
    for i, column in enumerate(old.columns):
        name = delta.new_name(column.name)
        equal = shared.cell(i, places[name]) if name is not None else None
        if name is None or equal is None or name in old.key:
            continue
        filled = both[f"c{i}"].is_in([*null_cells(old.salt)])
        changed = both.filter(~equal & ~filled)
        if changed.height and _is_rewrite(context, old, name, changed.height / both.height):
            rows = (changed.height, hash(tuple(changed["n_row_number"].sort().head(1000))))
            groups.setdefault(rows, ([], changed))[0].append(name)
    return [_finding(context, old, names, changed, both.height) for names, changed in groups.values()]


def _is_rewrite(context: TableContext, old: TableSketch, column: str, share: float) -> bool:
    return old.time is not None or (context.profile[column].numeric and share < FEW)


def _finding(
    context: TableContext, old: TableSketch, columns: Sequence[str], changed: pl.DataFrame, shared: int
) -> Finding:
    """Make one finding of the columns that changed in the same rows: they have one cause."""
    share = changed.height / shared
    states = all(0 < context.profile[c].distinct <= STATES and not context.profile[c].numeric for c in columns)
    severity: Severity = "major" if share >= 0.001 and old.time is not None and not states else "minor"
    if old.time is not None and _in_progress(old, changed):
        severity = "info"
    rows = changed["n_row_number"].sort().to_list()
    names = ", ".join(columns)
    return context.finding(
        "history_rewrite",
        columns,
        severity,
        f"{names} {'differs' if len(columns) == 1 else 'differ'} from the last drop in {changed.height:,} of"
        f" {shared:,} rows that were in both{_days(changed)} ({share:.1%}).",
        rows_affected=changed.height,
        consequence="Figures already reported from these rows no longer hold; a model learned other values.",
        advice="Ask the client what was corrected and since when; keep both versions until that is known.",
        evidence=context.evidence(rows, [*old.key, *columns]),
        details={"rows_in_both": shared, "share": round(share, 6), "rows": rows[:1000]},
    )


def _in_progress(old: TableSketch, changed: pl.DataFrame) -> bool:
    """Whether only the latest tenth of the earlier drop's time span changed: open cases completed since."""
    if "day" not in changed.columns or old.first is None or old.last is None:
        return False
    first, last = date.fromisoformat(old.first[:10]), date.fromisoformat(old.last[:10])
    earliest = changed["day"].min()
    return isinstance(earliest, date) and (last - earliest) <= (last - first) / 10


def _days(changed: pl.DataFrame) -> str:
    if "day" not in changed.columns:
        return ""
    first, last = changed["day"].min(), changed["day"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return ""
    return f", dated {first.isoformat()} to {last.isoformat()}"


def _whole_rows(context: TableContext, old: TableSketch, delta: SchemaDelta, shared: Overlap) -> list[Finding]:
    """Without hashes of cells, whole rows are compared: only where the earlier columns are all there still."""
    both = shared.both
    names = [c.name for c in old.columns]
    if both is None or delta.changed or old.time is None:
        return []
    again = hashed_rows(context, old.salt, old.key, old.time, names)
    if again is None:
        return []
    later = again.select(pl.col("row_number").alias("n_row_number"), pl.col("row").alias("again"))
    changed = both.join(later, on="n_row_number").filter(pl.col("row") != pl.col("again"))
    if not changed.height:
        return []
    share = changed.height / both.height
    return [
        context.finding(
            "history_rewrite",
            [],
            "major" if share >= 0.001 else "minor",
            f"{changed.height:,} of {both.height:,} rows that were in both drops differ{_days(changed)}.",
            rows_affected=changed.height,
            consequence="Figures already reported from these rows no longer hold.",
            advice="Ask the client what was corrected and since when.",
            evidence=context.evidence(changed["n_row_number"].sort().to_list(), old.key),
        )
    ]
