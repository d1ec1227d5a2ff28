"""Places far from all others: coordinates that were mistyped, swapped or guessed, or that lost their sign."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import numeric
from ...vocabulary.names import named
from .impossible import impossible

FEWEST = 200
"""Rows with a place from which on an area shows."""
MOST, MOST_ROWS = 0.002, 10
"""The share of the rows, or the rows, that may lie far away; more are a region of their own."""
INNER = (0.005, 0.995)
TIMES, DEGREES = 5.0, 5.0
"""How many sides of the area, and degrees (500 km and more), a place must lie outside of it."""
LARGEST = 20.0
"""Degrees from which on an area is a continent."""
ONE_SIDE, NEAR_ZERO = 0.995, 5.0
"""The share of the coordinates that must have one sign for the others to have lost it, and how many degrees from 0
they must be."""


@check("outlier", view="values")
def places(ctx: TableContext) -> Iterable[Finding]:
    """Report the few rows whose latitude or longitude lies far outside the area of all others.

    The area is the inner 99% of both coordinates, up to 20 degrees wide and high. Rows are far where they lie five
    times its longer side, and five degrees, outside of it; they must be ten, or two in a thousand, at most.
    """
    pair = _coordinates(ctx)
    if pair is None:
        return
    cells = ctx.frame.select(pl.col(pair).cast(pl.Float64)).drop_nulls().to_numpy()
    if len(cells) < FEWEST:
        return
    low, high = np.quantile(cells, INNER, axis=0)
    side = float((high - low).max())
    reach = max(DEGREES, TIMES * side)
    bounds = {name: (float(a - reach), float(b + reach)) for name, a, b in zip(pair, low, high, strict=True)}
    outside = {name: ~ctx.frame[name].is_between(*bounds[name]).fill_null(True) for name in pair}
    far = outside[pair[0]] | outside[pair[1]]
    rows = int(far.sum())
    if (high <= low).any() or side > LARGEST or not 0 < rows <= max(MOST_ROWS, MOST * len(cells)):
        return
    lie = "row lies" if rows == 1 else "rows lie"
    columns = [name for name in pair if outside[name].any()]
    wrong = " | ".join(f"~{numeric(ctx, c)}.between({bounds[c][0]:.4g}, {bounds[c][1]:.4g})" for c in columns)
    yield ctx.finding(
        "outlier",
        columns,
        "minor",
        f"{rows:,} {lie} over {reach:.0f} degrees outside the area of the others, "
        f"going by '{pair[0]}' and '{pair[1]}'.",
        rows_affected=rows,
        consequence="Distances, maps and whatever is grouped by place are wrong in them.",
        advice="Look these places up: mend what was mistyped or swapped, and empty the rest.",
        fix=f"df.loc[{wrong}, {pair!r}] = float('nan')",
        evidence=ctx.evidence(ctx.rows_where(far), pair),
        details={"side": round(side, 4), "reach": round(reach, 4)},
        confidence=0.9,
    )


@check("impossible_value", view="values")
def lost_signs(ctx: TableContext) -> Iterable[Finding]:
    """Report the few latitudes or longitudes of the wrong sign: with the other one they lie among the rest.

    Nearly all others are on one side, their inner 99% at least five degrees from 0.
    """
    for name in _coordinates(ctx) or ():
        values = ctx.frame[name].cast(pl.Float64)
        known = values.filter(values != 0).drop_nulls().to_numpy()
        side = 1.0 if len(known) and np.median(known) > 0 else -1.0
        rest = np.abs(known[side * known > 0])
        if len(known) < FEWEST or len(rest) < min(ONE_SIDE * len(known), len(known) - MOST_ROWS):
            continue
        low, high = np.quantile(rest, INNER)
        wrong = (-side * values).is_between(low, high).fill_null(False)
        count = int(wrong.sum())
        if count and low >= NEAR_ZERO:
            what = f"a {'latitude' if named(name, 'lat', 'latitude') else 'longitude'} of the other sign"
            edge = f"{'(-v)' if side > 0 else 'v'}.between({low:.6g}, {high:.6g})"
            yield impossible(ctx, ctx.profile[name], wrong, count, what, [edge], severity="minor")


def _coordinates(ctx: TableContext) -> list[str] | None:
    """Return the columns of latitude and longitude in degrees, if there is one of each."""
    pair = []
    for kind, *words in (("latitude", "lat", "latitude"), ("longitude", "lon", "lng", "longitude")):
        columns = [c for c in ctx.columns("number", "integer") if c.semantic == kind or named(c.name, *words)]
        if len(columns) != 1 or columns[0].minimum is None:
            return None
        if not -180 <= float(columns[0].minimum) <= float(columns[0].maximum) <= 180:
            return None
        pair.append(columns[0].name)
    return pair
