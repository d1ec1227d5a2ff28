"""What checks are told of the texts of a table."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from discovery.audit.context import TableContext
from discovery.audit.texts.forms import placeholders_among, text_forms, with_forms
from discovery.audit.texts.typos import broken_words, odd_forms, slipped_words
from discovery.audit.values import text_counts, texts_matching

STREETS = {"MAIN STREET": 9, "HIGH STREET": 5, "OAK STREET": 3} | dict.fromkeys(
    ["MAIN STRjEET", "MkAIN STREET", "MAIN SThREET"], 1
)


@pytest.mark.parametrize("other", ["item", "thing"], ids=["columns share their texts", "each has its own"])
def test_texts_are_found_in_each_column_that_has_them(context_of: Callable[..., TableContext], other: str) -> None:
    first = [f"item {n}" for n in range(40)]
    second = [f"{other} {n}" for n in range(39)] + ["n/a"]
    context = context_of(pl.DataFrame({"a": first, "b": second, "c": [*second[:-1], "x"]}))
    found = {c: sorted(texts) for c, texts in texts_matching(context, r"\b7$|^n/a$").items()}
    assert found == {"a": ["item 7"], "b": sorted(["n/a", f"{other} 7"]), "c": [f"{other} 7"]}


def test_placeholders_are_told_among_codes_whose_digits_are_put_together() -> None:
    counts = pl.DataFrame({"v": [f"A-{n:03d}" for n in range(50)] + ["#DIV/0!", "n/a", "unknown 12"], "n": 1})
    assert sorted(placeholders_among(with_forms(counts))) == ["#DIV/0!", "n/a", "unknown 12"]
    assert placeholders_among(with_forms(counts.head(50))) == []


def test_forms_at_hand_change_nothing(context_of: Callable[..., TableContext]) -> None:
    forms = with_forms(pl.DataFrame({"v": list(STREETS), "n": list(STREETS.values())}))
    by_form = dict(forms["form"].value_counts(name="n").iter_rows())
    assert broken_words(STREETS, by_form) == broken_words(STREETS) != []
    slips = {f"{n} North Street": 1 for n in range(30)} | {f"31 {w} Street": 1 for w in ("Nrth", "Norrth", "Nroth")}
    said = with_forms(pl.DataFrame({"v": list(slips), "n": 1}))["form"]
    assert slipped_words(slips, said) == slipped_words(slips) != {}
    codes = pl.DataFrame({"v": [f"US-{n}" for n in range(60)] + ["USr-1", "US5", "-US7", "U-S6", "US-8k"], "n": 1})
    assert odd_forms(with_forms(codes)) == odd_forms(codes) is not None
    context = context_of(codes.select(code="v"))
    assert text_forms(context, "code").select("v", "n").equals(text_counts(context, "code").select("v", "n"))
