"""What is done for odd exports is not done for files that only look like them."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from discovery.intake import Table, read_drop
from discovery.intake.text.codepages import codepage, cyrillic, in_seven_bits
from discovery.intake.values.numbers import read_numbers


def only(path: Path, content: str | bytes) -> Table:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return next(iter(read_drop(path).tables.values()))


def test_files_without_a_header_take_the_names_of_their_siblings(tmp_path: Path) -> None:
    def body(first: int) -> str:
        return "".join(f"{i},n{i},{i / 4}\n" for i in range(first, first + 9))

    for name, text in (("jan", "id,name,x\n" + body(0)), ("feb", body(9)), ("mar", "id,name,x\n" + body(18))):
        (tmp_path / f"{name}.csv").write_text(text)
    tables = read_drop(tmp_path).tables
    assert {tuple(t.columns) for t in tables.values()} == {("id", "name", "x")}
    assert [t.rows for t in tables.values()] == [9, 9, 9]
    assert any("names of its columns are those of" in a for a in tables["feb"].reading.assumptions)
    (tmp_path / "other.csv").write_text("".join(f"a{i},2023-01-0{i},c\n" for i in range(1, 8)))
    assert list(read_drop(tmp_path).tables["other"].columns) == ["column_1", "column_2", "column_3"]


def test_parts_without_a_header_join_the_first_one(tmp_path: Path) -> None:
    for k in range(3):
        rows = "".join(f"{i},n{i},{i / 4}\n" for i in range(k * 9, k * 9 + 9))
        (tmp_path / f"part-{k}.csv").write_text(("" if k else "id,name,x\n") + rows)
    (table,) = read_drop(tmp_path).tables.values()
    assert (table.rows, list(table.columns)) == (27, ["id", "name", "x"])


def test_two_files_alone_keep_their_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name,x\n" + "".join(f"{i},n{i},{i / 4}\n" for i in range(9)))
    (tmp_path / "b.csv").write_text("".join(f"{i},n{i},{i / 4}\n" for i in range(9)))
    assert list(read_drop(tmp_path).tables["b"].columns) == ["column_1", "column_2", "column_3"]


@pytest.mark.parametrize("cells", [["$5", "$7", "$12"], ["a@x.org", "b@y.org", "c@z.org"], ["5%", "7%", "9%"]])
def test_signs_in_amounts_and_addresses_delimit_nothing(tmp_path: Path, cells: list[str]) -> None:
    table = only(tmp_path / "a.csv", "value\n" + "".join(f"{c}\n" for c in cells * 8))
    assert table.frame.shape == (24, 1)


def test_rows_that_end_early_are_not_halves_of_one(tmp_path: Path) -> None:
    rows = "".join(f"{i},n{i}\n" if i % 3 else f"{i},n{i},{i},x\n" for i in range(30))
    assert only(tmp_path / "a.csv", f"id,name,qty,note\n{rows}").rows == 30


def test_totals_of_other_things_stay(tmp_path: Path) -> None:
    rows = "".join(
        f"Total {w},,{i}\n{w} share,x,{i}\nOther {w},y,{i}\nCost {w},z,{i}\n" for i, w in enumerate("abcdefgh")
    )
    assert only(tmp_path / "a.csv", f"measure,unit,value\n{rows}").rows == 32


def test_types_as_values_are_no_types_of_columns(tmp_path: Path) -> None:
    rows = "".join(f"{t},c{i}\n" for i, t in enumerate(["text", "date", "integer"] * 5))
    assert only(tmp_path / "a.csv", f"type,column\n{rows}").rows == 15


def test_credit_and_debit_behind_amounts() -> None:
    import polars as pl

    read = read_numbers("Balance", pl.Series(["1,000.00 DR", "2,001.01 CR", "15.00 Cr", "0.50 Dr."]))
    assert read.values.to_list() == [-1000.0, 2001.01, 15.0, -0.5]
    assert read_numbers("x", pl.Series(["A 1 CR", "B 2 DR"])).share == 0


def test_powers_of_ten_with_a_decimal_comma() -> None:
    import polars as pl

    assert read_numbers("x", pl.Series(["4,003E-03", "1,500E+02", "7,000E-01"])).values.to_list() == [
        0.004003,
        150.0,
        0.7,
    ]
    assert read_numbers("x", pl.Series(["４．５", "１,２００．０"])).values.to_list() == [4.5, 1200.0]


def test_codes_are_no_shifted_letters_and_capitals_tell_the_macintosh() -> None:
    assert in_seven_bits(b"a,+49-123-45\nb,+49-221-33\n" * 9) == ""
    assert in_seven_bits(b"a,X+ABC-D\nb,Y+QQQ-R\n" * 9) == ""
    russian = "Москва Казань Самара Пермь Номер".encode("cp1251")
    assert cyrillic(russian, "cp1251") == "cp1251"
    assert cyrillic("Москва Казань Самара Пермь".encode("mac_cyrillic"), "cp1251") == "mac_cyrillic"
    assert codepage("Šime Žiga Aleš Žan Miloš".encode("cp1252") * 9) is None
    assert codepage("size 3½” and 5” or 7”, café".encode("cp1252") * 9) is None


def test_merged_cells_are_filled_down_below_the_header_only(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(["region", "city", "sales"]):
            sheet.merge_range(0, column, 1, column, name)
        for k in range(4):
            sheet.merge_range(2 + 3 * k, 0, 4 + 3 * k, 0, f"R{k}")
            for i in range(3):
                sheet.write_row(2 + 3 * k + i, 1, [f"c{i}", k * 10 + i])
    (table,) = read_drop(tmp_path / "a.xlsx").tables.values()
    assert list(table.columns) == ["region", "city", "sales"]
    assert table.frame["region"].to_list() == [f"R{k}" for k in range(4) for _ in range(3)]
    assert any("below merged ones" in a for a in table.reading.assumptions)


def test_a_sheet_of_one_cell_beside_others_is_no_table(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("data")
        for i in range(9):
            sheet.write_row(i, 0, ["a", "b"] if i == 0 else [i, i * 2])
        book.add_worksheet("cover").write(0, 0, "Made by hand")
    drop = read_drop(tmp_path / "a.xlsx")
    assert [t.frame.shape for t in drop.tables.values()] == [(8, 2)]
    assert drop.skipped == (("a.xlsx#cover", "the sheet has one cell only"),)


def test_rows_that_stand_in_quotes_as_a_whole(tmp_path: Path) -> None:
    rows = [f"{i},oak street {i},{i * 3}" for i in range(40)]
    rows[7] = '"7,""oak street, 7"",21"'
    rows[39] = '"39,""oak street, 39"",117"'
    table = only(tmp_path / "a.csv", "\n".join(["id,address,price", *rows]) + "\n")
    assert table.frame.shape == (40, 3)
    assert table.frame.row(7) == (7, "oak street, 7", 21)
    assert table.frame["id"].to_list() == list(range(40))
    (problem,) = table.reading.problems
    assert (problem.kind, problem.rows) == ("unreadable_rows", 2)
    assert "the first on line 9" in problem.summary


def test_a_last_row_that_was_cut_off_is_no_note(tmp_path: Path) -> None:
    rows = "".join(f"{i},P{i:03d},town {i % 3},{i * 2},{i % 7},x\n" for i in range(60))
    table = only(tmp_path / "a.csv", f"id,code,town,n,m,flag\n{rows}60,P060,town 1,1")
    assert table.frame.height == 60
    (problem,) = table.reading.problems
    assert (problem.kind, problem.rows) == ("unreadable_rows", 1)
    table = only(tmp_path / "b.csv", f"id,code,town,n,m,flag\n{rows}Source: town hall, 2021, by hand\n")
    assert [q.reason for q in table.reading.quarantined] == ["below the table"]


def test_prose_with_colons_is_not_broken_in_two(tmp_path: Path) -> None:
    rows = "".join(f"set{i}: dropped a in B{i}: no part of it\n" for i in range(40)) + "last: one\nthat: is all\n"
    table = only(tmp_path / "a.txt", rows)
    assert not any("cut in two" in a for a in table.reading.assumptions)


def test_formulas_that_were_never_calculated_are_told(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        for i in range(1, 9):
            sheet.write_row(i, 0, [i, i * 2])
            sheet.write_formula(i, 2, f"=A{i + 1}*B{i + 1}", None, "")
    (table,) = read_drop(tmp_path / "a.xlsx").tables.values()
    assert any(a.startswith("8 formulas have no result") for a in table.reading.assumptions)


def test_a_row_far_below_the_others_costs_nothing(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for i in range(30):
            sheet.write_row(i, 0, ["id", "name", "x"] if i == 0 else [i, f"n{i}", i / 4])
        sheet.write(900_000, 0, " ")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (table,) = read_drop(tmp_path / "a.xlsx").tables.values()
    assert (table.frame.shape, table.frame["id"].to_list()) == ((29, 3), list(range(1, 30)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert any("blank rows of the sheet" in a for a in table.reading.assumptions)


def test_very_many_columns_take_little_room(tmp_path: Path) -> None:
    names = ",".join(f"c{i}" for i in range(30_000))
    row = ",".join(str(i % 7) for i in range(30_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = only(tmp_path / "a.csv", f"{names}\n{row}\n{row}\n{row}\n")
    assert table.frame.shape == (3, 30_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
