"""What the cells of a column are: levels, numbers written as text, sentences, parts of names, parts of dates."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

__all__ = [
    "as_category",
    "as_number",
    "distinct",
    "is_text",
    "level_codes",
    "moment_parts",
    "number_levels",
    "strings",
    "tokens",
]

Array = np.ndarray[Any, Any]

TEXT_WORDS = 3.0
NUMBER_SHARE = 0.8
_DAY = np.timedelta64(1, "D")
_NUMBER = re.compile(
    r"(?:[<>~≈]=?|[A-Z]{3}|[$€£¥])?\s*([+-]?\s?(?:\d{1,3}(?:[, ']\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?)"
    r"\s*(?:%|[$€£¥]|\+|[A-Za-z²³°/µ]{1,6})?"
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")


def as_category(column: Any) -> Any:
    """Return the column as a pandas categorical, blanks around text taken off."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.array
    return pd.Categorical(column.astype(object).where(column.notna(), None).map(_as_text))


def _as_text(value: Any) -> Any:
    return None if value is None else str(value).strip()


def level_codes(column: Any, levels: dict[str, int]) -> Array:
    """Return the code of each row's level; -1 for missing and for levels not listed."""
    values = as_category(column)
    if len(values) < len(values.categories):
        found = [levels.get(str(v), -1) if isinstance(v, str) else -1 for v in values]
        return np.array(found, dtype=np.int64)
    lookup = np.array([levels.get(str(v), -1) for v in values.categories] + [-1], dtype=np.int64)
    codes: Array = lookup[values.codes]
    return codes


def strings(column: Any) -> list[str]:
    """Return the cells as text, empty where missing."""
    names, codes = distinct(column)
    return [names[i] for i in codes.tolist()]


def distinct(column: Any) -> tuple[list[str], Array]:
    """Return texts, the last one empty for what is missing, and which of them each cell is."""
    values = as_category(column)
    if len(values) < len(values.categories):
        cells = [str(v) if isinstance(v, str) else "" for v in values]
        return [*cells, ""], np.arange(len(cells))
    return [*(str(v) for v in values.categories), ""], np.where(
        values.codes < 0, len(values.categories), values.codes
    )


def is_text(levels: Any, rows: int) -> bool:
    """Whether the levels of a column are sentences rather than names of categories."""
    if len(levels) < 20 or len(levels) < 0.02 * rows:
        return False
    some = levels[:: max(1, len(levels) // 500)]
    return float(np.mean([len(str(v).split()) for v in some])) >= TEXT_WORDS


def as_number(text: str) -> float:
    """Return the number in a text such as ``EUR 1,200.50``, ``12 kg`` or ``<5``; NaN where there is none."""
    found = _NUMBER.fullmatch(text.strip())
    digits = re.sub(r"[\s,']", "", found[1]) if found else ""
    try:
        return float(digits)
    except ValueError:
        return float("nan")


def number_levels(levels: list[str], counts: Array) -> bool:
    """Whether a column of text holds numbers: at least ten different ones, in four of five rows."""
    if len(levels) < 10 or not any(c.isdigit() for c in levels[0] + levels[-1]):
        return False
    some = slice(None, None, max(1, len(levels) // 500))
    values = np.array([as_number(v) for v in levels[some]])
    fine = np.isfinite(values)
    return bool(
        len(np.unique(values[fine])) >= 10 and counts[some][fine].sum() >= NUMBER_SHARE * counts[some].sum()
    )


def tokens(text: str) -> set[str]:
    """Return the runs of letters and of digits in a name or code, in lower case."""
    return set(_TOKEN.findall(text.casefold()))


def moment_parts(column: Any) -> list[tuple[str, Array]]:
    """Return the numbers that a column of dates stands for; NaN where there is no date."""
    moments = column.to_numpy().astype("datetime64[s]")
    gap = np.isnat(moments)
    safe = np.where(gap, np.datetime64(0, "s"), moments)
    days = safe.astype("datetime64[D]")
    years = safe.astype("datetime64[Y]")
    months = safe.astype("datetime64[M]")
    found = {
        "days": (safe - np.datetime64(0, "s")) / _DAY,
        "year": years.astype(int) + 1970.0,
        "month": months.astype(int) % 12 + 1.0,
        "day of month": (days - months.astype("datetime64[D]")).astype(int) + 1.0,
        "weekday": (days.astype(int) + 3) % 7 + 1.0,
        "hour": (safe - days.astype("datetime64[s]")).astype(int) // 3600 + 0.0,
    }
    return [(part, np.where(gap, np.nan, values)) for part, values in found.items()]
