"""Gaps that were filled: with the mean or median, with the place 0/0, with a phrase among quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import in_pandas, numeric
from ...numbers.quantities import amounts_of
from ...profiling.profile import ColumnProfile
from ...texts.shared_tokens import shared_tokens
from ...values import identifying, number, raw_words, text_counts
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder

_WHAT = {
    "mean": "the mean of the others",
    "median": "the median of the others",
    "a mean": "which has more decimals than were measured",
}
_AMONG_WHOLE = "a fraction where nearly all others are whole: gaps were filled with it"
TIMES, LEAST = 5, 10
"""How many times as frequent as any other an average must be, and in how many rows."""
DECIMALS = 4
"""So many signs behind the point of a fraction among whole numbers tell that it was worked out."""
FINE = 0.2
"""The share of values to rows from which on numbers are measurements."""
COMMON = 0.01
"""The share of the rows from which on places change results, and phrases count."""
MOSTLY = 0.5
"""The share of the rows up to which places may be unknown, and that quantities must have at least."""
MOST_VALUES, FEWEST_QUANTITIES = 50_000, 20


@check("sentinel_missing", view="first")
def filled_with_average(ctx: TableContext) -> Iterable[Finding]:
    """Report gaps that someone filled with the mean or the median of the column.

    One value occurs 10 times and 5 times as often as any other, lies inside, and is, in a column of measurements
    (a fifth of the rows have a value of their own, or more), the mean or the median of the others to the last digit
    that it is written with; or it is written with two decimals more than nearly all others and lies within half a
    standard deviation of their mean: it was worked out, from rows that are no longer all there. A fraction among 0
    and 1 that is their mean to four decimals is one, too.
    """
    for column in ctx.profile.columns.values():
        if column.numeric and column.distinct == 3:
            yield from _in_flag(ctx, column)
        if not column.numeric or column.distinct < 30 or len(column.top) < 2:
            continue
        fraction = _among_whole(ctx, column)
        if fraction is not None:
            yield _filled(ctx, column, *fraction, _AMONG_WHOLE)
            continue
        (value, rows), (_, next_) = column.top[0], column.top[1]
        if rows < max(LEAST, TIMES * next_) or identifying(column) or value in (0, column.minimum, column.maximum):
            continue
        fine = column.distinct >= FINE * column.present
        what = average_of(ctx.frame[column.name], float(value)) if fine else ""
        what = what or _worked_out(ctx, column, float(value))
        if what:
            others = f"{_WHAT[what]}; no other value occurs more than {next_:,} times: gaps were filled with it"
            yield _filled(ctx, column, float(value), rows, others)


def _in_flag(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    """Report a fraction among 0 and 1 that is their mean."""
    values, counts = distinct_numbers(ctx.table, column.name)
    if (values[0], values[2]) != (0, 1) or counts.min() < LEAST:
        return
    value, mean = float(values[1]), float(counts[2] / (counts[0] + counts[2]))
    digits = len(repr(value).partition(".")[2])
    if digits >= DECIMALS and abs(value - mean) <= 0.51 * 10.0**-digits + 1e-6:
        what = f"{_WHAT['mean']} (0 and 1): gaps were filled with it"
        yield _filled(ctx, column, value, int(counts[1]), what)


def average_of(series: pl.Series, value: float) -> str:
    """Return whether a value is the ``mean`` or the ``median`` of the others, to its decimals; empty if neither."""
    values = series.cast(pl.Float64).drop_nulls().to_numpy()
    rest = values[np.isfinite(values) & (values != value)]
    digits = len(repr(value).partition(".")[2]) if not value.is_integer() else 0
    unit = 10.0**-digits
    if len(rest) < 20 or unit > 0.2 * float(rest.std()):
        return ""
    for what, average in (("mean", float(rest.mean())), ("median", float(np.median(rest)))):
        if abs(average - value) <= 0.51 * unit + 1e-9 * abs(value):
            return what
    return ""


def _worked_out(ctx: TableContext, column: ColumnProfile, value: float) -> str:
    """Return what a value is that has more decimals than were measured; empty where it has not."""
    values, _ = distinct_numbers(ctx.table, column.name)
    others = values[values != value]
    some = others[:: max(1, len(others) // 500)]
    decimals = sorted(len(repr(float(v)).partition(".")[2].rstrip("0")) for v in some)
    mine = len(repr(value).partition(".")[2].rstrip("0"))
    apart = abs(value - (column.mean or 0.0)) <= 0.5 * (column.std or 0.0)
    return "a mean" if apart and mine >= decimals[int(0.95 * (len(decimals) - 1))] + 2 else ""


def _among_whole(ctx: TableContext, column: ColumnProfile) -> tuple[float, int] | None:
    """Return the one fraction that repeats among whole numbers, and how often; None where there is none."""
    if column.whole or column.type != "number" or identifying(column) or float(column.top[0][0]) % 1:
        return None
    values, counts = distinct_numbers(ctx.table, column.name)
    broken = values != np.trunc(values)
    all_ = int(counts[broken].sum())
    if not LEAST <= all_ <= 0.2 * column.present:
        return None
    best = int(np.argmax(np.where(broken, counts, 0)))
    value, rows = float(values[best]), int(counts[best])
    near = abs(value - (column.mean or 0.0)) <= 0.5 * (column.std or 0.0)
    fine = len(repr(value).partition(".")[2]) >= DECIMALS
    return (value, rows) if rows >= max(LEAST, 0.8 * all_) and near and fine else None


def _filled(ctx: TableContext, column: ColumnProfile, value: float, rows: int, what: str) -> Finding:
    name, shown = column.name, ctx.show(column.name, number(value))
    mask = ctx.frame[name].cast(pl.Float64) == value
    ctx.exclude(name, mask)
    return ctx.finding(
        "sentinel_missing",
        name,
        "minor",
        f"{rows:,} cells of '{name}' hold {shown}, {what}.",
        rows_affected=rows,
        consequence="The spread looks smaller than it is, and what the gaps had to tell is lost.",
        advice=f"Read {shown} as missing, and fill gaps within each training fold instead.",
        fix=in_pandas(ctx, name, f".mask(lambda v: v == {value!r})"),
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": [number(value)], "own": True},
        confidence=0.85,
    )


@check("sentinel_missing")
def filled_with_one_age(ctx: TableContext) -> Iterable[Finding]:
    """Remark on an age that is 10 times as frequent as the two on either side of it, in 1 of 20 rows: a default."""
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct < 30 or not named(column.name, "age", "ages", "alter"):
            continue
        value, rows = column.top[0]
        if rows < 0.05 * column.present:
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        place = int(np.searchsorted(values, value))
        beside = [*counts[max(0, place - 2) : place], *counts[place + 1 : place + 3]]
        if len(beside) < 4 or rows < 10 * max(beside):
            continue
        shown = ctx.show(column.name, number(float(value)))
        yield ctx.finding(
            "sentinel_missing",
            column.name,
            "info",
            f"{rows:,} cells of '{column.name}' hold {shown}, over 10 times as many as the ages around it: it may "
            "stand for those that were not given.",
            rows_affected=rows,
            consequence="The spread looks smaller than it is, and what the gaps had to tell is lost.",
            advice="Ask whether a form or an import fills it in.",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name] == value), [column.name]),
            details={"values": [number(float(value))], "own": True},
            confidence=0.6,
        )


@check("sentinel_missing", view="first")
def null_island(ctx: TableContext) -> Iterable[Finding]:
    """Report places at latitude 0 and longitude 0, in the Gulf of Guinea, where other places lie elsewhere."""
    pairs = _places(ctx)
    for lat, lon in pairs:
        first, second = ctx.frame[lat].cast(pl.Float64), ctx.frame[lon].cast(pl.Float64)
        mask = ((first == 0) & (second == 0)).fill_null(False)
        rows = int(mask.sum() or 0)
        near = ((first.abs() < 3) & (second.abs() < 3)).fill_null(False)
        if not rows or rows < 0.9 * int(near.sum() or 0) or rows > MOSTLY * ctx.rows:
            continue
        ctx.exclude(lat, mask)
        ctx.exclude(lon, mask)
        severity: Severity = "major" if rows >= COMMON * ctx.rows else "minor"
        yield ctx.finding(
            "sentinel_missing",
            [lat, lon],
            severity,
            f"{rows:,} rows lie at latitude 0 and longitude 0 ('{lat}', '{lon}'): no place was known.",
            rows_affected=rows,
            consequence="Distances and maps put them into the Atlantic, and every mean of a place is drawn there.",
            advice="Read both as missing.",
            fix=f"df.loc[({numeric(ctx, lat)} == 0) & ({numeric(ctx, lon)} == 0), {[lat, lon]!r}] = np.nan",
            evidence=ctx.evidence(ctx.rows_where(mask), [lat, lon]),
            details={"values": ["0"], "own": True},
            confidence=0.95,
        )


def _places(ctx: TableContext) -> list[tuple[str, str]]:
    numeric = [c for c in ctx.profile.columns.values() if c.numeric and c.zeros and c.distinct > 2]
    lats = [c.name for c in numeric if c.semantic == "latitude" or named(c.name, "lat", "latitude")]
    lons = [
        c.name for c in numeric if c.semantic == "longitude" or named(c.name, "lon", "lng", "long", "longitude")
    ]
    by_meaning = list(zip(lats, lons, strict=False)) if len(lats) == len(lons) else []
    return by_meaning or list(_alike_named(numeric))


def _alike_named(columns: Sequence[ColumnProfile]) -> Iterable[tuple[str, str]]:
    """Iterate over pairs whose names are one but for lat and lon: ``reclat`` and ``reclong``."""
    by_name = {c.name.casefold(): c.name for c in columns}
    for column in columns:
        name = column.name.casefold()
        if "lat" in name and column.minimum >= -90 and column.maximum <= 90 and not column.whole:
            others = (by_name.get(name.replace("lat", lon)) for lon in ("long", "lng", "lon"))
            yield from ((column.name, other) for other in others if other is not None)


@check("sentinel_missing")
def phrases_among_quantities(ctx: TableContext) -> Iterable[Finding]:
    """Remark on one word in place of a quantity: 'Varies with device' among 19M and 3.2M, 's' among numbers.

    All other values of the column (20 at least, in half of the rows) are numbers, dates or begin with a digit; the
    word has no digit, nothing else is without one, and it is in 1 of 100 rows. Among amounts of money it may be in
    more than half of them ('No old price'). What several columns hold is told elsewhere (:mod:`.sentinels_shared`).
    """
    codes = shared_tokens(ctx)
    for column in ctx.profile.columns.values():
        if column.distinct < FEWEST_QUANTITIES or column.semantic in {"address", "url"}:
            continue
        if column.name in codes:
            continue
        found = _text_in_place(ctx, column) if column.type == "text" else _cell_in_place(ctx, column)
        if found is None:
            continue
        phrase, mask = found
        rows, shown = int(mask.sum()), ctx.show(column.name, phrase, 30)
        if rows < max(3, COMMON * column.present):
            continue
        yield ctx.finding(
            "sentinel_missing",
            column.name,
            "info",
            f"'{shown}' may stand for a missing value in {rows:,} of {ctx.rows:,} rows "
            f"of '{column.name}': all other values are quantities.",
            rows_affected=rows,
            consequence="The column cannot be read as numbers while it is there.",
            advice="Ask what it means; else read it as missing, with a column that says so.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].replace({phrase!r}, pd.NA)",
            evidence=ctx.evidence(ctx.rows_where(mask), [column.name]),
            details={"values": [phrase], "own": True, "cause": f"{raw_words([shown])} may stand for missing"},
            confidence=0.6,
        )


def _text_in_place(ctx: TableContext, column: ColumnProfile) -> tuple[str, pl.Series] | None:
    """Return the one text without a digit of a column of quantities, and where it stands."""
    digits = sum(n for pattern, n in column.patterns if re.match(r"[-+<>~$€£]?\s?9", pattern))
    amounts = amounts_of(ctx, column) if column.distinct <= MOST_VALUES else None
    if column.distinct > MOST_VALUES or (digits < MOSTLY * column.present and amounts is None):
        return None
    counts = text_counts(ctx, column.name)
    words = counts.filter(~counts["v"].str.contains(r"\d"))
    words = words.filter(~pl.Series([is_placeholder(v) for v in words["v"].to_list()], dtype=pl.Boolean))
    starts = counts["v"].str.contains(r"\d" if amounts is not None else r"^\s*[-+<>~$€£]?\s?\d")
    if words.height != 1 or int(counts["n"].filter(~starts).sum()) != words["n"][0]:
        return None
    phrase = str(words["v"][0])
    return (phrase, (ctx.frame[column.name] == phrase).fill_null(False)) if any(map(str.isalpha, phrase)) else None


def _cell_in_place(ctx: TableContext, column: ColumnProfile) -> tuple[str, pl.Series] | None:
    """Return the one text without a digit among the cells of a column that are no numbers or dates."""
    cells = [u for u in ctx.table.columns[column.name].unparsed if not is_placeholder(u.text)]
    texts = {u.text.strip() for u in cells}
    if len(texts) != 1 or identifying(column):
        return None
    (phrase,) = texts
    if any(map(str.isdigit, phrase)) or not any(map(str.isalpha, phrase)):
        return None
    there = np.zeros(ctx.rows, dtype=bool)
    there[[u.row - 1 for u in cells]] = True
    return phrase, pl.Series(there)
