"""Columns that another one decides: levels, cuts, flags of what is filled, texts put together from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import clusters
from ...relations.derived import MOST_LEVELS, Derived, cuts, fillings, levels, texts
from ...sampling import evenly_spaced
from ...vocabulary.hindsight import entity_name, identifier_name
from .redundant import CORRELATED

__all__ = ["derived_column"]

FEWEST_ROWS = 100
MOST_NAMED = 6
SEVERAL = 3
"""From how many flags of what is filled on they are told together."""
FEW_LEVELS, FEW_GRADES = 50, 20
"""Different values up to which a text, and a number, may be made of another column."""
FEW_ENTITIES = 50
"""Things up to which a column that names them may decide others."""
MOST_TEXTS, MOST_CELLS = 15, 40
"""Columns of texts that are held against others, and how many others."""
LONGEST = 200
TRIAL_ROWS = 300
ALIKE = ("spelled", "held", "part")
"""Forms of columns that hold the same texts."""


@check("redundant_column", view="values")
def derived_column(context: TableContext) -> Iterator[Finding]:
    """Find columns that can be worked out from one other column, row by row.

    Method: :mod:`discovery.audit.relations.derived`. Levels and cuts of a table are told together: a category that
    another decides, a number cut into bands. Flags that say where another column is filled, and texts that hold
    what others hold, are told one by one. Targets are left out: there it is a leak.
    """
    if context.rows < FEWEST_ROWS:
        return
    targets = context.targets
    usable = [c for c in context.columns() if c.name not in targets and c.distinct > 1]
    made = [c.name for c in usable if _made(c)]
    sources = [c.name for c in usable if _source(c)]
    numbers = [c.name for c in usable if c.numeric and c.distinct > 5 and not (c.unique and c.whole)]
    found = list(levels(context.frame, sources, made))
    known = {d.column for d in found} | _repeats(context)
    found += cuts(context.frame, numbers, [m for m in made if m not in known])
    if found:
        yield _followers(context, found)
    flags = [c.name for c in usable if _flag(c)]
    gappy = [c.name for c in usable if c.missing]
    same = list(_texts(context, usable))
    pairs = [(d.column, d.sources[0]) for d in same if d.form in ALIKE]
    groups = [group for group in clusters(pairs) if len(group) > 2]
    for group in groups:
        yield _same_texts(context, group)
    told = {c for group in groups for c in group}
    filled = list(fillings(context.frame, flags, gappy))
    if len({d.column for d in filled}) >= SEVERAL:
        yield _flags(context, filled)
        filled = []
    for derived in [*filled, *same]:
        if derived.form not in ALIKE or derived.column not in told:
            yield _one(context, derived)


def _same_texts(context: TableContext, columns: Sequence[str]) -> Finding:
    order = list(context.profile.columns)
    columns = sorted(columns, key=order.index)
    named = ", ".join(f"'{c}'" for c in columns[:MOST_NAMED]) + (" …" if len(columns) > MOST_NAMED else "")
    return context.finding(
        "redundant_column",
        columns,
        "info",
        f"{len(columns)} columns hold the same texts, in other spellings or as a part of one another: {named}.",
        rows_affected=min(context.profile[c].present for c in columns),
        consequence="They add nothing to one another, and one may be mended without the others.",
        advice=f"Keep '{columns[0]}' and leave the others out.",
        details={"form": "spelled"},
        confidence=0.9,
    )


def _made(column: ColumnProfile) -> bool:
    """Whether a column is a category or a grade of few values, and may be made of another."""
    few = column.distinct <= (FEW_GRADES if column.numeric else FEW_LEVELS)
    return column.type in {"text", "boolean", "integer"} and few and column.present >= FEWEST_ROWS


def _flag(column: ColumnProfile) -> bool:
    """Whether a column says yes or no in every row: by words, or by 0, 1 and 2."""
    if column.distinct != 2 or column.missing:
        return False
    return not column.numeric or (column.minimum, column.maximum) in {(0, 1), (1, 2)}


def _source(column: ColumnProfile) -> bool:
    if column.type not in {"text", "integer"} or not 2 <= column.distinct <= MOST_LEVELS:
        return False
    names_things = entity_name(column.name) or identifier_name(column.name)
    return column.semantic != "free_text" and (not names_things or column.distinct <= FEW_ENTITIES)


def _repeats(context: TableContext) -> set[str]:
    """Return the numbers that go together with others: they are told as such."""
    return {c for pair, r in context.profile.correlations.items() if abs(r) >= CORRELATED for c in pair}


def _followers(context: TableContext, found: Sequence[Derived]) -> Finding:
    by_source: dict[str, list[str]] = {}
    for derived in found:
        by_source.setdefault(derived.sources[0], []).append(derived.column)
    columns = [d.column for d in found]
    pairs = [f"'{s}' → {', '.join(repr(c) for c in made)}" for s, made in by_source.items()]
    shown = "; ".join(pairs[:MOST_NAMED]) + (" …" if len(pairs) > MOST_NAMED else "")
    return context.finding(
        "redundant_column",
        columns,
        "info",
        f"{len(columns)} columns are decided by another one in every row, as its levels or cuts: {shown}.",
        consequence="They add nothing to the column they follow from: importance is split between them, and "
        "linear weights become unstable.",
        advice="Keep the finer or the coarser of them as a feature, not both, and keep the rule as a check.",
        details={"form": "level", "follows": {d.column: d.sources[0] for d in found}},
        confidence=0.9,
    )


def _flags(context: TableContext, found: Sequence[Derived]) -> Finding:
    pairs = {d.column: d.sources for d in found}
    shown = "; ".join(f"'{c}' → {', '.join(repr(s) for s in of[:3])}" for c, of in list(pairs.items())[:MOST_NAMED])
    shown += " …" if len(pairs) > MOST_NAMED else ""
    return context.finding(
        "redundant_column",
        list(dict.fromkeys(c for made, of in pairs.items() for c in (made, *of))),
        "info",
        f"{len(pairs)} columns say no more than whether another one is filled: {shown}.",
        rows_affected=min(context.profile[c].present for c in pairs),
        consequence="They add nothing to the column they follow from, and one may be mended without the other.",
        advice="Leave these flags out of the features where the gaps are marked anyway, and keep the rule as a "
        "check.",
        details={"form": "filled", "follows": {c: list(of) for c, of in pairs.items()}},
        confidence=0.9,
    )


def _one(context: TableContext, derived: Derived) -> Finding:
    made, others = derived.column, derived.sources
    named = " and ".join(f"'{o}'" for o in others[:3])
    summary = {
        "filled": f"'{made}' says no more than whether {named} is filled.",
        "spelled": f"'{made}' is {named} in another spelling: they are equal once signs and case are dropped.",
        "held": f"'{made}' holds {named}, and nothing else that differs from row to row.",
        "part": f"'{made}' is the beginning or the end of {named}.",
        "joined": f"'{made}' is put together from {named}.",
    }[derived.form]
    return context.finding(
        "redundant_column",
        [made, *others],
        "info",
        summary,
        rows_affected=context.profile[made].present,
        consequence="It adds nothing to the other, and one may be mended without the other.",
        advice=f"Leave '{made}' out of the features, and keep the rule as a check.",
        details={"form": derived.form, "sources": list(others)},
        confidence=0.9,
    )


def _texts(context: TableContext, usable: Sequence[ColumnProfile]) -> Iterator[Derived]:
    wide = [c for c in usable if c.type == "text" and c.distinct >= 20 and (c.length_mean or 0) <= LONGEST]
    wide = wide[:MOST_TEXTS]
    others = [c for c in usable if c.type != "boolean" and (c.length_mean or 0) <= LONGEST]
    others = [c for c in others if c.distinct >= 5] + [c for c in others if c.distinct < 5 and c.type == "text"]
    names = list(dict.fromkeys([c.name for c in [*wide, *others[:MOST_CELLS]]]))
    if not wide or len(names) < 2:
        return
    filled = context.frame.select(pl.any_horizontal(pl.col([c.name for c in wide]).is_not_null()).alias("f"))["f"]
    places = filled.arg_true().to_numpy()
    rows = (places[evenly_spaced(len(places), TRIAL_ROWS)] + 1).tolist()
    cells = {n: context.table.cells(n, rows) for n in names}
    yield from texts(cells, [c.name for c in wide])
