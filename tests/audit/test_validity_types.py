"""Cells of another type."""

from __future__ import annotations

from datetime import date

import polars as pl

from discovery.audit.checks.validity_types import mixed_type


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


def test_sound_columns(look):
    for values in (
        [str(i) for i in range(100)],
        [f"A{i}" for i in range(50)] + [str(i) for i in range(50)],
        ["red", "green"] * 30,
        ["12-14", "over 60"] * 30,
        [str(i) for i in range(60)] + ["unknown"] * 40,
    ):
        assert look(mixed_type, {"c": values}) == []
    assert look(mixed_type, {"n": pl.Series([1, None])}, unparsed={"n": {2: "?"}}) == []
    assert look(mixed_type, {"ticket": [str(i) for i in range(60)] + ["LINE"] * 9}) == []


def test_letters_among_codes_are_minor(look):
    codes = [str(i) for i in range(1, 91)] + list("ABCDEFGHIJ")
    (finding,) = look(mixed_type, {"parent": codes * 3})
    assert finding.severity == "minor"
    assert look(mixed_type, {"size": codes[:90] * 3 + ["big", "small"] * 20})[0].severity == "major"
