"""xls and ods: the same table as from xlsx, error cells included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from tests.intake.workbooks import spreadsheets

from discovery.intake import read_drop

ROWS: list[list[Any]] = [
    ["id", "city", "price", "paid"],
    *([float(i), f"Örebro {i}", i + 0.5, i % 2 == 0] for i in range(1, 31)),
]
BROKEN = [*ROWS, [31.0, "#N/A", "#DIV/0!", True], [32.0, "x", "#REF!", False]]
SHEETS = {"Sales": BROKEN, "Void": [[None]], "Other": [["a", "b"], [1.0, "x"], [2.0, "y"]]}


def _xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if cell in spreadsheets.ERRORS:
                        sheet.write_formula(r, c, "=1/0", None, cell)
                    elif cell is not None:
                        sheet.write(r, c, cell)
    return path


WRITERS = {"xlsx": _xlsx, "xls": spreadsheets.write_xls, "ods": spreadsheets.write_ods}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_the_same_tables(tmp_path: Path, ending: str) -> None:
    drop = read_drop(WRITERS[ending](tmp_path / f"shop.{ending}", SHEETS))
    assert list(drop.tables) == ["shop.Sales", "shop.Other"]
    table = drop.tables["shop.Sales"]
    assert {c.name: c.type for c in table.columns.values()} == {
        "id": "integer",
        "city": "text",
        "price": "number",
        "paid": "boolean",
    }
    assert table.rows == 32
    assert table.frame["city"][0] == "Örebro 1"
    assert table.frame["price"].sum() == sum(i + 0.5 for i in range(1, 31))
    assert [(u.row, u.text) for u in table.columns["price"].unparsed] == [(31, "#DIV/0!"), (32, "#REF!")]
    assert table.text("city")[30] == "#N/A"
    assert [s for s, _ in drop.skipped] == [f"shop.{ending}#Void"]


def test_dates_of_ods(tmp_path: Path) -> None:
    rows = [["when", "n"], *([f"2024-03-{i:02d}", float(i)] for i in range(1, 29))]
    table = read_drop(spreadsheets.write_ods(tmp_path / "d.ods", {"S": rows})).tables["d"]
    assert table.frame["when"].dtype == pl.Date


def test_tables_one_below_the_other(tmp_path: Path) -> None:
    orders: list[list[Any]] = [["order", "total"], *[[float(i), i * 2.5] for i in range(1, 16)]]
    drop = read_drop(_xlsx(tmp_path / "two.xlsx", {"S": [*ROWS, [None], [None], *orders]}))
    assert [t.frame.shape for t in drop.tables.values()] == [(30, 4), (15, 2)]
    assert drop.tables["two.table_2"].frame.columns == ["order", "total"]
    spaced = [r for row in ROWS for r in (row, [None])]
    assert read_drop(_xlsx(tmp_path / "one.xlsx", {"S": spaced})).tables["one"].rows == 30


def test_a_title_above_two_columns(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Table 1"], ["place", "count"], *[[f"p{i}", float(i)] for i in range(9)]]
    table = read_drop(_xlsx(tmp_path / "t.xlsx", {"S": rows})).tables["t"]
    assert (table.frame.columns, table.rows) == (["place", "count"], 9)


def test_many_rows_are_read_in_parts(tmp_path: Path) -> None:
    rows = [["", "", ""], ["", "n", "t"], *(["", float(i), f"t{i}"] for i in range(12_000))]
    table = read_drop(_xlsx(tmp_path / "long.xlsx", {"S": rows})).tables["long"]
    assert table.frame.columns == ["n", "t"]
    assert table.rows == 12_000
    assert table.frame["n"].to_list() == list(range(12_000))
    assert table.frame["t"][-1] == "t11999"


def test_errors_of_formulas_in_xls() -> None:
    from discovery.intake.workbooks.biff import xls_errors

    value = bytes([2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF])
    formula = spreadsheets._record(
        0x06, (5).to_bytes(2, "little") + (3).to_bytes(2, "little") + bytes(2) + value + bytes(8)
    )
    sheet = spreadsheets._sheet([["a"]])
    head = spreadsheets._record(0x809, bytes(16))
    name = spreadsheets._record(0x85, (len(head) + 14).to_bytes(4, "little") + bytes(2) + b"\x02\x00" + b"S1")
    stream = head + name + sheet[:20] + formula + sheet[20:]
    assert xls_errors(spreadsheets._compound(stream)) == {"S1": {(5, 3): "#N/A"}}
    assert xls_errors(b"\xd0\xcf" + bytes(5000)) == {}
    assert xls_errors(spreadsheets._compound(stream)[:900]) == {}


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from discovery.errors import DataError
    from discovery.intake.workbooks import excel

    monkeypatch.setattr(excel, "_MOST_BYTES", 1000)
    with pytest.raises(DataError, match="unpacks to"):
        read_drop(_xlsx(tmp_path / "bomb.xlsx", {"S": [["a", "b"], [1.0, "x"]]}))


def test_a_stray_cell_in_the_last_corner_takes_no_memory(tmp_path: Path) -> None:
    import xlsxwriter

    from discovery.errors import DataError

    with xlsxwriter.Workbook(tmp_path / "stray.xlsx") as book:
        for name, far in (("good", False), ("stray", True)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["a", "b"])
            for i in range(1, 50):
                sheet.write_row(i, 0, [i, i * 2])
            if far:
                sheet.write(1_048_575, 16_383, "x")
    drop = read_drop(tmp_path / "stray.xlsx")
    assert [t.frame.height for t in drop.tables.values()] == [49]
    with xlsxwriter.Workbook(tmp_path / "only.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(90_000, 900, "x")
    with pytest.raises(DataError, match="far-flung"):
        read_drop(tmp_path / "only.xlsx")
    with xlsxwriter.Workbook(tmp_path / "styled.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert read_drop(tmp_path / "styled.xlsx").tables["styled"].frame.height == 1


_DAMAGED = """
import random, resource, sys
from pathlib import Path
from discovery.errors import DiscoveryError
from discovery.intake import read_drop
resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))
good, path = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
for seed in range(120):
    rng, data = random.Random(seed), bytearray(good)
    for _ in range(rng.choice([1, 4, 20])):
        data[rng.choice([rng.randrange(700), rng.randrange(len(data))])] = rng.randrange(256)
    path.write_bytes(data)
    try:
        read_drop(path)
    except DiscoveryError:
        pass
"""


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_damaged_workbooks_are_refused_without_a_crash(tmp_path: Path, ending: str) -> None:
    rows = [["id", "word"], *[[i, f"word {i % 9}"] for i in range(200)]]
    WRITERS[ending](tmp_path / f"good.{ending}", {"one": rows})
    command = [sys.executable, "-c", _DAMAGED, *(str(tmp_path / f"{n}.{ending}") for n in ("good", "bad"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr[-500:]


def test_facts_above_a_narrow_table_and_a_footnote_below(tmp_path: Path) -> None:
    facts = [["Customer:", "Acme"], ["Date:", "2024-01-01"], [], ["id", "qty", "price"]]
    rows = [[i, i + 1, i + 2.5] for i in range(4)]
    path = _xlsx(tmp_path / "invoice.xlsx", {"a": [*facts, *rows, [], ["Sum", 10, 16.0], [], ["* provisional"]]})
    (table,) = read_drop(path).tables.values()
    assert list(table.frame.columns) == ["id", "qty", "price"]
    assert table.rows == 4
    assert [(q.line, q.reason) for q in table.reading.quarantined] == [
        (1, "above the header"),
        (2, "above the header"),
        (10, "a row of totals"),
        (12, "below the table"),
    ]
