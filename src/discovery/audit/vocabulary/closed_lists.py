"""Lists of names that are known whole, so that what comes close to one of them is misspelt: countries, states of
the United States, makes of cars, months and days of the week."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ..semantics.lists import COUNTRIES, DATE_PARTS

__all__ = ["first_as_written", "list_slips", "with_first_word", "written_like"]

FEWEST, MOST_OTHERS = 5, 0.4
"""How many values there must be, and which part of them may be none of the list."""
SHORTEST, LONG = 5, 8
"""The letters of a name from which on one edit is a slip, and two (of a country in one word)."""

_STATES = """
alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|district of columbia|florida|georgia|
hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|
mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|
north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|
vermont|virginia|washington|west virginia|wisconsin|wyoming|puerto rico|guam|virgin islands|american samoa
"""
_MAKES = """
abarth|acura|alfa romeo|alpina|alpine|amc|aro|aston martin|asia|audi|austin|bajaj|baojun|bentley|bmw|bugatti|buick|
byd|cadillac|caterham|changan|chery|chevrolet|chevy|chrysler|citroen|cupra|dacia|dadi|daewoo|daf|daihatsu|daimler|
datsun|delorean|derways|desoto|detomaso|dodge|dongfeng|doninvest|ds|ducati|eagle|edsel|exeed|faw|ferrari|fiat|
fisker|force|ford|foton|freightliner|gac|gaz|geely|genesis|geo|gmc|great wall|hafei|haima|harley davidson|haval|
hillman|hindustan|hino|holden|honda|hudson|huanghai|hummer|hyundai|infiniti|innocenti|international|iran khodro|
isuzu|iveco|izh|jac|jaguar|jawa|jeep|jensen|kawasaki|kenworth|kia|koenigsegg|ktm|lada|lamborghini|lancia|
land rover|lexus|lifan|ligier|lincoln|lotus|lucid|luxgen|mack|mahindra|man|maruti|maruti suzuki|maserati|maybach|
mazda|mclaren|mercedes|mercedes benz|mercury|metrocab|mg|microcar|mini|mitsubishi|mitsuoka|morgan|morris|moskvich|
nash|nio|nissan|oldsmobile|oltcit|opel|packard|pagani|paykan|perodua|peterbilt|peugeot|piaggio|plymouth|polaris|
polestar|pontiac|porsche|proton|ram|range rover|ravon|renault|rivian|rolls royce|rover|royal enfield|saab|saipa|
samsung|santana|saturn|scania|scion|seat|simca|skoda|smart|ssangyong|studebaker|subaru|suzuki|tata|tatra|tesla|
tianye|toyota|trabant|triumph|tvr|uaz|vauxhall|vaz|vespa|volkswagen|volvo|vortex|vw|wartburg|willys|xin kai|xpeng|
yamaha|zastava|zaz|zeekr|zenos|zil|zotye
"""
_LANDS = COUNTRIES | {"cote d ivoire"}
LISTS: tuple[frozenset[str], ...] = (
    _LANDS,
    frozenset("".join(_STATES.split("\n")).split("|")),
    frozenset("".join(_MAKES.split("\n")).split("|")),
    frozenset(
        "january february march april may june july august september october november december".split(),
    ),
    frozenset("monday tuesday wednesday thursday friday saturday sunday".split()),
)
"""Each in folded form (:func:`..texts.spelling.folded`)."""
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


def list_slips(folds: Collection[str]) -> dict[str, str]:
    """Return folded values that miss a name of a list by a letter, and that name, whether it is there or not.

    Three in five of at least five values must be names of one list. A country in one word of eight letters or more
    may be missed by two letters: no other list has as many long names.

    >>> sorted(list_slips({"toyota", "bmw", "audi", "fiat", "peugot", "suburu"}).items())
    [('peugot', 'peugeot'), ('suburu', 'subaru')]
    """
    known = set(folds)
    if len(known) < FEWEST:
        return {}
    found: dict[str, str] = {}
    for names in LISTS:
        others = known - names
        if others and len(others) <= MOST_OTHERS * len(known):
            for fold in sorted(f for f in others if len(f) >= SHORTEST and _WORDS.fullmatch(f)):
                right = _nearest(fold, names)
                if right is not None and fold not in DATE_PARTS:
                    found[fold] = right
    return found


def _nearest(fold: str, names: Collection[str]) -> str | None:
    """Return the one name of a list that a value misspells."""
    from rapidfuzz.distance import OSA

    allowed = 2 if names is _LANDS and len(fold) >= LONG and " " not in fold else 1
    near = [n for n in names if n[:1] == fold[:1] and OSA.distance(fold, n, score_cutoff=allowed) <= allowed]
    return near[0] if len(near) == 1 and len(near[0]) >= SHORTEST else None


def written_like(right: str, value: str, counts: Mapping[str, int]) -> str:
    """Return a folded name as a column writes its names: in the case of most, with the hyphens of ``value``.

    >>> written_like("alfa romeo", "alfa-romero", {"audi": 9, "BMW": 3}), written_like("peru", "Peruu", {"Oman": 1})
    ('alfa-romeo', 'Peru')
    """
    total = sum(counts.values())
    lower = sum(n for v, n in counts.items() if v.islower())
    upper = sum(n for v, n in counts.items() if v.isupper())
    told = right.replace(" ", "-") if "-" in value else right
    return told if lower > 0.5 * total else told.upper() if upper > 0.5 * total else told.title()


def with_first_word(value: str, first: str, right: str) -> str | None:
    """Return ``value`` with its first word, which is ``first`` in lower case, replaced by ``right``, all in
    capitals or small letters where it was; None where it begins otherwise.

    >>> with_first_word("MOTORLA HX (2)", "motorla", "Motorola"), with_first_word("Mazad-1", "mazad", "Mazda")
    ('MOTOROLA HX (2)', 'Mazda-1')
    """
    word = first_as_written(value, first)
    if word is None:
        return None
    cased = right.upper() if word.isupper() else right.lower() if word.islower() else right
    return value.replace(word, cased, 1)


def first_as_written(value: str, first: str) -> str | None:
    """Return the first word of ``value``, which is ``first`` in lower case; None where it begins otherwise."""
    start = value.casefold().find(first)
    if start < 0 or any(c.isalnum() for c in value[:start]):
        return None
    return value[start : start + len(first)]
