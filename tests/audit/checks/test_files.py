"""Text that was never decoded is found; text that only looks odd is not."""

from __future__ import annotations

import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.files import (
    garbled_names,
    letters_of_another_script,
    lost_apostrophes,
    lost_letters,
    stray_signs,
    undecoded_text,
)
from discovery.engagement import Engagement, UseCase, default_engagement
from discovery.intake import read_drop

NAMES = ["Müller", "Ångström", "O'Neill & Sons", "AT&T", "R&D; sales", "naïve"] * 20


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (["Gr&uuml;nberg", "Le&oacute;n", "K&#246;nig"], "HTML"),
        (["Kad\x81k\x9ay", "\x8dstanbul", "Be\x9aikta\x9a"], "bytes"),
    ],
)
def test_text_that_was_never_decoded(look, wrong, what):
    (found,) = look(undecoded_text, {"name": [*NAMES, *wrong]})
    assert (found.kind, found.rows_affected) == ("encoding", 3)
    assert what in found.summary
    assert look(undecoded_text, {"name": [*NAMES, *wrong[:2]]}) == []


def test_sound_text(look):
    links = [f"https://example.org/?a={i}&lt;b&amp;c" for i in range(30)]
    assert look(undecoded_text, {"name": NAMES, "url": [*links, *links[:1] * 90]}) == []


def test_garbled_names_of_columns(look):
    (found,) = look(garbled_names, {"Temperature(Â°C)": [1, 2], "StraÃŸe": ["a", "b"], "Größe": [3, 4]})
    assert (found.severity, found.columns) == ("minor", ["Temperature(Â°C)", "StraÃŸe"])
    assert "'Temperature(Â°C)' for 'Temperature(°C)'" in found.summary
    assert "'StraÃŸe': 'Straße'" in str(found.fix)
    assert look(garbled_names, {"Ângulo": [1], "AÇÃO": [2], "T °C": [3], "Café": [4]}) == []


