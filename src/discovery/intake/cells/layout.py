"""Cells -> header and body: what stands above, below and between the rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from ..table import Problem, Quarantined
from .compact import as_text, has_compact, is_compact, told
from .furniture import BALANCES, MEANS, RULE, TOTALS, edges, letters, page_heads, ruling, totals, unlabelled_total
from .header import are_names, header_depth, header_names, header_score, unique_names
from .notes import FOOT, is_fact, notes_below_the_header, told_notes

__all__ = ["Layout", "lay_out"]

_TITLE_ROWS, _LETTERHEAD, _TOP = 60, 15, 1_000
_FEW_ROWS = 100
_AT_ONCE, _MOST_COLUMNS, _IN_PYTHON = 500_000, 1_000, 10_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Where header and body are. Row numbers index the cells; ``removed`` are neither."""

    names: Sequence[str]
    originals: Sequence[str]
    body: pl.DataFrame
    header_row: int | None
    confidence: float = 1.0
    removed: Sequence[Quarantined] = ()
    assumptions: Sequence[str] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)
    blank_at_end: int = 0


def lay_out(
    cells: pl.DataFrame, lines: pl.Series, *, header: bool | None = None, titles: Sequence[str] = ()
) -> Layout:
    """Tell title, header, body, repeated headers, totals and notes apart.

    Parameters
    ----------
    cells : polars.DataFrame
        Text, one column a field, with nothing taken off yet; nulls and blanks are empty cells.
    lines : polars.Series
        The line (or sheet row) of each row of cells, counted from 1.
    header : bool, optional
        Whether there is a header, where that is known.
    titles : sequence of str
        The lines above the table that were set aside before.
    """
    removed: list[Quarantined] = []
    assumptions: list[str] = []
    problems: list[Problem] = []
    first = _title_rows(_top(cells))
    if first:
        removed += _quarantine(cells.head(first), lines.head(first), "above the header")
        assumptions.append(f"{_rows(first)} above the header {_were(first)} taken for a title")
        cells, lines = cells.slice(first), lines.slice(first)
    depth = header_depth(_top(cells)) if header is None else 1
    if depth > 1 and cells.width <= 3 and _is_title([c for c in cells.row(0) if c]):
        removed += _quarantine(cells.head(1), lines.head(1), "above the header")
        assumptions.append("1 row above the header was taken for a title")
        cells, lines, depth = cells.slice(1), lines.slice(1), depth - 1
    score = header_score(_top(cells).slice(depth - 1)) if header is None else (1.0 if header else -1.0)
    has_header = score >= 0 and cells.height > 0
    depth = depth if has_header else 0
    header_row = int(lines[0]) if has_header else None
    originals = header_names(_top(cells), depth)
    body, body_lines = cells.slice(depth), lines.slice(depth)
    problems += _padded_names(cells.row(0), body) if depth == 1 else []
    body, body_lines, originals, said = _without_frame(body, body_lines, originals, has_header)
    assumptions += said
    if depth > 1:
        assumptions.append(f"{depth} header rows were joined into one")
        problems.append(_rows_of_header(depth))
    if not has_header:
        assumptions.append("There is no header: the columns were numbered")
        problems.append(_no_header())
    names = unique_names(originals)
    problems += _name_problems(originals, names) if has_header else []
    notes = notes_below_the_header(body, body_lines) if has_header else []
    body, body_lines = body.slice(len(notes)), body_lines.slice(len(notes))
    problems += told_notes(notes, names[0])
    removed += notes
    blank = _blank_at_end(body)
    body, body_lines = body.head(body.height - blank), body_lines.head(body.height - blank)
    body, body_lines, gone = _clean_body(
        body, body_lines, originals if has_header else None, [*titles, *(q.text for q in removed)]
    )
    problems += [*_removed_problems(gone), *_section_titles(gone, [*titles, *(q.text for q in removed)])]
    removed += gone
    body = body.rename(dict(zip(body.columns, names, strict=True)))
    return Layout(
        names,
        originals,
        body,
        header_row,
        round(0.5 + min(0.5, abs(score)), 2),
        removed,
        assumptions,
        problems,
        blank,
    )


