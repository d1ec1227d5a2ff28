"""Columns of very wide tables that are plainly numbers, words or truth values, told for all columns at once.

What is told column by column costs some milliseconds each, which matters where there are ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ..cells.compact import has_compact, is_compact, told
from ..table import TableColumn
from .words import MISSING_WORDS, suggests_date

__all__ = ["WIDE", "plain_column", "plain_columns"]

WIDE = 300
_AT_ONCE = 5_000
_SMALL = 1_000_000
_WORDS = frozenset({*MISSING_WORDS, "t", "f", "true", "false"})


def plain_columns(texts: pl.DataFrame, originals: Mapping[str, str]) -> dict[str, tuple[pl.Series, TableColumn]]:
    """Return the columns that need no closer look, typed: numbers of up to six digits, words without digits, and
    ``true`` and ``false``.

    They are what :func:`~discovery.intake.values.typing.type_columns` makes of them one by one.
    """
    if texts.width < WIDE or texts.height == 0:
        return {}
    if has_compact(texts):
        texts = texts.select(c for c in texts if not is_compact(c))
    if texts.width > _AT_ONCE:  # a plan of very many columns takes far more room than they do
        columns = texts.get_columns()  # to select from so many columns takes as long as to look at them
        blocks = (pl.DataFrame(columns[i : i + _AT_ONCE]) for i in range(0, texts.width, _AT_ONCE))
        return {n: c for block in blocks for n, c in _plain(block, originals).items()}
    return _plain(texts, originals)


def plain_column(cells: pl.Series, counts: pl.DataFrame, original: str) -> tuple[pl.Series, TableColumn] | None:
    """Return a compact column that needs no closer look, typed; ``counts`` are its distinct texts as ``v``."""
    if suggests_date(cells.name) or counts.height == 0:
        return None
    found = _plain(counts.select(pl.col("v").alias(cells.name)), {cells.name: original})
    if cells.name not in found or found[cells.name][1].type == "number":
        return None
    values, column = found[cells.name]
    known = dict(zip(counts["v"].to_list(), values.to_list(), strict=True))
    return told(cells, lambda t: t.replace_strict(known, default=None, return_dtype=values.dtype)), column


def _plain(texts: pl.DataFrame, originals: Mapping[str, str]) -> dict[str, tuple[pl.Series, TableColumn]]:
    gaps = texts.null_count().row(0)
    kept = texts.select(n for n, k in zip(texts.columns, gaps, strict=True) if k < texts.height)
    numbers = kept.select(pl.all().cast(pl.Int64, strict=False))
    whole = _where(kept.null_count().row(0), numbers.null_count().row(0))
    small = numbers.select(pl.all().abs().max() < _SMALL).row(0)
    odd = kept.select(pl.all().str.contains(r"^(?:[-+]?0[0-9]|\+)").any()).row(0)
    digits = kept.select(pl.all().str.contains(r"[0-9]|^\s|\s$|^$").any()).row(0)
    words = kept.select(pl.all().str.to_lowercase().is_in(list(_WORDS)).any()).row(0)
    truths = kept.select(pl.all().str.to_lowercase().is_in(["true", "false"]).all()).row(0)
    found: dict[str, tuple[pl.Series, TableColumn]] = {}
    decimals = kept.select(n for n, a, b in zip(kept.columns, whole, digits, strict=True) if not a and b)
    found |= _decimals(decimals, originals)
    for i, name in enumerate(kept.columns):
        if whole[i] and small[i] and not odd[i]:
            found[name] = numbers[name], TableColumn(name, "integer", originals[name])
        elif truths[i]:
            found[name] = kept[name].str.to_lowercase() == "true", TableColumn(name, "boolean", originals[name])
        elif not digits[i] and not words[i]:
            found[name] = kept[name], TableColumn(name, "text", originals[name])
    return found


def _decimals(texts: pl.DataFrame, originals: Mapping[str, str]) -> dict[str, tuple[pl.Series, TableColumn]]:
    """Return the columns of numbers with a point and one or two digits after it, at least in some cell."""
    if texts.width == 0:
        return {}
    numbers = texts.select(pl.all().cast(pl.Float64, strict=False))
    read = _where(texts.null_count().row(0), numbers.null_count().row(0))
    small = numbers.select((pl.all().is_finite() & (pl.all().abs() < _SMALL)).all()).row(0)
    odd = texts.select(pl.all().str.contains(r"^(?:[-+]?0[0-9]|\+)|[eE]|^\s|\s$").any()).row(0)
    decided = texts.select(pl.all().str.contains(r"\.[0-9]{1,2}$").any()).row(0)
    return {
        name: (numbers[name], TableColumn(name, "number", originals[name]))
        for i, name in enumerate(texts.columns)
        if read[i] and small[i] and decided[i] and not odd[i]
    }


def _where(a: tuple[int, ...], b: tuple[int, ...]) -> list[bool]:
    return [x == y for x, y in zip(a, b, strict=True)]
