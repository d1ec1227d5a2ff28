"""Targets that are another number by a factor of their level."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from discovery.artifacts import Finding
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

RNG = np.random.default_rng(7)
ROWS = 900


def told(frame: dict[str, Any], target: str, task: str = "regression") -> list[Finding]:
    case = UseCase.model_validate({"name": "case", "table": "t", "target": target, "task": task})
    table = Table.from_frame("t", pl.DataFrame(frame))
    return list(leaks(table_context(table, Engagement(name="e", use_cases=[case]), date(2026, 1, 1))))


def by_level(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.details["form"] == "by_level"]


def countries() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    country = RNG.integers(0, 30, ROWS)
    people = np.exp(RNG.normal(3, 1, 30)).round(3)
    return country, people[country]


def test_a_number_by_head_gives_the_number_away() -> None:
    country, people = countries()
    cases = RNG.integers(500, 90_000, ROWS)
    frame = {
        "country": [f"c{i}" for i in country],
        "cases": cases,
        "cases_per_million": (cases / people).round(2),
        "tests": RNG.integers(0, 90_000, ROWS),
    }
    (found,) = by_level(told(frame, "cases"))
    assert (found.columns, found.severity) == (["cases_per_million"], "major")
    assert "times a factor that each value of 'country' has" in found.summary
    assert found.details["by"] == ["country"]


def test_shares_of_a_month_need_year_and_month() -> None:
    year, month = RNG.integers(2015, 2020, ROWS), RNG.integers(1, 13, ROWS)
    total = RNG.integers(5_000, 90_000, (5, 12))
    sold = RNG.integers(200, 4_000, ROWS)
    share = (100 * sold / total[year - 2015, month - 1]).round(2)
    (found,) = by_level(told({"year": year, "month": month, "sold": sold, "pct": share}, "sold"))
    assert (found.severity, found.details["by"]) == ("minor", ["year", "month"])


def test_a_level_that_settles_the_target_by_itself_is_no_factor() -> None:
    auction = np.repeat(np.arange(90), 10)
    price, opened = np.exp(RNG.normal(4, 1, 90)).round(2), np.exp(RNG.normal(2, 1, 90)).round(2)
    frame = {"auction": [f"a{i}" for i in auction], "price": price[auction], "opened": opened[auction]}
    assert by_level(told(frame, "price")) == []


def test_what_only_goes_together_is_no_factor() -> None:
    country, people = countries()
    cases = RNG.integers(500, 90_000, ROWS)
    noisy = (cases / people * RNG.lognormal(0, 0.1, ROWS)).round(2)
    frame = {"country": [f"c{i}" for i in country], "cases": cases, "cases_per_million": noisy}
    assert by_level(told(frame, "cases")) == []
    # so coarse a number fits any factor
    coarse = np.round(cases / people / 40_000) + 1
    assert by_level(told(frame | {"cases_per_million": coarse}, "cases")) == []


def test_an_outcome_that_needs_two_flags() -> None:
    his, hers = RNG.random(ROWS) < 0.4, RNG.random(ROWS) < 0.5
    frame = {
        "he_said": np.where(his, "yes", "no"),
        "she_said": hers.astype(int),
        "match": (his & hers).astype(int),
        "age": RNG.integers(20, 40, ROWS),
        "local": RNG.integers(0, 2, ROWS),
    }
    (found,) = [f for f in told(frame, "match", "binary") if f.details["form"] == "both"]
    assert (set(found.columns), found.severity) == ({"he_said", "she_said"}, "major")
    assert "together make 'match' 1, in every row" in found.summary
    loose = his & hers & (RNG.random(ROWS) < 0.8)
    honest = told(frame | {"match": loose.astype(int)}, "match", "binary")
    assert not [f for f in honest if f.details["form"] == "both"]


def test_what_came_of_a_forecast_is_known_after_it() -> None:
    margin, miss = RNG.normal(0, 8, ROWS).round(1), RNG.normal(0, 5, ROWS).round(1)
    frame = {
        "pollster": RNG.choice(["Ada", "Bob", "Cyd"], ROWS),
        "margin_poll": margin,
        "margin_actual": margin + miss,
        "error": np.abs(miss),
        "rightcall": (np.sign(margin) == np.sign(margin + miss)).astype(int),
    }
    known = [f for f in told(frame, "rightcall", "binary") if f.details["form"] == "known_after"]
    assert {c for f in known for c in f.columns} == {"margin_actual", "error"}
    other = {c: v for c, v in frame.items() if c != "pollster"} | {"margin_poll": margin}
    named = {"margin_a": other.pop("margin_poll"), **other}
    assert not [f for f in told(named, "rightcall", "binary") if f.details["form"] == "known_after"]
