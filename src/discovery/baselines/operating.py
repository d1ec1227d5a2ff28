"""How the model would be run: is a probability what it says, where to cut, what a person must still look at."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engagement import CostMatrix
from .context import Context
from .uncertainty import bootstrap_interval, wilson_interval

__all__ = ["calibration", "risk_coverage", "thresholds"]

Array = np.ndarray[Any, Any]
BINS = 10
TARGETS = (0.90, 0.95, 0.97, 0.99)
DEFAULT_TARGET = 0.95


def _slope(y: Array, p: Array) -> tuple[float, float]:
    """Intercept and slope of a logistic regression of the outcome on the log-odds (Cox 1958)."""
    odds = np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1 - 1e-6))
    design = np.column_stack([np.ones_like(odds), odds])
    beta = np.array([0.0, 1.0])
    for _ in range(25):
        mean = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = np.maximum(mean * (1 - mean), 1e-9)
        hessian = design.T @ (design * weight[:, None]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (y - mean))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return float(beta[0]), float(beta[1])


def calibration(context: Context) -> None:
    """Compare what is predicted with what happens, in ten bins of equal size."""
    problem = context.problem
    y, p, _ = context.tested()
    if not problem.classes:
        context.fields["calibration"] = _number_calibration(context, y, p)
        return
    code = 1 if problem.classes == 2 else None
    chance = p[:, 1] if code == 1 else p.max(axis=1)
    happened = (y == 1) if code == 1 else (p.argmax(axis=1) == y)
    bins = np.array_split(np.argsort(chance, kind="stable"), BINS)
    rows = []
    error = 0.0
    for part in bins:
        if len(part) == 0:
            continue
        hits = int(happened[part].sum())
        predicted, observed = float(chance[part].mean()), hits / len(part)
        error += len(part) / len(y) * abs(predicted - observed)
        low, high = wilson_interval(hits, len(part))
        rows.append(
            {"predicted": predicted, "observed": observed, "ci95": [low, high], "rows": len(part)}
        )  # fmt: skip
    intercept, slope = _slope(happened.astype(float), chance)
    context.fields["calibration"] = {
        "of": f"probability of {problem.target.classes[1]}" if code == 1 else "probability of the predicted class",
        "bins": rows,
        "expected_calibration_error": error,
        "intercept": intercept,
        "slope": slope,
    }


def _number_calibration(context: Context, y: Array, p: Array) -> dict[str, Any]:
    rows = [
        {"predicted": float(p[part].mean()), "observed": float(y[part].mean()), "rows": len(part)}
        for part in np.array_split(np.argsort(p, kind="stable"), BINS)
        if len(part)
    ]
    low, high = np.quantile(y - p, [0.05, 0.95])
    found: dict[str, Any] = {"of": "predicted value", "bins": rows, "interval90": [float(low), float(high)]}
    held, predicted = problem_holdout(context)
    if held is not None and predicted is not None:
        error = held - predicted
        found["interval90_holdout_coverage"] = float(((error >= low) & (error <= high)).mean())
    return found


def problem_holdout(context: Context) -> tuple[Array | None, Array | None]:
    """Return the true and predicted values of the holdout's predicted rows, or None where there are none."""
    holdout, predicted = context.problem.division.holdout, context.track.on_holdout
    if len(holdout) == 0 or predicted is None:
        return None, None
    there = np.isfinite(predicted if predicted.ndim == 1 else predicted[:, 0])
    return context.problem.y[holdout[there]], predicted[there]


def _cost(matrix: CostMatrix, tp: Any, fp: Any, tn: Any, fn: Any) -> Any:
    right = matrix.true_positive * tp + matrix.true_negative * tn
    return right + matrix.false_positive * fp + matrix.false_negative * fn


