"""Numbers that two other columns contradict, where those agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...numbers.agreeing import Off, off_their_witnesses
from ...values import identifying, number

__all__ = ["off_witnesses"]

FEWEST_VALUES = 20


@check("outlier", view="values")
def off_witnesses(ctx: TableContext) -> Iterator[Finding]:
    """Report numbers far off what two columns that go with theirs say, and agree on
    (:mod:`discovery.audit.numbers.agreeing`): a band of a spectrum off the bands beside it, a sensor off
    two others."""
    if ctx.seen is not None:
        return
    names = [
        c.name
        for c in ctx.profile.columns.values()
        if c.numeric and c.distinct >= FEWEST_VALUES and not identifying(c) and c.semantic != "year"
    ]
    for off in off_their_witnesses(ctx.frame, names, ctx.seed):
        yield _finding(ctx, off)


def _finding(ctx: TableContext, off: Off) -> Finding:
    name, count = off.column, int(off.rows.sum())
    values = ctx.frame[name].cast(pl.Float64).to_numpy()
    row = int(np.argmax(np.where(off.rows, np.abs(values - off.expected), -1.0)))
    return ctx.finding(
        "outlier",
        name,
        "minor",
        f"{count:,} values of '{name}' are far off what '{off.by[0]}' and '{off.by[1]}' say of the same "
        f"rows: {ctx.show(name, number(float(values[row])))} where they say {number(float(off.expected[row]))}.",
        rows_affected=count,
        consequence="The column goes with these else; such values are noise that hides what it tells.",
        advice="Ask how they were measured; leave them empty, or take what the other columns say.",
        evidence=ctx.evidence((np.flatnonzero(off.rows) + 1).tolist(), [name, *off.by[:2]]),
        details={"cause": "values far off what other columns say", "by": list(off.by), "own": True},
        confidence=0.8,
    )
