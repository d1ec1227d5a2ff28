"""Shape: constants, near-constants, identifiers, many levels, prose; and quiet on sound columns."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks import shape
from discovery.audit.context import Check, TableContext
from discovery.audit.run import table_context
from discovery.engagement import Engagement, TableSpec, UseCase
from discovery.intake import read_drop
from discovery.intake.table import Table

CHECKS: list[Check] = [
    shape.constant, shape.near_constant, shape.id_like, shape.high_cardinality, shape.free_text,
]  # type: ignore[list-item]  # fmt: skip


def context(columns: dict[str, Any], **engagement: Any) -> TableContext:
    return table_context(Table.from_frame("t", pl.DataFrame(columns)), Engagement(name="e", **engagement))


def found(columns: dict[str, Any], **engagement: Any) -> dict[tuple[str, str], Finding]:
    ctx = context(columns, **engagement)
    return {(f.kind, f.columns[0]): f for c in CHECKS for f in c(ctx)}


def use(target: str) -> list[UseCase]:
    return [UseCase(name="u", table="t", target=target)]


def test_constant() -> None:
    result = found({"a": ["x"] * 50, "b": [1, None] * 25, "c": list(range(50))})
    assert result["constant", "a"].severity == "minor"
    assert result["constant", "a"].fix == "df = df.drop(columns=['a'])"
    assert result["constant", "b"].severity == "info"
    assert "25 of 50 rows are empty" in result["constant", "b"].summary
    assert ("constant", "c") not in result


def test_a_constant_target_blocks() -> None:
    result = found({"y": [1] * 50, "x": list(range(50))}, use_cases=use("y"))
    assert result["constant", "y"].severity == "blocker"
    assert result["constant", "y"].fix is None


def test_one_row_is_no_constant() -> None:
    assert found({"a": ["x"]}) == {}


def test_near_constant_and_its_limits() -> None:
    rng = random.Random(1)
    result = found(
        {
            "gain": [0] * 920 + [rng.randint(1, 5000) for _ in range(80)],
            "default": ["no"] * 780 + ["unknown"] * 217 + ["yes"] * 3,
            "outcome": ["none"] * 863 + ["good"] * 100 + ["bad"] * 37,
            "mostly": ["a"] * 915 + ["b"] * 85,
            "rare": ["a"] * 995 + ["b"] * 5,
            "y": [0] * 990 + [1] * 10,
        },
        use_cases=use("y"),
    )
    assert {k for k in result if k[0] == "near_constant"} == {
        ("near_constant", "gain"), ("near_constant", "default"), ("near_constant", "rare"),
    }  # fmt: skip
    assert result["near_constant", "gain"].rows_affected == 920
    assert result["near_constant", "gain"].severity == "info"
    assert result["near_constant", "gain"].fix == "df['gain_set'] = df['gain'] != 0"
    assert result["near_constant", "default"].details["others"] == 3
    assert "99.6% of the rows where it is known" in result["near_constant", "default"].summary
    assert result["near_constant", "rare"].severity == "minor"
    assert [e.row for e in result["near_constant", "rare"].evidence] == [996, 997, 998, 999, 1000]


def test_one_value_and_unknown_is_not_near_constant() -> None:
    assert found({"a": ["yes"] * 50 + ["unknown"] * 2}) == {}


def test_personal_values_are_masked() -> None:
    values = ["info@firm.example"] * 98 + ["a.maier@mail.example", "b.huber@mail.example"]
    finding = found({"email": values})["near_constant", "email"]
    assert "info@" not in finding.model_dump_json()
    assert finding.fix is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("instant", list(range(1, 301))),
        ("customer_id", [3 * i + 1000 for i in range(300)]),
        ("patient_nbr", [10_000 + i // 2 * 7 for i in range(300)]),
        ("Unnamed: 0", list(range(300))),
        ("token", [f"{i * 2654435761 % 2**32:08x}" for i in range(300)]),
        ("sku", [f"AB-{i:04d}" for i in range(300)]),
        ("rowid", list(range(5001, 5301))),
        ("CLIENTNUM", [708082083 + i * 407171 % 120_000_000 for i in range(300)]),
        ("iata", [f"{chr(65 + i // 26)}{chr(65 + i % 26)}X" for i in range(300)]),
    ],
)
def test_id_like(name: str, values: list[Any]) -> None:
    result = found({name: values, "y": [0, 1, 1] * 100}, use_cases=use("y"))
    assert result["id_like", name].severity == "minor"
    assert result["id_like", name].rows_affected == len(set(values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("year", list(range(1900, 2000))),
        ("heat_index", [60 + 3 * i % 61 for i in range(100)]),
        ("weight", [1000 + 37 * i % 991 for i in range(100)]),
        ("price", [i + 0.5 for i in range(100)]),
        ("fnlwgt", [77516 + 1013 * i for i in range(100)]),
        ("colour", ["red", "blue"] * 50),
        ("lat", [48 + i / 100 for i in range(100)]),
    ],
)
def test_measures_and_categories_are_not_ids(name: str, values: list[Any]) -> None:
    assert not {k for k in found({name: values}) if k[0] in {"id_like", "high_cardinality"}}


def test_declared_keys_are_ids() -> None:
    columns = {"m": [i * 3.5 for i in range(100)], "x": [1, 2] * 50}
    assert ("id_like", "m") not in found(columns)
    assert ("id_like", "m") in found(columns, tables={"t": TableSpec(key=["m"])})


def test_high_cardinality() -> None:
    cabins = [f"C{i} deck" if i % 3 == 0 else None for i in range(600)]
    shops = [f"shop number {chr(97 + i % 26)}{chr(97 + i // 26 % 5)}" for i in range(6000)]
    result = found({"cabin": cabins, "y": [0, 1] * 300}, use_cases=use("y"))
    assert result["high_cardinality", "cabin"].severity == "minor"
    assert result["high_cardinality", "cabin"].rows_affected == 200
    zips = [10115 + 7 * (i % 150) for i in range(600)]
    assert ("high_cardinality", "zip") in found({"zip": zips})
    assert ("high_cardinality", "shop") in found({"shop": shops})
    assert found({"few": [f"level {i % 40}" for i in range(6000)]}) == {}


def test_numbers_with_their_units_are_no_levels() -> None:
    columns = {
        "age": [f"{30 + i % 40} years {1 + 7 * i % 365} days" for i in range(400)],
        "length": [f"{60 + i % 150} min" for i in range(400)],
        "part": [f"{i % 150}-AB{i % 150}" for i in range(400)],
        "link": [f"VISIT-{i % 130}-DAY-{i % 130 % 7}" for i in range(400)],
    }
    assert [c for kind, c in found(columns) if kind == "high_cardinality"] == ["part", "link"]


def test_free_text() -> None:
    texts = [
        f"The line was dead again on day {i}, and nobody could tell me when it will be repaired" for i in range(60)
    ]
    result = found({"body": texts})
    assert result["free_text", "body"].severity == "info"
    many = found({"body": texts, "y": [0, 1] * 30}, use_cases=use("y"))["high_cardinality", "body"]
    assert (many.severity, many.fix) == ("info", None)


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "titanic3.csv", infer_schema_length=None)
    result = found(frame.to_dict(as_series=False), use_cases=use("survived"))
    assert {c for k, c in result if k == "high_cardinality"} == {"name", "ticket", "cabin", "home.dest"}
    assert {c for k, c in result if k in {"constant", "near_constant", "id_like"}} == {"name"}
    assert result["id_like", "name"].severity == "info"


def test_codes_that_repeat_often_still_have_many_levels() -> None:
    items = [f"FD{i:03d}" for i in range(300)] * 8
    assert ("high_cardinality", "Item_Identifier") in found({"Item_Identifier": items})


def test_numbers_of_parts_that_repeat_are_levels() -> None:
    parts = [f"X{100 + i}" for i in range(400)] + [f"X{100 + 3 * i}" for i in range(130)]
    assert {k for k, _ in found({"cylinder_number": parts})} == {"high_cardinality"}
    assert {k for k, _ in found({"order_number": parts})} == {"id_like"}
    once = [f"X{100 + i}" for i in range(520)] + ["X100"] * 10
    assert {k for k, _ in found({"part_number": once})} == {"id_like"}


def test_a_row_number_may_lack_a_lost_row() -> None:
    numbers = [i for i in range(1, 5001) if i not in (77, 4100)]
    assert ("id_like", "Rank") in found({"Rank": numbers})
    assert ("id_like", "Rank") not in found({"Rank": [3 * i for i in range(1, 5001)]})


def test_a_column_of_question_marks_is_empty() -> None:
    result = found({"tbg": ["?"] * 50, "kind": ["a"] * 50, "x": list(range(50))})
    assert ("constant", "tbg") not in result
    assert result["empty_column", "tbg"].rows_affected == 50
    assert ("constant", "kind") in result


def test_rising_numbers_of_rows_some_of_which_are_lost(look):
    rng = np.random.default_rng(0)
    kept = np.flatnonzero(rng.random(900) < 0.8)
    frame = pl.DataFrame({"Unnamed: 0": kept, "x": rng.normal(size=len(kept))})
    (finding,) = [f for f in look(shape.id_like, frame) if f.columns == ["Unnamed: 0"]]
    assert "numbers the rows" in finding.summary
    depth = pl.DataFrame({"depth": np.arange(0, 5000, 10), "x": rng.normal(size=500)})
    assert look(shape.id_like, depth) == []


@pytest.mark.parametrize(
    ("name", "share", "told"), [("R1", 0.97, True), ("R1", 0.6, False), ("score", 0.97, False)]
)
def test_numbers_of_rows_some_of_which_are_lost_in_any_column(look, name, share, told):
    rng = np.random.default_rng(0)
    kept = np.r_[1, 2 + np.flatnonzero(rng.random(900) < share)]
    frame = pl.DataFrame({"x": rng.normal(size=len(kept)), name: kept})
    assert [f.columns for f in look(shape.id_like, frame) if f.columns == [name]] == ([[name]] if told else [])


def test_identifiers_that_repeat_name_things(look):
    frame = pl.DataFrame({"n": np.arange(900) % 7, "host_id": [f"H{i % 500:05d}" for i in range(900)]})
    (finding,) = look(shape.id_like, frame)
    assert "names things that repeat" in finding.summary


def test_a_word_for_nothing_in_nearly_all_rows(look):
    (found,) = look(shape.near_constant, {"holiday": ["None"] * 990 + ["Labor Day"] * 5 + ["Easter"] * 5})
    assert found.rows_affected == 990
    assert look(shape.near_constant, {"origin": ["?"] * 990 + ["Bonn"] * 5 + ["Ulm"] * 5}) == []


def test_numbers_of_rows_with_a_few_lost_in_any_order() -> None:
    numbers = [n for n in range(999, 3502) if n not in {1400, 2800}]
    random.Random(0).shuffle(numbers)
    values = [random.Random(i).gauss(0, 1) for i in numbers]
    assert ("id_like", "FID") in found({"FID": numbers, "x": values})
    assert ("id_like", "score") not in found({"score": numbers, "x": values})


def test_names_of_rows() -> None:
    numbers = random.Random(0).sample(range(1, 400), 150)
    names = [f"{a}{b} Model" for a in "ABCDEFGHIJ" for b in "abcdefghijklmno"]
    assert ("id_like", "rownames") in found({"rownames": numbers, "x": names})
    assert ("id_like", "rownames") in found({"rownames": names, "x": numbers})
    assert ("id_like", "x") not in found({"rownames": names, "x": numbers})


def test_a_number_given_once_says_so_by_its_name(look):
    rng = np.random.default_rng(9)
    numbers = np.sort(rng.permutation(20_000)[:300]) + 7
    assert look(shape.id_like, {"a": rng.random(300), "seqn": numbers, "bib": rng.permutation(numbers)})[0].columns
    assert look(shape.id_like, {"a": rng.random(300), "cod": [*numbers[:-1], numbers[0]]}) == []
    assert look(shape.id_like, {"a": rng.random(300), "landed": rng.permutation(numbers)}) == []


def test_truth_is_shown_as_the_file_has_it(tmp_path) -> None:
    file = tmp_path / "moves.csv"
    file.write_text(
        "n,check,done\n" + "".join(f"{i * i % 89},{'t' if i == 7 else 'f'},{i == 7}\n" for i in range(400))
    )
    table = next(iter(read_drop(file).tables.values()))
    found = {f.columns[0]: f for f in shape.near_constant(table_context(table, Engagement(name="e")))}
    assert found["check"].summary.startswith("Column 'check' is 'f' in")
    assert found["check"].fix == "df['check_set'] = df['check'] != 'f'"
    assert found["done"].fix == "df['done_set'] = df['done'] != False"


def test_numbers_given_out_repeat_less_than_by_chance() -> None:
    draw = random.Random(5)
    given = draw.sample(range(1000, 29_000), 1200)
    assert ("id_like", "inst") in found({"inst": given, "x": [draw.gauss(0, 1) for _ in given]})
    assert ("id_like", "inst") in found({"inst": [*given[:-1], given[0]], "x": list(range(2, 2402, 2))})
    by_chance = [draw.randrange(1000, 29_000) for _ in range(1200)]
    for name, numbers in {"inst": by_chance, "rank": given, "age": [draw.randrange(90) for _ in given]}.items():
        assert ("id_like", name) not in found({name: numbers, "x": [draw.gauss(0, 1) for _ in given]})


def test_numbers_of_one_stretch_in_the_first_column() -> None:
    draw = random.Random(6)
    numbers = draw.sample(range(207_800_000, 210_900_000), 300)
    sizes = draw.sample(range(100_000, 900_000), 300)
    assert ("id_like", "unit") in found({"unit": numbers, "size": sizes})
    assert not {c for k, c in found({"size": sizes, "unit": numbers}) if k == "id_like"}


def test_names_of_the_rows_are_told_as_such_and_as_many_levels() -> None:
    names = [
        f"{a}{b}{c * (1 + i % 3)}_{'XY'[i % 2]}" for a in "ABCDEF" for b in "GHIJKL" for i, c in enumerate("MNOPQR")
    ]
    result = found({"sequence_name": names, "y": [0, 1] * 108}, use_cases=use("y"))
    assert result["id_like", "sequence_name"].severity == "info"
    assert "identifies rows" in result["id_like", "sequence_name"].summary
    assert result["high_cardinality", "sequence_name"].severity == "minor"
    often = found({"sequence_name": names[:100] * 2 + names[:16], "y": [0, 1] * 108}, use_cases=use("y"))
    assert ("id_like", "sequence_name") not in often
    hours = [f"{1 + i // 24} May, {i % 24} h" for i in range(216)]
    told = {name: ("id_like", name) in found({name: hours, "y": [0, 1] * 108}) for name in ("Date-Hour", "label")}
    assert told == {"Date-Hour": False, "label": True}
