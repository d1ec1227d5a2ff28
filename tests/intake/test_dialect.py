"""Dialects told from more than the first lines."""

from __future__ import annotations

from pathlib import Path

from discovery.intake import read_drop
from discovery.intake.text.dialect import sniff


def _write(folder: Path, *late: str) -> Path:
    lines = ["id,place,value", *(f"{i},City {i % 7},{i * 3}" for i in range(600)), *late]
    path = folder / "places.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_first_quoted_field_far_down_is_read(tmp_path: Path) -> None:
    late = ('600,"Congo, Dem. Rep.",7', '601,"He said ""no"", twice",8')
    table = read_drop(_write(tmp_path, *late)).tables["places"]
    assert not table.reading.quarantined
    assert table.rows == 602
    assert table.text("place").to_list()[-2:] == ["Congo, Dem. Rep.", 'He said "no", twice']


def test_inches_far_down_are_no_quotes(tmp_path: Path) -> None:
    table = read_drop(_write(tmp_path, '600,12" pipe,7', '601,10" pipe,8', '602,8" and 6" pipe,9')).tables["places"]
    assert table.rows == 603
    assert table.text("place").to_list()[-3:] == ['12" pipe', '10" pipe', '8" and 6" pipe']


def test_prose_in_quotes_beside_a_title() -> None:
    words = "in this article, I will say, at some length, what a table is and what it is not".split()
    prose = [" ".join(words[i % 7 :] + words[: i % 11]) for i in range(30)]
    rows = "".join(f'"{p}",The {i} Best Ways to Read{" It" * (i % 5)} Well\n' for i, p in enumerate(prose))
    found = sniff(f"Article,Title\n{rows}".encode())
    assert (found.delimiter, found.quote) == (",", '"')


def test_texts_that_end_in_a_backslash_escape_nothing(tmp_path: Path) -> None:
    rows = [
        f'{i},"Place, {i % 7}","No. {i}, told\nin two lines\n\\"\n' if i % 3 else f"{i},Place,short\n"
        for i in range(90)
    ]
    path = tmp_path / "told.csv"
    path.write_text("id,place,told\n" + "".join(rows))
    table = read_drop(path).tables["told"]
    assert (table.rows, len(table.columns)) == (90, 3)
    assert not table.reading.quarantined
    assert table.text("told")[1].endswith("in two lines\n\\")


def test_quotes_behind_a_backslash_within_texts_are_escaped(tmp_path: Path) -> None:
    rows = [f'{i},"He said \\"no, {i}\\"",{i * 3}\n' for i in range(90)]
    last = [f'{i},"{i} feet, 6\\", high",{i * 3}\n' for i in range(90)]
    for name, lines in (("said", rows), ("high", last)):
        path = tmp_path / f"{name}.csv"
        path.write_text("id,text,value\n" + "".join(lines))
        table = read_drop(path).tables[name]
        assert (table.rows, len(table.columns)) == (90, 3)
        assert not table.reading.quarantined
        assert "\\" not in table.text("text")[1]
