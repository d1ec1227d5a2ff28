"""Columns that come after the outcome: filled because of it, stamped after it, named for what follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ...artifacts import Severity
from ..targets import Target, as_floats, without_missing_words
from ..vocabulary.hindsight import (
    event_name,
    follow_up_time,
    hindsight_words,
    names_target,
    same_statistics,
    tokens,
    until_target,
)
from .problem import LEAST_ROWS, Leak, Problem

__all__ = ["akin", "ended_with", "filled", "followed", "later", "statistics"]

ONE_TO_ONE = 0.9
"""Share of an outcome from which zeros part it from the rest nearly one to one."""
MOST_OF_OUTCOME, PURE, FEWEST_FILLED = 0.75, 0.98, 50
"""What amounts that are mostly other than 0 for one outcome must have: its share of that, purity, rows."""
FEW_OF_CLASS, BY_CHANCE = 10, 1e-6
"""Filled cells that are all of one class from which a few tell, and the chance at most that as many would be."""
USUAL_NUMBER, FEWEST_WITHOUT = 0.1, 50
"""Share of the rows from which a number is usual, and filled cells from which it tells that none is beside it."""
FEW_FILLED, SAME_ROWS = 0.05, 0.9
"""Share of the rows, or of an outcome, that is little, and of rows in which columns told together must agree."""
MOST_OF_STRETCH = 0.8
"""Share of a stretch of time that must be empty for gaps to lie in one."""
MOST_EVENTS, TELLS, MANY_TIMES = 5, 0.1, 20
"""Most values of an event that people are followed up to, and power or different values that the time has."""
HOURS, BACK = 24, 0.2
"""The most that hours of the day may be, and share of the rows in which a time is below that of the row before."""
TOLD_WITH = frozenset("date time at by day month year reason code type id name note notes comment comments".split())
"""Last words of columns that say more of what the column without them says."""
TIMED = frozenset({"follow_up", "known_after", "after_outcome"})
LASTING = re.compile(r"(?:time|days|weeks|months|years|surv|survival|follow ?up)$")
SAME_END = 0.2
"""Forms of leaks and names of times of follow-up; and share of the rows in which another time is the same."""
ALIKE = 0.85
"""Correlation from which statistics of the same values tell one another."""
USUAL = 0.9
"""Share of an outcome from which it is the usual one."""
FEW_ZEROS = 0.01
"""Cells that are 0, for each that is empty, up to which what is told is where a column is filled."""
FEWEST = 20
"""Rows of a side from which its share of a class is judged."""


def filled(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Filled, left out or 0 only for one outcome. Columns with nearly the same gaps are told together.

    0 counts as a gap in amounts known only afterwards, by their name. In others it does where it parts two
    outcomes nearly one to one: predictors may honestly rule one out. It is minor where amounts below 0 occur, or
    where only three in four rows of the outcome are other than 0; where few rows tell and the outcome has many
    others, or fewer than twenty do; where the gaps lie in one stretch of time; and where a number of many values
    is but never its commonest or least one. Only rows whose outcome is known are counted.
    """
    target = problem.target
    masks: dict[tuple[bool, bool, bytes], tuple[npt.NDArray[np.bool_], list[str]]] = {}
    for column in problem.names:
        if column in taken:
            continue
        series = without_missing_words(problem.frame[column])
        present = problem.filled(column, series)
        named = hindsight_words(column) is not None
        often = series.dtype.is_numeric() and int((series == 0).sum()) > FEW_ZEROS * series.null_count()
        zeros = often and (named or _amount(series, target))
        if zeros:
            present = present & ~(series == 0).fill_null(False).to_numpy()
        gaps = int((~present).sum())
        if 0.002 * len(present) < gaps < 0.998 * len(present):
            key = zeros, named, np.packbits(present).tobytes()
            masks.setdefault(key, (present, []))[1].append(column)
    found: list[tuple[Leak, npt.NDArray[np.bool_]]] = []
    for (zeros, named, _), (present, columns) in masks.items():
        told = _tell_class(target, present) if target.classes else _tell_number(target, present)
        if told is None and not zeros:
            told = _never(target, present)
        if told is None:
            continue
        one_to_one = named or not zeros
        if not one_to_one and told["share_of_outcome"] >= ONE_TO_ONE:
            one_to_one = all(float(problem.frame[c].min() or 0) >= 0 for c in columns)  # type: ignore[arg-type]
        if one_to_one or _mostly(told, int(present.sum())):
            told |= {"zeros": zeros, "stretch": _in_one_stretch(problem, present, told)}
            side = (present if told["side"] == "present" else ~present) & target.known
            leak = _filled_after(told, tuple(columns), side, int(target.known.sum()), one_to_one, named)
            alike = next((i for i, (other, rows) in enumerate(found) if _same_gaps(other, leak, rows, side)), None)
            if alike is None:
                found.append((leak, side))
            else:
                first, rows = found[alike]
                found[alike] = replace(first, columns=(*first.columns, *leak.columns)), rows
    yield from (leak for leak, _ in found)


