"""Blanks before or after the text of a cell."""

from __future__ import annotations

import polars as pl

from discovery.audit import audit_drop
from discovery.audit.checks.validity.whitespace import padded, padded_values
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop


def test_padding_of_the_whole_table_is_one_finding(look):
    texts = pl.DataFrame({c: [f" {c}1", f" {c}2"] * 30 for c in "abc"})
    frame = texts.select(pl.all().str.strip_chars())
    found = look(padded, frame, texts=texts)
    assert [(f.columns, f.rows_affected) for f in found] == [([], 60)]
    assert look(padded, frame) == []


def test_padding_of_single_cells(look):
    texts = pl.DataFrame({"a": ["x", "x ", "y"] * 20, "b": ["u", "v", "w"] * 20})
    found = look(padded, texts.select(pl.all().str.strip_chars()), texts=texts)
    assert [(f.columns, f.rows_affected, f.severity) for f in found] == [(["a"], 20, "minor")]
    assert look(padded, {"n": [1, 2]}) == []


def test_padding_of_numbers_and_dates_is_a_remark(look):
    texts = pl.DataFrame({c: [f" {i}" if i % 3 else f"{i}" for i in range(10, 70)] for c in "abcd"})
    frame = texts.select(pl.all().str.strip_chars().cast(pl.Int64))
    notes = {c: {"padded": 40} for c in "abcd"}
    found = look(padded_values, frame.select("a"), texts=texts.select("a"), notes={"a": notes["a"]})
    assert [(f.columns, f.rows_affected, f.severity) for f in found] == [(["a"], 40, "info")]
    assert found[0].evidence[0].values["a"].startswith(" ")
    found = look(padded_values, frame, texts=texts, notes=notes)
    assert [(f.columns, f.rows_affected, f.severity) for f in found] == [([], 40, "info")]
    assert look(padded_values, frame) == []
    words = pl.DataFrame({c: [" x", " y"] * 30 for c in "efg"})
    notes |= {c: {"padded": 60} for c in "efg"}
    both = pl.concat([texts, words], how="horizontal")
    trimmed = pl.concat([frame, words.select(pl.all().str.strip_chars())], how="horizontal")
    assert look(padded_values, trimmed, texts=both, notes=notes) == []


def test_padding_that_makes_no_two_classes_of_one_is_minor_in_a_target(tmp_path):
    def told(answers):
        path = tmp_path / "t.csv"
        path.write_text(
            "y,z,x\n" + "".join(f"{a},{'No ' if i % 3 else 'Yes'},{i * 7 % 90}\n" for i, a in enumerate(answers))
        )
        engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target="y", task="binary")])
        found = audit_drop(read_drop(path), engagement).findings
        return [(f.severity, f.columns) for f in found if f.kind == "inconsistent_category"]

    assert told(["No " if i % 2 else "Yes" for i in range(200)]) == [("minor", ["y", "z"])]
    torn = told(["No " if i % 4 == 1 else "No" if i % 2 else "Yes" for i in range(200)])
    assert ("major", ["y"]) in torn
