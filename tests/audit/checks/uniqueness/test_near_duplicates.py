"""Near-duplicates: typos and variants are found, look-alike rows are not."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.uniqueness import near_duplicates
from discovery.audit.checks.uniqueness.near_duplicates import near_duplicate
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake.table import Table

FIRST = "Anna Bernd Clara David Emma Felix Greta Hans Ines Jonas Karla Lukas Maria Nils Olga Paul".split()
LAST = "Albrecht Brandt Castillo Dietrich Engel Fontaine Gruber Hoffmann Ivanov Jansen Keller Lorenz".split()
STREET = "Hauptstrasse Lindenallee Bergweg Schulgasse Marktplatz Rosenweg Gartenstrasse Bahnhofstrasse".split()


def found(columns: dict[str, Any]) -> list[Finding]:
    return list(near_duplicate(table_context(Table.from_frame("t", pl.DataFrame(columns)), Engagement(name="e"))))


def customers(n: int = 150, seed: int = 0) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    people = [(f, s) for f in FIRST for s in LAST]
    rng.shuffle(people)
    return [
        {
            "id": i,
            "name": " ".join(people[i]),
            "street": f"{rng.choice(STREET)} {rng.randint(1, 99)}",
            "city": rng.choice(["Bern", "Graz", "Ulm"]),
            "born": rng.randint(1940, 2000),
            "plan": rng.choice("ABC"),
            "spend": round(rng.gauss(50, 20), 2),
        }
        for i in range(n)
    ]


def frame(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {k: [r[k] for r in rows] for k in rows[0]}


def test_typos_and_variants_are_found() -> None:
    rows = customers()
    again = [dict(rows[3]), dict(rows[50]), dict(rows[99])]
    again[0]["name"] = again[0]["name"].upper() + " "
    again[1]["street"] = again[1]["street"].replace("a", "e", 1)
    again[2]["name"] = " ".join(reversed(again[2]["name"].split())) + "n"
    for i, row in enumerate(again):
        row["id"] = 1000 + i
    (finding,) = found(frame(rows + again))
    assert finding.columns == []
    assert finding.rows_affected in {2, 3}
    assert finding.severity == "minor"
    assert {e.row for e in finding.evidence} <= {4, 51, 100, 151, 152, 153}
    assert rows[3]["name"] not in finding.model_dump_json()


@pytest.mark.parametrize("seed", range(4))
def test_different_customers_are_not_near_duplicates(seed: int) -> None:
    assert found(frame(customers(seed=seed))) == []


def test_exact_copies_and_events_are_not_near_duplicates() -> None:
    rows = customers(60)
    assert found(frame(rows + rows)) == []
    rng = random.Random(1)
    events = [
        {**r, "spend": rng.random(), "born": rng.random(), "plan": rng.random()} for r in rows for _ in range(4)
    ]
    assert found(frame(events)) == []


def test_numbered_things_differ() -> None:
    rows = [
        {"name": f"Pump station {i} of line {i // 7}", "kind": "p", "zone": "z", "x": 1, "y": 2} for i in range(200)
    ]
    assert found(frame(rows)) == []


def test_tables_without_telling_texts_are_passed_over() -> None:
    assert found({"x": range(50), "c": ["a", "b"] * 25}) == []
    assert found({"name": [f"{a} {b}" for a in FIRST for b in LAST]}) == []


def test_large_tables_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "MOST_ROWS", 150)
    rows = customers()
    again = [{**r, "name": r["name"] + "n"} for r in rows[:60]]
    (finding,) = found(frame(rows + again))
    assert finding.details["sampled"]
    assert "of a sample of" in finding.summary
    assert 0 < finding.rows_affected < 60


def numbered(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {"id": list(range(len(rows))), **frame(rows)}


def test_a_thing_measured_anew_is_no_copy() -> None:
    rng = random.Random(0)
    grades, traits = [f"m{i}" for i in range(5)], [f"t{i}" for i in range(7)]
    word = lambda: "".join(rng.choice(["ba", "ko", "mi", "ru", "te", "lo", "sa"]) for _ in range(4))  # noqa: E731
    farms = [
        {"farm": f"{word()} {word()}", "mill": f"{word()} works", **{t: rng.choice("AB") for t in traits}}
        for _ in range(96)
    ]
    lots = [{**f, **{g: round(rng.gauss(7, 1), 2) for g in grades}} for f in farms]
    again = [{**f, "farm": f["farm"] + "s", **{g: round(rng.gauss(7, 1), 2) for g in grades}} for f in lots[:40]]
    assert found(numbered(lots + again)) == []
    same = [{**f, "farm": f["farm"] + "s"} for f in lots[:4]]
    (finding,) = found(numbered(lots + same))
    assert finding.rows_affected == 4


def test_numerals_tell_things_apart() -> None:
    rows = [{"name": f"{a} {b} House", "city": b} for a, b in zip(FIRST * 6, LAST * 8, strict=True)]
    names = [f"{s} Condominiums" for s in STREET]
    rows += [{"name": f"{name} {n}", "city": f"Ulm {name[:3]}"} for name in names for n in ("I", "II")]
    assert found(numbered(rows)) == []
    rows += [{"name": f"{name}s I", "city": f"Ulm {name[:3]}"} for name in names[:3]]
    (finding,) = found(numbered(rows))
    assert finding.rows_affected == 3
