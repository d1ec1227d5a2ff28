"""Missing values, empty columns and rows: planted and clean."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.completeness.missing import empty_column, empty_rows, missing


def test_missing_is_counted_and_weighed(look):
    data = {
        "a": [1, None, 2, None] * 25,
        "b": [None, 3] + [2] * 98,
        "c": list(range(100)),
        "y": [0, 1] * 49 + [None] * 2,
    }
    found = {f.columns[0]: f for f in look(missing, data, target="y")}
    assert set(found) == {"a", "b", "y"}
    assert (found["a"].severity, found["a"].rows_affected, found["a"].fraction) == ("major", 50, 0.5)
    assert found["b"].severity == "minor"
    assert found["b"].evidence[0].row == 1
    assert found["y"].severity == "major"
    assert "target" in found["y"].consequence
    assert found["a"].fix == "df['a_missing'] = df['a'].isna()"


def test_a_target_that_is_mostly_missing_blocks(look):
    assert look(missing, {"a": [1, 2, 3], "y": [1, None, None]}, target="y")[0].severity == "blocker"


def test_a_few_gaps_in_a_target_are_minor(look):
    y = [0, 1] * 300 + [None]
    assert look(missing, {"a": list(range(601)), "y": y}, target="y")[0].severity == "minor"


def test_a_target_that_is_known_for_some_cases_by_another_column_does_not_block(look):
    status = ["open", "closed", "open"] * 300
    score = [i % 5 if s == "closed" else None for i, s in enumerate(status)]
    data = {"status": status, "score": score, "n": list(range(900))}
    (found,) = look(missing, data, target="score")
    assert (found.severity, found.details["depends"]["on"]) == ("major", "status")
    scattered = {
        **data,
        "score": [i % 5 if i % 3 == 0 else None for i in np.random.default_rng(1).permutation(900)],
    }
    assert look(missing, scattered, target="score")[0].severity == "blocker"


def test_boxes_that_are_ticked_or_not(look):
    (found,) = look(missing, {"seen": ["The Empire", None, None] * 40, "n": list(range(120))})
    assert (found.severity, found.fix) == ("info", "df['seen'] = df['seen'].notna()")


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("territory", ["EMEA", "APAC", "Japan"]),
        ("iata", ["FRA", "CDG", "JFK", "LHR", "OSL", "NAN"]),
        ("country", ["DE", "FR", "GB", "US", "IT"]),
    ],
)
def test_codes_that_look_like_missing_are_values(look, name, others):
    assert (
        look(
            missing,
            {name: [*others, "NAN" if name == "iata" else "NA"] * 20, "n": list(range(len(others) * 20 + 20))},
        )
        == []
    )
    assert look(missing, {"grade": ["good", "bad", "NA"] * 20, "n": list(range(60))})[0].rows_affected == 20


def test_cells_that_did_not_parse_are_not_missing(look):
    data = {"n": pl.Series([1, None, None, 4], dtype=pl.Int64)}
    found = look(missing, data, unparsed={"n": {2: "?"}})
    assert found[0].rows_affected == 1
    assert found[0].evidence[0].row == 3
    assert look(missing, data, unparsed={"n": {2: "?", 3: "?"}}) == []


def test_words_that_tools_write_for_missing_count(look):
    data = {"n": pl.Series([1, None, None, 4], dtype=pl.Int64), "c": ["x", "NA", "null", "y"]}
    found = {f.columns[0]: f.rows_affected for f in look(missing, data, unparsed={"n": {2: "NA", 3: "?"}})}
    assert found == {"n": 1, "c": 2}
    assert look(missing, {"code": ["US", "NA", "DE", "FR", "GB", "IT"]}) == []


@pytest.mark.parametrize("name", ["name", "patron"])
def test_a_name_written_as_a_word_for_missing_is_one(look, name):
    people = [f"{a}{b}nasson" for a in "ABCDEFGHIJ" for b in "aeiouy"]
    assert look(missing, {name: [*people, "Nan"]}) == []
    for word in ("nan", "NaN", "NAN", "NA", "null"):
        assert look(missing, {name: [*people, word]})[0].rows_affected == 1
    assert look(missing, {name: [*people, *["Nan"] * 30]})[0].rows_affected == 30
    assert look(missing, {"city": [*people[:20] * 3, "Nan"]})[0].rows_affected == 1


def test_columns_missing_in_the_same_rows_share_a_cause(look):
    data = {"a": [1, None, None], "b": ["x", None, None], "c": [None, 1, 1]}
    found = {f.columns[0]: f.details.get("cause") for f in look(missing, data)}
    assert found["a"] == found["b"] == "missing together in the same 2 rows"
    assert found["c"] is None


def test_a_run_is_named_and_scattered_gaps_are_not(look):
    rng = np.random.default_rng(0)
    scattered = [None if m else 1 for m in rng.random(500) < 0.2]
    run = [None if 100 <= i < 160 else 1 for i in range(500)]
    found = {f.columns[0]: f for f in look(missing, {"s": scattered, "r": run})}
    assert found["r"].details["run"] == [101, 160]
    assert "rows 101 to 160" in found["r"].summary
    assert "run" not in found["s"].details


def test_empty_columns_and_rows(look):
    data = {"id": [1, 2, 3], "a": [1, None, 3], "b": ["x", None, "z"], "e": [None, None, None]}
    column = look(empty_column, data)
    assert [f.columns for f in column] == [["e"]]
    rows = look(empty_rows, data, key=["id"])
    assert rows[0].rows_affected == 1
    assert rows[0].columns == []
    assert rows[0].evidence[0].row == 2
    assert "but id" in rows[0].summary
    assert look(empty_rows, {"a": [1, None], "b": [None, 2]}) == []
    assert look(empty_rows, {"a": [1, None]}) == []
    unread = {"a": [1, None, 3], "b": [1, None, 3]}
    assert look(empty_rows, unread, unparsed={"a": {2: "x"}}) == []
    assert look(empty_column, {"y": [None, None], "a": [1, 2]}, target="y")[0].severity == "blocker"


def test_what_the_gaps_depend_on_is_told(look):
    shop = ["a", "b"] * 200
    gaps = [None if s == "b" and i % 8 else i for i, s in enumerate(shop)]
    found = look(missing, {"shop": shop, "income": gaps, "n": list(range(400))})
    assert found[0].details["depends"]["on"] == "shop"
    assert "by 'shop' between 0% and" in found[0].consequence
    even = look(missing, {"shop": shop, "income": [None if i % 7 == 0 else i for i in range(400)]})
    assert "depends" not in even[0].details


def test_a_null_that_occurs_once_among_many_texts_is_missing(look):
    names = [f"model {i}" for i in range(300)]
    found = look(missing, {"model": [*names, "NA"], "n": list(range(301))})
    assert [(f.columns, f.rows_affected) for f in found] == [(["model"], 1)]
