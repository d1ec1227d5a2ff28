"""Columns that stand for one class each, and numbers whose cut-offs part all classes of a target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import without_missing_words
from ..vocabulary.hindsight import tokens
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["cut_apart", "indicators"]

FEW_CLASSES, FEWEST_TOLD, COVERED = 3, 10, 0.5
"""Classes up to which a column that stands for one of them is sure to be made of the target, the rows of that
class, and the share of more classes that such columns must cover together."""

FIRST_ROWS, MOST_OF_TWO = 1_000, 4
"""Different values in the first rows, words for missing ones among them, that a column of two has at most."""
FEWEST_OF_CLASS, FEWEST_ROWS = 20, 200
MOST_CLASSES, MANY_VALUES = 20, 50


def indicators(problem: Problem, taken: set[str]) -> Iterator[Leak]:  # noqa: ARG001
    """Columns of two values of which one has all the rows of one class and no others.

    They are made of the target where there is one, where it has few classes, where they stand for half of many, one
    each, or where they are named after the target or the class. Else they may be what the class is known by: a
    symptom that one disease only has, the feathers of birds.
    """
    target = problem.target
    found = {c: told for c in problem.names if (told := _class_of(problem, c))} if target.classes > 2 else {}
    classes = {code for code, _ in found.values()}
    dummies = len(classes) == len(found) and len(classes) >= COVERED * target.classes
    asked: list[str] = []
    for column, (code, rows) in found.items():
        sure = dummies or target.classes <= FEW_CLASSES or len(found) == 1
        if not sure and not _named_after(column, target.name, target.labels[code]):
            asked.append(column)
            continue
        facts = {"errors": 0, "rows_compared": int(target.known.sum()), "one_to_one": False}
        yield Leak("dummy", (column,), "major", True, 1.0, problem.power(column), rows, facts)
    if len(asked) > 1:
        rows = sum(found[c][1] for c in asked)
        yield Leak("settled", tuple(asked), "info", False, 0.4, problem.power(asked[0]), rows)
    elif asked:
        yield Leak("dummy", (asked[0],), "minor", False, 0.5, problem.power(asked[0]), found[asked[0]][1])


def _class_of(problem: Problem, column: str) -> tuple[int, int] | None:
    """Return the class that a value of the column is all of, and its rows."""
    if problem.frame[column].head(FIRST_ROWS).n_unique() > MOST_OF_TWO:
        return None
    series = without_missing_words(problem.frame[column])
    if series.null_count() or series.n_unique() != 2:
        return None
    known, codes = problem.target.known, problem.target.codes
    side = (series == series[0]).to_numpy()
    if known.sum() < LEAST_ROWS:
        return None
    for rows, rest in ((side & known, ~side & known), (~side & known, side & known)):
        there = np.unique(codes[rows])
        if len(there) == 1 and rows.sum() >= FEWEST_TOLD and not (codes[rest] == there[0]).any():
            return int(there[0]), int(rows.sum())
    return None


def _named_after(column: str, *names: str) -> bool:
    """Whether the name of a column has a word of the target's name or of the class."""
    return bool(set(tokens(column)) & {word for name in names for word in tokens(name)})


def cut_apart(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """A number whose cut-offs part three classes or more without an error: a margin and who won, a percentile and
    the stars given for it. Where classes are numbers, it must have many values, not in the order of the rows."""
    target = problem.target
    if not 3 <= target.classes <= MOST_CLASSES:
        return
    for column in problem.names:
        series = problem.frame[column]
        rows = target.known & series.is_not_null().to_numpy()
        count = int(rows.sum())
        if column in taken or count < 0.5 * target.known.sum():
            continue
        codes = target.codes[rows]
        if target.ordinal and _few_or_running(series):
            continue
        if _is_cut(series, rows, codes, target.classes):
            facts = {"errors": 0, "rows_compared": count, "one_to_one": False}
            yield Leak("recoded", (column,), "major", True, 1.0, problem.power(column), count, facts)


def _few_or_running(series: pl.Series) -> bool:
    return series.n_unique() < MANY_VALUES or series.is_sorted() or series.is_sorted(descending=True)


def _is_cut(series: pl.Series, rows: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], classes: int) -> bool:
    if not series.dtype.is_numeric() or len(codes) < FEWEST_ROWS:
        return False
    sizes = np.bincount(codes, minlength=classes)
    if sizes.min() < FEWEST_OF_CLASS:
        return False
    values = series.cast(pl.Float64).to_numpy()[rows]
    order = np.lexsort((codes, values))
    changes = np.diff(codes[order]) != 0
    tied = changes & (np.diff(values[order]) == 0)
    return int(changes.sum()) == classes - 1 and not tied.any()
