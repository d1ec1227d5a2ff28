"""Uniqueness: rows that are there twice, and identifiers that do not identify.

Method: equal rows are found by a 64-bit row hash and confirmed by their values. How many equal rows chance would
give is estimated under independence of the columns: two rows agree with probability ``prod_c sum_v p_cv ** 2`` (the
repeat rate; Simpson 1949, in its unbiased form), so that n rows hold about ``n (n - 1) / 2`` times as many equal
pairs. A column is judged a broken key by its fan-out: how many of its values occur once (Abedjan et al., "Profiling
relational data", VLDB Journal 2015, on approximate uniques).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import polars as pl

from ...artifacts import Finding, Severity
from ..context import TableContext, check
from ..profile import ColumnProfile
from ..relate import duplicate_mask, most_telling
from ..semantics.words import tokens
from .shape import identifies

__all__ = ["duplicate_key", "duplicate_rows", "expected_duplicates"]

MOSTLY_ONCE = 0.8
ENTITY_ONCE = 0.5
MOST_MISSING = 0.1
MOST_COLUMNS, MOST_ROWS = 20, 200_000
_STRONG = frozenset({"id", "ids", "uid", "uuid", "guid", "key", "nbr"})


def expected_duplicates(columns: Sequence[ColumnProfile], rows: int) -> float:
    """Return how many rows would repeat an earlier one by chance, were the columns independent."""
    if rows < 2 or not columns:
        return 0.0
    pairs = rows * (rows - 1) / 2 * prod(_collision(c) for c in columns)
    return float(min(rows - 1, pairs))


def next_to_equal(context: TableContext) -> float:
    """Return how many equal rows there would be were they no more frequent than rows one step apart.

    Where columns depend on one another, chance makes more equal rows than independence says. It makes as many rows
    that differ in one number only, and there by one step of its values, on either side; copies do not. Where a
    column of text tells most rows apart, those that agree in it are of one thing, and none are by chance.
    """
    frame = context.frame
    numbers = [c.name for c in context.columns("integer", "number") if c.distinct >= 10]
    if frame.width > MOST_COLUMNS or frame.height > MOST_ROWS or frame.width < 2:
        return 0.0
    if any(c.distinct > ENTITY_ONCE * context.rows for c in context.columns("text")):
        return 0.0
    most = 0
    for name in numbers:
        rest = frame.select(pl.exclude(name)).hash_rows(seed=0)
        places = pl.DataFrame({"rest": rest, "at": frame[name].rank("dense")}).drop_nulls()
        here = places.group_by("rest", "at").agg(n=pl.len().cast(pl.Int64))
        beside = here.with_columns(at=pl.col("at") + 1)
        pairs = here.join(beside, on=["rest", "at"]).select((pl.col("n") * pl.col("n_right")).sum()).item()
        most = max(most, int(pairs or 0))
    return most / 2


def _collision(column: ColumnProfile) -> float:
    """Probability that two rows agree in ``column``; what is beyond the most frequent values is spread evenly."""
    if column.rows < 2:
        return 1.0
    counts = [column.missing, *(n for _, n in column.top)]
    agreeing = float(sum(n * (n - 1) for n in counts))
    rest, levels = column.rows - sum(counts), column.distinct - len(column.top)
    if rest > 0 and levels > 0:
        agreeing += rest * (rest / levels - 1)
    return float(min(1.0, agreeing / (column.rows * (column.rows - 1))))


@check("duplicate_rows")
def duplicate_rows(context: TableContext) -> Iterator[Finding]:
    """Rows equal to an earlier row: in every column, and in every column but the identifiers."""
    exact = context.profile.duplicate_rows
    if exact:
        yield _exact(context, exact)
    ids = _identifiers(context)
    rest = [c for c in context.columns() if c.name not in ids and c.distinct > 0]
    if not ids or len(rest) < 2 or context.rows < 10:
        return
    mask = duplicate_mask(context.frame.select([c.name for c in rest]), most_telling(rest))
    again = int(mask.sum() or 0)
    chance = expected_duplicates(rest, context.rows)
    if again > max(exact, 2 * chance, 0.001 * context.rows):
        yield _but_for_identifiers(context, ids, again, exact, chance, mask)


def _identifiers(context: TableContext) -> list[str]:
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in spec.key if c in context.table.columns] if spec else []
    return list(dict.fromkeys([*declared, *(c.name for c in context.columns() if identifies(c))]))


def _exact(context: TableContext, exact: int) -> Finding:
    mask = duplicate_mask(context.frame, most_telling(context.columns()))
    chance = max(expected_duplicates(list(context.columns()), context.rows), next_to_equal(context))
    columns = [c.name for c in context.columns()]
    share = exact / context.rows
    likely = exact <= 2 * chance or len(columns) == 1
    severity: Severity = "info" if likely else "major" if share >= 0.05 else "minor"
    by_chance = f" About {chance:,.0f} would be by chance, as the columns have few values." if chance >= 1 else ""
    return context.finding(
        "duplicate_rows",
        [],
        severity,
        f"{exact:,} of {context.rows:,} rows repeat an earlier row in every column.{by_chance}",
        rows_affected=exact,
        consequence="Sums and counts are too high, and the same row can stand in training and test data, "
        "which makes a model look better than it is.",
        advice="Ask whether these are repeated deliveries or real repeats; keep one of each, or keep all copies "
        "on one side of every split.",
        fix="df = df.drop_duplicates()",
        details={"expected_by_chance": round(chance, 2), "without": []},
        evidence=context.evidence(context.rows_where(mask), columns[:6]),
        confidence=0.5 if likely else 1.0,
    )


def _but_for_identifiers(
    context: TableContext, ids: Sequence[str], again: int, exact: int, chance: float, mask: pl.Series
) -> Finding:
    rest = [c for c in context.table.columns if c not in ids]
    share, named = again / context.rows, ", ".join(f"'{c}'" for c in ids[:4])
    by_chance = f"; about {chance:,.0f} would by chance" if chance >= 1 else ""
    return context.finding(
        "duplicate_rows",
        list(ids) if exact else [],
        "minor" if 0.01 <= share <= 0.3 else "info",
        f"{again:,} of {context.rows:,} rows repeat an earlier row once {named} is left out{by_chance}.",
        rows_affected=again,
        consequence="The same case may be in the data under several identifiers, and on both sides of a split.",
        advice="Ask whether these are different cases; if not, keep one of each before splitting.",
        fix=f"df = df.drop_duplicates(subset=df.columns.difference({list(ids)!r}))",
        details={"without": list(ids), "expected_by_chance": round(chance, 2), "equal_in_all_columns": exact},
        evidence=context.evidence(context.rows_where(mask), [*ids[:1], *rest[:5]]),
        confidence=0.7,
    )


@dataclass(frozen=True, slots=True)
class _FanOut:
    """How often the values of a key occur, rows with a missing part left out."""

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
    counts = present.group_by(list(key)).len()["len"]
    repeats = present.height - counts.len()
    equal = int(duplicate_mask(present).sum() or 0) if context.profile.duplicate_rows else 0
    return _FanOut(
        keys=counts.len(),
        once=int((counts == 1).sum() or 0),
        most=max(counts.to_list(), default=0),
        repeats=repeats,
        differing=repeats - equal,
        missing=context.rows - present.height,
    )


@check("duplicate_key")
def duplicate_key(context: TableContext) -> Iterator[Finding]:
    """Keys that repeat: the declared one, or else columns that look like the key of the table.

    A column of identifiers that repeat as a rule belongs to another table (events of a customer), and is left
    alone; one whose values nearly all occur once, in a table that has no other key, should have been unique.
    """
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in spec.key if c in context.table.columns] if spec else []
    if declared:
        found = _fan_out(context, declared)
        if found.repeats or found.missing:
            yield _finding(context, declared, found, "declared as")
        return
    for column in context.columns("integer", "number", "text"):
        if not _may_be_key(context, column):
            continue
        found = _fan_out(context, [column.name])
        entity = _named_after(context.name, column.name)
        strong = column.semantic == "identifier" and bool(_STRONG & set(tokens(column.name)))
        repeats = found.differing or (found.repeats if strong else 0)
        if repeats > 0 and found.share_once >= (ENTITY_ONCE if entity else MOSTLY_ONCE):
            yield _finding(context, [column.name], found, "named like")


def _may_be_key(context: TableContext, column: ColumnProfile) -> bool:
    if column.unique or column.distinct < 20 or not identifies(column):
        return False
    if column.semantic not in {"identifier", "uuid"} and column.distinct < 0.98 * column.present:
        return False
    if column.missing > MOST_MISSING * context.rows and not _named_after(context.name, column.name):
        return False
    return not _other_keys(context, column.name) or _named_after(context.name, column.name)


def _other_keys(context: TableContext, column: str) -> list[ColumnProfile]:
    """Return the columns other than ``column`` that identify the rows."""
    return [c for c in context.columns() if c.unique and not c.missing and identifies(c) and c.name != column]


def _numbers_rows(column: ColumnProfile) -> bool:
    """Whether whole numbers run from first to last without a gap."""
    return column.type == "integer" and column.maximum - column.minimum + 1 == column.present


def _named_after(table: str, column: str) -> bool:
    """Whether ``column`` names the entity of ``table``: ``id`` or ``customer_id`` of ``customers``."""
    words = [w for w in tokens(column) if w not in {"id", "no", "nr", "number", "key", "code", "uuid", "guid"}]
    entity = {w.removesuffix("s") for w in tokens(table)} | {w.removesuffix("ies") + "y" for w in tokens(table)}
    return bool(words) and all(w.removesuffix("s") in entity for w in words)


def _finding(context: TableContext, key: Sequence[str], found: _FanOut, how: str) -> Finding:
    name = " + ".join(f"'{c}'" for c in key)
    strong = found.share_once >= 0.9 and bool(_STRONG & set(tokens(key[0])))
    certain = how == "declared as" or strong or _named_after(context.name, key[0])
    few = how != "declared as" and found.repeats + found.missing < 0.005 * context.rows
    severity: Severity = "major" if certain and not few and (found.differing or found.missing) else "minor"
    if how != "declared as":
        named = [c for c in _other_keys(context, key[0]) if not _numbers_rows(c)]
        severity = "info" if not found.differing else "minor" if named else severity
    repeated = pl.struct(key).is_duplicated() & pl.all_horizontal(pl.col(list(key)).is_not_null())
    order = context.frame.with_row_index("__row__", offset=1).filter(repeated).sort(key, maintain_order=True)
    others = [c for c in context.table.columns if c not in key][:4]
    gaps = f" {found.missing:,} rows have no key." if found.missing else ""
    kinds = f", {found.differing:,} of them with other values" if found.differing else ", all equal rows"
    repeats = f"{found.repeats:,} rows repeat a key that already occurred{kinds}" if found.repeats else "No repeats"
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
        fix=f"df = df.drop_duplicates(subset={list(key)!r}, keep='last')" if found.repeats else None,
        details={"distinct": found.keys, "occur_once": found.once, "most_rows_of_one": found.most}
        | {"repeats": found.repeats, "differing": found.differing, "missing": found.missing},
        evidence=context.evidence(order["__row__"].to_list(), [*key, *others]),
        confidence=1.0 if how == "declared as" else 0.8,
    )
