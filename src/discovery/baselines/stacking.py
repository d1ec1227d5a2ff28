"""The blend: part by part predicted, weighted by what other folds say, and put together at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .crossval import Fitted

if TYPE_CHECKING:
    from .problem import Problem
    from .rounds import Track

__all__ = ["averages", "final_average"]

Array = np.ndarray[Any, Any]


def averages(problem: Problem, track: Track, parts: list[Track], folds: list[tuple[Array, Array]]) -> list[Fitted]:
    """Return the weighted average of the parts' predictions for each fold.

    The weights of a fold come from the out-of-fold predictions of the other folds of the same repeat: its own
    target takes no part in them.
    """
    from .candidates.blend import stacking_weights

    count = len(folds)
    if len(parts) < len(track.candidate.parts) or any(t.error for t in parts):
        return [Fitted(None, 0.0, "not run: a part of it failed or was cut")] * count
    latest = [t.folds[-count:] for t in parts]
    seconds = sum(t.seconds[-1] for t in parts)
    found = []
    for k in range(count):
        others = [j for j in range(count) if j != k]
        weights = None
        if others:
            rows = np.concatenate([folds[j][1] for j in others])
            weights = stacking_weights(
                [np.concatenate([own[j] for j in others]) for own in latest], problem.y[rows]
            )
        found.append(Fitted(np.average([own[k] for own in latest], axis=0, weights=weights), seconds))
    return found


def final_average(problem: Problem, track: Track, parts: list[Track]) -> None:
    """Put the fitted parts together, weighted by all out-of-fold predictions; those without weight are left out."""
    from .candidates.blend import AverageModel, stacking_weights

    if any(t.model is None for t in parts):
        track.error = "not run: a part of it failed"
        return
    count = min(len(t.folds) for t in parts)
    rows = np.concatenate([test for _, test in problem.division.folds[:count]])
    weights = stacking_weights([np.concatenate(t.folds[:count]) for t in parts], problem.y[rows])
    kept = [(t, float(w)) for t, w in zip(parts, weights, strict=True) if w > 0]
    track.model = AverageModel([t.model for t, _ in kept], [w for _, w in kept])
    track.title = " + ".join(f"{w:.2f} {t.candidate.name}" for t, w in kept)
    track.seconds.append(sum(t.seconds[-1] for t, _ in kept))
    held = [(t.on_holdout, w) for t, w in kept if t.on_holdout is not None]
    if len(held) == len(kept):
        track.on_holdout = np.average([p for p, _ in held], axis=0, weights=[w for _, w in held])
