"""Cells -> header and body: what stands above, below and between the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from .dates import read_dates, read_times
from .numbers import read_numbers
from .table import Problem, Quarantined
from .words import MISSING_WORDS

__all__ = ["Layout", "header_score", "lay_out", "unique_names"]

_TITLE_ROWS = 60
_TOTALS = re.compile(
    r"(?i)^\W*(?:grand |sub)?-?(?:total|totals|sum|summe|gesamt|gesamtsumme|insgesamt|totale|somme)\W*$"
)
_FOOT = re.compile(
    r"(?i)^\W*(?:source|note|notes|footnote|generated|exported|created|printed|copyright|©|end of|eof|records?:|"
    r"rows?:|"
    r"\(?\d+ (?:rows?|records?)|quelle|stand|hinweis|data (?:from|as of|source)|last updated|report)\b"
)
_NAME = re.compile(r"^[^\W\d][^\n]{0,80}$")
_YEAR = re.compile(r"^(?:1[89]|20|21)\d{2}$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where header and body are. Row numbers index the cells; ``removed`` are neither."""

    names: Sequence[str]
    originals: Sequence[str]
    body: pl.DataFrame
    body_rows: pl.Series
    header_row: int | None
    confidence: float = 1.0
    removed: Sequence[Quarantined] = ()
    assumptions: Sequence[str] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)


