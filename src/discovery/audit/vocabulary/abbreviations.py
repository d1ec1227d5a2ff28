"""Abbreviations of questionnaires and medical records for "not known"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .placeholders import is_placeholder, normal

__all__ = ["MOST_ANSWERS", "NOT_KNOWN", "not_known"]

NOT_KNOWN = frozenset("nk n/k n.k n.k. dk d/k d.k d.k. dk/na dk/nr dk/ref dk/rf idk".split())
"""Not known, don't know, no answer and refused: also codes of things (Denmark, North Korea)."""
MOST_ANSWERS = 8
"""Different values up to which a column holds the answers to one question."""
_YES = frozenset("y yes true t 1 j ja o oui sí".split())
_NO = frozenset("n no false f 0 nein non nee não nao".split())


def not_known(levels: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the values that stand for "not known" of columns of text, given all different values of each.

    An abbreviation is sure beside a yes and a no. What is sure in one column stands for the same in another of the
    table, unless that has other words of two letters, such as codes of countries.

    >>> not_known({"ill": ["y", "n", "nk"], "smoker": ["never", "now", "nk"], "country": ["se", "no", "dk"]})
    {'ill': ['nk'], 'smoker': ['nk']}
    """
    short = {c: [v for v in values if normal(v) in NOT_KNOWN] for c, values in levels.items()}
    short = {c: found for c, found in short.items() if found}
    others = {c: {normal(v) for v in levels[c]} - NOT_KNOWN for c in short}
    sure = {normal(v) for c, found in short.items() if others[c] & _YES and others[c] & _NO for v in found}
    return {
        c: kept
        for c, found in short.items()
        if (kept := [v for v in found if normal(v) in sure]) and not _coded(others[c])
    }


def _coded(values: set[str]) -> bool:
    """Whether there are other words of two letters than a yes, a no and signs for missing."""
    return any(len(v) == 2 and v.isalpha() and v not in _YES | _NO and not is_placeholder(v) for v in values)
