"""Columns that know the target: detectors, each a function from a :class:`Problem` to :class:`Leak` values.

What is certain rests on structure: an exact recoding, exact arithmetic, a value that is there only for one outcome,
rows in the order of the target. What is only suspected rests on power far beyond that of the other columns; it is
major only where the column's name supports it, because honest predictors can be strong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations import arithmetic
from ..targets import Floats, Ints, as_floats, without_missing_words
from ..vocabulary.hindsight import entity_name, identifier_name, prior_words, tokens
from .after import akin, ended_with, filled, followed, later, statistics
from .between import between
from .by_name import alike_strong, named_after, named_for_rows, near_copies, suspected
from .changes import changed
from .classes import cut_apart, indicators
from .flags import both, censored, flagged
from .forms import curved, multiplied, of_percent
from .levels import by_level
from .pairs import compared, realised, spanned
from .parts import contains, made_up, ranked, scaled, worked_out
from .power import group_codes
from .problem import LEAST_ROWS, Leak, Problem
from .ranks import ranked_within
from .settled import assessed, settled, treated
from .text_parts import told_by_part, told_by_unit

__all__ = ["find_leaks"]

FEWEST_PARTLY = 100
"""From how many rows on a column that is there for part of the rows, or spells the class out, counts."""
MOST_LEVELS = 100
WEAK = 0.7
"""Power below which a column is no recoding of the target."""
NEARLY_EXACT, CLOSE = 0.02, 0.1
"""Share of what is to be told in which an exact recoding may err, and one that is far ahead of all others."""
FEWEST_TOLD = 10
"""Rows outside the largest class from which a recoding tells anything."""
ALONE = 0.6
"""Share of its power up to which all other columns may come for a close recoding to be one."""
LIKELY, MOSTLY = 0.8, 0.9
"""Share of a few rows from which a sum or product is looked at in all of them, and share of all from which it gives
the target away, whatever breaks it in the others."""
LEAST_A_LEVEL = 10
LEAST_NAME = 3
LEAST_OF_TWO = 20
FIRST_ROWS = 1_000
PARTLY_WRONG, ALL_OF_IT = 0.001, 0.05
"""The most of the rows in which a part is above its whole, and the fewest in which it is all of it."""
MOST_OF_ONE = 30
_TIMES = frozenset("year yr years time period decade quarter month week day date t".split())


def find_leaks(problem: Problem) -> list[Leak]:
    """Run all detectors; a column is told once, in the form found first."""
    found: list[Leak] = []
    taken: set[str] = set()
    if int(problem.target.known.sum()) < LEAST_ROWS:
        return []
    exact = (
        indicators, _recoded, told_by_unit, cut_apart, ranked, ranked_within, filled, _arithmetic, made_up,
        scaled, spanned, changed, compared, flagged, both, censored, multiplied, curved, of_percent, by_level,
        told_by_part,
    )  # fmt: skip
    detectors = (
        *exact,
        _carried_by_identifier,
        _row_order,
        realised,
        contains,
        later,
        statistics,
        suspected,
        between,
        alike_strong,
        near_copies,
        followed,
    )
    for detector in detectors:
        for leak in detector(problem, taken):
            if leak.form == "recoded" and _is_row_number(problem.frame[leak.columns[0]]):
                continue  # it tells the order of the rows, which is told as such
            fresh = tuple(c for c in leak.columns if c not in taken)
            if fresh or not leak.columns:
                found.append(leak)
                taken.update(leak.columns)
    found += akin(problem, found, taken)
    taken.update(c for leak in found for c in leak.columns)
    for detector in (named_after, assessed, treated, settled):
        more = list(detector(problem, taken))
        found += more
        taken.update(c for leak in more for c in leak.columns)
    return found + ended_with(problem, found, taken)


def _recoded(problem: Problem, taken: set[str]) -> Iterator[Leak]:  # noqa: ARG001
    """The target in disguise: renamed, recoded, rescaled, banded, or cut at a threshold."""
    target = problem.target
    for column in problem.names:
        series = without_missing_words(problem.frame[column])
        leak = None
        if target.labels and not target.ordinal and series.dtype == pl.String:
            leak = _spelled(problem, column, series) if series.n_unique() > target.classes else None
        elif target.ordinal and series.dtype.is_numeric():
            leak = _copied(problem, column, series)
        weak = problem.power(column) < WEAK and series.null_count() < 0.5 * len(series)
        if leak is None and target.ordinal and _two_valued(series):
            leak = _banded(problem, column, series)
        if leak is None and weak:
            continue
        if leak is None and target.classes:
            leak = _recoded_class(problem, column, series)
        if leak is None and series.dtype.is_numeric():
            leak = _rescaled(problem, column, series)
        if leak is None and target.ordinal and not weak:
            leak = _banded(problem, column, series)
        if leak is not None:
            yield leak


def _two_valued(series: pl.Series) -> bool:
    return series.head(FIRST_ROWS).n_unique() <= 3 and series.drop_nulls().n_unique() == 2


def _recoded_class(problem: Problem, column: str, series: pl.Series) -> Leak | None:
    """A column whose levels each hold one class: few levels, or many (up to 100) of some rows each.

    A column that is there for part of the rows counts where it errs in next to none of at least 100 rows.
    """
    target = problem.target
    rows = target.known & series.is_not_null().to_numpy()
    known, there = int(target.known.sum()), int(rows.sum())
    partly = there < 0.5 * known
    if there < max(LEAST_ROWS, 0.2 * known) or (partly and there < FEWEST_PARTLY):
        return None
    levels = series.n_unique()
    few = levels <= max(3 * target.classes, target.classes + 5)
    if levels < 2 or (not few and (levels > MOST_LEVELS or named_for_rows(column))):
        return None if partly else _cut(problem, column, series, rows)
    table = _table(group_codes(series, bins=MOST_LEVELS)[rows], target.codes[rows], target.classes)
    sizes = table.sum(axis=1)
    if not few and np.median(sizes[sizes > 0]) < LEAST_A_LEVEL:
        return _cut(problem, column, series, rows)
    total, base = int(table.sum()), int(table.sum(axis=0).max())
    wrong = total - int(table.max(axis=1).sum())
    errors = wrong / max(1, total - base)
    majority = table[sizes >= max(2.0, 0.005 * total)].argmax(axis=1).tolist()
    classes = np.flatnonzero(table.sum(axis=0) >= (0.01 * total if partly else 1)).tolist()
    one_to_one = len(set(majority)) == len(majority) == len(classes)
    facts = {"errors": wrong, "rows_compared": total, "one_to_one": one_to_one}
    power = problem.power(column)
    if errors <= NEARLY_EXACT and total - base >= FEWEST_TOLD and set(majority) >= set(classes):
        return Leak("recoded", (column,), "major", True, 1.0, power, total, facts)
    if few and not partly and errors <= CLOSE and one_to_one and problem.next_best(column) < ALONE * power:
        return Leak("recoded", (column,), "major", False, 0.7, power, total, facts)
    return _cut(problem, column, series, rows) if not few else None


def _table(levels: Ints, classes: Ints, width: int) -> Ints:
    """Return how many rows have each level (row) and class (column)."""
    table = np.zeros((int(levels.max()) + 1, width), np.int64)
    np.add.at(table, (levels, classes), 1)
    return table


def _spelled(problem: Problem, column: str, series: pl.Series) -> Leak | None:
    """Texts that hold the name of the class: the longest name of a class found in a cell is the row's own."""
    target = problem.target
    rows = target.known & series.is_not_null().to_numpy()
    names = [label.strip().casefold() for label in target.labels]
    if min(map(len, names)) < LEAST_NAME or rows.sum() < max(FEWEST_PARTLY, 0.5 * target.known.sum()):
        return None
    cells = series.to_frame("v").filter(pl.Series(rows))["v"].str.to_lowercase()
    told = np.full(len(cells), -1, np.int64)
    for code in sorted(range(len(names)), key=lambda i: len(names[i])):
        told[cells.str.contains(names[code], literal=True).to_numpy()] = code
    truth = target.codes[rows]
    wrong, base = int((told != truth).sum()), int(np.bincount(truth).max())
    if wrong > NEARLY_EXACT * (len(truth) - base) or len(truth) - base < FEWEST_TOLD:
        return None
    facts = {"errors": wrong, "rows_compared": len(truth), "one_to_one": False}
    return Leak("recoded", (column,), "major", True, 1.0, problem.power(column), len(truth), facts)


