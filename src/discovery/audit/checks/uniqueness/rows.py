"""Uniqueness: rows that are there twice.

Method: equal rows are found by a 64-bit row hash and confirmed by their values. How many equal rows chance would
give is estimated under independence of the columns: two rows agree with probability ``prod_c sum_v p_cv ** 2`` (the
repeat rate; Simpson 1949, in its unbiased form), so that n rows hold about ``n (n - 1) / 2`` times as many equal
pairs. Where columns depend on one another, a column of many values is shuffled, and the rows are counted that are
equal then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...profiling.relate import duplicate_mask, most_telling
from ...rows.blocks import repeated_blocks
from ...rows.chance import collision, expected_duplicates
from ...rows.empty_rows import rows_without_values
from ...vocabulary.names import tokens
from ..shape import identifies

__all__ = ["duplicate_rows"]

ENTITY_ONCE, OF_A_ROW = 0.5, 0.9
MOST_COLUMNS, MOST_ROWS = 20, 200_000
MOST_LEFT_OUT = 1 / 3
TELLING = 0.02
_TIMES = frozenset("year yr years time day week month date".split())
STAMPED = 0.98
MORE, SURELY = 1.5, 4
"""How many times as many rows as chance would make are worth a remark, and are surely copies."""
UNLIKE, SOME = 10, 0.01
"""From so many times as many equal rows as columns would make that have nothing to do with one another, and from so
large a share of all rows, they are more than a remark: that columns go together is no proof of chance."""
MANY = 0.1
"""Share of the rows from which they are worth a remark though chance may make as many."""
NAMES, FEWEST_AGAIN = 0.4, 5
"""The share of different texts in a table of things that are named once, and the fewest rows that are asked about
where they are equal but for a date."""
NEVER = 0.05
"""Equal rows that chance would make, below which even one is none of its."""


def _next_to_equal(context: TableContext) -> float:
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


def _by_shuffling(frame: pl.DataFrame, columns: Sequence[ColumnProfile], seed: int = 0) -> float:
    """Return how many rows repeat an earlier one once a column is shuffled: the most, of up to three that tell most
    rows apart."""
    most = 0
    order = sorted(columns, key=collision)
    telling = [c.name for c in order if collision(c) <= TELLING][:3] or [c.name for c in order[:1]]
    for name in telling if frame.height <= MOST_ROWS else ():
        mixed = frame.with_columns(pl.col(name).shuffle(seed=seed))
        most = max(most, int(duplicate_mask(mixed, most_telling(columns)).sum() or 0))
    return float(most)


@check("duplicate_rows")
def duplicate_rows(context: TableContext) -> Iterator[Finding]:
    """Rows equal to an earlier row: in every column, and in every column but the identifiers.

    Rows that repeat others in blocks (:mod:`discovery.audit.rows.blocks`) are no chance, however alike rows are.
    Left out as identifiers are, beside what is named or coded like one, whole numbers and times of day that are
    different in (nearly) all rows; and else the one date of a table of named things. Cells that could not be read
    are compared as they are written.
    """
    frame = _as_written(context)
    columns = list(context.columns())
    exact = context.profile.duplicate_rows
    equal = duplicate_mask(frame, most_telling(columns)) if exact else None
    if equal is not None and frame is not context.frame:
        exact = int(equal.sum() or 0)
    empty = _empty(context) if exact else None
    if equal is not None and empty is not None:
        equal = equal & ~empty
        exact = int(equal.sum() or 0)
    if equal is not None and exact:
        yield _exact(context, frame, exact, equal)
    ids = _identifiers(context)
    once = tuple(_once(context, ids))
    without = [_without(context, frame, left_out, exact, empty) for left_out in dict.fromkeys((once, tuple(ids)))]
    surely = [found for found in without if found is not None and not found.details["by_chance"]]
    told = surely[:1] or [found for found in without[:1] if found is not None]
    yield from told or _recorded_again(context, frame, exact)


def _empty(context: TableContext) -> pl.Series | None:
    """Return the rows that hold nothing, or nothing but a default: they are told as empty, not as equal."""
    found = rows_without_values(context) if context.seen is None else None
    if found is None or not (found.empty.any() or found.default.any()):
        return None
    return pl.Series(found.empty | found.default)


def _once(context: TableContext, ids: Sequence[str]) -> list[str]:
    """Return the identifiers that are different in (nearly) all rows: others are of persons and things."""
    return [c for c in ids if context.profile[c].distinct >= STAMPED * context.profile[c].present]


def _recorded_again(context: TableContext, frame: pl.DataFrame, exact: int) -> Iterator[Finding]:
    """Remark on rows that are equal but for the one date of the table, where chance makes none.

    A text must be different in a good part of the rows: things that are measured day by day have few names.
    """
    dates = [c for c in context.columns() if c.temporal]
    rest = [c for c in context.columns() if not c.temporal and c.distinct > 0]
    many = any(c.type == "text" and c.distinct >= NAMES * context.rows for c in rest)
    if len(dates) != 1 or len(rest) < 5 or not many or dates[0].name in context.targets or context.rows > MOST_ROWS:
        return
    kept = frame.select([c.name for c in rest])
    mask = duplicate_mask(kept, most_telling(rest))
    again = int(mask.sum() or 0)
    few = max(exact, FEWEST_AGAIN - 1) < again <= MOST_LEFT_OUT * context.rows
    if few and expected_duplicates(rest, context.rows) < NEVER and not _by_shuffling(kept, rest, context.seed):
        found = _but_for_identifiers(context, [dates[0].name], again, exact, 0.0, mask, by_chance=True)
        yield found.model_copy(
            update={
                "consequence": "The same case may have been recorded twice, and be on both sides of a split.",
                "details": found.details | {"by_chance": False},
                "confidence": 0.5,
            }
        )


def _tell_apart(columns: Sequence[ColumnProfile]) -> bool:
    """Whether a text is of nearly every row its own, so that no two rows are equal by chance."""
    return any(
        c.type == "text" and c.distinct >= (ENTITY_ONCE if c.semantic == "free_text" else OF_A_ROW) * c.rows
        for c in columns
    )


def _without(
    context: TableContext, frame: pl.DataFrame, ids: Sequence[str], exact: int, empty: pl.Series | None
) -> Finding | None:
    """Return the finding about rows that are equal but for ``ids``; no more than a remark, where chance makes as
    many so."""
    rest = [c for c in context.columns() if c.name not in ids and c.distinct > 0]
    if not ids or len(rest) < 2 or context.rows < 10:
        return None
    kept = frame.select([c.name for c in rest])
    mask = duplicate_mask(kept, most_telling(rest))
    mask = mask & ~empty if empty is not None else mask
    again = int(mask.sum() or 0)
    apart = _tell_apart(rest)
    chance = 0.0 if apart else expected_duplicates(rest, context.rows)
    least = 0.001 * context.rows if chance >= 1 else 1 if chance >= NEVER else 0
    if again > max(exact, 2 * chance, least):
        shuffled = 0.0 if apart else max(chance, _by_shuffling(kept, rest, context.seed))
        many = again >= MANY * context.rows or (again > 0.001 * context.rows and again > MORE * shuffled)
        if many or again > 3 * shuffled:
            return _but_for_identifiers(context, ids, again, exact, shuffled, mask)
        chance = shuffled
    return _but_for_identifiers(context, ids, again, exact, chance, mask, by_chance=True) if again > exact else None


def _as_written(context: TableContext) -> pl.DataFrame:
    """Return the frame with the cells of columns that could not be read throughout as they are written."""
    texts = context.table.texts
    names = [c.name for c in context.columns() if c.unparsed and texts is not None and c.name in texts.columns]
    if not names or texts is None or texts.height != context.frame.height:
        return context.frame
    return context.frame.with_columns(context.table.written(names))


def _identifiers(context: TableContext) -> list[str]:
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in spec.key if c in context.table.columns] if spec else []
    targets = context.targets
    found = [c.name for c in context.columns() if c.name not in targets and (identifies(c) or _numbered(c))]
    return list(dict.fromkeys([*declared, *found]))


def _numbered(column: ColumnProfile) -> bool:
    """Whether whole numbers or times of day are different in (nearly) every row of a hundred or more."""
    if column.rows < 100 or column.missing or _TIMES & set(tokens(column.name)):
        return False
    return (column.type == "integer" and column.unique) or (
        column.type == "datetime" and column.distinct >= STAMPED * column.rows
    )


def _exact(context: TableContext, frame: pl.DataFrame, exact: int, mask: pl.Series) -> Finding:
    alone = chance = 0.0
    if not _tell_apart(list(context.columns())):
        alone = expected_duplicates(list(context.columns()), context.rows)
        chance = max(alone, _next_to_equal(context))
    if chance and exact > 2 * chance:
        chance = max(chance, _by_shuffling(frame, list(context.columns()), context.seed))
    columns = [c.name for c in context.columns()]
    share = exact / context.rows
    blocks = repeated_blocks(frame, mask) if chance >= 1 and context.rows <= MOST_ROWS else None
    unlike = exact > UNLIKE * alone and len(columns) > 1
    likely = (exact <= 2 * chance and not (unlike and share >= SOME) and blocks is None) or len(columns) == 1
    severity: Severity = "info" if likely else "major" if share >= 0.05 and exact > SURELY * chance else "minor"
    by_chance = f" About {chance:,.0f} would be by chance, as the columns have few values." if chance >= 1 else ""
    if by_chance and unlike:
        by_chance = f" Up to {chance:,.0f} may be by chance, as far as the columns go together."
    if blocks is not None:
        by_chance = (
            f" They come in {blocks.count:,} blocks of up to {blocks.longest:,} rows in a row, not by chance."
        )
    return context.finding(
        "duplicate_rows",
        [],
        severity,
        f"{exact:,} of {context.rows:,} rows repeat{'s' if exact == 1 else ''} an earlier row in every "
        f"column.{by_chance}",
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
    context: TableContext,
    ids: Sequence[str],
    again: int,
    exact: int,
    chance: float,
    mask: pl.Series,
    *,
    by_chance: bool = False,
) -> Finding:
    rest = [c for c in context.table.columns if c not in ids]
    share, named = again / context.rows, ", ".join(f"'{c}'" for c in ids[:4])
    likely = again > 2 * chance and share <= MOST_LEFT_OUT and (share >= 0.005 or (again >= 20 and chance < 1))
    likely = likely and not by_chance
    expected = f"; about {chance:,.0f} would by chance" if chance >= 1 else ""
    return context.finding(
        "duplicate_rows",
        list(ids) if exact else [],
        "minor" if likely else "info",
        f"{again:,} of {context.rows:,} rows repeat{'s' if again == 1 else ''} an earlier row but for {named}"
        f"{expected}.",
        rows_affected=again,
        consequence="The same case may be in the data under several identifiers, and on both sides of a split.",
        advice="Ask whether these are different cases; if not, keep one of each before splitting.",
        fix=f"df = df.drop_duplicates(subset=df.columns.difference({list(ids)!r}))" if likely else None,
        details={
            "without": list(ids),
            "expected_by_chance": round(chance, 2),
            "equal_in_all_columns": exact,
            "by_chance": by_chance,
        },
        evidence=context.evidence(context.rows_where(mask), [*ids[:1], *rest[:5]]),
        confidence=0.7 if likely else 0.3 if by_chance else 0.5,
    )
