"""Extra trees: on small tables often better than boosting, and wrong in other places than it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.tree._tree import Tree

from ..packing import Packed, apart, together
from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["MOST_ROWS", "TreesClassifier", "TreesRegressor", "candidates"]

MOST_ROWS, SMALL = 6000, 2000


class _Quick(Packed):
    """What makes a forest of small trees quick: nothing is copied for a tree but what it needs.

    scikit-learn clones and inspects an estimator for each tree, which takes as long as growing it, and its threads
    cost more than the trees do when they are asked.
    """

    _trees_in = "trees_"
    estimator_: Any
    estimators_: list[Any]
    estimator_params: tuple[str, ...]

    def _make_estimator(self, append: bool = False, random_state: Any = None) -> Any:  # noqa: ARG002
        """Return an unfitted tree, with the seed that scikit-learn would give it."""
        settings = {name: getattr(self, name) for name in self.estimator_params}
        settings["random_state"] = random_state.randint(np.iinfo(np.int32).max)
        return type(self.estimator_)(**settings)

    def fit(self, X: Any, y: Any) -> Any:
        """Grow the trees, and keep nothing of the estimators but them: they are all that is asked and saved."""
        super().fit(X, y)  # type: ignore[misc]
        self.trees_ = [e.tree_ for e in self.estimators_]
        del self.estimators_
        return self

    def _pack(self, trees: list[Any]) -> dict[str, Any]:
        first, own = trees[0], [tree.__getstate__() for tree in trees]
        return {
            "shape": (first.n_features, first.n_classes, first.n_outputs),
            "max_depth": [tree["max_depth"] for tree in own],
            "nodes": together([tree["nodes"] for tree in own]),
            "values": together([tree["values"] for tree in own]),
        }

    def _unpack(self, packed: dict[str, Any]) -> list[Any]:
        trees = []
        parts = packed["max_depth"], apart(packed["nodes"]), apart(packed["values"])
        for depth, nodes, values in zip(*parts, strict=True):
            tree = Tree(*packed["shape"])
            tree.__setstate__({"max_depth": depth, "node_count": len(nodes), "nodes": nodes, "values": values})
            trees.append(tree)
        return trees

    def _mean(self, X: Any) -> Any:
        """The mean over the trees."""
        rows = np.asarray(X, dtype=np.float32)
        total = self.trees_[0].predict(rows)
        for tree in self.trees_[1:]:
            total += tree.predict(rows)
        return total / len(self.trees_)


class TreesClassifier(_Quick, ExtraTreesClassifier):  # type: ignore[misc]
    """Extra trees of classes, quick to grow and to ask."""

    def predict_proba(self, X: Any) -> Any:
        """Predict the mean of the trees' shares."""
        return self._mean(X)

    def predict(self, X: Any) -> Any:
        """Predict class codes."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class TreesRegressor(_Quick, ExtraTreesRegressor):  # type: ignore[misc]
    """Extra trees of numbers, quick to grow and to ask."""

    def predict(self, X: Any) -> Any:
        """Predict the mean of the trees."""
        return self._mean(X).ravel()


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return extremely randomised trees (Geurts et al. 2006) for tables of up to 6,000 training rows.

    With more rows they cost more than boosting and bring little; from 2,000 rows on half the trees do. Trees of
    numbers are grown out on small tables: where that is too much for the noise, the blend drops them.
    """
    if shape.rows > MOST_ROWS:
        return []
    large = shape.rows > SMALL
    settings: dict[str, Any] = {"max_features": 0.5, "random_state": shape.seed}

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        if shape.task == "regression":
            model = TreesRegressor(24 if large else 50, min_samples_leaf=2 if large else 1, **settings)
        else:
            model = TreesClassifier(24 if large else 40, min_samples_leaf=2 if large else 3, **settings)
        return TabularModel(FrameEncoder("trees", gaps=shape.gaps, seed=shape.seed), model)

    return [Candidate("forest", "boosting", "Extra trees", build, 5)]
