"""Custom candidates: any scikit-learn estimator, named by its import path in the engagement."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ...errors import EngagementError
from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["candidates", "load_estimator"]


def load_estimator(path: str) -> Any:
    """Return the class at ``package.module.Class`` (or ``package.module:Class``).

    Raises
    ------
    EngagementError
        It cannot be imported, or is no estimator.
    """
    module, _, name = path.replace(":", ".").rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise EngagementError(
            f"custom candidate '{path}' cannot be imported ({type(error).__name__})",
            mend="Give the import path of a scikit-learn estimator, such as sklearn.svm.SVC.",
        ) from None
    if not (callable(found) and hasattr(found, "fit") and hasattr(found, "predict")):
        raise EngagementError(f"custom candidate '{path}' is no estimator", mend="It needs fit and predict.")
    return found


def candidates(shape: Shape, use_case: UseCase) -> list[Candidate]:
    """Return the engagement's own estimators, on the linear model's encoding."""
    return [_candidate(name, path, shape) for name, path in use_case.custom.items()]


def _candidate(name: str, path: str, shape: Shape) -> Candidate:
    estimator = load_estimator(path)

    def build() -> Any:
        from ..preprocess import FrameEncoder, TabularModel

        model = estimator()
        known = model.get_params() if hasattr(model, "get_params") else {}
        if "random_state" in known:
            model.set_params(random_state=shape.seed)
        return TabularModel(FrameEncoder("linear", text=False, gaps=shape.gaps, seed=shape.seed), model)

    return Candidate(name, "custom", path, build, 5)
