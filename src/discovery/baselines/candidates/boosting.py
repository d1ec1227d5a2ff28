"""Gradient boosting: scikit-learn's histogram trees with native categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["booster", "candidates"]


def booster(shape: Shape, **more: Any) -> Any:
    """Return the unfitted estimator for a table of this shape: early stopping where rows can be spared."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    large = shape.rows >= 4000
    # Measured on small tables: classes need few leaves, at half the cost; numbers lose by them.
    leaves, rate, rounds = (15, 0.06, 120) if shape.task == "regression" else (8, 0.08, 110)
    settings: dict[str, Any] = {
        "learning_rate": 0.08 if large else rate,
        "max_iter": 400 if large else rounds,
        "max_leaf_nodes": 31 if large else leaves,
        "min_samples_leaf": 20 if shape.rows >= 1000 else 10,
        "l2_regularization": 1.0,
        "max_features": 0.6,
        "early_stopping": large,
        "n_iter_no_change": 12,
        "validation_fraction": 0.1,
        "random_state": shape.seed,
    } | more
    if shape.task == "regression":
        return HistGradientBoostingRegressor(**settings)
    return HistGradientBoostingClassifier(**settings)


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return gradient boosting on all columns."""

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        return TabularModel(FrameEncoder("trees", seed=shape.seed), booster(shape))

    return [Candidate("boosting", "boosting", "Gradient boosting", build, 4)]
