"""The typed results that cross stage boundaries, and their JSON form on disk."""

from .audit import (
    KINDS,
    SEVERITIES,
    AuditResult,
    ColumnSummary,
    Evidence,
    Finding,
    Histogram,
    Kind,
    Severity,
    TableSummary,
    finding_id,
)
from .base import SCHEMA_VERSION, Artifact, write_atomic
from .decision import Criterion, Decisions, Status, UseCaseDecision, Verdict
from .evaluation import (
    CandidateResult,
    Comparison,
    Evaluation,
    ExcludedColumn,
    Family,
    Latency,
    Split,
    Task,
    UseCaseEvaluation,
)
from .run import InputFile, RunRecord, RunStatus, StageRecord

__all__ = [
    "KINDS",
    "SCHEMA_VERSION",
    "SEVERITIES",
    "Artifact",
    "AuditResult",
    "CandidateResult",
    "ColumnSummary",
    "Comparison",
    "Criterion",
    "Decisions",
    "Evaluation",
    "Evidence",
    "ExcludedColumn",
    "Family",
    "Finding",
    "Histogram",
    "InputFile",
    "Kind",
    "Latency",
    "RunRecord",
    "RunStatus",
    "Severity",
    "Split",
    "StageRecord",
    "Status",
    "TableSummary",
    "Task",
    "UseCaseDecision",
    "UseCaseEvaluation",
    "Verdict",
    "finding_id",
    "write_atomic",
]
