"""Dialects told from more than the first lines."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from discovery.intake import Table, read_drop
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


def _read(folder: Path, text: str) -> Table:
    path = folder / "t.csv"
    path.write_text(text)
    return next(iter(read_drop(path).tables.values()))


@pytest.mark.parametrize("mark", ["^^", "~~", "->", "=>", "|~|", "::"])
def test_delimiters_of_several_signs(tmp_path: Path, mark: str) -> None:
    rows = [["id", "city", "value"], *([str(i), f"City {i}", f"{i}.5"] for i in range(8))]
    table = _read(tmp_path, "".join(mark.join(r) + "\n" for r in rows))
    assert list(table.frame.columns) == ["id", "city", "value"]
    assert table.frame["value"].to_list() == [i + 0.5 for i in range(8)]


def test_tildes_and_bars_are_quotes_where_the_first_cell_stands_in_them(tmp_path: Path) -> None:
    food = "".join(f"~{i:05d}~^~BUTTER,WITH SALT {i}~^~~^{i}.5\n" for i in range(40))
    table = _read(tmp_path, food)
    assert table.rows == 40
    assert table.frame.row(1) == ("00001", "BUTTER,WITH SALT 1", None, 1.5)
    barred = "|id|,|name|\n" + "".join(f"|{i}|,|Name, {i}|\n" for i in range(20))
    assert _read(tmp_path, barred).text("name").to_list()[3] == "Name, 3"
    framed = "|id|name|k|\n" + "".join(f"|{i}|n{i}, x|y|\n" for i in range(20))
    assert list(_read(tmp_path, framed).frame.columns) == ["id", "name", "k"]


def test_quoted_sentences_in_the_only_column(tmp_path: Path) -> None:
    table = _read(tmp_path, 'comment\n"Good, really"\n"Bad, slow"\nfine\n"They said ""no"""\n')
    assert table.text("comment").to_list() == ["Good, really", "Bad, slow", "fine", 'They said "no"']


def test_names_above_rows_of_any_length_and_lists_without_names(tmp_path: Path) -> None:
    rng = random.Random(3)
    cells = ["7", "Ann", "York", "x", "5.5", "more", "and more", "z", "q"]
    ragged = "".join(",".join(cells[: rng.randint(1, 9)]) + "\n" for _ in range(300))
    table = _read(tmp_path, f"id,name,city,kind,v\n{ragged}")
    assert list(table.frame.columns) == ["id", "name", "city", "kind", "v"]
    assert table.rows + len(table.reading.quarantined) == 300
    items = ["milk", "bread", "eggs", "butter", "tea", "jam"]
    baskets = "".join(",".join(rng.sample(items, rng.randint(1, 6))) + "\n" for _ in range(300))
    table = _read(tmp_path, f"tea,jam,eggs\n{baskets}")
    assert (table.frame.width, table.reading.quarantined) == (1, ())


def test_rows_of_a_small_file_that_are_cut_in_the_middle_are_set_aside(tmp_path: Path) -> None:
    rows = [f"{i},Ann,York,2024-01-0{i},5.5,ok" for i in range(1, 8)]
    rows[2] = "3,Ann,York"
    table = _read(tmp_path, "id,name,city,day,v,note\n" + "\n".join(rows) + "\n")
    assert [(q.line, q.reason) for q in table.reading.quarantined] == [(4, "3 fields where 6 were expected")]
    rows[2] = "3,Ann,York,2024-01-03,5.5"
    assert _read(tmp_path, "id,name,city,day,v,note\n" + "\n".join(rows) + "\n").rows == 7


def test_delimiters_beyond_the_header(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b,c\n" + "".join(f"{i},x,{i}.5,,,\n" for i in range(30)))
    assert list(table.frame.columns) == ["a", "b", "c"]


def test_a_title_above_a_second_table_and_the_header_of_a_second_page(tmp_path: Path) -> None:
    head, rows = "id,city,v\n", "".join(f"{i},York,{i}.5\n" for i in range(8))
    path = tmp_path / "two.csv"
    path.write_text(f"Orders\n{head}{rows}\nShops\nshop,boss\nLeeds,Al\nYork,Bea\nHull,Cy\n")
    first, second = read_drop(path).tables.values()
    assert (first.rows, second.rows) == (8, 3)
    assert list(second.frame.columns) == ["shop", "boss"]
    path.write_text(f"{head}{rows}-- page 2 --\n{head}{rows}")
    (table,) = read_drop(path).tables.values()
    assert table.rows == 16
    assert [q.line for q in table.reading.quarantined] == [10, 11]
