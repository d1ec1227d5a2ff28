"""What the audit already said of a column's values: a contract must not take those for truth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from ..artifacts import Finding

__all__ = ["DIRTY", "Flagged", "flagged"]

DIRTY = frozenset(
    {
        "sentinel_missing", "mixed_type", "bad_date", "format_violation", "impossible_value", "outlier",
        "inconsistent_category", "unit_mix", "fd_violation",
    }
)  # fmt: skip
_EXTREME = frozenset({"impossible_value", "outlier", "unit_mix", "bad_date"})
_MEND_TO_MISSING = DIRTY - {"inconsistent_category", "fd_violation", "unit_mix"}
_VALUE_KEYS = ("values", "value", "sentinels", "sentinel", "tokens", "variants", "codes")


@dataclass(slots=True)
class Flagged:
    """Of one column: the texts that findings name, which of them are extremes, which of those are only far from the
    others, and the rows they take."""

    texts: set[str] = field(default_factory=set)
    extremes: set[str] = field(default_factory=set)
    far: set[str] = field(default_factory=set)
    rows: int = 0
    kinds: set[str] = field(default_factory=set)

    def numbers(self) -> list[float]:
        """The flagged values that are numbers."""
        return [n for n in map(_number, self.texts) if n is not None]

    def extreme_numbers(self) -> list[float]:
        """The flagged extremes that are numbers: what is at least as far out is flagged with them."""
        return [n for n in map(_number, self.extremes) if n is not None]

    def wrong_numbers(self) -> list[float]:
        """The flagged values that are numbers and more than far from the others."""
        return [n for n in map(_number, self.texts - self.far) if n is not None]

    def far_numbers(self) -> list[float]:
        """The flagged values that are numbers and only far from the others."""
        return [n for n in map(_number, self.far) if n is not None]

    def moments(self) -> list[datetime]:
        """The flagged values that are dates."""
        return [m for m in map(_moment, self.texts) if m is not None]


def flagged(findings: Iterable[Finding], table: str, column: str) -> Flagged:
    """Return what the findings about ``column`` say must not be learned from.

    Values are taken from the evidence and from ``details`` (a list, or a mapping by column, under one of the usual
    keys). A masked value matches nothing, which is harmless.
    """
    result = Flagged()
    for finding in findings:
        if finding.table != table or column not in finding.columns or finding.kind not in DIRTY:
            continue
        if finding.details.get("form") == "blanks":  # without them the values are right
            continue
        texts = {e.values[column].strip() for e in finding.evidence if column in e.values}
        if finding.kind != "fd_violation":
            texts |= _from_details(finding.details, column)
            result.texts |= texts
        if finding.kind == "outlier":
            result.far |= texts
        if finding.kind in _EXTREME:
            result.extremes |= texts
        if finding.kind in _MEND_TO_MISSING:
            result.rows += _rows(finding)
        result.kinds.add(finding.kind)
    return result


def _rows(finding: Finding) -> int:
    """Rows of one column: a joined finding says how many rows are affected over all its columns."""
    return finding.rows_affected


def _from_details(details: Mapping[str, Any], column: str) -> set[str]:
    found: set[str] = set()
    for source in (details, details.get(column), (details.get("columns") or {})):
        if not isinstance(source, Mapping):
            continue
        inner = source.get(column) if source is not details else None
        for mapping in (source, inner):
            if isinstance(mapping, Mapping):
                for key in _VALUE_KEYS:
                    found |= set(_texts(mapping.get(key)))
    return found


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, Mapping):
        return [str(k).strip() for k in value]
    if isinstance(value, list | tuple | set):
        return [str(v[0] if isinstance(v, list | tuple) and v else v).strip() for v in value]
    return [] if value is None else [str(value).strip()]


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text[:10]), time())
    except ValueError:
        return None
