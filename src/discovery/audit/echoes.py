"""Findings that tell once more what another one tells, and so are left out."""

from __future__ import annotations

from collections.abc import Sequence

from ..artifacts import Finding
from .relations.dependencies import clusters

__all__ = ["echoes"]


def echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings about several columns, or rows, that others have told already."""
    finders = (_of_empty_rows, _of_keys, _of_sums, _of_order, _of_functions, _of_spelling)
    return [f for find in finders for f in find(findings)]


def _of_empty_rows(findings: Sequence[Finding]) -> list[Finding]:
    """Return what only tells once more that rows are empty: gaps in just these rows, and their being equal."""
    told = [
        (f.table, f.rows_affected, int(f.details.get("inside") or 0)) for f in findings if f.kind == "empty_rows"
    ]
    empty = {(table, count) for table, rows, inside in told for count in (rows, inside) if count}
    alike = empty | {(table, rows - 1) for table, rows in empty}
    gaps = [f for f in findings if f.kind == "missing" and (f.table, f.rows_affected) in empty]
    return gaps + [f for f in findings if f.kind == "duplicate_rows" and (f.table, f.rows_affected) in alike]


def _of_keys(findings: Sequence[Finding]) -> list[Finding]:
    """Return records said to conflict in nothing but a key that is already said to repeat."""
    keys = {(f.table, tuple(f.columns)) for f in findings if f.kind == "duplicate_key"}
    return [f for f in findings if f.kind == "conflicting_records" and (f.table, tuple(f.columns)) in keys]


def _of_sums(findings: Sequence[Finding]) -> list[Finding]:
    """Return columns said to repeat one another that are the parts and the whole of a sum that is told."""
    broken = [f for f in findings if f.kind == "rule_violation" and len(f.columns) > 2]
    held = [f for f in findings if _form(f) == "arithmetic" and len(f.columns) > 2]
    repeats = [f for f in findings if f.kind == "redundant_column"]
    near = [f for f in repeats if _form(f) in {"correlation", "alike"}]
    return _within(repeats, broken) + _within(near, held)


def _of_order(findings: Sequence[Finding]) -> list[Finding]:
    """Return targets said to move over the rows where the rows are said to be sorted by them."""
    told = [f for f in findings if f.kind == "leak" and f.details.get("form") == "row_order"]
    ordered = {(f.table, str(f.details.get("target"))) for f in told}
    shifts = [f for f in findings if f.kind == "target_shift" and not f.details.get("time")]
    return [f for f in shifts if any((f.table, c) in ordered for c in f.columns)]


def _of_functions(findings: Sequence[Finding]) -> list[Finding]:
    """Return columns said to go together that are told to be logarithms, squares or inverses of one another; and
    these, where all are among columns that say the same."""
    found = []
    for told in (f for f in findings if _form(f) == "scale"):
        pairs = [(c, said.partition(" of ")[2]) for c, said in told.details["functions"].items()]
        repeats = [
            f for f in findings if _form(f) in {"one_to_one", "correlation", "alike"} and f.table == told.table
        ]
        kin = [set(c) for c in clusters(pairs)]
        found += [f for f in repeats if any(set(f.columns) <= c for c in kin)]
        more = [set(f.columns) for f in repeats if not any(set(f.columns) <= c for c in kin)]
        found += [told] if all(any(set(p) <= m for m in more) for p in pairs) else []
    return found


def _of_spelling(findings: Sequence[Finding]) -> list[Finding]:
    """Return columns said to follow from another one of which they are told to be a part."""
    parts = [(f.table, set(f.columns)) for f in findings if _form(f) not in {"", "level"} and len(f.columns) == 2]
    return [
        f
        for f in findings
        if _form(f) == "level"
        and all((f.table, {column, of}) in parts for column, of in f.details["follows"].items())
    ]


def _within(findings: Sequence[Finding], told: Sequence[Finding]) -> list[Finding]:
    """Return the findings whose columns are all among those of one that is told."""
    return [f for f in findings if any(f.table == t.table and set(f.columns) <= set(t.columns) for t in told)]


def _form(finding: Finding) -> str:
    return str(finding.details.get("form", "")) if finding.kind == "redundant_column" else ""
