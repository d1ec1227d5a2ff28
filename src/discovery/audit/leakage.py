"""Columns that know the target: detectors, each a function from a :class:`Scene` to :class:`Leak` values.

What is certain rests on structure: an exact recoding, exact arithmetic, a value that is there only for one outcome,
rows in the order of the target. What is only suspected rests on power far beyond that of the other columns; it is
major only where the column's name supports it, because honest predictors can be strong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..artifacts import Severity
from ..engagement import UseCase
from . import arithmetic
from .hindsight import entity_name, hindsight_words, identifier_name, names_target
from .power import auc, column_power, group_codes
from .targets import Floats, Ints, Target, read_target, without_missing_words

__all__ = ["Leak", "Scene", "find_leaks"]

LEAST_ROWS = 40
POWER_ROWS = 20_000
WIDE = 200
WIDE_ROWS = 4_000


@dataclass(frozen=True, slots=True)
class Leak:
    """A column, or a few that belong together, that know the target. ``form`` says how."""

    form: str
    columns: tuple[str, ...]
    severity: Severity
    certain: bool
    confidence: float
    power: float = 0.0
    rows: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Scene:
    """A use case's table as the detectors see it: all rows, a sample of rows, the target over both."""

    frame: pl.DataFrame
    use_case: UseCase
    target: Target
    time: str | None = None
    seed: int = 0

    @cached_property
    def names(self) -> list[str]:
        """The columns that could leak."""
        return [c for c in self.frame.columns if c != self.use_case.target]

    @cached_property
    def sample(self) -> pl.DataFrame:
        """The rows that power is measured on."""
        most = WIDE_ROWS if len(self.names) > WIDE else POWER_ROWS
        if self.frame.height <= most:
            return self.frame
        return self.frame.sample(most, seed=self.seed, shuffle=False)

    @cached_property
    def sampled(self) -> Target | None:
        """The target over the sample."""
        return read_target(self.use_case, self.sample)

    @cached_property
    def powers(self) -> dict[str, float]:
        """What each column alone tells of the target, strongest first."""
        if self.sampled is None:
            return {}
        powers = {c: column_power(self.sample[c], self.sampled, self.seed) for c in self.names}
        return dict(sorted(powers.items(), key=lambda item: -item[1]))

    def next_best(self, column: str, without: Iterable[str] = ()) -> float:
        """Return the power of the strongest column but ``column`` and ``without``."""
        out = {column, *without}
        return next((p for c, p in self.powers.items() if c not in out), 0.0)

    @cached_property
    def numeric(self) -> list[str]:
        """The numeric columns that could leak."""
        return [c for c in self.names if self.frame[c].dtype.is_numeric()]


def find_leaks(scene: Scene) -> list[Leak]:
    """Run all detectors; a column is told once, in the form found first."""
    found: list[Leak] = []
    taken: set[str] = set()
    if int(scene.target.known.sum()) < LEAST_ROWS:
        return []
    for detector in (_recoded, _filled, _arithmetic, _carried_by_identifier, _row_order, _later, _suspected):
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
    if best >= 0.9995 and unordered:
        return Leak("rescaled", (column,), "major", True, 1.0, best, count, facts)
    if best >= 0.99 and scene.next_best(column) < 0.6:
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


