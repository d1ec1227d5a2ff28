"""How the tables of a drop are related: columns that refer to the key of another table, or of their own.

What the engagement or the database declares is taken as it is. Beyond that, a column is taken for a foreign key
where its name fits (the same name as the key, or the name of the parent) and half of its values are found there; or
where its values alone are a proof and nearly all are found: texts of some length, wide-ranged numbers, short codes
of one shape where chance would not find them all. Small whole numbers are found in every row number and prove
nothing; where columns have no names, they are held against the numbers beside them.
Several columns refer together to the key of several columns (:mod:`discovery.audit.relations.composite`). After
Rostin, Albrecht, Bauckmann, Naumann and Leser, *A machine learning approach to foreign key discovery*, WebDB 2009:
coverage, name similarity, out-of-range and typical name endings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ..context import DropContext, TableContext
from ..profiling.profile import ColumnProfile
from ..vocabulary.names import ENDS, entity_of, generated, singular, stem_of, tokens
from .composite import composite_references
from .references import (
    WORDS,
    Reference,
    as_text,
    key_counts,
    left_out,
    loose,
    measure,
    stands_for_none,
    stands_for_nothing,
)

__all__ = ["find_references", "key_columns"]

NEARLY_UNIQUE = 0.98
NAMED, LIKE, MANY, NUMBERED, UNNAMED = 0.5, 0.8, 0.9, 0.901, 0.95
"""Share of the values to be found, where the name says it, half says it, or only the values do."""
BY_CHANCE = 1e-3
CODE_LENGTHS = range(2, 9)
FEWEST_CODES = 20
LONG = 20
TRIED = 2_000
FEWEST_NUMBERS, FEWEST_BESIDE, BESIDE = 50, 50, 0.5

_COUNTS = frozenset("count counts n num number total sum avg mean min max has is was ratio share rate pct".split())
"""Words that begin the name of a figure or a flag about things, not of a reference to one."""
_ABOVE = frozenset(
    "parent manager supervisor boss reports superior mentor predecessor ancestor referrer referred previous prev "
    "original replaces replaced duplicate spouse partner".split()
)
"""Words for another row of the same table."""
_TITLES = frozenset({"name", "title"})
_PLAIN = frozenset(
    "name title label description comment value type status date time index row rownames record line rank "
    "position".split()
)
"""Names of one word that columns of unrelated tables share."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a column goes with a key: the better the larger ``score``."""

    score: float
    reference: Reference


def key_columns(context: TableContext) -> list[str]:
    """Return the columns that could be the table's key: declared, or unique in nearly all rows that have them."""
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in (spec.key if spec else []) if c in context.profile.columns]
    found = [c.name for c in context.columns("integer", "text") if _keylike(c)]
    return list(dict.fromkeys([*(declared if len(declared) == 1 else []), *found]))


def _keylike(column: ColumnProfile) -> bool:
    gaps = _gaps(column)
    there, distinct = column.rows - sum(gaps), column.distinct - len(gaps[1:])
    known = there >= 2 and there >= 0.5 * column.rows
    return known and distinct >= NEARLY_UNIQUE * there and column.semantic != "free_text"


def _gaps(column: ColumnProfile) -> list[int]:
    """Return the number of empty cells, and of those with each of the words for a missing value that repeat."""
    return [column.missing, *(n for v, n in column.top if n > 1 and str(v).lower() in WORDS)]


def find_references(context: DropContext) -> list[Reference]:
    """Return all foreign keys of the drop, declared ones first. Kept in ``memo``, found once."""
    if "references" not in context.memo:
        declared = list(_declared(context))
        taken = {(r.child, r.columns) for r in declared}
        inferred = [r for r in _inferred(context) if (r.child, r.columns) not in taken]
        found = [*declared, *_without_copies(inferred, declared, context)]
        found += composite_references(context, found)
        found += _to_many(context, found)
        context.memo["references"] = found
        context.memo["relations"] = [r.as_relation() for r in found]
    kept: list[Reference] = context.memo["references"]
    return kept


def _declared(context: DropContext) -> Iterator[Reference]:
    for name, table in context.tables.items():
        spec = context.engagement.tables.get(name)
        for key in spec.foreign_keys if spec else []:
            parent = context.tables.get(key.table)
            known = parent is not None and set(key.to_columns) <= set(parent.frame.columns)
            if parent is not None and known and set(key.columns) <= set(table.frame.columns):
                if left_out(context, table, key.columns, parent, key.to_columns):
                    continue
                yield measure(table, tuple(key.columns), parent, tuple(key.to_columns), declared=True)


def _inferred(context: DropContext) -> Iterator[Reference]:
    keys = {n: key_columns(t) for n, t in context.tables.items() if not t.table.declared.view}
    for child in context.tables.values():
        own = [k for k in keys.get(child.name, []) if list(child.profile.key) == [k]]
        possible = {n: own if n == child.name else found for n, found in keys.items()}
        for column in child.columns("integer", "text"):
            if column.present < 2 or column.semantic in {"free_text", "date_part"}:
                continue
            fits = [
                fit
                for other, candidates in possible.items()
                for key in candidates
                if (fit := _fit(context, child, column, context.tables[other], key)) is not None
            ]
            if fits:
                yield max(fits, key=lambda f: f.score).reference


