"""Rows and columns of a sheet or print-out that are no data: totals, page heads, ruling lines, empty edges."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from ..values.numbers import read_numbers
from .compact import as_text, told

__all__ = [
    "BALANCES",
    "MEANS",
    "RULE",
    "TOTALS",
    "all_blank",
    "edges",
    "letters",
    "page_heads",
    "ruling",
    "totals",
    "unlabelled_total",
]

_TOTAL = (
    r"(?:grand |sub)?-?totals?|sum|(?:zwischen|gesamt|end)?(?:summe|ergebnis)|overall result|gesamt|insgesamt|"
    r"totale|totaal|somme|(?:sous-)?total général|suma|合計|合计|总计|總計|小計|小计"
)
_BALANCE = (
    r"(?:opening|closing|ending|final|new) balance|balance (?:carried|brought) forward|"
    r"(?:end|anfangs|schluss|abschluss)saldo|(?:neuer|alter) (?:saldo|kontostand)|kontostand|"
    r"solde (?:final|initial)|saldo (?:final|inicial)"
)
TOTALS = re.compile(rf"(?i)^\W*(?:{_TOTAL}|{_BALANCE})\W*$")
BALANCES = re.compile(rf"(?i)^\W*(?:{_BALANCE})\W*$")
_PART_TOTAL = re.compile(
    r"(?i)^\W*(?:(?:sub-?)?total|(?:zwischen)?summe|gesamt)\s*(?:for|of|für)?[\s:]+(?P<after>\S.*?)\W*$|"
    r"^\W*(?P<before>\S.*?)[\s:]+(?:(?:sub-?)?total|(?:zwischen)?summe|ergebnis|result|gesamt)\W*$"
)
_FAR = 1_000
_ALL = frozenset({"grand", "all", "overall", "alle", "general", "général"})
MEANS = re.compile(r"(?i)^\W*(?:average|avg|mean|median|durchschnitt|mittelwert|moyenne)\W*$")
_TYPE = re.compile(
    r"(?i)^(?:u?(?:tiny|small|medium|big|huge)?int(?:eger|\d{0,3})?|i(?:8|16|32|64)|f(?:32|64)|float\d*|"
    r"double(?: precision)?|real|numeric|decimal|number)(?:\([\d, ]+\))?(?: unsigned)?$|"
    r"^(?:n?(?:var)?char2?|character(?: varying)?|text|str(?:ing)?|bool(?:ean)?|date|time|datetime|timestamp|uuid|"
    r"\d{1,4}[sdn]|json|blob|bytea?|object|categor(?:y|ical))(?:\(\d+\))?(?:\[\w+\])?(?: with(?:out)? time zone)?$"
)
RULE = re.compile(r"^\W?:?[-=_]{2,}:?\W?$")


def edges(body: pl.DataFrame, originals: Sequence[str]) -> tuple[int, int]:
    """Return first and one past the last column inside a frame of columns without a name or a cell.

    Markdown draws one, and sheets are often not filled from their corner. Columns that are empty on the right side
    only are data as far as anybody can tell.
    """
    blank = [not original and all_blank(body[name]) for original, name in zip(originals, body.columns, strict=True)]
    first = next((i for i, b in enumerate(blank) if not b), 0)
    last = body.width - next((i for i, b in enumerate(reversed(blank)) if not b), 0)
    return (first, last) if first and last - first > 1 else (0, body.width)


def all_blank(cells: pl.Series) -> bool:
    """Whether no cell of a column holds anything but blanks."""
    return not told(cells, _there).fill_null(False).any()


def ruling(body: pl.DataFrame) -> int:
    """Return how many rows on top are lines drawn under the header, or the names of the columns' types."""
    count = 0
    while count < min(3, body.height):
        cells = [c.strip() for c in body.row(count) if c and c.strip()]
        types = (
            body.width > 1
            and body.height > 2
            and len(cells) > max(1, body.width - 3)
            and all(map(_TYPE.match, cells))
        )
        if not cells or not (types or all(map(RULE.match, cells))):
            break
        count += 1
    return count


