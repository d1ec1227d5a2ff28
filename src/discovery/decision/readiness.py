"""Prototype against production: what is ready, what is a gap, what nobody knows yet."""

from __future__ import annotations

from typing import Any, Literal

from ..formats import plural
from .subject import Subject, blockers

__all__ = ["readiness_for"]

State = Literal["ready", "gap", "unknown"]
_CONFLICT = frozenset(
    {"conflicting_records", "duplicate_key", "orphan_fk", "fd_violation", "rule_violation", "conflicting_labels"}
)


def readiness_for(subject: Subject) -> list[dict[str, Any]]:
    """Return a line for each thing production needs: ready, gap or unknown, with the evidence for it."""
    return [
        _access(subject),
        _conflicts(subject),
        _privacy(subject),
        _evaluation(subject),
        _traceability(),
        _monitoring(subject),
        _ownership(subject),
    ]


def _line(name: str, status: State, evidence: str) -> dict[str, Any]:
    return {"line": name, "status": status, "evidence": evidence}


def _access(subject: Subject) -> dict[str, Any]:
    context = subject.use.plan.get("context") or {}
    path = context.get("access_path") if isinstance(context, dict) else None
    if path:
        return _line("Access to live data", "ready", f"Stated: {path}.")
    return _line("Access to live data", "gap", "The data came as files; how production reads it is not stated.")


def _conflicts(subject: Subject) -> dict[str, Any]:
    found = [f for f in subject.findings if f.kind in _CONFLICT]
    if subject.table is None:
        return _line("Data without contradictions", "unknown", "The table was not audited.")
    if not found:
        return _line(
            "Data without contradictions", "ready", "The audit found no records that contradict each other."
        )
    evidence = f"{plural(len(found), 'finding')}; the worst: {found[0].summary}"
    return _line("Data without contradictions", "gap", evidence)


def _privacy(subject: Subject) -> dict[str, Any]:
    found = [f for f in subject.findings if f.kind in {"pii", "reidentification"}]
    if not found:
        return _line("Personal data under control", "ready", "No personal data was found in the table.")
    columns = sorted({c for f in found for c in f.columns})
    return _line(
        "Personal data under control", "gap", f"Personal: {', '.join(columns[:6])}. Mask or agree a basis."
    )


def _evaluation(subject: Subject) -> dict[str, Any]:
    evaluation = subject.evaluation
    if evaluation is None:
        return _line("Evaluation", "gap", "Nothing was measured.")
    if blockers(subject):
        return _line("Evaluation", "gap", "A blocking finding puts the measured score in doubt.")
    split = evaluation.split
    evidence = f"{split.kind} split, {split.folds} folds x {split.repeats}, same figures again with the same seed."
    return _line("Evaluation", "ready" if evaluation.recommended else "gap", evidence)


def _traceability() -> dict[str, Any]:
    return _line(
        "Traceability", "ready", "Every file's hash, every version and the seed are in the record of the run."
    )


def _monitoring(subject: Subject) -> dict[str, Any]:
    plan = subject.use.plan.get("observability")
    if plan:
        return _line("Monitoring", "ready", "Signals and who responds are stated in the engagement.")
    return _line("Monitoring", "gap", "The data contract is ready to watch the input; who responds is not stated.")


def _ownership(subject: Subject) -> dict[str, Any]:
    if subject.use.owner:
        return _line("Ownership", "ready", f"{subject.use.owner} owns the outcome.")
    return _line("Ownership", "unknown", "No owner is named in the engagement.")
