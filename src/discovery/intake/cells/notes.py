"""Notes between the header and the rows: the source, a remark, the day of the export."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from ..table import Problem, Quarantined
from .compact import as_text

__all__ = ["FOOT", "is_fact", "notes_below_the_header", "told_notes"]

FOOT = re.compile(
    r"(?i)^\W*(?:source|note|notes|footnote|generated|exported|created|printed|copyright|©|end of|eof|records?:|"
    r"rows?:|"
    r"\(?\d+ (?:rows?|records?)|quelle|stand|hinweis|data (?:from|as of|source|downloaded)|downloaded|"
    r"last updated|report)\b|^\s*[*†‡§]+\s*[^\W\d_]"
)
"""How a note below a table begins."""
_PIVOT = re.compile(r"(?i)^(?:column labels|spaltenbeschriftungen|étiquettes de colonnes|etiquetas de columna)$")
_MOST, _LOOKED_AT, _FEWEST_CELLS, _WORDS = 5, 60, 4, 4


def is_fact(pair: Sequence[str]) -> bool:
    """Whether two cells above a table say what it is: ``Customer: | Acme``, or what a pivot table sums."""
    return pair[0].endswith(":") or any(map(_PIVOT.match, pair))


def notes_below_the_header(body: pl.DataFrame, lines: pl.Series) -> list[Quarantined]:
    """Return the first rows of a table that are notes: a sentence in the first column, which else holds numbers.

    They fill two cells at most (a sentence is cut at a comma), where the others fill four or more; notes come to
    stand here where a table with notes below it was sorted from last to first.
    """
    if body.width < _FEWEST_CELLS or body.height <= 2 * _MOST or not _is_note(_texts(body.head(1))[0]):
        return []
    top = _texts(body.head(_LOOKED_AT))
    count = next((i for i, row in enumerate(top[: _MOST + 1]) if not _is_note(row)), 0)
    rest = top[count:]
    if not count or any(not _of_data(row) for row in rest):
        return []
    told = (" | ".join(c for c in row if c) for row in top[:count])
    return [Quarantined(int(line), "below the header", text) for line, text in zip(lines, told, strict=False)]


def _texts(cells: pl.DataFrame) -> list[list[str]]:
    return [[(c or "").strip() for c in row] for row in as_text(cells).iter_rows()]


def _is_note(row: Sequence[str]) -> bool:
    first = row[0]
    sentence = bool(FOOT.match(first)) or len(first.split()) >= _WORDS
    return sentence and any(c.isalpha() for c in first) and sum(map(bool, row)) <= 2


def _of_data(row: Sequence[str]) -> bool:
    number = any(c.isdigit() for c in row[0]) and not any(c.isalpha() for c in row[0])
    return number and sum(map(bool, row)) >= _FEWEST_CELLS


def told_notes(notes: Sequence[Quarantined], column: str) -> list[Problem]:
    """Say that notes below the header were left out, in the words of the first of them."""
    if not notes:
        return []
    what = (
        "1 row below the header is a note" if len(notes) == 1 else f"{len(notes)} rows below the header are notes"
    )
    evidence = [{"line": str(q.line), "text": q.text} for q in notes]
    advice = "Export the rows of data only; other readers take these for data, and the column for text."
    return [Problem("format_violation", f"{what}, not data; left out", advice, (column,), len(notes), evidence)]
