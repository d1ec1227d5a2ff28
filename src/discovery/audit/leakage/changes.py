"""Columns that are by how much the target is above or below another column, as a share or in per cent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...artifacts import Severity
from ..relations.arithmetic import rounding
from ..targets import Floats, as_floats
from ..vocabulary.hindsight import prior_words
from .parts import usable, was_rounded
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["changed"]

MOST_COLUMNS, FIRST_ROWS = 30, 12
HOLDS, CHANCE, SOME = 0.97, 0.3, 0.4
"""Share of the rows in which a change must hold, in which it may once shuffled, and of the first few from which it
is looked at."""
CLOSE, MOST_OFF = 1e-4, 0.02
"""Share of a change that it may be off, and of the whole (of 100 %) that this and its rounding may be: a mere
quotient is no change by it."""
FORMS = (
    ("({y} - {d}) / {d}", False, 1.0),
    ("({d} - {y}) / {d}", False, -1.0),
    ("({d} - {y}) / {y}", True, 1.0),
    ("({y} - {d}) / {y}", True, -1.0),
)
"""What is divided by what, whether the target is below, and the sign."""


def changed(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Changes, discounts, margins and removals: what the target is above or below another column, by one of them.

    The relation must hold within the rounding of the change, or but for the decimals that were cut off it, and not
    with the other column shuffled. Where the change had to be rounded it was worked out from the target; a round
    one (a discount of 20 %) may be known before, and is asked about.
    """
    found = usable(problem, taken, MOST_COLUMNS)
    if found is None or len(found[1]) < 2:
        return
    y, columns = found
    names = list(columns)
    matrix = np.stack(list(columns.values()))
    first = matrix[None, :, :FIRST_ROWS]
    slack = np.array([1.01 * rounding(x) for x in first[0]])[None, :, None] + CLOSE * np.abs(first)
    told: set[str] = set()
    for text, inverse, sign in FORMS:
        part, whole = (matrix, y) if inverse else (y, matrix)
        ratio = sign * (part[..., :FIRST_ROWS] / whole[..., :FIRST_ROWS] - 1.0)
        for scale in (1.0, 100.0):
            close = np.abs(scale * ratio[:, None, :] - first) <= slack
            for i, j in zip(*np.nonzero(close.mean(axis=2) >= SOME), strict=True):
                base, change = names[int(i)], names[int(j)]
                if base == change or change in told or prior_words(change):
                    continue
                leak = _leak(problem, base, change, (text, inverse, sign * scale))
                if leak is not None:
                    told.add(change)
                    yield leak


def _leak(problem: Problem, base: str, change: str, form: tuple[str, bool, float]) -> Leak | None:
    """Return what is to be told of a change that holds in the first rows."""
    text, inverse, scale = form
    y, d, c = problem.target.values, as_floats(problem.frame[base]), as_floats(problem.frame[change])
    rows = np.isfinite(y) & np.isfinite(d) & np.isfinite(c) & (y != 0) & (d != 0) & (c != 0)
    if rows.sum() < max(LEAST_ROWS, 0.2 * np.isfinite(y).sum()):
        return None
    y, d, c = y[rows], d[rows], c[rows]
    unit = rounding(c)
    coarse = 0.51 * unit + CLOSE * float(np.median(np.abs(c))) > MOST_OFF * abs(scale)
    if np.unique(c).size < 5 or 2 * unit > c.std() or coarse:
        return None
    middle = c + 0.5 * unit * np.sign(c)  # of what was cut to it
    told = max(c, middle, key=lambda of: _kept(y, d, of, inverse, scale, unit))
    share = _kept(y, d, told, inverse, scale, unit)
    rng = np.random.default_rng(0)
    if share < HOLDS or _kept(y, rng.permutation(d), told, inverse, scale, unit) > CHANCE:
        return None
    made = was_rounded(_apart(y, d, told, inverse, scale), unit)
    formula = text.format(y=problem.target.name, d=base)
    formula = f"{formula}{' × 100' if abs(scale) == 100 else ''} = {change}"
    facts = {"formula": formula, "share": round(share, 6)}
    severity: Severity = "major" if made else "minor"
    sure = 0.95 if made else 0.8
    return Leak("arithmetic", (change,), severity, made, sure, share, int(share * rows.sum()), facts)


def _kept(y: Floats, d: Floats, c: Floats, inverse: bool, scale: float, unit: float) -> float:
    """Return the share of the rows in which ``c``, told to a ``unit``, is the change between ``y`` and ``d``."""
    apart = _apart(y, d, c, inverse, scale)
    return float((apart <= 0.51 * unit + CLOSE * np.abs(c)).mean())


def _apart(y: Floats, d: Floats, c: Floats, inverse: bool, scale: float) -> Floats:
    """Return by how much ``c`` is off the change between ``y`` and ``d``."""
    return np.asarray(np.abs(scale * ((d / y if inverse else y / d) - 1.0) - c))
