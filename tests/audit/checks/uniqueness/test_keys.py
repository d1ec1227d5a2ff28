"""Keys of several columns: found where structure makes them, never where chance does."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from discovery.audit.checks.uniqueness.keys import duplicate_key
from discovery.audit.context import TableContext
from discovery.audit.relations.keys import composite_key, near_key
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t") -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e"))


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
