"""Columns that hold the target as a part, or that are its parts: quotients and products, totals, fees, ranks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations.arithmetic import Relation, rounding
from ..sampling import evenly_spaced
from ..targets import Floats, as_floats
from ..vocabulary.hindsight import prior_words, tokens
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["contains", "made_up", "ranked", "scaled", "usable", "was_rounded", "worked_out"]

TRIAL_ROWS = 300
MOST_COLUMNS = 60
MOST_OTHERS = 10
FEW_VALUES = 10
"""Different values that may be left of a total once its parts are taken off."""
MANY_VALUES = 50
HOLDS, CHANCE = 0.98, 0.3
"""Share of the rows in which a relation must hold, and in which it may hold once one side is shuffled."""
EXACT, MOST_ROUNDED = 0.95, 3
"""Share of the rows in which nothing is left of a total but its rounding, and the most units that this is."""
PRECISE = 0.02
"""Share of a value up to which its rounding may hide a wrong relation."""
SPARSE = 5
"""How many units the values that are left of a total span, for each of them: numbers merely near are any apart."""
TIED_ROWS = 10
"""Rows of equal targets from which a column that is equal there as well ranks them."""
FINEST, ON_GRID = 1e-6, 0.1
"""The unit of figures in more decimals than people write, and the share of its unit up to which a result is round
of itself: rounding leaves a quarter of it on average."""
_RANKS = frozenset("rank ranks ranking position pos place percentile percentiles quantile".split())

Bools = npt.NDArray[np.bool_]


def scaled(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Quotients and products of two columns that are the target but for a constant factor: cases by population.

    The factor is the median of the ratios; the relation must hold within the rounding of the target, and not hold
    with one of the two columns shuffled. Of a quotient it is what is divided that is told; factors of a product
    (price and quantity, of a total with tax) are often known before it, so there it is a question.
    """
    found = usable(problem, taken, MOST_COLUMNS)
    if found is None:
        return
    y, columns = found
    seen: set[str] = set()
    for first, second, form in _proportions(y, columns):
        if {first, second} & seen:
            continue
        all_y = problem.target.values
        a, b = as_floats(problem.frame[first]), as_floats(problem.frame[second])
        share, rows, factor = _kept(all_y, a, b if form == "product" else 1.0 / b)
        if share < HOLDS:
            continue
        seen |= {first, second}
        sign = "×" if form == "product" else "÷"
        factor = float(f"{factor:.4g}")
        times = "" if factor == 1 else f" × {factor:.10g}"
        formula = f"{first} {sign} {second}{times} = {problem.target.name}"
        facts = {"formula": formula, "share": round(share, 6)}
        if form == "quotient":
            yield Leak("arithmetic", (first,), "major", True, 0.95, share, rows, facts)
        else:
            yield Leak("arithmetic", (first, second), "minor", False, 0.8, share, rows, facts)


def was_rounded(apart: Floats, unit: float) -> bool:
    """Whether figures given to a ``unit`` had to be rounded, by how far ``apart`` they are from what they were
    worked out from."""
    return unit <= FINEST or float(np.median(apart)) > ON_GRID * unit


def worked_out(frame: pl.DataFrame, relation: Relation, target: str) -> tuple[str, ...]:
    """Return the column that was worked out from the target and the third of a product of two, or none.

    The score by year of a score is the only one of the three that had to be rounded, or has more decimals than
    people write: the two others come out round from it. It alone gives the target away.
    """
    if relation.form != "product" or len(relation.parts) != 2:
        return ()
    first, second, total = (as_floats(frame[c]) for c in relation.columns)
    made = (total / second, total / first, first * second)
    rounded = []
    for name, values, again in zip(relation.columns, (first, second, total), made, strict=True):
        there = np.isfinite(values) & np.isfinite(again) & (values != 0)
        if was_rounded(np.abs(values - again)[there], rounding(values[there])):
            rounded.append(name)
    return tuple(rounded) if len(rounded) == 1 and rounded != [target] else ()


def usable(
    problem: Problem, taken: set[str], most: int, distinct: int = 5
) -> tuple[Floats, dict[str, Floats]] | None:
    """Return the target, and the columns of numbers with ``distinct`` values or more (the ``most`` strongest), on a
    few evenly spaced rows; None where that is too little."""
    values = problem.target.values
    if not problem.target.ordinal or problem.target.classes or np.unique(values[np.isfinite(values)]).size < 20:
        return None
    rows = np.flatnonzero(np.isfinite(values) & (values != 0))
    if len(rows) < 2 * LEAST_ROWS:
        return None
    rows = rows[evenly_spaced(len(rows), TRIAL_ROWS)]
    numeric = set(problem.numeric) - taken
    columns = {}
    for name in [c for c in problem.powers if c in numeric][:most]:
        x = as_floats(problem.frame[name].gather(rows))
        if np.isfinite(x).sum() >= 0.5 * len(x) and np.unique(x[np.isfinite(x)]).size >= distinct:
            columns[name] = x
    return (values[rows], columns) if columns else None


