"""Repeated rows, told from what chance would give."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks.completeness import missing as completeness
from discovery.audit.checks.uniqueness import rows as uniqueness
from discovery.audit.context import TableContext
from discovery.audit.rows.chance import expected_duplicates
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake.table import Table


def context(columns: dict[str, Any], table: str = "t", **engagement: Any) -> TableContext:
    return table_context(Table.from_frame(table, pl.DataFrame(columns)), Engagement(name="e", **engagement))


def rows_twice(ctx: TableContext) -> list[Finding]:
    return list(uniqueness.duplicate_rows(ctx))


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


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "breast_cancer_wisconsin.csv", infer_schema_length=None)
    ctx = context(frame.to_dict(as_series=False))
    assert sorted(f.rows_affected for f in rows_twice(ctx)) == [8, 236]


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
    assert all((f.severity, f.details["by_chance"]) == ("info", True) for f in rows_twice(context(few)))


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


def test_numbers_of_things_that_a_name_begins_with_are_identifiers() -> None:
    rng = np.random.default_rng(8)
    readings = {k: [*v, *v[:60]] for k, v in {f"m{i}": rng.normal(5, 1, 540).round(2) for i in range(6)}.items()}
    numbers = [*rng.permutation(90_000)[:590].tolist(), *[45_431] * 10]
    (found,) = rows_twice(context({"No_Patient": numbers, **readings}))
    assert (found.details["without"], found.rows_affected) == (["No_Patient"], 60)
    for counted in ("No_Patients", "No of Staff", "num_shares", "number killed"):
        given = context({counted: numbers, **readings})
        assert given.profile[counted].semantic == "measure"
        assert rows_twice(given) == []


def test_rows_equal_but_for_a_date_are_asked_about_where_things_are_named() -> None:
    rng = np.random.default_rng(10)
    days = pl.date_range(pl.date(2022, 1, 1), pl.date(2022, 3, 31), eager=True).to_list()
    offers = {
        "where": [f"{w} Street" for w in rng.integers(0, 9_000, 600)],
        **measures(600),
        "rooms": [1, 2, 3] * 200,
    }
    posted = [days[i] for i in rng.integers(0, 90, 608)]
    again = {"posted": posted, **{k: [*v, *v[:8]] for k, v in offers.items()}}
    (found,) = rows_twice(context(again))
    assert (found.severity, found.rows_affected, found.details["without"]) == ("info", 8, ["posted"])
    assert rows_twice(context({"posted": posted[:600], **offers})) == []
    stations = {**again, "where": ["north", "south"] * 304}
    assert rows_twice(context(stations)) == []
    assert rows_twice(context({**again, "sold": posted[::-1]})) == []


def test_rows_that_repeat_in_blocks_are_no_chance() -> None:
    rng = np.random.default_rng(3)
    teams = {name: rng.integers(0, levels, 900) for name, levels in (("team", 30), ("shirt", 99), ("minute", 40))}
    (by_chance,) = rows_twice(context(teams))
    assert by_chance.severity == "info"
    assert "blocks" not in by_chance.summary
    places = np.concatenate([np.arange(300), np.arange(100, 340), np.arange(300, 900), np.arange(700, 860)])
    (found,) = rows_twice(context({name: cells[places] for name, cells in teams.items()}))
    assert found.severity in {"minor", "major"}
    assert "They come in " in found.summary
