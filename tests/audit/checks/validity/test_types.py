"""Cells of another type."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.validity.types import mixed_type

RNG = np.random.default_rng(17)


def test_words_among_numbers(look):
    data = {"price": pl.Series([float(i) for i in range(96)] + [None] * 4, dtype=pl.Float64)}
    unparsed = {"price": {97: "on request", 98: "12 EUR", 99: "?", 100: "n/a"}}
    found = look(mixed_type, data, unparsed=unparsed)
    assert found[0].rows_affected == 2
    assert found[0].severity == "minor"
    assert "'on request'" in found[0].summary
    assert "to_numeric" in found[0].fix
    assert look(mixed_type, data, unparsed=unparsed, target="price")[0].severity == "major"


def test_words_among_dates(look):
    data = {"d": [date(2024, 1, 1)] * 18 + [None] * 2}
    found = look(mixed_type, data, unparsed={"d": {19: "soon", 20: "2024-02-31"}})
    assert found[0].rows_affected == 1
    assert found[0].details["values"] == ["soon"]


def test_numbers_and_words_in_text(look):
    values = [str(i) for i in range(60)] + ["low", "high"] * 20
    found = look(mixed_type, {"level": values})
    assert found[0].rows_affected == 40
    assert found[0].severity == "major"


def test_numbers_in_words(look):
    values = ["25", "30", "40"] * 30 + ["thirty", "Twenty five"] * 5 + ["n/a"] * 20
    (found,) = look(mixed_type, {"age": values})
    assert found.rows_affected == 10
    assert found.severity == "major"


def test_prose_among_numbers(look):
    values = [str(i) for i in range(60)] + [f"See list {i} (of May)" for i in range(40)]
    assert look(mixed_type, {"cost": values})[0].rows_affected == 40
    values = [str(i) for i in range(90)] + ["No", "400 every month", "200 voucher"] * 5
    assert look(mixed_type, {"support": values})[0].rows_affected == 15


def test_the_last_class_may_be_open(look):
    data = {"children": pl.Series([0, 1, 2] * 30 + [None] * 10, dtype=pl.Int64)}
    (found,) = look(mixed_type, data, unparsed={"children": {91 + i: "3+" for i in range(10)}})
    assert found.severity == "minor"
    assert found.fix.endswith(".str.strip('<>≤≥=+ '))")


def test_check_digits_and_codes_are_not_numbers_gone_wrong(look):
    data = {"isbn": pl.Series([1101623209 + i for i in range(90)] + [None] * 10, dtype=pl.Int64)}
    assert look(mixed_type, data, unparsed={"isbn": {91 + i: f"0439{i}5548X" for i in range(10)}}) == []
    data = {"diagnosis": pl.Series([401 + i for i in range(90)] + [None] * 10, dtype=pl.Int64)}
    (found,) = look(mixed_type, data, unparsed={"diagnosis": {91 + i: f"V{50 + i}" for i in range(10)}})
    assert (found.severity, found.fix) == ("minor", None)


def test_sound_columns(look):
    for values in (
        [str(i) for i in range(100)],
        [f"A{i}" for i in range(50)] + [str(i) for i in range(50)],
        ["red", "green"] * 30,
        ["12-14", "over 60"] * 30,
        [str(i) for i in range(60)] + ["unknown"] * 40,
        [str(i) for i in range(60)] + ["A", "C D", "13 15 B"] * 10,
        [str(i) for i in range(60)] + [f"{i} Main Street" for i in range(40)],
    ):
        assert look(mixed_type, {"c": values}) == []
    assert look(mixed_type, {"n": pl.Series([1, None])}, unparsed={"n": {2: "?"}}) == []
    assert look(mixed_type, {"ticket": [str(i) for i in range(60)] + ["LINE"] * 9}) == []


def test_letters_among_codes_are_minor(look):
    codes = [str(i) for i in range(1, 91)] + list("ABCDEFGHIJ")
    (finding,) = look(mixed_type, {"parent": codes * 3})
    assert finding.severity == "minor"
    assert look(mixed_type, {"size": codes[:90] * 3 + ["big", "small"] * 20})[0].severity == "major"


def test_days_and_months_among_words(look):
    values = ["Ready To Move"] * 80 + [f"{10 + i}-Dec" for i in range(20)]
    (found,) = look(mixed_type, {"availability": values})
    assert found.rows_affected == 80
    assert found.summary.startswith("80 cells of 'availability' are no dates")
    assert look(mixed_type, {"availability": ["Ready To Move"] * 95 + ["12-Dec"] * 5}) == []


def test_a_number_among_words(look):
    words = ["FAMILY", "GAME", "TOOLS", "MEDICAL", "SPORTS"] * 40
    (found,) = look(mixed_type, {"category": [*words, "1.9"]})
    assert (found.severity, found.rows_affected, found.fix) == ("minor", 1, None)
    assert look(mixed_type, {"category": [*words, *["3"] * 20]}) == []
    assert look(mixed_type, {"category": [*words, "1.9", "GAME 2"]}) == []


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        (["0", "1", "2", "3", "4+"], 20),
        ([*map(str, range(1, 21)), ">20", "<1"], 40),
        (["1", "2", "3", "4", ">4", "never"], 40),
        (["2", "3", "4", "5more"], 20),
        (["2", "4", "more"], 20),
    ],
)
def test_open_ends_of_a_scale(look, values, rows):
    (found,) = look(mixed_type, {"x": values * 20})
    assert (found.severity, found.rows_affected) == ("minor", rows)


@pytest.mark.parametrize(
    "values", [["1", "2", "never"], ["18-25", "26-35", "36+"], ["1", "2", "2A", "2B"], ["low", ">3", "<1"]]
)
def test_scales_of_other_kinds(look, values):
    assert look(mixed_type, {"x": values * 20}) == []


def test_codes_of_which_some_have_a_letter(look):
    cells = {r: "2A" if r % 2 else "2C" for r in range(1, 41)} | {41: "1B"}
    column = {"tax_class": [None] * 41 + [1, 2, 4] * 60}
    assert look(mixed_type, column, unparsed={"tax_class": cells}) == []
    assert len(look(mixed_type, column, unparsed={"tax_class": cells | {42: "much"}})) == 1


def test_measurements_in_several_forms(look):
    plain = [str(1000 + 20 * i) for i in range(60)]
    other = [f"{1100 + 10 * i} msnm" for i in range(12)] + [f"De 1{i}00 a 1950 msnm" for i in range(1, 9)]
    other += [f"1,{i}00-1,900 m" for i in range(1, 9)] + ["1500m", "5000 FT."]
    (found,) = look(mixed_type, {"altitude": (plain + other) * 2})
    assert (found.severity, found.rows_affected) == ("minor", 2 * len(other))


def test_codes_among_numbers_are_no_measurements(look):
    plain = [str(1000 + 20 * i) for i in range(60)]
    for other in (
        [f"{1100 + i}A" for i in range(30)],
        [f"STE {10 + i}" for i in range(30)],
        [f"A/5 {21171 + i}" for i in range(30)],
        [f"PC {i}" for i in range(30)],
    ):
        assert look(mixed_type, {"c": (plain + other) * 2}) == []


def test_a_letter_before_some_numbers_of_an_identifier(look):
    plain = [str(v) for v in range(536365, 536765)]
    letters = [f"C{v}" for v in range(537001, 537061)]
    (found,) = look(mixed_type, {"invoice_id": plain + letters})
    assert (found.severity, found.rows_affected, found.fix) == ("minor", 60, None)
    assert look(mixed_type, {"invoice_id": plain + [f"{v}A" for v in range(537001, 537061)]}) == []
    assert look(mixed_type, {"invoice_id": plain[:40] + [f"C{v}" for v in range(537001, 537361)]}) == []


def test_personal_cells_are_masked_throughout(look):
    data = {"x": [*range(300), None, None]}
    unparsed = {"x": {301: "see Anna Meyer", 302: "none of ours"}}
    (found,) = look(mixed_type, data, unparsed=unparsed, personal=["x"])
    assert "Meyer" not in str(found)


def test_ranks_with_ties_and_bands(look):
    ranks = [str(i) for i in range(1, 101)] + [f"={i}" for i in range(101, 121)] + ["121-150"] * 20
    (found,) = look(mixed_type, {"rank": ranks})
    assert (found.rows_affected, found.severity) == (40, "minor")
    assert (
        look(mixed_type, {"lot": [str(i) for i in range(1, 101)] + [f"{i}-{i % 7}" for i in range(200, 240)]}) == []
    )
    assert look(mixed_type, {"part": [str(i) for i in range(1, 101)] + [f"{i}A" for i in range(200, 240)]}) == []


def test_bands_of_ranks_that_most_rows_have(look):
    ranks = [*(str(i) for i in range(1, 101)), *(b for b in ("101-150", "151-200", "201-300") for _ in range(120))]
    (found,) = look(mixed_type, {"world_rank": ranks})
    assert (found.severity, found.rows_affected) == ("minor", 360)
    assert look(mixed_type, {"pages": [*ranks[100:], *ranks[:10]]}) == []
