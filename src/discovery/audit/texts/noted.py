"""Values with a note behind them (``Acme - until 2013``), and whether two that look alike may be two things."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..vocabulary.known_words import firm, restated
from .spelling import folded

__all__ = ["may_differ", "noted"]

_NOTE = re.compile(r"(?P<name>.*\w.*?)(?:\s+[-–—:/,]+\s*|[-–—:,]\s+|\s*[(\[])(?P<note>[^()\[\]]+)[)\]]?\s*")
_DAY = r"(?:[a-z]{3,9}\.?\s+)?(?:\d{1,4}[./-]){0,2}\d{4}(?:[./-]\d{1,2}){0,2}"
_OF_TIME = re.compile(
    rf"(?:pre|post|prior to|before|after|until|till|up to|to|through|from|since|as of|effective|eff)\b[ .-]*{_DAY}",
    re.I,
)
_OF_THE_NAME = re.compile(
    r"old name|former name|formerly|name (?:has )?changed|renamed|dup|duplicate|do not use|obsolete|deprecated",
    re.I,
)


def noted(values: Iterable[str]) -> dict[str, str]:
    """Return values that are another one with a note of a time (until, since a day or year) or of the name
    (obsolete, renamed) behind it, with that value.

    >>> noted(["Acme", "Acme - Pre 07/01/2013", "Acme (do not use)", "Acme - East", "Beta (until 2013)"])
    {'Acme - Pre 07/01/2013': 'Acme', 'Acme (do not use)': 'Acme'}
    """
    there = {" ".join(v.split()): v for v in values}
    found: dict[str, str] = {}
    for value in there.values():
        match = _NOTE.fullmatch(value) if len(value) > 5 else None
        if match is None or match["name"].strip() not in there:
            continue
        note = match["note"].strip(" .*!")
        if _OF_TIME.fullmatch(note) or _OF_THE_NAME.fullmatch(note):
            found[value] = there[match["name"].strip()]
    return found


def may_differ(value: str, other: str) -> bool:
    """Whether two values that look alike may be two things after all: they differ in signs, a legal form or a note,
    or say it in other words."""
    if _marked(value, other) or _of_a_firm(value, other) or restated(folded(value), folded(other)):
        return True
    return bool(noted((value, other)))


def _marked(value: str, other: str) -> bool:
    """Whether two values differ in signs only, neither in letters nor in blanks: they may be marked on purpose."""
    first, second = value.casefold().split(), other.casefold().split()
    return first != second and _letters(value) == _letters(other)


def _of_a_firm(value: str, other: str) -> bool:
    """Whether two values differ in a legal form only, so that they may be two firms."""
    first, second = folded(value), folded(other)
    return first != second and firm(first) == firm(second)


def _letters(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())
