"""Words among numbers that are written in several ways."""

from __future__ import annotations

from discovery.audit.checks.validity.words_among_numbers import words_among_numbers

WEEKS = [n % 17 + 1 for n in range(200)]


def cells(*words):
    return {"week": dict(enumerate(words, start=1))}


def test_a_word_in_two_spellings_among_numbers(look):
    words = ["Wildcard"] * 6 + ["WildCard", "wild card"] + ["Division"] * 4
    (found,) = look(words_among_numbers, {"week": [None] * 12 + WEEKS}, unparsed=cells(*words))
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 2)
    assert "WildCard" in found.summary
    assert [e["row"] if isinstance(e, dict) else e.row for e in found.evidence] == [7, 8]


def test_words_among_numbers_that_are_several_things(look):
    usual = ["Wildcard"] * 6 + ["Division"] * 4
    assert look(words_among_numbers, {"week": [None] * 10 + WEEKS}, unparsed=cells(*usual)) == []
    units = ["5 KG"] * 5 + ["5 kg"] * 2
    assert look(words_among_numbers, {"week": [None] * 7 + WEEKS}, unparsed=cells(*units)) == []
    gaps = ["n/a"] * 5 + ["N/A"] * 2
    assert look(words_among_numbers, {"week": [None] * 7 + WEEKS}, unparsed=cells(*gaps)) == []
    assert look(words_among_numbers, {"week": [None] * 2 + WEEKS}, unparsed=cells("dnf", "DNF")) == []
