"""Values that settle a class, flags that nearly do, and judgements of what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

ROWS = 1_500


def audit(frame: pl.DataFrame, target: str = "outcome", **case: Any) -> dict[str, Finding]:
    engagement = Engagement(name="e", use_cases=[UseCase(name="case", table="t", target=target, **case)])
    found = leaks(table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1)))
    return {c: f for f in found for c in f.columns}


def world(rate: float = 0.4, strength: float = 1.0) -> pl.DataFrame:
    """An outcome, a number and a ward that go with it as honest predictors do, and noise."""
    rng = np.random.default_rng(0)
    died = rng.random(ROWS) < rate
    ward = np.array(list("abcd"))[np.clip((rng.normal(size=ROWS) + strength * died).astype(int) + 1, 0, 3)]
    return pl.DataFrame(
        {
            "level": (rng.normal(size=ROWS) + died).round(3),
            "ward": ward,
            "noise": rng.normal(size=ROWS).round(3),
            "outcome": np.where(died, "dead", "live"),
        }
    )


def where(frame: pl.DataFrame, outcome: str, count: int) -> np.ndarray:
    return np.flatnonzero((frame["outcome"] == outcome).to_numpy())[:count]


def test_a_value_that_settles_the_class_is_asked_about() -> None:
    frame = world()
    place = np.full(ROWS, "y")
    place[[*where(frame, "dead", 300), *where(frame, "live", 1)]] = "n"
    found = audit(frame.with_columns(hosp=pl.Series(place)))
    assert {c: f.severity for c, f in found.items()} == {"hosp": "info"}
    assert found["hosp"].summary == (
        "In the 301 rows in which 'hosp' is 'n', 'outcome' is 'dead' in 99.7% (39.1% overall)."
    )
    assert found["hosp"].rows_affected == 301


def test_a_value_that_only_goes_with_the_class_is_no_leak() -> None:
    frame = world()
    place = np.full(ROWS, "y")
    place[[*where(frame, "dead", 300), *where(frame, "live", 12)]] = "n"
    assert audit(frame.with_columns(hosp=pl.Series(place))) == {}
    frame = frame.with_columns(year=pl.Series(np.where(frame["outcome"] == "dead", 2015, 2016)))
    assert "settled" not in {f.details["form"] for f in audit(frame).values()}, "time goes by with all there is"
    usual = world(rate=0.2)
    place = np.full(ROWS, "y")
    place[where(usual, "live", 500)] = "n"
    assert audit(usual.with_columns(hosp=pl.Series(place))) == {}, "of what mostly is, it is no sign"


def test_values_of_several_columns_are_told_together() -> None:
    frame = world()
    for i, count in enumerate((300, 400, 350)):
        place = np.full(ROWS, "y")
        place[where(frame, "dead", count)] = "n"
        frame = frame.with_columns(pl.Series(f"c{i}", place))
    found = audit(frame)
    assert set(found) == {"c0", "c1", "c2"}
    assert len({f.summary for f in found.values()}) == 1
    assert found["c0"].severity == "info"


@pytest.mark.parametrize(("hits", "others", "told"), [(45, 12, True), (30, 60, False), (8, 1, False)])
def test_a_flag_that_raises_the_odds_of_a_rare_class(hits: int, others: int, told: bool) -> None:
    frame = world(rate=0.07)
    test = np.zeros(ROWS, int)
    test[[*where(frame, "dead", hits), *where(frame, "live", others)]] = 1
    found = audit(frame.with_columns(test=pl.Series(test)))
    assert {c: f.severity for c, f in found.items()} == ({"test": "info"} if told else {})


@pytest.mark.parametrize(
    ("name", "told"),
    [("BI-RADS", True), ("physician_assessment", True), ("Radiologist rating", True), ("ward_rating", False)],
)
def test_a_judgement_of_what_is_asked(name: str, told: bool) -> None:
    rng = np.random.default_rng(1)
    frame = world()
    judged = np.clip(
        np.round(2.5 + rng.normal(size=ROWS) * 0.9 + 1.5 * (frame["outcome"] == "dead").to_numpy()), 1, 5
    )
    found = audit(frame.with_columns(pl.Series(name, judged.astype(int))))
    assert {c: f.severity for c, f in found.items()} == ({name: "minor"} if told else {})
    noise = pl.Series(name, rng.integers(1, 6, ROWS))
    assert audit(frame.with_columns(noise)) == {}, "it must go with the outcome"
