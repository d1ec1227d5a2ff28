"""Traces that typing errors leave in the cells of a column, whatever the words are.

Errors are scattered: each puts another letter at another place, so that a column with many has many odd values,
each of them rare. What people write differently on purpose comes back in the same form. Every trace here is
therefore told only where several odd values differ from one another (the
generators of errors of BART, Arocena et al., VLDB 2015, and what people mistype, Damerau 1964, both do).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import combinations

import polars as pl

from .forms import runs_as_one, with_forms

__all__ = ["broken_words", "odd_forms", "scattered_slips", "slipped_words", "swapped_letters"]

CAPITALS, TITLE = 0.75, 0.8
"""The share of the words from which on a column is written in capitals, or with a capital first."""
FEWEST, LEAST = 3, 0.002
"""How many cells with broken words, and how large a part of the column, are more than oddities."""
LETTERS, ONE = 3, 0.6
"""How many letters must be out of place, and the most that one of them may make."""
MOST_USUAL, USUAL, COVERED = 12, 0.04, 0.6
"""How many values may be usual, in what share of the cells each is, and all of them together."""
MOST_RARE, RARER, EXPLAINED = 0.05, 8, 0.8
"""How large a share a rare value may have, how many times as frequent a usual one is, how many are near one."""
MOST_WORDS, SLIPS, OFTEN, FAR = 60, 3, 20, 50
"""How many frequent words are looked at, in how many ways one must be mistyped, in how many cells it is, and how
many times as frequent as what mistypes it."""
SWAPPED, SWAPPED_WORD = 8, 5
"""The letters and blanks of a value, and the letters of a word, from which on a swap of two is a slip."""
ONE_LENGTH = 0.98
"""The share of the cells that have as many signs where codes have one length."""
COMMON, FORMS, NEAR = 0.05, 5, 0.8
"""The share of the cells of a usual form, how many others there must be, and how many are near a usual one."""

_LONG_WORDS, _WHOLE_WORDS = re.compile(r"[^\W\d_]{3,}"), re.compile(r"[^\W_]+")
_FREQUENT = re.compile(r"[^\W\d_]{5}")
_CAPITALS = re.compile(r"[A-Z]+([a-z])[A-Z]+|[A-Z]{2,}([a-rt-z])|([a-z])[A-Z]{2,}")
_TITLE = re.compile(r"([a-z])[A-Z][a-z]+|[A-Z][a-z]*[a-z]([A-Z])")
_INSIDE = re.compile(r"\d+([a-wyz])\d+")
_WORDS = re.compile(r"[Aa]+ +[Aa]")
_SPLIT = re.compile(r"9a9|AaA")
_STRAY = re.compile(r".* ([a-z])")
_NAMES = ("Mc", "De", "La", "Le", "Di", "Du", "Da", "Lo", "El", "Al", "St", "Fi")
"""How names written in capitals begin that keep a small letter: McDONALD, LaSALLE."""


def broken_words(counts: Mapping[str, int], forms: Mapping[str, int] | None = None) -> list[str]:
    """Return the values with a word that has a letter in the wrong case in it, or a letter among its digits.

    ``counts`` says how many cells hold each value; ``forms``, where that is at hand, how many values have each form
    (:func:`~discovery.audit.texts.forms.with_forms`), as words are in the same case there. Where the words of a
    column are in capitals, a small letter within one counts (``WESTeRN``), where they begin with a capital, one
    that comes second or last (``eNw York``, ``Bighor nPeak``), and in either a small letter between digits
    (``1q30``) or alone at the end. Three letters or more must be out of place. Names of firms and products are
    written so on purpose (``iPad``, ``GmbH``): of words that begin with a capital, three must be right once the
    letter is put back, by the other words of the column or a small letter that begins the next. A word that is
    broken in the same way in three values or more (``DxD``) is written so, and so is a letter that makes most of
    those that stand alone at the end.

    >>> right = {"MAIN STREET": 9, "HIGH STREET": 5, "OAK STREET": 3}
    >>> broken_words(right | {"MAIN STRjEET": 1, "MkAIN STREET": 1, "MAIN SThREET": 1})
    ['MAIN STRjEET', 'MAIN SThREET', 'MkAIN STREET']
    """
    style = _style(Counter(_LONG_WORDS.findall("\n".join(counts))) if forms is None else _words_of(forms))
    if style is None:
        return []
    shape = _CAPITALS if style == "capitals" else _TITLE
    places = {value: place for value in sorted(counts) if (place := _out_of_place(value, shape))}
    found = _scattered(places)
    cells, total = sum(counts[v] for v in found), sum(counts.values())
    letters = Counter(found.values())
    if cells < max(FEWEST, LEAST * total) or len(letters) < LETTERS or max(letters.values()) > ONE * len(found):
        return []
    words = Counter(_LONG_WORDS.findall("\n".join(counts)))
    sure = found if style == "capitals" else [v for v in found if _put_back(v, words)]
    return list(found) if len(sure) >= max(FEWEST, 0.4 * len(found)) else []


def _words_of(forms: Mapping[str, int]) -> Counter[str]:
    words: Counter[str] = Counter()
    for form, values in forms.items():
        for word in _LONG_WORDS.findall(form):
            words[word] += values
    return words


def _style(words: Mapping[str, int]) -> str | None:
    """Return whether words are in ``capitals`` or begin with one (``title``)."""
    total = sum(words.values())
    if not total:
        return None
    if sum(n for w, n in words.items() if w.isupper()) >= CAPITALS * total:
        return "capitals"
    return "title" if sum(n for w, n in words.items() if w.istitle()) >= TITLE * total else None


def _scattered(places: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the values by their letter out of place, those left out that are written so on purpose."""
    words = Counter(word for _, word in places.values() if word)
    alone = Counter(letter for letter, word in places.values() if not word)
    usual = {letter for letter, n in alone.items() if n >= FEWEST and n > ONE * alone.total()}
    return {
        value: letter
        for value, (letter, word) in places.items()
        if (words[word] < FEWEST if word else letter not in usual)
    }


