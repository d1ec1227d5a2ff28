"""What was agreed with the client: the content of ``engagement.yaml``, validated."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from ..artifacts import KINDS
from ..errors import suggest
from ..language import LANGUAGES
from ..sql import one_select
from .llm import LanguageModel
from .plan import Plan
from .spec import Spec

__all__ = [
    "Acceptance",
    "AcceptedFinding",
    "Bound",
    "CostMatrix",
    "DataSpec",
    "Economics",
    "Engagement",
    "ForeignKey",
    "LanguageModel",
    "TableSpec",
    "UseCase",
]

Name = Annotated[str, Field(min_length=1, max_length=200)]
Column = Annotated[str, Field(min_length=1, max_length=10_000)]
"""The name of a table or a column, which may be the whole question of a survey."""


class Bound(Spec):
    """A criterion: exactly one of ``at_least`` and ``at_most``."""

    at_least: float | None = None
    at_most: float | None = None
    why: str = ""

    @model_validator(mode="after")
    def _one_side(self) -> Bound:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        return self


class Acceptance(Spec):
    """What must hold for a use case to be built. Only what is given is judged."""

    quality: Bound | None = Field(default=None, description="The use case's metric, on unseen rows.")
    gain_over_dummy: Bound | None = Field(default=None, description="The metric, over the dummy's.")
    latency_ms_p95: Bound | None = None
    cost_per_1000: Bound | None = None
    rows: Bound | None = Field(default=None, description="Rows that can be learned from.")
    automated_share: Bound | None = Field(default=None, description="Share handled without a person.")
    metrics: dict[str, Bound] = Field(default_factory=dict, description="Further metrics by name.")


class CostMatrix(Spec):
    """What each outcome of a binary prediction costs (negative: earns), per case."""

    true_positive: float = 0.0
    false_positive: float = 0.0
    true_negative: float = 0.0
    false_negative: float = 0.0
    currency: str = "EUR"


class Economics(Spec):
    """Volumes and prices from which a month's cost is worked out."""

    predictions_per_month: float | None = Field(default=None, ge=0)
    price_per_cpu_hour: float = Field(default=0.05, ge=0)
    review_cost_per_case: float | None = Field(default=None, ge=0)
    currency: str = "EUR"


class UseCase(Spec):
    """An AI feature the client proposes."""

    name: Name
    title: str = ""
    table: Column
    target: Column
    task: Literal["auto", "binary", "multiclass", "regression", "forecast"] = "auto"
    metric: str | None = None
    positive: str | int | float | bool | None = Field(default=None, description="The class that matters.")
    group: str | None = Field(default=None, description="Rows of one group are never split.")
    time: str | None = Field(default=None, description="Rows are split in the order of this column.")
    horizon: int | None = Field(default=None, ge=1, description="Forecasts: steps ahead.")
    drop: list[str] = Field(default_factory=list, description="Columns no candidate may see.")
    allow: list[str] = Field(default_factory=list, description="Flagged columns that are allowed after all.")
    available_at_prediction: list[str] | None = Field(
        default=None, description="If given, the only columns a candidate may see."
    )
    protected: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list, description="Rules to try, as pandas query expressions.")
    custom: dict[str, str] = Field(default_factory=dict, description="Name: import path of an estimator.")
    llm: LanguageModel | None = Field(default=None, description="A language model to try; off unless given.")
    cost_matrix: CostMatrix | None = None
    economics: Economics = Economics()
    acceptance: Acceptance = Acceptance()
    owner: str = ""
    plan: Plan = Field(default=Plan(), description="The delivery plan, where known.")


class ForeignKey(Spec):
    """``columns`` of this table refer to ``to_columns`` of ``table``."""

    columns: list[str]
    table: str
    to_columns: list[str]


