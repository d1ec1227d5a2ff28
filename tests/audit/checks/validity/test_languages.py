"""Codes of two standards for one language are found; those of one are not."""

from __future__ import annotations

from discovery.audit.checks.validity.languages import two_codes_of_a_language

BOOKS = ["eng"] * 80 + ["fre"] * 5 + ["spa"] * 5 + ["en-US"] * 20 + ["en-GB"] * 4


def test_english_in_two_ways(look):
    (found,) = look(two_codes_of_a_language, {"language_code": BOOKS})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 24)
    assert found.fix == "df['language_code'] = df['language_code'].replace({'en-US': 'eng', 'en-GB': 'eng'})"


def test_one_standard_or_no_languages(look):
    assert look(two_codes_of_a_language, {"language_code": [b for b in BOOKS if len(b) == 3]}) == []
    assert look(two_codes_of_a_language, {"locale": ["en-US", "en-GB", "fr", "de"] * 20}) == []
    assert look(two_codes_of_a_language, {"language": ["eng", "fr", "de"] * 20}) == []
    assert look(two_codes_of_a_language, {"airport": BOOKS}) == []
