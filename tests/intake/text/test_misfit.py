"""Rows with too few or too many fields: which field is amiss is told where it can be."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from discovery.intake import read_drop
from discovery.intake.text.misfit import misfit, usual_forms

NAMES = ["App", "Category", "Rating", "Installs", "Updated"]
ROWS = [
    [
        f"App no {i}",
        ("GAME", "TOOLS", "FAMILY")[i % 3],
        f"{3 + i % 20 / 10}",
        f"{10 ** (i % 6)}+",
        f"2018-0{i % 9 + 1}-11",
    ]
    for i in range(60)
]
USUAL = usual_forms(pl.DataFrame(ROWS, schema=NAMES, orient="row"))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["Life Frame", "1.9", "1000+", "2018-02-11"], "'Category' seems to be left out"),
        (["Photo", "GAME", "1000+", "2018-02-11"], "'Rating' seems to be left out"),
        (["Photo, Frames", "GAME", "4.1", "1000+"], "'Updated' seems to be left out"),
        (["Photo", " Frames", "GAME", "4.1", "1000+", "2018-02-11"], "'App' seems to be cut at a delimiter"),
        (["x"], ""),
        (["a"] * 12, ""),
        (["1", "1", "1", "1"], ""),
    ],
)
def test_what_is_amiss(fields: list[str], told: str) -> None:
    assert misfit(fields, NAMES, USUAL) == told


def test_the_row_is_set_aside_with_its_line_and_what_is_amiss(tmp_path: Path) -> None:
    lines = [",".join(r) for r in [NAMES, *ROWS]]
    lines.insert(31, "Life Frame,1.9,1000+,2018-02-11")
    (tmp_path / "apps.csv").write_text("\n".join(lines) + "\n")
    (table,) = read_drop(tmp_path / "apps.csv").tables.values()
    assert table.frame.shape == (60, 5)
    (aside,) = table.reading.quarantined
    assert (aside.line, aside.reason) == (32, "4 fields where 5 were expected: 'Category' seems to be left out")
    (problem,) = table.reading.problems
    assert problem.summary == "1 row of the file could not be read (line 32); set aside with line and reason"
    assert problem.evidence[0]["reason"] == aside.reason


def test_fields_that_are_missing_at_the_end_of_many_rows_are_empty(tmp_path: Path) -> None:
    lines = [",".join(r[: 4 if i % 5 == 0 and i else 5]) for i, r in enumerate([NAMES, *ROWS])]
    (tmp_path / "apps.csv").write_text("\n".join(lines) + "\n")
    (table,) = read_drop(tmp_path / "apps.csv").tables.values()
    assert table.frame.shape == (60, 5)
    assert table.frame["Updated"].null_count() == 12
    assert not table.reading.quarantined


def test_a_blank_field_that_pushes_the_others_out_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [f"2024-01-{i % 28 + 1:02d},{i % 9},MG-{1000 + i},{i}.75,a boot of size {i}," for i in range(60)]
    whole = list(rows)
    rows[10] = rows[10].replace(",MG", ",,MG")
    rows[20] += ","
    path = tmp_path / "shop.csv"
    path.write_text("day,count,product,price,what,comment\n" + "\n".join(rows) + "\n")
    table = read_drop(path).tables["shop"]
    assert table.rows == 60
    assert table.frame.row(10)[1:5] == (10 % 9, "MG-1010", 10.75, "a boot of size 10")
    (problem,) = table.reading.problems
    assert problem.summary == "1 row has a delimiter too many (the first on line 12); the blank field was left out"
    path.write_text("day,count,product,price,what,comment\n" + "\n".join(whole) + "\n")
    assert not read_drop(path).tables["shop"].reading.problems
