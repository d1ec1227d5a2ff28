"""The result of the baselines: what every candidate scored on every use case."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import SCHEMA_VERSION, Artifact, StageResult

__all__ = [
    "CandidateResult",
    "Comparison",
    "Evaluation",
    "ExcludedColumn",
    "Family",
    "Latency",
    "Split",
    "Task",
    "UseCaseEvaluation",
]

Task = Literal["binary", "multiclass", "regression", "forecast"]
Family = Literal["dummy", "rule", "linear", "boosting", "text", "forecast", "llm", "custom"]
Interval = tuple[float, float]


class ExcludedColumn(Artifact):
    """A column that no candidate may see, and why."""

    column: str
    why: str


class Split(Artifact):
    """How rows were divided, and why that way."""

    kind: Literal["stratified", "random", "group", "time", "group+time"]
    folds: int
    repeats: int
    why: str
    holdout_rows: int = 0
    train_rows: int = 0
    by: str | None = Field(default=None, description="The group or time column.")


class Latency(Artifact):
    """Milliseconds to predict one row."""

    p50: float
    p95: float


class CandidateResult(Artifact):
    """What one candidate scored. ``scores`` has one entry a fold and repeat, in the same order for all."""

    name: str
    family: Family
    title: str = ""
    scores: list[float] = Field(default_factory=list)
    mean: float | None = None
    ci95: Interval | None = None
    holdout: float | None = None
    holdout_ci95: Interval | None = None
    metrics: dict[str, float | None] = Field(default_factory=dict)
    fit_seconds: float | None = None
    latency_ms: Latency | None = None
    size_bytes: int | None = None
    rule: list[str] = Field(default_factory=list, description="The if-lines, for a rule.")
    cost_per_1000: float | None = None
    error: str | None = Field(default=None, description="Why it has no scores, in one line.")
    details: dict[str, Any] = Field(default_factory=dict)


class Comparison(Artifact):
    """A paired comparison on the same folds; a positive ``difference`` favours ``a``."""

    a: str
    b: str
    difference: float
    ci95: Interval
    better: str = Field(description="The name of the better candidate, or 'tie'.")
    p_value: float | None = None
    rows: int | None = Field(
        default=None, description="Rows both were scored on, where that is a sample of the test rows."
    )


class UseCaseEvaluation(Artifact):
    """All about one use case. What could not be measured is empty, and ``notes`` says why."""

    name: str
    table: str
    target: str
    task: Task
    task_why: str = ""
    metric: str
    higher_is_better: bool = True
    rows_used: int = 0
    features: list[str] = Field(default_factory=list)
    excluded_columns: list[ExcludedColumn] = Field(default_factory=list)
    target_report: dict[str, Any] = Field(default_factory=dict)
    split: Split
    candidates: list[CandidateResult] = Field(default_factory=list)
    comparisons: list[Comparison] = Field(default_factory=list)
    recommended: str | None = None
    why: str = ""
    by_holdout: bool = Field(
        default=False,
        description="Whether only the holdout, not the folds, is sure that what is recommended beats the dummy.",
    )
    naive_split: dict[str, Any] = Field(default_factory=dict, description="What a random split would claim.")
    with_leaks: dict[str, Any] = Field(default_factory=dict, description="What the leaks would have claimed.")
    slices: list[dict[str, Any]] = Field(default_factory=list)
    calibration: dict[str, Any] = Field(default_factory=dict)
    thresholds: dict[str, Any] = Field(default_factory=dict)
    risk_coverage: dict[str, Any] = Field(default_factory=dict)
    learning_curve: dict[str, Any] = Field(default_factory=dict)
    importance: list[dict[str, Any]] = Field(default_factory=list)
    robustness: list[dict[str, Any]] = Field(default_factory=list)
    fairness: list[dict[str, Any]] = Field(default_factory=list)
    label_errors: list[dict[str, Any]] = Field(default_factory=list)
    economics: dict[str, Any] = Field(default_factory=dict)
    budget: dict[str, Any] = Field(default_factory=dict, description="Seconds given and taken, and what was cut.")
    sampling: dict[str, Any] = Field(
        default_factory=dict, description="How rows were drawn, where not all were used."
    )
    notes: list[str] = Field(default_factory=list, description="What was cut, sampled or could not be done.")

    def candidate(self, name: str) -> CandidateResult:
        """Return the candidate called ``name``; KeyError where there is none."""
        for candidate in self.candidates:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


class Evaluation(StageResult):
    """The content of ``evaluation.json``."""

    schema_version: int = SCHEMA_VERSION
    use_cases: list[UseCaseEvaluation] = Field(default_factory=list)
    refused: list[dict[str, str]] = Field(default_factory=list, description="Use cases not evaluated, and why.")

    def use_case(self, name: str) -> UseCaseEvaluation | None:
        """Return the evaluation of the use case called ``name``, if there is one."""
        return next((u for u in self.use_cases if u.name == name), None)
