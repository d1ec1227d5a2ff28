"""References between tables, kept beside the expectations of the table that refers.

Great Expectations judges one table at a time, and the values of a key are no set to be written down. So what refers
to which key stands in the ``meta`` of the suite, which Great Expectations passes over, and is judged here, where
both tables are there and in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import Field, ValidationError

from ..artifacts import Artifact
from ..audit.relations.references import Reference, joined_key, stands_for_nothing
from ..errors import DataError
from ..intake.table import Table
from .model import ContractResult, Expectation, Outcome, OutcomeStatus, Suite, expect
from .robust import mostly
from .words import outcome_words

__all__ = ["META", "Refers", "judge_references", "with_references"]

META = "references"
"""Where they stand in the ``meta`` of a suite."""
NEARLY, DOUBTED = 0.95, 0.125
"""A reference that the audit inferred holds in so many rows; one that more than an eighth break may be none."""


class Refers(Artifact):
    """Columns whose values are keys of another table, in at least ``mostly`` of the rows that have one."""

    columns: list[str] = Field(min_length=1)
    table: str
    to_columns: list[str] = Field(min_length=1)
    mostly: float = 1.0


def with_references(suite: Suite, references: Iterable[Reference]) -> Suite:
    """Return the suite with what its table refers to.

    Of references that the client declares no orphan is allowed, but for chance and unless an eighth of the rows are
    orphans now; of those that the audit inferred as many as there are.
    """
    found = []
    for known in references:
        if known.child != suite.name or not known.rows:
            continue
        if known.orphans > (DOUBTED if known.declared else 1 - NEARLY) * known.rows:
            continue
        allowed = mostly(0 if known.declared else known.orphans, known.rows)
        refers = Refers(
            columns=list(known.columns),
            table=known.parent,
            to_columns=list(known.to_columns),
            mostly=allowed["mostly"],
        )
        found.append(refers.model_dump(mode="json"))
    return suite.model_copy(update={"meta": {**suite.meta, META: found}}) if found else suite


def judge_references(suite: Suite, tables: Mapping[str, Table], result: ContractResult) -> ContractResult:
    """Return the result with what became of the references: of tables that are there, and in memory.

    Raises
    ------
    DataError
        If what the suite says of references cannot be read.
    """
    child = tables.get(suite.name)
    if child is None or child.whole is not None or META not in suite.meta:
        return result
    try:
        known = [Refers.model_validate(entry) for entry in suite.meta[META]]
    except (TypeError, ValidationError) as error:
        raise DataError(
            "the references of this contract cannot be read",
            where=suite.name,
            mend=f"Mend '{META}' in its meta, or remove it.",
        ) from error
    return result.model_copy(update={"outcomes": [*result.outcomes, *_outcomes(child, known, tables)]})


def _outcomes(child: Table, known: Sequence[Refers], tables: Mapping[str, Table]) -> Iterator[Outcome]:
    for refers in known:
        parent = tables.get(refers.table)
        if parent is None or parent.whole is not None:
            continue
        expectation = expect(
            "column_values_to_be_keys_of_table",
            column_list=refers.columns,
            table=refers.table,
            to_columns=refers.to_columns,
            mostly=refers.mostly,
        )
        gone = [c for c in refers.to_columns if c not in parent.columns]
        gone += [c for c in refers.columns if c not in child.columns]
        if gone:
            yield _outcome(expectation, "errored", note=f"the column {gone[0]} is not there")
            continue
        mine = joined_key(child.frame, refers.columns).drop_nulls()
        theirs = joined_key(parent.frame, refers.to_columns).drop_nulls().unique()
        if len(refers.columns) == 1:
            mine = mine.filter(~stands_for_nothing(mine, theirs))
        orphans = int((~mine.is_in(theirs.implode())).sum())
        kept: OutcomeStatus = "passed" if len(mine) - orphans >= refers.mostly * len(mine) else "failed"
        yield _outcome(expectation, kept if len(mine) else "vacuous", len(mine), orphans)


def _outcome(
    expectation: Expectation, status: OutcomeStatus, checked: int = 0, unexpected: int = 0, note: str = ""
) -> Outcome:
    return Outcome(
        expectation=expectation,
        status=status,
        checked=checked,
        unexpected=unexpected,
        words=outcome_words(expectation, status, unexpected, checked, note),
        reason=note,
    )
