"""Imbalance, too few rows, and targets that move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.readiness.target import imbalance, target_shift, too_few_rows
from discovery.audit.context import TableContext
from discovery.audit.run import audit_drop, table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

Run = Callable[[TableContext], Iterable[Finding]]


def audit(run: Run, y: list[Any], frame: pl.DataFrame | None = None, **case: Any) -> list[Finding]:
    frame = pl.DataFrame({"x": range(len(y))}) if frame is None else frame
    frame = frame.with_columns(y=pl.Series(y))
    engagement = Engagement(name="e", use_cases=[UseCase(name="case", table="t", target="y", **case)])
    return list(run(table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1))))


@pytest.mark.parametrize(
    ("y", "severity"),
    [
        (["a"] * 500 + ["b"] * 500, None),
        (["a"] * 620 + ["b"] * 380, None),
        (["a"] * 700 + ["b"] * 300, "info"),
        (["-"] * 700 + ["b"] * 300, "info"),
        (["-"] * 300 + ["a"] * 400 + ["b"] * 300, None),
        (["a"] * 890 + ["b"] * 110, "minor"),
        (["a"] * 990 + ["b"] * 10, "major"),
        (["a"] * 300 + ["b"] * 300 + ["c"] * 300, None),
        (["a"] * 500 + ["b"] * 400 + ["c"] * 100, "info"),
        (["a"] * 500 + ["b"] * 450 + ["c"] * 50, "minor"),
        (["a"] * 600 + ["b"] * 400 + ["c"] * 3, "major"),
        ([*list("abcdefghijkl") * 80, "m"], "minor"),
        ([1] * 400 + [2] * 500 + [3] * 10, "minor"),
        ([0.0] * 850 + [float(i) / 7 for i in range(1, 151)], "minor"),
        ([0.0] * 500 + [float(i) / 7 for i in range(1, 501)], "info"),
        ([float(i) / 7 for i in range(500)], None),
    ],
)
def test_imbalance_by_share_and_count(y: list[Any], severity: str | None) -> None:
    found = audit(imbalance, y)
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(f.columns == ["y"] and f.advice and f.consequence for f in found)


def test_imbalance_of_an_unlearnable_target_is_silent() -> None:
    assert audit(imbalance, ["a"] * 100) == []
    assert audit(too_few_rows, ["a"] * 100) == []
    assert audit(target_shift, ["a"] * 100) == []


@pytest.mark.parametrize(
    ("rows", "features", "severity"),
    [(1000, 5, None), (40, 2, "major"), (120, 2, "minor"), (300, 40, "info"), (300, 100, "minor")],
)
def test_too_few_rows(rows: int, features: int, severity: str | None) -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({f"c{i}": rng.normal(size=rows) for i in range(features)})
    found = audit(too_few_rows, list(np.arange(rows) % 2), frame)
    assert [f.severity for f in found] == ([severity] if severity else [])


def test_target_that_grows_over_time() -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(1000)
    frame = pl.DataFrame({"day": [date(2020, 1, 1) + timedelta(days=int(i)) for i in order]})
    y = rng.random(1000) < order / 1000
    found = audit(target_shift, list(y), frame)
    assert found[0].severity == "minor"
    assert "'day'" in found[0].summary
    assert len(found[0].details["block_means"]) == 10
    assert audit(target_shift, list(rng.random(1000) < 0.5), frame) == []


def test_a_target_that_comes_and_goes_within_a_year_is_only_good_to_know() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"day": [date(2020, 1, 1) + timedelta(days=i // 3) for i in range(1098)]})
    season = 10 - 8 * np.cos(np.arange(1098) / 1098 * 2 * np.pi)
    (found,) = audit(target_shift, list(season + rng.normal(size=1098)), frame)
    assert found.severity == "info"
    (found,) = audit(target_shift, list(np.linspace(2, 18, 1098) + rng.normal(size=1098)), frame)
    assert found.severity == "minor"


@pytest.mark.parametrize("name", ["HireDate", "birth", "date_founded", "shop_opened"])
def test_when_something_began_is_no_time_of_the_rows(name: str) -> None:
    order = np.random.default_rng(0).permutation(1000)
    days = [date(1980, 1, 1) + timedelta(days=9 * int(i)) for i in order]
    assert audit(target_shift, list(order / 9.0), pl.DataFrame({name: days})) == []
    (found,) = audit(target_shift, list(order / 9.0), pl.DataFrame({name: days, "opened_at": days}))
    assert "'opened_at'" in found.summary
    assert "over" in audit(target_shift, list(order / 9.0), pl.DataFrame({name: days}), time=name)[0].summary


def test_rows_of_one_time_are_not_cut_apart() -> None:
    rng = np.random.default_rng(0)
    days = [date(2020, 1, 1) + timedelta(days=int(i)) for i in np.repeat(range(5), 200)]
    within = np.tile(np.linspace(1, 9, 200), 5) + rng.normal(size=1000)
    assert audit(target_shift, list(within), pl.DataFrame({"day": days})) == []
    assert audit(target_shift, list(within), pl.DataFrame({"day": [days[0]] * 1000}), time="day") == []
    by_day = np.repeat([1.0, 9, 3, 7, 5], 200) + rng.normal(size=1000)
    assert audit(target_shift, list(by_day), pl.DataFrame({"day": days})) == []


def test_few_times_with_a_direction_are_told_by_their_parts() -> None:
    rng = np.random.default_rng(0)
    days = [date(2015 + int(i), 1, 1) for i in np.repeat(range(6), 200)]
    y = np.repeat(range(2, 8), 200) + rng.normal(size=1200)
    (found,) = audit(target_shift, list(y), pl.DataFrame({"day": days}))
    assert "in 6 parts of the rows" in found.summary
    assert len(found.details["block_means"]) == 6


def test_target_that_follows_the_row_order() -> None:
    rng = np.random.default_rng(0)
    y = np.linspace(10, 30, 800) + rng.normal(size=800)
    found = audit(target_shift, list(y))
    assert "first rows to the last" in found[0].summary
    assert found[0].severity == "info"
    assert audit(target_shift, list(rng.permutation(y))) == []
    assert audit(target_shift, list(y[:50])) == []


def test_a_class_in_two_cases_of_letters_is_one() -> None:
    (finding,) = audit(imbalance, ["Media"] * 200 + ["media"] * 3 + ["Acting"] * 500 + ["Politics"] * 80)
    assert finding.details["classes"] == 3
    assert finding.rows_affected == 80


def test_classes_that_stand_for_a_gap_are_none() -> None:
    (finding,) = audit(imbalance, ["Yes"] * 700 + ["No"] * 100 + ["Not Available"] * 5)
    assert (finding.severity, finding.rows_affected, finding.details["classes"]) == ("minor", 100, 2)
    (finding,) = audit(imbalance, ["Yes"] * 700 + ["Unknown"] * 100)
    assert finding.rows_affected == 100

    def after_the_codes(context: TableContext) -> Iterable[Finding]:
        return [*numeric_codes(context), *imbalance(context)]

    y = [-99] * 12 + [1] * 400 + [2] * 300 + [3] * 300 + [4] * 80
    (finding,) = audit(imbalance, y, task="multiclass")
    assert finding.rows_affected == 12
    told = audit(after_the_codes, y, task="multiclass")
    assert [(f.kind, f.rows_affected) for f in told] == [("sentinel_missing", 12), ("imbalance", 80)]


def test_few_rows_of_a_class_that_is_not_rare_are_no_grave_imbalance() -> None:
    (finding,) = audit(imbalance, ["a"] * 37 + ["b"] * 20)
    assert finding.severity == "info"
    (finding,) = audit(imbalance, ["a"] * 190 + ["b"] * 10)
    assert finding.severity == "major"


def test_codes_of_classes_are_no_grades() -> None:
    codes = [1] * 400 + [2] * 500 + [7] * 40
    (finding,) = audit(imbalance, codes, task="multiclass")
    assert "rarest class" in finding.summary
    assert "rarest grade" in audit(imbalance, codes)[0].summary
    (moved,) = audit(target_shift, codes, task="multiclass")
    assert moved.summary.startswith("The rate of class 1 of 'y' moves from the first rows to the last")
    mixed = np.random.default_rng(0).permutation(codes).tolist()
    assert audit(target_shift, mixed, task="multiclass") == []


def test_a_shift_of_sorted_rows_is_told_as_their_order() -> None:
    frame = pl.DataFrame({"x": np.random.default_rng(0).normal(size=600), "y": ["a"] * 350 + ["b"] * 250})
    drop = Drop("d", {"t": Table.from_frame("t", frame)})
    case = UseCase(name="case", table="t", target="y", task="binary")
    kinds = {f.kind for f in audit_drop(drop, Engagement(name="e", use_cases=[case])).findings}
    assert "leak" in kinds
    assert "target_shift" not in kinds


def test_two_classes_in_several_cases_of_letters_are_two() -> None:
    words = ["Yes"] * 250 + ["yes"] * 50 + ["No"] * 650 + ["no"] * 50
    (finding,) = audit(imbalance, words)
    assert (finding.severity, finding.rows_affected, finding.details["classes"]) == ("info", 300, 2)
    assert "join the rarest" not in finding.advice


def test_a_number_of_two_values_has_a_mean_and_no_rate() -> None:
    y = [0.0] * 300 + [5.0] * 500
    (finding,) = audit(target_shift, y, task="regression")
    assert finding.summary.startswith("The mean of 'y' moves")
    (finding,) = audit(target_shift, y, task="binary")
    assert finding.summary.startswith("The rate of the rarer class of 'y' moves")
