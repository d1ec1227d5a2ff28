"""What a decision is made about: a use case with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..artifacts import AuditResult, CandidateResult, Finding, TableSummary, UseCaseEvaluation
from ..engagement import UseCase
from ..language import tr

__all__ = ["HANDLED", "Subject", "blockers", "findings_for", "gain_over"]

HANDLED = frozenset({"leak", "pii", "reidentification"})
"""Kinds of finding that do not keep a use case from being judged: leaks are left out, personal data is masked."""

_SIMPLEST = ("rule", "linear", "text", "forecast", "boosting", "custom", "llm")


@dataclass(frozen=True)
class Subject:
    """A use case, its evaluation (None where it has none) and the findings that bear on it."""

    use: UseCase
    evaluation: UseCaseEvaluation | None
    findings: list[Finding] = field(default_factory=list)
    table: TableSummary | None = None
    tables: Mapping[str, TableSummary] = field(default_factory=dict)
    as_of: date | None = None
    max_age_days: float | None = None

    @property
    def title(self) -> str:
        """What people call the use case."""
        return self.use.title or self.use.name

    @property
    def required_age(self) -> float | None:
        """How many days old the data may be at most: of the plan, else of the table."""
        return self.use.plan.context.freshness_days or self.max_age_days

    @property
    def owner(self) -> str:
        """Who is asked first."""
        return self.use.owner or tr("Client sponsor")

    @property
    def recommended(self) -> CandidateResult | None:
        """The candidate that the baselines recommend, where it was scored."""
        if self.evaluation is None or self.evaluation.recommended is None:
            return None
        return next((c for c in self.evaluation.candidates if c.name == self.evaluation.recommended), None)

    @property
    def dummy(self) -> CandidateResult | None:
        """The dummy, where it was scored."""
        if self.evaluation is None:
            return None
        return next((c for c in self.evaluation.candidates if c.family == "dummy" and c.mean is not None), None)

    @property
    def rule(self) -> CandidateResult | None:
        """The best rule that was scored."""
        if self.evaluation is None:
            return None
        sign = 1 if self.evaluation.higher_is_better else -1
        rules = [c for c in self.evaluation.candidates if c.family == "rule" and c.mean is not None]
        return max(rules, key=lambda c: sign * (c.mean or 0.0), default=None)

    def scored(self) -> list[CandidateResult]:
        """Return the candidates with a score, simplest first, the dummy left out."""
        found = [c for c in (self.evaluation.candidates if self.evaluation else []) if c.mean is not None]
        order = {f: i for i, f in enumerate(_SIMPLEST)}
        return sorted((c for c in found if c.family != "dummy"), key=lambda c: order.get(c.family, len(order)))


def findings_for(use: UseCase, audit: AuditResult) -> list[Finding]:
    """Return the open findings that bear on a use case, worst first."""
    open_ = [f for f in audit.findings if f.accepted is None and f.status != "fixed"]
    return [f for f in open_ if use.name in f.use_cases or (f.table == use.table and not f.use_cases)]


def blockers(subject: Subject) -> list[Finding]:
    """Return the findings that keep the use case from being judged."""
    excluded = {e.column for e in subject.evaluation.excluded_columns} if subject.evaluation else set()
    return [
        f
        for f in subject.findings
        if f.severity == "blocker"
        and f.kind not in HANDLED
        and not (f.columns and set(f.columns) <= excluded and subject.use.target not in f.columns)
    ]


def gain_over(
    evaluation: UseCaseEvaluation, candidate: CandidateResult, other: CandidateResult
) -> tuple[float, tuple[float, float]] | None:
    """Return by how much ``candidate`` is better than ``other`` (positive: better) with its 95% interval.

    From the paired comparison where there is one; else the interval of the candidate, with the other's mean
    taken as known, which is wider than a paired one would be.
    """
    for pair in evaluation.comparisons:
        if (pair.a, pair.b) == (candidate.name, other.name):
            return pair.difference, pair.ci95
        if (pair.b, pair.a) == (candidate.name, other.name):
            return -pair.difference, (-pair.ci95[1], -pair.ci95[0])
    if candidate.mean is None or other.mean is None or candidate.ci95 is None:
        return None
    sign = 1 if evaluation.higher_is_better else -1
    ends = sorted(sign * (end - other.mean) for end in candidate.ci95)
    return sign * (candidate.mean - other.mean), (ends[0], ends[1])


def first_number(source: Mapping[str, Any], *names: str) -> float | None:
    """Return the first of the named entries that is a number."""
    for name in names:
        value = source.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None
