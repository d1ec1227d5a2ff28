"""The plain average of a linear model, boosting and extra trees: no weights, so nothing to overfit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from . import Candidate

__all__ = ["AverageModel", "blend"]


class AverageModel(BaseEstimator):  # type: ignore[misc]
    """Average the predictions of several models.

    Parameters
    ----------
    models : list
        Unfitted models; ``fit`` fits them. Fitted ones can be averaged as they are.
    """

    def __init__(self, models: Sequence[Any] = ()) -> None:
        self.models = models

    def fit(self, X: Any, y: Any) -> AverageModel:
        """Fit every model."""
        for model in self.models:
            model.fit(X, y)
        return self

    @property
    def classes_(self) -> Any:
        """The class codes that the columns of the probabilities stand for."""
        return self.models[0].classes_

    def predict(self, X: Any) -> Any:
        """Average the numbers, or take the class of the highest average probability."""
        if hasattr(self.models[0], "classes_"):
            return self.classes_[self.predict_proba(X).argmax(axis=1)]
        return np.mean([m.predict(X) for m in self.models], axis=0)

    def predict_proba(self, X: Any) -> Any:
        """Average the probabilities."""
        return np.mean([m.predict_proba(X) for m in self.models], axis=0)


def blend(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the average of linear (or text), boosting and forest, where all three are among ``found``."""
    by_name = {c.name: c for c in found}
    first = "text" if "text" in by_name else "linear"
    if not {first, "boosting", "forest"} <= set(by_name):
        return []
    parts = [by_name[name] for name in (first, "boosting", "forest")]
    title = "Average of " + ", ".join(p.name for p in parts)
    return [
        Candidate(
            "blend", "boosting", title, lambda: AverageModel([p.build() for p in parts]), 7,
            parts=tuple(p.name for p in parts),
        )
    ]  # fmt: skip
