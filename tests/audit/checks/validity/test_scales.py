"""Values beyond a scale that many columns share, shares above 1, and flags with a third value."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.scales import (
    above_all_shares,
    beyond_a_shared_scale,
    beyond_the_answers,
    third_of_a_flag,
)

RNG = np.random.default_rng(11)


def answers(columns=8, rows=600):
    return {f"topic {chr(97 + i)}": RNG.integers(1, 11, rows).astype(float) for i in range(columns)}


@pytest.mark.parametrize("value", [14.0, 10.5])
def test_a_step_that_no_other_column_has(look, value):
    data = answers()
    assert look(beyond_a_shared_scale, data) == []
    data["topic c"][3] = value
    (found,) = look(beyond_a_shared_scale, data)
    assert (found.columns, found.kind, found.severity) == (["topic c"], "impossible_value", "minor")
    assert f"{value:g} as one more step of a scale of 1 to 10" in found.summary
    data["number of topics"] = data.pop("topic c")
    assert look(beyond_a_shared_scale, data) == []


def test_few_columns_and_columns_that_run_on_are_no_scale(look):
    data = answers(columns=5)
    data["topic c"][3] = 14
    assert look(beyond_a_shared_scale, data) == []
    data = answers(columns=12)
    for name in list(data)[:6]:
        data[name][3] = 12
    assert look(beyond_a_shared_scale, data) == []
    counted = {f"x{i}y": RNG.poisson(5, 600).clip(0, 14) for i in range(12)}
    assert look(beyond_a_shared_scale, counted) == []


def test_a_frequency_above_1_where_others_end_there(look):
    data = {f"{n}_frequency": RNG.uniform(0, 1, 500).round(2) for n in ("buy", "pay", "cash")}
    for values in data.values():
        values[0] = 1.0
    assert look(above_all_shares, data) == []
    data["cash_frequency"][4:6] = 1.25, 1.5
    (found,) = look(above_all_shares, data)
    assert (found.columns, found.rows_affected, found.severity) == (["cash_frequency"], 2, "minor")
    assert look(above_all_shares, {"cash_frequency": data["cash_frequency"]}) == []
    assert look(above_all_shares, {n.replace("frequency", "amount"): v for n, v in data.items()}) == []


def test_a_2_in_a_flag(look):
    flag = RNG.integers(0, 2, 2000)
    flag[:3] = 2
    for name in ("su_attempted", "has_car"):
        (found,) = look(third_of_a_flag, {name: flag})
        assert (found.severity, found.rows_affected) == ("info", 3)
    assert look(third_of_a_flag, {"visits": flag}) == []
    others = {f"f{i}g": RNG.integers(0, 2, 2000) for i in range(6)}
    names = list(others)
    among = {n: others[n] for n in names[:3]} | {"root": flag} | {n: others[n] for n in names[3:]}
    assert len(look(third_of_a_flag, among)) == 1
    assert look(third_of_a_flag, {**others, "root": flag}) == []
    flag[:100] = 2
    assert look(third_of_a_flag, {"has_car": flag}) == []


def test_answers_beyond_their_scale(look):
    rng = np.random.default_rng(8)
    answers = rng.choice([1, 2, 3, 4, 5], 900, p=[0.08, 0.15, 0.32, 0.3, 0.15])
    visits = answers.copy()
    assert look(beyond_the_answers, {"satisfaction": answers, "visits": visits}) == []
    answers[[5, 99, 700]], visits[[5, 99, 700]] = [7, 10, 8], [7, 10, 8]
    (found,) = look(beyond_the_answers, {"satisfaction": answers, "visits": visits})
    assert (found.columns, found.rows_affected) == (["satisfaction"], 3)
    assert [e.row for e in found.evidence] == [6, 100, 701]
    thin = rng.geometric(0.5, 900)
    assert look(beyond_the_answers, {"rating": thin}) == []
