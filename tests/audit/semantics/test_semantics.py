"""Semantic types: right on real shapes, quiet on look-alikes."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import polars as pl
import pytest

from discovery.audit.profiling.profile import ColumnProfile
from discovery.audit.semantics import PERSONAL, SEMANTICS, semantic_of_values, semantic_type
from discovery.audit.semantics.national import SCHEMES, luhn, scheme_of_all
from discovery.audit.semantics.patterns import is_card, is_iban, is_ip
from discovery.audit.semantics.words import fold, hints, tokens
from discovery.intake.table import Table, type_of


def profile_of(name: str, series: pl.Series, rows: int | None = None) -> ColumnProfile:
    facts: dict[str, Any] = {}
    if series.dtype == pl.String:
        lengths = series.str.len_chars()
        facts = {"length_mean": lengths.mean(), "length_max": lengths.max(), "length_min": lengths.min()}
    elif series.dtype.is_numeric():
        facts = {"minimum": series.min(), "maximum": series.max()}
    return ColumnProfile(
        name=name,
        type=type_of(series.dtype),
        rows=rows or len(series),
        missing=series.null_count(),
        distinct=series.drop_nulls().n_unique(),
        **facts,
    )


def kind(name: str, values: list[Any], repeat: int = 1) -> str | None:
    series = pl.Series(name, values * repeat)
    profile = profile_of(name, series)
    return semantic_of_values(name, profile.type, series.unique(maintain_order=True), profile)[0]


def with_luhn(body: str) -> str:
    return next(body + str(d) for d in range(10) if luhn(body + str(d)))


CARDS = [with_luhn(f"4{i:014d}") for i in range(1234567, 1234597)]
IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
]

PLANTED: list[tuple[str, list[Any], str]] = [
    ("contact", [f"user{i}@mail{i % 7}.example.org" for i in range(30)], "email"),
    ("email", ["a@b.de", "broken", "c.d@e.com", "x@y.org"], "email"),
    ("fon", [f"+49 30 {1000000 + i}" for i in range(20)], "phone"),
    ("phone_number", [4915112345600 + i for i in range(20)], "phone"),
    ("x", ["(555) 123-4567", "(212) 555-0100", "(415) 555-2671"], "phone"),
    ("name", ["Braund, Mr. Owen Harris", "Heikkinen, Miss. Laina", "Allen, Mr. William Henry"], "person_name"),
    ("Vorname", ["Anna", "Jürgen", "Peter", "Sabine"], "person_name"),
    ("last_name", ["Müller", "Schmidt", "Weber", "Becker", "Wagner", "Hoffmann"], "person_name"),
    ("field_7", [f"{a} {b}" for a in ("Maria", "John", "Peter", "Laura") for b in ("Garcia", "Smith", "Jones")],
     "person_name"),
    ("wohnort", ["Hauptstraße 12", "Am Ring 4", "Lindenallee 8a", "Bergstr. 3", "Schulweg 19"], "address"),
    ("address", ["12 High Street", "7 Mill Lane", "221b Baker Street"], "address"),
    ("konto", IBANS, "iban"),
    ("payment", CARDS, "card"),
    ("payment", [int(c) for c in CARDS], "card"),
    ("name", [f"{a}. {b}" for a in "FJ" for b in ("Davis", "Blackmon", "O'Neil", "Hill", "Rice")], "person_name"),
    ("name", [f"{b}, {a}" for a in "FJ" for b in ("Davis", "Blackmon", "O'Neil", "Hill", "Rice")], "person_name"),
    ("host_name", ["Maria", "John", "Laura & Peter", "Anna", "Zzyx", "Peter"], "person_name"),
    ("host", ["8.8.8.8", "192.168.0.1", "2001:db8::1", "10.0.0.7"], "ip"),
    ("ssn", ["123-45-6789", "219-09-9999", "078-05-1120", "457-55-5462", "001-01-0001"], "national_id"),
    ("invoice_id", [f"{100 + 13 * i}-{10 + i}-{1000 + 7 * i}" for i in range(40)], "identifier"),
    ("doc", ["12345678Z", "00000000T", "87654321X", "11111111H", "22222222J"], "national_id"),
    ("homepage", ["https://a.example", "http://b.example/x?y=1", "www.c.example"], "url"),
    ("request", ["3fa85f64-5717-4562-b3fc-2c963f66afa6", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"], "uuid"),
    ("PLZ", [10115 + 7 * i for i in range(40)], "postcode"),
    ("x", ["SW1A 1AA", "EC1A 1BB", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT"], "postcode"),
    ("native_country", ["United-States", "Mexico", "Germany", "Cuba", "?"], "country"),
    ("country_code", ["DE", "FR", "GB", "US"], "country"),
    ("currency", ["EUR", "USD"], "currency"),
    ("month", ["jan", "feb", "may", "aug"], "date_part"),
    ("mnth", list(range(1, 13)), "date_part"),
    ("lat", [52.5 + i / 100 for i in range(50)], "latitude"),
    ("long", [-122.4 - i / 100 for i in range(50)], "longitude"),
    ("Longitude", [-122.4 - i / 100 for i in range(50)], "longitude"),
    ("humidity_pct", [10.5 + i for i in range(60)], "percentage"),
    ("discount", ["10%", "12.5 %", "3%"], "percentage"),
    ("customer_id", list(range(1000, 1100)), "identifier"),
    ("sku", [f"AB-{i:05d}" for i in range(60)], "identifier"),
    ("PARCELNO", [622280070620 + 91 * i**2 for i in range(200)], "identifier"),
    ("fullref", [201900112120417 + 7919 * i for i in range(200)], "identifier"),
    ("GDP", [1_393_200_000_000 + 87_654_321_000 * i for i in range(60)], "measure"),
    ("seen", [1_546_300_800_000 + 3_600_000 * i for i in range(60)], "measure"),
    ("paid", [5 + 3 * i + i % 2 for i in range(200)], "measure"),
    ("grid", [5 + 3 * i + i % 2 for i in range(200)], "measure"),
    ("geburtsdatum", ["03.04.1981", "12.11.1975", "30.01.2001"], "birth_date"),
    ("colour", ["red", "green", "blue"] * 20, "category"),
    ("förnamn", ["Zxqa", "Plork", "Vexu", "Quum", "Brza", "Krsto"], "person_name"),
    ("氏名", [f"山{c} 太郎" for c in "田本口川上下中"], "person_name"),
    ("nazwisko", ["Zxqa", "Plork", "Vexu", "Quum", "Brza", "Krsto"], "person_name"),
    ("patient_name", [f"{a} {b}" for a in ("Oluwaseun", "Maria", "Zxq") for b in ("Adeyemi", "Plork", "Smith")],
     "person_name"),
    ("surname", [f"{n}{i}" for i, n in enumerate(["Smith", "Jones", "Garcia", "Weber", "Becker", "Plork"])],
     "person_name"),
    ("authors", ["John Smith, Anna Zxq", "Maria Garcia, Peter Plork", "Laura Jones"], "person_name"),
    ("c1", ["Anna Maier", "John Smith", "Peter Weber", "Maria Garcia", "Laura Jones", "Thomas Becker"] * 30,
     "person_name"),
    ("data_nascita", ["03/04/1981", "12/11/1975"], "birth_date"),
    ("生年月日", ["1981/04/03", "1975/11/12"], "birth_date"),
    ("telefoonnummer", ["06-12345678", "020-1234567"], "phone"),
    ("c2", ["070-261 99 01", "075-123 19 97", "+46 70 123 45 67"], "phone"),
    ("c2", ["(13) 95247-0360", "(75) 96832-9372", "(11) 91234-5678"], "phone"),
    ("c2", ["090-7761-3726", "03-6216-6891", "080-1234-5678"], "phone"),
    ("c2", [f"{600 + i} {(311 * i) % 1000:03d} {(77 * i) % 1000:03d}" for i in range(60)], "phone"),
    ("住所", ["群馬県葛飾区虎ノ門8丁目14番4号", "北海道小笠原村芝浦27丁目21番16号"], "address"),
    ("c3", ["Via Roma 12", "Viale Verdi 3", "Piazza Dante, 7", "Corso Italia 88", "Vicolo Stretto 1"], "address"),
    ("weight", [60.5 + i for i in range(50)], "measure"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "expected"), PLANTED, ids=[f"{n}-{e}" for n, _, e in PLANTED])
def test_planted_kinds_are_recognised(name: str, values: list[Any], expected: str) -> None:
    assert kind(name, values) == expected
    assert expected in SEMANTICS


def test_a_number_that_rises_from_row_to_row_is_an_identifier_where_its_name_ends_so() -> None:
    values = pl.Series([5 + 3 * i + i % 2 for i in range(200)])
    for name, expected in (("ptid", "identifier"), ("paid", "measure"), ("grid", "measure"), ("humid", "measure")):
        profile = replace(profile_of(name, values), sorted=1)
        assert semantic_of_values(name, profile.type, values, profile)[0] == expected


def test_free_text_and_birth_date() -> None:
    notes = [
        f"The customer called about invoice {i} and wanted to know why it was so high this time" for i in range(30)
    ]
    assert kind("notes", notes) == "free_text"
    assert (
        kind("dob", pl.date_range(pl.date(1970, 1, 1), pl.date(1970, 3, 1), eager=True).to_list()) == "birth_date"
    )
    assert kind("visit", pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 3, 1), eager=True).to_list()) is None


CLEAN: list[tuple[str, list[Any]]] = [
    ("car_name", ["chevrolet chevelle malibu", "buick skylark 320", "ford torino", "toyota corona"] * 5),
    ("transaction_id", [4000000000000000 + 37 * i for i in range(200)]),
    ("account", [str(4000000000000000 + 37 * i) for i in range(200)]),
    ("date", ["2011-01-01", "2011-01-02", "2011-02-03"]),
    ("version", ["1.2.3", "1.2.4", "2.0.0"]),
    ("time", ["12:30", "13:45", "08:00"]),
    ("cell_size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ("telephone", ["A191", "A192"] * 50),
    ("city", ["Berlin", "Hamburg", "London", "Madison", "Charlotte", "San Antonio"] * 5),
    ("species", ["setosa", "virginica", "versicolor"] * 30),
    ("home.dest", ["St Louis, MO", "Montreal, PQ / Chesterville, ON", "New York, NY", "Hudson, NY"] * 5),
    ("company_name", ["Smith & Sons", "Garcia Ltd", "Weber AG"] * 4),
    ("state", ["CA", "NY", "AL", "GA", "DE"] * 10),
    ("isbn", [f"978-3-16-14841{i}-0" for i in range(10)]),
    ("heat_index", [60 + i for i in range(40)] * 2),
    ("amount", [1234567.5 + 1000 * i for i in range(50)]),
    ("fnlwgt", [77516 + 1013 * i for i in range(500)]),
    ("department", ["Rose garden", "Grant office", "Mason works"] * 5),
    ("education", ["Bachelors", "HS-grad", "11th", "Masters"] * 10),
    ("version", [f"{i % 9}.{i % 20}.{i % 7}.{i % 99}" for i in range(300)]),
    ("v02", [f"{i % 9}.{i % 20}.{i % 7}.{i % 99}" for i in range(300)]),
    (
        "v35",
        [
            "Tommy Hilfiger",
            "Hugo Boss",
            "Calvin Klein",
            "Ralph Lauren",
            "Marc Jacobs",
            "Levi Strauss",
            "Ford",
            "Mercedes",
            "Henry Schein",
            "Charles Tyrwhitt",
        ]
        * 30,
    ),
    ("Cell", [207_800_000 + 1553 * i for i in range(300)]),
    ("sequence_name", [f"{a}{b}_ECOLI" for a in ("ACE", "ATP", "CYS", "LAC") for b in "ABCDEFGHIJ"]),
    ("usubjid", [f"01-7{i:02d}-10{i:02d}" for i in range(60)]),
    ("season", [f"Spring {y}" for y in range(2000, 2030)]),
    ("product_name", ["Oak Desk Lamp", "Jordan Air Low", "Mason Jar Set", "Taylor Guitar", "Madison Chair"] * 9),
    ("county_name", [f"{a}{b} County" for a in ("Adam", "Jack", "Mad", "Mon") for b in ("son", "roe", "ton")] * 9),
    ("isbn", [f"{i:09d}{next(c for c in range(10))}" for i in range(100)]),
    ("part_no", [f"{100 + 13 * i % 899}-{10 + i % 89}-{1000 + 7 * i}" for i in range(200)]),
]


@pytest.mark.parametrize(("name", "values"), CLEAN, ids=[n for n, _ in CLEAN])
def test_look_alikes_are_not_personal(name: str, values: list[Any]) -> None:
    assert kind(name, values) not in PERSONAL


def test_flags_are_not_percentages() -> None:
    assert kind("percent_flag", [0, 1] * 50) != "percentage"
    assert kind("rate_in_percentage", [1, 2, 3, 4] * 30) != "percentage"


def test_columns_of_a_table_are_judged_on_a_sample() -> None:
    frame = pl.DataFrame({"who": [f"p{i}@example.org" for i in range(9000)] + [None] * 5})
    assert semantic_type(profile_of("who", frame["who"]), Table.from_frame("t", frame)) == ("email", 1.0)


def test_empty_columns_have_no_semantic_type() -> None:
    empty = pl.Series("x", [None, None], dtype=pl.String)
    assert semantic_of_values("x", "empty", empty, profile_of("x", empty)) == (None, 0.0)
    blank = pl.Series("x", [" ", ""])
    assert semantic_of_values("x", "text", blank, profile_of("x", blank)) == (None, 0.0)


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("4111 1111 1111 1111", is_card, True),
        ("4111 1111 1111 1112", is_card, False),
        ("378282246310005", is_card, True),
        ("30569309025904", is_card, True),
        ("3530111333300000", is_card, True),
        ("0000000000000000", is_card, False),
        ("9111111111111111", is_card, False),
        ("DE89370400440532013000", is_iban, True),
        ("DE89370400440532013001", is_iban, False),
        ("XX00", is_iban, False),
        ("1.2.3.4:80", is_ip, True),
        ("300.1.1.1", is_ip, False),
    ],
)
def test_checksums(text: str, rule: Any, expected: bool) -> None:
    assert rule(text) is expected


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        ("529.982.247-25", "Brazilian CPF", True),
        ("529.982.247-24", "Brazilian CPF", False),
        ("756.9217.0769.85", "Swiss AHV number", True),
        ("756.9217.0769.84", "Swiss AHV number", False),
        ("811218-9876", "Swedish personnummer", True),
        ("2 55 08 14 168 025 38", "French NIR", True),
        ("000-12-3456", "US social security number", False),
        ("AB123456C", "British national insurance number", True),
        ("ZZ123456C", "British national insurance number", False),
        ("943 476 5919", "NHS number", True),
        ("86095742719", "German tax number", True),
        ("86095742710", "German tax number", False),
        ("15070649C103", "German social insurance number", True),
        ("111222333", "Dutch BSN", True),
        ("0703.28.036", "Dutch BSN", False),
        ("02070803628", "Polish PESEL", True),
        ("RSSMRA85T10A562S", "Italian codice fiscale", True),
        ("RSSMRA85T10A562T", "Italian codice fiscale", False),
        ("85073003328", "Belgian national number", True),
        ("1237 010180", "Austrian social insurance number", True),
        ("131052-308T", "Finnish henkilötunnus", True),
        ("11010519491231002X", "Chinese resident identity number", True),
        ("8001015009087", "South African identity number", True),
        ("10000000146", "Turkish identity number", True),
        ("29029900157", "Norwegian fødselsnummer", True),
        ("2363 0000 0000", "Aadhaar number", False),
    ],
)
def test_national_numbers(text: str, scheme: str, expected: bool) -> None:
    assert any(s.holds(text) for s in SCHEMES if s.name == scheme) is expected


def kept_by(scheme: str, length: int, count: int) -> list[str]:
    """Numbers of a length that the scheme allows."""
    rules = [s for s in SCHEMES if s.name == scheme]
    random = Random(7)
    found: set[str] = set()
    while len(found) < count:
        text = str(random.randrange(10 ** (length - 1), 10**length))
        if any(s.holds(text) for s in rules):
            found.add(text)
    return sorted(found)


@pytest.mark.parametrize(
    ("scheme", "length"),
    [("Dutch BSN", 9), ("NHS number", 10), ("Polish PESEL", 11), ("Brazilian CPF", 11), ("Japanese My Number", 12)],
)
def test_mute_columns_of_national_numbers_need_many_that_all_hold(scheme: str, length: int) -> None:
    numbers = kept_by(scheme, length, 60)
    assert kind("c07", numbers) == "national_id"
    assert kind("c07", [int(n) for n in numbers]) == "national_id"
    assert kind("c07", numbers[:40]) != "national_id"
    random = Random(3)
    others = [str(random.randrange(10 ** (length - 1), 10**length)) for _ in range(300)]
    assert kind("c07", others) not in PERSONAL
    assert kind("c07", [int(n) for n in others]) not in PERSONAL


def test_numbers_of_several_countries_in_a_column() -> None:
    numbers = [*kept_by("Polish PESEL", 11, 40), *kept_by("French NIR", 15, 40)]
    assert kind("c07", numbers) == "national_id"
    assert scheme_of_all(numbers)[0] is not None


def test_words_of_names() -> None:
    assert tokens("customerEmail_Address") == ("customer", "email", "address")
    assert tokens("HTTPServer.Name") == ("http", "server", "name")
    assert "email" in hints("E-Mail")
    assert "birth_date" in hints("Date of birth")
    assert fold("Zürich ÖSTERREICH Straße") == "zurich osterreich strasse"


def test_first_and_last_beside_one_another_are_names() -> None:
    words = ["Zxqa", "Plork", "Vexu", "Quum", "Brza", "Krsto", "Wumm", "Tzak"]
    frame = pl.DataFrame({"FIRST": words, "LAST": words[::-1]})
    table = Table.from_frame("t", frame)
    assert semantic_type(profile_of("FIRST", frame["FIRST"]), table)[0] == "person_name"
    alone = Table.from_frame("t", frame.select("FIRST"))
    assert semantic_type(profile_of("FIRST", frame["FIRST"]), alone)[0] != "person_name"


def test_names_by_their_form_are_a_guess() -> None:
    starts, ends = ("Zor", "Vex", "Qua", "Mil", "Tru", "Ash"), ("ka", "lo", "mu", "ne", "pi", "ru", "sa", "te")
    words = [a + b + c for a in starts for b in ends for c in ("x", "n", "l")]
    names = [f"{a} {b}" for a, b in zip(words, [w.capitalize() for w in reversed(words)], strict=True)]
    series = pl.Series("Name", names)
    assert semantic_of_values("Name", "text", series, profile_of("Name", series)) == ("person_name", 0.6)
    things = pl.Series("Name", [f"{w} Lamp" for w in words])
    assert semantic_of_values("Name", "text", things, profile_of("Name", things))[0] != "person_name"


def test_names_of_persons_with_underscores_in_capitals() -> None:
    first, last = ("HANK", "JERRY", "FRANK", "WILLIE", "JOE"), ("AARON", "ADAMS", "MILLER", "SMITH", "WARD")
    assert kind("Player", [f"{a}_{b}" for a in first for b in last]) == "person_name"
    assert (
        kind("method", [f"{a}_{b}" for a in ("random", "deep", "boosted") for b in ("forest", "net")])
        != "person_name"
    )


def test_a_few_levels_are_no_addresses_whatever_the_name_says():
    levels = ["no change", "under 6 months", "1 year", "2 to 3 years", "4 to 8 years"]
    assert kind("AddressChange", levels * 40) != "address"
    assert kind("address", [f"House {i} Xylo {i}" for i in range(40)]) == "address"


def test_sections_of_a_text_are_no_addresses_of_computers():
    rng = Random(1)
    sections = [".".join(str(rng.randint(1, 12)) for _ in range(4)) for _ in range(60)]
    assert kind("section", sections) != "ip"
    assert (
        kind("host", [f"10.{rng.randint(0, 9)}.{rng.randint(0, 20)}.{rng.randint(1, 29)}" for _ in range(60)])
        == "ip"
    )
    assert kind("client_ip", sections) == "ip"


def test_figures_about_telephones_are_none():
    assert kind("mobile_users", [1_000_000 + 7_919 * i for i in range(60)]) == "measure"
    assert kind("mobile", [6_000_000_001 + 7_919_123 * i for i in range(60)]) == "phone"


def test_web_addresses_without_their_protocol_and_codes_of_countries_by_name():
    assert kind("website", [f"shop{i}.example.com/start" for i in range(30)]) == "url"
    assert kind("file", [f"shop{i}.jpg" for i in range(30)]) != "url"
    assert kind("iso3", ["FRA", "DEU", "USA", "GBR", "ITA"], 10) == "country"
