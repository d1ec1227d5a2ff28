"""Groups that live on in time: customers with an invoice a month, machines with a reading a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

__all__ = ["MIN_TEST", "MIN_TRAIN", "Panel", "balanced", "enough", "known_later", "panel", "stamped", "window"]

Array = np.ndarray[Any, Any]

MIN_TRAIN, MIN_TEST = 30, 10
"""Rows that a fold must have to train on and to be tested on."""
KEPT = 0.6
LEAST_PERIODS, LEAST_STAMPS = 8, 12
_PARTS: tuple[tuple[set[str], int, int], ...] = (
    ({"year", "yr"}, 1800, 2200),
    ({"month", "mnth", "mon"}, 1, 12),
    ({"day", "day_of_month", "dayofmonth"}, 1, 31),
    ({"hour", "hr"}, 0, 24),
    ({"minute"}, 0, 59),
)
_PERIOD = re.compile(r"(^|[_\W])(year|yr|quarter|month|week|day|date|period|wave|round|time|t)($|[_\W])", re.I)
HELD_GROUPS, HELD_TIME = 4, 0.3
TIME_SHARES = (0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Panel:
    """Folds (training, test), the training part and the holdout, as row positions."""

    folds: list[tuple[Array, Array]]
    train: Array
    holdout: Array


def balanced(frame: pl.DataFrame, target: str) -> tuple[str, str] | None:
    """Return the columns of a panel, who and when: whole numbers named like periods that each of a group has once.

    At least eight periods, 98% of the rows without another of the same group and period, and seven in ten of all
    such pairs there: a table that only has a year in it is none.
    """
    whole = [c for c in frame.columns if c != target and frame[c].dtype.is_integer()]
    for period in (c for c in whole if _PERIOD.search(c)):
        periods = frame[period].n_unique()
        if periods < LEAST_PERIODS or frame[period].null_count():
            continue
        for group in frame.columns:
            column = frame[group]
            if (
                group in {period, target}
                or _part_of_time(group)
                or not (column.dtype == pl.String or column.dtype.is_integer())
            ):
                continue
            groups = column.n_unique()
            if not 3 <= groups <= frame.height / LEAST_PERIODS or frame.height < 0.7 * groups * periods:
                continue
            if frame.select(pl.struct(group, period).is_duplicated().mean()).item() < 0.02:
                return group, period
    return None


def stamped(frame: pl.DataFrame, target: str) -> tuple[str, ...]:
    """Return the columns that stamp each row with year, month and so on, in whose order the rows lie; else none.

    The year and the month must be there, and finer parts are taken as far as they go: rows that were written down
    one after another are a log, and those in any other order may be about anything.
    """
    found: list[str] = []
    for names, low, high in _PARTS:
        fit = [c for c in frame.columns if c != target and c.strip().casefold() in names]
        if not fit or not _within(frame[fit[0]], low, high):
            break
        found.append(fit[0])
    if len(found) < 2 or frame.select(pl.struct(found)).to_series().n_unique() < LEAST_STAMPS:
        return ()
    ranks = frame.select(pl.struct(found).rank("dense")).to_series().to_numpy()
    return tuple(found) if bool((np.diff(ranks.astype(np.int64)) >= 0).all()) else ()


def _within(column: pl.Series, low: int, high: int) -> bool:
    whole = column.dtype.is_integer() and column.null_count() == 0
    return whole and bool(column.is_between(low, high).all())


def _part_of_time(name: str) -> bool:
    return any(name.strip().casefold() in names for names, _, _ in _PARTS)


def cut(ranks: Array, share: float) -> int:
    """Return the rank in time at which ``share`` of the rows lie before."""
    return int(np.sort(ranks)[min(len(ranks) - 1, int(share * len(ranks)))])


def window(order: Array, groups: Array | None, start: int, end: int | None, gap: int) -> tuple[Array, Array]:
    """Return the rows before ``start`` less the gap, less the later rows' groups, and the rows up to ``end``."""
    past = order < start - gap
    future = (order >= start) if end is None else (order >= start) & (order < end)
    if groups is not None:
        past &= ~np.isin(groups, np.unique(groups[future]))
    return np.flatnonzero(past), np.flatnonzero(future)


def known_later(order: Array, groups: Array) -> float:
    """Return the share of the later rows (the last 30%) whose group has rows before them too."""
    start = cut(order, 1 - HELD_TIME)
    past, future = groups[order < start], groups[order >= start]
    return float(np.isin(future, np.unique(past)).mean()) if len(future) else 0.0


def _lasting(order: Array, groups: Array) -> bool:
    """Whether leaving out the groups of later rows would cost much of the past."""
    start = cut(order, 1 - HELD_TIME)
    past, _ = window(order, groups, start, None, 0)
    return len(past) < KEPT * int((order < start).sum())


def enough(y: Array, train: Array, test: Array) -> bool:
    """Whether both sides have rows to learn from and to judge by, and of classes at least two each."""
    if len(train) < MIN_TRAIN or len(test) < MIN_TEST:
        return False
    return y.dtype.kind != "i" or (len(np.unique(y[train])) > 1 and len(np.unique(y[test])) > 1)


def panel(
    y: Array,
    groups: Array,
    order: Array,
    *,
    folds: int,
    gap: int,
    splitter: Callable[[Array, Array, int], Any],
) -> Panel | None:
    """Divide by groups and time at once, where groups live on in time; None where they do not.

    A fold is tested on later rows of groups of which it has seen nothing, and trained on earlier rows of the other
    groups: what is asked of a model that scores new customers in time to come. Dropping from the past every group
    that has later rows, as is enough where groups are short-lived, would leave next to no rows here.

    Parameters
    ----------
    y, groups, order : array
        Target, group codes, and ranks in time.
    folds : int
        Parts that the groups are dealt into; each is tested in every window of time.
    gap : int
        Distinct times left out between training and test.
    splitter : callable
        From targets, groups and a number of parts to pairs of positions, whole groups on one side.
    """
    if not _lasting(order, groups):
        return None
    rest, held = next(iter(splitter(y, groups, HELD_GROUPS)))
    start = cut(order, 1 - HELD_TIME)
    train = rest[order[rest] < start - gap]
    holdout = held[order[held] >= start]
    mine = rest[order[rest] < start]
    edges = [cut(order[mine], share) for share in TIME_SHARES[:-1]] + [start]
    found = []
    for a, b in splitter(y[mine], groups[mine], folds):
        for low, high in pairwise(edges):
            past = mine[a][order[mine[a]] < low - gap]
            future = mine[b][(order[mine[b]] >= low) & (order[mine[b]] < high)]
            if enough(y, past, future):
                found.append((past, future))
    return Panel(found, train, holdout)
