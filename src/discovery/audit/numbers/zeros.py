"""What 0 stands for: a measurement, a gap, or that there is no such thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ..context import TableContext
from ..profiling.profile import ColumnProfile
from ..values import number
from ..vocabulary.names import generated, named, tokens
from ..vocabulary.placeholders import is_placeholder
from .spikes import Counts, Spike, Values, spread

__all__ = [
    "CUT_OFF",
    "asked",
    "before_a_scale",
    "said_no",
    "scale_of",
    "told_by_a_flag",
    "zero_spike",
    "zeros_of_a_level",
    "zeros_of_none",
]

FREQUENT = 0.15
"""Above this share of the rows, 0 is taken for an ordinary value of a quantity that is often absent."""
TIGHT = 0.4
"""So many rows may have it where the others are so alike, that nothing absent was measured."""
LEAST = 0.005
"""Below this share of the rows, 0 counts only where it is one by one cut off."""
SAME = 0.9
"""The share of the rows in which two conditions must agree to be one."""
LEVELS = 20
"""Of more values a text has no level that says why others are 0."""
MORE = 1.6
"""How many times as often another number may be 0 that is always 0 with one."""
NO, SAID_NO = frozenset({"no", "n", "false", "none", "absent", "negative"}), 0.95
"""The share of the rows of a code of zeros in which another column says no, for it to be one of its own."""
CUT_OFF = "0 is cut off from all other values"
PILED = "0 is far more frequent than the few values near it"
CODES = ("zip", "zipcode", "postcode", "postal code", "plz")
NEVER_ZERO = (
    "glucose", "bmi", "insulin", "cholesterol", "chol", "blood pressure", "bloodpressure", "restingbp", "bp",
    "systolic", "diastolic", "skin thickness", "skinthickness", "thickness", "heart rate", "heartrate", "pulse",
    "spo2", "hemoglobin", "humidity", "pressure", "latitude", "longitude", "lat", "lon", "lng", "year", "yr",
    *CODES,
)  # fmt: skip
"""Quantities of which 0 is no measurement; a spike at 0 stands for missing there however frequent it is."""
MEASURED = ("magnitude", "mag", "zoom", "focal length", "focal", "resolution", "megapixels", "wavelength",
            "wheelbase", "horsepower", "carat")  # fmt: skip
"""Quantities of which 0 is hardly a measurement; below the others it stands for missing however frequent it is."""
HOME = ("sqft", "sq ft", "square feet", "squarefeet", "square footage", "living area", "floor area", "floorspace")
NO_HOME = ("lot", "land", "basement", "bsmt", "garage", "porch", "deck", "patio", "pool", "above", "2nd", "second",
           "upper", "parking", "shed", "price", "per", "other", "extra")  # fmt: skip
"""Words for areas of homes, and for such as a home may not have."""
MONEY = ("amount", "income", "price", "salary", "wage", "gross", "revenue", "budget", "funding", "turnover",
         "rent")  # fmt: skip
EARNED = ("income", "salary", "wage", "wages", "earnings")
"""Money that those without work have none of."""
TAKEN = ("gross", "box office", "takings", "turnover")
"""Money that everything took that is listed with it, however little."""
NO_TAKINGS = ("margin", "profit", "loss", "weight", "tonnage", "pay", "salary", "wage", "income", "area", "rate")
NONE = (
    "gain", "loss", "bonus", "tip", "tax", "discount", "refund", "penalty", "donation", "other", "extra", "insured",
    "claim", "claims", "outstanding", "overdue", "paid", "withdrawn", "coapplicant", "benefit", "aid",
)  # fmt: skip
"""Amounts that most people do not have: 0 is one of them, however far from the others."""
TIMES = ("since", "until", "per", "number", "in", "elapsed", "duration", "last")
"""Words that make a day the time between two others."""
DIFFERENCES = ("diff", "difference", "delta", "change", "discount", "disc", "gap", "deviation", "error")
"""Quantities of which 0 says that two things are the same."""


def zero_spike(
    ctx: TableContext, column: ColumnProfile, values: Values, counts: Counts, *, usual: bool = False
) -> Spike | None:
    """Return 0 as a code, where the column holds no negatives and 0 is cut off from the rest.

    ``usual``: 0 is such a code in columns like this one; then it may be rare, and more frequent too.
    """
    place = int(np.searchsorted(values, 0.0))
    if place >= len(values) or values[place] != 0 or named(column.name, *DIFFERENCES):
        return None
    rows, rest, weights = int(counts[place]), np.delete(values, place), np.delete(counts, place)
    found = None
    if rows >= 2 and len(rest) >= 10:
        found = _cut_off(column, rest, weights, rows, usual)
    elif rows >= 3 and len(rest) >= 3 and rest[0] >= 10 * (rest[-1] - rest[0]):
        found = Spike(0.0, rows, CUT_OFF, False)
    if found is not None and not found.sure and named(column.name, *NONE):
        return None
    surely = found is None or found.sure or named(column.name, *CODES, *MEASURED)
    return found if surely or not zeros_of_none(ctx, column.name) else None


def _cut_off(column: ColumnProfile, rest: Values, weights: Counts, rows: int, usual: bool) -> Spike | None:
    """Return 0, in ``rows`` rows, where the others (each ``weights`` times) are several of their spacings away."""
    sized = _measured(column.name)
    never = sized or named(column.name, *NEVER_ZERO) or _rated(column.name) or _grown_up(column.name, rest)
    if rest[0] > 0:
        lowest = rest[: min(11, len(rest))]
        gap, spacing = float(rest[0]), float(np.median(np.diff(lowest)))
        neighbours = float(weights[:10].mean())
    else:
        gap = float(np.abs(rest).min())
        spacing = spread(rest, weights) if rest[-1] < 0 or rest[0] < 0 else 0.0
        if gap < 3 * spacing:
            return None
        neighbours = 0.0
    first, quartile, median, third = _quantiles(rest, weights)
    level = abs(quartile) > 0.5 * abs(median)
    fraction = rows / column.present
    beneath = rest < 0.25 * median
    thin = (
        bool(rest[0] > 0)
        and 0.25 * median >= 3 * spacing
        and weights[beneath].sum() <= 0.01 * weights.sum()
        and rows >= 10 * weights[beneath].max(initial=1)
    )
    clear = gap >= 2.9 * spacing and (never or gap >= 0.1 * abs(median))
    far = thin or (clear and (rows > neighbours or never or usual))
    tight = bool(first >= 0.25 * median > 0 and third - quartile <= 0.45 * median)
    most = TIGHT if tight or usual else FREQUENT
    some = level and (fraction >= LEAST or usual) and fraction <= most and rows >= 3
    if not ((far and (some or (never and level))) or _lone_repeat(column, rest, weights, rows)):
        return _of_money(column, rest, weights, rows)
    if never and fraction > 0.5 and named(column.name, "year", "yr"):
        return Spike(0.0, rows, "0 is no year, and may say that it never came to it", False)
    nameless = not never and fraction > 0.1 and generated(column.name)
    sure = never and not sized and not named(column.name, *CODES)
    why = CUT_OFF if clear or not thin else PILED
    coarse = not (rows > neighbours or never or usual or _lone_repeat(column, rest, weights, rows))
    return Spike(0.0, rows, f"{why}, and cannot be measured" if sure else why, sure, nameless or coarse)


def _of_money(column: ColumnProfile, rest: Values, weights: Counts, rows: int) -> Spike | None:
    """Return 0 among amounts of money of very different size, of which none is near it."""
    first, _, median, _ = _quantiles(rest, weights)
    if named(column.name, *TAKEN) and not named(column.name, *NO_TAKINGS) and len(rest) >= 50 and median >= 1000:
        few = 2 * weights.max() <= rows <= 0.02 * column.present
        return Spike(0.0, rows, "0 is no such amount where there was one", False, doubt=True) if few else None
    often = LEAST <= rows / column.present <= TIGHT and rows >= 5 * weights.max()
    if not often or not named(column.name, *MONEY) or named(column.name, *NONE) or len(rest) < 50:
        return None
    apart = rest[0] >= max(median / 100, 5 * float(np.median(np.diff(rest[:11])))) and first >= median / 50
    return Spike(0.0, rows, CUT_OFF, False, doubt=True) if apart else None


def _quantiles(rest: Values, weights: Counts) -> list[float]:
    """Return the 1st, 25th, 50th and 75th percentiles of sorted values, each as often as it occurs."""
    share = np.cumsum(weights) / weights.sum()
    found: list[float] = rest[np.searchsorted(share, [0.01, 0.25, 0.5, 0.75])].tolist()
    return found


def _measured(name: str) -> bool:
    """Whether a column holds by its name what is hardly ever 0: a magnitude, the area of a home."""
    return named(name, *MEASURED) or (named(name, *HOME) and not named(name, *NO_HOME))


def _grown_up(name: str, rest: Values) -> bool:
    """Whether a column holds ages of which none is a child's."""
    return named(name, "age", "ages", "alter") and bool(rest[0] >= 10 and rest[-1] <= 120)


