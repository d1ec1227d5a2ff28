"""Near-duplicates that differ in a few ratings or categories: rows copied, and their small columns made anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...profiling.relate import duplicate_mask, most_telling
from ...rows.chance import collision, equal_pairs
from ..shape import identifies

__all__ = ["near_duplicate_ratings"]

LEVELS, COLUMNS, VALUES = 5, 6, 100
"""Columns of more levels must agree, so many of them, one of which has so many values."""
MOST_ROWS, MOST_COLUMNS = 200_000, 100
BY_CHANCE, SHUFFLED = 0.001, 0.02
"""Pairs that may agree by chance, and the share of those found that agree where a column was shuffled."""
LEAST, SHARE = 20, 0.01
"""How many rows there must be, and which part of all."""
COPIES, MOSTLY = 4, 0.95
"""So many rows are copies of one another at most, in so many of the groups."""
APART = 3
"""Rows of a group follow one another by fewer steps than this where each is a visit, an item or a choice."""


@check("near_duplicate")
def near_duplicate_ratings(context: TableContext) -> Iterator[Finding]:
    """Report rows that agree in every column of more than five levels but the identifiers, where chance makes none.

    At least six such columns must be compared, one of them with 100 values; 20 rows and 1 in 100 must repeat an
    earlier one, in groups of two to four that do not follow one another, as the visits of one patient do. How many
    agree by chance is estimated under independence, and by shuffling a column.
    """
    if context.rows > MOST_ROWS or len(context.profile.columns) > MOST_COLUMNS:
        return
    compared = [c for c in context.columns() if c.distinct > LEVELS and not _own(c)]
    few = [c.name for c in context.columns() if 2 <= c.distinct <= LEVELS]
    if not few or len(compared) < COLUMNS or max(c.distinct for c in compared) < VALUES:
        return
    if equal_pairs(compared, context.rows) > BY_CHANCE or any(_of_things(c) for c in compared):
        return
    frame = context.frame.select([c.name for c in compared])
    again = _again(frame, compared)
    often = {name: _differs(context.frame, frame, name) for name in few}
    differing = sorted((n for n in few if often[n] > 1 - MOSTLY), key=lambda n: -often[n])
    rows = int(again.sum() or 0)
    exact = int(_again(context.frame.select([*frame.columns, *few]), compared).sum() or 0)
    if rows < max(LEAST, SHARE * context.rows) or exact >= rows / 2 or not differing or not _copies(frame):
        return
    telling = min(compared, key=collision).name
    mixed = frame.with_columns(pl.col(telling).shuffle(seed=context.seed))
    if int(_again(mixed, compared).sum() or 0) > SHUFFLED * rows:
        return
    listed = ", ".join(f"'{name}'" for name in differing[:3])
    yield context.finding(
        "near_duplicate",
        [],
        "minor",
        f"{rows:,} rows repeat an earlier row in all {len(compared)} columns of more than {LEVELS} values, and "
        f"differ in {listed} most.",
        rows_affected=rows,
        consequence="One person or thing counts several times, and stands in training and test data at once.",
        advice="Have someone who knows the data look at the pairs; then merge them, or give each group one "
        "identifier and split by it.",
        details={"compared": frame.columns, "differing": differing},
        evidence=context.evidence(context.rows_where(again), [telling, *differing][:6]),
        confidence=0.7,
    )


def _own(column: ColumnProfile) -> bool:
    """Whether a column names or numbers the rows."""
    return column.unique or (identifies(column) and column.distinct >= 0.98 * column.present)


def _of_things(column: ColumnProfile) -> bool:
    """Whether a column names things that have several rows each."""
    return column.semantic in {"identifier", "uuid", "person_name"} or identifies(column)


def _again(frame: pl.DataFrame, columns: Sequence[ColumnProfile]) -> pl.Series:
    return duplicate_mask(frame, most_telling(columns))


def _copies(frame: pl.DataFrame) -> bool:
    """Whether equal rows come in twos to fours, and not one after the other."""
    hashes = frame.hash_rows(seed=0).to_numpy()
    order = np.argsort(hashes, kind="stable")
    same = hashes[order][1:] == hashes[order][:-1]
    steps = np.diff(order)[same]
    sizes = np.unique(hashes, return_counts=True)[1]
    groups = sizes[sizes > 1]
    return bool(len(groups) and np.mean(groups <= COPIES) >= MOSTLY and np.median(steps) > APART)


def _differs(frame: pl.DataFrame, key: pl.DataFrame, name: str) -> float:
    """Return in what share of the groups of rows that are equal otherwise a column differs."""
    values = pl.DataFrame({"key": key.hash_rows(seed=0), "v": frame[name]})
    several = values.group_by("key").agg(n=pl.len(), levels=pl.col("v").n_unique()).filter(pl.col("n") > 1)
    return float((several["levels"] > 1).mean() or 0.0)  # type: ignore[arg-type]
