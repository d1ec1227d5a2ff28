"""What the name of a column or of a table says."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

__all__ = ["ENDS", "entity_of", "generated", "named", "numbered", "runs_into_id", "singular", "stem_of", "tokens"]

ENDS = ("id", "key", "code", "no", "nr", "num", "number", "uid", "uuid", "guid", "ref", "pk", "fk")
"""Words that names of identifiers end with."""

_NO_ID = frozenset(
    """acid amid android arachnid arid asteroid avid avoid cannabinoid candid carotenoid centroid colloid
    corticosteroid covid cuboid ellipsoid fibroid flavonoid fluid geoid grid hybrid humid invalid laid lipid
    liquid lucid maid opioid orchid overpaid paid placid plasmid postpaid prepaid pyramid raid rapid rabid
    repaid rigid said sigmoid solid sordid spheroid splendid squid steroid stupid tabloid thyroid timid
    toroid trapezoid typhoid underpaid unpaid valid vivid void""".split()
)
"""Words on -id that are no names of identifiers."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_GENERATED = re.compile(
    r"(?:unnamed|column|col|field|feature|feat|attribute|attr|variable|var|[vxcfqa])[\W_]*\d*", re.I
)
_OF_TABLES = frozenset(
    "tbl table tables dim fact stg staging raw data dataset datasets list master ref lookup lkp src export extract "
    "full all clean cleaned final sample test train new old csv info details detail sheet".split()
)
"""What tables are called besides what they hold."""
_ALIKE, _ON_IE = frozenset({"series", "species"}), frozenset({"movies", "cookies", "ties"})
"""Plurals that are the singular as well, and those of words on -ie."""


def runs_into_id(word: str) -> bool:
    """Whether a word ends in an ``id`` that it was run together with, or is one.

    >>> runs_into_id("customerid"), runs_into_id("id"), runs_into_id("unpaid")
    (True, True, False)
    """
    return word.endswith("id") and word not in _NO_ID


@lru_cache(maxsize=20_000)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a column name in lower case: ``GarageYrBlt`` and ``garage_yr_blt`` are the same.

    >>> tokens("customerID_2"), tokens("Größe")
    (('customer', 'id', '2'), ('größe',))
    """
    return tuple(w.lower() for w in _WORDS.findall(_CAMEL.sub(" ", name)))


def named(name: str, *words: str) -> bool:
    """Whether a column name holds one of ``words``; one of several words must be there in a row.

    >>> named("resting heart rate", "pulse", "heart rate")
    True
    """
    single, several = _sorted_out(words)
    parts = tokens(name)
    if not single.isdisjoint(parts):
        return True
    return bool(several) and any(word in f" {' '.join(parts)} " for word in several)


@lru_cache(maxsize=2_000)
def _sorted_out(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return those of ``words`` that are one word, and the others with a blank around each."""
    single = frozenset(w for w in words if w.isalnum())
    return single, tuple(f" {w} " for w in words if w not in single)


def numbered(name: str, *words: str) -> bool:
    """Whether a number stands right before one of ``words``, which is then the unit of a length.

    >>> numbered("30-Day Mortality", "day"), numbered("day 30", "day")
    (True, False)
    """
    parts = tokens(name)
    return any(first.isdigit() and second in words for first, second in pairwise(parts))


def generated(name: str) -> bool:
    """Whether a name was given by a reader or a tool for want of one: it says nothing.

    >>> generated("column_12"), generated("Unnamed: 0"), generated("v_id")
    (True, True, False)
    """
    return bool(_GENERATED.fullmatch(name.strip()))


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Return an English word without the ending of a plural, by rule.

    >>> singular("countries"), singular("boxes"), singular("addresses"), singular("status"), singular("movies")
    ('country', 'box', 'address', 'status', 'movie')
    """
    if len(word) <= 3 or word.endswith(("ss", "us", "is")) or word in _ALIKE:
        return word
    if word.endswith("ies") and word not in _ON_IE:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word.removesuffix("s")


@lru_cache(maxsize=5_000)
def entity_of(table: str) -> tuple[str, ...]:
    """Return the words of what a table holds, the last in the singular: of a sheet or a schema's table, its own.

    >>> entity_of("Order Details"), entity_of("sales.dim_customers"), entity_of("stop_times")
    (('order', 'detail'), ('customer',), ('stop', 'time'))
    """
    words = [w for w in tokens(table.rpartition(".")[2]) if not w.isdigit()]
    told = [w for w in words if w not in _OF_TABLES] or words
    if words[-1:] in (["details"], ["detail"]):
        told = words
    return (*told[:-1], singular(told[-1])) if told else ()


@lru_cache(maxsize=20_000)
def stem_of(column: str) -> tuple[str, ...]:
    """Return the words of a column name without those for identifiers, the last in the singular.

    >>> stem_of("CustomerID"), stem_of("year.key"), stem_of("key_id")
    (('customer',), ('year',), ())
    """
    words = [w for w in tokens(column) if w not in ENDS]
    return (*words[:-1], singular(words[-1])) if words else ()
