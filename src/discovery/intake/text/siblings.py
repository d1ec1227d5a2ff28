"""Files of a drop without a header that are plainly of the same kind as files beside them that have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ..big import part_of
from ..cells.assemble import table_of_texts
from ..table import Table

__all__ = ["with_siblings_names"]

_ENOUGH = 2
_FEWEST_COLUMNS = 3


def with_siblings_names(tables: Sequence[Table]) -> list[Table]:
    """Give tables of text files without a header the names that those beside them have, where these leave no doubt.

    Two others, or one where both are parts of one table by their names, have the same columns, as many, and of the
    same types.
    """
    named: dict[int, list[Table]] = {}
    for table in tables:
        if table.reading.header_row is not None and table.reading.dialect and table.whole is None:
            named.setdefault(table.frame.width, []).append(table)
    return [_renamed(t, named.get(t.frame.width, [])) if _is_nameless(t) else t for t in tables]


def _is_nameless(table: Table) -> bool:
    plain = table.whole is None and table.texts is not None and table.texts.width == table.frame.width
    return plain and bool(table.reading.dialect) and table.reading.header_row is None


def _renamed(table: Table, others: Sequence[Table]) -> Table:
    stem = part_of(table.source)
    parts = [o for o in others if stem is not None and part_of(o.source) == stem]
    alike = parts or [o for o in others if _folder(o) == _folder(table)]
    if len({tuple(o.columns) for o in alike}) != 1 or table.frame.width < _FEWEST_COLUMNS:
        return table
    if len(alike) < (1 if parts else _ENOUGH) or not all(_same_types(table, o) for o in alike):
        return table
    first, texts = alike[0], table.texts
    assert texts is not None
    texts = pl.DataFrame([texts[c].alias(n) for c, n in zip(texts.columns, first.columns, strict=True)])
    said = f"The file has no header: the names of its columns are those of '{first.source}'"
    kept = [p for p in table.reading.problems if p.kind != "header_problem"]
    reading = replace(
        table.reading,
        assumptions=(said, *(a for a in table.reading.assumptions if not a.startswith("There is no header"))),
        problems=tuple(kept),
    )
    return table_of_texts(table.name, table.source, texts, [c.original for c in first.columns.values()], reading)


def _folder(table: Table) -> str:
    return table.source.rpartition("/")[0]


def _same_types(table: Table, other: Table) -> bool:
    """Whether columns have the types of another table's, and not all of them are text."""
    numbers = {"integer": "number", "datetime": "date"}
    mine, theirs = ([numbers.get(c.type, c.type) for c in t.columns.values()] for t in (table, other))
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if "empty" not in (a, b)]
    return len(pairs) >= _FEWEST_COLUMNS and all(a == b for a, b in pairs) and any(a != "text" for a, _ in pairs)
