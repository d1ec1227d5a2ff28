"""Partitioned Parquet, Delta and Iceberg, on disk and in an object store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.limits import Limits

sys.path.insert(0, str(Path(__file__).parent))

from s3server import serving

FRAME = pl.DataFrame(
    {
        "id": range(600),
        "day": [f"2024-01-{i % 28 + 1:02d}" for i in range(600)],
        "total": [i * 1.5 for i in range(600)],
        "year": [2022 + i % 3 for i in range(600)],
    }
)
SCANNED = Limits(engine="polars")


def partitioned(folder: Path) -> Path:
    """Write the table as ``year=…/part-0.parquet``."""
    for (year,), part in FRAME.group_by("year", maintain_order=True):
        place = folder / f"year={year}"
        place.mkdir(parents=True)
        part.drop("year").write_parquet(place / "part-0.parquet")
    return folder


@pytest.mark.parametrize("limits", [Limits(), SCANNED], ids=["read", "scanned"])
def test_folders_of_partitions_are_one_table(tmp_path: Path, limits: Limits) -> None:
    partitioned(tmp_path / "drop" / "orders")
    (tmp_path / "drop" / "shops.csv").write_text("shop,city\n1,Rome\n2,Paris\n")
    drop = read_drop(tmp_path / "drop", limits=limits)
    assert list(drop.tables) == ["shops", "orders"] or set(drop.tables) == {"shops", "orders"}
    table = drop.tables["orders"]
    assert table.rows == 600
    assert {c.name: c.type for c in table.columns.values()} == {
        "id": "integer", "day": "date", "total": "number", "year": "integer",
    }  # fmt: skip
    assert any("3 files are one table, parted by year" in a for a in table.reading.assumptions)
    assert (table.whole is not None) == (limits is SCANNED)
    whole = table.frame if table.whole is None else table.whole.polars().collect()
    assert whole.sort("id")["year"].to_list() == FRAME["year"].to_list()
    alone = read_drop(tmp_path / "drop" / "orders", limits=limits)
    assert list(alone.tables) == ["orders"]


def test_partitions_that_do_not_go_together(tmp_path: Path) -> None:
    partitioned(tmp_path / "orders")
    (tmp_path / "orders" / "year=2030").mkdir()
    pl.DataFrame({"other": ["x"]}).write_parquet(tmp_path / "orders" / "year=2030" / "part-0.parquet")
    with pytest.raises(DataError, match="cannot be read as one table"):
        read_drop(tmp_path / "orders")


@pytest.mark.parametrize("limits", [Limits(), SCANNED], ids=["read", "scanned"])
def test_delta(tmp_path: Path, limits: Limits) -> None:
    deltalake = pytest.importorskip("deltalake")
    place = str(tmp_path / "lake" / "orders")
    deltalake.write_deltalake(place, FRAME.head(400).to_arrow(), partition_by=["year"])
    deltalake.write_deltalake(place, FRAME.tail(200).to_arrow(), mode="append")
    deltalake.DeltaTable(place).delete("id < 100")
    for source in (tmp_path / "lake", place):
        table = read_drop(source, limits=limits).tables["orders"]
        assert table.rows == 500, "deleted rows and old files do not count"
        assert table.columns["day"].type == "date"
        assert any("as of its version 2" in a for a in table.reading.assumptions)
    (tmp_path / "lake" / "orders" / "_delta_log" / "00000000000000000000.json").write_text("{}")
    with pytest.raises(DataError, match="the Delta table cannot be read"):
        read_drop(place)


@pytest.mark.parametrize("limits", [Limits(), SCANNED], ids=["read", "scanned"])
def test_iceberg(tmp_path: Path, limits: Limits) -> None:
    pytest.importorskip("pyiceberg")
    sql = pytest.importorskip("pyiceberg.catalog.sql")
    home = tmp_path / "warehouse"
    home.mkdir()
    catalog = sql.SqlCatalog("x", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{home}")
    catalog.create_namespace("shop")
    written = catalog.create_table("shop.orders", schema=FRAME.to_arrow().schema)
    written.append(FRAME.to_arrow().cast(written.schema().as_arrow()))
    written.delete("id < 100")
    catalog.close()
    place = Path(written.location().removeprefix("file://"))
    table = read_drop(place, limits=limits).tables["orders"]
    assert (table.rows, table.columns["day"].type) == (500, "date")
    assert any("as of its snapshot" in a for a in table.reading.assumptions)
    place.rename(tmp_path / "moved")
    with pytest.raises(DataError, match=r"lies elsewhere|cannot be read"):
        read_drop(tmp_path / "moved")


@pytest.mark.parametrize(("package", "extra"), [("deltalake", "delta"), ("pyiceberg.table", "iceberg")])
def test_what_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    log = tmp_path / ("_delta_log" if extra == "delta" else "metadata")
    log.mkdir()
    (log / ("0.json" if extra == "delta" else "v1.metadata.json")).write_text("{}")
    with pytest.raises(DataError, match=f"need the extra '{extra}'"):
        read_drop(tmp_path)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The objects of a store that the environment points to."""
    objects: dict[str, bytes] = {}
    with serving(objects) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-shown")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        yield objects


def test_csv_and_parquet_of_a_store(store: dict[str, bytes], tmp_path: Path) -> None:
    store["bucket/drop/shops.csv"] = b"shop,city\n1,Rome\n2,Paris\n"
    for file in partitioned(tmp_path / "orders").rglob("*.parquet"):
        store[f"bucket/drop/orders/{file.relative_to(tmp_path / 'orders').as_posix()}"] = file.read_bytes()
    FRAME.drop("year").write_parquet(tmp_path / "flat.parquet")
    store["bucket/drop/flat.parquet"] = (tmp_path / "flat.parquet").read_bytes()
    for limits in (Limits(), SCANNED):
        drop = read_drop("s3://bucket/drop", limits=limits)
        assert {n: t.rows for n, t in drop.tables.items()} == {"shops": 2, "orders": 600, "flat": 600}
        assert set(drop.tables["orders"].frame.columns) == {"id", "day", "total", "year"}
        assert (drop.tables["flat"].whole is not None) == (limits is SCANNED)
    first = drop.hash
    assert read_drop("s3://bucket/drop/flat.parquet").tables["flat"].rows == 600
    assert read_drop("s3://bucket/drop/*.csv").tables["shops"].rows == 2
    store["bucket/drop/shops.csv"] += b"3,Bonn\n"
    assert read_drop("s3://bucket/drop").hash != first
    for wrong in ("s3://bucket/none", "s3://nothing/x.csv"):
        with pytest.raises(DataError) as caught:
            read_drop(wrong)
        assert "not-to-be-shown" not in str(caught.value)


def test_delta_of_a_store(store: dict[str, bytes], tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    deltalake.write_deltalake(tmp_path / "orders", FRAME.to_arrow(), partition_by=["year"])
    for file in (tmp_path / "orders").rglob("*.*"):
        store[f"bucket/lake/orders/{file.relative_to(tmp_path / 'orders').as_posix()}"] = file.read_bytes()
    assert read_drop("s3://bucket/lake/orders").tables["orders"].rows == 600
    assert read_drop("s3://bucket/lake").tables["orders"].rows == 600
