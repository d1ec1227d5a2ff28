"""What the gaps of a column depend on: the target, or another column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from ..context import TableContext
from ..leakage.power import group_codes
from ..profiling.association import cramers_v
from ..targets import Ints, without_missing_words

__all__ = ["Dependence", "missing_depends"]

ROWS = 10_000
MOST_GAPPY = 40
MOST_OTHERS = 60
MOST_GROUPS = 50
BINS = 10
FEWEST = 20
STRONG = 0.3


@dataclass(frozen=True, slots=True)
class Dependence:
    """The gaps of a column depend on ``on``, with strength ``v`` (Cramér's V): their share is lowest and highest at
    ``low`` and ``high`` among groups of at least 20 rows. ``target`` says whether ``on`` is a target."""

    on: str
    v: float
    low: float
    high: float
    target: bool


def missing_depends(context: TableContext) -> dict[str, dict[str, Any]]:
    """Return, by column, what its gaps depend on most, where Cramér's V is at least 0.3.

    Measured on at most 10,000 rows, for at most 40 columns with gaps against 60 others (targets first), numbers in
    ten bins. Worked out once and kept in ``memo["missing_depends"]``.
    """
    if "missing_depends" not in context.memo:
        found = _all(context)
        context.memo["missing_depends"] = {column: asdict(best) for column, best in found.items()}
    kept: dict[str, dict[str, Any]] = context.memo["missing_depends"]
    return kept


def _all(context: TableContext) -> dict[str, Dependence]:
    step = max(1, -(-context.rows // ROWS))
    gappy = [c.name for c in context.columns() if 0.005 < c.missing / max(1, c.rows) < 0.995][:MOST_GAPPY]
    if not gappy:
        return {}
    targets = context.targets
    order = sorted(context.profile.columns, key=lambda c: c not in targets)
    gaps = np.column_stack([_gaps(context.frame[name].gather_every(step)) for name in gappy])
    found: dict[str, Dependence] = {}
    tried = 0
    for on in order:
        profile = context.profile[on]
        usable = profile.distinct > 1 and (profile.numeric or profile.temporal or profile.distinct <= MOST_GROUPS)
        if usable and tried < MOST_OTHERS:
            tried += 1
            codes = group_codes(context.frame[on].gather_every(step), bins=BINS)
            for name, (v, low, high) in _measure(gaps, codes, gappy).items():
                if name != on and v >= STRONG and (name not in found or v > found[name].v):
                    found[name] = Dependence(on, v, low, high, on in targets)
    return found


def _gaps(series: pl.Series) -> Ints:
    return without_missing_words(series).is_null().to_numpy().astype(np.int64)


def _measure(gaps: Ints, codes: Ints, names: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Return, for those columns of ``gaps`` that may depend on ``codes`` (0 where missing), Cramér's V with them,
    and the lowest and highest share of gaps in a group of at least 20 rows."""
    order = np.argsort(codes, kind="stable")[np.count_nonzero(codes == 0) :]
    sizes = np.bincount(codes, minlength=2)[1:]
    sizes = sizes[sizes > 0]
    large = sizes >= FEWEST
    if large.sum() < 2:
        return {}
    rows = sizes[large, None].astype(np.float64)
    holes = np.add.reduceat(gaps[order], np.cumsum(sizes) - sizes, axis=0)[large]
    rates, mean = holes / rows, holes.sum(axis=0) / rows.sum()
    with np.errstate(invalid="ignore"):
        phi2 = (rows * (rates - mean) ** 2).sum(axis=0) / rows.sum() / (mean * (1 - mean))
    found: dict[str, tuple[float, float, float]] = {}
    for i in np.flatnonzero(phi2 >= 0.8 * STRONG**2).tolist():  # V, corrected for chance, is hardly above phi
        v = cramers_v(np.column_stack([rows[:, 0] - holes[:, i], holes[:, i]]))
        found[names[i]] = round(v, 4), round(float(rates[:, i].min()), 4), round(float(rates[:, i].max()), 4)
    return found
