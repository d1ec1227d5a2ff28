"""Flags that say where the time to an event is cut short."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from discovery.artifacts import Finding

from ..checks.readiness.test_leaks import audit

ROWS = 600


def released(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    follow = rng.integers(70, 82, ROWS)
    months = np.minimum(rng.exponential(90, ROWS).astype(int) + 1, follow)
    return {
        "priors": rng.poisson(2, ROWS),
        "married": rng.integers(0, 2, ROWS),
        "follow": follow,
        "cens": (months == follow).astype(int),
        "months": months,
    }


def told(data: dict[str, Any]) -> list[Finding]:
    found = audit(pl.DataFrame(data, strict=False), "months", task="regression")
    return [f for f in found if f.details["form"] == "censored"]


def test_a_flag_of_those_that_nothing_happened_to() -> None:
    (found,) = told(released())
    assert (found.columns, found.severity, found.details["of"]) == (["cens"], "major", "follow")
    data = released()
    (found,) = told(data | {"cens": np.where(data["cens"] == 1, "no", "yes")})
    assert found.columns == ["cens"]


def test_flags_of_something_else() -> None:
    data = released()
    assert told(data | {"cens": np.roll(data["cens"], 1)}) == []
    assert told(data | {"follow": data["follow"] - 20}) == []
    assert told(data | {"follow": data["follow"] + 1}) == []
