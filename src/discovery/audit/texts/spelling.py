"""When two spellings mean one thing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Any

import polars as pl

__all__ = [
    "SYNONYMS",
    "abbreviations",
    "folded",
    "folded_all",
    "letters_of_few",
    "misspellings",
    "plain",
    "short_slips",
    "slips",
    "umlauts",
]

SYNONYMS: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset({"yes", "y", "true", "t", "ja", "oui", "si"}), frozenset({"no", "n", "false", "f", "nein", "non"})),
    (
        frozenset({"male", "m", "man", "mannlich", "masculin", "masculino", "homme", "hombre"}),
        frozenset({"female", "f", "woman", "w", "weiblich", "feminin", "femenino", "femme", "mujer"}),
    ),
)
"""Pairs of classes whose members mean the same within a column that holds both classes."""

_OPPOSED = frozenset(
    """north south east west northern southern eastern western northeast northwest southeast southwest
    northeastern northwestern southeastern southwestern upper lower inner outer left right front rear back male
    female man woman men women boy girl mr mrs ms first second third fourth fifth sixth one two three four five
    six seven eight nine ten monday tuesday wednesday thursday friday saturday sunday january february march april
    may june july august september october november december jan feb mar apr jun jul aug sep oct nov dec include
    exclude import export internal external increase decrease major minor micro macro single double married
    unmarried inactive active paid unpaid valid invalid known unknown employed unemployed legal illegal public
    private summer winter spring autumn maternal paternal positive negative dependent independent urban suburban
    inland island mother father brother sister day night week weekly daily monthly yearly hot cold high low even
    event austria australia niger nigeria iran iraq mali malta slovakia slovenia guinea guyana mauritius
    mauritania gambia zambia dominica dominican ireland iceland paraguay uruguay georgia jordan oman panama latvia
    lithuania korea sudan congo virginia carolina dakota columbia colombia montana kansas arkansas
    alabama""".split()
)
"""Words that are close in spelling and are not each other's misspelling."""

FAR = 40
"""A value so many times as frequent as another is misspelt by two edits even where the other is not rare."""
MOST_LEVELS = 12
_VOWEL = re.compile(r"[aeiouy]")
_NUMERAL = re.compile(r"[ivx]{1,5}")
_DENIALS = ("a", "an", "de", "il", "im", "in", "ir", "re", "un")
"""What makes another word of a word, before it."""

_ENDINGS = ("al", "an", "ed", "er", "ic", "ly", "or")
"""What makes another word of a word, within two letters."""

_COUNTED = frozenset("ivxlc")
"""Letters of Roman numbers."""

_COMPASS = frozenset("nesw")

_LETTERS = re.compile(r"[^\W\d_]")
_ESCAPES = re.compile(r"^(?:\\[ntr])+|(?:\\[ntr])+$")
_NOTED = re.compile(r"\w[*†‡]\s*$")
_WORDS = re.compile(r"[^\W\d_]|\s")

