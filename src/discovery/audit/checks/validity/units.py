"""Measurements in two units within one column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import in_pandas, numeric
from ...numbers.spikes import Values
from ...numbers.unit_parts import DECADES, OtherUnit, other_units
from ...numbers.unit_rows import RowsOfUnit, rows_in_other_units
from ...profiling.profile import ColumnProfile
from ...rows.splitter import SPLIT, splitter
from ...values import identifying, number, numbers_of
from ...vocabulary.names import named

FACTORS: dict[float, str] = {
    10.0: "10 (as cm and mm, or g/dl and g/l)",
    100.0: "100 (whole and hundredths, as euros and cents, shares and percent, m and cm)",
    1000.0: "1,000 (as kg and g, km and m, or thousands and ones)",
    1e6: "1,000,000 (millions and ones)",
    2.54: "2.54 (cm and inches)",
    2.2046: "2.2046 (pounds and kilograms)",
    1.6093: "1.609 (kilometres and miles)",
    3.2808: "3.281 (feet and metres)",
    30.48: "30.48 (cm and feet)",
    60.0: "60 (seconds and minutes, or minutes and hours)",
    3600.0: "3,600 (seconds and hours)",
    24.0: "24 (hours and days)",
    12.0: "12 (months and years)",
    4.546: "4.546 (litres and gallons)",
    3.7854: "3.785 (litres and US gallons)",
    28.3495: "28.35 (grams and ounces)",
    10.764: "10.76 (square feet and square metres)",
    18.016: "18.02 (mg/dl and mmol/l of glucose)",
    88.42: "88.4 (µmol/l and mg/dl of creatinine)",
}
"""What the factors between units are, in words."""
MILE, YEAR = 1.6093, 12.0
_TIMES = ("time", "duration", "seconds", "second", "secs", "sec", "minutes", "minute", "mins", "min", "hours",
          "hour", "hrs", "h", "s", "days", "day", "elapsed", "latency", "delay", "wait", "waiting", "runtime",
          "length", "tenure", "age", "stay", "uptime", "downtime", "usage", "ms", "call", "talk")  # fmt: skip
"""Words of lengths of time: 24, 60 and 3,600 are factors of units for these only."""
_BY_YEAR = ("salary", "salaries", "wage", "wages", "income", "pay", "rent", "premium", "earnings", "tenure",
            "experience", "duration", "term", "gehalt", "miete", "salaire", "loyer")  # fmt: skip
"""Words of what is told by the month or by the year."""
_SHARES = ("percent", "percentage", "pct", "share", "rate", "ratio", "proportion", "fraction", "probability")
_MONEY = ("price", "prices", "amount", "cost", "costs", "income", "revenue", "salary", "wage", "fee", "interest",
          "tax", "sales", "budget", "profit", "payment", "balance", "loan", "usd", "eur", "gbp", "count", "counts",
          "number", "num", "votes", "population", "score")  # fmt: skip
_WAYS = ("distance", "way", "km", "kms", "kilometers", "kilometres", "mile", "miles", "mileage", "speed", "length",
         "range", "odometer", "track", "route", "trip", "travel", "driven", "consumption", "visibility", "wind",
         "height", "elevation")  # fmt: skip
"""What is measured in miles: among other quantities, parts of the rows are a factor of 1.6 apart by chance."""
ROWS = 60
"""The fewest values of which clusters are told."""
SHARE = 0.003
"""The least share of the values that makes a cluster (5 at least)."""
FEWEST = 5
"""The fewest different values of a cluster: what was measured has several."""
NEAR = 0.08
"""How far the logarithm of a distance may be from that of a factor."""
FAR, ROUGHLY = 3, 0.35
"""From how many standard deviations on a gap is one that no groups of nature leave, and how far the distance may
then be from a factor of 1,000 or more: what is in another unit may be of another size as well."""
ROW_COUNT = 8
"""The fewest single rows in another unit that are told."""
NUMBERS, SPLITTERS, LEVELS, PARTED = 100, 12, 20, 40
"""How many columns of numbers, of levels, how many levels, and how many columns where there is a gap are tried."""
_DEGREES = "1.8 and 32 more (degrees Celsius and Fahrenheit)"
CONSEQUENCE = "The same quantity counts as far more in some rows: sums, means and models are wrong."
ADVICE = "Ask which unit each source writes, and convert one into the other."


@dataclass(frozen=True)
class _Mix:
    """Two clusters: those above ``cut`` are ``factor`` times the others, and in ``upper`` the fewer; None for
    degrees of temperature, which are no factor apart."""

    cut: float
    upper: bool
    factor: float | None
    medians: tuple[float, float]

    @property
    def what(self) -> str:
        """How far they are apart, in words."""
        return _DEGREES if self.factor is None else FACTORS[self.factor]


@check("unit_mix", view="values")
def unit_mix(ctx: TableContext) -> Iterable[Finding]:
    """Report columns of positive measurements that fall into two clusters a known factor of units apart.

    The values are split at the widest gap of their logarithms (of the values, for Celsius and Fahrenheit). The
    split counts where the gap is wider than each cluster's own standard deviation and twice as wide as any gap
    within them, both clusters are spread alike (ratio of standard deviations below 2), and their medians are a
    factor of units apart to within their standard errors (3 to 8%; a factor of 1,000 or more over a gap of three
    standard deviations to within one of them). Where the factor is no power of ten, which
    natural groups may be apart by chance, they must also be one distribution once it is taken out. A column or a
    stretch of rows that tells the clusters apart is named, and makes it sure. Where units overlap, a level of
    another column or a time that has its own is looked for (:mod:`discovery.audit.numbers.unit_parts`; among the
    first 100 columns of numbers and 12 of at most 20 levels). So are rows that are in another unit one by one, by
    what other columns say of them (:mod:`discovery.audit.numbers.unit_rows`; among the first 100 columns of
    numbers).
    """
    whole: list[str] = []
    mixed: set[str] = set()
    for column in ctx.profile.columns.values():
        if not _eligible(ctx, column):
            continue
        ordered = numbers_of(ctx, column.name)
        mix = (
            _logarithmic(ordered, column.name)
            or _temperatures(ordered, column)
            or _within_a_level(ctx, column, ordered)
        )
        if mix is None:
            whole.append(column.name)
        else:
            mixed.add(column.name)
            yield _finding(ctx, column, mix)
    for finding in _by_part(ctx, whole[:NUMBERS]):
        mixed.update(finding.columns)
        yield finding
    yield from _by_row(ctx, whole, mixed)


def _few_levels(ctx: TableContext) -> list[str]:
    few = (c for c in ctx.profile.columns.values() if c.type in {"text", "boolean"} and 2 <= c.distinct <= LEVELS)
    return [c.name for c in few if c.present >= 0.9 * ctx.rows]


def _by_part(ctx: TableContext, names: list[str]) -> Iterable[Finding]:
    targets = ctx.targets
    few = [name for name in _few_levels(ctx) if name not in targets]
    times = [c.name for c in ctx.profile.columns.values() if c.temporal and c.type != "time"]
    factors = {n: [f for f in _factors(n) if f != MILE or named(n, *_WAYS)] for n in names}
    for found in other_units(ctx.frame, names, few[:SPLITTERS], times[:3], factors):
        yield _part_finding(ctx, found)


def _by_row(ctx: TableContext, whole: list[str], mixed: set[str]) -> Iterable[Finding]:
    told = [
        c.name
        for c in ctx.profile.columns.values()
        if c.numeric and c.distinct >= 10 and c.name not in mixed and not identifying(c)
    ]
    factors = {name: _factors(name) for name in whole if name not in mixed}
    if not factors:
        return
    for found in rows_in_other_units(ctx.frame, told, factors, _few_levels(ctx)[:SPLITTERS]):
        odd = found.mask(ctx.frame)
        if int(odd.sum() or 0) >= ROW_COUNT:
            yield _row_finding(ctx, found, odd)


def _factors(name: str) -> list[float]:
    """Return the factors between units that a column of this name may have: amounts of money have no inches, and
    ages of children no other unit than those of their parents."""
    if named(name, "age", "ages", "alter"):
        return []
    if named(name, *_SHARES):
        return [100.0]
    if named(name, *_MONEY) or (named(name, *_BY_YEAR) and not named(name, *_TIMES)):
        return [f for f in FACTORS if f in DECADES or (f == YEAR and named(name, *_BY_YEAR))]
    timed = named(re.sub(r"['’]s\b", "", name), *_TIMES)
    others = {24.0, 60.0, 3600.0} if not timed else set()
    return [f for f in FACTORS if f not in others and (f != YEAR or named(name, *_BY_YEAR))]


def _eligible(ctx: TableContext, column: ColumnProfile) -> bool:
    if not column.numeric or column.distinct < 20 or column.present < ROWS or identifying(column):
        return False
    classes = {u.target for u in ctx.use_cases if u.task in {"binary", "multiclass"}}
    if column.name in classes or not column.quantiles:
        return False
    reach = max(abs(float(column.maximum)), 1e-12) / max(abs(column.quantiles[0.5]), 1e-12)
    return reach > 1.4 or column.quantiles[0.5] > 1.4 * abs(float(column.minimum)) or _warm(column)


def _warm(column: ColumnProfile) -> bool:
    return named(column.name, "temp", "temperature", "atemp", "tmax", "tmin", "temperatur", "degrees")


def _widest(values: Values) -> tuple[int, float] | None:
    """Return where the widest gap between neighbours begins, with enough rows on both sides, and its width."""
    least = max(5, int(SHARE * len(values)))
    gaps = np.diff(values)[least - 1 : len(values) - least]
    if not len(gaps):
        return None
    place = int(np.argmax(gaps))
    return place + least, float(gaps[place])


def _apart(values: Values) -> tuple[Values, Values] | None:
    """Return two clusters, if they are cut off clearly and spread alike."""
    found = _widest(values)
    if found is None:
        return None
    place, gap = found
    low, high = values[:place], values[place:]
    spreads = sorted((float(low.std()), float(high.std())))
    if spreads[0] <= 0 or spreads[1] > 2 * spreads[0] or gap < spreads[1]:
        return None
    usual = max(float(np.diff(low).max()), float(np.diff(high).max()))
    if gap < 2 * usual or min(len(np.unique(low)), len(np.unique(high))) < FEWEST:
        return None
    return low, high


def _logarithmic(ordered: Values, name: str) -> _Mix | None:
    positive = ordered[ordered > 0]
    if len(positive) < max(ROWS, 0.9 * len(ordered)):
        return None
    logs = np.log(positive)
    clusters = _apart(logs)
    if clusters is None:
        return None
    low, high = clusters
    distance = float(np.median(high) - np.median(low))
    spread = float(max(low.std(), high.std()))
    error = 3 * spread / np.sqrt(min(len(low), len(high)))
    far = float(high[0] - low[-1]) >= FAR * spread
    for factor in _factors(name):
        near = min(ROUGHLY, spread) if far and factor in DECADES and factor >= 1000 else 0.0
        if abs(distance - np.log(factor)) > max(near, min(NEAR, max(error, 0.03))):
            continue
        if factor in DECADES or _alike(low, high, factor):
            medians = (float(np.exp(np.median(low))), float(np.exp(np.median(high))))
            return _Mix(_between(positive, len(low)), len(high) <= len(low), factor, medians)
    return None


def _alike(low: Values, high: Values, factor: float) -> bool:
    """Whether two clusters are one distribution once the factor is taken out (Kolmogorov and Smirnov's test)."""
    from scipy.stats import ks_2samp

    spreads = sorted((float(low.std()), float(high.std())))
    return spreads[1] < 1.2 * spreads[0] and float(ks_2samp(low + np.log(factor), high).pvalue) > 0.05


def _temperatures(ordered: Values, column: ColumnProfile) -> _Mix | None:
    if not _warm(column):
        return None
    clusters = _apart(ordered)
    if clusters is None:
        return None
    low, high = clusters
    expected = 1.8 * float(low.mean()) + 32
    ratio = float(high.std() / low.std())
    if abs(expected - float(high.mean())) > 0.5 * float(high.std()) or not 1.4 < ratio < 2.3:
        return None
    medians = (float(np.median(low)), float(np.median(high)))
    return _Mix(_between(ordered, len(low)), len(high) <= len(low), None, medians)


def _within_a_level(ctx: TableContext, column: ColumnProfile, ordered: Values) -> _Mix | None:
    """Two clusters far apart, one of which is a part of one level of another column, as one region that changed."""
    positive = ordered[ordered > 0]
    if len(positive) < max(ROWS, 0.9 * len(ordered)):
        return None
    found = _widest(np.log(positive))
    if found is None or found[1] < np.log(5):
        return None
    place = found[0]
    cut, upper = _between(positive, place), place >= len(positive) / 2
    rows = len(positive) - place if upper else place
    if len(np.unique(positive[place:] if upper else positive[:place])) < FEWEST:
        return None  # codes, or marks
    series = ctx.frame[column.name].cast(pl.Float64)
    others = (c for c in ctx.profile.columns.values() if c.name != column.name and 2 <= c.distinct <= 50)
    for other in islice(others, PARTED):
        frame = pl.DataFrame({"v": ctx.frame[other.name].cast(pl.String), "x": series}).filter(pl.col("x") > 0)
        by = frame.with_columns(odd=(pl.col("x") > cut) == upper).group_by("v", "odd")
        medians = by.agg(pl.col("x").median(), n=pl.len()).sort("n", descending=True)
        odd = medians.filter("odd").head(1)
        plain = medians.filter(~pl.col("odd") & pl.col("v").eq_missing(odd["v"][0])) if len(odd) else odd
        if not len(plain) or odd["n"][0] < SPLIT * rows or plain["n"][0] < 10 or odd["n"][0] < 10:
            continue
        ratio = max(odd["x"][0] / plain["x"][0], plain["x"][0] / odd["x"][0])
        factor = next((f for f in _factors(column.name) if f >= 10 and abs(np.log(ratio / f)) < 0.05), None)
        if factor is not None:
            low, high = sorted((float(odd["x"][0]), float(plain["x"][0])))
            return _Mix(cut, upper, factor, (low, high))
    return None


def _between(ordered: Values, place: int) -> float:
    return float((ordered[place - 1] + ordered[place]) / 2)


def _finding(ctx: TableContext, column: ColumnProfile, mix: _Mix) -> Finding:
    name = column.name
    series = ctx.frame[name].cast(pl.Float64)
    odd = ((series > mix.cut) if mix.upper else (series < mix.cut)) & ((series > 0) | (mix.factor is None))
    count = int(odd.sum() or 0)
    split = splitter(ctx, name, odd.fill_null(False).to_numpy(), series.is_not_null().to_numpy())
    low, high = mix.medians
    sides = "" if ctx.is_personal(name) else f": one around {low:.4g}, one around {high:.4g}"
    told = f"; {split} tells them apart" if split else ""
    side = "above" if mix.upper else "below"
    target = name in ctx.targets
    return ctx.finding(
        "unit_mix",
        name,
        "major" if mix.factor in DECADES and (split or target) else "minor",
        f"The values of '{name}' fall into two groups a factor of {mix.what} apart{sides}; {count:,} rows are "
        f"{side} {number(round(mix.cut, 6))}{told}.",
        rows_affected=count,
        consequence=CONSEQUENCE,
        advice=ADVICE,
        fix=_fix(ctx, name, mix),
        evidence=ctx.evidence(ctx.rows_where(odd), [name]),
        details={"values": [number(v) for v in series.filter(odd.fill_null(False)).unique().sort().to_list()[:500]]}
        | {"cut": mix.cut, "medians": list(mix.medians), "factor": mix.what, "split_by": split},
        confidence=0.9 if split else 0.7,
    )


def _part_finding(ctx: TableContext, found: OtherUnit) -> Finding:
    name, part, series = found.column, found.part, ctx.frame[found.part.column]
    what = FACTORS[found.factor]
    moment = part.level is None
    inside = series.is_between(part.first, part.last) if moment else series == part.level
    inside = inside.fill_null(False) & ctx.frame[name].is_not_null()
    shown = [ctx.show(part.column, v) for v in ((part.first, part.last) if moment else (part.level,))]
    where = f"'{part.column}' from {' to '.join(shown)}" if moment else f"'{part.column}' = '{shown[0]}'"
    made = "multiplied" if found.larger else "divided"
    return ctx.finding(
        "unit_mix",
        name,
        "minor",
        f"With {where}, the values of '{name}' are those of all other rows {made} by {what}.",
        rows_affected=int(inside.sum()),
        consequence=CONSEQUENCE,
        advice=ADVICE,
        fix=None if ctx.is_personal(part.column) else _part_fix(ctx, found),
        evidence=ctx.evidence(ctx.rows_where(inside), [name, part.column]),
        details={"factor": what, "split_by": where},
        confidence=0.8,
    )


def _row_finding(ctx: TableContext, found: RowsOfUnit, odd: pl.Series) -> Finding:
    name, what, count = found.column, FACTORS[found.factor], int(odd.sum())
    made = "multiplied" if found.larger else "divided"
    told = ", ".join(f"'{c}'" for c in found.by)
    why = f"going by {told}" if told else "going by how its values are spread"
    logs = (f"np.log({numeric(ctx, name)})", *(f"{w:g} * np.log({numeric(ctx, c)})" for c, w in found.terms))
    operation = "/" if found.larger else "*"
    rows = f"({' - '.join(logs)}).between({found.low:g}, {found.high:g})"
    return ctx.finding(
        "unit_mix",
        name,
        "minor",
        f"{count:,} rows hold '{name}' {made} by {what}, {why}.",
        rows_affected=count,
        consequence=CONSEQUENCE,
        advice=ADVICE,
        fix=in_pandas(ctx, name, f".mask({rows}, lambda v: v {operation} {found.factor:g})"),
        evidence=ctx.evidence(ctx.rows_where(odd), [name, *found.by[:3]]),
        details={"values": [number(v) for v in ctx.frame[name].filter(odd).unique().sort().to_list()[:500]]}
        | {"factor": what, "by": list(found.by)},
        confidence=0.8,
    )


def _part_fix(ctx: TableContext, found: OtherUnit) -> str | None:
    part, operation = found.part, "/" if found.larger else "*"
    rows = (
        f"df[{part.column!r}] == {part.level!r}"
        if part.level is not None
        else f"pd.to_datetime(df[{part.column!r}]).between({str(part.first)!r}, {str(part.last)!r})"
    )
    return in_pandas(ctx, found.column, f".mask({rows}, lambda v: v {operation} {found.factor:g})")


def _fix(ctx: TableContext, name: str, mix: _Mix) -> str | None:
    """Return the lines that bring the fewer values to the unit of the others; None for degrees."""
    if mix.factor is None:
        return None
    sign, cut = (">", mix.cut) if mix.upper else ("<", mix.cut)
    operation = "/=" if mix.upper else "*="
    line = f"df.loc[df[{name!r}] {sign} {cut:.6g}, {name!r}] {operation} {mix.factor:g}"
    read = in_pandas(ctx, name, "")
    return line if read is None or "pd." not in read else f"{read}\n{line}"
