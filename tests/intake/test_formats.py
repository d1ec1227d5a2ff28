"""Workbooks, JSON, Parquet and Feather."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from discovery.errors import DataError
from discovery.intake import Drop, read_drop


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, (date, datetime)):
                        sheet.write_datetime(r, c, value, day)
                    elif value is not None:
                        sheet.write(r, c, value)
    return path


def test_workbook(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Sales of 2024"], [], ["id", "day", "amount", "code", "ok"]]
    rows += [[i, date(2024, 1, i), i * 1.5, f"00{i}", True] for i in range(1, 20)]
    path = workbook(tmp_path / "book.xlsx", {"data": rows, "empty": [], "other": [["a", "b"], [1, "x"], [2, "y"]]})
    drop = read_drop(path)
    assert sorted(drop.tables) == ["book.data", "book.other"]
    table = drop.tables["book.data"]
    assert {c: t.type for c, t in table.columns.items()} == {
        "id": "integer",
        "day": "date",
        "amount": "number",
        "code": "text",
        "ok": "boolean",
    }
    assert table.source == "book.xlsx#data"
    assert table.reading.header_row == 3
    assert drop.skipped == (("book.xlsx#empty", "the sheet has no data"),)


def test_one_sheet_is_named_after_the_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"data": [["a", "b"], [1, 2], [3, 4]]})
    assert list(read_drop(path).tables) == ["book"]


def test_error_cells_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "ratio"])
        for i in range(1, 12):
            sheet.write(i, 0, i)
            sheet.write(i, 1, i / 4)
        sheet.write_formula(12, 1, "=1/0", None, "#DIV/0!")
        sheet.write(12, 0, 12)
    table = read_drop(path).tables["errors"]
    assert table.columns["ratio"].type == "number"
    assert [(u.row, u.text) for u in table.columns["ratio"].unparsed] == [(12, "#DIV/0!")]


def test_merged_group_header(tmp_path: Path) -> None:
    path = tmp_path / "groups.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 1, 0, 2, "2023")
        sheet.merge_range(0, 3, 0, 4, "2024")
        sheet.write_row(1, 0, ["shop", "sales", "staff", "sales", "staff"])
        for i in range(2, 20):
            sheet.write_row(i, 0, [f"shop {i}", i * 10, i, i * 12, i + 1])
    table = read_drop(path).tables["groups"]
    assert table.frame.columns == ["shop", "2023 sales", "2023 staff", "2024 sales", "2024 staff"]
    assert table.rows == 18


def test_serial_dates(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["id", "order_date"], *([i, 45000 + i] for i in range(30))]
    path = workbook(tmp_path / "serial.xlsx", {"s": rows})
    column = read_drop(path).tables["serial"].columns["order_date"]
    assert column.type == "date"
    assert column.notes["excel_serial"] == 30
    assert read_drop(path).tables["serial"].frame["order_date"][0] == date(2023, 3, 15)


def test_dates_and_serials_mixed(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["id", "when"], *([i, date(2024, 1, 1 + i) if i % 10 else 45000] for i in range(30))]
    path = workbook(tmp_path / "mixed.xlsx", {"s": rows})
    table = read_drop(path).tables["mixed"]
    assert table.columns["when"].type == "date"
    assert [u.text for u in table.columns["when"].unparsed] == ["45000"] * 3


def test_a_workbook_named_csv_is_refused_with_the_right_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"data": [["a", "b"], [1, 2], [3, 4]]})
    other = path.rename(tmp_path / "book.csv")
    with pytest.raises(DataError, match=r"it is a workbook, not csv\. Rename it to end in \.xlsx"):
        read_drop(other)


@pytest.mark.parametrize("ending", ["xls", "xlsx", "parquet", "zip"])
def test_text_named_otherwise_is_refused_with_the_right_name(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"export.{ending}"
    path.write_text("a\tb\n1\tx\n2\ty\n")
    with pytest.raises(DataError, match=rf"it is plain text, not {ending}\. Rename it to end in \.csv"):
        read_drop(path)


def test_a_misnamed_file_does_not_hold_back_its_folder(tmp_path: Path) -> None:
    (tmp_path / "export.xls").write_text("a\tb\n1\tx\n")
    (tmp_path / "good.csv").write_text("a,b\n1,x\n2,y\n")
    drop = read_drop(tmp_path)
    assert list(drop.tables) == ["good"]
    assert "not what its name says" in drop.skipped[0][1]


def test_empty_workbook(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no data"):
        read_drop(workbook(tmp_path / "void.xlsx", {"a": []}))


def write(tmp_path: Path, name: str, content: object) -> Drop:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_drop(path)


def test_json_is_flattened(tmp_path: Path) -> None:
    rows = [{"id": i, "who": {"name": f"n{i}", "at": {"city": "x"}}, "tags": [1, 2], "ok": i > 1} for i in range(4)]
    table = write(tmp_path, "a.json", rows).tables["a"]
    assert table.frame.columns == ["id", "who.name", "who.at.city", "tags", "ok"]
    assert table.columns["ok"].type == "boolean"
    assert table.frame["tags"][0] == "[1, 2]"


@pytest.mark.parametrize(
    "document",
    [
        {"meta": {"n": 2}, "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        {"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}},
        {"a": [1, 2], "b": ["x", "y"]},
        [["a", "b"], [1, "x"], [2, "y"]],
        {"result": {"items": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}},
    ],
)
def test_json_shapes(tmp_path: Path, document: object) -> None:
    table = write(tmp_path, "a.json", document).tables["a"]
    assert table.frame.rows() == [(1, "x"), (2, "y")]


def test_json_lines_with_a_bad_line(tmp_path: Path) -> None:
    text = '{"a": 1}\n{"a": 2, "b": null}\n{"a": 3,\n\n{"b": "x", "a": 4}\n'
    table = write(tmp_path, "a.jsonl", text).tables["a"]
    assert table.frame.rows() == [(1, None), (2, None), (4, "x")]
    assert [q.line for q in table.reading.quarantined] == [3]
    assert [p.kind for p in table.reading.problems] == ["unreadable_rows"]
    same = write(tmp_path, "b.json", text).tables["b"]
    assert same.rows == 3


def test_json_numbers_as_text(tmp_path: Path) -> None:
    table = write(tmp_path, "a.json", [{"n": str(i), "zip": f"0{i}234"} for i in range(9)]).tables["a"]
    assert table.columns["n"].type == "integer"
    assert table.columns["zip"].type == "text"


def test_json_too_deep(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        write(tmp_path, "deep.json", '{"a":' * 100_000 + "1" + "}" * 100_000)


FRAME = pl.DataFrame(
    {
        "id": [1, 2, 3],
        "at": [datetime(2024, 1, 1, 12), None, datetime(2024, 1, 3)],
        "kind": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        "where": [{"x": 1, "y": {"z": "q"}}, {"x": 2, "y": {"z": "r"}}, None],
        "list": [[1], [2, 3], None],
        "day": ["2024-01-01", "2024-01-02", "2024-01-03"],
        "plain": ["u", "v", "w"],
    }
).with_columns(pl.col("at").dt.replace_time_zone("Europe/Berlin").alias("zoned"))


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_columnar(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    (FRAME.write_parquet if kind == "parquet" else FRAME.write_ipc)(path)
    table = read_drop(path).tables["t"]
    assert table.reading.format == kind
    assert table.frame.columns == ["id", "at", "kind", "where.x", "where.y.z", "list", "day", "plain", "zoned"]
    assert table.columns["kind"].type == "text"
    assert table.columns["day"].type == "date"
    assert table.frame["zoned"][0] == datetime(2024, 1, 1, 11)
    assert table.frame["list"][1] == "[2, 3]"
    assert table.text("day")[0] == "2024-01-01"


def test_typed_parquet_has_no_texts(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}).write_parquet(tmp_path / "t.parquet")
    assert read_drop(tmp_path / "t.parquet").tables["t"].texts is None


def test_protected_workbook(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    )
    with pytest.raises(DataError, match="password"):
        read_drop(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    with pytest.raises(DataError, match="cannot be opened"):
        read_drop(path)


def test_regular_json_lines_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from discovery.intake.documents import json as jsonfile

    rows = [
        {"n": i, "where": {"zip": f"0{i}"}, "tags": ["a"] * (i % 3), "v": i / 2, "day": "2024-01-02"}
        for i in range(50)
    ]
    text = "\n".join(json.dumps(r) for r in rows) + "\n"
    slow = write(tmp_path, "slow.jsonl", text).tables["slow"]
    monkeypatch.setattr(jsonfile, "_LARGE", 10)
    fast = write(tmp_path, "fast.jsonl", text + "\n".join(json.dumps(r) for r in rows)).tables["fast"]
    assert fast.texts is None or fast.rows == 100
    assert {c.name: c.type for c in fast.columns.values()} == {c.name: c.type for c in slow.columns.values()}
    assert fast.frame.head(50).equals(slow.frame)
    for broken in ('{"n": 1,\n', '{"n": {"a": 1}}\n', "\n", "[1]\n"):
        table = write(tmp_path, "bad.jsonl", text + broken + text).tables["bad"]
        assert table.rows >= 100
        assert len(table.reading.quarantined) == (broken == '{"n": 1,\n')


def test_frames_with_nested_values_become_plain() -> None:
    import pandas as pd

    from discovery.intake import Table

    frame = pd.DataFrame(
        {"d": [{"a": 1}, {"a": 2}], "l": [[1, 2], []], "mixed": [1, "x"], "n": [1.5, None], 7: [b"\x00", b"\xff"]}
    )
    table = Table.from_frame("t", frame)
    assert table.frame.columns == ["d.a", "l", "mixed", "n", "7"]
    assert table.text("l").to_list() == ["[1, 2]", "[]"]
    assert table.text("mixed").to_list() == ["1", "x"]
    assert table.text("n").to_list() == ["1.5", None]
    assert table.text("7").to_list() == ["00", "ff"]
    raw = Table("t", "memory", pl.DataFrame({"s": [{"a": [1]}, None], "l": [[1], None], "b": [b"\xff", None]}), {})
    assert [raw.text(c).to_list() for c in "slb"] == [['{"a": [1]}', None], ["[1]", None], ["ff", None]]


_DAMAGED = """
import random, sys
from pathlib import Path
from discovery.errors import DiscoveryError
from discovery.intake import read_drop
good, path = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
for seed in range(150):
    rng, data = random.Random(seed), bytearray(good)
    for _ in range(rng.choice([1, 4, 20])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)
    try:
        read_drop(path)
    except DiscoveryError:
        pass
