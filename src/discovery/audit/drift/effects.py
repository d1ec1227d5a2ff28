"""Effect sizes and tests between two samples, from counts and quantiles alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["aligned", "benjamini_hochberg", "chi_squared_p", "psi", "wasserstein"]


def aligned(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Return the counts of two samples over the values of both, in one order."""
    names = sorted({*before, *after})
    return [before.get(n, 0) for n in names], [after.get(n, 0) for n in names]


def psi(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the population stability index of two rows of counts, less what chance alone gives.

    Half a count is added to every cell, so that an empty one is no infinity. Under equal distributions the index
    is about (cells - 1) (1/n + 1/m) (Yurdakul and Naranjo, 2020), which is taken off.
    """
    cells = len(before)
    n, m = sum(before), sum(after)
    if cells < 2 or n == 0 or m == 0:
        return 0.0
    total = 0.0
    for a, b in zip(before, after, strict=True):
        p, q = (a + 0.5) / (n + 0.5 * cells), (b + 0.5) / (m + 0.5 * cells)
        total += (q - p) * math.log(q / p)
    return max(0.0, total - (cells - 1) * (1 / n + 1 / m))


def wasserstein(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the Wasserstein distance of order one between two rows of quantiles at the same levels.

    In units of the earlier interquartile range (of the whole range where that is zero); the outermost twentieth on
    either side is left out, as single extremes live there.
    """
    last = len(before) - 1
    scale = before[3 * last // 4] - before[last // 4] or before[last] - before[0]
    if scale <= 0:
        return 0.0
    inner = range(last // 20, last - last // 20 + 1)
    return sum(abs(before[i] - after[i]) for i in inner) / len(inner) / scale


def chi_squared_p(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the p-value of Pearson's chi-squared test that two rows of counts have one distribution."""
    n, m = sum(before), sum(after)
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a + b]
    if n == 0 or m == 0 or len(pairs) < 2:
        return 1.0
    statistic = 0.0
    for a, b in pairs:
        share = (a + b) / (n + m)
        statistic += (a - n * share) ** 2 / (n * share) + (b - m * share) ** 2 / (m * share)
    from scipy.special import chdtrc

    return float(chdtrc(len(pairs) - 1, statistic))


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> list[bool]:
    """Return which hypotheses are rejected at the false discovery ``rate`` (Benjamini and Hochberg, 1995)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    passed = 0
    for rank, i in enumerate(order, start=1):
        if p_values[i] <= rate * rank / len(p_values):
            passed = rank
    rejected = set(order[:passed])
    return [i in rejected for i in range(len(p_values))]
