"""Personal values inside longer texts: where they are, and what they are.

Method: shapes with checksums where there are any (cards, IBANs), strict shapes where there are none (phones), and
for names the words around them ("my name is …", "Mr. …") or a known given name followed by a known family name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import lists, patterns
from .words import fold

__all__ = ["PREFILTERS", "Spotted", "spot"]


@dataclass(frozen=True, slots=True)
class Spotted:
    """A personal value in a text: its kind and where it starts and ends."""

    semantic: str
    start: int
    end: int


_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’\-]+"
_EMAIL = re.compile(patterns.EMAIL_INSIDE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.\-])\d(?:[ \-]?\d){12,18}(?![\w\-])")
_PHONE = re.compile(
    r"(?<![\w.\-/])(?:(?:\+|00)[1-9]\d{0,2}[\s./\-]?(?:\(0?\d{1,5}\)[\s./\-]?)?\d(?:[\s./\-]?\d){6,12}"
    r"|\(\d{3}\)\s?\d{3}[\s.\-]\d{4}|[2-9]\d{2}[.\-][2-9]\d{2}[.\-]\d{4}"
    r"|0[1-9]\d{1,4}[ /\-]\d{3,4}[ \-]?\d{3,5}|0[1-9](?:[ .]\d{2}){4})(?![\w\-])"
)
_PHONE_WORD = re.compile(
    r"(?i)\b(?:phone|telephone|tel\.?|mobile|cell|(?:call|ring|dial|reach)(?: us| me| now)?(?: at| on)?|telefon|"
    r"handy|tél\.?|móvil)(?:\s+(?:number|nummer|is|ist))*\s*:?\s*(\+?\d(?:[\s./\-]?\d){6,13})(?!\w)"
)
_SSN = re.compile(r"(?<![\w\-])\d{3}-\d{2}-\d{4}(?![\w\-])")
_SELF = re.compile(
    rf"(?:\b(?i:my name is|i am called|my name's|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|"
    rf"me llamo|mi nombre es|mi chiamo)\s+)({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_TITLE = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mme|Mlle|Herrn?|Frau|Dr|Prof|Señora?)\.?\s+({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_GREETING = re.compile(
    rf"\b(?:(?i:regards|sincerely|cheers|thanks|thank you|gr(?:ü|ue)(?:ß|ss)en?|dear|hello|hi|hallo|lieber?|"
    rf"this is|hier ist|i am|i'm|ich bin))[,:]?\s+({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_PAIR = re.compile(rf"(?<![\w'’\-])(?=({_CAPITAL})\s+({_CAPITAL}))")
_STREET = re.compile(
    r"\b\d{1,5}\s+(?:[A-Z][a-z]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Court|Square)\b"
    r"|\b[A-ZÄÖÜ][\wäöüß\-]+(?:straße|strasse|str\.|weg|gasse|platz|allee)\s+\d{1,4}\b"
    r"|\b\d{1,4}(?:\sbis)?,?\s+(?:rue|avenue|boulevard)\s+(?:de\s+|du\s+|des\s+|la\s+)*[A-Z]\w+"
)

PREFILTERS: dict[str, str] = {
    "email": r"\S@\S+\.\S",
    "iban": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}",
    "card": r"\d(?:[ \-]?\d){12}",
    "phone": r"\d(?:[\s./\-()]{0,3}\d){6}",
    "national_id": r"\b\d{3}-\d{2}-\d{4}\b",
    "person_name": r"(?i)\b(?:name|nom|nombre|hei(?:ß|ss)e|appelle|llamo|chiamo|mr|mrs|ms|miss|mme|mlle|herrn?|"
    r"frau|dr|prof|señora?|regards|sincerely|cheers|thanks|thank you|gr(?:ü|ue)(?:ß|ss)en?|dear|hello|hi|hallo|"
    r"lieber?|this is|hier ist|i am|i'm|ich bin)\b",
    "address": r"\d",
}
"""Cheap expressions for whole columns: a text without a match holds no value of the kind (but names in pairs)."""


def spot(text: str, pairs: bool = True) -> list[Spotted]:
    """Return the personal values in ``text``, in order, without overlaps.

    ``pairs`` says whether a known given name before a known family name is enough to be called a name.

    >>> [s.semantic for s in spot("My name is Anna Maier, write to anna@example.org")]
    ['person_name', 'email']
    """
    found: list[Spotted] = []
    for candidate in _candidates(text, pairs):
        if not any(candidate.start < f.end and f.start < candidate.end for f in found):
            found.append(candidate)
    return sorted(found, key=lambda s: s.start)


def _candidates(text: str, pairs: bool) -> Iterator[Spotted]:
    if "@" in text:
        yield from (Spotted("email", *m.span()) for m in _EMAIL.finditer(text))
    if re.search(r"\d", text):
        yield from (Spotted("iban", *m.span()) for m in _IBAN.finditer(text) if patterns.is_iban(m[0]))
        yield from (Spotted("card", *m.span()) for m in _CARD.finditer(text) if patterns.is_card(m[0]))
        ssn = (m for m in _SSN.finditer(text) if patterns.is_national_id(m[0], "us_ssn"))
        yield from (Spotted("national_id", *m.span()) for m in ssn)
        yield from (Spotted("phone", *m.span()) for m in _PHONE.finditer(text))
        yield from (Spotted("phone", *m.span(1)) for m in _PHONE_WORD.finditer(text))
        yield from (Spotted("address", *m.span()) for m in _STREET.finditer(text))
    yield from _names(text, pairs)


def _names(text: str, pairs: bool) -> Iterator[Spotted]:
    first, last = lists.first_names(), lists.last_names()
    for match in _SELF.finditer(text):
        yield Spotted("person_name", *match.span(1))
    for match in _TITLE.finditer(text):
        if fold(match[1].split()[0]) not in _NO_NAMES:
            yield Spotted("person_name", *match.span(1))
    for match in _GREETING.finditer(text):
        words = match[1].split()
        if fold(words[0]) in first and fold(words[0]) not in _NO_NAMES:
            known = 1
            while known < len(words) and (fold(words[known]) in last or fold(words[known]) in first):
                known += 1
            end = match.start(1) + match[1].index(words[known - 1]) + len(words[known - 1])
            yield Spotted("person_name", match.start(1), end)
    if pairs:
        for match in _PAIR.finditer(text):
            if fold(match[1]) in first and fold(match[2]) in last:
                yield Spotted("person_name", match.start(1), match.end(2))


_NO_NAMES = frozenset(
    "customer sir madam team all support service the this that not very so going sure just happy sorry bean pepper "
    "who strange jekyll evil potato world universe right wrong perfect kunde kundin damen herren".split()
)
