"""Rules are said as people say them, and divide the rows as the tree does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.baselines.candidates.rule import RuleModel
from discovery.baselines.candidates.rule_words import Test as Condition
from discovery.baselines.candidates.rule_words import round_threshold, words


@pytest.mark.parametrize(
    ("values", "threshold", "round_one"),
    [
        ([28, 29], 28.5, 28),
        ([1, 2], 1.5, 1),
        ([28.3, 31], 29.65, 30),
        ([0.1, 0.2], 0.15, 0.1),
        ([0, 7298], 3649, 4000),
    ],
)  # fmt: skip
def test_thresholds_are_round(values, threshold, round_one):
    assert round_threshold(np.array(values), threshold) == pytest.approx(round_one, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=20, unique=True), st.integers(0, 18)
)  # fmt: skip
def test_round_thresholds_divide_as_before(values, place):
    ordered = np.sort(np.array(values, dtype=np.float32)).astype(float)
    i = min(place, len(ordered) - 2)
    threshold = (ordered[i] + ordered[i + 1]) / 2
    if not ordered[i] <= threshold < ordered[i + 1]:
        return
    found = round_threshold(ordered, threshold)
    assert ((ordered <= found) == (ordered <= threshold)).all()


def test_words():
    days = (np.datetime64("2026-04-01") - np.datetime64(0, "D")).astype(int) - 0.01
    assert words([Condition("at", "days", float(days), True)]) == "at before 2026-04-01"
    assert words([Condition("at", "days", float(days), False)]) == "at from 2026-04-01"
    assert words([Condition("at", "weekday", 2.0, True)]) == "weekday of at is Monday to Tuesday"
    assert words([Condition("at", "month", 11.0, False)]) == "month of at is December"
    assert words([Condition("at", "hour", 11.0, True, True)]) == "hour of at at most 11 or missing"
    both = [Condition("kind", "= a", 0.5, True), Condition("kind", "= b", 0.5, False)]
    assert words(both) == "kind is 'b'"
    neither = [Condition("kind", f"= {v}", 0.5, True) for v in "abc"]
    assert words(neither) == "kind is neither 'a', 'b' nor 'c'"
    assert words([Condition("x", "", 3.0, False), Condition("x", "", 9.5, True)]) == "x over 3 up to 9.5"
    assert words([]) == ""


def test_dates_in_a_rule_are_dates():
    days = pd.date_range("2024-01-01", periods=400, freq="D").astype("datetime64[us]")
    y = (days >= "2024-07-01").astype(int)
    model = RuleModel("binary", "y", ("no", "yes")).fit(pd.DataFrame({"at": days}), np.asarray(y))
    assert any("at from 2024-07-01" in line for line in model.lines_)
    assert (model.predict(pd.DataFrame({"at": days})) == y).all()
