"""Rules that nearly all rows keep: one column before, below or made of others.

A rule is taken for one only where it is far from chance: it must hold in nearly all rows, and be broken much more
often where one side is shuffled. Names (start and end, minimum and maximum) lower the proof that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..targets import Floats, as_floats
from ..vocabulary.hindsight import tokens
from ..vocabulary.orders import certain_order, counted_among, order_by_name
from .arithmetic import Relation, find_relations, relation_errors, with_trivial_rows
from .totals import named_totals

__all__ = ["Broken", "age_rules", "date_part_rules", "order_rules", "sum_rules", "swapped_places"]

MOST_COLUMNS = 30
LEAST_ROWS = 30
DAY = 86_400e6
"""Microseconds."""
TRIAL_ROWS = 2_000
FEWEST_LACKING, MOST_TRIED = 3, 60
"""Rows that must break a sum for a part that it lacks to be looked for, and columns that are tried for it."""
FAR_BELOW = 20
"""Ratio of the medians above which two amounts are not of one unit."""
OF_ONE_VALUE = 0.95
"""Share of the rows that break a sum in which a part must have one and the same value to be what spoils it."""
NEARLY = 0.01
"""How far from a power of ten a ratio may be to be it."""
LEFT = 0.4
"""The most of the rows that break a sum that may still break it with the part that it lacks."""
BY_MEANING = 0.3
"""The most of the rows that may break an order of what cannot be otherwise (built, renovated)."""
LOSSES = 0.01
"""The most of the parts that may be below 0 where a whole is to bound them."""
BELOW = 0.05
"""Share of rows in which one amount must be below the other: those that are mostly equal have no order."""
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Broken:
    """A rule, in words, and the rows that break it (none, where it holds throughout), of ``compared`` that can.

    ``named`` says whether the names of the columns bear it out, ``strict`` whether no error of measurement or of
    time can break it, ``dates`` whether it is an order of times.
    """

    form: str
    rule: str
    columns: tuple[str, ...]
    wrong: Bools
    compared: int
    named: bool
    strict: bool = True
    dates: bool = False
    capped: tuple[str, str] | None = None
    """The part at whose lowest or highest value the rule ends, and this value, where it does."""
    factor: float | None = None
    """The power of ten by which the last column is off in the rows that break the rule, where it is one."""


def _numbers(frame: pl.DataFrame, column: str) -> Floats:
    series = frame[column]
    if series.dtype.is_temporal():
        series = series.cast(pl.Datetime("us")).to_physical()
    return as_floats(series)


def order_rules(frame: pl.DataFrame, names: Sequence[str], *, dates: bool) -> Iterator[Broken]:
    """Iterate over pairs where one column is nearly never above the other, with the rows where it is.

    Pairs are chosen on 2,000 rows and counted on all. Without a hint in the names, only the column that goes
    best with the lower one (rank correlation) is its bound.
    """
    tried = list(names)[:MOST_COLUMNS]
    frame = frame.select(tried)
    trial = frame if frame.height <= TRIAL_ROWS else frame.gather_every(-(-frame.height // TRIAL_ROWS))
    sample = {n: _numbers(trial, n) for n in tried}
    full: dict[str, Floats] = sample if trial is frame else {}
    bounds: dict[str, tuple[float, Broken | None]] = {}
    for low, high, named in _bounded(sample, dates):
        for name in (low, high):
            if name not in full:
                full[name] = _numbers(frame, name)
        lower, upper = _comparable(full[low], full[high], dates)
        both = np.isfinite(lower) & np.isfinite(upper)
        wrong = both & (lower > upper)
        share = wrong.sum() / max(1, both.sum())
        rule = f"'{low}' is never {'after' if dates else 'above'} '{high}'"
        among = not dates and bool(counted_among(low, high))
        if among and (lower < 0)[both].mean() > LOSSES:
            continue  # losses, too: what is added to a part may make it less
        broken = Broken("order", rule, (low, high), wrong, int(both.sum()), named, strict=not among, dates=dates)
        most = BY_MEANING if named and certain_order(low, high, dates) else 0.1
        if named and 0 < share <= most:
            if dates or (lower < upper)[both].mean() >= BELOW:
                yield broken
        elif not named:
            related, proven = _proof(lower[both], upper[both], int(wrong.sum()), dates)
            if related > bounds.get(low, (0.0, None))[0]:
                bounds[low] = (related, broken if proven else None)
    yield from (rule for _, rule in bounds.values() if rule is not None)


def _comparable(low: Floats, high: Floats, dates: bool) -> tuple[Floats, Floats]:
    """Return two columns of times as days where one of them holds days only and the other times of day."""
    if not dates:
        return low, high
    days = [not np.nanmax(np.mod(v, DAY), initial=0) for v in (low, high)]
    return (np.floor(low / DAY), np.floor(high / DAY)) if days[0] != days[1] else (low, high)


def _bounded(columns: Mapping[str, Floats], dates: bool) -> Iterator[tuple[str, str, bool]]:
    """Iterate over (lower, upper, whether by name) of the pairs in order in nearly all rows of a sample."""
    if len(columns) < 2:
        return
    names = list(columns)
    both, above = _compared(np.column_stack(list(columns.values())), dates)
    related = 0.7 if dates else 0.9
    for (i, first), (j, second) in combinations(enumerate(names), 2):
        if both[i, j] < LEAST_ROWS or min(above[i, j], above[j, i]) > BY_MEANING + 0.02:
            continue
        paired = order_by_name(first, second, dates)
        sure = paired and certain_order(*((first, second) if paired > 0 else (second, first)), dates)
        named = BY_MEANING + 0.02 if sure else 0.12
        for low, high, says, share in ((first, second, paired, above[i, j]), (second, first, -paired, above[j, i])):
            if says < 0 or share > (named if says else 0.025):
                continue
            unnamed = not says and not (tokens(first) and tokens(second))  # steps of one scale: a spectrum
            if says or (not unnamed and _rank_correlation(columns[first], columns[second], dates) >= related):
                yield low, high, says > 0


def _compared(values: Floats, dates: bool) -> tuple[Floats, Floats]:
    """Return, by pair of columns, the rows that have both, and the share of them in which the first is above."""
    there = np.isfinite(values)
    values = np.where(there, values, np.nan)
    both = there.T.astype(np.float64) @ there.astype(np.float64)
    above = _above(values)
    if dates:
        days = ~np.nanmax(np.mod(values, DAY), axis=0, initial=0).astype(bool)
        above = np.where(days == days[:, None], above, _above(np.floor(values / DAY)))
    return both, above / np.maximum(both, 1)


def _above(values: Floats) -> Floats:
    return np.array([(column[:, None] > values).sum(axis=0) for column in values.T], dtype=np.float64)


def _rank_correlation(first: Floats, second: Floats, dates: bool) -> float:
    both = np.isfinite(first) & np.isfinite(second)
    x, y = _comparable(first[both], second[both], dates)
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1]) if np.ptp(x) > 0 and np.ptp(y) > 0 else 0.0


def _proof(low: Floats, high: Floats, count: int, dates: bool) -> tuple[float, bool]:
    """Return (rank correlation, whether the rule is broken, and far more often if ``low`` is shuffled)."""
    if np.ptp(low) == 0 or np.ptp(high) == 0:
        return 0.0, False
    related = _rank_correlation(low, high, dates=False)
    below = int(np.sum(low < high))
    strict = below >= 0.5 * len(low) or (dates and below >= max(LEAST_ROWS, 25 * count))
    chance = float(np.mean(np.random.default_rng(0).permutation(low) > high))
    rare = count <= (0.02 if dates else 0.003) * len(low)
    proven = count > 0 and rare and strict and chance >= max(0.02, 20 * count / len(low))
    return related, proven and (dates or (_of_one_size(low, high) and not _thins_out(low, high, count)))


def _of_one_size(low: Floats, high: Floats) -> bool:
    """Whether two amounts may be of one unit, so that one can bound the other: what lies far below is of another
    one."""
    middle, above = float(np.median(low)), float(np.median(high))
    return middle > 0 and above <= FAR_BELOW * middle


def _thins_out(low: Floats, high: Floats, count: int) -> bool:
    """Whether rows thin out towards the bound and a few cross it: two related amounts, of which neither bounds the
    other. A bound that means something has none near it, or many (ten times as many as cross it)."""
    near = int(((low >= 0.7 * high) & (low <= high)).sum())
    return 0.1 * count < near < 10 * count


def _ranks(values: Floats) -> Floats:
    return pl.Series(values).rank("average").to_numpy()


def sum_rules(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[Broken]:
    """Iterate over sums and products that hold in nine rows of ten or more; in all, where none is wrong."""
    told: set[str] = set()
    for found in find_relations(frame, names, least=0.45):
        relation, telling, wrong = _with_the_rest(frame, found, names)
        rows, count = int(telling.sum()), int(wrong.sum())
        if rows < LEAST_ROWS:
            continue
        rule = relation.formula
        capped: tuple[str, str] | None = None
        factor: float | None = None
        if count > 0.1 * rows:
            spoilt = _spoilt_by(frame, relation, telling, wrong)
            factor = _factor(frame, relation, wrong) if spoilt is None else None
            if spoilt is None and factor is None:
                continue
            capped = (spoilt[0], f"{spoilt[1]:g}") if spoilt else None
        elif count:
            values = [_numbers(frame, p) for p in relation.parts]
            total = _numbers(frame, relation.total)
            telling, wrong = with_trivial_rows(relation.form, values, total, telling, wrong)
            rows = int(telling.sum())
        told.add(relation.total)
        yield Broken(
            "arithmetic", rule, tuple(relation.columns), wrong, rows, named=True, capped=capped, factor=factor
        )
    for relation, telling, wrong in named_totals(frame, names, told):
        yield Broken("arithmetic", relation.formula, tuple(relation.columns), wrong, int(telling.sum()), named=True)


def _spoilt_by(frame: pl.DataFrame, relation: Relation, telling: Bools, wrong: Bools) -> tuple[str, float] | None:
    """Return the part and its one value that stand in nearly all rows that break a relation, and in few others: a
    cap, or a number for "unknown"."""
    for name in relation.parts:
        values = _numbers(frame, name)
        levels, counts = np.unique(values[wrong], return_counts=True)
        value = float(levels[int(counts.argmax())])
        elsewhere = int((values[telling & ~wrong] == value).sum())
        edge = value in (float(np.nanmin(values)), float(np.nanmax(values)))
        if edge and counts.max() >= OF_ONE_VALUE * wrong.sum() and elsewhere <= 0.1 * counts.max():
            return name, value
    return None


def _factor(frame: pl.DataFrame, relation: Relation, wrong: Bools) -> float | None:
    """Return the one power of ten by which a total is another than the product in nearly all rows that break it."""
    if relation.form != "product":
        return None
    made = np.prod([_numbers(frame, p) for p in relation.parts], axis=0)[wrong]
    ratios = _numbers(frame, relation.total)[wrong] / made
    middle = float(np.nanmedian(ratios))
    factor = float(10.0 ** np.round(np.log10(middle))) if middle > 0 else 1.0
    close = np.abs(ratios / factor - 1.0) <= NEARLY
    return factor if factor != 1.0 and close.mean() >= OF_ONE_VALUE else None


def _with_the_rest(frame: pl.DataFrame, relation: Relation, names: Sequence[str]) -> tuple[Relation, Bools, Bools]:
    """Return a relation, which rows can tell and which break it; a sum that some rows break with the part it lacks.

    That is a column that makes up for what is lacking in six rows of ten that break it, and is 0 elsewhere.
    """
    parts, total = [_numbers(frame, p) for p in relation.parts], _numbers(frame, relation.total)
    telling, wrong = relation_errors(relation.form, parts, total)
    if relation.form != "sum" or wrong.sum() < FEWEST_LACKING:
        return relation, telling, wrong
    best = relation, telling, wrong
    for name in (n for n in names[:MOST_TRIED] if n not in relation.columns):
        rest = _numbers(frame, name)
        longer_telling, longer_wrong = relation_errors("sum", [*parts, rest], total)
        left = (longer_wrong & telling).sum()
        if (
            left <= min(LEFT * wrong.sum(), (best[2] & telling).sum())
            and longer_wrong.sum() <= wrong.sum()
            and longer_telling.sum() >= telling.sum()
        ):
            best = Relation(relation.total, (*relation.parts, name), "sum", 1.0), longer_telling, longer_wrong
    return best


def age_rules(frame: pl.DataFrame, as_of: date) -> Iterator[Broken]:
    """Iterate over columns called age that do not go with a column of birth years or dates.

    The year that ages are counted to is the sum of age and year of birth that most rows are within a year of.
    """
    ages = [c for c in frame.columns if "age" in tokens(c) and frame[c].dtype.is_numeric()]
    births = [c for c in frame.columns if re.search(r"birth|\bdob\b|born|yob", " ".join(tokens(c)))]
    for age, birth in ((a, b) for a in ages[:3] for b in births[:3] if a != b):
        series = frame[birth]
        if series.dtype in (pl.Date, pl.Datetime):
            series = series.dt.year()
        if not series.dtype.is_numeric():
            continue
        years = _numbers(pl.DataFrame({"y": series}), "y")
        total = np.floor(_numbers(frame, age)) + years
        known = np.isfinite(total) & (years > 1850) & (years <= as_of.year)
        if known.sum() < LEAST_ROWS:
            continue
        levels, counts = np.unique(total[known], return_counts=True)
        near = np.abs(levels[:, None] - levels) <= 1
        usual = levels[int((near @ counts).argmax())]
        wrong = known & (np.abs(total - usual) > 1)
        if 0 < wrong.sum() <= 0.2 * known.sum():
            rule = f"'{age}' goes with '{birth}'"
            yield Broken("age", rule, (age, birth), wrong, int(known.sum()), named=True)


def swapped_places(frame: pl.DataFrame) -> Iterator[Broken]:
    """Iterate over pairs of latitude and longitude that some rows have the other way round.

    Those are rows that lie far from nine rows of ten, and among them once the two are swapped.
    """
    latitudes = [c for c in frame.columns if _LATITUDE & set(tokens(c)) and frame[c].dtype.is_numeric()]
    for latitude in latitudes:
        rest = [t for t in tokens(latitude) if t not in _LATITUDE]
        for longitude in frame.columns:
            words = tokens(longitude)
            if not _LONGITUDE & set(words) or [t for t in words if t not in _LONGITUDE] != rest:
                continue
            if not frame[longitude].dtype.is_numeric():
                continue
            lat, lon = _numbers(frame, latitude), _numbers(frame, longitude)
            both = np.isfinite(lat) & np.isfinite(lon) & ((lat != 0) | (lon != 0))
            if both.sum() < LEAST_ROWS:
                continue
            wrong = both & ~_near(lat, lat[both]) & ~_near(lon, lon[both])
            wrong &= _near(lon, lat[both]) & _near(lat, lon[both])
            if 0 < wrong.sum() <= 0.1 * both.sum():
                rule = f"'{latitude}' and '{longitude}' are not swapped"
                yield Broken("places", rule, (latitude, longitude), wrong, int(both.sum()), named=True)


def _near(values: Floats, usual: Floats) -> Bools:
    """Return which values lie in the range of nine tenths of the usual ones, or near it."""
    low, high = np.quantile(usual, [0.05, 0.95])
    margin = 2 * (high - low) + 1e-9
    near: Bools = (values >= low - margin) & (values <= high + margin)
    return near


_LATITUDE, _LONGITUDE = frozenset({"latitude", "lat"}), frozenset({"longitude", "lon", "lng", "long"})
_PARTS = {
    "year": "year", "yr": "year", "month": "month", "mnth": "month", "day": "day", "hour": "hour", "hr": "hour",
    "weekday": "weekday", "dayofweek": "weekday", "dow": "weekday", "quarter": "quarter", "qtr": "quarter",
    "mth": "month", "week": "week", "wk": "week",
}  # fmt: skip


_DAY_NAME = r"^(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|r|rs|urs|ur)?(?:day)?s?\.?$"
_DAYS = {day: float(i) for i, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}


def date_part_rules(frame: pl.DataFrame) -> Iterator[Broken]:
    """Iterate over columns called year, month, day, hour … that do not go with a date column of the same row."""
    stamps = [c for c in frame.columns if frame[c].dtype in (pl.Date, pl.Datetime)][:5]
    for column in frame.columns:
        words = [w for w in tokens(column) if w not in {"id", "no", "nr", "number", "num"}]
        words = [*words[:-3], "weekday"] if words[-3:] == ["day", "of", "week"] else words
        part = _PARTS.get(words[-1]) if words else None
        spelt = part == "weekday" and frame[column].dtype == pl.String
        if part is None or not (spelt or frame[column].dtype.is_integer()):
            continue
        for stamp in stamps:
            if part == "hour" and frame[stamp].dtype == pl.Date:
                continue
            found = _part(frame, column, stamp, part)
            if found is not None and found[0].any() and not _same_event(words[:-1], tokens(stamp)):
                continue
            if found is not None:
                yield Broken(
                    "date_part", f"'{column}' is the {part} of '{stamp}'", (stamp, column), *found, named=True
                )


def _days(series: pl.Series) -> Floats:
    """Return the numbers of weekdays, 1 to 7, by their English names or the first three letters of them."""
    letters = series.str.strip_chars().str.to_lowercase().str.extract(_DAY_NAME, 1)
    return letters.replace_strict(_DAYS, default=None, return_dtype=pl.Float64).to_numpy()


def _same_event(stem: Sequence[str], stamp: Sequence[str]) -> bool:
    """Whether a part of a date may be of this date by its name: arrival year is not of the date of a status."""
    own = set(stem) - {"date", "time", "datetime", "timestamp"}
    return not own or bool(own & set(stamp))


def _part(frame: pl.DataFrame, column: str, stamp: str, part: str) -> tuple[Bools, int] | None:
    made = as_floats(getattr(frame[stamp].dt, part)())
    said = _days(frame[column]) if frame[column].dtype == pl.String else _numbers(frame, column)
    both = np.isfinite(made) & np.isfinite(said)
    if both.sum() < LEAST_ROWS or np.unique(made[both]).size < 3:
        return None
    steps, counts = np.unique((said - made)[both], return_counts=True)
    wrong = both & (said - made != steps[int(counts.argmax())])
    return (wrong, int(both.sum())) if wrong.sum() <= 0.1 * both.sum() else None
