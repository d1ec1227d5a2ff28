"""Extra trees: on small tables often better than boosting, and wrong in other places than it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["MOST_ROWS", "candidates"]

MOST_ROWS = 2000


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return extremely randomised trees (Geurts et al. 2006) for tables of up to 2,000 training rows.

    On the public tables measured with more rows they were worse than boosting, cost twice to ten times as much, and
    did a blend no good. Trees of numbers are grown out: where that is too much for the noise, the blend drops them.
    """
    if shape.rows > MOST_ROWS:
        return []

    def build() -> Any:
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

        from ..preprocess import FrameEncoder, TabularModel

        if shape.task == "regression":
            model = ExtraTreesRegressor(50, max_features=0.5, random_state=shape.seed)
        else:
            model = ExtraTreesClassifier(40, max_features=0.5, min_samples_leaf=3, random_state=shape.seed)
        return TabularModel(FrameEncoder("trees", gaps=shape.gaps, seed=shape.seed), model)

    return [Candidate("forest", "boosting", "Extra trees", build, 5)]
