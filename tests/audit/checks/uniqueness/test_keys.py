"""Keys of several columns: found where structure makes them, never where chance does."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.uniqueness.keys import duplicate_key
from discovery.audit.context import TableContext
from discovery.audit.relations.keys import composite_key, near_key
from discovery.audit.run import table_context
from discovery.engagement import Engagement, TableSpec
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t", **engagement: Any) -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e", **engagement))


def keys_twice(ctx: TableContext) -> list[Finding]:
    return list(duplicate_key(ctx))


def measures(n: int, seed: int = 0) -> dict[str, list[float]]:
    rng = random.Random(seed)
    return {f"m{i}": [round(rng.gauss(10, 3), 3) for _ in range(n)] for i in range(3)}


def repeated(columns: dict[str, list[Any]], times: int) -> dict[str, list[Any]]:
    return {k: v + v[:times] for k, v in columns.items()}


def panel(rows: int = 2_000, repeated: int = 0) -> dict[str, Any]:
    """Stores by day, with a measure; some rows have an earlier row's store and day."""
    rng = np.random.default_rng(1)
    at = np.arange(rows)
    if repeated:
        at[-repeated:] = np.arange(repeated) * 7
    return {
        "sales": rng.normal(100, 20, rows).round(2),
        "store_id": 100 + at % 40,
        "week": 1 + at // 40,
        "staff": rng.integers(1, 9, rows),
    }


def test_a_key_of_two_columns() -> None:
    found = context(panel())
    assert found.profile.key == ["store_id", "week"]
    assert list(duplicate_key(found)) == []


def test_a_sequence_within_a_thing_goes_before_another_thing() -> None:
    rng = np.random.default_rng(2)
    stops = np.concatenate([rng.permutation(60)[:30] for _ in range(50)])
    trip = {"trip_id": np.repeat(np.arange(50), 30), "stop_id": stops, "stop_sequence": np.tile(np.arange(30), 50)}
    assert context(trip).profile.key == ["trip_id", "stop_sequence"]


