"""Entities that are in a table several times."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from discovery.audit.checks.uniqueness.entities import repeated_entities, repeated_times
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t", **engagement: Any) -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e", **engagement))


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


def test_a_name_that_comes_again() -> None:
    key, conflict = repeated_entities(context(apps()))
    assert (key.kind, key.columns, key.rows_affected) == ("duplicate_key", ["app"], 30)
    assert (conflict.kind, conflict.columns, conflict.rows_affected) == ("conflicting_records", [], 60)
    assert "'reviews'" in conflict.summary
    titles = apps(again=0)
    titles["app"][:30] = titles["app"][100:130]
    assert list(repeated_entities(context(titles))) == []
    assert list(repeated_entities(context(apps(again=0)))) == []


def test_two_rows_of_an_entity_at_one_time() -> None:
    rows = [
        (f"storm {s}", 2000 + s // 20, 1 + s * 3 % 12, 1 + h // 24, h % 24)
        for s in range(60)
        for h in range(0, 600, 2)
    ]
    names = ("name", "year", "month", "day", "hour")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    noise = {"wind": [random.Random(i).random() for i in range(len(rows))]}
    assert list(repeated_times(context(columns | noise))) == []
    twice = {k: [*v, v[50]] for k, v in columns.items()} | {"wind": [*noise["wind"], 0.5]}
    (finding,) = repeated_times(context(twice))
    assert (finding.columns, finding.rows_affected) == ([], 1)
    assert "1 of" in finding.summary
    assert "rows repeats an earlier one" in finding.summary
    assert finding.details["key"] == list(names)


def test_two_rows_of_an_entity_at_one_time_of_very_many() -> None:
    hours, stations = 4_200, 25
    stamps = [datetime(2024, 1, 1) + timedelta(hours=h) for h in range(hours) for _ in range(stations)]
    columns = {"at": stamps, "station": [f"s{i % stations}" for i in range(len(stamps))]}
    twice = {k: [*v, v[50], v[70]] for k, v in columns.items()}
    (finding,) = repeated_times(context(twice))
    assert (finding.details["key"], finding.rows_affected) == (["station", "at"], 2)
    drawn = random.Random(0)
    at_random = columns | {"station": [f"s{drawn.randrange(stations)}" for _ in stamps]}
    assert list(repeated_times(context(at_random))) == []


def test_one_measurement_told_several_times() -> None:
    rng = np.random.default_rng(0)
    hours = [datetime(2024, 1, 1) + timedelta(hours=i) for i in range(900)]
    cars, heat, sky = rng.integers(0, 6000, 900), rng.normal(10, 8, 900).round(2), rng.choice(list("abcd"), 900)
    again = np.sort(np.concatenate([np.arange(900), rng.choice(900, 90, replace=False)]))
    columns = {"at": [hours[i] for i in again], "cars": cars[again], "heat": heat[again]}
    told = context({**columns, "sky": rng.permutation(np.append(sky, sky[:90]))})
    (finding,) = repeated_times(told)
    assert (finding.columns, finding.rows_affected, finding.severity) == (["at"], 90, "minor")
    once = {"at": hours, "cars": cars, "heat": heat, "sky": sky}
    assert list(repeated_times(context(once))) == []
    events = {**columns, "cars": rng.integers(0, 6000, 990), "heat": rng.normal(10, 8, 990)}
    assert list(repeated_times(context(events))) == []


def test_places_looked_up_by_their_name_only(look):
    rng = np.random.default_rng(4)
    lat, lon = rng.uniform(25, 48, 300).round(6), rng.uniform(-120, -70, 300).round(6)
    name = [f"Town {chr(65 + i % 26)}{chr(65 + i // 26)}" for i in range(300)]
    people = rng.integers(5_000, 900_000, 300)
    table = {"name": name, "pop": people, "lat": lat, "lon": lon}
    assert look(repeated_entities, table) == []
    again = [*range(300), *range(50)]
    table = {"name": [name[i] for i in again], "pop": [*people, *rng.integers(5_000, 900_000, 50)]}
    table |= {"lat": lat[again], "lon": lon[again]}
    key, records = look(repeated_entities, table)
    assert (key.kind, key.columns, key.rows_affected, key.fix) == ("duplicate_key", ["name"], 50, None)
    assert (records.kind, records.columns, records.severity) == ("conflicting_records", [], "minor")
    other = {**table, "lat": rng.permutation(table["lat"]), "lon": rng.permutation(table["lon"])}
    assert look(repeated_entities, other) == []
    dated = {**table, "seen": [f"visit {i}" for i in range(350)]}
    assert look(repeated_entities, dated) == []


def test_a_few_sensors_with_two_readings_at_one_time() -> None:
    rng = random.Random(9)
    hours = [datetime(2023, 3, 1) + timedelta(hours=i) for i in range(500)]
    columns = {
        "station": [f"ST-{s}" for s in range(4) for _ in hours],
        "at": hours * 4,
        "load": [rng.gauss(100, 9) for _ in range(2000)],
    }
    assert list(repeated_times(context(columns))) == []
    special = {
        **columns,
        "station": ["no"] * 1990 + ["yes"] * 10,
        "at": [hours[0] + timedelta(hours=i) for i in range(2000)],
    }
    assert list(repeated_times(context({k: v + v[20:21] for k, v in special.items()}))) == []
    again = {k: v + v[20:29] for k, v in columns.items()}
    again["load"] = columns["load"] + [x + 4 for x in columns["load"][20:29]]
    (found,) = repeated_times(context(again))
    assert (found.kind, found.rows_affected) == ("duplicate_key", 9)
    assert [e.row for e in found.evidence] == [2001, 2002, 2003, 2004, 2005]
