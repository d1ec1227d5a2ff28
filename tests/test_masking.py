"""Masking: nothing personal is shown, and what stands raw in an artifact is found."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import AuditResult, ColumnSummary, Finding, TableSummary
from discovery.intake.table import Drop, Table
from discovery.masking import PersonalValues, leaks, mask, mask_inside, personal_values


@pytest.mark.parametrize(
    ("value", "semantic", "expected"),
    [
        ("anna.maier@example.org", "email", "a•••.•••••@•••••••.org"),
        ("4111 1111 1111 1111", "card", "•••• •••• •••• ••••"),
        ("Braund, Mr. Owen", "person_name", "B•••••, ••. ••••"),
        ("ab", None, "••"),
        (12345, "national_id", "1••••"),
        ("not an address", "email", "n•• •• •••••••"),
    ],
)
def test_mask(value: object, semantic: str | None, expected: str) -> None:
    assert mask(value, semantic) == expected


def test_in_free_text_only_what_is_personal_is_masked() -> None:
    text = "My name is Anna Maier, IBAN DE89 3704 0044 0532 0130 00, the router model 4711 is broken."
    masked = mask(text, "free_text")
    assert "Anna" not in masked
    assert "3704" not in masked
    assert masked.endswith("the router model 4711 is broken.")
    assert mask_inside("nothing to hide") == "nothing to hide"


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=3))
def test_of_any_value_only_the_first_sign_stays(value: str) -> None:
    assert not any(c.isalnum() for c in mask(value)[1:])


VALUES = ["anna.maier@example.org", "+49 151 2345678", "Jürgen O'Neil", "Anna", "5", "1990-04-01", "Main Street 12"]


@pytest.fixture
def values() -> PersonalValues:
    known = PersonalValues()
    known.add(VALUES, "test")
    return known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail anna.maier@example.org now", 1),
        ("ANNA.MAIER@EXAMPLE.ORG", 1),
        ("jürgen o'neil and main street 12", 2),
        ("phone +49 151 2345678", 1),
        ("Anna has 5 apples since 1990-04-01", 0),
        ("anna.maier@example.com", 0),
        ("+49 151 23456789", 0),
        ("•••• ••• a•••.•••••@•••••••.org", 0),
    ],
)
def test_only_distinctive_values_count(values: PersonalValues, text: str, expected: int) -> None:
    assert len(list(values.find(text))) == expected


def test_values_cannot_be_read_back(values: PersonalValues) -> None:
    assert len(values) == 4
    assert "anna" not in repr(values).lower()
    assert not any(isinstance(v, str) for v in values._known)


def test_leaks_are_found_through_escapes(tmp_path: Path, values: PersonalValues) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"x": ["fine", "say\nJürgen O'Neil"]}, indent=1), "utf-8")
    (tmp_path / "week1.html").write_text("<p>fine</p>\n<p>J&uuml;rgen O&#39;Neil</p>", "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").write_text("x\nJ•••••\n", "utf-8")
    (tmp_path / "c.png").write_text("anna.maier@example.org", "utf-8")
    found = leaks([tmp_path], values)
    assert [(f.path.name, f.line, f.semantic) for f in found] == [("a.json", 4, "test"), ("week1.html", 2, "test")]
    assert [f.path.name for f in leaks([tmp_path], values, limit=1)] == ["a.json", "week1.html"]
    assert leaks([tmp_path / "sub" / "b.csv"], values) == []


def test_personal_values_of_a_drop() -> None:
    frame = pl.DataFrame(
        {
            "email": [f"user{i}@example.org" for i in range(99)] + [None],
            "city": ["San Francisco"] * 100,
            "note": ["call me at +49 30 1234567"] + ["all is well"] * 99,
            "phone": [4915100000000 + 7919 * i for i in range(100)],
        }
    )
    summary = TableSummary(
        name="t",
        source="t",
        rows=100,
        columns=[
            ColumnSummary(name="email", type="text", semantic="email", personal=True),
            ColumnSummary(name="city", type="text", personal=True),
            ColumnSummary(name="note", type="text", semantic="free_text"),
            ColumnSummary(name="phone", type="integer", semantic="phone", personal=True),
        ],
    )
    finding = Finding(
        kind="pii", table="t", columns=["note"], severity="minor", summary="", details={"inside": {"phone": 1}}
    )
    gone = TableSummary(name="gone", source="gone", rows=0)
    drop = Drop("d", {"t": Table.from_frame("t", frame)})
    known = personal_values(drop, AuditResult(tables=[summary, gone], findings=[finding]))
    assert len(known) == 99 + 1 + 100
    assert list(known.find("San Francisco")) == []
    assert [s for _, s in known.find("user3@example.org, 4915100007919, +49 30 1234567")] == [
        "email",
        "phone",
        "phone",
    ]
