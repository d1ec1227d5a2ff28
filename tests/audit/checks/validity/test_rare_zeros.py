"""A few zeros in columns that else hold none near them."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.rare_zeros import rare_zeros, zeros_with_units
from discovery.engagement import Engagement
from discovery.intake import read_drop

RNG = np.random.default_rng(41)


def with_zeros(values, zeros):
    values = np.array(values, dtype=float)
    values[np.linspace(3, len(values) - 3, zeros).astype(int)] = 0
    return values.tolist()


def test_a_few_zeros_far_below_or_far_too_frequent_are_asked_about_at_once(look):
    data = {
        "grip": with_zeros(RNG.normal(40, 6, 600).round(1), 2),
        "driven": with_zeros(RNG.lognormal(10, 0.6, 600).round(), 5),
        "sound": RNG.normal(40, 6, 600).round(1).tolist(),
    }
    (found,) = look(rare_zeros, data)
    assert (found.kind, found.columns, found.severity) == ("impossible_value", ["grip", "driven"], "info")
    assert "(grip 2, driven 5)" in found.summary
    (one,) = look(rare_zeros, {"grip": data["grip"]})
    assert one.summary.startswith("'grip' holds 2 zeros among values")
    piled = [0.0] * 8 + RNG.permutation(np.round(np.exp(np.linspace(-1, 8, 900)), 2))[:800].tolist()
    low = with_zeros(np.concatenate([RNG.lognormal(10, 0.8, 800).round(), [5, 40, 60, 90]]), 6)
    assert [f.columns for f in look(rare_zeros, {"mass": piled})] == []
    assert [f.columns for f in look(rare_zeros, {"driven": low})] == [["driven"]]


def test_what_costs_nothing_is_asked_about_wherever_the_others_are(look):
    cost = with_zeros(RNG.exponential(30, 800).round() + 1, 3)
    assert [f.columns for f in look(rare_zeros, {"cost": cost, "length": cost[::-1]})] == [["cost"]]


def test_zeros_in_the_same_rows_go_with_those_that_are_told(look):
    hourly = with_zeros(8 + RNG.lognormal(3, 0.4, 900).round(2), 8)
    low = [8.0, 8.5, 9.0, 9.5, 10.0] * 5
    yearly = [round(h * (2080 if i >= 25 else 52), 1) for i, h in enumerate([*low, *hourly])]
    rates = {"Hrly_Rate": [*low, *hourly], "Annual_Rt": yearly}
    assert [f.columns for f in look(rare_zeros, rates)] == [["Hrly_Rate", "Annual_Rt"]]
    apart = {**rates, "Annual_Rt": [*yearly[1:], yearly[0]]}
    assert [f.columns for f in look(rare_zeros, apart)] == [["Hrly_Rate"]]
    assert look(rare_zeros, {"Annual_Rt": yearly}) == look(rare_zeros, {"growth rate": rates["Hrly_Rate"]}) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("visits", RNG.poisson(5, 800)),
        ("calls", with_zeros(1 + RNG.poisson(9, 800), 3)),
        ("wind speed", with_zeros(RNG.normal(40, 6, 600).round(1), 2)),
        ("percent_rural", with_zeros(RNG.normal(40, 6, 600).round(1), 2)),
        ("days since order", with_zeros(RNG.normal(400, 60, 600).round(), 2)),
        ("row", range(600)),
        ("yield", with_zeros(RNG.normal(40, 6, 600).round(1), 60)),
        ("change", with_zeros(RNG.normal(40, 6, 600).round(1), 2)),
        ("share", with_zeros(RNG.uniform(0.3, 1, 600).round(3), 2)),
        ("length of a run", RNG.exponential(30, 800).round(1)),
    ],
)
def test_zeros_that_may_be_are_left_alone(look, name, values):
    assert look(rare_zeros, {name: list(values)}) == []


def test_zeros_that_are_told_elsewhere_are_not_asked_about(tmp_path):
    glucose, grip = (with_zeros(RNG.normal(120, 15, 500).round(), zeros) for zeros in (5, 1))
    path = tmp_path / "t.csv"
    path.write_text("glucose,grip\n" + "".join(f"{a},{b}\n" for a, b in zip(glucose, grip, strict=True)))
    found = [f for f in audit_drop(read_drop(path), Engagement(name="e")).findings if f.kind == "impossible_value"]
    assert [f.columns for f in found if f.confidence == 0.5] == [["grip"]]


def test_zeros_with_a_unit_are_asked_about(look):
    power = [f"{v:.0f} bhp" for v in RNG.normal(90, 15, 400)] + ["0 bhp", "0", "0 bhp"]
    wage = (
        [f"€{v:.0f}K" for v in RNG.lognormal(3, 1, 400) + 1] + [f"€{v}" for v in range(500, 900, 50)] + ["€0"] * 30
    )
    (engine,) = look(zeros_with_units, {"power": power})
    (money,) = look(zeros_with_units, {"wage": wage})
    assert (engine.kind, engine.rows_affected, engine.severity) == ("impossible_value", 3, "info")
    assert (money.kind, money.rows_affected, money.severity) == ("sentinel_missing", 30, "info")
    assert "30 cells of 'wage' say '€0', far below" in money.summary


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("power", [f"{v:.0f} bhp" for v in np.linspace(60, 200, 400)]),
        ("experience", ["0 years"] * 3 + [f"{v} years" for v in range(5, 60)] * 6),
        ("charge", ["0 %"] * 3 + [f"{v} %" for v in range(40, 100)] * 6),
        ("delay", ["0 km"] * 3 + [f"{v} km" for v in range(400, 800)]),
        ("rooms", [f"{v % 40} pcs" for v in range(400)]),
        ("weight", ["0 kg"] * 90 + [f"{v} kg" for v in range(400, 800)]),
    ],
)
def test_units_of_what_may_be_0_are_left_alone(look, name, values):
    assert look(zeros_with_units, {name: values}) == []
