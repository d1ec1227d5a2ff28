"""Intervals and tests against what is known of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.baselines.uncertainty import (
    bootstrap_interval,
    corrected_interval,
    corrected_test,
    holm,
    probability_above,
    wilson_interval,
)


def test_corrected_interval_by_hand():
    scores = [0.8, 0.82, 0.78, 0.81, 0.79]
    error = math.sqrt((1 / 5 + 1 / 4) * np.var(scores, ddof=1))
    low, high = corrected_interval(scores, 80, 20)
    assert (low, high) == pytest.approx((0.8 - 2.776445 * error, 0.8 + 2.776445 * error), rel=1e-5)
    assert corrected_interval([0.5], 80, 20) is None


def test_corrected_test_at_the_edges():
    assert corrected_test([0.0] * 5, 80, 20)[2] == 1.0
    assert corrected_test([0.1] * 5, 80, 20)[2] == 0.0
    assert corrected_test([0.1], 80, 20)[2] == 1.0


def test_probability_above_is_half_at_the_mean():
    values = [0.01, 0.03, 0.02, 0.02, 0.02]
    assert probability_above(values, 0.02, 80, 20) == pytest.approx(0.5)
    assert probability_above([0.1] * 3, 0.05, 80, 20) == 1.0
    assert probability_above([0.1], 0.05, 80, 20) == 0.5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_and_keeps_order(p):
    adjusted = holm(p)
    assert all(a >= b for a, b in zip(adjusted, p, strict=True))
    assert all(a <= 1 for a in adjusted)
    order = np.argsort(p, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()
    assert min(adjusted) == pytest.approx(min(1.0, len(p) * min(p)))


def test_wilson_interval_known_value():
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_bootstrap_by_groups_is_wider_where_rows_repeat():
    g = np.random.default_rng(0)
    values = np.repeat(g.normal(size=30), 20)
    groups = np.repeat(np.arange(30), 20)
    alone = bootstrap_interval(lambda i: float(values[i].mean()), 600, seed=1)
    whole = bootstrap_interval(lambda i: float(values[i].mean()), 600, groups=groups, seed=1)
    assert whole[1] - whole[0] > 2.5 * (alone[1] - alone[0])
    assert bootstrap_interval(lambda _: math.nan, 10) is None
