"""Large workbooks are read in pieces, just as they are read whole."""

from __future__ import annotations

import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from tests.intake.workbooks import spreadsheets

from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.intake.cells.assemble import Cells
from discovery.intake.workbooks import excel, pieces

ROWS: list[list[Any]] = [
    ["id", "city", "price", "paid", "day"],
    *([float(i), f"Örebro & <{i % 7}>", i / 7, i % 2 == 0, f"2024-03-{i % 28 + 1:02d}"] for i in range(1, 400)),
    [None, None, None, None, None],
    [400.0, "#N/A", "#DIV/0!", True, "2024-04-01"],
]
SHEETS = {"Sales & more": ROWS, "Void": [[None]], "Other": [["a", "b"], *[[float(i), "x"] for i in range(50)]]}


def _xlsx(path: Path, **options: Any) -> Path:
    with xlsxwriter.Workbook(path, options) as book:
        styles = {
            k: book.add_format({"num_format": k})
            for k in ("yyyy-mm-dd", "d/m/yy hh:mm", "h:mm:ss", "[h]:mm", "0.00%")
        }
        sheet = book.add_worksheet("All kinds")
        if not options.get("constant_memory"):
            sheet.merge_range(0, 1, 0, 2, "left")
            sheet.merge_range(0, 3, 0, 5, "right")
        sheet.write_row(1, 0, ["n", "day", "stamp", "clock", "took", "share", "text", "sum", "flag", "far"])
        for i in range(2, 300):
            if i == 150:
                continue
            sheet.write_number(i, 0, [i, i / 3, i * 1e16, i * 1e-7][i % 4])
            sheet.write_datetime(i, 1, datetime(2020, 1, 1 + i % 28), styles["yyyy-mm-dd"])
            sheet.write_datetime(i, 2, datetime(2020, 1, 1 + i % 28, i % 24, 30), styles["d/m/yy hh:mm"])
            sheet.write_datetime(i, 3, time(i % 24, i % 60), styles["h:mm:ss"])
            sheet.write_datetime(i, 4, timedelta(hours=i, minutes=5), styles["[h]:mm"])
            sheet.write_number(i, 5, i / 300, styles["0.00%"])
            sheet.write_string(i, 6, [f"täxt & {i % 9}", "  spaces ", "a\nb", "<c r='1'>"][i % 4])
            sheet.write_formula(i, 7, "=1+1", None, [2, "text", "#N/A", True][i % 4])
            sheet.write_boolean(i, 8, i % 2 == 0)
        sheet.write_rich_string(300, 6, "plain ", book.add_format({"bold": True}), "bold")
        sheet.write_string(301, 9, "alone")
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Hidden")
        hidden.hide()
        hidden.write_column(5, 3, ["x", *range(90)])
    return path


WRITERS = {
    "xlsx": _xlsx,
    "inline.xlsx": lambda p: _xlsx(p, constant_memory=True),
    "since1904.xlsx": lambda p: _xlsx(p, date_1904=True),
    "xls": lambda p: spreadsheets.write_xls(p, {"Sales": ROWS, "Void": [[None]], "Other": SHEETS["Other"]}),
    "ods": lambda p: spreadsheets.write_ods(p, SHEETS),
}


def _read(path: Path) -> tuple[list[Cells], list[tuple[str, str]]]:
    return excel.read_workbook(path.read_bytes(), "t", path.name)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("size", [1, 5_000, 10**9])
def test_pieces_give_what_the_whole_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, size: int
) -> None:
    path = WRITERS[kind](tmp_path / f"book.{kind}")
    whole, left_out = _read(path)
    monkeypatch.setattr(excel, "_BIG", 0)
    monkeypatch.setattr(pieces, "PIECE", size)
    monkeypatch.setattr(pieces, "_LEAST", size)
    monkeypatch.setattr(excel, "_whole", None)  # nothing is to be read whole
    cut, left_out_too = _read(path)
    assert left_out == left_out_too
    assert [c.source for c in cut] == [c.source for c in whole]
    for one, other in zip(cut, whole, strict=True):
        assert one.cells.equals(other.cells)
        assert one.lines.to_list() == other.lines.to_list()
        assert one.reading == other.reading


def _changed(path: Path, to: Path, member: str, *changes: tuple[str, str]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name).decode()
            for old, new in changes if name == member else ():
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return to


def test_what_cannot_be_cut_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(tmp_path / "good.xlsx") as book:
        sheet = book.add_worksheet()
        for i in range(60):
            sheet.write_row(i, 0, [f"a{i}", i])
    monkeypatch.setattr(excel, "_BIG", 0)
    monkeypatch.setattr(pieces, "PIECE", 500)
    member = "xl/worksheets/sheet1.xml"
    for number, change in enumerate([('t="s"', "t='s'"), ("<sheetData>", "<!-- x --><sheetData><!-- y -->")]):
        odd = _changed(tmp_path / "good.xlsx", tmp_path / f"odd{number}.xlsx", member, change)
        (cells,), _ = _read(odd)
        assert cells.cells["0"].to_list() == [f"a{i}" for i in range(60)]
        assert cells.cells["1"].to_list() == [str(i) for i in range(60)]


def test_cells_that_stand_for_millions_take_no_memory(tmp_path: Path) -> None:
    good = spreadsheets.write_ods(tmp_path / "good.ods", {"S": [["a", "b"], ["x", "y"]], "T": [["c"], [1.0]]})
    start = '<table:table table:name="S"><table:table-row>'
    rows = (start, start.replace("-row>", '-row table:number-rows-repeated="1000000">'))
    wide = ("<table:table-cell ", '<table:table-cell table:number-columns-repeated="16000" ')
    bomb = _changed(good, tmp_path / "bomb.ods", "content.xml", rows, (wide[0], wide[1].replace("16000", "90")))
    drop = read_drop(bomb)
    assert [s for s, _ in drop.skipped] == ["bomb.ods#S"]
    assert [t.frame.height for t in drop.tables.values()] == [1]
    only = spreadsheets.write_ods(tmp_path / "one.ods", {"S": [["a", "b"] for _ in range(400)]})
    with pytest.raises(DataError, match="far-flung"):
        read_drop(_changed(only, tmp_path / "only.ods", "content.xml", wide))
    padded = ("</table:table-row>", '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>')
    table = read_drop(_changed(only, tmp_path / "padded.ods", "content.xml", padded)).tables["padded"]
    assert table.frame.width == 2


def test_numbers_are_written_as_python_writes_them() -> None:
    from discovery.intake.workbooks.sheet import _text, _texts

    values = [
        0.1,
        1 / 3,
        2.0,
        -0.0,
        1e-4,
        123456.789,
        999999999999999.0,
        1e15,
        1e22,
        5e-324,
        -1.5e-7,
        0.30000000000000004,
    ]
    for some in (values, values[:6], [*values[:3], "", "x"], [*values[:4], ""]):
        assert _texts(some).to_list() == [_text(v) for v in some]
    assert _texts([True, 1.0, "a"]).to_list() == ["true", "1", "a"]
    assert _texts(["", ""]).dtype == pl.String
