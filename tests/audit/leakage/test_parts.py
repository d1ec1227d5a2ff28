"""Targets that are a total of other columns and fixed fees."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from discovery.artifacts import Finding
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

RNG = np.random.default_rng(11)
ROWS = 800


def made_up(frame: dict[str, Any], target: str, form: str = "made_up") -> list[Finding]:
    case = UseCase(name="case", table="t", target=target, task="regression")
    table = Table.from_frame("t", pl.DataFrame(frame))
    found = leaks(table_context(table, Engagement(name="e", use_cases=[case]), date(2026, 1, 1)))
    return [f for f in found if f.details["form"] == form]


def test_a_total_gives_its_parts_away_though_fees_are_added() -> None:
    fare, tip = RNG.gamma(3, 5, ROWS).round(2), (RNG.gamma(1, 2, ROWS) * RNG.integers(0, 2, ROWS)).round(2)
    fees = RNG.choice([0.3, 0.8, 3.3, 3.8], ROWS)
    frame = {"fare": fare, "tip": tip, "seats": RNG.integers(1, 5, ROWS), "total": (fare + tip + fees).round(2)}
    (found,) = made_up(frame, "total")
    assert (set(found.columns), found.severity) == ({"fare", "tip"}, "major")
    assert found.details["values"] == 4


def test_numbers_that_are_near_one_another_are_no_parts() -> None:
    first = RNG.integers(20, 90, ROWS)
    assert made_up({"first": first, "age": first + RNG.integers(0, 6, ROWS), "n": RNG.random(ROWS)}, "age") == []
    fare = RNG.gamma(3, 5, ROWS).round(2)
    noisy = {"fare": fare, "total": (fare + RNG.gamma(2, 1, ROWS)).round(2), "n": RNG.random(ROWS)}
    assert made_up(noisy, "total") == []


def test_a_quotient_of_the_target_gives_it_away_and_not_what_it_was_divided_by() -> None:
    score, years = RNG.integers(1, 400, ROWS) / 4, RNG.integers(2, 30, ROWS)
    for decimals in (9, 5):
        frame = {"score": score, "per_year": (score / years).round(decimals), "years": years}
        (found,) = made_up(frame, "score", "arithmetic")
        assert (found.columns, found.severity) == (["per_year"], "major")
    income, each = RNG.integers(10**6, 10**9, ROWS), RNG.integers(30, 1_200, ROWS) / 100
    frame = {"income": income, "each": each, "estimated_shares": (income / each).round(3)}
    (found,) = made_up(frame, "each", "arithmetic")
    assert found.columns == ["estimated_shares"]


def test_a_target_that_was_worked_out_itself_is_given_away_by_both() -> None:
    price, number = RNG.integers(100, 9_000, ROWS) / 100, RNG.integers(2, 40, ROWS)
    for target, made in (("total", price * number), ("ratio", (price / number).round(4))):
        (found,) = made_up({"price": price, "number": number, target: made.round(4)}, target, "arithmetic")
        assert set(found.columns) == {"price", "number"}
