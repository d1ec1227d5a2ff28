"""Extra trees: on small tables often better than boosting, and wrong in other places than it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["MOST_ROWS", "candidates"]

MOST_ROWS = 10_000


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return extremely randomised trees (Geurts et al. 2006) for tables of up to 10,000 training rows.

    Beyond that they cost ten times what boosting does, and were no better on the tables measured.
    """
    if shape.rows > MOST_ROWS:
        return []

    def build() -> Any:
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

        from ..preprocess import FrameEncoder, TabularModel

        if shape.task == "regression":
            model = ExtraTreesRegressor(100, max_features=0.5, random_state=shape.seed)
        else:
            # Measured: leaves of three rows and 60 trees rank as well as twice the trees with smaller leaves.
            model = ExtraTreesClassifier(60, max_features=0.5, min_samples_leaf=3, random_state=shape.seed)
        return TabularModel(FrameEncoder("trees", seed=shape.seed), model)

    return [Candidate("forest", "boosting", "Extra trees", build, 5)]
