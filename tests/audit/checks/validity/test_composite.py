"""Cells that hold more than one value."""

from __future__ import annotations

import pytest

from discovery.audit.checks.validity.composite import composite, odd_ranges


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([f"${30 + i}K-${50 + 2 * i}K (est.)" for i in range(25)] * 4, "ranges of numbers"),
        ([f"{10 + i} to {20 + i} persons" for i in range(25)] * 4, "ranges of numbers"),
        ([f"({i}.5, {i + 4}]" for i in range(8)] * 10, "ranges of numbers"),
        ([f"{60 + i}Nm@ {1500 + 10 * i}rpm" for i in range(40)] * 3, "more than one quantity"),
        ([f"{i % (j + 1)} out of {j}" for i in range(4) for j in range(1, 9)], "a number and what it is out of"),
        ([f"['Anna', 'Jo{i}']" for i in range(30)], "lists as a program writes them"),
        (["Action|Drama", "Drama", "Action|War|Drama", "War", "Comedy|War"] * 20, "several values parted by '|'"),
    ],
)
def test_cells_of_more_than_one_value(look, values, what):
    (found,) = look(composite, {"c": values})
    severity = "minor" if what == "more than one quantity" else "info"
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", severity, len(values))
    assert found.summary == f"The cells of 'c' hold {what}."


def test_cells_of_more_than_one_line(look):
    values = [f"Firm {i}\n3.{i % 9}" for i in range(30)] + [f"Firm {i}" for i in range(70)]
    (found,) = look(composite, {"firm": values})
    assert (found.severity, found.rows_affected) == ("minor", 30)


def test_sound_columns(look):
    for values in (
        ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"] * 20,
        [f"{i % 9 + 1}-{40 - i}" for i in range(40)] * 3,
        [f"{100 + i}-{60 + 3 * (i % 30)}" for i in range(60)],
        [f"AB-{i:04d}" for i in range(60)],
        [f"555-{1000 + i}" for i in range(60)],
        [f"{i} cm" for i in range(60)],
        ["red", "green", "blue", "grey", "black"] * 10,
        ["one\ntwo"] + ["three", "four", "five", "six", "seven"] * 20,
    ):
        assert look(composite, {"c": values}) == []


def test_two_measurements_in_a_cell_and_lengths_of_time(look):
    pressure = [f"{110 + i % 40}/{60 + i % 31}" for i in range(80)]
    assert [f.summary for f in look(composite, {"bp": pressure})] == [
        "The cells of 'bp' hold two numbers parted by '/'."
    ]
    spans = [f"{1 + i % 20}h {5 * (i % 11)}m" if i % 7 else f"{1 + i % 20}h" for i in range(80)]
    assert [f.summary for f in look(composite, {"d": spans})] == ["The cells of 'd' hold more than one quantity."]


@pytest.mark.parametrize("form", ["{:02}/{:02}", "{2}/{3}", "{4}/100"])
def test_pairs_that_are_no_measurements(look, form):
    values = [form.format(1 + i % 12, 10 + i % 19, 60 + i % 39, 61 + i % 39, 10 + i % 80) for i in range(200)]
    assert look(composite, {"c": values}) == []


def test_a_number_above_what_it_is_out_of(look):
    floors = [f"{i % (j + 1) or 'Upper Basement'} out of {j}" for i in range(12) for j in range(2, 20)]
    assert [f.kind for f in look(composite, {"floor": floors})] == ["format_violation"]
    wrong = [*floors, "5 out of 3"]
    form, above = look(composite, {"floor": wrong})
    assert form.summary == "The cells of 'floor' hold a number and what it is out of."
    assert (above.kind, above.severity, above.rows_affected) == ("impossible_value", "minor", 1)
    assert [e.row for e in above.evidence] == [len(wrong)]


@pytest.mark.parametrize("form", ["{} of 5", "{} out of 10", "{} of May", "{} of 10 stars"])
def test_marks_on_a_scale_are_one_number(look, form):
    assert not [
        f for f in look(composite, {"mark": [form.format(i % 6) for i in range(90)]}) if "out of" in f.summary
    ]


def test_a_mistyped_range_among_few(look):
    birds = ["2-10"] * 300 + ["11-100"] * 80 + ["1"] * 50 + ["Over 100"] * 9
    (found,) = look(odd_ranges, {"birds": [*birds, ":-10"]})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 1)
    assert found.summary == "1 cell of 'birds' looks like a mistyped range: ':-10'."
    for sound in ("1", "100+", "Over 100", "more than 100", "2-12", "< 2", "unknown", "10 or more"):
        assert look(odd_ranges, {"birds": [*birds, sound]}) == []
    assert look(odd_ranges, {"score": ["2:1", "1-0"] * 120 + ["0-0 (3-2)"]}) == []
