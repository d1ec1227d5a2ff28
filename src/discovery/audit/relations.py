"""How the tables of a drop are related: keys, and columns that refer to the key of another table.

What the engagement declares is taken as it is. Beyond that, a column is taken for a foreign key where its name
fits (the same name as the key, or the parent's name and its key's) and half of its values are found there; or
where the values are texts or wide-ranged numbers and nearly all are found. Small whole numbers are found in
every row number and prove nothing. Two columns of the same names in both tables are taken for a reference
together where they are a key of the one only together, and repeat in the other (after Rostin, Albrecht,
Bauckmann, Naumann and Leser, *A machine learning approach to foreign key discovery*, WebDB 2009: coverage, name
similarity, out-of-range and typical name endings).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from .context import DropContext, TableContext
from .hindsight import tokens
from .profile import ColumnProfile

__all__ = ["Reference", "as_text", "find_references", "key_columns", "key_counts", "measure"]

NEARLY_UNIQUE = 0.98
NAMED = 0.5
UNNAMED = 0.95
TOGETHER = 0.8
MOST_PARTS = 6
FEWEST = 20
_ENDS = ("id", "key", "code", "no", "nr", "num", "number", "uid")


@dataclass(frozen=True, slots=True)
class Reference:
    """``columns`` of ``child`` refer to ``to_columns`` of ``parent``.

    ``rows`` counts the child's rows that have a value, ``orphans`` those whose value the parent lacks,
    ``missing`` those without a value. ``fan_out`` is the number of rows a join makes, over the number of rows
    it should make (1 where the key is unique). ``mendable`` counts the orphans that would be found but for
    blanks, case or leading zeros.
    """

    child: str
    columns: tuple[str, ...]
    parent: str
    to_columns: tuple[str, ...]
    declared: bool
    rows: int
    orphans: int
    missing: int
    fan_out: float
    childless: int
    mendable: int

    def as_relation(self) -> dict[str, Any]:
        """Return the reference as it stands in ``audit.json``."""
        return {
            "table": self.child,
            "columns": list(self.columns),
            "to_table": self.parent,
            "to_columns": list(self.to_columns),
            "declared": self.declared,
            "rows": self.rows,
            "orphans": self.orphans,
            "missing": self.missing,
            "fan_out": round(self.fan_out, 4),
            "parents_without_rows": self.childless,
        }


def as_text(series: pl.Series) -> pl.Series:
    """Return values as they are compared between tables: texts trimmed, whole numbers without decimals."""
    if series.dtype == pl.String:
        return series.str.strip_chars().replace("", None)
    if series.dtype.is_float():
        whole = series.drop_nulls()
        if bool((whole == whole.round(0)).all()) and bool(whole.is_finite().all()):
            return series.cast(pl.Int64, strict=False).cast(pl.String)
    if series.dtype == pl.Duration:
        series = series.to_physical()
    return series.cast(pl.String, strict=False)


def key_columns(context: TableContext) -> list[str]:
    """Return the columns that could be the table's key: declared, or unique in nearly all rows."""
    spec = context.engagement.tables.get(context.name)
    declared = [c for c in (spec.key if spec else []) if c in context.profile.columns]
    found = [c.name for c in context.columns("integer", "text") if _keylike(c)]
    return list(dict.fromkeys([*(declared if len(declared) == 1 else []), *found]))


def _keylike(column: ColumnProfile) -> bool:
    complete = column.missing <= 0.02 * column.rows and column.present >= 2
    return complete and column.distinct >= NEARLY_UNIQUE * column.present and column.semantic != "free_text"


def find_references(context: DropContext) -> list[Reference]:
    """Return all foreign keys of the drop, declared ones first. Kept in ``memo``, found once."""
    if "references" not in context.memo:
        declared = list(_declared(context))
        taken = {(r.child, r.columns) for r in declared}
        inferred = [r for r in _inferred(context) if (r.child, r.columns) not in taken]
        known = {(r.child, r.parent) for r in [*declared, *inferred]}
        inferred += _in_two_parts(context, known)
        context.memo["references"] = [*declared, *inferred]
        context.memo["relations"] = [r.as_relation() for r in context.memo["references"]]
    found: list[Reference] = context.memo["references"]
    return found


