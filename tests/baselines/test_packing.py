"""Models of many trees are saved as a few arrays, and come back as they were."""

from __future__ import annotations

import io
from zipfile import ZipFile

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from discovery.baselines.candidates.boosting import BoostingClassifier, BoostingRegressor
from discovery.baselines.candidates.forest import TreesClassifier, TreesRegressor
from discovery.baselines.packing import apart, together

G = np.random.default_rng(0)
X = np.column_stack([G.normal(size=(240, 4)), G.integers(0, 5, 240)])
NUMBER = X[:, 0] * X[:, 1] + X[:, 4]
CLASS = (X[:, 0] > 0).astype(int) + (X[:, 4] > 2)


def test_apart_gives_back_what_together_was_given():
    arrays = [np.arange(3), np.arange(0), np.arange(5)]
    assert [a.tolist() for a in apart(together(arrays))] == [a.tolist() for a in arrays]


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (BoostingClassifier(max_iter=30, categorical_features=[4]), CLASS),
        (BoostingRegressor(max_iter=30, categorical_features=[4]), NUMBER),
        (TreesClassifier(30, random_state=0), CLASS),
        (TreesRegressor(30, random_state=0), NUMBER),
    ],
)
def test_a_model_comes_back_from_a_few_arrays(model, y):
    from skops.io import dumps, get_untrusted_types, loads

    model.fit(X, y)
    data = dumps(model)
    with ZipFile(io.BytesIO(data)) as file:
        assert len(file.namelist()) < 40
    again = loads(data, trusted=get_untrusted_types(data=data))
    for name in ("predict", "predict_proba"):
        if hasattr(model, name):
            assert np.array_equal(getattr(again, name)(X), getattr(model, name)(X))


def test_the_quick_forest_is_scikit_learns():
    quick = TreesClassifier(8, max_features=0.5, random_state=3).fit(X, CLASS)
    plain = ExtraTreesClassifier(8, max_features=0.5, random_state=3).fit(X, CLASS)
    assert np.allclose(quick.predict_proba(X), plain.predict_proba(X))
