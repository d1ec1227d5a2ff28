"""Codes and categories kept as numbers, and what they lost."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.codes import (
    coded_categories,
    lost_zeros,
    postcodes_as_numbers,
    rounded_codes,
    short_counties,
)
from discovery.engagement import Engagement
from discovery.intake import read_drop

RNG = np.random.default_rng(9)


def test_lost_zeros(look):
    codes = [*RNG.integers(10_000, 99_999, 150).tolist(), *RNG.integers(1_000, 9_999, 20).tolist()]
    found = look(lost_zeros, {"zip": codes})
    assert found[0].rows_affected == 20
    assert "zfill(5)" in found[0].fix
    assert look(lost_zeros, {"zip": codes[:150]}) == []
    assert look(lost_zeros, {"amount": codes}) == []
    assert look(lost_zeros, {"zip": [*codes[150:], 10**6]}) == []


def test_american_postcodes_that_mostly_lost_their_zero(look):
    (found,) = look(lost_zeros, {"Zip": [*range(1800, 2090), *range(10460, 10480)]})
    assert found.rows_affected == 290
    assert look(lost_zeros, {"postcode": [*range(1800, 2090), *range(10460, 10480)]}) == []


def test_american_postcodes_of_nine_digits_that_lost_zeros(look):
    full = [357_621_357 + 1_234_567 * i for i in range(80)]
    short = [9_576_257, 7_250_000, *range(10_016_700, 10_016_708)]
    (found,) = look(lost_zeros, {"Zip Code": [*full, *short]})
    assert found.rows_affected == 10
    assert "zfill(9)" in found.fix
    assert look(lost_zeros, {"Zip Code": full}) == []
    assert look(lost_zeros, {"Zip Code": [*full, *short, *range(10_001, 10_009)]}) == []
    assert look(lost_zeros, {"amount": [*full, *short]}) == []


def test_numbers_of_books(look):
    isbn = [1_101_623_209 + 977 * i for i in range(80)] + [439_023_483 + 977 * i for i in range(40)]
    (found,) = look(lost_zeros, {"isbn": isbn})
    assert found.rows_affected == 40
    assert look(lost_zeros, {"views": isbn}) == []


def test_long_codes_that_lost_a_zero(look):
    geo = [48_467_951_000 + 100 * i for i in range(80)] + [4_013_116_205 + 100 * i for i in range(20)]
    assert look(lost_zeros, {"geo_id": geo})[0].rows_affected == 20
    assert look(lost_zeros, {"bytes": geo}) == []


def counties():
    parts = [1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 17, 36]
    return [s * 1000 + c for s in parts for c in range(1, 40, 2)], [f"State {s}" for s in parts for _ in range(20)]


def test_codes_of_counties_that_lost_their_zero(look):
    codes, states = counties()
    (found,) = look(short_counties, {"code": codes, "state": states})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 140)
    assert look(short_counties, {"code": codes, "state": RNG.permutation(states).tolist()}) == []
    assert look(short_counties, {"code": codes, "region": states}) == []
    assert look(short_counties, {"code": [f"{c:05}" for c in codes], "state": states}) == []


def test_identifiers_that_a_spreadsheet_rounded(look):
    rounded = [float(f"{i}.{i % 90 + 10}e17") for i in range(1, 10)] * 6
    (found,) = look(rounded_codes, {"object_id": rounded})
    assert (found.severity, found.rows_affected) == ("minor", 54)
    assert look(rounded_codes, {"gdp": rounded}) == []
    assert look(rounded_codes, {"Epoch Date": [1.42e12, 1.43e12, 1.44e12] * 20})[0].rows_affected == 60
    assert look(rounded_codes, {"object_id": [1237648720693755918 + 7 * i for i in range(60)]}) == []


def test_numbers_written_out_beside_rounded_ones_are_codes_by_any_name(tmp_path):
    def audited(cells):
        (tmp_path / "t.csv").write_text("uprn,n\n" + "".join(f"{c},{i}\n" for i, c in enumerate(cells)))
        result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
        semantic = next(c.semantic for c in result.tables[0].columns if c.name == "uprn")
        return semantic, [f for f in result.findings if "rounded" in f.summary]

    codes = [f"1.0{i % 3}E+11" if i % 4 == 0 else str(100021780123 + 77 * i) for i in range(200)]
    semantic, (found,) = audited(codes)
    assert (semantic, found.columns, found.rows_affected) == ("identifier", ["uprn"], 50)
    amounts = [f"{i}.{i % 7}E+11" for i in range(1, 201)]
    assert audited(amounts)[1] == []
    assert audited([str(10**11 + 9 * i) for i in range(200)])[1] == []


def test_identifiers_written_with_decimals(tmp_path):
    rows = [f"{13000 + i}.0,{i % 9}.0,{i % 7 + 0.5}" if i % 5 else f",{i % 9}.0,1.5" for i in range(200)]
    (tmp_path / "t.csv").write_text("customer_id,level,x\n" + "\n".join(rows) + "\n")
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    told = [f for f in result.findings if "with a decimal" in f.summary]
    assert [(f.columns, f.rows_affected, f.severity) for f in told] == [(["customer_id"], 160, "info")]
    (tmp_path / "t.csv").write_text((tmp_path / "t.csv").read_text().replace(".0,", ","))
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    assert not any("with a decimal" in f.summary for f in result.findings)


def test_postcodes_as_numbers_are_a_remark(look):
    codes = [90000 + 7 * i for i in range(90)]
    (found,) = look(postcodes_as_numbers, {"zip_code": codes})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "info", 90)
    assert look(postcodes_as_numbers, {"Pin code": [560000 + i for i in range(90)]})
    assert look(postcodes_as_numbers, {"zip_code": [str(c) for c in codes], "price": codes}) == []


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


def test_counts_are_no_categories(look):
    assert look(coded_categories, {"children": [0, 1, 2, 3, 10] * 30}) == []
    assert look(coded_categories, {"px9": [*[0] * 900, *[1] * 20, *[2] * 8, 6, 6, 9]}) == []
    assert look(coded_categories, {"px9": [*[0] * 900, *[1] * 20, *[2] * 8, *[7] * 30]})
    assert look(coded_categories, {"hwy": [*[0] * 900, *[1] * 20, *[9] * 8]})
    assert look(
        coded_categories, {"SubClass": [20, 30, 40, 45, 50, 60, 70, 75, 80, 85, 90, 120, 160, 180, 190] * 30}
    )


def test_many_codes_and_two_are_told_where_the_name_says_so(look):
    numbers = {"store": list(range(1, 46)) * 12, "gender": [1, 2] * 270}
    found = look(coded_categories, numbers)
    assert [(f.columns, f.severity) for f in found] == [(["store"], "info"), (["gender"], "info")]
    assert found[0].summary.endswith("(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 …).")
    sound = {"gender": [0, 1] * 270, "store_size": numbers["store"], "rooms": [1, 2] * 270, "score": [1, 2] * 270}
    assert look(coded_categories, sound) == []
    assert look(coded_categories, {"cell shape": list(range(1, 11)) * 30}) == []
    assert look(coded_categories, {"state": [1.5, 2.0, 3.25, 4.0] * 100}) == []


def test_levels_of_education_as_numbers_are_codes(look):
    levels = [1, 2, 3] * 40
    assert [f.severity for f in look(coded_categories, {"Education": levels})] == ["info"]
    assert look(coded_categories, {"Education": [12, 14, 15, 16, 18, 20] * 40}) == []
    assert look(coded_categories, {"years_of_education": levels, "education_years": levels}) == []


def test_the_evidence_of_codes_is_filled(look):
    (found,) = look(coded_categories, {"region": [None] * 5 + [1, 2, 3, 4] * 50})
    assert [e.row for e in found.evidence] == [6, 7, 8]


def test_counties_that_are_told_as_codes_are_not_told_twice(context_of):
    codes, states = counties()
    context = context_of({"fips": codes, "state": states})
    assert [f.rows_affected for f in (*lost_zeros(context), *short_counties(context))] == [140]


@pytest.mark.parametrize("name", ["APRDRG", "icd_9", "NAICS"])
def test_codes_of_a_known_list(look, name):
    codes = [100 + 7 * (i % 40) for i in range(400)]
    (found,) = look(coded_categories, {name: codes})
    assert (found.kind, found.severity) == ("format_violation", "info")
    assert look(coded_categories, {name: codes}, target=name) == []
    assert look(coded_categories, {f"number of {name}": codes, "charge": codes}) == []
