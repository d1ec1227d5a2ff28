"""Numbers whose cut-offs part all classes of a target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from .problem import Leak, Problem

__all__ = ["cut_apart"]

FEWEST_OF_CLASS, FEWEST_ROWS = 20, 200
MOST_CLASSES, MANY_VALUES = 20, 50


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
