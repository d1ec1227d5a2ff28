"""Conditions of a rule as people say them: round thresholds, dates as dates, several of one column as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Test", "round_threshold", "words"]

Array = np.ndarray[Any, Any]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PARTS = {"weekday": _WEEKDAYS, "month": _MONTHS}


@dataclass(frozen=True, slots=True)
class Test:
    """One test on the way to a leaf: a column, what of it, the threshold, the side, and where missing values go.

    ``gaps`` is None where the column has no missing values.
    """

    column: str
    part: str
    threshold: float
    below: bool
    gaps: bool | None = None


def round_threshold(values: Array, threshold: float) -> float:
    """Return the number with the fewest digits that divides ``values`` as ``threshold`` does.

    Parameters
    ----------
    values : array
        The column in the training rows (single precision, as trees hold it).
    threshold : float
        At or below it is the one side.
    """
    finite = values[np.isfinite(values)].astype(np.float32)
    below, above = finite[finite <= threshold], finite[finite > threshold]
    if not len(below) or not len(above):
        return threshold
    low, high = float(below.max()), float(above.min())
    middle = (low + high) / 2
    size = math.floor(math.log10(max(abs(low), abs(high), 1e-300)))
    for digits in range(9):
        step = 10.0 ** (size - digits)
        for units in (round(middle / step), math.ceil(low / step - 1e-6)):
            shown = float(f"{units * step:.{digits + 1}g}") if units else 0.0
            # A column of decimals holds 0.1 as the nearest single: the same number is compared with.
            held = float(np.float32(shown))
            if low <= held < high:
                return held
    return threshold


def _shown(value: float) -> str:
    return np.format_float_positional(np.float32(value), trim="-") if abs(value) < 1e15 else f"{value:.6g}"


def _day(value: float) -> str:
    return str(np.datetime64(int(value // 1), "D"))


def _range(low: float | None, high: float | None, column: str, part: str) -> str:
    if part in _PARTS:
        names = _PARTS[part]
        first = 1 if low is None else int(low) + 1
        last = len(names) if high is None else int(high)
        span = names[first - 1] if first == last else f"{names[first - 1]} to {names[last - 1]}"
        return f"{part} of {column} is {span}"
    name = f"{part} of {column}" if part and part != "days" else column
    if part == "days":
        # A moment is at most a threshold of whole days and a part: the first day that lies after is said.
        after = None if low is None else _day(low + 1)
        before = None if high is None else _day(high + 1)
        if after and before:
            return f"{name} from {after} and before {before}"
        return f"{name} from {after}" if after else f"{name} before {before}"
    if low is not None and high is not None:
        return f"{name} over {_shown(low)} up to {_shown(high)}"
    return f"{name} at most {_shown(high)}" if high is not None else f"{name} over {_shown(low or 0.0)}"


def _levels(column: str, tests: Sequence[Test]) -> str:
    are = [t.part[2:] for t in tests if not t.below]
    if are:
        return f"{column} is '{are[0]}'"
    quoted = [f"'{t.part[2:]}'" for t in tests]
    if len(quoted) == 1:
        return f"{column} is not {quoted[0]}"
    return f"{column} is neither {', '.join(quoted[:-1])} nor {quoted[-1]}"


def words(tests: Sequence[Test]) -> str:
    """Return the tests on the way to a leaf as one sentence part; empty for none."""
    found: list[str] = []
    for column, level in dict.fromkeys((t.column, t.part.startswith("= ")) for t in tests):
        mine = [t for t in tests if t.column == column and t.part.startswith("= ") == level]
        if level:
            found.append(_levels(column, mine))
            continue
        for part in dict.fromkeys(t.part for t in mine):
            own = [t for t in mine if t.part == part]
            low = max((t.threshold for t in own if not t.below), default=None)
            high = min((t.threshold for t in own if t.below), default=None)
            gaps = all(t.gaps is not None and t.gaps == t.below for t in own)
            found.append(_range(low, high, column, part) + (" or missing" if gaps else ""))
    return " and ".join(found)
