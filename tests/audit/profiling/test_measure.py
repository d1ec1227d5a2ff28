"""The profile: exact figures on small tables, whatever the types."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.audit.profiling.measure import profile_table
from discovery.audit.profiling.relate import correlations, duplicate_mask
from discovery.audit.profiling.scan import engine_for, value_profile
from discovery.engagement import Engagement, TableSpec
from discovery.intake.table import Table


def profile(frame: pl.DataFrame, engagement: Engagement | None = None):
    return profile_table(Table.from_frame("t", frame), engagement)


def test_numbers():
    values = [3, 1, None, 0, -2, 3, 10]
    column = profile(pl.DataFrame({"x": values}))["x"]
    assert (column.rows, column.missing, column.present, column.distinct) == (7, 1, 6, 5)
    assert (column.minimum, column.maximum, column.zeros, column.negatives) == (-2, 10, 1, 1)
    there = np.array([v for v in values if v is not None])
    assert column.mean == pytest.approx(there.mean())
    assert column.std == pytest.approx(there.std(ddof=1))
    assert column.quantiles[0.5] == pytest.approx(np.median(there))
    assert column.top[0] == (3, 2)
    assert [v for v, _ in column.low] == [-2, 0, 1, 3, 10]
    assert column.high[0] == (10, 1)
    assert column.whole
    assert not column.sorted
    assert column.histogram is not None
    assert sum(column.histogram[1]) == 6


def test_nan_is_missing_and_infinity_is_counted_apart():
    column = profile(pl.DataFrame({"x": [1.0, float("nan"), float("inf"), 2.5, None]}))["x"]
    assert (column.missing, column.infinite, column.mean, column.distinct) == (2, 1, 1.75, 3)
    assert not column.whole


def test_text_has_lengths_and_shapes():
    column = profile(pl.DataFrame({"x": ["AB-12", "CD-345", "AB-12", None, "é"]}))["x"]
    assert (column.distinct, column.missing) == (3, 1)
    assert column.top == [("AB-12", 2), ("CD-345", 1), ("é", 1)]
    assert (column.length_min, column.length_max) == (1, 6)
    assert column.length_mean == pytest.approx((5 + 6 + 5 + 1) / 4)
    assert column.patterns == [("A-9", 3), ("A", 1)]
    assert column.numeric is False


def test_dates_and_booleans_keep_their_types():
    frame = pl.DataFrame(
        {
            "day": [date(2024, 1, 2), date(2024, 1, 1), None],
            "at": [datetime(2024, 1, 1, 5), datetime(2024, 1, 1, 6), datetime(2024, 1, 2)],
            "yes": [True, False, True],
        }
    )
    found = profile(frame)
    assert found["day"].minimum == date(2024, 1, 1)
    assert found["at"].maximum == datetime(2024, 1, 2)
    assert found["at"].sorted == 1
    assert found["yes"].top == [(True, 2), (False, 1)]
    assert found["day"].temporal
    assert found.time == "at"


def test_odd_types_and_empty_tables():
    frame = pl.DataFrame(
        {
            "list": [[1, 2], [1, 2], None],
            "code": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
            "none": pl.Series([None, None, None], dtype=pl.Null),
            "money": pl.Series(["1.10", "2.20", None]).cast(pl.Decimal(10, 2)),
            "took": pl.Series([1, 2, 2]).cast(pl.Duration("ms")),
        }
    )
    found = profile(frame)
    assert [found[c].distinct for c in frame.columns] == [1, 2, 0, 2, 2]
    assert found["none"].present == 0
    assert found["money"].mean == pytest.approx(1.65)
    assert profile(pl.DataFrame()).rows == 0
    assert profile(pl.DataFrame({"a": pl.Series([], dtype=pl.Int64)}))["a"].distinct == 0


def test_key_and_time_are_the_clients_where_given():
    frame = pl.DataFrame({"value": [1, 2, 3], "customer_id": [7, 8, 9], "b": [1, 1, 2]})
    assert profile(frame).key == ["customer_id"]
    told = Engagement(name="e", tables={"t": TableSpec(key=["value", "b"], time="b")})
    assert profile(frame, told).key == ["value", "b"]
    assert profile(frame, told).time == "b"


def test_duplicates_are_counted_beyond_the_first():
    frame = pl.DataFrame({"a": [1, 1, 2, 1, None, None], "b": ["x", "x", "y", "z", None, None]})
    assert profile(frame).duplicate_rows == 2
    assert duplicate_mask(frame).to_list() == [False, True, False, False, False, True]
    assert duplicate_mask(pl.DataFrame({"a": [[1], [1], [2]]})).to_list() == [False, True, False]


def test_correlations_use_the_rows_where_both_are_there():
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    y = 2 * x + rng.normal(size=300)
    holes = [None if i % 7 == 0 else float(v) for i, v in enumerate(y)]
    frame = pl.DataFrame({"x": x, "y": holes, "z": np.ones(300)})
    keep = [i for i, v in enumerate(holes) if v is not None]
    expected = np.corrcoef(x[keep], y[keep])[0, 1]
    found = correlations(frame, ["x", "y", "z"])
    assert found == {("x", "y"): pytest.approx(expected, abs=1e-5)}
    assert profile(frame).correlations.keys() == {("x", "y")}


def test_many_columns_keep_only_strong_pairs():
    rng = np.random.default_rng(1)
    frame = pl.DataFrame({f"c{i}": rng.normal(size=500) for i in range(120)}).with_columns(twin=pl.col("c0") * 2)
    found = profile(frame).correlations
    assert found[("c0", "twin")] == pytest.approx(1.0)
    assert len(found) < 20


def test_the_engine_suits_the_shape():
    assert engine_for(1_000_000, 50) == "streaming"
    assert engine_for(5_000, 1000) == "in-memory"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60))
def test_number_figures_agree_with_numpy(values):
    column = profile(pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}))["x"]
    there = np.array([v for v in values if v is not None])
    assert column.present == len(there)
    assert column.distinct == len(np.unique(there))
    if len(there):
        assert column.mean == pytest.approx(there.mean(), abs=1e-6)
        assert column.minimum == there.min()
        assert column.maximum == there.max()
        assert sum(n for _, n in column.top) <= len(there)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), max_size=40))
def test_duplicates_agree_with_counting(rows):
    frame = pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.String}, orient="row")
    assert profile(frame).duplicate_rows == len(rows) - len(set(rows))


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([i * 7 % 100 - 50 for i in range(5_000)]),
        pl.Series([None if i % 3 == 0 else i * 7 % 100 for i in range(5_000)], dtype=pl.UInt8),
        pl.Series([i // 50 for i in range(5_000)]),
        pl.Series([i % 3 == 0 for i in range(5_000)]),
        pl.Series([i % 40 for i in range(5_000)], dtype=pl.Int32).cast(pl.Date),
        pl.Series([None] * 5_000, dtype=pl.Int64),
        pl.Series([2**64 - 1 - i % 3 for i in range(5_000)], dtype=pl.UInt64),
    ],
)
def test_numbers_that_are_counted_say_what_sorted_ones_do(
    column: pl.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorted_ = {}
    usual = value_profile(column, sorted_)
    monkeypatch.setattr("discovery.ordered.LONG", 100)
    monkeypatch.setattr("discovery.ordered.PIECE", 300)
    counted = {}
    assert value_profile(column, counted) == usual
    assert repr(counted) == repr(sorted_)


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("few", [True, False])
def test_equal_rows_of_long_and_narrow_tables_are_those_of_others(
    width: int, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    numbers = random.integers(0, 3 if few else 500, (1_000, 4))
    columns = {
        "n": pl.Series(numbers[:, 0]),
        "t": pl.Series([None if v == 1 else f"x{v}" for v in numbers[:, 1]]),
        "f": pl.Series([float("nan") if v == 2 else v / 2 for v in numbers[:, 2]]),
        "g": pl.Series([None if v == 0 else v for v in numbers[:, 3].tolist()]),
    }
    frame = pl.DataFrame(columns).select(list(columns)[:width])
    usual = duplicate_mask(frame)
    monkeypatch.setattr("discovery.audit.profiling.relate.LONG", 100)
    monkeypatch.setattr("discovery.audit.profiling.relate.PIECE", 300)
    assert duplicate_mask(frame).equals(usual)
