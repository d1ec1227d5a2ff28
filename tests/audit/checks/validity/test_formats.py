"""Values off the form of their column."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from discovery.audit.checks.validity.formats import (
    emails,
    mistyped_forms,
    no_states,
    no_uuids,
    off_pattern,
    words_among_codes,
)

RNG = np.random.default_rng(9)


def test_off_pattern(look):
    codes = [f"AB-{i:04d}" for i in range(200)]
    found = look(off_pattern, {"part": [*codes, "AB-12", "ab 0044"]})
    assert found[0].rows_affected == 2
    assert found[0].details["form"] == "AA-9999"
    assert look(off_pattern, {"part": codes}) == []
    assert look(off_pattern, {"part": [*codes, "n/a"]}) == []


@pytest.mark.parametrize(
    "values",
    [
        [f"City{chr(97 + i % 26)}" for i in range(100)],
        [f"{i}" for i in range(200)],
        ["low", "high", "very high"] * 40,
    ],
)
def test_columns_without_one_form(look, values):
    assert look(off_pattern, {"c": values}) == []


def test_emails(look):
    good = [f"user{i}@example{i % 7}.org" for i in range(100)]
    found = look(emails, {"email": [*good, "user@", "a b@c.de", "x..y@d.org"]})
    assert found[0].rows_affected == 3
    assert "user@" not in str(found[0].evidence)
    assert look(emails, {"email": good}) == []


def test_numbers_with_a_unit_have_no_length(look):
    assert (
        look(
            off_pattern, {"weight": [f"{50 + i % 49}kg" for i in range(970)] + [f"{100 + i}kg" for i in range(30)]}
        )
        == []
    )


def test_capitals_of_one_length(look):
    letters = "ABCDEFGH"
    codes = [a + b + c for a in letters for b in letters for c in letters]
    (found,) = look(off_pattern, {"iata": [*codes, "DU9", *["\\N"] * 99]})
    assert found.rows_affected == 1
    assert look(off_pattern, {"iata": codes}) == []


def test_letters_of_any_script_in_an_address(look):
    good = [f"user{i}@mail.example" for i in range(30)] + ["stanisław.wójcik@wp.pl"]
    assert look(emails, {"email": good}) == []


def test_what_is_no_state(look):
    (found,) = look(no_states, {"State": ["al"] * 60 + ["ga"] * 20 + ["xl", "ax"]})
    assert (found.rows_affected, found.details) == (2, {})
    assert look(no_states, {"State": ["AL", "GA", "on", "PR"] * 20}) == []
    assert look(no_states, {"state": ["on", "ok"] * 30 + ["off"] * 30}) == []
    assert look(no_states, {"state": ["CA"] * 90 + ["England"]}) == []
    assert [f.severity for f in look(no_states, {"state": ["CA"] * 90 + ["PI"] * 3})] == ["info"]
    assert [f.severity for f in look(no_states, {"state": ["CA"] * 90 + ["PI"] * 3 + ["xl"]})] == ["minor"]


def test_what_is_no_uuid(look):
    values = [str(uuid.UUID(int=3**80 + 7**40 * i)) for i in range(200)]
    assert look(no_uuids, {"gid": values}) == []
    (found,) = look(no_uuids, {"gid": [*values, "4dcd95cc-0ccb-4cb09-b1d", values[0][:-1] + "x"]})
    assert [e.row for e in found.evidence] == [201, 202]


def phones(rows):
    return [f"(580) {200 + i % 700}-{1000 + 7 * i % 9000}" for i in range(rows)]


def test_forms_that_are_mistyped(look):
    values = phones(400)
    for i in range(0, 400, 5):
        place = 1 + (7 * i) % 12
        values[i] = values[i][:place] + ("x" if i % 2 else values[i][place : place + 1] * 2) + values[i][place:]
    (found,) = look(mistyped_forms, {"fax no": values})
    assert found.rows_affected >= 60
    assert all((e.row - 1) % 5 == 0 for e in found.evidence)


@pytest.mark.parametrize(
    "values",
    [
        phones(400),
        [f"{200 + i}-555-{1000 + i}" if i % 4 == 0 else v for i, v in enumerate(phones(400))],
        [f"AB-{i}" for i in range(1, 1200)],
        [f"{i % 90 + 10} Main St" for i in range(300)] + [f"{i} Elm Road" for i in range(100)],
    ],
)
def test_forms_that_vary(look, values):
    assert look(mistyped_forms, {"code": values}) == []


def test_towns_among_their_postcodes(look):
    codes = ["10115", "20095", "80331", "1010", "8010", "8001", "04109"] * 60
    assert look(words_among_codes, {"postcode": codes}) == []
    (found,) = look(words_among_codes, {"postcode": [*codes, "Berlin", "Graz", "Berlin"]})
    assert (found.kind, found.rows_affected) == ("format_violation", 3)
    assert [e.row for e in found.evidence] == [421, 422, 423]
    assert look(words_among_codes, {"postcode": [*codes, "unknown"]}) == []
    assert look(words_among_codes, {"postcode": [*codes, *["SW1A"] * 60]}) == []
