"""Numbers that stand for missing: spikes that do not belong to the distribution."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import in_pandas
from ...grammar import percentage
from ...numbers.shared_codes import (
    lone_negatives,
    minus_one_of_flags,
    same_rows,
    zeros_beside,
    zeros_of_scales,
)
from ...numbers.spikes import Counts, Spike, Values, is_code, spread
from ...numbers.survey_codes import survey_codes
from ...numbers.zeros import CUT_OFF, NEVER_ZERO, asked, before_a_scale, zero_spike
from ...profiling.profile import ColumnProfile
from ...values import identifying, number
from ...vocabulary.names import named, tokens

COMMON, SHIFT, SELDOM = 0.05, 0.1, 0.005
"""From the first share of the rows on, or where it moves the mean by so many deviations, a sure code changes
results; in fewer rows than the last share it is a few cells to mend, but for those of a target."""
TOGETHER = "Taken as a number it moves the mean and the standard deviation of each."
SO_LARGE = "it is far more frequent than any other value so large"
FAR = 20
"""How many ranges of the others a power of ten must be away from them to be a code though it is rare."""
PILE = 20
"""How many times as frequent as any other a value at an end must be to be a code at a smaller distance."""


@check("sentinel_missing", view="first")
def numeric_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers that are codes for missing: -999, 9999, -1, or 0 where 0 cannot be.

    A code lies at an end of the values and is one of these:

    * repeated 9s, 8s or 7s, or a limit of a storage type, cut off from the rest by a gap of at least half the
      range of the rest;
    * 1900 or 1970, repeated, ten years or more before all others in a column of years;
    * any repeated number cut off by a gap of at least three times that range, or of a quarter of it where it is
      20 times as frequent as any other of at least 30 values; an age of 100 or more, ten years above all others;
    * the smallest of at least 30 positive numbers, in 5 rows or more, of which the next is over 10 times and the
      median over 100 times as large, and which is twice as frequent as any of the ten next;
    * the only negative number, repeated, in a column that else holds none, or -1 before the codes 0, 1, 2 ... (or
      answers of 1, 2, 3 ..., by the name) or beside 0 and 1 in a column of what is so or not (``is_...``), or far
      below whole numbers from 2 on;
    * 9 or 99 after a scale of consecutive small whole numbers, or 7 and 9;
    * 0 before such a scale, in less than 1 of 200 rows and 20 times rarer than 1, or before the months 1 to 12;
    * 0, repeated, where the smallest other values are several of their own spacings and a tenth of their median
      away, and the rest lies well above 0 (its lower quartile is over half its median), or where by its name the
      quantity is never 0, or where it is the one value that repeats in a column of fine-grained measurements and
      they stop well above it; not where another column shows that there is no such thing in these rows
      (:func:`discovery.audit.numbers.zeros.zeros_of_none`);
    * 0 in doubt, in the very same rows of two columns, where 0 of another stands for missing in them;
    * 666 and its like (three equal digits or more) among the largest values, in ten rows or more and in five times
      as many as any other value from half of it on;
    * a power of ten, in five rows or more, over 20 times the range of the others away from them.

    A value that is a code in one column is taken for one in others where it is the outermost and repeated; -9 and
    its like, 0 before a scale, and what is in the same rows, also where they are so in several columns
    (:mod:`discovery.audit.numbers.shared_codes`).
    The idea of gap and frequency against the neighbours follows Qahtan et al., FAHES (KDD 2018).
    """
    spikes: dict[str, list[Spike]] = {}
    for column in ctx.profile.columns.values():
        if _eligible(ctx, column):
            spikes[column.name] = [s for s in _spikes(ctx, column) if _sought(column, s)]
    _add_zeros(ctx, spikes)
    shared = {s.value for group in spikes.values() for s in group if (s.sure or s.why == SO_LARGE) and s.value != 0}
    more = (f(ctx, spikes) for f in (lone_negatives, zeros_of_scales, same_rows, zeros_beside))
    for name, spike in (*chain(*more), *minus_one_of_flags(ctx)):
        told = {s.value for s in spikes.get(name, ())} | survey_codes(ctx).get(name, {}).keys()
        if spike.value not in told:
            spikes.setdefault(name, []).append(spike)
    for name, group in spikes.items():
        known = {s.value for s in group} | survey_codes(ctx).get(name, {}).keys()
        for value in sorted(shared - known):
            repeated = _outermost(ctx.profile[name], value)
            if repeated:
                group.append(Spike(value, repeated, "it stands for missing in other columns too", True))
        if group:
            yield _finding(ctx, ctx.profile[name], group)


