"""Targets that are a weighted mean of two other columns."""

from __future__ import annotations

import numpy as np
import pytest

from .test_parts import made_up

ROWS = 600


def world() -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(12)
    low = rng.normal(40, 8, ROWS)
    return low, low + rng.uniform(4, 30, ROWS), rng


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.7])
def test_a_mean_of_two_columns_follows_from_them(weight: float) -> None:
    low, high, rng = world()
    both = 1 / (weight / low + (1 - weight) / high)
    frame = {"low": low.round(), "high": high.round(), "n": rng.random(ROWS), "both": both.round(1)}
    (found,) = made_up(frame, "both", "between")
    assert (set(found.columns), found.severity) == ({"low", "high"}, "minor")


def test_bounds_of_a_target_are_no_parts_of_it() -> None:
    low, high, rng = world()
    close = low + rng.random(ROWS) * (high - low)
    frame = {"low": low, "high": high, "n": rng.random(ROWS), "close": close.round(1)}
    assert made_up(frame, "close", "between") == []
    mean = (low + high) / 2 + rng.normal(0, 4, ROWS)
    assert made_up({"low": low, "high": high, "n": rng.random(ROWS), "mean": mean}, "mean", "between") == []
    nothing = rng.normal(0, 0.01, ROWS)
    near = {"low": 2 * low + rng.normal(0, 0.2, ROWS), "zero": nothing, "n": rng.random(ROWS), "half": low.round(1)}
    assert made_up(near, "half", "between") == []
