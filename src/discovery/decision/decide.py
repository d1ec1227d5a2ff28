"""Go, narrow, hold or no-go: criteria first, then what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..artifacts import (
    AuditResult,
    CandidateResult,
    Criterion,
    Decisions,
    Evaluation,
    UseCaseDecision,
    UseCaseEvaluation,
    Verdict,
)
from ..engagement import Bound, Engagement, UseCase
from ..language import speaking, tr
from .coverage import Segment, outside_segment, with_review
from .criteria import criteria_for, default_bound
from .monitoring import thresholds_for
from .plan import plan_for, plan_questions
from .readiness import readiness_for
from .refused import decide_refused
from .steps import actions_for, flat_action, flat_question, questions_for
from .subject import Subject, blockers, findings_for
from .words import headline_for, leak_flattered, reasons_for

__all__ = ["decide"]

_OF_THE_APPROACH = ("latency_ms_p95", "cost_per_1000")
_OF_QUALITY = frozenset({"quality", "gain_over_dummy", "automated_share"})


@dataclass(frozen=True)
class Outcome:
    """What the criteria add up to."""

    verdict: Verdict
    criteria: list[Criterion]
    candidate: CandidateResult | None = None
    segment: Segment | None = None
    only_leak: bool = False


def decide(engagement: Engagement, audit: AuditResult, evaluation: Evaluation | None) -> Decisions:
    """Decide about every use case of the engagement.

    Parameters
    ----------
    engagement : Engagement
        Acceptance criteria, owners and what is known of the delivery plan.
    audit : AuditResult
        Open findings that bear on a use case can hold it.
    evaluation : Evaluation or None
        Without one, every use case is on hold: nothing was measured.

    Returns
    -------
    Decisions
        One decision a use case, in the order of the engagement. *Go* needs every criterion met with its
        interval (see :func:`discovery.decision.estimate.judge`); *narrow* a stated part of the cases in which
        they are; *no-go* one that is missed with its interval; *hold* is all that is not settled. Their texts are
        English, as those of every artifact; the report says them in its own language.
    """
    with speaking("en"):
        return Decisions(
            use_cases=[_decide_one(use, engagement, audit, evaluation) for use in engagement.use_cases]
        )


def _subject(use: UseCase, engagement: Engagement, audit: AuditResult, found: UseCaseEvaluation | None) -> Subject:
    tables = {t.name: t for t in audit.tables}
    spec = engagement.tables.get(use.table)
    try:
        as_of = date.fromisoformat(engagement.as_of or "")
    except ValueError:
        as_of = None
    age = spec.max_age_days if spec else None
    return Subject(use, found, findings_for(use, audit), tables.get(use.table), tables, as_of, age)


def _decide_one(
    use: UseCase, engagement: Engagement, audit: AuditResult, evaluation: Evaluation | None
) -> UseCaseDecision:
    found = evaluation.use_case(use.name) if evaluation else None
    subject = _subject(use, engagement, audit, found)
    if found is None or not any(c.mean is not None for c in found.candidates):
        return decide_refused(subject, evaluation)
    return _told(subject, _outcome(subject))


def _outcome(subject: Subject) -> Outcome:
    candidate = subject.recommended or subject.dummy or subject.scored()[0]
    criteria = criteria_for(subject, candidate)
    if any(c.status == "fail" for c in criteria if c.name in _OF_THE_APPROACH):
        candidate, criteria = _cheaper(subject, candidate, criteria)
    return _verdict(subject, candidate, criteria)


def _cheaper(
    subject: Subject, candidate: CandidateResult, criteria: list[Criterion]
) -> tuple[CandidateResult, list[Criterion]]:
    """Return the simplest candidate that meets every criterion, where the recommended is too slow or dear."""
    for other in subject.scored():
        judged = criteria_for(subject, other)
        if all(c.status == "pass" for c in judged):
            return other, judged
    return candidate, criteria


def _verdict(subject: Subject, candidate: CandidateResult, criteria: list[Criterion]) -> Outcome:
    failed = {c.name for c in criteria if c.status == "fail"}
    open_ = {c.name for c in criteria if c.status == "inconclusive"}
    if not failed and not open_:
        return Outcome("go", criteria, candidate)
    leak = _only_leak(subject, failed)
    if blockers(subject) and not failed & {"quality", "gain_over_dummy"}:
        return Outcome("hold", criteria, candidate)
    segment = None if leak else _part(subject, failed | open_)
    if segment is not None:
        return Outcome("narrow", criteria, candidate, segment)
    hard = failed - {"rows"}
    if hard == {"automated_share"} and not open_:
        return Outcome("narrow", criteria, candidate, None)
    if hard:
        return Outcome("no-go", criteria, candidate, only_leak=leak)
    return Outcome("hold", criteria, candidate)


def _only_leak(subject: Subject, failed: set[str]) -> bool:
    """Whether quality is missed once the leaks are left out, where they would have promised a better one."""
    evaluation = subject.evaluation
    if evaluation is None or not failed & {"quality", "gain_over_dummy"}:
        return False
    if evaluation.with_leaks and not leak_flattered(subject):
        return False
    leaks = {
        c for f in subject.findings if f.kind == "leak" and f.severity in {"blocker", "major"} for c in f.columns
    }
    return bool(leaks & {e.column for e in evaluation.excluded_columns})


def _part(subject: Subject, wanting: set[str]) -> Segment | None:
    """Return the part of the cases in which all is well, where only quality is wanting."""
    evaluation = subject.evaluation
    if evaluation is None or not wanting or not wanting <= _OF_QUALITY:
        return None
    bound: Bound | None = subject.use.acceptance.quality or default_bound(evaluation.metric)
    if bound is None or "gain_over_dummy" in wanting:
        return None
    return outside_segment(subject, bound) or with_review(subject, evaluation.metric, bound)


def _told(subject: Subject, outcome: Outcome) -> UseCaseDecision:
    segment = outcome.segment.words if outcome.segment else None
    if outcome.verdict == "narrow" and segment is None:
        segment = tr("the cases of which the model is sure, with a person reviewing the rest")
    actions = actions_for(subject, outcome.verdict, outcome.criteria)
    monitoring = [] if outcome.verdict == "no-go" else thresholds_for(subject, outcome.candidate)
    plan = plan_for(subject, outcome.candidate, monitoring)
    questions = questions_for(subject, outcome.verdict, outcome.criteria)
    if outcome.verdict != "no-go":
        questions += plan_questions(subject, plan)
    return UseCaseDecision(
        name=subject.use.name,
        title=subject.title,
        decision=outcome.verdict,
        headline=headline_for(
            subject, outcome.verdict, outcome.criteria, outcome.candidate, segment, outcome.only_leak
        ),
        candidate=outcome.candidate.name if outcome.candidate else None,
        segment=segment,
        criteria=outcome.criteria,
        reasons=reasons_for(subject, outcome.verdict, outcome.criteria, outcome.candidate, outcome.segment),
        next_steps=[flat_action(a) for a in actions],
        open_questions=[flat_question(q) for q in questions],
        actions=actions,
        questions=questions,
        readiness=readiness_for(subject),
        plan=plan,
        monitoring=monitoring,
    )
