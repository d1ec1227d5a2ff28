"""Cells of text become typed columns, and what does not parse is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from discovery.intake import read_drop
from discovery.intake.table import TableColumn
from discovery.intake.values.typing import type_columns


def read(
    cells: Sequence[str | None], name: str = "c", **more: Sequence[str | None]
) -> tuple[list[Any], TableColumn]:
    frame = pl.DataFrame(
        {name: pl.Series(cells, dtype=pl.String), **{k: pl.Series(v, dtype=pl.String) for k, v in more.items()}}
    )
    typed = type_columns(frame)
    return typed.frame[name].to_list(), typed.columns[name]


@pytest.mark.parametrize(
    ("cells", "type_", "values"),
    [
        (["1", "2", ""], "integer", [1, 2, None]),
        (["0", "1", "1"], "integer", [0, 1, 1]),
        (["3504.", "3693.5"], "number", [3504.0, 3693.5]),
        (["1,5", "2,25", "1.234,5"], "number", [1.5, 2.25, 1234.5]),
        (["1,234.5", "12.75", "7"], "number", [1234.5, 12.75, 7.0]),
        (["1,234", "5,678", "900"], "integer", [1234, 5678, 900]),
        (["1 234,5", "2 345,6"], "number", [1234.5, 2345.6]),
        (["1'000.5", "3.25"], "number", [1000.5, 3.25]),
        (["12,34,567", "1,00,000"], "integer", [1234567, 100000]),
        (["$1,200.50", "($3.10)", "-$4"], "number", [1200.5, -3.1, -4.0]),
        (["5-", "6", "-7"], "integer", [-5, 6, -7]),
        (["Rs. 1,200", "Rs. 80"], "integer", [1200, 80]),
        (["kr. 1.200,50", "300,00 kr."], "number", [1200.5, 300.0]),
        (["10 €", "12,50 €"], "number", [10.0, 12.5]),
        (["12%", "13.5 %"], "number", [12.0, 13.5]),
        (["1e5", "2E-3"], "number", [100000.0, 0.002]),
        (["−3", "4"], "integer", [-3, 4]),
        (["2019", "2020"], "integer", [2019, 2020]),
        (["true", "FALSE", ""], "boolean", [True, False, None]),
        (["t", "f"], "boolean", [True, False]),
        (["yes", "no"], "text", ["yes", "no"]),
        (["F", "F"], "text", ["F", "F"]),
        (["", "  "], "empty", [None, None]),
        (["?", "NA"], "text", ["?", "NA"]),
        (["10:30", "23:59:59"], "time", [time(10, 30), time(23, 59, 59)]),
        (["18.00.00", "19.30.00"], "time", [time(18), time(19, 30)]),
        (["9:05 PM", "12:00 AM"], "time", [time(21, 5), time(0, 0)]),
        (["2020-01-31", "2020-02-29"], "date", [date(2020, 1, 31), date(2020, 2, 29)]),
        (
            ["2020-01-31 10:00", "2020-02-29T11:30:15.5"],
            "datetime",
            [datetime(2020, 1, 31, 10), datetime(2020, 2, 29, 11, 30, 15, 500000)],
        ),
        (
            ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00+02:00"],
            "datetime",
            [datetime(2020, 1, 1, 10), datetime(2020, 1, 1, 8)],
        ),
        (
            ["2020-01-01T10:00:00-0330", "2020-01-01T10:00:00+01"],
            "datetime",
            [datetime(2020, 1, 1, 13, 30), datetime(2020, 1, 1, 9)],
        ),
        (["13.01.2020", "01.02.2020"], "date", [date(2020, 1, 13), date(2020, 2, 1)]),
        (["1/13/2020", "2/1/2020"], "date", [date(2020, 1, 13), date(2020, 2, 1)]),
        (["2020/1/3", "2020/12/13"], "date", [date(2020, 1, 3), date(2020, 12, 13)]),
        (["12 Jan 2020", "3. März 2021"], "date", [date(2020, 1, 12), date(2021, 3, 3)]),
        (["January 12, 2020", "Feb 3rd, 2021"], "date", [date(2020, 1, 12), date(2021, 2, 3)]),
        (["Mon, 06 Jan 2020 10:00:00 +0000"], "datetime", [datetime(2020, 1, 6, 10)]),
        (["Mon Jan 06 10:00:00 2020"], "datetime", [datetime(2020, 1, 6, 10)]),
        (
            ["12/31/2020 11:59 PM", "1/1/2021 12:00 AM"],
            "datetime",
            [datetime(2020, 12, 31, 23, 59), datetime(2021, 1, 1)],
        ),
        (["1949-01", "1949-12"], "date", [date(1949, 1, 1), date(1949, 12, 1)]),
        (["Jan 2020", "Dec-2021"], "date", [date(2020, 1, 1), date(2021, 12, 1)]),
        (["20200131", "20201231"], "integer", [20200131, 20201231]),
        (["01234", "99999", "00123"], "text", ["01234", "99999", "00123"]),
        (["01", "02", "12"], "integer", [1, 2, 12]),
        (
            ["12345678901234567890", "12345678901234567891"],
            "text",
            ["12345678901234567890", "12345678901234567891"],
        ),
        (["+49 171 6716752", "+49 157 4670841"], "text", ["+49 171 6716752", "+49 157 4670841"]),
        (["192.168.0.1", "10.0.0.12"], "text", ["192.168.0.1", "10.0.0.12"]),
        (["inf", "NaN"], "text", ["inf", "NaN"]),
    ],
)
def test_columns(cells: list[str | None], type_: str, values: list[object]) -> None:
    found, column = read(cells)
    assert (column.type, found) == (type_, values)


def test_failures_are_kept() -> None:
    cells = ["1", "2", "x", *map(str, range(20)), "?"]
    values, column = read(cells)
    assert column.type == "integer"
    assert [(u.row, u.text) for u in column.unparsed] == [(3, "x"), (24, "?")]
    assert values[2] is None
    assert column.confidence == pytest.approx(22 / 24, abs=1e-4)


def test_a_letter_that_many_cells_have_is_a_code_among_few_codes() -> None:
    cells = ["1", "2", "3", "5"] * 60
    values, column = read([*cells, *["U"] * 12])
    assert (column.type, values[-1]) == ("text", "U")
    assert "letters" in column.notes["kept_as_text"]
    for few in (["U"] * 3, ["NA"] * 12, ["low"] * 12, [chr(97 + i) for i in range(12)]):
        assert read([*cells, *few])[1].type == "integer"
    assert read([*map(str, range(200)), *["U"] * 12])[1].type == "integer"


def test_words_for_missing_are_no_failures() -> None:
    _, column = read(["?"] * 30 + ["1", "2", "3"])
    assert column.type == "integer"
    assert len(column.unparsed) == 30


def test_two_numbers_in_a_cell_are_no_decimal() -> None:
    ages = [str(11 + i % 55) for i in range(200)]
    values, column = read([*ages, "19,32", "13,11"])
    assert column.type == "integer"
    assert [u.text for u in column.unparsed] == ["19,32", "13,11"]
    assert values[:200] == [int(a) for a in ages]
    for cells in (["7,5", "8,0"], ["19,05", "32,5"], ["19,99"], ["19,32"] * 20, ["19,32", "20,5"]):
        values, column = read([*ages, *cells])
        assert column.type == "number"
        assert not column.unparsed
    values, _ = read([*ages, "19,32"], other=["1,5", *["22,75"] * 200])
    assert values[-1] == 19.32  # as in the rest of the file


def test_names_of_rows_that_their_zeros_tell_apart_stay_text() -> None:
    names = [f"{y}.{i}" for y in (1978, 1982) for i in range(1, 61)]
    values, column = read(names)
    assert column.type == "text"
    assert values == names
    for cells in (
        [f"{i / 8:.2f}" for i in range(200)],
        [str(i / 8) for i in range(200)],
        [*names, "1978.10"],
        ["1.5", "1.50"],
        ["1", "10", *(f"{i}.25" for i in range(20)), "0.20"],
        [f"0.{i:020}1" for i in range(60)],
        [f"0.5{i}" for i in range(1, 10)] + ["0.511", "0.70"],
    ):
        assert read(cells)[1].type == "number"


def test_too_many_failures_leave_text() -> None:
    _, column = read(["1"] * 8 + ["x", "y"])
    assert column.type == "text"
    assert column.notes["numeric_share"] == 0.8


def test_impossible_dates_are_kept() -> None:
    values, column = read(["31.02.2020", *["28.02.2020"] * 20])
    assert column.type == "date"
    assert [(u.row, u.text) for u in column.unparsed] == [(1, "31.02.2020")]
    assert values[0] is None


def test_order_of_day_and_month() -> None:
    _, column = read(["01/02/2020", "03/04/2020"])
    assert column.notes["ambiguous_day_month"] == 2
    assert column.confidence < 1
    values, column = read(["01/02/2020", "03/04/2020"], other=["13/02/2020", "14/02/2020"])
    assert values == [date(2020, 2, 1), date(2020, 4, 3)]
    values, column = read(["13/02/2020", "01/02/2020"])
    assert "ambiguous_day_month" not in column.notes
    assert values[1] == date(2020, 2, 1)
    values, _ = read([f"{m:02d}/01/2020" for m in range(1, 13)])
    assert values[11] == date(2020, 12, 1)
    values, _ = read([f"01/{m:02d}/2020" for m in range(1, 13)])
    assert values[11] == date(2020, 12, 1)


def test_both_orders_in_one_column() -> None:
    values, column = read(["13/02/2020", "02/14/2020", "25/02/2020", "03/28/2020"])
    assert values == [date(2020, 2, 13), date(2020, 2, 14), date(2020, 2, 25), date(2020, 3, 28)]
    assert column.notes["date_formats"] == {"%d/%m/%Y": 2, "%m/%d/%Y": 2}
    values, column = read(["13/02/2020"] * 30 + ["02/14/2020"])
    assert [u.text for u in column.unparsed] == ["02/14/2020"]


def test_days_that_a_spreadsheet_of_the_other_order_wrote() -> None:
    days = [date(2011, 1, 1) + timedelta(days=i) for i in range(120)]
    cells = [f"{d:%m/%d/%y}" if d.day > 12 else f"{d:%d/%m/%Y}" for d in days]
    values, column = read(cells)
    assert values == days
    assert column.notes["mixed_day_month"] == 48
    values, column = read([f"{d:%m/%d/%y}" if i % 2 else f"{d:%m/%d/%Y}" for i, d in enumerate(days)])
    assert values == days
    assert "mixed_day_month" not in column.notes


def test_days_that_a_spreadsheet_rewrote_in_the_same_order() -> None:
    days = [date(2019, 12, 31) - timedelta(days=9 * i) for i in range(200)]
    cells = [f"{d:%m/%d/%Y}" if d.day > 12 else f"{d:%m/%d/%y}" for d in days]
    values, column = read(cells)
    assert values == days
    assert column.confidence == 1
    assert not {"mixed_day_month", "ambiguous_day_month"} & set(column.notes)


def test_days_that_a_spreadsheet_rewrote_in_an_order_that_no_row_tells() -> None:
    days = [date(2010, 1, 1) + timedelta(days=i * 1_237 % 3_650) for i in range(300)]
    values, column = read([f"{d:%m/%d/%Y}" if d.day > 12 else f"{d:%m/%d/%y}" for d in days])
    assert values == days
    assert "mixed_day_month" not in column.notes
    assert column.notes["ambiguous_day_month"] == sum(d.day <= 12 and d.day != d.month for d in days)
    assert column.confidence < 1
    summer = [date(2019, 6, 1) + timedelta(days=i * 37 % 60) for i in range(300)]
    values, _ = read([f"{d:%m/%d/%y}" if d.day > 12 else f"{d:%d/%m/%Y}" for d in summer])
    assert values == summer  # in no order of rows, but in months that the others have


def test_mixed_formats_are_counted() -> None:
    _, column = read(["2020-01-31"] * 3 + ["31.01.2020"] * 2 + ["5 May 99"])
    assert column.type == "date"
    assert column.notes["date_formats"] == {"%Y-%m-%d": 3, "%d.%m.%Y": 2, "%d %b %y": 1}
    assert column.notes["two_digit_years"] == 1


@pytest.mark.parametrize(
    ("name", "years", "first"),
    [
        ("birth_date", (30, 99), 1930),  # nobody was born in a year to come
        ("opened", (62, 99), 1962),  # the sixties go with the seventies
        ("opened", (70, 99), 1970),
        ("signed", (27, 100), 1927),  # all through a century
        ("matures", (27, 60), 2027),  # years to come follow on this one
    ],
)
def test_years_of_two_digits_are_read_in_the_century_they_go_with(
    name: str, years: tuple[int, int], first: int
) -> None:
    values, column = read([f"{1 + y % 12}/17/{y:02}" for y in range(*years)], name)
    assert [v.year for v in values] == list(range(first, first + years[1] - years[0]))
    assert column.notes.get("last_century", 0) == max(0, 1969 - first if first < 2000 else 0)


def test_eight_digits_are_dates_where_the_name_says_so() -> None:
    values, column = read(["20200131", "20201231"], "order_date")
    assert column.type == "date"
    assert values[0] == date(2020, 1, 31)
    _, column = read(["20200131", "20209931"], "order_date")
    assert column.type == "integer"


def test_padding_is_counted_and_stripped() -> None:
    values, column = read([" a", "b ", "c"])
    assert values == ["a", "b", "c"]
    assert column.notes["padded"] == 2


def test_the_file_settles_the_decimal_mark() -> None:
    values, _ = read(["1,234", "5,678"], other=["1,5", "2,75"])
    assert values == [1.234, 5.678]
    values, _ = read(["1.234", "5.678"], other=["1,5", "2,75"])
    assert values == [1234, 5678]
    values, _ = read(["0.234", "5.678"], other=["1,5", "2,75"])
    assert values == [0.234, 5.678]


def test_currencies_and_percent_are_noted() -> None:
    _, column = read(["$1", "$2", "€3"])
    assert column.notes["currencies"] == {"$": 2, "€": 1}
    _, column = read(["1%", "2%"])
    assert column.format == "percent"


def test_codes_and_phones_stay_text() -> None:
    assert read(["1715551234", "1715551235"], "mobile")[1].type == "text"
    assert read(["01", "13", "75"], "dept_code")[1].type == "text"


def test_years_that_reach_into_the_next_are_no_months() -> None:
    spans = [f"{y}/{(y + 1) % 100:02d}" for y in range(2005, 2012)]
    months = [f"2010-{m:02d}" for m in range(1, 13)]
    texts = pl.DataFrame({"year": spans * 4, "month": (months * 3)[:28], "fiscal year": ["2010-11"] * 28})
    typed = type_columns(texts)
    assert [c.type for c in typed.columns.values()] == ["text", "date", "text"]


def test_years_run_together_are_no_numbers(tmp_path: Path) -> None:
    cells = [str(2010 + i % 5) if i % 3 else "".join(str(2017 - k) for k in range(6)) for i in range(90)]
    path = tmp_path / "certified.csv"
    path.write_text("id,years\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)))
    column = read_drop(path).tables["certified"].columns["years"]
    assert (column.type, column.notes["kept_as_text"]) == ("text", "more digits than a number can hold")
    path.write_text("id,years\n" + "".join(f"{i},{2010 + i % 5}{'0' * 20 if i == 7 else ''}\n" for i in range(90)))
    assert read_drop(path).tables["certified"].columns["years"].type != "text"


def test_words_with_a_number_are_no_dates_and_months_among_them_are() -> None:
    texts = pl.DataFrame({"a": [f"item {i:04d}" for i in range(40)], "b": ["item 2017", "March 2017"] * 20})
    typed = type_columns(texts)
    assert [typed.columns[c].type for c in "ab"] == ["text", "text"]
    mended = type_columns(pl.DataFrame({"b": ["item 2017", *["March 2017", "juin 2018"] * 20]}))
    assert mended.columns["b"].type == "date"
    assert [u.text for u in mended.columns["b"].unparsed] == ["item 2017"]


@pytest.mark.parametrize(
    ("cells", "second"),
    [
        (["2 janvier 2024", "13 février 2024", "1er août 2023"], date(2024, 2, 13)),
        (["2 de enero de 2024", "13 de febrero de 2024"], date(2024, 2, 13)),
        (["2 de janeiro de 2024", "13 de março de 2024"], date(2024, 3, 13)),
        (["2 stycznia 2024", "13 marca 2024"], date(2024, 3, 13)),
        (["2 января 2024", "13 марта 2024"], date(2024, 3, 13)),
        (["2 Ocak 2024", "13 Ağustos 2024"], date(2024, 8, 13)),
        (["3 maj 2024", "13 augusti 2024"], date(2024, 8, 13)),
        (["2024年1月2日", "2024年2月13日"], date(2024, 2, 13)),
        (["20240102T030405", "20240213T235959"], datetime(2024, 2, 13, 23, 59, 59)),
    ],
)
def test_dates_of_many_languages(cells: list[str], second: date) -> None:
    assert read(cells, "v")[0][1] == second


def test_a_day_that_no_calendar_has_is_a_date_in_a_short_column_too() -> None:
    cells = [f"2024-03-0{i}" for i in range(1, 7)]
    values, column = read(["2024-02-30", *cells], "v")
    assert (column.type, values[0]) == ("date", None)
    assert [u.text for u in column.unparsed] == ["2024-02-30"]
    assert read(["12-34-56", "99-05-10", "45-67-89", "11-05-22"], "v")[1].type == "text"


def test_years_of_two_digits_in_the_first_place() -> None:
    day = date(2023, 12, 20)
    days = [day + timedelta(i) for i in range(40)]
    values, column = read([d.strftime("%y-%m-%d") for d in days], "v")
    assert values == days
    assert column.format == "%y-%m-%d"
    assert read([d.strftime("%d-%m-%y") for d in days], "v")[0] == days


def test_digits_filled_up_to_one_length_are_codes() -> None:
    assert read(["0123", *(str(n) for n in range(1234, 9999, 1111))], "v")[1].type == "text"
    assert read(["012", *(str(n) for n in range(1234, 9999, 1111))], "v")[1].type == "integer"


def test_figures_about_telephones_are_numbers() -> None:
    cells = [str(100_000 + 7_919 * i) for i in range(50)] + ["12345678"] * 60
    assert read(cells, "mobile_users")[1].type == "integer"
    assert read(cells, "mobile_number")[1].type == "text"


def test_what_stays_open_is_said(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text("a;b;at\n1,500;1,234,500;2024-01-01T10:00:00+02:00\n2,750;2,500;2024-01-02T10:00:00+02:00\n")
    table = read_drop(path).tables["open"]
    said = "; ".join(table.reading.assumptions)
    assert "'a' was read as integer (thousands separators), although the separator could be a decimal mark" in said
    assert "'b' was read as integer (thousands separators);" in said
    assert "'at' was read as %Y-%m-%d %H:%M, turned into UTC" in said
    assert table.columns["a"].confidence < table.columns["b"].confidence == 1.0
