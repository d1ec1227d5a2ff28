"""Semantic types of columns of text: a detector a type, asked in the order of ``DETECTORS``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from . import lists, patterns, persons
from .facts import Facts, Found
from .facts import share as share_of_matches
from .national import scheme_of_all
from .words import fold, tokens

__all__ = ["DETECTORS"]


FEWEST_ADDRESSES = 20
"""Different texts from which letters and digits are addresses, where the name says so: fewer are levels."""


def _email(facts: Facts) -> Found:
    least = 0.5 if "email" in facts.hints else 0.8
    if facts.holds("@") < least:
        return None
    share = facts.share(patterns.EMAIL)
    return ("email", share) if share >= least else None


def _web(facts: Facts) -> Found:
    longest = max(map(len, facts.texts))
    for semantic, pattern, least in (("url", patterns.URL, 6), ("uuid", patterns.UUID, 32)):
        if longest < least or (semantic == "url" and facts.holds(".") < 0.8):
            continue
        share = facts.share(pattern)
        if share >= 0.8:
            return semantic, share
    if "url" in facts.hints and facts.holds(".") >= 0.8 and (share := facts.share(patterns.DOMAIN)) >= 0.8:
        return "url", share
    return None


def _ip(facts: Facts) -> Found:
    if facts.digits < 0.5:
        return None
    head = facts.values.head(50)
    if not all("." in text or ":" in text for text in facts.texts[:50]):
        return None
    if not head.str.contains(r"^\s*[0-9A-Fa-f:.]+(?:[:/]\d+)?\s*$").all():
        return None
    if share_of_matches(head, r"^\d{1,2}:\d{2}") > 0.5:
        return None
    share = facts.share_of(patterns.is_ip)
    if "ip" in facts.hints:
        return ("ip", share) if share >= 0.6 else None
    versions = share_of_matches(head, r"^\s*\d\.") >= 0.8 or bool(_VERSIONS & set(tokens(facts.name)))
    sections = share_of_matches(head, r"^\s*(?:[12]?\d\.){3}[12]?\d\s*$") >= 0.8
    versions |= sections and share_of_matches(head, r"^\s*10\.") < 0.8  # those of a private net
    return ("ip", share) if share >= 0.9 and not versions else None


_VERSIONS = frozenset("version versions release build firmware revision oid ver driver".split())


def _iban(facts: Facts) -> Found:
    if facts.digits < 0.5 or facts.share(patterns.IBAN_SHAPE) < 0.5:
        return None
    share = facts.share_of(patterns.is_iban)
    return ("iban", share) if share >= (0.4 if "iban" in facts.hints else 0.7) else None


def _card(facts: Facts) -> Found:
    if facts.digits < 0.6 or facts.share(patterns.CARD_SHAPE) < 0.6:
        return None
    share = facts.share_of(patterns.is_card)
    hinted = "card" in facts.hints
    enough = len(facts.values) >= (1 if hinted else 5)
    return ("card", share) if enough and share >= (0.6 if hinted else 0.95) else None


def _national_id(facts: Facts) -> Found:
    hinted = "national_id" in facts.hints
    if facts.digits < 0.7 or max(map(len, facts.texts)) < 8:
        return None
    scheme, share = scheme_of_all(facts.texts, weak=hinted or "identifier" not in facts.hints)
    if scheme is not None:
        return "national_id", share if hinted or scheme.strong else 0.7
    if hinted and facts.share(r"^[A-Za-z0-9 .\-/]{6,20}$") >= 0.8 and facts.share(r"\d.*\d.*\d.*\d") >= 0.8:
        return "national_id", 0.75
    return None


def _phone(facts: Facts) -> Found:
    if facts.digits < 0.6:
        return None
    if "phone" in facts.hints:
        share = facts.share(patterns.PHONE_SHAPE)
        return ("phone", share) if share >= 0.6 and facts.share(r"^\s*\d{4}-\d{2}-\d{2}") < 0.2 else None
    if facts.hints & {"identifier", "national_id", "card"}:
        return None
    share = facts.share(patterns.PHONE_STRICT)
    if share < 0.8 or len(facts.values) < 3:
        return None
    if share - facts.share(patterns.MOBILE_BARE) >= 0.25:
        return "phone", share
    many = len(facts.values) >= 50 and facts.profile.distinct >= 0.9 * facts.profile.present
    return ("phone", 0.7) if many and share >= 0.99 else None


def _birth_date(facts: Facts) -> Found:
    if "birth_date" in facts.hints and facts.share(r"\d{1,4}[./\- ]\w{1,9}[./\- ]\d{1,4}|^\d{8}$") >= 0.5:
        return "birth_date", 0.85
    return None


def _country(facts: Facts) -> Found:
    hinted = "country" in facts.hints
    names = facts.share_of(_is_country)
    if names >= (0.4 if hinted else 0.8) and (hinted or len(facts.values) >= 4):
        return "country", max(names, 0.6)
    if hinted and facts.share(r"^[A-Z]{2,3}$") >= 0.8:
        codes = facts.share_of(lambda v: v in lists.COUNTRY_CODES)
        return ("country", codes) if codes >= 0.7 else None
    return None


_NOT_WORD = re.compile(r"[^a-z&]+")


@lru_cache(maxsize=20_000)
def _is_country(text: str) -> bool:
    plain = _NOT_WORD.sub(" ", fold(text)).strip()
    return plain in lists.COUNTRIES


def _currency(facts: Facts) -> Found:
    hinted = "currency" in facts.hints
    if not hinted and not 3 <= len(facts.values) <= 60:
        return None
    share = facts.share_of(lambda v: v.upper() in lists.CURRENCIES)
    return ("currency", share) if share >= (0.6 if hinted else 0.95) else None


def _date_part(facts: Facts) -> Found:
    if len(facts.values) > 40:
        return None
    share = facts.share_of(lambda v: fold(v).rstrip(".") in lists.DATE_PARTS)
    enough = len(facts.values) >= 3 or "date_part" in facts.hints
    return ("date_part", share) if share >= 0.8 and enough else None


def _postcode(facts: Facts) -> Found:
    if facts.digits < 0.6:
        return None
    if "postcode" in facts.hints:
        share = facts.share(r"(?i)^[A-Z]{0,2}[- ]?\d[A-Z\d]{1,4}[ -]?[A-Z\d]{0,4}$")
        return ("postcode", share) if share >= 0.6 else None
    share = facts.share(patterns.POSTCODE)
    if share < 0.9:
        return None
    letters = facts.share(r"(?i)^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|^[A-Z]\d[A-Z] \d[A-Z]\d$|^\d{4} [A-Z]{2}$")
    varied = len({v[-2:] for v in facts.texts}) >= 5
    return ("postcode", share) if letters >= 0.7 and varied else None


def _address(facts: Facts) -> Found:
    if facts.hints & {"email", "ip"} or facts.digits < 0.2:
        return None
    share = facts.share(patterns.ADDRESS)
    hinted = "address" in facts.hints and (facts.profile.length_mean or 9) >= 6
    many = facts.profile.distinct >= FEWEST_ADDRESSES
    if hinted and (share >= 0.2 or (many and facts.share(r"\p{L}.*\d|\d.*\p{L}") >= 0.6)):
        return "address", max(share, 0.7)
    short = (facts.profile.length_mean or 0) <= 80
    return ("address", share) if share >= 0.6 and short and len(facts.values) >= 5 else None


def _percentage(facts: Facts) -> Found:
    if facts.holds("%") < 0.8:
        return None
    share = facts.share(r"^[+\-]?\d+(?:[.,]\d+)?\s*%$")
    return ("percentage", share) if share >= 0.8 else None


def _free_text(facts: Facts) -> Found:
    profile = facts.profile
    length = profile.length_mean or 0.0
    if length < 30 or profile.distinct < max(5, 0.1 * profile.present):
        return None
    spaces = facts.share(r"\S+\s+\S+\s+\S+\s+\S+\s+\S+")
    if spaces >= 0.6 and (length >= 50 or "free_text" in facts.hints):
        return "free_text", min(1.0, 0.6 + length / 500)
    return None


def _identifier(facts: Facts) -> Found:
    profile = facts.profile
    share = profile.distinct / profile.present
    shape = r"^[\p{L}]{0,6}[\-_/# .]?\d[\w\-/.]*$|^[A-Za-z0-9]*\d[A-Za-z0-9]*$|^[0-9a-fA-F]{8,}$"
    coded = facts.share(shape) if facts.digits >= 0.5 else 0.0
    if "identifier" in facts.hints and profile.distinct > 20 and (share > 0.5 or coded >= 0.9):
        return "identifier", 0.9
    if share > 0.9 and coded >= 0.9 and profile.distinct >= 20:
        return "identifier", 0.8
    return None


def _category(facts: Facts) -> Found:
    profile = facts.profile
    few = profile.distinct <= max(20, min(200, 0.05 * profile.present))
    return ("category", 0.8) if few and (profile.length_mean or 0) <= 60 else None


DETECTORS: Sequence[Callable[[Facts], Found]] = (
    _email, _web, _ip, _iban, _card, _national_id, _birth_date, _phone, _date_part, _country, _currency, _postcode,
    _percentage, _address, persons.person, _free_text, _identifier, _category,
)  # fmt: skip
