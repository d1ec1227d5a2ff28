"""Labels that break off, and bands that hold others of one scale."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.validity.cut_labels import bands_of_bands, cut_labels

RNG = np.random.default_rng(5)


def test_labels_that_break_off_after_a_dash(look):
    areas = RNG.choice(["North - Coast", "North - Hills", "South - Coast", "South - Hills"], 500).tolist()
    (found,) = look(cut_labels, {"area": [*areas, *["North -"] * 3]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 3)
    assert look(cut_labels, {"area": areas}) == []
    grades = RNG.choice(["A", "A -", "B", "B -", "C +"], 500).tolist()
    assert look(cut_labels, {"grade": grades}) == []


def test_a_band_made_of_other_bands(look):
    ages = RNG.choice(["18-20", "21-25", "26-30", "31-40", "41-50"], 500).tolist()
    (found,) = look(bands_of_bands, {"age": [*ages, *["21-30"] * 9]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 9)
    assert look(bands_of_bands, {"age": ages}) == []
    assert look(bands_of_bands, {"age": [*ages, *["21-30"] * 90]}) == []
    assert look(bands_of_bands, {"age": [*ages, *["51-60"] * 9]}) == []
