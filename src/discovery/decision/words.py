"""Decisions in plain words: headline, reasons, next steps, open questions."""

from __future__ import annotations

from collections.abc import Sequence

from ..artifacts import Action, CandidateResult, Criterion, Finding, Question, Verdict
from ..engagement import Bound
from ..formats import interval, measure_name, number, percent, plural
from .coverage import Segment
from .estimate import Estimate, rows_to_settle
from .subject import Subject, blockers, first_number, gain_over

__all__ = [
    "actions_for",
    "approach",
    "flat_action",
    "flat_question",
    "headline_for",
    "questions_for",
    "reasons_for",
]

TEAM = "Discovery team"
DATA_OWNER = "Client data owner"
MOST_ACTIONS = 7

_EFFORT = {
    "leak": "half a day", "pii": "1 day", "duplicate_key": "1 to 2 days", "orphan_fk": "1 to 2 days",
    "missing": "1 to 3 days", "unit_mix": "1 day", "conflicting_records": "2 to 3 days",
    "conflicting_labels": "2 to 3 days", "label_noise": "2 to 3 days", "stale": "1 to 2 days",
    "time_gap": "1 to 2 days", "rule_violation": "1 to 2 days", "fd_violation": "1 to 2 days",
    "too_few_rows": "2 to 4 weeks", "target_shift": "1 to 2 days",
}  # fmt: skip
_CLIENTS = frozenset(
    {"missing", "orphan_fk", "duplicate_key", "conflicting_records", "stale", "time_gap", "too_few_rows",
     "conflicting_labels", "label_noise", "volume_anomaly", "volume_change", "history_rewrite"}
)  # fmt: skip


def approach(candidate: CandidateResult | None) -> str:
    """Return what a candidate is, as people call it."""
    if candidate is None:
        return "no approach"
    names = {
        "rule": "a readable rule", "linear": "a linear model", "boosting": "gradient boosting",
        "text": "a text model", "dummy": "the dummy", "forecast": "a forecast", "llm": "a language model",
        "custom": f"the client's model '{candidate.name}'",
    }  # fmt: skip
    return names.get(candidate.family, candidate.name)


def _find(criteria: Sequence[Criterion], name: str) -> Criterion | None:
    return next((c for c in criteria if c.name == name), None)


def _score_words(subject: Subject, criterion: Criterion) -> str:
    assert subject.evaluation is not None
    measured = criterion.measured if isinstance(criterion.measured, float) else None
    required = criterion.required if isinstance(criterion.required, float) else None
    least = "at least" if criterion.direction == "at_least" else "at most"
    bounds = f" (95% interval {interval(criterion.ci95)})" if criterion.ci95 else ""
    name = measure_name(subject.evaluation.metric)
    agreed = "by default, as nothing was agreed, " if criterion.default else ""
    return f"{name} is {number(measured)}{bounds}; {agreed}{least} {number(required)} is required"


def headline_for(
    subject: Subject,
    verdict: Verdict,
    criteria: Sequence[Criterion],
    candidate: CandidateResult | None,
    segment: str | None,
    only_leak: bool,
) -> str:
    """Return the decision in one sentence."""
    if verdict == "go":
        default = (
            " (against default criteria: none were agreed)" if any(c.default for c in _quality(criteria)) else ""
        )
        return f"Build it with {approach(candidate)}: every criterion is met{default}."
    if verdict == "narrow":
        return f"Build it for a part only: {segment}."
    if verdict == "hold":
        found = blockers(subject)
        if found:
            return "Not decided: a fault in the data keeps it from being judged, and must be mended first."
        wanting = [c.title.lower() if c.name != "quality" else "quality" for c in criteria if c.status != "pass"]
        return f"Not decided yet: {_join(wanting)} {'is' if len(wanting) == 1 else 'are'} not settled."
    if only_leak:
        return "Do not build it: the signal is a leak, known only after the outcome; without it too little is left."
    gain = _find(criteria, "gain_over_dummy")
    if gain is not None and gain.status == "fail":
        return "Do not build it on this data: the columns say too little about the target."
    missed = [c.title for c in criteria if c.status == "fail"]
    return f"Do not build it as proposed: {_join(missed)} {'is' if len(missed) == 1 else 'are'} surely missed."


def _quality(criteria: Sequence[Criterion]) -> list[Criterion]:
    return [c for c in criteria if c.name == "quality"]


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" and {parts[-1]}" if parts else "nothing"


