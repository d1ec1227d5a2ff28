"""Cells that hold more than one value: ranges, several quantities, lists, lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...numbers.quantities import MOSTLY, several_quantities, units_of
from ...profiling.profile import ColumnProfile
from ...relations.points import parts_of_points
from ...values import cells_of, identifying, kept, quoted, some_texts, text_counts
from .formats import off_form

SIGN, UNIT = r"[$€£¥₹]?\s?", r"\s?[A-Za-z%]{0,8}"
NUMBERS = rf"(\d[\d.,]*){UNIT}\s*(?:-|–|—|~|\bto\b|\bbis\b)\s*{SIGN}(\d[\d.,]*)"
RANGE = rf"(?i)^\s*(?:from\s)?{SIGN}{NUMBERS}{UNIT}(?:\s?[(\p{{L}}].*)?$"
LIST = r"^\s*[\[({].*[,:'\"].*[\])}]\s*$"
INTERVAL = r"^\s*[\[(]\s*(-?[\d.]+)\s*[,;]\s*(-?[\d.]+)\s*[\])]\s*$"
PAIR = r"^\s*(\d{2,3})\s?/\s?(\d{2,3})\s*$"
HOURS, MINUTES = r"\d+\s?(?:h|hr|hrs|hours?)", r"\d+\s?(?:m|min|mins|minutes?)"
SPAN = rf"(?i)^\s*(?:\d+\s?(?:d|days?)\s*)?{HOURS}(?:\s*{MINUTES})?\s*$|^\s*{MINUTES}\s*$"
TWO_PARTS = rf"(?i){HOURS}\s*\d"
QUANTITIES = "more than one quantity"
OUT_OF = "a number and what it is out of"
OF = r"(?i)^\s*(\d+)\s+(?:(?:out\s+)?of|von|sur)\s+(\d+)\s*$"
OF_NAMED = r"(?i)^\s*(?:\d+|\p{L}[\p{L} ]{0,20})\s+(?:(?:out\s+)?of|von|sur)\s+\d+\s*$"
LINES = r"\S[\r\n]+\S"
SEVERAL = rf"{LIST}|[|;]|\d.*\D.*\d"
ENDS = (
    r"(?i)^\s*(?:[$€£¥₹]?\s?\d[\d.,]*\s?(?:\+|%|[a-z].*)?|"
    r"(?:[<>≤≥]=?|[a-z][a-z ]*?)\s*[$€£¥₹]?\d[\d.,]*.*|[^\d]*)\s*$"
)
"""What may stand among ranges: numbers, open ends (``11+``, ``Over 100``), words."""
MOST_STEPS, MOST_ODD, FEWEST_CELLS, EDITS = 15, 0.001, 200, 2
"""Values of a scale of ranges, the share of the cells that an odd one may have, the cells from which on it is odd,
and how far it may be from a range."""
LEAST_RANGES = 20
"""The fewest different ranges of a column of them."""
LEAST_PARTS = 0.3
"""The share of the cells that must hold a sign between values."""
MOST_ABOVE = 0.02
"""The most cells, as a share, whose number is above what it is out of."""
FEW_LINES = 0.05
"""The share of the cells that must hold more than one line."""
_NOT = frozenset({"phone", "national_id", "iban", "card", "postcode", "uuid", "url", "email", "address"})


@check("format_violation", "impossible_value")
def composite(ctx: TableContext) -> Iterable[Finding]:
    """Remark on columns whose cells hold more than one value, so that nothing can be counted or compared as it is.

    These are ranges (``$137K-$171K``, at least 20 of them, the smaller number first in nine of ten), several
    quantities (``190Nm@ 2000rpm``, ``2h 50m``), two measurements (``126/83``), numbers and what they are out of
    (``1 out of 3``), lists as programs write them (``['a', 'b']``), and values parted by ``|`` or ``;`` that come
    again, in at least four in five, nine in ten or three in ten cells; and short texts of more than one line, in
    at least 5% of the cells. The few numbers above what they are out of cannot be.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.distinct < 5 or column.semantic in _NOT:
            continue
        if column.name in parts_of_points(ctx):
            continue
        if (column.length_mean or 99) > 200 or ctx.frame[column.name].dtype != pl.String:
            continue
        if not some_texts(ctx, column.name).str.contains(f"{LINES}|{SEVERAL}").any():
            continue
        yield from _lines(ctx, column)
        what = _held(ctx, column)
        if what:
            yield _finding(ctx, column.name, what, None, "minor" if what == QUANTITIES else "info")
        if what == OUT_OF:
            yield from _above(ctx, column.name)


