"""Amounts in several currencies, amounts next to nothing, and amounts taken back."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.money import currencies, next_to_nothing, taken_back
from discovery.engagement import Engagement
from discovery.intake import read_drop

RNG = np.random.default_rng(8)


def mixed(path, signs):
    rows = [f"{i},{signs[i % len(signs)]}{100 * i + 1000}" for i in range(200)]
    path.write_text("film,budget\n" + "\n".join(rows) + "\n", "utf-8")
    result = audit_drop(read_drop(path), Engagement(name="x"))
    return [f for f in result.findings if f.kind == "unit_mix"]


def test_signs_of_several_currencies(tmp_path):
    (found,) = mixed(tmp_path / "a.csv", ["$", "$", "$", "£", "CAD "])
    assert (found.columns, found.severity, found.rows_affected) == (["budget"], "major", 80)
    assert "'$ (120)'" in found.summary
    assert found.evidence[0].row == 4
    assert mixed(tmp_path / "b.csv", ["$"]) == []
    assert mixed(tmp_path / "c.csv", ["$", "USD "]) == []


def test_a_column_of_currencies(look):
    money = RNG.integers(50, 900, 400)
    which = ["rupees"] * 360 + ["other"] * 40
    (found,) = look(currencies, {"Average Cost": money, "Currency": which, "salary_in_usd": money, "votes": money})
    assert (found.columns, found.severity, found.rows_affected) == (["Average Cost"], "minor", 40)
    assert look(currencies, {"Average Cost": money, "Currency": ["rupees"] * 400}) == []
    assert look(currencies, {"votes": money, "Currency": which}) == []


def test_amounts_next_to_nothing(look):
    prices = [*RNG.lognormal(14, 0.7, 800).round().tolist(), 1, 10, 10]
    (found,) = look(next_to_nothing, {"SALE PRICE": prices, "area": prices})
    assert (found.columns, found.severity, found.rows_affected) == (["SALE PRICE"], "minor", 3)
    assert found.fix is not None
    assert "(v > 0) & (v <= 10)" in found.fix
    assert look(next_to_nothing, {"fee": RNG.lognormal(3, 1.5, 5000).round(2)}) == []


def test_amounts_of_another_time_among_yearly_ones(look):
    wages = [*RNG.lognormal(11.4, 0.35, 3000).round().tolist(), *[90.0] * 20, 48.41, 1056.3]
    (found,) = look(next_to_nothing, {"wages": wages})
    assert (found.severity, found.rows_affected) == ("minor", 21)
    assert "a hundredth" in found.summary
    (found,) = look(next_to_nothing, {"wages": [*wages, 300.0, 140.0]})
    assert (found.rows_affected, "a thousandth" in found.summary) == (1, True)
    assert look(next_to_nothing, {"wages": wages[:3000]}) == []


def test_quantities_that_came_back(look):
    sold = RNG.integers(1, 300, 1000)
    sold[::6] = -RNG.integers(1, 300, len(sold[::6]))
    (found,) = look(taken_back, {"quantity": sold, "balance": sold, "price_change": sold})
    assert (found.columns, found.severity, found.rows_affected) == (["quantity"], "info", len(sold[::6]))


@pytest.mark.parametrize("values", [RNG.integers(1, 300, 1000), RNG.normal(0, 10, 1000)])
def test_quantities_that_did_not(look, values):
    assert look(taken_back, {"quantity": values}) == []