def _out_of_place(value: str, shape: re.Pattern[str]) -> tuple[str, str] | None:
    """Return the letter that is out of place, and the word it is in ("" where it stands alone)."""
    for word in _WHOLE_WORDS.findall(value):
        match = _INSIDE.fullmatch(word) or shape.fullmatch(word)
        if match and not (word[:2] in _NAMES and len(word) > 3 and word[2:].isupper()):
            return next(g for g in match.groups() if g), word
    stray = _STRAY.fullmatch(value)
    return (stray.group(1), "") if stray else None


def _put_back(value: str, words: Mapping[str, int]) -> bool:
    """Whether two letters swapped (``eNw``, ``Bighor nPeak``) or one put in (``1q30``, ``Main k``) explain it."""
    if re.search(r"\d[a-wyz]\d| [a-z]$|[a-z][A-Z] [a-z]", value):
        return True
    own = [w for w in re.findall(r"[^\W\d_]+", value) if re.fullmatch(r"[a-z][A-Z][a-z]+", w)]
    return any(w[1] + w[0] + w[2:] in words or (f" {w}" in value and words.get(w[1:], 0) >= FEWEST) for w in own)


def scattered_slips(counts: Mapping[str, int]) -> dict[str, str]:
    """Return rare values by the usual one that they mistype, in a column of few usual values, however short.

    At most 12 values make 60% of the cells, each 4% or more; the others are rare (5% at most, and an eighth of the
    usual one). There must be five of them or more, four in five one edit away from a usual value, and most of
    these by a letter too many, too few or swapped with the next. Codes are close to one another, too: of the
    letters too many, most must be foreign to the usual values, and three different ones.

    >>> slips = scattered_slips({"8AM": 30, "9AM": 20, "8kAM": 1, "8MA": 1, "t9AM": 1, "8A": 1, "9AuM": 2})
    >>> slips["8MA"], slips["t9AM"], len(slips)
    ('8AM', '9AM', 5)
    """
    from rapidfuzz.distance import OSA

    total = sum(counts.values())
    if sum(nlargest(MOST_USUAL, counts.values())) < COVERED * total:
        return {}
    ordered = sorted(counts, key=lambda v: (-counts[v], v))
    usual = [v for v in ordered[:MOST_USUAL] if counts[v] >= max(5, USUAL * total)]
    rare = [v for v in ordered[len(usual) :] if counts[v] <= max(FEWEST, MOST_RARE * total)]
    if len(rare) < FORMS or len(rare) + len(usual) < len(counts) or len(rare) > 500:
        return {}
    if sum(counts[v] for v in usual) < COVERED * total:
        return {}
    alphabet = set("".join(usual))
    found: dict[str, str] = {}
    added: list[str] = []
    typed = 0
    for value in rare:
        near = [u for u in usual if counts[u] >= RARER * counts[value]]
        near = [u for u in near if OSA.distance(value, u, score_cutoff=1) <= 1 or _signs_only(value, u)]
        if not near:
            continue
        best = min(near, key=lambda u: (sorted(u) != sorted(value), len(u) > len(value), -counts[u]))
        found[value] = best
        typed += len(value) != len(best) or sorted(value) == sorted(best)
        added += (Counter(value) - Counter(best)).keys() if len(value) == len(best) + 1 else []
    foreign = [c for c in added if c not in alphabet]
    enough = len(found) >= EXPLAINED * len(rare) and typed >= 0.75 * len(found)
    return found if enough and len(set(foreign)) >= LETTERS and len(foreign) >= 0.6 * len(added) else {}


