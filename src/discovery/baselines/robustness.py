"""What happens when input is worse than in training: cells missing, numbers shifted, categories never seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from .context import Context
from .crossval import predictions

__all__ = ["robustness"]

ROWS = 2000


def _kinds(X: Any) -> tuple[list[str], list[str]]:
    numbers = [c for c in X.columns if getattr(X[c].dtype, "kind", "O") == "f"]
    categories = [c for c in X.columns if X[c].dtype == "category"]
    return numbers, categories


def _missing(X: Any, share: float, generator: Any) -> Any:
    found = X.copy()
    for name in X.columns:
        found[name] = X[name].mask(generator.random(len(X)) < share)
    return found


def _shifted(X: Any, numbers: list[str]) -> Any:
    found = X.copy()
    for name in numbers:
        values = X[name].to_numpy()
        finite = np.clip(values[np.isfinite(values)], -1e30, 1e30)
        found[name] = values + (0.5 * float(finite.std()) if len(finite) else 0.0)
    return found


def _unseen(X: Any, categories: list[str], generator: Any) -> Any:
    found = X.copy()
    for name in categories:
        hit = generator.random(len(X)) < 0.2
        values = X[name].cat.add_categories(["\0unseen"])
        values[hit] = "\0unseen"
        found[name] = values
    return found


def robustness(context: Context) -> None:
    """Score the model on spoiled copies of rows that it has not seen."""
    problem = context.problem
    if context.track.candidate.family in {"dummy"}:
        return
    model, rows = context.judged
    rows = rows[:: max(1, len(rows) // ROWS)]
    X = problem.X.iloc[rows].reset_index(drop=True)
    generator = np.random.default_rng(problem.seed)
    numbers, categories = _kinds(X)
    base = context.score(rows, predictions(model, X, problem.classes))
    cases = [("one cell in ten missing", _missing(X, 0.1, generator)),
             ("three cells in ten missing", _missing(X, 0.3, generator))]  # fmt: skip
    if numbers:
        cases.append(("numbers shifted by half a standard deviation", _shifted(X, numbers)))
    if categories:
        cases.append(("one category in five never seen", _unseen(X, categories, generator)))
    context.fields["robustness"] = [
        {"input": "as it is", "score": base, "change": 0.0},
        *(
            {"input": words, "score": value, "change": value - base}
            for words, spoiled in cases
            for value in [context.score(rows, predictions(model, spoiled, problem.classes))]
        ),
    ]