def lay_out(cells: pl.DataFrame, lines: pl.Series, *, header: bool | None = None) -> Layout:
    """Tell title, header, body, repeated headers, totals and notes apart.

    Parameters
    ----------
    cells : polars.DataFrame
        Text, one column a field, with nothing taken off yet; nulls and blanks are empty cells.
    lines : polars.Series
        The line (or sheet row) of each row of cells, counted from 1.
    header : bool, optional
        Whether there is a header, where that is known.
    """
    removed: list[Quarantined] = []
    assumptions: list[str] = []
    problems: list[Problem] = []
    first = _title_rows(cells)
    if first:
        removed += _quarantine(cells.head(first), lines.head(first), "above the header")
        assumptions.append(f"{_rows(first)} above the header {_were(first)} taken for a title")
        cells, lines = cells.slice(first), lines.slice(first)
    depth = _header_depth(cells) if header is None else 1
    score = header_score(cells.slice(depth - 1)) if header is None else (1.0 if header else -1.0)
    has_header = score >= 0 and cells.height > 0
    depth = depth if has_header else 0
    header_row = int(lines[0]) if has_header else None
    originals = _originals(cells, depth)
    body, body_lines = cells.slice(depth), lines.slice(depth)
    if depth > 1:
        assumptions.append(f"{depth} header rows were joined into one")
    if not has_header:
        assumptions.append("There is no header: the columns were numbered")
        problems.append(_no_header())
    names = unique_names(originals)
    problems += _name_problems(originals, names) if has_header else []
    body, body_lines, gone = _clean_body(body, body_lines, originals if has_header else None)
    removed += gone
    problems += _removed_problems(gone)
    body = body.rename(dict(zip(body.columns, names, strict=True)))
    return Layout(
        names,
        originals,
        body,
        body_lines,
        header_row,
        round(0.5 + min(0.5, abs(score)), 2),
        removed,
        assumptions,
        problems,
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _filled(cells: pl.DataFrame) -> pl.Series:
    """Return the number of cells with something in them, row by row."""
    return cells.select(pl.sum_horizontal((pl.all().str.strip_chars() != "").fill_null(False).cast(pl.Int32)))[:, 0]


def _quarantine(cells: pl.DataFrame, lines: pl.Series, reason: str) -> list[Quarantined]:
    rows = zip(lines.to_list(), cells.iter_rows(), strict=True)
    return [Quarantined(int(line), reason, " | ".join(c for c in row if c)) for line, row in rows]


def _title_rows(cells: pl.DataFrame) -> int:
    """Return how many rows at the top are no part of the table: hardly filled, before well-filled ones."""
    if cells.width < 3 or cells.height < 3:
        return 0
    filled = _filled(cells.head(_TITLE_ROWS + 200))
    usual = float(filled.slice(1).quantile(0.75) or 0)
    if usual < 3:
        return 0
    limit = max(1.0, min(usual * 0.4, usual - 2))
    count = 0
    for value in filled.head(min(_TITLE_ROWS, len(filled) - 1)).to_list():
        if value > limit or (value >= 2 and _header_depth(cells.slice(count)) == 2):
            break
        count += 1
    return count if count < min(_TITLE_ROWS, cells.height - 1) else 0


def header_score(cells: pl.DataFrame) -> float:
    """Return evidence that the first row is a header: above 0 for it, below against it.

    A cell counts for it where the cells under it are numbers or dates and it is not, against it where it is one as
    they are, or where it occurs among them.
    """
    if cells.height == 0:
        return -1.0
    top = [(c or "").strip() for c in cells.row(0)]
    body = cells.slice(1, 500)
    if not any(top):
        return -1.0
    if body.height == 0:
        return 0.5 if all(_NAME.match(c) or not c for c in top) and len(set(top)) == len(top) else -0.5
    if _years(top):
        return 0.5
    votes = [_vote(cell, body[name]) for cell, name in zip(top, body.columns, strict=True)]
    score = sum(votes) / max(1, len(votes))
    filled = [c for c in top if c]
    named = sum(bool(_NAME.match(c)) and c.casefold() not in MISSING_WORDS for c in filled)
    if named == len(filled) and len(set(filled)) == len(filled):
        score += 0.15
    if len(set(filled)) < 0.7 * len(filled):
        score -= 0.3
    return score


def _years(top: Sequence[str]) -> bool:
    years = [int(c) for c in top if _YEAR.match(c)]
    return len(years) >= 3 and all(b - a == years[1] - years[0] != 0 for a, b in pairwise(years))


def _vote(cell: str, column: pl.Series) -> float:
    stripped = column.str.strip_chars()
    present = stripped.filter((stripped != "").fill_null(False))
    if len(present) == 0 or not cell:
        return 0.0
    mine = pl.Series([cell])
    numeric = read_numbers("", present).share
    if numeric >= 0.8:
        if cell.casefold() in MISSING_WORDS:
            return 0.0
        return -1.0 if read_numbers("", mine).share >= 1 else 1.0
    dates = read_dates("", present) or read_times(present)
    if dates is not None and dates.parsed >= 0.8 * len(present):
        own = read_dates("", mine) or read_times(mine)
        return -1.0 if own is not None and own.parsed else 1.0
    if (present == cell).any():
        often = int((present == cell).sum()) / len(present)
        return -0.6 if often > 0.01 or len(present) < 100 else -0.3
    if read_numbers("", mine).share >= 1:
        return -0.5
    lengths = present.str.len_chars()
    spread = float(lengths.cast(pl.Float64).to_numpy().std())
    low, high = (int(x) for x in (lengths.to_numpy().min(), lengths.to_numpy().max()))
    if len(present) >= 5 and spread < 2 and not low <= len(cell) <= high:
        return 0.5
    few = present.n_unique() <= 0.5 * len(present)
    return 0.3 if few and len(present) >= 5 else 0.05


def _header_depth(cells: pl.DataFrame) -> int:
    """Return 2 where a row of groups stands above the row of names, else 1."""
    if cells.height < 4 or cells.width < 3:
        return 1
    top, second = ([(c or "").strip() for c in cells.row(i)] for i in (0, 1))
    groups = [c for c in top if c]
    gaps = len(groups) < len(top) and len(groups) <= 0.7 * len(top)
    repeats = len(set(groups)) <= 0.7 * len(groups)
    if len(groups) < 2 or not (gaps or repeats) or sum(bool(c) for c in second) < 0.7 * len(second):
        return 1
    named = [c for c in second if c]
    if any(read_numbers("", pl.Series([c])).share >= 1 for c in named) or len(named) < len(second) - 1:
        return 1
    return 2 if header_score(cells.slice(1)) > 0.3 else 1


def _originals(cells: pl.DataFrame, depth: int) -> list[str]:
    if depth == 0:
        return ["" for _ in cells.columns]
    rows = [[(c or "").strip() for c in cells.row(i)] for i in range(depth)]
    if depth == 1:
        return [" ".join(c.split()) for c in rows[0]]
    group, names = "", []
    for i, (above, below) in enumerate(zip(*rows, strict=True)):
        group = above or (group if i and below and any(rows[0][:i]) else "")
        names.append(" ".join(f"{group} {below}".split()))
    return names


def unique_names(originals: Sequence[str]) -> list[str]:
    """Return names for columns: the originals, numbered where they are blank or taken."""
    names: list[str] = []
    taken = {o for o in originals if o}
    seen: set[str] = set()
    for number, original in enumerate(originals, start=1):
        name = original or f"column_{number}"
        if name in seen or (not original and name in taken):
            stem, k = name, 2
            while f"{stem}_{k}" in seen or f"{stem}_{k}" in taken:
                k += 1
            name = f"{stem}_{k}"
        seen.add(name)
        names.append(name)
    return names


def _no_header() -> Problem:
    return Problem(
        "header_problem",
        "The table has no header row: its columns are numbered",
        "Ask for the names of the columns.",
        severity="minor",
    )


def _name_problems(originals: Sequence[str], names: Sequence[str]) -> list[Problem]:
    problems = []
    blank = [n for n, o in zip(names, originals, strict=True) if not o]
    if blank:
        summary = f"{len(blank)} column{'s have' if len(blank) > 1 else ' has'} no name"
        problems.append(Problem("header_problem", summary, "Ask for their names.", blank))
    twice = [n for n, o in zip(names, originals, strict=True) if o and list(originals).count(o) > 1]
    if twice:
        summary = f"{len(twice)} columns share a name with another; the later ones were numbered"
        problems.append(Problem("header_problem", summary, "Ask which is which.", twice))
    return problems


def _clean_body(
    body: pl.DataFrame, lines: pl.Series, header: Sequence[str] | None
) -> tuple[pl.DataFrame, pl.Series, list[Quarantined]]:
    """Take out repeated headers, and totals and notes at the end."""
    gone: list[Quarantined] = []
    if header is not None and body.height and sum(bool(h) for h in header) >= min(2, len(header)):
        key = next(i for i, h in enumerate(header) if h)
        same = (body[body.columns[key]].str.strip_chars() == header[key]).fill_null(False)
        rows = [
            r for r in same.arg_true().to_list()
            if [" ".join((c or "").split()) for c in body.row(r)] == list(header)
        ]  # fmt: skip
        if rows and len(header) > 1:
            gone += _quarantine(body[rows], lines.gather(rows), "the header, repeated")
            keep = pl.Series([True]).new_from_index(0, body.height).scatter(rows, False)
            body, lines = body.filter(keep), lines.filter(keep)
    tail = _footer_rows(body)
    if tail:
        at = body.height - tail
        for i in range(at, body.height):
            first = next((c.strip() for c in body.row(i) if c and c.strip()), "")
            reason = "a row of totals" if _TOTALS.match(first) else "below the table"
            gone += _quarantine(body.slice(i, 1), lines.slice(i, 1), reason)
        body, lines = body.head(at), lines.head(at)
    return body, lines, gone


def _footer_rows(body: pl.DataFrame) -> int:
    """Return how many rows at the end are notes or totals, blank ones before them included."""
    if body.height < 3 or body.width < 2:
        return 0
    filled = _filled(body.tail(200)).to_list()
    usual = sorted(filled)[len(filled) // 2]
    tail = count = 0
    for offset in range(1, min(30, body.height - 1)):
        row = body.row(body.height - offset)
        cells = [c.strip() for c in row if c and c.strip()]
        width = filled[-offset]
        note = width == 1 and usual >= 3 and bool(row[0] and row[0].strip()) and (
            bool(_FOOT.match(cells[0])) or len(cells[0].split()) >= 4
        )  # fmt: skip
        total = bool(cells) and bool(_TOTALS.match(cells[0])) and not _occurs(body, cells[0])
        if not cells:
            count += 1
            tail = count if tail else 0
            continue
        if not (note or total):
            break
        count += 1
        tail = count
    return tail


def _occurs(body: pl.DataFrame, text: str) -> bool:
    """Whether a cell such as ``Total`` is an ordinary value of its column."""
    return int((body[body.columns[0]].str.strip_chars() == text).sum()) > 1


def _removed_problems(gone: Sequence[Quarantined]) -> list[Problem]:
    problems = []
    for reason, what in (
        ("the header, repeated", "repeat the header"),
        ("a row of totals", "are totals of the rows above"),
    ):
        rows = [q for q in gone if q.reason == reason]
        if rows:
            verb = (
                what
                if len(rows) > 1
                else {"repeat the header": "repeats the header"}.get(what, "is the total of the rows above")
            )
            summary = f"{_rows(len(rows))} {verb}; left out"
            evidence = [{"line": str(q.line)} for q in rows[:5]]
            problems.append(
                Problem("header_problem", summary, "Export the rows of data only.", (), len(rows), evidence)
            )
    return problems
