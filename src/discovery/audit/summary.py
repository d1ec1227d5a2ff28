"""What is kept of a table and its columns in the result of the audit."""

from __future__ import annotations

import heapq
import math
from typing import Any

from ..artifacts import Association, ColumnSummary, Histogram, TableSummary
from ..artifacts.audit import Measure
from .context import TableContext, printable_text
from .personal import like_births, long_numbers, names_rows, rounded
from .profiling.profile import ColumnProfile, TableProfile
from .series import rhythm_of, rough_rhythm, time_axis

__all__ = ["summarize"]

TOP = 20
SHAPES, LONGEST = 5, 40
STRONGEST = 50
WEAK = 0.3
FEWEST_ROWS = 50


def summarize(context: TableContext) -> TableSummary:
    """Return the summary of a table.

    Values of personal columns are masked, and their figures left out; so are single values of columns that have
    another one in nearly every row.
    """
    profile = context.profile
    return TableSummary(
        name=context.name,
        source=printable_text(context.table.source),
        rows=context.rows,
        columns=[_column(context, c) for c in profile.columns.values()],
        reading=_reading(context),
        key=list(profile.key),
        time=profile.time,
        cadence=_cadence(context),
        associations=_associations((context.seen.sample if context.seen else context).values.profile),
    )


def _cadence(context: TableContext) -> str | None:
    """Return the usual step from one stamp to the next, where there is one."""
    axis = time_axis(context)
    if axis is None:
        return None
    stamps = axis.tally()[0]
    rhythm = rhythm_of(stamps) or rough_rhythm(stamps)
    return rhythm.name if rhythm is not None else None


def _associations(profile: TableProfile) -> list[Association]:
    """Return the strongest pairs, those below ``WEAK`` left out, as in tables of few rows."""
    if profile.rows < FEWEST_ROWS:
        return []
    found: list[tuple[float, tuple[str, str], Measure]] = [
        *((v, p, "pearson") for p, v in profile.correlations.items()),
        *((v, p, "cramers_v") for p, v in profile.contingencies.items()),
        *((v, p, "correlation_ratio") for p, v in profile.ratios.items()),
    ]
    strong = heapq.nlargest(STRONGEST, (f for f in found if abs(f[0]) >= WEAK), key=lambda f: abs(f[0]))
    return [Association(columns=p, measure=m, value=round(v, 4)) for v, p, m in strong]


def _column(context: TableContext, column: ColumnProfile) -> ColumnSummary:
    personal = context.is_personal(column.name)
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "semantic": column.semantic,
        "personal": personal,
    }
    told["semantic_confidence"] = round(column.semantic_confidence, 3) if column.semantic else None
    told["format"] = printable_text(context.table.columns[column.name].format)
    counts = {"missing": column.missing, "distinct": column.distinct, "unparsed": column.unparsed}
    if personal:
        return ColumnSummary(**told, **counts)
    show = context.show
    untold = column.semantic == "free_text" or names_rows(column)
    ends = {"minimum": column.minimum, "maximum": column.maximum}
    bounded = column.present and (not untold or (column.temporal and not like_births(column, context.as_of)))
    edges = ends if bounded else {}
    size = rounded if long_numbers(column) else list
    histogram = None
    if column.histogram is not None:
        histogram = Histogram(edges=size(column.histogram[0]), counts=list(column.histogram[1]))
    return ColumnSummary(
        **told,
        **counts,
        **{k: show(column.name, v) for k, v in edges.items()},
        mean=_finite(column.mean),
        std=_finite(column.std),
        skew=_finite(column.skew),
        zeros=column.zeros,
        negatives=column.negatives,
        lengths=_lengths(column),
        patterns=[(printable_text(p)[:LONGEST], int(n)) for p, n in column.patterns[:SHAPES]],
        quantiles=dict(zip(map(str, column.quantiles), size(column.quantiles.values()), strict=True)),
        histogram=histogram,
        top=[] if untold else [(show(column.name, v), int(n)) for v, n in column.top[:TOP]],
    )


def _lengths(column: ColumnProfile) -> tuple[int, float, int] | None:
    if column.length_min is None or column.length_max is None or column.length_mean is None:
        return None
    return column.length_min, round(column.length_mean, 2), column.length_max


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _reading(context: TableContext) -> dict[str, Any]:
    reading = context.table.reading
    told: dict[str, Any] = {
        "format": reading.format,
        "encoding": reading.encoding,
        "dialect": {k: printable_text(v) if isinstance(v, str) else v for k, v in reading.dialect.items()},
        "header_row": reading.header_row,
        "sheet": printable_text(reading.sheet),
        "confidence": reading.confidence,
        "assumptions": [printable_text(a) for a in reading.assumptions],
        "rows_quarantined": len(reading.quarantined),
    }
    return {k: v for k, v in told.items() if v not in ("", None, {}, [])}
