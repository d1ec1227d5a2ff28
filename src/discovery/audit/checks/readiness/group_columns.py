"""Columns that may say which thing a row is about: entities, what is described by the other columns, titles."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ....engagement import UseCase
from ...context import TableContext
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import by_appearance, codes_of, signature
from ...series import time_axis
from ...vocabulary.hindsight import entity_name, identifier_name, parted, tokens
from ..uniqueness.entities import panel_entity

__all__ = [
    "MOST_MISSING",
    "PERSONS",
    "REPEATED",
    "candidates",
    "names_entity",
    "of_unit",
    "repeats",
    "sold",
    "telling",
    "titled",
]

REPEATED, MOST_MISSING = 0.02, 0.2
"""Shares of the rows that must be of an entity that repeats, and that may be of none."""
FEW = 20
"""Different values from which a column may name entities."""
EACH = 5
"""Rows that each of fewer persons has, on average, for them to be told."""
PANEL_ROWS = 200_000
"""Up to so many rows a panel is looked for where no use case asks for it."""
MOST = 4
"""Columns told of a use case."""
DESCRIBED_ROWS, DESCRIBING_COLUMNS, MOST_TRIED = 10_000, 200, 5
"""Rows and columns that are looked at for what describes a thing, and columns that may name it."""
DESCRIBES, FEWEST_DESCRIBING, CERTAIN = 0.5, 3, 0.98
"""Share and number of the other columns that are the same in all rows of a thing, and share of things where so."""
DESCRIBES_MANY, MANY_DESCRIBING, MOST_ROWS_EACH = 1 / 3, 6, 50
"""A smaller share, where it is more columns; and the rows of one thing up to which a name of two words tells it."""
DESCRIBED = "groups.described"
_KINDS = frozenset("type kind class category group status level count".split())
PERSONS = frozenset(
    """patient subject customer client user member person player host guest driver employee student respondent
    participant household family donor animal individual subj speaker singer rater annotator proband
    volunteer""".split()
)
_THINGS = frozenset(
    """order item product article sku outlet store shop branch invoice ticket basket session customer client user
    patient employee student player driver vendor supplier seller merchant""".split()
)
_UNITS = frozenset(
    """agency department dept division section office sector industry region zone currency language channel category
    class type""".split()
)
"""Parts of an organisation or a market, and kinds: there are few, and new rows are of the same ones."""
MOST_UNITS = 0.1
"""Different units, as a share of the rows, up to which they are plain categories."""
_SOLD = frozenset("item product article sku".split())
_GIVEN = frozenset("id identifier number no nr nbr num code key name".split())


def candidates(context: TableContext, case: UseCase | None) -> list[ColumnProfile]:
    """Return the columns that may say which thing a row is about, entities first: those of a use case, or, without
    one, of the table; of columns that part the rows alike the first."""
    if case is not None and case.group is not None:
        return [context.profile[case.group]] if case.group in context.profile.columns else []
    excluded = () if case is None else (case.target, case.time)
    panel = of_panel(context) if case is not None or context.rows <= PANEL_ROWS else None
    found = [c for c in context.columns("integer", "text", "number") if c.name not in excluded and repeats(c)]
    found = [c for c in found if c.type != "number" or c.semantic == "identifier"]
    told = {panel, _thing_described(context, found)} if case is not None else {panel}
    named = [c for c in found if names_entity(c) or _thing(c) or c.name in told or (case is not None and titled(c))]
    kept: dict[bytes, ColumnProfile] = {}
    for column in sorted(named, key=lambda c: (not names_entity(c), -c.distinct)):
        kept.setdefault(signature(by_appearance(codes_of(context.frame[column.name]))), column)
    return list(kept.values())[:MOST]


def repeats(column: ColumnProfile) -> bool:
    """Whether a column has ten values or more, of which some repeat."""
    if (
        column.present < 50
        or column.missing > MOST_MISSING * column.rows
        or column.semantic in {"free_text", "date_part"}
    ):
        return False
    return 10 <= column.distinct <= (1 - REPEATED) * column.present


def names_entity(column: ColumnProfile) -> bool:
    """Whether a column is named for an entity or its identifier, and has so many values that it may be."""
    words = tokens(column.name)
    counted = column.type == "integer" and words[-1:] and words[-1].endswith("s")
    if not entity_name(column.name) or _KINDS & set(words) or column.distinct < 0.002 * column.present:
        return False
    if identifier_name(column.name):
        persons = bool(PERSONS & set(words)) and column.present >= EACH * column.distinct
        return column.type == "integer" or persons or column.distinct >= FEW
    return column.distinct >= FEW and not counted


def _thing(column: ColumnProfile) -> bool:
    """Whether a column numbers or names what a row is about besides: orders, products, customers by name."""
    words = [part for word in tokens(column.name) for part in parted(word, _THINGS)]
    return len(words) >= 2 and words[-2] in _THINGS and words[-1] in _GIVEN


def _thing_described(context: TableContext, columns: Sequence[ColumnProfile]) -> str | None:
    if DESCRIBED not in context.memo:
        context.memo[DESCRIBED] = _described(context, columns)
    found: str | None = context.memo[DESCRIBED]
    return found


def _described(context: TableContext, columns: Sequence[ColumnProfile]) -> str | None:
    """Return the column of texts that names what most other columns describe, and that repeats in all of it.

    In all rows of a value half of the other columns are the same, three at least (or a third of them, six at
    least), and some other is not: shows with their ratings by prize, data sets with their measures by method.
    """
    frame = context.frame.head(DESCRIBED_ROWS)
    others = [c.name for c in context.columns() if c.distinct > 1]
    others = others[:: len(others) // DESCRIBING_COLUMNS + 1]
    texts = [c for c in columns if c.type == "text" and c.present >= 2 * c.distinct]
    for column in sorted(texts, key=lambda c: -c.distinct)[:MOST_TRIED]:
        rest = [c for c in others if c != column.name]
        things = frame.filter(pl.col(column.name).is_not_null()).group_by(column.name)
        counts = things.agg(pl.len().alias("__rows__"), pl.col(rest).n_unique())
        counts = counts.filter(pl.col("__rows__") > 1)
        if counts.height < 10 or len(rest) < FEWEST_DESCRIBING + 1:
            continue
        same = [float((counts[c] == 1).mean() or 0) for c in rest]  # type: ignore[arg-type]
        describing = sum(s >= CERTAIN for s in same)
        many = describing >= MANY_DESCRIBING and describing >= DESCRIBES_MANY * len(rest)
        enough = many or describing >= max(FEWEST_DESCRIBING, DESCRIBES * len(rest))
        if enough and min(same) <= 1 - DESCRIBES:
            return column.name
    return None


def of_panel(context: TableContext) -> str | None:
    """Return the column of what has a row a time each, if there is one."""
    axis = time_axis(context)
    panel = panel_entity(context, axis) if axis is not None else None
    return panel[0] if panel is not None else None


def titled(column: ColumnProfile) -> bool:
    """Whether a column is called a name or a title, and some of it repeats: books by title; or is called the name
    of something that has a few rows each: of molecules."""
    words = tokens(column.name)
    if column.type != "text" or column.distinct < FEW or words[-1:] not in (["name"], ["title"]):
        return False
    return len(words) == 1 or 2 * column.distinct <= column.present <= MOST_ROWS_EACH * column.distinct


def of_unit(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column is by its name the code of a department, a region or a kind, of which each has many rows,
    and not one a time."""
    words = [part for word in tokens(column.name) for part in parted(word, _UNITS)]
    things = [w for w in words if w not in _GIVEN]
    named = things[-1:] != [] and things[-1] in _UNITS
    return named and column.distinct <= MOST_UNITS * column.present and column.name != of_panel(context)


def sold(column: ColumnProfile) -> bool:
    """Whether a column is named for what is sold."""
    words = [part for word in tokens(column.name) for part in parted(word, _SOLD)]
    return bool(_SOLD & set(words))


def telling(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column surely says what a row is about: an entity, that of a panel, or what the others describe."""
    named = names_entity(column) or _thing(column)
    return named or column.name in {of_panel(context), context.memo.get(DESCRIBED)}
