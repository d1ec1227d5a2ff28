"""Columns of very wide tables that are plainly numbers, words or truth values, told for all columns at once.

What is told column by column costs some milliseconds each, which matters where there are ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ..cells.compact import as_text, has_compact, is_compact, told
from ..table import TableColumn
from .numbers import zero_codes
from .words import MISSING_WORDS, suggests_date

__all__ = ["WIDE", "plain_column", "plain_columns"]

WIDE = 300
_AT_ONCE = 5_000
_SMALL = 1_000_000
FIRST = 50
"""So many rows are looked at before the others."""
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
    codes = zero_codes(cells.name, counts)
    if codes is not None:
        return as_text(cells), TableColumn(cells.name, "text", original, notes=codes)
    found = _plain(counts.select(pl.col("v").alias(cells.name)), {cells.name: original})
    if cells.name not in found or found[cells.name][1].type == "number":
        return None
    values, column = found[cells.name]
    known = dict(zip(counts["v"].to_list(), values.to_list(), strict=True))
    return told(cells, lambda t: t.replace_strict(known, default=None, return_dtype=values.dtype)), column


def _plain(texts: pl.DataFrame, originals: Mapping[str, str]) -> dict[str, tuple[pl.Series, TableColumn]]:
    gaps = texts.null_count().row(0) if texts.width else ()
    kept = texts.select(n for n, k in zip(texts.columns, gaps, strict=True) if k < texts.height)
    numbers, whole = _read(kept, pl.Int64)
    read = set(whole)
    whole -= _where(kept.select(whole), pl.all().str.contains(r"^(?:[-+]?0[0-9]|\+)").any())
    whole &= _where(numbers, pl.all().abs().max() < _SMALL)
    digits = _where(kept, pl.all().str.contains(r"[0-9]|^\s|\s$|^$").any())
    found = _decimals(kept.select(n for n in kept.columns if n in digits and n not in read), originals)
    wordy = kept.select(n for n in kept.columns if n not in digits)
    lower = wordy.select(pl.all().str.to_lowercase())
    words = _where(lower, pl.all().is_in(list(_WORDS)).any())
    truths = _where(lower.select(sorted(words)), pl.all().is_in(["true", "false"]).all())
    for name in kept.columns:
        if name in whole:
            found[name] = numbers[name], TableColumn(name, "integer", originals[name])
        elif name in truths:
            found[name] = lower[name] == "true", TableColumn(name, "boolean", originals[name])
        elif name not in digits and name not in words:
            found[name] = kept[name], TableColumn(name, "text", originals[name])
    return found


def _decimals(texts: pl.DataFrame, originals: Mapping[str, str]) -> dict[str, tuple[pl.Series, TableColumn]]:
    """Return the columns of numbers with a point and one or two digits after it, at least in some cell."""
    numbers, read = _read(texts, pl.Float64)
    texts = texts.select(numbers.columns)
    read &= _where(numbers, (pl.all().is_finite() & (pl.all().abs() < _SMALL)).all())
    read -= _where(texts, pl.all().str.contains(r"^(?:[-+]?0[0-9]|\+)|[eE]|^\s|\s$").any())
    read &= _where(texts, pl.all().str.contains(r"\.[0-9]{1,2}$").any())
    return {n: (numbers[n], TableColumn(n, "number", originals[n])) for n in numbers.columns if n in read}


def _read(texts: pl.DataFrame, dtype: type[pl.Int64 | pl.Float64]) -> tuple[pl.DataFrame, set[str]]:
    """Return the columns whose every cell is a number, as ``dtype``, and their names; of most columns that are none
    the first cells say so."""
    texts = texts.select(_numeric(texts.head(FIRST), dtype).columns)
    numbers = _numeric(texts, dtype)
    return numbers, set(numbers.columns)


def _numeric(texts: pl.DataFrame, dtype: type[pl.Int64 | pl.Float64]) -> pl.DataFrame:
    numbers = texts.select(pl.all().cast(dtype, strict=False))
    same = zip(texts.columns, texts.null_count().row(0), numbers.null_count().row(0), strict=True)
    return numbers.select(n for n, a, b in same if a == b)


def _where(frame: pl.DataFrame, holds: pl.Expr) -> set[str]:
    """Return the columns of which something holds."""
    if frame.width == 0:
        return set()
    return {name for name, held in zip(frame.columns, frame.select(holds).row(0), strict=True) if held}
