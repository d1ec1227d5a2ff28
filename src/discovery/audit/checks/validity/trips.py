"""Trips that went nowhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas
from ...profiling.profile import ColumnProfile
from ...values import numbers_of
from ...vocabulary.names import named, tokens

TRIP = ("trip", "trips", "ride", "journey")
OF_TRIPS = (*TRIP, "rides", "fare", "tip", "tips", "pickup", "dropoff", "taxi", "cab", "passenger", "passengers")
"""Words for trips, and for what a table of trips tells besides."""
LENGTHS = frozenset("distance dist miles mile km kms kilometers kilometres total".split())
FEWEST, MOST, TIMES, NEXT = 10, 0.3, 5, 0.05
"""The fewest rows with a 0 and the largest share of them, and how many times as many as up to so much of the median
there must be."""


@check("impossible_value", view="values")
def no_distance(ctx: TableContext) -> Iterable[Finding]:
    """Report a spike at 0 in the distance of trips: ten rows or more, and five times as many as from 0 to a
    twentieth of the median.

    A column is one by a name that says trip and distance, or distance alone beside fares, tips or pickups.
    """
    others = [c for c in ctx.profile.columns if named(c, *OF_TRIPS)]
    for column in ctx.profile.columns.values():
        if column.name in ctx.targets or not _travelled(column, others):
            continue
        ordered = numbers_of(ctx, column.name)
        above = ordered[ordered > 0]
        if not len(above) or above[-1] == above[0]:
            continue
        beside = int(np.searchsorted(above, NEXT * float(np.median(above)), side="right"))
        if column.zeros < TIMES * max(beside, 1):
            continue
        name = column.name
        yield ctx.finding(
            "impossible_value",
            name,
            "minor",
            f"{column.zeros:,} trips went nowhere: '{name}' is 0, over {TIMES} times as often as next to 0.",
            rows_affected=column.zeros,
            consequence="Trips that were not measured count as the shortest, and rates by distance cannot be had.",
            advice="Ask what 0 means there; read it as missing where it was not measured.",
            fix=in_pandas(ctx, name, ".replace(0, np.nan)"),
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == 0), [name]),
            details={"values": ["0"], "own": True},
            confidence=0.7,
        )


def _travelled(column: ColumnProfile, others: list[str]) -> bool:
    words = set(tokens(column.name))
    of_a_trip = bool(words & set(TRIP)) or any(c != column.name for c in others)
    told = bool(words & LENGTHS - {"total"}) and words <= LENGTHS | set(TRIP) | {"in"}
    if not told or not of_a_trip or not column.numeric or column.negatives or column.distinct < 50:
        return False
    return FEWEST <= column.zeros <= MOST * column.present
