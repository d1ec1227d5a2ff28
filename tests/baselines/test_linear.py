"""Ridge regression learns the logarithm where that is how the target came about, and not where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.baselines.candidates.linear import RidgeModel

G = np.random.default_rng(0)
X = np.column_stack([G.normal(size=600), (G.random(600) < 0.15).astype(float)])
FACTORS = np.exp(1 + X[:, 0] + X[:, 1] + 0.3 * G.normal(size=600))
SUMS = np.maximum(0.0, 5 + 2 * X[:, 0] + 40 * X[:, 1] + 2 * G.normal(size=600))
EVEN = 5 + X[:, 0]


@pytest.mark.parametrize(("y", "logarithm"), [(FACTORS, True), (SUMS, False), (EVEN, False)])
def test_the_logarithm_is_learned_where_it_fits(y, logarithm):
    model = RidgeModel().fit(X, y)
    assert model.log_ is logarithm
    assert np.corrcoef(model.predict(X), y)[0, 1] > 0.8
