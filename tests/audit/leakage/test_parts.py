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


def made_up(frame: dict[str, Any], target: str) -> list[Finding]:
    case = UseCase(name="case", table="t", target=target, task="regression")
    table = Table.from_frame("t", pl.DataFrame(frame))
    found = leaks(table_context(table, Engagement(name="e", use_cases=[case]), date(2026, 1, 1)))
    return [f for f in found if f.details["form"] == "made_up"]


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
