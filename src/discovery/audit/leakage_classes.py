"""Columns that settle one class of several, or all of them by cut-offs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from .names import tokens
from .power import group_codes
from .scene import Leak, Scene

__all__ = ["class_by_class"]

FEWEST = 10
FEWEST_BANDED, FEWEST_ROWS = 20, 200
MOST_CLASSES = 20


def class_by_class(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """The target, of three classes or more, taken apart: a flag of one class that is named after it (``draw`` for
    'draw'), as one-hot encoding makes them; or a number whose cut-offs part all classes without an error."""
    target = scene.target
    if not 3 <= target.classes <= MOST_CLASSES:
        return
    for column in scene.names:
        series = scene.frame[column]
        rows = target.known & series.is_not_null().to_numpy()
        count = int(rows.sum())
        if column in taken or count < 0.5 * target.known.sum():
            continue
        codes = target.codes[rows]
        flag = _is_flag(scene, column, series, rows)
        if flag or (not target.ordinal and _is_cut(series, rows, codes, target.classes)):
            facts = {"errors": 0, "rows_compared": count, "one_to_one": False}
            yield Leak("recoded", (column,), "major", True, 1.0, scene.powers.get(column, 0.0), count, facts)


def _is_flag(scene: Scene, column: str, series: pl.Series, rows: npt.NDArray[np.bool_]) -> bool:
    if series.drop_nulls().n_unique() != 2:
        return False
    level, codes = group_codes(series)[rows], scene.target.codes[rows]
    first = level == level.min()
    words = set(tokens(column))
    for code, label in enumerate(scene.target.labels):
        told = set(tokens(label))
        if (
            not told
            or not told <= words
            or (label.strip().isdigit() and not set(tokens(scene.target.name)) & words)
        ):
            continue
        own = codes == code
        if (
            own.sum() >= FEWEST
            and (~own).sum() >= FEWEST
            and (np.array_equal(own, first) or np.array_equal(own, ~first))
        ):
            return True
    return False


def _is_cut(series: pl.Series, rows: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], classes: int) -> bool:
    if not series.dtype.is_numeric() or len(codes) < FEWEST_ROWS:
        return False
    sizes = np.bincount(codes, minlength=classes)
    if sizes.min() < FEWEST_BANDED:
        return False
    values = series.cast(pl.Float64).to_numpy()[rows]
    order = np.lexsort((codes, values))
    changes = np.diff(codes[order]) != 0
    tied = changes & (np.diff(values[order]) == 0)
    return int(changes.sum()) == classes - 1 and not tied.any()
