"""Codes that show in several columns together are found in each of them."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels_numeric import never_measured, numeric_codes

RNG = np.random.default_rng(5)
ROWS = 400


def coded(values, code, rows):
    values = np.asarray(values).copy()
    values[:rows] = code
    return values


def found(look, data):
    return {f.columns[0]: f.rows_affected for f in look(numeric_codes, data)}


def test_a_lone_negative_in_several_columns(look):
    data = {
        "slope": coded(RNG.integers(0, 4, ROWS), -9, 250),
        "vessels": coded(RNG.integers(0, 2, ROWS), -9, 395),
        "angina": coded(RNG.integers(0, 2, ROWS), -9, 1),
        "depression": RNG.normal(0, 1, ROWS).round(2),
    }
    assert found(look, data) == {"slope": 250, "vessels": 395, "angina": 1}


@pytest.mark.parametrize(
    "data",
    [
        {name: RNG.integers(-1, 2, ROWS) for name in ("ssl", "url", "port")},
        {"temperature": RNG.integers(-9, 30, ROWS), "dew": RNG.integers(-9, 20, ROWS)},
        {"change": coded(RNG.integers(0, 5, ROWS), -9, 3), "other": RNG.integers(0, 5, ROWS)},
    ],
)
def test_negatives_that_are_values(look, data):
    assert found(look, data) == {}


def test_minus_one_before_answers_where_other_columns_have_it(look):
    sure = {name: coded(RNG.integers(1, 6, ROWS), -1, 4) for name in ("health", "teeth")}
    rare = {"sleep": coded(RNG.integers(1, 4, ROWS), -1, 2), "pills": coded(RNG.integers(1, 3, ROWS), -1, 1)}
    values = {"mood": RNG.integers(-1, 2, ROWS), "sign": RNG.choice([-1, 1], ROWS)}
    assert found(look, sure | rare | values) == {"health": 4, "teeth": 4, "sleep": 2, "pills": 1}
    assert found(look, {"health": sure["health"]} | rare | values).keys() <= {"health"}


def test_zeros_before_the_same_scale(look):
    answers = {f"q{i}": coded(RNG.integers(1, 6, ROWS * 5), 0, 3) for i in range(3)}
    answers["wifi"] = coded(RNG.integers(1, 6, ROWS * 5), 0, 90)
    assert found(look, answers) == {"q0": 3, "q1": 3, "q2": 3, "wifi": 90}
    counts = {f"n{i}": RNG.integers(0, 6, ROWS * 5) for i in range(3)}
    assert found(look, counts | {"q0": answers["q0"], "wifi": answers["wifi"]}) == {"q0": 3}


def test_a_quantity_that_was_never_measured(look):
    (told,) = look(never_measured, {"ca": [0] * 50, "cholesterol": [0] * 50, "purchases": [0] * 50})
    assert (told.columns, told.severity, told.rows_affected) == (["cholesterol"], "major", 50)


def test_minus_one_of_what_is_so_or_not(look):
    flags = coded(RNG.integers(0, 2, ROWS), -1, 30)
    assert found(look, {"is_recid": flags, "HasDegree": flags, "mood": flags}) == {"is_recid": 30, "HasDegree": 30}
    assert found(look, {"is_recid": RNG.integers(0, 2, ROWS), "is_up": coded(flags, -1, 300)}) == {}
