"""The contract: what the next drop of a table must meet, and how a drop fared against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ..artifacts import Artifact, write_atomic
from ..errors import DataError

__all__ = [
    "ContractResult",
    "Expectation",
    "Outcome",
    "OutcomeStatus",
    "Suite",
    "expect",
    "read_suite",
    "write_suite",
]

OutcomeStatus = Literal["passed", "failed", "errored", "vacuous"]
Importance = Literal["critical", "warning", "info"]


class Expectation(Artifact):  # type: ignore[no-redef]
    """One expectation in the form Great Expectations writes: a snake-case type and its arguments."""

    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    meta: dict[str, Any] = Field(default_factory=dict)
    severity: Importance = "critical"

    @property
    def columns(self) -> list[str]:
        """The columns it is about; empty where it is about the whole table."""
        given = self.kwargs
        named = [given[k] for k in ("column", "column_A", "column_B") if k in given]
        return [*named, *given.get("column_list", [])]

    def with_columns(self, named: Callable[[str], str]) -> Expectation:
        """Return it about the columns that ``named`` calls those it is about."""
        kwargs = dict(self.kwargs)
        kwargs |= {k: named(kwargs[k]) for k in ("column", "column_A", "column_B") if k in kwargs}
        kwargs |= {k: [named(c) for c in kwargs[k]] for k in ("column_list", "column_set") if k in kwargs}
        return self.model_copy(update={"kwargs": kwargs})

    def with_meta(self, meta: dict[str, Any]) -> Expectation:
        """Return it with something to remember, which Great Expectations passes over."""
        return self.model_copy(update={"meta": meta})

    @property
    def mostly(self) -> float:
        """The share of values that must comply."""
        return float(self.kwargs.get("mostly", 1.0))


def expect(kind: str, severity: Importance = "critical", /, **kwargs: Any) -> Expectation:
    """Return an expectation of a kind, told without its ``expect_``."""
    return Expectation(type=f"expect_{kind}", kwargs=kwargs, severity=severity)


class Suite(Artifact):
    """The expectations of one table; its JSON form is that of a Great Expectations ``ExpectationSuite``."""

    name: str
    id: str | None = None
    expectations: list[Expectation] = Field(default_factory=list)
    meta: dict[str, Any] = Field(default_factory=dict)
    notes: str | None = None

    def about(self, column: str) -> list[Expectation]:
        """Return the expectations about ``column``."""
        return [e for e in self.expectations if column in e.columns]


class Outcome(Artifact):
    """How one expectation fared.

    ``passed`` and ``failed`` were judged on at least one value; ``errored`` could not be judged (the column is
    gone, or its type does not allow the comparison); ``vacuous`` had no value to judge.
    """

    expectation: Expectation
    status: OutcomeStatus
    checked: int = Field(default=0, description="Values (or rows) that were judged.")
    unexpected: int = Field(default=0, description="Of these, how many do not comply.")
    words: str = Field(default="", description="What was expected and what was found, in one plain sentence.")
    reason: str = Field(default="", description="Why it could not be judged.")


class ContractResult(Artifact):
    """How one table fared against its contract."""

    table: str
    engine: Literal["gx", "scan", "gx-spark", "gx-sql"]
    outcomes: list[Outcome] = Field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether nothing failed and nothing errored."""
        return not self.select("failed", "errored")

    def select(self, *statuses: OutcomeStatus) -> list[Outcome]:
        """Return the outcomes of the given statuses."""
        return [o for o in self.outcomes if o.status in statuses]

    def summary(self) -> dict[str, Any]:
        """Return the counts by status and what was not met, in words, as ``audit.json`` keeps it."""
        counts = {s: len(self.select(s)) for s in ("passed", "failed", "errored", "vacuous")}
        broken = [
            {
                "type": o.expectation.type,
                "columns": o.expectation.columns,
                "status": o.status,
                "words": o.words,
                "unexpected": o.unexpected,
                "checked": o.checked,
            }
            for o in self.select("failed", "errored")
        ]
        return {"engine": self.engine, "success": self.success, **counts, "not_met": broken}


def new_suite(name: str, expectations: Iterable[Expectation], **meta: Any) -> Suite:
    """Return a suite that says which release of Great Expectations its form is of."""
    return Suite(
        name=name,
        expectations=list(expectations),
        meta={"great_expectations_version": version("great_expectations"), **meta},
    )


def write_suite(suite: Suite, folder: Path, table: str | None = None) -> Path:
    """Write ``suite`` to ``folder/<table>.json`` atomically and return the path.

    Signs that a file name cannot hold are replaced, with a short hash to keep names apart.
    """
    path = folder / f"{safe_name(table or suite.name)}.json"
    write_atomic(path, json.dumps(suite.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n")
    return path


def read_suite(path: Path) -> Suite:
    """Read a suite back.

    Raises
    ------
    DataError
        If the file is not a suite of expectations.
    """
    try:
        return Suite.read(path)
    except (OSError, ValueError) as error:
        raise DataError(
            "this is not a contract that can be read",
            where=str(path),
            mend="Remove it to have a new one suggested.",
        ) from error


def safe_name(name: str) -> str:
    """Return ``name`` if it can be a file name, else one made of it and a hash of it."""
    import hashlib
    import re

    clean = re.sub(r"[^\w.-]+", "_", name).strip("._")[:80]
    if clean == name:
        return name
    return f"{clean or 'table'}-{hashlib.blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"
