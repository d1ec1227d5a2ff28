"""What sentences about leaks share: what they are about, and what follows from a leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...context import TableContext
from ...leakage.problem import Leak

__all__ = ["EITHER", "IF_AFTER", "INFLATED", "SAME_OUTCOME", "Subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence is about."""

    leak: Leak
    target: str
    context: TableContext

    @property
    def names(self) -> str:
        """The columns that leak, as they stand in a sentence."""
        return _join(self.leak.columns)


def _join(columns: Sequence[str]) -> str:
    quoted = [f"'{c}'" for c in columns[:6]] + ([f"{len(columns) - 6} more"] if len(columns) > 6 else [])
    return " and ".join(quoted) if len(quoted) < 3 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


EITHER = "That can be honest, or come from after the outcome; the data alone cannot tell."
INFLATED = "A model that sees it scores far better in the test than it ever will in use."
IF_AFTER = f"If it is measured during or after the outcome: {INFLATED[0].lower()}{INFLATED[1:]}"
SAME_OUTCOME = f"It may be another reading of the same outcome. {INFLATED}"