def reasons_for(
    subject: Subject,
    criteria: Sequence[Criterion],
    candidate: CandidateResult | None,
    segment: Segment | None,
) -> list[str]:
    """Return why it was decided so, each reason with its number."""
    evaluation = subject.evaluation
    assert evaluation is not None
    reasons = []
    quality = _find(criteria, "quality")
    if quality is not None:
        word = {"pass": "Good enough", "fail": "Not good enough", "inconclusive": "Not settled"}[quality.status]
        reasons.append(f"{word}: {_score_words(subject, quality)}.")
    gain = _find(criteria, "gain_over_dummy")
    if gain is not None and gain.ci95 is not None and gain.status == "fail":
        reasons.append(f"Over the dummy it gains {interval(gain.ci95)} only, too little to act on.")
    elif gain is not None and gain.ci95 is not None and quality is None:
        gained = number(gain.measured) if isinstance(gain.measured, float) else ""
        reasons.append(f"Over the dummy it gains {gained} (95% interval {interval(gain.ci95)}).")
    elif gain is not None and gain.status == "fail":
        reasons.append(gain.note)
    reasons.extend(
        f"{c.title}: {number(c.measured if isinstance(c.measured, float) else None)} {c.unit} against "
        f"{number(c.required if isinstance(c.required, float) else None)} {c.unit} required."
        for c in criteria
        if c.status == "fail" and c.name not in {"quality", "gain_over_dummy", "automated_share"}
    )
    if evaluation.with_leaks:
        reasons.append(_leak_words(subject))
    if segment is not None:
        low, high = segment.estimate.low, segment.estimate.high
        reasons.append(
            f"It holds for {segment.words}: {measure_name(evaluation.metric)} {number(segment.estimate.point)} "
            f"(95% interval {interval((low, high))}), {percent(segment.share)} of the cases."
        )
    if quality is None or quality.status != "fail":
        reasons.append(_rule_words(subject, candidate))
    reasons.extend(f"{f.summary}" for f in blockers(subject)[:3])
    return [r for r in reasons if r]


def _leak_words(subject: Subject) -> str:
    evaluation = subject.evaluation
    assert evaluation is not None
    claimed, honest = (first_number(evaluation.with_leaks, k) for k in ("score", "honest"))
    leaks = [f"'{c}'" for c in evaluation.with_leaks.get("columns") or []]
    if claimed is None or not leaks:
        return ""
    late = f"{'is' if len(leaks) == 1 else 'are'} known only after the fact, and left out"
    if honest is not None and abs(claimed - honest) < 0.01 * max(abs(claimed), abs(honest)):
        return f"{_join(leaks[:4])} {late}."
    name = measure_name(evaluation.metric)
    with_them = "it" if len(leaks) == 1 else "them"
    return f"{_join(leaks[:4])} {late}; with {with_them} {name} would have looked like {claimed:.3f}."


def _rule_words(subject: Subject, candidate: CandidateResult | None) -> str:
    rule = subject.rule
    if rule is None or candidate is None or subject.evaluation is None:
        return ""
    if candidate.family == "rule":
        return "A rule that a person can read is practically as good as any model tried: use the rule."
    gained = gain_over(subject.evaluation, candidate, rule)
    if gained is None:
        return ""
    point, bounds = gained
    if bounds[0] <= 0:
        return (
            f"A readable rule is not surely worse ({number(point)} behind): start with it, and keep it as fallback."
        )
    return f"The model is worth its complexity: {number(point)} better than a readable rule ({interval(bounds)})."


def actions_for(subject: Subject, verdict: Verdict, criteria: Sequence[Criterion]) -> list[Action]:
    """Return the next steps, with effort and owner, in the order in which they are to be done."""
    steps: list[Action] = []
    if verdict in {"go", "narrow"}:
        steps.append(
            Action(text="Confirm criteria and scope with the owner", effort="half a day", owner=subject.owner)
        )
    if verdict == "hold":
        steps.extend(_settling(subject, criteria))
    if verdict == "no-go":
        steps.append(_after_no(subject))
    limit = {"go": 4, "narrow": 4, "hold": 4, "no-go": 1}[verdict]
    steps.extend(_mending(f) for f in _to_mend(subject, limit))
    if verdict == "go":
        steps.append(Action(text="Build the pipeline; run it in shadow beside today's way", effort="2 to 3 weeks",
                            owner=TEAM))  # fmt: skip
        steps.append(
            Action(text="Hand the data contract over to whoever delivers the data", effort="1 day", owner=TEAM)
        )
    if verdict == "narrow":
        steps.append(
            Action(text="Pilot in the stated part, a person decides the rest", effort="2 to 3 weeks", owner=TEAM)
        )
    return steps[:MOST_ACTIONS]


def _to_mend(subject: Subject, limit: int) -> list[Finding]:
    """The worst findings, one a column, without those of columns that no candidate sees anyway."""
    excluded = {e.column for e in subject.evaluation.excluded_columns} if subject.evaluation else set()
    worth: dict[tuple[str, ...], Finding] = {}
    for finding in sorted(subject.findings, key=lambda f: f.severity != "blocker"):
        unseen = bool(finding.columns) and set(finding.columns) <= excluded - {subject.use.target}
        if (
            finding.severity in {"blocker", "major"}
            and finding.kind != "leak"
            and (not unseen or finding.kind == "pii")
        ):
            worth.setdefault((finding.table, *finding.columns), finding)
    return list(worth.values())[:limit]


