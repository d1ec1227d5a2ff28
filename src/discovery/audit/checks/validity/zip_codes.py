"""American postcodes of which some have the four digits of the delivery route, and others have not."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...vocabulary.names import named
from .formats import DOMINANT

ZIP = ("zip", "zipcode", "zip5", "zip code")
FEWEST, NEARLY_ALL = 3, 0.95
"""Cells that each of the two forms must have, and the share of all that the two must make."""
SHORT, LONG = r"^\d{5}$", r"^\d{5}-?\d{4}$"


@check("format_violation")
def two_lengths(ctx: TableContext) -> Iterable[Finding]:
    """Remark on postcodes of five digits (ZIP) and of nine (ZIP+4, with a hyphen or run together) in one column.

    Texts of which 95% have one form are told as such (:func:`.formats.off_pattern`).
    """
    for column in ctx.profile.columns.values():
        if not named(column.name, *ZIP) or column.distinct < 10 or not (column.numeric or column.type == "text"):
            continue
        cells = _texts(ctx, column.name)
        present = cells.count()
        short, long = (cells.str.contains(form).fill_null(False) for form in (SHORT, LONG))
        counts = int(short.sum()), int(long.sum())
        told = column.type == "text" and max(counts) >= DOMINANT * present
        if told or min(counts) < FEWEST or sum(counts) < NEARLY_ALL * present:
            continue
        rows = ctx.rows_where(long if counts[1] <= counts[0] else short)
        yield ctx.finding(
            "format_violation",
            column.name,
            "info",
            f"'{column.name}' holds {counts[0]:,} postcodes of five digits and {counts[1]:,} of nine (ZIP+4).",
            rows_affected=min(counts),
            consequence="One place has several codes, and those of nine digits match no table of places.",
            advice="Keep the first five digits in all of them.",
            evidence=ctx.evidence(rows, [column.name]),
            details={"own": True},
            confidence=0.9,
        )


def _texts(ctx: TableContext, name: str) -> pl.Series:
    """Return the cells of a column as texts, also those that could not be read as numbers."""
    series = ctx.frame[name]
    if series.dtype.is_numeric():
        series = series.cast(pl.Int64, strict=False)
    texts = series.cast(pl.String).str.strip_chars()
    unparsed = ctx.table.columns[name].unparsed
    if not unparsed:
        return texts
    return texts.scatter([u.row - 1 for u in unparsed], [u.text.strip() for u in unparsed])
