"""Parquet and Arrow as others write them: odd names, types that Polars has not, streams; and no word of a panic."""

from __future__ import annotations

import decimal
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest

from discovery.errors import DataError
from discovery.intake import read_drop

LONG = pa.array([decimal.Decimal(10) ** 50, decimal.Decimal("1.5")], pa.decimal256(60, 2))


def test_names_that_are_blank_or_taken(tmp_path: Path) -> None:
    plain = pa.table({"": ["x", "y"], "a": [1, 2]})
    parquet.write_table(plain, tmp_path / "blank.parquet")
    assert read_drop(tmp_path / "blank.parquet").tables["blank"].frame.columns == ["Unnamed: 0", "a"]
    nested = pa.table({"a.b": [1, 2], "a": [{"b": 3}, {"b": 4}]})
    parquet.write_table(nested, tmp_path / "nested.parquet")
    assert read_drop(tmp_path / "nested.parquet").tables["nested"].frame["a.b.1"].to_list() == [3, 4]
    twice = pa.table([pa.array([1, 2]), pa.array([3, 4])], names=["x", "x"])
    parquet.write_table(twice, tmp_path / "twice.parquet")
    assert read_drop(tmp_path / "twice.parquet").tables["twice"].frame.columns == ["x", "x.1"]


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_very_long_decimals(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"long.{ending}"
    (parquet.write_table if ending == "parquet" else feather.write_feather)(pa.table({"n": LONG}), path)
    assert read_drop(path).tables["long"].frame["n"].to_list() == [1e50, 1.5]


def test_a_stream_of_arrow_is_read(tmp_path: Path) -> None:
    table = pa.table({"n": [1, 2, 3]})
    with pa.OSFile(str(tmp_path / "s.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    assert read_drop(tmp_path / "s.arrow").tables["s"].frame["n"].to_list() == [1, 2, 3]


def test_records_without_fields_are_no_columns(tmp_path: Path) -> None:
    feather.write_feather(pa.table({"s": pa.array([{}, {}], pa.struct([]))}), tmp_path / "none.feather")
    with pytest.raises(DataError, match="no columns"):
        read_drop(tmp_path / "none.feather")


_READ = """
import os, sys
from discovery.intake import read_drop
os.write(2, b"before ")
read_drop(sys.argv[1])
os.write(2, b"after")
"""


def test_a_panic_that_is_caught_is_not_reported(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"n": LONG}), tmp_path / "long.parquet")
    command = [sys.executable, "-c", _READ, str(tmp_path / "long.parquet")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "RUST_BACKTRACE": "1"}
    )
    assert done.stderr == "before after"


def test_what_others_say_on_the_standard_error_stays(capfd: pytest.CaptureFixture[str]) -> None:
    from discovery.intake.panics import quiet

    with quiet(), quiet():
        os.write(2, b"a warning")
    assert capfd.readouterr().err == "a warning"