def _rated(name: str) -> bool:
    """Whether a column holds ratings by its name, of which 0 mostly says that there is none."""
    return named(name, "rating", "ratings", "stars") and not named(name, "count", "counts", "number", "num", "n")


ASKED = ("rating", "ratings", "stars", "satisfaction", "satisfied", "likert", "agreement", "happiness",
         "importance", "difficulty", "motivation", "stress", "involvement", "wellbeing", "zufriedenheit",
         "bewertung")  # fmt: skip
"""Words for what persons answer on a scale."""


def asked(name: str) -> bool:
    """Whether a column holds answers on a scale by its name."""
    return named(name, *ASKED) and not named(name, "count", "counts", "number", "num", "n", "total")


def scale_of(column: ColumnProfile) -> tuple[Values, Counts] | None:
    """Return the values 0, 1, 2 ... of a column of whole numbers that are 10 at most, with their counts."""
    if not column.whole or not 4 <= column.distinct <= min(11, len(column.low)) or column.low[0][0] != 0:
        return None
    values = np.array([float(v) for v, _ in column.low])
    counts = np.array([n for _, n in column.low])
    return (values, counts) if values[-1] == len(values) - 1 else None


def before_a_scale(column: ColumnProfile, values: Values, counts: Counts) -> Spike | None:
    """Return 0 where it stands before the codes 1, 2, 3 ... of a scale, the months, or the days of a month."""
    whole = column.whole and values[0] == 0 and len(values) >= 4 and values[-1] == len(values) - 1
    if not whole or counts[0] < (1 if column.present >= 1000 else 2):
        return None
    if _rated(column.name) and values[-1] in (5, 10) and counts[0] >= 5 * counts[1]:
        return Spike(0.0, int(counts[0]), f"ratings are 1 to {number(float(values[-1]))}", True)
    months = values[-1] == 12 and named(column.name, "month", "mnth")
    if months and counts[1:].min() > 0.3 * np.median(counts[1:]):
        return Spike(0.0, int(counts[0]), "the months are 1 to 12", True)
    days = values[-1] == 31 and named(column.name, "day") and not named(column.name, *TIMES)
    if days and counts[0] <= 0.02 * column.present and counts[1:].min() > 0.3 * np.median(counts[1:]):
        return Spike(0.0, int(counts[0]), "the days of a month are 1 to 31", True)
    few = counts[0] <= min(LEAST * column.present, counts[1] / 20) and counts[0] <= counts[1:].min()
    rare = few or (column.present >= 1000 and counts[0] <= min(2 * LEAST * column.present, counts[1:].min() / 5))
    if rare and values[-1] <= 7:
        return Spike(0.0, int(counts[0]), f"it stands before a scale of 1 to {number(float(values[-1]))}", False)
    return None


