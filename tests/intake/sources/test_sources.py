"""Folders, globs, URLs, archives, databases, and the errors that a wrong source gives."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from pathlib import Path

import fsspec
import polars as pl
import pytest

from discovery.engagement import DataSpec, Engagement, TableSpec
from discovery.errors import DataError
from discovery.intake import read_drop

CSV = b"id,name,amount\n1,Anna,10.5\n2,Ben,11.5\n3,Cleo,12.5\n"


def make_zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(source: str | Path, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_drop(source)
    assert "\n" not in str(caught.value)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "deep" / "er" / "b.csv").write_bytes(CSV)
    (tmp_path / "deep" / "a.csv").write_bytes(CSV.replace(b"Anna", b"Zoe"))
    (tmp_path / ".hidden.csv").write_bytes(CSV)
    (tmp_path / "~$book.xlsx").write_bytes(b"x")
    (tmp_path / "notes.docx").write_bytes(b"x")
    (tmp_path / "README.txt").write_bytes(b"About the data")
    (tmp_path / "broken.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "empty.csv").write_bytes(b"")
    drop = read_drop(tmp_path)
    assert sorted(drop.tables) == ["a", "a_2", "b"]
    assert [f.path for f in drop.files if f.path == "deep/er/b.csv"]
    skipped = dict(drop.skipped)
    assert set(skipped) == {".hidden.csv", "~$book.xlsx", "notes.docx", "README.txt", "broken.csv", "empty.csv"}
    assert "PNG" in skipped["broken.csv"]
    assert drop.name == tmp_path.name
    assert len(drop.hash) == 64


def test_parts_are_joined_and_months_are_not(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"sales-0000{i}-of-00003.csv").write_bytes(CSV)
        (tmp_path / f"usage_2024-0{i + 1}.csv").write_bytes(CSV)
    drop = read_drop(tmp_path)
    assert drop.tables["sales"].rows == 9
    assert sorted(drop.tables) == ["sales", "usage_2024-01", "usage_2024-02", "usage_2024-03"]
    assert "3 files are parts" in drop.tables["sales"].reading.assumptions[0]


def test_parquet_parts_are_joined(tmp_path: Path) -> None:
    for i in range(2):
        folder = tmp_path / "events" / f"day={i}"
        folder.mkdir(parents=True)
        pl.DataFrame({"k": [i], "v": [1.5]}).write_parquet(folder / "part-0.parquet")
    assert read_drop(tmp_path).tables["events"].rows == 2


def test_glob(tmp_path: Path) -> None:
    for name in ("x1.csv", "x2.csv", "y.csv"):
        (tmp_path / name).write_bytes(CSV)
    assert sorted(read_drop(str(tmp_path / "x*.csv")).tables) == ["x1", "x2"]
    refused(str(tmp_path / "z*.csv"), "no file matches")


def test_gzip_and_zip(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV) + gzip.compress(b"4,Dora,13.5\n"))
    table = read_drop(tmp_path / "a.csv.gz").tables["a"]
    assert table.rows == 4
    files = {"one.csv": CSV, "in/two.csv.gz": gzip.compress(CSV), "__MACOSX/._one.csv": b"x", "note.docx": b"x"}
    (tmp_path / "b.zip").write_bytes(make_zip(files))
    drop = read_drop(tmp_path / "b.zip")
    assert sorted(drop.tables) == ["one", "two"]
    assert len(drop.skipped) == 2


def test_archives_that_are_refused(tmp_path: Path) -> None:
    def put(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    refused(put("cut.csv.gz", gzip.compress(CSV * 50)[:-20]), "ends too early")
    bad = bytearray(gzip.compress(CSV * 50))
    bad[12:30] = b"\xff" * 18
    refused(put("bad.csv.gz", bytes(bad)), "damaged|too early")
    refused(put("bomb.csv.gz", gzip.compress(b"0" * 100_000_000)), "far more")
    refused(put("bomb.zip", make_zip({"a.csv": b"0" * 100_000_000})), "far more")
    refused(put("up.zip", make_zip({"../../evil.csv": CSV})), "leaves the archive")
    refused(put("abs.zip", make_zip({"/etc/evil.csv": CSV})), "leaves the archive")
    refused(put("none.zip", make_zip({"a.docx": b"x"})), "no data")
    refused(put("cut.zip", make_zip({"a.csv": CSV})[:60]), "damaged")
    deep = CSV
    for i in range(6):
        deep = make_zip({f"{i}.{'zip' if i else 'csv'}": deep})
    refused(put("deep.zip", deep), "deeply")


def test_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(make_zip({"a.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(data))
    refused(tmp_path / "locked.zip", "password")


def test_fsspec(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/drop/a.csv", CSV)
    memory.pipe("/drop/b.csv", CSV)
    assert read_drop("memory://drop/a.csv").tables["a"].rows == 3
    assert sorted(read_drop("memory://drop").tables) == ["a", "b"]
    assert sorted(read_drop("memory://drop/*.csv").tables) == ["a", "b"]
    (tmp_path / "c.csv").write_bytes(CSV)
    assert list(read_drop(f"file://{tmp_path}/c.csv").tables) == ["c"]
    refused("memory://nothing/here.csv", "no such file")
    refused("nosuchscheme://secret:word@host/x.csv", "cannot be read")
    with pytest.raises(DataError) as caught:
        read_drop("nosuchscheme://user:hunter2@host/x.csv?sig=hunter2")
    assert "hunter2" not in str(caught.value)


def make_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute('create table "order lines" (id integer primary key, placed text, price, note blob)')
        connection.executemany(
            'insert into "order lines" values (?, ?, ?, ?)',
            [(1, "2024-01-01", 1.5, b"\x01"), (2, "2024-01-02", "?", None), (3, "2024-02-30", 2, None)]
            + [(i, "2024-03-01", i, None) for i in range(4, 40)],
        )
        connection.execute("create table void (a integer)")
    connection.close()


def test_database(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    make_database(path)
    before = path.read_bytes()
    drop = read_drop(f"sqlite:///{path}")
    assert sorted(drop.tables) == ["order lines", "void"]
    table = drop.tables["order lines"]
    assert table.rows == 39
    assert table.columns["id"].type == "integer"
    assert table.columns["price"].type == "number"
    assert [u.text for u in table.columns["price"].unparsed] == ["?"]
    assert table.columns["placed"].type == "date"
    assert [(u.row, u.text) for u in table.columns["placed"].unparsed] == [(3, "2024-02-30")]
    assert drop.tables["void"].rows == 0
    assert path.read_bytes() == before
    assert sorted(read_drop(path).tables) == ["order lines", "void"]


def test_database_tables_by_engagement(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    make_database(path)
    wanted = Engagement(name="x", data=DataSpec(tables=["void"]))
    assert list(read_drop(f"sqlite:///{path}", engagement=wanted).tables) == ["void"]
    unknown = Engagement(name="x", data=DataSpec(tables=["voids"]))
    with pytest.raises(DataError, match="Did you mean 'void'"):
        read_drop(f"sqlite:///{path}", engagement=unknown)


def test_databases_that_are_refused(tmp_path: Path) -> None:
    refused(f"sqlite:///{tmp_path}/none.db", "no such file")
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "not.db").write_bytes(b"this is no database" * 100)
    refused(f"sqlite:///{tmp_path}/not.db", "cannot be read")
    sqlite3.connect(tmp_path / "void.db").close()
    (tmp_path / "void.db").touch()
    refused(f"sqlite:///{tmp_path}/void.db", "no tables")
    with pytest.raises(DataError) as caught:
        read_drop("postgresql+nodriver://bob:hunter2@localhost/x")
    assert "hunter2" not in str(caught.value)


def test_files_that_are_refused(tmp_path: Path) -> None:
    def put(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    refused(tmp_path / "nosuch.csv", "no such file")
    put("customers.csv", CSV)
    refused(tmp_path / "custmers.csv", "Did you mean 'customers.csv'")
    refused(put("empty.csv", b""), "empty")
    refused(put("blank.csv", b"\n \n\t\n"), "empty")
    refused(put("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "PNG")
    refused(put("page.xls", b"<html><table><tr><td>1</td></tr></table></html>"), "web page")
    refused(put("data.xml", b"<?xml version='1.0'?><a/>"), "XML")
    refused(put("noise.csv", bytes(range(256)) * 20), "binary")
    refused(put("fake.parquet", b"id,name\n1,2\n"), "not what its name says")
    refused(put("cut.parquet", b"PAR1garbage"), "damaged")
    refused(put("cut.xlsx", make_zip({"xl/workbook.xml": b"<x"})), "cannot be opened")
    refused(put("bad.json", b'{"a": [1, 2'), "not valid JSON")
    refused(put("none.json", b"[]"), "no rows")
    refused(put("doc.docx", make_zip({"word/document.xml": b"x"})), "office document")
    (tmp_path / "void").mkdir()
    refused(tmp_path / "void", "no data")
    refused("x\0y", "cannot be used|no such")


def test_folder_in_which_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    refused(tmp_path, "empty")
    (tmp_path / "b.csv").write_bytes(b"")
    refused(tmp_path, "none of the 2 files")


def test_same_content_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    first = read_drop(path)
    assert read_drop(path) is first
    path.write_bytes(CSV.replace(b"Anna", b"Anne"))
    assert read_drop(path) is not first


def test_engagement_names_the_tables(tmp_path: Path) -> None:
    (tmp_path / "exp_2024_cust.csv").write_bytes(CSV)
    engagement = Engagement(name="x", tables={"customers": TableSpec(file="exp_*_cust.csv")})
    assert list(read_drop(tmp_path, engagement=engagement).tables) == ["customers"]


def test_quarantine_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV + b"4,Dora,1,2,3\n5,Emil,3.5\n")
    drop = read_drop(tmp_path / "a.csv", quarantine=tmp_path / "q")
    table = drop.tables["a"]
    assert table.rows == 4
    assert (tmp_path / "q" / "a.csv").read_text() == (
        'line,reason,text\n5,5 fields where 3 were expected,"4,Dora,1,2,3"\n'
    )
    assert [p.kind for p in table.reading.problems] == ["unreadable_rows"]
    (tmp_path / "q" / "a.csv").unlink()
    read_drop(tmp_path / "a.csv", quarantine=tmp_path / "q")
    assert (tmp_path / "q" / "a.csv").is_file()


def test_column_names_that_are_used_inside(tmp_path: Path) -> None:
    names = ["n", "i", "text", "family", "line", "sign", "0", "1", "year", "a", "b", "moment"]
    rows = [
        ",".join(names),
        *(",".join(f"2024-01-{i:02d}" if k % 2 else f'"{i},5"' for k in range(12)) for i in range(1, 20)),
    ]
    (tmp_path / "names.csv").write_text("\n".join(rows))
    table = read_drop(tmp_path / "names.csv").tables["names"]
    assert table.frame.columns == names
    assert {c.type for c in table.columns.values()} == {"number", "date"}
