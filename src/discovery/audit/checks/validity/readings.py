"""Values that cannot be beside those of another column: parts above their whole, sensors that stood still."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import numeric
from ...numbers.spikes import Values
from ...profiling.profile import ColumnProfile
from ...series import entity_of, time_axis
from ...values import identifying, number
from ...vocabulary.bounds import FEW
from ...vocabulary.names import named, singular, tokens

WHOLE = ("whole", "total", "gross", "overall", "sum", "tot")
FINE, MOVES = 50, 0.6
"""How many values a reading has, and in which share of the rows it differs from the one before."""
LONGEST, ONE_A_TIME = 200_000, 0.9
"""Rows up to which a table is looked at, and the share of them that must have a time of their own."""
LONG_RUN, LONGER, MOST_RUNS = 12, 4, 5
"""How long a run is that stands still, how much longer than the others, and how many of them there may be."""
PLAIN = ("of", "amount", "value", "count", "number")


@check("impossible_value", view="values")
def parts_above_whole(ctx: TableContext) -> Iterable[Finding]:
    """Report rows in which a part is larger than the whole it is taken from.

    A column named whole, total, gross or overall is a whole of another where the other's name has all its words
    but these (of a plain total: they are correlated at 0.9 or more), both are positive, correlated at 0.6 or more,
    and the other is smaller in at least 99.5% of the rows. What was told as a broken rule is but a remark.
    """
    wholes = [c for c in ctx.profile.columns.values() if _is_whole(c)]
    for whole in wholes:
        for part in ctx.profile.columns.values():
            if part is whole or not part.numeric or _is_whole(part) or part.negatives or identifying(part):
                continue
            pair = (part.name, whole.name)
            related = max(ctx.profile.correlations.get(pair, 0), ctx.profile.correlations.get(pair[::-1], 0))
            if related < _least(*pair):
                continue
            wrong = ctx.frame[part.name].cast(pl.Float64) > ctx.frame[whole.name].cast(pl.Float64)
            count = int(wrong.sum() or 0)
            if 0 < count <= 0.005 * min(part.present, whole.present):
                yield _part_finding(ctx, part.name, whole.name, wrong, count)


def _is_whole(column: ColumnProfile) -> bool:
    return column.numeric and column.distinct > 20 and not column.negatives and named(column.name, *WHOLE)


def _least(part: str, whole: str) -> float:
    """Return how closely two columns must go together to be a part and its whole; infinite where by their names
    they are amounts of different things (an area, a luminosity)."""
    words = {singular(w) for w in tokens(whole) if w not in (*WHOLE, *PLAIN)}
    return 0.9 if not words else 0.6 if words <= {singular(w) for w in tokens(part)} else float("inf")


def _part_finding(ctx: TableContext, part: str, whole: str, wrong: pl.Series, count: int) -> Finding:
    return ctx.finding(
        "impossible_value",
        part,
        "info" if (part, whole) in ctx.memo.get("in_order", ()) else "minor",
        f"'{part}' is larger than '{whole}' in {count:,} row{'s' if count != 1 else ''}, "
        "although it is smaller in all others.",
        rows_affected=count,
        consequence="One of the two was measured or typed wrongly; differences and shares are nonsense there.",
        advice="Check both values of these rows; read the wrong one as missing.",
        fix=f"df.loc[{numeric(ctx, part)} > {numeric(ctx, whole)}, {part!r}] = np.nan",
        evidence=ctx.evidence(ctx.rows_where(wrong), [part, whole]),
        details={"whole": whole, "own": True, "cause": "they are larger than their whole in a few rows"},
        confidence=0.85,
    )


@check("impossible_value", view="values")
def stuck_sensor(ctx: TableContext) -> Iterable[Finding]:
    """Report runs of rows in which a reading stands still while its twin moves on.

    Of two columns correlated at 0.95 or more, one holds a single value over at least 12 rows in a row, and so over
    more than any other run of it but the longest 0.1%, while the other moves by more than 6 standard deviations of
    what is usual around their common line, and the first is that far off the line in most rows of the run.
    """
    if ctx.rows < 200:
        return
    done: set[str] = set()
    for (a, b), r in ctx.profile.correlations.items():
        if r < 0.95 or r > 0.99999:
            continue
        for stuck, twin in ((a, b), (b, a)):
            if stuck not in done and _readings(ctx.profile[stuck]) and _readings(ctx.profile[twin]):
                finding = _stuck(ctx, stuck, twin)
                if finding is not None:
                    done.add(stuck)
                    yield finding


def _readings(column: ColumnProfile) -> bool:
    """Whether a column holds a number in each row, of many sizes and in no order."""
    full = not column.missing and not column.infinite
    return full and column.distinct >= 20 and not column.sorted and not identifying(column)


def _stuck(ctx: TableContext, stuck: str, twin: str) -> Finding | None:
    y = ctx.frame[stuck].cast(pl.Float64).to_numpy()
    x = ctx.frame[twin].cast(pl.Float64).to_numpy()
    edges = np.flatnonzero(np.concatenate([[True], y[1:] != y[:-1], [True]]))
    starts, lengths = edges[:-1], np.diff(edges)
    usual = float(np.quantile(lengths, 0.999))
    slope, level = np.polyfit(x, y, 1)
    residual = y - (slope * x + level)
    noise = 1.4826 * float(np.median(np.abs(residual - np.median(residual)))) or float(residual.std())
    mask = np.zeros(len(y), dtype=bool)
    for start, length in zip(starts[lengths >= 12], lengths[lengths >= 12], strict=True):
        run = slice(start, start + length)
        moved = abs(slope) * float(np.ptp(x[run]))
        off = np.abs(residual[run]) > 6 * noise
        if length > usual and moved > 6 * noise and off.mean() > 0.5:
            mask[run] = True
    count = int(mask.sum())
    if not count or count > FEW * ctx.rows:
        return None
    rows = pl.Series(mask)
    together = " in a row" if int(mask[0]) + int((mask[1:] & ~mask[:-1]).sum()) == 1 else ""
    value = ", ".join(sorted({number(float(v)) for v in np.unique(y[mask])})[:3])
    return ctx.finding(
        "impossible_value",
        stuck,
        "minor",
        f"'{stuck}' stands still at {ctx.show(stuck, value)} over {count:,} rows{together} while '{twin}', "
        "which it else follows, moves on.",
        rows_affected=count,
        consequence="The sensor or the feed stood still; these readings are no measurements.",
        advice=f"Read them as missing, or estimate them from '{twin}'.",
        evidence=ctx.evidence(ctx.rows_where(rows), [stuck, twin]),
        details={"twin": twin, "own": True, "correlation": round(float(np.corrcoef(x, y)[0, 1]), 4)},
        confidence=0.85,
    )


@check("impossible_value", view="values")
def standing_still(ctx: TableContext) -> Iterable[Finding]:
    """Report readings of a time series that stand still: one value over far more rows in a row than chance leaves.

    Rows are taken in the order of their time, of each series by itself. A reading has 50 values or more and differs
    from the one before in most rows; a run of 12 or more that is four times as long as any but such runs, five of
    them at most, stands still. Nine in ten rows have a time of their own, else they are no readings one after the
    other. Tables of over 200,000 rows are left. What stands at 0, or at the smallest or
    largest value, has reached an end.
    """
    axis = time_axis(ctx)
    if axis is None or not 200 <= ctx.rows <= LONGEST or ctx.seen is not None or axis.stamps.null_count():
        return
    entity = entity_of(ctx, axis)
    order = pl.DataFrame({"e": ctx.frame[entity] if entity else 0, "s": axis.stamps}).with_row_index("i")
    if order.select(pl.struct("e", "s").n_unique()).item() < ONE_A_TIME * ctx.rows:
        return
    order = order.sort("e", "s", maintain_order=True)
    first = order["e"].ne_missing(order["e"].shift(1)).to_numpy()
    rows = order["i"].to_numpy()
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < FINE or column.name in axis.parts or not _readings(column):
            continue
        values = ctx.frame[column.name].cast(pl.Float64).to_numpy()[rows]
        still = _still(values, first)
        if still is not None:
            mask = np.zeros(ctx.rows, dtype=bool)
            mask[rows[still]] = True
            yield _still_finding(ctx, column, pl.Series(mask), [*axis.parts, *([entity] if entity else [])])


def _still(values: Values, first: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    """Return which of the values of series, one after the other, stand still; None where none do."""
    changed = np.concatenate([[True], values[1:] != values[:-1]]) | first
    starts = np.flatnonzero(changed)
    lengths = np.diff(np.append(starts, len(values)))
    ends = (0.0, float(values.min()), float(values.max()))
    lengths = np.where(np.isin(values[starts], ends), 0, lengths)
    ranked = np.sort(lengths)[::-1]
    told = 0
    while told < MOST_RUNS and told + 1 < len(ranked) and ranked[told] >= LONG_RUN:
        told += 1
    while told and ranked[told - 1] < LONGER * ranked[told]:
        told -= 1
    if not told or changed.mean() < MOVES or ranked[:told].sum() > FEW * len(values):
        return None
    still = np.zeros(len(values), dtype=bool)
    for place in np.argsort(-lengths, kind="stable")[:told]:
        still[starts[place] : starts[place] + lengths[place]] = True
    return still


def _still_finding(ctx: TableContext, column: ColumnProfile, still: pl.Series, with_: list[str]) -> Finding:
    name, count = column.name, int(still.sum())
    held = ctx.frame[name].filter(still).unique(maintain_order=True).to_list()
    shown = ", ".join(ctx.show(name, number(float(v))) for v in held[:3])
    return ctx.finding(
        "impossible_value",
        name,
        "minor",
        f"'{name}' stands still at {shown} over {count:,} rows, though it else moves from one time to the next.",
        rows_affected=count,
        consequence="The sensor or the feed stood still; these readings are no measurements.",
        advice="Read them as missing, and ask what happened then.",
        evidence=ctx.evidence(ctx.rows_where(still), [*with_, name]),
        details={"own": True},
        confidence=0.8,
    )
