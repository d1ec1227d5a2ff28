"""The ranges of numbers and dates, from the robust core of a column and what the audit said of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..audit.numbers.spikes import is_code
from ..audit.vocabulary.names import named
from .canonical import FIRST, LAST
from .flagged import Flagged, moments, numbers
from .model import Expectation, expect
from .robust import Core, Floats, core_range, mostly, nice_bound

if TYPE_CHECKING:
    from ..audit.profiling.profile import ColumnProfile

__all__ = ["ENOUGH", "of_moments", "of_numbers"]

ENOUGH = 20
MIDDLE = 50
"""From so many values on, the middle of a column is demanded too."""
EVERYWHERE = 0.6
"""What share of the first and of the last fifth of the rows must lie in the middle of the column."""
REACH, TAIL = 2, 20
"""What lies further out than so many times the range is no true value that is only far; where the tail is long."""
FAR = 0.02
"""Up to this share of values that the audit calls far from all others may be true."""
OTHERS = 0.1
"""From this share on, what is outside is no exception: the set holds it."""
OUTSIDE = 0.06
"""So it is with a range, which no finding contradicts."""
RARE = 0.01
"""What is surely wrong is not in the range, but may go on in less than this share of the rows."""
MOST = 0.25
"""Where more than this share of a column is said to be wrong, there is no range to go by."""
_NO_RANGE = frozenset({"identifier", "postcode", "phone", "card", "national_id", "iban"})
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class _Column:
    """The numbers of a column in the order of its rows, and which of them findings name."""

    values: Floats
    wrong: list[float]
    far: list[float]
    gaps: list[float]

    @property
    def rows(self) -> int:
        return len(self.values)

    def having(self, named: list[float]) -> int:
        """Return how many values are among the named ones."""
        return int(np.isin(self.values, named).sum()) if named else 0


def of_numbers(column: ColumnProfile, values: pl.Series, marks: Flagged) -> Iterator[Expectation]:
    """Yield what the numbers of a column should be: one of few codes, or in a range and mostly in its middle."""
    filled = values.drop_nulls()
    if filled.len() < ENOUGH:
        return
    sorts = (numbers(texts) for texts in (marks.wrong, marks.far, marks.gaps))
    known = _Column(filled.cast(pl.Float64).to_numpy(), *sorts)
    if known.having(known.wrong) > MOST * known.rows:
        return
    core = core_range(known.values, numbers(marks.texts), numbers(marks.extremes))
    if core is None:
        return
    if column.semantic in _NO_RANGE or _coded(column):
        yield from _length(column.name, known, core)
        return
    codes = _codes(column, known, core)
    if codes:
        more = mostly(known.having(sorted(set(known.gaps) - set(codes))), known.rows)
        yield expect("column_values_to_be_in_set", column=column.name, value_set=[int(c) for c in codes], **more)
        return
    yield _range(column.name, known, core)
    if column.distinct >= 10:
        yield from _middle(column.name, known, core)


def _coded(column: ColumnProfile) -> bool:
    """Whether whole numbers are codes, by their name or as each stands once: a new one may be of any size."""
    by_name = named(column.name, "id", "key", "number", "nr", "no", "nbr", "code")
    return column.type == "integer" and (by_name or column.unique)


def _length(name: str, known: _Column, core: Core) -> Iterator[Expectation]:
    """Codes without a sign stay so, and grow by a digit at most."""
    if core.low >= 0:
        longest = 10.0 ** (math.floor(math.log10(max(core.high, 1.0))) + 2)
        more = mostly(len(_not_wrong(known, 0.0, longest)), known.rows)
        yield expect("column_values_to_be_between", column=name, min_value=0.0, max_value=longest, **more)


def _codes(column: ColumnProfile, known: _Column, core: Core) -> list[float]:
    """Return the values of a column of two or three whole numbers (flags, grades), each of them repeated."""
    if column.type != "integer" or column.distinct > 12:
        return []
    low, high = _widen(core, known.rows)
    inside = known.values[(known.values >= low) & (known.values <= high)]
    kept = np.concatenate([inside, _plausible(known, core, low, high)])
    kept = kept[~np.isin(kept, known.wrong + known.gaps)]
    codes, times = np.unique(kept, return_counts=True)
    return [float(c) for c in codes] if 1 < len(codes) <= 3 and times.min() >= 5 else []


def _range(name: str, known: _Column, core: Core) -> Expectation:
    """The core with room. Values outside that may well be true are allowed as often as now, with room for chance;
    where they are many, the range holds them."""
    low, high = _widen(core, known.rows)
    if not core.excluded:
        return expect(
            "column_values_to_be_between", column=name, min_value=low, max_value=high, **mostly(0, known.rows)
        )
    others = _not_wrong(known, low, high)
    if len(others) >= OUTSIDE * known.rows:
        core = replace(core, low=min(core.low, float(others.min())), high=max(core.high, float(others.max())))
        low, high = _widen(core, known.rows)
    true, wrong = len(_plausible(known, core, low, high)), known.having(known.wrong)
    chance = mostly(true + (wrong if wrong < RARE * known.rows else 0), known.rows)
    return expect("column_values_to_be_between", column=name, min_value=low, max_value=high, **chance)


def _not_wrong(known: _Column, low: float, high: float) -> Floats:
    """Return the values outside of the range that neither a finding nor their form says are wrong."""
    outside = known.values[(known.values < low) | (known.values > high)]
    values = np.unique(outside).tolist()
    wrong = [v for v in values if v in known.wrong or (is_code(v) and v not in known.far)]
    return outside[~np.isin(outside, wrong)] if wrong else outside


def _plausible(known: _Column, core: Core, low: float, high: float) -> Floats:
    """Return the values outside of the range that may well be true: they are not too far, or few."""
    others = _not_wrong(known, low, high)
    if core.constant or not len(others):
        return others
    reach = (TAIL if core.long_tail else REACH) * (high - low)
    near = ((others >= low - reach) & (others <= high + reach)) | np.isin(others, known.gaps)
    far = np.isin(others, known.far)
    return others[near | far] if far.sum() <= FAR * known.rows else others[near]


def _widen(core: Core, rows: int) -> tuple[float, float]:
    """Return the range with room on both sides, more of it if the tail is long or the rows are few."""
    span = core.high - core.low or max(abs(core.high), 1.0)
    slack = span * (1.0 if core.long_tail else max(0.5, min(1.5, 8 / math.sqrt(rows))))
    low, high = core.low - slack, core.high + slack
    if core.low >= 0:
        low = 0.0 if core.low < 0.5 * span else max(0.0, low)
    if core.high <= 0:
        high = min(0.0, high)
    if core.low >= 0 and core.high <= 1 and core.high > 0.5:
        high = 1.0
    return nice_bound(low, up=False), nice_bound(high, up=True)


def _middle(name: str, known: _Column, core: Core) -> Iterator[Expectation]:
    """Half of the next values at least lie where 80% of these do: else the column is another one, or another unit.

    Not of a column that rises or falls with the rows: the next drop may go on where this one ends.
    """
    if core.kept < (1 - OTHERS) * known.rows or core.kept < MIDDLE or core.tenth == core.ninetieth:
        return
    low, high = nice_bound(core.tenth, up=False), nice_bound(core.ninetieth, up=True)
    inside = (known.values >= low) & (known.values <= high)
    part = known.rows // 5
    if min(inside[:part].mean(), inside[-part:].mean()) < EVERYWHERE:
        return
    yield expect("column_values_to_be_between", "warning", column=name, min_value=low, max_value=high, mostly=0.5)


def of_moments(name: str, values: pl.Series, marks: Flagged) -> Iterator[Expectation]:
    """Yield the span of a column of dates: it may begin half as long again before, and last as long again."""
    filled = values.drop_nulls()
    if filled.len() < ENOUGH:
        return
    days = filled.dt.epoch("us").to_numpy() / (DAY / timedelta(microseconds=1))
    wrong = [(m - EPOCH) / DAY for m in moments(marks.texts)]
    extreme = wrong if marks.kinds & {"impossible_value", "outlier", "bad_date"} else []
    core = core_range(days, wrong, extreme)
    if core is None:
        return
    slack = max(core.high - core.low, 366.0)
    first, last = math.floor(core.low - slack / 2), math.ceil(core.high + slack)
    low, high = EPOCH + first * DAY, EPOCH + last * DAY
    if low > FIRST and high < LAST:
        reach = REACH * (last - first)
        near = (days >= first - reach) & (days <= last + reach)
        outside = days[near & ((days < first) | (days > last))]
        strange = int(np.isin(days, wrong).sum()) if wrong else 0
        true = int((~np.isin(outside, wrong)).sum())
        chance = mostly(true + (strange if strange < RARE * filled.len() else 0), filled.len())
        yield expect(
            "column_values_to_be_between",
            column=name,
            min_value=low.isoformat(),
            max_value=high.isoformat(),
            **chance,
        )
