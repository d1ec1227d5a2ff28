"""Infinite numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check


@check("impossible_value")
def infinite(ctx: TableContext) -> Iterable[Finding]:
    """Report infinite numbers: what is left of a division by zero, or of a number too large for its type."""
    for column in ctx.profile.columns.values():
        if column.numeric and column.infinite:
            wrong = ctx.frame[column.name].cast(pl.Float64).is_infinite()
        elif column.type == "text" and any(_endless(v) for v, _ in column.top[:5]):
            wrong = ctx.frame[column.name].is_in([v for v, _ in column.top if _endless(v)])
        else:
            continue
        rows = int(wrong.sum() or 0)
        yield ctx.finding(
            "impossible_value",
            column.name,
            "major" if rows >= 0.05 * ctx.rows else "minor",
            f"{rows:,} values of '{column.name}' are infinite.",
            rows_affected=rows,
            consequence="Every sum and mean of the column is infinite too, and most models refuse it.",
            advice="Ask what was divided by 0; read these cells as missing.",
            fix=f"df[{column.name!r}] = pd.to_numeric(df[{column.name!r}]).replace([np.inf, -np.inf], np.nan)",
            evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
            details={"values": ["inf"], "own": True},
        )


def _endless(value: object) -> bool:
    """Whether a text is an infinite number as programs write it."""
    return isinstance(value, str) and re.fullmatch(r"[-+]?inf(inity)?", value.strip(), re.IGNORECASE) is not None