def page_heads(body: pl.DataFrame, headers: Sequence[int], titles: Sequence[str] = ()) -> list[int]:
    """Return the rows right above repeated headers that hold one text only or are ``titles`` but for their digits:
    titles and page numbers."""
    found = []
    known = {letters(t) for t in titles}
    for row in headers:
        above = row - 1
        while above >= 0 and body.width >= 3:
            cells = [c for c in body.row(above) if c and c.strip()]
            if len(cells) > 1 and letters(" ".join(cells)) not in known:
                break
            found.append(above)
            above -= 1
    return sorted(found)


def letters(text: str) -> str:
    """Return the words of a text, without its digits and signs."""
    return re.sub(r"[\W\d_]+", " ", text).strip().casefold()


def totals(body: pl.DataFrame, filled: pl.Series) -> list[int]:
    """Return the rows that call themselves totals or averages and are emptier than the others."""
    if body.height < 4 or body.width < 3:
        return []
    usual = float(filled.median() or 0)  # type: ignore[arg-type]
    words = as_text(body[body.columns[0]]).str.strip_chars()
    mean = words.str.contains(MEANS.pattern) & (pl.int_range(len(words), eager=True) >= len(words) - 5)
    named = (words.str.contains(TOTALS.pattern) | (mean & words.is_unique())).fill_null(False)
    rows: list[int] = (named & (filled < 0.75 * usual) & (filled > 1)).arg_true().to_list()
    rows = sorted({*rows, *_parts_summed(body)})
    return rows if len(rows) <= 0.25 * body.height else []


def _parts_summed(body: pl.DataFrame) -> list[int]:
    """Return the rows that call themselves the total of what the row above is of (``North``: ``North total``)."""
    found: list[int] = []
    for column in body.columns[:2]:
        rows = told(body[column], _part_total).fill_null(False).arg_true().to_list()
        if not rows:
            continue
        words = as_text(body[column]).str.strip_chars()
        labels = set(words.gather(rows).to_list())
        for row in rows if len(rows) <= 0.25 * body.height else []:
            cells = [bool(c and c.strip()) for c in body.row(row)]
            match = _PART_TOTAL.match(words[row])
            if match is None or row == 0 or not 1 < sum(cells) < body.width or row in found:
                continue
            part = (match["after"] or match["before"]).casefold()
            above = [c.strip().casefold() for c in body.row(row - 1 - (row - 1 in rows)) if c]
            above += [c.casefold() for c in reversed(words[max(0, row - _FAR) : row]) if c and c not in labels][:1]
            lacking = [c for c, full in zip(body.columns, cells, strict=True) if not full]
            usually = any(told(body[c], _there).fill_null(False).mean() > 0.7 for c in lacking)  # type: ignore[operator]
            if usually and (part in above or part in _ALL):
                found.append(row)
    return sorted(found)


def _part_total(texts: pl.Series) -> pl.Series:
    words = texts.str.strip_chars()
    return words.str.contains(_PART_TOTAL.pattern) & (words.str.len_chars() < 200)


def _there(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars() != ""


def unlabelled_total(body: pl.DataFrame) -> bool:
    """Whether the last row has nothing but the sums of columns."""
    if body.height < 4 or body.width < 2:
        return False
    row = [(c or "").strip() for c in body.row(-1)]
    places = [i for i, c in enumerate(row) if c]
    if not places or row[0]:
        return False
    return all(_is_sum(as_text(body[body.columns[i]]).str.strip_chars()) for i in places)


def _is_sum(cells: pl.Series) -> bool:
    values = read_numbers("", cells).values.cast(pl.Float64, strict=False)
    last, above = values[-1], values.head(len(values) - 1)
    if last is None or last == 0 or above.null_count() > 0.5 * len(above):
        return False
    return abs(float(above.sum()) - float(last)) <= 1e-6 * max(1.0, abs(float(last)))
