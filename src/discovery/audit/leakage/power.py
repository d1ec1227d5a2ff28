"""What one column alone tells of the target, measured out of fold.

Every column is cut into groups (its values, or quantile bins), and the mean of the target in a row's group, over
the *other* folds, predicts the row. Categories of one row each thus have no power, as they should have none. The
score is the Gini coefficient (2 AUC - 1) for classes, one against the rest, weighted by their share, and R² for
numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations.dependencies import codes_of
from ..targets import Floats, Ints, Target, as_floats, without_missing_words

__all__ = ["auc", "column_power", "group_codes", "out_of_fold"]

FOLDS = 5
BINS = 32
SMOOTHING = 2.0


def group_codes(series: pl.Series, bins: int = BINS) -> Ints:
    """Return the group of each row: 0 for missing, then one a value, or a quantile bin where there are many."""
    series = without_missing_words(series)
    if series.dtype.is_temporal():
        series = series.to_physical()
    if series.dtype.is_numeric() and series.n_unique() > 2 * bins:
        values = as_floats(series)
        finite = np.isfinite(values)
        inner = np.linspace(0, 1, bins + 1)[1:-1]
        edges: Floats = np.unique(np.quantile(values[finite], inner)) if finite.any() else np.empty(0)
        codes = np.searchsorted(edges, values, side="right") + 1
        return np.where(finite, codes, 0).astype(np.int64)
    return codes_of(series, exact=True) + 1


def out_of_fold(codes: Ints, outputs: Floats, seed: int = 0) -> Floats:
    """Return the mean of ``outputs`` in each row's group over the other folds, drawn towards the overall mean."""
    rows, width = outputs.shape
    fold = np.random.default_rng(seed).permutation(rows) % FOLDS
    groups = int(codes.max()) + 1
    cell = codes * FOLDS + fold
    counts = np.bincount(cell, minlength=groups * FOLDS).reshape(groups, FOLDS)
    others = counts.sum(axis=1, keepdims=True) - counts
    predicted = np.empty_like(outputs)
    for j in range(width):
        sums = np.bincount(cell, weights=outputs[:, j], minlength=groups * FOLDS).reshape(groups, FOLDS)
        prior = (sums.sum() - sums.sum(axis=0)) / max(1, rows - rows // FOLDS)
        rest = sums.sum(axis=1, keepdims=True) - sums
        table = (rest + SMOOTHING * prior) / (others + SMOOTHING)
        predicted[:, j] = table.ravel()[cell]
    return predicted


def auc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve (ties count half); 0.5 where there is one class only."""
    hits = int(positive.sum())
    misses = len(positive) - hits
    if not hits or not misses:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    return float((ranks[inverse][positive].sum() - hits * (hits + 1) / 2.0) / (hits * misses))


def column_power(series: pl.Series, target: Target, seed: int = 0) -> float:
    """Return what ``series`` alone tells of ``target``, from 0 (nothing) to 1 (all)."""
    known = target.known
    if known.sum() < 2 * FOLDS:
        return 0.0
    codes = group_codes(series)[known]
    outputs = target.outputs()[known]
    predicted = out_of_fold(codes, outputs, seed)
    if target.kind == "regression":
        spread = float(np.var(outputs))
        return max(0.0, 1.0 - float(np.mean((outputs - predicted) ** 2)) / spread) if spread else 0.0
    shares = outputs.mean(axis=0)
    weights = shares / shares.sum() if len(shares) > 1 else np.ones(1)
    ginis = [2 * auc(predicted[:, j], outputs[:, j] > 0.5) - 1 for j in range(outputs.shape[1])]
    return max(0.0, float(np.dot(weights, ginis)))
