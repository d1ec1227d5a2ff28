"""Which rows of a large table are used: a rule that keeps what the split needs, and evidence that it was enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formats import measure_name
from .measures import Measure, practical_margin

__all__ = ["draw", "evidence", "sampling_note"]

Array = np.ndarray[Any, Any]


def draw(
    y: Array, groups: Array | None, order: Array | None, most: int, seed: int, classes: bool
) -> tuple[Array, str]:
    """Return positions of at most about ``most`` rows, in their order, and the rule in words.

    Whole groups where rows are divided by groups; else the latest times, whole, where they are divided by time;
    else the classes in their shares; else at random.

    Parameters
    ----------
    y, groups, order : array
        Class codes or numbers; group and rank in time of each row, where the rows are divided by them.
    most : int
        Rows wanted. Whole groups or times may make it a few less; one that is larger is cut at random.
    classes : bool
        Whether ``y`` are class codes.
    """
    generator = np.random.default_rng(seed)
    if groups is not None:
        return _whole_groups(groups, most, generator), f"whole groups, drawn at random with seed {seed}"
    if order is not None:
        return _latest(order, most, generator), "the latest times, whole"
    if classes:
        return _stratified(y, most, generator), f"the classes in their shares, drawn with seed {seed}"
    return np.sort(generator.choice(len(y), most, replace=False)), f"drawn at random with seed {seed}"


def _whole_groups(groups: Array, most: int, generator: np.random.Generator) -> Array:
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    shuffled = generator.permutation(len(counts))
    taken = shuffled[: max(2, int(np.searchsorted(np.cumsum(counts[shuffled]), most, side="right")))]
    chosen = np.zeros(len(counts), dtype=bool)
    chosen[taken] = True
    found = np.flatnonzero(chosen[inverse])
    if len(found) > 2 * most:  # a few groups that are far too large
        found = np.sort(generator.choice(found, most, replace=False))
    return found


def _latest(order: Array, most: int, generator: np.random.Generator) -> Array:
    times, counts = np.unique(order, return_counts=True)
    back = np.cumsum(counts[::-1])
    whole = int(np.searchsorted(back, most, side="right"))
    if whole >= 2:
        return np.flatnonzero(order >= times[len(times) - whole])
    return np.sort(generator.choice(len(order), most, replace=False))


def _stratified(y: Array, most: int, generator: np.random.Generator) -> Array:
    """Systematic in the order of the classes, so that each has its share but for one row."""
    shuffled = generator.permutation(len(y))
    ordered = shuffled[np.argsort(y[shuffled], kind="stable")]
    step = len(y) / most
    places = (generator.random() * step + step * np.arange(most)).astype(np.int64)
    return np.sort(ordered[np.minimum(places, len(y) - 1)])


def sampling_note(sampling: dict[str, Any]) -> str:
    """Return in one line how many rows were used, by which rule, and whether that was enough."""
    used, there = sampling["rows_used"], sampling["rows_available"]
    return f"{used:,} of {there:,} rows were used: {sampling['rule']}. {sampling['evidence']}"


def evidence(measure: Measure, curve: dict[str, Any]) -> dict[str, Any]:
    """Return whether the sample was enough, by the learning curve: what its last doubling and the next one bring.

    ``enough`` is None where the curve cannot tell.
    """
    points = curve.get("points") or []
    gains = curve.get("twice_the_data")
    if len(points) < 2 or gains is None:
        return {"enough": None, "evidence": "There is no learning curve to tell whether the sample was enough."}
    before, last = points[-2], points[-1]
    change = last["score"] - before["score"]
    margin = practical_margin(measure, measure.sign * last["score"])
    ahead = float(gains["gain_high"])
    enough = ahead <= 2 * margin
    name = measure_name(measure.name)
    said = (
        f"From {before['rows']:,} to {last['rows']:,} training rows the {name} changed by {change:+.4f}; "
        f"twice as many would bring at most about {ahead:.4f}: "
    )
    said += "the sample was enough." if enough else "more rows may still help."
    return {"enough": enough, "evidence": said}
