"""Rows that are alike in every feature and differ in the target: no model can get all of them right."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

__all__ = ["conflicting_labels"]

Array = np.ndarray[Any, Any]


def conflicting_labels(frame: pl.DataFrame, y: Array) -> dict[str, Any]:
    """Count rows that are equal in all columns of ``frame`` and unequal in ``y``.

    Parameters
    ----------
    frame : polars.DataFrame
        The features of the rows used.
    y : array
        Class codes (int) or numbers (float).

    Returns
    -------
    dict
        ``groups`` of equal rows with different targets, their ``rows`` and ``share`` of all; where there are any,
        ``ceiling``: the accuracy (of numbers the R²) that not even a perfect model of these columns would exceed on
        these rows.
    """
    codes = frame.hash_rows(seed=0).rank("dense").to_numpy().astype(np.int64) - 1
    sizes = np.bincount(codes)
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    low, high = np.minimum.reduceat(y[order], starts), np.maximum.reduceat(y[order], starts)
    apart = low != high
    rows = int(sizes[apart].sum())
    found: dict[str, Any] = {"groups": int(apart.sum()), "rows": rows, "share": round(rows / len(y), 6)}
    if rows:
        found["ceiling"] = round(_ceiling(codes, sizes, y), 6)
    return found


def _ceiling(codes: Array, sizes: Array, y: Array) -> float:
    if y.dtype.kind == "f":
        means = np.bincount(codes, weights=y) / sizes
        return 1.0 - float(((y - means[codes]) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    pairs, counts = np.unique(codes * (int(y.max()) + 1) + y, return_counts=True)
    most = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(most, pairs // (int(y.max()) + 1), counts)
    return float(most.sum()) / len(y)
