"""PostgreSQL: a cluster of its own on loopback, read only, and silent about its password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from discovery.artifacts import AuditResult, RunRecord
from discovery.audit.context import TableContext
from discovery.audit.profiling.measure import profile_table
from discovery.cli import invoke
from discovery.contract import Expectation, suggest, validate, validate_in_database
from discovery.contract.model import new_suite
from discovery.engagement import DataSpec, Engagement
from discovery.errors import DataError
from discovery.intake import read_drop, read_query
from discovery.intake.sources.database import read_database

pytestmark = pytest.mark.service
PLAIN = {"id", "name", "joined", "seen", "balance", "active"}
BROKEN = [
    Expectation(type=f"expect_{kind}", kwargs=kwargs)
    for kind, kwargs in (
        ("column_values_to_be_between", {"column": "balance", "min_value": 100, "mostly": 0.99}),
        ("column_values_to_be_between", {"column": "joined", "max_value": "2021-01-01T00:00:00"}),
        ("column_values_to_be_in_set", {"column": "name", "value_set": ["Name 1"]}),
        ("column_values_to_match_regex", {"column": "name", "regex": "^Name [0-9]{1,3}$"}),
        ("column_values_to_not_be_null", {"column": "balance"}),
        ("column_values_to_be_unique", {"column": "active"}),
        ("compound_columns_to_be_unique", {"column_list": ["active", "joined"]}),
        ("column_values_to_be_of_type", {"column": "name", "type_": "float64"}),
    )
]
PASSWORD = "s3cret/p@ss word"
SHOP = """
CREATE TABLE customer (id integer PRIMARY KEY, name text, joined date, seen timestamptz, balance numeric(10,2),
                       active boolean, tags text[], extra jsonb, ref uuid, wait interval, big numeric(30,0));
INSERT INTO customer SELECT i, 'Name ' || i, date '2020-01-01' + i,
       timestamptz '2020-01-01 12:00+02' + i * interval '1h', i * 1.25, i % 2 = 0, ARRAY['a', 'b'],
       jsonb_build_object('k', i), md5(i::text)::uuid, i * interval '1 minute', 100000000000000000000 + i
       FROM generate_series(1, 1000) i;
