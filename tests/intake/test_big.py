"""Tables that stay where they are: a sample as their frame, all rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from discovery.errors import ParameterError
from discovery.intake import read_drop
from discovery.intake.big import table_of_batches
from discovery.intake.whole import sample_of
from discovery.limits import Limits, memory_here, parse_memory

SMALL = Limits(memory=64_000_000)


def frame(rows: int = 250_000) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": range(1, rows + 1),
            "amount": [float(i % 997) / 7 for i in range(rows)],
            "kind": [f"k{i % 5}" for i in range(rows)],
            "code": [str(i * 7) for i in range(rows)],
            "day": [date(2020, 1, 1) + timedelta(days=i % 900) for i in range(rows)],
        }
    )


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return frame()


def test_parquet_beyond_the_memory_stays_where_it_is(rows: pl.DataFrame, tmp_path: Path) -> None:
    rows.write_parquet(tmp_path / "sales.parquet", row_group_size=50_000)
    table = read_drop(tmp_path / "sales.parquet", limits=SMALL).tables["sales"]
    assert table.whole is not None
    assert table.rows == 250_000
    assert table.frame.height == 125_000
    assert table.frame["id"].to_list() == table.whole.numbers.to_list()
    assert table.whole.rows_at([1, 2, 3]) == [1, 3, 5]
    assert table.columns["code"].type == "integer"
    assert table.whole.polars().collect()["code"].dtype == pl.Int64
    assert table.whole.sampled == "125,000 of 250,000 rows, one in 2, evenly spaced"
    assert any("measured where it is" in a for a in table.reading.assumptions)


def test_a_table_that_fits_is_read_as_ever(rows: pl.DataFrame, tmp_path: Path) -> None:
    rows.head(100).write_parquet(tmp_path / "few.parquet")
    assert read_drop(tmp_path / "few.parquet", limits=SMALL).tables["few"].whole is None
    assert read_drop(tmp_path / "few.parquet", limits=Limits(engine="polars")).tables["few"].whole is not None


def test_parts_are_one_table_in_the_order_of_their_names(rows: pl.DataFrame, tmp_path: Path) -> None:
    for part in range(3):
        rows.slice(part * 1000, 1000).write_parquet(tmp_path / f"sales-part-{part}.parquet")
    drop = read_drop(tmp_path, limits=Limits(engine="polars"))
    table = drop.tables["sales"]
    assert table.whole is not None
    assert len(drop.tables) == 1
    assert table.whole.polars().collect()["id"].to_list() == list(range(1, 3001))


def test_what_is_not_plain_is_copied(tmp_path: Path) -> None:
    nested = pl.DataFrame({"a": [{"x": 1, "y": "u"}, {"x": 2, "y": "v"}] * 50, "t": ["1,5", "2,5"] * 50})
    nested.write_parquet(tmp_path / "nested.parquet")
    table = read_drop(tmp_path / "nested.parquet", limits=Limits(engine="polars")).tables["nested"]
    assert table.whole is not None
    assert table.whole.polars().collect().schema == {"a.x": pl.Int64, "a.y": pl.String, "t": pl.Float64}
    assert table.whole.folder is not None
    assert table.whole.folder.is_dir()


def test_a_large_text_file_is_read_in_batches(rows: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    odd = pl.when(pl.col("id") % 1000 == 7).then(pl.lit("broken")).otherwise(pl.col("amount").cast(pl.String))
    rows.with_columns(amount=odd).write_csv(path)
    with path.open("a") as file:
        file.write("1,2\n")
    drop = read_drop(path, limits=SMALL)
    table = drop.tables["sales"]
    assert table.whole is not None
    assert table.rows == 250_000
    assert [c.type for c in table.columns.values()] == ["integer", "number", "text", "integer", "date"]
    assert table.whole.unparsed == {"amount": 250}
    assert [(q.line, q.text) for q in table.reading.quarantined] == [(250_002, "1,2")]
    assert [p.kind for p in table.reading.problems] == ["unreadable_rows"]
    everything = table.whole.polars().collect()
    assert everything["day"].to_list() == rows["day"].to_list()
    assert everything["amount"].null_count() == 250


def test_an_irregular_text_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes("name;größe\nä;1\nö;2\n".encode("latin-1") * 3)
    assert read_drop(path, limits=Limits(engine="polars")).tables["notes"].whole is None


def test_batches_of_any_source_become_a_table() -> None:
    batches = (frame(100).with_columns(pl.col("kind").cast(pl.Categorical)) for _ in range(3))
    table = table_of_batches("t", "memory", batches, "lake")
    assert table.whole is not None
    assert (table.rows, table.frame.height, table.reading.format) == (300, 300, "lake")
    assert table.whole.polars().collect().schema["kind"] == pl.String


def test_the_sample_keeps_no_step_with_calendars() -> None:
    big = pl.LazyFrame({"h": pl.int_range(0, 4_800_000, eager=True) % 24})
    drawn, numbers, _ = sample_of(big, 4_800_000, 1)
    assert drawn["h"].n_unique() == 24
    assert numbers.len() == drawn.height


@pytest.mark.parametrize(
    ("text", "size"), [("2GB", 2 * 10**9), ("512 MiB", 2**29), ("1.5g", 1_500_000_000), ("64000000", 64_000_000)]
)
def test_sizes_of_memory(text: str, size: int) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize(
    "call",
    [lambda: parse_memory("much"), lambda: parse_memory("1KB"), lambda: Limits.of(engine="polar")],
)
def test_limits_that_are_none(call: Callable[[], object]) -> None:
    with pytest.raises(ParameterError):
        call()


def test_without_a_limit_most_of_the_machine_is_taken() -> None:
    assert 0 < Limits().budget < memory_here()
