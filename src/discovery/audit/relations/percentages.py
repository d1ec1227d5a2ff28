"""Columns that say which per cent one column is of another, or how much less: a stake, a discount."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ..sampling import evenly_spaced
from ..targets import Floats, as_floats
from .arithmetic import rounding
from .rules import Broken

__all__ = ["Percentage", "find_percentages", "percentage_errors", "percentage_rules"]

TRIAL_ROWS, MOST_COLUMNS = 200, 30
STEP, FEWEST, MOST_HOLD = 4, 10, 0.9
"""Every fourth trial row is looked at first: how many must be able to tell, and the share that must hold."""
LEAST_ROWS, LEAST_VALUES = 30, 10
HOLDS, CHANCE = 0.95, 0.3
"""Share of the rows in which a percentage must hold, and the part of it that may hold once a column is shuffled."""
COARSE = 0.1
"""Share of the spread of the rates that their rounding may be."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Percentage:
    """``rate`` is ``part`` over ``whole``, or what ``part`` is ``less`` than it, in per cent or (1) as a share."""

    part: str
    whole: str
    rate: str
    less: bool
    scale: float

    @property
    def columns(self) -> tuple[str, str, str]:
        """All columns in it, the rate last."""
        return self.part, self.whole, self.rate

    @property
    def formula(self) -> str:
        """The relation as people write it."""
        share = f"{'1 - ' if self.less else ''}{self.part} / {self.whole}"
        if self.scale == 1:
            return f"{share} = {self.rate}"
        return f"{self.scale:g} × {f'({share})' if self.less else share} = {self.rate}"


def percentage_rules(frame: pl.DataFrame, names: Sequence[str], told: Collection[str] = ()) -> Iterator[Broken]:
    """Iterate over the percentages among ``names`` but for the rates ``told``, with the rows that break them."""
    for found in find_percentages(frame, names):
        telling, wrong = percentage_errors(frame, found)
        rows = int(telling.sum())
        if found.rate not in told and rows >= LEAST_ROWS and wrong.sum() <= (1 - HOLDS) * rows:
            yield Broken("quotient", found.formula, found.columns, wrong, rows, named=True)


def find_percentages(frame: pl.DataFrame, names: Sequence[str], of: str | None = None) -> Iterator[Percentage]:
    """Iterate over the percentages among the first 30 of ``names`` that have ten values or more, on 200 rows; with
    ``of``, over those that this column is in. Confirm with :func:`percentage_errors`.

    A rate lies from 0 to 100, or to 1 (of what is less: other shares are products). It must hold within its
    rounding in 19 of 20 rows, and in few once one of the columns is shuffled.
    """
    if len(names) < 3:
        return
    picked = frame.select(list(names)[: 3 * MOST_COLUMNS])
    picked = picked[evenly_spaced(frame.height, TRIAL_ROWS)] if frame.height > TRIAL_ROWS else picked
    columns = {c: v for c in picked.columns if _varied(v := as_floats(picked[c]))}
    columns = dict(list(columns.items())[:MOST_COLUMNS])
    order = list(columns)
    if len(order) < 3:
        return
    matrix = np.stack(list(columns.values()))[:, ::STEP]
    seen: set[frozenset[str]] = set()
    with np.errstate(all="ignore"):
        shares = np.where(matrix == 0, np.nan, matrix)[:, None] / np.where(matrix == 0, np.nan, matrix)
        for rate in order:
            scale = _scale(columns[rate])
            for less in (False, True) if scale == 100 else (True,) if scale else ():
                near = _near(shares, columns[rate][::STEP], less, scale)
                for part, whole in ((order[i], order[j]) for i, j in np.argwhere(near)):
                    found = Percentage(part, whole, rate, less, scale)
                    key = frozenset(found.columns)
                    if len(key) < 3 or key in seen or (of is not None and of not in key):
                        continue
                    if _sure(found, columns):
                        seen.add(key)
                        yield found
                        break


def _varied(values: Floats) -> bool:
    return np.unique(values[np.isfinite(values)]).size >= LEAST_VALUES


def _scale(rates: Floats) -> float:
    """Return 100 where numbers may be per cent, 1 where they may be shares, and 0 where they are neither."""
    low, high = np.nanmin(rates), np.nanmax(rates)
    return 0.0 if low < 0 or high > 100 else 100.0 if high > 1 else 1.0


def _near(shares: Floats, rates: Floats, less: bool, scale: float) -> Bools:
    """Return which pairs of columns (part, whole) have the rates in most rows, within their last decimal."""
    made = scale * (1.0 - shares if less else shares)
    told = np.isfinite(made) & _inside(rates, scale)
    hits = (np.abs(made - rates) <= 2.0 * rounding(rates)) & told
    counts = told.sum(axis=2)
    near: Bools = (counts >= FEWEST) & (hits.sum(axis=2) >= MOST_HOLD * counts)
    return near


def _inside(rates: Floats, scale: float) -> Bools:
    inside: Bools = (rates > 0) & (rates < scale)
    return inside


def _sure(found: Percentage, columns: dict[str, Floats]) -> bool:
    """Whether a percentage holds, and hardly with its rates, its parts or its wholes shuffled."""
    part, whole, rate = (columns[c] for c in found.columns)
    telling, wrong, slack = _errors(found, part, whole, rate)
    rows = int(telling.sum())
    if rows < LEAST_ROWS or wrong.sum() > (1 - HOLDS) * rows:
        return False
    if float(np.median(slack[telling])) > COARSE * float(np.std(rate[telling])):
        return False
    rng, kept = np.random.default_rng(0), 1.0 - wrong.sum() / rows
    part, whole, rate = part[telling], whole[telling], rate[telling]
    mixed = [(rng.permutation(part), whole, rate), (part, rng.permutation(whole), rate)]
    for values in (*mixed, (part, whole, rng.permutation(rate))):
        told, off, _ = _errors(found, *values)
        if told.sum() - off.sum() > CHANCE * kept * told.sum():
            return False
    return True


def percentage_errors(frame: pl.DataFrame, found: Percentage) -> tuple[Bools, Bools]:
    """Return (rows that can tell, rows that do not keep to a percentage)."""
    with np.errstate(all="ignore"):
        telling, wrong, _ = _errors(found, *(as_floats(frame[c]) for c in found.columns))
    return telling, wrong


def _errors(found: Percentage, part: Floats, whole: Floats, rate: Floats) -> tuple[Bools, Bools, Floats]:
    """Return the rows that can tell, those that are wrong, and the rounding; rates may also have been cut."""
    share = part / np.where(whole == 0, np.nan, whole)
    made = found.scale * (1.0 - share if found.less else share)
    unit = rounding(rate)
    blur = np.abs(share) * (rounding(part) / np.abs(part) + rounding(whole) / np.abs(whole))
    slack = np.asarray(0.51 * unit + 0.51 * found.scale * blur + 1e-9)
    telling = np.isfinite(made) & (part != 0) & _inside(rate, found.scale)
    rounded = telling & (np.abs(made - rate) > slack)
    cut = telling & (np.abs(made - rate - 0.5 * unit) > slack)
    return telling, cut if cut.sum() < rounded.sum() else rounded, slack
