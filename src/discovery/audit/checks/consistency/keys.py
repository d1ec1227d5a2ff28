"""References between tables, and records of one key that disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from ....artifacts import Finding, Severity
from ...context import DropContext, TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.references import Reference, as_text, joined_key, key_counts, stands_for_nothing
from ...relations.tables import find_references
from ...vocabulary.hindsight import identifier_name, tokens

__all__ = ["conflicting_across_tables", "conflicting_records", "orphan_fk"]

MANY_ORPHANS, MANY_ROWS = 0.01, 50
"""Share of the references, or their number, from which orphans are major."""
DOUBTFUL = 0.2
"""Share of orphans above which an inferred reference may be none."""
MOSTLY_PLACED = 0.9
"""Share of the orphans from which they are numbers that stand for no reference."""
MOSTLY_MENDABLE = 0.9
"""Share of the orphans from which it is how they are written that keeps them from their parents."""
FEW_SPELT, MOSTLY_SPELT = 0.05, 0.5
"""Share of the references up to which orphans are no more than spellings, where such a share of them is."""
REPEATS = 0.9
"""Share of different values from which a column named for an identifier is taken for a key."""
BROKEN = 0.05
"""Share of rows in conflict from which a declared key is broken: major."""
AGREED = 0.6
"""Cohen's kappa from which two columns of one name tell the same ("substantial" in Landis and Koch, 1977)."""
MOST_NAMED = 6


@check("orphan_fk", scope="drop")
def orphan_fk(context: DropContext) -> Iterator[Finding]:
    """Find rows that refer to a key which the other table does not have, over declared and inferred references.

    Inferred ones (:mod:`discovery.audit.relations.tables`) are told with less confidence. What a join loses and
    multiplies stands in the details.
    """
    for reference in find_references(context):
        if reference.orphans:
            yield _orphans(context.tables[reference.child], context.tables[reference.parent], reference)


def _orphans(child: TableContext, parent: TableContext, reference: Reference) -> Finding:
    mine, theirs = reference.columns, reference.to_columns
    share = reference.orphans / max(1, reference.rows)
    many = share > MANY_ORPHANS or (reference.orphans >= MANY_ROWS and (reference.declared or len(mine) == 1))
    severity: Severity = "major" if many else "minor"
    known = key_counts(parent, theirs)
    doubtful = reference.orphans - reference.mendable > DOUBTFUL * max(1, reference.rows)
    if not reference.declared and (doubtful or (known["n"] > 1).any()):
        severity = "minor"
    spelt = share <= FEW_SPELT and reference.mendable >= MOSTLY_SPELT * reference.orphans
    if reference.placed >= MOSTLY_PLACED * reference.orphans or (spelt and not reference.declared):
        severity = "minor"
    keys, there = joined_key(child.frame, mine), known["key"]
    rows = child.rows_where(keys.is_not_null() & ~keys.is_in(there.implode()) & ~stands_for_nothing(keys, there))
    name, to_name = " + ".join(mine), " + ".join(theirs)
    loose = (
        f" {reference.mendable:,} of them differ only in blanks, case or leading zeros."
        if reference.mendable
        else ""
    )
    placed = f" {reference.placed:,} of them hold 0 or -1, which may stand for none." if reference.placed else ""
    return child.finding(
        "orphan_fk",
        list(mine),
        severity,
        f"{reference.orphans:,} of {reference.rows:,} values of '{name}' ({share:.2%}) are not in '{to_name}' of "
        f"table '{parent.name}'.{loose}{placed}",
        rows_affected=reference.orphans,
        consequence=f"A join to '{parent.name}' drops these rows, or leaves their features empty.",
        advice="Bring both columns to one form (blanks, case, leading zeros) before they are joined; then look at "
        "the rows that are left."
        if reference.mendable >= MOSTLY_MENDABLE * reference.orphans
        else f"Ask whether '{parent.name}' is complete; until then join from the left and mark the rows without "
        "a match.",
        fix=f"{child.name}.merge({parent.name}, left_on={list(mine)!r}, right_on={list(theirs)!r}, how='left', "
        "indicator=True)",
        evidence=child.evidence(rows, mine),
        details=reference.as_relation() | {"mendable": reference.mendable},
        confidence=1.0 if reference.declared else 0.85,
    )


@check("conflicting_records")
def conflicting_records(context: TableContext) -> Iterator[Finding]:
    """Find keys that stand on several rows which differ: one key, two truths.

    Keys are those the engagement declares, else columns named like identifiers whose values are different in at
    least 90% of the rows; telephones are shared.
    """
    for key in _keys(context):
        yield from _conflicts(context, key)


def _keys(context: TableContext) -> list[list[str]]:
    spec = context.engagement.tables.get(context.name)
    if spec and spec.key:
        return [list(spec.key)] if set(spec.key) <= set(context.profile.columns) else []
    return [[c.name] for c in context.columns("integer", "text") if _identifies(c)][:3]


def _identifies(column: ColumnProfile) -> bool:
    repeated = REPEATS * column.present <= column.distinct < column.present
    return repeated and column.present >= 20 and identifier_name(column.name) and column.semantic != "phone"


