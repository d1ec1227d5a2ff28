"""Keys that repeat: identifiers that do not identify.

A column is judged a broken key by its fan-out: how many of its values occur once (Abedjan et al., "Profiling
relational data", VLDB Journal 2015, on approximate uniques).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...profiling.relate import duplicate_mask
from ...relations.keys import near_key
from ...relations.references import WORDS
from ...semantics.words import tokens
from ...vocabulary.hindsight import parted
from ...vocabulary.names import entity_of, singular, stem_of
from ..shape import ROW_NAMES, ROW_NUMBER, identifies

__all__ = ["duplicate_key"]

MOSTLY_ONCE, ENTITY_ONCE = 0.8, 0.5
"""The share of its values that occur once in a broken key, and in one named after the table's entity."""
MOST_MISSING = 0.1
NEARLY_ONCE, LINKS_ONCE = 0.99, 0.95
"""The share of distinct values from which on a column is meant to be a key whatever its name, and one of links."""
WEAKLY_ONCE = 0.95
"""The same for a column named like a key, where the rows are numbered as well."""
MOST_DIFFER = 0.25
"""Values whose rows differ in a larger share of the columns are of what the rows refer to."""
_ROWS = frozenset("case record row observation obs sample specimen entry".split())
_STRONG = frozenset({"id", "ids", "uid", "uuid", "guid", "key", "nbr"})


@dataclass(frozen=True, slots=True)
class _FanOut:
    """How often the values of a key occur, rows left out that lack a part or have a word for missing there."""

    keys: int
    once: int
    most: int
    repeats: int
    differing: int
    missing: int

    @property
    def share_once(self) -> float:
        return self.once / self.keys if self.keys else 0.0


def _fan_out(context: TableContext, key: Sequence[str]) -> _FanOut:
    present = context.frame.filter(pl.all_horizontal(pl.col(list(key)).is_not_null()))
    for name in [c for c in key if present.schema[c] == pl.String]:
        present = present.filter(~pl.col(name).str.strip_chars().str.to_lowercase().is_in(WORDS))
    counts = present.group_by(list(key)).len()["len"]
    repeats = present.height - counts.len()
    equal = int(duplicate_mask(present).sum() or 0) if context.profile.duplicate_rows else 0
    return _FanOut(
        keys=counts.len(),
        once=int((counts == 1).sum() or 0),
        most=int(counts.to_numpy().max(initial=0)),
        repeats=repeats,
        differing=repeats - equal,
        missing=context.rows - present.height,
    )


@check("duplicate_key")
def duplicate_key(context: TableContext) -> Iterator[Finding]:
    """Keys that repeat: the declared one, or else columns that look like the key of the table.

    A column of identifiers that repeat as a rule belongs to another table (events of a customer), and is left
    alone; one whose values nearly all occur once, in a table that has no other key, should have been unique. So is
    one whose repeats differ from one another in a good part of the columns: it is of what the rows refer to. Where
    no column is a key, several together may be, but for a few rows (:mod:`discovery.audit.relations.keys`).
    """
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in spec.key if c in context.table.columns] if spec else []
    if declared:
        found = _fan_out(context, declared)
        if found.repeats or found.missing:
            yield _finding(context, declared, found, "declared as")
        return
    told = False
    for column in context.columns("integer", "number", "text"):
        if not _may_be_key(context, column):
            continue
        found = _fan_out(context, [column.name])
        entity = _named_after(context.name, column.name)
        strong = column.semantic == "identifier" and bool(_STRONG & set(tokens(column.name)))
        repeats = found.differing or (found.repeats if strong else 0)
        claims = _called_unique(column)
        alone = entity and not _other_keys(context, column.name)
        once = found.share_once >= (ENTITY_ONCE if alone else MOSTLY_ONCE)
        given = identifies(column) and found.share_once >= NEARLY_ONCE
        own = entity or given or not _of_others(context, column.name)
        if repeats > 0 and (claims or (once and own)):
            told = True
            context.memo.setdefault("duplicate_keys", set()).add(column.name)
            yield _finding(context, [column.name], found, "named like")
    if not told and not context.profile.key and context.table.whole is None:
        yield from _of_several(context)


