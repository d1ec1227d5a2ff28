"""What follows a diagnosis, and times that end with a time of follow-up."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding

from ..checks.readiness.test_leaks import audit

ROWS = 600


def told(data: dict[str, Any], target: str, form: str) -> list[Finding]:
    found = audit(pl.DataFrame(data, strict=False), target, task="binary")
    return [f for f in found if f.details["form"] == form]


def trial(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    to_death = rng.integers(50, 4000, ROWS)
    relapsed = rng.random(ROWS) < 0.5
    to_relapse = np.where(relapsed, (to_death * rng.uniform(0.1, 0.9, ROWS)).astype(int), to_death)
    died = rng.random(ROWS) < 0.4
    return {
        "age": rng.normal(60, 9, ROWS).round(),
        "rtime": to_relapse,
        "dtime": to_death,
        "death": died.astype(int),
    }


def test_a_time_that_ends_with_the_follow_up() -> None:
    data = trial()
    (found,) = told(data, "death", "ended")
    assert (found.columns, found.severity, found.details["of"]) == (["rtime"], "minor", "dtime")
    above = data["rtime"].copy()
    above[7] = data["dtime"][7] + 1
    assert told(data | {"rtime": above}, "death", "ended") == []
    below = np.maximum(1, data["dtime"] // 2 - data["rtime"] % 7)
    assert told(data | {"rtime": below}, "death", "ended") == []


def patients(word: str, pure: float = 1.0) -> dict[str, Any]:
    rng = np.random.default_rng(4)
    ill = rng.random(ROWS) < 0.55
    operated = np.where(ill, rng.random(ROWS) < 0.6, rng.random(ROWS) > pure)
    shown = {"fever": rng.normal(38, 1, ROWS).round(1), "pain": rng.choice(["yes", "no"], ROWS)}
    return shown | {word: np.where(operated, "yes", "no"), "diagnosis": np.where(ill, "ill", "well")}


@pytest.mark.parametrize("word", ["Surgery", "treatment_group", "PostComplications"])
def test_what_follows_a_diagnosis(word: str) -> None:
    (found,) = told(patients(word, pure=0.99), "diagnosis", "treated")
    assert (found.columns, found.severity) == ([word], "minor")


def test_what_may_come_before_a_diagnosis() -> None:
    assert told(patients("Surgery", pure=0.7), "diagnosis", "treated") == []
    assert told(patients("previous_surgery"), "diagnosis", "treated") == []
    assert told(patients("rash"), "diagnosis", "treated") == []
    data = patients("treatment")
    assert told({**data, "answer": data["diagnosis"]}, "answer", "treated") == []
