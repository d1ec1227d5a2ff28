"""A few readings in another unit than the name says are found; tails and wide ranges are not."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.validity.few_in_unit import few_in_another_unit

RNG = np.random.default_rng(6)
PROTEINS = RNG.normal(7, 0.9, 150).clip(4, 10).round(1).tolist()


def test_grams_a_litre_among_grams_a_decilitre(look):
    (found,) = look(few_in_another_unit, {"Total Proteins (g/dL)": [*PROTEINS, 58.0, 69.0, 78.0, 71.0]})
    assert (found.kind, found.severity, found.rows_affected) == ("unit_mix", "minor", 4)
    assert found.details["values"] == ["58", "69", "71", "78"]
    assert ">= 58" in str(found.fix)
    assert "/ 10" in str(found.fix)
    metres = [0.058, 0.061, 0.069, 0.074, 0.071]
    (found,) = look(few_in_another_unit, {"length_mm": [*(10 * p for p in PROTEINS), *metres]})
    assert found.rows_affected == 5


def test_other_names_factors_and_tails(look):
    assert look(few_in_another_unit, {"Total Proteins (g/dL)": PROTEINS}) == []
    assert look(few_in_another_unit, {"proteins": [*PROTEINS, 58.0, 69.0, 78.0, 71.0]}) == []
    assert look(few_in_another_unit, {"proteins (g/dL)": [*PROTEINS, 158.0, 169.0, 178.0, 171.0]}) == []
    assert look(few_in_another_unit, {"proteins (g/dL)": [*PROTEINS, 99.0, 99.0, 99.0, 99.0]}) == []
    for seed in range(5):
        skewed = np.random.default_rng(seed).lognormal(1, 1, 400).tolist()
        assert look(few_in_another_unit, {"bilirubin (mg/dL)": skewed}) == []


def test_grades_of_ten_among_those_of_a_hundred(look):
    marks = RNG.normal(70, 7, 400).clip(45, 99).round(2).tolist()
    (found,) = look(few_in_another_unit, {"collegeGPA": [*marks, 6.63, 7.9, 8.4, 9.3]})
    assert (found.kind, found.severity, found.rows_affected) == ("unit_mix", "minor", 4)
    assert "grades of ten" in found.summary
    assert look(few_in_another_unit, {"collegeGPA": marks}) == []
    assert look(few_in_another_unit, {"percentage": [*marks, 0.2, 7.9, 8.4, 9.3]}) == []
    assert look(few_in_another_unit, {"grade": [*(m / 10 for m in marks), 66.3, 79.0, 84.0, 93.0]}) == []
    assert look(few_in_another_unit, {"index": [*marks, 6.63, 7.9, 8.4, 9.3]}) == []


def test_personal_readings_are_masked(look):
    table = {"Total Proteins (g/dL)": [*PROTEINS, 58.5, 69.5, 78.5, 71.5]}
    (found,) = look(few_in_another_unit, table, personal=["Total Proteins (g/dL)"])
    assert "58.5" not in str(found)
    assert found.fix is None
