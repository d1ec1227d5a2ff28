"""Codes and ranges that a spreadsheet took for dates."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...values import cells_of, quoted, text_counts, texts_matching
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder
from .formats import off_form

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
SHEET_DATE = rf"^(?:[0-3]?\d-(?:{MONTHS})|(?:{MONTHS})-\d{{2}})$"
SHEET_FRACTION = r"^\d{1,2}/\d{1,4}$"
_UNIT = (
    r"\s*(?:%|°|[€$£k]|[mcµ]?g|kg|lbs?|[mck]?m|mi|miles|mins?|minutes|h|hours|d|days|weeks|months|yrs?|years)?\s*"
)
RANGE = (
    rf"(?i)^\s*\d+{_UNIT}[-–]\s*\d+{_UNIT}$|^\s*[<>≤≥]=?\s*\d+{_UNIT}$|^\s*\d+{_UNIT}\+\s*$"
    r"|\b(?:more|less|fewer|over|under)\b.*\d"
)
"""A range of numbers, with or without a unit, or the open end of a scale of ranges."""
DATED = rf"(?i)\b(?:{MONTHS})[a-z]*\b|\d{{4}}[-/.]\d{{1,2}}[-/.]\d|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2}}"


@check("format_violation")
def spreadsheet_dates(ctx: TableContext) -> Iterable[Finding]:
    """Report codes and ranges that a spreadsheet took for dates: ``17-Aug`` among ``17-23`` (Ziemann, Eren and
    El-Osta, *Gene name errors are widespread in the scientific literature*, Genome Biology 2016)."""
    for name, texts in texts_matching(ctx, SHEET_DATE).items():
        column = ctx.profile[name]
        if named(name, "date", "day", "month", "time", "period", "when", "birthday", "season", "term"):
            continue
        counts = text_counts(ctx, name)
        wrong = counts.filter(pl.col("v").is_in(texts))
        others = counts.filter(~pl.col("v").is_in(texts))
        rows, rest = int(wrong["n"].sum() or 0), int(others["n"].sum() or 0)
        dated = int(others.filter(pl.col("v").str.contains(DATED))["n"].sum() or 0)
        few = others.height < 20 and not _are_ranges(others)
        if rows < 3 or rows > 0.5 * column.present or few or dated > 0.02 * rest:
            continue
        yield _sheet_finding(ctx, name, wrong)


@check("format_violation")
def spreadsheet_fractions(ctx: TableContext) -> Iterable[Finding]:
    """Report ranges of numbers that a spreadsheet took for a month and a year: ``10/49`` among ``50-99`` and
    ``100-500``; the smaller number first, in up to three of the values."""
    for name, texts in texts_matching(ctx, SHEET_FRACTION).items():
        if len(texts) > 3 or not all(int(t.split("/")[0]) < int(t.split("/")[1]) for t in texts):
            continue
        counts = text_counts(ctx, name)
        wrong = counts.filter(pl.col("v").is_in(texts))
        others = counts.filter(~pl.col("v").is_in(texts))
        if 3 <= int(wrong["n"].sum() or 0) <= 0.5 * ctx.profile[name].present and _are_ranges(others):
            yield _sheet_finding(ctx, name, wrong)


def _are_ranges(others: pl.DataFrame) -> bool:
    """Whether values (with ``n`` cells each) are ranges of numbers: two of them, and nine in ten cells."""
    told = others.filter(pl.col("v").str.contains(RANGE))
    known = sum(int(n) for v, n in others.iter_rows() if not is_placeholder(str(v)))
    return told.height >= 2 and int(told["n"].sum() or 0) >= 0.9 * known


def _sheet_finding(ctx: TableContext, name: str, wrong: pl.DataFrame) -> Finding:
    texts = wrong["v"].to_list()
    mask, rows = cells_of(ctx, name, texts)
    return off_form(
        ctx,
        name,
        mask,
        rows,
        f"{rows:,} values of '{name}' were made dates by a spreadsheet: {quoted(ctx, name, texts)}.",
        consequence="What they were (a range, a name, a code) is lost or guessed, and joins miss them.",
        advice="Ask for the export anew, with this column as text.",
    )
