"""Ages of things before they began, and of children among adults."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.ages import at_work, before_the_beginning, infants

RNG = np.random.default_rng(12)


def test_an_age_before_the_beginning(look):
    ages = RNG.gamma(2, 2, 400).round(3) + 0.01
    name = "age_first_order_year"
    assert look(before_the_beginning, {name: ages}) == []
    ages[:20] = -RNG.gamma(1, 1, 20) - 0.1
    (found,) = look(before_the_beginning, {name: ages})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 20)
    assert "as an age." in found.summary


@pytest.mark.parametrize("name", ["age_difference_years", "order_year", "change in age (years)", "age_scaled_year"])
def test_what_may_be_negative(look, name):
    ages = RNG.gamma(2, 2, 400).round(3) + 0.01
    ages[:20] *= -1
    assert look(before_the_beginning, {name: ages}) == []


def test_children_among_adults(look):
    ages = [*RNG.integers(13, 70, 5000).tolist(), 11, 8, 5, 2]
    (found,) = look(infants, {"age": [*ages, *[1] * 37]})
    assert (found.severity, found.rows_affected) == ("minor", 38)
    assert "1, 2 as an age of a child among adults" in found.summary
    assert look(infants, {"age": [*ages, *[1] * 7]}) == []
    assert look(infants, {"age": [*RNG.integers(0, 70, 5000).tolist(), *[1] * 37]}) == []
    assert look(infants, {"age of the house": [*ages, *[1] * 37]}) == []
    assert look(infants, {"age": np.r_[RNG.integers(0, 12, 300), RNG.integers(20, 60, 300)]}) == []
    (found,) = look(infants, {"age": [*RNG.integers(18, 80, 1000).tolist(), 0, 0, 0, 0.5]})
    assert found.rows_affected == 4


def test_a_child_beside_an_age_of_nobody(look):
    (found,) = look(infants, {"What is your age?": [*RNG.integers(19, 60, 400).tolist(), 3, 323]})
    assert "3 as an age, with none between them and 19" in found.summary


def test_children_among_employees(look):
    usual = np.random.default_rng(3).normal(36, 8, 800).round().clip(16, 64)
    ids = list(range(801))
    (found,) = look(at_work, {"EmployeeID": ids, "Age": [*usual, 12]})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 1)
    assert look(at_work, {"EmployeeID": ids, "Age": [*usual, 16]}) == []
    assert look(at_work, {"PatientID": ids, "Age": [*usual, 12]}) == []
    assert look(at_work, {"EmployeeID": ids, "age of youngest child": [*usual, 12]}) == []
    assert look(at_work, {"EmployeeID": ids[:801], "Age": [*usual[:780], *range(5, 14), *[12] * 12]}) == []