def _mending(finding: Finding) -> Action:
    owner = DATA_OWNER if finding.kind in _CLIENTS else TEAM
    where = f"{finding.table}.{finding.columns[0]}" if len(finding.columns) == 1 else finding.table
    advice = (finding.advice or finding.summary).strip().rstrip(".")
    return Action(text=f"{where}: {advice}", effort=_EFFORT.get(finding.kind, "half a day to 1 day"), owner=owner)


def _settling(subject: Subject, criteria: Sequence[Criterion]) -> list[Action]:
    steps = []
    for criterion in criteria:
        if criterion.name == "quality" and criterion.status == "inconclusive":
            steps.append(Action(text=_settle(subject, criterion), effort="1 to 2 weeks", owner=DATA_OWNER))
        elif criterion.name == "rows" and criterion.status == "fail":
            short = float(criterion.required or 0) - float(criterion.measured or 0)
            text = f"Bring at least {plural(short, 'more labelled row')}"
            steps.append(Action(text=text, effort="2 to 4 weeks", owner=DATA_OWNER))
        elif criterion.name not in {"data", "gain_over_dummy"} and criterion.status == "inconclusive":
            text = f"Settle '{criterion.title}': {criterion.note}"
            steps.append(Action(text=text, effort="1 to 2 days", owner=TEAM))
    return steps


def _settle(subject: Subject, criterion: Criterion) -> str:
    """What would settle an inconclusive quality: how many rows, or what to agree."""
    evaluation = subject.evaluation
    measured, required = criterion.measured, criterion.required
    extra = None
    if evaluation and criterion.ci95 and isinstance(measured, float) and isinstance(required, float):
        bound = Bound(**{criterion.direction: required})
        extra = rows_to_settle(Estimate(measured, *criterion.ci95), bound, evaluation.rows_used)
    known = str(evaluation.learning_curve.get("summary", "")) if evaluation else ""
    if extra is not None and extra > 1:
        text = f"Bring about {plural(extra, 'more row')} to settle the quality, or look for fields that say more"
    else:
        text = "Look for fields that say more about the target, or agree what is enough: rows alone will not do"
    return f"{text}. {known}" if known else text


def _after_no(subject: Subject) -> Action:
    table = subject.use.table
    text = f"Look for fields known before the outcome that are not in '{table}' yet, or drop the use case"
    return Action(text=text, effort="half a day, in a workshop", owner=subject.owner)


def questions_for(subject: Subject, verdict: Verdict, criteria: Sequence[Criterion]) -> list[Question]:
    """Return what neither the data nor the client has answered, with who is to answer and what it blocks."""
    use, asked = subject.use, []
    if use.acceptance.quality is None:
        asked.append(Question(
            text="Which quality is good enough, and what does a wrong prediction cost?", owner=subject.owner,
            blocks="The decision rests on default criteria until this is agreed."))  # fmt: skip
    if not use.owner:
        asked.append(Question(text="Who owns this use case after launch?", owner="Client sponsor",
                              blocks="Nobody could accept results or stop the rollout."))  # fmt: skip
    if use.economics.predictions_per_month is None:
        asked.append(Question(text="How many predictions a month are expected?", owner=subject.owner,
                              blocks="Running cost and review load cannot be worked out."))  # fmt: skip
    excluded = [e.column for e in subject.evaluation.excluded_columns] if subject.evaluation else []
    leaks = [f for f in subject.findings if f.kind == "leak" and set(f.columns) <= set(excluded)]
    if leaks:
        named = ", ".join(f"'{c}'" for f in leaks[:4] for c in f.columns[:2])
        asked.append(
            Question(
                text=f"When are the values of {named} written: before or after the outcome is known?",
                owner=DATA_OWNER,
                blocks="They are left out until it is shown that they come before.",
            )
        )
    if any(f.kind in {"pii", "reidentification"} for f in subject.findings):
        asked.append(
            Question(
                text="On which legal basis may the personal fields be used, and how long kept?",
                owner="Client data protection officer",
                blocks="Access to raw data in production.",
            )
        )
    if verdict == "hold" and blockers(subject):
        asked.append(Question(text=f"What is true where the data says: {blockers(subject)[0].summary}",
                              owner=DATA_OWNER, blocks="The use case cannot be judged."))  # fmt: skip
    asked.extend(
        Question(text=f"What should '{c.title}' be measured on?", owner=subject.owner, blocks=c.note)
        for c in criteria
        if c.status == "inconclusive" and c.measured is None
    )
    return asked


def flat_action(action: Action) -> str:
    """Return a next step as one line."""
    more = "; ".join(p for p in (action.effort, action.owner) if p)
    return f"{action.text} ({more})" if more else action.text


def flat_question(question: Question) -> str:
    """Return an open question as one line."""
    return f"{question.text} ({question.owner})" if question.owner else question.text
