"""The two judges agree, expectation by expectation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.contract import Expectation, Suite, validate
from discovery.contract.canonical import canonical, to_pandas
from discovery.contract.model import new_suite
from discovery.intake.table import Table


def expect(kind: str, **kwargs: Any) -> Expectation:
    return Expectation(type=f"expect_{kind}", kwargs=kwargs)


SUITE = new_suite(
    "t",
    [
        expect("table_columns_to_match_set", column_set=["number", "whole"], exact_match=False),
        expect("table_columns_to_match_set", column_set=["number", "lost"], exact_match=False),
        expect("table_row_count_to_be_between", min_value=2, max_value=5),
        *[expect("column_values_to_not_be_null", column="number", mostly=m) for m in (1.0, 0.5)],
        *[
            expect("column_values_to_be_between", column="number", min_value=-1, max_value=1, mostly=m)
            for m in (1, 0.6)
        ],
        expect("column_values_to_be_between", column="whole", max_value=3),
        expect("column_values_to_be_between", column="text", min_value=0, max_value=1),
        expect("column_values_to_be_between", column="flag", min_value=1),
        expect(
            "column_values_to_be_between",
            column="moment",
            min_value="2020-01-01T00:00:00",
            max_value="2021-06-01T12:00:00",
        ),
        expect("column_values_to_be_between", column="number", min_value="2020-01-01T00:00:00"),
        expect("column_values_to_be_between", column="moment", min_value=1),
        expect("column_values_to_be_between", column="text", min_value="2020-01-01T00:00:00"),
        expect("column_values_to_be_in_set", column="text", value_set=["a", "b"], mostly=0.5),
        expect("column_values_to_be_in_set", column="whole", value_set=[0, 1, 2]),
        expect("column_values_to_be_in_set", column="number", value_set=["a"]),
        expect("column_values_to_be_in_set", column="text", value_set=[1, 2]),
        expect("column_values_to_match_regex", column="text", regex="^[a-z]{1,2}$", mostly=0.7),
        expect("column_values_to_be_unique", column="whole"),
        expect("column_values_to_be_unique", column="text"),
        expect("compound_columns_to_be_unique", column_list=["whole", "flag"]),
        expect("compound_columns_to_be_unique", column_list=["whole", "lost"]),
        expect("column_values_to_be_in_type_list", column="whole", type_list=["int64", "float64"]),
        expect("column_values_to_be_in_type_list", column="text", type_list=["int64", "float64"]),
        expect("column_values_to_be_in_type_list", column="flag", type_list=["bool", "BooleanDtype"]),
        expect("column_values_to_be_in_type_list", column="moment", type_list=["datetime64[ns]"]),
        expect("column_values_to_be_in_type_list", column="number", type_list=["datetime64[ns]"]),
        expect("column_values_to_be_of_type", column="text", type_="str"),
        expect("column_values_to_be_of_type", column="number", type_="str"),
        expect("column_values_to_be_between", column="lost", min_value=0),
        expect("column_values_to_not_be_null", column="nothing", mostly=0.5),
        expect("column_values_to_be_between", column="nothing", min_value=0),
        *[
            expect(
                "column_pair_values_a_to_be_greater_than_b",
                column_A=a,
                column_B=b,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            )
            for a, b in [("moment", "day"), ("whole", "number")]
        ],
    ],
)

rows = st.fixed_dictionaries(
    {
        "number": st.none() | st.floats(-2, 2) | st.sampled_from([float("nan"), float("inf"), 1.0, -999.0]),
        "whole": st.none() | st.integers(0, 5),
        "text": st.none() | st.sampled_from(["a", "b", "ab", "A", "", "é", "2020-05-05", "a\n"]),
        "flag": st.none() | st.booleans(),
        "moment": st.none() | st.datetimes(datetime(2019, 1, 1), datetime(2022, 1, 1)) | st.just(datetime(1, 1, 1)),
        "day": st.none() | st.dates(date(2019, 1, 1), date(2022, 1, 1)) | st.just(date(9999, 12, 31)),
        "nothing": st.none(),
    }
)
SCHEMA = {
    "number": pl.Float64,
    "whole": pl.Int32,
    "text": pl.String,
    "flag": pl.Boolean,
    "moment": pl.Datetime("us"),
    "day": pl.Date,
    "nothing": pl.Null,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=7))
def test_both_judges_give_the_same_outcomes(data: list[dict[str, Any]]) -> None:
    table = Table.from_frame("t", pl.DataFrame(data, schema=SCHEMA))
    by_gx, by_scan = validate(SUITE, table, "gx"), validate(SUITE, table, "scan")
    for ours, theirs in zip(by_scan.outcomes, by_gx.outcomes, strict=True):
        told = (ours.status, ours.reason)
        assert told == (theirs.status, theirs.reason), (ours, theirs)
        if theirs.checked and ours.checked:
            assert (ours.checked, ours.unexpected) == (theirs.checked, theirs.unexpected), (ours, theirs)


def test_a_missing_column_is_an_error_and_an_empty_one_is_vacuous() -> None:
    suite = new_suite(
        "t",
        [
            expect("column_values_to_be_between", column="gone", min_value=0),
            expect("column_values_to_be_between", column="empty", min_value=0),
            expect("column_values_to_be_between", column="x", min_value=0),
            expect("column_values_to_be_between", column="x", min_value=2),
        ],
    )
    table = Table.from_frame("t", pl.DataFrame({"x": [1, 2], "empty": [None, None]}))
    for engine in ("gx", "scan"):
        result = validate(suite, table, engine)  # type: ignore[arg-type]
        assert [o.status for o in result.outcomes] == ["errored", "vacuous", "passed", "failed"]
        assert not result.success
        assert result.outcomes[0].reason == "the column gone is not there"
        assert result.outcomes[3].words == "Expected that x lies at or above 2: 1 of 2 do not comply (50.0%)."
        assert result.summary()["vacuous"] == 1


def test_an_empty_table_passes_nothing() -> None:
    suite = new_suite("t", [expect("column_values_to_not_be_null", column="x")])
    table = Table.from_frame("t", pl.DataFrame({"x": []}, schema={"x": pl.Int64}))
    for engine in ("gx", "scan"):
        assert [o.status for o in validate(suite, table, engine).outcomes] == ["vacuous"]  # type: ignore[arg-type]


def test_columns_whose_names_differ_in_case_only_are_told_apart() -> None:
    suite = new_suite(
        "t",
        [
            expect("column_values_to_be_in_set", column="Sex", value_set=["Female", "Male"]),
            expect("column_values_to_be_in_set", column="SEX", value_set=["F", "M"]),
            expect("compound_columns_to_be_unique", column_list=["SEX", "Sex"]),
            expect("table_columns_to_match_set", column_set=["SEX", "Sex", "sex"], exact_match=False),
        ],
    )
    table = Table.from_frame("t", pl.DataFrame({"SEX": ["F", "M"], "Sex": ["Female", "Male"]}))
    for engine in ("gx", "scan"):
        outcomes = validate(suite, table, engine).outcomes  # type: ignore[arg-type]
        assert [o.status for o in outcomes] == ["passed", "passed", "passed", "failed"]
        assert outcomes[3].words.endswith("not there: sex.")


def test_an_expectation_unknown_to_the_scan_is_errored_not_passed() -> None:
    suite = Suite(name="t", expectations=[expect("column_values_to_be_increasing", column="x")])
    table = Table.from_frame("t", pl.DataFrame({"x": [1, 2]}))
    assert [o.status for o in validate(suite, table, "scan").outcomes] == ["errored"]


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, None], pl.UInt64, pl.Float64),
        ([1.5], pl.Decimal(10, 2), pl.Float64),
        ([datetime(2020, 1, 1)], pl.Datetime("ms", "Europe/Berlin"), pl.Datetime("ns")),
        (["a"], pl.Categorical, pl.String),
        ([[1, 2]], pl.List(pl.Int64), pl.String),
        ([b"x"], pl.Binary, pl.String),
    ],
)
def test_every_type_has_a_canonical_form(values: list[Any], dtype: Any, expected: Any) -> None:
    frame = canonical(pl.DataFrame({"x": pl.Series(values, dtype=dtype)}))
    assert frame.schema["x"] == expected
    assert len(to_pandas(frame)) == len(values)