def _of_several(context: TableContext) -> Iterator[Finding]:
    near = near_key(context.frame, context.columns())
    if near is None:
        return
    key = list(near.columns)
    found = _fan_out(context, key)
    if not found.differing:
        return
    names = ", ".join(f"'{c}'" for c in key[:-1]) + f" and '{key[-1]}'"
    others = [c for c in context.table.columns if c not in key][:3]
    yield context.finding(
        "duplicate_key",
        key,
        "minor",
        f"{names} together tell the {context.rows:,} rows apart, but {found.repeats:,} that repeat an earlier one "
        "in them.",
        rows_affected=found.repeats,
        consequence="Joins on it multiply rows, and cases that occur twice leak from training to test data.",
        advice="Ask whether one row each is meant; if so, which of the rows is true.",
        fix=f"df[df.duplicated({key!r}, keep=False)].sort_values({key!r})",
        details={"distinct": found.keys, "occur_once": found.once, "most_rows_of_one": found.most}
        | {"repeats": found.repeats, "differing": found.differing, "missing": found.missing}
        | {"by_chance": round(near.by_chance, 1)},
        evidence=context.evidence(context.repeated_rows(key), [*key, *others]),
        confidence=0.8,
    )


def _may_be_key(context: TableContext, column: ColumnProfile) -> bool:
    if column.unique or column.distinct < 20:
        return False
    if len(context.profile.key) > 1 and column.name in context.profile.key:
        return False
    if _called_unique(column):
        return True
    if _nearly_once(column):
        return not _other_keys(context, column.name)
    if not identifies(column):
        return False
    if column.semantic not in {"identifier", "uuid"} and column.distinct < 0.98 * column.present:
        return False
    if column.missing > MOST_MISSING * context.rows and not _named_after(context.name, column.name):
        return False
    weak = any(_only_numbers(c) for c in context.columns()) and not set(tokens(column.name)) <= _STRONG
    if column.distinct < WEAKLY_ONCE * column.present and weak and not _named_after(context.name, column.name):
        return False
    return not _other_keys(context, column.name) or _named_after(context.name, column.name)


def _called_unique(column: ColumnProfile) -> bool:
    words = set(tokens(column.name))
    return "unique" in words and bool(words & (_STRONG | {"identifier", "code", "ref"})) and column.type != "number"


def _nearly_once(column: ColumnProfile) -> bool:
    """Whether an address, a code or a number of many digits is different in 99 of 100 rows (links: 95)."""
    if column.present < 100 or column.missing > 0.02 * column.rows:
        return False
    share = column.distinct / column.present
    if column.semantic == "url":
        return share >= LINKS_ONCE
    if share < NEARLY_ONCE:
        return False
    if column.type == "integer":
        width = {len(str(abs(int(v)))) for v in (column.minimum, column.maximum)}
        return column.semantic != "measure" and len(width) == 1 and max(width) >= 6
    one_word = not any(" " in pattern for pattern, _ in column.patterns[:10])
    digits = sum(n for pattern, n in column.patterns if "9" in pattern) >= 0.9 * column.present
    return column.semantic in {"email", "phone"} or (
        column.type == "text" and column.semantic is None and one_word and digits
    )


def _of_others(context: TableContext, column: str) -> bool:
    """Whether the rows of a value mostly differ in a good part of the columns: it is not they it names."""
    frame = context.frame.filter(pl.col(column).is_not_null() & pl.col(column).is_duplicated())
    others = [c for c in frame.columns if c != column and context.profile[c].distinct > 1]
    if len(others) < 5 or not frame.height or set(tokens(column)) <= _STRONG or _numbers_cases(column):
        return False
    varied = frame.group_by(column).agg(pl.col(others).n_unique() > 1)
    differ = [float(varied[c].mean() or 0) for c in others]  # type: ignore[arg-type]
    return sum(d >= 0.5 for d in differ) > MOST_DIFFER * len(others)


