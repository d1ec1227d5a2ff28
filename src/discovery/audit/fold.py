"""One finding where tables of a drop share a column, or many sets of columns the same fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..artifacts import Finding
from .context import printable_text
from .vocabulary.names import entity_of, stem_of, tokens

__all__ = ["all_fixes", "fold", "joined_sets"]

FEWEST = 3
"""So many tables at least must share a column of one word, which some share by chance."""
MOST_NAMED = 6
FEWEST_SETS = 6
_SHARED = frozenset(
    {"redundant_column", "id_like", "high_cardinality", "near_constant", "constant", "empty_column", "free_text"}
    | {"inconsistent_category", "sentinel_missing", "format_violation", "fd_violation", "conflicting_records"}
)
"""Kinds that come with the values of a column into every table that has it."""

_SETS = {
    ("minor", "one_to_one"): "say the same in every row",
    ("minor", "correlation"): "are one another on another scale",
    ("info", "correlation"): "nearly repeat one another",
    ("info", "arithmetic"): "can be worked out from one another",
}
"""What sets of columns have in common, by the severity and the form of the finding."""


def all_fixes(group: Sequence[Finding]) -> str | None:
    """Return the lines that mend what any of several findings tells of; None where there are none.

    Blanks are taken off first, as what is written with one is looked for without it.
    """
    lines = dict.fromkeys(f.fix for f in group if f.fix)
    return "\n".join(sorted(lines, key=lambda line: "str.strip()" not in line)) or None


def joined_sets(findings: Iterable[Finding]) -> list[Finding]:
    """Join what is said of six sets of columns or more of a table, that they repeat one another in the same way."""
    groups: dict[tuple[str, str, str | None, str], list[Finding]] = defaultdict(list)
    kept: list[Finding] = []
    for finding in findings:
        form = str(finding.details.get("form", ""))
        if finding.kind == "redundant_column" and (finding.severity, form) in _SETS and len(finding.columns) > 1:
            groups[finding.severity, form, finding.accepted, finding.table].append(finding)
        else:
            kept.append(finding)
    for (severity, sort, *_), group in groups.items():
        told = _SETS[str(severity), str(sort)]
        kept.extend(group if len(group) < FEWEST_SETS else [_joined_sets(group, told)])
    return kept


def _joined_sets(group: list[Finding], told: str) -> Finding:
    lead = max(group, key=lambda f: f.rows_affected)
    columns = list(dict.fromkeys(c for f in group for c in f.columns))
    shown = "; ".join(", ".join(f"'{printable_text(c)}'" for c in f.columns[:3]) for f in group[:4])
    return lead.model_copy(
        update={
            "columns": columns,
            "summary": f"{len(group)} sets of columns, {len(columns)} columns in all, {told}: {shown} …",
            "advice": "Keep one column of each set, or leave out what the others make.",
            "fix": all_fixes(group),
            "evidence": [e for f in group for e in f.evidence[:1]][:8],
            "details": dict(lead.details) | {"each": {", ".join(f.columns): f.summary for f in group[:50]}},
            "confidence": min(f.confidence for f in group),
        }
    )


def fold(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings of one kind about columns of the same names in several tables, where they are minor.

    The columns' names are of several words, or in three tables at least, as a plain word is shared by chance. The
    finding stays with the table that the column is named after, or that has most of the rows;
    ``details["also_in"]`` has the rows of the others. What bears on a use case stays as it is.
    """
    groups: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    kept: list[Finding] = []
    for finding in findings:
        if finding.kind in _SHARED and finding.severity in {"minor", "info"} and not finding.use_cases:
            groups[finding.kind, tuple(finding.columns), finding.severity, finding.accepted].append(finding)
        else:
            kept.append(finding)
    for (_, columns, *_), group in groups.items():
        assert isinstance(columns, tuple)
        named = any(len(tokens(c)) > 1 for c in columns)
        tables = len({f.table for f in group})
        if columns and tables == len(group) and tables >= (2 if named else FEWEST):
            kept.append(_folded(group))
        else:
            kept.extend(group)
    return kept


def _folded(group: list[Finding]) -> Finding:
    lead = max(group, key=lambda f: (_owns(f), f.rows_affected))
    others = {f.table: f.rows_affected for f in group if f is not lead}
    names = [printable_text(t) for t in others]
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    more = f"{len(others)} more table{'s' if len(others) > 1 else ''}"
    return lead.model_copy(
        update={
            "summary": f"{lead.summary} The same holds in {more}: {shown}.",
            "details": {**lead.details, "also_in": others},
        }
    )


def _owns(finding: Finding) -> bool:
    """Whether the columns are named after what the table holds."""
    entity = entity_of(finding.table)
    return any(entity and stem_of(c)[: len(entity)] == entity for c in finding.columns)
