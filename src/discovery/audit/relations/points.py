"""Places written as one text that two columns of the table hold as numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..context import TableContext

__all__ = ["POINT", "parts_of_points"]

POINT = r"(?i)^\s*(?:point\s*)?[\[(]?\s*(-?\d{1,3}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)\s*[\])]?\s*$"
"""Two numbers with decimals, in brackets or not: ``(41.92, -87.64)``, ``POINT (-87.64 41.92)``."""
MOSTLY, SAME, FEWEST = 0.9, 0.99, 20
"""The shares of the cells that must be such, and equal both numbers; and the fewest cells."""
CLOSE = 1e-4
"""How far a number may be rounded, in degrees some ten metres."""
_MEMO = "points"


def parts_of_points(ctx: TableContext) -> dict[str, tuple[str, str]]:
    """Return, of each text that is two numbers, the two columns of numbers that hold these."""
    if _MEMO not in ctx.memo:
        ctx.memo[_MEMO] = dict(_found(ctx))
    found: dict[str, tuple[str, str]] = ctx.memo[_MEMO]
    return found


def _found(ctx: TableContext) -> list[tuple[str, tuple[str, str]]]:
    texts = [c.name for c in ctx.columns("text") if c.present >= FEWEST and c.distinct >= FEWEST]
    numbers = [c.name for c in ctx.columns("number") if c.distinct >= FEWEST]
    found = []
    for name in texts if len(numbers) > 1 else ():
        if not ctx.frame[name].drop_nulls().head(FEWEST).str.contains(POINT).all():
            continue
        cells = ctx.frame[name].str.extract_groups(POINT).struct.unnest().cast(pl.Float64, strict=False)
        parts = [cells.to_series(i).to_numpy() for i in (0, 1)]
        if np.isfinite(parts[0]).sum() < MOSTLY * ctx.profile[name].present:
            continue
        pair = [next((n for n in numbers if _equal(ctx.frame[n], part)), None) for part in parts]
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            found.append((name, (pair[0], pair[1])))
    return found


def _equal(series: pl.Series, part: np.ndarray) -> bool:
    values = series.cast(pl.Float64).to_numpy()
    known = np.isfinite(values) & np.isfinite(part)
    alike = np.abs(values[known] - part[known]) <= CLOSE
    return bool(known.sum() >= MOSTLY * np.isfinite(part).sum() and alike.mean() >= SAME)
