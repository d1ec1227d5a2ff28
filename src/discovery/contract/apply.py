"""The contract of a whole drop: suggested or carried forward, judged, and what it breaks as findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..artifacts import AuditResult, Finding, Severity
from ..errors import DataError
from .model import ContractResult, Outcome, Suite, read_suite, safe_name, write_suite
from .references import judge_references, with_references
from .suggest import suggest
from .validate import Engine, engine_for, validate

if TYPE_CHECKING:
    from ..audit.context import TableContext
    from ..audit.relations.references import Reference

__all__ = ["apply_contract", "contract_findings"]

GREW = 1.1
NOTICEABLE = 0.001


def apply_contract(
    contexts: Mapping[str, TableContext],
    findings: Sequence[Finding],
    previous: Path | None = None,
    out: Path | None = None,
    *,
    engine: Engine | Literal["auto"] = "auto",
    references: Sequence[Reference] = (),
) -> tuple[dict[str, Any], list[Finding]]:
    """Judge every table of a drop by its contract and write the contracts into the run.

    Parameters
    ----------
    contexts : mapping of str to TableContext
        The tables of the drop.
    findings : sequence of Finding
        What the audit found; a newly suggested contract does not learn from what it calls wrong.
    previous : Path, optional
        An earlier run. A table that has a contract there is judged by it, what it newly breaks (or breaks in
        more of its rows), or goes on to break as was told there, becomes findings ``contract_broken``, and the
        contract is carried forward as it is.
    out : Path, optional
        The run directory; ``out/contract/<table>.json`` is written.
    engine : {"auto", "gx", "scan"}
        ``auto``: as :func:`engine_for` has it for a run (``out`` is given), else the scan.
    references : sequence of Reference
        How the tables refer to one another, for contracts that are suggested.

    Returns
    -------
    tuple
        Per table how the contract fared, for ``AuditResult.contract``; and the findings.
    """
    cells = sum(c.rows * len(c.table.columns) for c in contexts.values())
    chosen = (engine_for(cells) if out is not None else "scan") if engine == "auto" else engine
    summaries: dict[str, Any] = {}
    broken: list[Finding] = []
    tables = {name: context.table for name, context in contexts.items()}
    for name, context in contexts.items():
        earlier = _earlier(previous, name)
        suite = earlier or with_references(suggest(context, findings), references)
        result = judge_references(suite, tables, validate(suite, context.table, engine=chosen))
        summaries[name] = {"origin": "earlier run" if earlier else "suggested", **result.summary()}
        if earlier and previous is not None:
            sketched = _has_sketch(previous, name)
            broken += contract_findings(result, context, _not_met(previous, name), schema_told=sketched)
        if out is not None:
            write_suite(suite, out / "contract", name)
    return summaries, broken


def _earlier(previous: Path | None, table: str) -> Suite | None:
    """Return the contract of ``table`` in the run ``previous``; None where there is none that can be read."""
    if previous is None:
        return None
    path = previous / "contract" / f"{safe_name(table)}.json"
    if not path.is_file():
        return None
    try:
        return read_suite(path)
    except DataError:
        return None


def _not_met(previous: Path, table: str) -> dict[tuple[str, ...], float]:
    """Return what the earlier drop itself did not meet, with the share of values: by type and columns.

    What was told there as ``contract_broken`` is left out: it is told until it is met, or it would seem to be.
    """
    try:
        audit = AuditResult.read(previous / "audit.json")
    except (OSError, ValueError):
        return {}
    about_it = [f for f in audit.findings if f.kind == "contract_broken" and f.table == table]
    told = [f.columns for f in about_it if f.status != "fixed"]
    known: dict[tuple[str, ...], float] = {}
    for entry in audit.contract.get(table, {}).get("not_met", []):
        if entry.get("columns", []) in told:
            continue
        about = (str(entry.get("type")), *entry.get("columns", []))
        share = entry.get("unexpected", 0) / entry["checked"] if entry.get("checked") else 1.0
        known[about] = max(share, known.get(about, 0.0))
    return known


def _has_sketch(previous: Path, table: str) -> bool:
    return (previous / "sketch" / f"{safe_name(table)}.json").is_file()


def _newly(outcome: Outcome, known: Mapping[tuple[str, ...], float]) -> bool:
    """Whether it was met before, or is broken now in a share of values that is a tenth larger."""
    before = known.get((outcome.expectation.type, *outcome.expectation.columns))
    share = outcome.unexpected / outcome.checked if outcome.checked else 1.0
    return before is None or share > max(before * GREW, before + NOTICEABLE)


def contract_findings(
    result: ContractResult,
    context: TableContext,
    known: Mapping[tuple[str, ...], float] | None = None,
    *,
    schema_told: bool = False,
) -> list[Finding]:
    """Return what is newly not met as findings, one a column (or set of columns) with all its broken clauses.

    Parameters
    ----------
    result : ContractResult
        How the table fared.
    context : TableContext
        The table.
    known : mapping, optional
        Type and columns of what the earlier drop did not meet either, with the share of values. The audit has its
        own findings about that; it is told again only where it grew.
    schema_told : bool
        Whether columns that are gone are told as ``schema_change`` already.
    """
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in result.select("failed", "errored"):
        if not _newly(outcome, known or {}):
            continue
        if schema_told and outcome.expectation.type == "expect_table_columns_to_match_set":
            continue
        groups.setdefault(tuple(outcome.expectation.columns), []).append(outcome)
    gone = set(_named(result)) - set(context.frame.columns)
    found = []
    for columns, outcomes in groups.items():
        if columns and set(columns) & gone:
            continue
        found.append(_finding(context, columns, outcomes, sorted(gone)))
    return found


def _named(result: ContractResult) -> Iterable[str]:
    for outcome in result.outcomes:
        yield from outcome.expectation.columns
        yield from outcome.expectation.kwargs.get("column_set", [])


def _finding(
    context: TableContext, columns: Sequence[str], outcomes: Sequence[Outcome], gone: Sequence[str]
) -> Finding:
    worst = max(outcomes, key=lambda o: o.unexpected)
    words = " ".join(dict.fromkeys(o.words for o in outcomes))
    schema = any(o.expectation.type == "expect_table_columns_to_match_set" for o in outcomes)
    return context.finding(
        "contract_broken",
        list(columns) or (list(gone) if schema else []),
        _severity(context, outcomes, columns or gone),
        words,
        rows_affected=worst.unexpected,
        consequence="What held in an earlier drop no longer does, nor may the figures and models that rest on it.",
        advice="Ask the client if the change is meant: then change the contract, else have the drop corrected.",
        details={
            "expectations": [
                {"type": o.expectation.type, "status": o.status, "unexpected": o.unexpected, "checked": o.checked}
                for o in outcomes
            ]
        },
    )


def _severity(context: TableContext, outcomes: Sequence[Outcome], columns: Sequence[str]) -> Severity:
    if all(o.expectation.severity != "critical" for o in outcomes):
        return "minor"
    used = {u.target for u in context.engagement.for_table(context.name)} & set(columns)
    if used and any(o.expectation.type == "expect_table_columns_to_match_set" for o in outcomes):
        return "blocker"
    judged = [o for o in outcomes if o.status == "failed" and o.checked]
    share = max((o.unexpected / o.checked for o in judged), default=1.0)
    return "major" if share >= 0.01 or not judged else "minor"
