"""Codes for missing that show in several columns together, though in each alone they might be values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from ..context import TableContext
from ..profiling.profile import ColumnProfile
from ..values import identifying, number
from ..vocabulary.names import named, tokens
from .spikes import Spike
from .zeros import DIFFERENCES, before_a_scale, scale_of

__all__ = ["lone_negatives", "minus_one_of_flags", "same_rows", "zeros_beside", "zeros_of_scales"]

# What survey tools write for gaps, besides the codes that are told by their form alone.
CODES = (-7.0, -8.0, -9.0, -77.0, -88.0, -99.0, -777.0, -888.0, -999.0, -9999.0)
MINUS_ONE = -1.0
FLAGGED = ("is", "has", "was", "had", "did", "can")
"""How names of what is so or not begin."""
DIRECTIONS = (
    *DIFFERENCES, "sign", "signal", "direction", "trend", "sentiment", "polarity", "position", "balance", "vote",
    "charge", "spin", "side", "result", "outcome", "movement", "slope", "net", "opinion", "label",
)  # fmt: skip
"""What may be -1, 0 or 1."""
MUCH_RARER = 10
SISTERS = 3
"""In how many columns 0 must stand before the same scale."""
APART, RARE, A_COPY = 0.25, 0.01, 0.95
"""How far a value must be from the others, in parts of their range, and in what share of the rows at most, to be a
code in columns that have it in the same rows; and from what correlation on these are one column told twice."""
TOGETHER = 10
"""In how many rows two columns must be 0 beside one of which 0 stands for missing."""
AT_MOST = 0.1
"""The most of the rows in which it may."""


def lone_negatives(ctx: TableContext, known: Mapping[str, list[Spike]]) -> Iterator[tuple[str, Spike]]:
    """Yield -9 and its like (-7, -8, -99, -999 ...) where it is the only negative number of two columns or more, or
    of one while it is surely a code in another; however rare or frequent it is, and however few the others are.

    -1 counts only in columns that hold four whole numbers or more from 0 on: of -1, 0 and 1 it is a value; and as
    the only number beside words. Where two columns have it so, or it is sure, it counts before the answers 1, 2 ...
    as well, if only once.
    """
    holders: dict[float, list[ColumnProfile]] = {}
    for column in ctx.profile.columns.values():
        value = _only_negative(column)
        if value is not None and column.name not in ctx.targets:
            holders.setdefault(value, []).append(column)
    sure = {s.value for group in known.values() for s in group if s.sure}
    alike = holders.get(MINUS_ONE, [])
    if len(alike) > 1 or MINUS_ONE in sure:
        already = {c.name for c in alike} | ctx.targets
        sisters = [c for c in ctx.profile.columns.values() if c.name not in already and _before_answers(c)]
        holders[MINUS_ONE] = [*alike, *sisters]
    for value, columns in holders.items():
        if len(columns) < 2 and value not in sure:
            continue
        for column in columns:
            if not any(s.value == value for s in known.get(column.name, ())):
                why = "it is the only negative number, here and in other columns"
                yield column.name, Spike(value, column.negatives, why, value in CODES)


def _only_negative(column: ColumnProfile) -> float | None:
    if not column.numeric or column.present < 20 or identifying(column) or not column.low:
        return None
    if column.distinct < 2 and not column.unparsed:
        return None
    value, rows = float(column.low[0][0]), column.low[0][1]
    if column.negatives != rows or value not in (*CODES, MINUS_ONE):
        return None
    several = column.whole and column.distinct >= 5 and rows >= 2
    return value if value != MINUS_ONE or several or column.distinct == 1 else None


def _before_answers(column: ColumnProfile) -> bool:
    """Whether -1 stands, however rarely, before the answers 1, 2 ... (two of them at least)."""
    if not column.numeric or not column.whole or column.present < 20 or column.negatives > column.present / 2:
        return False
    return 3 <= column.distinct <= 12 and [float(v) for v, _ in column.low] == [-1, *range(1, column.distinct)]


def minus_one_of_flags(ctx: TableContext) -> Iterator[tuple[str, Spike]]:
    """Yield -1 where it stands beside 0 and 1: in a column of what is so or not (``is_...``) in half of the rows at
    most; and in the only such column of a table, unless it is a target, a direction or a change, in less than 1 of
    100 rows and 10 times as rare as either."""
    signs = [c for c in ctx.profile.columns.values() if c.numeric and c.distinct == 3 and c.negatives >= 3]
    signs = [c for c in signs if [float(v) for v, _ in c.low] == [-1, 0, 1]]
    for column in signs:
        first, *more = tokens(column.name) or ("",)
        asked = bool(more) and first in FLAGGED
        rarely = len(signs) == 1 and column.name not in ctx.targets and not named(column.name, *DIRECTIONS)
        few = column.negatives < min(RARE * column.present, min(n for _, n in column.low[1:]) / MUCH_RARER)
        if (asked and column.negatives <= 0.5 * column.present) or (rarely and few):
            yield column.name, Spike(MINUS_ONE, column.negatives, "it is the only negative number", asked)


def zeros_of_scales(ctx: TableContext, known: Mapping[str, list[Spike]]) -> Iterator[tuple[str, Spike]]:
    """Yield 0 before a scale of 1 to k in up to a tenth of the rows, where it is rarer than every step, and before
    the same scale a code in three columns or more."""
    tops: dict[float, list[str]] = {}
    scales = {c.name: scale_of(c) for c in ctx.profile.columns.values() if c.numeric and not identifying(c)}
    for name, scale in scales.items():
        if scale is not None and before_a_scale(ctx.profile[name], *scale) is not None:
            tops.setdefault(float(scale[0][-1]), []).append(name)
    for name, scale in scales.items():
        if scale is None or name in ctx.targets or any(s.value == 0 for s in known.get(name, ())):
            continue
        (values, counts), top = scale, float(scale[0][-1])
        rare = counts[0] <= min(AT_MOST * ctx.profile[name].present, counts[1:].min())
        if rare and len(tops.get(top, ())) >= SISTERS and len(values) >= 5:
            yield name, Spike(0.0, int(counts[0]), f"it stands before a scale of 1 to {number(top)}", False)


def same_rows(ctx: TableContext, known: Mapping[str, list[Spike]]) -> Iterator[tuple[str, Spike]]:
    """Yield a value that is repeated and cut off at one end of three columns or more, always in the same rows: what
    stands there was not measured three times alike."""
    ends: dict[tuple[bool, float, int], list[str]] = {}
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 20 or identifying(column) or column.name in ctx.targets:
            continue
        for upper, side in ((False, column.low), (True, column.high)):
            (value, rows), (other, _) = (float(side[0][0]), side[0][1]), side[1]
            reach = abs(float((column.low if upper else column.high)[0][0]) - float(other))
            if 2 <= rows <= RARE * column.present and abs(value - float(other)) >= APART * reach > 0:
                ends.setdefault((upper, value, rows), []).append(column.name)
    for (_, value, rows), names in ends.items():
        if len(names) < SISTERS or _alike(ctx, names):
            continue
        masks = [(ctx.frame[name] == value).fill_null(False) for name in names]
        if all(bool((mask == masks[0]).all()) for mask in masks[1:]):
            for name in names:
                if not any(s.value == value for s in known.get(name, ())):
                    yield (
                        name,
                        Spike(value, rows, "it is cut off here and in other columns in the same rows", False),
                    )


def zeros_beside(ctx: TableContext, known: Mapping[str, list[Spike]]) -> Iterator[tuple[str, Spike]]:
    """Yield 0, in doubt, of two columns or more that are 0 in the very same rows (10 to half of all), nearly all of
    them rows in which 0 of another column stands for missing, too."""
    told = [name for name, group in known.items() if any(s.value == 0 and not s.doubt for s in group)]
    if not told:
        return
    alike: dict[int, list[ColumnProfile]] = {}
    for column in ctx.profile.columns.values():
        fits = column.numeric and column.distinct > 2 and not column.negatives and not identifying(column)
        if fits and TOGETHER <= column.zeros <= column.present / 2 and column.name not in {*told, *ctx.targets}:
            alike.setdefault(column.zeros, []).append(column)
    zeros = {name: (ctx.frame[name] == 0).fill_null(False) for name in told} if alike else {}
    for rows, columns in alike.items():
        masks = [(ctx.frame[c.name] == 0).fill_null(False) for c in columns] if len(columns) > 1 else []
        same = [c for c, mask in zip(columns, masks, strict=False) if bool((mask == masks[0]).all())]
        if len(same) < 2 or _alike(ctx, [c.name for c in same]):
            continue
        beside = next((n for n, zero in zeros.items() if int((zero & masks[0]).sum()) >= 0.95 * rows), None)
        if beside is not None:
            for column in same:
                why = f"it is 0 in rows in which '{beside}' is 0, too"
                yield column.name, Spike(0.0, rows, why, False, doubt=True)


def _alike(ctx: TableContext, names: list[str]) -> bool:
    """Whether two columns are nearly one, so that they share their ends, too."""
    related = ctx.profile.correlations
    return any(abs(related.get(p, related.get(p[::-1], 0.0))) >= A_COPY for p in combinations(names, 2))