UPDATE customer SET balance = NULL WHERE id % 10 = 0;
CREATE VIEW active_customer AS SELECT id, name FROM customer WHERE active;
CREATE SCHEMA sales;
CREATE TABLE sales.orders (id serial PRIMARY KEY, customer_id integer REFERENCES customer, total numeric);
INSERT INTO sales.orders (customer_id, total) SELECT i % 1000 + 1, i FROM generate_series(1, 50) i;
CREATE TABLE "Odd Name"(":a" integer, "b%c" text);
INSERT INTO "Odd Name" VALUES (1, 'x');
"""


def _binaries() -> Path | None:
    found = [p.parent for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    own = shutil.which("initdb")
    return found[-1] if found else Path(own).parent if own else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a throw-away cluster, with its password."""
    binaries = _binaries()
    psycopg = pytest.importorskip("psycopg")
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    base = Path("/tmp") / f"pg-{os.getpid()}"  # the path of a socket may not be long
    base.mkdir(mode=0o755)
    (base / "password").write_text(PASSWORD)
    user: dict[str, str] = {}
    if os.getuid() == 0:
        shutil.chown(base, "postgres")
        shutil.chown(base / "password", "postgres")
        user = {"user": "postgres"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=base, timeout=60, **user)  # type: ignore[call-overload]

    auth = ("--auth=scram-sha-256", f"--pwfile={base / 'password'}", "--username=reader")
    try:
        run(str(binaries / "initdb"), "-D", str(base / "data"), *auth, "--encoding=UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={base} -c fsync=off"
        run(
            str(binaries / "pg_ctl"),
            "-D",
            str(base / "data"),
            "-w",
            "-l",
            str(base / "log"),
            "-o",
            options,
            "start",
        )
        with psycopg.connect(host="127.0.0.1", port=port, user="reader", password=PASSWORD, dbname="postgres") as c:
            c.execute(SHOP)
        yield f"postgresql+psycopg://reader:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
    finally:
        if (base / "data").exists():
            stop = [str(binaries / "pg_ctl"), "-D", str(base / "data"), "-m", "immediate", "stop"]
            subprocess.run(stop, check=False, capture_output=True, cwd="/", timeout=60, **user)  # type: ignore[call-overload]
        shutil.rmtree(base, ignore_errors=True)


def test_tables_and_types(server: str) -> None:
    drop = read_drop(server)
    assert list(drop.tables) == ["Odd Name", "customer"]
    table = drop.tables["customer"]
    assert table.rows == 1000
    types = {c.name: c.type for c in table.columns.values()}
    assert types == {
        "id": "integer", "name": "text", "joined": "date", "seen": "datetime", "balance": "number",
        "active": "boolean", "tags": "text", "extra": "text", "ref": "text", "wait": "number", "big": "number",
    }  # fmt: skip
    assert table.frame["balance"].null_count() == 100
    assert table.frame["seen"][0].isoformat() == "2020-01-01T11:00:00"
    assert table.text("extra")[0] == '{"k": 1}'
    assert drop.tables["Odd Name"].frame.columns == [":a", "b%c"]
    view = read_database(server, ["active_customer"])[0]
    assert view.rows == 500
    assert view.declared.view


def test_a_contract_is_judged_in_the_database_as_by_the_scan(server: str) -> None:
    table = read_database(server, ["customer"])[0]
    agreed = Engagement(name="Shop")
    suite = suggest(TableContext(table, profile_table(table, agreed), agreed, date(2026, 1, 1)), [])
    plain = [
        e for e in suite.expectations if set(e.columns) <= {"id", "name", "joined", "seen", "balance", "active"}
    ]
    broken = new_suite("customer", [*plain, *BROKEN])
    assert len({e.type for e in broken.expectations}) >= 7
    by_scan, by_gx = validate(broken, table, "scan"), validate_in_database(broken, server, "customer")
    for mine, theirs in zip(by_gx.outcomes, by_scan.outcomes, strict=True):
        assert (mine.status, mine.unexpected) == (theirs.status, theirs.unexpected), (mine, theirs)
    assert {o.status for o in by_gx.outcomes} == {"passed", "failed"}
    other_name = server.replace("postgresql", "postgres", 1)
    assert other_name != server
    assert validate_in_database(broken, other_name, "customer") == by_gx
    with pytest.raises(DataError) as caught:
        validate_in_database(suite, server, "custommer")
    assert PASSWORD not in str(caught.value)


def test_schema_and_choice(server: str) -> None:
    assert [t.name for t in read_database(server, schema="sales")] == ["sales.orders"]
    assert read_database(server, ["sales.orders"])[0].rows == 50
    assert "active_customer" not in [t.name for t in read_database(server)]
    wanted = Engagement(name="Shop", data=DataSpec(tables=["customer"]))
    assert list(read_drop(server, engagement=wanted).tables) == ["customer"]
    for refused in ({"tables": ["customers"]}, {"tables": ["sales.order"]}, {"schema": "sale"}):
        with pytest.raises(DataError, match="there is no"):
            read_database(server, **refused)  # type: ignore[arg-type]


def test_the_password_is_never_shown(server: str) -> None:
    drop = read_drop(server)
    told = repr([(t.source, t.reading) for t in drop.tables.values()]) + repr(drop.files) + drop.name
    with pytest.raises(DataError) as wrong:
        read_drop(server.replace("s3cret", "wr0ngone"))
    with pytest.raises(DataError) as lost:
        read_drop(server.replace("/postgres", "/nothing?options=s3cret"))
    with pytest.raises(DataError) as failed:
        read_query(server, "SELECT 's3cret/p@ss word'::integer")
    told += str(wrong.value) + str(lost.value) + str(failed.value)
    assert "cannot be read" in str(wrong.value)
    for secret in ("s3cret", "wr0ngone", "p@ss", "p%40ss"):
        assert secret not in told
    assert wrong.value.__cause__ is None


def test_a_password_that_is_not_written_as_in_a_url_is_never_shown(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = server.replace(quote(PASSWORD, safe=""), PASSWORD)
    assert invoke(["audit", raw, "--out", str(tmp_path / "cut")]) == 2
    shown = capsys.readouterr().err
    assert shown == (
        "discovery: postgresql+psycopg://…: the password of the URL has a sign in it that ends passwords. "
        "Write @ as %40 in it.\n"
    )
    with_slash = server.replace(quote(PASSWORD, safe=""), PASSWORD.replace("@", "%40"))
    assert invoke(["audit", with_slash, "--out", str(tmp_path / "run"), "--quiet"]) == 0
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file():
            assert all(s not in path.read_bytes() for s in (b"s3cret", b"p@ss", b"p%40ss")), path


def test_a_run_out_of_time_stops_its_query(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = "SELECT pg_sleep(50) AS slept"
    assert invoke(["audit", server, "--sql", slow, "--timeout", "1", "--out", str(tmp_path / "run")]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("discovery: the time ran out. ")
    assert shown.count("\n") == 1
    left = "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%slept%' AND pid <> "
    assert read_query(server, f"{left}pg_backend_pid()").frame["n"][0] == 0


def test_a_query_without_columns_is_refused(server: str) -> None:
    with pytest.raises(DataError, match="selects no column"):
        read_query(server, "SELECT FROM customer")


def test_nothing_can_be_written(server: str) -> None:
    with pytest.raises(DataError, match=r"read-only|data-modifying"):
        read_query(server, "WITH gone AS (DELETE FROM customer RETURNING id) SELECT * FROM gone")
    for sql in ("DELETE FROM customer", "SELECT 1; DROP TABLE customer", "", "/* x */ UPDATE customer SET id = 1"):
        with pytest.raises(DataError, match="not one statement that selects"):
            read_query(server, sql)
    with pytest.raises(DataError, match="read-only"):
        read_query(server, "SELECT nextval('sales.orders_id_seq')")
    assert read_query(server, "SELECT count(*) AS n FROM customer").frame["n"][0] == 1000


def test_query(server: str) -> None:
    sql = "SELECT name, total::float8 AS total, ':x' AS \"a:b\", 'in;side' AS t, '5%' AS p FROM customer"
    table = read_query(
        server, f"{sql} JOIN sales.orders o ON o.customer_id = customer.id -- all; of them\n;", "sold"
    )
    assert (table.name, table.rows) == ("sold", 50)
    assert table.frame.columns == ["name", "total", "a:b", "t", "p"]
    assert table.frame["a:b"][0] == ":x"
    assert read_query(server, "SELECT 1 AS a, 2 AS a").frame.columns == ["a", "a.1"]
    assert read_query(server, "SELECT id FROM customer WHERE id < 0").rows == 0


def test_a_drop_of_a_query_or_a_schema(server: str) -> None:
    sql = "SELECT customer_id, sum(total) AS total FROM sales.orders GROUP BY 1"
    assert read_drop(server, sql=sql).tables["query"].rows == 50
    assert list(read_drop(server, schema="sales").tables) == ["sales.orders"]
    agreed = Engagement(name="Shop", data=DataSpec(schema="sales", tables=["orders"], sql={"spent": sql}))
    assert {n: t.rows for n, t in read_drop(server, engagement=agreed).tables.items()} == {
        "sales.orders": 50,
        "spent": 50,
    }
    with pytest.raises(DataError, match="read-only"):
        read_drop(server, sql="SELECT nextval('sales.orders_id_seq')")


def test_the_command_takes_a_query(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    sql = "SELECT id, balance\nFROM customer -- all"
    assert invoke(["audit", server, "--sql", sql, "--out", str(out), "--quiet"]) == 0
    assert invoke(["audit", server, "--sql", "SELECT s3cret FROM customer", "--json"]) == 2
    shown = "".join(capsys.readouterr())
    assert 'column "s3cret" does not exist' in shown or "cannot be read" in shown
    record = RunRecord.read(out / "run.json")
    assert record.parameters["sql"] == sql
    assert record.parameters["drop"] == "env:DISCOVERY_SOURCE_URL"
    assert [t.name for t in AuditResult.read(out / "audit.json").tables] == ["query"]
    for path in out.rglob("*"):
        if path.is_file():
            assert all(s not in path.read_bytes() for s in (b"p@ss", b"p%40ss")), path


def test_sample_is_stated(server: str) -> None:
    sample, again = (read_database(server, ["customer"], most_rows=200)[0] for _ in range(2))
    assert 120 < sample.rows < 280
    assert sample.frame.equals(again.frame)
    assert any("A sample of about 200 of 1,000 rows" in a for a in sample.reading.assumptions)
    view = read_database(server, ["active_customer"], most_rows=100)[0]
    assert 85 <= view.rows <= 115
    assert any(
        "100 of 500 rows, drawn in the database: by a hash of the place" in a for a in view.reading.assumptions
    )
    pages = read_database(server, ["customer"], most_rows=5)[0]
    assert any("each page with a chance of 0.5%" in a for a in pages.reading.assumptions)
    query = read_database(server, queries={"q": "SELECT id, name, ':a' AS \"b:c\" FROM customer"}, most_rows=100)[0]
    assert 85 <= query.rows <= 115
    assert query.frame.columns == ["id", "name", "b:c"]


def test_files_tell_a_change(server: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    first = read_drop(server, reuse=True)
    assert read_drop(server, reuse=True) is first
    assert [f.path.rpartition("#")[2] for f in first.files] == ["Odd Name", "customer"]
    assert read_drop(server).hash == first.hash
    with psycopg.connect(server.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE customer SET name = 'Other' WHERE id = 5")
    changed = read_drop(server)
    assert changed.hash != first.hash
    before, after = ({f.path: f.sha256 for f in d.files} for d in (first, changed))
    assert [p.rpartition("#")[2] for p in before if before[p] != after[p]] == ["customer"]
