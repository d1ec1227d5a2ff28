"""What the audit already said of a column's values: a contract must not take those for truth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from ..artifacts import Finding

__all__ = ["DIRTY", "Flagged", "flagged", "moments", "numbers"]

DIRTY = frozenset(
    {
        "sentinel_missing", "mixed_type", "bad_date", "format_violation", "impossible_value", "outlier",
        "inconsistent_category", "unit_mix", "fd_violation", "encoding",
    }
)  # fmt: skip
_EXTREME = frozenset({"impossible_value", "outlier", "unit_mix", "bad_date"})
_MEND_TO_MISSING = DIRTY - {
    "inconsistent_category",
    "fd_violation",
    "unit_mix",
    "mixed_type",
    "bad_date",
    "encoding",
}
_VALUE_KEYS = ("values", "value", "sentinels", "sentinel", "tokens", "variants", "codes")


@dataclass(slots=True)
class Flagged:
    """What findings say of the values of one column.

    Attributes
    ----------
    wrong : set of str
        Values that are wrong wherever they stand.
    far : set of str
        Values that are only far from the others, and may be true.
    gaps : set of str
        What is written for a missing value and does no harm to a figure by its size: words, and 0.
    foreign : set of str
        Of the wrong ones, those that are only of another type than the others.
    extremes : set of str
        Values with which all that is further out is meant.
    masked : int
        The most rows of a finding that does not give its values, and whose mending makes cells missing.
    kinds : set of str
        The kinds of finding.
    """

    wrong: set[str] = field(default_factory=set)
    far: set[str] = field(default_factory=set)
    gaps: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    extremes: set[str] = field(default_factory=set)
    masked: int = 0
    kinds: set[str] = field(default_factory=set)

    @property
    def texts(self) -> set[str]:
        """All values that are not to be learned from."""
        return self.wrong | self.far | self.gaps

    @property
    def sloppy(self) -> bool:
        """Whether some values are known to be misspelt."""
        return "inconsistent_category" in self.kinds


def numbers(texts: Iterable[str]) -> list[float]:
    """Return the texts that are numbers, as such."""
    return [n for n in map(_number, texts) if n is not None]


def moments(texts: Iterable[str]) -> list[datetime]:
    """Return the texts that are dates, as such."""
    return [m for m in map(_moment, texts) if m is not None]


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
        if finding.severity == "info" and finding.kind != "sentinel_missing":
            continue
        texts = {e.values[column].strip() for e in finding.evidence if column in e.values}
        if finding.kind != "fd_violation":
            texts |= _from_details(finding.details, column)
            _sort(texts, finding.kind, result)
        if finding.kind in _EXTREME:
            result.extremes |= texts
        if finding.kind in _MEND_TO_MISSING:
            result.masked = max(result.masked, finding.rows_affected)
        result.kinds.add(finding.kind)
    result.far -= result.wrong
    return result


def _sort(texts: set[str], kind: str, into: Flagged) -> None:
    if kind == "outlier":
        into.far |= texts
    elif kind == "sentinel_missing":
        harmless = {t for t in texts if _number(t) == 0 or (_number(t) is None and _moment(t) is None)}
        into.gaps |= harmless
        into.wrong |= texts - harmless
    else:
        into.wrong |= texts
        into.foreign |= texts if kind == "mixed_type" else set()


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
