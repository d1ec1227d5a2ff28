"""Words that stand for a missing value, and what the name of a column says about its cells."""

from __future__ import annotations

import re

__all__ = ["FIGURES", "MISSING_WORDS", "suggests_code", "suggests_date", "suggests_phone"]

MISSING_WORDS: tuple[str, ...] = (
    *"? ?? na n/a n.a. n.a n\\a n/d nd n.d. null none nil nan missing unknown undefined unspecified - -- --- . .. "
    "... * x_missing #n/a #na #null! #div/0! #ref! #value! #name? #num! (blank) (null) (empty) (missing) blank "
    "empty not_available <na> <null> \\n <none> keine k.a. k.a unbekannt inconnu desconocido sconosciuto".split(),
    *"undisclosed withheld 0000-00-00 00-00-0000 00/00/0000 00.00.0000 0/0/0000".split(),
    *(
        "0000-00-00 00:00:00",
        "0000-00-00t00:00:00",
        "not available",
        "not applicable",
        "not known",
        "no data",
        "not reported",
        "no answer",
    ),
)
"""In lower case. In a column of numbers or dates they do not count as failures to parse."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")
_DATE = frozenset(
    "date datum fecha data dt day dteday yyyymmdd ymd timestamp time datetime dob birthdate birthday created "
    "updated modified opened closed started ended jour dag ordered shipped hired joined issued registered admitted "
    "discharged expires expiry expiration due".split()
)
_PHONE = frozenset("phone cellphone tel telephone mobile fax handy telefon telefono msisdn".split())
FIGURES = frozenset(
    "users subscribers subscriptions sessions visits visitors traffic sales sold revenue minutes calls count "
    "counts total orders clicks share penetration cost costs price spend spending bill bills charge charges "
    "shipments installs downloads impressions views usage lines units connections internet".split()
)
"""Words that make figures about telephones of their columns (``mobile_users``)."""
_CODE = frozenset(
    "id code zip zipcode postcode pincode postal plz fips naics sic isbn ean upc sku key no nr num number account "
    "iban ssn vat tax geoid tract department dept kod kode cod codigo".split()
)


def _words(name: str) -> set[str]:
    return {w.casefold() for w in _WORD.findall(name)}


def suggests_date(name: str) -> bool:
    """Whether a column of this name may be expected to hold dates."""
    return bool(_words(name) & _DATE) or bool(re.search(r"(?i)date|datum|dtm?$|_at$|_on$", name))


def suggests_phone(name: str) -> bool:
    """Whether a column of this name may be expected to hold telephone numbers."""
    words = _words(name)
    return bool(words & _PHONE) and not words & FIGURES


def suggests_code(name: str) -> bool:
    """Whether a column of this name may be expected to hold codes, whose digits are not quantities."""
    return bool(_words(name) & _CODE)
