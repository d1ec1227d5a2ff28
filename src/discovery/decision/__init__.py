"""From audit, evaluation and acceptance criteria to go, narrow, hold or no-go, with the evidence."""

from .decide import decide
from .estimate import Estimate, judge

__all__ = ["Estimate", "decide", "judge"]
