"""What looks like a fault at first sight and is none, as real tables have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit import audit_drop
from discovery.audit.grammar import agreed
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

N = 900


def audited(data: dict[str, Any], target: str | None = None, task: str = "multiclass") -> list[Finding]:
    cases = [UseCase(name="u", table="t", target=target, task=task)] if target else []  # type: ignore[arg-type]
    drop = Drop("t", {"t": Table.from_frame("t", pl.DataFrame(data))})
    return audit_drop(drop, Engagement(name="e", use_cases=cases), as_of=date(2024, 6, 1)).findings


@pytest.fixture
def r() -> np.random.Generator:
    return np.random.default_rng(5)


def kinds(findings: list[Finding], column: str) -> set[tuple[str, str]]:
    return {(f.kind, f.severity) for f in findings if column in f.columns}


@pytest.mark.parametrize("stem", ["column_", "V", "feature"])
def test_columns_without_a_name_are_no_kin_of_the_target(r: np.random.Generator, stem: str) -> None:
    label = r.integers(0, 3, N)
    data = {f"{stem}{i}": r.normal(size=N) + (3.5 * label if i == 1 else 0) for i in range(1, 5)}
    found = audited({**data, f"{stem}5": [f"class {k}" for k in label]}, target=f"{stem}5")
    assert not [f for f in found if f.kind == "leak" and f.severity == "major"]


def test_numbers_that_run_on_across_a_bound_are_about_something_else(r: np.random.Generator) -> None:
    found = audited({"hr": r.negative_binomial(1, 0.1, 3000), "capital_long": r.lognormal(3, 1.2, 3000).round()})
    assert not [f for f in found if f.kind == "impossible_value"]
    stray = np.where(np.arange(3000) % 500 == 0, 27, r.integers(0, 24, 3000))
    assert [f.rows_affected for f in audited({"hr": stray}) if f.kind == "impossible_value"] == [6]


def test_days_by_name_that_are_no_days_of_a_month(r: np.random.Generator) -> None:
    drinks = r.poisson(1.0, N)
    drinks[3] = 35
    assert not [f for f in audited({"drinks_day": drinks}) if f.kind == "impossible_value"]


def test_a_code_of_three_letters_is_no_placeholder(r: np.random.Generator) -> None:
    teams = r.choice(["NYA", "BOS", "CLE", "DET", "CHA", "TBA"], N)
    assert ("sentinel_missing", "major") not in kinds(audited({"team": teams, "runs": r.poisson(4, N)}), "team")
    assert not [f for f in audited({"team": teams}) if f.kind == "sentinel_missing"]
    words = r.choice(["main hall", "annex", "TBA"], N)
    assert [f for f in audited({"place": words}) if f.kind == "sentinel_missing"]


def test_a_level_called_unknown_is_minor(r: np.random.Generator) -> None:
    said = r.choice(["student", "admin", "retired", "unknown"], N)
    assert ("sentinel_missing", "minor") in kinds(audited({"job": said}), "job")
    signs = np.where(said == "unknown", "?", said)
    assert ("sentinel_missing", "major") in kinds(audited({"job": signs}), "job")


def test_counts_and_ages_thin_out_and_are_no_scale(r: np.random.Generator) -> None:
    ages = np.concatenate([np.repeat([1, 2, 3, 4, 5, 6, 7], [5, 12, 9, 7, 5, 5, 3]), [9, 9]])
    assert not [f for f in audited({"age": ages}) if f.kind == "sentinel_missing"]
    answers = np.concatenate([r.integers(1, 6, N), np.full(12, 9)])
    assert [f for f in audited({"answer": answers}) if f.kind == "sentinel_missing"]


def test_counts_far_apart_are_not_seconds_and_hours(r: np.random.Generator) -> None:
    base = np.concatenate([r.lognormal(5, 0.3, 300), 3600 * r.lognormal(5, 0.3, 300)])
    order = r.permutation(600)
    assert not [f for f in audited({"deaths": base[order]}) if f.kind == "unit_mix"]
    assert [f for f in audited({"call_time": base[order]}) if f.kind == "unit_mix"]


def test_a_far_place_is_no_code(r: np.random.Generator) -> None:
    east = np.concatenate([r.normal(-157.8, 0.4, 400), np.full(17, -169.5)])
    assert not [f for f in audited({"lon": east.round(4)}) if f.kind == "sentinel_missing"]


def test_extremes_of_different_matters_bound_nothing(r: np.random.Generator) -> None:
    day = np.arange(365)
    usual = 60 - 12 * np.cos(day / 58) + r.normal(0, 0.2, 365)
    low = usual - 10 + r.normal(0, 5, 365)
    found = audited({"actual_min_temp": low, "average_max_temp": usual})
    assert not [f for f in found if f.kind == "rule_violation"]
    low, high = r.normal(50, 9, 365), r.normal(70, 9, 365) + 20
    low[:5] += 80
    assert [f for f in audited({"min_temp": low, "max_temp": high}) if f.kind == "rule_violation"]


def test_words_in_passing_make_no_range(r: np.random.Generator) -> None:
    data = {"change from 2019": r.normal(-10, 6, 300), "pct 18 to 22": r.normal(2, 6, 300)}
    assert not [f for f in audited(data) if f.kind == "rule_violation"]


def test_a_certain_outcome_is_no_code(r: np.random.Generator) -> None:
    chance = np.concatenate([r.normal(0.2, 0.01, 60).round(4), np.ones(6)])
    assert not [f for f in audited({"tie": chance}) if f.kind == "sentinel_missing"]


def test_amounts_that_rarely_cross_are_no_rule(r: np.random.Generator) -> None:
    at_bat = r.lognormal(3.5, 1.8, 20_000)
    walks = at_bat * r.lognormal(-1.5, 0.5, 20_000)
    assert (walks > at_bat).any()
    assert not [f for f in audited({"bb": walks, "ab": at_bat}) if f.kind == "rule_violation"]


def test_row_numbers_and_measures_of_the_same_things_repeat_nothing(r: np.random.Generator) -> None:
    place = r.integers(0, 40, N)
    areas, people = r.lognormal(5, 1, 40).round(3), r.lognormal(9, 1, 40).round(3)
    data = {"rownames": np.arange(1, N + 1), "year": np.arange(1100, 1100 + N)}
    data |= {"area": areas[place], "people": people[place]}
    assert not [f for f in audited(data) if f.kind == "redundant_column"]


def test_equal_rows_of_two_related_measures_are_chance(r: np.random.Generator) -> None:
    long = r.random(300) < 0.6
    minutes = np.where(long, r.normal(4.4, 0.4, 300), r.normal(2.0, 0.3, 300)).round(1)
    waiting = (33 + 10.7 * minutes + r.normal(0, 3, 300)).round()
    found = audited({"duration": minutes, "waiting": waiting, "kind": np.where(long, "long", "short")})
    assert [f.severity for f in found if f.kind == "duplicate_rows"] == ["info"]


def test_remarks_need_not_be_there(r: np.random.Generator) -> None:
    remark = [None if i % 8 else f"seen by night {i}" for i in range(N)]
    found = audited({"Comments": remark, "x": r.normal(size=N), "y": r.integers(0, 2, N)}, "y", "binary")
    assert ("missing", "minor") in kinds(found, "Comments")


def test_marks_in_a_value_are_minor(r: np.random.Generator) -> None:
    how = r.choice(["Live", "Live*", "Online", "IVR"], N)
    assert ("inconsistent_category", "major") not in kinds(audited({"method": how}), "method")


def test_scores_of_persons_do_not_identify(look: Callable[..., list[Finding]], r: np.random.Generator) -> None:
    from discovery.audit.checks.privacy.reidentification import reidentification

    data = {"sex": r.choice(["f", "m"], N), "age": r.integers(20, 60, N), "job_seek": r.integers(20, 101, N) / 20}
    assert not look(reidentification, data)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1 values of 'city' look like another.", "1 value of 'city' looks like another."),
        ("1 rows repeat another row.", "1 row repeats another row."),
        ("1 rows of the file could not be read.", "1 row of the file could not be read."),
        ("1 of 3 rows repeat.", "1 of 3 rows repeat."),
        ("21 rows repeat another row.", "21 rows repeat another row."),
    ],
)
def test_one_is_singular(text: str, right: str) -> None:
    assert agreed(text) == right


def test_a_count_that_goes_on_is_no_digit_typed_twice() -> None:
    counts = np.concatenate([np.repeat(np.arange(1, 10), [200, 150, 110, 80, 60, 40, 25, 12, 6]), [11, 11, 11]])
    assert not [f for f in audited({"previous": counts}) if f.kind == "impossible_value"]


class TestGroupsApart:
    """Faults in many rows, which single outliers do not tell."""

    def test_values_far_above_all_others(self, r: np.random.Generator) -> None:
        weights = r.normal(76, 11, N).round(1)
        weights[::20] = (300 + 90 * r.random(N // 20)).round(1)
        found = [f for f in audited({"weight": weights}) if f.kind == "outlier"]
        assert [f.rows_affected for f in found] == [N // 20]

    def test_heavy_tails_and_two_kinds_are_no_faults(self, r: np.random.Generator) -> None:
        odds = np.sort(10 ** (6 * r.random(70) ** 2))
        kinds_ = np.where(r.random(N) < 0.3, r.normal(5, 0.3, N), r.normal(1.5, 0.2, N))
        assert not [f for f in audited({"odds": odds}) if f.kind == "outlier" and f.severity != "info"]
        assert not [f for f in audited({"length": kinds_}) if f.kind == "outlier"]

    def test_signs_lost_in_a_quantity_far_above_0(self, r: np.random.Generator) -> None:
        pressure = r.normal(1013, 7, N).round(1)
        pressure[::20] *= -1
        found = [f for f in audited({"reading": pressure}) if f.kind == "impossible_value"]
        assert [f.rows_affected for f in found] == [N // 20]

    def test_numbers_on_both_sides_of_0_are_sound(self, r: np.random.Generator) -> None:
        data = {"balance": r.normal(200, 120, N).round(2), "yield_": r.lognormal(1, 0.8, N) - 0.9}
        assert not [f for f in audited(data) if f.kind == "impossible_value"]

    def test_dates_decades_ahead(self, r: np.random.Generator) -> None:
        from datetime import timedelta

        days = [date(2022, 1, 1) + timedelta(days=int(d)) for d in r.integers(0, 700, N)]
        for i in range(0, N, 30):
            days[i] = days[i].replace(year=2095, day=1)
        found = [f for f in audited({"signed_up": days}) if f.kind == "bad_date"]
        assert [f.rows_affected for f in found] == [N // 30]