def test_two_problems_of_one_header_are_both_told(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(",age,,age\n" + "".join(f"{i},{i % 50},{i % 7},{i % 9}\n" for i in range(60)))
    found = audit_drop(read_drop(file), default_engagement(str(file))).findings
    (header,) = [f for f in found if f.kind == "header_problem"]
    assert "2 columns have no name. 2 columns share a name" in header.summary
    assert header.columns == []


def test_a_name_with_blanks_is_kept_and_told(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(
        " Income ,age,City  Location\n" + "".join(f"{i * 7},{i % 50},town {i % 7}\n" for i in range(60))
    )
    drop = read_drop(file)
    case = UseCase(name="income", table="people", target="Income", task="regression", drop=["City Location"])
    result = audit_drop(drop, Engagement(name="people", use_cases=[case]))
    (header,) = [f for f in result.findings if f.kind == "header_problem"]
    assert header.columns == []
    assert header.summary.startswith("2 column names hold blanks too many: ' Income ', 'City  Location'")
    assert default_engagement(str(file), "Income").use_cases[0].target == " Income "


def test_blanks_of_most_names_are_kept_and_told_where_no_cell_has_any(tmp_path):
    file = tmp_path / "drinks.csv"
    file.write_text("drink, fat,sugar , salt \n" + "".join(f"tea {i},{i % 5},{i % 7},{i % 3}\n" for i in range(60)))
    result = audit_drop(read_drop(file), Engagement(name="drinks"))
    assert [c.name for c in result.tables[0].columns] == ["drink", " fat", "sugar ", " salt "]
    (header,) = [f for f in result.findings if f.kind == "header_problem"]
    assert header.summary.startswith("3 column names hold blanks too many: ' fat', 'sugar ', ' salt '")
    file.write_text("drink, fat, sugar, salt\n" + "".join(f"tea {i}, {i}, {i}, {i}\n" for i in range(60)))
    result = audit_drop(read_drop(file), Engagement(name="drinks"))
    assert not [f for f in result.findings if f.kind == "header_problem"]


def test_a_tab_in_a_name_is_kept_and_told(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("id,Income\t,town\n" + "".join(f"{i},7,town {i % 7}\n" for i in range(60)))
    result = audit_drop(read_drop(file), Engagement(name="people"))
    (header,) = [f for f in result.findings if f.kind == "header_problem"]
    assert header.columns == ["Income\t"]
    assert header.summary.startswith(r"1 column name holds blanks too many: 'Income\t'")
    (constant,) = [f for f in result.findings if f.kind == "constant"]
    assert constant.columns == ["Income\t"]
    assert "Income\t" not in constant.summary
    assert constant.fix == r"df = df.drop(columns=['Income\t'])"
    assert default_engagement(str(file), "Income").use_cases[0].target == "Income\t"


def test_apostrophes_of_sql(look):
    names = ["O''Neill", "D''Ambra", "d''Inverno", "Smith", "Jones"] * 10
    (finding,) = look(undecoded_text, {"name": names})
    assert finding.rows_affected == 30
    assert look(undecoded_text, {"name": ["O'Neill", "D'Ambra", "d'Inverno", "6'' pipe"] * 10}) == []


def test_bytes_that_were_written_out(look):
    values = ["plain", "Caf\\xc3\\xa9 one", "Caf\\xc3\\xa9 two", "Caf\\xc3\\xa9 three"] * 5
    (found,) = look(undecoded_text, {"name": values})
    assert (found.kind, found.rows_affected) == ("encoding", 15)


def test_one_lost_letter_is_enough_where_the_whole_word_is_there(look):
    places = [f"place {chr(97 + i)}" for i in range(26)]
    assert look(lost_letters, {"place": [*places, "Māhia", "M?hia"]})[0].rows_affected == 1
    assert look(lost_letters, {"place": [*places, "M?hia"]}) == []


def test_many_lost_letters_where_the_words_are_there(look):
    regions = ["Nord", "Ost", "West", "Mitte"] * 60
    (found,) = look(lost_letters, {"region": [*regions, *["Süd"] * 40, *["S?d"] * 20]})
    assert found.rows_affected == 20
    assert look(lost_letters, {"region": [*regions, *["S?d"] * 20]}) == []


def test_question_marks_for_apostrophes(look):
    texts = ["You didn?t think of it", "It?s fine", "What is it?", "Really?so be it", "plain text here"] * 5
    (found,) = look(lost_apostrophes, {"why": texts})
    assert (found.kind, found.severity, found.rows_affected) == ("encoding", "minor", 10)
    sound = ["Is it?", "is this yours?", "https://a.org/x?s=1 y", "x?s", "go to /find?d=3 now"] * 5
    assert look(lost_apostrophes, {"why": sound}) == []


def test_two_words_that_lost_a_letter_are_enough_in_five_cells(look):
    places = [f"place {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(200)]
    for cells, rows in (
        ([*["Kar?chi"] * 4, "R?walpindi"], [5]),
        (["Kar?chi", "R?walpindi"], []),
        (["yes?no"] * 6, []),
    ):
        assert [f.rows_affected for f in look(lost_letters, {"place": [*places, *cells]})] == rows


def test_chinese_signs_in_latin_words(look):
    names = [f"Bar {i}" for i in range(50)]
    (found,) = look(stray_signs, {"name": [*names, "Caf愆 Roma", "S恚o Paulo", "哿stanbul"]})
    assert (found.kind, found.rows_affected, found.evidence[0].row) == ("encoding", 3, 51)
    for other in (["T恤衫", "卡拉OK厅", "红茶", "A股"], ["A型", "B型"], ["Caf愆", "Caf愆", "Caf愆"]):
        assert look(stray_signs, {"name": [*names, *other]}) == []


def test_names_that_begin_with_a_blank_are_told(tmp_path):
    rows = "".join(f"{i},{i * 7},town {i % 7}\n" for i in range(60))
    padded = "".join(f"{i}, {i * 7}, town {i % 7}\n" for i in range(60))
    for name, text in (("names", rows), ("all", padded)):
        (tmp_path / f"{name}.csv").write_text("age, income, place\n" + text)
        result = audit_drop(read_drop(tmp_path / f"{name}.csv"), Engagement(name="people"))
        found = [f for f in result.findings if f.kind == "header_problem"]
        assert [f.summary.startswith("2 column names begin with a blank") for f in found] == [True] * (
            name == "names"
        )
        assert all(f.severity == "info" and not f.columns for f in found)


def test_a_letter_of_another_script_inside_a_word(look):
    months = ["Janeiro", "Fevereiro", "Mar\u03b7o", "Abril"] * 30
    states = ["Acre", "Bahia", "Par\u03b1", "Rio"] * 30
    found = look(letters_of_another_script, {"month": months, "state": states})
    assert [(f.kind, f.columns, f.rows_affected, f.severity) for f in found] == [
        ("encoding", ["month"], 30, "minor"),
        ("encoding", ["state"], 30, "minor"),
    ]
    (one,) = look(letters_of_another_script, {"kind": ["Contract", "Permanent", "Intern"] * 30 + ["\u0421ontract"]})
    assert one.severity == "info"


@pytest.mark.parametrize(
    "sound",
    [
        [
            "5 \u00b5m",
            "3 \u03bcm",
            "10 k\u03a9",
            "TNF\u03b1",
            "IL-1\u03b2",
            "p\u03bcm",
            "\u03b2-carotene",
            "Mar\u00e7o",
        ],
        ["sin\u03b8", "Interferon\u03b1", "\u0394time", "\u03bbmax", "x \u03b1 y", "gamma-\u03b3"],
        ["\u041c\u043e\u0441\u043a\u0432\u0430", "iPhone\u044b", "\u041a\u0438\u0435\u0432", "Google", "Tver"],
    ],
)
def test_units_names_and_other_scripts_are_sound(look, sound):
    assert look(letters_of_another_script, {"x": [*sound, *NAMES]}) == []