def _top(cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells as texts; of those that are kept compact the first, as nothing is looked for further down."""
    return as_text(cells.head(_TOP)) if has_compact(cells) else cells


def _without_frame(
    body: pl.DataFrame, lines: pl.Series, originals: list[str], has_header: bool
) -> tuple[pl.DataFrame, pl.Series, list[str], list[str]]:
    """Take off lines drawn under the header, and columns at the edges without a name or a cell."""
    said: list[str] = []
    if not has_header or body.height == 0:
        return body, lines, originals, said
    drawn = ruling(body)
    if drawn:
        said.append(f"{_rows(drawn)} of dashes or types below the header {_were(drawn)} passed over")
        body, lines = body.slice(drawn), lines.slice(drawn)
    row = [(c or "").strip() for c in body.row(0)] if body.height > 1 else []
    if len(row) > 2 and row[0] and not any(row[1:]) and not originals[0].strip() and all(originals[1:]):
        said.append("The name of the first column stood in a row of its own")
        body, lines, originals = body.slice(1), lines.slice(1), [row[0], *originals[1:]]
    first, last = edges(body, originals) if body.height else (0, body.width)
    gone = body.width - (last - first)
    if gone:
        columns = "1 column" if gone == 1 else f"{gone} columns"
        said.append(f"{columns} without a name or a cell at the edge {_were(gone)} left out")
        body, originals = body.select(body.columns[first:last]), originals[first:last]
    return body, lines, originals, said


def _is_title(cells: Sequence[str]) -> bool:
    """Whether these are pieces of a sentence that stood above the table, cut at its commas."""
    return sum(map(len, cells)) > 20 * len(cells) and sum(len(c.split()) for c in cells) >= 3 * len(cells)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _filled(cells: pl.DataFrame) -> pl.Series:
    """Return the number of cells with something in them, row by row."""
    if cells.width > _MOST_COLUMNS and cells.width * cells.height <= _IN_PYTHON:  # expressions cost more
        return pl.Series([sum(bool(c and c.strip()) for c in row) for row in cells.iter_rows()], dtype=pl.Int32)
    count = pl.Series([0], dtype=pl.Int32).new_from_index(0, cells.height)
    if has_compact(cells):
        for name in [c.name for c in cells if is_compact(c)]:
            count += told(cells[name], lambda texts: texts.str.strip_chars() != "").fill_null(False).cast(pl.Int32)
        cells = cells.select(c for c in cells if not is_compact(c))
    some = min(_MOST_COLUMNS, max(1, _AT_ONCE // max(1, cells.height)))  # all columns at once take much room
    for at in range(0, cells.width, some):
        filled = (pl.col(cells.columns[at : at + some]).str.strip_chars() != "").fill_null(False)
        count += cells.select(pl.sum_horizontal(filled.cast(pl.Int32))).to_series()
    return count


def _quarantine(cells: pl.DataFrame, lines: pl.Series, reason: str) -> list[Quarantined]:
    rows = zip(lines.to_list(), cells.iter_rows(), strict=True)
    return [Quarantined(int(line), reason, " | ".join(c for c in row if c)) for line, row in rows]


def _title_rows(cells: pl.DataFrame) -> int:
    """Return how many rows at the top are no part of the table: hardly filled, before well-filled ones."""
    if cells.width < 2 or cells.height < 3:
        return 0
    filled = _filled(cells.head(_TITLE_ROWS + 200))
    if cells.width == 2:
        return _titles_of_two(filled) or int(_is_lone_title(cells, filled))
    usual = float(filled.slice(1).filter(filled.slice(1) > 0).quantile(0.75) or 0)
    if usual < 3:
        return 0
    if usual >= 4 and (few := _few_on_top(cells, filled, usual)):
        return few
    limit = max(1.0, min(usual * 0.4, usual - 2))
    count = 0
    for value in filled.head(min(_TITLE_ROWS, len(filled) - 1)).to_list():
        if value == 2 and is_fact([c.strip() for c in cells.row(count) if c and c.strip()]):
            count += 1
            continue
        if value > limit or (value >= 2 and header_depth(cells.slice(count)) == 2):
            break
        count += 1
    return count if count < min(_TITLE_ROWS, cells.height - 1) else 0


def _few_on_top(cells: pl.DataFrame, filled: pl.Series, usual: float) -> int:
    """Return how many rows of one or two cells (letterheads, dates of reports) stand above the names of columns."""
    counts = filled.head(_LETTERHEAD).to_list()
    first = next((i for i, n in enumerate(counts) if n >= usual), 0)
    if first < 2 or max(counts[:first]) > 2 or not are_names([c for c in cells.row(first) if c and c.strip()]):
        return 0
    return first - (counts[first - 1] == 2 and header_depth(cells.slice(first - 1)) == 2)


def _is_lone_title(cells: pl.DataFrame, filled: pl.Series) -> bool:
    """Whether the first row of a table of two columns has one text, and the names of the columns are below it."""
    body = filled.slice(1)
    if cells.height < 4 or filled[0] != 1 or not cells.row(0)[0] or int((body == 2).sum()) < len(body) - 1:
        return False
    names = [(c or "").strip() for c in cells.row(1)]
    return len(set(names)) == 2 and header_score(cells.slice(1)) > 0.5 > header_score(cells)


def _titles_of_two(filled: pl.Series) -> int:
    """Return how many rows above a table of two columns are titles: they end with a blank row."""
    counts = filled.head(_TITLE_ROWS).to_list()
    first = next((i for i, n in enumerate(counts) if n == 2), 0)
    below = filled.slice(first).filter(filled.slice(first) > 0)
    return first if first and counts[first - 1] == 0 and int((below == 2).sum()) > 0.6 * len(below) else 0


def _no_header() -> Problem:
    return Problem(
        "header_problem",
        "The table has no header row: its columns are numbered",
        "Ask for the names of the columns.",
        severity="minor",
    )


def _rows_of_header(depth: int) -> Problem:
    return Problem(
        "header_problem",
        f"The header takes {depth} rows; one name for each column was made of them",
        "Ask for a header of one row; other readers take the others for data.",
    )


def _name_problems(originals: Sequence[str], names: Sequence[str]) -> list[Problem]:
    problems = []
    blank = [n for n, o in zip(names, originals, strict=True) if not o]
    if blank:
        summary = f"{len(blank)} column{'s have' if len(blank) > 1 else ' has'} no name"
        problems.append(Problem("header_problem", summary, "Ask for their names."))
    often = Counter(originals)
    twice = [n for n, o in zip(names, originals, strict=True) if o and often[o] > 1]
    if twice:
        summary = f"{len(twice)} columns share a name with another; the later ones were numbered"
        problems.append(Problem("header_problem", summary, "Ask which is which."))
    padded = [n for n in names if n != " ".join(n.split())]
    if padded:
        written = [n.replace("\t", r"\t") for n in padded[:5]]
        shown = ", ".join(f"'{n}'" for n in written) + (" …" if len(padded) > 5 else "")
        summary = (
            f"{len(padded)} column {'names hold' if len(padded) > 1 else 'name holds'} blanks too many: {shown}"
        )
        advice = "Ask for names without them; until then, name them just so."
        problems.append(Problem("header_problem", summary, advice, padded if len(padded) == 1 else ()))
    return problems


def _padded_names(names: Sequence[str | None], body: pl.DataFrame) -> list[Problem]:
    """Say where all names but the first begin with a blank, and no cell does: other readers keep it."""
    if len(names) < 3 or not all((n or "").startswith(" ") and (n or "").strip() for n in names[1:]):
        return []
    first = body.head(_FEW_ROWS).select(pl.all().cast(pl.String).str.starts_with(" ").any())
    if not body.height or any(first.row(0)):
        return []
    summary = f"{len(names) - 1} column names begin with a blank, which was taken off"
    return [Problem("header_problem", summary, "Ask for names without it; other readers keep it.", severity="info")]


def _clean_body(
    body: pl.DataFrame, lines: pl.Series, header: Sequence[str] | None, titles: Sequence[str] = ()
) -> tuple[pl.DataFrame, pl.Series, list[Quarantined]]:
    """Take out repeated headers, and totals and notes at the end."""
    gone: list[Quarantined] = []
    if header is not None and body.height and sum(bool(h) for h in header) >= min(2, len(header)):
        plain = [" ".join(h.split()) for h in header]
        key = next(i for i, h in enumerate(plain) if h)
        name = header[key].strip()
        same = told(body[body.columns[key]], lambda texts: texts.str.strip_chars() == name).fill_null(False)
        rows = [
            r for r in same.arg_true().to_list() if [" ".join((c or "").split()) for c in body.row(r)] == plain
        ]  # fmt: skip
        if rows and len(header) > 1:
            heads = page_heads(body, rows, titles)
            gone += _quarantine(body[rows], lines.gather(rows), "the header, repeated")
            gone += _quarantine(body[heads], lines.gather(heads), "above the header, repeated")
            body, lines = _without(body, lines, [*rows, *heads])
    tail = _footer_rows(body)
    if tail:
        at = body.height - tail
        for i in range(at, body.height):
            first = next((c.strip() for c in body.row(i) if c and any(s.isalpha() for s in c)), "")
            reason = "a row of totals" if TOTALS.match(first) else "below the table"
            gone += _quarantine(body.slice(i, 1), lines.slice(i, 1), reason)
        body, lines = body.head(at), lines.head(at)
    sums = totals(body, _filled(body)) if body.height and body.width > 2 else []
    if unlabelled_total(body):
        sums = [*sums, body.height - 1]
    if sums:
        gone += _quarantine(body[sums], lines.gather(sums), "a row of totals")
        body, lines = _without(body, lines, sums)
    while body.height > 1 and all(map(RULE.match, drawn := [c.strip() for c in body.row(-1) if c and c.strip()])):
        if not drawn:
            break
        gone += _quarantine(body.tail(1), lines.tail(1), "below the table")
        body, lines = body.head(-1), lines.head(-1)
    return body, lines, gone


def _without(body: pl.DataFrame, lines: pl.Series, rows: Sequence[int]) -> tuple[pl.DataFrame, pl.Series]:
    keep = pl.Series([True]).new_from_index(0, body.height).scatter(list(rows), False)
    return body.filter(keep), lines.filter(keep)


def _blank_at_end(body: pl.DataFrame) -> int:
    """Return how many rows at the end have nothing in any column."""
    if body.height < 2 or body.width < 2 or any((c or "").strip() for c in body.row(-1)):
        return 0
    full = (_filled(body) > 0).arg_true()
    return body.height - 1 - int(full[-1]) if len(full) else 0


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
            bool(FOOT.match(cells[0])) or len(cells[0].split()) >= 4
        )  # fmt: skip
        label = next((c for c in cells if any(s.isalpha() for s in c)), "")
        total = bool(TOTALS.match(label)) and not _occurs(body, label)
        total = total and not (width >= max(usual, 2) and BALANCES.match(label))
        if not cells:
            count += 1
            tail = count if tail else 0
            continue
        if not total and MEANS.match(label) and not _occurs(body, label):
            count += 1  # only beside a total: means may be rows of a table of measures
            continue
        if not (note or total):
            break
        count += 1
        tail = count
    return tail


def _occurs(body: pl.DataFrame, text: str) -> bool:
    """Whether a cell such as ``Total`` is an ordinary value of its column."""
    same = (told(body[c], lambda texts: texts.str.strip_chars() == text) for c in body.columns[:3])
    return any(int(s.sum()) > 1 for s in same)


def _section_titles(gone: Sequence[Quarantined], titles: Sequence[str]) -> list[Problem]:
    """Say that titles above repeated headers were left out, which are not that of the table but for its numbers."""
    known = {"", "page", "seite", *map(letters, titles)}
    own = [q for q in gone if q.reason == "above the header, repeated" and letters(q.text) not in known]
    if not own or len({letters(q.text) for q in own}) < len(own):
        return []
    summary = f"{_rows(len(own))} between the others {'are titles' if len(own) > 1 else 'is a title'}; left out"
    advice = "Put what it says of the rows below it into a column."
    evidence = [{"line": str(q.line), "text": q.text} for q in own[:5]]
    return [Problem("header_problem", summary, advice, (), len(own), evidence)]


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
