"""A reference of one table to another, counted: what a join loses and multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ..context import DropContext, TableContext
from ..targets import MISSING_WORDS

__all__ = [
    "WORDS",
    "Reference",
    "as_text",
    "joined_key",
    "key_counts",
    "left_out",
    "loose",
    "measure",
    "stands_for_none",
    "stands_for_nothing",
]

WORDS = (*MISSING_WORDS, "\\n")
_NONE = ("0", "-1", "00000000-0000-0000-0000-000000000000")
"""What is written into a reference to nothing."""


@dataclass(frozen=True, slots=True)
class Reference:
    """``columns`` of ``child`` refer to ``to_columns`` of ``parent``.

    ``rows`` counts the child's rows that have a value, ``orphans`` those whose value the parent lacks,
    ``missing`` those without a value. ``fan_out`` is the number of rows a join makes, over the number of rows
    it should make (1 where the key is unique). ``mendable`` counts the orphans that would be found but for
    blanks, case or leading zeros, ``placed`` those that are a number written where there is nothing to refer to.
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
    placed: int = 0

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


def joined_key(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return the values of ``columns`` as one text a row, ``key``; null where one of them is missing."""
    if len(columns) == 1:
        return as_text(frame[columns[0]]).alias("key")
    parts = pl.DataFrame({f"k{i}": as_text(frame[c]) for i, c in enumerate(columns)})
    return parts.select(pl.concat_str(pl.all(), separator="\x1f").alias("key"))["key"]


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
    if len(columns) == 1:
        # In a key of one column a word for a missing value is a gap where it repeats.
        counts = counts.filter(~(_word(counts["key"]) & (counts["n"] > 1)))
        mine = mine.filter(~stands_for_nothing(mine["key"], counts["key"]))
    joined = mine.join(counts.rename({"n": "rows"}), on="key", how="left")
    found = joined.drop_nulls("rows")
    lost = joined.filter(pl.col("rows").is_null())
    near = loose(lost["key"]).is_in(loose(counts["key"]).unique().implode())
    mendable = int(lost.filter(near)["n"].sum()) if len(lost) else 0
    placed = int(lost.filter(stands_for_none(lost["key"]))["n"].sum())
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
        placed=placed,
    )


def stands_for_nothing(values: pl.Series, known: pl.Series) -> pl.Series:
    """Return which of ``values`` are words for a missing value (``NA``), where no key is that word."""
    words = _word(values)
    return words & ~values.is_in(known.implode()) if words.any() else words


def _word(values: pl.Series) -> pl.Series:
    return values.str.to_lowercase().is_in(WORDS)


def stands_for_none(values: pl.Series) -> pl.Series:
    """Return which of ``values`` are numbers that are written where there is nothing to refer to."""
    return values.is_in(_NONE)


def key_counts(context: TableContext, columns: Sequence[str]) -> pl.DataFrame:
    """Return the distinct values of ``columns`` as text, ``key``, and how many of all rows have each, ``n``."""
    kept = f"key_counts:{columns!r}"
    if kept not in context.memo:
        if context.table.whole is None:
            frame = joined_key(context.frame, columns).drop_nulls().value_counts(name="n")
        else:
            from ..whole.across import grouped_values

            values = grouped_values(context, tuple(columns))
            frame = pl.DataFrame({"key": joined_key(values, columns), "n": values["n"]}).drop_nulls("key")
            frame = frame.group_by("key").agg(pl.col("n").sum())
        context.memo[kept] = frame.with_columns(pl.col("n").cast(pl.Int64))
    found: pl.DataFrame = context.memo[kept]
    return found


def left_out(
    context: DropContext, child: TableContext, own: Sequence[str], parent: TableContext, key: Sequence[str]
) -> bool:
    """Whether keys would take more memory than is allowed; noted once a table."""
    if child.table.whole is None and parent.table.whole is None:
        return False
    from ..whole.across import too_many

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


def loose(values: pl.Series) -> pl.Series:
    """Return texts without what a join stumbles over: case, blanks, dashes, leading zeros, a decimal of nothing."""
    return (
        values.str.to_lowercase().str.replace_all(r"[\s\-_.]", "").str.replace(r"^0+", "").str.replace(r"\.0$", "")
    )
