"""Two units in one column; and columns that merely have two humps."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from discovery.audit.checks.validity.ages import ages
from discovery.audit.checks.validity.units import unit_mix

RNG = np.random.default_rng(13)


@pytest.mark.parametrize("factor", [10, 100, 1000, 2.54, 1000000])
@pytest.mark.parametrize("share", [0.02, 0.3])
def test_planted(look, factor, share):
    spread = 0.03 if factor < 3 else 0.2
    values = 170 * np.exp(RNG.normal(0, spread, 1000))
    odd = RNG.random(1000) < share
    values[odd] /= factor
    found = look(unit_mix, {"height": values})
    assert len(found) == 1
    assert found[0].rows_affected == odd.sum()
    assert found[0].fix.endswith(f"{factor:g}")


def test_what_splits_them_is_named(look):
    values = 80 * np.exp(RNG.normal(0, 0.3, 600))
    shop = np.where(np.arange(600) % 3 == 0, "us", "de")
    values[shop == "us"] *= 1000
    found = look(unit_mix, {"weight": values, "shop": shop.tolist()})
    assert found[0].details["split_by"] == "'shop' = 'us'"
    assert found[0].severity == "major"
    block = 80 * np.exp(RNG.normal(0, 0.3, 600))
    block[200:300] *= 1000
    assert "row 201 to row 300" in look(unit_mix, {"weight": block})[0].details["split_by"]


def test_another_unit_of_what_is_of_another_size_as_well(look):
    rng = np.random.default_rng(3)
    load = 160 * np.exp(rng.normal(0, 0.1, 1000))
    load[800:] *= 0.93 * 1000
    found = look(unit_mix, {"load": load})
    assert [f.rows_affected for f in found] == [200]
    load[800:] /= 40
    assert look(unit_mix, {"load": load}) == []  # a factor of no two units


def test_amounts_by_the_month_among_those_by_the_year(look):
    rng = np.random.default_rng(4)
    values = 48_000 * np.exp(rng.normal(0, 0.25, 1000))
    values[:120] /= 12
    found = look(unit_mix, {"salary": values})
    assert [(f.rows_affected, f.details["factor"]) for f in found] == [(120, "12 (months and years)")]
    assert look(unit_mix, {"turnover": values}) == []


def test_one_level_that_changed_its_unit(look):
    level = RNG.integers(0, 4, 1200)
    values = (1000 + 250 * level) * np.exp(RNG.normal(0, 0.08, 1200))
    changed = (level == 3) & (np.arange(1200) > 1000)
    values[changed] *= 1000
    found = look(unit_mix, {"volume": values, "region": [f"r{i}" for i in level]})
    assert found[0].rows_affected == changed.sum()
    assert "1,000" in found[0].summary


def test_temperatures(look):
    celsius = RNG.normal(20, 4, 800)
    celsius[::5] = celsius[::5] * 1.8 + 32
    found = look(unit_mix, {"temperature": celsius})
    assert found[0].rows_affected == 160
    assert look(unit_mix, {"reading": RNG.normal(20, 4, 800)}) == []


def test_natural_groups_are_no_units(look):
    small, large = RNG.normal(1.46, 0.17, 50).clip(1), RNG.normal(4.9, 0.83, 100).clip(3)
    assert look(unit_mix, {"petal length (cm)": [*small, *large]}) == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "draw",
    [
        lambda r: r.normal(100, 20, 1000),
        lambda r: r.lognormal(5, 2, 1000),
        lambda r: np.concatenate([r.normal(10, 1, 500), r.normal(35, 1, 500)]),
        lambda r: np.concatenate([r.lognormal(3, 0.2, 900), r.lognormal(6, 0.6, 100)]),
        lambda r: r.integers(0, 1000, 1000),
        lambda r: r.exponential(10, 1000),
        lambda r: r.random(1000),
    ],
)
def test_sound_columns(look, seed, draw):
    assert look(unit_mix, {"x": draw(np.random.default_rng(seed))}) == []


def test_the_level_and_the_time_that_split_are_named(look):
    days = [date(2024, 1, 1) + timedelta(days=d) for d in range(150) for _ in range(4)]
    region = np.array(["north", "south", "east", "west"] * 150)
    values = 1600 * np.exp(RNG.normal(0, 0.1, 600))
    odd = (region == "west") & np.array([date(2024, 2, 1) <= d < date(2024, 3, 14) for d in days])
    values[odd] *= 1000
    found = look(unit_mix, {"day": [*days[:-1], None], "region": region.tolist(), "volume": values})
    assert len(found) == 1
    assert found[0].rows_affected == odd.sum()
    assert found[0].details["split_by"] == "'region' = 'west' with 'day' from 2024-02-01 to 2024-03-13"
    assert found[0].severity == "major"
    found = look(unit_mix, {"region": region.tolist(), "volume": values})
    assert found[0].details["split_by"].startswith("'region' = 'west' from row 1")


@pytest.mark.parametrize(("factor", "words"), [(2.54, "2.54"), (2.2046, "2.2046"), (10, "10 (")])
def test_units_that_overlap_are_told_by_the_level_that_has_its_own(look, factor, words):
    values = 60 * np.exp(RNG.normal(0, 0.5, 3000))
    site = np.array(["north", "south", "west", "east"])[RNG.integers(0, 4, 3000)]
    values[site == "south"] *= factor
    (found,) = look(unit_mix, {"weight": values, "site": site.tolist()})
    assert found.details["split_by"] == "'site' = 'south'"
    assert found.rows_affected == (site == "south").sum()
    assert f"multiplied by {words}" in found.summary
    assert found.fix == f"df['weight'] = df['weight'].mask(df['site'] == 'south', lambda v: v / {factor:g})"
    values[site == "south"] /= factor**2
    (found,) = look(unit_mix, {"weight": values, "site": site.tolist()})
    assert f"divided by {words}" in found.summary


def test_units_that_overlap_are_told_by_the_day_from_which_they_hold(look):
    values = 60 * np.exp(RNG.normal(0, 0.5, 900))
    days = [date(2024, 1, 1) + timedelta(days=int(d)) for d in RNG.permutation(900)]
    late = np.array([d >= date(2025, 11, 1) for d in days])
    values[late] *= 2.54
    (found,) = look(unit_mix, {"height": values, "day": days})
    assert abs(found.rows_affected - late.sum()) < 20
    assert found.details["split_by"].startswith("'day' from 2025-")
    assert ".between('2025-" in found.fix


def test_levels_that_differ_by_nature_are_left_alone(look):
    kind = np.array(["a", "b", "c"])[RNG.integers(0, 3, 1500)]
    steps = np.array([1, 1.4, 2.54])[np.searchsorted(["a", "b", "c"], kind)]
    values = 60 * np.exp(RNG.normal(0, 0.6, 1500)) * steps
    assert not look(unit_mix, {"weight": values, "kind": kind.tolist()}), "all levels differ"
    two = np.where(RNG.random(1500) < 0.5, "f", "m")
    values = 60 * np.exp(RNG.normal(0, 0.6, 1500)) * np.where(two == "f", 1, 2.54)
    assert not look(unit_mix, {"weight": values, "sex": two.tolist()}), "two levels may be so far apart"
    three = 60 * np.exp(RNG.normal(0, 0.6, 1500)) * np.where(kind == "c", 2.54, 1)
    assert not look(unit_mix, {"weight": three, "kind": kind.tolist()}), "one of three may be, too"
    values = 60 * np.exp(RNG.normal(0, np.where(kind == "c", 1.5, 0.5))) * np.where(kind == "c", 2.54, 1)
    assert not look(unit_mix, {"weight": values, "kind": kind.tolist()}), "another distribution"
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(900)]
    grown = 60 * np.exp(RNG.normal(0, 0.3, 900) + np.linspace(0, 1.9, 900))
    assert not look(unit_mix, {"sales": grown, "day": days}), "growth is no change of unit"


@pytest.mark.parametrize("factor", [2.54, 1 / 2.2046, 10, 0.1])
def test_rows_mixed_in_another_unit_stand_out_from_what_other_columns_say(look, factor):
    r = np.random.default_rng(3)
    length = np.exp(r.normal(4, 0.5, 1500))
    weight = 0.02 * length**1.4 * np.exp(r.normal(0, 0.12, 1500))
    odd = r.random(1500) < 0.04
    weight[odd] *= factor
    (found,) = look(unit_mix, {"length": length, "width": 1 + r.random(1500), "weight": weight})
    assert (found.columns, found.severity, found.details["by"]) == (["weight"], "minor", ["length"])
    assert abs(found.rows_affected - odd.sum()) <= 2
    frame = pd.DataFrame({"length": length, "weight": weight})
    exec(found.fix, {"df": frame, "np": np})
    assert abs(np.corrcoef(np.log(frame["length"]), np.log(frame["weight"]))[0, 1]) > 0.97
    assert np.allclose(frame["weight"][odd] * factor, weight[odd], rtol=0.01) or found.rows_affected < odd.sum()


def test_rows_mixed_in_another_unit_in_a_column_that_varies_little(look):
    r = np.random.default_rng(4)
    weight, odd = r.normal(76, 11, 1500), r.random(1500) < 0.04
    weight[odd] *= 2.2046
    (found,) = look(unit_mix, {"weight": weight, "age": r.integers(18, 80, 1500), "visits": r.poisson(3, 1500)})
    assert abs(found.rows_affected - odd.sum()) <= 0.1 * odd.sum()
    assert "going by how its values are spread" in found.summary


def test_two_columns_of_which_rows_are_in_another_unit(look):
    r = np.random.default_rng(5)
    size = np.exp(r.normal(3, 0.4, 2000))
    columns = {
        c: size**power * np.exp(r.normal(0, 0.08, 2000)) for c, power in zip("abcd", (1, 2, 1, 0.5), strict=True)
    }
    columns["b"][r.random(2000) < 0.03] *= 2.54
    columns["c"][r.random(2000) < 0.05] /= 10
    assert sorted(f.columns[0] for f in look(unit_mix, columns)) == ["b", "c"], "and no echo in the others"


@pytest.mark.parametrize("seed", range(4))
def test_groups_and_heavy_tails_are_no_rows_in_another_unit(look, seed):
    r = np.random.default_rng(seed)
    x, kind = np.exp(r.normal(3, 0.5, 1500)), r.random(1500) < 0.05
    heavy = x * np.exp(0.1 * r.standard_t(2, 1500))
    mixed = x * np.where(kind, 2.54, 1) * np.exp(r.normal(0, 0.1, 1500))
    other = r.normal(10, 1, 1500) + 3 * kind
    skewed = x * np.exp(0.15 * r.exponential(1, 1500) ** 2)
    assert not look(unit_mix, {"x": x, "heavy": heavy, "mixed": mixed, "other": other, "skewed": skewed})
    assert not look(unit_mix, {"x": x, "mixed": mixed, "kind": np.where(kind, "cargo", "plain").tolist()})


def test_a_larger_market_has_no_other_unit(look):
    rng = np.random.default_rng(2)
    kind = np.repeat(["organic", "conventional"], 4000)
    larger = np.where(kind == "conventional", 100.0, 1.0)
    sold = rng.lognormal(5, 0.9, 8000) * larger
    bags = rng.lognormal(4, 0.9, 8000) * larger**0.8
    assert look(unit_mix, {"type": kind.tolist(), "weight": sold.tolist(), "bags": bags.tolist()}) == []
    alone = rng.lognormal(4, 0.9, 8000)
    assert len(look(unit_mix, {"type": kind.tolist(), "weight": sold.tolist(), "bags": alone.tolist()})) == 1


def test_what_grows_has_no_other_unit(look):
    rng = np.random.default_rng(2)
    days = [date(2020, 1, 1) + timedelta(days=i) for i in range(1500)]
    grown = rng.lognormal(5, 0.2, 1500) * np.minimum(np.linspace(0.38, 1.86, 1500), 1.0)
    assert look(unit_mix, {"day": days, "distance": grown.tolist()}) == []
    jumped = rng.lognormal(5, 0.2, 1500) / np.where(np.arange(1500) < 500, 1.609, 1.0)
    assert len(look(unit_mix, {"day": days, "distance": jumped.tolist()})) == 1
    assert look(unit_mix, {"day": days, "percentage": jumped.tolist()}) == []
    assert look(unit_mix, {"day": days, "interest": jumped.tolist()}) == []


@pytest.mark.parametrize(("unit", "factor"), [("days", 365.25), ("months", 12)])
def test_ages_in_another_unit_than_years(look, unit, factor):
    years = np.random.default_rng(2).normal(50, 9, 800)
    (found,) = look(ages, {"age": (years * factor).round().tolist()})
    assert (found.kind, found.severity, found.details["unit"]) == ("unit_mix", "info", unit)
    assert look(ages, {"age": years.tolist()}) == []
    assert look(ages, {"age_days": (years * factor).round().tolist()}) == []
    assert look(ages, {"age": np.random.default_rng(2).exponential(90, 800).tolist()}) == []


def test_a_wide_table_is_looked_at_in_a_bounded_number_of_ways(look, monkeypatch):
    """Of columns with a gap and columns of a few levels, not every pair is tried."""
    grouped = []
    group_by = pl.DataFrame.group_by
    monkeypatch.setattr(pl.DataFrame, "group_by", lambda frame, *by: grouped.append(by) or group_by(frame, *by))
    values = [*np.exp(RNG.normal(0, 0.3, 200)), *np.exp(RNG.normal(5, 0.9, 20))]
    levels = {f"level {i}": (RNG.random(220) > 0.5).tolist() for i in range(200)}
    look(unit_mix, {"size": values, **levels})
    assert 0 < len(grouped) < 60


def test_codes_are_no_hours_and_days(look):
    rng = np.random.default_rng(4)
    codes = [*rng.integers(1, 10, 800).tolist(), *rng.choice(np.arange(112, 136), 60).tolist()]
    level = ["a"] * 500 + ["b"] * 360
    assert look(unit_mix, {"Mother's occupation": codes, "course": level}) == []
    assert len(look(unit_mix, {"duration": codes, "course": level})) == 1


def test_few_small_codes_of_one_level_have_no_other_unit(look):
    areas = ["north", "south"] * 300
    codes = [int(c) for c in RNG.integers(92, 113, 600)]
    codes[:60:2] = [1, 1, 2] * 10
    assert look(unit_mix, {"command": codes, "area": areas}) == []
