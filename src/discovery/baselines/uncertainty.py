"""How sure a score is: corrected intervals and tests over folds, Holm's correction, bootstrap on a holdout."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = [
    "bootstrap_interval",
    "corrected_interval",
    "corrected_test",
    "holm",
    "probability_above",
    "resampling_factor",
    "wilson_interval",
]

Array = np.ndarray[Any, Any]


def resampling_factor(folds: int, train_rows: float, test_rows: float) -> float:
    """Return what the variance of fold scores is multiplied with to get that of their mean.

    Folds share training rows, so their scores are not independent: ``1 / folds`` is far too small. Nadeau and
    Bengio (2003, "Inference for the generalization error") add the ratio of test to training rows.
    """
    return 1.0 / folds + test_rows / train_rows


def _moments(values: Sequence[float], train_rows: float, test_rows: float) -> tuple[float, float, int]:
    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    folds = len(array)
    if folds < 2:
        return (float(array.mean()) if folds else math.nan), math.nan, folds
    variance = float(array.var(ddof=1)) * resampling_factor(folds, train_rows, test_rows)
    return float(array.mean()), math.sqrt(variance), folds


def corrected_interval(
    scores: Sequence[float], train_rows: float, test_rows: float, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the corrected confidence interval of the mean of fold scores, or None for fewer than two.

    Parameters
    ----------
    scores : sequence of float
        One score a fold and repeat.
    train_rows, test_rows : float
        Mean rows that a fold was trained and tested on.
    level : float
        Confidence level.

    Notes
    -----
    Nadeau and Bengio (2003): Student's t with ``len(scores) - 1`` degrees of freedom and the standard error
    ``sqrt((1/J + test/train) * s**2)``. The square root is often forgotten.
    """
    from scipy.stats import t

    mean, error, folds = _moments(scores, train_rows, test_rows)
    if folds < 2:
        return None
    half = float(t.ppf(0.5 + level / 2, folds - 1)) * error
    return mean - half, mean + half


def corrected_test(
    differences: Sequence[float], train_rows: float, test_rows: float
) -> tuple[float, tuple[float, float], float]:
    """Return mean difference, 95% interval and two-sided p of the corrected paired t-test over folds.

    Equal learners give p = 1; a constant difference other than zero gives p = 0.
    """
    from scipy.stats import t

    mean, error, folds = _moments(differences, train_rows, test_rows)
    if folds < 2:
        return mean, (-math.inf, math.inf), 1.0
    if error == 0.0:
        return mean, (mean, mean), 1.0 if mean == 0 else 0.0
    half = float(t.ppf(0.975, folds - 1)) * error
    return mean, (mean - half, mean + half), float(2 * t.sf(abs(mean / error), folds - 1))


def probability_above(differences: Sequence[float], limit: float, train_rows: float, test_rows: float) -> float:
    """Return the posterior probability that the true difference is above ``limit``.

    The Bayesian correlated t-test of Benavoli et al. (2017): with a flat prior, the posterior of the difference
    is the Student distribution of the corrected test.
    """
    from scipy.stats import t

    mean, error, folds = _moments(differences, train_rows, test_rows)
    if folds < 2:
        return 0.5
    if error == 0.0:
        return 1.0 if mean > limit else 0.0
    return float(t.sf((limit - mean) / error, folds - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's (1979) adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted


def wilson_interval(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's (1927) interval of a proportion; (0, 1) for no trials."""
    from scipy.stats import norm

    if trials == 0:
        return 0.0, 1.0
    z = float(norm.ppf(0.5 + level / 2))
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap_interval(
    measure: Callable[[Array], float],
    rows: int,
    *,
    groups: Array | None = None,
    order: Array | None = None,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float] | None:
    """Return the percentile bootstrap interval of ``measure(positions)``; whole groups are drawn if given.

    Parameters
    ----------
    measure : callable
        From row positions to a score; NaN where it is not defined.
    rows : int
        Number of rows.
    groups : array, optional
        The group of each row: rows of one group are not independent, so groups are drawn, not rows.
    order : array, optional
        The rank in time of each row, instead of groups: stretches of neighbouring times are drawn, as long as the
        root of the number of times (moving blocks, Künsch 1989).
    draws : int
        Number of bootstrap samples.
    """
    generator = np.random.default_rng(seed)
    blocks, count = (None, rows) if groups is None else _whole(groups)
    if order is not None:
        blocks, count = _stretches(order)
    values = []
    for _ in range(draws):
        positions = generator.integers(0, rows if blocks is None else len(blocks), count)
        if blocks is not None:
            positions = np.concatenate([blocks[i] for i in positions])
        values.append(measure(positions))
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if len(finite) < max(10, draws // 2):
        return None
    low, high = np.quantile(finite, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)


def _whole(groups: Array) -> tuple[list[Array], int]:
    """Return the rows of each group, and how many groups there are."""
    order = np.argsort(groups, kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return blocks, len(blocks)


def _stretches(order: Array) -> tuple[list[Array], int]:
    """Return the rows of every stretch of neighbouring times, and how many make up the whole."""
    times, _ = _whole(order)
    length = max(1, round(math.sqrt(len(times))))
    blocks = [np.concatenate(times[i : i + length]) for i in range(len(times) - length + 1)]
    return blocks, -(-len(times) // length)
