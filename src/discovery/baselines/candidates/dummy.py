"""The dummy: what is reached without looking at any column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["candidates"]


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return the dummy: the shares of the classes, or the mean, for every row."""

    def build() -> Any:
        from sklearn.dummy import DummyClassifier, DummyRegressor

        return DummyRegressor() if shape.task == "regression" else DummyClassifier(strategy="prior")

    title = "Always the mean" if shape.task == "regression" else "Always the shares of the classes"
    return [Candidate("dummy", "dummy", f"{title}, whatever the columns say", build, 0)]
