"""Tokens that are the only text of several columns of numbers: the code of a table for a value that is missing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, cast

from ..profiling.profile import ColumnProfile
from ..values import cells_of, identifying, text_counts
from ..vocabulary.placeholders import is_placeholder

if TYPE_CHECKING:
    from ..context import TableContext

__all__ = ["Cells", "shared_tokens"]

Cells = dict[str, list[int]]
"""Rows, counted from 1, by the text that stands there."""

SISTERS, ROWS = 3, 3
"""In how many columns, and in how many different rows of these, a token must be the only text."""
NUMBERS, LEVELS, SHARE = 20, 5, 0.2
"""How many cells, and different values, of these columns must be numbers, and what share of any that holds it."""
MOST_TEXTS, LONGEST, MOST_VALUES = 3, 20, 50_000
_NUMBER = r"^\s*[-+]?[\d.,]*\d[\d.,]*(?:[eE][-+]?\d+)?\s*$"
_PATTERN = re.compile(r"\s*[-+]?9?(?:[.,]9)*\s*")
VALUES = frozenset(
    """all always any both draw f false fewer free inf infinity infinite less max maximum min minimum more n never
    nil no none over t tie total tr trace traces true under unlimited y yes zero above below bdl bld bql blq lod loq
    oo one two three four five six seven eight nine ten""".split()
)
"""Words that say how much there is, or that it is too little to be measured."""


def shared_tokens(ctx: TableContext) -> Mapping[str, Cells]:
    """Return by column the tokens that are the table's code for missing, with the rows that hold them.

    Such a token has no digit, is no word for an amount, and is the only text of three columns or more of numbers
    (20 cells and 5 values of each), in three different rows at least. It counts in all columns of which a fifth of
    the cells are numbers and that hold three texts at most. Words that stand for missing anywhere are left out.
    """
    if "shared_tokens" not in ctx.memo:
        ctx.memo["shared_tokens"] = _found(ctx)
    return cast("Mapping[str, Cells]", ctx.memo["shared_tokens"])


def _found(ctx: TableContext) -> dict[str, Cells]:
    texts = {c.name: _texts_of(ctx, c) for c in ctx.profile.columns.values()}
    alone: dict[str, list[str]] = defaultdict(list)
    for name, (found, plain) in texts.items():
        if len(found) == 1 and plain:
            alone[next(iter(found))].append(name)
    sure = {t for t, names in alone.items() if len(names) >= SISTERS and _may_be_code(t)}
    if not sure:
        return {}
    rows = {name: _rows(ctx, name, sure & set(found)) for name, (found, _) in texts.items() if sure & set(found)}
    sure = {t for t in sure if len({r for name in alone[t] for r in rows[name][t]}) >= ROWS}
    kept = {name: {t: r for t, r in cells.items() if t in sure} for name, cells in rows.items()}
    return {name: cells for name, cells in kept.items() if cells}


def _may_be_code(token: str) -> bool:
    return len(token) <= LONGEST and token.casefold() not in VALUES and not re.search(r"[\d<>≤≥+]", token)


def _texts_of(ctx: TableContext, column: ColumnProfile) -> tuple[Counter[str], bool]:
    """Return the texts among the numbers of a column (none where they are too many), and whether the numbers are
    enough to be a column of such."""
    none = Counter[str](), False
    if column.numeric:
        found = Counter(u.text.strip() for u in ctx.table.columns[column.name].unparsed)
        cells, levels = column.present, column.distinct
    elif column.type == "text" and 1 < column.distinct <= MOST_VALUES and _has_numbers(column):
        counts = text_counts(ctx, column.name)
        plain = counts["v"].str.contains(_NUMBER)
        cells, levels = int(counts["n"].filter(plain).sum() or 0), int(plain.sum())
        rest = counts.filter(~plain)
        if rest.height > 5 * MOST_TEXTS:
            return none
        found = Counter()
        for text, n in rest.iter_rows():
            found[text.strip()] += n
    else:
        return none
    found = Counter({t: n for t, n in found.items() if not is_placeholder(t)})
    if not found or len(found) > MOST_TEXTS or not cells or identifying(column):
        return none
    return found, cells >= NUMBERS and levels >= LEVELS


def _has_numbers(column: ColumnProfile) -> bool:
    numbers = sum(n for pattern, n in column.patterns if pattern.strip() and _PATTERN.fullmatch(pattern))
    return SHARE * column.present <= numbers < column.present


def _rows(ctx: TableContext, name: str, tokens: Collection[str]) -> Cells:
    found: Cells = {t: [] for t in sorted(tokens)}
    if ctx.profile[name].numeric:
        for cell in ctx.table.columns[name].unparsed:
            if cell.text.strip() in found:
                found[cell.text.strip()].append(cell.row)
        return found
    written = text_counts(ctx, name)["v"].to_list()
    for token in found:
        mask, _ = cells_of(ctx, name, [v for v in written if v.strip() == token])
        found[token] = ctx.rows_where(mask, limit=None)
    return found
