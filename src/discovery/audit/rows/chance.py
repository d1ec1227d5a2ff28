"""How many rows would be equal by chance.

Under independence of the columns two rows agree with probability ``prod_c sum_v p_cv ** 2`` (the repeat rate;
Simpson 1949, in its unbiased form), so that n rows hold about ``n (n - 1) / 2`` times as many equal pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from ..profiling.profile import ColumnProfile

__all__ = ["collision", "equal_pairs", "expected_duplicates"]


def expected_duplicates(columns: Sequence[ColumnProfile], rows: int) -> float:
    """Return how many rows would repeat an earlier one by chance, were the columns independent."""
    return float(min(rows - 1, equal_pairs(columns, rows))) if rows >= 2 else 0.0


def equal_pairs(columns: Sequence[ColumnProfile], rows: int) -> float:
    """Return how many pairs of rows would be equal by chance, were the columns independent."""
    if rows < 2 or not columns:
        return 0.0
    return float(rows * (rows - 1) / 2 * prod(collision(c) for c in columns))


def collision(column: ColumnProfile) -> float:
    """Probability that two rows agree in ``column``; what is beyond the most frequent values is spread evenly."""
    if column.rows < 2:
        return 1.0
    counts = [column.missing, *(n for _, n in column.top)]
    agreeing = float(sum(n * (n - 1) for n in counts))
    rest, levels = column.rows - sum(counts), column.distinct - len(column.top)
    if rest > 0 and levels > 0:
        agreeing += rest * (rest / levels - 1)
    return float(min(1.0, max(0.0, agreeing) / (column.rows * (column.rows - 1))))
