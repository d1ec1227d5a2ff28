"""Entities that repeat: rows of one patient, customer or machine are not independent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ...artifacts import Finding, Severity
from ...engagement import UseCase
from ..context import TableContext, check
from ..dependencies import codes_of
from ..hindsight import entity_name, identifier_name, tokens
from ..profile import ColumnProfile
from ..targets import Ints, Target, read_target

__all__ = ["group_structure", "intraclass_correlation"]

REPEATED = 0.02
TIED = 0.3


@check("group_structure")
def group_structure(context: TableContext) -> Iterator[Finding]:
    """Find columns that say which entity a row is about, where entities repeat.

    Candidates are the use case's ``group`` and columns named for an entity or an identifier, with values that
    repeat in at least 2% of the rows. How much a random split would flatter is told by the intraclass
    correlation of the target: the share of its variance that lies between entities (Donner, *Int. Stat. Review*
    1986); from 0.3 on it is major.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None:
            continue
        for column in _candidates(context, case):
            finding = _group(context, case, target, column)
            if finding is not None:
                yield finding


def _candidates(context: TableContext, case: UseCase) -> list[ColumnProfile]:
    if case.group is not None:
        return [context.profile[case.group]] if case.group in context.profile.columns else []
    found = [c for c in context.columns("integer", "text") if c.name != case.target and _entity(c)]
    return sorted(found, key=lambda c: -c.distinct)[:3]


def _entity(column: ColumnProfile) -> bool:
    if column.present < 50 or column.missing > 0.2 * column.rows or column.semantic in {"free_text", "date_part"}:
        return False
    entity = entity_name(column.name)
    counted = column.type == "integer" and tokens(column.name)[-1:] and tokens(column.name)[-1].endswith("s")
    if not entity or not (identifier_name(column.name) or (column.distinct >= 20 and not counted)):
        return False
    return max(10, 0.002 * column.present) <= column.distinct <= (1 - REPEATED) * column.present


def _group(context: TableContext, case: UseCase, target: Target, column: ColumnProfile) -> Finding | None:
    codes = codes_of(context.frame[column.name])
    known = (codes >= 0) & target.known
    sizes = np.bincount(codes[known])
    sizes = sizes[sizes > 0]
    repeated = int(sizes[sizes > 1].sum())
    if not len(sizes) or repeated < max(2, REPEATED * known.sum()):
        return None
    tied = max((intraclass_correlation(codes[known], y[known]) for y in target.outputs().T), default=0.0)
    handled = case.group == column.name
    severity: Severity = "info" if handled else "minor"
    if not handled and tied >= TIED and repeated >= 0.2 * known.sum():
        severity = "major"
    name = f"'{column.name}'"
    return context.finding(
        "group_structure",
        column.name,
        severity,
        f"{name} repeats: {len(sizes):,} different values on {int(known.sum()):,} rows, up to {int(sizes.max()):,} "
        f"rows each; {tied:.0%} of the variance of '{target.name}' lies between them.",
        rows_affected=repeated,
        consequence="A random split puts rows of the same one into training and test: the score tells how well it "
        "is recognised, not how well a new one is judged.",
        advice="The split keeps them together, as the use case says."
        if handled
        else f"Split by {name} (write 'group: {column.name}' into the use case), and leave it out of the features.",
        fix=None if handled else f"StratifiedGroupKFold(5).split(X, y, groups=df[{column.name!r}])",
        evidence=_largest(context, column.name),
        details={
            "groups": len(sizes),
            "rows_per_group": {"median": float(np.median(sizes)), "largest": int(sizes.max())},
            "intraclass_correlation": round(tied, 4),
        },
        confidence=1.0 if handled else 0.85,
        use_cases=[case.name],
    )


def _largest(context: TableContext, column: str) -> list[object]:
    top = context.profile[column].top
    value = top[0][0] if top else None
    rows = context.rows_where(pl.col(column) == value, 3) if value is not None else []
    return list(context.evidence(rows, [column], 3))


def intraclass_correlation(groups: Ints, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the share of the variance of ``values`` that lies between ``groups`` (ANOVA estimator), 0 to 1."""
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.bincount(codes)
    rows, k = len(values), len(sizes)
    if k < 2 or rows <= k:
        return 0.0
    means = np.bincount(codes, weights=values) / sizes
    between = float(np.dot(sizes, (means - values.mean()) ** 2)) / (k - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (rows - k)
    typical = (rows - float((sizes**2).sum()) / rows) / (k - 1)
    total = between + (typical - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0
