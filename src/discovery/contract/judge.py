"""What both judges share: the raw verdict of an expectation made into a typed outcome."""

from __future__ import annotations

from dataclasses import dataclass

from .canonical import Canonical
from .model import Expectation, Outcome, OutcomeStatus
from .words import outcome_words

__all__ = ["Verdict", "outcome"]

TYPES = frozenset({"expect_column_values_to_be_in_type_list", "expect_column_values_to_be_of_type"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said: ``error`` is set where it could not judge, ``note`` where counts say too little."""

    success: bool
    checked: int = 0
    unexpected: int = 0
    error: str = ""
    note: str = ""


def outcome(expectation: Expectation, verdict: Verdict, table: Canonical) -> Outcome:
    """Return the outcome of ``expectation``, telling failed, errored and vacuous apart."""
    verdict = _with_foreign(expectation, verdict, table)
    gone = [c for c in expectation.columns if c not in table.schema]
    error = verdict.error
    if gone:
        error = f"the column {gone[0]} is not there"
    status: OutcomeStatus
    if gone:
        status = "errored"
    elif _nothing_to_judge(expectation, table):
        status = "vacuous"
    elif error:
        status = "errored"
    else:
        status = "passed" if verdict.success else "failed"
    judged = status in {"passed", "failed"}
    checked, unexpected = (verdict.checked, verdict.unexpected) if judged else (0, 0)
    note = error if status == "errored" else verdict.note
    return Outcome(
        expectation=expectation,
        status=status,
        checked=checked,
        unexpected=unexpected,
        words=outcome_words(expectation, status, unexpected, checked, note),
        reason=error if status == "errored" else "",
    )


def _with_foreign(expectation: Expectation, verdict: Verdict, table: Canonical) -> Verdict:
    """Return the verdict on a column's type with the cells counted that were not, or not wholly, read as of it."""
    foreign = sum(table.foreign.get(c, 0) for c in expectation.columns)
    if not foreign or not verdict.success or expectation.type not in TYPES:
        return verdict
    if "type_" in expectation.kwargs and "mostly" not in expectation.meta:  # a contract that asks nothing of blanks
        return verdict
    texts = "type_" in expectation.kwargs
    checked = table.present(expectation.columns[0]) + (0 if texts else foreign)
    return Verdict(checked - foreign >= expectation.meta.get("mostly", 1.0) * checked, checked, foreign)


def _nothing_to_judge(expectation: Expectation, table: Canonical) -> bool:
    columns = expectation.columns
    if not columns:
        return False
    if table.rows == 0:
        return True
    if expectation.type == "expect_column_values_to_not_be_null":
        return False
    nulls = [table.nulls[c] == table.rows for c in columns]
    if expectation.type == "expect_compound_columns_to_be_unique":
        return all(nulls)
    return any(nulls)
