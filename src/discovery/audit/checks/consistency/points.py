"""Places told twice: as two numbers, and as one text."""

from __future__ import annotations

from collections.abc import Iterable

from ....artifacts import Finding
from ...context import TableContext, check
from ...relations.points import parts_of_points


@check("redundant_column")
def points(ctx: TableContext) -> Iterable[Finding]:
    """Remark on texts such as ``(41.92, -87.64)`` whose numbers two other columns hold, in 99 of 100 rows."""
    for made, (first, second) in parts_of_points(ctx).items():
        named = f"'{first}' and '{second}'"
        yield ctx.finding(
            "redundant_column",
            [made, first, second],
            "info",
            f"'{made}' is put together from {named}.",
            rows_affected=ctx.profile[made].present,
            consequence="It adds nothing to the other, and one may be mended without the other.",
            advice=f"Leave '{made}' out of the features, and keep the rule as a check.",
            details={"form": "point", "sources": [first, second]},
            confidence=0.95,
        )
