"""Rows that break a rule which the table otherwise keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from discovery.audit.checks.consistency.rules import rule_violation
from discovery.engagement import UseCase


def events(rows: int = 400, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    start = [date(2024, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 500, rows)]
    end = [s + timedelta(days=int(d)) for s, d in zip(start, rng.integers(1, 60, rows), strict=True)]
    net, fee = rng.integers(1, 500, rows), rng.integers(1, 90, rows)
    return pl.DataFrame({"start_date": start, "end_date": end, "net": net, "fee": fee, "gross": net + fee})


def test_rules_that_hold_are_quiet(findings_of) -> None:
    assert [f.kind for f in findings_of(rule_violation, events())] == ["redundant_column"]
    rng = np.random.default_rng(1)
    assert findings_of(rule_violation, pl.DataFrame({n: rng.normal(size=500) for n in "abcdef"})) == []


def test_neighbours_on_a_scale_bound_nothing(findings_of) -> None:
    rng = np.random.default_rng(0)
    level = rng.gamma(3, 1, 600)
    frame = pl.DataFrame({"474": level, "478": level * rng.uniform(1.1, 1.6, 600)}).with_row_index("i")
    frame = frame.with_columns(pl.when(pl.col("i") == 40).then(99.0).otherwise("474").alias("474")).drop("i")
    assert findings_of(rule_violation, frame) == []
    assert findings_of(rule_violation, frame.rename({"474": "paid", "478": "billed"})) != []


def test_start_after_end(findings_of) -> None:
    frame = events().with_row_index("i")
    late = pl.col("start_date") - pl.duration(days=3)
    frame = frame.with_columns(end_date=pl.when(pl.col("i") < 6).then(late).otherwise("end_date")).drop("i")
    found = [f for f in findings_of(rule_violation, frame) if f.kind == "rule_violation"]
    assert [(f.columns, f.severity, f.rows_affected) for f in found] == [(["start_date", "end_date"], "major", 6)]
    assert [e.row for e in found[0].evidence] == [1, 2, 3, 4, 5]


def test_parts_that_do_not_add_up(findings_of) -> None:
    frame = events().with_row_index("i")
    gross = pl.when(pl.col("i") % 80 == 1).then(pl.col("gross") + 10).otherwise("gross")
    found = findings_of(rule_violation, frame.with_columns(gross=gross).drop("i"))
    assert [(f.columns, f.rows_affected) for f in found] == [(["net", "fee", "gross"], 5)]


def test_a_part_above_its_whole(findings_of) -> None:
    rng = np.random.default_rng(0)
    whole = rng.gamma(4, 10, 2000)
    part = whole * rng.uniform(0.4, 0.6, 2000)
    part[17] = whole[17] * 1.5
    found = findings_of(rule_violation, pl.DataFrame({"part": part, "whole": whole}))
    assert [(f.columns, f.severity) for f in found] == [(["part", "whole"], "info")]
    assert found[0].summary.startswith("1 of 2,000 rows (0.05%) breaks a rule that the others keep: ")


def test_named_bounds_and_dates_without_names(findings_of) -> None:
    rng = np.random.default_rng(0)
    low = rng.normal(size=300)
    high = low + rng.gamma(2, 1, 300)
    high[4] = low[4] - 1
    found = findings_of(rule_violation, pl.DataFrame({"temp_min": low, "temp_max": high}))
    assert found[0].columns == ["temp_min", "temp_max"]
    assert "None" in (found[0].fix or "")
    frame = (
        events(600).rename({"start_date": "alpha", "end_date": "beta"}).select("alpha", "beta").with_row_index("i")
    )
    early = pl.col("alpha") - pl.duration(days=2)
    frame = frame.with_columns(beta=pl.when(pl.col("i") == 9).then(early).otherwise("beta")).drop("i")
    assert [f.columns for f in findings_of(rule_violation, frame)] == [["alpha", "beta"]]


def test_days_are_compared_with_times_by_day(findings_of) -> None:
    rng = np.random.default_rng(4)
    made = [datetime(2016, 4, 1) + timedelta(minutes=int(m)) for m in rng.integers(0, 86_400, 1500)]
    day = [
        datetime(m.year, m.month, m.day) + timedelta(days=int(d))
        for m, d in zip(made, rng.choice([0, 1, 4, 9], 1500), strict=True)
    ]
    assert findings_of(rule_violation, pl.DataFrame({"scheduled": made, "appointment": day})) == []
    day[:3] = [d - timedelta(days=30) for d in day[:3]]
    found = findings_of(rule_violation, pl.DataFrame({"scheduled": made, "appointment": day}))
    assert [(f.columns, f.rows_affected) for f in found] == [(["scheduled", "appointment"], 3)]


def test_age_against_birth_and_parts_of_a_date(findings_of) -> None:
    rng = np.random.default_rng(0)
    born = rng.integers(1940, 2005, 300)
    age = 2025 - born
    age[3] = 7
    found = findings_of(rule_violation, pl.DataFrame({"age": age, "birth_year": born}))
    assert [(f.columns, f.rows_affected) for f in found] == [(["age", "birth_year"], 1)]
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(300)]
    frame = pl.DataFrame({"day_of": days, "month": [d.month for d in days]}).with_row_index("i")
    frame = frame.with_columns(month=pl.when(pl.col("i") == 8).then(11).otherwise("month")).drop("i")
    found = findings_of(rule_violation, frame)
    assert [(f.kind, f.columns) for f in found] == [("fd_violation", ["day_of", "month"])]
    dob = pl.DataFrame({"age": age, "dob": [date(int(y), 5, 5) for y in born]})
    assert [f.rows_affected for f in findings_of(rule_violation, dob)] == [1]


def test_a_column_that_others_make_is_redundant(findings_of) -> None:
    rng = np.random.default_rng(0)
    parts = pl.DataFrame({n: rng.integers(1, 500, 400) for n in ("small", "large", "extra")})
    day = pl.date(2026, 1, 1) + pl.duration(days=pl.int_range(pl.len()) * 2)
    frame = parts.with_columns(bags=pl.col("small") + pl.col("large") + pl.col("extra"), day=day).with_columns(
        year=pl.col("day").dt.year(), month=pl.col("day").dt.month()
    )
    found = {f.columns[0]: f for f in findings_of(rule_violation, frame)}
    assert {(f.kind, f.severity) for f in found.values()} == {("redundant_column", "info")}
    assert set(found) == {"bags", "month", "year"}
    assert found["bags"].columns == ["bags", "small", "large", "extra"]
    target = UseCase(name="u", table="t", target="bags", task="regression")
    assert {f.columns[0] for f in findings_of(rule_violation, frame, use_cases=[target])} == {"month", "year"}
    broken = frame.with_columns(bags=pl.when(pl.int_range(pl.len()) == 7).then(1).otherwise("bags"))
    assert {f.kind for f in findings_of(rule_violation, broken) if "bags" in f.columns} == {"rule_violation"}


def test_times_since_are_counted_back(findings_of) -> None:
    rng = np.random.default_rng(0)
    last = rng.integers(1, 10, 400)
    first = last + (rng.random(400) < 0.1) * rng.integers(1, 9, 400)
    frame = pl.DataFrame({"years since first visit": first, "years since last visit": last})
    assert findings_of(rule_violation, frame) == []
    wrong = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 6)
        .then(0)
        .otherwise("years since first visit")
        .alias("years since first visit")
    )
    (finding,) = findings_of(rule_violation, wrong)
    assert "'years since last visit' is never above 'years since first visit'" in finding.summary
    assert finding.rows_affected == 6


def test_amounts_that_are_mostly_equal_have_no_order(findings_of) -> None:
    values = np.random.default_rng(0).integers(1, 20, 400)
    high = values - (np.arange(400) < 8)
    assert findings_of(rule_violation, pl.DataFrame({"min_price": values, "max_price": high})) == []


def test_particles_of_a_size_are_among_those_of_a_larger_one(findings_of) -> None:
    rng = np.random.default_rng(0)
    fine = rng.gamma(2, 30, 900).round()
    coarse = (fine * rng.uniform(1.05, 2.5, 900)).round()
    coarse[:36] = (fine[:36] * 0.8).round() - 1
    (finding,) = findings_of(rule_violation, pl.DataFrame({"PM10": coarse, "PM2.5": fine}))
    assert (finding.severity, finding.columns) == ("minor", ["PM2.5", "PM10"])
    assert 30 <= finding.rows_affected <= 40
    clean = pl.DataFrame({"PM10": coarse[36:], "PM2.5": fine[36:]})
    assert findings_of(rule_violation, clean) == []


def test_deaths_are_among_the_cases_but_not_of_the_same_day(findings_of) -> None:
    rng = np.random.default_rng(0)
    cases = rng.integers(50, 9000, 900)
    deaths = (cases * rng.uniform(0.0, 0.1, 900)).astype(int)
    deaths[5:12] = cases[5:12] + 3
    (finding,) = findings_of(rule_violation, pl.DataFrame({"Confirmed": cases, "Deaths": deaths}))
    assert (finding.rows_affected, finding.severity) == (7, "minor")
    assert findings_of(rule_violation, pl.DataFrame({"new_cases": cases, "new_deaths": deaths})) == []


def test_years_of_building_and_of_sale(findings_of) -> None:
    rng = np.random.default_rng(0)
    built = rng.integers(1900, 2008, 700)
    sold = rng.integers(2006, 2011, 700)
    frame = pl.DataFrame({"Year Built": built, "Yr Sold": np.maximum(sold, built)})
    assert findings_of(rule_violation, frame) == []
    wrong = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(2012).otherwise("Year Built").alias("Year Built")
    )
    (finding,) = findings_of(rule_violation, wrong)
    assert finding.rows_affected == 1


def test_a_part_is_not_above_what_is_called_its_total(findings_of) -> None:
    rng = np.random.default_rng(0)
    total = rng.gamma(2, 1, 800).round(1) + 0.3
    direct = (total * rng.uniform(0.1, 0.9, 800)).round(1)
    frame = pl.DataFrame({"Total_Bilirubin": total, "Direct_Bilirubin": direct})
    assert findings_of(rule_violation, frame) == []
    direct[[5, 90, 300]] = total[[5, 90, 300]] + 1
    (finding,) = findings_of(rule_violation, frame.with_columns(Direct_Bilirubin=pl.Series(direct)))
    assert (finding.rows_affected, finding.severity) == (3, "minor")


def test_a_part_is_above_its_total_where_others_are_losses(findings_of) -> None:
    """Wins above a replacement: of the season, and with the play-offs, which may be below 0."""
    rng = np.random.default_rng(0)
    season = rng.gamma(2, 1, 800).round(2)
    after = np.where(rng.random(800) < 0.2, rng.normal(0.2, 0.2, 800), 0).round(2)
    frame = pl.DataFrame({"war_season": season - 1, "war_total": season - 1 + after})
    assert findings_of(rule_violation, frame) == []


def test_a_total_of_its_named_parts_may_be_broken_in_one_row_of_ten(findings_of) -> None:
    rng = np.random.default_rng(0)
    homes, shops = rng.integers(0, 9, 1500), (rng.random(1500) < 0.05) * rng.integers(1, 4, 1500)
    total = homes + shops
    frame = pl.DataFrame({"home units": homes, "shop units": shops, "total units": total, "area": rng.random(1500)})
    assert [f.kind for f in findings_of(rule_violation, frame)] == ["redundant_column"]
    total[::17] += 1
    (finding,) = findings_of(rule_violation, frame.with_columns(pl.Series("total units", total)))
    assert (finding.kind, finding.rows_affected) == ("rule_violation", len(total[::17]))
    mixed = frame.with_columns(pl.Series("total units", rng.permutation(total)))
    assert [f for f in findings_of(rule_violation, mixed) if len(f.columns) > 2] == []


def test_a_total_of_parts_among_very_many_columns(findings_of) -> None:
    rng = np.random.default_rng(0)
    parts = {f"p{i}": rng.integers(5, 120, 600) for i in range(6)}
    others = {f"o{i}": rng.integers(0, 90, 600) for i in range(40)}
    total = np.sum(list(parts.values()), axis=0)
    mixed = dict(sorted({**parts, **others}.items(), key=lambda kv: kv[0][::-1]))
    (finding,) = findings_of(rule_violation, pl.DataFrame({"base_total": total, **mixed}))
    assert (finding.kind, finding.severity) == ("redundant_column", "info")
    assert set(finding.columns) == {"base_total", *parts}
    assert findings_of(rule_violation, pl.DataFrame({"base_total": rng.permutation(total), **mixed})) == []


def test_what_columns_are_called_does_not_make_dates_amounts(findings_of) -> None:
    frame = events(600).select(above="start_date", beta="end_date").with_row_index("i")
    early = pl.col("above") - pl.duration(days=2)
    frame = frame.with_columns(beta=pl.when(pl.col("i") == 9).then(early).otherwise("beta")).drop("i")
    (found,) = findings_of(rule_violation, frame)
    assert found.severity == "minor"
    assert found.fix is not None


def test_an_order_by_meaning_is_asked_for_though_many_rows_break_it(findings_of) -> None:
    rng = np.random.default_rng(0)
    built = rng.integers(1900, 2000, 400)
    renovated = np.where(rng.random(400) < 0.5, 0, built + rng.integers(-5, 20, 400))
    (found,) = findings_of(rule_violation, pl.DataFrame({"yr_built": built, "yr_renovated": renovated}))
    early = int(((renovated < built) & (renovated > 0)).sum())
    assert (found.columns, found.rows_affected) == (["yr_built", "yr_renovated"], early)
    assert found.severity == "minor"
    assert early > 0.1 * (renovated > 0).sum()
    upper = rng.normal(130, 15, 400).round()
    lower = (upper - rng.gamma(9, 5, 400)).round()
    pressures = pl.DataFrame({"diastolic": lower, "systolic": upper})
    assert findings_of(rule_violation, pressures) == []
    lower[7] = upper[7] + 20
    (found,) = findings_of(rule_violation, pressures.with_columns(diastolic=lower))
    assert (found.columns, found.rows_affected) == (["diastolic", "systolic"], 1)


def test_an_intensity_is_no_part_of_a_total(findings_of) -> None:
    rng = np.random.default_rng(0)
    total = rng.gamma(3, 30, 500) + 10
    intensity = total / 20
    total[3] = -1.0
    assert (
        findings_of(rule_violation, pl.DataFrame({"TotalEmissions": total, "EmissionsIntensity": intensity})) == []
    )


def test_a_flag_that_is_not_as_the_number_in_its_name_says(findings_of) -> None:
    nodes = np.random.default_rng(2).poisson(4, 500)
    frame = pl.DataFrame({"nodes": nodes, "node4": (nodes > 4).astype(int)})
    assert [f.kind for f in findings_of(rule_violation, frame)] == []
    wrong = frame["node4"].to_numpy().copy()
    wrong[:6] = 1 - wrong[:6]
    (found,) = findings_of(rule_violation, frame.with_columns(node4=wrong))
    assert (found.kind, found.columns, found.severity) == ("rule_violation", ["nodes", "node4"], "minor")
    assert found.rows_affected == 6
    assert "'node4' is 1 where 'nodes' is above 4" in found.summary
    drawn = frame.with_columns(node4=np.random.default_rng(3).integers(0, 2, 500))
    assert findings_of(rule_violation, drawn) == []


def test_more_enrolled_than_accepted(findings_of) -> None:
    rng = np.random.default_rng(4)
    accepted = rng.lognormal(7, 0.8, 400).round()
    enrolled = (accepted * rng.uniform(0.2, 0.7, 400)).round()
    names = ("applicants accepted", "new students enrolled")
    assert findings_of(rule_violation, pl.DataFrame(dict(zip(names, (accepted, enrolled), strict=True)))) == []
    enrolled[:6] = accepted[:6] + 10
    (found,) = findings_of(rule_violation, pl.DataFrame(dict(zip(names, (accepted, enrolled), strict=True))))
    assert (found.severity, found.rows_affected) == ("minor", 6)
    assert "'new students enrolled' is never above 'applicants accepted'" in found.summary
    rates = pl.DataFrame({"accepted rate": accepted, "enrolled rate": enrolled})
    assert [f.details["named"] for f in findings_of(rule_violation, rates)] in ([], [False])


def test_a_product_is_broken_where_a_factor_is_one_too(findings_of) -> None:
    rng = np.random.default_rng(6)
    pieces, price = rng.geometric(0.5, 900), np.round(rng.lognormal(3, 0.7, 900), 2)
    frame = pl.DataFrame({"pieces": pieces, "price": price, "total": np.round(pieces * price, 2)})
    assert [f.kind for f in findings_of(rule_violation, frame)] == ["redundant_column"]
    wrong = [int(i) for i in [*np.flatnonzero(pieces == 1)[:6], *np.flatnonzero(pieces > 1)[:6]]]
    total = frame["total"].to_numpy().copy()
    total[wrong] += 7
    found = findings_of(rule_violation, frame.with_columns(total=total))
    assert [(f.kind, f.rows_affected) for f in found] == [("rule_violation", 12)]
    assert {e.row - 1 for e in found[0].evidence} <= set(wrong)


def test_ages_of_three_years_and_births(findings_of) -> None:
    rng = np.random.default_rng(7)
    age, year = rng.integers(18, 80, 600), rng.choice([2021, 2022, 2023], 600)
    frame = pl.DataFrame({"driver_age": age, "birth_year": year - age})
    assert [f for f in findings_of(rule_violation, frame) if f.kind == "rule_violation"] == []
    wrong = age.copy()
    wrong[[5, 70, 300]] += 12
    found = findings_of(rule_violation, frame.with_columns(driver_age=wrong))
    assert [(f.kind, f.rows_affected) for f in found] == [("rule_violation", 3)]


def test_columns_that_hold_each_others_values(findings_of) -> None:
    rng = np.random.default_rng(8)
    origin, target = rng.choice(["Berlin", "Hamburg", "Graz"], (2, 500))
    carrier = rng.choice(["DHL", "UPS", "GLS"], 500)
    frame = pl.DataFrame({"origin": origin, "destination": target, "carrier": carrier})
    assert findings_of(rule_violation, frame) == []
    rows = [3, 90, 411]
    first, second = origin.astype(object), carrier.astype(object)
    first[rows], second[rows] = carrier[rows], origin[rows]
    frame = frame.with_columns(origin=pl.Series(first.tolist()), carrier=pl.Series(second.tolist()))
    (found,) = findings_of(rule_violation, frame)
    assert (found.columns, found.rows_affected) == (["origin", "carrier"], 3)
    assert [e.row for e in found.evidence] == [4, 91, 412]


def test_columns_of_one_list_are_not_swapped(findings_of) -> None:
    rng = np.random.default_rng(9)
    cap = rng.choice(list("nwgyerbp"), 3000, p=[0.3, 0.3, 0.2, 0.15, 0.02, 0.01, 0.01, 0.01])
    gill = rng.choice(list("nwgyerbp"), 3000, p=[0.1, 0.02, 0.01, 0.01, 0.3, 0.3, 0.2, 0.06])
    assert findings_of(rule_violation, pl.DataFrame({"cap": cap, "gill": gill})) == []


def test_answers_of_which_another_one_is_usual_are_not_swapped(findings_of) -> None:
    rng = np.random.default_rng(10)
    rare = rng.random(3000) < 0.08
    measured = {"fti": np.where(rare, "n", "y"), "tbg": np.where(rare, "y", "n")}
    assert findings_of(rule_violation, pl.DataFrame(measured)) == []


def test_a_rate_of_nothing_written_as_0(findings_of) -> None:
    rng = np.random.default_rng(3)
    shots = np.where(rng.random(600) < 0.1, 0, rng.integers(5, 400, 600))
    goals = rng.binomial(shots, 0.3)
    share = np.divide(goals, shots, out=np.zeros(600), where=shots > 0).round(4)
    frame = pl.DataFrame({"shots": shots, "goals": goals, "accuracy": share})
    (found,) = [f for f in findings_of(rule_violation, frame) if f.kind == "sentinel_missing"]
    assert (found.columns, found.severity) == (["accuracy"], "info")
    assert found.rows_affected == int((shots == 0).sum())
    known = frame.with_columns(accuracy=pl.when(pl.col("shots") > 0).then("accuracy"))
    for clean in (known, frame.filter(pl.col("shots") > 0)):
        assert [f for f in findings_of(rule_violation, clean) if f.kind == "sentinel_missing"] == []
