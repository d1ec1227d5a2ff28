"""Our figures are scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from discovery.baselines.measures import MEASURES, all_measures, measure_for, practical_margin
from discovery.errors import EngagementError


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.booleans())
def test_binary_measures_equal_scikit_learns(seed, rows, ties):
    g = np.random.default_rng(seed)
    y = np.append(g.integers(0, 2, rows), [0, 1])
    one = g.random(rows + 2)
    one = np.round(one, 1) * 0.98 + 0.01 if ties else one
    p = np.column_stack([1 - one, one])
    guess = p.argmax(axis=1)
    assert MEASURES["roc_auc"](y, p) == pytest.approx(metrics.roc_auc_score(y, one))
    assert MEASURES["log_loss"](y, p) == pytest.approx(metrics.log_loss(y, p))
    assert MEASURES["balanced_accuracy"](y, p) == pytest.approx(metrics.balanced_accuracy_score(y, guess))
    assert MEASURES["f1_macro"](y, p) == pytest.approx(metrics.f1_score(y, guess, average="macro"))
    assert MEASURES["f1"](y, p) == pytest.approx(metrics.f1_score(y, guess, zero_division=0))
    assert MEASURES["precision"](y, p) == pytest.approx(metrics.precision_score(y, guess, zero_division=0))
    assert MEASURES["recall"](y, p) == pytest.approx(metrics.recall_score(y, guess))
    assert MEASURES["brier_score"](y, p) == pytest.approx(metrics.brier_score_loss(y, one))


def test_regression_measures_equal_scikit_learns():
    g = np.random.default_rng(0)
    y, p = g.normal(10, 1, 50), g.normal(10, 1, 50)
    found = all_measures("regression", y, p)
    assert found["r2"] == pytest.approx(metrics.r2_score(y, p), abs=1e-6)
    assert found["mean_absolute_error"] == pytest.approx(metrics.mean_absolute_error(y, p), abs=1e-6)
    assert found["root_mean_squared_error"] == pytest.approx(metrics.root_mean_squared_error(y, p), abs=1e-6)
    assert found["mean_absolute_percentage_error"] == pytest.approx(
        metrics.mean_absolute_percentage_error(y, p), abs=1e-6
    )
    y[0] = 0.0
    assert all_measures("regression", y, p)["mean_absolute_percentage_error"] is None


def test_roc_auc_ovr_leaves_absent_classes_out():
    y = np.array([0, 0, 1, 1])
    p = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1]])
    assert MEASURES["roc_auc_ovr"](y, p) == 1.0
    assert math.isnan(MEASURES["roc_auc"](np.zeros(4, int), p))


def test_names_and_defaults():
    assert measure_for("binary", None).name == "roc_auc"
    assert measure_for("regression", "neg_RMSE".casefold()).name == "root_mean_squared_error"
    assert measure_for("multiclass", "roc_auc").name == "roc_auc_ovr"
    assert practical_margin(MEASURES["log_loss"], -0.4) == pytest.approx(0.002)
    with pytest.raises(EngagementError, match="Did you mean"):
        measure_for("binary", "roc_acu")
