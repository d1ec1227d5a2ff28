"""The profile of a column from its distinct values and how often each occurs: exact, whatever the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ..profiling.profile import QUANTILES
from ..profiling.scan import EDGE, histogram, most_frequent, text_facts

__all__ = ["number_facts", "of_counts"]

Array = np.ndarray[Any, Any]


def of_counts(values: pl.DataFrame, rows: int) -> dict[str, Any]:
    """Return what a profile says of a column of ``rows`` rows.

    Parameters
    ----------
    values : polars.DataFrame
        The distinct values ``v`` (none of them missing) and their counts ``n``.
    rows : int
        Of the table.
    """
    values = values.select("v", pl.col("n").cast(pl.Int64)).sort("v")
    found: dict[str, Any] = {"missing": rows - int(values["n"].sum()), "distinct": values.height}
    if values.is_empty():
        return found
    found |= {"top": most_frequent(values), "minimum": values["v"][0], "maximum": values["v"][-1]}
    dtype = values.schema["v"]
    if dtype == pl.String:
        return found | text_facts([values])[0]
    found |= {"low": _pairs(values.head(EDGE)), "high": _pairs(values.tail(EDGE).reverse())}
    if dtype.is_numeric():
        found |= number_facts(values["v"].to_numpy(), values["n"].to_numpy())
    return found


def _pairs(values: pl.DataFrame) -> list[tuple[Any, int]]:
    return list(zip(values["v"].to_list(), values["n"].to_list(), strict=True))


def number_facts(values: Array, counts: Array) -> dict[str, Any]:
    """Return moments, quantiles and histogram of numbers, given distinct and in order with their counts."""
    zeros = int(counts[values == 0].sum())
    negatives = int(counts[values < 0].sum())
    finite = np.isfinite(values)
    infinite = int(counts[~finite].sum())
    found: dict[str, Any] = {"zeros": zeros, "negatives": negatives, "infinite": infinite}
    x, n = values[finite].astype(np.float64), counts[finite].astype(np.float64)
    if not len(x):
        return found
    total = n.sum()
    mean = float((x * n).sum() / total)
    away = x - mean
    second = float((n * away**2).sum())
    third = float((n * away**3).sum())
    found["mean"] = mean
    if total > 1:
        found["std"] = float(np.sqrt(second / (total - 1)))
    if second > 0:
        found["skew"] = (third / total) / (second / total) ** 1.5
    whole = bool(np.issubdtype(values.dtype, np.integer) or np.all(x == np.trunc(x)))
    found |= {"quantiles": _quantiles(x, n), "histogram": histogram(x, len(x), np.cumsum(n)), "whole": whole}
    return found


def _quantiles(x: Array, n: Array) -> dict[float, float]:
    """Linear interpolation between the order statistics, as NumPy has it."""
    ends = np.cumsum(n)
    places = np.array(QUANTILES) * (ends[-1] - 1)
    below = x[np.searchsorted(ends, np.floor(places), side="right")]
    above = x[np.minimum(np.searchsorted(ends, np.ceil(places), side="right"), len(x) - 1)]
    levels = below + (above - below) * (places - np.floor(places))
    return dict(zip(QUANTILES, levels.tolist(), strict=True))