def _filled(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """Filled, or left out, only for one outcome. Columns with the same gaps are told together."""
    target = scene.target
    masks: dict[bytes, tuple[npt.NDArray[np.bool_], list[str]]] = {}
    for column in scene.names:
        if column in taken:
            continue
        present = without_missing_words(scene.frame[column]).is_not_null().to_numpy()
        gaps = int((~present).sum())
        if 0.002 * len(present) < gaps < 0.998 * len(present):
            masks.setdefault(np.packbits(present).tobytes(), (present, []))[1].append(column)
    for present, columns in masks.values():
        told = _tell_class(target, present) if target.classes else _tell_number(target, present)
        if told is not None:
            certain = bool(told.pop("certain"))
            rows = int(present.sum())
            power = float(told.pop("power"))
            yield Leak("filled_after", tuple(columns), "major", certain, 0.95, power, rows, told)


def _lower(hits: float, rows: float, z: float = 1.96) -> float:
    """Lower end of Wilson's interval for a share."""
    if rows <= 0:
        return 0.0
    share = hits / rows
    middle = share + z * z / (2 * rows)
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return float((middle - half) / (1 + z * z / rows))


def _tell_class(target: Target, present: npt.NDArray[np.bool_]) -> dict[str, Any] | None:
    known = target.known
    total = np.bincount(target.codes[known], minlength=target.classes)
    best: dict[str, Any] | None = None
    for side, rows in (("present", present & known), ("missing", ~present & known)):
        counts = np.bincount(target.codes[rows], minlength=target.classes)
        size = int(counts.sum())
        if size < 20:
            continue
        label = int(counts.argmax())
        base = total[label] / total.sum()
        if base >= 0.97 and target.classes == 2:
            continue
        purity = counts[label] / size
        sure = (_lower(counts[label], size) - base) / max(1e-9, 1 - base)
        recall = counts[label] / total[label]
        tells = (sure >= 0.8 and purity >= 0.99) or (sure >= 0.8 and recall >= 0.9)
        if tells and (best is None or purity > best["purity"]):
            best = {
                "side": side,
                "outcome": target.labels[label],
                "purity": round(float(purity), 4),
                "share_of_outcome": round(float(recall), 4),
                "base_rate": round(float(base), 4),
                "certain": purity >= 0.95,
                "power": round(float(sure), 4),
            }
    return best


def _tell_number(target: Target, present: npt.NDArray[np.bool_]) -> dict[str, Any] | None:
    rows = np.isfinite(target.values)
    y, p = target.values[rows], present[rows]
    if p.sum() < 20 or (~p).sum() < 20 or y.var() == 0:
        return None
    within = (p.sum() * y[p].var() + (~p).sum() * y[~p].var()) / len(y)
    explained = 1.0 - within / y.var()
    if explained < 0.8:
        return None
    means = {"mean_if_present": float(y[p].mean()), "mean_if_missing": float(y[~p].mean())}
    return {"side": "present", **means, "certain": True, "power": round(float(explained), 4)}


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
    """Numbers given out to tell rows or entities apart, which tell the target as well."""
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
            if running and scene.time is not None:
                continue
            facts = {"distinct": distinct, "entity": entity}
            yield Leak("identifier", (column,), "major", True, 0.9, power, len(series), facts)


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


def _dated(series: pl.Series) -> bool:
    return series.dtype.base_type() in (pl.Date, pl.Datetime)


def _later(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """Time stamps that lie after the moment the prediction is for, by name or by the target's time."""
    time = scene.use_case.time
    if time is None or time not in scene.frame.columns or not _dated(scene.frame[time]):
        return
    for column in scene.names:
        series = scene.frame[column]
        if column in taken or column == time or not _dated(series):
            continue
        both = pl.DataFrame({"a": scene.frame[time].cast(pl.Datetime("us")), "b": series.cast(pl.Datetime("us"))})
        both = both.drop_nulls()
        if both.height < LEAST_ROWS:
            continue
        after = int((both["b"] > both["a"]).sum())
        if after >= 0.9 * both.height:
            named = hindsight_words(column) is not None or names_target(column, scene.use_case.target) is not None
            power = scene.powers.get(column, 0.0)
            facts = {"time": time, "share_after": round(after / both.height, 4)}
            severity: Severity = "major" if named else "minor"
            yield Leak("later", (column,), severity, False, 0.8 if named else 0.5, power, after, facts)


def _suspected(scene: Scene, taken: set[str]) -> Iterator[Leak]:
    """By far the strongest single column, with a name that speaks of what is known only afterwards.

    The strongest column must lead (half of the Gini or R² there is, and more than any other), and its name must
    hold a word for what comes after the event, or, at still more power, a telling word of the target's name. Power
    alone, however far ahead, is minor: it is a question to the client, not a fact.
    """
    left: Sequence[tuple[str, float]] = [(c, p) for c, p in scene.powers.items() if c not in taken]
    if not left:
        return
    for rank, (column, power) in enumerate(left[:5]):
        ahead = scene.next_best(column, taken | {c for c, _ in left[:rank]})
        word = hindsight_words(column)
        kin = names_target(column, scene.use_case.target)
        facts = {"next_best": round(ahead, 4), "word": word or kin}
        rows = scene.frame.height
        if word and rank == 0 and power >= 0.45 and power >= ahead + 0.03:
            yield Leak("after_outcome", (column,), "major", False, 0.7, power, rows, facts)
        elif kin and power >= 0.7 and ahead < 0.8 * power:
            yield Leak("named_like_target", (column,), "major", False, 0.6, power, rows, facts)
        elif rank == 0 and power >= 0.9 and ahead < 0.6 * power:
            yield Leak("too_good", (column,), "minor", False, 0.4, power, rows, facts)
        else:
            return