@check("format_violation")
def odd_ranges(ctx: TableContext) -> Iterable[Finding]:
    """Report cells within two edits of a range and none themselves (``:-10`` for ``2-10``), in a column of few
    values of which two at least are ranges, and the others numbers, open ends and words."""
    from rapidfuzz.distance import OSA

    for column in ctx.columns("text"):
        if not 3 <= column.distinct <= MOST_STEPS or column.present < FEWEST_CELLS or column.semantic in _NOT:
            continue
        counts = text_counts(ctx, column.name)
        usual = counts.filter(counts["v"].str.contains(RANGE) & (counts["n"] > MOST_ODD * column.present))
        if usual.height < 2 or int(usual["n"].sum() or 0) < LEAST_PARTS * column.present:
            continue
        rest = counts.filter(~counts["v"].str.contains(f"{RANGE}|{ENDS}"))
        odd = rest.filter(rest["v"].str.contains(r"\d") & (rest["n"] <= max(1, MOST_ODD * column.present)))
        ranges = usual["v"].str.strip_chars().to_list()
        values = odd["v"].sort().to_list()
        near = [v for v in values if min(OSA.distance(v.strip(), r) for r in ranges) <= EDITS]
        if near and len(near) == rest.height:
            yield _odd(ctx, column.name, near, ranges)


def _odd(ctx: TableContext, name: str, values: list[str], ranges: list[str]) -> Finding:
    mask, rows = cells_of(ctx, name, values)
    return off_form(
        ctx,
        name,
        mask,
        rows,
        f"{rows:,} cells of '{name}' look like a mistyped range: {quoted(ctx, name, values)}.",
        {"values": kept(ctx, name, values), "own": True},
        consequence="It counts as a level of its own, which hardly any row has.",
        advice=f"Write it as one of the ranges of the others, such as {quoted(ctx, name, ranges[:1])}.",
    )


def _held(ctx: TableContext, column: ColumnProfile) -> str:
    """Return what most cells of a column hold, in words; nothing where it is one value each."""
    counts = text_counts(ctx, column.name)
    if _share(counts, INTERVAL) >= 0.9:
        return "ranges of numbers" if _rising(counts, INTERVAL) else "pairs of numbers"
    if _share(counts, LIST) >= 0.9:
        return "lists as a program writes them"
    if column.semantic == "free_text":
        return ""
    for sign in ("|", ";"):
        if _parted(counts, sign):
            return f"several values parted by '{sign}'"
    if not any(re.match(r"[$€£¥₹]? ?9", pattern) for pattern, _ in column.patterns[:5]):
        return ""
    if _share(counts, PAIR) >= 0.9 and _measured(counts):
        return "two numbers parted by '/'"
    if _share(counts, OF) >= 0.5 and _share(counts, OF_NAMED) >= 0.9 and _of_various(counts):
        return OUT_OF
    if identifying(column):
        return ""
    if _share(counts, TWO_PARTS) >= 0.5 and _share(counts, SPAN) >= 0.9:
        return QUANTITIES
    if counts.height >= LEAST_RANGES and _share(counts, RANGE) >= MOSTLY and _rising(counts):
        return "ranges of numbers"
    return QUANTITIES if not units_of(ctx, column) and several_quantities(ctx, column) else ""


def _share(counts: pl.DataFrame, pattern: str) -> float:
    """Share of the cells whose text matches; none are looked for where none of the first hundred does."""
    if not counts["v"].head(100).str.contains(pattern).any():
        return 0.0
    return int(counts["n"].filter(counts["v"].str.contains(pattern)).sum() or 0) / max(1, int(counts["n"].sum()))


