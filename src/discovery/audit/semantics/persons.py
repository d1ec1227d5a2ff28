"""Columns of names of persons.

Method: what the column's name says, a list of given and of family names, and the form of the values. No list knows
the names of all countries; where the column's name leaves no doubt (``surname``), letters are enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import lists
from .facts import Facts, Found
from .words import fold

__all__ = ["GUESSED", "Known", "known_names", "person"]

GUESSED = 0.6
"""How sure a name by its form alone is."""

_TITLED = (
    r"(?:^|[\s,(])(?:Mr|Mrs|Ms|Miss|Master|Mme|Mlle|Herr|Frau|Dr|Prof|Sr|Sra|Señora?|Rev|Sir|Lady|Mx|Don"
    r"|Capt|Col)\.?\s"
)
_INITIALS = r"^\s*\p{Lu}\.(?:[ -]?\p{Lu}\.)*\s*\p{Lu}[\p{L}'’.\- ]+$"
"""A family name after the first letters of given names."""
_INITIALS_LAST = r"^\s*\p{Lu}[\p{L}'’.\- ]+,\s*\p{Lu}\.?(?:[ -]?\p{Lu}\.?){0,2}\s*$"
"""A family name, a comma and the first letters of given names."""
_LETTERS = r"^[\p{L}][\p{L}\p{M}\s.,'’`\"()/\-]*$"
_WORDS = r"^\s*[\p{Lu}][\p{L}.'’\-]*,?(?:\s+[\p{Lu}a-z][\p{L}.'’\-]*){1,4}\s*$"
_TWO = r"^\p{Lu}[\p{Ll}'’\-]+ \p{Lu}[\p{L}'’\-]+$"
_NUMBERED = r"^\p{L}[\p{L}.'’\-]*\d{1,4}(?:\s+\p{L}[\p{L}.'’\-]*\d{0,4})*$"
_FOREIGN = r"^[^\x00-\x{24F}]{2,}"


def person(facts: Facts) -> Found:
    """Return whether the values are names of persons."""
    if facts.holds("_") >= 0.9 and facts.holds(" ") == 0:
        facts = replace(facts, values=facts.values.str.replace_all("_", " "))
    named = facts.hints & {"first_name", "last_name", "person_name", "public_person", "name"}
    if named and facts.digits > 0.4 and facts.share(_NUMBERED) >= 0.8:
        facts = replace(facts, values=facts.values.str.replace_all(r"\d+", ""))
    length = facts.profile.length_mean or 0
    if length > 60 or facts.digits > 0.4 or not (named or facts.holds(" ") >= 0.5):
        return None
    if facts.share(_LETTERS) < 0.6:
        return None
    titled = facts.share(_TITLED)
    if titled >= 0.5 and len(facts.values) >= 3:
        return "person_name", max(titled, 0.8)
    known = known_names(_first_of_several(facts) if facts.hints & {"public_person", "person_name"} else facts.texts)
    return _hinted(facts, known) or (None if "not_person" in facts.hints else _by_values(facts, known))


def _hinted(facts: Facts, known: Known) -> Found:
    """Where the column's name speaks of persons, a few known names will do, and letters where it leaves no
    doubt."""
    hinted = facts.hints
    if hinted & {"first_name", "person_name", "public_person"} and max(known.given, known.full) >= 0.3:
        return "person_name", max(known.given, known.full, 0.7)
    if "last_name" in hinted and max(known.family, known.given) >= 0.15 and facts.profile.distinct > 5:
        return "person_name", 0.75
    if "surely_person" in hinted and facts.profile.distinct > 5 and facts.share(_LETTERS) >= 0.85:
        parts = hinted & {"first_name", "last_name"}
        if parts or known.any >= 0.1 or facts.share(_FOREIGN) >= 0.5:
            return "person_name", 0.7
    return None


def _by_values(facts: Facts, known: Known) -> Found:
    profile = facts.profile
    if "name" in facts.hints:
        if (known.full >= 0.4 or known.given >= 0.6) and len(facts.values) >= 3:
            return "person_name", max(known.full, known.given)
        initials = max(facts.share(_INITIALS), facts.share(_INITIALS_LAST))
        if initials >= 0.6 and len(facts.values) >= 10:
            return "person_name", 0.9
        if len(facts.values) >= 100 and profile.distinct >= 0.9 * profile.present and _two_of_many(facts):
            return "person_name", GUESSED
    few = len(facts.values) < 10 or 20 * profile.distinct < profile.present
    enough = (known.both >= 0.75 and len(facts.values) >= 5) if few else known.full >= 0.6
    return ("person_name", known.full) if enough and facts.share(_WORDS) >= 0.8 else None


def _first_of_several(facts: Facts) -> list[str]:
    """Return the first of the names that a cell lists with commas (``Ann Lee, Bob Ray``), not of ``Lee, Ann``."""
    return [head if " " in (head := t.partition(",")[0].strip()) and "," in t else t for t in facts.texts]


def _two_of_many(facts: Facts) -> bool:
    """Whether nearly all values are two words with capitals, of which neither recurs as it does in names of
    things."""
    if facts.share(_TWO) < 0.9:
        return False
    pairs = [t.split() for t in facts.texts if t.count(" ") == 1]
    ends = (Counter(p[0] for p in pairs), Counter(p[1] for p in pairs))
    return all(len(c) >= 0.3 * len(pairs) and max(c.values()) <= 0.05 * len(pairs) for c in ends)


@dataclass(frozen=True, slots=True)
class Known:
    """Shares of values that are a known given name, a family name, a given name and more, or both names."""

    given: float
    family: float
    full: float
    both: float

    @property
    def any(self) -> float:
        """Share of the values in which some name is known."""
        return max(self.given, self.family, self.full)


def known_names(values: Iterable[str]) -> Known:
    """Return how many of the values the lists of names know."""
    first, last = lists.first_names(), lists.last_names()
    given = family = full = both = total = 0
    for value in values:
        total += 1
        words = [w for w in re.split(r"[^a-z]+", fold(value).replace("'", "")) if len(w) > 1]
        if not words:
            continue
        if len(words) == 1:
            given += words[0] in first
            family += words[0] in last
        elif len(words) <= 5:
            known_first = any(w in first for w in words)
            known_last = any(w in last for w in words)
            start = words[0] in first or ("," in value and any(w in first for w in words[1:]))
            full += start and (known_last or len(words) <= 3) and known_first
            both += start and (words[-1] in last or ("," in value and words[0] in last))
            family += known_last
    count = total or 1
    return Known(given / count, family / count, full / count, both / count)