def _declared(context: DropContext) -> Iterator[Reference]:
    for name, table in context.tables.items():
        spec = context.engagement.tables.get(name)
        for key in spec.foreign_keys if spec else []:
            parent = context.tables.get(key.table)
            known = parent is not None and set(key.to_columns) <= set(parent.frame.columns)
            if parent is not None and known and set(key.columns) <= set(table.frame.columns):
                if _left_out(context, table, key.columns, parent, key.to_columns):
                    continue
                yield measure(table, tuple(key.columns), parent, tuple(key.to_columns), declared=True)


def _inferred(context: DropContext) -> Iterator[Reference]:
    keys = {n: key_columns(t) for n, t in context.tables.items()}
    for name, child in context.tables.items():
        for column in child.columns("integer", "text"):
            if column.present < 2 or column.semantic in {"free_text", "date_part"}:
                continue
            best: tuple[float, Reference] | None = None
            for other, candidates in keys.items():
                for key in candidates if other != name else []:
                    if _left_out(context, child, [column.name], context.tables[other], [key]):
                        continue
                    found = _try(child, column, context.tables[other], key)
                    if found is not None and (best is None or found[0] > best[0]):
                        best = found
            if best is not None:
                yield best[1]


def _try(
    child: TableContext, column: ColumnProfile, parent: TableContext, key: str
) -> tuple[float, Reference] | None:
    target = parent.profile[key]
    named = _named(column.name, parent.name, key)
    if not named and not (_wide(column) and _wide(target) and column.distinct >= 10):
        return None
    if column.distinct > 1.2 * target.distinct or (column.type != target.type and not named):
        return None
    if column.distinct >= NEARLY_UNIQUE * column.present and column.distinct >= target.distinct:
        return None
    trial = as_text(child.sample[column.name]).drop_nulls().unique().head(2000)
    pool = key_counts(parent, (key,))["key"]
    share = int(trial.is_in(pool.implode()).sum()) / max(1, len(trial))
    if share < (NAMED if named else UNNAMED):
        return None
    reference = measure(child, (column.name,), parent, (key,), declared=False)
    return share + named, reference


def _in_two_parts(context: DropContext, known: Collection[tuple[str, str]]) -> Iterator[Reference]:
    """Iterate over references of two columns, between tables that are not related otherwise."""
    for parent in context.tables.values():
        parts = [c.name for c in parent.columns("integer", "text", "date") if _may_be_part(c)][:MOST_PARTS]
        for child in context.tables.values():
            if child is parent or (child.name, parent.name) in known or parent.rows < FEWEST:
                continue
            if child.table.whole is not None or parent.table.whole is not None:
                continue
            shared = [c for c in parts if c in child.profile.columns]
            same = [c for c in shared if child.profile[c].type == parent.profile[c].type]
            for pair in combinations(same, 2):
                if not any(tokens(c)[-1:] and tokens(c)[-1] in _ENDS for c in pair):
                    continue
                if _refers(child, parent, pair):
                    yield measure(child, pair, parent, pair, declared=False)
                    break


def _may_be_part(column: ColumnProfile) -> bool:
    varied = 2 <= column.distinct < NEARLY_UNIQUE * column.present
    return varied and column.missing <= 0.02 * column.rows and column.semantic != "free_text"


def _refers(child: TableContext, parent: TableContext, pair: tuple[str, str]) -> bool:
    """Whether two columns are a key of ``parent`` and repeat in ``child``, which holds far more of the pairs that
    are there than would be by chance."""
    mine, theirs = key_counts(child, pair), key_counts(parent, pair)
    if theirs.height < NEARLY_UNIQUE * int(theirs["n"].sum()) or mine.height >= NEARLY_UNIQUE * int(
        mine["n"].sum()
    ):
        return False
    share = float(mine["key"].is_in(theirs["key"].implode()).mean() or 0.0)  # type: ignore[arg-type]
    by_chance = theirs.height / (parent.profile[pair[0]].distinct * parent.profile[pair[1]].distinct)
    return share >= max(TOGETHER, 1 - 0.5 * (1 - by_chance))