def _parted(counts: pl.DataFrame, sign: str) -> bool:
    if _share(counts, re.escape(sign)) < LEAST_PARTS:
        return False
    parts = counts["v"].head(2000).str.split(sign).explode().str.strip_chars()
    parts = parts.filter(parts != "")
    length = parts.str.len_chars().mean()
    return parts.n_unique() <= 0.5 * len(parts) and isinstance(length, float) and length <= 30


def _measured(counts: pl.DataFrame) -> bool:
    """Whether pairs of numbers are two measurements: both vary, by no fixed step, and are no days of a year."""
    pairs = counts["v"].str.extract_groups(PAIR).struct.unnest()
    first, second = (pairs[c].cast(pl.Int64, strict=False).drop_nulls() for c in pairs.columns)
    if min(first.n_unique(), second.n_unique(), (first - second).n_unique()) < 3 or len(first) < 5:
        return False
    return not any(int(a.max()) <= 12 and int(b.max()) <= 31 for a, b in ((first, second), (second, first)))  # type: ignore[arg-type]


def _of_various(counts: pl.DataFrame) -> bool:
    """Whether what numbers are out of is not the same throughout, as the end of a scale is."""
    return counts["v"].str.extract(OF, 2).drop_nulls().n_unique() >= 3


def _above(ctx: TableContext, name: str) -> Iterable[Finding]:
    """Find the few cells (1 in 50 at most) whose number is above what it is out of (``5 out of 3``)."""
    pairs = ctx.frame[name].str.extract_groups(OF).struct.unnest().cast(pl.Int64, strict=False)
    mask = (pairs.to_series(0) > pairs.to_series(1)).fill_null(False)
    rows = int(mask.sum() or 0)
    if 0 < rows <= MOST_ABOVE * ctx.profile[name].present:
        yield ctx.finding(
            "impossible_value",
            name,
            "minor",
            f"{rows:,} {'cells' if rows > 1 else 'cell'} of '{name}' cannot be: a number above what it is out of.",
            rows_affected=rows,
            consequence="One of the two numbers is wrong, and what is made of them with it.",
            advice="Ask which of the two is right, or whether they change places.",
            evidence=ctx.evidence(ctx.rows_where(mask, 5), [name]),
            details={"own": True},
            confidence=0.8,
        )


def _rising(counts: pl.DataFrame, pattern: str = NUMBERS) -> bool:
    pairs = counts["v"].str.extract_groups(pattern).struct.unnest()
    low, high = (pairs[c].str.replace_all(r"[,\s]", "").cast(pl.Float64, strict=False) for c in pairs.columns)
    return int((low < high).sum() or 0) >= 0.9 * counts.height


def _lines(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    if (column.length_mean or 99) > 60:
        return
    counts = text_counts(ctx, column.name)
    if _share(counts, LINES) < FEW_LINES:
        return
    mask = ctx.frame[column.name].str.contains(LINES).fill_null(False)
    if ctx.frame[column.name].filter(mask).n_unique() >= 3:
        yield _finding(ctx, column.name, "more than one line", mask, "minor")


def _finding(ctx: TableContext, name: str, what: str, mask: pl.Series | None, severity: Severity) -> Finding:
    rows = ctx.profile[name].present if mask is None else int(mask.sum() or 0)
    there = ctx.frame[name].is_not_null() if mask is None else mask
    return ctx.finding(
        "format_violation",
        name,
        severity,
        f"The cells of '{name}' hold {what}." if mask is None else f"{rows:,} cells of '{name}' hold {what}.",
        rows_affected=rows,
        consequence="Each combination counts as a value of its own, and no number in it can be compared.",
        advice="Take the cells apart, into a column for each part.",
        evidence=ctx.evidence(ctx.rows_where(there, 3), [name]),
        details={"own": True, "form": what, "cause": "" if mask is not None else f"cells hold {what}"},
        confidence=0.8,
    )
