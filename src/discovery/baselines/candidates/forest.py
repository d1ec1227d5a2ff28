"""Extra trees: on small tables often better than boosting, and wrong in other places than it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["MOST_ROWS", "TreesClassifier", "TreesRegressor", "candidates"]

MOST_ROWS = 2000


def _mean(forest: Any, X: Any) -> Any:
    """The mean over the trees, read tree by tree: scikit-learn's threads cost more than the trees do."""
    rows = np.asarray(X, dtype=np.float32)
    total = forest.trees_[0].predict(rows)
    for tree in forest.trees_[1:]:
        total += tree.predict(rows)
    return total / len(forest.trees_)


def _strip(forest: Any) -> None:
    """Keep nothing of the fitted estimators but their trees, which are all that is asked and saved."""
    forest.trees_ = [e.tree_ for e in forest.estimators_]
    del forest.estimators_


class TreesClassifier(ExtraTreesClassifier):  # type: ignore[misc]
    """Extra trees of classes, quick to ask."""

    def fit(self, X: Any, y: Any) -> TreesClassifier:
        """Grow the trees."""
        super().fit(X, y)
        _strip(self)
        return self

    def predict_proba(self, X: Any) -> Any:
        """Predict the mean of the trees' shares."""
        return _mean(self, X)

    def predict(self, X: Any) -> Any:
        """Predict class codes."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class TreesRegressor(ExtraTreesRegressor):  # type: ignore[misc]
    """Extra trees of numbers, quick to ask."""

    def fit(self, X: Any, y: Any) -> TreesRegressor:
        """Grow the trees."""
        super().fit(X, y)
        _strip(self)
        return self

    def predict(self, X: Any) -> Any:
        """Predict the mean of the trees."""
        return _mean(self, X).ravel()


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return extremely randomised trees (Geurts et al. 2006) for tables of up to 2,000 training rows.

    On the public tables measured with more rows they were worse than boosting, cost twice to ten times as much, and
    did a blend no good. Trees of numbers are grown out: where that is too much for the noise, the blend drops them.
    """
    if shape.rows > MOST_ROWS:
        return []

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        if shape.task == "regression":
            model = TreesRegressor(50, max_features=0.5, random_state=shape.seed)
        else:
            model = TreesClassifier(40, max_features=0.5, min_samples_leaf=3, random_state=shape.seed)
        return TabularModel(FrameEncoder("trees", gaps=shape.gaps, seed=shape.seed), model)

    return [Candidate("forest", "boosting", "Extra trees", build, 5)]
