"""How strongly pairs of columns go together where at least one of them is a category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from ..relations.dependencies import codes_of
from ..sampling import one_of_each_stretch
from .profile import ColumnProfile

__all__ = ["association_of", "associations", "correlation_ratios", "cramers_v"]

ROWS = 10_000
"""The size of the sample."""
COLUMNS = 40
LEVELS, FEW = 50, 20
"""The most values of a category, and its fewest rows a value on the average."""
FEWEST = 30
"""How many rows must have both values of a pair."""

Numbers = np.ndarray[Any, Any]
Pairs = dict[tuple[str, str], float]


def associations(frame: pl.DataFrame, profiles: Iterable[ColumnProfile]) -> tuple[Pairs, Pairs]:
    """Return Cramér's V of pairs of categories, and the correlation ratio of pairs of a category and a number.

    Both go from 0 to 1 and are corrected for chance, which makes them large where few rows have many values.
    Categories are texts and flags of 2 to ``LEVELS`` values, ``FEW`` rows a value on the average; of them, as of
    the numbers, the first ``COLUMNS`` of the table count. Above ``ROWS`` rows one of each stretch is taken. A
    pair counts where at least ``FEWEST`` rows have both.
    """
    from threadpoolctl import threadpool_limits

    known = list(profiles)
    categories = [c.name for c in known if _category(c)][:COLUMNS]
    numbers = [c.name for c in known if c.numeric and c.distinct > 1][:COLUMNS]
    if not categories or len(categories) + len(numbers) < 2:
        return {}, {}
    some = frame.select(*categories, *numbers)
    if frame.height > ROWS:
        some = some[one_of_each_stretch(frame.height, ROWS)]
    codes = {name: codes_of(some[name]) for name in categories}
    left = {pair: association_of(codes[pair[0]], codes[pair[1]]) for pair in combinations(categories, 2)}
    right: Pairs = {}
    if numbers:
        with threadpool_limits(1, user_api="blas"):
            values = some.select(pl.col(numbers).cast(pl.Float64)).to_numpy()
            for name, ratios in zip(categories, correlation_ratios(list(codes.values()), values), strict=True):
                right |= {(name, other): ratio for other, ratio in zip(numbers, ratios.tolist(), strict=True)}
    return _there(left), _there(right)


def _category(column: ColumnProfile) -> bool:
    worded = column.type in {"text", "boolean"} and column.semantic != "free_text"
    return worded and 2 <= column.distinct <= LEVELS and column.present >= FEW * column.distinct


def _there(pairs: Mapping[tuple[str, str], float]) -> Pairs:
    return {pair: round(value, 6) for pair, value in pairs.items() if np.isfinite(value)}


def association_of(a: Numbers, b: Numbers) -> float:
    """Return Cramér's V of two columns of codes (-1 where missing); NaN where few rows have both."""
    there = (a >= 0) & (b >= 0)
    a, b = a[there], b[there]
    if len(a) < FEWEST:
        return float("nan")
    width = int(b.max()) + 1
    table = np.bincount(a * width + b, minlength=(int(a.max()) + 1) * width).reshape(-1, width)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    return cramers_v(table) if min(table.shape) > 1 else float("nan")


def cramers_v(table: Numbers) -> float:
    """Return Cramér's V of a contingency table without empty rows and columns, corrected for chance.

    W. Bergsma, A bias-correction for Cramér's V and Tschuprow's T, J. Korean Statistical Society 42 (2013).
    """
    rows = float(table.sum())
    share = table / rows
    phi2 = float((share**2 / np.outer(share.sum(axis=1), share.sum(axis=0))).sum()) - 1
    r, k = table.shape
    phi2 = max(0.0, phi2 - (r - 1) * (k - 1) / (rows - 1))
    smaller = min(r - (r - 1) ** 2 / (rows - 1), k - (k - 1) ** 2 / (rows - 1)) - 1
    return float(min(1.0, np.sqrt(phi2 / smaller))) if smaller > 0 else 0.0


def correlation_ratios(categories: Sequence[Numbers], values: Numbers) -> list[Numbers]:
    """Return how far each category (codes, -1 where missing) tells each column of ``values``: correlation ratios.

    Its square is the share of the variance that lies between the categories, corrected for chance as Kelley's
    epsilon squared (T. L. Kelley, An unbiased correlation ratio measure, PNAS 21, 1935). NaN where few rows have
    both, or all values are the same.
    """
    there, scaled = _scaled(values)
    return [_ratios(codes, there, scaled) for codes in categories]


def _scaled(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return which values are there, and the values around their mean, of size 1 at most, 0 where missing."""
    there = np.isfinite(values)
    with np.errstate(all="ignore"):
        scaled = np.where(there, values, 0.0)
        scaled = np.where(there, scaled - scaled.sum(axis=0) / there.sum(axis=0), 0.0)
        scaled /= np.abs(scaled).max(axis=0)
    return there.astype(np.float64), scaled


def _ratios(codes: Numbers, there: Numbers, scaled: Numbers) -> Numbers:
    groups = (codes[:, None] == np.arange(int(codes.max(initial=0)) + 1)).astype(np.float64)
    with np.errstate(all="ignore"):
        counts, sums, squares = (groups.T @ m for m in (there, scaled, scaled**2))
        n = counts.sum(axis=0)
        middle = sums.sum(axis=0) ** 2 / n
        between = np.where(counts > 0, sums**2 / counts, 0.0).sum(axis=0) - middle
        total = squares.sum(axis=0) - middle
        levels = (counts > 0).sum(axis=0)
        epsilon2 = 1 - (1 - between / total) * (n - 1) / (n - levels)
        found: Numbers = np.sqrt(np.clip(epsilon2, 0.0, 1.0))
    found[(n < FEWEST) | (total <= 1e-12 * n) | (levels < 2) | (n <= levels)] = np.nan
    return found
