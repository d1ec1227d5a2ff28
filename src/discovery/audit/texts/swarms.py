"""Short values with a swarm of slips around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["swarms"]

SHORTEST, LONGEST = 2, 12
MOST = 1_000
"""Of more different values none is looked at."""
USUAL, TIMES = 5, 3
"""How often a value occurs that has slips, and how many times as often as each of them."""
SLIPS, SWAPS, SHARE = 4, 2, 0.4
"""How many values are slips at least, how many by a swap, and which share of all different values they make."""
MOST_CELLS = 0.4
"""The largest share of the cells that slips may be."""


def swarms(counts: Mapping[str, int]) -> dict[str, str]:
    """Return short values that are slips of usual ones (``YSE``, ``ES`` and ``YS`` beside ``YES``), and of which.

    A slip swaps two neighbouring signs (a letter among them), leaves a letter out or puts one in, though not next
    to its like (``XL`` and ``XXL`` are sizes); one sign in place of another makes another code, and digits make
    other numbers. What is rare and near to a short value may well be a value of its own: only where four values or
    more are slips, two of them by a swap, which no list of codes has by nature, and they are 40% of all different
    values, are they told.

    >>> swarms({"YES": 54, "YSE": 4, "ES": 2, "EYS": 2, "YS": 2, "NO": 9})
    {'YSE': 'YES', 'ES': 'YES', 'EYS': 'YES', 'YS': 'YES'}
    >>> swarms({"N": 90, "NE": 30, "E": 80, "SE": 20, "S": 70, "NNE": 9})
    {}
    """
    if not SLIPS < len(counts) <= MOST:
        return {}
    usual: set[str] = set()
    found: dict[str, str] = {}
    swaps = 0
    for value, rows in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        swapped = [v for v in _swapped(value) if v in usual]
        near = swapped or [v for v in _longer_or_shorter(value, usual) if v in usual]
        origin = max(near, key=lambda v: counts[v], default=None)
        if origin is not None and counts[origin] >= TIMES * rows:
            found[value] = origin
            swaps += bool(swapped)
        elif rows >= USUAL and SHORTEST <= len(value) <= LONGEST:
            usual.add(value)
    cells = sum(counts[v] for v in found)
    many = len(found) >= max(SLIPS, SHARE * len(counts)) and swaps >= SWAPS
    return found if many and cells <= MOST_CELLS * sum(counts.values()) else {}


def _swapped(value: str) -> Iterator[str]:
    for i in range(len(value) - 1):
        if value[i] != value[i + 1] and value[i : i + 2].upper() != value[i : i + 2].lower():
            yield value[:i] + value[i + 1] + value[i] + value[i + 2 :]


def _longer_or_shorter(value: str, usual: set[str]) -> Iterator[str]:
    """Iterate over what a value is with a sign less, and over usual values that are it with a sign more."""
    for i, sign in enumerate(value):
        if sign.isalpha() and sign not in (value[i - 1 : i], value[i + 1 : i + 2]):
            yield value[:i] + value[i + 1 :]
    for other in usual:
        if len(other) == len(value) + 1 and any(
            sign.isalpha()
            and other[:i] + other[i + 1 :] == value
            and sign not in (other[i - 1 : i], other[i + 1 : i + 2])
            for i, sign in enumerate(other)
        ):
            yield other
