"""What the name of a column says."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["named", "tokens"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+")


@lru_cache(maxsize=20_000)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a column name in lower case: ``GarageYrBlt`` and ``garage_yr_blt`` are the same.

    >>> tokens("customerID_2")
    ('customer', 'id', '2')
    """
    return tuple(w.lower() for w in _WORDS.findall(name))


def named(name: str, *words: str) -> bool:
    """Whether a column name holds one of ``words``; one of several words must be there in a row.

    >>> named("resting heart rate", "pulse", "heart rate")
    True
    """
    parts = tokens(name)
    text = f" {' '.join(parts)} "
    return any(f" {word} " in text for word in words)
