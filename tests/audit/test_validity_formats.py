"""Values off the form of their column, and categories written as numbers."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity_formats import coded_categories, emails, lost_zeros, off_pattern, rounded_codes

RNG = np.random.default_rng(9)


def test_off_pattern(look):
    codes = [f"AB-{i:04d}" for i in range(200)]
    found = look(off_pattern, {"part": [*codes, "AB-12", "ab 0044"]})
    assert found[0].rows_affected == 2
    assert found[0].details["form"] == "AA-9999"
    assert look(off_pattern, {"part": codes}) == []
    assert look(off_pattern, {"part": [*codes, "n/a"]}) == []


@pytest.mark.parametrize(
    "values",
    [
        [f"City{chr(97 + i % 26)}" for i in range(100)],
        [f"{i}" for i in range(200)],
        ["low", "high", "very high"] * 40,
    ],
)
def test_columns_without_one_form(look, values):
    assert look(off_pattern, {"c": values}) == []


def test_emails(look):
    good = [f"user{i}@example{i % 7}.org" for i in range(100)]
    found = look(emails, {"email": [*good, "user@", "a b@c.de", "x..y@d.org"]})
    assert found[0].rows_affected == 3
    assert "user@" not in str(found[0].evidence)
    assert look(emails, {"email": good}) == []


def test_lost_zeros(look):
    codes = [*RNG.integers(10_000, 99_999, 150).tolist(), *RNG.integers(1_000, 9_999, 20).tolist()]
    found = look(lost_zeros, {"zip": codes})
    assert found[0].rows_affected == 20
    assert "zfill(5)" in found[0].fix
    assert look(lost_zeros, {"zip": codes[:150]}) == []
    assert look(lost_zeros, {"amount": codes}) == []
    assert look(lost_zeros, {"zip": [*codes[150:], 10**6]}) == []


def test_categories_written_as_numbers(look):
    data = {
        "origin": RNG.integers(1, 4, 300).tolist(),
        "thal": RNG.choice([3, 6, 7], 300).tolist(),
        "grade": RNG.integers(1, 6, 300).tolist(),
        "flag": RNG.integers(0, 2, 300).tolist(),
        "number_of_type": RNG.integers(1, 4, 300).tolist(),
        "cylinders": RNG.choice([3, 4, 5, 6, 8], 300).tolist(),
        "region": RNG.integers(0, 500, 300).tolist(),
    }
    found = look(coded_categories, data)
    assert {f.columns[0] for f in found} == {"origin", "thal"}
    assert {f.severity for f in found} == {"info"}
    assert look(coded_categories, {"origin": data["origin"]}, target="origin") == []


def test_american_postcodes_that_mostly_lost_their_zero(look):
    (found,) = look(lost_zeros, {"Zip": [*range(1800, 2090), *range(10460, 10480)]})
    assert found.rows_affected == 290
    assert look(lost_zeros, {"postcode": [*range(1800, 2090), *range(10460, 10480)]}) == []


def test_identifiers_that_a_spreadsheet_rounded(look):
    rounded = [float(f"{i}.{i % 90 + 10}e17") for i in range(1, 10)] * 6
    (found,) = look(rounded_codes, {"object_id": rounded})
    assert (found.severity, found.rows_affected) == ("minor", 54)
    assert look(rounded_codes, {"gdp": rounded}) == []
    assert look(rounded_codes, {"object_id": [1237648720693755918 + 7 * i for i in range(60)]}) == []
