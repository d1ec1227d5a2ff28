"""Lines of pandas that mend what checks find, as ``fix`` of a finding: they take the table as ``df``, read as text
where pandas reads a column so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .context import TableContext
from .vocabulary.placeholders import NULLS, normal

__all__ = ["as_dates", "as_numbers", "blanked", "in_order", "in_pandas", "numeric", "renamed"]

MOST = 100
_NEGATIVES = r".str.replace(r'^\s*\((.*)\)\s*$|^(.*)-\s*$', r'-\1\2', regex=True)"
"""Amounts in parentheses, and with the sign behind them, as negative numbers."""
_POINT = ".str.replace(',', '.')"
_SIGNS = ("thousands", "percent", "parentheses")


def as_numbers(ctx: TableContext, name: str) -> str:
    """Return the expression that reads a column as numbers, its signs of currency and thousands left out."""
    column, cell = ctx.table.columns[name], f"df[{name!r}]"
    if not column.format:
        return f"pd.to_numeric({cell}, errors='coerce')"
    comma = "decimal comma" in column.format
    negatives = _NEGATIVES if ctx.profile[name].negatives else ""
    codes = r"[A-Za-z]{2,}\.?|" if "currencies" in column.notes else ""
    bare = f".str.replace(r'{codes}[^0-9eE{',' if comma else '.'}+-]', '', regex=True)"
    text = f"{cell}.astype('string'){negatives}{bare}{_POINT if comma else ''}"
    return f"pd.to_numeric({text}, errors='coerce')"


def in_pandas(ctx: TableContext, column: str, operation: str) -> str | None:
    """Return the assignment that applies ``operation`` (``.clip(upper=9)``) to a column of numbers.

    Where some cells are no numbers, or decimals are written with a comma, pandas holds the column as text, which is
    made numbers first. None where numbers are written with signs (currencies, percent, thousands): they come first.
    """
    known = ctx.table.columns[column]
    if any(sign in known.format for sign in _SIGNS) or "currencies" in known.notes:
        return None
    return f"df[{column!r}] = {numeric(ctx, column)}{operation}"


def numeric(ctx: TableContext, name: str) -> str:
    """Return the expression for a column of numbers, which are read first where pandas holds them as text."""
    known = ctx.table.columns[name]
    signs = any(sign in known.format for sign in ("decimal comma", *_SIGNS))
    text = signs or any(normal(u.text) not in NULLS for u in known.unparsed)
    return as_numbers(ctx, name) if text else f"df[{name!r}]"


def in_order(ctx: TableContext, low: str, high: str) -> str:
    """Return the line that empties two columns of numbers or of dates where ``low`` is above ``high``.

    Dates are compared as days where only one of the columns has times of day.
    """
    types = [ctx.table.columns[n].type for n in (low, high)]
    dates = {"date", "datetime"}
    read = [as_dates(ctx, n) if t in dates else numeric(ctx, n) for n, t in zip((low, high), types, strict=True)]
    if set(types) == dates:
        read = [f"{r}.dt.normalize()" if t == "datetime" else r for r, t in zip(read, types, strict=True)]
    return f"df.loc[{read[0]} > {read[1]}, {[low, high]!r}] = None"


def as_dates(ctx: TableContext, name: str) -> str:
    """Return the expression that reads a column as dates, the day first where it was found to be, and years of two
    digits in the century in which they were found to be (pandas reads 62 as 2062; of mixed forms up to 50 years
    from now)."""
    read, notes = _read_dates(ctx, name), ctx.table.columns[name].notes
    if "last_century" not in notes and ("two_digit_years" not in notes or "mixed" not in read):
        return read
    last = str(ctx.profile[name].maximum)[:10]
    return f"{read}.pipe(lambda d: d.mask(d.dt.normalize() > {last!r}, d - pd.DateOffset(years=100)))"


def _read_dates(ctx: TableContext, name: str) -> str:
    column, cell = ctx.table.columns[name], f"df[{name!r}]"
    read = column.notes.get("date_formats")
    forms = [str(f) for f in read] if isinstance(read, Mapping) else [column.format]
    if len(forms) == 1 and forms[0].startswith("%") and "%b" not in forms[0] and "%H" not in forms[0]:
        return f"pd.to_datetime({cell}, format={forms[0]!r}, errors='coerce')"
    if any(f.startswith(("%d/", "%d-", "%d.")) for f in forms):
        rest = f"pd.to_datetime({cell}, format='mixed', dayfirst=True, errors='coerce')"
        return f"pd.to_datetime({cell}, format='ISO8601', errors='coerce').fillna({rest})"
    return f"pd.to_datetime({cell}, format='mixed', errors='coerce')"


def blanked(name: str, words: Iterable[str]) -> str:
    """Return the line that empties the cells that hold one of ``words``, with blanks around it or without.

    Digits are told as pandas may have read them, too: without leading zeros, and as a float beside gaps."""
    cell, listed = f"df[{name!r}]", list(words)[:MOST]
    listed = list(dict.fromkeys(form for word in listed for form in _as_read(word)))
    return f"{cell} = {cell}.mask({cell}.astype('string').str.strip().isin({listed!r}))"


def _as_read(word: str) -> list[str]:
    digits = word.strip()
    return [word, f"{int(digits)}", f"{int(digits)}.0"] if digits.isascii() and digits.isdigit() else [word]


def renamed(name: str, pairs: Mapping[str, str]) -> str:
    """Return the line that puts one value in place of another; it says so where there are more than 100."""
    some = dict(list(pairs.items())[:MOST])
    rest = f"  # the first {MOST} of {len(pairs)}" if len(pairs) > MOST else ""
    return f"df[{name!r}] = df[{name!r}].replace({some!r}){rest}"
