"""Distinct values with their counts, as the checks of values look at them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy as np
import polars as pl

from ..ordered import ordered_numbers, runs_of
from .context import TableContext, printable_text
from .profiling.profile import ColumnProfile
from .vocabulary.names import named, tokens

__all__ = [
    "MOST_TEXTS",
    "YEAR_NAMES",
    "answers_of",
    "cells_of",
    "counted",
    "identifying",
    "kept",
    "lettered_codes",
    "number",
    "numbered_levels",
    "numbers_of",
    "plain_years",
    "quoted",
    "raw_words",
    "some_texts",
    "text_counts",
    "texts_matching",
    "texts_where",
]

YEAR = r"^\s*(?:1[0-9]|20)\d{2}\s*$"
YEAR_NAMES = ("year", "yr", "date", "published")
MOST_TEXTS = 200_000
SOME = 2_000
LETTERED = r"\d{1,2}[A-Z]"
_OF_ROWS = frozenset("case record incident order invoice ticket receipt account sample".split())
_ID = ("id", "ids", "key", "uuid", "guid", "index", "idx", "instant", "rownum", "row", "serial")

_MEASURES = ("index", "idx")
"""What figures with decimals are called that measure something: a body mass index, an index of prices."""


def numbers_of(ctx: TableContext, column: str) -> np.ndarray[Any, Any]:
    """Return the finite numbers of a column, sorted, as floats; not to be written to."""
    return ordered_numbers(ctx.table, column)


def counted(ordered: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the distinct values of a sorted array and how often each occurs."""
    runs = runs_of(ordered)
    return runs.values, runs.counts


def plain_years(name: str, counts: pl.DataFrame) -> pl.Series | None:
    """Return which of the values ``v`` (``n`` cells each) are plain years, in a column that is called a date or
    year and mostly holds such; None for any other."""
    if not named(name, *YEAR_NAMES):
        return None
    plain = counts["v"].str.contains(YEAR)
    return plain if int(counts["n"].filter(plain).sum() or 0) >= 0.7 * int(counts["n"].sum() or 0) > 0 else None


def text_counts(ctx: TableContext, column: str) -> pl.DataFrame:
    """Return the distinct values of a text column as ``v`` with their counts ``n``, most frequent first; kept."""
    key = f"text_counts:{column}"
    if key not in ctx.memo:
        found = ctx.table.value_counts(column).sort(["n", "v"], descending=[True, False])
        if found.height > 100_000:
            return found
        ctx.memo[key] = found
    return cast("pl.DataFrame", ctx.memo[key])


