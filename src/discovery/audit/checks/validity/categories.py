"""One category written in several ways."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import renamed
from ...profiling.profile import ColumnProfile
from ...relations.places import lie_apart
from ...texts.noted import may_differ, noted
from ...texts.spelling import (
    SYNONYMS,
    abbreviations,
    folded_all,
    letters_of_few,
    misspellings,
    plain,
    short_slips,
    slips,
    umlauts,
)
from ...texts.swarms import swarms
from ...texts.typos import scattered_slips, swapped_letters
from ...values import plain_years, text_counts
from ...vocabulary.closed_lists import first_as_written, list_slips, with_first_word, written_like
from ...vocabulary.known_words import (
    FIRMS,
    PARTED,
    firm,
    in_digits,
    language_codes,
    said_twice,
    with_their_kind,
    without_blanks,
)
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder, may_be_placeholder
from ...vocabulary.places import countries, one_place

MOST_VALUES, MOST_FOLDED = 5_000, 20_000
"""Of more values spelling mistakes are not looked for, and no variants at all."""
OPEN, OPEN_PLACES, BY_CHANCE, SURE = 200, 50, 0.02, 40
"""Of more than 200 values (50 places) some are close by chance (towns, names): where less than 2% of them look
misspelt (of places, however many), only those count that are 40 times as rare as what they look like."""
PLACES_NAMED = ("city", "town", "county", "suburb", "district", "location", "place", "village", "municipality",
                "neighbourhood", "neighborhood", "locality", "area", "site", "airport", "station")  # fmt: skip
MOST_LISTED, LOST = 300, frozenset("?\ufffd")
"""Of more values none is held against lists of names, and none that lost a letter in another encoding."""
WORDS_OF_THEIR_OWN = 3
"""In how many values a first word stands further on, too, where it is no slip."""
USUAL = 0.05
"""The share of a value from which on texts of any length are categories."""
MOST_ANSWERS = 0.75
"""Different texts, as a share of the cells, up to which prose of which one is usual holds texts to compare."""
FEWEST_CODES, NEARLY_ALL_CODES = 30, 0.95
"""Different values, and share of them that must be capitals of one length, for them to be codes."""
FEW_MAKES = 0.2
"""Different first words, as a share of the values, up to which they are makes or brands."""
SENTENCE = 5
"""Words from which on a value is a sentence."""
NOT_CATEGORIES = frozenset({"free_text", "url", "email", "uuid", "iban", "card", "ip", "phone", "address"})


@check("inconsistent_category")
def variants(ctx: TableContext) -> Iterable[Finding]:
    """Report values that differ only in case, accents, punctuation, plural or spelling, or that are synonyms or
    one another's abbreviation.

    Values are compared folded (Unicode NFKD without marks, case, punctuation and runs of blanks). Rare values close
    to frequent ones by Damerau's distance count as misspelt, whole (``Germny``) or in a word of theirs
    (``chevroelt impala`` beside many ``chevrolet ...``).
    """
    columns = [c for c in ctx.profile.columns.values() if _categorical(ctx, c)]
    folded_, missing = _words(ctx, columns)
    for column in columns:
        distinct = text_counts(ctx, column.name)
        if plain_years(column.name, distinct) is not None:
            continue
        counts: dict[str, int] = dict(zip(distinct["v"].to_list(), distinct["n"].to_list(), strict=True))
        folds = {v: folded_[v] for v in counts}
        coded = column.semantic == "identifier" or _codes(folds.values()) or len(counts) > MOST_VALUES
        in_capitals = column.semantic != "country" and _codes_in_capitals(counts)
        coded = coded or in_capitals
        groups = _groups(column, counts, {v: f for v, f in folds.items() if f and v not in missing}, coded)
        wrong = {v: main for main, others in groups.items() for v in others if any(map(str.isalpha, v))}
        if column.semantic == "person_name":
            wrong = {v: main for v, main in wrong.items() if v.casefold().split() == main.casefold().split()}
        wrong = {} if _told_apart_by_case(counts, wrong) else wrong
        wrong = {v: main for v, main in wrong.items() if not _are_answers(counts, (v, main), column.present)}
        wrong |= _signs_in_two_cases(counts, [v for v in counts if v in missing])
        for slipped in () if in_capitals else (scattered_slips(counts), swarms(counts), letters_of_few(counts)):
            wrong |= {v: main for v, main in slipped.items() if v not in wrong}
        listed: dict[str, str] = {}
        if not coded:
            listed = _misspelt_names(counts, folds, wrong)
            wrong |= _misspelt_first_words(column, counts, folds, wrong) | listed
        apart = lie_apart(ctx, column.name, wrong)
        wrong = {v: main for v, main in wrong.items() if v not in apart}
        wrong |= {v: main for v, main in noted(folds).items() if v not in wrong and main not in wrong}
        if wrong:
            ctx.memo[f"variants:{column.name}"] = list(wrong)
            yield variants_finding(ctx, column, counts, wrong, listed)


def _signs_in_two_cases(counts: Mapping[str, int], signs: Sequence[str]) -> dict[str, str]:
    """Return words for missing (of five letters or more) that stand in another case than they mostly do."""
    usual: dict[str, str] = {}
    for sign in sorted((s for s in signs if len(s) >= 5), key=lambda s: -counts[s]):
        usual.setdefault(sign.casefold(), sign)
    return {s: usual[s.casefold()] for s in signs if usual.get(s.casefold(), s) != s}


def _told_apart_by_case(counts: Mapping[str, int], wrong: Mapping[str, str]) -> bool:
    """Whether values mean different things by their case: pairs of them that are all as frequent as one another."""
    alike = (v.casefold() == w.casefold() and 0.9 <= counts[v] / counts[w] <= 1.1 for v, w in wrong.items())
    return len(wrong) >= 3 and min(counts[v] for v in wrong) >= 10 and all(alike)


def _are_answers(counts: Mapping[str, int], pair: tuple[str, str], cells: int) -> bool:
    """Whether two sentences that are both usual differ in more than case and blanks: they are answers to choose
    from, and a comma may be what was asked for."""
    sentences = all(len(v.split()) >= SENTENCE and counts[v] >= USUAL * cells for v in pair)
    return sentences and len({" ".join(v.casefold().split()) for v in pair}) > 1


def _words(ctx: TableContext, columns: Sequence[ColumnProfile]) -> tuple[dict[str, str], set[str]]:
    """Return the folded form of every value of the columns, and the values that stand for missing: columns of a
    table often have the same values, so each is looked at once."""
    if not columns:
        return {}, set()
    texts = pl.concat([ctx.table.value_counts(c.name)["v"] for c in columns]).unique()
    missing = {v for v in texts.filter(may_be_placeholder(texts)) if is_placeholder(v)}
    return dict(zip(texts.to_list(), folded_all(texts), strict=True)), missing


def _categorical(ctx: TableContext, column: ColumnProfile) -> bool:
    if named(column.name, "version", "ver"):
        return False
    if column.type != "text" or not 2 <= column.distinct <= MOST_FOLDED:
        return False
    usual = bool(column.top) and column.top[0][1] >= max(20, USUAL * column.present)
    answers = usual and column.distinct <= MOST_ANSWERS * column.present
    if column.semantic in NOT_CATEGORIES and not (answers and column.semantic == "free_text"):
        return False
    if column.length_mean is not None and column.length_mean > (300 if usual else 60):
        return False
    if column.distinct > MOST_VALUES:
        works = column.semantic == "person_name" or named(column.name, "name", "title", "app", "game", "song")
        return column.distinct <= 0.9 * column.present and not works
    return column.distinct < 0.95 * column.present or column.distinct <= 50 or ctx.rows < 50


def _groups(
    column: ColumnProfile, counts: dict[str, int], folds: dict[str, str], coded: bool
) -> dict[str, list[str]]:
    """Return the variants by the form that is most frequent among them; of codes, those that are equal folded."""
    if coded and len(set(folds.values())) == len(folds):
        return {}
    by_fold: dict[str, list[str]] = defaultdict(list)
    for value, fold in folds.items():
        by_fold[fold].append(value)
    totals = {f: sum(counts[v] for v in group) for f, group in by_fold.items()}
    parent = {f: f for f in by_fold}
    swapped = {} if coded else _swapped(column, totals)
    if not coded:
        _merge_synonyms(by_fold, parent)
        _merge_places(column, totals, parent)
        _merge_known(column, totals, parent)
        _merge_plurals(column, totals, parent)
        _merge_misspellings(column, totals, parent)
        parent |= {rare: parent[often] for rare, often in swapped.items() if parent[rare] == rare}
        _merge_abbreviations(totals, parent)
        parent |= {spelt: parent[fold] for spelt, fold in umlauts(by_fold) if parent[spelt] == spelt}
    merged: dict[str, list[str]] = defaultdict(list)
    for fold, values in by_fold.items():
        merged[parent[fold]].extend(values)
    several = [g for g in merged.values() if len(g) > 1 and len({v.strip() for v in g}) > 1]
    groups = [sorted(g, key=lambda v: (-counts[v], folds[v] in swapped, v)) for g in several]
    return {g[0]: g[1:] for g in groups}


def _codes(folds: Iterable[str]) -> bool:
    """Whether most values hold digits: codes, in which one sign makes a difference. Of several words they are codes
    where next to all differ in their digits only (``item 0417``)."""
    values = pl.Series(list(folds), dtype=pl.String)
    if values.str.contains(" ", literal=True).any():
        return len(values) > 20 and values.str.replace_all(r"\d+", "0").n_unique() <= 0.02 * len(values)
    return int(values.str.contains(r"\d").sum()) > 0.5 * len(values)


def _codes_in_capitals(values: Collection[str]) -> bool:
    """Whether nearly all of many values are capitals of one length: codes (of airports, of shares), not words."""
    lengths = Counter(len(v) for v in values if v.isalpha() and v.isupper())
    return len(values) >= FEWEST_CODES and max(lengths.values(), default=0) >= NEARLY_ALL_CODES * len(values)


def _merge_synonyms(folds: Iterable[str], parent: dict[str, str]) -> None:
    """Merge the members of two classes (``m`` and ``male``), where nothing but them is there, alone or several in
    one (``male/female``, which ``m/f`` is, too)."""
    known = set(folds)
    if len(known) > 12:
        return
    for left, right in SYNONYMS:
        parts = {f: [p.strip() for p in re.split(PARTED, f)] for f in known}
        several = {f: p for f, p in parts.items() if len(p) > 1 and left | right >= set(p)}
        if not (known & left and known & right) or not known - set(several) <= left | right | {"other", "unknown"}:
            continue
        by_classes: dict[tuple[bool, ...], set[str]] = defaultdict(set)
        for fold, members in several.items():
            by_classes[tuple(sorted(p in left for p in members))].add(fold)
        for group in (known & left, known & right, *by_classes.values()):
            there = sorted(group, key=len, reverse=True)
            for word in there[1:]:
                parent[word] = there[0]


def _merge_known(column: ColumnProfile, totals: Mapping[str, int], parent: dict[str, str]) -> None:
    """Merge codes of one language, one name with several legal forms, and what is equal but for blanks."""
    groups = language_codes(column.name, totals) + said_twice(column.name, totals)
    groups += countries(column.name, column.semantic, totals) + in_digits(totals) + with_their_kind(totals)
    placed = named(column.name, *PLACES_NAMED) or column.name.casefold() == "name"
    towns = placed and len(totals) > OPEN_PLACES
    if column.semantic != "person_name" and not towns:
        groups += without_blanks(totals).values()
    if named(column.name, *FIRMS):
        by_firm: dict[str, list[str]] = defaultdict(list)
        for fold in totals:
            by_firm[firm(fold)].append(fold)
        groups += [group for name, group in by_firm.items() if len(group) > 1 and len(name) >= 5]
    for group in groups:
        first = max(group, key=lambda f: (totals[f], f))
        for fold in group:
            if parent[fold] == fold and fold != first:
                parent[fold] = parent[first]


def _merge_places(column: ColumnProfile, totals: Mapping[str, int], parent: dict[str, str]) -> None:
    if column.semantic != "country" and sum(len(f) == 2 for f in totals) > 0.5 * len(totals):
        return
    for names in one_place(totals):
        there = sorted((n for n in names if n in totals), key=lambda f: (-totals[f], f))
        for name in there[1:]:
            parent[name] = parent[there[0]]


def _merge_abbreviations(totals: Mapping[str, int], parent: dict[str, str]) -> None:
    for short, long in abbreviations(totals):
        if parent[short] == short:
            parent[short] = parent[long]


def _merge_plurals(column: ColumnProfile, totals: dict[str, int], parent: dict[str, str]) -> None:
    if column.semantic == "person_name" or len(totals) > OPEN:
        return
    for fold in totals:
        single = plain(fold)
        if single != fold and single in totals and fold.isascii():
            first, second = sorted((fold, single), key=lambda f: -totals[f])
            parent[second] = parent[first]


def _merge_misspellings(column: ColumnProfile, totals: dict[str, int], parent: dict[str, str]) -> None:
    if column.semantic == "person_name":
        return
    places = named(column.name, *PLACES_NAMED)
    found = [*misspellings(totals, edits=1 if places else 2), *slips(totals), *short_slips(totals)]
    sure = len(totals) > OPEN_PLACES if places else len(totals) > OPEN and len(found) < BY_CHANCE * len(totals)
    if sure:
        found = [(rare, often) for rare, often in found if totals[often] >= SURE * totals[rare]]
    for rare, frequent in found:
        parent[rare] = parent[frequent]


def _swapped(column: ColumnProfile, totals: Mapping[str, int]) -> dict[str, str]:
    """Return values of which two letters are swapped, with the right one; of places, Centre and Center are two."""
    if column.semantic == "person_name":
        return {}
    places = named(column.name, *PLACES_NAMED)
    found = swapped_letters(totals).items()
    return {v: w for v, w in found if not places or v.replace("re", "er") != w.replace("re", "er")}


def _misspelt_first_words(
    column: ColumnProfile, counts: dict[str, int], folds: dict[str, str], known: Iterable[str]
) -> dict[str, str]:
    """Return values whose first word is misspelt, with that word put right: as the column has that value, or else
    as the value itself is written, where first words are makes or the word is a slip of the keys."""
    if column.semantic == "person_name":
        return {}
    totals = Counter[str]()
    for value, n in counts.items():
        totals[folds[value]] += n
    firsts = _first_words(totals)
    right = dict(misspellings(firsts, ratio=4))
    if right:
        later = Counter(word for fold in totals for word in set(fold.split()[1:]))
        right = {word: often for word, often in right.items() if later[word] < WORDS_OF_THEIR_OWN}
    found: dict[str, str] = {}
    if not right:
        return found
    there = {folds[v]: v for v in sorted(counts, key=lambda v: counts[v])}
    makes = len(firsts) <= FEW_MAKES * len(totals)
    for value in set(counts) - set(known):
        first, _, rest = folds[value].partition(" ")
        if first in right:
            meant = there.get(f"{right[first]} {rest}".strip())
            if meant is None and _mistyped(first, right[first], makes=makes):
                meant = with_first_word(value, first, _written(right[first], there))
            if meant is not None:
                found[value] = meant
    return found


def _mistyped(word: str, right: str, *, makes: bool) -> bool:
    """Whether a word is no other one: neither begins the other, but for a last letter that is doubled, and letters
    were swapped, left out or put in; among makes, any slip."""
    short, long = sorted((word, right), key=len)
    if long.startswith(short):
        return long == short + short[-1]
    return makes or len(word) != len(right) or sorted(word) == sorted(right)


def _written(first: str, there: Mapping[str, str]) -> str:
    """Return a first word as it is written last among the values of ``there``, which are by their folded forms."""
    forms = (first_as_written(v, first) for f, v in there.items() if f.partition(" ")[0] == first)
    return next((form for form in reversed([*forms]) if form), first)


def _misspelt_names(counts: Mapping[str, int], folds: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """Return values that miss a name of a known list by a letter or two, with that name as the column has it."""
    slips_ = list_slips(set(folds.values())) if len(folds) <= MOST_LISTED else {}
    there = {folds[v]: v for v in sorted(counts, key=lambda v: counts[v])} if slips_ else {}
    found = {v: slips_[f] for v, f in folds.items() if f in slips_ and v not in known and not LOST & set(v)}
    right = {v: n for v, n in counts.items() if folds[v] not in slips_}
    return {v: there.get(name) or written_like(name, v, right) for v, name in found.items()}


def _first_words(totals: Mapping[str, int]) -> dict[str, int]:
    """Count the first words of values of several words, if a few of them make up most values (makes, brands)."""
    words = Counter[str]()
    for fold, n in totals.items():
        words[fold.split()[0]] += n
    total = sum(words.values())
    common = sum(n for _, n in words.most_common(50))
    return dict(words) if total and len(words) < 0.5 * len(totals) and common > 0.5 * total else {}


def variants_finding(
    ctx: TableContext,
    column: ColumnProfile,
    counts: dict[str, int],
    wrong: dict[str, str],
    listed: Collection[str] = (),
) -> Finding:
    """Return the finding about the values that are wrong; those told by a list only are hardly split, so that they
    never make it major."""
    name = column.name
    rows = sum(counts[v] for v in wrong)
    spelled = sum(counts[v] for v in wrong if v not in listed and not may_differ(v, wrong[v]))
    mask = ctx.frame[name].cast(pl.String).is_in(list(wrong))
    pairs = sorted(wrong, key=lambda v: (-counts[v], v))
    shown = [f"{ctx.show(name, v, 30)} ({counts[v]:,}) for {ctx.show(name, wrong[v], 30)}" for v in pairs[:5]]
    more = f" and {len(pairs) - 5} more" if len(pairs) > 5 else ""
    target = name in ctx.targets
    personal = ctx.is_personal(name)
    return ctx.finding(
        "inconsistent_category",
        name,
        "major" if target or spelled >= 0.05 * ctx.rows else "minor",
        f"{len(pairs):,} values of '{name}' look like other spellings of a value: {'; '.join(shown)}{more}.",
        rows_affected=rows,
        consequence="What is one category counts as several, and the rare spellings are learned as noise.",
        advice="Map the spellings to one; check each pair, as close spellings may be two things.",
        fix=None if personal else renamed(name, {v: wrong[v] for v in pairs}),
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={} if personal else {"variants": {ctx.show(name, v): ctx.show(name, wrong[v]) for v in pairs[:50]}},
        confidence=0.8,
    )
