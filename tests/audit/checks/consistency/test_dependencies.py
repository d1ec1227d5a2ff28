"""Columns that should follow from another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from discovery.audit.checks.consistency.dependencies import fd_violation

CITIES = ["Oslo", "Bergen", "Tromso", "Narvik", "Moss", "Hamar", "Molde", "Voss"]


def test_clean_dependencies_are_quiet(findings_of, places) -> None:
    assert findings_of(fd_violation, places()) == []


def test_rows_that_break_a_dependency(findings_of, places) -> None:
    frame = places().with_row_index("i")
    wrong = pl.col("i").is_in([5, 90, 411])
    frame = frame.with_columns(city=pl.when(wrong).then(pl.lit("Atlantis")).otherwise("city")).drop("i")
    found = findings_of(fd_violation, frame)
    assert {f.kind for f in found} == {"fd_violation"}
    city = next(f for f in found if "city" in f.columns)
    assert city.columns == ["zip", "city"]
    assert city.rows_affected == 3
    assert [e.row for e in city.evidence] == [6, 91, 412]
    assert city.evidence[0].values["city (usual)"] in CITIES
    assert "groupby('zip')" in (city.fix or "")


def test_what_decides_one_another_is_told_once(findings_of) -> None:
    rng = np.random.default_rng(2)
    level = rng.integers(0, 10, 800)
    frame = pl.DataFrame({"diagnosis": [f"D{i}" for i in level], "diagnosis_text": [f"text {i}" for i in level]})
    assert findings_of(fd_violation, frame) == []
    odd = (level + 1) % 10
    texts = [f"text {odd[i] if i in (7, 90, 300, 555) else v}" for i, v in enumerate(level)]
    found = findings_of(fd_violation, frame.with_columns(diagnosis_text=pl.Series(texts)))
    assert [f.rows_affected for f in found] == [4]
    assert [e.row for e in found[0].evidence] == [8, 91, 301, 556]


def test_a_price_that_follows_from_an_article(findings_of) -> None:
    rng = np.random.default_rng(5)
    article, prices = rng.integers(0, 120, 3000), np.round(rng.lognormal(3, 0.6, 120), 2)
    price = prices[article]
    frame = pl.DataFrame({"sku": [f"SKU-{i:04d}" for i in article], "price": price})
    assert findings_of(fd_violation, frame) == []
    wrong = price.copy()
    wrong[[3, 700, 2500]] = np.round(wrong[[3, 700, 2500]] * 1.13, 2)
    found = findings_of(fd_violation, frame.with_columns(price=wrong))
    assert [(f.columns, f.rows_affected) for f in found] == [(["sku", "price"], 3)]
    assert [e.row for e in found[0].evidence] == [4, 701, 2501]
    paid = frame.with_columns(price=price * rng.uniform(0.9, 1.0, 3000))
    assert findings_of(fd_violation, paid) == []


def test_an_entity_with_two_attributes_is_a_conflict(findings_of) -> None:
    rng = np.random.default_rng(0)
    patient = rng.integers(0, 200, 1000)
    frame = pl.DataFrame({"patient_nbr": patient + 5000, "race": np.array(list("abcd"))[patient % 4]})
    frame = frame.with_row_index("i").with_columns(
        race=pl.when(pl.col("i") == 7).then(pl.lit("z")).otherwise("race")
    )
    found = findings_of(fd_violation, frame.drop("i"))
    assert [(f.kind, f.rows_affected) for f in found] == [("conflicting_records", 1)]


def test_association_is_not_a_dependency(findings_of) -> None:
    rng = np.random.default_rng(0)
    index = rng.integers(0, 8, 2000)
    other = np.where(rng.random(2000) < 0.93, index, rng.integers(0, 8, 2000))
    frame = pl.DataFrame({"town": np.array(CITIES)[index], "shop": np.array([c + " shop" for c in CITIES])[other]})
    assert findings_of(fd_violation, frame) == []
    mostly = pl.DataFrame({"town": np.array(CITIES)[index], "kind": np.where(rng.random(2000) < 0.96, "a", "b")})
    assert findings_of(fd_violation, mostly) == []


def test_misspelt_dependents_of_a_plain_text(findings_of, places) -> None:
    frame = places().select(shop="city", manager=pl.col("city") + " Hansen").with_row_index("i")
    typo = pl.col("manager").str.replace("Hansen", pl.format("Hanxsen{}", "i"))
    frame = frame.with_columns(manager=pl.when(pl.col("i") % 25 == 3).then(typo).otherwise("manager")).drop("i")
    assert [f.rows_affected for f in findings_of(fd_violation, frame)] == [32]


def test_a_second_usual_value_is_no_error(findings_of, places) -> None:
    frame = places().with_row_index("i")
    second = (pl.col("city") == "Oslo") & (pl.col("i") % 2 == 0)
    frame = frame.with_columns(city=pl.when(second).then(pl.lit("Bygdoy")).otherwise("city")).drop("i")
    assert findings_of(fd_violation, frame) == []
    wrong = pl.int_range(pl.len()).is_in([5, 90, 411])
    found = findings_of(
        fd_violation, frame.with_columns(city=pl.when(wrong).then(pl.lit("Atlantis")).otherwise("city"))
    )
    city = next(f for f in found if f.columns == ["zip", "city"])
    assert [e.row for e in city.evidence] == [6, 91, 412]
    assert city.rows_affected == 3


def test_a_name_that_ends_in_code_is_one(findings_of, places) -> None:
    frame = places().rename({"zip": "areacode"}).with_row_index("i")
    wrong = pl.col("i") % 40 == 3
    frame = frame.with_columns(city=pl.when(wrong).then(pl.lit("Oslo")).otherwise("city")).drop("i")
    assert ["areacode", "city"] in [f.columns for f in findings_of(fd_violation, frame)]


def test_words_for_no_value_break_nothing(findings_of, places) -> None:
    row = pl.int_range(pl.len())
    frame = places().with_columns(
        city=pl.when(row % 9 == 1)
        .then(pl.lit("unknown"))
        .when(row == 5)
        .then(pl.lit("Atlantis"))
        .otherwise("city"),
        region=pl.when(row == 6).then(pl.lit("X")).otherwise("region"),
    )
    (found,) = findings_of(fd_violation, frame)
    assert set(found.columns) == {"zip", "city", "region"}
    assert found.rows_affected == 2
    assert [e.row for e in found.evidence] == [6, 7]


def test_the_fix_leaves_rows_without_a_code_as_they_are(findings_of, places) -> None:
    row = pl.int_range(pl.len())
    frame = places().with_columns(
        zip=pl.when(row < 20).then(None).otherwise("zip"),
        city=pl.when(row == 90).then(pl.lit("Atlantis")).otherwise("city"),
    )
    found = next(f for f in findings_of(fd_violation, frame) if f.columns == ["zip", "city"])
    scope = {"pd": pd, "df": frame.to_pandas()}
    exec(found.fix or "", scope)
    assert scope["df"]["city"].tolist() == places()["city"].to_list()


def test_one_exception_on_many_rows_is_no_error(findings_of, places) -> None:
    frame = places().with_row_index("i")
    oslo = (pl.col("city") == "Oslo") & (pl.col("i") % 9 == 0)
    second = frame.with_columns(region=pl.when(oslo).then(pl.lit("W")).otherwise("region")).drop("i")
    assert 5 <= second.filter(city="Oslo", region="W").height < 0.2 * second.filter(city="Oslo").height
    course = {"zip": "course code", "city": "course", "region": "teacher"}
    assert findings_of(fd_violation, second.rename(course)) == []
    assert [f.columns for f in findings_of(fd_violation, second)] == [["zip", "region"]]
    astray = pl.when(oslo).then(pl.format("W{}", pl.col("i") % 2)).otherwise("region")
    assert findings_of(fd_violation, frame.with_columns(region=astray).drop("i").rename(course))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("patient_nbr", "conflicting_records"),
        ("Product ID", "fd_violation"),
        ("district_id", "fd_violation"),
        ("ID", "fd_violation"),
    ],
)
def test_records_of_persons_conflict_and_others_break_a_dependency(findings_of, name: str, kind: str) -> None:
    rng = np.random.default_rng(0)
    who = rng.integers(0, 120, 900)
    town = np.array([f"town {i % 40}" for i in who])
    town[7] = f"town {(who[7] + 1) % 40}"
    (found,) = findings_of(fd_violation, pl.DataFrame({name: who + 1000, "town": town}))
    assert (found.kind, found.columns, found.rows_affected) == (kind, [name, "town"], 1)


@pytest.mark.parametrize(("planted", "told"), [("of one name", []), ("slips", [{"unit_id", "college"}])])
def test_two_things_of_one_name_are_two_things(findings_of, planted: str, told: list[set[str]]) -> None:
    unit = np.repeat(np.arange(120), 8)
    college = np.array([f"College {chr(65 + u % 26)}{chr(65 + u // 26)}" for u in range(120)], dtype=object)
    number = 1000 + unit
    if planted == "slips":
        number[[3, 77, 500]] = [4242, 4343, 4444]
    else:
        college[7], college[9] = college[5], college[6]
    state = np.array([f"S{u * 7 % 31}" for u in range(120)], dtype=object)
    frame = pl.DataFrame({"unit_id": number, "college": college[unit], "state": state[unit]})
    assert [set(f.columns) & {"unit_id", "college"} for f in findings_of(fd_violation, frame)] == told


@pytest.mark.parametrize(("lasting", "found"), [(True, []), (False, [{"ticket_no", "priority"}])])
def test_what_changes_in_time_and_stays_so_breaks_nothing(
    findings_of, lasting: bool, found: list[set[str]]
) -> None:
    rng = np.random.default_rng(8)
    rows = [
        (f"T{t}", level if not (t < 15 and (k == 8 if lasting else k == 4)) else (level + 1) % 4)
        for t in range(200)
        for level in [int(rng.integers(4))]
        for k in range(9)
    ]
    frame = pl.DataFrame(rows, schema=["ticket_no", "priority"], orient="row")
    frame = frame.with_columns(priority=pl.format("P{}", "priority"))
    day = pl.datetime_range(pl.datetime(2020, 1, 1), pl.datetime(2021, 1, 1), "1h", eager=True)[: len(rows)]
    assert [set(f.columns) for f in findings_of(fd_violation, frame.with_columns(day.alias("at")))] == found
    assert [set(f.columns) for f in findings_of(fd_violation, frame)] == [{"ticket_no", "priority"}]


def test_areas_that_cut_across_postcodes_are_not_decided_by_them(findings_of) -> None:
    rng = np.random.default_rng(9)
    code = rng.integers(0, 40, 800)
    astray = rng.random(800) < 0.05
    where = np.where(astray, rng.integers(0, 9, 800), code % 9)
    frame = pl.DataFrame({"zip_code": [f"{60600 + c}" for c in code], "collaborative": [f"c{w}" for w in where]})
    assert findings_of(fd_violation, frame) == []
    (found,) = findings_of(fd_violation, frame.rename({"collaborative": "city"}))
    assert set(found.columns) == {"zip_code", "city"}
