"""What a finding says of a row, as a condition that an engine can count over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import polars as pl

from ...artifacts import Finding
from ..values import number
from ..vocabulary.placeholders import NULLS, normal
from .seen import Seen
from .sessions import col

__all__ = ["condition", "gap"]

MOST_LISTED = 50
"""How many values checks list; where there are as many, there may be more."""

MOST_WORDS = 2_000


def condition(finding: Finding, seen: Seen) -> nw.Expr | None:
    """Return whether a row is one of those the finding is about; None where that cannot be said."""
    rule = _RULES.get(finding.kind)
    if rule is None or any(c not in seen.all.profile.columns for c in finding.columns):
        return None
    return rule(finding, seen)


def gap(finding: Finding, seen: Seen) -> nw.Expr | None:
    """Return whether a row lies between the outliers and the rest, where an outlier leaves nothing."""
    if finding.kind != "outlier" or len(finding.columns) != 1 or finding.details.get("own"):
        return None
    tails = _tails(finding, seen)
    if tails is None:
        return None
    (low, core_low), (high, core_high) = tails
    column, parts = col(finding.columns[0]), []
    if high is not None and core_high is not None:
        parts.append((column > core_high) & (column < high))
    if low is not None and core_low is not None:
        parts.append((column < core_low) & (column > low))
    return reduce(or_, parts) if parts else None


def _listed(finding: Finding) -> list[str]:
    return [str(v) for v in finding.details.get("values", ())]


def _missing(finding: Finding, seen: Seen) -> nw.Expr | None:
    name = finding.columns[0]
    full, sample = seen.column(name)
    if full.unparsed:
        return None
    column = col(name)
    if finding.rows_affected == sample.missing:
        return column.is_null()
    words = [v for v in _values(seen, name) if isinstance(v, str) and len(v) <= 8 and normal(v) in NULLS]
    return column.is_null() | column.is_in(words) if words else None


def _values(seen: Seen, name: str) -> list[Any]:
    return seen.sample.frame[name].drop_nulls().unique().to_list()


def _sentinel(finding: Finding, seen: Seen) -> nw.Expr | None:
    name, listed = finding.columns[0], _listed(finding)
    dtype = seen.sample.frame.schema[name]
    column = col(name)
    if len(finding.columns) != 1 or not listed:
        return None
    if dtype == pl.String:
        return column.str.strip_chars().is_in([v.strip() for v in listed])
    if dtype.is_numeric():
        values = _exact(seen, name, listed)
        return column.is_in(values) if values else None
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return _dates(name, listed, isinstance(dtype, pl.Datetime))
    return None


def _dates(name: str, listed: Iterable[str], timed: bool) -> nw.Expr | None:
    found: list[date] = []
    for text in listed:
        try:
            found.append(datetime.fromisoformat(text) if timed else date.fromisoformat(text[:10]))
        except ValueError:
            return None
    return col(name).is_in(found) if found else None


def _exact(seen: Seen, name: str, listed: Iterable[str]) -> list[Any]:
    """Return the numbers of the column that were told as ``listed``, of which decimals may have been rounded."""
    wanted = set(listed)
    values = _values(seen, name)
    return [v for v in values if number(float(v)) in wanted]


def _tails(finding: Finding, seen: Seen) -> tuple[tuple[Any, Any], tuple[Any, Any]] | None:
    """Return the ends of what is told at both ends of a column's values, each with its neighbour that is not."""
    name, listed = finding.columns[0], _listed(finding)
    if len(finding.columns) != 1 or not listed or len(listed) >= MOST_LISTED:
        return None
    if not seen.sample.frame.schema[name].is_numeric():
        return None
    told = set(_exact(seen, name, listed))
    order = seen.sample.frame[name].drop_nulls().unique().sort().to_list()
    rest = [i for i, v in enumerate(order) if v not in told]
    if not rest or not told:
        return None
    first, last = rest[0], rest[-1]
    low = (order[first - 1], order[first]) if first > 0 else (None, None)
    high = (order[last + 1], order[last]) if last + 1 < len(order) else (None, None)
    return low, high


def _beyond(finding: Finding, seen: Seen) -> nw.Expr | None:
    name = finding.columns[0]
    if "whole" in finding.details:
        return col(name) > col(str(finding.details["whole"]))
    tails = _tails(finding, seen)
    if tails is None:
        return None
    (low, core_low), (high, core_high) = tails
    column, parts = col(name), []
    if low is not None:
        parts.append(column <= low)
    if high is not None:
        parts.append(column >= high)
    inner = [
        v
        for v in _exact(seen, name, _listed(finding))
        if (low is None or v > low) and (high is None or v < high) and v not in (core_low, core_high)
    ]
    if inner:
        parts.append(column.is_in(inner))
    return reduce(or_, parts) if parts else None


def _category(finding: Finding, seen: Seen) -> nw.Expr | None:
    name = finding.columns[0]
    if len(finding.columns) != 1 or seen.sample.frame.schema[name] != pl.String:
        return None
    column = col(name)
    wrong = list(finding.details.get("variants", {}))
    known = set(_values(seen, name)) if wrong and len(wrong) < MOST_LISTED else set()
    return column.is_in(wrong) if wrong and set(wrong) <= known else None


def _rule(finding: Finding, seen: Seen) -> nw.Expr | None:
    if finding.details.get("form") != "order" or len(finding.columns) != 2:
        return None
    low, high = (seen.sample.frame.schema[c] for c in finding.columns)
    a, b = (col(c) for c in finding.columns)
    if low != high and low.is_temporal():
        a, b = a.cast(nw.Date), b.cast(nw.Date)
    return a > b


_RULES: dict[str, Callable[[Finding, Seen], nw.Expr | None]] = {
    "missing": _missing,
    "sentinel_missing": _sentinel,
    "bad_date": _sentinel,
    "impossible_value": _beyond,
    "outlier": _beyond,
    "inconsistent_category": _category,
    "rule_violation": _rule,
}
