"""Percentages above 100, heights and weights that no adult has, and postcodes that are too short."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying
from ...vocabulary.bounds import CHANGE
from ...vocabulary.names import named
from .codes import CODED, COUNTS
from .impossible import impossible

MOST_ABOVE = 10
NO_PERCENT = (
    *COUNTS, *CHANGE, "ages", "alter", "score", "scores", "index", "iq", "weight", "height", "length", "width",
    "size", "temp", "temperature", "pulse", "heart", "bp", "pressure", "speed", "distance", "km", "miles", "time",
    "minutes", "hours", "price", "cost", "fare", "salary", "income", "fee", "tax", "total", "sum", "quantity",
    "qty", "life", "glucose", "rank", "runs", "hits",
)  # fmt: skip
HEIGHT = ("height", "heights", "hgt", "ht", "htcm", "heightcm", "stature", "taille", "körpergröße")
WEIGHT = ("weight", "weights", "wgt", "wt", "wtkg", "weightkg", "body mass", "poids", "gewicht")
PERSONS = ("age", "sex", "gender", "bmi")


@check("impossible_value")
def percentages(ctx: TableContext) -> Iterable[Finding]:
    """Report a few values of 101 to 150 among whole numbers that else fill a scale of 0 to 100.

    That they are percentages is told by their shape: at least 20 values from 0 to at most 100, of which more than
    1 in 20 rows lies above 90 and several above 95, where a tail would have run on; at most ten rows, 1 in 200 of
    all and a tenth of those above 95, are above 100.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or column.distinct < 20 or identifying(column):
            continue
        if column.negatives or not 100 < float(column.maximum) <= 150 or named(column.name, *NO_PERCENT):
            continue
        if column.name in ctx.excluded:
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        above, near, end = (int(counts[values > edge].sum()) for edge in (100, 95, 90))
        near, end = near - above, end - above
        few = above <= min(MOST_ABOVE, 0.005 * column.present) and above <= 0.1 * near
        if not few or end < 0.05 * column.present or len(values[(values >= 0) & (values <= 100)]) < 20:
            continue
        wrong = ctx.frame[column.name] > 100
        yield impossible(ctx, column, wrong, above, "a percentage", ["v > 100"], severity="minor", confidence=0.7)


@check("impossible_value")
def bodies(ctx: TableContext) -> Iterable[Finding]:
    """Report heights below 100 or above 230 cm, and weights below 25 or above 300 kg, among those of adults.

    The unit is told by the median (150 to 190 cm, 50 to 100 kg), that the rows are persons by a column for each of
    the two, or by one of their age or sex beside one of them. At most 1 in 100 rows may
    be so; 1 in 20 where nothing lies between them and twice as much.
    """
    columns = [c for c in ctx.profile.columns.values() if c.numeric and c.distinct >= 10 and c.quantiles]
    heights = [c for c in columns if named(c.name, *HEIGHT) and 150 <= c.quantiles[0.5] <= 190]
    weights = [c for c in columns if named(c.name, *WEIGHT) and 50 <= c.quantiles[0.5] <= 100]
    persons = (heights and weights) or any(named(c, *PERSONS) for c in ctx.table.columns)
    if not persons:
        return
    pair = (heights[0], weights[0]) if len(heights) == len(weights) == 1 else None
    for group, low, high, what in (
        (heights, 100, 230, "a height in centimetres"),
        (weights, 25, 300, "a weight in kilograms"),
    ):
        for column in group:
            if low <= float(column.minimum) and float(column.maximum) <= high:
                continue
            apart = _apart(ctx, column, low)
            if _young(column, low) and not apart:
                continue
            series = ctx.frame[column.name].cast(pl.Float64)
            wrong = ((series < low) | (series > high)).fill_null(False)
            known = ctx.excluded.get(column.name)
            wrong = wrong & ~known.fill_null(False) if known is not None else wrong
            count = int(wrong.sum() or 0)
            if not 0 < count <= (0.05 if apart else 0.01) * column.present + 1:
                continue
            swapped = pair is not None and _exchanged(ctx, pair, wrong)
            told = f"{what} of an adult" + (", which may be exchanged with the weight" if swapped else "")
            told = told.replace("the weight", "the height") if column in weights else told
            yield impossible(ctx, column, wrong, count, told, [f"v < {low}", f"v > {high}"], severity="minor")


@check("impossible_value")
def short_postcodes(ctx: TableContext) -> Iterable[Finding]:
    """Report up to three numbers, 1 in 1,000, with one digit less than all other postcodes, of which none begins
    with 1, so that no zero will have been lost."""
    for column in ctx.profile.columns.values():
        coded = column.semantic == "postcode" or named(column.name, *CODED)
        if not (coded and column.numeric and column.whole) or column.negatives or column.distinct < 20:
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        least = 10.0 ** (len(str(int(values[-1]))) - 1)
        below = int(np.searchsorted(values, least))
        rows = int(counts[:below].sum())
        if not 0 < rows <= min(3, 0.001 * column.present) or values[0] < least / 10 or values[below] < 2 * least:
            continue
        wrong, edge = ctx.frame[column.name] < least, f"v < {least:.0f}"
        yield impossible(ctx, column, wrong, rows, "a postcode, with fewer digits than all others", [edge])


def _young(column: ColumnProfile, low: float) -> bool:
    """Whether children are among the persons: their values run on to the bound."""
    return bool(column.quantiles[0.01] < 1.2 * low)


def _apart(ctx: TableContext, column: ColumnProfile, low: float) -> bool:
    """Whether what lies below the bound is less than half of the next above it, so that it is no children's."""
    values, _ = distinct_numbers(ctx.table, column.name)
    below = int(np.searchsorted(values, low))
    return 0 < below < len(values) and 0 < 2 * float(values[below - 1]) < float(values[below])


def _exchanged(ctx: TableContext, pair: tuple[ColumnProfile, ColumnProfile], wrong: pl.Series) -> bool:
    """Whether each of the rows has a height that would do as a weight, and a weight that would do as a height."""
    rows = ctx.frame.filter(wrong).select(pl.col(c.name).cast(pl.Float64) for c in pair).to_numpy()
    return bool(np.all((rows[:, 0] >= 35) & (rows[:, 0] <= 150) & (rows[:, 1] >= 140) & (rows[:, 1] <= 210)))
