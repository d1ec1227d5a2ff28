"""The public data sets are read as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.intake import read_drop

pytestmark = pytest.mark.open_data


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("abalone", 4177, 9),
        ("adult_train_raw", 32561, 15),
        ("auto_mpg", 398, 9),
        ("bank_additional_full", 41188, 21),
        ("bike_hour", 17379, 17),
        ("breast_cancer_wisconsin", 699, 11),
        ("german_credit", 1000, 21),
        ("titanic3", 1309, 14),
        ("wine_red", 1599, 12),
    ],
)
def test_every_row_is_there(open_data: Path, name: str, rows: int, columns: int) -> None:
    table = read_drop(open_data / f"{name}.csv").tables[name]
    assert table.frame.shape == (rows, columns)
    assert not table.reading.quarantined
    assert not table.reading.problems


def test_auto_mpg(open_data: Path) -> None:
    table = read_drop(open_data / "auto_mpg.csv").tables["auto_mpg"]
    assert table.columns["weight"].type == "number"
    assert table.frame["weight"][0] == 3504.0
    horsepower = table.columns["horsepower"]
    assert horsepower.type == "number"
    assert [u.text for u in horsepower.unparsed] == ["?"] * 6
    assert all(table.frame["horsepower"][u.row - 1] is None for u in horsepower.unparsed)


def test_adult_keeps_the_blanks_and_strips_the_frame(open_data: Path) -> None:
    table = read_drop(open_data / "adult_train_raw.csv").tables["adult_train_raw"]
    assert table.columns["workclass"].notes["padded"] == 32561
    assert table.text("workclass")[0] == " State-gov"
    assert table.frame["workclass"][0] == "State-gov"
    assert table.columns["age"].type == "integer"


def test_bank(open_data: Path) -> None:
    table = read_drop(open_data / "bank_additional_full.csv").tables["bank_additional_full"]
    assert table.reading.dialect["delimiter"] == ";"
    assert table.reading.dialect["line_ends"] == "CRLF"
    assert table.columns["job"].type == "text"
    assert table.columns["y"].type == "text"
    assert table.columns["pdays"].type == "integer"


def test_bike_dates(open_data: Path) -> None:
    table = read_drop(open_data / "bike_hour.csv").tables["bike_hour"]
    assert table.columns["dteday"].type == "date"
    assert table.columns["yr"].type == "integer"
