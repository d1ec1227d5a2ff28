"""Which columns matter: the loss of quality when a column's values are shuffled, correlated columns together."""

from __future__ import annotations

from typing import Any

import numpy as np

from .context import Context
from .crossval import predictions
from .preprocess import blocks_reading
from .shared import encoded, shared

__all__ = ["importance"]

Array = np.ndarray[Any, Any]
ROWS = 500
REPEATS = 5
MOST = 40
CORRELATED = 0.9


def _ranks(X: Any) -> tuple[list[str], Array]:
    from scipy.stats import rankdata

    names, columns = [], []
    for name in X.columns:
        column = X[name]
        values = column.cat.codes.to_numpy() if column.dtype == "category" else column.to_numpy().astype(float)
        values = np.where(np.isfinite(values.astype(float)), values, -1e300)
        ranks = rankdata(values)
        names.append(str(name))
        columns.append((ranks - ranks.mean()) / (ranks.std() or 1.0))
    return names, np.column_stack(columns)


def correlated_groups(X: Any) -> list[list[str]]:
    """Return the columns in groups whose ranks correlate at 0.9 or more (single linkage), in the frame's order.

    Categories are compared by their codes, which finds a category that renames another in order.
    """
    names, ranks = _ranks(X)
    close = np.abs(ranks.T @ ranks / len(X)) >= CORRELATED
    left = list(range(len(names)))
    groups = []
    while left:
        group, todo = [], [left.pop(0)]
        while todo:
            i = todo.pop()
            group.append(i)
            near = [j for j in left if close[i, j]]
            left = [j for j in left if j not in near]
            todo += near
        groups.append([names[i] for i in sorted(group)])
    return groups


def importance(context: Context) -> None:
    """Shuffle each group of columns on rows that the model has not seen, five times, and note what is lost."""
    from scipy.stats import t

    problem, track = context.problem, context.track
    if track.candidate.family == "dummy":
        return
    model, rows = context.judged
    generator = np.random.default_rng(problem.seed)
    if len(rows) > ROWS:
        rows = np.sort(generator.choice(rows, ROWS, replace=False))
    X = problem.X.iloc[rows].reset_index(drop=True)
    groups = correlated_groups(X)
    if len(groups) > MOST:
        context.notes.append(f"Importance was measured for the first {MOST} of {len(groups)} groups of columns.")
        groups = groups[:MOST]
    # All repeats in one call: encoding and predicting cost more by the call than by the row.
    stacked = X.iloc[np.tile(np.arange(len(X)), REPEATS)].reset_index(drop=True)
    factor = float(t.ppf(0.975, REPEATS - 1)) / np.sqrt(REPEATS)
    found: list[dict[str, Any]] = []
    with shared(stacked):
        base = context.score(rows, predictions(model, stacked, problem.classes)[: len(X)])
        for group in groups:
            places = np.concatenate([generator.permutation(len(X)) for _ in range(REPEATS)])
            parts = np.split(_shuffled(context, model, stacked, group, places), REPEATS)
            drops = [problem.measure.sign * (base - context.score(rows, part)) for part in parts]
            mean, half = float(np.mean(drops)), factor * float(np.std(drops, ddof=1))
            found.append({"columns": group, "drop": mean, "ci95": [mean - half, mean + half]})
    context.fields["importance"] = sorted(found, key=lambda e: -e["drop"])


def _shuffled(context: Context, model: Any, stacked: Any, group: list[str], places: Array) -> Array:
    """What is predicted where a group of columns is taken from other rows; the frame is left as it was."""
    before = {name: stacked[name].array for name in group}
    try:
        for name in group:
            stacked[name] = before[name][places]
        with encoded(stacked).changed(blocks_reading(model, group)):
            return predictions(model, stacked, context.problem.classes)
    finally:
        for name in group:
            stacked[name] = before[name]
