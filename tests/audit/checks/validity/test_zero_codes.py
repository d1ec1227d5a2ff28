"""0 among codes, months and days, which are counted from 1."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.validity.zero_codes import codes_beside_unknown, codes_from_one, codes_of_nothing

RNG = np.random.default_rng(43)
MONTHS = [m % 12 + 1 for m in range(720)]
DAYS = [d % 31 + 1 for d in range(930)]


@pytest.mark.parametrize(
    ("name", "values", "rows"),
    [
        ("month", [*MONTHS, 0, 0, 0], 3),
        ("day", [*DAYS, 0, 0], 2),
        ("education", [*RNG.integers(1, 5, 3000).tolist(), *[0] * 9], 9),
    ],
)
def test_0_before_codes_from_1_is_told_as_either(look, name, values, rows):
    (found,) = look(codes_from_one, {name: values})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "info", rows)
    assert f"'{name}' counts from 1 to" in found.summary
    assert [f.kind for f in look(numeric_codes, {name: values})] == ["sentinel_missing"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("month", MONTHS),
        ("month", [m % 12 for m in range(720)]),
        ("days since", [*DAYS, 0, 0]),
        ("day", [d % 31 for d in range(930)]),
        ("class", [k % 4 for k in range(900)]),
        ("visits", RNG.poisson(4, 900).tolist()),
    ],
)
def test_codes_that_count_from_0_are_left_alone(look, name, values):
    assert look(codes_from_one, {name: values}) == []


def test_a_code_of_nothing_is_told_by_what_is_0_with_it(look):
    hours = [0] * 20 + RNG.integers(1, 60, 380).tolist()
    reason = [0] * 20 + RNG.integers(1, 29, 380).tolist()
    (found,) = look(codes_of_nothing, {"Reason for absence": reason, "hours": hours})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 20)
    spread = RNG.permutation(hours).tolist()
    assert look(codes_of_nothing, {"Reason for absence": reason, "hours": spread}) == []
    assert look(codes_of_nothing, {"answers": reason, "hours": hours}) == []


@pytest.mark.parametrize("word", ["U", "unknown"])
def test_0_where_another_is_unknown(look, word):
    sex = [*RNG.choice(["M", "F"], 200).tolist(), *[word] * 90]
    ages = RNG.integers(2, 8, 200)
    (found,) = look(codes_beside_unknown, {"sex": sex, "age_band": [*ages, *[0] * 90]})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "minor", 90)
    assert look(codes_beside_unknown, {"sex": sex, "age_band": [*[0] * 60, *ages, *[0] * 30]}) == []
    assert look(codes_beside_unknown, {"sex": sex, "children": [*(ages - 1), *[0] * 90]}) == []
    assert look(codes_beside_unknown, {"sex": sex, "age_band": [*ages, *[0] * 90]}, target="age_band") == []
    areas = [*RNG.choice([120, 144, 200, 360, 512], 200), *[0] * 90]
    assert look(codes_beside_unknown, {"pool": sex, "pool_area": areas}) == []