@check("sentinel_missing")
def never_measured(ctx: TableContext) -> Iterable[Finding]:
    """Report columns that hold nothing but 0, where by its name the quantity is never 0 (a cholesterol)."""
    for column in ctx.profile.columns.values():
        if not column.numeric or column.distinct != 1 or column.zeros != column.present or column.present < 20:
            continue
        if named(column.name, *NEVER_ZERO):
            yield ctx.finding(
                "sentinel_missing",
                column.name,
                "major",
                f"'{column.name}' holds nothing but 0, which cannot be measured, in {column.present:,} rows.",
                rows_affected=column.present,
                consequence="It holds nothing, though it looks filled.",
                advice="Ask whether it was lost on the way; otherwise leave it out.",
                evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name] == 0, 3), [column.name]),
                details={"values": ["0"]},
            )


def _add_zeros(ctx: TableContext, spikes: dict[str, list[Spike]]) -> None:
    """Add 0 where it is cut off less plainly, but a code in a column of the same name but for a number, or in three
    others of the table."""
    known = {
        name for name, group in spikes.items() if any(not s.doubt and s.why.startswith(CUT_OFF) for s in group)
    }
    stems = {_stem(name) for name in known}
    for name, group in spikes.items():
        column = ctx.profile[name]
        told = [s for s in group if s.value != 0 or not s.doubt]
        if column.zeros < 2 or any(s.value == 0 for s in told) or not (len(known) > 2 or _stem(name) in stems):
            continue
        values, counts = _distinct(ctx, column)
        rest = ~np.isin(values, [s.value for s in told])
        zero = zero_spike(ctx, column, values[rest], counts[rest], usual=True) if rest.sum() > 2 else None
        if zero is not None and not (zero.doubt and len(told) < len(group)):
            group[:] = [*told, zero]


def _stem(name: str) -> tuple[str, ...]:
    return tuple(word for word in tokens(name) if not word.isdigit())


def _sought(column: ColumnProfile, spike: Spike) -> bool:
    """Whether a spike may be a code here: a place far from the others is a place, unless it is written like one."""
    placed = column.semantic in {"latitude", "longitude"} or named(column.name, "lat", "lon", "lng")
    return not placed or spike.value == 0 or is_code(spike.value)


def _eligible(ctx: TableContext, column: ColumnProfile) -> bool:
    if not column.numeric or column.distinct < 3 or column.present < 20:
        return False
    named_by_it = identifying(column) and column.semantic != "postcode"
    return not named_by_it and column.name not in {u.target for u in ctx.use_cases if u.task == "binary"}


def _outermost(column: ColumnProfile, value: float) -> int:
    for edge in (column.low, column.high):
        if edge and edge[0][0] == value and edge[0][1] >= 2 and abs(value) >= 9 and _among_others(column, value):
            return edge[0][1]
    return 0


def _among_others(column: ColumnProfile, value: float) -> bool:
    """Whether a column has ten values, or few that are nowhere near ``value`` (a flag)."""
    near = max((abs(float(v)) for v, _ in column.low if float(v) != value), default=0.0)
    return column.distinct >= 10 or (value >= 99 and column.distinct <= len(column.low) and near <= value / 10)


