"""The ends of a distribution: whether a gap cuts values off, and how far a tail reaches."""

from __future__ import annotations

import numpy as np

from ...ordered import quantiles_of
from ..values import counted
from .spikes import Values

__all__ = ["FAR", "FEWEST", "cut", "group", "reach", "stands_off"]

CHANCE = 1e-3
"""The chance of a gap under an exponential tail below which it cuts values off; shared among the gaps tried."""
CHANCE_PARETO, CHANCE_LIGHT = 0.02, 0.1
"""The same under a power law; the second where the tail is no heavier than an exponential one."""
FAR = 5.0
"""How many robust standard deviations from the median values that are cut off begin."""
ISOLATED = 0.5
"""How wide a gap must be, as a share of the tail's mean excess."""
APART = 0.25
"""How wide a gap must be for what is beyond it to be far off, as a share of the way from the median to the gap."""
HEAVY = 1.25
"""The coefficient of variation (1 of an exponential tail) above which a tail is looked at on a log scale."""
TIMES, CHANCE_TIMES = (3.0, 5.0), (0.02, 0.15)
"""How many times the next value a few, and a single one, must be, and how unlikely that is under a power law."""
ALONE, CHANCE_ALONE = 0.7, 0.12
"""How much farther from the median than the next the largest value must be, and how unlikely that is."""
NARROW = 0.5
"""A gap as wide as this share of the widest is the place to cut, if it is farther out."""
CHANCE_GROUP, MOST_GROUP = 1e-4, 0.06
"""The chance of a group beyond a gap below which it is none of the tail, and the most of the values it may be."""
FEWEST = 20
"""Of fewer values no reach is told."""


@np.errstate(over="ignore", invalid="ignore")
def cut(ordered: Values, apart: float = APART) -> int:
    """Return how many of the largest of sorted values are cut off (0: none); of several gaps, the last that is half
    as wide as the widest counts, of those that are a share ``apart`` of the way from the median to them."""
    n = len(ordered)
    most = int(max(5, 0.002 * n))
    first, median, third = quantiles_of(ordered, [0.25, 0.5, 0.75])
    scale = (third - first) / 1.349
    if scale <= 0:
        scale = float(np.std(ordered))
    tail = ordered[int(0.95 * n) - 1 :] - ordered[int(0.95 * n) - 1]
    if scale <= 0 or len(tail) < most + 5 or (ordered[-1] - median) / scale < FAR:
        return 0
    found, widest = 0, 0.0
    for k in _gaps(ordered, tail, most, median + FAR * scale):
        core = tail[: len(tail) - k]
        edge, next_ = core[-1], tail[len(tail) - k]
        mean = float(core.mean())
        spread = float(core.std()) / mean
        heavy = spread > HEAVY
        gap = np.log1p(next_ / mean) - np.log1p(edge / mean) if heavy else next_ - edge
        excess = np.log1p(core / mean).mean() if heavy else mean
        relative = gap / max(float(excess), 1e-12)
        limit = CHANCE_LIGHT if spread <= 1 else CHANCE_PARETO
        likely = np.exp(-k * relative) >= CHANCE / min(most, k * (k + 1)) or _pareto(ordered, median, k) >= limit
        if relative >= ISOLATED and not (likely and not _times(ordered, median, k)):
            width = float(next_ - edge)
            if width < apart * float(ordered[n - k - 1] - median):
                continue
            found = k if width >= NARROW * widest else found
            widest = max(widest, width)
    return found or _above_a_plateau(ordered, median + FAR * scale) or _alone(ordered, median)


def _above_a_plateau(ordered: Values, far: float) -> int:
    """Return how many values (5 at most) are several times the value that the upper 5% of the others all share."""
    top = float(ordered[int(0.95 * len(ordered)) - 1])
    above = ordered[np.searchsorted(ordered, top, side="right") :]
    if not 1 <= len(above) <= min(5, 0.01 * len(ordered)) or top <= 0:
        return 0
    return len(above) if above[0] >= max(far, TIMES[0] * top) else 0


def _alone(ordered: Values, median: float) -> int:
    """Return 1 where the largest value is 1.7 times as far from the median as the next, unlike a power law."""
    top, edge = float(ordered[-1]), float(ordered[-2])
    plateau = edge <= ordered[int(0.95 * len(ordered)) - 1]
    far = top - edge >= max(ALONE * (edge - median), 3 * _grid(ordered))
    return int(far and not plateau and _pareto(ordered, median, 1) < CHANCE_ALONE)


def _times(ordered: Values, median: float, k: int) -> bool:
    """Whether the few largest values are several times the next one, more than a heavy tail would bring about."""
    next_, edge = float(ordered[len(ordered) - k]), float(ordered[len(ordered) - k - 1])
    if k > 5 or edge <= 0 or next_ < TIMES[0] * edge:
        return False
    alone = k == 1 and next_ >= TIMES[1] * edge
    return _pareto(ordered, median, k) < CHANCE_TIMES[alone]


