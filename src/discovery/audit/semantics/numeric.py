"""Semantic types of columns of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from . import patterns
from .facts import MAX_VALUES, Found
from .national import scheme_of_all
from .words import tokens

if TYPE_CHECKING:
    from ..profiling.profile import ColumnProfile

__all__ = ["may_be_digits", "numeric"]

_GOES_ON = frozenset("of above below between over under in per with without".split())


def numeric(
    name: str, type_: str, values: pl.Series, hinted: frozenset[str], profile: ColumnProfile
) -> tuple[str | None, float]:
    """Return what a column of numbers stands for, and how sure that is; the parameters are those of
    :func:`discovery.audit.semantics.semantic_of_values`, ``hinted`` what the name hints at."""
    low, high = _number(profile.minimum), _number(profile.maximum)
    whole = type_ == "integer" or profile.whole
    if low is not None and high is not None:
        found = _digits(values, low, high, hinted, profile) if may_be_digits(profile) else None
        if found:
            return found
        for semantic, bound in (("latitude", 90.0), ("longitude", 180.0)):
            if semantic in hinted and -bound <= low and high <= bound and not (whole and profile.distinct < 10):
                return semantic, 0.95
        if "percentage" in hinted and low >= 0 and (4 if whole else 1) < high <= 100:
            return "percentage", 0.9
        if "date_part" in hinted and whole and _is_date_part(name, low, high):
            return "date_part", 0.9
        if "postcode" in hinted and whole and low >= 100 and high < 1e6:
            return "postcode", 0.85
    if whole and _is_identifier(name, hinted, profile):
        return "identifier", 0.9
    if whole and profile.distinct <= min(20, max(2, profile.present // 20)) and _coded(name, low, high, profile):
        return "category", 0.7
    return "measure", 0.7


def may_be_digits(profile: ColumnProfile) -> bool:
    """Whether the numbers may be the digits of a name (a card, a telephone), so that they are to be looked at."""
    low, high = _number(profile.minimum), _number(profile.maximum)
    whole = profile.type == "integer" or profile.whole
    return whole and low is not None and high is not None and low > 0 and high >= 1e6


def _digits(values: pl.Series, low: float, high: float, hinted: frozenset[str], profile: ColumnProfile) -> Found:
    texts = [str(int(v)) for v in values.drop_nulls().head(MAX_VALUES).to_list() if isfinite(v)]
    if not texts:
        return None
    if low >= 1e12 and len(texts) >= (1 if "card" in hinted else 5):
        share = sum(map(patterns.is_card, texts)) / len(texts)
        if share >= (0.7 if "card" in hinted else 0.95):
            return "card", share
    least = 1e9 if tokens(profile.name)[-1:] == ("cell",) else 1e5  # or it is of a body or a battery
    if "phone" in hinted and high < 1e15 and low >= least and profile.distinct > 0.3 * profile.present:
        return "phone", 0.85
    if "national_id" in hinted and low >= 1e5 and profile.distinct > 0.5 * profile.present:
        return "national_id", 0.85
    if "birth_date" in hinted and low >= 1.8e7 and high < 2.1e7:
        return "birth_date", 0.85
    if profile.unparsed <= 0.02 * profile.present and high >= 1e8 and low >= high / 1e4:
        longest = max(map(len, texts))
        scheme, share = scheme_of_all([t.zfill(longest) for t in texts], weak=not hinted & {"identifier", "phone"})
        if scheme is not None:
            return "national_id", share if scheme.strong else 0.7
    return None


_PART_RANGE = {
    "month": (1, 12), "mnth": (0, 12), "mon": (1, 12), "day": (0, 366), "weekday": (0, 7), "hour": (0, 24),
    "hr": (0, 24), "year": (0, 2200), "yr": (0, 2200), "quarter": (1, 4), "week": (0, 53), "dayofweek": (0, 7),
    "dow": (0, 7), "minute": (0, 59), "monat": (1, 12), "tag": (0, 366), "jahr": (0, 2200), "stunde": (0, 24),
    "quartal": (1, 4), "woche": (0, 53), "wochentag": (0, 7), "mois": (1, 12), "jour": (0, 366), "annee": (0, 2200),
    "mes": (1, 12), "dia": (0, 366), "ano": (0, 2200), "hora": (0, 24), "doy": (0, 366), "weekofyear": (0, 53),
    "weeknumber": (0, 53), "modelyear": (0, 2200), "releaseyear": (0, 2200),
}  # fmt: skip


def _is_date_part(name: str, low: float, high: float) -> bool:
    words = tokens(name)
    joined = [*words, *("".join(p) for p in pairwise(words))]
    if set(words) & {"duration", "tenure", "per", "in", "num", "number", "count", "since", "hours", "worked"}:
        return False
    ranges = [_PART_RANGE[w] for w in joined if w in _PART_RANGE]
    return any(a <= low and high <= b for a, b in ranges)


_STRONG_ID = frozenset({"id", "uid", "iid", "pid", "key", "uuid", "guid", "nummer", "nbr"})
_WEAK_ID = frozenset({"index", "idx", "number", "num", "no", "code", "ref", "reference"})
_ONLY_ONCE = frozenset({"seqn", "seqno", "seqnum", "caseno", "casenum", "bib", "cod", "codigo", "subjid", "respid"})
"""Last words for numbers of rows, which say so only where each value is there once."""
_ENDS_IN_ID = re.compile(r"(?!.*(?:[aeouvr]id|grid|acid|quid|uid|olid|lipid|brid|mid|covid)$)[a-z]{2,}id")
"""The last word of ``ptid`` or ``custid``; not of paid, valid, fluid, android."""
_MOMENT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){1,2}$")
_LONG, _SPREAD = 1e11, 100.0
_AMOUNTS = frozenset(
    """amount amt sum total value val gdp gni gnp cap capitalization revenue revenues sales income profit debt
    assets cost price budget spending volume bytes size traffic population pop count number time timestamp ts
    date epoch stamp ms us ns utc distance mass energy power capacity balance turnover worth wealth
    exports imports""".split()
)
"""Words of quantities that may be beyond a hundred billion, and of moments."""


def _is_identifier(name: str, hinted: frozenset[str], profile: ColumnProfile) -> bool:
    if profile.present < 2:
        return False
    share = profile.distinct / profile.present
    if "identifier" in hinted and not _counting(tokens(name)):
        last = tokens(name)[-1] if tokens(name) else ""
        if last in _WEAK_ID:
            return profile.distinct > 20 and share > 0.9
        return profile.distinct > 20 and (share > 0.5 or last in _STRONG_ID)
    low, high = _number(profile.minimum), _number(profile.maximum)
    if low is None or high is None or profile.distinct < 50:
        return False
    if _of_many_digits(name, low, high, share) or (low > 0 and share > 0.9 and _numbers_things(tokens(name))):
        return True
    last = (tokens(name) or ("",))[-1]
    if profile.unique and low >= 0 and profile.sorted == 1 and _ENDS_IN_ID.fullmatch(last):
        return True
    if profile.unique and low >= 0 and set(tokens(name)[-1:]) & _ONLY_ONCE:
        return True
    return profile.unique and low in (0, 1) and high - low + 1 == profile.present


def _of_many_digits(name: str, low: float, high: float, share: float) -> bool:
    """Whether whole numbers of twelve digits and more, most of them different, are names: neither quantities by the
    name of the column, nor moments (milliseconds since 1970, dates and times as digits)."""
    if low < _LONG or high > _SPREAD * low or share <= 0.5 or set(tokens(name)) & _AMOUNTS:
        return False
    milliseconds = low >= 9e11 and high < 2.2e12
    return not milliseconds and not all(_MOMENT.match(str(int(v))) for v in (low, high))


def _counting(words: Sequence[str]) -> bool:
    """Whether a name says how many there are: it begins with "number", or goes on after it (number above 65)."""
    if {"num", "number", "no", "index"} & set(words[:1]):
        return True
    return any(a in {"num", "number"} and b in _GOES_ON for a, b in pairwise(words))


def _numbers_things(words: Sequence[str]) -> bool:
    """Whether a name is that of the number of one thing (``No_Patient``): what is counted stands in the plural or
    after "of"."""
    return len(words) == 2 and words[0] in {"no", "nr", "nbr"} and len(words[1]) > 2 and words[1][-1] != "s"


def _coded(name: str, low: float | None, high: float | None, profile: ColumnProfile) -> bool:
    counted = {"count", "number", "num", "n", "amount", "total", "size", "age", "years", "quantity", "qty"}
    if set(tokens(name)) & counted:
        return profile.distinct <= 2
    return low is not None and high is not None and profile.distinct <= 12 and high - low < 100


def _number(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return float(value) if usable else None
