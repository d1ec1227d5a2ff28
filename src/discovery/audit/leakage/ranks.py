"""Ranks of the target within groups: the place in a race beside its points, the rank of a year beside the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ...artifacts import Severity
from ..targets import Floats, as_floats
from ..vocabulary.hindsight import prior_words, tokens
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["ranked_within"]

RANKS = frozenset("rank ranks ranking position pos place placing standing standings".split())
WRITTEN = r"^\s*[=#T~]{0,2}\s*(\d{1,6})(?:st|nd|rd|th|\.|\+|=|\s*[-–]\s*\d{1,6})?\s*$"
"""How ranks are written: ``=39``, ``301-350``, ``T5``, ``2nd``, ``601+``."""
READ = 0.3
"""Share of the rows that must have a rank that can be read."""
MOST_GROUPINGS, LEAST_EACH, FEWEST_STEPS = 30, 3, 60
"""Columns tried for groups, the rows that each group has on average, and steps between ranks at which the
target moves."""
SURE, MOSTLY = 0.999, 0.98
"""Share of the steps that go one way from which on it is major, and told at all."""


def ranked_within(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns named for a rank or a place in whose order the target falls (or rises), in each group of rows.

    The groups are those of one other column: a race, a year, a region. Ranks may be text, with ties and bands. The
    target may have the same value at several ranks; it must move the same way at nearly every step at which it
    moves.
    """
    target = problem.target
    if not target.ordinal or target.classes == 2:
        return
    found: dict[tuple[str, bool], list[tuple[str, float, int, int]]] = {}
    for column in problem.names:
        if column in taken or not RANKS & set(tokens(column)) or prior_words(column):
            continue
        ranks = _ranks(problem.frame[column])
        rows = np.isfinite(ranks) & np.isfinite(target.values)
        if rows.sum() < max(LEAST_ROWS, READ * np.isfinite(target.values).sum()):
            continue
        told = [(*_steps(ranks[rows], target.values[rows], codes[rows]), by) for by, codes in _groupings(problem)]
        told = [t for t in told if t[1] >= FEWEST_STEPS and t[0] >= MOSTLY]
        if told:
            share, steps, by = max(told, key=lambda t: t[0])
            found.setdefault((by, share >= SURE), []).append((column, share, steps, int(rows.sum())))
    for (by, sure), ranked in found.items():
        columns = tuple(r[0] for r in ranked)
        share, steps, count = min(r[1] for r in ranked), min(r[2] for r in ranked), min(r[3] for r in ranked)
        facts = {"by": by, "steps": steps, "share": round(share, 6)}
        severity: Severity = "major" if sure else "minor"
        yield Leak("ranked", columns, severity, sure, 0.9, share, count, facts)


def _ranks(series: pl.Series) -> Floats:
    if series.dtype == pl.String:
        return as_floats(series.str.extract(WRITTEN, 1).cast(pl.Float64, strict=False))
    return as_floats(series) if series.dtype.is_numeric() else np.full(len(series), np.nan)


def _groupings(problem: Problem) -> Iterator[tuple[str, Floats]]:
    """Yield the whole table and the columns of groups, those of fewest groups first."""
    frame = problem.frame
    yield "", np.zeros(frame.height)
    levels = {
        c: frame[c].n_unique()
        for c in problem.names
        if not frame[c].dtype.is_float() and not RANKS & set(tokens(c))
    }
    few = [c for c, n in levels.items() if 2 <= n <= frame.height / LEAST_EACH]
    for name in sorted(few, key=lambda c: levels[c])[:MOST_GROUPINGS]:
        yield name, np.where(frame[name].is_null().to_numpy(), np.nan, frame[name].rank("dense").to_numpy())


def _steps(ranks: Floats, values: Floats, codes: Floats) -> tuple[float, int]:
    """Return at which share of the steps to the next rank of a group the target moves the usual way, of how many
    at which it moves: from all values of a rank on to none that lies among them."""
    cells = (
        pl.DataFrame({"g": codes, "r": ranks, "y": values})
        .filter(pl.col("g").is_not_nan())
        .group_by("g", "r")
        .agg(low=pl.col("y").min(), high=pl.col("y").max())
        .sort("g", "r")
    )
    before = [pl.col(c).shift().over("g").alias(f"{c}_before") for c in ("low", "high")]
    steps = cells.with_columns(before).drop_nulls()
    steps = steps.filter((pl.col("low") != pl.col("low_before")) | (pl.col("high") != pl.col("high_before")))
    down = int((steps["high"] <= steps["low_before"]).sum())
    up = int((steps["low"] >= steps["high_before"]).sum())
    return (max(down, up) / steps.height if steps.height else 0.0), steps.height