def _named(column: str, table: str, key: str) -> bool:
    """Whether ``column`` is called as a reference to ``key`` of ``table`` would be."""
    mine, theirs, parent = tokens(column), tokens(key), tokens(table)
    if not mine or not theirs:
        return False
    ends = set(_ENDS)
    if mine == theirs:
        return len(mine) > 1 or mine[0] not in ends
    singular = [t.removesuffix("s") for t in parent]
    stem = [t.removesuffix("s") for t in mine if t not in ends]
    return bool(stem) and stem[-len(singular) :] == singular and (set(theirs) <= {*ends, *parent, *singular})


def _wide(column: ColumnProfile) -> bool:
    """Whether values found elsewhere are a proof: texts of some length, or numbers beyond row numbers."""
    if column.type == "text":
        return (column.length_mean or 0) >= 3 and column.semantic not in {"category", "country", "currency"}
    low, high = column.minimum, column.maximum
    return low is not None and high is not None and float(high) > 1000 and float(low) > 2 * column.rows


def measure(
    child: TableContext,
    columns: tuple[str, ...],
    parent: TableContext,
    to_columns: tuple[str, ...],
    *,
    declared: bool,
) -> Reference:
    """Count, over all rows, what a join of ``child`` to ``parent`` loses and multiplies."""
    mine, counts = key_counts(child, columns), key_counts(parent, to_columns)
    joined = mine.join(counts.rename({"n": "rows"}), on="key", how="left")
    found = joined.drop_nulls("rows")
    lost = joined.filter(pl.col("rows").is_null())
    near = _loose(lost["key"]).is_in(_loose(counts["key"]).unique().implode())
    mendable = int(lost.filter(near)["n"].sum()) if len(lost) else 0
    childless = int((~counts["key"].is_in(mine["key"].implode())).sum())
    rows, matched = int(mine["n"].sum()), int(found["n"].sum())
    return Reference(
        child=child.name,
        columns=columns,
        parent=parent.name,
        to_columns=to_columns,
        declared=declared,
        rows=rows,
        orphans=int(lost["n"].sum()),
        missing=child.rows - rows,
        fan_out=float((found["n"] * found["rows"]).sum()) / matched if matched else 1.0,
        childless=childless,
        mendable=mendable,
    )


def key_counts(context: TableContext, columns: Sequence[str]) -> pl.DataFrame:
    """Return the distinct values of ``columns`` as text, ``key``, and how many of all rows have each, ``n``."""
    kept = f"key_counts:{columns!r}"
    if kept not in context.memo:
        names = tuple(columns)
        if context.table.whole is None:
            frame = _keys(context.frame, names).alias("key").drop_nulls().value_counts(name="n")
        else:
            from .whole.across import grouped_values

            values = grouped_values(context, names)
            frame = pl.DataFrame({"key": _keys(values, names), "n": values["n"]}).drop_nulls("key")
            frame = frame.group_by("key").agg(pl.col("n").sum())
        context.memo[kept] = frame.with_columns(pl.col("n").cast(pl.Int64))
    found: pl.DataFrame = context.memo[kept]
    return found


def _left_out(
    context: DropContext, child: TableContext, own: Sequence[str], parent: TableContext, key: Sequence[str]
) -> bool:
    """Whether keys would take more memory than is allowed; noted once a table."""
    if child.table.whole is None and parent.table.whole is None:
        return False
    from .whole.across import too_many

    large = [t.name for t, c in ((child, own), (parent, key)) if too_many(t, c)]
    noted = context.memo.setdefault("references_not_run", [])
    for name in large:
        line = {
            "check": "orphan_fk",
            "table": name,
            "reason": "its keys do not fit into the memory that is allowed",
        }
        if line not in noted:
            noted.append(line)
    return bool(large)


def _keys(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    parts: Mapping[str, pl.Series] = {f"k{i}": as_text(frame[c]) for i, c in enumerate(columns)}
    if len(columns) == 1:
        return parts["k0"].rename("key")
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f").alias("key"))["key"]


def _loose(values: pl.Series) -> pl.Series:
    return (
        values.str.to_lowercase().str.replace_all(r"[\s\-_.]", "").str.replace(r"^0+", "").str.replace(r"\.0$", "")
    )
