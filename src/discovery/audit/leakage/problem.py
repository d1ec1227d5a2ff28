"""What a use case predicts from what, as the detectors of leaks see it, and what they return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ...artifacts import Severity
from ...engagement import UseCase
from ..targets import Target, framed_numbers, read_target
from ..vocabulary.afterwards import after_words, domains
from .power import column_power

__all__ = ["LEAST_ROWS", "Leak", "Problem", "in_seconds", "with_numbers"]

LEAST_ROWS = 40
"""Rows below which nothing is said of a column."""
POWER_ROWS = 20_000
WIDE, WIDE_ROWS = 200, 4_000
"""Columns above which power is measured on fewer rows, and on how many."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A column, or a few that belong together, that know the target. ``form`` says how, ``certain`` whether that
    rests on structure; ``power`` is 0 to 1, ``rows`` counts those it is seen in, ``facts`` go into the details."""

    form: str
    columns: tuple[str, ...]
    severity: Severity
    certain: bool
    confidence: float
    power: float = 0.0
    rows: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Problem:
    """A use case's prediction problem: its table, all rows and a sample of them, and the target over both."""

    frame: pl.DataFrame
    use_case: UseCase
    target: Target
    time: str | None = None
    seed: int = 0
    unread: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    """Positions of the rows whose cell of a column holds something that could not be read as its type."""

    def filled(self, column: str, series: pl.Series | None = None) -> npt.NDArray[np.bool_]:
        """Return the rows in which a column (or ``series`` instead) holds something."""
        there: npt.NDArray[np.bool_] = (self.frame[column] if series is None else series).is_not_null().to_numpy()
        if column in self.unread:
            there = there.copy()
            there[self.unread[column]] = True
        return there

    @cached_property
    def in_time(self) -> bool:
        """Whether nine in ten rows come after the one before them by the time of the table, or before it."""
        if self.time is None or self.time not in self.frame.columns:
            return self.time is not None
        steps = self.frame[self.time].drop_nulls().to_physical().diff().drop_nulls()
        later, earlier = int((steps > 0).sum()), int((steps < 0).sum())
        return min(later, earlier) <= 0.1 * len(steps)

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

    def power(self, column: str) -> float:
        """Return what a column alone tells of the target; 0 where that cannot be measured."""
        return self.powers.get(column, 0.0)

    def next_best(self, column: str) -> float:
        """Return the power of the strongest column but ``column``."""
        return next((p for c, p in self.powers.items() if c != column), 0.0)

    @cached_property
    def known_after(self) -> dict[str, tuple[str, bool]]:
        """The words for what follows such an outcome of the columns that have some, and whether they are hard."""
        of = domains(self.target.name, self.target.labels, self.names)
        told = {c: words for c in self.names if of and (words := after_words(c, of))}
        number = self.target.ordinal and self.target.kind != "binary"
        return {
            c: (words, hard)
            for c, (words, hard) in told.items()
            if hard or (number and self.frame[c].dtype.is_numeric())
        }

    @cached_property
    def numeric(self) -> list[str]:
        """The numeric columns that could leak."""
        return [c for c in self.names if self.frame[c].dtype.is_numeric()]


def in_seconds(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with times of day, which may be spans of time, in seconds."""
    times = [c for c, dtype in frame.schema.items() if dtype == pl.Time]
    return frame.with_columns(pl.col(times).cast(pl.Int64) / 1e9) if times else frame


def with_numbers(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    """Return ``frame`` with texts that are numbers in the same words as numbers, but for the target."""
    read = [framed_numbers(s) for s in frame.iter_columns() if s.name != target and s.dtype == pl.String]
    return frame.with_columns(s for s in read if s is not None)