def _numbers_cases(column: str) -> bool:
    """Whether a name is that of the number of a case, a record or a sample, of which a row is one."""
    return bool(_ROWS & {part for word in tokens(column) for part in parted(word, _ROWS)})


def _other_keys(context: TableContext, column: str) -> list[ColumnProfile]:
    """Return the columns other than ``column`` that identify the rows, and do more than number them."""
    return [
        c
        for c in context.columns()
        if c.unique and not c.missing and identifies(c) and c.name != column and not _only_numbers(c)
    ]


def _only_numbers(column: ColumnProfile) -> bool:
    """Whether a column numbers the rows under no name of its own, though some may be gone, or under one that a
    geographic information system gives to every row it exports (``OBJECTID``)."""
    exported = tokens(column.name) in (("objectid",), ("object", "id"))
    if column.type != "integer" or ("id" in tokens(column.name) and not exported):
        return False
    unnamed = ROW_NAMES.match(column.name) is not None
    return unnamed or (_numbers_rows(column) and ROW_NUMBER.match(column.name) is not None)


def _numbers_rows(column: ColumnProfile) -> bool:
    """Whether whole numbers run from first to last without a gap."""
    return column.type == "integer" and column.maximum - column.minimum + 1 == column.present


def _named_after(table: str, column: str) -> bool:
    """Whether ``column`` names the entity of ``table``: ``id`` or ``customer_id`` of ``customers``.

    The entity is what the last word of the table's name says: ``order_lines`` are lines.
    """
    entity, own = [singular(w) for w in entity_of(table)], {singular(w) for w in stem_of(column)}
    return entity[-1:] != [] and own <= set(entity) and entity[-1] in own


def _finding(context: TableContext, key: Sequence[str], found: _FanOut, how: str) -> Finding:
    name = " + ".join(f"'{c}'" for c in key)
    strong = found.share_once >= 0.9 and bool(_STRONG & set(tokens(key[0])))
    certain = how == "declared as" or strong or _named_after(context.name, key[0])
    few = how != "declared as" and found.repeats + found.missing < 0.005 * context.rows
    severity: Severity = "major" if certain and not few and (found.differing or found.missing) else "minor"
    if how != "declared as":
        named = [c for c in _other_keys(context, key[0]) if not _numbers_rows(c)]
        severity = "info" if not found.differing else "minor" if named else severity
    others = [c for c in context.table.columns if c not in key][:4]
    gaps = f" {found.missing:,} rows have no key." if found.missing else ""
    kinds = f", {found.differing:,} of them with other values" if found.differing else ", all equal rows"
    repeat = "row repeats" if found.repeats == 1 else "rows repeat"
    repeats = f"{found.repeats:,} {repeat} a key that already occurred{kinds}" if found.repeats else "No repeats"
    return context.finding(
        "duplicate_key",
        list(key),
        severity,
        f"{name} is {how} the key, but has {found.keys:,} distinct values in "
        f"{context.rows - found.missing:,} rows: {repeats}.{gaps}",
        rows_affected=found.repeats + found.missing,
        consequence="Joins on it multiply rows, and cases that occur twice leak from training to test data.",
        advice="Ask what one row stands for. If each should occur once, keep the newest; if not, split by this "
        "column and find the part of the key that is missing.",
        fix=f"df = df.drop_duplicates(subset={list(key)!r}, keep='last')"
        if found.repeats and (how == "declared as" or found.repeats <= 0.1 * context.rows)
        else None,
        details={"distinct": found.keys, "occur_once": found.once, "most_rows_of_one": found.most}
        | {"repeats": found.repeats, "differing": found.differing, "missing": found.missing},
        evidence=context.evidence(context.repeated_rows(key), [*key, *others]),
        confidence=1.0 if how == "declared as" else 0.8,
    )
