"""Personal values inside texts: found where they are, and ordinary prose left alone."""

from __future__ import annotations

import polars as pl
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
        ("BSN 111222333 gecontroleerd", [("national_id", "111222333")]),
        ("PESEL 02070803628 sprawdzony", [("national_id", "02070803628")]),
        ("CPF 529.982.247-25 conferido", [("national_id", "529.982.247-25")]),
        ("codice fiscale RSSMRA85T10A562S", [("national_id", "RSSMRA85T10A562S")]),
        ("NI number AB 12 34 56 C seen", [("national_id", "AB 12 34 56 C")]),
        ("personnummer 811218-9876", [("national_id", "811218-9876")]),
        ("passport no. C01234567", [("national_id", "C01234567")]),
        ("geboren am 03.04.1981, Vertrag seit 2019", [("birth_date", "03.04.1981")]),
        ("date of birth: 12 March 1975", [("birth_date", "12 March 1975")]),
        ("Rückruf unter 0171 9497518", [("phone", "0171 9497518")]),
        ("llama al 610 385 326", [("phone", "610 385 326")]),
        ("ringde från 070-261 99 01", [("phone", "070-261 99 01")]),
        ("ligou de (13) 95247-0360", [("phone", "(13) 95247-0360")]),
        ("電話 090-7761-3726 まで", [("phone", "090-7761-3726")]),
        ("田中様より連絡", [("person_name", "田中")]),
        ("Mevrouw Qwxy klaagt", [("person_name", "Qwxy")]),
        ("La señora Plork se queja", [("person_name", "Plork")]),
        ("Pani Żqworska dzwoni", [("person_name", "Żqworska")]),
        ("Abita in Via Roma 12", [("address", "Via Roma 12")]),
        ("Calle Mayor 5 en Madrid", [("address", "Calle Mayor 5")]),
        ("verhuisd naar Isabellalaan 259", [("address", "Isabellalaan 259")]),
        ("adres ul. Polna 5/7", [("address", "ul. Polna 5/7")]),
        (
            "ship to 974 Eaton Key Apt. 752, Springfield, DC 97279",
            [("address", "974 Eaton Key Apt. 752, Springfield, DC 97279")],
        ),
        ("住所は東京都港区芝浦27丁目21番16号です", [("address", "東京都港区芝浦27丁目21番16号")]),
    ],
)
def test_personal_values_are_spotted(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(s.semantic, text[s.start : s.end]) for s in spot(text)]
    assert found == expected
    assert all(pl.Series([text]).str.contains(PREFILTERS[k])[0] for k, _ in expected) or "Garcia" in text


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
        "The customer called from 2019-03-04 to 2019-05-06",
        "Flash Drive USB 2.0 Flash Drive 32 GB",
        "BSN 111222334 and PAN 12345 are none, PESEL is a word",
        "subject 01-701-1015 came twice",
        "お客様と皆さんへ",
        "Smith et al. Nature 2019, via email 24 hours later",
    ],
)
def test_ordinary_prose_is_left_alone(text: str) -> None:
    assert spot(text) == []


def test_pairs_of_names_can_be_left_out() -> None:
    assert spot("spoke with Laura Garcia", pairs=False) == []


def test_names_behind_the_word_for_a_customer() -> None:
    for text, name in (
        ("Kundin Siobhan Nielsen hat angerufen.", "Siobhan Nielsen"),
        ("Customer Íñigo Raghunathan called twice.", "Íñigo Raghunathan"),
        ("Le client Linda Etxeberria a rappelé.", "Linda Etxeberria"),
    ):
        assert [text[s.start : s.end] for s in spot(text, pairs=False)] == [name]
    for text in ("Customer Service Centre is closed.", "Our client North Sea Shipping paid.", "Kunde Nummer Eins."):
        assert spot(text, pairs=False) == []


def test_french_streets_of_several_words_with_their_town() -> None:
    text = "Livrer au 122 rue Victor Hugo, 75012 Paris avant midi."
    assert [text[s.start : s.end] for s in spot(text)] == ["122 rue Victor Hugo, 75012 Paris"]
    assert spot("Il y a 12 rue dans ce quartier, 3 avenue.") == []
