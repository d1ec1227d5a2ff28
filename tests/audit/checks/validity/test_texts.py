"""Texts that are not what was meant."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.texts import (
    clock_times,
    cut_off,
    labelled,
    left_open,
    marked_texts,
    names_in_two_lengths,
    numbers_in_words,
    remains_of_markup,
)

RNG = np.random.default_rng(7)
WORDS = "amber basin cedar delta ember fjord grove heath inlet knoll ledge marsh oasis pines quarry ridge".split()


def _texts(rows: int, words: int) -> list[str]:
    return [" ".join(RNG.choice(WORDS, words)) for _ in range(rows)]


def test_cells_that_all_begin_with_a_label(look):
    causes = [f"Cause of Death: {c}" for c in ("Gunfire", "Assault", "Fall")] * 20
    (found,) = look(labelled, {"cause": causes, "place": ["Ulm: old town", "Bonn: centre", "Jena"] * 20})
    assert (found.columns, found.severity, found.rows_affected) == (["cause"], "info", 60)
    assert found.fix == "df['cause'] = df['cause'].str.removeprefix('Cause of Death: ')"
    assert look(labelled, {"cause": [*causes, "Flood"], "at": ["10:30", "11:45", "12:00"] * 20 + [None]}) == []


def test_remains_of_markup(look):
    names = ["Brazil", "Italy", "Spain", "Chile"] * 30 + ['rn">Ireland', 'rn">Serbia', 'rn">Ireland']
    (found,) = look(remains_of_markup, {"home": names})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 3)
    assert [e.row for e in found.evidence] == [121, 122, 123]


def test_mark_up_in_prose_is_a_remark(look):
    reviews = [f"{t}.<br /><br />{t}, again." for t in _texts(60, 25)]
    assert [f.severity for f in look(remains_of_markup, {"review": reviews})] == ["info"]


@pytest.mark.parametrize(
    "values", [["a < b", "x > y", "<10", ">5", '5">4'], ["<unknown>", "<br>", "plain"], ["x <- 3", "i<n", "<3"]]
)
def test_signs_that_are_no_markup(look, values):
    assert look(remains_of_markup, {"note": (values + _texts(100, 2))[:100]}) == []


def test_texts_that_were_cut_off(look):
    names = [t if len(t) <= 27 else f"{t[:24]}..." for t in _texts(300, 5)]
    cut = sum(n.endswith("...") for n in names)
    (found,) = look(cut_off, {"product": names})
    assert found.rows_affected == cut > 20


def test_texts_that_trail_off_are_whole(look):
    prose = [f"{t}..." if i % 3 == 0 else t for i, t in enumerate(_texts(150, 5) + _texts(150, 20))]
    assert look(cut_off, {"comment": prose}) == []


def test_names_that_end_within_a_bracket(look):
    names = [f"{w.title()} {i} (part-time)" for i, w in enumerate(WORDS)] + [w.title() for w in WORDS]
    (found,) = look(left_open, {"agency": [*names * 9, *["Recreation (part-time) ("] * 7, "Recreation (part-t"]})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "info", 8)
    assert look(left_open, {"agency": names * 9}) == []
    assert look(left_open, {"agency": [*[w.title() for w in WORDS] * 9, "Recreation (part"]}) == []
    assert look(left_open, {"agency": [*names * 9, "Recreation :("]}) == []


def _clock(form: str, rows: int) -> list[str]:
    return [form.format(RNG.integers(6, 22), RNG.integers(0, 60)) for _ in range(rows)]


def test_clock_times_in_several_forms(look):
    arrival = _clock("{:02}:{:02}", 60) + _clock("{:02}:{:02} 22 Mar", 40)
    (found,) = look(clock_times, {"arrival": arrival})
    assert (found.severity, found.rows_affected, found.evidence[0].row) == ("minor", 40, 61)
    (found,) = look(clock_times, {"time": _clock("{:02}h{:02}", 70) + ["Afternoon", "Morning"] * 15})
    assert found.summary == "The clock times of 'time' are written in 2 ways: 00h00 (70), other (30)."


def test_clock_times_in_one_form_and_other_texts(look):
    assert look(clock_times, {"time": [*_clock("{:02}h{:02}", 97), "?", "?", "?"]}) == []
    assert look(clock_times, {"score": _clock("{}:{} to {}".replace("to {}", "sets"), 100)}) == []
    assert look(clock_times, {"verse": [f"Mark {i}:{i + 3}" for i in range(1, 90)]}) == []


def test_numbers_in_words(look):
    (found,) = look(numbers_in_words, {"num_of_doors": ["two", "four"] * 20 + ["?"]})
    assert (found.severity, found.rows_affected) == ("info", 41)
    assert len(look(numbers_in_words, {"cylinders": ["two", "four", "six"] * 20})) == 1


def test_words_that_are_more_than_numbers(look):
    assert look(numbers_in_words, {"arm": ["one", "two"] * 20}) == []
    assert look(numbers_in_words, {"number": ["two", "four", "several"] * 20}) == []


def test_months_in_two_lengths(look):
    months = ["Jan", "Feb", "May", "Aug"] * 20 + ["June"] * 5
    (found,) = look(names_in_two_lengths, {"Month": months})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 5)
    assert len(look(names_in_two_lengths, {"day": ["Mon", "Tue", "Thursday"] * 10})) == 1


@pytest.mark.parametrize(
    "values",
    [["Jan", "Feb", "May", "Aug"], ["January", "June", "May"], ["Mar", "August", "Leo"], ["may", "jun", "jul"]],
)
def test_months_in_one_length(look, values):
    assert look(names_in_two_lengths, {"x": values * 10}) == []


def test_a_sign_before_all_texts(look):
    names = [f"-{t.title()}" for t in dict.fromkeys(_texts(200, 2))]
    (found,) = look(marked_texts, {"rownames": names})
    assert (found.severity, found.rows_affected) == ("info", len(names))
    assert look(marked_texts, {"rownames": [n if i % 9 else n[1:] for i, n in enumerate(names)]}) == []
    assert look(marked_texts, {"change": [f"-{i}.{i}%" for i in range(90)]}) == []
