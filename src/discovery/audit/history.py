"""Findings over time: accepted by the client, and new, recurring, worse or fixed since an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path

from ..artifacts import SEVERITIES, AuditResult, Finding
from ..engagement import AcceptedFinding, Engagement

__all__ = ["accept", "classify", "compare", "unused"]

Renamed = Mapping[str, Mapping[str, str]]
GREW, NOTICEABLE = 1.1, 0.001
"""A share of rows is larger where it is by a tenth, and by so much of all rows."""
Z = 3.3
"""A rise of so many standard errors is met once in two thousand comparisons by chance."""
_OF_ONE_PAIR = frozenset({"schema_change", "distribution_shift", "volume_change", "history_rewrite"})
"""Kinds that tell what changed between two drops."""


def accept(findings: Iterable[Finding], engagement: Engagement) -> list[Finding]:
    """Return the findings, those that the engagement accepts with the reason given there."""
    return [_accept(f, engagement.accept) for f in findings]


def unused(findings: Sequence[Finding], engagement: Engagement) -> list[str]:
    """Return a line for each entry that accepts what is not found: it is mended, or the entry names it wrongly."""
    reasons = {f.accepted for f in findings}
    return [
        f"what is accepted as {entry.named} was not found: take it out of engagement.yaml, or name it as it is told"
        for entry in engagement.accept
        if entry.reason not in reasons and not any(_matches(f, entry) for f in findings)
    ]


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
    told, gone = classify(findings, AuditResult.read(path).findings, tables, _renamed(findings))
    return [f.model_copy(update={"status": status}) for f, status, _ in told] + [
        f.model_copy(update={"status": "fixed", "evidence": []}) for f in gone
    ]


def _renamed(findings: Sequence[Finding]) -> Renamed:
    """Return what the findings say of columns that have another name now."""
    found: dict[str, dict[str, str]] = {}
    for finding in findings:
        if finding.kind == "schema_change" and finding.details.get("change") == "renamed":
            before, after = finding.columns
            found.setdefault(finding.table, {})[before] = after
    return found


def classify(
    findings: Sequence[Finding],
    earlier: Sequence[Finding],
    tables: set[str],
    renamed: Renamed | None = None,
) -> tuple[list[tuple[Finding, str, Finding | None]], list[Finding]]:
    """Return each finding with its status and the gravest one it goes back to, and the earlier ones that are fixed.

    A finding over several columns recurs where its columns had it before, whichever way they were joined then.
    It is worse where its severity rose, or its share of rows by a tenth, both beyond chance, or where it covers
    further columns.
    What is about one pair of drops is always new, and never fixed. A column that has another name now is the same.

    Parameters
    ----------
    findings, earlier : sequence of Finding
        Of this run and of the one before; what was fixed in either does not count.
    tables : set of str
        The tables of this run: what was found in others cannot be called fixed.
    renamed : mapping of str to mapping, optional
        By table, the earlier and the later names of columns.
    """
    names = renamed or {}
    before = [f for f in earlier if f.status != "fixed" and f.kind not in _OF_ONE_PAIR]
    seen = {place: f for f in reversed(before) for place in _places(f, names)}
    now = {place for f in findings if f.status != "fixed" for place in _places(f)}
    told = []
    for finding in (f for f in findings if f.status != "fixed"):
        known = [seen[place] for place in _places(finding) if place in seen]
        worst = min(known, key=lambda f: SEVERITIES.index(f.severity), default=None)
        told.append((finding, _status(finding, seen), worst))
    gone = [f for f in before if f.table in tables and not any(p in now for p in _places(f, names))]
    return told, gone


def _places(finding: Finding, renamed: Renamed | None = None) -> list[tuple[str, str, str]]:
    names = (renamed or {}).get(finding.table, {})
    return [(finding.kind, finding.table, names.get(c, c)) for c in finding.columns or [""]]


def _status(finding: Finding, seen: dict[tuple[str, str, str], Finding]) -> str:
    before = [seen.get(place) for place in _places(finding)]
    known = [f for f in before if f is not None]
    if not known:
        return "new"
    rank = SEVERITIES.index(finding.severity)
    fraction = max(f.fraction for f in known)
    grew = finding.fraction > max(fraction * GREW, fraction + NOTICEABLE)
    graver = rank < min(SEVERITIES.index(f.severity) for f in known)
    chance = _chance(finding, max(known, key=lambda f: f.fraction))
    worse = len(known) < len(before) or ((graver or grew) and not chance)
    return "worse" if worse else "recurring"


def _chance(finding: Finding, before: Finding) -> bool:
    """Whether the share of rows rose no further than by chance (a one-sided z-test of two proportions)."""
    if min(finding.fraction, before.fraction, finding.rows_affected, before.rows_affected) <= 0:
        return False
    n, m = finding.rows_affected / finding.fraction, before.rows_affected / before.fraction
    share = (finding.rows_affected + before.rows_affected) / (n + m)
    error = sqrt(max(share * (1 - share), 0.0) * (1 / n + 1 / m))
    return finding.fraction - before.fraction <= Z * error
