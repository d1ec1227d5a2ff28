"""What follows from a decision: next steps in their order, and open questions."""

from __future__ import annotations

from collections.abc import Sequence

from ..artifacts import Action, Criterion, Finding, Question, Verdict
from ..formats import kind_name, measure_name, number
from ..language import tr
from .criteria import more_rows
from .reliance import reliance_of
from .subject import Subject, blockers, first_number
from .words import joined, rows_wanted

__all__ = ["actions_for", "data_owner", "flat_action", "flat_question", "questions_for", "team"]

MOST_ACTIONS = 6
_MOST_MENDED = {"go": 2, "narrow": 2, "hold": 2, "no-go": 0}
_CLIENTS = frozenset(
    {
        "missing",
        "orphan_fk",
        "duplicate_key",
        "conflicting_records",
        "stale",
        "time_gap",
        "too_few_rows",
        "conflicting_labels",
        "label_noise",
        "volume_anomaly",
        "volume_change",
        "history_rewrite",
    }
)


def team() -> str:
    """Return what we call ourselves."""
    return tr("Discovery team")


def data_owner() -> str:
    """Return who is asked about the data."""
    return tr("Client data owner")


def _effort(kind: str) -> str:
    days = {
        "leak": tr("half a day"), "pii": tr("1 day"), "unit_mix": tr("1 day"), "missing": tr("1 to 3 days"),
        "conflicting_records": tr("2 to 3 days"), "conflicting_labels": tr("2 to 3 days"),
        "label_noise": tr("2 to 3 days"), "too_few_rows": tr("2 to 4 weeks"),
    }  # fmt: skip
    return days.get(kind, tr("1 to 2 days"))


def actions_for(subject: Subject, verdict: Verdict, criteria: Sequence[Criterion]) -> list[Action]:
    """Return the next steps, with effort and owner, in the order in which they are to be done."""
    steps: list[Action] = []
    if verdict in {"go", "narrow"}:
        text = tr("Confirm criteria and scope with the owner")
        steps.append(Action(text=text, effort=tr("half a day"), owner=subject.owner))
        steps.extend(_known_in_time(subject))
    if verdict == "hold":
        steps.extend(_settling(subject, criteria))
    if verdict == "no-go":
        steps.append(_after_no(subject))
    steps.extend(_mending(f) for f in _to_mend(subject, _MOST_MENDED[verdict]))
    if verdict in {"go", "narrow"}:
        text = tr("Hand the data contract over to whoever delivers the data")
        steps.append(Action(text=text, effort=tr("1 day"), owner=team()))
    if verdict == "go":
        text = tr("Build the pipeline, and run it in shadow beside today's way")
        steps.append(Action(text=text, effort=tr("2 to 3 weeks"), owner=team()))
    if verdict == "narrow":
        text = tr("Pilot in the stated part; a person decides the rest")
        steps.append(Action(text=text, effort=tr("2 to 3 weeks"), owner=team()))
    return steps[:MOST_ACTIONS]


def _known_in_time(subject: Subject) -> list[Action]:
    rests = reliance_of(subject)
    if rests is None:
        return []
    text = tr("Show what is known of {columns} when a prediction is made", columns=joined(rests.named))
    return [Action(text=text, effort=tr("half a day"), owner=data_owner())]


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
    """The first clause of the advice: the finding itself says the rest."""
    owner = data_owner() if finding.kind in _CLIENTS else team()
    where = f"{finding.table}.{finding.columns[0]}" if len(finding.columns) == 1 else finding.table
    advice = (finding.advice or finding.summary).split(";")[0].split(". ")[0].strip().rstrip(".")
    text = tr("Mend {name} ({kind}): {advice}", name=where, kind=kind_name(finding.kind), advice=advice)
    return Action(text=text, effort=_effort(finding.kind), owner=owner)


