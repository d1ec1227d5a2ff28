"""Text: the words of columns of sentences, weighted by TF-IDF, with the other columns, in a linear model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["candidates"]


def candidates(shape: Shape, _: UseCase) -> list[Candidate]:
    """Return the text candidate, where there is a column of sentences."""
    if not shape.text:
        return []

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel
        from .linear import LogisticModel, RidgeModel

        model = RidgeModel() if shape.task == "regression" else LogisticModel(C=2.0)
        return TabularModel(FrameEncoder("linear", text=True, gaps=shape.gaps, seed=shape.seed), model)

    return [Candidate("text", "text", "TF-IDF of the text with the other columns, linear", build, 3)]
