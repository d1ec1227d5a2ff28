"""Flags that say whether another column is above a number in their name (``node4`` of ``nodes``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ..targets import as_floats
from ..vocabulary.names import singular
from .rules import LEAST_ROWS, Broken

__all__ = ["threshold_rules"]

MOST_WRONG = 0.1


def threshold_rules(frame: pl.DataFrame, flags: Sequence[str], names: Sequence[str]) -> Iterator[Broken]:
    """Iterate over flags named after another column and a number, which are 1 where that column is above it (or
    from it on) in nine rows of ten or more, with the rows where they are not.

    ``flags`` hold 0 and 1 only. The flag must tell far more than its more frequent value does.
    """
    stems = {singular(name.lower()): name for name in names}
    for flag in flags:
        found = re.fullmatch(r"([A-Za-z]{3,})[_ .]?(\d+)", flag)
        if found is None or singular(found[1].lower()) not in stems:
            continue
        name, edge = stems[singular(found[1].lower())], float(found[2])
        so, values = as_floats(frame[flag]), as_floats(frame[name])
        both = np.isfinite(so) & np.isfinite(values)
        compared = int(both.sum())
        if compared < LEAST_ROWS:
            continue
        wrongs = [
            (both & ((so == 1) != (values > edge)), "above"),
            (both & ((so == 1) != (values >= edge)), "at least"),
        ]
        wrong, how = min(wrongs, key=lambda w: int(w[0].sum()))
        rarer = min(int((so[both] == 1).sum()), int((so[both] == 0).sum()))
        if 0 < wrong.sum() <= min(MOST_WRONG * compared, 0.3 * rarer):
            rule = f"'{flag}' is 1 where '{name}' is {how} {edge:g}"
            yield Broken("threshold", rule, (name, flag), wrong, compared, True)
