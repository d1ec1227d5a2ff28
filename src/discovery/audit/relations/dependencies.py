"""Approximate functional dependencies between the columns of a table.

A dependency ``a -> b`` is measured by g3 (Kivinen and Mannila, *Approximate inference of functional dependencies
from relations*, TCS 1995): the least share of rows to leave out for it to hold, here over the rows whose value of
``a`` occurs more than once, as the others say nothing. It must be small both in itself and against what is left
when ``b`` is shuffled, so that a column that is mostly one value follows from nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import Ints

__all__ = [
    "Dependency",
    "by_appearance",
    "changes_in_time",
    "clusters",
    "codes_of",
    "find_dependencies",
    "one_to_one",
    "signature",
    "usual",
    "violations",
]

SAMPLE = 10_000
MOST_DETERMINANTS = 15
MOST_DEPENDENTS = 40
LARGEST_ERROR = 0.1
LIFT = 0.85
"""Share of the errors with the dependent shuffled that must be gone."""
LEAST_REPEATED = 30
LEAST_CHANCE = 0.1
"""Share of errors with the dependent shuffled below which it is mostly one value, and follows from nothing."""
LASTING, BY_CHANCE, MOST_TORN = 0.7, 0.01, 500
"""Share of things with a change that lasts which shows what changes in time, how likely as many may be by chance,
and things that are looked at."""
_DENSE = 4_000_000
"""Pairs of values up to which counting them in an array costs less than sorting."""
_MANY = 50_000
"""Rows from which it costs less to sort the distinct texts only, and to look each row up."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """``dependent`` follows from ``determinant`` but in ``errors`` of ``rows`` rows that can tell.

    ``groups`` is the number of values of the determinant that occur more than once; ``by_chance`` the share of
    errors with the dependent shuffled; ``open`` the rows with a second usual value, which are none of ``rows``.
    """

    determinant: str
    dependent: str
    errors: int
    rows: int
    groups: int
    by_chance: float
    open: int = 0

    @property
    def error(self) -> float:
        """Share of the rows that can tell which break it."""
        return self.errors / self.rows if self.rows else 0.0

    @property
    def g3(self) -> float:
        """Share of all rows in which it does not hold."""
        return (self.errors + self.open) / (self.rows + self.open) if self.rows else 0.0


def codes_of(series: pl.Series, exact: bool = False) -> Ints:
    """Return the values numbered from 0 in their order; -1 where missing. Unless ``exact``, texts are compared
    without outer blanks and case, which are faults of another kind."""
    if series.dtype == pl.String:
        texts = series.drop_nulls().unique()
        if len(texts) <= len(series) // 2:
            return _codes_of_few(series, texts, exact)
        if len(series) > _MANY:
            ranks = series.replace_strict(texts, _ranks(texts, exact), return_dtype=pl.Int64)
            return ranks.fill_null(-1).to_numpy().astype(np.int64)
    return _ranks(series, exact).fill_null(-1).to_numpy().astype(np.int64)


def _codes_of_few(series: pl.Series, texts: pl.Series, exact: bool) -> Ints:
    """Return the codes of a column that holds each of ``texts`` often: only these are ranked."""
    ranks = np.append(_ranks(texts, exact).to_numpy(), -1).astype(np.int64)
    places = series.cast(pl.Enum(texts)).to_physical().cast(pl.Int64)
    return np.asarray(ranks[places.fill_null(-1).to_numpy()], dtype=np.int64)


def _ranks(series: pl.Series, exact: bool) -> pl.Series:
    if series.dtype == pl.String and not exact:
        series = series.str.strip_chars().str.to_lowercase()
    elif series.dtype == pl.Boolean:
        series = series.cast(pl.UInt8)  # which are ranked in a third of the time
    return series.rank("dense").cast(pl.Int64) - 1


def _joint(a: Ints, b: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (value of a, value of b, rows) of every pair that occurs."""
    width = int(b.max(initial=0)) + 1
    key = a * width + b
    if (int(a.max(initial=0)) + 1) * width <= min(_DENSE, 8 * len(a)):
        counts = np.bincount(key)
        pairs = np.flatnonzero(counts)
        rows = counts[pairs]
    else:
        pairs, rows = np.unique(key, return_counts=True)
    return pairs // width, pairs % width, rows


