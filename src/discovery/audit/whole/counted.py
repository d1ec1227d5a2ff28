"""The profile of a column from its distinct values and how often each occurs: exact, whatever the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import polars as pl

from ..profile import QUANTILES
from ..scan import BINS, EDGE, PATTERN_VALUES, TOP, shape_of

__all__ = ["histogram_edges", "number_facts", "of_counts", "patterns_of"]

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
    top = values.top_k(min(TOP, values.height), by=["n"]) if values.height > 10 * TOP else values
    if values.height > 10 * TOP:
        top = values.filter(pl.col("n") >= top["n"].min())
    top = top.sort(["n", "v"], descending=[True, False]).head(TOP)
    found |= {"top": _pairs(top), "minimum": values["v"][0], "maximum": values["v"][-1]}
    dtype = values.schema["v"]
    if dtype == pl.String:
        return found | _text_facts(values)
    found |= {"low": _pairs(values.head(EDGE)), "high": _pairs(values.tail(EDGE).reverse())}
    if dtype.is_numeric():
        found |= number_facts(values["v"].to_numpy(), values["n"].to_numpy())
    return found


def _pairs(values: pl.DataFrame) -> list[tuple[Any, int]]:
    return list(zip(values["v"].to_list(), values["n"].to_list(), strict=True))


def _text_facts(values: pl.DataFrame) -> dict[str, Any]:
    size = values["v"].str.len_chars().cast(pl.Int64)
    return {
        "length_min": size.min(),
        "length_max": size.max(),
        "length_mean": float(cast("float", (size * values["n"]).sum())) / float(values["n"].sum()),
        "patterns": patterns_of(values),
    }


def patterns_of(values: pl.DataFrame) -> list[tuple[str, int]]:
    """Return the shapes of the most frequent texts, most frequent first, with their counts."""
    most = values.top_k(min(PATTERN_VALUES, values.height), by="n")
    shapes = most.with_columns(shape_of(pl.col("v")).alias("p")).group_by("p").agg(pl.col("n").sum())
    shapes = shapes.sort(["n", "p"], descending=[True, False]).head(TOP)
    return list(zip(shapes["p"].to_list(), shapes["n"].to_list(), strict=True))


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
    found |= {"quantiles": _quantiles(x, n), "histogram": _histogram(x, n), "whole": whole}
    return found


def _quantiles(x: Array, n: Array) -> dict[float, float]:
    """Linear interpolation between the order statistics, as NumPy has it."""
    ends = np.cumsum(n)
    places = np.array(QUANTILES) * (ends[-1] - 1)
    below = x[np.searchsorted(ends, np.floor(places), side="right")]
    above = x[np.minimum(np.searchsorted(ends, np.ceil(places), side="right"), len(x) - 1)]
    levels = below + (above - below) * (places - np.floor(places))
    return dict(zip(QUANTILES, levels.tolist(), strict=True))


def histogram_edges(low: float, high: float, distinct: int) -> Array | None:
    """Return the edges of the bins of a column; None where it has no width, or none that can be told."""
    if not np.isfinite(high - low) or low == high:
        return None
    return np.linspace(low, high, min(BINS, max(distinct, 2)) + 1)


def _histogram(x: Array, n: Array) -> tuple[Sequence[float], Sequence[int]] | None:
    low, high = float(x[0]), float(x[-1])
    if low == high:
        return [low - 0.5, high + 0.5], [int(n.sum())]
    edges = histogram_edges(low, high, len(x))
    if edges is None:
        return None
    ends = np.concatenate([[0], np.cumsum(n)])
    places = ends[np.searchsorted(x, edges[1:-1], side="left")]
    counts = np.diff(np.concatenate([[0], places, [ends[-1]]]))
    return edges.tolist(), counts.astype(np.int64).tolist()