def _filled_after(
    told: dict[str, Any],
    columns: tuple[str, ...],
    side: npt.NDArray[np.bool_],
    known: int,
    one_to_one: bool,
    named: bool,
) -> Leak:
    """Return what is to be told; it is minor where few rows are of the telling side and the outcome has others."""
    certain = bool(told.pop("certain")) and one_to_one
    power, rows = float(told.pop("power")), int(side.sum())
    covered = told.get("share_of_outcome", 1.0)
    scattered = covered < FEW_FILLED or (not named and rows < FEW_FILLED * known and covered < ONE_TO_ONE)
    few = told.pop("few", False)
    weak = scattered or told["stretch"] or few or "never" in told
    severity: Severity = "major" if one_to_one and not weak else "minor"
    sure = 0.95 if severity == "major" else 0.7
    return Leak("filled_after", columns, severity, certain and severity == "major", sure, power, rows, told)


def _same_gaps(first: Leak, second: Leak, mine: npt.NDArray[np.bool_], theirs: npt.NDArray[np.bool_]) -> bool:
    """Whether two columns tell the same by nearly the same rows: they are told together."""
    keys = ("side", "outcome", "never", "zeros", "stretch")
    if first.severity != second.severity or any(first.facts.get(k) != second.facts.get(k) for k in keys):
        return False
    return bool((mine & theirs).sum() >= SAME_ROWS * (mine | theirs).sum())


def _in_one_stretch(problem: Problem, present: npt.NDArray[np.bool_], told: Mapping[str, Any]) -> bool:
    """Whether nearly all gaps lie in one stretch of time, and leave little else in it."""
    time = problem.use_case.time or problem.time
    if told["side"] != "missing" or time is None or time not in problem.frame.columns:
        return False
    places = np.flatnonzero(~present[problem.frame[time].arg_sort().to_numpy()])
    first, last = np.quantile(places, [0.01, 0.99])
    length = float(last - first + 1)
    return length <= 0.5 * len(present) and len(places) >= MOST_OF_STRETCH * length


def _amount(series: pl.Series, target: Target) -> bool:
    """Whether a column, beside two outcomes, is often 0, and else has many values."""
    zeros = int((series == 0).sum()) / max(1, len(series))
    return target.classes == 2 and 0.05 < zeros < 0.95 and series.n_unique() >= 50


def _mostly(told: Mapping[str, Any], rows: int) -> bool:
    """Whether amounts are other than 0 for one outcome only, and in three of four rows of it."""
    pure = told["side"] == "present" and rows >= FEWEST_FILLED and _lower(told["purity"] * rows, rows) >= PURE
    return bool(pure and told["share_of_outcome"] >= MOST_OF_OUTCOME)


def _lower(hits: float, rows: float, z: float = 1.96) -> float:
    """Lower end of Wilson's interval for a share."""
    if rows <= 0:
        return 0.0
    share = hits / rows
    middle = share + z * z / (2 * rows)
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return float((middle - half) / (1 + z * z / rows))