def _copied(problem: Problem, column: str, series: pl.Series) -> Leak | None:
    """Numbers that are the target itself wherever they are there and not 0."""
    values, x = problem.target.values, as_floats(series)
    rows = np.isfinite(values) & np.isfinite(x) & (x != 0)
    count = int(rows.sum())
    if count < max(FEWEST_PARTLY, 0.2 * np.isfinite(values).sum()) or np.unique(x[rows]).size <= 10:
        return None
    if prior_words(column) is not None:
        return None
    wrong = int((x[rows] != values[rows]).sum())
    if wrong > NEARLY_EXACT * count:
        return None
    facts = {"errors": wrong, "rows_compared": count, "one_to_one": True}
    return Leak("recoded", (column,), "major", True, 1.0, problem.power(column), count, facts)


def _cut(problem: Problem, column: str, series: pl.Series, rows: npt.NDArray[np.bool_]) -> Leak | None:
    """Numbers that a threshold parts into the two classes without one error, over many rows of each; dates that do
    so but for one row in fifty, and are not the time of the rows."""
    target = problem.target
    dated = series.dtype.is_temporal() and column != problem.use_case.time and not series.is_sorted()
    if target.classes != 2 or not (dated or series.dtype.is_numeric()):
        return None
    if target.counts().min() < 50 or rows.sum() < (200 if dated else 300):
        return None
    values = as_floats(series.to_physical() if dated else series)[rows]
    positive = target.codes[rows] == 1
    wrong, rarer = _least_errors(values, positive), int(min(positive.sum(), (~positive).sum()))
    if wrong > (NEARLY_EXACT * rarer if dated else 0) or rarer < 50:
        return None
    facts = {"errors": wrong, "rows_compared": int(rows.sum())}
    return Leak("threshold", (column,), "major", not wrong, 0.95, problem.power(column), int(rows.sum()), facts)


