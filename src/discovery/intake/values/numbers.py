"""Numbers as people write them: decimal commas, thousands, currencies, percent, parentheses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from ..cells.compact import as_text, counted, is_compact, told
from .words import MISSING_WORDS, suggests_code, suggests_phone

__all__ = ["NumberReading", "apart_by_zeros", "numeric_cells", "plain_reading", "read_numbers"]

_CURRENCY = r"(?:[$€£¥₹₽₩₺₪₫฿₴₦]|US\$|R\$|(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|INR|CNY|BRL|RUB|MXN|ZAR|HUF)\b|\b(?:EUR|USD|GBP|CHF|Fr\.|kr\.?|zł|Kč|Rs\.?))"  # noqa: E501
_SIDE = r"(?:[CcDd][Rr]\.?)"
"""Credit and debit, as bank statements write them behind an amount."""
_SPACES = " \u00a0\u2009\u202f'’"
"""What parts thousands: blanks as French and Scandinavian programs write them, and the apostrophe of the Swiss."""


def _pattern(decimal: str) -> str:
    thousands = "," if decimal == "." else r"\."
    mark = re.escape(decimal)
    digits = rf"(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+)"
    indian = r"|\d{1,2}(?:,\d{2})+,\d{3}" if decimal == "." else ""
    body = rf"(?:(?:{digits}{indian})(?:{mark}\d*)?|{mark}\d+)"
    power = rf"\d+(?:{mark}\d*)?[eE][-+]?\d{{1,3}}"
    core = rf"[-+−–]?\s*(?:{_CURRENCY})?\s*[-+−]?\s*(?:{power}|{body})\s*(?:{_CURRENCY}|%)?"
    return rf"^(?:{core}\s*(?:-|{_SIDE})?|\(\s*{core}\s*\))$"


_PATTERNS = {".": _pattern("."), ",": _pattern(",")}
_DECISIVE = {
    ".": r"(?:\.\d{1,2}|\.\d{4,}|,\d{3}\.\d+|,\d{3},\d{3}|^0\.\d+|\.)\D*$",
    ",": r"(?:,\d{1,2}|,\d{4,}|\.\d{3},\d+|\.\d{3}\.\d{3}|^0,\d+)\D*$",
}
_LIMIT_CODE_DIGITS = 16
_ZEROS = "leading zeros"
_MOST_DIGITS, _BEYOND = 19, 0.1
"""Where one cell in ten has more digits than 64 bits hold, they are codes or lists run together."""
_FEW = 0.05
_NAMES = 10
"""So many cells tell that no two of them are alike."""
LONGEST_WORD = max(len(w.encode()) for w in MISSING_WORDS)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A column read as numbers. ``share`` is that of the cells that are neither empty nor words for missing."""

    values: pl.Series
    share: float
    format: str = ""
    decided: bool = True
    decimal: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)
    text_reason: str = ""
    words: int = 0


_WIDE = {**{chr(0xFF10 + i): str(i) for i in range(10)}, "．": ".", "，": ",", "－": "-", "＋": "+", "％": "%"}
"""Digits and signs as wide as Chinese and Japanese ones."""


def _half_width(texts: pl.Series) -> pl.Series:
    if not texts.str.contains("[０-９]").any():
        return texts
    return texts.str.replace_many(list(_WIDE), list(_WIDE.values()))


_LOCAL = rf"[０-９]|[0-9][,.{_SPACES}][0-9]|[$€£¥₹%(]|[0-9]\s*-$|[0-9]\s*{_SIDE}$|[A-Z]{{3}}|,[0-9]|−"