def _spikes(ctx: TableContext, column: ColumnProfile) -> Iterable[Spike]:
    values, counts = _distinct(ctx, column)
    rest = ~np.isin(values, list(survey_codes(ctx).get(column.name, ())))
    values, counts = values[rest], counts[rest]
    if len(values) < 3:
        return
    left, right = 0, len(values)
    for _ in range(3):
        high = _high(values[left:right], counts[left:right])
        if high is None:
            break
        right -= 1
        yield high
    oldest = _oldest(column, values[:right], counts[:right])
    if oldest is not None:
        right -= 1
        yield oldest
    early = _first_year(column, values, counts)
    if early is not None:
        left += 1
        yield early
    for _ in range(3):
        low = _low(values[left:right], counts[left:right], asked(column.name))
        if low is None:
            break
        left += 1
        yield low
    inside = _inside(column, values[left:right], counts[left:right])
    if inside is not None:
        yield inside
    zero = zero_spike(ctx, column, values[left:right], counts[left:right]) or before_a_scale(column, values, counts)
    if zero is not None:
        yield zero


def _inside(column: ColumnProfile, values: Values, counts: Counts) -> Spike | None:
    """Return 666 and its like (three equal digits or more) among the largest 5% of many whole numbers, where it is
    in ten rows or more and in five times as many as any other value from half of it on."""
    if not column.whole or len(values) < 50 or values[-1] < 111 or not column.quantiles:
        return None
    for place in np.flatnonzero((counts >= 10) & (values >= max(111, column.quantiles[0.95])))[::-1]:
        value = float(values[place])
        if not _equal_digits(value):
            continue
        others = counts[(values >= value / 2) & (values != value)]
        if len(others) >= 5 and counts[place] >= 5 * others.max():
            return Spike(value, int(counts[place]), SO_LARGE, False)
    return None


def _equal_digits(value: float) -> bool:
    return len(set(number(value))) == 1


def _distinct(ctx: TableContext, column: ColumnProfile) -> tuple[Values, Counts]:
    if column.distinct <= len(column.low):
        pairs = [(float(v), n) for v, n in column.low if np.isfinite(v)]
        return np.array([v for v, _ in pairs]), np.array([n for _, n in pairs])
    if not _worth_it(column):
        return np.zeros(0), np.zeros(0, np.int64)
    return distinct_numbers(ctx.table, column.name)


def _worth_it(column: ColumnProfile) -> bool:
    """Whether an end of the values, or 0, could be a code at all; spares the pass over most columns."""
    ends = [column.low[0], column.high[0]]
    coded = any(is_code(float(v)) or n >= 2 for v, n in ends)
    alike = column.whole and any(n >= 10 and v >= 111 and _equal_digits(float(v)) for v, n in column.top)
    return coded or column.zeros > 0 or alike


def _high(values: Values, counts: Counts) -> Spike | None:
    if len(values) < 3:
        return None
    value, rows, rest, weights = float(values[-1]), int(counts[-1]), values[:-1], counts[:-1]
    return _cut_off(value, rows, rest, weights, value - float(rest[-1]))


def _low(values: Values, counts: Counts, answers: bool) -> Spike | None:
    if len(values) < 3:
        return None
    value, rows, rest, weights = float(values[0]), int(counts[0]), values[1:], counts[1:]
    found = _cut_off(value, rows, rest, weights, float(rest[0]) - value)
    lone = value < 0 <= rest[0] and len(rest) >= 10 and value == int(value)
    if found is None and lone and (rows >= 3 or is_code(value)):
        return Spike(value, rows, "it is the only negative number", rows >= 5 or is_code(value))
    if found is None and value == -1 and rows >= 2 and rest[0] >= 2 and len(rest) >= 5 and _whole(rest):
        return Spike(value, rows, "it is the only negative number", False)
    steps = np.arange(len(rest)) + rest[0]
    coded = value == -1 and 3 <= len(rest) < 10 and rest[0] in (0, answers) and bool(np.array_equal(rest, steps))
    if found is None and coded and rows >= 3 and rows <= weights.max() / 2:
        return Spike(value, rows, "it is the only negative number", False)
    return found or _far_below(value, rows, rest, weights)


