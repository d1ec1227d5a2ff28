"""What stands for missing is found; values that only look like it are left alone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.completeness.sentinels import blanks, dates, words
from discovery.audit.vocabulary.placeholders import is_placeholder

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        " n/a ",
        "N.A.",
        "UNKNOWN",
        "Not Available",
        "#N/A",
        "keine Angabe",
        "未知",
        "Unknown/Invalid",
        "tbd",
        "N/A - From RDC",
        "Date Not Captured",
        "Select",
        "-- Please select --",
        "Choose one ...",
        "--None--",
    ],
)
def test_words_for_no_value(text):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "other",
        "no",
        "North",
        "0",
        "known",
        "nonexistent",
        "nancy",
        "unknown soldier monument in Paris",
        "I would not recommend it",
        "Na-K pump",
        "choose",
        "Select Foods",
    ],
)
def test_words_that_are_values(text):
    assert not is_placeholder(text)


class TestWords:
    def test_in_text(self, look):
        found = look(words, {"job": ["clerk"] * 90 + ["unknown"] * 6 + ["?"] * 4})
        assert found[0].kind == "sentinel_missing"
        assert found[0].rows_affected == 10
        assert found[0].severity == "major"
        assert set(found[0].details["values"]) == {"unknown", "?"}
        assert found[0].evidence[0].values == {"job": "unknown"}

    def test_titles_that_sound_like_it(self, look):
        titles = [f"Film no {i}" for i in range(200)]
        assert look(words, {"title": [*titles, "Unknown", "Missing", "Missing in Action"]}) == []
        assert look(words, {"work": [*titles, "Missing in Action"]}) == []
        assert look(words, {"title": [*titles, *["Unknown"] * 4]})[0].rows_affected == 4
        assert look(words, {"work": [*titles, "Unknown"]})[0].rows_affected == 1

    def test_among_numbers_and_dates(self, look):
        data = {
            "n": pl.Series([1, None, None, 4] * 10, dtype=pl.Int64),
            "d": pl.Series([date(2024, 1, 1), None] * 20),
        }
        unparsed = {"n": {2: "?", 3: "12 kg"}, "d": {2: "0000-00-00", 4: "soon"}}
        found = {f.columns[0]: f for f in look(words, data, unparsed=unparsed)}
        assert found["n"].rows_affected == 1
        assert found["d"].details["values"] == ["0000-00-00"]

    def test_none_is_a_category_where_there_are_few(self, look):
        few = look(words, {"alley": ["paved", "gravel", "none"] * 30})
        assert [f.severity for f in few] == ["info"]
        many = look(words, {"company": [f"c{i}" for i in range(95)] + ["None"] * 5})
        assert many[0].severity == "major"

    def test_what_a_form_shows_until_something_is_chosen(self, look):
        found = look(words, {"city": ["Mumbai", "Thane", "Nagpur"] * 20 + ["Select"] * 40})
        assert [(f.kind, f.rows_affected, f.details["values"]) for f in found] == [
            ("sentinel_missing", 40, ["Select"])
        ]
        assert look(words, {"beef": ["Prime", "Choice", "Select"] * 20}) == []
        assert look(words, {"action": ["Open", "Close", "Select"] * 20}) == []

    def test_ignored(self, look):
        (found,) = look(words, {"home": ["owner", "rent", "parents"] * 30 + ["ignore"] * 2})
        assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 2)
        assert look(words, {"rule": ["warn", "block", "ignore"] * 20}) == []
        assert look(words, {"action": ["open", "close", "ignore"] * 20}) == []

    @pytest.mark.parametrize(
        "values",
        [
            ["+", "-"] * 20,
            ["US", "DE", "NA", "FR", "GB", "IT"] * 10,
            ["yes", "no", "maybe"] * 10,
            ["N", "Y"] * 10,
            ["low", "high"] * 10,
        ],
    )
    def test_values_like_any_other(self, look, values):
        assert look(words, {"c": values}) == []

    def test_repeated_digits_in_codes(self, look):
        codes = [f"{i:05d}" for i in RNG.choice(99_000, 200, replace=False) + 500]
        found = look(words, {"zip": codes + ["00000"] * 6})
        assert found[0].details["values"] == ["00000"]
        assert look(words, {"zip": codes}) == []

    def test_personal_values_are_not_shown(self, look):
        found = look(words, {"nick": [f"bob{i}" for i in range(60)] + ["unknown"] * 5}, personal=["nick"])
        assert "unknown" not in str(found[0].evidence)


def test_a_fault_among_numbers_is_one_in_words(look):
    data = {"price": pl.Series([1.5, 2.5, None] * 20), "item": ["Tea", "Cake", "ERROR"] * 20}
    found = look(words, data, unparsed={"price": {3 * i: "ERROR" for i in range(1, 21)}})
    assert {f.columns[0]: f.rows_affected for f in found} == {"price": 20, "item": 20}
    data = {"kind": ["None", "Brick", "Stone"] * 20, "price": data["price"]}
    found = look(words, data, unparsed={"price": {3 * i: "none" for i in range(1, 21)}})
    assert {f.columns[0]: f.severity for f in found}["kind"] == "info"


def test_words_that_are_names_and_regions(look):
    assert look(words, {"territory": ["EMEA", "NA", "APAC", "Japan"] * 20}) == []
    assert look(words, {"last_name": ["Nan", "Na", "Nat", "Smith", "Jones"] * 20}) == []
    assert look(words, {"name": [f"Game {i}" for i in range(100)] + ["XXX"]}) == []
    assert look(words, {"last_name": ["n/a", "Smith", "Jones"] * 20})[0].rows_affected == 20


def test_nought_among_words(look):
    boards = [f"{c} board" for c in "abcdefghijklm"] * 9
    assert look(words, {"board": [*boards, *["0"] * 9]})[0].rows_affected == 9
    assert look(words, {"board": [*boards, *["0"] * 9, *["1"] * 9]}) == []


def test_nought_among_days_and_months(look):
    days = ["Monday", "Tuesday", "Friday", "Saturday", "Sunday"] * 20
    (found,) = look(words, {"DayClaimed": [*days, "0"]})
    assert (found.severity, found.rows_affected, found.details["values"]) == ("minor", 1, ["0"])
    assert look(words, {"MonthClaimed": [*["Jan", "Feb", "Mar", "Apr", "Dec"] * 20, "0", "1"]}) == []
    assert look(words, {"shade": [*["red", "blue", "green", "grey", "pink"] * 20, "0"]}) == []


def test_every_word_is_emptied_by_the_fix(look):
    (found,) = look(words, {"code": [f"A{i}" for i in range(60)] + ["N/A"] * 4 + ["unknown"] * 9})
    assert (
        found.fix
        == "df['code'] = df['code'].mask(df['code'].astype('string').str.strip().isin(['unknown', 'N/A']))"
    )


def test_blank_cells(look):
    frame = pl.DataFrame({"a": ["x", None, None], "b": [1, None, 3]})
    texts = pl.DataFrame({"a": ["x", "  ", ""], "b": ["1", "", "3"]})
    found = look(blanks, frame, texts=texts)
    assert [(f.columns, f.rows_affected) for f in found] == [(["a"], 1)]
    assert look(blanks, frame) == []
    assert look(blanks, {"a": ["x"]}, texts=pl.DataFrame({"a": ["x"]})) == []


DAYS = [date(2020, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 900, 300)]


class TestDates:
    def test_cut_off(self, look):
        found = look(dates, {"d": [*DAYS, date(1900, 1, 1), date(9999, 12, 31), date(9999, 12, 31)]})
        assert found[0].rows_affected == 3
        assert found[0].details["after"]["minimum"].startswith("2020")

    def test_frequent(self, look):
        births = [date(1960, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 15000, 300)]
        assert look(dates, {"born": [*births, date(1970, 1, 1)]}) == []
        assert look(dates, {"born": [*births, *[date(1970, 1, 1)] * 20]})[0].rows_affected == 20

    def test_clean(self, look):
        assert look(dates, {"d": DAYS}) == []


def test_short_codes_of_which_every_row_has_its_own_are_codes(look):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [f"0{a}{b}" for a in letters for b in letters] + [f"{a}{b}Q" for a in letters for b in letters]
    assert look(words, {"iata": [*codes, "UNK", "NUL"]}) == []


def test_words_for_what_was_not_found_out(look):
    names = [f"{a} {b}" for a in ("Ann", "Bob", "Cyd", "Dan") for b in ("Ash", "Bell", "Cole", "Dean")] * 6
    (found,) = look(words, {"name": [*names, *["TK TK"] * 3]})
    assert (found.severity, found.rows_affected) == ("minor", 3)
    (found,) = look(words, {"threat": ["attack"] * 60 + ["other"] * 30 + ["undetermined"] * 9})
    assert (found.severity, found.rows_affected) == ("info", 9)
    assert look(words, {"threat": ["attack"] * 60 + ["determined"] * 30, "code": ["TK", "TG", "TO"] * 30}) == []


def test_blanks_that_are_all_gaps_there_are_are_told_once(look):
    texts = pl.DataFrame({"a": ["x", " ", "  ", "y"], "b": ["x", " ", "", "y"]})
    frame = pl.DataFrame({"a": ["x", None, None, "y"], "b": ["x", None, None, "y"]})
    assert {f.columns[0]: f.severity for f in look(blanks, frame, texts=texts)} == {"a": "info", "b": "minor"}


def test_missing_data_as_a_status_is_a_remark(look):
    states = ["Compliant"] * 90 + ["Non-Compliant"] * 5 + ["Missing Data"] * 5
    (found,) = look(words, {"ComplianceStatus": states})
    assert (found.severity, found.rows_affected) == ("info", 5)
    assert look(words, {"district": states})[0].severity in {"minor", "major"}


def test_what_was_left_unanswered_is_missing_but_for_tickets_and_calls(look):
    (found,) = look(words, {"race": ["Unanswered"] * 60 + ["White", "Asian"] * 20})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "minor", 60)
    assert look(words, {"question": ["Unanswered"] * 60 + ["Answered"] * 40}) == []
    (found,) = look(words, {"smoker": ["Cannot say"] * 5 + ["Yes", "No"] * 40})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 5)


def test_who_gave_no_answer_and_whose_telephone_nobody_answered(look):
    answers = ["Yes", "No", "No answer", "Prefer not to answer"] * 20
    (found,) = look(words, {"smokes": answers})
    assert (found.severity, found.rows_affected) == ("info", 40)
    assert look(words, {"outcome": ["Connected", "Busy", "No answer", "Voicemail"] * 20}) == []
    assert look(words, {"last call": ["reached", "refused", "No answer"] * 20}) == []


def test_abbreviations_for_not_known_beside_answers(look):
    ill = ["y", "n", "n", "nk"] * 20
    smoker = ["c", "x", "n", "nk"] * 20
    found = {
        f.columns[0]: f for f in look(words, {"ill": ill, "smoker": smoker, "vote": ["Yes", "No", "DK", "No"] * 20})
    }
    assert set(found) == {"ill", "smoker", "vote"}
    assert {(f.severity, f.rows_affected) for f in found.values()} == {("minor", 20)}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("country", ["dk", "se", "no", "fi"]),
        ("country", ["DK", "NO", "YE"]),
        ("product", ["nk", "rb", "ad"]),
        ("brand", ["NK", "Adidas", "Puma"]),
        ("cell", ["NK", "B", "T"]),
        ("answer", ["y", "n", "ok"]),
    ],
)
def test_codes_written_like_not_known(look, name, values):
    assert look(words, {name: values * 20, "x": ["a", "b"] * (10 * len(values))}) == []


def test_codes_of_countries_beside_answers(look):
    data = {"country": ["dk", "se", "no", "fi"] * 20, "knows": ["yes", "no", "dk", "no"] * 20}
    (found,) = look(words, data)
    assert found.columns == ["knows"]


def test_zeros_where_another_column_says_no_are_a_code_of_their_own(look):
    codes = [f"{c}" for c in RNG.integers(10_000, 99_999, 40).tolist()]
    lesion = [*[codes[i % 40] for i in range(240)], *["00000"] * 60]
    site, coded = [*["yes"] * 236, *["no"] * 64], [*[1] * 236, *[2] * 64]
    for name, told in (("site", site), ("surgical_lesion", coded)):
        (doubtful,) = look(words, {"lesion": lesion, name: told})
        assert (doubtful.severity, doubtful.rows_affected) == ("info", 60)
    for other in (["yes", "no"] * 150, ["no"] * 300, coded):
        (sure,) = [f for f in look(words, {"lesion": lesion, "site": other}) if f.columns == ["lesion"]]
        assert sure.severity == "major"
