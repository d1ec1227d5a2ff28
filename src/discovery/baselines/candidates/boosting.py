"""Gradient boosting: scikit-learn's histogram trees with native categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

from ..packing import Packed, apart, together
from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["BoostingClassifier", "BoostingRegressor", "booster", "candidates"]

PARTS = ("nodes", "binned_left_cat_bitsets", "raw_left_cat_bitsets")


class _Boosting(Packed):
    _trees_in = "_predictors"

    def _pack(self, trees: list[list[Any]]) -> dict[str, Any]:
        every = [tree for each in trees for tree in each]
        packed = {part: together([getattr(tree, part) for tree in every]) for part in PARTS}
        return packed | {"trees_an_iteration": len(trees[0])}

    def _unpack(self, packed: dict[str, Any]) -> list[list[Any]]:
        every = [TreePredictor(*own) for own in zip(*(apart(packed[part]) for part in PARTS), strict=True)]
        each = packed["trees_an_iteration"]
        return [every[i : i + each] for i in range(0, len(every), each)]


class BoostingClassifier(_Boosting, HistGradientBoostingClassifier):  # type: ignore[misc]
    """scikit-learn's boosting of classes."""


class BoostingRegressor(_Boosting, HistGradientBoostingRegressor):  # type: ignore[misc]
    """scikit-learn's boosting of numbers."""


def booster(shape: Shape, **more: Any) -> Any:
    """Return the unfitted estimator for a table of this shape: early stopping where rows can be spared.

    Measured on public tables: for classes, few leaves and few rounds rank as well as more on small tables, at
    half the cost; numbers need more of both as soon as there are rows for it, and stop early where there is noise.
    """
    regression = shape.task == "regression"
    leaves, rate, rounds, stop = _numbers(shape.rows) if regression else _classes(shape.rows)
    settings: dict[str, Any] = {
        "learning_rate": rate,
        "max_iter": rounds,
        "max_leaf_nodes": leaves,
        "min_samples_leaf": 10 if regression or shape.rows < 1000 else 20,
        "l2_regularization": 1.0,
        "max_features": 0.6,
        "early_stopping": stop,
        "n_iter_no_change": 12,
        "validation_fraction": 0.1,
        "random_state": shape.seed,
    } | more
    return (BoostingRegressor if regression else BoostingClassifier)(**settings)


def _classes(rows: int) -> tuple[int, float, int, bool]:
    """Leaves, learning rate, rounds, and whether to stop early."""
    if rows < 2000:
        return 6, 0.12, 60, False
    return (15, 0.1, 400, True) if rows < 15_000 else (31, 0.08, 400, True)


def _numbers(rows: int) -> tuple[int, float, int, bool]:
    if rows < 1000:
        return (6 if rows < 400 else 15), 0.12, 60, False
    return (15 if rows < 4000 else 31), 0.1, 400, True


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return gradient boosting on all columns."""

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        return TabularModel(FrameEncoder("trees", gaps=shape.gaps, seed=shape.seed), booster(shape))

    return [Candidate("boosting", "boosting", "Gradient boosting", build, 4)]
