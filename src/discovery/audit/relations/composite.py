"""Composite references: of several columns together, to the key of several columns that another table has.

The parts have the same names in both tables, but for words for identifiers; together they are a key of the one and
repeat in the other, which holds far more of the combinations that are there than would be by chance, or nearly all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import prod

from ..context import DropContext, TableContext
from ..profiling.profile import ColumnProfile
from ..vocabulary.names import ENDS, stem_of, tokens
from .references import Reference, key_counts, measure

__all__ = ["composite_references"]

NEARLY_UNIQUE = 0.98
"""Share of different combinations from which columns are a key."""
MOSTLY, NEARLY_ALL = 0.8, 0.95
"""Share of the combinations that the parent must have at least, and that is enough however many it has."""
MOST_PARTS = 6
FEWEST = 20
"""Rows from which a table may have a key of several columns."""

Parts = tuple[str, ...]


def composite_references(context: DropContext, found: Sequence[Reference]) -> list[Reference]:
    """Return the references of several columns, between tables of which ``found`` has none that is to a key.

    Of several tables that a child's columns could refer to with the same key, that which has most of its values.
    """
    known = {(r.child, r.parent) for r in found}
    tables = [t for t in context.tables.values() if t.table.whole is None]
    best: dict[tuple[str, Parts], tuple[float, Reference]] = {}
    for parent in tables:
        if parent.rows < FEWEST or parent.table.declared.view:
            continue
        for child in tables:
            if child is parent or (child.name, parent.name) in known:
                continue
            fit = _fit(child, parent)
            if fit is None:
                continue
            key = child.name, fit[1].columns
            if key not in best or fit[0] > best[key][0]:
                best[key] = fit
    return [reference for _, reference in best.values()]


def _fit(child: TableContext, parent: TableContext) -> tuple[float, Reference] | None:
    for key in _keys(parent, child):
        own = _parts(child, parent, key)
        if own is None:
            continue
        share = _share(child, own, parent, key)
        if share:
            return share, measure(child, own, parent, key, declared=False)
    return None


def _keys(parent: TableContext, child: TableContext) -> Iterator[Parts]:
    """Iterate over what may be a key of several columns: the table's own, else two of which one identifies."""
    if len(parent.profile.key) > 1:
        yield tuple(parent.profile.key)
        return
    parts = [c.name for c in parent.columns("integer", "text", "date") if _may_be_part(c)][:MOST_PARTS]
    shared = [c for c in parts if c in child.profile.columns]
    for pair in combinations(shared, 2):
        if any(tokens(c)[-1:] and tokens(c)[-1] in ENDS for c in pair):
            yield pair


def _may_be_part(column: ColumnProfile) -> bool:
    varied = 2 <= column.distinct < NEARLY_UNIQUE * column.present
    return varied and column.missing <= 0.02 * column.rows and column.semantic != "free_text"


def _parts(child: TableContext, parent: TableContext, key: Iterable[str]) -> Parts | None:
    """Return the columns of ``child`` that are called as those of ``key``, and are of their types."""
    found = []
    for name in key:
        same = [name] if name in child.profile.columns else _of_stem(child, stem_of(name))
        if len(same) != 1 or child.profile[same[0]].type != parent.profile[name].type:
            return None
        found.append(same[0])
    return tuple(found)


def _of_stem(child: TableContext, stem: tuple[str, ...]) -> list[str]:
    return [c for c in child.profile.columns if stem and stem_of(c) == stem]


def _share(child: TableContext, own: Parts, parent: TableContext, key: Parts) -> float:
    """Return the share of the child's combinations that the parent has; 0 where they are no reference."""
    theirs = key_counts(parent, key)
    if theirs.height < NEARLY_UNIQUE * int(theirs["n"].sum()):
        return 0.0
    mine = key_counts(child, own)
    if not mine.height or mine.height >= NEARLY_UNIQUE * int(mine["n"].sum()):
        return 0.0
    share = float(mine["key"].is_in(theirs["key"].implode()).mean() or 0.0)  # type: ignore[arg-type]
    by_chance = theirs.height / prod(parent.profile[c].distinct for c in key)
    return share if share >= max(MOSTLY, min(NEARLY_ALL, 1 - 0.5 * (1 - by_chance))) else 0.0