def _proportions(y: Floats, columns: dict[str, Floats]) -> Iterator[tuple[str, str, str]]:
    """Iterate over pairs whose quotient or product goes with ``y`` on the trial rows."""
    names = list(columns)
    matrix = np.stack(list(columns.values()))
    rng = np.random.default_rng(0)
    for name in names:
        for form, ratios in (("quotient", y / columns[name] * matrix), ("product", y / columns[name] / matrix)):
            both = np.isfinite(ratios).any(axis=1)
            middle = np.ones((len(names), 1))
            middle[both] = np.nanmedian(ratios[both], axis=1, keepdims=True)
            close = np.mean(np.abs(ratios / middle - 1.0) < PRECISE, axis=1)
            for hit in np.flatnonzero(close >= 0.5):
                other = names[int(hit)]
                if other == name or (form == "product" and names.index(name) > hit):
                    continue
                b = matrix[hit] if form == "product" else 1.0 / matrix[hit]
                a = columns[name]
                if _kept(y, a, b)[0] < HOLDS:
                    continue
                if max(_kept(y, rng.permutation(a), b)[0], _kept(y, a, rng.permutation(b))[0]) < CHANCE:
                    yield name, other, form


def _kept(y: Floats, a: Floats, b: Floats) -> tuple[float, int, float]:
    """Return in which share of the rows that can tell ``y`` is ``a * b`` times a constant, in how many, and it.

    Rows can tell where the rounding of ``y`` is small beside it.
    """
    made = a * b
    unit = rounding(y)
    there = np.isfinite(made) & np.isfinite(y) & (made != 0) & (y != 0)
    telling = there & (np.abs(y) * PRECISE >= 0.51 * unit)
    count = int(telling.sum())
    if count < max(LEAST_ROWS, 0.2 * there.sum()):
        return 0.0, 0, 0.0
    ratios = y[telling] / made[telling]
    large = np.abs(y[telling]) >= np.median(np.abs(y[telling]))
    factor = float(np.median(ratios[large]))
    slack = 0.51 * unit + 1e-5 * np.abs(y[telling])
    right = np.abs(factor * made[telling] - y[telling]) <= slack
    return float(right.mean()), int(right.sum()), factor


