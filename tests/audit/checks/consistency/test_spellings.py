"""Values that two columns of one list spell otherwise."""

from __future__ import annotations

import pytest

from discovery.audit.checks.consistency.spellings import spelt_otherwise

WALLS = ["VinylSd", "MetalSd", "HdBoard", "Plywood", "Stucco", "AsbShng"]


def test_planted(look):
    data = {
        "Wall1st": WALLS * 20 + ["CemntBd"] * 6 + ["WdShing"] * 4,
        "Wall2nd": WALLS * 20 + ["CmentBd"] * 6 + ["Wd Shng"] * 4,
    }
    (found,) = look(spelt_otherwise, data)
    assert (found.kind, found.columns, found.severity) == ("inconsistent_category", ["Wall2nd", "Wall1st"], "minor")
    assert found.rows_affected == 10
    assert found.details["variants"] == {"CmentBd": "CemntBd", "Wd Shng": "WdShing"}
    assert "'CmentBd (CemntBd)'" in found.summary


@pytest.mark.parametrize(
    "second",
    [
        WALLS * 20 + ["CemntBd"] * 6 + ["WdShing"] * 4,
        WALLS * 20 + ["VinylSd"] * 10,
        WALLS * 20 + ["BrkFace"] * 6 + ["Stone"] * 4,
        ["CmentBd", "Wd Shng"] * 65,
    ],
)
def test_clean(look, second):
    first = WALLS * 20 + ["CemntBd"] * 6 + ["WdShing"] * 4
    assert look(spelt_otherwise, {"Wall1st": first, "Wall2nd": second}) == []


def test_codes_and_other_columns_are_left_alone(look):
    codes = [f"A{n}" for n in range(10)] * 12
    assert look(spelt_otherwise, {"code1": codes + ["B1"] * 5, "code2": codes + ["B2"] * 5}) == []
    other = {"Wall": WALLS * 20 + ["CemntBd"], "Roof": WALLS * 20 + ["CmentBd"]}
    assert look(spelt_otherwise, other) == []
