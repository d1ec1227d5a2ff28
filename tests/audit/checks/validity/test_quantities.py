"""Numbers with their units in the cells; and texts that only begin with a number."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.quantities import amounts_among_words, quantities
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

RNG = np.random.default_rng(31)
NUMBERS = [str(n) for n in RNG.integers(700, 5000, 300)]


@pytest.mark.parametrize("unit", [" CC", "kg", " bhp", " min", "GB", '"'])
def test_one_unit_is_a_matter_of_form(look, unit):
    found = look(quantities, {"engine": [n + unit for n in NUMBERS]})
    assert [(f.kind, f.severity, f.rows_affected) for f in found] == [("format_violation", "info", 300)]
    assert found[0].details["unit"] == unit.strip()


def test_two_units_are_a_mix(look):
    values = [f"{n} kmpl" for n in NUMBERS[:280]] + [f"{n} km/kg" for n in NUMBERS[280:]]
    found = look(quantities, {"mileage": values})
    assert [(f.kind, f.rows_affected) for f in found] == [("unit_mix", 20), ("format_violation", 300)]
    assert "are written with their unit, 'kmpl', 'km/kg', and so are text" in found[1].summary
    assert found[0].details["units"] == {"kmpl": 280, "km/kg": 20}


def test_a_plural_is_no_second_unit(look):
    values = [f"{i % 90} {'Season' if i % 90 == 1 else 'Seasons'}" for i in range(300)]
    assert [f.kind for f in look(quantities, {"duration": values})] == ["format_violation"]


@pytest.mark.parametrize(
    "values",
    [
        [f"{n} Main Street" for n in NUMBERS],
        [f"{n} {('West', 'South', 'North', 'East')[i % 4]}" for i, n in enumerate(NUMBERS)],
        NUMBERS,
        [f"A{n}" for n in NUMBERS],
        [f"{n}{c}" for n, c in zip(NUMBERS, "ABCDEFGHIJKLMNOPQRST" * 15, strict=True)],
        ["red", "green", "blue", "black", "white", "grey"] * 50,
        [f"{n} of {n}" for n in NUMBERS],
        [f"{i % 90 + 10}-{'NESW'[i % 4]}" for i in range(200)],
    ],
)
def test_other_texts_are_left_alone(look, values):
    assert look(quantities, {"c": values}) == []


def test_units_of_their_own_among_numbers(look):
    cells = {1: "1.3 acres", 5: "34.46Sq. Meter", 9: "2 acres"}
    numbers = [None if i + 1 in cells else float(900 + i) for i in range(60)]
    (found,) = look(quantities, {"area": numbers}, unparsed={"area": cells})
    assert (found.kind, found.rows_affected) == ("unit_mix", 3)
    assert look(quantities, {"area": numbers}, unparsed={"area": {1: "12 - 30", 5: "40 - 50", 9: "7 - 9"}}) == []


@pytest.mark.parametrize(("marked", "count"), [(25, 1), (60, 0), (0, 0)])
def test_percent_signs_on_some_numbers_only(look, marked, count):
    texts = pl.DataFrame({"abv": ["0.05%"] * marked + ["0.05"] * (60 - marked)})
    notes = {"abv": {"percent": marked}} if marked else {}
    found = look(quantities, {"abv": [0.05 + i / 1000 for i in range(60)]}, notes=notes, texts=texts)
    assert [(f.kind, f.rows_affected) for f in found] == [("unit_mix", marked)] * count


@pytest.mark.parametrize(
    ("sign", "plain"), [("${}", "4.99"), ("{} %", "12"), ("₹{}", "9419"), ("{},000", "17"), ("({})", "5")]
)
def test_numbers_with_signs_are_remarked_upon(tmp_path, sign, plain):
    cells = [sign.format(plain), *(sign.format(n) for n in range(20, 80))]
    (tmp_path / "t.csv").write_text("k;price;size\n" + "".join(f"a{i};{c};{i}\n" for i, c in enumerate(cells)))
    audit = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    found = [f for f in audit.findings if f.kind == "format_violation"]
    assert [(f.columns, f.severity, f.rows_affected) for f in found] == [(["price"], "info", 61)]


def test_a_decimal_comma_is_a_remark_where_it_is_how_files_are_written(tmp_path):
    rows = "".join(f"{i},5{{}}{i},25{{}}{i}\n" for i in range(60))
    (tmp_path / "german.csv").write_text("a;b;c\n" + rows.replace("{}", ";"))
    (tmp_path / "whole.csv").write_text("a;b\n" + "".join(f"{i};{i}.5\n" for i in range(60)))
    (tmp_path / "quoted.csv").write_text("a,b,c\n" + "".join(f'"{i},5","{i},25",{i}\n' for i in range(60)))
    for name, columns, target in (
        ("german", ["a", "b"], "info"),
        ("whole", [], ""),
        ("quoted", ["a", "b"], "minor"),
    ):
        case = UseCase(name="u", table=name, target="a", task="regression")
        audit = audit_drop(read_drop(tmp_path / f"{name}.csv"), Engagement(name="e", use_cases=[case]))
        found = [f for f in audit.findings if f.kind == "format_violation"]
        assert sorted(c for f in found for c in f.columns) == columns
        assert [f.severity for f in found if "a" in f.columns] == [target] * bool(columns)


def test_placeholders_are_no_quantities(look):
    found, _ = look(
        quantities, {"gross": ["-"] * 50 + [f"${i}M" for i in range(1, 40)] + [f"${i}K" for i in range(1, 12)]}
    )
    assert (found.kind, found.details["units"]) == ("unit_mix", {"M": 39, "K": 11})


def test_feet_and_plain_money_are_units(look):
    found, _ = look(quantities, {"height": [f"{150 + i}cm" for i in range(50)] + ["5'11\"", "6'2\"", "5'9\""]})
    assert found.details["units"] == {"cm": 50, "feet and inches": 3}
    found, text = look(quantities, {"wage": [f"€{i}K" for i in range(1, 30)] + [f"€{i}" for i in range(500, 520)]})
    assert found.details["units"] == {"K": 29, "none": 20}
    assert (text.kind, text.rows_affected) == ("format_violation", 29)


def test_the_first_of_several_quantities_counts(look):
    values = [f"{90 + i}Nm@ 2000rpm" for i in range(60)] + [f"{9 + i}.5@ 2,500(kgm@ rpm)" for i in range(20)]
    (found,) = look(quantities, {"torque": values})
    assert (found.kind, found.details["units"]) == ("unit_mix", {"nm": 60, "kgm": 20})


def test_signs_after_numbers(look):
    (found,) = look(quantities, {"installs": [f"{10**i:,}+" for i in range(8)] * 9})
    assert (found.kind, found.details["unit"]) == ("format_violation", "+")


def test_labels_places_and_versions_are_no_quantities(look):
    for values in (
        ["1Story", "2Story", "1.5Fin", "2.5Unf", "3Unf"] * 20,
        [f"{i:02d} {b}" for i in range(1, 15) for b in ("BRONX", "QUEENS")] * 3,
        ["4.0.3 and up", "4.1 and up", "5.0 and up", "2.3.3 and up", "2.2 and up"] * 20,
    ):
        assert look(quantities, {"c": values}) == []


def test_few_numbers_will_do_with_units_that_are_known(look):
    found, _ = look(quantities, {"size": ["12 oz", "16 oz.", "12 ounce", "24 ounces", "8.4 oz. cans"] * 20})
    assert set(found.details["units"]) == {"oz", "ounce", "oz. cans"}


def test_decades_and_names_of_groups_have_no_unit(look, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "age,n\n" + "\n".join([*(f"{v},1" for v in range(100)), "20s,1", "30s,1", "20s,1", "40s,1"]), "utf-8"
    )
    found = audit_drop(read_drop(path), Engagement(name="x")).findings
    assert [f for f in found if f.kind == "unit_mix"] == []
    assert look(quantities, {"rating": ["7+", "13+", "16+", "18+", "21+"] * 40}) == []
    assert len(look(quantities, {"installs": [f"{10**k}+" for k in range(1, 11)] * 20})) == 1


def test_a_target_written_with_signs_must_be_mended(tmp_path):
    lines = [f'"{26 + i % 40},{i:03d}",{i % 7}' for i in range(300)]
    (tmp_path / "t.csv").write_text("price,x\n" + "\n".join(lines) + "\n")
    case = UseCase(name="u", table="t", target="price", task="regression")
    severity = {}
    for cases in ([], [case]):
        result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e", use_cases=cases))
        (found,) = [f for f in result.findings if f.kind == "format_violation" and f.columns == ["price"]]
        severity[len(cases)] = found.severity
    assert severity == {0: "info", 1: "minor"}


def test_numbers_written_short(look):
    texts = [f"{n}.0 M" for n in range(1, 60)] + [f"{n * 10}.0 k" for n in range(1, 11)]
    found = look(quantities, {"installs": texts})
    assert [(f.kind, f.severity) for f in found] == [("unit_mix", "minor"), ("format_violation", "info")]
    assert "are written short, with 'M', 'k', and so are text" in found[1].summary
    for name, cells in (("Size", texts), ("way", [t.replace("k", "km") for t in texts])):
        assert "are written with their unit" in look(quantities, {name: cells})[1].summary


def test_words_that_are_no_units_may_be_one_category(look):
    sizes = [f"{n % 12 + 1} BHK" for n in range(300)] + [f"{n % 11 + 1} Bedroom" for n in range(90)]
    told = {f.kind: f for f in look(quantities, {"size": sizes})}
    assert set(told) == {"inconsistent_category", "format_violation"}
    assert told["inconsistent_category"].rows_affected == 90
    assert "2 words" in told["inconsistent_category"].summary
    lasting = [f"{n % 90 + 30} min" for n in range(300)] + [f"{n % 12 + 1} Seasons" for n in range(90)]
    assert {f.kind for f in look(quantities, {"duration": lasting})} == {"unit_mix", "format_violation"}


def test_amounts_of_money_among_words_are_text(look):
    amounts = [f"SR {n:,}" for n in RNG.integers(300, 9000, 120).tolist()]
    (found,) = look(amounts_among_words, {"old_price": [*amounts, *["No old price"] * 500]})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "info", 120)
    assert found.details["unit"] == "SR"
    for others in (
        [f"AB {n}" for n in range(120)],
        [f"{c} 1,{n}" for c in "ABC" for n in range(200, 240)],
        amounts[:9],
    ):
        assert look(amounts_among_words, {"x": [*others, *["none"] * 300]}) == []
    assert look(amounts_among_words, {"x": [*amounts, *[f"lot {n}" for n in range(40)]]}) == []
