"""Where the model fails: segments found on one half of the rows and confirmed on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .context import Context
from .uncertainty import holm

__all__ = ["Condition", "slices"]

Array = np.ndarray[Any, Any]
MIN_SHARE = 0.03
MIN_ROWS = 30
MOST_COLUMNS = 60
MOST_LEVELS = 8
BEAM = 12
TRIED = 8
EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition on one column, in words, and where it holds."""

    column: str
    words: str
    holds: Array


def _conditions(X: Any, personal: Any) -> list[Condition]:
    found: list[Condition] = []
    for name in list(X.columns)[:MOST_COLUMNS]:
        if name in personal:
            continue
        column = X[name]
        gap = column.isna().to_numpy()
        if gap.any():
            found.append(Condition(str(name), f"{name} missing", gap))
        if column.dtype == "category":
            counts = column.value_counts()
            levels = [v for v in counts.index[counts > 0][:MOST_LEVELS] if len(str(v)) <= 60]
            found += [Condition(str(name), f"{name} is '{v}'", (column == v).to_numpy()) for v in levels]
        else:
            found += _cuts(str(name), column.to_numpy(), gap)
    return found


def _cuts(name: str, values: Array, gap: Array) -> list[Condition]:
    """Conditions on a number or a date: its values if few, else the fifths at either end."""
    number = values.dtype.kind == "f"
    finite = values[~gap & np.isfinite(values)] if number else values[~gap].astype("datetime64[s]")
    if len(finite) < 10:
        return []
    levels = np.unique(finite)
    if len(levels) <= 6 and number:
        return [Condition(name, f"{name} is {v:g}", values == v) for v in levels]
    found = []
    for share in (0.2, 0.4, 0.6, 0.8):
        edge = np.sort(finite)[int(share * (len(finite) - 1))]
        shown = f"{edge:.6g}" if number else str(edge.astype("datetime64[D]"))
        holds, words = (values <= edge, "at most") if share <= 0.4 else (values > edge, "over")
        found.append(Condition(name, f"{name} {words} {shown}", holds))
    return found


def _losses(context: Context, y: Array, p: Array, rows: Array) -> Array:
    """Log loss, or absolute errors; of many series, as shares of each one's own spread."""
    if context.problem.classes:
        found: Array = -np.log(np.clip(p[np.arange(len(y)), y], 1e-6, 1.0))
    else:
        found = np.abs(y - p)
    horizon = context.problem.horizon
    if horizon is not None and horizon.group:
        names = context.problem.X[horizon.group].astype(str).to_numpy()
        for name in np.unique(names):
            spread = float(context.problem.y[names == name].std())
            found[names[rows] == name] /= spread or 1.0
    return found


def _contrast(holds: Array, loss: Array) -> Array:
    """Welch's t of the loss inside against outside, for each column of ``holds``."""
    n = len(loss)
    inside = holds.sum(axis=0)
    total, square = loss.sum(), (loss**2).sum()
    s1, q1 = holds.T @ loss, holds.T @ loss**2
    outside = n - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        m1, m0 = s1 / inside, (total - s1) / outside
        v1 = np.maximum(q1 / inside - m1**2, 0) / inside
        v0 = np.maximum((square - q1) / outside - m0**2, 0) / outside
        t = (m1 - m0) / np.sqrt(v1 + v0)
    least = max(MIN_ROWS, MIN_SHARE * n)
    found: Array = np.where((inside >= least) & (outside >= least) & np.isfinite(t), t, -np.inf)
    return found


def _search(conditions: list[Condition], loss: Array, half: Array) -> list[tuple[int, ...]]:
    """The segments of one or two conditions with the highest contrast on one half, unlike one another."""
    matrix = np.column_stack([c.holds for c in conditions])[half].astype(np.float64)
    own = loss[half]
    single = _contrast(matrix, own)
    ranked: list[tuple[float, tuple[int, ...]]] = [(float(t), (i,)) for i, t in enumerate(single) if t > 2]
    for i in np.argsort(-single, kind="stable")[:BEAM]:
        if not math.isfinite(single[i]):
            continue
        both = _contrast(matrix * matrix[:, [i]], own)
        for j, t in enumerate(both):
            if conditions[j].column != conditions[i].column and t > max(single[i], single[j]) + 0.5:
                ranked.append((float(t), (min(int(i), j), max(int(i), j))))
    chosen: list[tuple[int, ...]] = []
    masks: list[Array] = []
    for _, segment in sorted(ranked, key=lambda pair: (-pair[0], pair[1])):
        mask: Array = matrix[:, list(segment)].min(axis=1) > 0
        if all((mask & m).sum() < 0.6 * min(mask.sum(), m.sum()) for m in masks):
            chosen.append(segment)
            masks.append(mask)
        if len(chosen) == TRIED:
            break
    return chosen


