"""Robust cores: the part of a column that a contract may learn from.

A range is not taken from the extremes but from the values that hang together: starting from the quartiles, a wide
fence is drawn (three times the distance of the median to each quartile, doubled, so that it follows a skew), and
outside it a value counts only while no gap wider than half of its distance to the median parts it from the ones
before. So -999 in an age, or a price a hundred times too high, is left out, and a long tail is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from ..audit.texts.spelling import folded, misspellings, short_slips, slips

__all__ = ["Core", "Floats", "core_categories", "core_range", "mostly", "nice_bound"]

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
    constant : bool
        Whether more than half of the values are one value, so that others are rare by nature.
    kept : int
        The values learned from: those that nothing says are wrong.
    tenth, ninetieth : float
        Their quantiles of 10% and 90%.
    """

    low: float
    high: float
    long_tail: bool
    excluded: int
    constant: bool = False
    kept: int = 0
    tenth: float = 0.0
    ninetieth: float = 0.0


def mostly(found: int, rows: int) -> dict[str, float]:
    """Return how much of a next sample must keep a rule that ``found`` of ``rows`` broke, as keyword of it.

    Of two samples of one population, the second has ``found`` with a standard deviation of the root of twice that;
    three of them are allowed, and up to four rows more, as what is rare may be missing in the first.
    """
    allowed = (found + 4 * math.sqrt(found) + min(4.0, 2 + 0.01 * rows)) / max(rows, 1)
    return {"mostly": max(0.0, math.floor((1 - allowed) * 10_000) / 10_000)}


def core_range(
    values: pl.Series | Floats, equal: Iterable[float] = (), extremes: Iterable[float] = ()
) -> Core | None:
    """Return the core of numeric ``values``, None if there is nothing to learn from.

    Parameters
    ----------
    values : polars.Series or array
        Numbers; nulls and infinities are passed over.
    equal : iterable of float
        Values known to be wrong, left out wherever they stand.
    extremes : iterable of float
        Values known to be too extreme; what is further out on the same side is left out with them, unless that
        would be a quarter of the rows.
    """
    series = values.cast(pl.Float64).drop_nulls().to_numpy() if isinstance(values, pl.Series) else values
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
    tenth, ninetieth = float(kept[len(kept) // 10]), float(kept[9 * len(kept) // 10])
    if down == up == 0.0:
        return replace(_core_around_constant(kept, total), kept=len(kept), tenth=tenth, ninetieth=ninetieth)
    high = _walk(kept[np.searchsorted(kept, middle) :], middle, middle + up)
    low = -_walk(-kept[: np.searchsorted(kept, middle, side="right")][::-1], -middle, -middle + down)
    long = low < middle - down or high > middle + up
    return Core(low, high, long, total - _between(kept, low, high), False, len(kept), tenth, ninetieth)


def _between(ordered: Floats, low: float, high: float) -> int:
    """Return how many of the ordered values lie from ``low`` to ``high``."""
    return int(np.searchsorted(ordered, high, side="right") - np.searchsorted(ordered, low, side="left"))


def _core_around_constant(kept: Floats, total: int) -> Core:
    """More than half of the values are one value: the others are judged by their own quantiles."""
    last = len(kept) - 1
    low, high = float(kept[math.floor(0.005 * last + 0.5)]), float(kept[math.floor(0.995 * last + 0.5)])
    return Core(low, high, True, total - _between(kept, low, high), constant=True)


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


def core_categories(
    counts: Sequence[tuple[str, int]], wrong: Iterable[str] = (), *, sloppy: bool = False
) -> list[str]:
    """Return the values of a small category without spelling variants and without what findings named.

    Of values that are one but for case, blanks and punctuation the most frequent stays. A rare value that misspells
    another which is eight times as frequent is left out, by the audit's rules of what is a misspelling. Where it is
    known that some values are misspelt (``sloppy``), a letter in four may be another one.
    """
    refused = set(wrong)
    kept: dict[str, tuple[str, int]] = {}
    seen: set[str] = set()
    for value, count in sorted(counts, key=lambda c: (-c[1], c[0])):
        key = folded(value)
        joined = key.replace(" ", "")
        if value.strip() == value and joined not in seen:
            seen.add(joined)
            kept[key] = (value, count)
    words = {key: count for key, (_, count) in kept.items()}
    misspelt = [*misspellings(words, rare=sum(words.values()) // 8), *slips(words), *short_slips(words)]
    wrongly = {word for word, _ in misspelt}
    if sloppy:
        wrongly |= {w for w in words if any(_sloppily(w, other, words) for other in words)}
    sound = {k: entry for k, entry in kept.items() if k not in wrongly}
    named = [v for v, _ in sound.values() if v not in refused]
    # a finding names the variants and sometimes the value they vary from: a frequent one is believed
    most = sum(c for _, c in sound.values())
    frequent = [v for v, c in sound.values() if v in refused and c >= 0.2 * most]
    return sorted([*named, *frequent])


def _sloppily(word: str, other: str, counts: Mapping[str, int]) -> bool:
    """Whether a word is a rare one beside another as long, of which at most a letter in four is another."""
    if len(word) != len(other) or len(word) < 2 or counts[word] * 50 > counts[other]:
        return False
    if any(ch.isdigit() for ch in word + other):
        return False
    return 0 < sum(a != b for a, b in zip(word, other, strict=True)) <= max(1, len(word) // 4)


def nice_bound(value: float, *, up: bool) -> float:
    """Return ``value`` rounded outwards to two significant digits, so that a contract reads well."""
    if value == 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = (math.ceil if up else math.floor)(value / step) * step
    return float(f"{rounded:.12g}")
