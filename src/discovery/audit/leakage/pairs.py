"""Two columns that give the target away together: a span of times, a comparison, what came beside what was due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations.arithmetic import rounding
from ..sampling import evenly_spaced
from ..targets import Floats, as_floats
from ..vocabulary.hindsight import hindsight_words, tokens
from .power import column_power
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["compared", "realised", "spanned"]

UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0, "weeks": 604800.0}
HOLDS, CHANCE = 0.98, 0.3
"""Share of the rows in which a span must be the target, and in which it may be once that is shuffled."""
MOST_TIMES, MOST_COMPARED = 8, 30
TRIAL_ROWS = 300
FEWEST_ROWS, FEWEST_OF_CLASS = 200, 50
MOST_ALONE = 0.97
"""Power of one column alone from which a comparison with another says nothing more."""
ALIKE = 0.9
"""Correlation from which two columns are taken for readings of one quantity."""
LEAST_GAIN, LEAST_TOLD = 0.15, 0.35
"""Power that the gap between two columns must have beyond each of them, and in all."""
_DUE = frozenset(
    """sched scheduled schedule crs planned plan expected estimated promised reserved booked budgeted forecast
    forecasted due""".split()
)
_GIVEN = frozenset("goal target limit threshold minimum maximum min max required capacity".split()) | _DUE


def spanned(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Times from which to which the target is the span: the end of a trip beside its start, of its length."""
    y = problem.target.values
    free = [c for c in _temporal(problem) if c not in taken][:MOST_TIMES]
    if not problem.target.ordinal or len(free) < 2 or np.unique(y[np.isfinite(y)]).size < 5:
        return
    times = {c: _instants(problem.frame[c]) for c in free}
    for start, end in permutations(free, 2):
        if end in taken or problem.frame[start].dtype.base_type() != problem.frame[end].dtype.base_type():
            continue
        span = times[end] - times[start]
        unit = _unit(span, y)
        if unit is None:
            continue
        share, rows = _is_span(span / UNITS[unit], y)
        if share >= HOLDS and _is_span(span / UNITS[unit], np.random.default_rng(0).permutation(y))[0] < CHANCE:
            facts = {"formula": f"{end} - {start} = {problem.target.name}", "share": round(share, 6), "unit": unit}
            yield Leak("arithmetic", (end,), "major", True, 0.95, share, rows, facts)
            taken.add(end)


def _temporal(problem: Problem) -> list[str]:
    return [c for c in problem.names if problem.frame[c].dtype.base_type() in (pl.Date, pl.Datetime, pl.Time)]


def _instants(series: pl.Series) -> Floats:
    """Return times in seconds, NaN where missing."""
    if series.dtype == pl.Time:
        seconds = series.to_physical().cast(pl.Float64) / 1e9
    else:
        seconds = series.cast(pl.Datetime("us")).dt.epoch("us").cast(pl.Float64) / 1e6
    return seconds.fill_null(float("nan")).to_numpy()


def _unit(span: Floats, y: Floats) -> str | None:
    """Return the unit in which most spans are near the target."""
    rows = np.isfinite(span) & np.isfinite(y) & (y > 0) & (span > 0)
    if rows.sum() < LEAST_ROWS:
        return None
    ratio = float(np.median(span[rows] / y[rows]))
    return next((u for u, seconds in UNITS.items() if abs(ratio / seconds - 1) < 0.3), None)


def _is_span(span: Floats, y: Floats) -> tuple[float, int]:
    """Return in which share of the rows, and in how many, ``y`` is the span, rounded to the nearest or cut off."""
    rows = np.isfinite(span) & np.isfinite(y)
    if rows.sum() < LEAST_ROWS:
        return 0.0, 0
    unit, rest = rounding(y), span[rows] - y[rows]
    slack = 1e-6 * np.maximum(1.0, np.abs(y[rows]))
    near, cut = np.abs(rest) <= 0.51 * unit + slack, (rest >= -slack) & (rest < unit + slack)
    right = max(int(near.sum()), int(cut.sum()))
    return right / int(rows.sum()), right


