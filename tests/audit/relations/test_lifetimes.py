"""Rules of ages, of years spent, of windows of time and of prices."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.relations.lifetimes import (
    age_at,
    instant_rules,
    lifetime_rules,
    time_spent,
    window,
    window_rules,
)
from discovery.audit.vocabulary.orders import order_by_name

ROWS = 800


def people() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    age = rng.integers(15, 80, ROWS)
    first = np.minimum(rng.integers(12, 30, ROWS), age)
    return pl.DataFrame({"Age": age, "first_pregnancy": first, "age_at_diagnosis": np.minimum(age, 50)})


def told(frame: pl.DataFrame) -> dict[tuple[str, ...], int]:
    return {r.columns: int(r.wrong.sum()) for r in [*lifetime_rules(frame), *window_rules(frame)]}


def test_what_happened_at_an_age_above_the_present_one() -> None:
    frame = people()
    assert told(frame) == {}
    age = frame["Age"].to_numpy().copy()
    age[[5, 9]] = 10
    assert told(frame.with_columns(Age=pl.Series(age))) == {
        ("first_pregnancy", "Age"): 2,
        ("age_at_diagnosis", "Age"): 2,
    }


def test_what_is_first_and_no_age() -> None:
    rng = np.random.default_rng(1)
    for name in ("first_exam_score", "first", "first_visit"):
        frame = people().select("Age").with_columns(pl.Series(name, rng.integers(0, 100, ROWS)))
        assert told(frame) == {}, name


def test_years_spent_that_are_more_than_a_life() -> None:
    frame = people().select("Age").with_columns(years_experience=(pl.col("Age") - 15) // 2)
    assert told(frame) == {}
    assert told(frame.with_columns(years_experience=pl.Series([99, *frame["years_experience"][1:]]))) == {
        ("years_experience", "Age"): 1
    }
    months = frame.with_columns(tenure=pl.Series(np.random.default_rng(2).integers(1, 72, ROWS)))
    assert told(months) == {}, "it may be counted in months"


def test_more_in_a_shorter_window_than_in_a_longer_one() -> None:
    rng = np.random.default_rng(3)
    year = rng.poisson(3, ROWS)
    frame = pl.DataFrame({"inq_last_6mths": rng.binomial(year, 0.5), "inq_last_12m": year})
    assert told(frame) == {}
    half = frame["inq_last_6mths"].to_numpy().copy()
    half[:7] = year[:7] + 1
    broken = frame.with_columns(inq_last_6mths=pl.Series(half))
    assert told(broken) == {("inq_last_6mths", "inq_last_12m"): 7}
    assert told(broken.rename({"inq_last_6mths": "mean_last_6mths", "inq_last_12m": "mean_last_12m"})) == {}
    assert told(broken.rename({"inq_last_6mths": "calls_last_6mths"})) == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("AgeAtOnset", "sure"), ("age first birth", "sure"), ("First sexual intercourse", "first"),
        ("first_name", None), ("age_at_death", None), ("age_first_funding_year", "sure"), ("first_payment", None),
    ],
)  # fmt: skip
def test_names_of_ages_at_which_something_happened(name: str, said: str | None) -> None:
    assert age_at(name) == said


def test_names_of_time_spent_and_of_windows() -> None:
    spent = ("TotalWorkingYears", "tenure", "emp_length")
    assert [time_spent(n) for n in (*spent, "experience_level", "service_id")] == [True, True, True, False, False]
    assert window("open_il_24m") == ("open il", 730)
    assert window("calls last 30 days") == ("calls last", 30)
    assert [window(n) for n in ("price_change_7d", "pm10", "2015", "days_30", "q1_m")] == [None] * 5


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [
        ("landValue", "price", 1), ("Maximum Retail Price", "Selling Price", -1), ("households", "population", 1),
        ("discounted_price", "actual_price", 1), ("sale_price", "list_price", 0), ("land_area", "price", 0),
    ],
)  # fmt: skip
def test_what_bounds_the_other_by_name(low: str, high: str, sign: int) -> None:
    assert order_by_name(low, high, dates=False) == sign


def trips(equal: int, days: bool = False) -> pl.DataFrame:
    start = [datetime(2019, 3, 1) + timedelta(minutes=7 * i) for i in range(2000)]
    end = [s + timedelta(minutes=0 if i < equal else 3 + i % 40) for i, s in enumerate(start)]
    frame = pl.DataFrame({"pickup": start, "dropoff": end})
    return frame.with_columns(pl.all().dt.truncate("1d")) if days else frame


def test_a_trip_that_ends_when_it_begins() -> None:
    frame = trips(4)
    (rule,) = instant_rules(frame, frame.columns)
    assert (rule.columns, int(rule.wrong.sum())) == (("pickup", "dropoff"), 4)
    assert list(instant_rules(trips(0), frame.columns)) == []
    assert list(instant_rules(trips(400), frame.columns)) == []
    assert list(instant_rules(trips(4, days=True), frame.columns)) == []
    assert list(instant_rules(frame.rename({"dropoff": "seen"}), ["pickup", "seen"])) == []


def test_what_takes_no_time_is_asked_about(look) -> None:
    (found,) = [f for f in look(rule_violation, trips(4)) if f.kind == "rule_violation"]
    assert (found.severity, found.rows_affected) == ("info", 4)
