"""Of many series: how good the recommended forecast is in each, and where it is worse than the naive one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .context import Context
from .forecasting import seasonal_errors
from .rounds import Track

__all__ = ["by_series"]

Array = np.ndarray[Any, Any]


def _naive(context: Context) -> Track | None:
    by_name = {t.candidate.name: t for t in context.tracks if t.oof is not None and t is not context.track}
    return by_name.get("seasonal_naive") or by_name.get("naive")


def by_series(context: Context) -> None:
    """Say how the error compares with that of the naive forecast series by series, on the rows that were tested.

    The mean absolute scaled error is by each series' own scale, so that small ones count as much as large ones.
    """
    problem, track, naive = context.problem, context.track, _naive(context)
    group = problem.horizon.group if problem.horizon is not None else None
    if group is None or problem.horizon is None or problem.order is None or naive is None or naive.oof is None:
        return
    y, p, rows = context.tested()
    every = problem.X[group].astype(str).to_numpy()
    names, place = np.unique(every[rows], return_inverse=True)
    own, other = (_means(np.abs(y - q), place) for q in (p, naive.oof[rows]))
    better = int((own < other).sum())
    text = (
        f"By series, '{track.candidate.name}' is better than '{naive.candidate.name}' in {better} of {len(names)}"
    )
    errors = seasonal_errors(problem.y, problem.order, every, problem.horizon.period, problem.division.train)
    scaled = [own[i] / errors[n].mean() for i, n in enumerate(names) if n in errors and errors[n].mean() > 0]
    if scaled:
        low, middle, high = np.quantile(scaled, [0.0, 0.5, 1.0])
        text += f", with a mase from {low:.3g} to {high:.3g} (half of them at most {middle:.3g})"
    if better < len(names):
        worst = int(np.argmax(own / np.maximum(other, 1e-300)))
        shown = context.show(group, names[worst])
        text += f"; furthest behind in '{shown}' (mean absolute error {own[worst]:.4g} against {other[worst]:.4g})"
    context.notes.append(text + ".")


def _means(values: Array, place: Array) -> Array:
    found: Array = np.bincount(place, weights=values) / np.bincount(place)
    return found
