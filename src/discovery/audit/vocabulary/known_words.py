"""Words of general vocabulary by which two values are known to be one: languages, forms of firms, levels."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from .names import named

__all__ = [
    "FIRMS",
    "PARTED",
    "firm",
    "in_digits",
    "language_codes",
    "restated",
    "said_twice",
    "with_their_kind",
    "without_blanks",
]

LANGUAGES: tuple[frozenset[str], ...] = tuple(
    frozenset(codes.split())
    for codes in (
        "en eng english|de deu ger german|fr fra fre french|es spa spanish|it ita italian|pt por portuguese|"
        "nl nld dut dutch|ru rus russian|ja jpn japanese|zh zho chi chinese|ar ara arabic|pl pol polish|"
        "sv swe swedish|da dan danish|fi fin finnish|tr tur turkish|cs ces cze czech|ko kor korean|"
        "el ell gre greek|"
        "hu hun hungarian|ro ron rum romanian|hi hin hindi|he heb hebrew|fa fas per persian|vi vie vietnamese"
    ).split("|")
)
"""Codes of ISO 639-1 and 639-2, and the name, of one language."""

FIRMS = (
    "manufacturer", "company", "vendor", "supplier", "customer", "client", "employer", "firm", "publisher",
    "developer", "airline", "recipient", "organization", "organisation", "contractor", "distributor", "studio",
    "bank", "seller", "merchant", "insurer", "provider", "operator", "sponsor", "maker", "producer", "retailer",
)  # fmt: skip
"""Words in the name of a column of firms."""

MOST_LEVELS = 50
_LEVEL = frozenset(
    "weight level levels type size class group category grade risk income quality intensity severity".split()
)
"""What a level may be a level of, which goes without saying."""
_WAYS = ("route", "way", "from", "to", "direction", "pair", "match", "fixture", "journey", "transition", "order",
         "path", "currency", "trip", "lane", "teams", "ticker", "symbol")  # fmt: skip
"""Words of columns in which the order of two parts tells something."""
PARTED = r"[/&+]| and "

_FIRM = frozenset(
    "inc incorporated co corp corporation company ltd limited llc llp plc gmbh ag sa spa srl bv nv industrie "
    "industries pty pvt kg ab oy as".split()
)


def firm(fold: str) -> str:
    """Return a folded name of a firm without what its legal form adds at the end.

    >>> firm("mcdonnell douglas corporation"), firm("airbus industrie"), firm("company")
    ('mcdonnell douglas', 'airbus', 'company')
    """
    words = fold.split()
    while len(words) > 1 and words[-1] in _FIRM:
        words.pop()
    return " ".join(words)


def without_blanks(folds: Iterable[str]) -> Mapping[str, list[str]]:
    """Return folded values by what they are without blanks, where several of eight letters or more are the same."""
    groups: dict[str, list[str]] = defaultdict(list)
    for fold in folds:
        plain = fold.replace(" ", "")
        if len(plain) >= 8 and not any(c.isdigit() for c in plain):
            groups[plain].append(fold)
    return {plain: group for plain, group in groups.items() if len(group) > 1}


def language_codes(column: str, folds: Collection[str]) -> list[list[str]]:
    """Return values of a column of languages that are codes or the name of one language."""
    if not named(column, "language", "languages", "lang", "locale"):
        return []
    groups = ([f for f in folds if f in codes] for codes in LANGUAGES)
    return [group for group in groups if len(group) > 1]


def said_twice(name: str, folds: Collection[str]) -> list[list[str]]:
    """Return groups of values that say the same in other words, among 50 or fewer: the same parts in another order
    (``steel/concrete``), a level with and without the word for what it is a level of (``normal weight``), and a
    denial in two ways (``unrated``, ``not rated``).

    Parts count where each of them stands alone as well, in a column that is no way from one thing to another.
    """
    known = set(folds)
    if len(known) > MOST_LEVELS:
        return []
    groups = [[f, f.rpartition(" ")[0]] for f in known if f.rpartition(" ")[2] in _LEVEL]
    for start in ("un", "in", "non "):
        groups += [[f, f"not {f.removeprefix(start)}"] for f in known if f.startswith(start)]
    if not named(name, *_WAYS):
        by_parts: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for fold in known:
            parts = tuple(sorted(p.strip() for p in re.split(PARTED, fold)))
            if len(parts) > 1 and all(p in known and p.isalpha() and len(p) > 2 for p in parts):
                by_parts[parts].append(fold)
        groups += [sorted(group) for group in by_parts.values() if len(group) > 1]
    return sorted(group for group in groups if known.issuperset(group))


_KINDS = frozenset(
    """house clan tribe county city town village province state department dept team club party district
    region republic kingdom duchy company firm community municipality parish prefecture canton diocese planet hotel
    restaurant university college school ministry office bank church brand""".split()
)
"""What things are that names are of, said before the name."""
SEVERAL, MOSTLY = 3, 0.8


def with_their_kind(folds: Collection[str]) -> list[list[str]]:
    """Return pairs of a name without and with the word before it for what it is of (``stark``, ``house stark``).

    At least three values of that word, and four in five, must have their bare form among the values, and no other
    word may stand before that: a city manager is one of several managers.

    >>> with_their_kind({"stark", "tully", "arryn", "house stark", "house tully", "house arryn", "wildling"})
    [['arryn', 'house arryn'], ['stark', 'house stark'], ['tully', 'house tully']]
    """
    known, by_kind = set(folds), defaultdict(set)
    for fold in known:
        kind, _, name = fold.partition(" ")
        if kind in _KINDS and name:
            by_kind[kind].add(name)
    found: list[list[str]] = []
    for kind, names in by_kind.items():
        bare = {n for n in names & known if not n.isdigit() and len(n) > 2}
        if len(bare) >= max(SEVERAL, MOSTLY * len(names)):
            tails = Counter(fold.partition(" ")[2] for fold in known)
            found += [[name, f"{kind} {name}"] for name in bare if tails[name] == 1]
    return sorted(found) if len(found) >= SEVERAL else []


_DIGITS = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
)


def in_digits(folds: Collection[str]) -> list[list[str]]:
    """Return groups of values of several words that are equal but for a number in digits or in a word.

    >>> in_digits({"1 year", "one year", "two years", "monthly", "one"})
    [['1 year', 'one year']]
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for fold in sorted(folds):
        if " " in fold:
            groups[" ".join(str(_DIGITS.get(w, w)) for w in fold.split())].append(fold)
    return [group for group in groups.values() if len(group) > 1]


def restated(first: str, second: str) -> bool:
    """Whether two folded values say the same in other words, as :func:`said_twice` and :func:`with_their_kind` know
    it."""
    shorter, longer = sorted((first, second), key=len)
    if longer.partition(" ")[0] in _KINDS and longer.partition(" ")[2] == shorter:
        return True
    parts = (part.strip() for part in re.split(PARTED, first))
    return first != second and bool(said_twice("", {first, second, *parts}))
