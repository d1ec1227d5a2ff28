"""Figures worked out from others and rounded."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.relations.formulas import formula_rules

RNG = np.random.default_rng(5)
LOANS = RNG.uniform(500, 35_000, 600).round(-2)
INCOMES = RNG.uniform(9_000, 200_000, 600).round()


def rules(data):
    frame = pl.DataFrame(data)
    return list(formula_rules(frame, frame.columns))


def test_a_share_that_was_rounded():
    data = {"loan": LOANS, "income": INCOMES, "loan_percent_income": (LOANS / INCOMES).round(2)}
    (rule,) = rules(data)
    assert (rule.rule, rule.columns[-1]) == ("loan / income = loan_percent_income", "loan_percent_income")
    assert not rule.wrong.any()
    data["loan_percent_income"][:4] += 0.5
    assert rules(data)[0].wrong.nonzero()[0].tolist() == [0, 1, 2, 3]
    (rule,) = rules({"done": LOANS, "asked": INCOMES, "pct": (100 * LOANS / INCOMES).round(1)})
    assert rule.rule == "100 × done / asked = pct"


@pytest.mark.parametrize(
    ("kilos", "metres", "factor"), [(1.0, 1.0, 1.0), (1.0, 100.0, 1e4), (2.2046, 39.37, 703.0)]
)
def test_a_body_mass_index_in_any_units(kilos, metres, factor):
    weight, height = RNG.normal(75, 14, 500) * kilos, RNG.normal(1.71, 0.1, 500) * metres
    data = {"Weight": weight, "Height": height, "Body mass index": (factor * weight / height**2).round()}
    (rule,) = rules(data)
    assert rule.rule == "Weight / Height² = Body mass index"
    assert rules(data | {"Body mass index": RNG.permutation(data["Body mass index"])}) == []


def test_cells_that_somebody_rounded_among_figures_in_full_keep_the_formula():
    weight, height = RNG.normal(60, 9, 400).round(1), RNG.normal(165, 8, 400).round()
    index = 1e4 * weight / height**2
    index[:20], index[20:24] = index[:20].round(2), index[20:24].round(2) + 0.5
    (rule,) = rules({"Weight": weight, "Height": height, "BMI": index})
    assert np.flatnonzero(rule.wrong).tolist() == [20, 21, 22, 23]
    index[20:24] -= 0.5
    assert not rules({"Weight": weight, "Height": height, "BMI": index})[0].wrong.any()


def test_a_mean_of_what_is_named_alike():
    marks = {f"beauty_{i}": RNG.integers(1, 11, 400) for i in range(5)}
    (rule,) = rules(marks | {"beauty_avg": np.mean(list(marks.values()), axis=0).round(3)})
    assert rule.columns[-1] == "beauty_avg"
    assert rules(marks | {"beauty_avg": RNG.uniform(3, 8, 400).round(3)}) == []


def test_columns_of_zeros_and_gaps_are_no_divisors():
    share = (LOANS / INCOMES).round(2)
    data = {
        "zeros": np.zeros(600),
        "gaps": [None] * 590 + [3.5] * 10,
        "loan": LOANS,
        "income": INCOMES,
        "share": share,
    }
    assert [r.rule for r in rules(data)] == ["loan / income = share"]


def test_rates_that_are_measured_are_sound():
    data = {"loan": LOANS, "income": INCOMES, "interest_rate": RNG.uniform(3, 20, 600).round(2)}
    assert rules(data) == []
    assert rules({"a": LOANS, "b": INCOMES, "flag_rate": RNG.integers(0, 2, 600)}) == []


def test_what_breaks_a_share_and_what_it_adds_are_both_told(look):
    share = (LOANS / INCOMES).round(2)
    share[:4] += 0.5
    found = look(rule_violation, {"loan": LOANS, "income": INCOMES, "loan_percent_income": share})
    assert {(f.kind, f.columns[0], f.severity) for f in found} == {
        ("rule_violation", "loan", "minor"),
        ("redundant_column", "loan_percent_income", "info"),
    }
