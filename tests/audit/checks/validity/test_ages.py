"""Ages of things before they began."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.ages import before_the_beginning

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
