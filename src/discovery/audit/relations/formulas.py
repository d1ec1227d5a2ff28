"""Figures that are worked out from others and rounded: a share, a body mass index, a mean of siblings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ..sampling import evenly_spaced
from ..targets import Floats, as_floats
from ..vocabulary.names import named, tokens
from .arithmetic import TRIAL_ROWS, rounding
from .rules import Broken

__all__ = ["formula_rules"]

SHARES = ("percent", "percentage", "pct", "perc", "rate", "ratio", "share", "per", "proportion", "fraction")
MEANS = frozenset({"average", "avg", "mean"})
WEIGHT, HEIGHT, MASS_INDEX = ("weight", "wt", "wgt"), ("height", "ht", "hgt"), ("bmi", "body mass index")
DIGITS = 4
"""Digits of the factor of a quotient (100: per cent; 12: of the months of a year)."""
MOST_COLUMNS, MOST_SHARES, MOST_PARTS = 30, 5, 12
LEAST_ROWS, LEAST_VALUES = 30, 10
ALONE = 0.5
"""Share of the rows in which the dividend alone, times a constant, may be the quotient."""
HOLDS, CHANCE = 0.9, 0.3
"""Share of the rows in which a formula must hold, and the part of it that may hold by chance."""
IN_FULL, PARTS_TOO = 1e-6, 2.0
"""Unit of the figures of a column that are not rounded, and by how many units a rounded cell may be off."""


def formula_rules(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[Broken]:
    """Iterate over columns of ``names`` that are, but for rounding, a quotient of two others (where their name says
    that they are a share or a rate), weight over the square of height (a body mass index), or the mean of the
    columns that share the other words of their name.

    Rows that can tell have all figures, and a divisor that is not 0; nine in ten of them must keep the formula, and
    hardly any with the result shuffled.
    """
    usable = list(names)[:MOST_COLUMNS]
    for name in [n for n in names if named(n, *SHARES)][:MOST_SHARES]:
        yield from _quotient(frame, name, [n for n in usable if n != name])
    for name in [n for n in names if named(n, *MASS_INDEX)][:1]:
        yield from _mass_index(frame, name, names)
    for name in [n for n in names if MEANS & set(tokens(n))][:MOST_SHARES]:
        yield from _mean(frame, name, names)


def _quotient(frame: pl.DataFrame, name: str, others: Sequence[str]) -> Iterator[Broken]:
    """Yield the rule that a column is one column over another, times a factor: that of the largest quarter of its
    figures, which rounding moves the least."""
    rows = frame.select(name, *others)
    rows = rows[evenly_spaced(frame.height, TRIAL_ROWS)] if frame.height > TRIAL_ROWS else rows
    made = as_floats(rows[name])
    unit = rounding(made)
    if np.unique(made[np.isfinite(made)]).size < LEAST_VALUES:
        return
    large = made >= np.nanquantile(made, 0.75)
    matrix = np.stack([as_floats(rows[n]) for n in others]) if others else np.empty((0, rows.height))
    for index, part in enumerate(others):
        quotients = matrix[index] / np.where(matrix == 0, np.nan, matrix)
        factors = _factors(np.where(large, made / np.where(quotients == 0, np.nan, quotients), np.nan))
        near = np.abs(factors * quotients - made) <= _slack(factors * quotients, unit)
        told = np.isfinite(quotients) & np.isfinite(made)
        enough = (told.sum(axis=1) >= LEAST_ROWS) & (near.sum(axis=1) >= HOLDS * told.sum(axis=1))
        for hit in np.flatnonzero(enough).tolist():
            whole, factor = others[hit], float(factors[hit, 0])
            if whole == part:
                continue
            factor = round(factor) if abs(factor - round(factor)) < 0.01 * factor else factor
            times = "" if factor == 1 else f"{factor:g} × "
            if _near(matrix[index], made, unit) > ALONE:
                continue  # the divisor is hardly more than a constant
            values = factor * as_floats(frame[part]) / _divisor(frame[whole])
            found = _rule(frame, f"{times}{part} / {whole} = {name}", (part, whole, name), values)
            if found is not None:
                yield found
                return


def _factors(ratios: Floats) -> Floats:
    """Return the median of each row of ``ratios``, to a few digits; 0 where there is none."""
    factors = np.zeros((len(ratios), 1))
    for row in np.flatnonzero(np.isfinite(ratios).any(axis=1)):
        factors[row] = float(f"{np.nanmedian(ratios[row]):.{DIGITS}g}")
    return factors


def _near(part: Floats, made: Floats, unit: float) -> float:
    """Return in which share of the rows a column is a constant times another."""
    told = np.isfinite(part) & np.isfinite(made) & (part != 0)
    factor = float(np.median(made[told] / part[told])) if told.any() else 0.0
    return float((np.abs(factor * part - made) <= _slack(factor * part, unit))[told].mean()) if told.any() else 0.0


def _mass_index(frame: pl.DataFrame, name: str, names: Sequence[str]) -> Iterator[Broken]:
    weights, heights = ([n for n in names if n != name and named(n, *words)] for words in (WEIGHT, HEIGHT))
    if len(weights) != 1 or len(heights) != 1:
        return
    weight, height = as_floats(frame[weights[0]]), _divisor(frame[heights[0]])
    for factor in (1.0, 1e4, 703.0):  # metres, centimetres, pounds and inches
        columns = (weights[0], heights[0], name)
        found = _rule(frame, f"{weights[0]} / {heights[0]}² = {name}", columns, factor * weight / height**2)
        if found is not None:
            yield found
            return


def _mean(frame: pl.DataFrame, name: str, names: Sequence[str]) -> Iterator[Broken]:
    stem = set(tokens(name)) - MEANS
    parts = [n for n in names if n != name and stem and stem <= set(tokens(n)) and not MEANS & set(tokens(n))]
    if 2 <= len(parts) <= MOST_PARTS:
        values = np.mean([as_floats(frame[p]) for p in parts], axis=0)
        found = _rule(frame, f"mean({', '.join(parts)}) = {name}", (*parts, name), values)
        if found is not None:
            yield found


def _rule(frame: pl.DataFrame, rule: str, columns: tuple[str, ...], values: Floats) -> Broken | None:
    """Return the rule that the last column is ``values``, rounded; None where it is none, or may be chance."""
    made = as_floats(frame[columns[-1]])
    told = np.isfinite(values) & np.isfinite(made)
    if told.sum() < LEAST_ROWS:
        return None
    slack = np.maximum(_slack(values, rounding(made)), _rounded_cells(made))
    wrong = told & (np.abs(values - made) > slack)
    share = 1.0 - wrong.sum() / told.sum()
    mixed = np.random.default_rng(0).permutation(made[told])
    chance = float((np.abs(values[told] - mixed) <= slack[told]).mean())
    if share < HOLDS or chance > CHANCE * share:
        return None
    return Broken("quotient", rule, columns, wrong, int(told.sum()), named=True)


def _slack(values: Floats, unit: float) -> Floats:
    """Return by how much a rounded figure may be off: half a unit of its last decimal, or one where it was cut."""
    return np.asarray(1.01 * unit + 1e-6 * np.abs(values))


def _rounded_cells(made: Floats) -> Floats:
    """Return by how much the cells may be off that have one to four decimals where the column has many: somebody
    rounded them, and what they were worked out from; 0 elsewhere."""
    off = np.zeros(len(made))
    if rounding(made) <= IN_FULL:
        for decimals in range(4, 0, -1):
            short = np.abs(made - np.round(made, decimals)) <= 1e-9 * np.maximum(1.0, np.abs(made))
            off[short] = PARTS_TOO * 10.0**-decimals
    return off


def _divisor(series: pl.Series) -> Floats:
    values = as_floats(series)
    return np.asarray(np.where(values == 0, np.nan, values))
