"""Findings over time: accepted by the client, and new, recurring, worse or fixed since an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..artifacts import SEVERITIES, AuditResult, Finding
from ..engagement import AcceptedFinding, Engagement

__all__ = ["accept", "classify", "compare"]

GREW = 1.1
NOTICEABLE = 0.001
_OF_ONE_PAIR = frozenset({"schema_change", "distribution_shift", "volume_change", "history_rewrite"})


def accept(findings: Iterable[Finding], engagement: Engagement) -> list[Finding]:
    """Return the findings, those that the engagement accepts with the reason given there."""
    return [_accept(f, engagement.accept) for f in findings]


def _accept(finding: Finding, accepted: Sequence[AcceptedFinding]) -> Finding:
    for entry in accepted:
        if _matches(finding, entry):
            return finding.model_copy(update={"accepted": entry.reason})
    return finding


def _matches(finding: Finding, entry: AcceptedFinding) -> bool:
    if entry.id is not None:
        return finding.id == entry.id
    if entry.kind is None and entry.table is None and not entry.columns:
        return False
    return (
        entry.kind in (None, finding.kind)
        and entry.table in (None, finding.table)
        and (not entry.columns or (bool(finding.columns) and set(finding.columns) <= set(entry.columns)))
    )


def compare(findings: Sequence[Finding], previous: Path, tables: set[str]) -> list[Finding]:
    """Return the findings with their status against the run in ``previous``, then those that are fixed since."""
    path = previous / "audit.json"
    if not path.is_file():
        return list(findings)
    told, gone = classify(findings, AuditResult.read(path).findings, tables)
    return [f.model_copy(update={"status": status}) for f, status, _ in told] + [
        f.model_copy(update={"status": "fixed", "evidence": []}) for f in gone
    ]


def classify(
    findings: Sequence[Finding], earlier: Sequence[Finding], tables: set[str]
) -> tuple[list[tuple[Finding, str, Finding | None]], list[Finding]]:
    """Return each finding with its status and the gravest one it goes back to, and the earlier ones that are fixed.

    A finding over several columns recurs where its columns had it before, whichever way they were joined then.
    It is worse where its severity or its share of rows rose by a tenth, or where it covers further columns.
    What is about one pair of drops is always new, and never fixed.

    Parameters
    ----------
    findings, earlier : sequence of Finding
        Of this run and of the one before; what was fixed in either does not count.
    tables : set of str
        The tables of this run: what was found in others cannot be called fixed.
    """
    before = [f for f in earlier if f.status != "fixed" and f.kind not in _OF_ONE_PAIR]
    seen = {place: f for f in reversed(before) for place in _places(f)}
    now = {place for f in findings if f.status != "fixed" for place in _places(f)}
    told = []
    for finding in (f for f in findings if f.status != "fixed"):
        known = [seen[place] for place in _places(finding) if place in seen]
        worst = min(known, key=lambda f: SEVERITIES.index(f.severity), default=None)
        told.append((finding, _status(finding, seen), worst))
    gone = [f for f in before if f.table in tables and not any(p in now for p in _places(f))]
    return told, gone


def _places(finding: Finding) -> list[tuple[str, str, str]]:
    return [(finding.kind, finding.table, c) for c in finding.columns or [""]]


def _status(finding: Finding, seen: dict[tuple[str, str, str], Finding]) -> str:
    before = [seen.get(place) for place in _places(finding)]
    known = [f for f in before if f is not None]
    if not known:
        return "new"
    rank = SEVERITIES.index(finding.severity)
    fraction = max(f.fraction for f in known)
    worse = (
        len(known) < len(before)
        or rank < min(SEVERITIES.index(f.severity) for f in known)
        or finding.fraction > max(fraction * GREW, fraction + NOTICEABLE)
    )
    return "worse" if worse else "recurring"
