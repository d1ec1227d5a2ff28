"""The mean target of a level: for categories of many levels, shrunk, and cross-fitted on the training rows."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["TargetMeans"]

Array = np.ndarray[Any, Any]


class TargetMeans:
    """Replace a level's code by the mean target of its rows, shrunk to the overall mean (Micci-Barreca 2001).

    Parameters
    ----------
    levels : int
        Number of levels; codes run from 0, and -1 is none of them.
    prior_rows : float
        Rows that the overall mean counts as.
    folds : int
        A training row's own target is kept out of its encoding: it is encoded from the other folds.
    seed : int
        Seed of the folds.

    Notes
    -----
    Written here because scikit-learn's encoder changed how it takes a seed between the versions supported.
    """

    def __init__(self, levels: int, prior_rows: float = 10.0, folds: int = 5, seed: int = 0) -> None:
        self.levels, self.prior_rows, self.folds, self.seed = levels, prior_rows, folds, seed

    def fit_transform(self, codes: Array, y: Array) -> Array:
        """Learn the means, and return the cross-fitted encoding of the training rows (rows by outputs)."""
        outputs = _outputs(y)
        self.overall = outputs.mean(axis=0)
        self.means = self._means(codes, outputs)
        fold = np.random.default_rng(self.seed).permutation(len(codes)) % self.folds
        found = np.empty_like(outputs)
        for k in range(self.folds):
            inside = fold == k
            if inside.any():
                found[inside] = self._means(codes[~inside], outputs[~inside])[codes[inside]]
        return found

    def transform(self, codes: Array) -> Array:
        """Return the encoding of rows; the overall mean for levels not seen."""
        found: Array = self.means[codes]
        return found

    def _means(self, codes: Array, outputs: Array) -> Array:
        overall = outputs.mean(axis=0) if len(outputs) else self.overall
        seen = codes >= 0
        rows = np.bincount(codes[seen], minlength=self.levels).astype(float)
        sums = np.column_stack(
            [np.bincount(codes[seen], weights=o[seen], minlength=self.levels) for o in outputs.T]
        )  # fmt: skip
        means = (sums + self.prior_rows * overall) / (rows + self.prior_rows)[:, None]
        # The last row is what the code -1 picks.
        found: Array = np.vstack([means, overall])
        return found


def _outputs(y: Array) -> Array:
    if y.dtype.kind == "f":
        return y[:, None].astype(float)
    classes = np.unique(y)
    kept = classes[1:] if len(classes) == 2 else classes
    found: Array = (y[:, None] == kept).astype(float)
    return found