def _lone_repeat(column: ColumnProfile, rest: Values, weights: Counts, rows: int) -> bool:
    """Whether 0 is the only value that repeats in a column of fine-grained measurements that end well above it."""
    fine = not column.whole and len(rest) >= max(200, 0.4 * weights.sum())
    if not fine or rest[0] <= 0 or not LEAST <= rows / column.present <= FREQUENT or rows < 10 * weights.max():
        return False
    _, quartile, median, _ = _quantiles(rest, weights)
    spacing = float(np.median(np.diff(rest[:21])))
    return bool(quartile > 0.3 * median and rest[0] >= 0.03 * median and rest[0] >= 20 * spacing)


def zeros_of_none(ctx: TableContext, column: str) -> bool:
    """Whether 0 says that there is no such thing (an area of no garage), as another column shows.

    In the same rows (9 in 10 of either, or all of these and 1.6 times as many at most) another number is 0 that has
    small values beside its 0, or is what somebody earns; or a column whose name begins with the same word or shares
    one is missing or holds one and the same value; or a flag says so in each row (free or paid).
    """
    zero = (ctx.frame[column] == 0).fill_null(False)
    rows = int(zero.sum())
    for other in ctx.profile.columns.values():
        if other.name == column or not rows:
            continue
        none = _begins_at_zero(other) or named(other.name, *EARNED)
        if other.numeric and 0.9 * rows <= other.zeros <= MORE * rows and none:
            both = (ctx.frame[other.name] == 0).fill_null(False)
            if _same_rows(zero, both) or int((zero & both).sum()) == rows >= 3:
                return True
        elif other.type == "text" and _kin(column, other.name) and _alike(ctx.frame[other.name], zero):
            return True
    return told_by_a_flag(ctx, column)


