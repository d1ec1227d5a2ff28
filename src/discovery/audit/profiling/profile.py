"""The profile: the statistics of a table, as checks read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["QUANTILES", "ColumnProfile", "TableProfile"]

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Statistics of one column. Those that do not apply to its type are None or empty.

    ``minimum`` and ``maximum`` are numbers, dates or (text) the first and last in order. ``top`` holds the most
    frequent values, most frequent first (ties by value), up to 50, with their counts. Lengths are in characters.
    ``patterns`` are shapes of the text (``A`` letters, ``9`` digits, the rest as is, runs shortened to one sign),
    with counts. ``low`` and ``high`` are the outermost values, outermost first, up to 20, with their counts (not
    for text). ``whole`` says whether all numbers are whole; ``sorted`` is 1 or -1 where the rows are in rising or
    falling order of the column. ``approximate`` names the statistics that were estimated from a sample.
    """

    name: str
    type: str
    rows: int
    missing: int
    distinct: int
    semantic: str | None = None
    semantic_confidence: float = 0.0
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    std: float | None = None
    skew: float | None = None
    quantiles: Mapping[float, float] = field(default_factory=dict)
    zeros: int = 0
    negatives: int = 0
    infinite: int = 0
    histogram: tuple[Sequence[float], Sequence[int]] | None = None
    top: Sequence[tuple[Any, int]] = ()
    length_min: int | None = None
    length_max: int | None = None
    length_mean: float | None = None
    patterns: Sequence[tuple[str, int]] = ()
    unparsed: int = 0
    low: Sequence[tuple[Any, int]] = ()
    high: Sequence[tuple[Any, int]] = ()
    whole: bool = False
    sorted: int = 0
    approximate: tuple[str, ...] = ()

    @property
    def present(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.type in {"integer", "number"}

    @property
    def temporal(self) -> bool:
        """Whether the values are dates or times of a date."""
        return self.type in {"date", "datetime"}

    @property
    def unique(self) -> bool:
        """Whether no value that is there occurs twice."""
        return self.present > 0 and self.distinct == self.present

    @property
    def identifying(self) -> bool:
        """Whether every row has a value of its own."""
        return self.unique and self.missing == 0


@dataclass(frozen=True, slots=True)
class TableProfile:
    """Statistics of one table.

    ``correlations`` are Pearson's of pairs of numbers, ``contingencies`` Cramér's V of pairs of categories, and
    ``ratios`` correlation ratios of a category (first) and a number.
    """

    name: str
    rows: int
    columns: Mapping[str, ColumnProfile]
    duplicate_rows: int = 0
    key: Sequence[str] = ()
    time: str | None = None
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    contingencies: Mapping[tuple[str, str], float] = field(default_factory=dict)
    ratios: Mapping[tuple[str, str], float] = field(default_factory=dict)
    approximate: bool = False

    def __getitem__(self, column: str) -> ColumnProfile:
        return self.columns[column]
