"""Names of the engagement as the drop has them."""

from __future__ import annotations

import polars as pl

from discovery.engagement import Engagement, ForeignKey, TableSpec, UseCase
from discovery.engagement.names import column_called, with_full_names
from discovery.intake.table import Drop, Table


def drop() -> Drop:
    plans = Table.from_frame("book.plans", pl.DataFrame({" plan ": ["a", "b"], "price": [1, 2]}))
    people = Table.from_frame("people", pl.DataFrame({"id": [1, 2], " plan": ["a", "b"], " left ": [0, 1]}))
    return Drop("drop", {t.name: t for t in (plans, people)})


def test_a_column_is_found_without_its_blanks() -> None:
    assert column_called("plan", [" plan ", "price"]) == " plan "
    assert column_called("plan", ["plan", " plan "]) == "plan"
    assert column_called("plan", ["plan ", " plan"]) == "plan"
    assert column_called("owner", ["plan"]) == "owner"


def test_every_name_is_that_of_the_drop() -> None:
    key = ForeignKey(columns=["plan"], table="plans", to_columns=["plan"])
    case = UseCase(
        name="leave", table="people", target="left", drop=["plan"], available_at_prediction=["id", "plan"]
    )
    given = Engagement(name="e", tables={"people": TableSpec(key=["id"], foreign_keys=[key])}, use_cases=[case])
    found = with_full_names(given, drop())
    (reference,) = found.tables["people"].foreign_keys
    assert (reference.table, reference.columns, reference.to_columns) == ("book.plans", [" plan"], [" plan "])
    (case,) = found.use_cases
    assert (case.target, case.drop, case.available_at_prediction) == (" left ", [" plan"], ["id", " plan"])
