"""Privacy: personal columns, personal data in texts, and combinations that single persons out."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.privacy.personal import pii, pii_in_column_names, pii_inside_text
from discovery.audit.checks.privacy.reidentification import quasi_identifiers, reidentification
from discovery.audit.checks.validity.types import mixed_type
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.audit.semantics.national import SCHEMES
from discovery.engagement import Engagement, TableSpec, UseCase
from discovery.intake import read_drop
from discovery.intake.table import Table


def context(columns: dict[str, Any], **engagement: Any) -> TableContext:
    return table_context(Table.from_frame("t", pl.DataFrame(columns)), Engagement(name="e", **engagement))


def by_column(findings: Any) -> dict[str, Finding]:
    return {f.columns[0]: f for f in findings}


EMAILS = [f"user{i}@mail.example" for i in range(100)]


def test_personal_columns_are_found_and_masked() -> None:
    found = by_column(pii(context({"contact": EMAILS, "iban": ["DE89370400440532013000"] * 100, "x": range(100)})))
    assert set(found) == {"contact", "iban"}
    assert found["contact"].severity == "minor"
    assert found["iban"].severity == "major"
    assert found["contact"].rows_affected == 100
    assert found["contact"].fix == "df = df.drop(columns=['contact'])"
    told = "".join(f.model_dump_json() for f in found.values())
    assert "user1@" not in told
    assert "3704" not in told


def test_places_and_attributes_alone_are_not_personal() -> None:
    columns = {"city": ["Berlin", "Paris"] * 50, "country": ["DE", "FR"] * 50, "age": [30, 40] * 50}
    assert list(pii(context(columns | {"gender": ["m", "f"] * 50}))) == []


def test_columns_that_the_engagement_names() -> None:
    ctx = context({"loyalty": [f"L{i}" for i in range(50)]}, tables={"t": TableSpec(personal=["loyalty"])})
    finding = by_column(pii(ctx))["loyalty"]
    assert "as the engagement says" in finding.summary
    assert "L1" not in finding.model_dump_json()


def test_public_roles_and_accounts_are_told_lightly() -> None:
    directors = [f"{a} {b}" for a in ("Maria", "John", "Peter") for b in ("Garcia", "Smith", "Jones")] * 6
    users = [f"wolf{i}{chr(97 + i % 26)}x" for i in range(54)]
    found = by_column(pii(context({"director": directors, "user_name": users})))
    assert found["director"].severity == "info"
    assert found["user_name"].severity == "info"
    assert "wolf1" not in found["user_name"].model_dump_json()


def texts(n: int = 200) -> list[str]:
    return [f"The line has been down since day {i} and nobody tells me when it will be repaired" for i in range(n)]


def test_personal_data_inside_texts() -> None:
    body = texts()
    body[3] += ", write to anna.maier@example.org"
    body[7] += ", call me at +49 151 2345678"
    body[11] += ". My name is Anna Maier"
    body[12] += ". My name is Jim Knopf"
    finding = by_column(pii_inside_text(context({"body": body})))["body"]
    assert finding.rows_affected == 4
    assert finding.details["inside"] == {"person_name": 2, "email": 1, "phone": 1}
    assert finding.severity == "minor"
    assert {e.row for e in finding.evidence} == {4, 8, 12, 13}
    assert "anna" not in finding.model_dump_json().lower()


def test_cards_in_texts_are_grave() -> None:
    body = texts()
    for row in (1, 2, 3):
        body[row] += " and my card is 4111 1111 1111 1111"
    assert by_column(pii_inside_text(context({"body": body})))["body"].severity == "major"


def test_clean_texts_and_codes_draw_nothing() -> None:
    codes = [f"{4000000000000000 + 37 * i}" for i in range(200)]
    assert list(pii_inside_text(context({"body": texts(), "code": codes, "c": ["a", "b"] * 100}))) == []


def test_emails_in_a_mixed_column() -> None:
    contact = [f"agent {i}" if i % 3 else f"user{i}@mail.example" for i in range(300)]
    finding = by_column(pii_inside_text(context({"contact": contact})))["contact"]
    assert finding.details["inside"] == {"email": 100}


def persons(n: int = 500) -> dict[str, list[Any]]:
    rng = random.Random(5)
    return {
        "sex": [rng.choice("mf") for _ in range(n)],
        "age": [rng.randint(18, 90) for _ in range(n)],
        "zip": [rng.randint(10000, 10400) for _ in range(n)],
        "cholesterol": [rng.gauss(200, 30) for _ in range(n)],
    }


def test_rare_combinations_single_out() -> None:
    columns = persons()
    (finding,) = reidentification(context(columns))
    rows = list(zip(columns["sex"], columns["age"], columns["zip"], strict=True))
    assert finding.columns == ["zip", "sex", "age"]
    assert finding.rows_affected == sum(rows.count(r) == 1 for r in rows)
    assert finding.severity == "minor"
    assert finding.details["k"] == 1


def test_common_combinations_do_not() -> None:
    columns = {"sex": ["m", "f"] * 500, "race": ["a", "b", "b", "a"] * 250, "marital": ["x"] * 500 + ["y"] * 500}
    assert list(reidentification(context(columns))) == []


def test_things_have_no_identity() -> None:
    rng = random.Random(1)
    columns = {"city": [f"c{rng.randint(1, 300)}" for _ in range(500)], "zip": list(range(10000, 10500))}
    assert list(reidentification(context(columns))) == []
    ages = {"sex": ["M", "F"] * 250, "age": [rng.random() for _ in range(500)], "zip": list(range(10000, 10500))}
    assert "age" not in quasi_identifiers(context(ages))


def test_targets_are_no_quasi_identifiers() -> None:
    ctx = context(persons(), use_cases=[UseCase(name="u", table="t", target="age")])
    assert list(quasi_identifiers(ctx)) == ["postcode", "sex"]


@pytest.mark.parametrize(
    ("name", "role"),
    [("Degree", True), ("highest_degree", True), ("Encefalopathy degree", False), ("burn_degree", False)],
)
def test_degrees_that_persons_have(name: str, role: bool) -> None:
    degrees = {name: [1 + i % 3 for i in range(500)]}
    assert ("education" in quasi_identifiers(context(persons() | degrees))) == role


def test_birth_dates_replace_ages() -> None:
    dates = pl.date_range(pl.date(1960, 1, 1), pl.date(1961, 5, 14), eager=True).to_list()
    assert "age" not in quasi_identifiers(context(persons(len(dates)) | {"dob": dates}))


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "titanic3.csv", infer_schema_length=None)
    ctx = context(frame.to_dict(as_series=False))
    assert set(by_column([*pii(ctx), *pii_inside_text(ctx)])) == {"name"}


def test_hostile_texts_are_searched_in_bounded_time() -> None:
    started = time.process_time()
    body = [f"a@{'b.c-' * 8000}{i} and so on it goes" for i in range(5)] + ["+1-2-3-" * 5000] * 5
    list(pii_inside_text(context({"body": body})))
    assert time.process_time() - started < 10


def test_numbers_that_are_not_finite_are_no_identity() -> None:
    assert list(pii(context({"card": [1e13, float("nan"), float("inf")] * 20}))) == []


def test_titles_hold_names_and_are_no_personal_data() -> None:
    titles = [f"The long road of item {i} to nowhere, part two" for i in range(200)]
    for row in range(0, 200, 15):
        titles[row] = f"Laura Garcia and the missing parcel number {row}"
    assert list(pii_inside_text(context({"title": titles}))) == []
    assert by_column(pii_inside_text(context({"remarks": titles})))["remarks"].severity == "info"


def test_names_of_storms_are_told_lightly() -> None:
    storms = ["Anna", "Peter", "Maria", "John", "Laura", "Thomas"] * 60
    assert by_column(pii(context({"name": storms})))["name"].severity == "info"
    persons = ["Anna Maier", "Peter Weber", "Maria Garcia", "John Smith", "Laura Jones", "Emma Taylor"] * 60
    assert by_column(pii(context({"name": persons})))["name"].severity == "minor"


def test_plates_of_vehicles() -> None:
    plates = [f"{chr(65 + i % 26)}{chr(65 + i % 7)}-{100 + i}-X" for i in range(60)]
    ctx = context({"kenteken": plates, "placa": [f"plate number {chr(65 + i % 26)}" for i in range(60)]})
    found = by_column(pii(ctx))
    assert set(found) == {"kenteken"}
    assert plates[1] not in found["kenteken"].model_dump_json()


def test_a_header_hides_what_its_values_leave_open() -> None:
    ctx = context({"surname": [f"#{i}/{i % 7}x" for i in range(60)], "city": ["Berlin", "Paris"] * 30})
    assert list(pii(ctx)) == []
    assert ctx.is_personal("surname")
    assert ctx.show("surname", "#12/3x") == "#••/••"
    assert ctx.show("city", "Berlin") == "Berlin"
    assert ctx.show("city", "ring +49 151 2345678") == "ring +•• ••• •••••••"


def test_personal_data_in_cells_that_are_not_of_the_type(tmp_path: Path) -> None:
    cells = [f"{i}.5" for i in range(200)]
    cells[7] = "user7@mail.example"
    (tmp_path / "t.csv").write_text("amount,x\n" + "\n".join(f"{c},1" for c in cells), "utf-8")
    table = read_drop(tmp_path / "t.csv")
    ctx = table_context(next(iter(table.tables.values())), Engagement(name="e"))
    finding = by_column(pii_inside_text(ctx))["amount"]
    assert finding.details["inside"] == {"email": 1}
    assert "user7" not in ctx.evidence([8], ["amount"])[0].model_dump_json()


def test_names_of_columns_that_are_persons() -> None:
    persons = ["Anna Maier", "Peter Weber", "Maria Garcia"]
    (finding,) = pii_in_column_names(context({"day": range(9)} | {p: range(9) for p in persons}))
    assert finding.columns == []
    assert finding.details == {"columns": [2, 3, 4], "names": {"person_name": 3}}
    assert "Anna" not in finding.model_dump_json()
    (finding,) = pii_in_column_names(context({"user1@mail.example": [1, 2], "amount_2023": [3, 4]}))
    assert finding.summary == "1 name of columns of table 't' is personal data: e-mail addresses (1)."
    assert list(pii_in_column_names(context({f"reading_{i:08d}": [1, 2] for i in range(9)}))) == []


def test_national_numbers_without_a_word_and_with_one_check_digit_are_not_grave() -> None:
    scheme = next(s for s in SCHEMES if s.name == "Dutch BSN")
    numbers = [n for n in map(str, range(123456782, 123470000)) if scheme.holds(n)][:300]
    assert by_column(pii(context({"c7": numbers})))["c7"].severity == "minor"
    assert by_column(pii(context({"bsn": numbers})))["bsn"].severity == "major"


def test_who_comments_is_no_public_person() -> None:
    names = [f"{a} {b}" for a in ("Maria", "John", "Peter") for b in ("Garcia", "Smith", "Jones")] * 6
    comments = [f"c{i}" for i in range(54)]
    assert by_column(pii(context({"author": names, "comment": comments})))["author"].severity == "minor"
    assert by_column(pii(context({"author": names, "reviews": range(54)})))["author"].severity == "info"
    book = {"author": names, "title": comments, "review": comments}
    assert by_column(pii(context(book)))["author"].severity == "info"


def test_names_behind_a_sign() -> None:
    given, family = ("Maria", "John", "Peter", "Anna", "David"), ("Garcia", "Smith", "Jones", "Miller", "Brown")
    names = [f"-{a} {b}" for a in given for b in family]
    found = by_column(pii(context({"rownames": names, "x": range(25)})))
    assert set(found) == {"rownames"}
    assert "Garcia" not in found["rownames"].model_dump_json()


def test_questions_ask_for_what_identifies() -> None:
    columns = persons()
    asked = {
        "What is your gender?": columns["sex"],
        "What is your age?": columns["age"],
        "What US state or territory do you live in?": [f"state {z % 40}" for z in columns["zip"]],
        "What is your view of the age of the universe?": [a + 1 for a in columns["age"]],
    }
    assert list(quasi_identifiers(context(asked)).values()) == list(asked)[:3]


def test_a_name_among_dates_stands_in_no_part_of_a_finding(tmp_path: Path) -> None:
    days = [f"2024-03-{1 + i % 28:02d}" for i in range(60)]
    lines = [f"{d},{i}" for i, d in enumerate([*days, "Linnea Okafor", "soon"])]
    (tmp_path / "t.csv").write_text("\n".join(["day,n", *lines]), "utf-8")
    ctx = table_context(next(iter(read_drop(tmp_path / "t.csv").tables.values())), Engagement(name="e"))
    found = by_column(mixed_type(ctx))["day"]
    assert found.rows_affected == 2
    assert found.details["values"] == ["soon"]
    assert "Okafor" not in repr(found)


def test_drivers_of_a_firm_are_no_public_persons() -> None:
    given, family = (
        ["Anna", "Peter", "Maria", "James", "Laura", "Thomas"],
        ["Weber", "Miller", "Rossi", "Smith", "Brown"],
    )
    names = [f"{a} {b}" for a in given for b in family]
    lorries = {"driver_name": names, "depot": ["Graz", "Wien"] * 15, "licence": ["B", "C", "CE"] * 10}
    assert by_column(pii(context(lorries)))["driver_name"].severity == "minor"
    races = {"driver_name": names, "team": ["red", "blue"] * 15, "points": range(30)}
    assert by_column(pii(context(races)))["driver_name"].severity == "info"
