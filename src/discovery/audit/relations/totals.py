"""Columns called a total that are the sum of others, by the names or among very many columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import as_floats
from ..vocabulary.hindsight import tokens
from .arithmetic import Relation, exact_combination, relation_errors

__all__ = ["named_totals"]

_TOTALS = frozenset({"total", "totals", "sum", "overall"})
_HARMED = frozenset({"casualties", "victims"})
_DEAD = frozenset({"killed", "dead", "deaths", "died", "fatalities", "fatal"})
_HURT = frozenset({"injured", "injuries", "wounded", "hurt"})
"""What casualties are the sum of, by name."""
TRIAL_ROWS = 1_000
MOST_COLUMNS = 60
MOST_TOTALS = 5
LEAST_ROWS, SEVERAL = 30, 0.9
WEIGHT = 0.01

Bools = npt.NDArray[np.bool_]


def named_totals(
    frame: pl.DataFrame, names: Sequence[str], known: Collection[str]
) -> Iterator[tuple[Relation, Bools, Bools]]:
    """Iterate over columns called a total, none of ``known``, that are a sum of other columns of ``names``.

    With each go the rows that can tell and those that break the sum, at most one in ten. The parts are those that
    share the other words of its name (``units sold``, ``units returned``: ``total units``), or else the few columns
    of which it is the plain sum in all rows of a sample (least squares, with all weights 1).
    """
    totals = [n for n in names if (_TOTALS | _HARMED) & set(tokens(n)) and n not in known]
    for total in totals[:MOST_TOTALS]:
        for parts in _parts(frame, total, names):
            found = _judged(frame, parts, total)
            if found is not None:
                yield Relation(total, tuple(parts), "sum", 1.0), *found
                break


def _parts(frame: pl.DataFrame, total: str, names: Sequence[str]) -> Iterator[list[str]]:
    stem = set(tokens(total)) - _TOTALS
    others = [n for n in names if n != total]
    alike = [n for n in others if stem and stem <= set(tokens(n)) and not _TOTALS & set(tokens(n))]
    if 2 <= len(alike) <= 6:
        yield alike
    if _HARMED & set(tokens(total)):
        parts = [[n for n in others if words & set(tokens(n)) - stem] for words in (_DEAD, _HURT)]
        if all(len(p) == 1 for p in parts):
            yield [p[0] for p in parts]
        return
    place = list(names).index(total)
    near = sorted(others, key=lambda n: abs(list(names).index(n) - place))[:MOST_COLUMNS]
    step = max(1, frame.height // TRIAL_ROWS)
    weights = exact_combination(frame.select(total, *near).gather_every(step), total, near)
    if weights and len(weights) > 2 and all(abs(w - 1) <= WEIGHT for w in weights.values()):
        yield [n for n in names if n in weights]


def _judged(frame: pl.DataFrame, parts: Sequence[str], total: str) -> tuple[Bools, Bools] | None:
    """Return which rows can tell and which break the sum; None where it is none, or could be by chance."""
    values, whole = [as_floats(frame[p]) for p in parts], as_floats(frame[total])
    telling, wrong = relation_errors("sum", values, whole)
    if telling.sum() < LEAST_ROWS or wrong.sum() > (1 - SEVERAL) * telling.sum():
        return None
    mixed = np.random.default_rng(0).permutation(whole)
    others, off = relation_errors("sum", values, mixed)
    if others.sum() and off.sum() < 0.7 * others.sum():
        return None
    there = np.isfinite(whole) & np.all([np.isfinite(v) for v in values], axis=0)
    apart: Bools = there & ~telling & (np.abs(np.sum(values, axis=0) - whole) > 1e-6 * np.abs(whole) + 1e-9)
    if (wrong | apart).sum() > (1 - SEVERAL) * there.sum():
        return telling, wrong
    return there, wrong | apart
