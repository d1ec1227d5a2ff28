"""The simulation of benchmarks/honesty.py, small."""

from __future__ import annotations

from types import ModuleType

import pytest


def test_intervals_cover_and_no_difference_is_rarely_claimed(honesty: ModuleType):
    found = honesty.simulate(rows=300, repeats=2, trials=200)
    assert found["interval_covers"] >= 0.93
    assert found["holdout_interval_covers"] >= 0.89
    assert found["better_without_difference"] <= 0.05
    assert found["wrong_go"] <= 0.05
    # About 100 of the 200 are below the criterion: 5% and two standard errors of that.
    assert found["wrong_go_decided"] <= 0.05 + 2 * (0.05 * 0.95 / 100) ** 0.5
    assert found["go_where_good"] > found["wrong_go_decided"]
    assert found["better_without_difference_naive"] > 0.1


def test_the_known_truth_is_the_score_on_many_rows(honesty: ModuleType):
    import numpy as np

    generator = np.random.default_rng(0)
    X, y = honesty.draw(60_000, generator)
    weights = honesty.fit(X[:500], y[:500], np.arange(3))
    assert honesty.auc(weights, X, y) == pytest.approx(honesty.true_auc(weights), abs=0.005)
