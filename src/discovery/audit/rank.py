"""From what checks return to few, ranked findings: severity by use, echoes dropped, like findings joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from ..artifacts import SEVERITIES, Finding, Severity
from ..masking import masked_numbers
from .context import DropContext, printable_text
from .echoes import echoes
from .fold import all_fixes, fold, joined_sets

__all__ = ["printable", "rank"]

_ECHOES: Mapping[str, frozenset[str]] = {
    "empty_column": frozenset({"missing", "constant", "near_constant"}),
    "constant": frozenset({"near_constant"}),
    "sentinel_missing": frozenset(
        {"outlier", "near_constant", "mixed_type", "bad_date", "format_violation", "unit_mix", "impossible_value"}
    ),
    "bad_date": frozenset({"mixed_type", "format_violation", "outlier"}),
    "impossible_value": frozenset({"outlier"}),
    "unit_mix": frozenset({"outlier"}),
}
"""Which kinds are but an echo of which, where they are about the same cells of the same column."""

JOINED, JOINED_OF_CELLS = 4, 6
"""From how many columns on findings of one kind and severity are joined without a common cause: of whole columns,
and of cells, whose number or values are what is told."""

_Cause = tuple[str, str, str, str | None, str]

_ALIKE = frozenset(
    {"missing", "constant", "near_constant", "outlier", "empty_column", "high_cardinality", "free_text", "id_like"}
)
_OF_CELLS = frozenset({"missing", "outlier"})
_OF_PARTS = frozenset(
    {"sentinel_missing", "inconsistent_category", "format_violation", "outlier", "impossible_value", "bad_date"}
    | {"encoding", "header_problem", "unreadable_rows", "empty_rows", "conflicting_labels"}
)  # fmt: skip
"""Kinds of which several checks find different cells of a column, or parts of a file, or rows by another target."""

_COSTLY = frozenset(
    {"missing", "sentinel_missing", "mixed_type", "inconsistent_category", "unit_mix", "impossible_value"}
)  # fmt: skip
"""What is major in a target."""
_OF_TARGETS = frozenset({"target_shift", "conflicting_labels", "imbalance", "label_noise"})
"""What can only be said of targets, and does not go before other findings for that."""

_REMARKS = frozenset(
    {"constant", "near_constant", "redundant_column", "id_like", "high_cardinality", "free_text", "group_structure"}
)
"""What says how a column is, not that something in it is wrong, and is told after what does."""

FEW_GAPS = 0.01
"""The share of a target's cells below which gaps are but few."""
OF_EMPTY = 1.1
"""Gaps in at most so many times the rows that are empty are told by these."""
GAPS = 5
"""From how many findings about gaps on a table tells them in one."""
_OF_TEXTS = frozenset({"inconsistent_category", "format_violation", "encoding"})
_USE_BOUND = frozenset({"missing", "sentinel_missing", "mixed_type", "inconsistent_category", "format_violation"})
"""What is major for a model only, so that it is minor in a table that no use case is about."""
_OF_GROUPS = frozenset({"by_column", "each", "cause", "together"})
"""Details of findings that were joined."""
_PLAIN = {
    "missing": "values are missing",
    "constant": "always the same value",
    "near_constant": "nearly always the same value",
    "outlier": "a few values lie far from all others",
    "empty_column": "no value at all",
    "high_cardinality": "many distinct values",
    "free_text": "free text",
    "id_like": "different in nearly every row, as what numbers or names the rows",
}
"""What joined findings of a kind have in common, where they name no cause."""
_SHOWN, _EACH, _EXAMPLES = 5, 50, 8
"""How many columns a joined finding names, keeps the words of, and shows rows of."""