_OWN_WORDS = frozenset(
    """all art bar bus can car cat con die down ear end eve even far flat for free full gas gen gold half hand
    hard head heat high home hot ice ill ink inn key kit lab land law leg life light man mar mass mid mini mis
    news new non nor off oil old one open out over own pan par part pen pet post pre pro pub ran rent rest road
    room sales sea self set short side sub sun super tax tea ten ton top tri two ultra under uni van war water web
    west wind wood work""".split()
)
"""Short words that begin longer ones without standing for them."""


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Return a text without case, accents, punctuation (but for signs within numbers) and runs of blanks, and
    without the escapes of blanks (a backslash and n, t or r) that some writers leave at its ends.

    The sign of a footnote behind a word stays: it says something of its own.

    >>> folded("  São-Paulo ") == folded("SAO PAULO"), folded("Live*") == folded("Live")
    (True, False)
    >>> folded("1.0") == folded("10")
    False
    """
    text = _ESCAPES.sub(" ", text) if "\\" in text else text
    plain_text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    plain_text = re.sub(r"\b([^\W\d])\.(?=\w\b|\s|$)", r"\1", plain_text)
    words = re.sub(r"(?<=\S)[-](?=\S)|(?!(?<=\d)[.,:](?=\d))[^-\w+<>=%$€£#&/@]|_", " ", plain_text)
    noted = "*" if _NOTED.search(text) else ""
    return " ".join(words.split()) + noted or plain_text.strip()


def folded_all(texts: pl.Series) -> list[str]:
    """Return :func:`folded` of each of a series of texts; those of plain words and digits are folded in one go."""
    easy = texts.str.contains(r"^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$").to_list()
    lower = texts.str.to_lowercase().to_list()
    return [quick if simple else folded(t) for t, quick, simple in zip(texts, lower, easy, strict=True)]


def plain(text: str) -> str:
    """Return a folded text without the ending of a plural on its last word, where it is long enough to be one.

    >>> plain("lava cones"), plain("shield volcanoes"), plain("atlas iias"), plain("glass")
    ('lava cone', 'shield volcano', 'atlas iias', 'glass')
    """
    last = text.rpartition(" ")[2]
    if len(last) <= 4 or not last.endswith("s") or last.endswith("ss"):
        return text
    return text[:-2] if len(last) > 6 and last.endswith(("oes", "ches", "shes", "xes")) else text[:-1]


_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"}


def umlauts(values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return pairs of a folded value that has two letters in place of an umlaut, and the one that has the umlaut.

    >>> umlauts({"sud": ["Süd"], "sued": ["Sued"], "nord": ["Nord"]})
    [('sued', 'sud')]
    """
    found = []
    for fold, group in values.items():
        for value in (v for v in group if not v.isascii()):
            spelt = folded("".join(_UMLAUTS.get(c, c) for c in unicodedata.normalize("NFC", value).casefold()))
            if spelt != fold and spelt in values:
                found.append((spelt, fold))
    return found


def abbreviations(counts: Mapping[str, int], most: int = 20) -> list[tuple[str, str]]:
    """Return pairs of a short form and the one value it abbreviates, among few categories.

    A short form is at most a quarter as frequent, and is either the initials of a value of several words (``lf``
    for ``low fat``) or three or four letters with which one other value alone begins (``reg`` for ``regular``).

    >>> abbreviations({"low fat": 500, "regular": 300, "lf": 30, "reg": 12})
    [('lf', 'low fat'), ('reg', 'regular')]
    """
    if not 3 <= len(counts) <= most:
        return []
    found = []
    for short in sorted(w for w in counts if w.isalpha() and 2 <= len(w) <= 4 and w not in _OWN_WORDS):
        long = [w for w in counts if w != short and _stands_for(short, w) and counts[w] >= 4 * counts[short]]
        alike = [w for w in counts if w != short and w.startswith(short)]
        if len(long) == 1 and len(alike) <= 1:
            found.append((short, long[0]))
    return found


def _stands_for(short: str, long: str) -> bool:
    words = long.split()
    if len(words) >= 2:
        return short == "".join(w[0] for w in words)
    return len(short) >= 3 and long.startswith(short) and long.isalpha() and len(long) >= len(short) + 3