def _tell_class(target: Target, present: npt.NDArray[np.bool_]) -> dict[str, Any] | None:
    known = target.known
    total = np.bincount(target.codes[known], minlength=target.classes)
    best: dict[str, Any] | None = None
    for side, rows in (("present", present & known), ("missing", ~present & known)):
        counts = np.bincount(target.codes[rows], minlength=target.classes)
        size, label = int(counts.sum()), int(counts.argmax())
        base = total[label] / total.sum()
        few = side == "present" and size < FEWEST and _unlikely(counts[label], size, base)
        if size < FEWEST and not few:
            continue
        if base >= 0.97 and target.classes == 2:
            continue
        purity = counts[label] / size
        sure = (_lower(counts[label], size) - base) / max(1e-9, 1 - base)
        recall = counts[label] / total[label]
        # That gaps go with the usual outcome is no sign: what nobody suspects is not measured.
        tells = few or (sure >= 0.8 and (recall >= 0.9 or (purity >= 0.99 and base <= USUAL)))
        if tells and (best is None or purity > best["purity"]):
            best = {
                "side": side,
                "outcome": target.labels[label],
                "purity": round(float(purity), 4),
                "share_of_outcome": round(float(recall), 4),
                "base_rate": round(float(base), 4),
                "certain": purity >= 0.95,
                "power": round(float(sure), 4),
                "few": few,
            }
    return best


def _unlikely(hits: int, rows: int, base: float) -> bool:
    """Whether a few rows are all of one class, and would not be by chance."""
    return bool(hits == rows >= FEW_OF_CLASS and base**rows < BY_CHANCE)


def _never(target: Target, present: npt.NDArray[np.bool_]) -> dict[str, Any] | None:
    """Filled only where a number is not the commonest, or the least, that it is in a tenth of the rows or more: the
    age at the first birth, beside the number of children."""
    rows = np.isfinite(target.values)
    if not target.ordinal or target.kind == "binary" or not rows.any():
        return None
    levels, counts = np.unique(target.values[rows], return_counts=True)
    filled = target.values[rows & present]
    for place in dict.fromkeys((int(counts.argmax()), 0)):
        base = float(counts[place] / counts.sum())
        chance = (1 - base) ** len(filled)
        without = len(filled) >= FEWEST_WITHOUT and not (filled == levels[place]).any()
        if base >= USUAL_NUMBER and without and chance < BY_CHANCE and len(levels) > 2:
            never = {"never": float(levels[place]), "base_rate": round(base, 4)}
            return {"side": "present", **never, "certain": False, "power": round(base, 4)}
    return None


def _tell_number(target: Target, present: npt.NDArray[np.bool_]) -> dict[str, Any] | None:
    rows = np.isfinite(target.values)
    y, p = target.values[rows], present[rows]
    if p.sum() < 20 or (~p).sum() < 20 or y.var() == 0:
        return None
    within = (p.sum() * y[p].var() + (~p).sum() * y[~p].var()) / len(y)
    explained = 1.0 - within / y.var()
    if explained < 0.8:
        return None
    means = {"mean_if_present": float(y[p].mean()), "mean_if_missing": float(y[~p].mean())}
    return {"side": "present", **means, "certain": True, "power": round(float(explained), 4)}


def _dated(series: pl.Series) -> bool:
    return series.dtype.base_type() in (pl.Date, pl.Datetime)


