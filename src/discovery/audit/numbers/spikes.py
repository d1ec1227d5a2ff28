"""Numbers that do not belong to the distribution of their column, and how such codes are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..values import number

__all__ = ["LIMITS", "Counts", "Spike", "Values", "is_code", "spread"]

LIMITS = frozenset(
    {-(2.0**31), 2.0**31 - 1, 2.0**32 - 1, -(2.0**63), 2.0**63, -32768.0, 32767.0, 65535.0, 1e20, 1e30, -1e30}
)
"""The limits of storage types, and what programs write for no number."""

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spike:
    """A number that stands for something else in ``rows`` rows, and ``why`` that is thought; ``sure`` of it, or in
    ``doubt``, or neither."""

    value: float
    rows: int
    why: str
    sure: bool
    doubt: bool = False


def is_code(value: float) -> bool:
    """Whether a number is written with 9s, 8s or 7s only (two signs at least), or is a limit of a storage type.

    With decimals it is one from 99.9 on: 8.8 is a measurement.
    """
    if value in LIMITS:
        return True
    if value != np.trunc(value) and abs(value) < 99:
        return False
    digits = re.sub(r"\D", "", number(value)) if abs(value) < 1e15 else ""
    return len(digits) >= 2 and len(set(digits)) == 1 and digits[0] in "987"


def spread(values: Values, counts: Counts) -> float:
    """Return the range of the inner 98% of sorted values, each as often as it occurs; all of it of few values."""
    if counts.sum() < 200:
        return float(values[-1] - values[0])
    share = np.cumsum(counts) / counts.sum()
    low, high = values[np.searchsorted(share, [0.01, 0.99])]
    return float(max(high - low, 0.25 * (values[-1] - values[0])))
