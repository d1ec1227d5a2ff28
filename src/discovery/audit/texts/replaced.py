"""Values in which letters were overwritten by one and the same letter: ``heaxt attacx`` for ``heart attack``.

Data that was spoilt on purpose or by a faulty transfer shows it (the errors that BART puts in, Arocena et al., VLDB
2015), and it is a trace of its own: unlike what people mistype, it strikes codes and addresses as well, which are
too close to one another for a comparison by edits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

__all__ = ["MOST_RARE", "MOST_USUAL", "replaced"]

RARE, SHARE, RATIO = 3, 0.02, 8
"""In how many cells, or in what share of them where few values make a column, a spoilt value is at most, and how
many times as frequent the right one is."""
FOREIGN = 3
"""How many times as often rare values must hold a letter as usual ones."""
FEWEST, PLACES, LETTERS = 5, 3, 3
"""Spoilt values, the places that were struck and the letters that were overwritten from which on it is a trace."""
EXPLAINED = 0.8
"""The share of the rare values with the letter, as long as a frequent one, that must be one with letters lost."""
MOST_OVERWRITTEN = 0.34
"""The largest share of a value's letters that may be overwritten in it."""
MOST_USUAL, MOST_RARE = 300, 1_000
"""More values than these are not compared."""


def replaced(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the values that are a frequent one with some letters overwritten by one letter, with that value.

    The letter is the same in all of them. Five values or more must be spoilt so, at three places or more and in
    place of three different letters or more, and four in five of all rare values that hold the letter and are as
    long as a frequent one: codes use a letter for what it means, and hold it in one place. Values that may have
    been several frequent ones are left out.

    Parameters
    ----------
    counts : mapping of str to int
        The cells that hold each value.

    >>> right = {"scip-inf-1": 40, "hf-4": 30, "ami-3": 30}
    >>> spoilt = {"axi-3": 1, "amx-3": 1, "xf-4": 2, "hx-4": 1, "scip-ixf-1": 1, "sxip-xnf-1": 1}
    >>> found = replaced(right | spoilt)
    >>> found["sxip-xnf-1"], len(found), replaced(right | {"ami-5": 1, "hf-7": 1, "abi-3": 1})
    ('scip-inf-1', 6, {})
    """
    for few in (RARE, SHARE * sum(counts.values())):
        usual: dict[int, list[str]] = defaultdict(list)
        for value, n in counts.items():
            if n >= RATIO * (few if few > RARE else 1):
                usual[len(value)].append(value)
        rare = [v for v, n in counts.items() if n <= few and len(v) in usual]
        if not FEWEST <= len(rare) <= MOST_RARE or sum(map(len, usual.values())) > MOST_USUAL:
            continue
        for letter in _foreign(rare, [v for group in usual.values() for v in group]):
            if found := _by(letter, rare, usual, counts):
                return found
    return {}


def _foreign(rare: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Return the letters, two at most, that rare values hold far more often than usual ones."""
    own = Counter(c for v in usual for c in set(v))
    letters = Counter(c for v in rare for c in set(v) if c.isalpha())
    often = [c for c, n in letters.items() if n >= FEWEST and n * len(usual) >= FOREIGN * own[c] * len(rare)]
    return sorted(often, key=lambda c: (own[c] / len(usual) - letters[c] / len(rare), c))[:2]


def _by(letter: str, rare: list[str], usual: Mapping[int, list[str]], counts: Mapping[str, int]) -> dict[str, str]:
    """Return the values that are spoilt by ``letter``, where they are a trace."""
    holding = [v for v in rare if letter in v]
    found: dict[str, str] = {}
    places: set[int] = set()
    overwritten: set[str] = set()
    spoilt = 0
    for value in holding:
        near = [u for u in usual[len(value)] if counts[u] >= RATIO * counts[value] and _spoils(value, u, letter)]
        spoilt += bool(near)
        if len(near) == 1:
            found[value] = near[0]
            struck = [i for i, (a, b) in enumerate(zip(value, near[0], strict=True)) if a != b]
            places.update(struck)
            overwritten.update(near[0][i].casefold() for i in struck if near[0][i].isalpha())
    trace = spoilt >= EXPLAINED * len(holding) and len(found) >= FEWEST
    return found if trace and len(places) >= PLACES and len(overwritten) >= LETTERS else {}


def _spoils(value: str, right: str, letter: str) -> bool:
    struck = sum(a != b for a, b in zip(value, right, strict=True))
    if not struck or struck > max(1, MOST_OVERWRITTEN * len(value)):
        return False
    return all(a == letter for a, b in zip(value, right, strict=True) if a != b)
