"""Values that two columns of one list spell otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import renamed
from ...texts.spelling import folded
from ...values import cells_of, raw_words, text_counts

FEWEST_SHARED, MOSTLY_SHARED, MOST_VALUES = 5, 0.6, 60
"""How many values, and what part of either column's, are in both, and the most that a column may have."""
MOST_COLUMNS = 4
"""Of more columns under one name none is looked at."""
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th)?")


@check("inconsistent_category")
def spelt_otherwise(ctx: TableContext) -> Iterator[Finding]:
    """Report values that one of two columns, called the same but for a number (``Exterior1st``, ``Exterior2nd``),
    spells otherwise than the other: ``CmentBd`` where that has ``CemntBd``.

    Most of their values must be the same. The spellings are in one of the two columns each, begin alike, and one
    edit parts them without blanks (two, where both have six letters or more).
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for column in ctx.profile.columns.values():
        name = _NUMBER.sub("#", column.name)
        if column.type == "text" and FEWEST_SHARED <= column.distinct <= MOST_VALUES and name != column.name:
            groups[name].append(column.name)
    for names in groups.values():
        for first, second in combinations(names, 2) if len(names) <= MOST_COLUMNS else ():
            pairs = _pairs(_values(ctx, first), _values(ctx, second))
            if pairs:
                yield _finding(ctx, first, second, pairs)


def _values(ctx: TableContext, name: str) -> dict[str, str]:
    """Return the values of a column by what they are without case, signs and blanks."""
    return {folded(str(v)).replace(" ", ""): str(v) for v in text_counts(ctx, name)["v"].to_list()}


def _pairs(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Return values of the second column with the one of the first that each spells otherwise."""
    from rapidfuzz.distance import OSA

    shared = first.keys() & second.keys()
    if len(shared) < FEWEST_SHARED or len(shared) < MOSTLY_SHARED * max(len(first), len(second)):
        return {}
    pairs: dict[str, str] = {}
    for other in sorted(second.keys() - shared):
        near = [f for f in sorted(first.keys() - shared) if f[:1] == other[:1] and f.isalpha() and other.isalpha()]
        near = [f for f in near if OSA.distance(f, other) <= (2 if min(len(f), len(other)) >= 6 else 1)]
        if len(near) == 1 and len(other) >= 5:
            pairs[second[other]] = first[near[0]]
    return pairs if len(set(pairs.values())) == len(pairs) else {}


def _finding(ctx: TableContext, first: str, second: str, pairs: Mapping[str, str]) -> Finding:
    mask, rows = cells_of(ctx, second, list(pairs))
    shown = raw_words(f"{ctx.show(second, v, 30)} ({ctx.show(first, w, 30)})" for v, w in pairs.items())
    personal = ctx.is_personal(first) or ctx.is_personal(second)
    return ctx.finding(
        "inconsistent_category",
        [second, first],
        "minor",
        f"{rows:,} cells of '{second}' spell otherwise what '{first}' has: {shown}.",
        rows_affected=rows,
        consequence="What is the same in both columns does not count as the same.",
        advice="Write each value in one way in both columns.",
        fix=None if personal else renamed(second, dict(pairs)),
        evidence=ctx.evidence(ctx.rows_where(mask), [second]),
        details={} if personal else {"variants": dict(pairs), "own": True},
        confidence=0.8,
    )
