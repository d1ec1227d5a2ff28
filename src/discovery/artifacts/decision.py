"""The result of the decision stage: go, narrow, hold or no-go, criterion by criterion."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import SCHEMA_VERSION, Artifact, StageResult

__all__ = ["Action", "Criterion", "Decisions", "PlanItem", "Question", "Status", "Threshold", "UseCaseDecision",
           "Verdict"]  # fmt: skip

Verdict = Literal["go", "narrow", "hold", "no-go"]
Status = Literal["pass", "fail", "inconclusive"]


class Criterion(Artifact):
    """One acceptance criterion against what was measured."""

    name: str
    title: str = Field(default="", description="The criterion in words for people.")
    required: float | str | None = None
    direction: Literal["at_least", "at_most"] = "at_least"
    measured: float | str | None = None
    ci95: tuple[float, float] | None = None
    unit: str = ""
    status: Status
    default: bool = Field(default=False, description="Nobody agreed it: a default of the workbook.")
    note: str = ""


class Action(Artifact):
    """A next step."""

    text: str
    effort: str = Field(default="", description="In working days, in words.")
    owner: str = ""


class Question(Artifact):
    """What neither the data nor the client has answered yet."""

    text: str
    owner: str = ""
    blocks: str = Field(default="", description="Why it matters: what cannot go on without an answer.")


class PlanItem(Artifact):
    """One line of the delivery plan: what the client said, what the run measured, or that it is open.

    ``gap``: measured, and short of what is required.
    """

    area: str
    item: str
    key: str = Field(default="", description="Area and item as the engagement calls them.")
    status: Literal["measured", "gap", "stated", "open"]
    answer: str = Field(default="", description="What the client said.")
    evidence: str = Field(default="", description="What the run measured.")


class Threshold(Artifact):
    """What to watch after launch, and from which value on to raise an alarm."""

    signal: str = Field(description="In words for people.")
    measure: str
    column: str | None = None
    now: float | None = None
    alarm_above: float | None = None
    alarm_below: float | None = None
    unit: str = ""
    why: str = ""


class UseCaseDecision(Artifact):
    """The decision about one use case and the evidence for it."""

    name: str
    title: str = ""
    decision: Verdict
    headline: str = ""
    candidate: str | None = Field(default=None, description="The approach the decision is about.")
    segment: str | None = Field(default=None, description="For narrow: where it holds.")
    criteria: list[Criterion] = Field(default_factory=list)
    reasons: list[str] = Field(default_factory=list)
    next_steps: list[str] = Field(default_factory=list)
    open_questions: list[str] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list, description="The next steps with effort and owner.")
    questions: list[Question] = Field(default_factory=list, description="The open questions with their owners.")
    readiness: list[dict[str, Any]] = Field(
        default_factory=list, description="Prototype against production: line, status, evidence."
    )
    plan: list[PlanItem] = Field(default_factory=list)
    monitoring: list[Threshold] = Field(default_factory=list, description="What to watch after launch.")


class Decisions(StageResult):
    """The content of ``decision.json``."""

    schema_version: int = SCHEMA_VERSION
    use_cases: list[UseCaseDecision] = Field(default_factory=list)

    def use_case(self, name: str) -> UseCaseDecision | None:
        """Return the decision about the use case called ``name``, if there is one."""
        return next((u for u in self.use_cases if u.name == name), None)