def test_a_key_of_five_columns() -> None:
    at = np.arange(6_000)
    parts = {"site": at % 3, "year": 2020 + at // 3 % 2, "month": at // 6 % 12 + 1, "day": at // 72 % 28 + 1}
    parts = {"site": np.array(["a", "b", "c"])[parts["site"]], **{k: v for k, v in parts.items() if k != "site"}}
    parts |= {"hour": at // 2_016, "level": np.random.default_rng(0).normal(size=6_000)}
    assert context(parts).profile.key == ["site", "year", "month", "day", "hour"]


def test_columns_of_many_values_are_no_key_by_chance() -> None:
    rng = np.random.default_rng(3)
    rows = 1_500
    some = {
        "customer_id": rng.integers(0, 700, rows),
        "day": rng.integers(0, 365, rows),
        "product_code": rng.integers(0, 900, rows),
        "town": [f"t{i}" for i in rng.integers(0, 300, rows)],
        "price": rng.normal(10, 2, rows),
    }
    found = context(some)
    assert found.profile.key == []
    assert list(duplicate_key(found)) == []


def test_measures_are_no_parts() -> None:
    at = np.arange(900)
    grid = {"height": at % 30, "weight": at // 30, "depth": np.random.default_rng(4).normal(size=900)}
    assert context(grid).profile.key == []


def test_a_key_that_a_few_rows_break() -> None:
    found = context(panel(repeated=12))
    assert found.profile.key == []
    (told,) = duplicate_key(found)
    assert told.columns == ["store_id", "week"]
    assert (told.rows_affected, told.severity) == (12, "minor")
    assert {e.row for e in told.evidence} & set(range(1, 90))


def test_repeats_that_are_equal_rows_are_told_as_such() -> None:
    frame = pl.DataFrame(panel())
    twice = context(pl.concat([frame, frame[:9]]).to_dict(as_series=False))
    assert near_key(twice.frame, twice.columns()) is not None
    assert list(duplicate_key(twice)) == []


def test_too_few_rows() -> None:
    few = context({"id": [1, 1, 2, 2], "year": [1, 2, 1, 2]})
    assert composite_key(few.frame, few.columns()) == []
    assert near_key(few.frame, few.columns()) is None


def test_what_belongs_to_another_thing_is_no_broken_key() -> None:
    rng = np.random.default_rng(5)
    orders = np.repeat(np.arange(3_000), rng.choice([1, 2, 3], 3_000, p=[0.6, 0.25, 0.15]))
    lines = {
        "row_id": np.arange(len(orders)),
        "order_id": [f"O-{i:05d}" for i in orders],
        "amount": rng.normal(50, 9, len(orders)),
    }
    assert list(duplicate_key(context(lines, "orders"))) == []
    again = rng.permutation(np.r_[:600, :300])
    stops = {"trip": rng.integers(0, 9, 900), "stop_id": [f"s{i}" for i in again]}
    assert all(
        f.columns != ["stop_id"] or f.severity != "major" for f in duplicate_key(context(stops, "stop_times"))
    )


def test_a_nearly_unique_id_is_a_broken_key() -> None:
    ids = [*range(5000, 5200), 5000, 5001, 5002]
    (finding,) = keys_twice(context({"id": ids, **measures(203)}))
    assert finding.columns == ["id"]
    assert finding.rows_affected == 3
    assert finding.severity == "major"
    assert finding.details["most_rows_of_one"] == 2
    assert {e.values["id"] for e in finding.evidence} <= {"5000", "5001", "5002"}


def test_a_weak_name_makes_a_weak_finding() -> None:
    codes = [f"X{i:05d}" for i in [*range(300), 0, 1]]
    (finding,) = keys_twice(context({"stock_code": codes, **measures(302)}))
    assert finding.severity == "minor"


def test_events_of_customers_are_left_alone() -> None:
    events = {"customer_id": [i // 3 for i in range(600)], **measures(600)}
    assert keys_twice(context(events, table="visits")) == []
    orders = {"order_id": list(range(600)), "customer_id": list(range(100, 690)) + list(range(100, 110))}
    assert keys_twice(context(orders | measures(600), table="orders")) == []


def test_in_a_table_named_after_it_a_key_must_not_repeat() -> None:
    customers = {"row": list(range(600)), "customer_id": list(range(100, 690)) + list(range(100, 110))}
    (finding,) = keys_twice(context(customers | measures(600), table="customers"))
    assert finding.columns == ["customer_id"]
    assert finding.severity == "major"


def test_repeats_that_are_equal_rows_are_but_remarked_upon() -> None:
    columns = repeated({"id": list(range(5000, 5200)), **measures(200)}, 5)
    (found,) = keys_twice(context(columns))
    assert (found.severity, found.rows_affected) == ("info", 5)
    assert "all equal rows" in found.summary


def test_what_is_missing_in_many_rows_is_no_key() -> None:
    keys = [None if i % 5 == 0 else f"A{i:04d}" for i in range(300)]
    keys[7] = keys[8]
    assert keys_twice(context({"reference_id": keys, **measures(300)})) == []


def test_declared_keys_must_hold() -> None:
    columns = {"day": [1, 1, 2, 2, None], "shop": ["a", "b", "a", "a", "b"], "x": [1, 2, 3, 4, 5]}
    spec = {"t": TableSpec(key=["day", "shop"])}
    (finding,) = keys_twice(context(columns, tables=spec))
    assert finding.columns == ["day", "shop"]
    assert (finding.details["repeats"], finding.details["missing"], finding.rows_affected) == (1, 1, 2)
    assert finding.severity == "major"
    sound = {"day": [1, 1, 2], "shop": ["a", "b", "a"]}
    assert keys_twice(context(sound, tables=spec)) == []


@pytest.mark.parametrize("name", ["mail", "vin", "lot"])
def test_what_is_different_in_99_of_100_rows_is_a_key(name: str) -> None:
    values = {
        "mail": [f"p{i}@example.org" for i in range(400)],
        "vin": [f"WVW{i:04d}ZZ{i % 7}{i:05d}" for i in range(400)],
        "lot": [f"L-{i:06d}" for i in range(400)],
    }[name]
    values[-1] = values[0]
    (finding,) = keys_twice(context({"Unnamed: 0": list(range(400)), name: values, **measures(400)}))
    assert (finding.columns, finding.rows_affected) == ([name], 1)


def test_what_a_map_numbers_is_no_other_key() -> None:
    refs = [f"{48 + i % 9}-{100 + i}" for i in range(400)]
    refs[-1] = refs[0]
    (finding,) = keys_twice(context({"OBJECTID": list(range(1, 401)), "REF_NUM": refs, **measures(400)}))
    assert (finding.columns, finding.rows_affected) == (["REF_NUM"], 1)
    assert keys_twice(context({"customer_id": list(range(1, 401)), "REF_NUM": refs, **measures(400)})) == []


def test_what_the_rows_refer_to_is_no_key() -> None:
    rng = random.Random(2)
    tract = rng.sample(range(10**9, 10**9 + 10**6), 300)
    tract[:6] = tract[10:16]
    income = {t: rng.randrange(20_000, 90_000) for t in tract}
    columns = {"geo_id": tract, "income": [income[t] for t in tract], **measures(300)}
    assert (
        keys_twice(
            context(
                {**columns, "age": [rng.randrange(18, 80) for _ in tract], "name": [f"n{i}" for i in range(300)]}
            )
        )
        == []
    )


def test_only_the_last_word_of_a_table_is_its_entity() -> None:
    columns = {
        "cylinder_number": [f"X{i}" for i in [*range(300), *range(60)]],
        "row": list(range(360)),
        **measures(360),
    }
    assert keys_twice(context(columns, table="cylinder_bands")) == []
    (finding,) = keys_twice(context(columns, table="cylinders"))
    assert finding.severity == "major"


def test_what_is_called_unique_must_be() -> None:
    (finding,) = keys_twice(context({"unique_id": [f"{i % 90}:{i % 7}" for i in range(900)], **measures(900)}))
    assert finding.columns == ["unique_id"]


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "breast_cancer_wisconsin.csv", infer_schema_length=None)
    (key,) = keys_twice(context(frame.to_dict(as_series=False)))
    assert key.rows_affected == 54


@pytest.mark.parametrize(("name", "told"), [("CASENUM", True), ("sample_number", True), ("custno", False)])
def test_the_number_of_a_case_is_of_the_row(name: str, told: bool) -> None:
    numbers = random.Random(1).sample(range(1, 30_000), 600)
    numbers[:30] = numbers[100:130]
    columns = {"Unnamed: 0": list(range(600)), name: numbers, **measures(600), "age": list(range(20, 80)) * 10}
    assert [f.columns for f in keys_twice(context({**columns, "y": [0, 1] * 300}))] == [[name]] * told


def test_a_number_without_a_name_is_no_other_key() -> None:
    numbers = random.Random(1).sample(range(1, 1200), 900)
    ids = [f"c:{i}" for i in range(899)]
    (finding,) = keys_twice(context({"Unnamed: 0": numbers, "id": [*ids, ids[0]], **measures(900)}))
    assert finding.columns == ["id"]


@pytest.mark.parametrize("name", ["Sl_No", "S. No.", "Sr.No", "Serial Number"])
def test_the_number_of_a_line_is_no_other_key(name: str) -> None:
    keys = [*range(20_000, 20_655), 20_003, 20_010, 20_017, 20_024, 20_031]
    columns = {name: list(range(1, 661)), "Customer Key": keys, **measures(660)}
    (found,) = keys_twice(context(columns))
    assert (found.columns, found.details["repeats"]) == (["Customer Key"], 5)
