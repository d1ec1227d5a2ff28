"""Flags that stand for a part of the outcome: where one is set, or is not, the outcome is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import as_floats, without_missing_words
from ..vocabulary.hindsight import prior_words
from .problem import Leak, Problem

__all__ = ["Bools", "both", "censored", "flagged", "set_rows"]

FEWEST_SET, FEWEST_ALONE = 5, 25
FIRST_ROWS, MOST_OF_FLAG = 1_000, 8
"""Different values, words for missing ones among them, that a flag has at most in the first rows."""
MOST_COMMON = 0.35
"""Share of an outcome up to which a flag that never stands beside another is no chance."""
COVERED = 0.9
"""Share of the rarer class that flags must cover together to be its parts."""
MOST_ERRORS = 0.02
MOST_NEEDED, APART = 12, 0.8
"""How many flags that an outcome needs are paired, and the most that one of them alone may be of the outcome."""
MOST_ABOVE, AT_MOST = 0.001, (0.05, 0.95)
"""The share of the rows in which a number may be above its most, and those in which it is at it."""
_NO = frozenset("0 0.0 no n false f none never off".split())

Bools = npt.NDArray[np.bool_]


def flagged(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Two-valued columns whose rarer value is there with the rarer class only: kinds of failure, beside a failure.

    Several that together make up nine in ten rows of the class are its parts, told as certain; one alone is asked
    about, because a predictor may honestly settle a few rows.
    """
    target = problem.target
    if target.classes != 2:
        return
    code = int(target.counts().argmin())
    positive = target.codes == code
    base = float(positive.sum() / max(1, int(target.known.sum())))
    if base > MOST_COMMON or positive.sum() < 2 * FEWEST_SET:
        return
    flags: dict[str, Bools] = {}
    for column in problem.names:
        if column in taken or prior_words(column):
            continue
        rows = set_rows(problem.frame[column])
        if rows is None:
            continue
        rows = rows & target.known
        wrong, count = int((rows & ~positive).sum()), int(rows.sum())
        if count >= FEWEST_SET and wrong <= MOST_ERRORS * count:
            flags[column] = rows
    together = np.logical_or.reduce(list(flags.values())) if flags else np.zeros(0, np.bool_)
    outcome = target.labels[code]
    if len(flags) > 1 and (together & positive).sum() >= COVERED * positive.sum():
        rows_set, right = int(together.sum()), int((together & positive).sum())
        facts = {"outcome": outcome, "covered": round(right / int(positive.sum()), 4), "parts": True}
        yield Leak("flagged", tuple(flags), "major", True, 0.95, facts["covered"], rows_set, facts)  # type: ignore[arg-type]
        return
    for column, rows in flags.items():
        alone = rows.sum() >= FEWEST_ALONE and not (rows & ~positive).any()
        if alone and _is_yes(outcome) and _is_yes(str(problem.frame[column].filter(pl.Series(rows))[0])):
            facts = {"outcome": outcome, "base_rate": round(base, 4), "parts": False}
            yield Leak("flagged", (column,), "info", False, 0.5, problem.power(column), int(rows.sum()), facts)


def both(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Two flags of which the outcome needs both: a match is where he said yes and she did.

    The pair must err in at most one in fifty of the rarer class; neither flag may do by itself.
    """
    target = problem.target
    if target.classes != 2:
        return
    code = int(target.counts().argmin())
    positive, known = target.codes == code, target.known
    count = int(positive.sum())
    if count < FEWEST_ALONE:
        return
    needed: dict[str, Bools] = {}
    for column in problem.names:
        rows = None if column in taken or prior_words(column) else set_rows(problem.frame[column])
        for side in () if rows is None else (rows, ~rows):
            there = side & known
            if (there & positive).sum() >= (1 - MOST_ERRORS) * count and count <= APART * there.sum():
                needed[column] = there
    for first, second in combinations(list(needed)[:MOST_NEEDED], 2):
        together = needed[first] & needed[second]
        wrong = int((together != positive)[known].sum())
        if wrong <= MOST_ERRORS * count:
            facts = {"outcome": target.labels[code], "errors": wrong}
            power = max(problem.power(first), problem.power(second))
            yield Leak("both", (first, second), "major", True, 0.95, power, int(together.sum()), facts)
            return


def censored(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Two-valued columns that say where a number to be told is at its most, which another column gives: the time to
    an event is the time of follow-up where there was none.

    The target is never above that column, but for 1 in 1,000 rows, and is it in 5 to 95 of 100; the flag errs in as
    few, and has two values where the other column does not settle it.
    """
    target = problem.target
    if target.classes or not target.ordinal:
        return
    flags = {c: rows for c in problem.names if c not in taken and (rows := set_rows(problem.frame[c])) is not None}
    first = slice(0, FIRST_ROWS)
    for bound in problem.numeric if flags else ():
        most, y = as_floats(problem.frame[bound]), target.values
        if bound in flags or (y[first] > most[first]).mean() > MOST_ABOVE:
            continue
        both_known = np.isfinite(most) & np.isfinite(y)
        count = int(both_known.sum())
        if count < max(FEWEST_ALONE, 0.5 * len(y)) or (y > most)[both_known].mean() > MOST_ABOVE:
            continue
        reached = both_known & (y == most)
        if not AT_MOST[0] * count <= reached.sum() <= AT_MOST[1] * count:
            continue
        for column, rows in flags.items():
            wrong = (rows != reached)[both_known].mean()
            if min(wrong, 1 - wrong) <= MOST_ABOVE:
                power, facts = problem.power(column), {"of": bound}
                yield Leak("censored", (column,), "major", True, 0.95, power, int(reached.sum()), facts)


def _is_yes(value: str) -> bool:
    """Whether a value is not one of those for no: where a flag is not set, nothing is written down."""
    return value.strip().casefold() not in _NO


def set_rows(series: pl.Series) -> Bools | None:
    """Return the rows of the rarer of two values, or None where there are more, or gaps."""
    if not (series.dtype.is_integer() or series.dtype in (pl.String, pl.Boolean, pl.Float64)):
        return None
    if series.head(FIRST_ROWS).n_unique() > MOST_OF_FLAG:
        return None
    series = without_missing_words(series)
    if series.null_count() > 0.05 * len(series) or series.drop_nulls().n_unique() != 2:
        return None
    sizes = series.drop_nulls().value_counts(sort=True)
    rarer = sizes[series.name][1]
    rows: Bools = (series == rarer).fill_null(False).to_numpy()
    return rows
