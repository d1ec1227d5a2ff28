"""What holds for any file: what was written is read back, and nothing but a drop or one clear line comes out."""

from __future__ import annotations

import csv
import io
import string
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from discovery.errors import DataError
from discovery.intake import Drop, read_drop

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
WORD = st.text(string.ascii_letters + "äéß ,;|'\"\n-", min_size=1, max_size=12).map(lambda t: "w" + t + "w")


def read_bytes(content: bytes, name: str = "t.csv") -> Drop | DataError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return read_drop(path)
        except DataError as error:
            return error


@SETTINGS
@given(
    words=st.lists(st.tuples(WORD, WORD), min_size=8, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_round_trip(words: list[tuple[str, str]], delimiter: str, encoding: str, end: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["number", "first", "second", "amount"])
    rows = [(str(i), a, b, f"{i}.25") for i, (a, b) in enumerate(words)]
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(buffer.getvalue().encode(encoding))
        table = read_drop(path).tables["t"]
    assert table.frame.columns == ["number", "first", "second", "amount"]
    assert table.frame["number"].to_list() == list(range(len(words)))
    assert table.frame["amount"].to_list() == [i + 0.25 for i in range(len(words))]
    assert table.text("first").to_list() == [a for a, _ in words]
    assert table.text("second").to_list() == [b for _, b in words]


@SETTINGS
@given(
    content=st.binary(max_size=400), name=st.sampled_from(["t.csv", "t.json", "t.xlsx", "t.gz", "t.parquet", "t"])
)
def test_any_bytes(content: bytes, name: str) -> None:
    found = read_bytes(content, name)
    assert isinstance(found, Drop) or "\n" not in str(found)


@SETTINGS
@given(content=st.text("a1\",;\n\r\t '\\|-./:x0é", max_size=300))
def test_any_text(content: str) -> None:
    assume(content.strip())
    drop = read_bytes(content.encode())
    if isinstance(drop, DataError):
        assert "\n" not in str(drop)
        return
    for table in drop.tables.values():
        assert table.texts is not None
        assert table.texts.shape == table.frame.shape
        assert list(table.columns) == table.frame.columns
        for column in table.columns.values():
            rows = [u.row for u in column.unparsed]
            assert all(table.frame[column.name][r - 1] is None for r in rows)
