"""What the gaps of a column depend on: the target, or another column."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .association import cramers_v
from .context import TableContext
from .power import group_codes
from .targets import Ints, without_missing_words

__all__ = ["Dependence", "missing_depends"]

ROWS = 10_000
MOST_GAPPY = 40
MOST_OTHERS = 60
MOST_GROUPS = 50
BINS = 10
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
    targets = {u.target for u in context.use_cases}
    order = sorted(context.profile.columns, key=lambda c: c not in targets)
    groups: dict[str, Ints] = {}
    for name in order:
        profile = context.profile[name]
        usable = profile.distinct > 1 and (profile.numeric or profile.temporal or profile.distinct <= MOST_GROUPS)
        if usable and len(groups) < MOST_OTHERS:
            groups[name] = group_codes(context.frame[name].gather_every(step), bins=BINS)
    found: dict[str, Dependence] = {}
    for name in gappy:
        gaps = without_missing_words(context.frame[name].gather_every(step)).is_null().to_numpy()
        others = (
            _measure(gaps.astype(np.int64), codes, o, o in targets) for o, codes in groups.items() if o != name
        )
        best = max((d for d in others if d is not None), key=lambda d: d.v, default=None)
        if best is not None and best.v >= STRONG:
            found[name] = best
    return found


def _measure(gaps: Ints, codes: Ints, on: str, target: bool) -> Dependence | None:
    there = codes > 0
    width = 2 * (int(codes.max(initial=0)) + 1)
    table = np.bincount(2 * codes[there] + gaps[there], minlength=width).reshape(-1, 2).astype(np.float64)
    table = table[table.sum(axis=1) >= 20]
    if len(table) < 2 or (table.sum(axis=0) == 0).any():
        return None
    rates = table[:, 1] / table.sum(axis=1)
    return Dependence(
        on, round(cramers_v(table), 4), round(float(rates.min()), 4), round(float(rates.max()), 4), target
    )
