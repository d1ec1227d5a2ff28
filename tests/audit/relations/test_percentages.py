"""Columns that say which per cent one is of another, or how much less."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.relations.percentages import find_percentages, percentage_rules
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

RNG = np.random.default_rng(12)
ROWS = 400
ASKED = RNG.integers(20, 2_000, ROWS) * 1_000
STAKE = RNG.integers(3, 60, ROWS)
WORTH = (100 * ASKED / STAKE).round()
BEFORE = RNG.integers(300, 6_000, ROWS)
OFF = RNG.integers(5, 80, ROWS)
PRICE = (BEFORE * (1 - OFF / 100)).round()


def rules(data):
    frame = pl.DataFrame(data)
    return [(r.rule, int(r.wrong.sum())) for r in percentage_rules(frame, frame.columns)]


def test_a_column_that_is_another_one_divided_by_a_percentage():
    data = {"asked": ASKED, "stake": STAKE, "worth": WORTH, "age": RNG.integers(18, 90, ROWS)}
    assert rules(data) == [("100 × asked / worth = stake", 0)]
    worth = WORTH.copy()
    worth[:6] *= 3
    assert rules(data | {"worth": worth}) == [("100 × asked / worth = stake", 6)]
    assert rules(data | {"worth": RNG.permutation(WORTH)}) == []
    assert rules(data | {"worth": WORTH * RNG.uniform(0.9, 1.1, ROWS)}) == []


@pytest.mark.parametrize("unit", [1.0, 100.0])
@pytest.mark.parametrize("cut", [np.round, np.floor])
def test_a_discount_rounded_or_cut(unit, cut):
    off = cut(100 * (1 - PRICE / BEFORE)) * unit / 100
    (told,) = rules({"before": BEFORE, "price": PRICE, "off": off})
    assert told == ("100 × (1 - price / before) = off" if unit > 1 else "1 - price / before = off", 0)


def test_percentages_that_are_nearly_constant_or_of_another_total_are_none():
    parts = RNG.integers(1, 100, ROWS)
    assert rules({"part": parts, "whole": np.full(ROWS, 100) + parts % 2, "rate": parts}) == []
    assert rules({"a": RNG.integers(1, 90, ROWS), "b": RNG.integers(1, 90, ROWS), "c": STAKE}) == []
    frame = pl.DataFrame({"asked": ASKED, "stake": STAKE, "worth": WORTH, "n": parts})
    assert [p.columns for p in find_percentages(frame, frame.columns, of="worth")] == [("asked", "worth", "stake")]
    assert list(find_percentages(frame, frame.columns, of="n")) == []


def test_percentages_are_remarked_upon(look):
    (found,) = look(rule_violation, {"asked": ASKED, "stake": STAKE, "worth": WORTH})
    assert (found.kind, found.severity, set(found.columns)) == (
        "redundant_column", "info", {"asked", "stake", "worth"},
    )  # fmt: skip


def leaked(data, target):
    case = UseCase(name="case", table="t", target=target, task="regression")
    engagement = Engagement(name="e", use_cases=[case])
    found = leaks(table_context(Table.from_frame("t", pl.DataFrame(data)), engagement, date(2026, 1, 1)))
    return {(c, f.severity) for f in found for c in f.columns}


def test_a_rate_gives_away_what_it_was_worked_out_from():
    votes, voters = RNG.integers(900, 30_000, ROWS), RNG.integers(31_000, 90_000, ROWS)
    data = {"votes": votes, "voters": voters, "size": RNG.integers(30, 46, ROWS)}
    rate = (100 * votes / voters).round()
    assert leaked(data | {"rate": rate}, "votes") == {("rate", "major")}
    assert leaked(data | {"rate": RNG.permutation(rate)}, "votes") == set()
    assert leaked(data | {"rate": rate}, "rate") == {("votes", "major"), ("voters", "major")}


def test_a_target_that_is_a_discount_is_given_away_by_both_prices():
    off = (100 * (1 - PRICE / BEFORE)).round()
    told = {("price", "major"), ("before", "major")}
    assert leaked({"price": PRICE, "before": BEFORE, "size": RNG.integers(30, 46, ROWS), "off": off}, "off") == told
