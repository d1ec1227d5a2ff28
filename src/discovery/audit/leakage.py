"""Columns that know the target: detectors, each a function from a :class:`Scene` to :class:`Leak` values.

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

from . import arithmetic
from .hindsight import entity_name, identifier_name, prior_words, tokens
from .leakage_after import filled, later, suspected
from .power import auc, group_codes
from .scene import LEAST_ROWS, Leak, Scene
from .targets import Floats, Ints, without_missing_words

__all__ = ["find_leaks"]

_TIMES = frozenset("year yr years time period decade quarter month week day date t".split())


def find_leaks(scene: Scene) -> list[Leak]:
    """Run all detectors; a column is told once, in the form found first."""
    found: list[Leak] = []
    taken: set[str] = set()
    if int(scene.target.known.sum()) < LEAST_ROWS:
        return []
    for detector in (_recoded, filled, _arithmetic, _carried_by_identifier, _row_order, later, suspected):
        for leak in detector(scene, taken):
            fresh = tuple(c for c in leak.columns if c not in taken)
            if fresh or not leak.columns:
                found.append(leak)
                taken.update(leak.columns)
    return found


def _recoded(scene: Scene, taken: set[str]) -> Iterator[Leak]:  # noqa: ARG001
    """The target in disguise: renamed, recoded, rescaled, banded, or cut at a threshold."""
    for column in scene.names:
        if scene.powers.get(column, 0.0) < 0.7:
            continue
        series = without_missing_words(scene.frame[column])
        leak = _recoded_class(scene, column, series) if scene.target.classes else None
        if leak is None and series.dtype.is_numeric():
            leak = _rescaled(scene, column, series)
        if leak is None and scene.target.ordinal:
            leak = _banded(scene, column, series)
        if leak is not None:
            yield leak


def _recoded_class(scene: Scene, column: str, series: pl.Series) -> Leak | None:
    target = scene.target
    rows = target.known & series.is_not_null().to_numpy()
    if rows.sum() < max(LEAST_ROWS, 0.5 * target.known.sum()):
        return None
    levels = series.n_unique()
    if levels > max(3 * target.classes, target.classes + 5) or levels < 2:
        return _cut(scene, column, series, rows)
    codes = group_codes(series)[rows]
    table = np.zeros((int(codes.max()) + 1, target.classes), np.int64)
    np.add.at(table, (codes, target.codes[rows]), 1)
    total = int(table.sum())
    base = int(table.sum(axis=0).max())
    wrong = total - int(table.max(axis=1).sum())
    gain = 1.0 - wrong / max(1, total - base)
    heavy = table[table.sum(axis=1) >= max(2.0, 0.005 * total)]
    majority = heavy.argmax(axis=1)
    one_to_one = len(set(majority.tolist())) == len(majority) == int((table.sum(axis=0) > 0).sum())
    facts = {"errors": wrong, "rows_compared": total, "one_to_one": one_to_one}
    power = scene.powers[column]
    if gain >= 0.98 and total - base >= 10 and set(majority.tolist()) == set(range(target.classes)):
        return Leak("recoded", (column,), "major", True, 1.0, power, total, facts)
    if gain >= 0.9 and one_to_one and scene.next_best(column) < 0.6 * power:
        return Leak("recoded", (column,), "major", False, 0.7, power, total, facts)
    return None


def _cut(scene: Scene, column: str, series: pl.Series, rows: npt.NDArray[np.bool_]) -> Leak | None:
    """Numbers that a threshold parts into the two classes without one error, over many rows of each."""
    target = scene.target
    if target.classes != 2 or not series.dtype.is_numeric() or target.counts().min() < 50 or rows.sum() < 300:
        return None
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()[rows]
    area = auc(values, target.codes[rows] == 1)
    if min(area, 1 - area) > 0:
        return None
    facts = {"errors": 0, "rows_compared": int(rows.sum())}
    return Leak("threshold", (column,), "major", True, 0.95, scene.powers[column], int(rows.sum()), facts)


def _rescaled(scene: Scene, column: str, series: pl.Series) -> Leak | None:
    values, x = scene.target.values, series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
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
    if unordered and (exact or (not honest and best >= 0.9995 and scene.next_best(column) < 0.9)):
        return Leak("rescaled", (column,), "major", True, 1.0, best, count, facts)
    if not honest and best >= 0.99 and scene.next_best(column) < 0.6:
        return Leak("rescaled", (column,), "major", False, 0.7, best, count, facts)
    return None


def _banded(scene: Scene, column: str, series: pl.Series) -> Leak | None:
    """Bands of the target: each level of the column holds a stretch of target values of its own."""
    values = scene.target.values
    rows = np.isfinite(values) & series.is_not_null().to_numpy()
    codes = group_codes(series, bins=64)[rows]
    levels = np.unique(codes).size
    if not 3 <= levels <= 50 or rows.sum() < max(100, 10 * levels) or np.unique(values[rows]).size < 2 * levels:
        return None
    order = np.lexsort((codes, values[rows]))
    if int(np.sum(np.diff(codes[order]) != 0)) + 1 > levels:
        return None
    return Leak("banded", (column,), "major", True, 1.0, scene.powers[column], int(rows.sum()), {"bands": levels})


def _arithmetic(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """Columns that add, multiply or combine to the target exactly."""
    if not scene.target.ordinal or np.unique(scene.target.values[scene.target.known]).size < 5:
        return
    names = [c for c in scene.numeric if c not in taken]
    order = [c for c in scene.powers if c in set(names)] or names
    name = scene.use_case.target
    seen: set[str] = set()
    for relation in arithmetic.relations_with(scene.sample, name, order):
        columns = tuple(c for c in relation.columns if c != name)
        parts = [_numbers(scene.frame, p) for p in relation.parts]
        telling, wrong = arithmetic.relation_errors(relation.form, parts, _numbers(scene.frame, relation.total))
        share = 1.0 - float(wrong.sum()) / max(1, int(telling.sum()))
        if share < 0.95 or seen & set(columns):
            continue
        seen.update(columns)
        facts = {"formula": relation.formula, "share": round(share, 6)}
        yield Leak("arithmetic", columns, "major", True, 1.0, share, int(telling.sum() - wrong.sum()), facts)
    rest = [c for c in order if c not in seen]
    if seen or not rest:
        return
    weights = arithmetic.exact_combination(scene.sample.head(5000), name, rest)
    if weights:
        formula = " + ".join(f"{w:.6g}×{c}" for c, w in weights.items()) + f" + a constant = {name}"
        facts = {"formula": formula, "share": 0.99}
        rows = int(scene.target.known.sum())
        yield Leak("arithmetic", tuple(weights), "major", True, 0.95, 1.0, rows, facts)


def _numbers(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _carried_by_identifier(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """Numbers given out to tell rows or entities apart, which tell the target as well.

    Along a series whose rows are numbered by years or the like, what trends goes with any number of the rows.
    """
    timed = scene.time is not None or any(_counts_time(scene.frame[c]) for c in scene.names)
    for column, power in scene.powers.items():
        if column in taken or column in (scene.time, scene.use_case.time) or power < 0.8:
            continue
        series = scene.frame[column]
        if not (series.dtype.is_integer() or series.dtype == pl.String):
            continue
        distinct = series.n_unique()
        running = series.dtype.is_integer() and distinct >= 0.98 * len(series)
        entity = entity_name(column) and 10 < distinct < 0.5 * len(series)
        if (running and (identifier_name(column) or _is_row_number(series))) or entity:
            if running and timed:
                continue
            facts = {"distinct": distinct, "entity": entity}
            yield Leak("identifier", (column,), "major", True, 0.9, power, len(series), facts)


def _counts_time(series: pl.Series) -> bool:
    named = _TIMES & set(tokens(series.name))
    return bool(named) and series.dtype.is_integer() and _is_row_number(series)


def _is_row_number(series: pl.Series) -> bool:
    steps = series.diff().drop_nulls()
    return len(steps) > 0 and steps.n_unique() == 1


def _row_order(scene: Scene, taken: set[str]) -> Iterator[Leak]:  # noqa: ARG001
    """Rows in the order of the target: whatever numbers the rows knows it."""
    target = scene.target
    if scene.time is not None or target.classes > 20:
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
