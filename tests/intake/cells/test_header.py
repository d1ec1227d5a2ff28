"""Headers of surveys, and rows of signs below a header."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.intake import read_drop
from discovery.intake.table import Table


def read(path: Path, text: str) -> Table:
    path.write_text(text, encoding="utf-8")
    return next(iter(read_drop(path).tables.values()))


def test_a_survey_has_questions_above_what_may_be_answered(tmp_path: Path) -> None:
    head = "RespondentID,Have you seen any?,Which of these?,,,Gender\n,Response,Part I,Part II,Part III,Response\n"
    rows = "".join(
        f"{3292879998 - i},{'Yes' if i % 3 else 'No'},{'Part I' if i % 2 else ''},{'Part II' if i % 5 else ''},"
        f"{'Part III' if i % 7 else ''},{'Male' if i % 2 else 'Female'}\n"
        for i in range(60)
    )
    table = read(tmp_path / "survey.csv", head + rows)
    assert table.frame.height == 60
    assert list(table.frame.columns) == [
        "RespondentID", "Have you seen any?", "Which of these? Part I", "Which of these? Part II",
        "Which of these? Part III", "Gender",
    ]  # fmt: skip
    (problem,) = table.reading.problems
    assert (problem.kind, problem.summary[:26]) == ("header_problem", "The header takes 2 rows; o")


def test_names_that_another_program_has_are_left_out(tmp_path: Path) -> None:
    head = "INCIDENT_DATE,OFFICER_ID,SECTOR,LOCATION_CITY,YEARS\nOCCURRED_D,CURRENT_BA,SECTOR,City,YEARS_ON\n"
    rows = "".join(f"2016-03-{i % 28 + 1:02d},{10000 + i},{i % 7}10,Dallas,{i % 20}\n" for i in range(60))
    table = read(tmp_path / "force.csv", head + rows)
    assert table.frame.height == 60
    assert list(table.frame.columns) == ["INCIDENT_DATE", "OFFICER_ID", "SECTOR", "LOCATION_CITY", "YEARS"]
    assert [p.kind for p in table.reading.problems] == ["header_problem"]


def test_signs_for_missing_are_no_header(tmp_path: Path) -> None:
    text = "state,area,total,share,rate\nOH,Springfield,**,**,**\nWA,Mount Vernon,**,**,**\n"
    text += "".join(f"PR,Ponce {i},{100 + i},{i}.5,{i}.25\n" for i in range(40))
    table = read(tmp_path / "areas.csv", text)
    assert list(table.frame.columns) == ["state", "area", "total", "share", "rate"]
    assert table.frame.height == 42


def test_a_line_break_above_the_table_breaks_nothing(tmp_path: Path) -> None:
    text = 'x,"a\rb",c\n' + "".join(f"{i}\t{i * 2}\tword {i}\n" for i in range(30))
    assert read(tmp_path / "a.tsv", text).frame.height >= 30
    assert read(tmp_path / "b.tsv", f"x,{'y' * 200_000},z\n" + text.split("\n", 1)[1]).frame.height >= 30


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (" Income ,Age,City  Location", [" Income ", "Age", "City  Location"]),
        ("Income, Age, City", ["Income", "Age", "City"]),
        ("Income   ,Age      ,City     ", ["Income   ", "Age      ", "City     "]),
        ('"In\ncome ",Age,City', ["In come", "Age", "City"]),
        ("Income\t,Age,Iron\t(mcg)", ["Income\t", "Age", "Iron\t(mcg)"]),
        ("  ,Age,City", ["Unnamed: 0", "Age", "City"]),
    ],
)
def test_blanks_of_names_are_kept_where_they_are_no_layout(tmp_path: Path, header: str, names: list[str]) -> None:
    table = read(tmp_path / "a.csv", header + "\n" + "".join(f"{i},{i % 9},town {i % 5}\n" for i in range(40)))
    assert list(table.frame.columns) == names


def test_blanks_of_names_are_layout_where_cells_have_them_too(tmp_path: Path) -> None:
    rows = "".join(f"{i}, {i % 9}, town {i % 5}\n" for i in range(40))
    assert list(read(tmp_path / "a.csv", f"Income, Age, City\n{rows}").frame.columns) == ["Income", "Age", "City"]


def test_a_repeated_header_with_blanks_is_taken_out(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 9},town {i % 5}\n" for i in range(40))
    table = read(tmp_path / "a.csv", f" Income ,Age,City\n{rows} Income ,Age,City\n{rows}")
    assert table.frame.height == 80


def test_titles_between_the_rows_are_told(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 9},{i * 3}\n" for i in range(40))
    told = [
        [p.summary for p in read(tmp_path / "a.csv", text).reading.problems if "title" in p.summary]
        for text in (
            f"Region North,,\nday,month,rain\n{rows},,\nRegion South,,\nday,month,rain\n{rows}",
            f"Weather 1,,\nday,month,rain\n{rows}Weather 2,,\nday,month,rain\n{rows}",
            f"day,month,rain\n{rows}Page 2,,\nday,month,rain\n{rows}",
        )
    ]
    assert told == [["1 row between the others is a title; left out"], [], []]


def test_notes_below_the_header_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "".join(f"{2001 + i % 9},town {i},{i * 3},{i % 7}\n" for i in range(40))
    notes = '"Source: Bureau of Statistics","New York",,\nData downloaded: 15MAY17,,,\n'
    table = read(tmp_path / "a.csv", f"year,town,deaths,rate\n{notes}{rows}")
    assert table.frame.height == 40
    assert [q.line for q in table.reading.quarantined] == [2, 3]
    (problem,) = [p for p in table.reading.problems if p.kind == "format_violation"]
    assert problem.summary == "2 rows below the header are notes, not data; left out"
    assert (problem.columns, problem.rows) == (("year",), 2)
    for first in (f"New York town 1,,,\n{rows}", f"{rows}{rows}"):
        kept = read(tmp_path / "b.csv", f"town,year,deaths,rate\n{first.replace('20', 'a20')}")
        assert kept.frame.height == first.count("\n")
        assert not [p for p in kept.reading.problems if p.kind == "format_violation"]


def test_the_steps_of_a_scale_are_names(tmp_path: Path) -> None:
    waves = [str(454 + 4 * i) for i in range(30)]
    rows = [
        [str(i), f"{30 + i / 7:.2f}", *(f"{0.05 + (i * k % 11) / 97:.5f}" for k in range(30))] for i in range(60)
    ]
    text = "".join(",".join(r) + "\n" for r in [["index", "soil_moisture", *waves], *rows])
    table = read(tmp_path / "spectra.csv", text)
    assert list(table.frame.columns) == ["index", "soil_moisture", *waves]
    assert table.frame.height == 60
    plain = "".join(",".join(r) + "\n" for r in rows)
    assert read(tmp_path / "plain.csv", plain).frame.height == 60


def test_a_first_row_that_counts_on_is_no_header(tmp_path: Path) -> None:
    text = "".join(f"plot {k},{k + 7},{k + 8},{k + 9},{k + 10},{k + 11}\n" for k in range(40))
    assert read(tmp_path / "plots.csv", text).frame.height == 40


def test_numbers_and_years_that_head_columns(tmp_path: Path) -> None:
    rows = "".join(f"g{i},{','.join('TRUE' if (i * k) % 3 else 'FALSE' for k in range(5))}\n" for i in range(9))
    table = read(tmp_path / "codes.csv", f"id,100022,100025,10047,9065,100093\n{rows}")
    assert list(table.frame.columns) == ["id", "100022", "100025", "10047", "9065", "100093"]
    assert {c.type for c in list(table.columns.values())[1:]} == {"boolean"}
    rows = "".join(f"place {i},{','.join(str(i * k) for k in range(4))}\n" for i in range(1, 30))
    table = read(tmp_path / "years.csv", f",1985,1993,2000,2005\n{rows}")
    assert list(table.frame.columns) == ["Unnamed: 0", "1985", "1993", "2000", "2005"]
    table = read(tmp_path / "series.csv", "".join(f"{1950 + i},{i * 3},{i * 7}\n" for i in range(40)))
    assert table.reading.header_row is None


def test_very_wide_tables_of_truth_values(tmp_path: Path) -> None:
    head = ",".join(["id", *(f"f{i}" for i in range(400))])
    rows = "".join(
        f"r{i}," + ",".join("True" if (i + k) % 2 else "false" for k in range(400)) + "\n" for i in range(5)
    )
    table = read(tmp_path / "wide.csv", f"{head}\n{rows}")
    assert {c.type for c in list(table.columns.values())[1:]} == {"boolean"}
    assert table.frame["f1"].to_list() == [True, False, True, False, True]


def test_names_that_polars_would_take_for_patterns(tmp_path: Path) -> None:
    table = read(tmp_path / "odd.csv", "*,^a$,b\x10c,d\n" + "".join(f"{i},{i},{i},x\n" for i in range(9)))
    assert list(table.frame.columns) == ["column *", "column ^a$", "bc", "d"]
    assert table.frame.select("column *", "column ^a$").width == 2
    assert next(iter(table.columns.values())).original == "*"


def test_years_head_columns_beside_four_names_and_empty_years(tmp_path: Path) -> None:
    years = [str(y) for y in range(1960, 1990)]
    head = "Country Name,Country Code,Indicator Name,Indicator Code," + ",".join(years)
    rows = [
        f"Land {i},L{i:02},Area (ha),AG.LND,," + ",".join(str(12_000 + i * k) for k in range(29)) for i in range(60)
    ]
    table = read(tmp_path / "area.csv", "\n".join([head, *rows]) + "\n")
    assert list(table.frame.columns)[:5] == [
        "Country Name",
        "Country Code",
        "Indicator Name",
        "Indicator Code",
        "1960",
    ]
    assert table.frame.height == 60
    people = [f"{n},{c},{1990 + i % 9},{2001 + i % 7},{2012 + i % 5},{2020 + i % 3}" for i, (n, c) in
              enumerate([("Ann", "Bern"), ("Bob", "Graz"), ("Cy", "Ulm")] * 20)]  # fmt: skip
    assert read(tmp_path / "people.csv", "\n".join(people) + "\n").frame.height == 60


def test_numbers_that_count_on_from_row_to_row_are_no_names(tmp_path: Path) -> None:
    assert read(tmp_path / "counted.csv", "1,2,3\n4,5,6\n7,8,9\n").frame.height == 3
    numbered = "1,2,3\n" + "".join(f"{i}.5,{i * 7},{i * 3}\n" for i in range(9))
    assert list(read(tmp_path / "numbered.csv", numbered).frame.columns) == ["1", "2", "3"]