def _whole(values: Values) -> bool:
    return bool(np.all(values == np.trunc(values)))


def _far_below(value: float, rows: int, rest: Values, weights: Counts) -> Spike | None:
    """Return the smallest number where it is repeated and of another order than all others (1 km of a used car)."""
    if value <= 0 or len(rest) < 30 or rows < 5 or rest[0] <= 10 * value or rows < 2 * weights[:10].max():
        return None
    if _median(rest, weights) <= 100 * value or rows > COMMON * weights.sum():
        return None
    return Spike(value, rows, "it is the smallest, repeated, and the next is over 10 times as large", False)


def _median(values: Values, counts: Counts) -> float:
    return float(values[np.searchsorted(np.cumsum(counts), counts.sum() / 2)])


def _oldest(column: ColumnProfile, values: Values, counts: Counts) -> Spike | None:
    """Return an age of 100 or more that is repeated, ten years or more above all others."""
    if len(values) < 20 or not named(column.name, "age", "ages", "alter") or not 100 <= values[-1] <= 200:
        return None
    if counts[-1] < 5 or values[-1] - values[-2] < 10 or values[-2] > 110:
        return None
    return Spike(float(values[-1]), int(counts[-1]), "it is repeated and far from all other values", False)


def _first_year(column: ColumnProfile, values: Values, counts: Counts) -> Spike | None:
    """Return the year that calendars of computers begin with, where it is far before all others."""
    if values[0] not in (1900, 1970) or counts[0] < 3 or not named(column.name, "year", "yr"):
        return None
    if values[1] - values[0] < 10 or counts[0] < counts[1]:
        return None
    return Spike(float(values[0]), int(counts[0]), "it is repeated and far from all other values", False)


def _cut_off(value: float, rows: int, rest: Values, weights: Counts, gap: float) -> Spike | None:
    """Return the value at an end, in ``rows`` rows, where a ``gap`` parts it from the others."""
    if is_code(value) and _coded(value, rows, rest, weights):
        return Spike(value, rows, "it is written like a code and cut off from all other values", True)
    reach = spread(rest, weights)
    if reach == 0:
        return None
    many = len(rest) >= 10
    scale = _survey(value, rest, weights, rows, gap)
    if scale:
        return Spike(value, rows, f"it follows a scale of {scale}", False)
    sure = value < 0 or rows >= COMMON * weights.sum()
    far = rows >= 5 and value >= 10_000 and _power_of_ten(value) and gap >= FAR * reach
    if many and (far or rows >= max(5, 0.005 * weights.sum())) and gap >= 3 * reach and value not in (0, 1, 100):
        return Spike(value, rows, "it is repeated and far from all other values", sure)
    piled = len(rest) >= 30 and rows >= max(PILE * weights.max(), 0.01 * weights.sum())
    if piled and gap >= 0.25 * reach and value not in (0, 1, 100):
        return Spike(value, rows, "it is far more frequent than any other value, and apart from them", sure)
    return None


def _power_of_ten(value: float) -> bool:
    return re.fullmatch("10+", number(value)) is not None


def _coded(value: float, rows: int, rest: Values, weights: Counts) -> bool:
    """Whether a number that is written like a code is cut off from all others but such codes beside it (-888)."""
    below = value < rest[0]
    while len(rest) > 1 and is_code(float(rest[0] if below else rest[-1])):
        rest, weights = (rest[1:], weights[1:]) if below else (rest[:-1], weights[:-1])
    reach, gap = spread(rest, weights), abs(float(rest[0] if below else rest[-1]) - value)
    apart = reach > 0 and gap >= 0.5 * reach and (rows >= 2 or gap >= reach)
    return apart and (len(rest) >= 10 or gap >= 2 * reach)


