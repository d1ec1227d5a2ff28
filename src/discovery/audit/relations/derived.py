"""Columns that are functions of another: its levels, cuts of a number, flags of what is filled, parts of texts.

All are tried on a few evenly spaced rows and confirmed on more; what could be chance is left out. A level counts
where it has several rows, a text where it does not also stand in the other once the rows are shuffled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import polars as pl

from ..sampling import evenly_spaced
from ..targets import Ints, as_floats
from .dependencies import codes_of

__all__ = ["Derived", "cuts", "fillings", "levels", "texts"]

TRIAL_ROWS = 2_000
MOST_SOURCES, MOST_MADE = 15, 40
MOST_LEVELS = 200
ROWS_A_LEVEL = 5
"""Rows that a level of the source should have, in the median."""
RAREST = 10
"""Rows that must not have the most frequent value of a derived column."""
SEVERAL = 30
"""Rows from which what holds in all of them may mean something."""
ALIKE, FILLED = 0.99, 0.995
"""Share of the rows in which a text must hold another, and a flag say where a column is filled."""
CHANCE = 0.2
"""Share of the rows in which a text may hold another once the rows are shuffled."""
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Derived:
    """``column`` can be worked out from ``sources``.

    ``form``: ``level`` and ``cut`` (each value of the one source goes with one of the column), ``filled`` (says
    where the source is filled), ``spelled`` (equal but for signs and case), ``held`` (the same, with what stands in
    every row around it), ``part`` (its beginning or end), ``joined`` (put together from several).
    """

    column: str
    sources: tuple[str, ...]
    form: Literal["level", "cut", "filled", "spelled", "held", "part", "joined"]


def levels(frame: pl.DataFrame, sources: Sequence[str], made: Sequence[str]) -> Iterator[Derived]:
    """Iterate over columns of ``made`` that one of ``sources`` decides in every row; of several, the coarsest.

    Columns that go one to one count once, where they are filled in different rows.
    """
    names = list(dict.fromkeys([*sources[:MOST_SOURCES], *made[:MOST_MADE]]))
    trial = {n: codes_of(s) for n in names for s in [frame[n][evenly_spaced(frame.height, TRIAL_ROWS)]]}
    full: dict[str, Ints] = {}
    best: dict[str, tuple[int, str]] = {}
    for source in sources[:MOST_SOURCES]:
        for column in made[:MOST_MADE]:
            if source == column or not _decides(trial[source], trial[column]):
                continue
            for name in (source, column):
                if name not in full:
                    full[name] = codes_of(frame[name])
            count = int(full[source].max()) + 1
            known = best.get(column, (count + 1, ""))[0]
            if not _decides(full[source], full[column], sure=True) or count >= known:
                continue
            one_to_one = count == int(full[column].max()) + 1
            if one_to_one and (_as_filled(full[source], full[column]) or best.get(source, (0, ""))[1] == column):
                continue
            best[column] = count, source
    for column, (_, source) in best.items():
        yield Derived(column, (source,), "level")


def _as_filled(source: Ints, column: Ints) -> bool:
    return bool(((source < 0) == (column < 0)).all())


def _decides(source: Ints, column: Ints, sure: bool = False) -> bool:
    """Whether each value of ``source`` goes with one of ``column``."""
    both = (source >= 0) & (column >= 0)
    a, b = source[both], column[both]
    if len(a) < max(SEVERAL, 0.5 * (column >= 0).sum()):
        return False
    sizes = np.bincount(a)
    first = np.zeros(len(sizes), np.int64)
    first[a] = b
    if bool((first[a] != b).any()):
        return False
    return not sure or _worth(a, b, sizes)


def _worth(a: Ints, b: Ints, sizes: Ints) -> bool:
    """Whether levels are large enough, and rows that differ from most so many, that no chance makes it hold."""
    values = np.bincount(b)
    values = values[values > 0]
    fewer = 2 <= len(values) <= (sizes > 0).sum() and len(a) - values.max() >= max(RAREST, 0.01 * len(a))
    rare = b != int(np.bincount(b).argmax())
    return bool(
        fewer and np.median(sizes[sizes > 0]) >= ROWS_A_LEVEL and float(np.median(sizes[a[rare]])) >= ROWS_A_LEVEL
    )


def cuts(frame: pl.DataFrame, numbers: Sequence[str], made: Sequence[str]) -> Iterator[Derived]:
    """Iterate over columns of ``made`` that are one of ``numbers`` cut into bands, where no gap parts the bands.

    Groups of things that differ anyhow are parted by a number as well, but there is a gap between them.
    """
    rows = evenly_spaced(frame.height, TRIAL_ROWS)
    tried = {c: codes_of(frame[c][rows]) for c in made[:MOST_MADE]}
    told: set[str] = set()
    for number in numbers[: 2 * MOST_SOURCES]:
        few = as_floats(frame[number][rows])
        order = np.argsort(few, kind="stable")
        order = order[np.isfinite(few[order])]
        for column, codes in tried.items():
            if column == number or column in told or not _in_runs(codes[order]):
                continue
            if _cut(as_floats(frame[number]), codes_of(frame[column])):
                told.add(column)
                yield Derived(column, (number,), "cut")


def _in_runs(codes: Ints) -> bool:
    """Whether each value (-1 left out) stands in one stretch of the rows."""
    there = codes[codes >= 0]
    changes = int(np.count_nonzero(np.diff(there)))
    return changes > 0 and changes == len(np.unique(there)) - 1


def _cut(values: npt.NDArray[np.float64], codes: Ints) -> bool:
    both = np.isfinite(values) & (codes >= 0)
    v, c = values[both], codes[both]
    bands = len(np.unique(c))
    if len(v) < max(SEVERAL, 0.5 * (codes >= 0).sum()) or bands < 2:
        return False
    order = np.lexsort((c, v))
    v, c = v[order], c[order]
    edges = np.flatnonzero(np.diff(c) != 0)
    if len(edges) != bands - 1 or bool((v[edges] == v[edges + 1]).any()):
        return False
    counts = np.bincount(c)
    distinct = np.unique(v)
    steps = np.diff(distinct)
    if len(v) < 100 or counts[counts > 0].min() < RAREST or len(distinct) < max(4 * bands, 8):
        return False
    at = np.searchsorted(distinct, v[edges])
    near = [np.median(steps[max(0, i - 5) : i + 6]) for i in at]
    return bool((steps[at] <= 4 * np.asarray(near)).all())


def fillings(frame: pl.DataFrame, flags: Sequence[str], gappy: Sequence[str]) -> Iterator[Derived]:
    """Iterate over columns of two values that say where a column of ``gappy`` is filled (in 99.5% of the rows)."""
    rows = frame.height
    slack, least = (1 - FILLED) * rows, max(RAREST, 0.01 * rows)
    empty = {c: n for c in gappy if least <= (n := frame[c].null_count()) <= rows - least}
    for flag in flags[:MOST_MADE] if empty else ():
        values = codes_of(frame[flag])
        first = values == int(values.min())
        count = int(first.sum())
        for column, gaps in empty.items():
            if column == flag or min(abs(count - gaps), abs(rows - count - gaps)) > slack:
                continue
            agree = float((first == frame[column].is_null().to_numpy()).mean())
            if max(agree, 1 - agree) >= FILLED:
                yield Derived(flag, (column,), "filled")
                break


def texts(cells: Mapping[str, Sequence[str | None]], wide: Sequence[str]) -> Iterator[Derived]:
    """Iterate over what the texts of ``wide`` share with other columns of ``cells`` (rows of a trial, as written).

    Compared are letters and digits only, in lower case. What is left of a text once all that it holds of others is
    taken out must be the same in nearly all rows for it to be put together from them, but for the last digits of
    numbers that another tool rounded; or it is one text before another, of which either may be empty.
    """
    plain = {n: [_plain(c) for c in v] for n, v in cells.items()}
    told: set[frozenset[str]] = set()
    for text in wide:
        inside = [c for c in plain if c != text and _inside(plain[c], plain[text])]
        left = _left(plain[text], [plain[c] for c in inside]) if inside else []
        around = {c: rest for c in inside if _constant(rest := _left(plain[text], [plain[c]]))}
        for column, rest in around.items():
            if frozenset((text, column)) not in told:
                told.add(frozenset((text, column)))
                yield Derived(text, (column,), "held" if Counter(rest).most_common(1)[0][0] else "spelled")
        if around:
            continue
        halves = tuple(inside) if len(inside) > 1 and (_constant(left) or _rounded(left)) else _halves(plain, text)
        if halves:
            yield Derived(text, halves, "joined")
            continue
        for column in inside:
            if _at_end(plain[column], plain[text]):
                yield Derived(column, (text,), "part")


def _plain(cell: str | None) -> str:
    """Return the letters and digits of a cell, in lower case, also those that an address codes."""
    if cell is None:
        return ""
    return _SIGNS.sub("", (unquote(cell) if "%" in cell else cell).casefold())


def _inside(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether ``part`` stands in ``whole`` in nearly all rows that have both, and does not once it is shuffled."""
    both = [(p, w) for p, w in zip(part, whole, strict=True) if p and w]
    first = both[:20]
    if len(both) < SEVERAL or sum(p in w for p, w in first) < 0.9 * len(first):
        return False
    if len({p for p, _ in both}) < 5 or sum(p in w for p, w in both) < ALIKE * len(both):
        return False
    shift = len(both) // 2
    others = [p for p, _ in both[shift:] + both[:shift]]
    return sum(p in w for p, (_, w) in zip(others, both, strict=True)) <= CHANCE * len(both)