def _settling(subject: Subject, criteria: Sequence[Criterion]) -> list[Action]:
    steps = []
    for criterion in criteria:
        if criterion.name == "quality" and criterion.status == "inconclusive":
            text = _settle(subject, criterion)
            steps.append(Action(text=text, effort=tr("1 to 2 weeks"), owner=data_owner()))
        elif criterion.name == "rows" and criterion.status == "fail":
            short = float(criterion.required or 0) - float(criterion.measured or 0)
            text = tr("Bring at least {rows} with a known outcome", rows=more_rows(int(short)))
            steps.append(Action(text=text, effort=tr("2 to 4 weeks"), owner=data_owner()))
        elif criterion.name not in {"data", "gain_over_dummy"} and criterion.status == "inconclusive":
            text = tr("Measure or agree anew: {criterion}", criterion=criterion.title)
            steps.append(Action(text=text, effort=tr("1 to 2 days"), owner=team()))
    return steps


def _settle(subject: Subject, criterion: Criterion) -> str:
    """What would settle an inconclusive quality: how many rows, or what to agree; and what rows would gain."""
    extra = rows_wanted(subject, criterion)
    if extra is not None:
        text = tr(
            "Bring about {rows} to settle the quality, or fields that say more about the target",
            rows=more_rows(extra),
        )
    else:
        text = tr("Look for fields that say more about the target, or agree what is enough: rows alone will not do")
    evaluation = subject.evaluation
    twice = evaluation.learning_curve.get("twice_the_data") or {} if evaluation else {}
    low, high = (first_number(twice, k) for k in ("gain_low", "gain_high"))
    if evaluation is None or low is None or high is None or high <= 0:
        return text
    gain = tr(
        "twice the rows would add about {low} to {high} of {measure}",
        low=number(max(0.0, low)),
        high=number(high),
        measure=measure_name(evaluation.metric),
    )
    return f"{text} ({gain})"


def _after_no(subject: Subject) -> Action:
    text = tr(
        "Look for fields known before the outcome that are not in '{table}' yet, or drop the use case",
        table=subject.use.table,
    )
    return Action(text=text, effort=tr("half a day, in a workshop"), owner=subject.owner)


def questions_for(subject: Subject, verdict: Verdict, criteria: Sequence[Criterion]) -> list[Question]:
    """Return what neither the data nor the client has answered, with who is to answer and what it blocks."""
    use, asked = subject.use, []
    if use.acceptance.quality is None:
        asked.append(
            Question(
                text=tr("Which quality is good enough, and what does a wrong prediction cost?"),
                owner=subject.owner,
                blocks=tr("The decision rests on default criteria until this is agreed."),
            )
        )
    excluded = [e.column for e in subject.evaluation.excluded_columns] if subject.evaluation else []
    leaks = [f for f in subject.findings if f.kind == "leak" and set(f.columns) <= set(excluded)]
    if leaks:
        named = joined([f"'{c}'" for f in leaks[:4] for c in f.columns[:2]])
        text = tr("When are the values of {columns} written: before or after the outcome is known?", columns=named)
        blocks = tr("They are left out until it is shown that they come before.")
        asked.append(Question(text=text, owner=data_owner(), blocks=blocks))
    rests = reliance_of(subject)
    if rests is not None and verdict != "no-go":
        named = joined(rests.named)
        text = tr("When are the values of {columns} written: before or after the outcome is known?", columns=named)
        asked.append(Question(text=text, owner=data_owner(), blocks=tr("Much of the quality rests on them.")))
    if verdict != "no-go" and any(f.kind in {"pii", "reidentification"} for f in subject.findings):
        text = tr("On which legal basis may the personal fields be used?")
        asked.append(
            Question(
                text=text,
                owner=tr("Client data protection officer"),
                blocks=tr("Access to raw data in production."),
            )
        )
    if verdict == "hold" and blockers(subject):
        text = tr("What is true where the data says: {finding}", finding=blockers(subject)[0].summary)
        asked.append(Question(text=text, owner=data_owner(), blocks=tr("The use case cannot be judged.")))
    asked.extend(
        Question(
            text=tr("On what should this be measured: {criterion}?", criterion=c.title),
            owner=subject.owner,
            blocks=c.note,
        )
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
