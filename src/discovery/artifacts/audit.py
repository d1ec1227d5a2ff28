"""The result of the audit: tables, columns and findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import Field, computed_field

from .base import SCHEMA_VERSION, Artifact, Shown, StageResult

__all__ = [
    "KINDS",
    "SEVERITIES",
    "Association",
    "AuditResult",
    "ColumnSummary",
    "Evidence",
    "Finding",
    "Histogram",
    "Kind",
    "Severity",
    "TableSummary",
    "finding_id",
]

Severity = Literal["blocker", "major", "minor", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Kind = Literal[
    # file
    "encoding", "header_problem", "unreadable_rows",
    # completeness
    "missing", "sentinel_missing", "empty_column", "empty_rows",
    # uniqueness
    "duplicate_rows", "duplicate_key", "near_duplicate",
    # validity
    "mixed_type", "bad_date", "format_violation", "impossible_value", "outlier", "inconsistent_category",
    "unit_mix",
    # consistency
    "fd_violation", "rule_violation", "orphan_fk", "conflicting_records", "redundant_column",
    # time
    "stale", "time_gap", "volume_anomaly",
    # shape
    "constant", "near_constant", "id_like", "high_cardinality", "free_text",
    # privacy
    "pii", "reidentification",
    # readiness
    "leak", "imbalance", "label_noise", "conflicting_labels", "group_structure", "too_few_rows", "target_shift",
    # between drops
    "schema_change", "distribution_shift", "volume_change", "history_rewrite", "contract_broken",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

Measure = Literal["pearson", "cramers_v", "correlation_ratio"]
"""Of numbers, of categories, and of a category with a number."""


def finding_id(kind: str, table: str, columns: Iterable[str]) -> str:
    """Return the stable id of a finding: a hash of its kind, table and columns (in any order)."""
    text = "\x1f".join([kind, table, *sorted(columns)])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Evidence(Artifact):
    """One row that shows a finding. Values are as the file has them, masked where they are personal."""

    row: int | None = Field(default=None, description="Data row, counted from 1.")
    values: dict[str, str] = Field(default_factory=dict)


class Finding(Shown):
    """One thing the audit noticed."""

    kind: Kind
    table: str
    columns: list[str] = Field(default_factory=list, description="Empty: whole rows or the whole table.")
    severity: Severity
    rows_affected: int = 0
    fraction: float = Field(default=0.0, description="rows_affected over the rows of the table.")
    summary: str = Field(description="What is so, with the number, in one plain sentence.")
    consequence: str = Field(default="", description="What it does to the use case, in one plain sentence.")
    advice: str = Field(default="", description="What to do about it.")
    fix: str | None = Field(default=None, description="The pandas or SQL line that mends it, where one exists.")
    evidence: list[Evidence] = Field(default_factory=list)
    details: dict[str, Any] = Field(default_factory=dict, description="The figures behind it; JSON, masked.")
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    use_cases: list[str] = Field(default_factory=list, description="The use cases it bears on.")
    status: Literal["new", "recurring", "worse", "fixed"] | None = None
    accepted: str | None = Field(default=None, description="The reason the client accepted it, if so.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def id(self) -> str:
        """Stable from drop to drop."""
        return finding_id(self.kind, self.table, self.columns)


class Histogram(Artifact):
    """Counts in equal-width bins; ``edges`` has one more entry than ``counts``."""

    edges: list[float]
    counts: list[int]


class ColumnSummary(Artifact):
    """One column as the report shows it and as the next drop is compared with it."""

    name: str
    type: str
    format: str = Field(default="", description="How text was read: %d/%m/%Y, decimal comma, EUR.")
    unparsed: int = Field(default=0, description="Cells that are not of the type.")
    semantic: str | None = None
    semantic_confidence: float | None = Field(default=None, description="How sure that is, from 0 to 1.")
    missing: int = 0
    distinct: int = 0
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    std: float | None = Field(default=None, description="Of a sample (n - 1).")
    skew: float | None = Field(default=None, description="Biased (moments over n).")
    zeros: int = 0
    negatives: int = 0
    quantiles: dict[str, float] = Field(default_factory=dict, description='"0.05": value, …')
    histogram: Histogram | None = None
    top: list[tuple[str, int]] = Field(default_factory=list, description="Most frequent values, masked.")
    lengths: tuple[int, float, int] | None = Field(
        default=None, description="Of texts, in characters: shortest, average, longest."
    )
    patterns: list[tuple[str, int]] = Field(
        default_factory=list, description="Most frequent shapes of texts: A for letters, 9 for digits."
    )
    personal: bool = False


class Association(Artifact):
    """How strongly two columns go together."""

    columns: tuple[str, str]
    measure: Measure
    value: float = Field(description="Pearson's from -1 to 1, the others from 0 to 1 and corrected for chance.")


class TableSummary(Artifact):
    """One table of the drop."""

    name: str
    source: str
    rows: int
    columns: list[ColumnSummary] = Field(default_factory=list)
    reading: dict[str, Any] = Field(default_factory=dict, description="What the reader assumed, and how surely.")
    key: list[str] = Field(default_factory=list, description="The columns that identify a row, if found.")
    time: str | None = Field(default=None, description="The column that orders the rows in time, if found.")
    cadence: str | None = Field(
        default=None, description="How often its stamps come (hour, 15 minutes), if regular."
    )
    associations: list[Association] = Field(
        default_factory=list, description="What goes together most, strongest first."
    )

    def column(self, name: str) -> ColumnSummary:
        """Return the column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class AuditResult(StageResult):
    """Everything the audit found in one drop: the content of ``audit.json``."""

    schema_version: int = SCHEMA_VERSION
    tables: list[TableSummary] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list, description="Ranked, worst first.")
    relations: list[dict[str, Any]] = Field(default_factory=list, description="Foreign keys between tables.")
    not_run: list[dict[str, str]] = Field(default_factory=list, description="Checks not run, and why.")
    contract: dict[str, Any] = Field(default_factory=dict, description="Per table: how the contract fared.")

    def table(self, name: str) -> TableSummary:
        """Return the table called ``name``; KeyError where there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def select(
        self, *, kind: str | None = None, table: str | None = None, column: str | None = None
    ) -> list[Finding]:
        """Return the findings that match all that is given."""
        return [
            f
            for f in self.findings
            if (kind is None or f.kind == kind)
            and (table is None or f.table == table)
            and (column is None or column in f.columns)
        ]

    def counts(self) -> Mapping[Severity, int]:
        """Return how many open (not accepted, not fixed) findings there are at each severity."""
        open_: Sequence[Finding] = [f for f in self.findings if f.accepted is None and f.status != "fixed"]
        return {s: sum(f.severity == s for f in open_) for s in SEVERITIES}
