"""What long audits are looked into with, and that short cuts find what the long way finds."""

from __future__ import annotations

import json

import polars as pl
import pytest

from discovery.audit.relations.dependencies import _measure
from discovery.audit.run import TIMINGS, audit_drop
from discovery.audit.vocabulary.placeholders import is_placeholder, may_be_placeholder
from discovery.engagement import Engagement
from discovery.intake.table import Drop, Table
from discovery.intake.values import typing


def test_seconds_are_noted_by_check_where_a_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(TIMINGS, str(tmp_path / "t.jsonl"))
    table = Table.from_frame("t", pl.DataFrame({"a": list(range(60)), "b": ["x", "y"] * 30}))
    audit_drop(Drop("d", {"t": table}), Engagement(name="e"))
    lines = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert {"profile", "completeness.missing.missing"} <= {line["what"] for line in lines}
    assert all(line["cpu_seconds"] >= 0 for line in lines)


@pytest.mark.parametrize(
    "cell",
    [
        *("N/A", " not_available ", "NOT  AVAILABLE", "_", "Unknown/Invalid", "?", "(unknown)", "未知", "no\tdata"),
        *("[no title]", "(title not known)", "--Please select--", "< choose >", "Data not captured", "n/a - none"),
        *("<Unknown source>", "missing data", "Pick one...", "( None )"),
    ],
)
def test_the_quick_look_misses_no_placeholder(cell):
    assert is_placeholder(cell)
    assert may_be_placeholder(pl.Series([cell])).to_list() == [True]
    assert may_be_placeholder(pl.Series(["north", cell])).to_list() == [False, True]


@pytest.mark.parametrize("rare", ["12", "unknown", " padded ", "2024-01-01"])
def test_long_text_columns_read_alike_with_and_without_the_sample(monkeypatch, rare):
    cells = [f"word {'abcdefghij'[i % 10]}" for i in range(60_000)]
    cells[31_337] = rare
    frame = pl.DataFrame({"c": cells})
    quick = typing.type_columns(frame)
    monkeypatch.setattr(typing, "LONG", 10**9)
    slow = typing.type_columns(frame)
    assert quick.frame.equals(slow.frame)
    assert quick.columns["c"].type == slow.columns["c"].type == "text"
    assert quick.columns["c"].notes.get("padded") == slow.columns["c"].notes.get("padded")
    assert quick.columns["c"].notes.get("missing_words") == slow.columns["c"].notes.get("missing_words")


def test_errors_of_a_dependency_are_the_rows_beside_the_majority():
    a = pl.Series([0, 0, 0, 1, 1, 2] * 3).to_numpy()
    b = pl.Series([5, 5, 6, 7, 7, 1] * 3).to_numpy()
    assert _measure(a, b) == (3, 0, 18, 3)