def compared(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Two numbers, or two times, of which the greater one says the class: the goals of both sides, and who won.

    Both must be of one scale, and neither may tell the class alone. Where a name says which of the two was known
    before (a goal, a due date), it is the other that is told.
    """
    target = problem.target
    sizes = target.counts() if target.classes else np.zeros(1, np.int64)
    if not 2 <= target.classes <= 3 or (target.ordinal and target.classes > 2) or sizes.min() < FEWEST_OF_CLASS:
        return
    if sizes.sum() < FEWEST_ROWS:
        return
    free = [c for c in problem.powers if c not in taken and problem.powers[c] < MOST_ALONE]
    times = set(_temporal(problem)[:MOST_TIMES])
    numbers = [c for c in free if c in set(problem.numeric) and problem.sample[c].n_unique() > 2][:MOST_COMPARED]
    rows = np.flatnonzero(target.known)
    trial = rows[evenly_spaced(len(rows), TRIAL_ROWS)]
    few = problem.frame.select(pl.col([*numbers, *(c for c in free if c in times)]).gather(trial))
    told: set[str] = set()
    for group, read in ((numbers, as_floats), ([c for c in free if c in times], _instants)):
        values = {c: read(few[c]) for c in group}
        for first, second in combinations(group, 2):
            a, b = values[first], values[second]
            if {first, second} & told or _errors(a, b, target.codes[trial], target.classes) > 0.1:
                continue
            whole = [read(problem.frame[c])[rows] for c in (first, second)]
            wrong = _errors(whole[0], whole[1], target.codes[rows], target.classes)
            if wrong > 0.02 or not _of_one_scale(a, b):
                continue
            told |= {first, second}
            yield _comparison(problem, first, second, wrong, len(rows))


def _comparison(problem: Problem, first: str, second: str, wrong: float, rows: int) -> Leak:
    given = [c for c in (first, second) if _GIVEN & set(tokens(c))]
    after = [c for c in (first, second) if c in problem.known_after or hindsight_words(c)]
    twins = len(set(tokens(first)) ^ set(tokens(second))) <= 2
    columns = tuple(c for c in (first, second) if c not in given) if len(given) == 1 else (first, second)
    sure = len(given) == 1 or twins or len(after) == 2
    facts = {"pair": [first, second], "errors": round(wrong, 6)}
    power = max(problem.powers[first], problem.powers[second])
    return Leak(
        "compared", columns, "major" if sure else "minor", not wrong, 0.9 if sure else 0.7, power, rows, facts
    )


def _errors(a: Floats, b: Floats, codes: npt.NDArray[np.int64], classes: int) -> float:
    """Return the share of rows, of those not of the largest class, that the sign of ``a - b`` puts wrong."""
    there = np.isfinite(a) & np.isfinite(b)
    if there.sum() < max(LEAST_ROWS, 0.9 * len(a)):
        return 1.0
    table = np.zeros((3, classes), np.int64)
    np.add.at(table, (np.sign(a[there] - b[there]).astype(np.int64) + 1, codes[there]), 1)
    hits, total = int(table.max(axis=1).sum()), int(table.sum())
    return (total - hits) / max(1, total - int(table.sum(axis=0).max()))


def _of_one_scale(a: Floats, b: Floats) -> bool:
    """Whether the middle half of each lies among the values of the other."""
    there = np.isfinite(a) & np.isfinite(b)
    low = [np.quantile(v[there], 0.25) for v in (a, b)]
    high = [np.quantile(v[there], 0.75) for v in (a, b)]
    return bool(max(low) <= max(min(high), min(low))) or bool(np.corrcoef(a[there], b[there])[0, 1] > ALIKE)


def realised(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """What came beside what was due (a departure and its schedule), where the gap of both tells the target."""
    sampled = problem.sampled
    if sampled is None:
        return
    due = [c for c in problem.names if _DUE & set(_words(c))]
    for plan in due:
        stem = set(_words(plan)) - _DUE
        for column in problem.names:
            if column in taken or column in due or not stem or not stem <= set(_words(column)):
                continue
            apart = _apart(problem.sample[column], problem.sample[plan])
            if apart is None:
                continue
            power = column_power(apart, sampled, problem.seed)
            alone = max(problem.power(column), problem.power(plan))
            if power >= LEAST_TOLD and power >= alone + LEAST_GAIN:
                facts = {"plan": plan, "alone": round(alone, 4)}
                rows = int(problem.frame[column].is_not_null().sum())
                yield Leak("realised", (column,), "major", False, 0.7, power, rows, facts)
                taken.add(column)


def _words(name: str) -> list[str]:
    """Return the words of a name, of those run together with a due, a time or a date both parts."""
    parts = (re.sub(r"^(sched|crs|est|exp)(?=\w{3})|(?<=\w{3})(time|date)$", r" \1\2 ", w) for w in tokens(name))
    return [p for w in parts for p in w.split()]


def _apart(came: pl.Series, plan: pl.Series) -> pl.Series | None:
    """Return how far two like columns are apart, or whether they differ; None where they are not alike."""
    if (
        came.dtype.base_type() in (pl.Date, pl.Datetime, pl.Time)
        and came.dtype.base_type() == plan.dtype.base_type()
    ):
        a, b = _instants(came), _instants(plan)
    elif came.dtype.is_numeric() and plan.dtype.is_numeric():
        a, b = as_floats(came), as_floats(plan)
    else:
        if came.dtype != pl.String or plan.dtype != pl.String:
            return None
        differ = came != plan
        return differ.cast(pl.Int8) if (differ.mean() or 1.0) < 0.5 else None  # type: ignore[operator]
    there = np.isfinite(a) & np.isfinite(b)
    if there.sum() < LEAST_ROWS or np.ptp(a[there]) == 0 or np.ptp(b[there]) == 0:
        return None
    if np.corrcoef(a[there], b[there])[0, 1] < ALIKE:
        return None
    return pl.Series(came.name, a - b).fill_nan(None)
