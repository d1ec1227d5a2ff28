"""Columns suspected by their names: of what follows an outcome, of the target's family, or with power far ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ...artifacts import Severity
from ..targets import as_floats
from ..vocabulary.hindsight import (
    divided_target,
    entity_name,
    hindsight_words,
    identifier_name,
    measures_time,
    names_target,
    prior_words,
    same_future,
    tokens,
)
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["alike_strong", "named_after", "named_for_rows", "near_copies", "suspected"]

MOST_SUSPECTED = 12
MOST_NAMED = 40
FEW_VALUES = 10
FAR_AHEAD = 0.33
RESTATED = frozenset(
    {"adjusted", "adj", "inflation", "deflated", "annualized", "annualised", "normalized", "normalised"}
)
"""Words for a number that is another one, worked out anew."""
SETTLES, MOST_ALIKE = 0.98, 0.5
SOME_POWER = 0.1
"""Power of the strongest of columns whose names may speak of what comes with the outcome, or of something else."""
SAME_ORDER, MANY_VALUES, TRIAL_ROWS = 0.97, 50, 2_000
UNITS = frozenset("k kg g mg km m cm mm ft sf sq btu wh kwh mwh usd eur gbp l ml pct percent".split())
"""Words of names that say in what is measured, and not what."""


def suspected(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """By far the strongest columns, with names that speak of what is known only afterwards.

    Such a column must lead (half of the Gini or R² there is, and more than any column whose name does not speak of
    afterwards), or, at still more power, its name must hold a telling word of the target's name. Power alone,
    however far ahead, is minor: it is a question to the client, not a fact. So is a length of time where the target
    is a number: effort and distance are honest measures. A flag that nearly settles a target of two classes is
    asked about from less power on: it may be another test of the same.
    """
    left: Sequence[tuple[str, float]] = [
        (c, p)
        for c, p in problem.powers.items()
        if c not in taken and not problem.frame[c].dtype.is_temporal() and not _given_out(problem.frame[c])
    ]
    if len(left) < 2:
        return
    kinship = _kinship(left, problem.use_case.target)
    words = {c: w for c, _ in left if (w := _after_word(problem, c))}
    kin_told: set[str] = set()
    for rank, (column, power) in enumerate(left[:MOST_SUSPECTED]):
        kin = kinship[column]
        ahead = next((p for c, p in left[rank + 1 :] if kin is None or kinship[c] != kin), 0.0)
        leads = all(c in words for c, _ in left[:rank])
        leak = None
        if column in words and leads and len(left) > 3:
            leak = _afterwards(problem, column, power, words, left)
        if leak is None:
            leak = _suspicion(problem, column, kin, power, ahead, first=rank == 0)
        if leak is None and kin in kin_told and kin and power >= 0.4 and power >= 1.2 * ahead:
            facts = {"next_best": round(ahead, 4), "word": kin, "another": True}
            leak = Leak("named_like_target", (column,), "minor", False, 0.5, power, problem.frame.height, facts)
        if leak is None:
            return
        if leak.form == "named_like_target" and kin:
            kin_told.add(kin)
        yield leak


def alike_strong(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns that each nearly settle the target, though others are not far behind: times on the way to a finish.

    They are told together, as a question, where they are at most half of the columns.
    """
    left = {c: p for c, p in problem.powers.items() if c not in taken and not _given_out(problem.frame[c])}
    strong = [c for c, p in left.items() if p >= SETTLES and prior_words(c) is None]
    if not 1 <= len(strong) <= MOST_ALIKE * len(problem.powers):
        return
    least = min(left[c] for c in strong)
    facts = {"next_best": round(max((p for c, p in left.items() if c not in strong), default=0.0), 4)}
    yield Leak("too_good", tuple(strong), "minor", False, 0.4, least, problem.frame.height, facts)


def named_for_rows(name: str) -> bool:
    """Whether a name says whom or which row a column is about; codes may stand for a class."""
    return entity_name(name) or (identifier_name(name) and tokens(name)[-1] != "code")


def _given_out(series: pl.Series) -> bool:
    """Whether a column only says whom or which row it is about: no reading of anything."""
    whole = series.dtype.is_integer() or series.dtype == pl.String
    return whole and named_for_rows(series.name) and series.n_unique() > FEW_VALUES


def _after_word(problem: Problem, column: str) -> str | None:
    """Return the words of a column's name that speak of what is known only after this, or any, outcome."""
    words, hard = problem.known_after.get(column, ("", False))
    if words and hard:
        return words
    return None if prior_words(column) else hindsight_words(column)


def _afterwards(
    problem: Problem, column: str, power: float, words: dict[str, str], left: Sequence[tuple[str, float]]
) -> Leak | None:
    """A column named for afterwards that is stronger than all columns that are not.

    Among several it is minor where its word is one of any outcome, not of such as the target.
    """
    ahead = next((p for c, p in left if c not in words), 0.0)
    if power < 0.45 or power < ahead + 0.03:
        return None
    soft = measures_time(words[column]) and not problem.target.classes
    others = sum(p >= ahead for c, p in left if c in words)
    at_large = others > 1 and column not in problem.known_after
    severity: Severity = "minor" if soft or at_large else "major"
    facts = {"next_best": round(ahead, 4), "word": words[column], "group": others > 1}
    sure = 0.4 if severity == "minor" else 0.7
    return Leak("after_outcome", (column,), severity, False, sure, power, problem.frame.height, facts)


