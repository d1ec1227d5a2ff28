"""References between tables, and records of one key that disagree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from discovery.audit.checks.consistency.keys import conflicting_across_tables, conflicting_records, orphan_fk
from discovery.audit.relations.tables import find_references
from discovery.engagement import ForeignKey, TableSpec


def shop(orphans: int = 3) -> dict[str, pl.DataFrame]:
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
    return {"customers": customers, "orders": orders}


def test_orphans_of_an_inferred_reference(open_tables) -> None:
    context = open_tables(**shop())()
    found = list(orphan_fk(context))
    assert [(f.table, f.columns, f.rows_affected) for f in found] == [("orders", ["customer_id"], 3)]
    assert found[0].confidence < 1
    assert [e.row for e in found[0].evidence] == [1, 2, 3]
    assert context.memo["relations"][0]["to_table"] == "customers"
    assert list(orphan_fk(open_tables(**shop(0))())) == []


def test_orphans_of_a_declared_reference_weigh_by_share(open_tables) -> None:
    key = ForeignKey(columns=["customer_id"], table="customers", to_columns=["customer_id"])
    found = list(orphan_fk(open_tables(**shop(60))(tables={"orders": TableSpec(foreign_keys=[key])})))
    assert [(f.severity, f.confidence) for f in found] == [("major", 1.0)]
    bad = ForeignKey(columns=["customer_id"], table="nowhere", to_columns=["customer_id"])
    assert len(find_references(open_tables(**shop())(tables={"orders": TableSpec(foreign_keys=[bad])}))) == 1


def test_keys_whose_zeros_were_lost_join_nothing(open_tables) -> None:
    rng = np.random.default_rng(1)
    customers = pl.DataFrame({"customer_id": [f"{17 + i:06d}" for i in range(300)], "x": range(300)})
    orders = pl.DataFrame({"order_id": range(2000), "customer_id": 17 + rng.integers(0, 300, 2000)})
    (found,) = orphan_fk(open_tables(customers=customers, orders=orders)())
    assert (found.rows_affected, found.severity) == (2000, "major")
    assert found.details["mendable"] == 2000
    assert "one form" in found.advice
    other = orders.with_columns(customer_id=pl.col("customer_id") * 13 + 40_000)
    assert list(orphan_fk(open_tables(customers=customers, orders=other)())) == []


def test_orphans_of_many_values_of_their_own(open_tables) -> None:
    rng = np.random.default_rng(2)
    driver = rng.integers(101, 138, 3000)
    driver[::75] = 700 + np.arange(40) % 20
    drivers = pl.DataFrame({"driver_id": range(101, 138), "depot": ["a", "b", "c"] * 12 + ["d"]})
    (found,) = orphan_fk(open_tables(drivers=drivers, trips=pl.DataFrame({"driver_id": driver}))())
    assert found.rows_affected == 40


def test_managers_who_are_no_employees(open_tables) -> None:
    rng = np.random.default_rng(3)
    boss = [f"E{10_000 + i}" for i in rng.integers(0, 100, 900)]
    boss[::90] = [f"E{90_000 + i}" for i in range(10)]
    frame = pl.DataFrame({"employee_id": [f"E{10_000 + i}" for i in range(900)], "manager_id": boss})
    (found,) = orphan_fk(open_tables(employees=frame)())
    assert (found.columns, found.rows_affected) == (["manager_id"], 10)


def test_orphans_that_differ_only_in_form(open_tables) -> None:
    parent = pl.DataFrame({"id": [f"{i:05d}" for i in range(100)], "x": range(100)})
    child = pl.DataFrame(
        {"no": range(400), "shop_id": [str(i % 100) if i < 9 else f"{i % 100:05d}" for i in range(400)]}
    )
    found = list(orphan_fk(open_tables(shops=parent, sales=child)()))
    assert found[0].details["mendable"] == found[0].rows_affected == 9
    assert found[0].severity == "minor"


def test_composite_keys_and_fan_out(open_tables) -> None:
    parent = pl.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 1], "v": list("wxyz")})
    child = pl.DataFrame({"a": [1, 2, 2], "b": [1, 1, 3]})
    key = ForeignKey(columns=["a", "b"], table="p", to_columns=["a", "b"])
    context = open_tables(p=parent, c=child)(tables={"c": TableSpec(foreign_keys=[key])})
    assert [f.rows_affected for f in orphan_fk(context)] == [1]
    assert find_references(context)[0].fan_out == pytest.approx(1.5)
    assert list(conflicting_across_tables(context)) == []


def test_unrelated_tables_are_left_alone(open_tables) -> None:
    rng = np.random.default_rng(0)
    first = pl.DataFrame({"id": range(500), "x": rng.integers(0, 50, 500)})
    second = pl.DataFrame({"id": range(800), "y": rng.integers(0, 50, 800)})
    assert list(orphan_fk(open_tables(first=first, second=second)())) == []


def test_an_attribute_that_two_tables_tell_differently(open_tables) -> None:
    found = list(conflicting_across_tables(open_tables(**shop(0))()))
    assert [(f.table, f.columns, f.rows_affected) for f in found] == [("orders", ["country"], 1)]
    assert found[0].evidence[0].row == 51


def test_one_key_two_records(findings_of) -> None:
    frame = pl.DataFrame({"sample_id": [*range(100), 5, 6], "x": [*range(100), 5, 99], "y": ["a"] * 102})
    found = findings_of(conflicting_records, frame)
    assert [(f.columns, f.rows_affected) for f in found] == [(["x"], 2)]
    declared = findings_of(conflicting_records, frame, tables={"t": TableSpec(key=["sample_id"])})
    assert declared[0].details["keys"] == 1
    assert findings_of(conflicting_records, frame.head(100)) == []
    assert findings_of(conflicting_records, frame, tables={"t": TableSpec(key=["gone"])}) == []
    wide = frame.with_columns(**{f"c{i}": pl.col("x") + i for i in range(8)})
    assert findings_of(conflicting_records, wide)[0].columns == ["sample_id"]


@pytest.mark.parametrize(("name", "found"), [("phone_number", 0), ("member_number", 1)])
def test_a_telephone_that_two_share_is_no_conflict(findings_of, name: str, found: int) -> None:
    numbers = [f"(773) 534-{5000 + 7 * i}" for i in range(200)] if found == 0 else [f"M{i}" for i in range(200)]
    numbers[7] = numbers[6]
    frame = pl.DataFrame({name: numbers, "school": [f"s{i % 3}" for i in range(200)], "seats": range(200)})
    assert len(findings_of(conflicting_records, frame)) == found


def test_words_for_missing_and_numbers_for_none_in_a_reference(open_tables) -> None:
    planes = pl.DataFrame({"tail": [f"N{i:04d}" for i in range(200)], "seats": [i % 90 for i in range(200)]})
    tails = [f"N{i % 190:04d}" for i in range(2000)]
    tails[:25] = ["NA"] * 25
    tails[25:32] = ["X9999"] * 7
    tails[32:35] = ["0"] * 3
    drop = open_tables(planes=planes, flights=pl.DataFrame({"tail": tails, "delay": range(2000)}))()
    (reference,) = find_references(drop)
    assert (reference.missing, reference.orphans, reference.placed) == (25, 10, 3)
    (finding,) = orphan_fk(drop)
    assert "3 of them hold 0 or -1" in finding.summary
    assert [e.row for e in finding.evidence] == [26, 27, 28, 29, 30]


def test_flags_of_one_name_in_two_tables_do_not_conflict(open_tables) -> None:
    cups = pl.DataFrame({"cup_id": [f"C-{i:02d}" for i in range(40)], "final": [i % 20 > 0 for i in range(40)]})
    games = {"cup_id": [f"C-{i % 40:02d}" for i in range(800)], "final": [i % 7 > 0 for i in range(800)]}
    both = [f.with_columns(pl.col("final").cast(pl.Int64)) for f in (cups, pl.DataFrame(games))]
    assert list(conflicting_across_tables(open_tables(cups=both[0], games=both[1])())) == []


def test_rows_of_other_things_do_not_conflict(look):
    rng = np.random.default_rng(8)
    rows = 400
    products = rng.permutation(np.concatenate([np.arange(380), np.arange(20)]))
    frame = {f"c{i}": rng.integers(0, 10_000, rows) for i in range(8)}
    frame |= {"product_id": [f"P-{p:05d}" for p in products], "name": [f"thing {p}" for p in products]}
    assert look(conflicting_records, frame) == []


def test_the_fix_keeps_rows_without_a_key(findings_of) -> None:
    ids = [*range(100), 5, 6, None, None]
    frame = pl.DataFrame({"sample_id": ids, "x": [*range(100), 5, 99, 7, 8], "y": ["a"] * 104})
    (found,) = findings_of(conflicting_records, frame)
    scope = {"pd": pd, "df": frame.to_pandas()}
    exec(found.fix or "", scope)
    assert scope["df"]["sample_id"].isna().sum() == 2
    assert scope["df"].set_index("sample_id")["x"].loc[6.0] == 99
