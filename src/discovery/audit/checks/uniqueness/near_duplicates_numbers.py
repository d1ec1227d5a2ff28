"""Near-duplicates in tables of numbers: rows entered anew, with one or two numbers changed, cut or lost."""

from __future__ import annotations

from collections.abc import Iterator

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...rows.near_rows import near_rows
from ...values import identifying

__all__ = ["near_duplicate_numbers"]

NUMBERS, VALUES = 3, 20
"""How many columns of numbers a table must have, and how many values each of them."""
UNIQUE = 0.99
MANY = 0.1
"""The share of the rows from which copies change results."""


@check("near_duplicate")
def near_duplicate_numbers(context: TableContext) -> Iterator[Finding]:
    """Rows that repeat another but for one or two cells of their numbers, of which chance would make none.

    Method, and what is held against chance, series and panels: :mod:`discovery.audit.rows.near_rows`. Only numbers
    of 20 values or more may differ, in tables that have three such columns; keys and names of rows are not
    compared, and times must be equal.
    """
    classes = {u.target for u in context.use_cases if u.task in {"binary", "multiclass"}}
    compared = [
        c for c in context.columns() if c.distinct > 1 and c.type != "empty" and not _names_rows(context, c)
    ]
    ordered = sorted(compared, key=lambda c: -c.distinct)
    numbers = [c.name for c in ordered if _may_differ(c) and c.name not in classes]
    if len(numbers) < NUMBERS:
        return
    found = near_rows(context.frame, numbers, [c.name for c in ordered if c.name not in numbers], context.seed)
    if found is None:
        return
    again, share = found.repeated, found.repeated / found.judged
    part = context.rows > found.judged + context.profile.duplicate_rows
    sampled = f" of a sample of {found.judged:,} rows" if part else ""
    cells = "one" if found.cells == 1 else "one or two"
    named = ", ".join(f"'{c}'" for c in found.columns[:3])
    severity: Severity = "major" if share >= MANY else "minor"
    rows = [int(row) + 1 for pair in zip(found.left[:3], found.right[:3], strict=True) for row in pair]
    yield context.finding(
        "near_duplicate",
        [],
        severity,
        f"{again:,} rows{sampled} repeat another row in all but {cells} of their numbers, in {named} most.",
        rows_affected=again,
        consequence="One person or thing counts several times, and stands in training and test data at once.",
        advice="Have someone who knows the data look at the pairs; then merge them, or give each group one "
        "identifier and split by it.",
        details={"pairs": len(found.left), "compared": found.judged, "sampled": part}
        | {"differing": found.columns},
        evidence=context.evidence(rows, list(dict.fromkeys([*found.columns, *numbers]))[:8], limit=6),
        confidence=0.6,
    )


def _names_rows(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column names or numbers the rows, so that a row entered anew has another value."""
    unique = column.distinct >= UNIQUE * column.present and column.type in {"integer", "text"}
    return unique or list(context.profile.key) == [column.name] or column.semantic in {"uuid", "identifier"}


def _may_differ(column: ColumnProfile) -> bool:
    return (
        column.numeric and column.distinct >= VALUES and column.semantic != "date_part" and not identifying(column)
    )