def _fit(
    context: DropContext, child: TableContext, column: ColumnProfile, parent: TableContext, key: str
) -> _Fit | None:
    target = parent.profile[key]
    if child is parent:
        evidence = LIKE if _of_own_table(column, target, parent) else 0.0
    else:
        of_child = stem_of(column.name) == entity_of(child.name) != entity_of(parent.name)
        evidence = 0.0 if of_child else _evidence(column, parent.name, target)
    if not evidence or not _may_refer(child, column, parent, target, evidence):
        return None
    if left_out(context, child, [column.name], parent, [key]):
        return None
    trial = as_text(child.sample[column.name]).drop_nulls().unique().head(TRIED)
    pool = key_counts(parent, (key,))["key"]
    trial = trial.filter(~stands_for_none(trial) & ~stands_for_nothing(trial, pool)) if len(trial) > 2 else trial
    share = int(trial.is_in(pool.implode()).sum()) / max(1, len(trial))
    if share < evidence == NAMED and _same_name(column.name, target.name):
        share = int(loose(trial).is_in(loose(pool).unique().implode()).sum()) / max(1, len(trial))
        share = share if share >= MANY else 0.0
    if share < evidence or (evidence == NUMBERED and not _beyond_neighbours(trial, pool)):
        return None
    reference = measure(child, (column.name,), parent, (key,), declared=False)
    main = list(parent.profile.key) == [key]
    named = (evidence == NAMED) + 0.5 * _after(column.name, parent.name) + 0.2 * main
    return _Fit(share + named, reference)


def _may_refer(
    child: TableContext, column: ColumnProfile, parent: TableContext, target: ColumnProfile, evidence: float
) -> bool:
    """Whether the values could be those of a reference at all, by what the profiles say of them."""
    if column.type != target.type and evidence != NAMED:
        return False
    if column.distinct > (2.0 if evidence == NAMED else 1.2) * target.distinct:
        return False
    unique = column.distinct >= NEARLY_UNIQUE * column.present
    numbers = column.type == "integer" and column.maximum - column.minimum < 1.1 * column.distinct
    if child is parent or not unique or (column.distinct < NEARLY_UNIQUE * target.distinct and not numbers):
        return True
    return (stem_of(target.name) or stem_of(column.name)) == entity_of(parent.name) != entity_of(child.name)


def _evidence(column: ColumnProfile, table: str, target: ColumnProfile) -> float:
    """Return the share of the values that must be found in ``target`` of ``table``; 0 where nothing speaks for a
    reference."""
    if not generated(column.name) and tokens(column.name)[:1] and tokens(column.name)[0] not in _COUNTS:
        if _same_name(column.name, target.name) and _full(target):
            return NAMED
        if _after(column.name, table) and (column.distinct > 2 or (column.length_mean or 0) >= LONG):
            if _full(target) and _main_name(target, table):
                return NAMED
            if column.type == target.type == "text" and _alike(column, target):
                return LIKE
    if _full(target) and (_proof(column, target) or _codes(column, target)):
        return UNNAMED
    whole = column.type == target.type == "integer" and _full(target) and column.distinct >= FEWEST_NUMBERS
    return NUMBERED if whole and generated(column.name) and generated(target.name) else 0.0


def _beyond_neighbours(values: pl.Series, keys: pl.Series) -> bool:
    """Whether far fewer whole numbers are missing among the keys than of those beside them: not where keys run
    without a gap, nor where chance finds them."""
    numbers = values.cast(pl.Int64, strict=False).drop_nulls()
    found = [int((numbers + step).cast(pl.String).is_in(keys.implode()).sum()) for step in (0, -1, 1)]
    missing, beside = len(numbers) - found[0], len(numbers) - max(found[1:])
    return beside >= FEWEST_BESIDE and missing <= BESIDE * beside


def _full(column: ColumnProfile) -> bool:
    return sum(_gaps(column)) <= 0.02 * column.rows


def _same_name(column: str, key: str) -> bool:
    mine = tokens(column)
    return mine == tokens(key) and bool(set(mine) - set(ENDS)) and (len(mine) > 1 or mine[0] not in _PLAIN)


def _after(column: str, table: str) -> bool:
    """Whether ``column`` is named after what ``table`` holds: ``home_team_id`` after ``teams``."""
    stem, entity = stem_of(column), entity_of(table)
    return bool(stem) and bool(entity) and (stem[-len(entity) :] == entity or stem[-1] == "".join(entity))


def _main_name(key: ColumnProfile, table: str) -> bool:
    """Whether ``key`` is called as that by which the rows of ``table`` are referred to: ``id``, ``name``."""
    titles = _TITLES if key.type == "text" else frozenset()
    return {singular(w) for w in tokens(key.name)} <= {*ENDS, *entity_of(table), *titles}


