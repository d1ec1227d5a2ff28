"""0 where nothing was recorded of whole groups: the shirts of teams that had no numbers yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas
from ...numbers.zeros import zeros_of_none
from ...profiling.profile import ColumnProfile
from ...values import identifying

GROUPS, EACH = 30, 5
"""How many groups there must be, and of how many rows each."""
SHARE, MOST = 0.02, 0.5
"""The least and the most of the cells that are 0."""
LEVELS = 5
"""How many different values the other groups must hold on average."""
WHOLLY = 5
"""How many groups must be 0 throughout."""
MOST_GROUPINGS, MOST_COLUMNS = 8, 20


@check("sentinel_missing", view="values")
def zeros_of_whole_groups(ctx: TableContext) -> Iterable[Finding]:
    """Report 0 where it is all or nothing: every group of rows (of a match, of a survey) holds nothing else or none
    of it, five of them at least nothing else, though the others hold five different values on average.

    Groups are those of identifiers or texts, 30 of five rows or more each. Where 0 is an amount, some groups
    hold it beside others. The finest column that parts the rows so is named. Tried on the sample first, then
    confirmed on all rows.
    """
    columns = [c for c in ctx.columns("integer", "number") if _may_be_gap(ctx, c)][:MOST_COLUMNS]
    if not columns:
        return
    groupings = sorted((c for c in ctx.columns("integer", "text") if _groups(c)), key=lambda c: -c.distinct)
    left = [c.name for c in columns]
    for grouping in groupings[:MOST_GROUPINGS]:
        names = [c for c in left if c != grouping.name]
        for frame in (ctx.sample, ctx.frame) if ctx.rows > ctx.sample.height else (ctx.frame,):
            found = _all_or_nothing(frame, grouping.name, names) if names else {}
            names = list(found)
        for name, (wholly, groups) in found.items():
            if not zeros_of_none(ctx, name):
                yield _finding(ctx, name, grouping.name, wholly, groups)
            left.remove(name)


def _may_be_gap(ctx: TableContext, column: ColumnProfile) -> bool:
    few = SHARE * ctx.rows <= column.zeros <= MOST * column.present
    return few and column.distinct > 2 * LEVELS and not column.negatives and column.name not in ctx.targets


def _groups(column: ColumnProfile) -> bool:
    named_things = identifying(column) if column.type == "integer" else column.semantic != "free_text"
    return named_things and not column.missing and GROUPS <= column.distinct <= column.rows / EACH


def _all_or_nothing(frame: pl.DataFrame, grouping: str, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the columns of which every group is 0 throughout or nowhere, with how many are and how many there
    are."""
    wanted = [((pl.col(c) == 0).fill_null(False)).sum().alias(f"zeros:{i}") for i, c in enumerate(names)]
    wanted += [pl.col(c).count().alias(f"cells:{i}") for i, c in enumerate(names)]
    counts = frame.group_by(grouping).agg(pl.len().alias("rows"), *wanted)
    if int((counts["rows"] >= EACH).sum()) < max(GROUPS, 0.8 * counts.height):
        return {}
    found: dict[str, tuple[int, int]] = {}
    for i, name in enumerate(names):
        zeros, cells = counts[f"zeros:{i}"], counts[f"cells:{i}"]
        wholly = int(((zeros == cells) & (zeros >= EACH)).sum())
        if wholly < WHOLLY or ((zeros > 0) & (zeros < cells)).any():
            continue
        others = frame.filter(pl.col(name) != 0).group_by(grouping).agg(pl.col(name).n_unique())
        if others.height >= GROUPS - WHOLLY and float(others[name].mean() or 0) >= LEVELS:  # type: ignore[arg-type]
            found[name] = wholly, counts.height
    return found


def _finding(ctx: TableContext, name: str, grouping: str, wholly: int, groups: int) -> Finding:
    mask = (ctx.frame[name] == 0).fill_null(False)
    rows = int(mask.sum())
    return ctx.finding(
        "sentinel_missing",
        name,
        "minor",
        f"'{name}' is 0 in every row of {wholly:,} of the {groups:,} values of '{grouping}', and in no row of the "
        "others: there it was not recorded.",
        rows_affected=rows,
        consequence="What was not recorded counts as 0, and every mean and order is drawn there.",
        advice="Read these cells as missing.",
        fix=in_pandas(ctx, name, ".mask(lambda v: v == 0)"),
        evidence=ctx.evidence(ctx.rows_where(mask), [grouping, name]),
        details={"values": ["0"], "own": True, "groups": grouping},
        confidence=0.8,
    )
