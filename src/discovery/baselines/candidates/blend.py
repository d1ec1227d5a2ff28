"""The weighted average of a linear model, boosting and extra trees, weighted by out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..shared import shared
from . import Candidate

__all__ = ["AverageModel", "blend", "stacking_weights"]

Array = np.ndarray[Any, Any]
LEAST_WEIGHT = 0.05


class AverageModel(BaseEstimator):  # type: ignore[misc]
    """Average the predictions of several models.

    Parameters
    ----------
    models : list
        Unfitted models; ``fit`` fits them. Fitted ones can be averaged as they are.
    weights : sequence of float, optional
        One a model, not negative and of sum 1; equal if not given.
    """

    def __init__(self, models: Sequence[Any] = (), weights: Sequence[float] | None = None) -> None:
        self.models = models
        self.weights = weights

    def fit(self, X: Any, y: Any) -> AverageModel:
        """Fit every model."""
        with shared(X):
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
        with shared(X):
            return np.average([m.predict(X) for m in self.models], axis=0, weights=self.weights)

    def predict_proba(self, X: Any) -> Any:
        """Average the probabilities."""
        with shared(X):
            return np.average([m.predict_proba(X) for m in self.models], axis=0, weights=self.weights)


def stacking_weights(predictions: Sequence[Array], y: Array) -> Array:
    """Return the weights that give the least squared error, not negative, of sum 1, and shrunk to equal ones.

    Parameters
    ----------
    predictions : sequence of array
        Out-of-fold predictions of each model: numbers, or a row of probabilities.
    y : array
        Numbers, or class codes.

    Notes
    -----
    Stacking under constraints (Breiman 1996). With few models every subset is solved exactly and the best one with
    no negative weight is taken. The penalty on leaving equal weights falls with the root of the rows: a part must
    be better by more than chance to count for more. Weights under 0.05 are dropped.
    """
    truth = y if predictions[0].ndim == 1 else (y[:, None] == np.arange(predictions[0].shape[1])).astype(float)
    errors = np.stack([(truth - p).ravel() for p in predictions])
    count = len(predictions)
    cross = errors @ errors.T
    equal = np.full(count, 1.0 / count)
    if not np.trace(cross) > 0:
        return equal
    cross = cross * (count / np.trace(cross))
    penalty = 1.0 / np.sqrt(len(y))
    best, least = equal, np.inf
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            weights = _solve(cross, penalty, chosen, count)
            loss = float(weights @ cross @ weights + penalty * ((weights - equal) ** 2).sum())
            if (weights >= -1e-12).all() and loss < least - 1e-15:
                best, least = weights, loss
    best = np.where(best < LEAST_WEIGHT, 0.0, best)
    found: Array = best / best.sum()
    return found


def _solve(cross: Array, penalty: float, chosen: tuple[int, ...], count: int) -> Array:
    """The weights of least loss on a subset, of sum 1 (a Lagrange multiplier), others zero."""
    index = list(chosen)
    size = len(index)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size] = cross[np.ix_(index, index)] + (penalty + 1e-12) * np.eye(size)
    system[size, :size] = system[:size, size] = 1.0
    right = np.append(np.full(size, penalty / count), 1.0)
    found = np.zeros(count)
    found[index] = np.linalg.lstsq(system, right, rcond=None)[0][:size]
    return found


def blend(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the average of linear (or text), boosting and forest, as far as they are among ``found``."""
    by_name = {c.name: c for c in found}
    first = "text" if "text" in by_name else "linear"
    parts = [by_name[name] for name in (first, "boosting", "forest") if name in by_name]
    if len(parts) < 2 or "boosting" not in by_name:
        return []
    title = "Weighted average of " + ", ".join(p.name for p in parts)
    return [
        Candidate(
            "blend", "boosting", title, lambda: AverageModel([p.build() for p in parts]), 7,
            parts=tuple(p.name for p in parts),
        )
    ]  # fmt: skip