def _halves(context: Context, rows: Array) -> Array:
    """True for the half that is searched; whole groups, and of forecasts whole moments, fall on one side."""
    generator = np.random.default_rng(context.problem.seed)
    groups = context.problem.order if context.problem.horizon is not None else context.problem.groups
    if groups is None:
        return generator.random(len(rows)) < 0.5
    names, place = np.unique(groups[rows], return_inverse=True)
    half: Array = (generator.random(len(names)) < 0.5)[place]
    return half


def slices(context: Context) -> None:
    """Search for segments with a higher loss on one half, and confirm them on the other with Holm's correction."""
    from scipy.stats import ttest_ind

    problem = context.problem
    if context.track.candidate.family == "dummy":
        return
    y, p, rows = context.tested()
    if len(rows) < 8 * MIN_ROWS:
        context.notes.append("Too few rows to search for segments where the model is worse.")
        return
    X = context.described.iloc[rows]
    loss = _losses(context, y, p, rows)
    half = _halves(context, rows)
    conditions = _conditions(X, context.personal)
    if not conditions:
        return
    segments = _search(conditions, loss, half)
    tests, masks = [], []
    for segment in segments:
        mask = np.logical_and.reduce([conditions[i].holds for i in segment])
        inside, outside = loss[mask & ~half], loss[~mask & ~half]
        enough = len(inside) >= 10 and len(outside) >= 10
        tests.append(
            float(ttest_ind(inside, outside, equal_var=False, alternative="greater").pvalue) if enough else 1.0
        )
        masks.append(mask)
    found = []
    for segment, mask, p_value in zip(segments, masks, holm(tests), strict=True):
        if p_value <= 0.05:
            found.append(
                _describe(context, [conditions[i] for i in segment], mask, p_value, half, rows, y, p, loss)
            )
    # A segment whose losses are higher may still be ranked or explained better than the rest: it is no failure.
    sign = problem.measure.sign
    found = [s for s in found if not sign * s["score"] > sign * s["score_elsewhere"]]
    context.fields["slices"] = sorted(found, key=lambda s: -s["loss_ratio"])


def _describe(
    context: Context,
    conditions: list[Condition],
    mask: Array,
    p_value: float,
    half: Array,
    rows: Array,
    y: Array,
    p: Array,
    loss: Array,
) -> dict[str, Any]:
    """Everything here is measured on the half that was not searched, but for the examples."""
    problem = context.problem
    inside, outside = mask & ~half, ~mask & ~half
    worst = np.flatnonzero(inside)[np.argsort(-loss[inside], kind="stable")][:EXAMPLES]
    found: dict[str, Any] = {
        "where": ", ".join(c.words for c in conditions),
        "columns": [c.column for c in conditions],
        "rows": int(mask.sum()),
        "share": float(mask.mean()),
        "metric": problem.measure.name,
        "score": problem.measure(y[inside], p[inside]),
        "score_elsewhere": problem.measure(y[outside], p[outside]),
        "loss_ratio": float(loss[inside].mean() / max(float(loss[outside].mean()), 1e-12)),
        "p_value": p_value,
        "examples": [_example(context, conditions, int(i), rows, y, p) for i in worst],
    }
    if problem.classes:
        wrong = p.argmax(axis=1) != y
        found["error_rate"] = float(wrong[inside].mean())
        found["error_rate_elsewhere"] = float(wrong[outside].mean())
    else:
        found["mean_absolute_error"] = float(loss[inside].mean())
        found["mean_absolute_error_elsewhere"] = float(loss[outside].mean())
    return found


def _example(
    context: Context, conditions: list[Condition], i: int, rows: Array, y: Array, p: Array
) -> dict[str, Any]:  # fmt: skip
    problem = context.problem
    row = int(problem.rows[rows[i]])
    names = dict.fromkeys(c.column for c in conditions if c.column in problem.table.columns)
    found: dict[str, Any] = {
        "row": row + 1,
        "values": {c: context.show(c, problem.table.text(c)[row]) for c in names},
    }
    if problem.classes:
        labels = problem.target.classes
        found |= {
            "truth": labels[y[i]],
            "predicted": labels[int(p[i].argmax())],
            "sure": round(float(p[i].max()), 3),
        }
    else:
        found |= {"truth": float(y[i]), "predicted": float(p[i])}
    return found