def some_texts(ctx: TableContext, column: str) -> pl.Series:
    """Return up to 2,000 cells of a text column, evenly spread: what none of them is like, few cells are; kept."""
    key = f"some_texts:{column}"
    if key not in ctx.memo:
        cells = ctx.frame[column].drop_nulls()
        ctx.memo[key] = cells.gather_every(max(1, len(cells) // SOME)).cast(pl.String)
    return cast("pl.Series", ctx.memo[key])


def texts_matching(ctx: TableContext, pattern: str) -> dict[str, list[str]]:
    """Return the distinct texts that match a pattern, as :func:`texts_where` does; searched once a table."""
    key = f"texts_matching:{pattern}"
    if key not in ctx.memo:
        ctx.memo[key] = texts_where(ctx, lambda texts: texts.str.contains(pattern))
    return cast("dict[str, list[str]]", ctx.memo[key])


def texts_where(ctx: TableContext, holds: Callable[[pl.Series], pl.Series]) -> dict[str, list[str]]:
    """Return the distinct texts of which something holds, most frequent first, by column.

    Columns are searched all at once: to begin a search costs more than to search a short column. Those without a
    match, or with more than 200,000 distinct texts, are left out.
    """
    if "all_texts" not in ctx.memo:
        ctx.memo["all_texts"] = _all_texts(ctx)
    names, ends, every, distinct, codes = ctx.memo["all_texts"]
    held = holds(distinct).fill_null(False).to_numpy()
    places = pl.Series(np.flatnonzero(held if codes is None else held[codes]))
    found: dict[str, list[str]] = {}
    for column, text in zip(np.searchsorted(ends, places.to_numpy(), "right"), every.gather(places), strict=True):
        found.setdefault(names[column], []).append(text)
    return found


def _all_texts(ctx: TableContext) -> tuple[Any, ...]:
    """Return the columns whose texts are searched, where the texts of each end among those of all, these, and the
    different ones among them with the place of each text there, where columns share most."""
    columns = ctx.profile.columns.values()
    names = [c.name for c in columns if c.type == "text" and 0 < c.distinct <= MOST_TEXTS]
    texts = [text_counts(ctx, name)["v"] for name in names]
    ends = np.cumsum([len(t) for t in texts])
    every = pl.concat(texts) if texts else pl.Series(dtype=pl.String)
    distinct = every.unique()
    if len(distinct) > len(every) // 2:
        return names, ends, every, every, None
    return names, ends, every, distinct, every.cast(pl.Enum(distinct)).to_physical().to_numpy()


def answers_of(ctx: TableContext, column: ColumnProfile) -> list[float]:
    """Return the answers of a scale that a fine-grained column holds spikes at, none where it does not.

    They are 3 to 8 whole numbers in a row from the smallest value to the largest (of four or more, one may be
    wanting), which hold at least 20% of the cells, and each 1 in 200; nine in ten of the other cells have four
    decimals or more.
    """
    low, high = column.minimum, column.maximum
    if not column.numeric or column.whole or column.distinct < 30 or low is None or high is None:
        return []
    if low != np.trunc(low) or high != np.trunc(high) or not 2 <= high - low <= 7:
        return []
    values = numbers_of(ctx, column.name)
    steps = np.arange(low, high + 1.0)
    counts = np.searchsorted(values, steps, "right") - np.searchsorted(values, steps)
    others = values[values != np.trunc(values)]
    fine = np.abs(others * 1000 - np.round(others * 1000)) > 1e-6
    least = min(counts[0], counts[-1], np.sort(counts)[int(len(counts) > 3)])
    spiked = counts.sum() >= 0.2 * len(values) and least >= max(5, 0.005 * len(values))
    return steps.tolist() if spiked and len(others) and fine.mean() >= 0.9 else []


def identifying(column: ColumnProfile) -> bool:
    """Whether the values of a column are names of things rather than amounts, so that their size says nothing."""
    if column.semantic in {"identifier", "postcode", "phone", "card", "national_id", "iban", "ip", "uuid"}:
        return True
    unique = column.distinct > 0.9 * max(column.present, 1)
    measured = column.numeric and not column.whole
    return named(column.name, *(w for w in _ID if not (measured and w in _MEASURES))) or (
        unique and named(column.name, "code", "number", "no", "nr", "unnamed")
    )


def numbered_levels(column: ColumnProfile) -> bool:
    """Whether texts called a number repeat as the levels of a category do (half of them to 85% are different): the
    numbers of parts, lots or flats, not those of what a row tells of, such as an order."""
    words = tokens(column.name)
    if column.type != "text" or words[-1:] not in (("number",), ("num",), ("no",), ("nr",)):
        return False
    return not _OF_ROWS & set(words) and 0.5 * column.present <= column.distinct < 0.85 * column.present


def lettered_codes(ctx: TableContext, column: ColumnProfile) -> bool:
    """Whether a column read as numbers holds codes, a few of them with a letter: 1, 2, 2A, 2B, 4.

    The numbers are 20 at most, whole and of one or two digits; all cells that could not be read are such a number
    with one capital, and four in five of them begin with a number that stands alone in other cells.
    """
    cells = [u.text.strip() for u in ctx.table.columns[column.name].unparsed] if column.whole else []
    if not cells or column.distinct > 20 or not all(re.fullmatch(LETTERED, c) for c in cells):
        return False
    alone = set(ctx.frame[column.name].drop_nulls().cast(pl.Int64, strict=False).unique().to_list())
    return sum(int(c[:-1]) in alone for c in cells) >= 0.8 * len(cells)


def number(value: float) -> str:
    """Return a number as people write it: no decimals where it is whole, few where not.

    >>> number(-999.0), number(0.30000000000000004), number(1e22)
    ('-999', '0.3', '1e+22')
    """
    if abs(value) < 1e15 and float(value).is_integer():
        return str(int(value))
    return f"{value:.6g}"


def cells_of(ctx: TableContext, column: str, texts: Iterable[str]) -> tuple[pl.Series, int]:
    """Return in which rows a text column holds one of ``texts``, and how many they are."""
    rows = ctx.frame[column].cast(pl.String).is_in(list(texts)).fill_null(False)
    return rows, int(rows.sum())


def kept(ctx: TableContext, column: str, values: Iterable[str]) -> list[str]:
    """Return the values that the details of a finding may hold: 50 of a column, none that is personal."""
    if ctx.is_personal(column):
        return []
    some = [v for v, _ in zip(values, range(50), strict=False)]
    return [v for v in some if ctx.show(column, v, len(v) + 1) == printable_text(v)]


def quoted(ctx: TableContext, column: str, values: Sequence[object]) -> str:
    """Return values of a column in quotes for a sentence, masked where they must be: the first five of them."""
    shown = ", ".join(f"'{ctx.show(column, v, 30)}'" for v in values[:5])
    return shown + (f" and {len(values) - 5} more" if len(values) > 5 else "")


def raw_words(values: Iterable[Any], limit: int = 5) -> str:
    """Return values in quotes for a sentence, the first ``limit`` of them."""
    shown = [f"'{v}'" for v in values]
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")
