"""Numbers that are the target in another form: times one of a few factors, by a curve such as a reciprocal, or as a
percentage of another column."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..relations.arithmetic import rounding
from ..relations.percentages import find_percentages, percentage_errors
from ..sampling import evenly_spaced
from ..targets import Floats, as_floats
from ..vocabulary.hindsight import prior_words
from .parts import was_rounded
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["curved", "multiplied", "of_percent"]

FEWEST_VALUES, FEWEST_ROWS = 50, 100
MOST_FACTORS = 10
TRIAL_ROWS = 1_000
HOLDS, MOSTLY, CHANCE = 0.98, 0.95, 0.3
"""Share of the rows in which factors and a curve must hold, and in which factors may hold once shuffled."""
LEAST_SHARE, APART = 0.002, 0.01
"""Share of the rows that a factor must have, and of itself that it must be from the next."""
STRONG, MOST_CURVED = 0.8, 5
COARSE = 0.05
"""Share of the target's spread up to which rounding may hide a wrong relation."""

_CURVES: dict[str, Callable[[Floats], Floats]] = {
    "reciprocal": np.reciprocal,
    "logarithm": np.log,
    "square": np.square,
    "root": np.sqrt,
}


def multiplied(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns times one of up to ten factors: a rate by the hour, and the pay of a year of 2,080 or 2,704 hours."""
    y = problem.target.values
    if not _of_many_values(problem, y):
        return
    rows = np.flatnonzero(np.isfinite(y) & (y != 0))
    trial = rows[evenly_spaced(len(rows), TRIAL_ROWS)]
    for column in (c for c in problem.numeric if c not in taken and not prior_words(c)):
        few = as_floats(problem.frame[column].gather(trial))
        there = np.isfinite(few) & (few != 0)
        if there.sum() < max(FEWEST_ROWS, 0.5 * len(few)) or np.unique(few[there]).size < FEWEST_VALUES:
            continue
        if _by_factors(few[there], y[trial][there])[0] < 0.9:
            continue
        x = as_floats(problem.frame[column])
        rows = np.isfinite(x) & np.isfinite(y) & (x != 0) & (y != 0)
        share, factors = _by_factors(x[rows], y[rows])
        shuffled = np.random.default_rng(0).permutation(y[rows])
        if share >= HOLDS and factors > 1 and _by_factors(x[rows], shuffled)[0] < CHANCE:
            facts = {"factors": factors, "share": round(share, 6)}
            yield Leak("multiplied", (column,), "major", True, 0.95, share, int(share * rows.sum()), facts)


def _by_factors(x: Floats, y: Floats) -> tuple[float, int]:
    """Return in which share of the rows ``y / x`` is one of ten values well apart, and how many there are."""
    ratios = y / x
    digits = 4 - np.ceil(np.log10(np.abs(ratios)))
    values, counts = np.unique(np.round(ratios * 10.0**digits) / 10.0**digits, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:MOST_FACTORS]
    common = common[counts[common] >= LEAST_SHARE * len(x)]
    factors = np.sort(np.abs(values[common]))
    if len(factors) > 1 and float(np.min(np.diff(factors) / factors[1:])) < APART:
        return 0.0, 0
    return float(counts[common].sum() / len(x)), len(common)


def curved(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Strong columns of which the target is a straight line in the reciprocal, logarithm, square or root.

    The line goes through the middle of many pairs of rows, so that a few wrong rows do not bend it; it must hold
    within the rounding of both in 19 of 20 rows.
    """
    y = problem.target.values
    if not _of_many_values(problem, y):
        return
    strong = [c for c in problem.numeric if c not in taken and problem.power(c) >= STRONG]
    for column in sorted(strong, key=lambda c: -problem.powers[c])[:MOST_CURVED]:
        x = as_floats(problem.frame[column])
        rows = np.isfinite(x) & np.isfinite(y)
        if rows.sum() < FEWEST_ROWS or np.unique(x[rows]).size < FEWEST_VALUES or x[rows].min() <= 0:
            continue
        for name, curve in _CURVES.items():
            share = _on_line(x[rows], y[rows], curve)
            if share >= MOSTLY:
                facts = {"curve": name, "share": round(share, 6)}
                yield Leak("curved", (column,), "major", True, 0.9, share, int(share * rows.sum()), facts)
                break


def _on_line(x: Floats, y: Floats, curve: Callable[[Floats], Floats]) -> float:
    """Return in which share of the rows ``y`` is a line in ``curve(x)``; 0 where rounding could hide anything."""
    z, unit = curve(x), rounding(x)
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, len(x), (2, 4 * TRIAL_ROWS))
    far = np.abs(z[first] - z[second]) > 0.5 * z.std()
    if far.sum() < LEAST_ROWS:
        return 0.0
    slope = float(np.median((y[first] - y[second])[far] / (z[first] - z[second])[far]))
    level = float(np.median(y - slope * z))
    slack = 0.51 * rounding(y) + np.abs(slope) * np.abs(curve(x + 0.51 * unit) - z) + 1e-9
    if float(np.median(slack)) > COARSE * float(y.std()):
        return 0.0
    return float((np.abs(y - level - slope * z) <= 1.5 * slack).mean())


def of_percent(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Rates that say which per cent the target is of another column, or it of the target, and the two columns that
    a target is the rate of, or how much less one is than the other.

    A round rate may be known before, and is asked about. Changes of the target: :func:`.changes.changed`.
    """
    if not problem.target.ordinal or problem.target.classes:
        return
    target = problem.use_case.target
    names = [target, *(c for c in problem.numeric if c not in taken)]
    for found in find_percentages(problem.sample, names, of=target):
        if found.rate != target and (found.less or prior_words(found.rate)):
            continue
        telling, wrong = percentage_errors(problem.frame, found)
        kept, share = int((telling & ~wrong).sum()), 1.0 - float(wrong.sum()) / max(1, int(telling.sum()))
        if share < MOSTLY or kept < max(FEWEST_ROWS, 0.5 * problem.target.known.sum()):
            continue
        part, whole, rate = (as_floats(problem.frame[c])[telling] for c in found.columns)
        made = found.rate == target or was_rounded(np.abs(found.scale * part / whole - rate), rounding(rate))
        columns = (found.part, found.whole) if found.rate == target else (found.rate,)
        facts = {"formula": found.formula, "share": round(share, 6)}
        yield Leak("arithmetic", columns, "major" if made else "minor", made, 0.9, share, kept, facts)


def _of_many_values(problem: Problem, y: Floats) -> bool:
    first = y[np.isfinite(y)][: 20 * TRIAL_ROWS]
    return problem.target.ordinal and not problem.target.classes and np.unique(first).size >= FEWEST_VALUES