def _left(whole: Sequence[str], parts: Sequence[Sequence[str]]) -> list[str]:
    """Return what is left of each text without its parts (rows that have all), the longest taken out first."""
    left = []
    for row in zip(whole, *parts, strict=True):
        if all(row):
            text = row[0]
            for part in sorted(row[1:], key=len, reverse=True):
                text = text.replace(part, "", 1)
            left.append(text)
    return left


def _constant(left: Sequence[str]) -> bool:
    return len(left) >= SEVERAL and Counter(left).most_common(1)[0][1] >= 0.95 * len(left)


def _rounded(left: Sequence[str]) -> bool:
    """Whether what is left of texts is the same but for a digit or three of numbers in a few rows."""
    if len(left) < SEVERAL or Counter(left).most_common(1)[0][1] < 0.85 * len(left):
        return False
    return max(map(len, left)) - min(map(len, left)) <= 6 and _constant([re.sub(r"\d{1,3}", "", t) for t in left])


def _halves(plain: Mapping[str, Sequence[str]], text: str) -> tuple[str, ...]:
    """Return the two columns that a text is put together from, if it is; both may have few values, and gaps."""
    whole = plain[text]
    there = [i for i, w in enumerate(whole) if w]
    others = [c for c in plain if c != text and len(set(plain[c]) - {""}) >= 2]
    if len(there) < SEVERAL:
        return ()
    first, last = (
        [c for c in others if _meets(whole, plain[c], there[:20], test) and _meets(whole, plain[c], there, test)]
        for test in (str.startswith, str.endswith)
    )
    for a, b in ((a, b) for a in first for b in last if a != b):
        equal = sum(plain[a][i] + plain[b][i] == whole[i] for i in there)
        both = sum(bool(plain[a][i] and plain[b][i]) for i in there)
        if equal >= ALIKE * len(there) and both >= max(SEVERAL, 0.1 * len(there)):
            return a, b
    return ()


def _meets(
    whole: Sequence[str], part: Sequence[str], rows: Sequence[int], test: Callable[[str, str], bool]
) -> bool:
    return sum(test(whole[i], part[i]) for i in rows) >= ALIKE * len(rows)


def _at_end(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether ``part`` of three letters or more begins or ends nearly every text."""
    both = [(p, w) for p, w in zip(part, whole, strict=True) if p and w]
    if float(np.median([len(p) for p, _ in both])) < 3:
        return False
    return any(sum(test(w, p) for p, w in both) >= ALIKE * len(both) for test in (str.startswith, str.endswith))