def _survey(value: float, rest: Values, weights: Counts, rows: int, gap: float) -> str:
    """Return the scale of answers (1 to 5) that a code of a survey follows; nothing where it follows none.

    Such codes are 9 or 8 ("does not know"), or 9 with 7 ("refused") below it.
    """
    if not np.all(rest == np.trunc(rest)):
        return ""
    if value == 9 and len(rest) in (3, 4, 5) and rest[-1] in (7, 8) and rest[-2] == len(rest) - 1 and rest[0] == 1:
        return f"{number(float(rest[0]))} to {number(float(rest[-2]))}"
    scale = rest[-1] - rest[0] == len(rest) - 1 and rest[-1] <= 7
    survey = scale and ((rest[0] == 1 and len(rest) >= 3) or (len(rest) == 2 and value == 9 and rest[0] in (0, 1)))
    thins_out = bool(weights[-1] < weights.max() / 3 and np.all(np.diff(weights[-3:]) <= 0))
    found = survey and value in (8, 9) and gap >= 2 and rows >= (max(2, weights[-1]) if thins_out else 2)
    return f"{number(float(rest[0]))} to {number(float(rest[-1]))}" if found else ""


def _finding(ctx: TableContext, column: ColumnProfile, spikes: list[Spike]) -> Finding:
    name = column.name
    codes = sorted({s.value for s in spikes})
    mask = ctx.frame[name].is_in(pl.Series(codes, dtype=ctx.frame.schema[name], strict=False).to_list())
    ctx.exclude(name, mask)
    rows = int(mask.sum() or 0)
    fraction = rows / ctx.rows
    before, after = _figures(ctx.frame[name]), _figures(ctx.frame[name].filter(~mask))
    shift = abs(before["mean"] - after["mean"]) / after["std"] if after["std"] else 1.0
    scaled = abs(before["mean"]) < 0.01 and abs(before["std"] - 1) < 0.02
    sure = any(s.sure for s in spikes) and (not scaled or any(map(is_code, codes)))
    doubt = all(s.doubt for s in spikes)
    shown = ", ".join(ctx.show(name, number(c)) for c in codes)
    stands = "may stand" if doubt else "stands" if len(codes) == 1 else "stand"
    taken = "Taken as a number it moves" if len(codes) == 1 else "Taken as numbers they move"
    joint = {"cause": f"{shown} {stands} for missing", "together": TOGETHER} if len(codes) == 1 else {}
    return ctx.finding(
        "sentinel_missing",
        name,
        "info" if doubt else _severity(fraction, shift, sure, name in ctx.targets),
        f"{shown} {stands} for a missing value in {rows:,} of {ctx.rows:,} rows "
        f"of '{name}' ({percentage(fraction)}): {spikes[0].why}.",
        rows_affected=rows,
        consequence=f"{taken} the mean from {after['mean']:.4g} to {before['mean']:.4g} and the standard deviation "
        f"from {after['std']:.4g} to {before['std']:.4g}.",
        advice="Read it as missing; keep a column that says so, as the gap itself may tell something.",
        fix=in_pandas(ctx, name, f".replace({[_plain(c) for c in codes]!r}, np.nan)"),
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": [number(c) for c in codes], "before": before, "after": after, **joint},
        confidence=0.95 if sure else 0.5 if doubt else 0.7,
    )


def _severity(fraction: float, shift: float, sure: bool, target: bool) -> Severity:
    changes = fraction >= COMMON or (shift >= SHIFT and (target or fraction >= SELDOM))
    return "major" if sure and changes else "minor"


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _figures(series: pl.Series) -> dict[str, float]:
    finite = series.cast(pl.Float64).drop_nulls().drop_nans()
    if not len(finite):
        return {"mean": 0.0, "std": 0.0, "median": 0.0}
    mean, std, median = finite.mean(), finite.std(), finite.median()
    return {
        "mean": float(mean),  # type: ignore[arg-type]
        "std": float(std) if std is not None else 0.0,  # type: ignore[arg-type]
        "median": float(median),  # type: ignore[arg-type]
    }