def _suspicion(
    problem: Problem, column: str, kin: str | None, power: float, ahead: float, *, first: bool
) -> Leak | None:
    kin = None if prior_words(column) else kin
    facts = {"next_best": round(ahead, 4), "word": kin}
    rows = problem.frame.height
    if kin and (power >= 0.9 or (power >= 0.7 and ahead < 0.8 * power)):
        return Leak("named_like_target", (column,), "major", False, 0.6, power, rows, facts)
    if kin and power >= 0.4 and RESTATED & set(tokens(column)):
        return Leak("named_like_target", (column,), "minor", False, 0.6, power, rows, facts)
    two = problem.target.classes == 2 and problem.frame[column].drop_nulls().n_unique() == 2
    alone = two and power >= 0.75 and ahead < 0.5 * power
    if first and (alone or (power >= 0.9 and (ahead < 0.6 * power or power - ahead >= FAR_AHEAD))):
        return Leak("too_good", (column,), "minor", False, 0.4, power, rows, facts)
    return None


def _kinship(columns: Sequence[tuple[str, float]], target: str) -> dict[str, str | None]:
    """Return what ties each column to the target by name; a tie that half of the columns share ties none."""
    kin = {c: names_target(c, target) for c, _ in columns}
    common = {k for k, n in Counter(kin.values()).items() if k and n >= max(3, 0.5 * len(kin))}
    return {c: None if k in common else k for c, k in kin.items()}


def near_copies(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Numbers that put the rows in nearly the same order as the target, whatever a few far values hide of it.

    Where one name holds all words of the other it is asked about; else it is only good to know.
    """
    values = problem.target.values
    known = np.flatnonzero(np.isfinite(values))
    if not problem.target.ordinal or problem.target.classes or np.unique(values[known]).size < MANY_VALUES:
        return
    trial = known[np.unique(np.linspace(0, len(known) - 1, TRIAL_ROWS).astype(np.int64))]
    theirs = set(tokens(problem.target.name)) - UNITS
    found = []
    for column in problem.numeric:
        if column in taken or prior_words(column) or _given_out(problem.frame[column]):
            continue
        x = as_floats(problem.frame[column].gather(trial))
        rows = np.isfinite(x)
        if rows.sum() < max(LEAST_ROWS, 0.5 * len(trial)) or np.unique(x[rows]).size < MANY_VALUES:
            continue
        if (np.diff(x[rows]) >= 0).all() or (np.diff(x[rows]) <= 0).all():
            continue  # numbers of the rows, or their time: what trends goes with them
        ranks = [pl.Series(v[rows]).rank("average").to_numpy() for v in (x, values[trial])]
        correlation = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
        if abs(correlation) >= SAME_ORDER:
            found.append((column, correlation))
    if len(found) > MOST_ALIKE * len(problem.numeric):
        return
    akin = [(c, r) for c, r in found if r > 0 and _of_one_stem(set(tokens(c)) - UNITS, theirs)]
    for group in [*([a] for a in akin), [f for f in found if f not in akin]]:
        if group:
            named = group[0] in akin
            least = min((r for _, r in group), key=abs)
            facts = {"rank_correlation": round(least, 4), "akin": named}
            power = max(problem.power(c) for c, _ in group)
            severity: Severity = "minor" if named else "info"
            columns = tuple(c for c, _ in group)
            yield Leak("near_copy", columns, severity, False, 0.6, power, len(known), facts)


def _of_one_stem(mine: set[str], theirs: set[str]) -> bool:
    """Whether one name holds all words of the other, of which one tells something."""
    shared = mine & theirs
    return shared in (mine, theirs) and any(len(word) > 2 for word in shared)


def _by_unit(problem: Problem, column: str) -> str | None:
    """Return the words by which a number is the target by something else: a price per square foot, of a price."""
    number = problem.target.ordinal and not problem.target.classes and problem.frame[column].dtype.is_numeric()
    return divided_target(column, problem.target.name) if number else None


def named_after(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns whose names speak of what follows an outcome such as the target: told together, at any power where
    the names are clear, else where one of them bears on the target at all."""
    settled = {*problem.use_case.allow, *problem.use_case.drop, problem.use_case.time, problem.time}
    name = problem.target.name
    told = {c: (w, True) for c in problem.names if (w := same_future(c, name) or _by_unit(problem, c))}
    told |= problem.known_after
    left = {
        c: w
        for c, w in told.items()
        if c not in taken and c not in settled and problem.frame[c].drop_nulls().n_unique() > 1
    }
    for hard in (True, False):
        columns = tuple(c for c, (_, h) in left.items() if h is hard)[:MOST_NAMED]
        if not columns:
            continue
        power = max(problem.power(c) for c in columns)
        if not hard and power < SOME_POWER:
            continue
        facts = {"words": list(dict.fromkeys(left[c][0] for c in columns)), "hard": hard}
        severity: Severity = "minor" if hard else "info"
        yield Leak(
            "known_after", columns, severity, False, 0.6 if hard else 0.4, power, problem.frame.height, facts
        )
