"""The linear model: regularised, on scaled numbers and encoded categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["LogisticModel", "RidgeModel", "candidates"]

SKEWED = 1.0
"""Skewness from which the logarithm of a target that is never negative is learned."""
FAR = 1.25
"""How many times the squared error may be for the logarithm to be learned, which does not minimise it."""


class LogisticModel(BaseEstimator):  # type: ignore[misc]
    """Logistic regression with the solver that suits the matrix.

    Parameters
    ----------
    C : float
        Inverse of the penalty's strength.
    """

    def __init__(self, C: float = 0.5) -> None:
        self.C = C

    def fit(self, X: Any, y: Any) -> LogisticModel:
        """Fit on a dense or sparse matrix."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression

        classes = len(np.unique(y))
        newton = not sparse.issparse(X) and X.shape[1] * max(1, classes - 1) <= 400
        solver = "newton-cholesky" if newton else "lbfgs"
        self.model_ = LogisticRegression(C=self.C, solver=solver, max_iter=100 if newton else 5000, tol=1e-3)
        self.model_.fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X: Any) -> Any:
        """Predict class codes."""
        return self.model_.predict(X)

    def predict_proba(self, X: Any) -> Any:
        """Predict probabilities."""
        return self.model_.predict_proba(X)


class RidgeModel(BaseEstimator):  # type: ignore[misc]
    """Ridge regression; on a dense matrix the penalty is chosen by leave-one-out within the training rows.

    Of a skewed target that is never negative the logarithm is learned, unless it fits far worse; predictions are
    then scaled to the training rows' mean, which the exponential alone would miss (Duan's smearing, 1983), and
    kept within 1.5 times their maximum.

    Parameters
    ----------
    alphas : tuple of float
        Penalties to choose from.
    """

    def __init__(self, alphas: tuple[float, ...] = (0.1, 1.0, 10.0, 100.0)) -> None:
        self.alphas = alphas

    def fit(self, X: Any, y: Any) -> RidgeModel:
        """Fit on a dense or sparse matrix."""
        self.log_ = False
        self.model_ = self._ridge(X).fit(X, y)
        if float(y.min()) < 0 or _skewness(y) <= SKEWED:
            return self
        as_it_is, missed = self.model_, self._missed(X, y)
        self.log_ = True
        self.model_ = self._ridge(X).fit(X, np.log1p(y))
        self.most_ = 1.5 * float(y.max())
        self.factor_ = float(y.sum() / max(float(np.expm1(self.model_.predict(X)).sum()), 1e-12))
        if self._missed(X, y) > FAR * missed:
            self.log_, self.model_ = False, as_it_is
        return self

    def _ridge(self, X: Any) -> Any:
        from scipy import sparse
        from sklearn.linear_model import Ridge, RidgeCV

        if sparse.issparse(X) or X.shape[1] > 1000:
            return Ridge(alpha=1.0, random_state=0)
        return RidgeCV(alphas=self.alphas)

    def _missed(self, X: Any, y: Any) -> float:
        """The squared error on the training rows."""
        return float(np.square(y - self.predict(X)).sum())

    def predict(self, X: Any) -> Any:
        """Predict numbers."""
        found = self.model_.predict(X)
        if self.log_:
            found = np.clip(self.factor_ * np.expm1(np.minimum(found, np.log1p(self.most_))), 0.0, self.most_)
        return found


def _skewness(y: Any) -> float:
    spread = float(np.std(y))
    return float(np.mean((y - np.mean(y)) ** 3)) / spread**3 if spread > 0 else 0.0


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return ridge or logistic regression on all columns but text."""

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        model = RidgeModel() if shape.task == "regression" else LogisticModel()
        return TabularModel(FrameEncoder("linear", text=False, gaps=shape.gaps, seed=shape.seed), model)

    title = (
        "Ridge regression (of the logarithm where the target is skewed)"
        if shape.task == "regression"
        else "Logistic regression"
    )
    return [Candidate("linear", "linear", title, build, 2)]
