"""Would more data help: scores with fewer training rows, and a power law carried on to twice as many."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formats import measure_name
from .context import Context
from .crossval import Job, run_jobs

__all__ = ["extrapolate", "learning_curve"]

Array = np.ndarray[Any, Any]
SHARES = (0.125, 0.25, 0.5)
SMALL = 4000
FOLDS = 2


def _subset(train: Array, share: float, context: Context, seed: int) -> Array:
    """A share of the training rows; the latest in time, since that is what a shorter history would be."""
    count = max(20, int(share * len(train)))
    if context.problem.order is not None:
        ranks = context.problem.order[train]
        return train[np.argsort(ranks, kind="stable")[-count:]]
    return np.random.default_rng(seed).permutation(train)[:count]


def extrapolate(sizes: Array, losses: Array, size: float) -> float:
    """Return the loss at ``size`` rows from ``a + b * n ** -c`` with b and c not negative, fitted by least squares.

    The inverse power law of Cortes et al. (1994); c is searched, a and b follow.
    """
    best: tuple[float, float] | None = None
    for c in (0.1, 0.2, 0.35, 0.5, 0.75, 1.0):
        x = sizes**-c
        spread = ((x - x.mean()) ** 2).sum()
        b = max(0.0, float(((x - x.mean()) * (losses - losses.mean())).sum() / spread))
        a = float(losses.mean() - b * x.mean())
        weight = sizes / sizes.sum()
        error = float((weight * (a + b * x - losses) ** 2).sum())
        if best is None or error < best[0] - 1e-15:
            best = (error, a + b * size**-c)
    assert best is not None
    return best[1]


def learning_curve(context: Context) -> None:
    """Fit the recommended candidate on a quarter and a half (of large tables also an eighth) of two folds' rows."""
    problem, track = context.problem, context.track
    if track.candidate.family == "dummy":
        return
    every = problem.division.first_repeat
    chosen = list(range(len(every)))[-FOLDS:]
    jobs, keys = [], []
    for k in chosen:
        train, test = every[k]
        for share in SHARES[len(train) < SMALL :]:
            if share * len(train) >= 40:
                rows = _subset(train, share, context, problem.seed + k)
                jobs.append(Job(track.candidate, problem.X, problem.y, rows, test, problem.classes))
                keys.append((k, share, len(rows)))
    if len(keys) < 2 * len(chosen):
        context.notes.append("Too few rows for a learning curve.")
        return
    sign = problem.measure.sign
    curves: dict[int, list[tuple[int, float]]] = {k: [] for k in chosen}
    for (k, _, size), fitted in zip(keys, run_jobs(jobs, context.workers), strict=True):
        if fitted.prediction is not None:
            curves[k].append((size, context.score(every[k][1], fitted.prediction)))
    for k in chosen:
        curves[k].append((len(every[k][0]), track.scores[k]))
    gains = []
    for points in curves.values():
        sizes, values = np.array([p[0] for p in points], float), np.array([p[1] for p in points])
        if np.isfinite(values).all() and len(points) >= 3:
            full = float(sizes.max())
            law = [extrapolate(sizes, -sign * values, s) for s in (full, 2 * full)]
            gains.append(law[0] - law[1])
    count = len(next(iter(curves.values())))
    points_out = [
        {
            "rows": round(float(np.mean([curves[k][i][0] for k in chosen]))),
            "score": float(np.mean([curves[k][i][1] for k in chosen])),
        }
        for i in range(count)
    ]
    found: dict[str, Any] = {"metric": problem.measure.name, "points": points_out}
    if gains:
        low, high = min(gains), max(gains)
        word, name = "+" if sign > 0 else "-", measure_name(problem.measure.name)
        found["twice_the_data"] = {"gain_low": low, "gain_high": high}
        found["summary"] = (
            f"Twice the data would give about {word}{low:.3f} to {word}{high:.3f} of {name}."
            if high >= 0.0005
            else "More rows of the same kind would change next to nothing."
        )
    context.fields["learning_curve"] = found
