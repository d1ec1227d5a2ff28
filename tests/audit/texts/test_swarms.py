"""Slips around short usual values."""

from __future__ import annotations

import pytest

from discovery.audit.checks.validity.categories import variants
from discovery.audit.texts.swarms import swarms

STATES = {"TX": 208, "GA": 145, "VA": 113, "MO": 90, "KS": 86, "IA": 79}


def test_slips_of_short_codes():
    slips = {"XT": 14, "X": 14, "AV": 11, "OM": 9, "SK": 8, "TmX": 2, "AG": 5, "Mx": 1}
    found = swarms(STATES | slips)
    assert found == {"XT": "TX", "X": "TX", "AV": "VA", "OM": "MO", "SK": "KS", "TmX": "TX", "AG": "GA"}


@pytest.mark.parametrize(
    "counts",
    [
        STATES | {"AK": 14, "AR": 9, "AL": 20, "LA": 6, "IN": 30, "NI": 1},
        {"S": 300, "M": 500, "L": 400, "XL": 90, "XXL": 30, "XS": 60, "SM": 9, "LX": 2},
        {"NW": 900, "N": 100, "W": 90, "NNW": 200, "WNW": 150, "NE": 60, "E": 30},
        {"1.2": 90, "12": 9, "21": 20, "2.1": 30, "102": 5, "120": 4},
        {"A": 90, "AB": 20, "B": 80, "BA": 10, "AA": 9, "BB": 7},
    ],
)
def test_codes_sizes_winds_numbers_and_grades_are_none(counts):
    assert swarms(counts) == {}


def test_they_are_told_as_spellings(look):
    cells = [*["YES"] * 54, *["NO"] * 20, *["YSE"] * 4, *["ES"] * 2, *["EYS"] * 2, *["YS"] * 2, "YvES"]
    (found,) = look(variants, {"handicap": cells})
    assert found.rows_affected == 11
    assert found.details["variants"]["YSE"] == "YES"