def later(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Time stamps that lie after the moment the prediction is for, by name or by the target's time."""
    time = problem.use_case.time
    if time is None or time not in problem.frame.columns or not _dated(problem.frame[time]):
        return
    for column in problem.names:
        series = problem.frame[column]
        if column in taken or column == time or not _dated(series):
            continue
        both = pl.DataFrame({"a": problem.frame[time].cast(pl.Datetime("us")), "b": series.cast(pl.Datetime("us"))})
        both = both.drop_nulls()
        if both.height < LEAST_ROWS:
            continue
        after = int((both["b"] > both["a"]).sum())
        if after >= 0.9 * both.height:
            named = hindsight_words(column) is not None or names_target(column, problem.use_case.target) is not None
            power = problem.power(column)
            facts = {"time": time, "share_after": round(after / both.height, 4)}
            severity: Severity = "major" if named else "minor"
            yield Leak("later", (column,), severity, False, 0.8 if named else 0.5, power, after, facts)


def followed(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """How long it took until an event, by its name, beside whether it came: it ends with it, or with the last look.

    A mere time counts where one word names the event (a status may be of an order), and where it is no time of day
    and no number of the rows.
    """
    target = problem.target
    if not 2 <= target.classes <= MOST_EVENTS:
        return
    event = event_name(target.name)
    one = event and len(tokens(target.name)) == 1 and tokens(target.name) != ["status"]
    for column in (c for c in problem.numeric if c not in taken):
        named = follow_up_time(column, target.name) if event else until_target(column, target.name)
        if not named and not (one and tokens(column) == ["time"]):
            continue
        power, values = problem.power(column), as_floats(problem.frame[column])
        present = problem.filled(column) & target.known
        values = values[np.isfinite(values) & target.known]
        many = np.unique(values).size >= MANY_TIMES
        if present.sum() >= LEAST_ROWS and (_runs_until(values, many) if not named else many or power >= TELLS):
            yield Leak("follow_up", (column,), "minor", False, 0.7, power, int(present.sum()), {})


def _runs_until(values: npt.NDArray[np.float64], many: bool) -> bool:
    """Whether numbers may be how long something took: many, none below 0, in no order, not all times of day."""
    if not many or values.min() < 0 or values.max() <= HOURS:
        return False
    steps = np.diff(values)
    clock = values.max() < 100 * HOURS and bool(((values % 100 < 60) & (values % 1 == 0)).all())
    return bool((steps < 0).mean() >= BACK and (steps > 0).any()) and not clock


def akin(problem: Problem, found: Sequence[Leak], taken: set[str]) -> Iterator[Leak]:
    """Columns named as a further detail of one that surely leaks: the date of a status, the reason of an end."""
    sure = [leak for leak in found if leak.severity == "major" and leak.certain]
    stems = {tuple(tokens(c)): c for leak in sure for c in leak.columns}
    for column in problem.names:
        words = tokens(column)
        stem = stems.get(tuple(words[:-1])) if words and words[-1] in TOLD_WITH else None
        if stem is not None and column not in taken:
            facts = {"of": stem}
            yield Leak("akin", (column,), "minor", False, 0.5, problem.power(column), 0, facts)


def ended_with(problem: Problem, found: Sequence[Leak], taken: set[str]) -> list[Leak]:
    """Return the numbers that are never above a time of follow-up that leaks, and it in a good part of the rows:
    the time until something that may come before, or else until the last look as well."""
    told = [c for leak in found for c in leak.columns if leak.form in TIMED]
    more: list[Leak] = []
    for last in (c for c in told if c in problem.numeric and LASTING.search(" ".join(tokens(c)))):
        end = as_floats(problem.frame[last])
        for column in (c for c in problem.numeric if c not in taken):
            values = as_floats(problem.frame[column])
            rows = np.isfinite(end) & np.isfinite(values)
            same = values[rows & (values == end)]
            if rows.sum() < LEAST_ROWS or np.unique(same).size < MANY_TIMES or (values > end)[rows].any():
                continue
            share = float(len(same) / rows.sum())
            if SAME_END <= share < 1:
                facts = {"of": last, "share": round(share, 4)}
                power = problem.power(column)
                more.append(Leak("ended", (column,), "minor", False, 0.6, power, int(rows.sum()), facts))
                taken.add(column)
    return more


def statistics(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Statistics of the same values as the target, by their names, that go with it: quartiles beside a median."""
    target = problem.target
    for column in problem.numeric if target.kind == "regression" else []:
        if column in taken or not same_statistics(column, target.name):
            continue
        x = as_floats(problem.frame[column])
        rows = np.isfinite(x) & np.isfinite(target.values)
        if rows.sum() < LEAST_ROWS or np.ptp(x[rows]) == 0 or np.ptp(target.values[rows]) == 0:
            continue
        correlation = float(np.corrcoef(x[rows], target.values[rows])[0, 1])
        if correlation >= ALIKE:
            facts = {"correlation": round(correlation, 4)}
            yield Leak("statistics", (column,), "major", False, 0.7, correlation**2, int(rows.sum()), facts)
