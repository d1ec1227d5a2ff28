"""Isolated values are found; heavy tails, counts and grids are not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.outliers import caps, extremes, lone_levels, scattered
from discovery.engagement import Engagement
from discovery.intake.table import Drop, Table

RNG = np.random.default_rng(11)


def cut_off(context):
    """Return what a gap cuts off; long tails are but remarked upon."""
    return [f for f in extremes(context) if f.severity != "info"]


@pytest.mark.parametrize(
    ("values", "extra"),
    [
        (RNG.normal(0.14, 0.04, 4000), [1.13, 0.515]),
        (RNG.exponential(30, 1300), [900.0]),
        (RNG.poisson(3, 20_000).clip(1, 11), [33]),
        (RNG.normal(100, 5, 1000), [20.0]),
    ],
)
def test_planted(look, values, extra):
    found = look(cut_off, {"x": [*np.asarray(values).tolist(), *extra]})
    assert len(found) == 1
    assert found[0].severity == "minor"
    assert found[0].rows_affected == len(extra)
    assert {float(v) for v in found[0].details["values"]} == {float(v) for v in extra}
    assert found[0].details["std_with"] > found[0].details["std_without"]


def test_one_value_far_beyond_a_tail_that_is_a_little_heavy(look):
    tail = RNG.gamma(0.7, 12, 6000)
    assert look(cut_off, {"x": [*tail.tolist(), 2.2 * float(tail.max())]})[0].rows_affected == 1
    assert look(cut_off, {"x": [*tail.tolist(), 1.2 * float(tail.max())]}) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "draw",
    [
        lambda r: r.normal(size=3000),
        lambda r: r.lognormal(7, 1.2, 3000),
        lambda r: r.exponential(5, 3000),
        lambda r: r.pareto(2.5, 3000),
        lambda r: r.standard_t(3, 3000),
        lambda r: r.geometric(0.2, 3000),
        lambda r: r.integers(0, 10, 3000),
        lambda r: np.concatenate([r.normal(0, 1, 1500), r.normal(30, 1, 1500)]),
        lambda r: r.beta(2, 5, 3000),
    ],
)
def test_sound_columns(look, seed, draw):
    values = draw(np.random.default_rng(seed))
    found = look(cut_off, {"x": values.tolist()}) + cut_at(look, {"x": values.tolist()})
    assert found == []


def test_identifiers_and_short_columns_are_left_alone(look):
    assert look(cut_off, {"order_id": [*range(200), 10**6]}) == []
    assert look(cut_off, {"x": [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]}) == []


def test_personal_values_are_masked(look):
    values = [*RNG.normal(5000, 100, 500).round().tolist(), 99123.0]
    found = look(cut_off, {"pay": values}, personal=["pay"])
    assert "99123" not in found[0].summary
    assert "99123" not in str(found[0].evidence)


def cut_at(look, *args, **more):
    """Return what is told of caps; that they stand for more is said beside it, as a remark."""
    found = look(caps, *args, **more)
    assert [f.severity for f in found if f.kind == "sentinel_missing" and "all that is more" in f.summary] == [
        "info"
    ] * sum("looks like a cap" in f.summary for f in found)
    return [f for f in found if "all that is more" not in f.summary]


def test_caps(look):
    incomes = RNG.lognormal(12, 0.5, 3000).round()
    capped = np.minimum(incomes, 300_001).tolist()
    found = cut_at(look, {"value": capped})
    assert found[0].details["values"] == ["300001"]
    assert found[0].rows_affected == capped.count(300_001)
    assert cut_at(look, {"value": incomes.tolist()}) == []
    assert cut_at(look, {"share": np.minimum(RNG.random(3000) * 1.2, 1.0).tolist()}) == []
    assert cut_at(look, {"score_pct": np.minimum(RNG.random(3000) * 120, 99.0).tolist()}) == []


def test_one_value_several_times_the_next_counts_in_a_heavy_tail(look):
    income = np.concatenate([np.random.default_rng(8).normal(52_000, 21_000, 2000).clip(2_000), [153_924, 162_397]])
    found = look(cut_off, {"income": [*income.round().tolist(), 666_666.0]})
    assert [f.details["values"] for f in found] == [["666666"]]


def test_heavy_tails_are_seldom_cut(look):
    hits = sum(bool(look(cut_off, {"x": np.random.default_rng(s).lognormal(0, 2, 1000)})) for s in range(40))
    assert hits <= 6


def test_a_multiple_of_a_plateau(look):
    sizes = [1300] * 250 + [1400] * 160 + [1332, 1398, 1587, 1598, 1900, 1975] * 3 + [1600] * 850 + [2000] * 120
    (found,) = look(cut_off, {"cc": [*sizes, 16000]})
    assert found.details["values"] == ["16000"]
    assert look(cut_off, {"cc": [*sizes, 2500]}) == []


def test_long_tails_are_remarked_upon_together(look):
    rng = np.random.default_rng(1)
    data = {
        "income": rng.lognormal(10, 1.4, 3000).tolist(),
        "age": rng.normal(40, 12, 3000).round().tolist(),
        "rain": (rng.random(3000) < 0.4) * rng.lognormal(0, 1.1, 3000),
        "order_id": rng.lognormal(10, 1.4, 3000).tolist(),
    }
    (found,) = look(extremes, data)
    assert (found.columns, found.severity, found.fix) == (["income", "rain"], "info", None)
    assert found.summary.startswith("2 columns have long tails, to ")
    assert {e.row for e in found.evidence} == {int(np.argmax(data[name])) + 1 for name in found.columns}
    (alone,) = look(extremes, {"income": data["income"], "age": data["age"]})
    assert alone.summary.startswith("'income' has a long tail")


def test_a_value_that_stands_off_is_remarked_upon_though_chance_may_have_left_the_gap(look):
    rng = np.random.default_rng(4)
    pressure = [*rng.lognormal(4.87, 0.15, 4000).clip(80, 200).tolist(), 210, 215, 220, 230, 235, 243, 244, 248]
    (found,) = look(extremes, {"pressure": [*pressure, 295]})
    assert (found.severity, found.evidence[0].values) == ("info", {"pressure": "295.0"})
    assert look(extremes, {"pressure": [*pressure, 255]}) == []


def test_values_far_off_are_found_where_most_are_one_and_the_same(look):
    adults = np.repeat([1, 2, 3, 4], [2000, 7600, 500, 60]).tolist()
    far = [20, 20, 26, 26, 27, 40, 50, 55]
    (found,) = look(cut_off, {"adults": [*adults, *far]})
    assert found.rows_affected == len(far)
    assert look(cut_off, {"adults": [*adults, 5, 5, 5]}) == []


def test_a_tenth_of_the_rows_is_no_group_of_outliers(look):
    rest = RNG.normal(40, 4, 1500).round(1).tolist()
    assert look(cut_off, {"k": [*rest, *RNG.normal(200, 3, 150).round(1).tolist()]}) == []
    assert look(cut_off, {"k": [*rest, *[200.0] * 150]})[0].rows_affected == 150
    few = RNG.normal(200, 3, 15).round(1).tolist()
    assert look(cut_off, {"k": [*rest, *few]})[0].rows_affected == 15


def test_the_widest_gap_cuts(look):
    table = np.repeat(
        np.arange(50, 69), [1, 2, 3, 9, 30, 90, 300, 900, 2000, 3000, 900, 400, 300, 200, 90, 60, 20, 9, 3]
    )
    found = look(cut_off, {"table": [*table.tolist(), 70.5, 79.0, 95.0]})
    assert found[0].rows_affected <= 3


def test_numbers_of_one_length_are_names(look):
    lots = RNG.integers(159_000_000, 167_900_000, 2000).tolist()
    assert look(extremes, {"lot": [*lots, 900_000_000]}) == []


def test_limits_of_measurement_and_caps_at_round_prices(look):
    cycles = [*RNG.uniform(14, 39, 900).round(2).tolist(), *[45.0] * 9000]
    assert cut_at(look, {"ct_result": cycles})[0].rows_affected == 9000
    prices = [*RNG.uniform(26, 99.9, 1500).round(2).tolist(), *[100.0] * 1300]
    assert cut_at(look, {"PRICEEACH": prices})[0].rows_affected == 1300
    assert (
        cut_at(look, {"credit_score": np.minimum(RNG.normal(650, 96, 9000).round(), 850).tolist()})[0].severity
        == "minor"
    )
    assert cut_at(look, {"test_score": np.minimum(RNG.normal(70, 20, 9000).round(), 100).tolist()}) == []


def test_values_scattered_around_a_fixed_one(look):
    rng = np.random.default_rng(5)
    fixed = np.where(np.arange(400) % 6 == 0, 34.3 + rng.normal(0, 8, 400), 34.3)
    (found,) = look(scattered, {"lat": fixed.tolist()})
    assert (found.kind, found.severity, found.rows_affected) == ("outlier", "minor", 67)
    assert found.evidence[0].row == 1


@pytest.mark.parametrize(
    "others",
    [
        np.random.default_rng(5).exponential(8, 400) + 40,  # one side only, as counts and caps have it
        np.random.default_rng(5).choice([20.0, 30.0, 50.0, 60.0], 400),  # few values
        np.full(400, 41.0),
    ],
)
def test_a_usual_value_and_others_by_nature(look, others):
    assert look(scattered, {"hours": np.where(np.arange(400) % 6 == 0, others, 40.0).tolist()}) == []
    assert look(scattered, {"gain": np.where(np.arange(400) % 6 == 0, others - 40, 0.0).tolist()}) == []


def test_codes_have_no_long_tails(look):
    values = np.r_[RNG.integers(1, 30, 500), [216] * 5]
    assert look(extremes, {"Country Code": values}) == []


def test_a_cap_that_a_quarter_of_the_rows_reach(look):
    sight = np.r_[RNG.integers(27, 2000, 3000), [2000] * 1000]
    (found,) = cut_at(look, {"visibility": sight})
    assert found.rows_affected == 1000


def test_a_day_has_1440_minutes(look):
    still = np.r_[RNG.normal(1000, 150, 900).round().clip(0, 1400), [1440] * 80]
    assert cut_at(look, {"SedentaryMinutes": still}) == []


def test_personal_amounts_are_masked_throughout(look):
    values = [*RNG.normal(3000, 100, 400).round(2).tolist(), 912345.67]
    (found,) = look(extremes, {"x": values}, personal=["x"])
    assert "912345" not in str(found)
    assert found.fix is None


def test_a_gap_that_is_narrow_for_where_it_lies_leaves_a_long_tail(look):
    inner = np.clip(np.random.default_rng(3).normal(0, 1, 20_000), -4, 4)
    inner = np.concatenate([inner, np.linspace(4, 5.2, 30)])
    near = [*inner.tolist(), *np.linspace(6, 7, 20).tolist()]
    assert look(cut_off, {"x": near}) == []
    assert [(f.severity, f.columns) for f in look(extremes, {"x": near})] == [("info", ["x"])]
    apart = [*inner.tolist(), *np.linspace(6.7, 7.5, 20).tolist()]
    assert look(cut_off, {"x": apart})[0].rows_affected == 20


def test_a_level_far_from_the_few_others(look):
    levels = [*RNG.integers(0, 4, 400).tolist(), 17]
    (found,) = look(lone_levels, {"rooms": levels})
    assert (found.kind, found.severity, found.details["values"]) == ("outlier", "minor", ["17"])
    assert look(lone_levels, {"rooms": [*levels[:-1], -12]})[0].details["values"] == ["-12"]
    assert look(lone_levels, {"rooms": [*levels[:-1], 9]}) == []


def test_years_written_one_after_the_other_are_no_numbers(look):
    years = ["2017"] * 300 + ["20172016"] * 100 + ["201720162015"] * 20 + ["2017201620152014"] * 3
    years += [str(y) for y in range(2005, 2017)] * 4
    assert look(extremes, {"certified": [int(y) for y in years]}) == []
    assert look(extremes, {"certified": [*[int(y) for y in years if len(y) < 9], 999_999_999]})


def test_a_target_cut_off_at_the_end_of_its_scale_is_remarked_upon(look):
    crimes = np.minimum(RNG.exponential(0.3, 1500), 1.0).round(2).tolist()
    (found,) = cut_at(look, {"crimes": crimes}, target="crimes")
    assert (found.severity, found.details["values"]) == ("info", ["1"])
    assert cut_at(look, {"crimes": crimes}) == []
    assert cut_at(look, {"share of crimes": crimes}, target="share of crimes") == []
    assert cut_at(look, {"crimes": RNG.beta(2, 3, 1500).round(2).tolist()}, target="crimes") == []


def test_one_of_the_few_values_that_are_not_0(look):
    few = [0.2, 0.2, 0.4, 0.8, 0.8, 1.0, 1.4]
    (found,) = look(extremes, {"rain": [0.0] * 300 + [*few, 6.4]})
    assert (found.columns, found.severity) == (["rain"], "info")
    assert look(extremes, {"rain": [0.0] * 300 + [*few, 2.4]}) == []
    assert look(extremes, {"rain": [0.0] * 300 + [0.2, 6.4]}) == []


def test_levels_that_come_again_far_from_the_others_are_remarked_upon(look):
    bands = [20, 30, 125, 145, 150, 160, 165, 200, 205, 235, 240, 260, 265, 300, 325, 330]
    rows = [1210, 1236, 1407, 8944, 1944, 358, 113, 252, 60, 123, 32, 41, 15, 11, 6, 2]
    tax = np.repeat(bands, rows).tolist()
    (found,) = look(extremes, {"tax": [*tax, *[555] * 4, *[570] * 6]})
    assert (found.severity, found.rows_affected) == ("info", 10)
    (found,) = look(extremes, {"tax": [*tax, 555, 555, 5700]})
    assert found.severity == "minor"


def test_numbers_of_a_classification_are_no_measures(look):
    codes = [*[45] * 4000, *[47] * 40, *[53] * 30, *[49] * 20, *[51] * 9, *[35] * 9, *[37] * 5, 43, 11, 11, 13, 17]
    assert look(extremes, {"occ": codes}) == []


def test_a_few_quantities_a_thousand_times_the_others(look):
    sold = [1 + i % 9 for i in range(1800)]
    (found,) = look(lone_levels, {"quantity": [*sold, *[2000, 3000, 5000] * 4]})
    assert (found.severity, found.rows_affected) == ("minor", 12)
    assert look(lone_levels, {"quantity": [*sold, *[20, 24, 36] * 4]}) == []
    assert look(lone_levels, {"quantity": [*sold, *[2000, 3000, 5000] * 40]}) == []


def test_a_cap_of_a_column_and_of_its_logarithm_are_told_in_one():
    rng = np.random.default_rng(4)
    weeks = np.minimum(rng.lognormal(2, 0.6, 3000).round(1) + 0.1, 18.0)
    frame = pl.DataFrame({"weeks": weeks, "log_weeks": np.log(weeks).round(5), "x": rng.random(3000)})
    findings = audit_drop(Drop("d", {"t": Table.from_frame("t", frame)}), Engagement(name="e")).findings
    (found,) = [f for f in findings if f.kind == "outlier" and f.severity == "minor"]
    assert set(found.columns) == {"weeks", "log_weeks"}
    assert "piled up at the largest" in found.summary


def test_caps_that_have_nothing_to_do_with_one_another_are_told_each():
    rng = np.random.default_rng(4)
    columns = {f"m{i}": np.minimum(rng.lognormal(2, 0.6, 3000).round(2), 18.5 + i) for i in range(2)}
    table = Table.from_frame("t", pl.DataFrame(columns))
    findings = audit_drop(Drop("d", {"t": table}), Engagement(name="e")).findings
    told = [f for f in findings if f.kind == "outlier" and f.severity == "minor"]
    assert {tuple(f.columns) for f in told} == {("m0",), ("m1",)}
    assert any("at the largest, 18.5:" in f.summary for f in told)