def swapped_letters(counts: Mapping[str, int]) -> dict[str, str]:
    """Return values that are another one with two neighbouring letters swapped, with that other: the more frequent,
    or the one that is spelt like more of the others.

    Both have eight letters or more and no signs, the word that differs has five: words of their own are hardly so
    close (Damerau 1964 found a swap in one of ten misspellings).

    >>> swapped_letters({"multiple arrests": 2, "mulitple arrests": 1, "diet": 3, "edit": 1})
    {'mulitple arrests': 'multiple arrests'}
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for value in counts:
        if len(value) >= SWAPPED and value.replace(" ", "").isalpha():
            groups["".join(sorted(value))].append(value)
    found: dict[str, str] = {}
    for group in groups.values():
        for often, rare in combinations(sorted(group, key=lambda v: (-counts[v], v)), 2):
            places = [i for i, (a, b) in enumerate(zip(often, rare, strict=True)) if a != b]
            if len(places) != 2 or places[1] - places[0] != 1 or {often, rare} & found.keys():
                continue
            words = zip(often.split(), rare.split(), strict=False)
            if any(a != b and len(a) == len(b) >= SWAPPED_WORD for a, b in words):
                right, wrong = _more_usual(often, rare, slice(max(0, places[0] - 1), places[0] + 3), counts)
                found[wrong] = right
    return found


def _more_usual(first: str, second: str, where: slice, counts: Mapping[str, int]) -> tuple[str, str]:
    """Return two values, the more frequent first, or the one whose letters at a place more values have."""
    seen = {v: (counts[v], sum(v[where] in other for other in counts)) for v in (first, second)}
    return (second, first) if seen[second] > seen[first] else (first, second)


def _signs_only(value: str, usual: str) -> bool:
    """Whether a value is a usual one with signs behind it (``Open***``)."""
    rest = value.removeprefix(usual)
    return value != rest and bool(rest) and not any(c.isalnum() for c in rest)


def slipped_words(counts: Mapping[str, int], forms: Iterable[str] | None = None) -> dict[str, str]:
    """Return values with a word that mistypes a frequent one of the column, with that word put right.

    A frequent word (five letters or more, three of them different) is in 20 cells and 1% of them. It must be
    mistyped in three ways by a letter too many, too few or swapped with the next, but for its ends, where words are
    inflected; what mistypes it is 20 times as rare. One word that is close to another says nothing (county,
    country); three do. ``forms``, where they are at hand, say whether there are words of that length.

    >>> cells = {f"{n} North Street": 1 for n in range(30)}
    >>> cells |= {"31 Nrth Street": 1, "32 Norrth Street": 1, "33 Nroth Street": 1, "34 Forth Street": 1}
    >>> slipped_words(cells)["33 Nroth Street"], len(slipped_words(cells))
    ('33 North Street', 3)
    """
    if not _FREQUENT.search("\n".join(counts if forms is None else forms)):
        return {}
    total = sum(counts.values())
    words = {v: _LONG_WORDS.findall(v.lower()) for v in counts}
    cells: Counter[str] = Counter()
    for value, own in words.items():
        for word in set(own):
            cells[word] += counts[value]
    least = max(OFTEN, 0.01 * total)
    often = [w for w, n in cells.most_common(MOST_WORDS) if n >= least and len(w) >= 5 and len(set(w)) >= 3]
    slips = _slips_of(often, cells)
    if not slips:
        return {}
    return {
        value: _LONG_WORDS.sub(lambda m: _like(slips.get(m[0].lower(), ""), m[0]) or m[0], value)
        for value, own in words.items()
        if any(w in slips for w in own)
    }


def _like(right: str, word: str) -> str:
    return right.upper() if word.isupper() else right.title() if word[:1].isupper() else right


def _slips_of(often: Sequence[str], cells: Mapping[str, int]) -> dict[str, str]:
    by_word: dict[str, list[str]] = defaultdict(list)
    for word in often:
        for slip in _typed(word, cells):
            if cells[slip] <= 2 or cells[slip] * FAR <= cells[word]:
                by_word[word].append(slip)
    return {s: w for w, found in sorted(by_word.items()) if len(found) >= SLIPS for s in found if s not in often}


def _typed(word: str, cells: Mapping[str, int]) -> list[str]:
    """Return the words there are that lack a letter of ``word``, swap two, or have one more, not at the end."""
    places = range(1, len(word) - 1)
    out = {word[:i] + word[i + 1 :] for i in places}
    out |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    out |= {word[:i] + c + word[i:] for i in places for c in "abcdefghijklmnopqrstuvwxyz"}
    return sorted(o for o in out if o != word and o in cells)


def odd_forms(counts: pl.DataFrame) -> tuple[str, list[str]] | None:
    """Return the usual form of a column of codes, and the values that are mistyped in other forms.

    The form of a value (``v``, in ``n`` cells; its ``form`` may be at hand, by
    :func:`~discovery.audit.texts.forms.with_forms`) is its signs, with every run of letters as A or a and every run
    of digits as 9. Usual forms have 5% of the cells or more, and 60% together; they hold a digit. The others must
    be of five forms or more, none with a third of them, and four in five within one edit of a usual form (two,
    where it is longer than six signs), and be of other lengths where codes of two forms have one. So numbers that
    count on, or a second way of writing, are none.

    >>> values = [f"US-{n}" for n in range(60)] + ["USr-1", "US5", "-US7", "U-S6", "US-8k"]
    >>> odd_forms(pl.DataFrame({"v": values, "n": 1}))
    ('A-9', ['-US7', 'U-S6', 'US-8k', 'US5', 'USr-1'])
    """
    from rapidfuzz.distance import OSA

    counts = counts if "form" in counts.columns else with_forms(counts)
    each = counts.group_by("form").agg(pl.col("n").sum())
    each = each.with_columns(short=runs_as_one(each["form"]))
    rows: Counter[str] = Counter()
    for short, n in each.select("short", "n").iter_rows():
        rows[short] += int(n)
    total = sum(rows.values())
    usual = sorted((f for f, n in rows.items() if n >= COMMON * total), key=lambda f: (-rows[f], f))
    others = {f: n for f, n in rows.items() if f not in usual}
    rest = sum(others.values())
    if (
        not usual
        or not all("9" in f and not _WORDS.search(f) for f in usual)
        or len(usual) > 4
        or rest > (1 - COVERED) * total
    ):
        return None
    if len(others) < FORMS or max(others.values()) > rest / 3:
        return None
    whole = {f: _SPLIT.sub(lambda m: m[0][0], f) for f in others}  # a letter in a run splits it
    near = {f for f in others for u in usual if OSA.distance(whole[f], u) <= (2 if len(u) > 6 else 1)}
    if sum(others[f] for f in near) < NEAR * rest:
        return None
    off = each.filter(each["short"].is_in(list(near)))["form"]
    odd = counts.filter(counts["form"].is_in(off.implode()))["v"].sort()
    return None if len(usual) > 1 and _drawn(odd, counts) else (usual[0], odd.to_list())


def _drawn(odd: pl.Series, counts: pl.DataFrame) -> bool:
    """Whether odd codes are as long as nearly all others: letters and digits drawn by chance, as a letter too many
    or too few would show in the length."""
    lengths = counts.group_by(pl.col("v").str.len_chars().alias("length")).agg(pl.col("n").sum()).sort("n")
    length, rows = lengths.row(-1)
    as_long = int((odd.str.len_chars() == length).sum())
    return rows >= ONE_LENGTH * int(counts["n"].sum()) and as_long >= NEAR * len(odd)