def rank(findings: Iterable[Finding], context: DropContext) -> list[Finding]:
    """Return the findings as they are told: fewer, with severities that follow from the use cases, worst first."""
    kept = _without_references(_without_echoes(_unique(findings)), context)
    told = {
        (f.table, c) for f in kept if f.kind == "leak" and f.severity in {"blocker", "major"} for c in f.columns
    }
    empty = {f.table: f.rows_affected for f in kept if f.kind == "empty_rows"}
    weighed = [_weigh(_eased(f, told, empty.get(f.table, 0)), context) for f in kept]
    joined = fold(joined_sets(_fewer_gaps(_join(_of_copies(weighed), context), context)))
    return sorted(joined, key=lambda f: _order(f, context))


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding of a kind about the same columns: what checks found of different cells is added up."""
    best: dict[str, Finding] = {}
    for finding in findings:
        known = best.get(finding.id)
        if known is None:
            best[finding.id] = finding
        else:
            strong, weak = sorted((known, finding), key=_strength)
            best[finding.id] = _both(strong, weak) if finding.kind in _OF_PARTS else strong
    return list(best.values())


def _both(strong: Finding, weak: Finding) -> Finding:
    values = [*strong.details.get("values", ()), *weak.details.get("values", ())]
    cases = strong.use_cases and weak.use_cases and [*strong.use_cases, *weak.use_cases]
    if values and set(map(str, weak.details.get("values", ()))) <= set(map(str, strong.details.get("values", ()))):
        return strong
    same, most = _of_same_rows(strong, weak), max(strong.rows_affected, weak.rows_affected)
    return strong.model_copy(
        update={
            "summary": f"{strong.summary.rstrip('.')}. {weak.summary}",
            "rows_affected": most if same else _summed(strong, weak),
            "fraction": max(strong.fraction, weak.fraction) if same else min(1.0, strong.fraction + weak.fraction),
            "evidence": strong.evidence if same else [*strong.evidence[:4], *weak.evidence[:2]],
            "fix": all_fixes((strong, weak)),
            "details": _details(strong, weak, values),
            "use_cases": list(dict.fromkeys(cases)),
        }
    )


def _details(strong: Finding, weak: Finding, values: list[Any]) -> dict[str, Any]:
    """Return the details of both; a cause that only one of them has is not what both are joined by with others."""
    details = {**weak.details, **strong.details, **({"values": values} if values else {})}
    if strong.details.get("cause") != weak.details.get("cause"):
        details.pop("cause", None)
    return details


def _of_same_rows(strong: Finding, weak: Finding) -> bool:
    """Whether the rows that one shows are among those of the other: spelled otherwise, and with a blank."""
    rows, others = ({e.row for e in f.evidence if e.row is not None} for f in (strong, weak))
    return bool(rows and others) and (rows <= others or others <= rows)


def _summed(strong: Finding, weak: Finding) -> int:
    """Return the rows of both; where they are more than the table has, the larger number."""
    total, most = strong.rows_affected + weak.rows_affected, max(strong.rows_affected, weak.rows_affected)
    return total if strong.fraction + weak.fraction <= 1 else most


def _strength(finding: Finding) -> tuple[int, int]:
    return SEVERITIES.index(finding.severity), -finding.rows_affected


def _without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    by_column: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if len(finding.columns) == 1:
            by_column[finding.table, finding.columns[0]].append(finding)
    dropped: set[int] = set()
    for group in by_column.values():
        first = [c for c in group if not any(_explains(other, c) for other in group)]
        dropped |= {id(f) for f in group if any(_explains(c, f) for c in first)}
    for cause in (f for f in findings if len(f.columns) > 1 and "by_column" in f.details):
        singles = [f for c in cause.columns for f in by_column.get((cause.table, c), ())]
        dropped |= {id(f) for f in singles if _explains(cause, f)}
    dropped |= {id(f) for f in echoes(findings)}
    return [f for f in findings if id(f) not in dropped]


def _without_references(findings: Sequence[Finding], context: DropContext) -> list[Finding]:
    """Leave out keys said to repeat that refer to the key of another table: they may."""
    references = [r for r in context.memo.get("references", ()) if r.child != r.parent]
    columns = {(r.child, r.columns) for r in references}
    declared = {t for t, s in context.engagement.tables.items() if s.key}
    own = [f for f in findings if f.kind == "duplicate_key" and f.table not in declared]
    dropped = {id(f) for f in own if (f.table, tuple(f.columns)) in columns}
    return [f for f in findings if id(f) not in dropped]


def _explains(cause: Finding, echo: Finding) -> bool:
    """Whether ``echo`` tells nothing that ``cause`` does not: its values are among those of the cause.

    Checks list the values they are about in ``details["values"]``. Kinds that have no values (a column that is
    empty or constant) explain their echoes whole. ``details["own"]`` marks what is true whatever the cause. What
    is but a remark does not take the place of more than one.
    """
    if echo.kind not in _ECHOES.get(cause.kind, frozenset()) or echo.details.get("own"):
        return False
    if cause.kind in {"empty_column", "constant"}:
        return True
    if cause.severity == "info" and echo.severity != "info":
        return False
    theirs, mine = echo.details.get("values"), cause.details.get("values")
    return bool(theirs) and bool(mine) and {str(v) for v in theirs or ()} <= {str(v) for v in mine or ()}


def _eased(finding: Finding, leaks: set[tuple[str, str]], empty: int) -> Finding:
    """Ease gaps in a column that is left out as a leak, as nobody will have to fill them, and such as are nearly
    all in rows that are ``empty``."""
    leak = len(finding.columns) == 1 and (finding.table, finding.columns[0]) in leaks
    leak |= finding.rows_affected <= OF_EMPTY * empty
    ease = leak and finding.kind == "missing" and finding.severity == "major"
    return finding.model_copy(update={"severity": "minor"}) if ease else finding


def _weigh(finding: Finding, context: DropContext) -> Finding:
    """Name the use cases a finding bears on, and adjust its severity to them.

    A costly fault in a target is major, but for a few gaps, and for blanks that make no two classes of one. Where
    use cases are given and none is about the table, what is only major for a model is minor.
    """
    cases = [u for u in context.engagement.use_cases if u.table == finding.table]
    update: dict[str, Any] = {}
    if cases and not finding.use_cases:
        update["use_cases"] = [u.name for u in cases]
    severity: Severity = finding.severity
    hit = [u for u in cases if u.target in finding.columns]
    few = finding.kind == "missing" and finding.fraction < FEW_GAPS
    few |= finding.details.get("merges") == 0
    if hit and finding.kind in _COSTLY and severity == "minor" and not few:
        severity = "major"
    elif context.engagement.use_cases and not cases and finding.kind in _USE_BOUND and severity == "major":
        severity = "minor"
    if severity != finding.severity:
        update["severity"] = severity
    return finding.model_copy(update=update) if update else finding


def _join(findings: Sequence[Finding], context: DropContext) -> list[Finding]:
    """Join findings of a kind and severity with one cause, and many that name none."""
    groups: dict[_Cause, list[Finding]] = defaultdict(list)
    alone: list[Finding] = []
    for finding in findings:
        key = _cause(finding)
        if key is None:
            alone.append(finding)
        else:
            groups[key].append(finding)
    for key, group in groups.items():
        if len(group) >= (2 if key[-1] else JOINED_OF_CELLS if key[1] in _OF_CELLS else JOINED):
            alone.append(_joined(group, context))
        else:
            alone.extend(group)
    return alone


def _of_copies(findings: Sequence[Finding]) -> list[Finding]:
    """Join what is said of the texts of two columns in the same words, as one of them is a copy of the other."""
    first: dict[Hashable, int] = {}
    kept: list[Finding] = []
    for finding in findings:
        values = finding.details.get("values") or finding.details.get("variants")
        if finding.kind not in _OF_TEXTS or len(finding.columns) != 1 or not values:
            kept.append(finding)
            continue
        said = finding.summary.replace(f"'{finding.columns[0]}'", "''")
        key = finding.table, finding.kind, finding.severity, finding.accepted, said, str(values)
        if key not in first:
            first[key] = len(kept)
            kept.append(finding)
            continue
        other = kept[first[key]]
        update = {"columns": [*other.columns, *finding.columns], "fix": all_fixes((other, finding))}
        kept[first[key]] = other.model_copy(update=update)
    return kept


def _fewer_gaps(findings: Sequence[Finding], context: DropContext) -> list[Finding]:
    """Join what is said of the gaps of a table where it is said many times, but for those that have to do with a
    target."""
    targets = {(u.table, u.target) for u in context.engagement.use_cases}
    groups: dict[tuple[str, str, str | None], list[Finding]] = defaultdict(list)
    kept: list[Finding] = []
    for finding in findings:
        own = any((finding.table, c) in targets for c in finding.columns)
        own |= bool(finding.details.get("depends", {}).get("target"))
        if finding.kind != "missing" or own:
            kept.append(finding)
        else:
            groups[finding.table, finding.severity, finding.accepted].append(finding)
    for group in groups.values():
        kept.extend(group if len(group) < GAPS else [_joined(_apart(group), context)])
    return kept


def _apart(group: Sequence[Finding]) -> list[Finding]:
    """Return findings about several columns as one about each, as they were before they were joined."""
    apart = []
    for finding in group:
        rows = finding.details.get("by_column") or dict.fromkeys(finding.columns, finding.rows_affected)
        each, ticked = finding.details.get("each", {}), ".notna()" in (finding.fix or "")
        for name in finding.columns:
            count = int(rows.get(name, finding.rows_affected))
            flag = name if ticked else f"{name}_missing"
            update = {
                "columns": [name],
                "rows_affected": count,
                "summary": each.get(name, finding.summary),
                "evidence": [e for e in finding.evidence if name in e.values],
                "fix": f"df[{flag!r}] = df[{name!r}].{'notna' if ticked else 'isna'}()",
                "details": {k: v for k, v in finding.details.items() if k not in _OF_GROUPS},
            }
            apart.append(finding.model_copy(update=update))
    return apart


def _cause(finding: Finding) -> _Cause | None:
    """Return by what a finding about one column is joined with others; the cause is empty where none is named."""
    cause = str(finding.details.get("cause", ""))
    if len(finding.columns) != 1 or not (cause or finding.kind in _ALIKE):
        return None
    return finding.table, finding.kind, finding.severity, finding.accepted, cause


def _joined(group: Sequence[Finding], context: DropContext) -> Finding:
    order = list(context.tables[group[0].table].profile.columns)
    group = sorted(group, key=lambda f: order.index(f.columns[0]) if f.columns[0] in order else len(order))
    worst = max(group, key=lambda f: f.rows_affected)
    columns = [f.columns[0] for f in group]
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    shown = ", ".join(columns[:_SHOWN]) + more
    low, high = min(f.rows_affected for f in group), worst.rows_affected
    span = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    headline = str(worst.details.get("cause") or _PLAIN.get(worst.kind, worst.kind.replace("_", " ")))
    rows = f", {span} row{'s' if high > 1 else ''} each" if high else ""
    details = dict(worst.details) | {"by_column": {f.columns[0]: f.rows_affected for f in group}}
    details["each"] = {f.columns[0]: f.summary for f in group[:_EACH]}
    return worst.model_copy(
        update={
            "columns": columns,
            "summary": f"{len(columns)} columns: {headline} ({shown}{rows}).",
            "consequence": str(worst.details.get("together") or worst.consequence),
            "evidence": [e for f in group for e in f.evidence[:1]][:_EXAMPLES],
            "fix": f"df = df.drop(columns={columns!r})" if worst.kind == "id_like" else all_fixes(group),
            "details": details,
            "confidence": min(f.confidence for f in group),
        }
    )


def _order(finding: Finding, context: DropContext) -> tuple[Any, ...]:
    targets = {u.target for u in context.engagement.use_cases if u.table == finding.table}
    return (
        finding.accepted is not None,
        SEVERITIES.index(finding.severity),
        not (targets & set(finding.columns)) or finding.kind in _OF_TARGETS,
        not finding.use_cases,
        finding.kind in _REMARKS,
        -finding.fraction * finding.confidence,
        finding.kind,
        finding.table,
        finding.columns,
    )


_TOLD = ("summary", "consequence", "advice", "fix", "details", "evidence")


def printable(finding: Finding) -> Finding:
    """Return the finding with every text such that it can be written and shown: no surrogates, no controls, and no
    e-mail address, telephone, account or card number; a fix that would need one is left out."""
    raw = finding.model_dump()
    clean = _printable(raw)
    # A name is written as in the file, so that it can be looked up there: its tabs are none of the unprintable.
    clean["columns"] = ["\t".join(map(printable_text, c.split("\t"))) for c in finding.columns]
    clean |= {k: _without_numbers(clean[k]) for k in _TOLD}
    if finding.fix is not None and masked_numbers(finding.fix) != finding.fix:
        clean["fix"] = None
    return finding if clean == raw else Finding.model_validate(clean)


def _without_numbers(value: Any) -> Any:
    if isinstance(value, str):
        return masked_numbers(value)
    if isinstance(value, Mapping):
        return {k: _without_numbers(v) for k, v in value.items()}
    return [_without_numbers(v) for v in value] if isinstance(value, list) else value


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable_text(value, keep_lines=True)
    if isinstance(value, Mapping):
        return {printable_text(str(k)): _printable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
