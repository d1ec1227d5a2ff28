"""What changed between two runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .audit import Severity
from .base import SCHEMA_VERSION, Artifact
from .decision import Verdict
from .monitoring import ThresholdOutcome

__all__ = ["Changes", "DecisionChange", "FindingChange", "SchemaChange", "ScoreChange", "VolumeChange"]


class SchemaChange(Artifact):
    """A table or column that came, went, or has another name or type."""

    table: str
    change: Literal["table added", "table dropped", "added", "dropped", "renamed", "retyped"]
    column: str | None = None
    before: str | None = Field(default=None, description="The earlier name or type.")
    after: str | None = None


class VolumeChange(Artifact):
    """The rows of one table; keys where both runs kept hashes of them."""

    table: str
    rows_before: int
    rows_after: int
    mode: Literal["snapshot", "increment", "unknown"] = "unknown"
    keys_added: int | None = None
    keys_lost: int | None = None
    rows_rewritten: int | None = Field(default=None, description="Rows in both whose values differ.")


class FindingChange(Artifact):
    """A finding of either run."""

    id: str
    kind: str
    table: str
    columns: list[str] = Field(default_factory=list)
    severity: Severity
    severity_before: Severity | None = None
    fraction_before: float | None = None
    fraction: float = 0.0
    summary: str = ""
    also: list[str] = Field(
        default_factory=list, description="Further kinds of finding that say the same of these columns."
    )


class ScoreChange(Artifact):
    """What one candidate scored in both runs."""

    use_case: str
    candidate: str
    metric: str
    before: float
    after: float
    difference: float
    noise: float = Field(description="Half width of the 95% interval of the difference.")
    direction: Literal["better", "worse", "within noise"]


class DecisionChange(Artifact):
    """The decision about one use case in both runs, and the criteria behind a change."""

    use_case: str
    before: Verdict | None = None
    after: Verdict | None = None
    why: list[str] = Field(default_factory=list)


class Changes(Artifact):
    """Everything that changed from run ``a`` to run ``b``; of what is the same only recurring findings."""

    schema_version: int = SCHEMA_VERSION
    a: str
    b: str
    drop_a: str = ""
    drop_b: str = ""
    columns: list[SchemaChange] = Field(default_factory=list, description="Changes of the schema.")
    volume: list[VolumeChange] = Field(default_factory=list)
    new: list[FindingChange] = Field(default_factory=list)
    worse: list[FindingChange] = Field(default_factory=list)
    recurring: list[FindingChange] = Field(default_factory=list)
    fixed: list[FindingChange] = Field(default_factory=list)
    scores: list[ScoreChange] = Field(default_factory=list)
    thresholds: list[ThresholdOutcome] = Field(
        default_factory=list, description="What the earlier run asked to be watched, against the later run."
    )
    decisions: list[DecisionChange] = Field(default_factory=list, description="Decisions that changed.")
    recommended: dict[str, tuple[str | None, str | None]] = Field(
        default_factory=dict, description="Use case: the candidate recommended before and after, where it changed."
    )

    @property
    def alarms(self) -> list[ThresholdOutcome]:
        """The thresholds of the earlier run that the later one crosses."""
        return [t for t in self.thresholds if t.status == "alarm"]

    @property
    def nothing(self) -> bool:
        """Whether the runs differ in nothing that is told here."""
        moved = [s for s in self.scores if s.direction != "within noise"]
        rows = [v for v in self.volume if v.rows_before != v.rows_after or v.rows_rewritten]
        return not any(
            (
                self.columns,
                rows,
                self.new,
                self.worse,
                self.fixed,
                moved,
                self.decisions,
                self.recommended,
                self.alarms,
            )
        )
