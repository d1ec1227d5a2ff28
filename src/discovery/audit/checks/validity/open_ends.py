"""A bare number at the open end of a scale of ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ....artifacts import Finding
from ...context import TableContext, check
from ...values import text_counts

RANGE = r"^\s*[^\d\s-]?\s?(\d[\d,.]*)\s?[^\d\s-]?\s*(?:-|–|—|to)\s*[^\d\s-]?\s?(\d[\d,.]*)\s?[^\d\s-]?\s*$"
"""A range of numbers, amounts of money among them (``$100,000 - $149,999``)."""
PLAIN_NUMBER = re.compile(r"\s*\d[\d,.]*\s*")
OPEN_FROM = 1000
"""Below this the number at the end of ranges may be one of a list."""


@check("inconsistent_category")
def open_ends(ctx: TableContext) -> Iterable[Finding]:
    """Report a bare number at the open end of a scale of ranges: 150000 beside $100,000 - $149,999, which lost its
    "and more"."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 4 <= column.distinct <= 30:
            continue
        counts = text_counts(ctx, column.name)
        ranges = counts["v"].str.contains(RANGE)
        others = [str(v) for v in counts["v"].filter(~ranges).to_list()]
        plain = [v for v in others if PLAIN_NUMBER.fullmatch(v)]
        if int(ranges.sum() or 0) < 3 or len(plain) != 1 or len(others) > 2:
            continue
        last = max(map(_amount, counts["v"].filter(ranges).str.extract(RANGE, 2).to_list()))
        if _amount(plain[0]) not in (last, last + 1) or last < OPEN_FROM:
            continue
        yield _open_end(ctx, column.name, plain[0], int(counts["n"].filter(counts["v"] == plain[0]).sum() or 0))


def _amount(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _open_end(ctx: TableContext, name: str, value: str, rows: int) -> Finding:
    return ctx.finding(
        "inconsistent_category",
        name,
        "minor",
        f"{rows:,} cells of '{name}' are the bare number {ctx.show(name, value)}, where the others are ranges that "
        "end before it.",
        rows_affected=rows,
        consequence="The open end of the scale reads like one amount.",
        advice="Write it as what it seems to be: this much and more.",
        fix=f"df[{name!r}] = df[{name!r}].replace({value!r}, {value + '+'!r})",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == value), [name]),
        details={"values": [value], "own": True},
        confidence=0.9,
    )
