"""Use cases that were not evaluated: why, and what follows."""

from __future__ import annotations

from ..artifacts import Action, Criterion, Evaluation, Question, UseCaseDecision, Verdict
from ..language import tr
from .plan import plan_for
from .readiness import readiness_for
from .steps import data_owner, flat_action, flat_question, team
from .subject import Subject

__all__ = ["decide_refused", "refusal"]


def refusal(evaluation: Evaluation | None, name: str) -> str:
    """Return why the use case called ``name`` was not evaluated, in one sentence; empty if that is not known."""
    for entry in evaluation.refused if evaluation else []:
        if name in (entry.get("name"), entry.get("use_case")):
            return next((entry[k] for k in ("why", "reason", "error", "what") if entry.get(k)), "")
    return ""


def decide_refused(subject: Subject, evaluation: Evaluation | None) -> UseCaseDecision:
    """Return the decision about a use case without a score: no-go as proposed, or hold where data is missing."""
    why = refusal(evaluation, subject.use.name)
    kinds = {f.kind for f in subject.findings if f.kind != "constant" or subject.use.target in f.columns}
    verdict: Verdict = "no-go"
    if "constant" in kinds:
        headline = tr(
            "Do not build it on this data: the target is the same in every row, so there is nothing to learn."
        )
        action = Action(text=tr("Bring rows with both outcomes, or name another target"), effort=tr("1 to 2 weeks"),
                        owner=data_owner())  # fmt: skip
    elif not why or _wants_rows(why) or "too_few_rows" in kinds:
        verdict = "hold"
        headline = tr("Not decided: there is no measurement to decide on.")
        action = Action(text=tr("Bring more rows with a known outcome, and run again"), effort=tr("1 to 4 weeks"),
                        owner=data_owner())  # fmt: skip
    else:
        headline = tr("Cannot be done as proposed.")
        action = Action(text=tr("Reword the use case so that it can be measured"),
                        effort=tr("half a day, in a workshop"), owner=team())  # fmt: skip
    reason = why or tr("The use case was not evaluated in this run.")
    question = Question(text=tr("Is there another source of the outcome to learn from?"), owner=subject.owner,
                        blocks=tr("Nothing can be measured."))  # fmt: skip
    return UseCaseDecision(
        name=subject.use.name,
        title=subject.title,
        decision=verdict,
        headline=headline,
        criteria=[_not_measured(verdict, reason)],
        reasons=[reason],
        actions=[action],
        questions=[question],
        next_steps=[flat_action(action)],
        open_questions=[flat_question(question)],
        readiness=readiness_for(subject),
        plan=plan_for(subject, None),
    )


def _wants_rows(why: str) -> bool:
    text = why.casefold()
    return any(w in text for w in ("more rows", "are needed", "budget", "time ran out", "missing in"))


def _not_measured(verdict: Verdict, reason: str) -> Criterion:
    return Criterion(
        name="measurable",
        title=tr("Can be measured"),
        required=tr("yes"),
        measured=tr("no"),
        status="fail" if verdict == "no-go" else "inconclusive",
        note=reason,
    )
