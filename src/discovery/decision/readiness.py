"""Prototype against production: what is ready, what is a gap, what nobody knows yet."""

from __future__ import annotations

from typing import Any, Literal

from ..formats import plural
from ..language import tr
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
    path, name = subject.use.plan.context.access_path, tr("Access to live data")
    if path:
        return _line(name, "ready", tr("Stated: {path}.", path=path.rstrip(".")))
    return _line(name, "gap", tr("The data came as files; how production reads it is not stated."))


def _conflicts(subject: Subject) -> dict[str, Any]:
    found = [f for f in subject.findings if f.kind in _CONFLICT]
    if subject.table is None:
        return _line(tr("Data without contradictions"), "unknown", tr("The table was not audited."))
    if not found:
        words = tr("The audit found no records that contradict each other.")
        return _line(tr("Data without contradictions"), "ready", words)
    words = tr("{findings}; the worst: {worst}", findings=plural(len(found), "finding"), worst=found[0].summary)
    return _line(tr("Data without contradictions"), "gap", words)


def _privacy(subject: Subject) -> dict[str, Any]:
    found = [f for f in subject.findings if f.kind in {"pii", "reidentification"}]
    if not found:
        return _line(tr("Personal data under control"), "ready", tr("No personal data was found in the table."))
    columns = sorted({c for f in found for c in f.columns})
    listed = {n.removeprefix(f"{subject.use.table}.") for n in subject.use.plan.privacy.fields_to_mask}
    forgotten = [c for c in columns if c not in listed]
    if not forgotten:
        words = tr(
            "All that was found is on the client's list of fields to mask: {names}.", names=", ".join(columns[:6])
        )
        return _line(tr("Personal data under control"), "ready", words)
    words = tr("Personal: {names}. Mask these or agree a legal basis.", names=", ".join(forgotten[:6]))
    return _line(tr("Personal data under control"), "gap", words)


def _evaluation(subject: Subject) -> dict[str, Any]:
    evaluation = subject.evaluation
    if evaluation is None:
        return _line(tr("Evaluation"), "gap", tr("Nothing was measured."))
    if blockers(subject):
        return _line(tr("Evaluation"), "gap", tr("A blocking finding puts the measured score in doubt."))
    split = evaluation.split
    words = tr(
        "Cross-validated in {folds} folds and checked on {rows} kept aside; the same seed gives the same figures.",
        folds=split.folds * max(1, split.repeats),
        rows=plural(split.holdout_rows, "row"),
    )
    return _line(tr("Evaluation"), "ready" if evaluation.recommended else "gap", words)


def _traceability() -> dict[str, Any]:
    return _line(
        tr("Traceability"),
        "ready",
        tr("Every file's hash, every version and the seed are in the record of the run."),
    )


def _monitoring(subject: Subject) -> dict[str, Any]:
    who = subject.use.plan.observability.response_owner
    if who:
        words = tr("Thresholds and contract are derived from this data. Who responds: {who}.", who=who.rstrip("."))
        return _line(tr("Monitoring"), "ready", words)
    words = tr("The data contract is ready to watch the input; who responds is not stated.")
    return _line(tr("Monitoring"), "gap", words)


def _ownership(subject: Subject) -> dict[str, Any]:
    if subject.use.owner:
        return _line(tr("Ownership"), "ready", tr("{owner} owns the outcome.", owner=subject.use.owner))
    return _line(tr("Ownership"), "unknown", tr("No owner is named in the engagement."))
