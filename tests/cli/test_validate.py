"""``discovery validate`` holds data against the contract of a run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from discovery.cli import invoke
from discovery.contract import Expectation, write_suite
from discovery.contract.model import new_suite

Deliver = Callable[[pl.DataFrame], list[str]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with a contract of one table."""
    asked = [
        Expectation(type="expect_column_values_to_be_unique", kwargs={"column": "id"}),
        Expectation(type="expect_column_values_to_be_between", kwargs={"column": "total", "min_value": 0}),
    ]
    write_suite(new_suite("orders", asked), tmp_path / "run" / "contract", "orders")
    return tmp_path / "run"


@pytest.fixture
def good() -> pl.DataFrame:
    return pl.DataFrame({"id": range(50), "total": [float(n) for n in range(50)]})


@pytest.fixture(params=["csv", "parquet in place", "database"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Deliver:
    """A function that delivers a frame as the table ``orders``, and the options to judge it with."""

    def deliver(frame: pl.DataFrame) -> list[str]:
        if request.param == "csv":
            frame.write_csv(tmp_path / "orders.csv")
            return [str(tmp_path / "orders.csv")]
        if request.param == "parquet in place":
            frame.write_parquet(tmp_path / "orders.parquet")
            return [str(tmp_path / "orders.parquet"), "--engine", "duckdb"]
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
            connection.execute("DROP TABLE IF EXISTS orders")
            connection.execute("CREATE TABLE orders (id INTEGER, total REAL)")
            connection.executemany("INSERT INTO orders VALUES (?, ?)", frame.rows())
        return [str(tmp_path / "shop.db")]

    return deliver


def test_what_keeps_the_contract_passes_and_what_breaks_it_is_told(
    run: Path,
    good: pl.DataFrame,
    write: object,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISCOVERY_MEMORY", "DISCOVERY_ENGINE", "DISCOVERY_SPARK_URL"):
        monkeypatch.setenv(name, "")
    assert invoke(["validate", str(run), *write(good)]) == 0
    assert "orders: 2 passed, 0 failed" in capsys.readouterr().out
    broken = good.with_columns(total=pl.when(pl.col("id") < 3).then(-1.0).otherwise(pl.col("total")))
    assert invoke(["validate", str(run), *write(broken), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)["orders"]
    assert [(n["type"], n["unexpected"]) for n in told["not_met"]] == [("expect_column_values_to_be_between", 3)]


def test_what_has_no_contract_is_said(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "clients.csv"
    data.write_text("id,total\n1,2\n3,4\n")
    assert invoke(["validate", str(run), str(data)]) == 2
    assert "there is no table 'orders'" in capsys.readouterr().err
    assert invoke(["validate", str(run), str(data), "--table", "order"]) == 2
    assert "no contract of 'order'" in capsys.readouterr().err
    assert invoke(["validate", str(tmp_path), str(data)]) == 2
    assert "there is no contract" in capsys.readouterr().err
