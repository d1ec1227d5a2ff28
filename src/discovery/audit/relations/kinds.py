"""Counts of one kind, which are never above the count of all: hotel reviews among reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np
import polars as pl

from ..targets import Floats, as_floats
from ..vocabulary.hindsight import tokens
from ..vocabulary.orders import order_by_name
from .rules import Broken

__all__ = ["kind_rules", "of_a_kind"]

MOST_COLUMNS, MOST_MORE, LEAST_ROWS, LEAST_VALUES = 60, 2, 100, 10
MOST_BROKEN, MOSTLY_BELOW = 0.005, 0.5
"""Share of the rows that may break such an order, and of those in which the count of a kind is truly below."""
LEAST_BY_CHANCE, OFTENER = 0.02, 20
"""Share of the rows that would break it if the counts were shuffled, and how many times as many as do."""
_COUNTS = frozenset("nr no num number nbr n count counts of the".split())
_NOT_KINDS = frozenset(
    """total totals all sum overall cumulative cum max maximum min minimum upper lower high low avg average mean
    median std target expected planned predicted previous prev prior last next first other change increase delta
    rate ratio percent pct per possible available capacity limit allowed new old before after and or plus not
    non""".split()
)


def kind_rules(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[Broken]:
    """Iterate over pairs of whole numbers of which one is named as a kind of the other, is below it in most rows,
    and above it in one of two hundred at most."""
    found = [n for n in names if frame[n].dtype.is_integer()][:MOST_COLUMNS]
    for low, high in permutations(found, 2):
        if not of_a_kind(low, high) or order_by_name(low, high, dates=False):
            continue
        kind, whole = as_floats(frame[low]), as_floats(frame[high])
        both = np.isfinite(kind) & np.isfinite(whole)
        wrong = both & (kind > whole)
        if wrong.any() and _bounds(kind[both], whole[both]):
            rule = f"'{low}' is never above '{high}'"
            yield Broken("order", rule, (low, high), wrong, int(both.sum()), named=True, strict=False)


def of_a_kind(name: str, of: str) -> bool:
    """Whether ``name`` counts a kind of what ``of`` counts: all its words, and one or two more that tell the kind.

    >>> of_a_kind("Nr. hotel reviews", "Nr. reviews"), of_a_kind("total_reviews", "reviews")
    (True, False)
    """
    mine, theirs = set(tokens(name)), set(tokens(of))
    more, core = mine - theirs, theirs - _COUNTS
    counted = bool(theirs & (_COUNTS - {"of", "the"})) or any(w.endswith("s") and len(w) > 3 for w in core)
    return bool(theirs < mine and core and counted and len(more) <= MOST_MORE and not more & (_NOT_KINDS | _COUNTS))


def _bounds(kind: Floats, whole: Floats) -> bool:
    if len(kind) < LEAST_ROWS or min(np.unique(kind).size, np.unique(whole).size) < LEAST_VALUES or kind.min() < 0:
        return False
    share = float((kind > whole).mean())
    chance = float((np.random.default_rng(0).permutation(kind) > whole).mean())
    few = share <= MOST_BROKEN and (kind < whole).mean() >= MOSTLY_BELOW
    return bool(few and chance >= max(LEAST_BY_CHANCE, OFTENER * share))
