"""Databases of one file: samples, queries, values of mixed kinds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest

from discovery.audit import audit_drop
from discovery.audit.declared import with_declared
from discovery.engagement import DataSpec, Engagement
from discovery.errors import DataError
from discovery.intake import read_drop, read_query
from discovery.intake.sources import database as module
from discovery.intake.sources.database import read_database, safe_url
from discovery.intake.table import Drop


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price, note, code, void)")
        rows = [
            (i, i if i < 500 else i + 0.5, None if i < 300 else f"n{i}", i if i < 700 else f"x{i}", None)
            for i in range(1, 1001)
        ]
        connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("CREATE TABLE big (n, t)")
        connection.execute("INSERT INTO big VALUES (9223372036854775807, 'a'), (1, x'00ff'), (NULL, 'b')")
        connection.execute("CREATE VIEW dear AS SELECT * FROM item WHERE price > 900")
    connection.close()
    return f"sqlite:///{path}"


def test_kinds_that_change_along_the_rows(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_A_PART", 100)
    frame = read_database(shop, ["item"])[0].frame
    assert frame.height == 1000
    assert frame["price"].dtype == pl.Float64
    assert frame["price"][499] == 500.5
    assert frame["note"].null_count() == 299
    assert frame["code"].dtype == pl.String
    assert frame["code"][0] == "1"
    assert frame["void"].null_count() == 1000
    assert read_database(shop, ["big"])[0].frame["t"].to_list() == ["a", "00ff", "b"]


def test_sample_by_key_or_by_place(shop: str) -> None:
    table, again = (read_database(shop, ["item"], most_rows=300)[0] for _ in range(2))
    ids = table.frame["id"]
    assert 285 <= len(ids) <= 315
    assert ids.equals(again.frame["id"])
    for cycle in (2, 7):
        assert 0.8 < (ids % cycle == 0).mean() * cycle < 1.2, "a sample must not keep step with a cycle"
    said = "A sample of about 300 of 1,000 rows, drawn in the database: by a hash of "
    assert f"{said}id" in table.reading.assumptions
    view = read_database(shop, ["dear"], most_rows=50)[0]
    assert 40 <= view.rows <= 60
    assert any(
        "50 of 101 rows, drawn in the database: by a hash of the place" in a for a in view.reading.assumptions
    )


def test_a_large_result_of_a_query_is_sampled(shop: str) -> None:
    sql = "WITH few AS (SELECT id, price, ':x' AS t FROM item) SELECT * FROM few -- all"
    table = read_database(shop, queries={"few": sql}, most_rows=300)[0]
    assert 285 <= table.rows <= 315
    assert table.frame.columns == ["id", "price", "t"]
    assert any("A sample of about 300 of 1,000 rows" in a for a in table.reading.assumptions)
    assert read_database(shop, queries={"few": sql})[0].rows == 1000


def test_views_are_optional(shop: str) -> None:
    assert [t.name for t in read_database(shop, views=True)] == ["big", "dear", "item"]
    tables = read_database(shop)
    assert [t.name for t in tables] == ["big", "item"]
    assert tables[0].reading.assumptions[-1] == "What views show is in the tables; 1 of them not read: dear"
    view = read_database(shop, ["dear"])[0]
    assert view.rows > 0
    assert view.declared.view


def test_a_database_of_views_alone_is_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "views.db") as connection:
        connection.execute("CREATE VIEW only AS SELECT 1 AS a, 'x' AS b")
    connection.close()
    assert [t.name for t in read_database(f"sqlite:///{tmp_path / 'views.db'}")] == ["only"]


def test_what_a_database_declares(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES customer)")
        connection.execute(
            "CREATE TABLE line (o INTEGER, n INTEGER, who INTEGER, PRIMARY KEY (o, n), "
            "FOREIGN KEY (who) REFERENCES Customer (ID))"
        )
        connection.executemany("INSERT INTO customer VALUES (?, ?)", [(i, 1) for i in range(1, 40)])
        connection.executemany(
            "INSERT INTO line VALUES (?, ?, ?)", [(i // 3, i % 3, 1 + i % 50) for i in range(90)]
        )
    connection.close()
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    customer, line = read_database(url)
    assert customer.declared.references == ((("boss",), "customer", ("id",)),)
    assert line.declared.key == ("o", "n")
    result = audit_drop(read_drop(url), Engagement(name="shop"))
    assert result.table("line").key == ["o", "n"]
    told = {(r["table"], *r["columns"], r["to_table"], *r["to_columns"]): r["orphans"] for r in result.relations}
    assert told == {("customer", "boss", "customer", "id"): 0, ("line", "who", "customer", "id"): 12}
    assert all(r["declared"] for r in result.relations)
    few = {t.name: t for t in read_database(url, most_rows=30)}
    assert few["customer"].declared.sampled
    specs = with_declared(Engagement(name="shop"), Drop("shop", few)).tables
    assert specs["line"].key == ["o", "n"]
    assert specs["line"].foreign_keys == [], "what a sample lacks is not missing"


def test_query(shop: str) -> None:
    table = read_query(shop, "SELECT id, price * 2 AS twice FROM item WHERE id <= 10;", "twice")
    assert (table.name, table.rows) == ("twice", 10)
    assert table.source.endswith("#twice")
    for sql in ("DROP TABLE item", "SELECT 1; SELECT 2", "  "):
        with pytest.raises(DataError, match="one statement that selects"):
            read_query(shop, sql)
    with pytest.raises(DataError, match="no such column"):
        read_query(shop, "SELECT absent FROM item")


def test_a_changed_row_changes_the_hash_and_its_place_does_not(shop: str) -> None:
    first = read_drop(shop, reuse=True)
    path = shop.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM big WHERE t = 'a'")
        connection.execute("INSERT INTO big VALUES (9223372036854775807, 'a')")
    connection.close()
    assert read_drop(shop).hash == first.hash
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE item SET note = 'other' WHERE id = 1")
    connection.close()
    assert read_drop(shop).hash != first.hash
    assert read_drop(shop, reuse=True) is first


def test_urls_are_shown_without_secrets() -> None:
    shown = safe_url("postgresql://me:pass%40word@host:5432/base?password=other&sslmode=require")
    assert shown == "postgresql://me:***@host:5432/base"
    assert safe_url("postgresql://me:secret@host:port/x") == "postgresql://…"
    with pytest.raises(DataError) as caught:
        read_database("postgresql+psycopg://me:pass%40word@127.0.0.1:1/base?connect_timeout=2")
    assert "pass" not in str(caught.value)


def test_queries_and_tables_of_one_drop(shop: str) -> None:
    drop = read_drop(shop, sql="SELECT id, price FROM item WHERE id <= 20")
    assert list(drop.tables) == ["query"]
    assert drop.tables["query"].rows == 20
    both = DataSpec(
        tables=["big"], sql={"few": "SELECT * FROM item LIMIT 3", "none": "SELECT * FROM big WHERE n = 0"}
    )
    read = read_drop(shop, engagement=Engagement(name="x", data=both))
    assert {n: t.rows for n, t in read.tables.items()} == {"big": 3, "few": 3, "none": 0}
    path = shop.removeprefix("sqlite:///")
    assert read_drop(path, sql="SELECT 1 AS one").tables["query"].frame["one"].to_list() == [1]
    for wrong, message in (
        ("SELECT absent FROM item", "no such column"),
        ("SELECT '--'; DROP TABLE big", "one statement"),
    ):
        with pytest.raises(DataError, match=message):
            read_drop(shop, sql=wrong)


def test_queries_are_of_databases_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DataError, match="of databases"):
        read_drop(tmp_path / "a.csv", sql="SELECT 1")
    with pytest.raises(DataError, match="of databases") as caught:
        read_drop("s3://key:hidden@bucket/x", schema="main")
    assert "hidden" not in str(caught.value)
    agreed = Engagement(name="x", data=DataSpec(path=str(tmp_path / "a.csv"), sql="SELECT 1"))
    with pytest.raises(DataError, match="of databases"):
        read_drop(tmp_path / "a.csv", engagement=agreed)
    kept = Engagement(name="x", data=DataSpec(database_url_env="CRM_URL", sql="SELECT 1"))
    assert read_drop(tmp_path / "a.csv", engagement=kept).tables["a"].rows == 2, "a snapshot of what was asked"


def test_a_schema(shop: str) -> None:
    assert list(read_drop(shop, schema="main").tables) == ["main.big", "main.item"]
    named = Engagement(name="x", data=DataSpec(tables=["item"], schema="main"))
    assert list(read_drop(shop, engagement=named).tables) == ["main.item"]
    with pytest.raises(DataError, match="no schema 'mani'"):
        read_drop(shop, schema="mani")
