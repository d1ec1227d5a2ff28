"""Dependencies, redundant columns, rules, keys and references: planted faults are found, clean tables are quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks.consistency.dependencies import fd_violation
from discovery.audit.checks.consistency.keys import conflicting_across_tables, conflicting_records, orphan_fk
from discovery.audit.checks.consistency.redundant import another_scale, redundant_column
from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.context import DropContext, TableContext
from discovery.audit.relations.dependencies import codes_of, find_dependencies, one_to_one, violations
from discovery.audit.relations.references import as_text
from discovery.audit.relations.tables import find_references
from discovery.audit.run import open_drop, table_context
from discovery.engagement import Engagement, ForeignKey, TableSpec, UseCase
from discovery.intake.table import Drop, Table

DAY = date(2026, 1, 1)
CITIES = ["Oslo", "Bergen", "Tromso", "Narvik", "Moss", "Hamar", "Molde", "Voss"]


def one(run: Callable[[TableContext], Iterable[Finding]], frame: pl.DataFrame, **spec: Any) -> list[Finding]:
    engagement = Engagement(name="e", **spec)
    return list(run(table_context(Table.from_frame("t", frame), engagement, DAY)))


def many(**tables: pl.DataFrame) -> Callable[..., DropContext]:
    drop = Drop("d", {n: Table.from_frame(n, f) for n, f in tables.items()})
    return lambda **spec: open_drop(drop, Engagement(name="e", **spec), DAY, lambda _: None)


def places(rows: int = 800, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    index = rng.integers(0, len(CITIES), rows)
    return pl.DataFrame(
        {
            "zip": 1000 + 13 * index,
            "city": np.array(CITIES)[index],
            "region": np.array(["N", "S", "W", "E"])[index % 4],
            "size": rng.integers(1, 9, rows),
            "sales": rng.gamma(2, 50, rows).round(2),
        }
    )


def test_clean_dependencies_are_quiet() -> None:
    assert one(fd_violation, places()) == []


def test_rows_that_break_a_dependency() -> None:
    frame = places().with_row_index("i")
    wrong = pl.col("i").is_in([5, 90, 411])
    frame = frame.with_columns(city=pl.when(wrong).then(pl.lit("Atlantis")).otherwise("city")).drop("i")
    found = one(fd_violation, frame)
    assert {f.kind for f in found} == {"fd_violation"}
    city = next(f for f in found if "city" in f.columns)
    assert city.columns == ["zip", "city"]
    assert city.rows_affected == 3
    assert [e.row for e in city.evidence] == [6, 91, 412]
    assert city.evidence[0].values["city (usual)"] in CITIES
    assert "groupby('zip')" in (city.fix or "")


def test_an_entity_with_two_attributes_is_a_conflict() -> None:
    rng = np.random.default_rng(0)
    patient = rng.integers(0, 200, 1000)
    frame = pl.DataFrame({"patient_nbr": patient + 5000, "race": np.array(list("abcd"))[patient % 4]})
    frame = frame.with_row_index("i").with_columns(
        race=pl.when(pl.col("i") == 7).then(pl.lit("z")).otherwise("race")
    )
    found = one(fd_violation, frame.drop("i"))
    assert [(f.kind, f.rows_affected) for f in found] == [("conflicting_records", 1)]


def test_association_is_not_a_dependency() -> None:
    rng = np.random.default_rng(0)
    index = rng.integers(0, 8, 2000)
    other = np.where(rng.random(2000) < 0.93, index, rng.integers(0, 8, 2000))
    frame = pl.DataFrame({"town": np.array(CITIES)[index], "shop": np.array([c + " shop" for c in CITIES])[other]})
    assert one(fd_violation, frame) == []
    mostly = pl.DataFrame({"town": np.array(CITIES)[index], "kind": np.where(rng.random(2000) < 0.96, "a", "b")})
    assert one(fd_violation, mostly) == []


def test_misspelt_dependents_of_a_plain_text() -> None:
    frame = places().select(shop="city", manager=pl.col("city") + " Hansen").with_row_index("i")
    typo = pl.col("manager").str.replace("Hansen", pl.format("Hanxsen{}", "i"))
    frame = frame.with_columns(manager=pl.when(pl.col("i") % 25 == 3).then(typo).otherwise("manager")).drop("i")
    assert [f.rows_affected for f in one(fd_violation, frame)] == [32]


def test_one_exception_on_many_rows_is_no_error() -> None:
    frame = places().with_row_index("i")
    oslo = (pl.col("city") == "Oslo") & (pl.col("i") % 9 == 0)
    second = frame.with_columns(region=pl.when(oslo).then(pl.lit("W")).otherwise("region")).drop("i")
    assert 5 <= second.filter(city="Oslo", region="W").height < 0.2 * second.filter(city="Oslo").height
    course = {"zip": "course code", "city": "course", "region": "teacher"}
    assert one(fd_violation, second.rename(course)) == []
    assert [f.columns for f in one(fd_violation, second)] == [["zip", "region"]]
    astray = pl.when(oslo).then(pl.format("W{}", pl.col("i") % 2)).otherwise("region")
    assert one(fd_violation, frame.with_columns(region=astray).drop("i").rename(course))


def test_a_second_usual_value_is_no_error() -> None:
    frame = places().with_row_index("i")
    second = (pl.col("city") == "Oslo") & (pl.col("i") % 2 == 0)
    frame = frame.with_columns(city=pl.when(second).then(pl.lit("Bygdoy")).otherwise("city")).drop("i")
    assert one(fd_violation, frame) == []
    wrong = pl.int_range(pl.len()).is_in([5, 90, 411])
    found = one(fd_violation, frame.with_columns(city=pl.when(wrong).then(pl.lit("Atlantis")).otherwise("city")))
    city = next(f for f in found if f.columns == ["zip", "city"])
    assert [e.row for e in city.evidence] == [6, 91, 412]
    assert city.rows_affected == 3


def test_a_name_that_ends_in_code_is_one() -> None:
    frame = places().rename({"zip": "areacode"}).with_row_index("i")
    wrong = pl.col("i") % 40 == 3
    frame = frame.with_columns(city=pl.when(wrong).then(pl.lit("Oslo")).otherwise("city")).drop("i")
    assert ["areacode", "city"] in [f.columns for f in one(fd_violation, frame)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_g3_counts_the_fewest_rows_to_leave_out(pairs: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(pairs, schema=["a", "b"], orient="row")
    for dependency in find_dependencies(frame, ["a"], ["b"]):
        groups: dict[int, list[int]] = {}
        for a, b in pairs:
            groups.setdefault(a, []).append(b)
        least = sum(len(g) - max(map(g.count, g)) for g in groups.values() if len(g) > 1)
        assert dependency.errors + dependency.open == least
        assert dependency.errors == len(list(violations(frame, dependency)))
    exact = codes_of(frame["a"])
    assert one_to_one(exact, exact)


@pytest.mark.parametrize("times", [1, 20_000])
def test_texts_are_numbered_alike_in_few_rows_and_in_many(times: int) -> None:
    codes = codes_of(pl.Series(["b", " A", None, "a", "c "] * times))
    assert codes.tolist() == [1, 0, -1, 0, 2] * times


def test_dependencies_over_a_sample_are_confirmed_on_all_rows() -> None:
    frame = places(30_000)
    found = {(d.determinant, d.dependent): d for d in find_dependencies(frame, ["zip"], ["city", "size"])}
    assert set(found) == {("zip", "city")}
    assert found["zip", "city"].rows == 30_000


def test_redundant_columns() -> None:
    frame = places().with_columns(copy=pl.col("size"), cents=pl.col("sales") * 100 + 1)
    noise = pl.Series(np.random.default_rng(0).normal(size=800))
    frame = frame.with_columns(about=pl.col("cents") + noise * 900)
    found = {tuple(f.columns): f for f in one(redundant_column, frame)}
    assert found["zip", "city"].details["form"] == "one_to_one"
    assert found["size", "copy"].severity == "minor"
    assert any("sales" in c and "cents" in c for c in found)
    case = UseCase(name="c", table="t", target="copy")
    assert not any("copy" in f.columns for f in one(redundant_column, frame, use_cases=[case]))
    assert one(redundant_column, places().select("region", "size", "sales")) == []


def events(rows: int = 400, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    start = [date(2024, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 500, rows)]
    end = [s + timedelta(days=int(d)) for s, d in zip(start, rng.integers(1, 60, rows), strict=True)]
    net, fee = rng.integers(1, 500, rows), rng.integers(1, 90, rows)
    return pl.DataFrame({"start_date": start, "end_date": end, "net": net, "fee": fee, "gross": net + fee})


def test_rules_that_hold_are_quiet() -> None:
    assert [f.kind for f in one(rule_violation, events())] == ["redundant_column"]
    rng = np.random.default_rng(1)
    assert one(rule_violation, pl.DataFrame({n: rng.normal(size=500) for n in "abcdef"})) == []


def test_neighbours_on_a_scale_bound_nothing() -> None:
    rng = np.random.default_rng(0)
    level = rng.gamma(3, 1, 600)
    frame = pl.DataFrame({"474": level, "478": level * rng.uniform(1.1, 1.6, 600)}).with_row_index("i")
    frame = frame.with_columns(pl.when(pl.col("i") == 40).then(99.0).otherwise("474").alias("474")).drop("i")
    assert one(rule_violation, frame) == []
    assert one(rule_violation, frame.rename({"474": "paid", "478": "billed"})) != []


def test_start_after_end() -> None:
    frame = events().with_row_index("i")
    late = pl.col("start_date") - pl.duration(days=3)
    frame = frame.with_columns(end_date=pl.when(pl.col("i") < 6).then(late).otherwise("end_date")).drop("i")
    found = [f for f in one(rule_violation, frame) if f.kind == "rule_violation"]
    assert [(f.columns, f.severity, f.rows_affected) for f in found] == [(["start_date", "end_date"], "major", 6)]
    assert [e.row for e in found[0].evidence] == [1, 2, 3, 4, 5]


def test_parts_that_do_not_add_up() -> None:
    frame = events().with_row_index("i")
    gross = pl.when(pl.col("i") % 80 == 1).then(pl.col("gross") + 10).otherwise("gross")
    found = one(rule_violation, frame.with_columns(gross=gross).drop("i"))
    assert [(f.columns, f.rows_affected) for f in found] == [(["net", "fee", "gross"], 5)]


def test_a_part_above_its_whole() -> None:
    rng = np.random.default_rng(0)
    whole = rng.gamma(4, 10, 2000)
    part = whole * rng.uniform(0.4, 0.6, 2000)
    part[17] = whole[17] * 1.5
    found = one(rule_violation, pl.DataFrame({"part": part, "whole": whole}))
    assert [(f.columns, f.severity) for f in found] == [(["part", "whole"], "info")]


def test_named_bounds_and_dates_without_names() -> None:
    rng = np.random.default_rng(0)
    low = rng.normal(size=300)
    high = low + rng.gamma(2, 1, 300)
    high[4] = low[4] - 1
    found = one(rule_violation, pl.DataFrame({"temp_min": low, "temp_max": high}))
    assert found[0].columns == ["temp_min", "temp_max"]
    assert "None" in (found[0].fix or "")
    frame = (
        events(600).rename({"start_date": "alpha", "end_date": "beta"}).select("alpha", "beta").with_row_index("i")
    )
    early = pl.col("alpha") - pl.duration(days=2)
    frame = frame.with_columns(beta=pl.when(pl.col("i") == 9).then(early).otherwise("beta")).drop("i")
    assert [f.columns for f in one(rule_violation, frame)] == [["alpha", "beta"]]


def test_an_order_by_meaning_is_asked_for_though_many_rows_break_it() -> None:
    rng = np.random.default_rng(0)
    built = rng.integers(1900, 2000, 400)
    renovated = np.where(rng.random(400) < 0.5, 0, built + rng.integers(-5, 20, 400))
    (found,) = one(rule_violation, pl.DataFrame({"yr_built": built, "yr_renovated": renovated}))
    early = int(((renovated < built) & (renovated > 0)).sum())
    assert (found.columns, found.rows_affected) == (["yr_built", "yr_renovated"], early)
    assert found.severity == "minor"
    assert early > 0.1 * (renovated > 0).sum()
    upper = rng.normal(130, 15, 400).round()
    lower = (upper - rng.gamma(9, 5, 400)).round()
    pressures = pl.DataFrame({"diastolic": lower, "systolic": upper})
    assert one(rule_violation, pressures) == []
    lower[7] = upper[7] + 20
    (found,) = one(rule_violation, pressures.with_columns(diastolic=lower))
    assert (found.columns, found.rows_affected) == (["diastolic", "systolic"], 1)


def test_an_intensity_is_no_part_of_a_total() -> None:
    rng = np.random.default_rng(0)
    total = rng.gamma(3, 30, 500) + 10
    intensity = total / 20
    total[3] = -1.0
    assert one(rule_violation, pl.DataFrame({"TotalEmissions": total, "EmissionsIntensity": intensity})) == []


def test_days_are_compared_with_times_by_day() -> None:
    rng = np.random.default_rng(4)
    made = [datetime(2016, 4, 1) + timedelta(minutes=int(m)) for m in rng.integers(0, 86_400, 1500)]
    day = [
        datetime(m.year, m.month, m.day) + timedelta(days=int(d))
        for m, d in zip(made, rng.choice([0, 1, 4, 9], 1500), strict=True)
    ]
    assert one(rule_violation, pl.DataFrame({"scheduled": made, "appointment": day})) == []
    day[:3] = [d - timedelta(days=30) for d in day[:3]]
    found = one(rule_violation, pl.DataFrame({"scheduled": made, "appointment": day}))
    assert [(f.columns, f.rows_affected) for f in found] == [(["scheduled", "appointment"], 3)]


def test_age_against_birth_and_parts_of_a_date() -> None:
    rng = np.random.default_rng(0)
    born = rng.integers(1940, 2005, 300)
    age = 2025 - born
    age[3] = 7
    found = one(rule_violation, pl.DataFrame({"age": age, "birth_year": born}))
    assert [(f.columns, f.rows_affected) for f in found] == [(["age", "birth_year"], 1)]
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(300)]
    frame = pl.DataFrame({"day_of": days, "month": [d.month for d in days]}).with_row_index("i")
    frame = frame.with_columns(month=pl.when(pl.col("i") == 8).then(11).otherwise("month")).drop("i")
    found = one(rule_violation, frame)
    assert [(f.kind, f.columns) for f in found] == [("fd_violation", ["day_of", "month"])]
    dob = pl.DataFrame({"age": age, "dob": [date(int(y), 5, 5) for y in born]})
    assert [f.rows_affected for f in one(rule_violation, dob)] == [1]


def shop(orphans: int = 3) -> Callable[..., DropContext]:
    rng = np.random.default_rng(0)
    customers = pl.DataFrame(
        {
            "customer_id": [f"C{i:04d}" for i in range(300)],
            "country": [["NO", "SE", "DK"][i % 3] for i in range(300)],
        }
    )
    index = rng.integers(0, 300, 2000)
    ids = [f"C{i:04d}" for i in index]
    ids[:orphans] = ["X9999"] * orphans
    country = [["NO", "SE", "DK"][i % 3] for i in index]
    country[50] = "FI"
    orders = pl.DataFrame({"order_id": range(2000), "customer_id": ids, "country": country})
    return many(customers=customers, orders=orders)


def test_orphans_of_an_inferred_reference() -> None:
    context = shop()()
    found = list(orphan_fk(context))
    assert [(f.table, f.columns, f.rows_affected) for f in found] == [("orders", ["customer_id"], 3)]
    assert found[0].confidence < 1
    assert [e.row for e in found[0].evidence] == [1, 2, 3]
    assert context.memo["relations"][0]["to_table"] == "customers"
    assert list(orphan_fk(shop(0)())) == []


def test_orphans_of_a_declared_reference_weigh_by_share() -> None:
    key = ForeignKey(columns=["customer_id"], table="customers", to_columns=["customer_id"])
    found = list(orphan_fk(shop(60)(tables={"orders": TableSpec(foreign_keys=[key])})))
    assert [(f.severity, f.confidence) for f in found] == [("major", 1.0)]
    bad = ForeignKey(columns=["customer_id"], table="nowhere", to_columns=["customer_id"])
    assert len(find_references(shop()(tables={"orders": TableSpec(foreign_keys=[bad])}))) == 1


def test_orphans_that_differ_only_in_form() -> None:
    parent = pl.DataFrame({"id": [f"{i:05d}" for i in range(100)], "x": range(100)})
    child = pl.DataFrame(
        {"no": range(400), "shop_id": [str(i % 100) if i < 9 else f"{i % 100:05d}" for i in range(400)]}
    )
    found = list(orphan_fk(many(shops=parent, sales=child)()))
    assert found[0].details["mendable"] == found[0].rows_affected == 9


def test_composite_keys_and_fan_out() -> None:
    parent = pl.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 1], "v": list("wxyz")})
    child = pl.DataFrame({"a": [1, 2, 2], "b": [1, 1, 3]})
    key = ForeignKey(columns=["a", "b"], table="p", to_columns=["a", "b"])
    context = many(p=parent, c=child)(tables={"c": TableSpec(foreign_keys=[key])})
    assert [f.rows_affected for f in orphan_fk(context)] == [1]
    assert find_references(context)[0].fan_out == pytest.approx(1.5)
    assert list(conflicting_across_tables(context)) == []


def test_unrelated_tables_are_left_alone() -> None:
    rng = np.random.default_rng(0)
    first = pl.DataFrame({"id": range(500), "x": rng.integers(0, 50, 500)})
    second = pl.DataFrame({"id": range(800), "y": rng.integers(0, 50, 800)})
    assert list(orphan_fk(many(first=first, second=second)())) == []


def test_an_attribute_that_two_tables_tell_differently() -> None:
    found = list(conflicting_across_tables(shop(0)()))
    assert [(f.table, f.columns, f.rows_affected) for f in found] == [("orders", ["country"], 1)]
    assert found[0].evidence[0].row == 51


def test_one_key_two_records() -> None:
    frame = pl.DataFrame({"sample_id": [*range(100), 5, 6], "x": [*range(100), 5, 99], "y": ["a"] * 102})
    found = one(conflicting_records, frame)
    assert [(f.columns, f.rows_affected) for f in found] == [(["x"], 2)]
    declared = one(conflicting_records, frame, tables={"t": TableSpec(key=["sample_id"])})
    assert declared[0].details["keys"] == 1
    assert one(conflicting_records, frame.head(100)) == []
    assert one(conflicting_records, frame, tables={"t": TableSpec(key=["gone"])}) == []
    wide = frame.with_columns(**{f"c{i}": pl.col("x") + i for i in range(8)})
    assert one(conflicting_records, wide)[0].columns == ["sample_id"]


def test_references_by_table_name_and_by_values_alone() -> None:
    rng = np.random.default_rng(0)
    shops = pl.DataFrame({"id": [float(i) for i in range(1, 61)], "code": [f"SHOP-{i:03d}" for i in range(60)]})
    index = rng.integers(0, 60, 500)
    sales = pl.DataFrame(
        {"shop_id": index + 1, "place": [f"SHOP-{i:03d}" for i in index], "minutes": rng.integers(1, 60, 500)}
    )
    shops = shops.with_columns(pl.col("id").cast(pl.Int64))
    found = find_references(many(shops=shops, sales=sales)())
    links = {(r.child, r.columns, r.to_columns) for r in found}
    assert links == {("sales", ("shop_id",), ("id",)), ("sales", ("place",), ("code",))}
    assert all(r.orphans == 0 and not r.declared for r in found)


def links(**tables: pl.DataFrame) -> set[tuple[str, str, str, str]]:
    found = find_references(many(**tables)())
    return {(r.child, " + ".join(r.columns), r.parent, " + ".join(r.to_columns)) for r in found}


def test_short_codes_of_one_shape_are_a_reference_by_their_values() -> None:
    rng = np.random.default_rng(1)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    codes = sorted({"".join(rng.choice(letters, 3)) for _ in range(400)})
    places = pl.DataFrame({"iata": codes, "height": rng.normal(size=len(codes))})
    index = rng.integers(0, 60, 900)
    trips = {"dest": [codes[i] for i in index], "team": [["ABC", "QQQ", "XYZ", "ZZZ"][i % 4] for i in index]}
    assert links(places=places, trips=pl.DataFrame(trips)) == {("trips", "dest", "places", "iata")}


def test_row_numbers_flags_and_counts_refer_to_nothing() -> None:
    rng = np.random.default_rng(2)
    teams = pl.DataFrame({"key_id": range(1, 41), "team_name": [f"Team {i}" for i in range(40)]})
    games = {"key_id": range(1, 301), "home_team": rng.integers(0, 2, 300), "count_teams": rng.integers(2, 30, 300)}
    games |= {"column_9": rng.integers(1, 40, 300)}
    others = teams.rename({"key_id": "column_1"})
    assert links(teams=teams, games=pl.DataFrame(games)) == set()
    assert links(others=others, games=pl.DataFrame(games)) == set()


def test_one_row_each_refers_to_the_table_that_is_named_so() -> None:
    movies = pl.DataFrame({"movieId": range(7, 407), "title": [f"Film {i}" for i in range(400)]})
    other = pl.DataFrame({"movieId": range(7, 407), "imdb": [f"tt{i:07d}" for i in range(400)]})
    ratings = pl.DataFrame({"movieId": [7 + i % 300 for i in range(900)], "rating": [i % 5 for i in range(900)]})
    expected = {("links", "movieId", "movies", "movieId"), ("ratings", "movieId", "movies", "movieId")}
    assert links(links=other, movies=movies, ratings=ratings) == expected


def test_rows_that_refer_to_rows_of_their_own_table() -> None:
    staff = {"staff_id": range(1, 61), "manager_id": [None, *[1 + i % 9 for i in range(59)]], "previous": [1] * 60}
    assert links(staff=pl.DataFrame(staff)) == {("staff", "manager_id", "staff", "staff_id")}


def test_countries_by_name_and_copies_beside_the_key() -> None:
    names = [f"Land {i:02d}" for i in range(50)]
    countries = pl.DataFrame({"country_id": range(100, 150), "name": names})
    ports = {"port": [f"P{i}" for i in range(300)], "country": [names[i % 50] for i in range(300)]}
    assert links(countries=countries, ports=pl.DataFrame(ports)) == {("ports", "country", "countries", "name")}
    teams = pl.DataFrame({"team_id": [f"T-{i:03d}" for i in range(50)], "team_name": names})
    goals = {"team_id": [f"T-{i % 50:03d}" for i in range(400)], "team_name": [names[i % 50] for i in range(400)]}
    assert links(teams=teams, goals=pl.DataFrame(goals)) == {("goals", "team_id", "teams", "team_id")}


def test_a_table_of_several_rows_of_each_is_referred_to_all_the_same() -> None:
    shapes = pl.DataFrame({"shape_id": [f"S{i // 20}" for i in range(800)], "seq": [i % 20 for i in range(800)]})
    trips = pl.DataFrame({"trip_id": range(90), "shape_id": [f"S{i % 40}" for i in range(90)]})
    (reference,) = find_references(many(shapes=shapes, trips=trips)())
    assert (reference.columns, reference.orphans, reference.fan_out) == (("shape_id",), 0, 20.0)


def test_a_key_of_dates_and_counters_is_referred_to() -> None:
    races = {"year": [2020 + i // 20 for i in range(60)], "round": [1 + i % 20 for i in range(60)]}
    laps = {k: [v[i // 30] for i in range(1800)] for k, v in races.items()} | {"lap": [i % 30 for i in range(1800)]}
    laps["time"] = np.random.default_rng(0).normal(90, 3, 1800).tolist()
    laps["round"][:30] = [99] * 30
    drop = many(races=pl.DataFrame(races), laps=pl.DataFrame(laps))()
    assert links(races=pl.DataFrame(races), laps=pl.DataFrame(laps)) == {
        ("laps", "year + round", "races", "year + round")
    }
    (finding,) = orphan_fk(drop)
    assert finding.rows_affected == 30


def test_words_for_missing_and_numbers_for_none_in_a_reference() -> None:
    planes = pl.DataFrame({"tail": [f"N{i:04d}" for i in range(200)], "seats": [i % 90 for i in range(200)]})
    tails = [f"N{i % 190:04d}" for i in range(2000)]
    tails[:25] = ["NA"] * 25
    tails[25:32] = ["X9999"] * 7
    tails[32:35] = ["0"] * 3
    drop = many(planes=planes, flights=pl.DataFrame({"tail": tails, "delay": range(2000)}))()
    (reference,) = find_references(drop)
    assert (reference.missing, reference.orphans, reference.placed) == (25, 10, 3)
    (finding,) = orphan_fk(drop)
    assert "3 of them hold 0 or -1" in finding.summary
    assert [e.row for e in finding.evidence] == [26, 27, 28, 29, 30]


def test_flags_of_one_name_in_two_tables_do_not_conflict() -> None:
    cups = pl.DataFrame({"cup_id": [f"C-{i:02d}" for i in range(40)], "final": [i % 20 > 0 for i in range(40)]})
    games = {"cup_id": [f"C-{i % 40:02d}" for i in range(800)], "final": [i % 7 > 0 for i in range(800)]}
    both = [f.with_columns(pl.col("final").cast(pl.Int64)) for f in (cups, pl.DataFrame(games))]
    assert list(conflicting_across_tables(many(cups=both[0], games=both[1])())) == []


def test_numbers_without_a_name_refer_where_the_numbers_beside_them_do_not() -> None:
    rng = np.random.default_rng(6)
    given = np.sort(rng.choice(9_000, 4_000, replace=False))
    ports = pl.DataFrame({"column_1": given, "column_2": rng.integers(0, 3_000, 4_000)})
    dense = pl.DataFrame({"column_1": range(4_000), "column_2": rng.normal(size=4_000)})
    routes = pl.DataFrame({"column_1": rng.choice(given, 2_000), "column_2": rng.integers(1, 3_900, 2_000)})
    expected = {("routes", "column_1", "ports", "column_1")}
    assert links(ports=ports, dense=dense, routes=routes) == expected


def test_identifiers_of_two_things_are_not_copies() -> None:
    frame = pl.DataFrame(
        {
            "loan_id": [3 * i for i in range(300)],
            "account_id": [7 * i for i in range(300)],
            "x": [i % 9 for i in range(300)],
        }
    )
    assert one(redundant_column, frame) == []
    copied = frame.with_columns(account_id=pl.col("loan_id"))
    assert [f.columns for f in one(redundant_column, copied)] == [["loan_id", "account_id"]]


def test_values_are_compared_in_one_form() -> None:
    assert as_text(pl.Series([1.0, None, 3.0])).to_list() == ["1", None, "3"]
    assert as_text(pl.Series([1.5])).to_list() == ["1.5"]
    assert as_text(pl.Series([" a ", ""])).to_list() == ["a", None]
    assert as_text(pl.Series([timedelta(seconds=1)])).to_list() == ["1000000"]


def test_rows_of_other_things_do_not_conflict(look):
    rng = np.random.default_rng(8)
    rows = 400
    products = rng.permutation(np.concatenate([np.arange(380), np.arange(20)]))
    frame = {f"c{i}": rng.integers(0, 10_000, rows) for i in range(8)}
    frame |= {"product_id": [f"P-{p:05d}" for p in products], "name": [f"thing {p}" for p in products]}
    assert look(conflicting_records, frame) == []


def test_two_columns_that_are_a_key_together_are_referred_to_together():
    rng = np.random.default_rng(9)
    pairs = [(s, p) for s in range(1, 31) for p in range(1, 41) if rng.random() < 0.3]
    prices = {"store_id": [s for s, _ in pairs], "product_id": [p for _, p in pairs]}
    prices |= {"price": rng.uniform(1, 9, len(pairs)).round(2).tolist()}
    sold = [pairs[i] for i in rng.integers(0, len(pairs), 2000)]
    known = set(pairs)
    sold[:40] = [(s, p) for s in range(1, 31) for p in range(1, 41) if (s, p) not in known][:40]
    sales = {"store_id": [s for s, _ in sold], "product_id": [p for _, p in sold]}
    sales |= {"amount": rng.integers(1, 9, 2000).tolist()}
    drop = many(prices=pl.DataFrame(prices), sales=pl.DataFrame(sales))()
    (reference,) = find_references(drop)
    assert reference.columns == ("store_id", "product_id")
    assert (reference.child, reference.orphans) == ("sales", 40)
    (finding,) = list(orphan_fk(drop))
    assert (finding.rows_affected, finding.columns) == (40, ["store_id", "product_id"])


def test_pairs_that_meet_by_chance_are_no_reference():
    rng = np.random.default_rng(10)
    pairs = [(s, p) for s in range(1, 31) for p in range(1, 41) if rng.random() < 0.85]
    prices = {"store_id": [s for s, _ in pairs], "product_id": [p for _, p in pairs], "x": [1.5] * len(pairs)}
    sales = {"store_id": rng.integers(1, 31, 3000).tolist(), "product_id": rng.integers(1, 41, 3000).tolist()}
    assert find_references(many(prices=pl.DataFrame(prices), sales=pl.DataFrame(sales))()) == []


def test_a_column_that_others_make_is_redundant() -> None:
    rng = np.random.default_rng(0)
    parts = pl.DataFrame({n: rng.integers(1, 500, 400) for n in ("small", "large", "extra")})
    day = pl.date(2026, 1, 1) + pl.duration(days=pl.int_range(pl.len()) * 2)
    frame = parts.with_columns(bags=pl.col("small") + pl.col("large") + pl.col("extra"), day=day).with_columns(
        year=pl.col("day").dt.year(), month=pl.col("day").dt.month()
    )
    found = {f.columns[0]: f for f in one(rule_violation, frame)}
    assert {(f.kind, f.severity) for f in found.values()} == {("redundant_column", "info")}
    assert set(found) == {"bags", "month", "year"}
    assert found["bags"].columns == ["bags", "small", "large", "extra"]
    target = UseCase(name="u", table="t", target="bags", task="regression")
    assert {f.columns[0] for f in one(rule_violation, frame, use_cases=[target])} == {"month", "year"}
    broken = frame.with_columns(bags=pl.when(pl.int_range(pl.len()) == 7).then(1).otherwise("bags"))
    assert {f.kind for f in one(rule_violation, broken) if "bags" in f.columns} == {"rule_violation"}


def test_times_since_are_counted_back() -> None:
    rng = np.random.default_rng(0)
    last = rng.integers(1, 10, 400)
    first = last + (rng.random(400) < 0.1) * rng.integers(1, 9, 400)
    frame = pl.DataFrame({"years since first visit": first, "years since last visit": last})
    assert one(rule_violation, frame) == []
    wrong = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 6)
        .then(0)
        .otherwise("years since first visit")
        .alias("years since first visit")
    )
    (finding,) = one(rule_violation, wrong)
    assert "'years since last visit' is never above 'years since first visit'" in finding.summary
    assert finding.rows_affected == 6


def test_amounts_that_are_mostly_equal_have_no_order() -> None:
    values = np.random.default_rng(0).integers(1, 20, 400)
    high = values - (np.arange(400) < 8)
    assert one(rule_violation, pl.DataFrame({"min_price": values, "max_price": high})) == []


def test_particles_of_a_size_are_among_those_of_a_larger_one() -> None:
    rng = np.random.default_rng(0)
    fine = rng.gamma(2, 30, 900).round()
    coarse = (fine * rng.uniform(1.05, 2.5, 900)).round()
    coarse[:36] = (fine[:36] * 0.8).round() - 1
    (finding,) = one(rule_violation, pl.DataFrame({"PM10": coarse, "PM2.5": fine}))
    assert (finding.severity, finding.columns) == ("minor", ["PM2.5", "PM10"])
    assert 30 <= finding.rows_affected <= 40
    clean = pl.DataFrame({"PM10": coarse[36:], "PM2.5": fine[36:]})
    assert one(rule_violation, clean) == []


def test_deaths_are_among_the_cases_but_not_of_the_same_day() -> None:
    rng = np.random.default_rng(0)
    cases = rng.integers(50, 9000, 900)
    deaths = (cases * rng.uniform(0.0, 0.1, 900)).astype(int)
    deaths[5:12] = cases[5:12] + 3
    (finding,) = one(rule_violation, pl.DataFrame({"Confirmed": cases, "Deaths": deaths}))
    assert (finding.rows_affected, finding.severity) == (7, "minor")
    assert one(rule_violation, pl.DataFrame({"new_cases": cases, "new_deaths": deaths})) == []


def test_years_of_building_and_of_sale() -> None:
    rng = np.random.default_rng(0)
    built = rng.integers(1900, 2008, 700)
    sold = rng.integers(2006, 2011, 700)
    frame = pl.DataFrame({"Year Built": built, "Yr Sold": np.maximum(sold, built)})
    assert one(rule_violation, frame) == []
    wrong = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(2012).otherwise("Year Built").alias("Year Built")
    )
    (finding,) = one(rule_violation, wrong)
    assert finding.rows_affected == 1


def test_a_part_is_not_above_what_is_called_its_total() -> None:
    rng = np.random.default_rng(0)
    total = rng.gamma(2, 1, 800).round(1) + 0.3
    direct = (total * rng.uniform(0.1, 0.9, 800)).round(1)
    frame = pl.DataFrame({"Total_Bilirubin": total, "Direct_Bilirubin": direct})
    assert one(rule_violation, frame) == []
    direct[[5, 90, 300]] = total[[5, 90, 300]] + 1
    (finding,) = one(rule_violation, frame.with_columns(Direct_Bilirubin=pl.Series(direct)))
    assert (finding.rows_affected, finding.severity) == (3, "minor")


def test_a_part_is_above_its_total_where_others_are_losses() -> None:
    """Wins above a replacement: of the season, and with the play-offs, which may be below 0."""
    rng = np.random.default_rng(0)
    season = rng.gamma(2, 1, 800).round(2)
    after = np.where(rng.random(800) < 0.2, rng.normal(0.2, 0.2, 800), 0).round(2)
    frame = pl.DataFrame({"war_season": season - 1, "war_total": season - 1 + after})
    assert one(rule_violation, frame) == []


def test_a_total_of_its_named_parts_may_be_broken_in_one_row_of_ten() -> None:
    rng = np.random.default_rng(0)
    homes, shops = rng.integers(0, 9, 1500), (rng.random(1500) < 0.05) * rng.integers(1, 4, 1500)
    total = homes + shops
    frame = pl.DataFrame({"home units": homes, "shop units": shops, "total units": total, "area": rng.random(1500)})
    assert [f.kind for f in one(rule_violation, frame)] == ["redundant_column"]
    total[::17] += 1
    (finding,) = one(rule_violation, frame.with_columns(pl.Series("total units", total)))
    assert (finding.kind, finding.rows_affected) == ("rule_violation", len(total[::17]))
    mixed = frame.with_columns(pl.Series("total units", rng.permutation(total)))
    assert [f for f in one(rule_violation, mixed) if len(f.columns) > 2] == []


def test_a_total_of_parts_among_very_many_columns() -> None:
    rng = np.random.default_rng(0)
    parts = {f"p{i}": rng.integers(5, 120, 600) for i in range(6)}
    others = {f"o{i}": rng.integers(0, 90, 600) for i in range(40)}
    total = np.sum(list(parts.values()), axis=0)
    mixed = dict(sorted({**parts, **others}.items(), key=lambda kv: kv[0][::-1]))
    (finding,) = one(rule_violation, pl.DataFrame({"base_total": total, **mixed}))
    assert (finding.kind, finding.severity) == ("redundant_column", "info")
    assert set(finding.columns) == {"base_total", *parts}
    assert one(rule_violation, pl.DataFrame({"base_total": rng.permutation(total), **mixed})) == []


def test_logarithms_squares_and_inverses_of_a_column_are_told_at_once() -> None:
    rng = np.random.default_rng(0)
    mass, area, age = rng.gamma(2, 3, 500) + 0.1, rng.gamma(3, 90, 500) + 1, rng.integers(16, 90, 500)
    frame = pl.DataFrame(
        {"mass": mass, "log_mass": np.log10(mass).round(6), "area": area, "age": age, "age2": age**2}
    )
    (finding,) = one(another_scale, frame.with_columns(density=1 / pl.col("area")))
    assert finding.details["functions"] == {
        "log_mass": "logarithm of mass",
        "age2": "square of age",
        "density": "inverse of area",
    }
    near = pl.DataFrame(
        {"mass": mass, "ordered": mass + rng.normal(0, 0.01, 500), "area": area, "double": 2 * area}
    )
    assert one(another_scale, near.with_columns(size=pl.col("mass").sqrt() + pl.col("mass") ** 3)) == []
