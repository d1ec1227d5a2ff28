"""Great Expectations in a database and on Spark gives the verdicts of the compiled scan, one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import sqlalchemy as sa

from discovery.contract import ContractResult, Expectation, Suite, suggest, validate, validate_in_database
from discovery.contract.model import new_suite
from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.intake.table import Table
from discovery.limits import Limits

from .conftest import MakeContext


def expect(kind: str, **kwargs: Any) -> Expectation:
    return Expectation(type=f"expect_{kind}", kwargs=kwargs)


def rows(count: int = 600, wrong: bool = False) -> pl.DataFrame:
    """Return rows that meet what is suggested from them; or, with ``wrong``, break each kind of expectation."""
    r = np.random.default_rng(3)
    day = datetime(2024, 1, 1)
    frame = pl.DataFrame(
        {
            "order_id": range(1, count + 1),
            "amount": r.gamma(4, 30, count).round(2),
            "grade": [("a", "b", "c")[i % 3] for i in range(count)],
            "code": [f"K-{i:05d}" for i in range(count)],
            "opened": [day + timedelta(hours=i) for i in range(count)],
            "closed": [day + timedelta(hours=i + i % 9) for i in range(count)],
            "note": [None if i % 4 == 0 else "ok" for i in range(count)],
        }
    )
    if not wrong:
        return frame
    place = pl.int_range(pl.len())

    def odd(name: str, value: object, every: int) -> pl.Expr:
        return pl.when(place % every == 1).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)

    return frame.with_columns(
        odd("order_id", 1, 50), odd("amount", -9999.0, 40), odd("grade", "z", 7), odd("code", "?", 11),
        odd("closed", datetime(2001, 1, 1), 13), odd("opened", None, 17),
    )  # fmt: skip


MORE = [
    expect("compound_columns_to_be_unique", column_list=["grade", "code"]),
    expect("column_values_to_be_between", column="amount", min_value=10, max_value=200, mostly=0.7),
    expect("column_values_to_be_between", column="code", min_value=1),
    expect("column_values_to_be_between", column="lost", min_value=1),
    expect("column_values_to_be_of_type", column="grade", type_="str"),
    expect("column_values_to_be_in_type_list", column="grade", type_list=["int64", "float64"]),
    expect("column_values_to_be_in_type_list", column="opened", type_list=["datetime64[ns]"]),
    expect("column_values_to_be_unique", column="note"),
    expect("column_values_to_not_be_null", column="note", mostly=0.9),
]


@pytest.fixture
def suite(make_context: MakeContext) -> Suite:
    made = suggest(make_context(rows(), "orders"), [])
    kinds = {e.type for e in made.expectations}
    assert len(kinds) >= 7, kinds
    return new_suite("orders", [*made.expectations, *MORE])


def same(one: ContractResult, other: ContractResult) -> None:
    told = [[(o.expectation.type, o.expectation.kwargs, o.status, o.reason, o.unexpected) for o in r.outcomes]
            for r in (one, other)]  # fmt: skip
    assert [pair for pair in zip(*told, strict=True) if pair[0] != pair[1]] == []


@pytest.fixture(params=["right", "wrong"])
def frame(request: pytest.FixtureRequest) -> pl.DataFrame:
    return rows(wrong=request.param == "wrong")


def fill(url: str, frame: pl.DataFrame) -> None:
    engine = sa.create_engine(url)
    kinds: dict[Any, Any] = {pl.Int64: sa.BigInteger, pl.Float64: sa.Float, pl.String: sa.String(40)}
    columns = [sa.Column(n, kinds.get(d.base_type(), sa.DateTime)) for n, d in frame.schema.items()]
    table = sa.Table("orders", sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), frame.to_dicts())
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path, frame: pl.DataFrame) -> str:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    fill(url, frame)
    return url


def test_in_sqlite(suite: Suite, sqlite: str, frame: pl.DataFrame) -> None:
    found = validate_in_database(suite, sqlite, "orders")
    assert found.engine == "gx-sql"
    same(found, validate(suite, Table.from_frame("orders", frame), "scan"))


def test_a_table_that_is_not_there(suite: Suite, sqlite: str) -> None:
    with pytest.raises(DataError, match="there is no table 'order'"):
        validate_in_database(suite, sqlite, "order")


def test_what_great_expectations_does_in_the_database_leaves_nothing(suite: Suite, sqlite: str) -> None:
    validate_in_database(suite, sqlite, "orders")
    engine = sa.create_engine(sqlite)
    assert sa.inspect(engine).get_table_names() == ["orders"]
    engine.dispose()


@pytest.mark.xdist_group("spark")
def test_on_spark(suite: Suite, spark: str, frame: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    frame.rename({"code": "item.code"}).write_parquet(path)
    renamed = new_suite("orders", [_renamed(e) for e in suite.expectations])
    table = read_drop(path, limits=Limits.of("1GB", "spark", spark)).tables["orders"]
    found = validate(renamed, table, "gx")
    assert found.engine == "gx-spark"
    same(found, validate(renamed, table, "scan"))


def _renamed(expectation: Expectation) -> Expectation:
    text = expectation.model_dump_json().replace('"code"', '"item.code"')
    return Expectation.model_validate_json(text)