def _measure(a: Ints, b: Ints, most: float = 1.0) -> tuple[int, int, int, int]:
    """Return (rows that break ``a -> b``, those of them with a second usual value, all rows, groups); the second is
    0 where more than the share ``most`` of the rows break it."""
    if not len(a):
        return 0, 0, 0, 0
    left, _, rows = _joint(a, b)
    size = np.bincount(left, weights=rows)
    best = np.zeros(len(size))
    starts = np.flatnonzero(np.r_[True, np.diff(left) != 0])
    best[left[starts]] = np.maximum.reduceat(rows, starts)
    repeated = size > 1
    broken, counted, groups = int((size - best)[repeated].sum()), int(size[repeated].sum()), int(repeated.sum())
    if broken > most * counted:
        return broken, 0, counted, groups
    open_ = usual(rows, best[left]) & _others(left, rows, best)
    return broken, int(rows[open_].sum()), counted, groups


def usual(rows: Any, best: Any) -> Any:
    """Whether values are as usual as the most frequent of their group; of arrays or of expressions.

    They are half as frequent and there more than once, or a third as frequent and there five times.
    """
    return ((rows >= 2) & (2 * rows > best)) | ((rows >= 5) & (3 * rows >= best))


def _others(left: Ints, rows: Ints, best: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Mark all pairs of a group but the first of its most frequent."""
    top = np.flatnonzero(rows == best[left])
    first = top[np.unique(left[top], return_index=True)[1]]
    others = np.ones(len(left), dtype=bool)
    others[first] = False
    return others


def _judge(name_a: str, a: Ints, name_b: str, b: Ints, seed: int, least: int = 5) -> Dependency | None:
    known = (a >= 0) & (b >= 0)
    x, y = a[known], b[known]
    broken, undecided, rows, groups = _measure(x, y, LARGEST_ERROR)
    if rows < LEAST_REPEATED or groups < least or broken > LARGEST_ERROR * rows:
        return None
    shuffled = _measure(x, np.random.default_rng(seed).permutation(y), 0.0)[0]
    chance = shuffled / rows
    if chance < LEAST_CHANCE or broken / rows > (1 - LIFT) * chance:
        return None
    return Dependency(name_a, name_b, broken - undecided, rows - undecided, groups, round(chance, 4), undecided)


def find_dependencies(
    frame: pl.DataFrame,
    determinants: Sequence[str],
    dependents: Sequence[str],
    seed: int = 0,
    akin: Callable[[str, str], bool] = lambda _a, _b: False,
) -> list[Dependency]:
    """Return the dependencies that hold exactly or nearly, over all rows.

    The first 15 determinants and 40 dependents are tried, on 10,000 rows; what passes is measured on all rows. Five
    values of the determinant must occur more than once, three where ``akin`` says that the names are alike.
    """

    def least(a: str, b: str) -> int:
        return 3 if akin(a, b) else 5

    first, second = list(determinants)[:MOST_DETERMINANTS], list(dependents)[:MOST_DEPENDENTS]
    sample = frame if frame.height <= SAMPLE else frame.sample(SAMPLE, seed=seed)
    trial = {c: codes_of(sample[c]) for c in dict.fromkeys([*first, *second])}
    passed = [
        (a, b)
        for a in first
        for b in second
        if a != b and _judge(a, trial[a], b, trial[b], seed, least(a, b)) is not None
    ]
    if sample is frame:
        full: Mapping[str, Ints] = trial
    else:
        full = {c: codes_of(frame[c]) for c in dict.fromkeys(c for pair in passed for c in pair)}
    found = (_judge(a, full[a], b, full[b], seed, least(a, b)) for a, b in passed)
    return [d for d in found if d is not None]


def violations(frame: pl.DataFrame, dependency: Dependency) -> list[tuple[int, int]]:
    """Return (row, the first row of the majority), both from 0, of the rows that break ``dependency``, in order.

    Only rows against a majority of their group are told, and none whose value is usual there as well. Of two values
    that occur once each no one can say which is wrong, and the one later in their order is taken.
    """
    a, b = codes_of(frame[dependency.determinant]), codes_of(frame[dependency.dependent])
    known = (a >= 0) & (b >= 0)
    left, right, rows = _joint(a[known], b[known])
    order = np.lexsort((-rows, left))
    first = order[np.r_[True, np.diff(left[order]) != 0]] if len(order) else order
    majority: npt.NDArray[np.int64] = np.full(int(a.max(initial=0)) + 1, -1, np.int64)
    majority[left[first]] = right[first]
    best = np.zeros(len(majority))
    best[left[first]] = rows[first]
    often = usual(rows, best[left])
    width = int(b.max(initial=0)) + 1
    as_usual = np.isin(a * width + b, left[often] * width + right[often])
    agrees = b == majority[np.maximum(a, 0)]
    wrong, right = np.flatnonzero(known & ~agrees & ~as_usual), np.flatnonzero(known & agrees)
    first_right = np.zeros(len(majority), np.int64)
    first_right[a[right[::-1]]] = right[::-1]
    return list(zip(wrong.tolist(), first_right[a[wrong]].tolist(), strict=True))


def changes_in_time(frame: pl.DataFrame, dependency: Dependency) -> bool:
    """Whether what breaks ``dependency`` is mostly a change that lasts: the rows of a thing have one value up to
    some row of the table, and another one from there on.

    Seven in ten of the torn things must change so, and many more than would by chance (binomial test): a lone slip
    among n rows is the first or last one in 2 of n.
    """
    a, b = codes_of(frame[dependency.determinant]), codes_of(frame[dependency.dependent])
    known = np.flatnonzero((a >= 0) & (b >= 0))
    order = known[np.argsort(a[known], kind="stable")]
    group, value = a[order], b[order]
    same = group[1:] == group[:-1]
    steps = np.bincount(group[1:][same & (value[1:] != value[:-1])], minlength=int(a.max(initial=0)) + 1)
    torn = np.flatnonzero(steps)[:MOST_TORN]
    if not len(torn):
        return False
    pairs = _joint(group, value)[0]
    levels, sizes = np.bincount(pairs, minlength=len(steps)), np.bincount(group, minlength=len(steps))
    count, lasting = len(torn), int((steps[torn] == levels[torn] - 1).sum())
    chance = float(np.minimum(1, 2 / sizes[torn]).mean())
    as_many = sum(comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(lasting, count + 1))
    return lasting >= LASTING * count and as_many <= BY_CHANCE


def one_to_one(a: Ints, b: Ints) -> bool:
    """Whether each value (missing is one) goes with exactly one of the other column."""
    left, right, _ = _joint(a + 1, b + 1)
    return len(np.unique(left)) == len(left) and len(np.unique(right)) == len(right)


def by_appearance(codes: Ints) -> Ints:
    """Return the codes renumbered in the order they first appear in: equal for columns that are one to one."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    renumbered: Ints = rank[inverse]
    return renumbered


def signature(codes: Ints) -> bytes:
    """Return a hash of the codes."""
    return hashlib.blake2b(codes.tobytes(), digest_size=12).digest()


def clusters(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the columns that are joined by pairs, each once, in the order they first appear in."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for first, second in pairs:
        group[root(second)] = root(first)
    found: dict[str, list[str]] = {}
    for name in group:
        found.setdefault(root(name), []).append(name)
    return list(found.values())
