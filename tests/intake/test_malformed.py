"""Every malformed file is read as a person would, or refused with one line; no row goes in silence."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.intake.values.typing import type_columns

sys.path.insert(0, str(Path(__file__).parent))

import exports
import malformed
from malformed import File

FILES = [*malformed.files(), *exports.exports()]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_malformed_file(tmp_path: Path, file: File) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content)
    if file.refused:
        with pytest.raises(DataError) as caught:
            read_drop(path)
        assert file.refused in str(caught.value)
        assert "\n" not in str(caught.value)
        return
    tables = list(read_drop(path).tables.values())
    assert tuple(t.frame.shape for t in tables) == file.shapes
    first = tables[0]
    assert len(first.reading.quarantined) == file.aside + file.unreadable
    assert sum(p.rows for p in first.reading.problems if p.kind == "unreadable_rows") == file.unreadable
    if file.same:
        ids, cities = first.frame.columns[0], first.frame.columns[4]
        assert first.frame[ids].to_list() == list(range(1, 41))
        assert first.frame[first.frame.columns[3]].to_list() == [i * 37.5 + 0.25 for i in range(1, 41)]
        assert first.frame[cities].to_list() == [r[4] for r in malformed.rows()]
        assert first.frame[first.frame.columns[1]].to_list() == [r[1] for r in malformed.rows()]


def test_words_that_only_look_like_furniture_stay(tmp_path: Path) -> None:
    rows = "".join(f"{'Total' if i % 4 == 0 else 'Part'},{i},{i * 2},x\n" for i in range(40))
    (tmp_path / "a.csv").write_text(f"kind,a,b,c\n{rows}")
    assert read_drop(tmp_path / "a.csv").tables["a"].rows == 40
    spaced = "".join(f"{i},n{i},,{i * 2},c{i}\n" for i in range(30))
    (tmp_path / "b.csv").write_text(f"id,name,,amount,city\n{spaced}")
    assert read_drop(tmp_path / "b.csv").tables["b"].frame.shape == (30, 5)
    quoted = "".join(f'"text {i}, with a comma{"s" * (i % 3)}, {i}"\n' for i in range(30))
    (tmp_path / "c.csv").write_text(f'"remark"\n{quoted}')
    assert read_drop(tmp_path / "c.csv").tables["c"].frame.shape == (30, 1)
    names = "".join(
        f"{code},{word}\n" for code, word in zip("abcdef", ["one", "two", "six", "ten", "x", "y"], strict=True)
    )
    wide = "".join(f"{i},{i},{i}\n" for i in range(9))
    (tmp_path / "d.csv").write_text(f"code,label\n{names}\np,q,r\n{wide}")
    assert [t.frame.shape for t in read_drop(tmp_path / "d.csv").tables.values()] == [(6, 2), (9, 3)]


def test_very_wide_and_very_long(tmp_path: Path) -> None:
    head, row = ",".join(f"c{i}" for i in range(3000)), ",".join(str(i % 97) for i in range(3000))
    (tmp_path / "wide.csv").write_text(f"{head}\n" + f"{row}\n" * 12)
    table = read_drop(tmp_path / "wide.csv").tables["wide"]
    assert (table.frame.shape, {c.type for c in table.columns.values()}) == ((12, 3000), {"integer"})
    (tmp_path / "long.csv").write_text(f"a,b\n1,{'x' * 5_000_000}\n2,y\n3,{'9' * 5_000}\n")
    table = read_drop(tmp_path / "long.csv").tables["long"]
    assert [c.type for c in table.columns.values()] == ["integer", "text"]
    assert table.frame["b"].str.len_chars().to_list() == [5_000_000, 1, 5_000]


CELLS = st.sampled_from(
    [
        "1",
        "-5",
        "007",
        "1.5",
        "2.25",
        "1e5",
        "+3",
        "1,5",
        "",
        " 1",
        "x",
        "yes",
        "true",
        "n/a",
        "2020-01-01",
        "1.234",
        "99999999",
        "€5",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_wide_tables_are_typed_as_narrow_ones(columns: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.DataFrame(
        {f"v{i}": c for i, c in enumerate(columns)}, schema={f"v{i}": pl.String for i in range(len(columns))}
    )
    monkeypatch.setattr("discovery.intake.values.wide.WIDE", 10_000)
    narrow = type_columns(texts)
    monkeypatch.setattr("discovery.intake.values.wide.WIDE", 1)
    wide = type_columns(texts)
    assert wide.frame.equals(narrow.frame)
    assert dict(wide.columns) == dict(narrow.columns)


GOOD = [f.content for f in FILES if not f.refused and len(f.content) < 20_000]
BYTES = st.sampled_from(
    [b'"', b",", b";", b"\n", b"\r", b"\0", b"\t", b"\\", b"\xff", b"\xef\xbb\xbf", b"{", b"]", b"'", b"1" * 50]
)
EDITS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), BYTES), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.sampled_from(GOOD), edits=EDITS, ending=st.sampled_from(["csv", "json", "txt", "xlsx", "gz"]))
def test_damaged_files_are_read_or_refused(tmp_path: Path, content: bytes, edits: list[Any], ending: str) -> None:
    for at, gone, new in edits:
        at %= len(content) + 1
        content = content[:at] + new + content[at + gone :]
    path = tmp_path / f"damaged.{ending}"
    path.write_bytes(content)
    drop = None
    with suppress(DataError):
        drop = read_drop(path)
    assert drop is None or all(t.frame.width for t in drop.tables.values())


@pytest.mark.parametrize(
    ("name", "column", "dtype"),
    [
        ("thousands_no_break.csv", "amount", pl.Float64),
        ("thousands_narrow.csv", "amount", pl.Float64),
        ("thousands_thin.csv", "amount", pl.Float64),
        ("dates_of_nought.csv", "date", pl.Date),
    ],
)
def test_types_of_what_is_written_oddly(tmp_path: Path, name: str, column: str, dtype: pl.DataType) -> None:
    path = tmp_path / name
    path.write_bytes(next(f.content for f in FILES if f.name == name))
    (table,) = read_drop(path).tables.values()
    assert table.frame[column].dtype == dtype
