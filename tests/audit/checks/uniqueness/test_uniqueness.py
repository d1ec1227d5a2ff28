"""Uniqueness: repeated rows and broken keys, told from what chance and events would give."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks.completeness import missing as completeness
from discovery.audit.checks.uniqueness import keys as uniqueness_keys
from discovery.audit.checks.uniqueness import rows as uniqueness
from discovery.audit.checks.uniqueness import things as uniqueness_things
from discovery.audit.context import TableContext
from discovery.audit.rows.chance import expected_duplicates
from discovery.audit.run import table_context
from discovery.engagement import Engagement, TableSpec
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t", **engagement: Any) -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e", **engagement))


def rows_twice(ctx: TableContext) -> list[Finding]:
    return list(uniqueness.duplicate_rows(ctx))


def keys_twice(ctx: TableContext) -> list[Finding]:
    return list(uniqueness_keys.duplicate_key(ctx))


def measures(n: int, seed: int = 0) -> dict[str, list[float]]:
    rng = random.Random(seed)
    return {f"m{i}": [round(rng.gauss(10, 3), 3) for _ in range(n)] for i in range(3)}


def repeated(columns: dict[str, list[Any]], times: int) -> dict[str, list[Any]]:
    return {k: v + v[:times] for k, v in columns.items()}


def test_equal_rows_are_counted_beyond_the_first() -> None:
    (finding,) = rows_twice(context(repeated(measures(200), 20)))
    assert finding.columns == []
    assert finding.rows_affected == 20
    assert finding.severity == "major"
    assert [e.row for e in finding.evidence] == [201, 202, 203, 204, 205]
    (few,) = rows_twice(context(repeated(measures(200), 2)))
    assert few.severity == "minor"


def test_no_repeats_no_finding() -> None:
    assert rows_twice(context(measures(200))) == []
    assert rows_twice(context({"a": [1], "b": [2]})) == []


def test_repeats_that_chance_gives_are_info() -> None:
    rng = random.Random(0)
    columns = {k: [rng.choice("abc") for _ in range(500)] for k in "uvw"}
    (finding,) = rows_twice(context(columns))
    assert finding.severity == "info"
    assert "by chance" in finding.summary


def test_repeats_but_for_the_identifier() -> None:
    columns = {"id": list(range(1000, 1260)), **repeated(measures(200), 60)}
    (finding,) = rows_twice(context(columns))
    assert finding.columns == []
    assert finding.details["without"] == ["id"]
    assert finding.rows_affected == 60
    assert finding.severity == "minor"
    both = {k: [*v, v[-1]] for k, v in columns.items()}
    exact, without = rows_twice(context(both))
    assert (exact.rows_affected, without.rows_affected, without.columns) == (1, 61, ["id"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab")), min_size=2, max_size=40))
def test_the_count_is_that_of_a_set(rows: list[tuple[int, str]]) -> None:
    ctx = context({"a": [r[0] for r in rows], "b": [r[1] for r in rows]})
    assert sum(f.rows_affected for f in rows_twice(ctx)) == len(rows) - len(set(rows))


def test_expected_duplicates_of_independent_columns() -> None:
    rng = random.Random(3)
    ctx = context({k: [rng.randint(0, 60) for _ in range(400)] for k in "ab"})
    expected = expected_duplicates(list(ctx.columns()), 400)
    assert expected == pytest.approx(400 * 399 / 2 / 61**2, rel=0.1)
    assert expected_duplicates([], 400) == 0


def test_a_nearly_unique_id_is_a_broken_key() -> None:
    ids = [*range(5000, 5200), 5000, 5001, 5002]
    (finding,) = keys_twice(context({"id": ids, **measures(203)}))
    assert finding.columns == ["id"]
    assert finding.rows_affected == 3
    assert finding.severity == "major"
    assert finding.details["most_rows_of_one"] == 2
    assert {e.values["id"] for e in finding.evidence} <= {"5000", "5001", "5002"}


def test_a_weak_name_makes_a_weak_finding() -> None:
    codes = [f"X{i:05d}" for i in [*range(300), 0, 1]]
    (finding,) = keys_twice(context({"stock_code": codes, **measures(302)}))
    assert finding.severity == "minor"


def test_events_of_customers_are_left_alone() -> None:
    events = {"customer_id": [i // 3 for i in range(600)], **measures(600)}
    assert keys_twice(context(events, table="visits")) == []
    orders = {"order_id": list(range(600)), "customer_id": list(range(100, 690)) + list(range(100, 110))}
    assert keys_twice(context(orders | measures(600), table="orders")) == []


def test_in_a_table_named_after_it_a_key_must_not_repeat() -> None:
    customers = {"row": list(range(600)), "customer_id": list(range(100, 690)) + list(range(100, 110))}
    (finding,) = keys_twice(context(customers | measures(600), table="customers"))
    assert finding.columns == ["customer_id"]
    assert finding.severity == "major"


def test_repeats_that_are_equal_rows_are_but_remarked_upon() -> None:
    columns = repeated({"id": list(range(5000, 5200)), **measures(200)}, 5)
    (found,) = keys_twice(context(columns))
    assert (found.severity, found.rows_affected) == ("info", 5)
    assert "all equal rows" in found.summary


def test_what_is_missing_in_many_rows_is_no_key() -> None:
    keys = [None if i % 5 == 0 else f"A{i:04d}" for i in range(300)]
    keys[7] = keys[8]
    assert keys_twice(context({"reference_id": keys, **measures(300)})) == []


def test_declared_keys_must_hold() -> None:
    columns = {"day": [1, 1, 2, 2, None], "shop": ["a", "b", "a", "a", "b"], "x": [1, 2, 3, 4, 5]}
    spec = {"t": TableSpec(key=["day", "shop"])}
    (finding,) = keys_twice(context(columns, tables=spec))
    assert finding.columns == ["day", "shop"]
    assert (finding.details["repeats"], finding.details["missing"], finding.rows_affected) == (1, 1, 2)
    assert finding.severity == "major"
    sound = {"day": [1, 1, 2], "shop": ["a", "b", "a"]}
    assert keys_twice(context(sound, tables=spec)) == []


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "breast_cancer_wisconsin.csv", infer_schema_length=None)
    ctx = context(frame.to_dict(as_series=False))
    assert sorted(f.rows_affected for f in rows_twice(ctx)) == [8, 236]
    (key,) = keys_twice(ctx)
    assert key.rows_affected == 54


def test_copies_of_named_things_are_not_by_chance(look):
    rng = np.random.default_rng(5)
    names = [f"app {i}" for i in range(400)]
    reviews = rng.integers(0, 30_000, 400)
    again = rng.integers(0, 400, 60)
    frame = pl.DataFrame(
        {
            "app": names + [names[i] for i in again],
            "reviews": np.concatenate([reviews, reviews[again] + (np.arange(60) % 2)]),
        }
    )
    (finding,) = [f for f in look(uniqueness.duplicate_rows, frame) if not f.columns]
    assert finding.severity == "major"
    assert "by chance" not in finding.summary


def test_unread_cells_are_compared_as_they_are_written(tmp_path: Any) -> None:
    from discovery.intake import read_drop

    path = tmp_path / "t.csv"
    rows = [f"{i % 3},{'ERROR' if i == 4 else 'UNKNOWN' if i == 5 else i}" for i in range(300)]
    path.write_text("\n".join(["kind,amount", *rows, "1,ERROR", "2,ODD", ""]))
    table = next(iter(read_drop(path).tables.values()))
    (finding,) = rows_twice(table_context(table, Engagement(name="e")))
    assert finding.rows_affected == 1


def test_repeats_but_for_a_number_that_is_no_counter() -> None:
    rng = random.Random(1)
    codes = rng.sample(range(1000, 60000), 260)
    (finding,) = rows_twice(context({"code": codes, **repeated(measures(200), 60)}))
    assert finding.details["without"] == ["code"]
    assert (finding.rows_affected, finding.severity) == (60, "minor")


def test_repeats_that_follow_from_one_another_are_by_chance() -> None:
    rng = random.Random(0)
    items = [rng.randrange(8) for _ in range(4000)]
    count = [rng.randrange(1, 4) for _ in items]
    day = [rng.randrange(60) for _ in items]
    columns = {
        "id": [f"T{i:06d}" for i in range(4000)],
        "item": [f"i{i}" for i in items],
        "price": [1.5 * i for i in items],
    }
    columns |= {"count": count, "total": [1.5 * i * c for i, c in zip(items, count, strict=True)], "day": day}
    (finding,) = rows_twice(context(columns))
    assert (finding.severity, finding.fix) == ("info", None)
    few = {name: values[:200] for name, values in columns.items()}
    assert list(rows_twice(context(few))) == []


def test_that_columns_go_together_is_no_proof_of_chance() -> None:
    rng = random.Random(5)
    straight = [
        [rng.randrange(1, 6)] * 12 if rng.random() < 0.3 else [rng.randrange(1, 6) for _ in range(12)]
        for _ in range(900)
    ]
    columns = {f"q{i}": [answers[i] for answers in straight] for i in range(12)} | {
        "level": [rng.randrange(12) for _ in straight]
    }
    (finding,) = rows_twice(context(columns))
    assert finding.severity == "minor"
    assert finding.details["expected_by_chance"] > finding.rows_affected / 2
    assert "may be by chance, as far as the columns go together" in finding.summary


@pytest.mark.parametrize("name", ["mail", "vin", "lot"])
def test_what_is_different_in_99_of_100_rows_is_a_key(name: str) -> None:
    values = {
        "mail": [f"p{i}@example.org" for i in range(400)],
        "vin": [f"WVW{i:04d}ZZ{i % 7}{i:05d}" for i in range(400)],
        "lot": [f"L-{i:06d}" for i in range(400)],
    }[name]
    values[-1] = values[0]
    (finding,) = keys_twice(context({"Unnamed: 0": list(range(400)), name: values, **measures(400)}))
    assert (finding.columns, finding.rows_affected) == ([name], 1)


def test_what_the_rows_refer_to_is_no_key() -> None:
    rng = random.Random(2)
    tract = rng.sample(range(10**9, 10**9 + 10**6), 300)
    tract[:6] = tract[10:16]
    income = {t: rng.randrange(20_000, 90_000) for t in tract}
    columns = {"geo_id": tract, "income": [income[t] for t in tract], **measures(300)}
    assert (
        keys_twice(
            context(
                {**columns, "age": [rng.randrange(18, 80) for _ in tract], "name": [f"n{i}" for i in range(300)]}
            )
        )
        == []
    )


def test_only_the_last_word_of_a_table_is_its_entity() -> None:
    columns = {
        "cylinder_number": [f"X{i}" for i in [*range(300), *range(60)]],
        "row": list(range(360)),
        **measures(360),
    }
    assert keys_twice(context(columns, table="cylinder_bands")) == []
    (finding,) = keys_twice(context(columns, table="cylinders"))
    assert finding.severity == "major"


def test_what_is_called_unique_must_be() -> None:
    (finding,) = keys_twice(context({"unique_id": [f"{i % 90}:{i % 7}" for i in range(900)], **measures(900)}))
    assert finding.columns == ["unique_id"]


def apps(rows: int = 400, again: int = 30) -> dict[str, list[Any]]:
    """Apps of which some are there again, with more reviews."""
    rng = random.Random(4)
    one = {
        "app": [f"App {chr(65 + i % 26)}{i}" for i in range(rows)],
        "maker": [f"maker {rng.randrange(150)}" for _ in range(rows)],
        "size": [rng.randrange(1000) for _ in range(rows)],
        "score": [round(rng.gauss(4, 0.4), 2) for _ in range(rows)],
        "price": [round(rng.gauss(9, 4), 1) for _ in range(rows)],
        "reviews": [rng.randrange(90_000) for _ in range(rows)],
    }
    both = {k: v + v[:again] for k, v in one.items()}
    return both | {"reviews": one["reviews"] + [r + 7 for r in one["reviews"][:again]]}


def test_the_same_thing_again() -> None:
    key, conflict = uniqueness_things.same_thing_again(context(apps()))
    assert (key.kind, key.columns, key.rows_affected) == ("duplicate_key", ["app"], 30)
    assert (conflict.kind, conflict.columns, conflict.rows_affected) == ("conflicting_records", [], 60)
    assert "'reviews'" in conflict.summary
    titles = apps(again=0)
    titles["app"][:30] = titles["app"][100:130]
    assert list(uniqueness_things.same_thing_again(context(titles))) == []
    assert list(uniqueness_things.same_thing_again(context(apps(again=0)))) == []


def test_two_rows_of_a_thing_at_one_time() -> None:
    rows = [
        (f"storm {s}", 2000 + s // 20, 1 + s * 3 % 12, 1 + h // 24, h % 24)
        for s in range(60)
        for h in range(0, 600, 2)
    ]
    names = ("name", "year", "month", "day", "hour")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    noise = {"wind": [random.Random(i).random() for i in range(len(rows))]}
    assert list(uniqueness_things.same_time_again(context(columns | noise))) == []
    twice = {k: [*v, v[50]] for k, v in columns.items()} | {"wind": [*noise["wind"], 0.5]}
    (finding,) = uniqueness_things.same_time_again(context(twice))
    assert (finding.columns, finding.rows_affected) == ([], 1)
    assert finding.details["key"] == list(names)


def test_two_rows_of_a_thing_at_one_time_of_very_many() -> None:
    hours, stations = 4_200, 25
    stamps = [datetime(2024, 1, 1) + timedelta(hours=h) for h in range(hours) for _ in range(stations)]
    columns = {"at": stamps, "station": [f"s{i % stations}" for i in range(len(stamps))]}
    twice = {k: [*v, v[50], v[70]] for k, v in columns.items()}
    (finding,) = uniqueness_things.same_time_again(context(twice))
    assert (finding.details["key"], finding.rows_affected) == (["station", "at"], 2)
    drawn = random.Random(0)
    at_random = columns | {"station": [f"s{drawn.randrange(stations)}" for _ in stamps]}
    assert list(uniqueness_things.same_time_again(context(at_random))) == []


def test_texts_of_a_row_each_do_not_repeat_by_chance() -> None:
    rng = random.Random(0)
    words = [f"w{i}" for i in range(400)]
    texts = [" ".join(rng.choices(words, k=12)) for _ in range(900)]
    texts += rng.choices(texts, k=20) + [texts[0]] * 60
    labels = {t: rng.choice("ab") for t in texts}
    (finding,) = rows_twice(context({"label": [labels[t] for t in texts], "text": texts}))
    assert (finding.rows_affected, finding.severity) == (80, "major")
    assert "by chance" not in finding.summary
    assert rows_twice(context({"label": [labels[t] for t in texts[:900]], "text": texts[:900]})) == []


def test_only_what_names_a_row_is_left_out() -> None:
    rng = random.Random(0)
    hosts = [rng.randrange(10_000, 10_300) for _ in range(800)]
    kinds = {k: [round(rng.gauss(0, 1), 3) for _ in range(400)] * 2 for k in "xyz"}
    columns = {"id": list(range(5000, 5800)), "host_id": hosts, **kinds}
    columns["host_id"][400:420] = hosts[:20]
    (finding,) = rows_twice(context(columns))
    assert finding.details["without"] == ["id"]
    assert 20 <= finding.rows_affected <= 30


def test_one_row_is_enough_where_chance_makes_none() -> None:
    columns = repeated(measures(200), 1)
    (finding,) = rows_twice(context({"id": list(range(1000, 1201)), **columns}))
    assert (finding.rows_affected, finding.severity) == (1, "info")


def test_rows_that_hold_a_default_only_are_empty_and_not_equal() -> None:
    filled: dict[str, list[Any]] = measures(200)
    filled["case"] = [f"C{i:04d}" for i in range(200)]
    columns = {k: v + ["0" if k == "case" else None] * 60 + [None] * 40 for k, v in filled.items()}
    ctx = context(columns)
    assert rows_twice(ctx) == []
    (finding,) = completeness.rows_of_a_default(ctx)
    assert (finding.rows_affected, finding.severity, finding.columns) == (60, "major", [])
    assert list(completeness.rows_of_a_default(context(filled))) == []
    some = {k: [None if k != "case" and i % 9 == 0 else x for i, x in enumerate(v)] for k, v in filled.items()}
    assert list(completeness.rows_of_a_default(context(some))) == []


def test_one_measurement_told_several_times() -> None:
    rng = np.random.default_rng(0)
    hours = [datetime(2024, 1, 1) + timedelta(hours=i) for i in range(900)]
    cars, heat, sky = rng.integers(0, 6000, 900), rng.normal(10, 8, 900).round(2), rng.choice(list("abcd"), 900)
    again = np.sort(np.concatenate([np.arange(900), rng.choice(900, 90, replace=False)]))
    columns = {"at": [hours[i] for i in again], "cars": cars[again], "heat": heat[again]}
    told = context({**columns, "sky": rng.permutation(np.append(sky, sky[:90]))})
    (finding,) = uniqueness_things.same_time_again(told)
    assert (finding.columns, finding.rows_affected, finding.severity) == (["at"], 90, "minor")
    once = {"at": hours, "cars": cars, "heat": heat, "sky": sky}
    assert list(uniqueness_things.same_time_again(context(once))) == []
    events = {**columns, "cars": rng.integers(0, 6000, 990), "heat": rng.normal(10, 8, 990)}
    assert list(uniqueness_things.same_time_again(context(events))) == []


def test_places_looked_up_by_their_name_only(look):
    rng = np.random.default_rng(4)
    lat, lon = rng.uniform(25, 48, 300).round(6), rng.uniform(-120, -70, 300).round(6)
    name = [f"Town {chr(65 + i % 26)}{chr(65 + i // 26)}" for i in range(300)]
    people = rng.integers(5_000, 900_000, 300)
    table = {"name": name, "pop": people, "lat": lat, "lon": lon}
    assert look(uniqueness_things.same_thing_again, table) == []
    again = [*range(300), *range(50)]
    table = {"name": [name[i] for i in again], "pop": [*people, *rng.integers(5_000, 900_000, 50)]}
    table |= {"lat": lat[again], "lon": lon[again]}
    key, records = look(uniqueness_things.same_thing_again, table)
    assert (key.kind, key.columns, key.rows_affected, key.fix) == ("duplicate_key", ["name"], 50, None)
    assert (records.kind, records.columns, records.severity) == ("conflicting_records", [], "minor")
    other = {**table, "lat": rng.permutation(table["lat"]), "lon": rng.permutation(table["lon"])}
    assert look(uniqueness_things.same_thing_again, other) == []
    dated = {**table, "seen": [f"visit {i}" for i in range(350)]}
    assert look(uniqueness_things.same_thing_again, dated) == []