def _conflicts(context: TableContext, key: list[str]) -> Iterator[Finding]:
    repeated = (
        context.frame.with_row_index("__row__", offset=1).drop_nulls(key).filter(pl.struct(key).is_duplicated())
    )
    others = [c for c in context.frame.columns if c not in key]
    spec = context.engagement.tables.get(context.name)
    declared = bool(spec and spec.key)
    if not repeated.height or not others or repeated.height > 0.5 * context.rows:
        return
    varied = repeated.group_by(key).agg(pl.col(others).n_unique())
    keys = {c: int((varied[c] > 1).sum()) for c in others}
    differing = sorted((c for c in others if keys[c]), key=lambda c: -keys[c])
    if not differing:
        return
    if not declared and _of_other_things(key[0], keys, repeated.select(key).n_unique()):
        return
    clashing = varied.filter(pl.any_horizontal(pl.col(others) > 1)).select(key)
    rows = repeated.join(clashing, on=key, how="semi").sort([*key, "__row__"])
    few = len(differing) <= MOST_NAMED
    name = " + ".join(key)
    shown = ", ".join(f"'{c}'" for c in differing[:MOST_NAMED]) + ("" if few else " …")
    severity: Severity = "major" if declared and rows.height >= BROKEN * context.rows else "minor"
    yield context.finding(
        "conflicting_records",
        differing if few else key,
        severity,
        f"{clashing.height:,} values of '{name}' stand on {rows.height:,} rows that differ in {shown}.",
        rows_affected=rows.height,
        consequence=f"Which row is true is open: a join on '{name}' multiplies rows, and a model sees one case "
        "with two descriptions, perhaps on both sides of a split.",
        advice="Keep the latest record of each key, if a time stamp tells which; else ask the client. If the key "
        "may repeat, keep its rows in one fold.",
        fix=_latest(context, key),
        evidence=context.evidence(rows["__row__"].to_list(), [*key, *differing[:3]], 6),
        details={"key": key, "keys": clashing.height, "keys_by_column": {c: keys[c] for c in differing[:20]}},
        confidence=0.95,
    )


def _latest(context: TableContext, key: list[str]) -> str:
    """Return the line that keeps the last row of each key, and all rows without one."""
    if not any(context.profile[c].missing for c in key):
        return f"df = df.drop_duplicates({key!r}, keep='last')"
    return f"df = df[df[{key!r}].isna().any(axis=1) | ~df.duplicated({key!r}, keep='last')]"


def _of_other_things(key: str, keys: Mapping[str, int], repeated: int) -> bool:
    """Whether rows of one key mostly differ in a good part of the columns (of a mere ``id``: nearly all in most):
    they are of other things that refer to the key."""
    unnamed = set(tokens(key)) <= {"id", "uid", "uuid", "guid", "key"}
    often, part = (0.8, 0.6) if unnamed or repeated < 5 else (0.5, 0.25)
    varied = sum(n >= often * repeated for n in keys.values())
    return len(keys) >= 5 and varied > part * len(keys)


@check("conflicting_records", scope="drop")
def conflicting_across_tables(context: DropContext) -> Iterator[Finding]:
    """Find attributes that two tables hold of the same entity, with different values in a few rows.

    Compared along the references between tables, for columns of one name and type, times left out; of several
    references to one table, along that of the key's own name. Told where at least two in three rows agree, and far
    more than would by chance (Cohen's kappa of 0.6 or more), as otherwise the columns only share a name.
    """
    references = find_references(context)
    links = Counter((r.child, r.parent) for r in references)
    for reference in references:
        child, parent = context.tables[reference.child], context.tables[reference.parent]
        if links[child.name, parent.name] > 1 and reference.columns != reference.to_columns:
            continue
        own, key = reference.columns[0], reference.to_columns[0]
        referred = parent.profile[key]
        if len(reference.columns) > 1 or child is parent or referred.distinct < max(2, REPEATS * referred.present):
            continue
        shared = [
            c
            for c in child.frame.columns
            if c in parent.profile.columns
            and c not in (own, key)
            and child.profile[c].type == parent.profile[c].type
            and parent.profile[c].distinct >= 2
            and not parent.profile[c].temporal
        ]
        for column in shared[:20]:
            yield from _compare(child, own, parent, key, column)


def _kappa(mine: pl.Series, theirs: pl.Series, agreed: float) -> float:
    """Return how far two columns agree beyond chance (Cohen, "A coefficient of agreement for nominal scales",
    Educational and Psychological Measurement 1960)."""
    left, right = (s.value_counts(name="n").rename({s.name: "v"}) for s in (mine, theirs))
    both = left.join(right, on="v")
    chance = float((both["n"] * both["n_right"]).sum()) / float(len(mine)) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def _compare(child: TableContext, own: str, parent: TableContext, key: str, column: str) -> Iterator[Finding]:
    left = pl.DataFrame({"key": as_text(child.frame[own]), "mine": as_text(child.frame[column])})
    right = pl.DataFrame({"key": as_text(parent.frame[key]), "theirs": as_text(parent.frame[column])})
    right = right.drop_nulls().unique("key", keep="none")
    both = left.with_row_index("row", offset=1).drop_nulls().join(right, on="key", maintain_order="left")
    wrong = both.filter(pl.col("mine") != pl.col("theirs"))
    if both.height < 20 or not wrong.height or wrong.height > both.height / 3:
        return
    if _kappa(both["mine"], both["theirs"], 1 - wrong.height / both.height) < AGREED:
        return
    yield child.finding(
        "conflicting_records",
        [column],
        "minor",
        f"'{column}' of the same '{own}' differs between '{child.name}' and '{parent.name}' in {wrong.height:,} of "
        f"{both.height:,} rows.",
        rows_affected=wrong.height,
        consequence="Figures depend on which table they are taken from.",
        advice=f"Agree with the client which table leads for '{column}', and take it from there only.",
        evidence=child.evidence(wrong["row"].head(5).to_list(), [own, column]),
        details={"other_table": parent.name, "key": key, "compared": both.height},
        confidence=0.9,
    )