"""


def test_damaged_feather_files_are_refused_without_a_crash(tmp_path: Path) -> None:
    words = [f"{'long ' * (i % 7)}word {i % 13}" for i in range(300)]
    pl.DataFrame({"id": range(300), "word": words, "some": [*words[:150], *[None] * 150]}).write_ipc(
        tmp_path / "good.feather"
    )
    command = [sys.executable, "-c", _DAMAGED, str(tmp_path / "good.feather"), str(tmp_path / "bad.feather")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]


def test_line_breaks_and_tabs_inside_the_texts_of_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"a": "x\ny"}, {"a": "z"}]')
    (tmp_path / "b.jsonl").write_text('{"a": "x\ty"}\n{"a": "z"}\n')
    tables = read_drop(tmp_path).tables
    assert tables["a"].frame["a"].to_list() == ["x\ny", "z"]
    assert tables["b"].frame["a"].to_list() == ["x\ty", "z"]


def test_objects_without_a_common_key_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sparse.jsonl"
    path.write_text("\n".join(json.dumps({f"k{r}_{i}": i for i in range(20)}) for r in range(1_000)))
    with pytest.raises(DataError, match="hardly a key in common"):
        read_drop(path)
    path.write_text("\n".join(json.dumps({"id": i, f"k{i}": 1}) for i in range(200)))
    assert read_drop(path).tables["sparse"].frame.shape == (200, 201)