def thinned(cells: pl.Series, size: int = 2000) -> pl.Series:
    """Return every k-th cell, so that about ``size`` are left; those of a compact column as text."""
    return as_text(cells.gather_every(len(cells) // size) if len(cells) > 2 * size else cells)


def numeric_cells(cells: pl.Series) -> int:
    """Return how many cells (stripped text) are finite numbers in plain notation."""
    return int(_plain(cells).is_not_null().sum())


def _plain(cells: pl.Series, numbers: pl.Series | None = None) -> pl.Series:
    numbers = as_floats(cells) if numbers is None else numbers
    if not numbers.is_finite().all():
        numbers = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()
    return numbers


def as_floats(cells: pl.Series) -> pl.Series:
    """Return cells (text, or compact) as numbers where they are in plain notation, else null."""
    return told(cells, lambda texts: texts.cast(pl.Float64, strict=False))


def _is_missing_word(cells: pl.Series) -> pl.Series:
    return told(cells, lambda texts: texts.str.to_lowercase().is_in(list(MISSING_WORDS)))


def read_numbers(name: str, cells: pl.Series, hint: str = "", *, plain: pl.Series | None = None) -> NumberReading:
    """Read stripped cells (null where empty) as numbers.

    Parameters
    ----------
    name : str
        The column's name: codes and telephone numbers stay text.
    cells : polars.Series
        Text (or compact), without blanks around it.
    hint : {"", ".", ","}
        The decimal mark of the rest of the file, where known. It settles cells such as ``1,234``.
    plain : polars.Series, optional
        The cells as ``Float64``, where that is at hand.
    """
    reading = _reading(cells, hint, plain)
    return reading if reading.share < 0.5 else _protect(name, cells, reading)


def _reading(cells: pl.Series, hint: str, plain: pl.Series | None) -> NumberReading:
    plain = _plain(cells, plain)
    present = len(cells) - cells.null_count()
    rest = cells.filter(plain.is_null() & cells.is_not_null())
    words = int(_is_missing_word(rest).sum()) if len(rest) else 0
    wanted = present - words
    if wanted == 0:
        return NumberReading(plain, 0.0, words=words)
    known = len(plain) - plain.null_count()
    localised = (len(rest) > words and thinned(rest).str.contains(_LOCAL).any()) or (hint == "," and known > 0)
    best = _localised(cells, plain, wanted, hint) if localised else None
    reading = best if best is not None else _finish(cells, plain, known / wanted)
    return replace(reading, words=words)


def numeric_share(cells: pl.Series) -> float:
    """Return the share of stripped cells that are numbers, those aside that are empty or words for missing."""
    return _reading(cells, "", None).share


def plain_reading(counts: pl.DataFrame) -> NumberReading:
    """Read the distinct stripped cells of a column of text (``v``, with their counts ``n``), hardly any a number,
    in plain notation only."""
    texts, n = counts["v"], counts["n"]
    plain = _plain(texts)
    short = texts.str.len_bytes() <= LONGEST_WORD
    words = int(n.filter(short).filter(_is_missing_word(texts.filter(short))).sum())
    wanted = max(1, int(n.sum()) - words)
    return NumberReading(plain, int(n.filter(plain.is_not_null()).sum()) / wanted, words=words)


def _finish(cells: pl.Series, plain: pl.Series, share: float) -> NumberReading:
    few = thinned(cells)
    if not few.filter(thinned(plain).is_not_null()).str.contains(r"[.eE]").any():
        whole = told(cells, lambda texts: texts.cast(pl.Int64, strict=False))
        if whole.null_count() == plain.null_count():
            return NumberReading(whole, share)
    decisive = any(told(c, lambda texts: texts.str.contains(_DECISIVE["."])).any() for c in (few, cells))
    return NumberReading(plain, share, decimal="." if decisive else "", decided=decisive)


def _localised(cells: pl.Series, plain: pl.Series, wanted: int, hint: str) -> NumberReading | None:
    """Try both decimal marks on the distinct cells; None where plain notation is as good."""
    distinct = counted(cells) if is_compact(cells) else cells.drop_nulls().alias("v").value_counts(name="n")
    given, counts = distinct["v"], distinct["n"]
    texts = _half_width(given)
    known = len(plain) - plain.null_count()
    fits = {mark: texts.str.contains(pattern) for mark, pattern in _PATTERNS.items()}
    totals = {mark: int(counts.filter(fit).sum()) for mark, fit in fits.items()}
    votes = {mark: int(counts.filter(texts.str.contains(_DECISIVE[mark]) & fits[mark]).sum()) for mark in fits}
    totals["."] = max(totals["."], known)
    mark = _choose(totals, votes, hint)
    if mark == "." and totals["."] == known:
        return None
    if max(totals.values()) < 0.5 * wanted:
        return None
    if mark == "," and not hint and _pairs(texts.filter(fits[mark]), counts.filter(fits[mark])):
        return replace(_finish(cells, plain, known / wanted), decided=False)
    parsed = _parse(texts, fits[mark], mark)
    values = told(cells, lambda t: t.replace_strict(given, parsed, default=None, return_dtype=pl.Float64))
    if mark == ".":
        values = values.zip_with(values.is_not_null(), plain)
    format_, notes = _describe(texts.filter(fits[mark]), counts.filter(fits[mark]), mark)
    decimals = texts.filter(fits[mark]).str.contains(rf"{re.escape(mark)}\d*\D*$|[eE][-+]?\d").any()
    if not decimals and values.drop_nulls().abs().max() is not None and values.abs().max() < 2**53:  # type: ignore[operator]
        values = values.cast(pl.Int64, strict=False)
    share = (len(values) - values.null_count()) / wanted
    decided = votes[mark] > 0
    return NumberReading(values, share, format_, decided, mark if decided else "", notes)


def _pairs(texts: pl.Series, counts: pl.Series) -> bool:
    """Whether the few commas among whole numbers part two of them (``19,32`` among ages) and are no decimal mark.

    All others are whole, and what stands before and behind each comma has two digits or more and lies among them.
    """
    whole = texts.str.contains(r"^\d+$")
    others = texts.filter(whole).cast(pl.Int64, strict=False)
    given, least, most = int(counts.sum()), others.min(), others.max()
    if whole.all() or counts.filter(~whole).sum() > _FEW * given or least is None or most is None:
        return False
    parts = texts.filter(~whole).str.extract_groups(r"^([1-9]\d+),([1-9]\d+)$").struct.unnest().cast(pl.Int64)
    within = pl.all_horizontal(pl.all().is_between(least, most).fill_null(False))
    return bool(parts.select(within.all()).item())


def _choose(totals: Mapping[str, int], votes: Mapping[str, int], hint: str) -> str:
    if abs(totals["."] - totals[","]) > 0.02 * max(totals.values()):
        return max(totals, key=lambda m: totals[m])
    if votes["."] != votes[","]:
        return max(votes, key=lambda m: votes[m])
    return hint or "."


def _parse(texts: pl.Series, fit: pl.Series, mark: str) -> pl.Series:
    negative = texts.str.contains(r"^\s*[-−–(]|-$|\d\s*[Dd][Rr]\.?$|^[^\d(]*[-−]\d|^[^\d(]*[-−]\s*[.,]?\d")
    core = texts.str.replace_all(r"\p{L}+\.", "").str.replace_all(rf"[^0-9eE+\-{re.escape(mark)}]", "")
    core = core.str.replace_all(r"^[-+eE]+|[-+eE.]+$", "")
    if mark == ",":
        core = core.str.replace_all(",", ".", literal=True)
    numbers = core.cast(pl.Float64, strict=False)
    signed = pl.select(pl.when(negative).then(-numbers.abs()).otherwise(numbers)).to_series()
    return pl.select(pl.when(fit).then(signed)).to_series()


def _describe(texts: pl.Series, counts: pl.Series, mark: str) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    notes: dict[str, Any] = {}
    if mark == "," and texts.str.contains(",", literal=True).any():
        parts.append("decimal comma")
    grouped = texts.str.contains(rf"\d[.,]\d{{3}}[.,]\d|\d[{_SPACES}]\d{{3}}") | texts.str.contains(
        r"\d,\d{3}\b" if mark == "." else r"\d\.\d{3}\b"
    )
    if grouped.any():
        parts.append("thousands separators")
    percent = texts.str.contains("%", literal=True)
    if percent.any():
        parts.append("percent")
        notes["percent"] = int(counts.filter(percent).sum())
    signs = texts.str.extract(rf"({_CURRENCY})", 1)
    if signs.null_count() < len(signs):
        table = pl.DataFrame({"sign": signs, "n": counts}).drop_nulls().group_by("sign").agg(pl.col("n").sum())
        found = dict(sorted(table.iter_rows(), key=lambda item: (-item[1], item[0])))
        parts.extend(found)
        notes["currencies"] = found
    if texts.str.contains(r"^\(").any():
        parts.append("parentheses for negatives")
    return ", ".join(parts), notes


def _protect(name: str, cells: pl.Series, reading: NumberReading) -> NumberReading:
    """Say why digits are no quantity, where they are none: codes, telephone numbers, very long identifiers."""
    few = thinned(cells)
    whole = few.str.contains(r"^[0-9]+$").any()
    plain = told(cells, lambda texts: texts.str.contains(r"^[0-9]+$")) if whole else None
    digits = (
        cells.clear() if plain is None else cells if plain.all() and not cells.null_count() else cells.filter(plain)
    )
    notes = dict(reading.notes)
    reason = ""
    zeros = int(told(digits, lambda texts: texts.str.contains(r"^0[0-9]")).sum()) if len(digits) else 0
    present = len(cells) - cells.null_count()
    if zeros:
        notes["leading_zeros"] = zeros
        if _meant(name, digits, zeros, len(digits)):
            reason = _ZEROS
    if not reason and len(digits) > 0.5 * present:
        lengths = _lengths(digits)
        beyond = int((lengths > _MOST_DIGITS).sum()) >= _BEYOND * len(digits)
        if beyond or float(lengths.median() or 0) >= _LIMIT_CODE_DIGITS:  # type: ignore[arg-type]
            reason = "more digits than a number can hold"
    if not reason:
        phones = int(few.str.contains(r"^(?:\+|00)[0-9][0-9\s()/.-]{6,}$").sum())
        typical = few.str.len_chars().drop_nulls().to_numpy()
        long = len(typical) > 0 and float(np.median(typical)) > 6
        if phones > 0.5 * max(1, len(typical)) or (long and suggests_phone(name)):
            reason = "telephone numbers"
    return replace(reading, notes=notes, text_reason=reason)


def _lengths(cells: pl.Series) -> pl.Series:
    return told(cells, lambda texts: texts.str.len_chars())


def _meant(name: str, digits: pl.Series, zeros: int, cells: int) -> bool:
    """Whether leading zeros, in so many of the cells, say of digits that they are codes and no hours or minutes."""
    if suggests_code(name):
        return True
    lengths = _lengths(digits)
    clock = lengths.max() == 2 and (as_floats(digits).max() or 0) <= 60  # type: ignore[operator]
    padded = cells > 2 and lengths.min() == lengths.max()  # all filled up to one length
    return not clock and (padded or zeros >= max(2, 0.005 * cells))


def apart_by_zeros(cells: pl.Series) -> bool:
    """Whether stripped cells, all plain numbers, are all distinct as texts only, as names such as ``1978.1`` and
    ``1978.10`` are: numbers that a program writes have no zeros at their end, or the same digits all of them."""
    some = thinned(cells, 200).drop_nulls()
    ends = some.filter(some.str.ends_with("0") & ~some.str.ends_with(".0"))
    if not len(ends) or len(some) < _NAMES:
        return False
    decimals = some.str.extract(r"^[0-9]+\.([0-9]+)$").drop_nulls()
    lengths = decimals.str.len_bytes()
    if not decimals.str.contains(r"[0-9]0$").any() or lengths.min() == lengths.max():
        return False
    texts = as_text(cells).drop_nulls()
    if not texts.is_unique().all() or not texts.str.contains(r"^[0-9]+(?:\.[0-9]+)?$").all():
        return False
    return bool(texts.str.replace(r"(\.[0-9]*?)0+$", "$1").is_duplicated().any())


def zero_codes(name: str, counts: pl.DataFrame) -> Mapping[str, Any] | None:
    """Return the notes of a column that is nothing but digits, given its distinct cells ``v`` with their counts
    ``n``, and whose leading zeros keep it text; None for any other.

    They are what :func:`read_numbers` makes of the cells.
    """
    texts, n = counts["v"], counts["n"]
    if not texts.str.contains(r"^[0-9]{1,18}$").all():
        return None
    zeros = int(n.filter(texts.str.contains(r"^0[0-9]")).sum())
    if not zeros or not _meant(name, texts, zeros, int(n.sum())):
        return None
    return {"numeric_share": 1.0, "leading_zeros": zeros, "kept_as_text": _ZEROS}
