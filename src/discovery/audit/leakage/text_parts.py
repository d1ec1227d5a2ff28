"""Texts of which one part, such as the middle of ``ATRINS-DONOR-521`` or the unit of ``93 min``, is the class."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from ...artifacts import Severity
from ..sampling import evenly_spaced
from ..targets import Ints
from .problem import Leak, Problem

__all__ = ["told_by_part", "told_by_unit"]

SIGNS = r"[-_./:|\s]+"
"""What stands between the parts of a text."""
FIRST_PARTS, LAST_PARTS = (0, 1, 2, 3), (-1, -2, -3)
"""Places looked at, from the start and from the end."""
TRIAL_ROWS, FEWEST_ROWS, FEWEST_OF_CLASS = 300, 100, 10
NEARLY_EXACT = 0.02
"""Share of the rows outside the largest class in which a part may err."""

UNIT = r"^\s*[+-]?\d[\d.,]*\s*([A-Za-zµ°%/]{1,14})\s*$"
"""A number and the one word behind it."""
MOST_UNITS, WITH_UNIT, SOME_ROWS = 8, 0.98, 0.3
"""Units of a column, the share of its cells that must have one, and the share of all rows that must have a cell."""


def told_by_unit(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Numbers with words for units behind them (``93 min``, ``2 Seasons``), each of which goes with one class, and
    two of them with different ones, in ten rows or more each."""
    target = problem.target
    for column in problem.names if target.classes >= 2 else ():
        series = problem.frame[column]
        if column in taken or series.dtype != pl.String:
            continue
        rows = target.known & series.is_not_null().to_numpy()
        count = int(rows.sum())
        if count < max(FEWEST_ROWS, SOME_ROWS * target.known.sum()):
            continue
        texts = series.filter(pl.Series(rows))
        if texts.head(TRIAL_ROWS).str.contains(UNIT).mean() < WITH_UNIT:  # type: ignore[operator]
            continue
        found = pl.DataFrame({"unit": texts.str.extract(UNIT, 1).str.to_lowercase(), "y": target.codes[rows]})
        found = found.drop_nulls().with_columns(pl.col("unit").str.replace(r"^(.{2,})s$", "${1}"))
        units = found.group_by("unit").agg(pl.col("y").n_unique().alias("classes"), pl.col("y").first(), n=pl.len())
        usual = units.filter(pl.col("n") >= FEWEST_OF_CLASS)
        if found.height < WITH_UNIT * count or units.height > MOST_UNITS or units["classes"].max() != 1:
            continue
        if usual["y"].n_unique() > 1:
            power = problem.power(column)
            yield Leak("unit", (column,), "major", True, 1.0, power, found.height, {"units": units.height})


def told_by_part(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Texts with many values of which the part at one place has few, each of which has one class.

    It is major where that holds in every row, over ten rows or more of each class.
    """
    target = problem.target
    if target.classes < 2 or target.counts().min() < FEWEST_OF_CLASS:
        return
    most = max(3 * target.classes, target.classes + 5)
    for column in problem.names:
        series = problem.frame[column]
        if column in taken or series.dtype != pl.String:
            continue
        rows = target.known & series.is_not_null().to_numpy()
        if rows.sum() < max(FEWEST_ROWS, 0.95 * target.known.sum()) or series.n_unique() <= max(most, 20):
            continue
        leak = _of_parts(problem, column, series.filter(pl.Series(rows)), rows, most)
        if leak is not None:
            yield leak


def _of_parts(
    problem: Problem, column: str, texts: pl.Series, rows: npt.NDArray[np.bool_], most: int
) -> Leak | None:
    codes, count = problem.target.codes[rows], len(texts)
    trial = evenly_spaced(count, TRIAL_ROWS)
    for place in (*FIRST_PARTS, *LAST_PARTS):
        if _errors(_part(texts.gather(trial), place), codes[trial], most) is None:
            continue
        wrong = _errors(_part(texts, place), codes, most)
        if wrong is not None:
            facts = {"place": place, "errors": wrong, "rows_compared": count}
            exact = wrong == 0
            severity: Severity = "major" if exact else "minor"
            power = problem.power(column)
            return Leak("part", (column,), severity, exact, 1.0 if exact else 0.8, power, count, facts)
    return None


def _part(texts: pl.Series, place: int) -> pl.Series:
    parts = texts.str.replace_all(SIGNS, "\x1f").str.split("\x1f")
    return parts.list.get(place, null_on_oob=True).filter(parts.list.len() > 1).str.to_lowercase()


def _errors(parts: pl.Series, codes: Ints, most: int) -> int | None:
    """Return how many rows do not have the commonest class of their part; None where there are too many parts, or
    errors."""
    if len(parts) < len(codes) or parts.null_count() or parts.n_unique() > most:
        return None
    levels = parts.rank("dense").to_numpy().astype(np.int64) - 1
    table = np.zeros((int(levels.max()) + 1, int(codes.max()) + 1), np.int64)
    np.add.at(table, (levels, codes), 1)
    wrong, base = len(codes) - int(table.max(axis=1).sum()), int(table.sum(axis=0).max())
    told = len(codes) - base
    return wrong if told > 0 and wrong <= NEARLY_EXACT * told else None