def slips(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return pairs of a rare word of three or four letters and one of a column's two words that it misspells.

    The two words make at least 95% of the column, a slip 1% at most; it differs in one letter from one of the two.

    >>> slips({"yes": 700, "no": 290, "yxs": 4, "xes": 3, "maybe": 3})
    [('xes', 'yes'), ('yxs', 'yes')]
    """
    total = sum(counts.values())
    usual = nsmallest(2, counts, key=lambda w: -counts[w])
    if len(counts) < 3 or sum(counts[w] for w in usual) < 0.95 * total or counts[usual[1]] < 0.05 * total:
        return []
    found = []
    for word in sorted(w for w in counts if 3 <= len(w) <= 4 and w.isalpha() and counts[w] <= 0.01 * total):
        near = [
            u
            for u in usual
            if len(u) == len(word) and _VOWEL.search(u) and sum(a != b for a, b in zip(word, u, strict=True)) == 1
        ]
        if len(near) == 1 and near[0].isalpha():
            found.append((word, near[0]))
    return found


def short_slips(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return pairs of a rare value and the short usual one (two to four letters) that it mistypes.

    A usual value makes 5% of the column, a rare one 2% at most and a twentieth of the usual one. Short values are
    close by nature, so a letter too many, too few or swapped with the next must part three of the rare values from
    a usual one, and one edit four in five of them.

    >>> short_slips({"ky": 500, "in": 90, "y": 6, "yk": 3, "kiy": 1, "kz": 1})
    [('kiy', 'ky'), ('kz', 'ky'), ('y', 'ky'), ('yk', 'ky')]
    >>> short_slips({"ky": 500, "in": 90, "ny": 6, "kz": 3, "ok": 4})
    []
    """
    from rapidfuzz.distance import OSA

    total = sum(counts.values())
    usual = [w for w, n in counts.items() if 2 <= len(w) <= 4 and w.isalpha() and n >= max(20, 0.05 * total)]
    rare = sorted(w for w, n in counts.items() if w not in usual and n <= 0.02 * total)
    if not usual or len(usual) > 12 or any(set(w) <= _COUNTED or set(w) <= _COMPASS for w in usual):
        return []
    found: list[tuple[str, str]] = []
    for word in rare:
        near = [u for u in usual if counts[u] >= 20 * counts[word] and OSA.distance(word, u, score_cutoff=1) <= 1]
        if near:
            found.append((word, min(near, key=lambda u: (sorted(u) != sorted(word), -counts[u]))))
    typed = [w for w, u in found if len(w) != len(u) or sorted(w) == sorted(u)]
    return found if len(typed) >= 3 and len(found) >= 0.8 * len(rare) else []


def letters_of_few(counts: Mapping[str, int]) -> dict[str, str]:
    """Return rare values (1% at most) of up to twelve that are a usual one (10%) with a letter doubled, or without
    one of its vowels but the first letter (of five letters or more), with that one; of codes in capitals none.

    >>> letters_of_few({"Yes": 900, "No": 800, "Noo": 2})
    {'Noo': 'No'}
    >>> letters_of_few({"Paved": 900, "Gravel": 800, "Pavd": 9, "XL": 600, "XXL": 9})
    {'Pavd': 'Paved'}
    """
    total = sum(counts.values())
    if not 3 <= len(counts) <= MOST_LEVELS:
        return {}
    usual = [w for w, n in counts.items() if n >= 0.1 * total and w.isalpha() and not w.isupper() and len(w) > 1]
    usual = [w for w in usual if _VOWEL.search(w.lower()) and len(set(w.lower())) > 1 and set(w.lower()) - _COUNTED]
    forms: dict[str, str] = {}
    for word in usual:
        for i, letter in enumerate(word):
            forms[word[:i] + letter + word[i:]] = word
            if i and len(word) >= 5 and _VOWEL.match(letter):
                forms[word[:i] + word[i + 1 :]] = word
    return {w: forms[w] for w, n in counts.items() if w in forms and n <= 0.01 * total}


def misspellings(counts: Mapping[str, int], rare: int = 3, ratio: int = 8, edits: int = 2) -> list[tuple[str, str]]:
    """Return pairs of a rare word and the frequent one it misspells.

    A word that occurs at most ``rare`` times (or in 0.5% of all) is taken for a misspelling of one that occurs
    ``ratio`` times as often (and 8 times), where both begin alike, have the same digits and signs, and one edit
    parts them (five letters or more) or two (nine or more; where the word occurs at most ``rare`` times or 40 times
    as rarely as the other; never more than ``edits``). Of values of several words it is the words that differ whose
    letters count, and none may be a word of three other values. An edit is an insertion, a deletion, a change or a
    swap of neighbours (Damerau 1964). Opposites, names of months and countries that are that close are not taken. A
    slip in the first letter counts in six letters or more, where two others of the column are misspelt.
    """
    from rapidfuzz.distance import OSA

    total = sum(counts.values())
    words = {w: n for w, n in counts.items() if len(w) >= 5 and len(_LETTERS.findall(w)) >= 5}
    common = _common_words(words)
    bound = max(rare, int(0.005 * total))
    frequent: dict[tuple[str, str], list[str]] = {}
    for word, n in words.items():
        if n >= 8:
            frequent.setdefault((word[0], _signs(word)), []).append(word)
    found = []
    seldom = sorted(w for w, n in words.items() if n <= bound)
    for word in seldom:
        near = _nearest(word, words, frequent.get((word[0], _signs(word)), ()), ratio, (OSA.distance, edits))
        if near is not None and words[word] > rare and words[near] < FAR * words[word]:
            near = near if OSA.distance(word, near) == 1 else None
        if near is not None and not _known(word, near, common):
            found.append((word, near))
    if len(found) >= 2:
        known = {w for w, _ in found}
        found += _first_letters([w for w in seldom if w not in known], words, frequent, ratio)
    return found


def _signs(word: str) -> str:
    """Return what of a word is no letter and no blank."""
    return "" if word.isalpha() else _WORDS.sub("", word)


def _first_letters(
    seldom: Sequence[str], counts: Mapping[str, int], frequent: Mapping[tuple[str, str], Sequence[str]], ratio: int
) -> list[tuple[str, str]]:
    """Return words with a first letter too many, too few, or swapped with the second."""
    second: dict[str, list[str]] = {}
    whole = {w for words in frequent.values() for w in words if len(w) >= 6}
    for word in whole:
        second.setdefault(word[1:], []).append(word)
    found: list[tuple[str, str]] = []
    for word in seldom:
        near = {word[1] + word[0] + word[2:], word[1:]} & whole | set(second.get(word, ()))
        near = {w for w in near if w[0] != word[0] and counts[w] >= ratio * counts[word]}
        if len(near) == 1 and not _different(word, next(iter(near))):
            found.append((word, next(iter(near))))
    return found


def _nearest(
    word: str, counts: Mapping[str, int], others: Sequence[str], ratio: int, how: tuple[Any, int]
) -> str | None:
    best: tuple[int, int, str] | None = None
    distance, most = how
    for other in others:
        allowed = min(most, 2 if min(len(word), len(other)) >= 9 else 1)
        if other == word or counts[other] < ratio * counts[word] or abs(len(other) - len(word)) > allowed:
            continue
        edits = distance(word, other, score_cutoff=allowed)
        if (
            edits <= allowed
            and not _different(word, other)
            and (best is None or (edits, -counts[other]) < best[:2])
        ):
            best = edits, -counts[other], other
    return best[2] if best else None


def _common_words(values: Iterable[str]) -> frozenset[str]:
    """Return the words that are in three values of several words or more: they are spelt as they should be."""
    counts = Counter(w for value in values if " " in value for w in set(value.split()))
    return frozenset(w for w, n in counts.items() if n >= 3)


def _known(rare: str, often: str, common: Container[str]) -> bool:
    """Whether a rare value differs from the frequent one by a word that values of several words have, too."""
    left, right = rare.split(), often.split()
    if len(left) != len(right) or plain(rare) == plain(often):
        return False
    return any(x in common for x, y in zip(left, right, strict=True) if x != y)


def _different(a: str, b: str) -> bool:
    """Whether two close spellings are known to be two things: opposites, or one word more or less a prefix."""
    if a in _OPPOSED and b in _OPPOSED:
        return True
    left, right = a.split(), b.split()
    if len(left) != len(right):
        return "".join(left) != "".join(right)
    differing = [(x, y) for x, y in zip(left, right, strict=True) if x != y]
    return any(_unlike(x, y) or (len(left) > 1 and _too_short(x, y)) for x, y in differing)


def _too_short(x: str, y: str) -> bool:
    """Whether words of a longer value differ too much for their length: a letter from five on, two from nine."""
    from rapidfuzz.distance import OSA

    short, long = sorted((len(x), len(y)))
    return OSA.distance(x, y) > (0 if long < 5 else 1 if short < 9 else 2)


def _unlike(x: str, y: str) -> bool:
    short = min(len(x), len(y)) <= 3 or _NUMERAL.fullmatch(x) is not None or _NUMERAL.fullmatch(y) is not None
    if x in {y + ending for ending in _ENDINGS} or y in {x + ending for ending in _ENDINGS}:
        return True
    if x in {start + y for start in _DENIALS} or y in {start + x for start in _DENIALS}:
        return True
    inflected = x.rstrip("s") == y.rstrip("s") or {x, y} & _OPPOSED == {x, y}
    ending = x[:-1] == y[:-1] or (x[:-2] == y[:-2] and len(x) == len(y))
    return short or (inflected and x in _OPPOSED) or (ending and min(len(x), len(y)) < 7)