def contains(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Totals of many values of which, the target and up to three columns taken off, a few values are left."""
    found = usable(problem, taken, MOST_OTHERS + 2, distinct=2)
    if found is None:
        return
    y, columns = found
    if np.unique(y).size < MANY_VALUES:
        return
    shuffled = np.random.default_rng(0).permutation(y)
    for name, x in columns.items():
        if np.unique(x[np.isfinite(x)]).size < MANY_VALUES or _runs(x, y, problem.frame.height):
            continue
        others = [c for c in columns if c != name][:MOST_OTHERS]
        parts = _few_left(x - y, [columns[c] for c in others])
        if parts is None or _few_left(x - shuffled, [columns[c] for c in others], 3 * FEW_VALUES) is not None:
            continue
        off = [others[i] for i in parts]
        left = as_floats(problem.frame[name]) - problem.target.values
        for part in off:
            left = left - as_floats(problem.frame[part])
        formula = " - ".join([name, problem.target.name, *off])
        exact = float((np.abs(left[np.isfinite(left)]) <= MOST_ROUNDED * rounding(y)).mean())
        if off and exact >= EXACT:
            facts = {"formula": formula, "share": round(exact, 6)}
            power = problem.power(name)
            yield Leak("contains", (name,), "major", True, 0.95, power, int(exact * len(left)), facts)
            continue
        share, rows = _share_of_few(left)
        if share >= HOLDS:
            facts = {"formula": formula, "values": FEW_VALUES}
            yield Leak("contains", (name,), "minor", False, 0.8, problem.power(name), rows, facts)


def made_up(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Up to three columns that, taken off a target of many values, leave a few: a total of fare, tip and fees.

    What is left must lie apart, by many units of the last decimal; else the numbers are just near one another. One
    part alone may be known before (a list price), so there it is a question.
    """
    found = usable(problem, taken, MOST_OTHERS, distinct=2)
    if found is None:
        return
    y, columns = found
    names = [c for c in columns if np.nanmin(columns[c]) >= 0 and not prior_words(c)]
    if np.unique(y).size < MANY_VALUES or not names:
        return
    others = [columns[c] for c in names]
    chosen = _few_left(y, others)
    if not chosen or _few_left(np.random.default_rng(0).permutation(y), others, 3 * FEW_VALUES) is not None:
        return
    parts = tuple(names[i] for i in chosen)
    left = problem.target.values - sum(as_floats(problem.frame[p]) for p in parts)
    share, rows = _share_of_few(left)
    values, counts = np.unique(np.round(left[np.isfinite(left)], 4), return_counts=True)
    few = np.sort(values[np.argsort(-counts, kind="stable")[:FEW_VALUES]])
    if share >= HOLDS and np.ptp(few) >= SPARSE * len(few) * rounding(problem.target.values):
        facts = {"formula": " + ".join(parts), "values": len(few), "share": round(share, 6)}
        alone = len(parts) == 1
        yield Leak("made_up", parts, "minor" if alone else "major", not alone, 0.9, share, rows, facts)


def _runs(x: Floats, y: Floats, rows: int) -> bool:
    """Whether ``x`` numbers the rows or the times, or both run in order: such numbers go with one another."""
    counts = _in_order(x) and np.nanmax(x) - np.nanmin(x) <= 3 * rows and bool((x % 1 == 0)[np.isfinite(x)].all())
    return counts or (_in_order(x) and _in_order(y))


def _in_order(values: Floats) -> bool:
    steps = np.diff(values[np.isfinite(values)])
    return bool((steps >= 0).all() or (steps <= 0).all())


def _few_left(rest: Floats, others: Sequence[Floats], most: int = FEW_VALUES) -> tuple[int, ...] | None:
    """Return the fewest of ``others`` that, taken off ``rest``, leave at most ``most`` values in most rows."""
    for width in range(min(3, len(others)) + 1):
        sets = list(combinations(range(len(others)), width))
        left = np.stack([rest - sum((others[i] for i in s), np.zeros(len(rest))) for s in sets])
        ordered = np.sort(np.round(left, 4), axis=1)
        levels = 1 + (np.diff(ordered, axis=1) > 1e-6).sum(axis=1)
        there = np.isfinite(left).sum(axis=1) >= 0.5 * left.shape[1]
        for hit in np.flatnonzero(there & (levels <= 2 * most)):
            if _share_of_few(left[hit], most)[0] >= HOLDS:
                return sets[int(hit)]
    return None


def _share_of_few(left: Floats, most: int = FEW_VALUES) -> tuple[float, int]:
    """Return in which share of the rows, and in how many, one of the ``most`` commonest values is left."""
    counts = np.sort(np.unique(np.round(left[np.isfinite(left)], 4), return_counts=True)[1])
    rows = int(counts[-most:].sum())
    return rows / max(1, int(counts.sum())), rows


def ranked(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Ranks and percentiles of the target in a table that is sorted by it: they follow it in every row.

    They are told from mere row numbers by their name (which may then break ties in any order), or by ties where the
    target has ties.
    """
    values = problem.target.values
    if not problem.target.ordinal or np.unique(values[np.isfinite(values)]).size < 20:
        return
    different = np.unique(np.where(np.isfinite(values), values, np.inf), return_index=True)[1]
    different = different[np.isfinite(values[different])]
    trial = different[evenly_spaced(len(different), TRIAL_ROWS)]
    for column in (c for c in problem.numeric if c not in taken):
        if not _in_order(as_floats(problem.frame[column].gather(trial))):
            continue
        x = as_floats(problem.frame[column])
        rows = np.isfinite(x) & np.isfinite(values)
        count = int(rows.sum())
        if count < max(LEAST_ROWS, 0.9 * np.isfinite(values).sum()):
            continue
        by_both = np.lexsort((x[rows], values[rows]))
        steps, apart = np.diff(x[rows][by_both]), np.diff(values[rows][by_both]) > 0
        follows = bool((steps[apart] > 0).all() or (steps[apart] < 0).all())
        tied = int((~apart).sum()) >= TIED_ROWS and bool((steps[~apart] == 0).all())
        if follows and (tied or _RANKS & set(tokens(column))):
            facts = {"correlation": 1.0, "rank_correlation": 1.0 if steps[apart][0] > 0 else -1.0}
            yield Leak("rescaled", (column,), "major", True, 1.0, 1.0, count, facts)
