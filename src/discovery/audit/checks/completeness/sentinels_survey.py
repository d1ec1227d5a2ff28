"""Codes for missing of a survey, which run through its columns."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...grammar import percentage
from ...numbers.survey_codes import survey_codes
from ...values import number

COMMON = 0.05
"""The share of a column's rows from which on codes change results."""
SHOWN = 5


@check("sentinel_missing", view="first")
def codes_of_a_survey(ctx: TableContext) -> Iterable[Finding]:
    """Report whole numbers from -9 to -1 that stand for missing in many columns of a table, in one finding
    (:func:`discovery.audit.numbers.survey_codes.survey_codes`)."""
    held = survey_codes(ctx)
    if not held:
        return
    rows = {name: sum(below.values()) for name, below in held.items()}
    codes = sorted({value for below in held.values() for value in below})
    for name, below in held.items():
        ctx.exclude(name, ctx.frame[name].cast(pl.Float64).is_in(list(below)))
    shown = ", ".join(list(held)[:SHOWN]) + (f" and {len(held) - SHOWN} more" if len(held) > SHOWN else "")
    worst = max(rows, key=lambda name: rows[name])
    written = [number(c) for c in codes]
    costly = rows[worst] >= COMMON * ctx.rows or bool(ctx.targets & held.keys())
    some = list(held)[:SHOWN]
    yield ctx.finding(
        "sentinel_missing",
        list(held),
        "major" if costly else "minor",
        f"{', '.join(written)} stand for a missing value in {len(held)} columns ({shown}), in up to "
        f"{rows[worst]:,} rows each ({percentage(rows[worst] / ctx.rows)}).",
        rows_affected=rows[worst],
        consequence="Taken as numbers they move the mean and the standard deviation of each column.",
        advice="Read them as missing; keep what the codebook says of each, as the gap itself may tell something.",
        fix=f"df[{list(held)!r}] = df[{list(held)!r}].replace({[int(c) for c in codes]!r}, np.nan)",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[worst] < 0, 3), [*dict.fromkeys([worst, *some])][:SHOWN]),
        details={"values": written, "by_column": rows},
        confidence=0.9,
    )
