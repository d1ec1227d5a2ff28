"""Whether the model serves protected groups alike, where the engagement names them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from .context import Context
from .uncertainty import bootstrap_interval, wilson_interval

__all__ = ["fairness"]

Array = np.ndarray[Any, Any]
MIN_ROWS = 30
MOST_GROUPS = 10


def _groups(series: pl.Series) -> list[tuple[str, Array]]:
    """Groups of a protected column: its levels, or four bands of a number."""
    if series.dtype.is_numeric() and series.n_unique() > MOST_GROUPS:
        values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        edges = np.unique(np.quantile(values[np.isfinite(values)], [0.25, 0.5, 0.75]))
        bands = np.digitize(values, edges)
        limits = [-math.inf, *edges.tolist(), math.inf]
        names = [_band(limits[i], limits[i + 1]) for i in range(len(edges) + 1)]
        return [(name, np.isfinite(values) & (bands == i)) for i, name in enumerate(names)]
    text = series.cast(pl.String)
    counts = text.drop_nulls().value_counts().sort(["count", text.name], descending=[True, False])
    return [(str(v), (text == v).fill_null(False).to_numpy()) for v in counts[text.name][:MOST_GROUPS]]


def _band(low: float, high: float) -> str:
    if low == -math.inf:
        return f"under {high:g}"
    return f"{low:g} and over" if high == math.inf else f"{low:g} to under {high:g}"


def fairness(context: Context) -> None:
    """Score every protected group out of fold, and the gap between the best and the worst served."""
    problem = context.problem
    y, p, rows = context.tested()
    threshold = context.fields.get("thresholds", {}).get("best", {}).get("threshold", 0.5)
    found = []
    for column in problem.use_case.protected:
        series = problem.table.frame[column][problem.rows[rows]]
        groups = []
        for name, inside in _groups(series):
            if int(inside.sum()) >= MIN_ROWS:
                groups.append(_group(context, name, y[inside], p[inside], threshold))
        scores = [g["score"] for g in groups if math.isfinite(g["score"])]
        entry: dict[str, Any] = {"column": column, "metric": problem.measure.name, "groups": groups}
        if len(scores) > 1:
            entry["gap"] = max(scores) - min(scores)
        rates = [g["selection_rate"] for g in groups if "selection_rate" in g]
        if len(rates) > 1 and max(rates) > 0:
            entry["selection_ratio"] = min(rates) / max(rates)
        found.append(entry)
    context.fields["fairness"] = found


def _group(context: Context, name: str, y: Array, p: Array, threshold: float) -> dict[str, Any]:
    measure = context.problem.measure
    found: dict[str, Any] = {
        "group": name,
        "rows": len(y),
        "score": measure(y, p),
        "ci95": bootstrap_interval(lambda i: measure(y[i], p[i]), len(y), draws=60, seed=context.problem.seed),
    }
    if context.problem.classes == 2:
        flagged = p[:, 1] >= threshold
        found["selection_rate"] = float(flagged.mean())
        for key, of in (("true_positive_rate", y == 1), ("false_positive_rate", y == 0)):
            hits, trials = int((flagged & of).sum()), int(of.sum())
            found[key] = hits / trials if trials else None
            found[f"{key}_ci95"] = list(wilson_interval(hits, trials))
    return found