def _least_errors(values: Floats, positive: npt.NDArray[np.bool_]) -> int:
    """Return how many rows the best threshold puts on the wrong side."""
    levels, place = np.unique(values, return_inverse=True)
    above = np.bincount(place, weights=positive, minlength=len(levels)).cumsum()
    below = np.bincount(place, weights=~positive, minlength=len(levels)).cumsum()
    wrong = above + (below[-1] - below)
    return int(min(wrong.min(), (len(values) - wrong).min(), above[-1], below[-1]))


def _rescaled(problem: Problem, column: str, series: pl.Series) -> Leak | None:
    values, x = problem.target.values, as_floats(series)
    rows = np.isfinite(values) & np.isfinite(x)
    if rows.sum() < LEAST_ROWS or rows.sum() < 0.5 * len(x) or np.unique(values[rows]).size <= 5:
        return None
    if np.ptp(x[rows]) == 0:
        return None
    ranks = [pl.Series(v[rows]).rank("average").to_numpy() for v in (x, values)]
    linear = float(np.corrcoef(x[rows], values[rows])[0, 1])
    monotone = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    best = max(abs(linear), abs(monotone)) ** 2
    facts = {"correlation": round(linear, 6), "rank_correlation": round(monotone, 6)}
    count = int(rows.sum())
    unordered = np.sum(np.diff(x[rows]) < 0) > 0 and np.sum(np.diff(x[rows]) > 0) > 0
    exact = abs(linear) > 1 - 1e-9 or abs(monotone) > 1 - 1e-7
    honest = prior_words(column) is not None
    if not exact and _is_part(x[rows], values[rows]):
        facts["part"] = 1.0
    if unordered and (exact or (not honest and best >= 0.9995 and problem.next_best(column) < 0.9)):
        return Leak("rescaled", (column,), "major", True, 1.0, best, count, facts)
    if not honest and best >= 0.99 and problem.next_best(column) < 0.6:
        return Leak("rescaled", (column,), "major", False, 0.7, best, count, facts)
    return None


def _is_part(part: Floats, whole: Floats) -> bool:
    """Whether one number is never below 0 or above the other, and often the same."""
    return bool(part.min() >= 0 and (part > whole).mean() <= PARTLY_WRONG and (part == whole).mean() >= ALL_OF_IT)


def _banded(problem: Problem, column: str, series: pl.Series) -> Leak | None:
    """Bands of the target: each level of the column holds a stretch of target values of its own.

    Of two levels, one of which holds a single value, it may be known before (closed on that day: no sales).
    """
    values = problem.target.values
    rows = np.isfinite(values) & series.is_not_null().to_numpy()
    codes = group_codes(series, bins=64)[rows]
    if _runs(codes[:FIRST_ROWS], values[rows][:FIRST_ROWS]) > np.unique(codes[:FIRST_ROWS]).size:
        return None
    sizes = np.unique(codes, return_counts=True)[1]
    levels = len(sizes)
    if levels == 2 and sizes.min() < LEAST_OF_TWO:
        return None
    if not 2 <= levels <= 50 or rows.sum() < max(100, 10 * levels) or np.unique(values[rows]).size < 2 * levels:
        return None
    if _runs(codes, values[rows]) > levels:
        return None
    power, count = problem.power(column), int(rows.sum())
    held = (values[rows][codes == level] for level in np.unique(codes))
    constant = [float(v[0]) for v in held if np.ptp(v) == 0]
    if levels == 2 and constant:
        return Leak("banded", (column,), "minor", False, 0.7, power, count, {"bands": 2, "always": constant[0]})
    return Leak("banded", (column,), "major", True, 1.0, power, count, {"bands": levels})


