"""What a detector of semantic types looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ..profiling.profile import ColumnProfile

__all__ = ["MAX_VALUES", "Facts", "Found", "share"]

MAX_VALUES = 1000
_DIGIT = r"[\p{Nd}¹²³⁰⁴-⁹₀-₉①-⑨]"
Found = tuple[str, float] | None


def share(values: pl.Series, pattern: str) -> float:
    """Return the share of the texts ``values`` that match ``pattern``."""
    return int(values.str.contains(pattern).sum() or 0) / len(values) if len(values) else 0.0


@dataclass(frozen=True)
class Facts:
    """What a detector looks at: distinct values as text, and what is known of the column."""

    name: str
    type: str
    values: pl.Series
    hints: frozenset[str]
    profile: ColumnProfile

    @cached_property
    def digits(self) -> float:
        """Share of the values that hold a digit."""
        return share(self.values, _DIGIT)

    def holds(self, sign: str) -> float:
        """Share of the values that hold ``sign``."""
        return sum(sign in text for text in self.texts) / len(self.texts)

    def share(self, pattern: str) -> float:
        """Share of the values that match ``pattern``."""
        return share(self.values, pattern)

    def share_of(self, rule: Callable[[str], bool]) -> float:
        """Share of the values for which ``rule`` holds."""
        return sum(map(rule, self.texts)) / len(self.values)

    @cached_property
    def texts(self) -> list[str]:
        """The values as a list."""
        return self.values.to_list()