class TableSpec(Spec):
    """What the client says of a table. All of it is optional; the audit finds out what it can."""

    file: str | None = Field(default=None, description="A glob, where the name does not say it.")
    sheet: str | None = None
    key: list[str] = Field(default_factory=list)
    time: str | None = None
    foreign_keys: list[ForeignKey] = Field(default_factory=list)
    personal: list[str] = Field(default_factory=list)
    max_age_days: float | None = Field(default=None, gt=0)
    mode: Literal["auto", "snapshot", "increment"] = "auto"


class DataSpec(Spec):
    """Where the data is. ``drops`` is a folder that holds a folder (or a file) a drop; ``path`` is one drop."""

    drops: str | None = None
    path: str | None = None
    database_url_env: str | None = Field(
        default=None, description="The environment variable that holds a SQLAlchemy URL."
    )
    tables: list[str] = Field(default_factory=list, description="Database tables to read; empty: all.")
    db_schema: Name | None = Field(
        default=None, alias="schema", description="The database schema the tables are of; else the default one."
    )
    sql: str | dict[Name, str] | None = Field(
        default=None,
        description="A SELECT, whose result is the table 'query'; or SELECTs by table name.",
    )

    @property
    def queries(self) -> dict[str, str]:
        """The queries by the name of their table."""
        return {"query": self.sql} if isinstance(self.sql, str) else dict(self.sql or {})

    @model_validator(mode="after")
    def _of_a_database(self) -> DataSpec:
        asked = "sql" if self.sql is not None else "schema" if self.db_schema is not None else ""
        if asked and self.drops is not None and self.database_url_env is None:
            raise ValueError(f"{asked} is for a database, not for a folder of drops")
        for name, sql in self.queries.items():
            try:
                one_select(sql)
            except ValueError as error:
                raise ValueError(f"{error} ({name}); give one SELECT") from None
        return self


class AcceptedFinding(Spec):
    """A finding that the client accepts, with the reason."""

    id: str | None = None
    kind: str | None = None
    table: str | None = None
    columns: list[str] = Field(default_factory=list)
    reason: Name

    @model_validator(mode="after")
    def _names_as_findings_are(self) -> AcceptedFinding:
        if self.kind is not None and self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is no kind of finding. {suggest(self.kind, KINDS)}")
        if self.id is not None and not re.fullmatch("[0-9a-f]{12}", self.id):
            raise ValueError(f"'{self.id}' is no id of a finding, as audit.json has them")
        return self

    @property
    def named(self) -> str:
        """What the entry names, in words."""
        told = {"id": self.id, "kind": self.kind, "table": self.table, "columns": ", ".join(self.columns)}
        return ", ".join(f"{k} {v}" for k, v in told.items() if v)


class Engagement(Spec):
    """One client project."""

    name: Name
    client: str = ""
    prepared_by: str = ""
    locale: str = "en"
    as_of: str | None = Field(default=None, description="ISO date that ages are counted from; else the run's.")
    data: DataSpec = DataSpec()
    tables: dict[str, TableSpec] = Field(default_factory=dict)
    use_cases: list[UseCase] = Field(default_factory=list)
    accept: list[AcceptedFinding] = Field(default_factory=list)
    seed: int = 0
    mlflow: str | None = Field(
        default=None, description="Record candidates for MLflow: a folder, a URI without password, or env:NAME."
    )

    @field_validator("locale")
    @classmethod
    def _known_language(cls, locale: str) -> str:
        if locale.replace("_", "-").split("-")[0].lower() not in LANGUAGES:
            raise ValueError(f"the report speaks {', '.join(LANGUAGES)}, not '{locale[:20]}'")
        return locale

    @model_validator(mode="after")
    def _unique_names(self) -> Engagement:
        names = [u.name for u in self.use_cases]
        double = sorted({n for n in names if names.count(n) > 1})
        if double:
            raise ValueError(f"two use cases are called '{double[0]}'")
        return self

    def for_table(self, name: str) -> list[UseCase]:
        """Return the use cases that are about the table called ``name``."""
        return [u for u in self.use_cases if u.table == name]