def told_by_a_flag(ctx: TableContext, column: str) -> bool:
    """Whether a column of two values, which is no target, has one of them in just the rows where another is 0."""
    zero = (ctx.frame[column] == 0).fill_null(False)
    rows, targets = int(zero.sum()), ctx.targets
    for other in ctx.profile.columns.values():
        if other.distinct != 2 or other.name in {column, *targets} or rows < 3 or other.missing:
            continue
        if not any(n == rows for _, n in (*other.top, *other.low)) and ctx.rows == ctx.profile.rows:
            continue
        series = ctx.frame[other.name]
        if bool(((series == series[int(zero.arg_max() or 0)]) == zero).all()):
            return True
    return False


def zeros_of_a_level(ctx: TableContext, column: str) -> bool:
    """Whether one level of a text, which is no word for missing, has nothing but 0 and all of the zeros: electric
    cars have no cylinders."""
    zero = (ctx.frame[column] == 0).fill_null(False)
    rows, there = int(zero.sum()), ctx.frame[column].is_not_null()
    for other in ctx.profile.columns.values():
        if other.type != "text" or not 3 <= other.distinct <= LEVELS or other.name in ctx.targets or rows < 3:
            continue
        series = ctx.frame[other.name]
        level = series[int(zero.arg_max() or 0)]
        if level is None or is_placeholder(level):
            continue
        same = (series == level).fill_null(False)
        if int((same & zero).sum()) == rows and rows >= SAME * int((same & there).sum()):
            return True
    return False


def said_no(ctx: TableContext, column: ColumnProfile, rows: Sequence[int]) -> bool:
    """Whether a column of two values, no and another or named for the same, has one in nearly all of the rows and
    much less often in all: of what is not there, zeros are the code."""
    for other in ctx.profile.columns.values():
        kin = _kin(column.name, other.name)
        if other.name == column.name or other.distinct != 2 or not (kin or other.type in {"text", "boolean"}):
            continue
        values = ctx.frame[other.name].cast(pl.String).str.strip_chars().str.to_lowercase()
        inside = values.gather([r - 1 for r in rows])
        usual = inside.mode().first()
        if kin or usual in NO:
            share = float((inside == usual).fill_null(False).mean())  # type: ignore[arg-type]
            overall = float((values == usual).fill_null(False).mean())  # type: ignore[arg-type]
            if share >= SAID_NO and overall <= share / 2:
                return True
    return False


def _begins_at_zero(column: ColumnProfile) -> bool:
    """Whether 0 is the first of a column's values like any other."""
    if column.negatives or len(column.low) < 3 or column.low[0][0] != 0:
        return False
    if column.whole:
        return bool(column.low[1][0] == 1 and column.low[2][0] == 2)
    sixth = float(column.low[min(5, len(column.low) - 1)][0])
    return bool(column.quantiles) and sixth < 0.1 * column.quantiles[0.5]


def _kin(first: str, second: str) -> bool:
    """Whether two names share a word of three letters or more."""
    return any(len(w) > 2 for w in set(tokens(first)) & set(tokens(second)))


def _alike(series: pl.Series, zero: pl.Series) -> bool:
    """Whether a column is empty, or one value, in just the rows of ``zero``."""
    value = series.filter(zero).value_counts(sort=True)[series.name][0]
    return _same_rows(zero, series.is_null() if value is None else (series == value).fill_null(False))


def _same_rows(first: pl.Series, second: pl.Series) -> bool:
    """Whether two conditions hold in the same rows: in nine of ten of either, and of those where neither does."""
    neither = int((~(first | second)).sum())
    both = int((first & second).sum())
    holds, fails = max(int(first.sum()), int(second.sum())), max(int((~first).sum()), int((~second).sum()))
    return both >= SAME * holds and neither >= SAME * fails
