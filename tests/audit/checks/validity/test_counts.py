"""Counts and parts of dates that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.checks.validity.counts import (
    a_row_of_fractions,
    begun_to_count,
    halves,
    never_seen,
    no_such_label,
)
from discovery.audit.checks.validity.impossible import bounds
from discovery.audit.checks.validity.outliers import caps, extremes

RNG = np.random.default_rng(8)


def test_half_a_worker(look):
    workers = RNG.integers(20, 60, 300).astype(float)
    assert look(halves, {"no_of_workers": workers}) == []
    workers[:20] += 0.5
    (found,) = look(halves, {"no_of_workers": workers})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 20)
    for name in ("avg_workers", "workers_fte", "hours", "bathrooms"):
        assert look(halves, {name: workers}) == []


def test_full_time_equivalents_have_other_parts(look):
    workers = RNG.integers(20, 60, 300).astype(float)
    workers[:20] += RNG.choice([0.25, 0.5, 0.75], 20)
    assert look(halves, {"workers": workers}) == []


def test_the_year_in_which_computers_begin_to_count(look):
    years = RNG.integers(2005, 2023, 300)
    assert look(begun_to_count, {"created_year": years}) == []
    years[4] = 1970
    (found,) = look(begun_to_count, {"created_year": years})
    assert (found.severity, found.rows_affected) == ("minor", 1)
    assert look(begun_to_count, {"birth_year": years}) == []
    assert look(begun_to_count, {"score": years}) == []
    built = RNG.integers(1971, 2020, 300)
    built[4] = 1970
    assert look(begun_to_count, {"year": built}) == []


def test_no_views_where_all_others_have_millions(look):
    views = RNG.lognormal(18, 0.5, 400).round()
    views[:4] = 0
    (found,) = look(never_seen, {"views": views})
    assert (found.severity, found.rows_affected) == ("minor", 4)
    assert look(never_seen, {"balance": views}) == []
    few = RNG.poisson(30, 400).astype(float)
    few[:4] = 0
    assert look(never_seen, {"views": few}) == []


def test_a_fifth_quarter_and_a_letter_for_no_sex(look):
    quarters = [f"Quarter{i}" for i in RNG.integers(1, 5, 200)]
    assert look(no_such_label, {"quarter": quarters}) == []
    (found,) = look(no_such_label, {"quarter": [*quarters, *["Quarter5"] * 9]})
    assert found.rows_affected == 9
    assert "Quarter5 as a quarter of a year" in found.summary
    assert look(no_such_label, {"team": [*quarters, *["Quarter5"] * 9]}) == []
    sexes = [*RNG.choice(["m", "f"], 200).tolist(), "u", "x"]
    assert look(no_such_label, {"sex": sexes}) == []
    (found,) = look(no_such_label, {"sex": [*sexes, "h"]})
    assert "h as a sex" in found.summary
    coded, found = look(no_such_label, {"sex": [*sexes, "h", *["z"] * 3]})
    assert (coded.kind, coded.severity, coded.rows_affected, found.rows_affected) == (
        "sentinel_missing",
        "minor",
        3,
        1,
    )


def test_an_unknown_sex(look):
    sexes = [*RNG.choice(["M", "F"], 200).tolist(), *["U"] * 90]
    (found,) = look(no_such_label, {"SexInsured": sexes})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "minor", 90)
    assert look(no_such_label, {"sex": [*sexes, "X"]}) == []
    assert look(no_such_label, {"size": sexes}) == []


def test_a_last_rank_that_stands_for_none(look):
    ranks = RNG.permutation(100_000)[:600].astype(float)
    ranks[:30] = 400_000
    ranks[30:60] = RNG.uniform(300_000, 399_999, 30).round()
    (found,) = look(caps, {"views_rank": ranks})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "minor", 30)
    assert look(caps, {"views": ranks})[0].kind == "outlier"
    assert look(caps, {"views_rank": RNG.permutation(100_000)[:600]}) == []
    tied = [*RNG.permutation(500).tolist(), *[500] * 60]
    assert all(f.kind == "outlier" for f in look(caps, {"sales_rank": tied}))


def test_a_share_above_the_whole_is_good_to_know(look):
    made = np.round(RNG.uniform(0.3, 1, 400), 4)
    made[:8] = 1.05
    (found,) = look(bounds, {"productivity": made})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "info", 8)
    assert look(bounds, {"productivity": made * 100}) == []


def test_zero_of_a_scaled_column_is_its_smallest_value(look):
    rents = np.round(RNG.beta(2, 3, 500), 2)
    rents[:10], rents[10:14] = 0, 1
    assert look(bounds, {"median_rent": rents}) == []
    air = np.where(rents == 0, 0, 0.3 + 0.7 * rents)
    assert look(bounds, {"humidity": air})[0].rows_affected >= 10
    assert look(bounds, {"median_rent": rents * 900})[0].rows_affected >= 10


@pytest.mark.parametrize("name", ["budget", "box office"])
def test_a_film_without_a_budget(look, name):
    money = RNG.lognormal(4, 1, 300).round(1) + 1
    money[3] = 0
    (found,) = look(bounds, {name: money})
    assert (found.severity, found.rows_affected) == ("info", 1)
    assert look(bounds, {"budget left": money}) == []


def test_the_numbers_that_areas_go_by_have_no_outliers(look):
    numbers = [*RNG.integers(1, 180, 500).tolist(), 510, 550, 590]
    assert look(extremes, {"county": numbers}) == []
    assert look(extremes, {"visits": numbers})[0].kind == "outlier"


def test_a_change_between_two_prices_may_be_negative(look):
    first, second = RNG.uniform(2, 3, 400), RNG.uniform(1.5, 2.2, 400)
    table = {"price71": first, "price82": second, "price71_82": np.round(first - second, 4)}
    assert look(bounds, table) == []
    table = {"price71": first, "price71_82": np.abs(table["price71_82"]) * np.where(np.arange(400) < 5, -1, 1)}
    assert [f.columns for f in look(bounds, table)] == [["price71_82"]]


def test_a_pile_in_a_standardized_column_may_be_its_zero(look):
    values = RNG.lognormal(1.0, 0.3, 1000)
    values[:500] = -1.7
    (plain,) = look(numeric_codes, {"reading": np.round(values, 6)})
    (scaled,) = look(numeric_codes, {"reading": np.round((values - values.mean()) / values.std(), 6)})
    assert (plain.severity, scaled.severity) == ("major", "minor")


def test_what_took_nothing_at_the_box_office(look):
    gross = RNG.lognormal(16, 2, 500).round()
    assert look(numeric_codes, {"total_gross": gross}) == []
    gross[:4] = 0
    (found,) = look(numeric_codes, {"total_gross": gross})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 4)
    assert "0 is no such amount where there was one" in found.summary
    for name in ("gross margin", "gross pay", "sales"):
        assert look(numeric_codes, {name: gross}) == []


def test_casualties_are_the_killed_and_the_injured(look):
    killed, injured = RNG.poisson(0.8, 400), RNG.poisson(2, 400)
    killed[:3], injured[:3] = 1, 2
    total = killed + injured
    table = {"casualties": total.copy(), "killed": killed, "injured": injured}
    assert all(f.kind != "rule_violation" for f in look(rule_violation, table))
    table["casualties"][:3] += 1
    (found,) = look(rule_violation, table)
    assert (found.kind, found.rows_affected) == ("rule_violation", 3)
    assert look(rule_violation, {**table, "casualties": RNG.permutation(total) + 3}) == []


def test_the_one_row_of_fractions_among_counts(look):
    counts = {c: RNG.poisson(30, 800).astype(float) for c in ("loc", "branches", "operands", "blanks")}
    counts["volume"] = RNG.gamma(2, 300, 800).round(2)
    assert look(a_row_of_fractions, counts) == []
    for name in ("loc", "branches", "operands"):
        counts[name][4] = 1.4
    (found,) = look(a_row_of_fractions, counts)
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 1)
    assert (found.columns, found.evidence[0].row) == (["loc", "branches", "operands"], 5)
    counts["operands"][[4, 9]] = 3.0, 1.4
    assert look(a_row_of_fractions, counts) == []


def test_a_scale_of_three_with_a_digit_typed_twice(look):
    steps = [*RNG.permutation([1] * 90 + [2] * 70 + [3] * 95).tolist(), 22]
    (found,) = look(bounds, {"rep": steps})
    assert (found.kind, found.details["values"]) == ("impossible_value", ["22"])
    assert look(bounds, {"rep": [*steps[:-1], 4]}) == []
