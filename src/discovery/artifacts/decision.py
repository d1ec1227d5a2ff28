"""The result of the decision stage: go, narrow, hold or no-go, criterion by criterion."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import SCHEMA_VERSION, Artifact

__all__ = ["Criterion", "Decisions", "Status", "UseCaseDecision", "Verdict"]

Verdict = Literal["go", "narrow", "hold", "no-go"]
Status = Literal["pass", "fail", "inconclusive"]


class Criterion(Artifact):
    """One acceptance criterion against what was measured."""

    name: str
    required: float | str | None = None
    direction: Literal["at_least", "at_most"] = "at_least"
    measured: float | str | None = None
    ci95: tuple[float, float] | None = None
    unit: str = ""
    status: Status
    note: str = ""


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
    readiness: list[dict[str, Any]] = Field(default_factory=list)


class Decisions(Artifact):
    """The content of ``decision.json``."""

    schema_version: int = SCHEMA_VERSION
    use_cases: list[UseCaseDecision] = Field(default_factory=list)
