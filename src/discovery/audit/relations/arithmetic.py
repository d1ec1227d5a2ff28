"""Columns that add or multiply up to another: found on a sample, to be confirmed on all rows.

A relation counts only where it is not trivial (no part is 0, no factor 1), where it does not also hold with the
total shuffled, and where the rounding of the figures is small against their spread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ..sampling import evenly_spaced
from ..targets import Floats, as_floats

__all__ = [
    "Relation",
    "exact_combination",
    "find_relations",
    "judge",
    "near_slack",
    "relation_errors",
    "relations_with",
    "rounding",
    "trial",
    "with_trivial_rows",
]

TRIAL_ROWS = 300
MOST_COLUMNS = 40
MOST_WITH_TARGET, NEARLY_FULL = 150, 0.05
LONGEST_SUM = 12
LEAST_ROWS = 30
SOME = 0.45
"""Share of the rows from which a relation is looked at at all."""
ROUNDED = 0.01
EXACT, MOSTLY = 0.95, 0.9
MOST_OFF, MOST_OF_SUM = 1e-2, 2e-2
"""Share of the spread of a total that rounding may be: of a weighted combination, of a plain sum."""
NEAR_ONE, IDLE = 0.05, 0.01
SINGLE = 2.0**-23
"""Share of a number that is lost where it was kept in single precision."""
LARGE = 100
"""From how many units on a sum is large: an error of one unit is one of rounding."""

Bools = npt.NDArray[np.bool_]
Form = Literal["sum", "product", "distance"]


@dataclass(frozen=True, slots=True)
class Relation:
    """``total`` is the sum, the product or the distance of ``parts``; ``share`` of the rows that can tell keep it.

    Distances are absolute differences, perhaps in another power of ten (per cent)."""

    total: str
    parts: tuple[str, ...]
    form: Form
    share: float

    @property
    def columns(self) -> list[str]:
        """All columns in it, the parts first."""
        return [*self.parts, self.total]

    @property
    def formula(self) -> str:
        """The relation as people write it."""
        if self.form == "distance":
            return f"|{' - '.join(self.parts)}| = {self.total}"
        return f" {'+' if self.form == 'sum' else '×'} ".join(self.parts) + f" = {self.total}"


def rounding(values: Floats) -> float:
    """Return the unit of the last decimal that ``values`` are given in (1 for whole numbers, at least 1e-6).

    What single precision adds to a decimal (7.537000179) is none."""
    finite = values[np.isfinite(values)][:TRIAL_ROWS]
    for decimals in range(6):
        noise = np.minimum(SINGLE * np.abs(finite), 0.01 * 10.0**-decimals)
        if bool((np.abs(finite - np.round(finite, decimals)) <= np.maximum(noise, 1e-9)).all()):
            return float(10.0**-decimals)
    return 1e-6


def relation_errors(form: str, parts: Sequence[Floats], total: Floats) -> tuple[Bools, Bools]:
    """Return (rows that can tell, rows that do not hold to the relation).

    Where what does not hold is all but once in a hundred within the rounding of every figure, it is rounding.
    """
    made = _made(form, parts)
    if form == "distance":
        made = made * _power_of_ten(made, total)
    telling = _telling(form, parts, total)
    apart = np.abs(made - total)
    wrong = telling & (apart > _tolerance(form, parts, total))
    beyond = wrong & (apart > _rounded(form, parts, total))
    return telling, beyond if wrong.any() and beyond.sum() <= ROUNDED * wrong.sum() else wrong


def with_trivial_rows(
    form: str, parts: Sequence[Floats], total: Floats, telling: Bools, wrong: Bools
) -> tuple[Bools, Bools]:
    """Return (rows that can tell, rows that do not hold) with those in which a part is 0 or a factor 1, where nine
    in ten of these hold as well: they cannot prove a relation, but they can break it."""
    plain = np.all([np.isfinite(v) for v in (*parts, total)], axis=0) & ~telling
    broken = plain & (np.abs(_made(form, parts) - total) > _tolerance(form, parts, total))
    if form == "distance" or broken.sum() > (1 - MOSTLY) * plain.sum():
        return telling, wrong
    return telling | plain, wrong | broken


def _rounded(form: str, parts: Sequence[Floats], total: Floats) -> Floats:
    """Return by how much a relation of large figures, each rounded to its last decimal, may be off.

    In rows where all figures are whole, they may be rounded to one."""
    units = [rounding(p) for p in parts]
    unit = rounding(total)
    if form == "product":
        off = np.full(len(total), 0.51 * unit)
        for j, step in enumerate(units):
            others = np.prod([np.abs(p) for i, p in enumerate(parts) if i != j], axis=0)
            off = off + (0.51 * step * others if step < 1.0 else 0.0)
        return np.asarray(off)
    coarse = np.all([np.mod(v, 1.0) == 0 for v in (*parts, total)], axis=0)
    slack = np.where(coarse, float(len(units) + 1), unit + sum(units))
    large = np.abs(total) >= LARGE * np.where(coarse, 1.0, max(unit, *units))
    return np.asarray(np.where(large, 0.51 * slack, 0.0))


def _made(form: str, parts: Sequence[Floats]) -> Floats:
    if form == "distance":
        return np.asarray(np.abs(parts[0] - parts[1]))
    return np.asarray(np.sum(parts, axis=0) if form == "sum" else np.prod(parts, axis=0))


def _power_of_ten(made: Floats, total: Floats) -> float:
    """Return the power of ten by which ``made`` becomes of the size of ``total`` (per cent: 100)."""
    ratios = (total / made)[np.isfinite(total) & np.isfinite(made) & (made > 0) & (total > 0)]
    return float(10.0 ** np.round(np.log10(np.median(ratios)))) if len(ratios) else 1.0


def _telling(form: str, parts: Sequence[Floats], total: Floats) -> Bools:
    """Return which rows can tell: all is there, and no part (or, in sums of many, all but one) is trivial."""
    telling = np.isfinite(total)
    for part in parts:
        telling &= np.isfinite(part)
        if form == "product":
            telling &= (part != 0.0) & (part != 1.0)
    if form != "product":
        telling &= np.sum([part != 0.0 for part in parts], axis=0) >= min(2, len(parts))
    return telling


def _tolerance(form: str, parts: Sequence[Floats], total: Floats) -> Floats:
    units = [rounding(p) for p in parts]
    unit = rounding(total)
    if form == "distance":
        scale = _power_of_ten(_made(form, parts), total)
        slack = 0.55 * (unit + scale * sum(units)) if min(*units, unit) < 1 else 0.0
        return np.full(len(total), slack) + 1e-6 * np.abs(total) + 1e-9
    if form != "product":
        slack = 0.0 if max(*units, unit) == 1.0 else 0.5 * (sum(units) + unit)
        return np.full(len(total), slack) + 1e-6 * np.abs(total) + 1e-9
    error = 0.51 * unit if unit < 1.0 or min(units) < 1.0 else 1e-9
    for index, step in enumerate(units):
        others = np.prod([np.abs(p) for i, p in enumerate(parts) if i != index], axis=0)
        error = error + (0.5 * step * others if step < 0.01 else 0.0)
    return np.asarray(error + 1e-6 * np.abs(total))


def judge(form: Form, parts: Sequence[Floats], total: Floats) -> float:
    """Return the share of telling rows in which the relation holds; 0 where it could be chance."""
    rows = int(_telling(form, parts, total).sum())
    if rows < LEAST_ROWS or rows < 0.05 * len(total):
        return 0.0
    _, wrong = relation_errors(form, parts, total)
    share = 1.0 - float(wrong.sum()) / rows
    if share < SOME:
        return 0.0
    if form == "sum" and _idle(parts, total):
        return 0.0
    spread = float(np.nanstd(total))
    if float(np.nanmedian(_tolerance(form, parts, total))) > 0.05 * spread:
        return _judge_exactly(parts, total) if form == "sum" else 0.0
    rng = np.random.default_rng(0)
    by_chance = [_share(form, parts, rng.permutation(total))]
    if len(parts) == 2:
        by_chance.append(_share(form, [rng.permutation(parts[0]), parts[1]], total))
    return share if max(by_chance) < 0.3 * share else 0.0


def _idle(parts: Sequence[Floats], total: Floats) -> bool:
    """Whether a sum holds without one of its parts where that is not 0: it is lost in the rounding of the rest."""
    made, slack = _made("sum", parts), _tolerance("sum", parts, total)
    there = [np.isfinite(made) & np.isfinite(total) & (part != 0) for part in parts]
    kept = [(np.abs(made - part - total) <= slack)[rows] for part, rows in zip(parts, there, strict=True)]
    return any(len(rows) > 0 and rows.mean() >= SOME for rows in kept)


def _share(form: Form, parts: Sequence[Floats], total: Floats) -> float:
    """Return the share of the rows that can tell in which a relation holds."""
    telling, wrong = relation_errors(form, parts, total)
    return 1.0 - float(wrong.sum()) / max(1, int(telling.sum()))


def _judge_exactly(parts: Sequence[Floats], total: Floats) -> float:
    """Return the share of telling rows in which a sum of few different values holds to the last decimal."""
    telling = _telling("sum", parts, total)
    whole, made = total[telling], _made("sum", [p[telling] for p in parts])
    exact = 1e-6 * rounding(total)
    share = float((np.abs(made - whole) <= exact).mean())
    others = np.random.default_rng(0).permutation(whole)
    chance = float((np.abs(made - others) <= exact).mean())
    return share if share >= EXACT and chance < 0.3 * share else 0.0


def trial(frame: pl.DataFrame, names: Sequence[str], most: int) -> dict[str, Floats]:
    """Return the first ``most`` columns that have five values or more, on evenly spaced rows."""
    if not names:
        return {}
    picked = frame.select(list(names)[: 3 * most])
    picked = picked[evenly_spaced(frame.height, TRIAL_ROWS)] if frame.height > TRIAL_ROWS else picked
    columns: dict[str, Floats] = {}
    for name in picked.columns:
        values = as_floats(picked[name])
        if len(columns) < most and np.unique(values[np.isfinite(values)]).size >= 5:
            columns[name] = values
    return columns


def find_relations(frame: pl.DataFrame, names: Sequence[str], least: float = 0.9) -> list[Relation]:
    """Return sums and products of two columns, and sums of up to 12 neighbours, that make another column.

    Over the first 40 usable columns of ``names``, on 300 rows; confirm with :func:`relation_errors`.
    """
    columns = trial(frame, names, MOST_COLUMNS)
    totals = list(columns)
    if len(totals) < 3:
        return []
    matrix = np.stack(list(columns.values()))
    slack = near_slack(matrix)
    found: list[Relation] = []
    made: set[frozenset[str]] = set()
    for form, parts in _candidates(columns):
        values = [columns[p] for p in parts]
        guess = _made(form, values)
        for index in np.flatnonzero(_near(guess[None, :], matrix, slack)):
            total = totals[index]
            key = frozenset((*parts, total))
            if total in parts or any(key >= other for other in made):
                continue
            share = judge(form, values, columns[total])
            if share >= least:
                made.add(key)
                found.append(Relation(total, parts, form, share))
    return found


def near_slack(total: Floats) -> Floats:
    """Return, row by row, by how much values may differ and be all but equal."""
    slack: Floats = 1e-3 * np.nanstd(total, axis=1, keepdims=True) + 1e-9
    return slack


def _near(guess: Floats, total: Floats, slack: Floats) -> Bools:
    """Return, row by row of two matrices, whether two in five of the pairs that are there are all but equal."""
    gap = np.abs(guess - total)
    hits = (gap <= slack).sum(axis=1)
    near: Bools = hits > 0
    near[near] = 2.5 * hits[near] >= np.isfinite(gap[near]).sum(axis=1)
    return near


def _candidates(columns: dict[str, Floats]) -> Iterator[tuple[Form, tuple[str, ...]]]:
    for pair in combinations(columns, 2):
        yield "sum", pair
        yield "product", pair
    names = list(columns)
    for width in range(3, min(LONGEST_SUM, len(names)) + 1):
        for start in range(len(names) - width + 1):
            yield "sum", tuple(names[start : start + width])


def relations_with(frame: pl.DataFrame, target: str, names: Sequence[str], least: float = 0.95) -> list[Relation]:
    """Return the relations of ``target`` to pairs of ``names``: as total, as part, as factor."""
    columns = trial(frame, [target, *names], MOST_WITH_TARGET + 1)
    y = columns.pop(target, None)
    if y is None or len(columns) < 2:
        return []
    order = list(columns)
    matrix = np.stack(list(columns.values()))
    slack = near_slack(y[None, :])
    found: list[Relation] = []
    for index, a in enumerate(order[:-1]):
        x, others = columns[a][None, :], matrix[index + 1 :]
        guesses: tuple[tuple[Form, str, Floats], ...] = (
            ("sum", "total", x + others),
            ("sum", "first", x - others),
            ("sum", "second", others - x),
            ("distance", "total", np.abs(x - others)),
            ("product", "total", x * others),
            ("product", "first", x / others),
            ("product", "second", others / x),
        )
        for form, place, guess in guesses:
            for hit in np.flatnonzero(_near(guess, y[None, :], slack)):
                b = order[index + 1 + int(hit)]
                total = {"total": target, "first": a, "second": b}[place]
                parts = (a, b) if place == "total" else (target, b if place == "first" else a)
                lookup = {**columns, target: y}
                share = judge(form, [lookup[p] for p in parts], lookup[total])
                if share >= least:
                    found.append(Relation(total, parts, form, share))
    return [*found, *_distances(target, y, columns, least)]


def _distances(target: str, y: Floats, columns: dict[str, Floats], least: float) -> Iterator[Relation]:
    """Iterate over columns that hold how far ``target`` is from another, perhaps in per cent."""
    order = list(columns)[:MOST_COLUMNS]
    for part in order:
        apart = np.abs(y - columns[part])
        for total in order:
            if total == part or not np.nanmin(columns[total]) >= 0:
                continue
            close = np.abs(apart * _power_of_ten(apart, columns[total]) - columns[total])
            if np.nanmean(close <= 0.02 * np.nanstd(columns[total]) + 1e-9) >= least:
                share = judge("distance", [y, columns[part]], columns[total])
                if share >= least:
                    yield Relation(total, (target, part), "distance", share)


def exact_combination(frame: pl.DataFrame, target: str, names: Sequence[str]) -> dict[str, float] | None:
    """Return the smallest found set of columns, with weights, whose linear combination is ``target`` exactly.

    Least squares on the complete rows; the residual must vanish but for rounding in 99% of them. Columns are then
    left out one by one while it still vanishes. Columns without gaps are tried alone as well, as those of others
    may leave too few rows. None where there is no such set of at most 12 columns.
    """
    y = as_floats(frame[target])
    usable = [n for n in names if frame[n].null_count() < 0.5 * frame.height]
    full = [n for n in names if frame[n].null_count() < NEARLY_FULL * frame.height]
    for group in dict.fromkeys(tuple(some[:MOST_WITH_TARGET]) for some in (usable, names, full)):
        if not group:
            continue
        x = frame.select(pl.col(list(group)).cast(pl.Float64).fill_null(float("nan"))).to_numpy()
        rows = np.isfinite(y) & np.isfinite(x).all(axis=1)
        keep = [i for i in range(len(group)) if rows.any() and np.ptp(x[rows, i]) > 0]
        if rows.sum() < max(LEAST_ROWS, 5 * len(keep)) or not keep or np.unique(y[rows]).size < 5:
            continue
        chosen = _shrink(x[rows], y[rows], keep)
        if chosen is not None and 0 < len(chosen) <= LONGEST_SUM:
            weights = _fit(x[rows], y[rows], chosen)[1]
            return {group[i]: float(w) for i, w in zip(chosen, weights, strict=True)}
    return None


def _fit(x: Floats, y: Floats, columns: Sequence[int]) -> tuple[bool, Floats]:
    part = x[:, list(columns)]
    scale = part.std(axis=0)
    scale[scale == 0] = 1.0
    design = np.column_stack([(part - part.mean(axis=0)) / scale, np.ones(len(y))])
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    weights = solution[:-1] / scale
    residual = np.abs(y - design @ solution)
    units = np.array([rounding(part[:, j]) for j in range(part.shape[1])])
    slack = 0.55 * (rounding(y) if rounding(y) < 1 else 0.0)
    slack += 0.55 * float(np.dot(np.abs(weights), np.where(units < 1, units, 0.0)))
    spread = float(y.std())
    sums = (np.abs(weights - 1.0) < NEAR_ONE) | (np.abs(weights) * part.std(axis=0) < IDLE * spread)
    most = (MOST_OF_SUM if sums.all() else MOST_OFF) * spread
    single = min(SINGLE * float(np.abs(y).max()), 1e-4 * spread)
    exact = float(np.quantile(residual, 0.99)) <= max(1e-6 * spread, single, min(slack, most))
    return exact, weights


def _shrink(x: Floats, y: Floats, columns: list[int]) -> list[int] | None:
    exact, weights = _fit(x, y, columns)
    if not exact:
        return None
    weight = np.abs(weights) * x[:, columns].std(axis=0) / max(float(y.std()), 1e-300)
    order = [columns[i] for i in np.argsort(weight, kind="stable")]
    chosen = list(columns)
    for index in order:
        rest = [c for c in chosen if c != index]
        if rest and _fit(x, y, rest)[0]:
            chosen = rest
    return chosen