def _runs(codes: Ints, values: Floats) -> int:
    """Return in how many runs the codes come along the values."""
    return int(np.sum(np.diff(codes[np.lexsort((codes, values))]) != 0)) + 1


def _arithmetic(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns that add, multiply or combine to the target exactly."""
    if not problem.target.ordinal or np.unique(problem.target.values[problem.target.known]).size < 5:
        return
    names = [c for c in problem.numeric if c not in taken]
    order = [c for c in problem.powers if c in set(names)] or names
    name = problem.use_case.target
    seen: set[str] = set()
    for relation in arithmetic.relations_with(problem.sample, name, order, LIKELY):
        columns = tuple(c for c in relation.columns if c != name)
        parts = [as_floats(problem.frame[p]) for p in relation.parts]
        telling, wrong = arithmetic.relation_errors(relation.form, parts, as_floats(problem.frame[relation.total]))
        share = 1.0 - float(wrong.sum()) / max(1, int(telling.sum()))
        if share < MOSTLY or seen & set(columns):
            continue
        seen.update(columns)
        facts = {"formula": relation.formula, "share": round(share, 6)}
        told = worked_out(problem.frame, relation, name) or columns
        yield Leak("arithmetic", told, "major", True, 1.0, share, int(telling.sum() - wrong.sum()), facts)
    rest = [c for c in order if c not in seen]
    weights = arithmetic.exact_combination(problem.sample.head(5000), name, rest) if rest else None
    if weights:
        formula = " + ".join(f"{w:.6g}×{c}" for c, w in weights.items()) + f" + a constant = {name}"
        facts = {"formula": formula, "share": 0.99}
        rows = int(problem.target.known.sum())
        yield Leak("arithmetic", tuple(weights), "major", True, 0.95, 1.0, rows, facts)


def _carried_by_identifier(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Numbers given out to tell rows or entities apart, which tell the target as well.

    Along a series whose rows are numbered by years or the like, what trends goes with any number of the rows.
    """
    timed = problem.time is not None or any(_counts_time(problem.frame[c]) for c in problem.names)
    for column, power in problem.powers.items():
        if column in taken or column in (problem.time, problem.use_case.time) or power < 0.8:
            continue
        series = problem.frame[column]
        if not (series.dtype.is_integer() or series.dtype == pl.String):
            continue
        distinct = series.n_unique()
        running = series.dtype.is_integer() and distinct >= 0.98 * len(series)
        entity = entity_name(column) and 10 < distinct < 0.5 * len(series) and _few_each(series)
        if (running and (identifier_name(column) or _is_row_number(series))) or entity:
            if running and timed:
                continue
            facts = {"distinct": distinct, "entity": entity}
            yield Leak("identifier", (column,), "major", True, 0.9, power, len(series), facts)


def _few_each(series: pl.Series) -> bool:
    """Whether a value has few rows, as a person has: what has hundreds is a category, however it is named."""
    sizes = series.drop_nulls().value_counts()["count"]
    return len(sizes) > 0 and float(sizes.median() or 0) <= MOST_OF_ONE  # type: ignore[arg-type]


def _counts_time(series: pl.Series) -> bool:
    named = _TIMES & set(tokens(series.name))
    return bool(named) and series.dtype.is_integer() and _is_row_number(series)


def _is_row_number(series: pl.Series) -> bool:
    if not series.dtype.is_integer():
        return False
    steps = series.diff().drop_nulls()
    return len(steps) > 0 and steps.n_unique() == 1


def _row_order(problem: Problem, taken: set[str]) -> Iterator[Leak]:  # noqa: ARG001
    """Rows in the order of the target: whatever numbers the rows knows it."""
    target = problem.target
    if problem.in_time or target.classes > 20:
        return
    rows = int(target.known.sum())
    if target.classes:
        codes: Ints = target.codes[target.known]
        runs = int(np.sum(np.diff(codes) != 0)) + 1
        ordered = runs <= 2 * target.classes - 1 and rows >= 10 * target.classes
        facts: dict[str, Any] = {"runs": runs, "classes": target.classes}
    else:
        values = target.values[target.known]
        steps = np.diff(values)
        ordered = bool(np.all(steps >= 0) or np.all(steps <= 0)) and np.unique(values).size > 5
        facts = {"runs": 1}
    if ordered:
        yield Leak("row_order", (), "minor", True, 1.0, 1.0, rows, facts)