def _at(y: Array, p: Array, threshold: float, matrix: CostMatrix | None) -> dict[str, Any]:
    flagged = p >= threshold
    tp, fp = int((flagged & (y == 1)).sum()), int((flagged & (y != 1)).sum())
    fn = int((~flagged & (y == 1)).sum())
    tn = len(y) - tp - fp - fn
    found: dict[str, Any] = {
        "threshold": float(threshold),
        "flagged_share": (tp + fp) / len(y),
        "precision": tp / (tp + fp) if tp + fp else None,
        "recall": tp / (tp + fn) if tp + fn else None,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp else 0.0,
    }
    if matrix is not None:
        found["cost_per_case"] = float(_cost(matrix, tp, fp, tn, fn)) / len(y)
    return found


def thresholds(context: Context) -> None:
    """Choose where to cut (least cost under the cost matrix, else best F1), and check it on the holdout."""
    problem = context.problem
    if problem.classes != 2:
        return
    matrix = problem.use_case.cost_matrix
    y, p, _ = context.tested()
    chance = p[:, 1]
    grid = np.unique(np.quantile(chance, np.linspace(0, 1, 101)))
    points = [_at(y, chance, float(t), matrix) for t in grid]
    best = min(points, key=lambda q: q["cost_per_case"]) if matrix else max(points, key=lambda q: q["f1"])
    found: dict[str, Any] = {
        "chosen_by": "the least cost under the cost matrix" if matrix else "the best F1",
        "best": best,
        "points": points[:: max(1, len(points) // 20)],
    }
    held, predicted = problem_holdout(context)
    if held is not None and predicted is not None:
        found["holdout"] = _at(held, predicted[:, 1], best["threshold"], matrix)
    if matrix is not None:
        share = float((y == 1).mean())
        found["currency"] = matrix.currency
        found["cost_per_case_if_all_flagged"] = _cost(matrix, share, 1 - share, 0, 0)
        found["cost_per_case_if_none_flagged"] = _cost(matrix, 0, 0, 1 - share, share)
        if held is not None and predicted is not None:
            found["holdout"]["cost_ci95"] = bootstrap_interval(
                lambda i: _at(held[i], predicted[i, 1], best["threshold"], matrix)["cost_per_case"],
                len(held), draws=100, seed=problem.seed,
            )  # fmt: skip
    context.fields["thresholds"] = found


def risk_coverage(context: Context) -> None:
    """Work out which share can be handled without a person at which accuracy, surest rows first."""
    problem = context.problem
    if not problem.classes:
        return
    y, p, _ = context.tested()
    sure = p.max(axis=1)
    order = np.argsort(-sure, kind="stable")
    right = (p.argmax(axis=1) == y)[order]
    accuracy = np.cumsum(right) / np.arange(1, len(y) + 1)
    held, predicted = problem_holdout(context)
    targets = []
    least = max(20, len(y) // 100)
    for target in TARGETS:
        good = np.flatnonzero(accuracy[least - 1 :] >= target)
        rows = int(good[-1]) + least if len(good) else 0
        entry: dict[str, Any] = {"accuracy": target, "share": rows / len(y)}
        if rows:
            entry["confidence"] = float(sure[order[rows - 1]])
        if rows and held is not None and predicted is not None:
            taken = predicted.max(axis=1) >= entry["confidence"]
            hits = int((predicted[taken].argmax(axis=1) == held[taken]).sum())
            entry["holdout_share"] = float(taken.mean())
            entry["holdout_accuracy"] = hits / int(taken.sum()) if taken.any() else None
            entry["holdout_ci95"] = list(wilson_interval(hits, int(taken.sum())))
        targets.append(entry)
    chosen = next(t for t in targets if t["accuracy"] == DEFAULT_TARGET)
    context.fields["risk_coverage"] = {
        "points": [
            {"share": s, "accuracy": float(accuracy[math.ceil(s * len(y)) - 1])} for s in np.arange(1, 11) / 10
        ],
        "targets": targets,
        "target": DEFAULT_TARGET,
        "automated_share": chosen["share"],
        "majority_accuracy": float(np.bincount(y).max() / len(y)),
        "summary": f"{chosen['share']:.0%} of the rows at {DEFAULT_TARGET:.0%} accuracy, the rest to a person.",
    }
