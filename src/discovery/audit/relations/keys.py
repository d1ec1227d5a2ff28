"""Keys of several columns: the smallest set of identifiers, times and counters that tells all rows apart.

Method: column combinations of two and three are tried level by level as in apriori (unique column combinations;
Abedjan, Golab, Naumann, "Profiling relational data", VLDB Journal 2015, section 3), larger ones from above, by
leaving one column out after the other. What the profile's counts of distinct values rule out is not tried; the
rest is tried on 5,000 rows, and what holds there on all. A set counts only where chance would make many of its rows
equal, as any few columns of many values are unique: were all columns independent
(:mod:`discovery.audit.rows.chance`), or one of them of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt
import polars as pl

from ..profiling.profile import ColumnProfile
from ..rows.chance import equal_pairs
from ..vocabulary.names import ENDS, named, tokens

__all__ = ["NearKey", "composite_key", "near_key"]

TRIAL_ROWS = 5_000
MOST_COLUMNS = 10
MOST_PARTS = 5
MOST_CONFIRMED = 4
FEWEST_ROWS = 20
BY_CHANCE, BY_CHANCE_UNNAMED = 5.0, 30.0
"""Equal pairs that chance would make of a set, from which on it is no chance that there are none."""
NEAR, NEAR_CHANCE = 0.02, 0.05
"""Rows of a broken key that may repeat: as a share of all rows, and of the pairs that chance would make equal."""
LONGEST = 40

_COUNTERS = (
    "year season semester term quarter month week day date hour minute period round lap wave visit stint inning "
    "game match race sequence seq order line item step stage version revision part section page chapter batch run "
    "trial rep replicate cycle turn shift session episode leg flight issue volume fold generation tick frame block "
    "position"
).split()

_SEQUENCES = ("sequence", "seq", "line", "step", "lap", "item no", "item number")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearKey:
    """Columns that together tell nearly all rows apart; ``repeats`` rows have the values of an earlier one."""

    columns: tuple[str, ...]
    repeats: int
    by_chance: float


@dataclass(eq=False)
class _Search:
    """The columns that may be parts of a key, those first that look most like it, over a table's rows."""

    frame: pl.DataFrame
    columns: Sequence[ColumnProfile]

    @cached_property
    def rows(self) -> int:
        return self.frame.height

    @cached_property
    def trial(self) -> dict[str, Ints]:
        """Codes of the parts on the rows that are tried first: half in a row, the others spread over all."""
        names = [c.name for c in self.columns]
        part = self.frame.select(names)
        if self.rows > TRIAL_ROWS:
            half = TRIAL_ROWS // 2
            rest = part[half:]
            part = pl.concat([part[:half], rest.gather_every(-(-rest.height // half))])
        return {n: part[n].rank("dense").fill_null(0).cast(pl.Int64).to_numpy() for n in names}

    def trial_repeats(self, columns: Sequence[ColumnProfile]) -> int:
        """Return how many of the rows tried repeat an earlier one in ``columns``."""
        key = self.trial[columns[0].name]
        for column in columns[1:]:
            codes = self.trial[column.name]
            key = key * (int(codes.max(initial=0)) + 1) + codes
            if len(columns) > 3:
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        ordered = np.sort(key)
        return int(np.count_nonzero(ordered[1:] == ordered[:-1]))

    def repeats(self, columns: Sequence[ColumnProfile]) -> int:
        """Return how many of all rows repeat an earlier one in ``columns``, by a 64-bit hash."""
        return self.rows - int(self.frame.select([c.name for c in columns]).hash_rows(seed=0).n_unique())

    def significant(self, columns: Sequence[ColumnProfile]) -> bool:
        """Whether it could not be by chance that no two rows are equal in ``columns``."""
        return equal_pairs(columns, self.rows) >= _least(columns)

    def significant_beyond_rest(self, columns: Sequence[ColumnProfile]) -> bool:
        """Whether it could not be by chance that one of ``columns`` tells rows apart that the rest do not."""
        for column in columns:
            rest = self.frame.select(c.name for c in columns if c is not column).hash_rows(seed=0)
            sizes = rest.value_counts()["count"].cast(pl.Float64)
            pairs = float((sizes * (sizes - 1)).sum()) / 2
            if pairs * equal_pairs([column], 2) >= _least(columns):
                return True
        return False

    def key(self, columns: Sequence[ColumnProfile]) -> bool:
        """Whether ``columns`` tell all rows apart, and not by chance."""
        return not self.repeats(columns) and (self.significant(columns) or self.significant_beyond_rest(columns))

    def small_sets(self) -> Iterator[tuple[ColumnProfile, ...]]:
        """Iterate over the sets of two and three columns that could be keys, most likely ones first."""
        for size in (2, 3):
            sets = [s for s in combinations(self.columns, size) if size == 2 or sum(map(_is_named, s)) >= 2]
            for chosen in sorted(sets, key=lambda s: sum(map(_rank, s))):
                enough = prod(c.distinct for c in chosen) >= self.rows
                if enough and (size > 2 or self.significant(chosen)):
                    yield chosen

    def reduced(self, allowed: float) -> list[ColumnProfile]:
        """Return what is left of the named columns, and one text, once those are left out that add nothing; empty
        where even all of them do not tell the rows apart."""
        left = [c for c in self.columns if _is_named(c)]
        left += [c for c in self.columns if not _is_named(c)][:1]
        most = allowed * len(next(iter(self.trial.values()), ()))
        if len(left) < 2 or self.trial_repeats(left) > most:
            return []
        for column in reversed(left):
            rest = [c for c in left if c is not column]
            if len(rest) > 1 and self.trial_repeats(rest) <= most:
                left = rest
        return left if len(left) <= MOST_PARTS and self.significant(left) else []


def composite_key(frame: pl.DataFrame, columns: Iterable[ColumnProfile]) -> list[str]:
    """Return the smallest set of columns that tells all rows apart, or none.

    Parameters
    ----------
    frame : polars.DataFrame
        All rows.
    columns : iterable of ColumnProfile
        What is known of them. Parts of a key are complete identifiers, times, counters (a round, a line) and, in
        pairs, short texts; never measures.
    """
    search = _Search(frame, _parts([c for c in columns if not c.missing], frame.height))
    if search.rows < FEWEST_ROWS or len(search.columns) < 2:
        return []
    confirmed = 0
    for chosen in search.small_sets():
        if search.trial_repeats(chosen):
            continue
        if search.key(chosen):
            return _in_order(frame, chosen)
        confirmed += 1
        if confirmed == MOST_CONFIRMED:
            break
    larger = search.reduced(0.0)
    return _in_order(frame, larger) if larger and not search.repeats(larger) else []


def near_key(frame: pl.DataFrame, columns: Iterable[ColumnProfile]) -> NearKey | None:
    """Return the columns that should be the key of a table that has none, and are not, for a few of its rows.

    They are named as identifiers, times or counters; at most 2% of the rows repeat them, where chance would make
    twenty times as many pairs equal.
    """
    told = [c for c in columns if c.missing <= 0.01 * c.rows and _is_named(c)]
    search = _Search(frame, _parts(told, frame.height))
    if search.rows < 10 * FEWEST_ROWS or len(search.columns) < 2:
        return None
    most = NEAR * len(next(iter(search.trial.values())))
    sets = [s for s in search.small_sets() if search.trial_repeats(s) <= most][:MOST_CONFIRMED]
    larger = search.reduced(NEAR)
    for chosen in [*sets, *([tuple(larger)] if larger else [])]:
        there = frame.select(c.name for c in chosen).drop_nulls()
        repeats = there.height - int(there.hash_rows(seed=0).n_unique())
        chance = equal_pairs(chosen, search.rows)
        if 0 < repeats <= min(NEAR * search.rows, NEAR_CHANCE * chance):
            return NearKey(tuple(_in_order(frame, chosen)), repeats, chance)
    return None


def _least(columns: Iterable[ColumnProfile]) -> float:
    return BY_CHANCE if all(_is_named(c) for c in columns) else BY_CHANCE_UNNAMED


def _parts(columns: Iterable[ColumnProfile], rows: int) -> list[ColumnProfile]:
    usable = [c for c in columns if 2 <= c.distinct < rows and _may_be_part(c)]
    return sorted(usable, key=_rank)[:MOST_COLUMNS]


def _may_be_part(column: ColumnProfile) -> bool:
    if column.semantic in {"free_text", "birth_date", "url", "email", "phone"}:
        return False
    if column.type == "text":
        return (column.length_mean or 0) <= LONGEST
    return column.temporal or (column.type in {"integer", "time"} and _is_named(column))


def _rank(column: ColumnProfile) -> float:
    """What numbers the rows of a thing first, then identifiers, then what counts or dates, then categories."""
    if named(column.name, *_SEQUENCES) and column.type == "integer":
        return -0.5
    if column.temporal or column.type == "time":
        return 1
    if bool(set(tokens(column.name)[-1:]) & set(ENDS)) or column.semantic in {"identifier", "uuid"}:
        return 0
    return 1 if _is_named(column) else 2


def _is_named(column: ColumnProfile) -> bool:
    """Whether a column is called, or is, an identifier, a time or a counter."""
    words = tokens(column.name)
    if column.temporal or column.type == "time" or column.semantic in {"identifier", "uuid", "date_part"}:
        return True
    if not words:
        return False
    glued = words[-1].endswith(("number", "code"))
    return glued or words[-1] in ENDS or words[0] in ENDS or words == ("time",) or named(column.name, *_COUNTERS)


def _in_order(frame: pl.DataFrame, columns: Iterable[ColumnProfile]) -> list[str]:
    chosen = {c.name for c in columns}
    return [c for c in frame.columns if c in chosen]