def _of_own_table(column: ColumnProfile, target: ColumnProfile, table: TableContext) -> bool:
    """Whether ``column`` is called as a reference to another row: ``manager_id``, ``ReportsTo``."""
    words = tokens(column.name)
    if column.name == target.name or list(table.profile.key) != [target.name] or column.type != target.type:
        return False
    if not set(words) & _ABOVE:
        return False
    return words[-1] in {*ENDS, "to", "by"} or (column.type == "text" and column.distinct >= 3)


def _alike(column: ColumnProfile, target: ColumnProfile) -> bool:
    """Whether two columns of texts are mostly of one shape and length."""
    if not column.patterns or not target.patterns or column.patterns[0][0] != target.patterns[0][0]:
        return False
    return abs((column.length_mean or 0) - (target.length_mean or 0)) <= 0.25


def _proof(column: ColumnProfile, target: ColumnProfile) -> bool:
    """Whether values found elsewhere are a proof: many texts of some length, or numbers beyond row numbers."""
    long = (column.length_mean or 0) >= LONG and not any(" " in p for p, _ in column.patterns[:5])
    few = 3 if column.type == "text" and long else 10
    return column.distinct >= few and (long or _wide(column)) and _wide(target)


def _wide(column: ColumnProfile) -> bool:
    if column.type == "text":
        return (column.length_mean or 0) >= 3 and column.semantic not in {"category", "country", "currency"}
    low, high = column.minimum, column.maximum
    return low is not None and high is not None and float(high) > 1000 and float(low) > 2 * column.rows


def _codes(column: ColumnProfile, target: ColumnProfile) -> bool:
    """Whether a column holds codes of one shape, of which so many are possible that chance would not find them all
    among the keys of that shape."""
    length = column.length_min or 0
    if column.type != "text" or target.type != "text" or not column.patterns or length not in CODE_LENGTHS:
        return False
    if {column.length_max, target.length_min, target.length_max} != {length} or column.distinct < 3:
        return False
    pattern, count = column.patterns[0]
    letters = (26 if "A" in pattern or "a" in pattern else 0) + (10 if "9" in pattern else 0)
    keys = dict(target.patterns).get(pattern, 0)
    if count < 0.98 * column.present or not pattern.isalnum() or keys < FEWEST_CODES or letters <= 10:
        return False
    return bool(min(1.0, keys / float(letters) ** length) ** min(column.distinct, 10) <= BY_CHANCE)


def _to_many(context: DropContext, found: Sequence[Reference]) -> Iterator[Reference]:
    """Iterate over references to what a table is named after where it has several rows of each, by no key."""
    known = {(r.child, c) for r in found for c in r.columns if len(r.columns) == 1}
    known |= {(r.child, r.parent) for r in found}
    for parent in context.tables.values():
        entity = entity_of(parent.name)
        names = [c.name for c in parent.columns("integer", "text") if entity and stem_of(c.name) == entity]
        for name in [n for n in names if tokens(n)[-1] in ENDS and not _keylike(parent.profile[n])]:
            for child in context.tables.values():
                if child is parent or name not in child.profile.columns or entity_of(child.name) == entity:
                    continue
                if {(child.name, name), (child.name, parent.name)} & known or parent.table.declared.view:
                    continue
                if _among(context, child, parent, name):
                    yield measure(child, (name,), parent, (name,), declared=False)


def _among(context: DropContext, child: TableContext, parent: TableContext, name: str) -> bool:
    """Whether nearly all values that ``child`` has in a column are in that of the same name in ``parent``."""
    mine, theirs = child.profile[name], parent.profile[name]
    if mine.type != theirs.type or mine.distinct > theirs.distinct or mine.present < 2:
        return False
    if left_out(context, child, [name], parent, [name]):
        return False
    trial = as_text(child.sample[name]).drop_nulls().unique().head(TRIED)
    return float(trial.is_in(key_counts(parent, (name,))["key"].implode()).mean() or 0.0) >= MANY  # type: ignore[arg-type]


def _without_copies(
    inferred: Sequence[Reference], declared: Sequence[Reference], context: DropContext
) -> list[Reference]:
    """Leave out references to a column beside the key of a table that is referred to by its key: copies of what the
    table says (``team_name`` beside ``team_id``)."""
    main: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for r in [*declared, *inferred]:
        if r.declared or list(r.to_columns) == list(context.tables[r.parent].profile.key):
            main.setdefault((r.child, r.parent), set()).add(tokens(r.columns[0])[:-1])
    kept = []
    for r in inferred:
        roles = main.get((r.child, r.parent), set())
        own = list(r.to_columns) == list(context.tables[r.parent].profile.key)
        code = tokens(r.to_columns[0])[-1:] and tokens(r.to_columns[0])[-1] in ENDS
        said = code or _after(r.columns[0], r.parent)
        if own or not roles or (said and tokens(r.columns[0])[:-1] not in roles):
            kept.append(r)
    return kept
