"""Uniqueness: repeated rows and broken keys, told from what chance and events would give."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks import uniqueness, uniqueness_keys
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.engagement import Engagement, TableSpec
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t", **engagement: Any) -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e", **engagement))


def rows_twice(ctx: TableContext) -> list[Finding]:
    return list(uniqueness.duplicate_rows(ctx))


def keys_twice(ctx: TableContext) -> list[Finding]:
    return list(uniqueness_keys.duplicate_key(ctx))


def measures(n: int, seed: int = 0) -> dict[str, list[float]]:
    rng = random.Random(seed)
    return {f"m{i}": [round(rng.gauss(10, 3), 3) for _ in range(n)] for i in range(3)}


def repeated(columns: dict[str, list[Any]], times: int) -> dict[str, list[Any]]:
    return {k: v + v[:times] for k, v in columns.items()}


def test_equal_rows_are_counted_beyond_the_first() -> None:
    (finding,) = rows_twice(context(repeated(measures(200), 20)))
    assert finding.columns == []
    assert finding.rows_affected == 20
    assert finding.severity == "major"
    assert [e.row for e in finding.evidence] == [201, 202, 203, 204, 205]
    (few,) = rows_twice(context(repeated(measures(200), 2)))
    assert few.severity == "minor"


def test_no_repeats_no_finding() -> None:
    assert rows_twice(context(measures(200))) == []
    assert rows_twice(context({"a": [1], "b": [2]})) == []


def test_repeats_that_chance_gives_are_info() -> None:
    rng = random.Random(0)
    columns = {k: [rng.choice("abc") for _ in range(500)] for k in "uvw"}
    (finding,) = rows_twice(context(columns))
    assert finding.severity == "info"
    assert "by chance" in finding.summary


def test_repeats_but_for_the_identifier() -> None:
    columns = {"id": list(range(1000, 1260)), **repeated(measures(200), 60)}
    (finding,) = rows_twice(context(columns))
    assert finding.columns == []
    assert finding.details["without"] == ["id"]
    assert finding.rows_affected == 60
    assert finding.severity == "minor"
    both = {k: [*v, v[-1]] for k, v in columns.items()}
    exact, without = rows_twice(context(both))
    assert (exact.rows_affected, without.rows_affected, without.columns) == (1, 61, ["id"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab")), min_size=2, max_size=40))
def test_the_count_is_that_of_a_set(rows: list[tuple[int, str]]) -> None:
    ctx = context({"a": [r[0] for r in rows], "b": [r[1] for r in rows]})
    assert sum(f.rows_affected for f in rows_twice(ctx)) == len(rows) - len(set(rows))


def test_expected_duplicates_of_independent_columns() -> None:
    rng = random.Random(3)
    ctx = context({k: [rng.randint(0, 60) for _ in range(400)] for k in "ab"})
    expected = uniqueness.expected_duplicates(list(ctx.columns()), 400)
    assert expected == pytest.approx(400 * 399 / 2 / 61**2, rel=0.1)
    assert uniqueness.expected_duplicates([], 400) == 0


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


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "breast_cancer_wisconsin.csv", infer_schema_length=None)
    ctx = context(frame.to_dict(as_series=False))
    assert sorted(f.rows_affected for f in rows_twice(ctx)) == [8, 236]
    (key,) = keys_twice(ctx)
    assert key.rows_affected == 54


def test_copies_of_named_things_are_not_by_chance(look):
    rng = np.random.default_rng(5)
    names = [f"app {i}" for i in range(400)]
    reviews = rng.integers(0, 30_000, 400)
    again = rng.integers(0, 400, 60)
    frame = pl.DataFrame(
        {
            "app": names + [names[i] for i in again],
            "reviews": np.concatenate([reviews, reviews[again] + (np.arange(60) % 2)]),
        }
    )
    (finding,) = [f for f in look(uniqueness.duplicate_rows, frame) if not f.columns]
    assert finding.severity == "major"
    assert "by chance" not in finding.summary
