"""Numbers that are the target by a factor that each level of another column has: by head, shares of a month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ...artifacts import Severity
from ..relations.arithmetic import rounding
from ..sampling import evenly_spaced
from ..targets import Floats, Ints, as_floats
from ..vocabulary.hindsight import prior_words
from ..vocabulary.names import named, singular, tokens
from .power import group_codes
from .problem import Leak, Problem

__all__ = ["by_level"]

STRONG, MOST_STRONG = 0.3, 8
"""Power from which a column is looked at whatever its name, and how many are."""
MOST_TRIED, TRIAL_ROWS = 24, 4_000
"""How many columns are tried, and on how many rows first."""
MOST_COLUMNS, FEWEST_EACH = 12, 5
"""How many columns of levels are tried, and how many rows a level has on average."""
FEWEST_TOLD, FINE = 100, 0.05
"""Rows that must tell, and the share of the target up to which rounding leaves a row to tell anything."""
FITS, CHANCE = 0.95, 0.5
"""Share of the rows in which the factors must hold, and in which one factor for all, factors of levels that were
given out anew, or the levels alone may."""
_PARTS = ("year", "yr", "month", "mnth", "week", "quarter")


def by_level(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns of which the target is a multiple in every level of another column, or of a year and its month.

    The factor of a level is the median ratio of its rows; it must hold within the rounding of both numbers. It is
    measured on the sample that power is measured on. Major where the names share a word (``cases`` and
    ``cases_per_million``): another factor may be known before (a price).
    """
    target = problem.sampled
    if target is None or not target.ordinal or target.classes:
        return
    frame, y = problem.sample, target.values
    kin = [c for c in problem.numeric if _akin(c, target.name)]
    strong = [c for c in problem.powers if c in set(problem.numeric) and problem.power(c) >= STRONG][:MOST_STRONG]
    columns = [c for c in dict.fromkeys([*kin, *strong]) if c not in taken and not prior_words(c)]
    levels = _levels(frame, target.name) if columns else []
    trial = evenly_spaced(frame.height, TRIAL_ROWS)
    for column in columns[:MOST_TRIED]:
        x = as_floats(frame[column])
        for names, codes in levels:
            if column in names or _held(x[trial], y[trial], codes[trial])[0] < FITS:
                continue
            share, rows = _held(x, y, codes)
            if share >= FITS:
                facts = {"by": names, "share": round(share, 6)}
                severity: Severity = "major" if _akin(column, target.name) else "minor"
                yield Leak("by_level", (column,), severity, True, 0.9, share, rows, facts)
                break


def _akin(column: str, target: str) -> bool:
    """Whether two names share a word of three letters or more, in the singular or not."""
    mine, theirs = ({singular(w) for w in tokens(name) if len(w) > 2} for name in (column, target))
    return bool(mine & theirs)


def _levels(frame: pl.DataFrame, target: str) -> list[tuple[list[str], Ints]]:
    """Return columns of levels with the level of each row, those of the fewest levels first."""
    found = []
    for series in frame.iter_columns():
        few = series.dtype in (pl.String, pl.Boolean, pl.Date) or _whole(series)
        if series.name != target and few and 2 <= series.n_unique() <= len(series) / FEWEST_EACH:
            found.append((series.name, series.n_unique(), group_codes(series, bins=len(series))))
    found = sorted(found, key=lambda f: f[1])[:MOST_COLUMNS]
    parts = [f for f in found if named(f[0], *_PARTS)][:2]
    tried = [([name], codes) for name, _, codes in found]
    if len(parts) == 2:
        (first, _, outer), (second, _, inner) = parts
        tried.append(([first, second], outer * (int(inner.max()) + 1) + inner))
    return tried


def _whole(series: pl.Series) -> bool:
    return series.dtype.is_integer() or (series.dtype == pl.Float64 and bool((series == series.round()).all()))


def _held(x: Floats, y: Floats, levels: Ints) -> tuple[float, int]:
    """Return in which share of the rows that tell the factors hold, and how many tell; 0 where chance does it."""
    rows = np.isfinite(x) & np.isfinite(y) & (x != 0) & (y != 0)
    x, y, levels = x[rows], y[rows], levels[rows]
    slack = 0.51 * rounding(y) + np.abs(y / x) * 0.51 * rounding(x) if len(x) else x
    fine = slack <= FINE * np.abs(y)
    x, y, levels, slack = x[fine], y[fine], levels[fine], slack[fine] + 1e-9 * np.abs(y[fine])
    if len(x) < FEWEST_TOLD:
        return 0.0, 0
    share = _fit(x, y, levels, slack)
    if share < FITS:
        return 0.0, 0
    anew, same = np.random.default_rng(0).permutation(levels), np.ones_like(x)
    others = ((x, np.zeros_like(levels)), (x, anew), (same, levels))
    return (0.0, 0) if any(_fit(x_, y, of, slack) > CHANCE for x_, of in others) else (share, len(x))


def _fit(x: Floats, y: Floats, levels: Ints, slack: Floats) -> float:
    """Return the share of the rows, in levels of some rows, that the median ratio of their level explains."""
    table = pl.DataFrame({"level": levels, "ratio": y / x})
    table = table.with_columns(factor=pl.col("ratio").median().over("level"), rows=pl.len().over("level"))
    there = (table["rows"] >= FEWEST_EACH).to_numpy()
    held = np.abs(y - table["factor"].to_numpy() * x) <= 1.5 * slack
    return float(held[there].mean()) if there.sum() >= FEWEST_TOLD else 0.0
