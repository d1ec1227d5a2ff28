"""Robust cores: the part of a column that a contract may learn from.

A range is not taken from the extremes but from the values that hang together: starting from the quartiles, a wide
fence is drawn (three times the distance of the median to each quartile, doubled, so that it follows a skew), and
outside it a value counts only while no gap wider than half of its distance to the median parts it from the ones
before. So -999 in an age, or a price a hundred times too high, is left out, and a long tail is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ..audit.spelling import folded

__all__ = ["Core", "core_categories", "core_range", "nice_bound"]

FENCE = 6.0
GAP = 0.5
MAX_EXCLUDED = 0.25

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Core:
    """The robust range of a column.

    Attributes
    ----------
    low, high : float
        The smallest and the largest value of the core.
    long_tail : bool
        Whether core values lie outside the fence, so that the next drop may well go further.
    excluded : int
        Values left out.
    """

    low: float
    high: float
    long_tail: bool
    excluded: int


def core_range(values: pl.Series, equal: Iterable[float] = (), extremes: Iterable[float] = ()) -> Core | None:
    """Return the core of numeric ``values``, None if there is nothing to learn from.

    Parameters
    ----------
    values : polars.Series
        Numbers; nulls and infinities are passed over.
    equal : iterable of float
        Values known to be wrong, left out wherever they stand.
    extremes : iterable of float
        Values known to be too extreme; what is further out on the same side is left out with them, unless that
        would be a quarter of the rows.
    """
    series = values.cast(pl.Float64).drop_nulls().to_numpy()
    kept = np.sort(series[np.isfinite(series)])
    total = len(kept)
    wrong = list(equal)
    if wrong:
        kept = kept[~np.isin(kept, wrong)]
    if len(kept) < 3:
        return None
    kept = _without_extremes(kept, list(extremes))
    middle = float(kept[(len(kept) - 1) // 2])
    quarter, upper = float(kept[(len(kept) - 1) // 4]), float(kept[3 * (len(kept) - 1) // 4])
    down = max(middle - quarter, 0.25 * (upper - quarter)) * FENCE
    up = max(upper - middle, 0.25 * (upper - quarter)) * FENCE
    if down == up == 0.0:
        return _core_around_constant(kept, total)
    high = _walk(kept[np.searchsorted(kept, middle) :], middle, middle + up)
    low = -_walk(-kept[: np.searchsorted(kept, middle, side="right")][::-1], -middle, -middle + down)
    return Core(low, high, low < middle - down or high > middle + up, total - _between(kept, low, high))


def _between(ordered: Floats, low: float, high: float) -> int:
    """Return how many of the ordered values lie from ``low`` to ``high``."""
    return int(np.searchsorted(ordered, high, side="right") - np.searchsorted(ordered, low, side="left"))


def _core_around_constant(kept: Floats, total: int) -> Core:
    """More than half of the values are one value: the others are judged by their own quantiles."""
    last = len(kept) - 1
    low, high = float(kept[math.floor(0.005 * last + 0.5)]), float(kept[math.floor(0.995 * last + 0.5)])
    return Core(low, high, True, total - _between(kept, low, high))


def _without_extremes(ordered: Floats, extremes: Sequence[float]) -> Floats:
    if not extremes:
        return ordered
    middle = float(np.median(ordered))
    above = min((e for e in extremes if e > middle), default=math.inf)
    below = max((e for e in extremes if e < middle), default=-math.inf)
    kept = ordered[(ordered < above) & (ordered > below)]
    return kept if len(kept) >= max(3, (1 - MAX_EXCLUDED) * len(ordered)) else ordered


def _walk(ordered: Floats, middle: float, fence: float) -> float:
    """Return the last value, walking outwards, before a gap that is out of proportion."""
    inside = int(np.searchsorted(ordered, fence, side="right"))
    last = float(ordered[inside - 1]) if inside else middle
    for value in np.unique(ordered[inside:]).tolist():
        reach = max(last - middle, (fence - middle) / 2)
        if value - last > GAP * reach:
            break
        last = value
    return last


def core_categories(counts: Sequence[tuple[str, int]], wrong: Iterable[str] = ()) -> list[str]:
    """Return the values of a small category without spelling variants and without what findings named.

    Of values that are one but for case, blanks and punctuation the most frequent stays. A value parted by one
    letter (Damerau-Levenshtein) from another that is eight times as frequent is taken for a misspelling; by two in
    a long word, if the other is fifty times as frequent.
    """
    from rapidfuzz.distance import DamerauLevenshtein

    refused = set(wrong)
    kept: list[tuple[str, int]] = []
    seen: dict[str, str] = {}
    for value, count in sorted(counts, key=lambda c: (-c[1], c[0])):
        key = folded(value).replace(" ", "")
        if key in seen or value.strip() != value:
            continue
        if any(_misspelt(value, count, other, often, DamerauLevenshtein.distance) for other, often in kept):
            continue
        seen[key] = value
        kept.append((value, count))
    named = [v for v, _ in kept if v not in refused]
    # a finding names the variants and sometimes the value they vary from: a frequent one is believed
    most = sum(c for _, c in kept)
    frequent = [v for v, c in kept if v in refused and c >= 0.2 * most]
    return sorted([*named, *frequent])


def _misspelt(value: str, count: int, other: str, often: int, distance: Callable[[str, str], int]) -> bool:
    """Whether ``value`` is a slip in writing ``other``: rare beside it, and parted by a letter in a longer word."""
    if count * 8 > often or any(ch.isdigit() for ch in value + other):
        return False
    ours, theirs = value.casefold().split(), other.casefold().split()
    if len(ours) == len(theirs) and any(
        a != b and min(len(a), len(b)) < 4 for a, b in zip(ours, theirs, strict=True)
    ):
        return False
    allowed = 2 if len(value) >= 9 and count * 50 <= often else 1
    return len(value) >= 5 and distance(value.casefold(), other.casefold()) <= allowed


def nice_bound(value: float, *, up: bool) -> float:
    """Return ``value`` rounded outwards to two significant digits, so that a contract reads well."""
    if value == 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = (math.ceil if up else math.floor)(value / step) * step
    return float(f"{rounded:.12g}")
