"""Negative codes of a survey are found in all the columns that hold them; scales and signed measures have none."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit import audit_drop
from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.completeness.sentinels_survey import codes_of_a_survey
from discovery.audit.context import all_checks
from discovery.engagement import Engagement
from discovery.intake.table import Drop, Table

RNG = np.random.default_rng(5)
ROWS = 900


def survey():
    """Answers of a survey: -5 was not interviewed, -4 was not asked, -2 does not know, and -1 refused."""
    data = {f"q{i}": RNG.integers(0, 2 + i, ROWS) for i in range(6)}
    data["income"] = RNG.integers(0, 90_000, ROWS)
    data["worth"] = RNG.integers(-50_000, 90_000, ROWS)
    data["year"] = RNG.integers(1980, 1985, ROWS)
    for i, name in enumerate((*list(data)[:6], "income", "worth")):
        data[name][:150] = -5
        data[name][200 + i : 300] = -4
        data[name][400 : 405 + 2 * i] = -2
        data[name][500 : 503 + i] = -1
    return data


def test_codes_of_a_survey(look):
    (found,) = look(codes_of_a_survey, survey(), target="income")
    assert set(found.columns) == {*(f"q{i}" for i in range(6)), "income", "worth"}
    assert found.details["values"] == ["-5", "-4", "-2", "-1"]
    assert (found.severity, found.details["by_column"]["q0"]) == ("major", 150 + 100 + 5 + 3)
    assert found.details["by_column"]["worth"] == 150 + 93 + 19 + 10


def test_they_are_told_once(look):
    found = look(numeric_codes, survey(), target="income")
    assert not any({"-5", "-4", "-2", "-1"} & set(f.details["values"]) for f in found)


def test_what_cannot_be_of_a_count_is_not_told_besides():
    data = {f"NumTrades{i}": RNG.integers(0, 20 + i, ROWS) for i in range(6)}
    for i, name in enumerate(data):
        data[name][:45] = -9
        data[name][100 : 110 + i] = -8
    table = Table.from_frame("answers", pl.DataFrame(data))
    found = audit_drop(Drop("d", {"answers": table}), Engagement(name="e")).findings
    assert [len(f.columns) for f in found if f.kind == "sentinel_missing"] == [6]
    assert not [f for f in found if f.kind == "impossible_value"]


def test_they_are_no_values_to_others(context_of):
    context = context_of(survey())
    list(codes_of_a_survey(context))
    assert context.excluded["q3"].sum() == 150 + 97 + 11 + 6
    assert context.values.frame["q3"].min() == 0


def test_scales_and_signed_measures(look):
    likert = {f"q{i}": RNG.integers(-2, 3, ROWS) for i in range(8)}
    assert look(codes_of_a_survey, likert) == []
    signed = {f"change{i}": np.clip(RNG.poisson(3, ROWS) - 3, -9, 20) for i in range(8)}
    assert look(codes_of_a_survey, signed) == []
    degrees = {f"t{i}": np.maximum(RNG.normal(8, 5, ROWS).round(1), -9.0) for i in range(8)}
    assert look(codes_of_a_survey, degrees) == []
    steps = RNG.integers(-3, 6, ROWS)
    assert look(codes_of_a_survey, {f"copy{i}": steps for i in range(6)}) == []


def test_few_columns_of_many(look):
    rest = {f"n{i}": RNG.integers(0, 50, ROWS) for i in range(30)}
    assert look(codes_of_a_survey, survey() | rest) == []


def test_it_is_registered():
    assert any(check.name.endswith("codes_of_a_survey") for check in all_checks())
