"""What is not there: missing values, empty columns, empty rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...grammar import percentage
from ...profiling.profile import ColumnProfile
from ...relations.missingness import missing_depends
from ...rows.empty_rows import rows_without_values
from ...values import MOST_TEXTS, texts_matching
from ...vocabulary.names import named
from ...vocabulary.placeholders import NULLS, normal
from .sentinels import GIVEN, is_a_name, legitimate

MANY = 0.2
"""The share of gaps that costs a model; twice as many cost where nothing is predicted."""
MOST, FEW = 0.5, 0.01
"""The share of gaps in a target that stops the work, and the share that costs a few rows."""
LABELS = 200
"""So many known labels are enough to begin with."""
RUN_CHANCE = 1e-6
"""The share of tables in which independent gaps would make such a run."""
WORD = rf"(?i)^\s*(?:{'|'.join(sorted(NULLS))})\s*$"


@check("missing")
def missing(ctx: TableContext) -> Iterable[Finding]:
    """Report every column with empty cells; columns that are empty in the very same rows share a cause.

    Cells with a word that most tools write for a missing value (NA, NaN, null) are missing too; others that could
    not be read are not, and are reported by their own kinds. A run of missing values that chance would not bring
    (longer than ``log(rows x 1e6) / log(1 / fraction)``, the length a run of independent gaps exceeds once in a
    million tables; Erdős and Rényi 1970) is named.
    """
    holes: dict[str, list[str]] = defaultdict(list)
    found: list[tuple[str, pl.Series]] = []
    for column in ctx.profile.columns.values():
        if column.present + column.unparsed == 0 or not (column.missing or column.type == "text"):
            continue
        mask = _missing_mask(ctx, column)
        empty = int(mask.sum() or 0)
        if empty:
            found.append((column.name, mask))
            holes[f"{empty}:{hash(mask.to_numpy().tobytes())}"].append(column.name)
    together = {c: names for names in holes.values() if len(names) > 1 for c in names}
    for name, mask in found:
        yield _missing(ctx, name, mask, together.get(name, []))


def _missing(ctx: TableContext, name: str, mask: pl.Series, together: list[str]) -> Finding:
    empty = int(mask.sum() or 0)
    fraction, target = empty / ctx.rows, name in ctx.targets
    details: dict[str, Any] = {"missing": empty}
    summary = f"'{name}' is missing in {empty:,} of {ctx.rows:,} rows ({percentage(fraction)})."
    run = _long_run(mask, fraction)
    if run:
        first, last = run
        details["run"] = [first, last]
        summary = summary[:-1] + f"; {last - first + 1:,} of them in one run, rows {first:,} to {last:,}."
    if len(together) > 1:
        details["cause"] = (
            f"missing together in the same {empty:,} rows" if empty > 1 else "missing in the same row"
        )
    depends = missing_depends(ctx).get(name)
    if depends:
        details["depends"] = depends
    ticked = ctx.profile[name].distinct == 1 and not ctx.profile[name].unparsed
    if ticked and not target:
        consequence = "It holds one value or none, as a box that is ticked or not: an empty cell is an answer too."
        advice = "Ask whether an empty cell says no; if so, make it a column of yes and no."
        fix = f"df[{name!r}] = df[{name!r}].notna()"
    elif target:
        consequence = "Rows without the target cannot be learned from or scored."
        advice = "Ask why it is missing; leave these rows out, and check that those left are no special lot."
        fix = f"df = df.dropna(subset=[{name!r}])"
    else:
        consequence = "A model must guess these values or do without the rows; figures are about the rest only."
        if depends:
            consequence += (
                f" The gaps are no accident: by '{depends['on']}'{' (the target)' if depends['target'] else ''} "
                f"between {depends['low']:.0%} and {depends['high']:.0%} of the cells are empty."
            )
        advice = "Ask how the gaps arise; if they mean something, keep that as a column of its own, then impute."
        fix = f"df[{name + '_missing'!r}] = df[{name!r}].isna()"
    return ctx.finding(
        "missing",
        name,
        _severity(ctx, name, empty, depends, ticked),
        summary,
        rows_affected=empty,
        consequence=consequence,
        advice=advice,
        fix=fix,
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details=details,
    )


def _severity(
    ctx: TableContext, name: str, empty: int, depends: Mapping[str, Any] | None, ticked: bool
) -> Severity:
    """Gaps cost a model from a fifth of the rows on; where nothing is to be predicted, from two fifths on.

    A target that is mostly missing stops the work, but where another column says when it is known and many labels
    are left; a few gaps in it cost a few rows.
    """
    fraction = empty / ctx.rows
    if name in ctx.targets:
        left = bool(depends) and ctx.rows - empty >= LABELS
        return "minor" if fraction < FEW else "blocker" if fraction > MOST and not left else "major"
    if ticked:
        return "info"
    return "major" if fraction >= (MANY if ctx.use_cases else 2 * MANY) and not _remark(name) else "minor"


def _remark(name: str) -> bool:
    """Whether a column is for remarks by its name, which most rows need not have."""
    return named(name, "comment", "comments", "note", "notes", "remark", "remarks", "footnote", "footnotes")


def _missing_mask(ctx: TableContext, column: ColumnProfile) -> pl.Series:
    """Return the rows in which a column is empty, or holds a word that most tools write for that."""
    series = ctx.frame[column.name]
    mask = series.is_null()
    unread = [u.row for u in ctx.table.columns[column.name].unparsed if normal(u.text) not in NULLS]
    if unread:
        array = mask.to_numpy().copy()
        array[np.array(unread) - 1] = False
        mask = pl.Series(array)
    if column.type == "text" and series.dtype == pl.String:
        many = column.distinct > MOST_TEXTS
        seen = [str(v) for v, _ in column.top] if many else texts_matching(ctx, WORD).get(column.name, [])
        words = [v for v in seen if len(v) <= 8 and normal(v) in NULLS]
        if any(w.strip() in GIVEN for w in words):
            words = [v for v in words if not is_a_name(column, v, int((series == v).sum() or 0))]
        if words and not set(map(normal, words)) & legitimate(column):
            mask = mask | series.is_in(words).fill_null(False)
    return mask


def _long_run(mask: pl.Series, fraction: float) -> tuple[int, int] | None:
    """Return the first and last row of the longest run of gaps, where chance would not bring it."""
    if not 0 < fraction < 0.9 or len(mask) < 50:
        return None
    none = np.zeros(1, dtype=np.int8)
    padded = np.concatenate([none, mask.to_numpy().view(np.int8), none])
    edges = np.flatnonzero(np.diff(padded))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    length = ends[longest] - starts[longest]
    chance = np.log(len(mask) / RUN_CHANCE) / np.log(1 / fraction)
    return (int(starts[longest]) + 1, int(ends[longest])) if length > max(chance, 5) else None


@check("empty_column")
def empty_column(ctx: TableContext) -> Iterable[Finding]:
    """Report columns in which no row has a value."""
    for column in ctx.profile.columns.values():
        if ctx.rows and column.present == 0 and column.unparsed == 0:
            target = column.name in ctx.targets
            yield ctx.finding(
                "empty_column",
                column.name,
                "blocker" if target else "minor",
                f"'{column.name}' has no value in any of {ctx.rows:,} rows.",
                rows_affected=ctx.rows,
                consequence="Nothing can be learned from it." if not target else "There is nothing to learn.",
                advice="Ask whether the export lost it; else leave the column out.",
                fix=f"df = df.drop(columns=[{column.name!r}])",
            )


def _drop_empty(ctx: TableContext, rest: list[str]) -> str:
    """Return the line that drops the rows without a value in ``rest``; of many columns the others are named."""
    if len(rest) <= 20:
        return f"df = df.dropna(how='all', subset={rest!r})"
    others = [c for c in ctx.frame.columns if c not in set(rest)]
    but = f", subset=df.columns.drop({others!r})" if others else ""
    return f"df = df.dropna(how='all'{but})"


@check("empty_rows")
def empty_rows(ctx: TableContext) -> Iterable[Finding]:
    """Report rows in which every cell is empty, or every cell but the key; not again those the reader told of."""
    if ctx.frame.width < 2 or not ctx.rows:
        return
    columns = [c.name for c in ctx.profile.columns.values() if c.present or c.unparsed]
    rest = [c for c in columns if c not in ctx.profile.key]
    if len(rest) < 2:
        return
    empty = ctx.frame.select(pl.all_horizontal(pl.col(rest).is_null()))[:, 0].to_numpy().copy()
    for name in rest:
        unparsed = ctx.table.columns[name].unparsed
        if unparsed and empty.any():
            empty[np.array([u.row for u in unparsed]) - 1] = False
    if empty.any() and any(p.kind == "empty_rows" for p in ctx.table.reading.problems):
        keyed = ctx.frame.select(pl.any_horizontal(pl.all().is_not_null()))[:, 0].to_numpy()
        empty &= keyed
    count = int(empty.sum())
    if count:
        but = f" but {' and '.join(ctx.profile.key)}" if ctx.profile.key else ""
        yield ctx.finding(
            "empty_rows",
            [],
            "major" if count > 0.05 * ctx.rows else "minor",
            f"{count:,} rows have no value in any column{but}.",
            rows_affected=count,
            consequence="They count as cases although nothing is known of them.",
            advice="Drop them, and ask whether rows were lost in the export.",
            fix=_drop_empty(ctx, rest),
            evidence=ctx.evidence(ctx.rows_where(pl.Series(empty)), columns[:8]),
        )


@check("empty_rows")
def rows_of_a_default(ctx: TableContext) -> Iterable[Finding]:
    """Report rows that hold one value only, the same in ten or more, which hardly stands in any other row."""
    found = rows_without_values(ctx)
    count = int(found.default.sum()) if found is not None else 0
    if found is None or not count or found.column in ctx.profile.key:
        return
    share = (count + int(found.empty.sum())) / ctx.rows
    name = found.column
    yield ctx.finding(
        "empty_rows",
        [],
        "major" if share > 0.05 else "minor",
        f"{count:,} rows hold nothing but {ctx.show(name, found.value, 20)} in '{name}'.",
        rows_affected=count,
        consequence="They count as cases although nothing is known of them.",
        advice="Drop them, and ask whether rows were lost in the export.",
        fix=f"df = df[df.drop(columns=[{name!r}]).notna().any(axis=1)]",
        evidence=ctx.evidence(ctx.rows_where(pl.Series(found.default)), [name]),
        details={"default": True},
        confidence=0.9,
    )