def _gaps(ordered: Values, tail: Values, most: int, far: float) -> list[int]:
    """Return for which k the gap below the k-th largest value can be wide enough to be worth its test.

    A bound that saves the test itself: with the least of the means, m0, the mean of ``log1p(x / mean)`` is at least
    m0 / mean times that of ``log1p(x / m0)``, as the logarithm is concave; a gap below half of it cannot pass.
    """
    k = np.arange(1, most + 1)
    next_, edge = tail[len(tail) - k], tail[len(tail) - k - 1]
    sums = np.cumsum(tail)
    mean = sums[len(tail) - k - 1] / (len(tail) - k)
    with np.errstate(over="ignore", invalid="ignore"):  # the least mean may be next to nothing
        logs = np.cumsum(np.log1p(np.maximum(tail, 0) / max(float(mean[-1]), 1e-300)))
        gap = np.log1p(next_ / np.maximum(mean, 1e-300)) - np.log1p(edge / np.maximum(mean, 1e-300))
    least = logs[len(tail) - k - 1] / (len(tail) - k) * float(mean[-1]) / np.maximum(mean, 1e-300)
    worth = (next_ - edge > 3 * _grid(ordered)) & (ordered[len(ordered) - k] >= far) & (mean > 0)
    worth &= (gap >= 0.9 * ISOLATED * least) | (next_ - edge >= ISOLATED * mean)
    return [int(x) for x in k[worth]]


@np.errstate(over="ignore", invalid="ignore")
def group(ordered: Values) -> int:
    """Return how many values make a group farther from the rest than the rest reaches: at most 6% of them, or a
    tenth if they are all the same.

    The rest must be fine-grained, and so many values beyond such a gap unlikely (1 in 10,000) under a power law
    that is fitted to the upper tenth of the rest.
    """
    n = len(ordered)
    least = n - max(5, n // 10)
    if n < 100:
        return 0
    wide = np.flatnonzero(np.diff(ordered[least - 1 :]) >= ordered[least - 1 : -1] - ordered[0])
    if not len(wide):
        return 0
    place = least + int(wide[0])
    rest, next_, k = ordered[:place], float(ordered[place]), n - place
    if k > max(5, MOST_GROUP * n) and next_ < ordered[-1]:
        return 0
    first, median, third = quantiles_of(rest, [0.25, 0.5, 0.75])
    if third <= first:
        return 0
    if len(np.unique(rest)) < max(20, min(100, 0.05 * len(rest))):
        return 0
    logs = np.log(np.maximum(rest[int(0.75 * len(rest)) :] - median, 1e-300))
    tail = logs[int(0.6 * len(logs)) :]
    hill = max(float((tail - tail[0]).mean()), float((logs - logs[0]).mean()) / 2, 1e-12)
    chance = np.exp(-k * (np.log(next_ - median) - tail[-1]) / hill)
    return k if k >= 3 and chance < CHANCE_GROUP else 0


def _pareto(ordered: Values, median: float, k: int) -> float:
    """Return the chance of the k-th gap if the tail beyond the 95th percentile is a power law."""
    start = int(0.95 * len(ordered)) - 1
    if ordered[start] <= median:
        start = int(np.searchsorted(ordered, median, side="right"))
    above = np.log(ordered[start:] - median)
    if len(above) < k + 5:
        return 1.0
    core = above[: len(above) - k] - above[0]
    gap = above[len(above) - k] - above[len(above) - k - 1]
    return float(np.exp(-k * gap / max(float(core.mean()), 1e-12)))


def _grid(ordered: Values) -> float:
    """Return the usual step between neighbouring distinct values, 0 for fine-grained data."""
    values, _ = counted(ordered)
    return float(np.median(np.diff(values))) if 2 < len(values) < 0.2 * len(ordered) else 0.0


def reach(ordered: Values, least: int = FEWEST) -> float:
    """Return how many robust standard deviations the value farthest from the median lies from it.

    Where half of the values and more are one and the same, it is measured among the others, ``least`` or more.
    """
    low, median, high = quantiles_of(ordered, [0.25, 0.5, 0.75])
    if high <= low:
        ordered = ordered[ordered != median]
        if len(ordered) < least:
            return 0.0
        low, median, high = quantiles_of(ordered, [0.25, 0.5, 0.75])
    far = max(float(ordered[-1]) - median, median - float(ordered[0]))
    return far / ((high - low) / 1.349) if high > low else 0.0


def stands_off(ordered: Values) -> bool:
    """Whether a wide gap (as in :func:`cut`, but of any probability) sets one or two values at an end apart."""
    median, least = float(np.median(ordered)), 3 * _grid(ordered)
    for away in (ordered - median, median - ordered[::-1]):
        for k in (1, 2):
            edge, next_ = float(away[-k - 1]), float(away[-k])
            if next_ - edge >= max(APART * edge, least, 1e-300):
                return True
    return False
