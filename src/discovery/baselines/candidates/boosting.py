"""Gradient boosting: scikit-learn's histogram trees with native categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

from ..packing import apart, together
from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["BoostingClassifier", "BoostingRegressor", "booster", "candidates"]

PARTS = ("nodes", "binned_left_cat_bitsets", "raw_left_cat_bitsets")


class _Packed:
    """Boosting whose trees are saved as three arrays."""

    _predictors: list[list[Any]]

    def __getstate__(self) -> dict[str, Any]:
        """Return what a saved model holds."""
        state = self.__dict__.copy()
        if "_predictors" in state:
            trees = [tree for each in self._predictors for tree in each]
            packed = {part: together([getattr(tree, part) for tree in trees]) for part in PARTS}
            state = state | {"_predictors": packed | {"trees_an_iteration": len(self._predictors[0])}}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a saved model holds."""
        state = state.copy()
        packed = state.pop("_predictors", None)
        self.__dict__.update(state)
        if packed is not None:
            trees = [TreePredictor(*own) for own in zip(*(apart(packed[part]) for part in PARTS), strict=True)]
            each = packed["trees_an_iteration"]
            self._predictors = [trees[i : i + each] for i in range(0, len(trees), each)]


class BoostingClassifier(_Packed, HistGradientBoostingClassifier):  # type: ignore[misc]
    """scikit-learn's boosting of classes."""


class BoostingRegressor(_Packed, HistGradientBoostingRegressor):  # type: ignore[misc]
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
