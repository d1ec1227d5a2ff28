"""Rules of ages and of windows of time: nothing happened to somebody after the present age, nobody has worked for
longer than they live, in the last six months no more was counted than in the last twelve, and what begins and ends
takes some time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import polars as pl

from ..targets import Floats, as_floats
from ..vocabulary.names import tokens
from ..vocabulary.orders import order_by_name
from .rules import Broken

__all__ = ["age_at", "instant_rules", "lifetime_rules", "present_age", "time_spent", "window", "window_rules"]

LEAST_ROWS = 30
MOST_WRONG, CHANCE = 0.03, 5.0
"""The most of the rows that may break a rule, and how many times as many would if one side were shuffled."""
OLDEST, CHILD = 125, 8
"""Years that nobody lives, and the median age from which on numbers under "first" may be ages."""
BELOW = 0.05
MOMENTS, MOST_STAMPS = 0.005, 10
"""The most of the rows, as a share, that may take no time at all; columns of times that are looked at."""
_PRESENT = frozenset(
    "age current now present today patient client customer person employee respondent years yrs yr in".split()
)
_NEVER = frozenset(
    "death died die retirement retire life expected expectancy mean average median target group".split()
)
_HAPPENED = frozenset(
    "first onset diagnosis diagnosed marriage married menarche started start when at began".split()
)
_OTHER = frozenset(
    """year yr yrs date name id time day days month months week weeks hour hours minute minutes quartile quarter
    score grade class payment price amount response number no num count line half round place position rank floor
    digit pct percent rate since duration length last""".split()
)
"""Words that make what was first another thing than an age."""
_SPENT = frozenset("experience tenure seniority employed employment worked working service".split())
_LENGTHS = frozenset("years yrs year yr length time duration total of in at the work job service".split())
_WINDOW = re.compile(
    r"(?<![a-z0-9])(\d+)[ _.\-]?(d|days?|w|wks?|weeks?|m|mos?|mon|mths?|months?|y|yrs?|years?)"
    r"(?![a-z0-9])"
)
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4, "y": 365.25}
_NO_COUNT = frozenset(
    """mean avg average median rate ratio pct percent percentage share change delta growth return returns std
    volatility min temp temperature price since ago age forecast""".split()
)


def present_age(name: str) -> bool:
    """Whether a name is that of how old somebody is.

    >>> present_age("Age"), present_age("person_age"), present_age("Age at diagnosis"), present_age("age_group")
    (True, True, False, False)
    """
    words = tokens(name)
    return "age" in words and set(words) <= _PRESENT


def age_at(name: str) -> str | None:
    """Return whether a name is that of the age at which something happened: ``sure`` where it says so, ``first``
    where it only says that it is the first of something, else None.

    >>> age_at("Age at diagnosis"), age_at("First sexual intercourse"), age_at("first_name"), age_at("age")
    ('sure', 'first', None, None)
    """
    words = set(tokens(name))
    if words & _NEVER:
        return None
    if "age" in words:
        return "sure" if words & _HAPPENED and not words & (_OTHER - {"year", "yr", "years"}) else None
    return "first" if words & {"first", "onset"} and not words & _OTHER else None


def time_spent(name: str) -> bool:
    """Whether a name is that of the years somebody has done something.

    >>> time_spent("years_experience"), time_spent("person_emp_length"), time_spent("experience_level")
    (True, True, False)
    """
    words = [w for w in tokens(name) if w not in {"person", "customer", "employee", "total"}]
    length = words in (["emp", "length"], ["employment", "length"], ["years", "at", "company"])
    return length or (bool(set(words) & _SPENT) and set(words) <= _SPENT | _LENGTHS)


def lifetime_rules(frame: pl.DataFrame) -> Iterator[Broken]:
    """Iterate over ages at which something happened, and years spent with something, that are above the present
    age in a few rows."""
    names = [c for c, dtype in frame.schema.items() if dtype.is_numeric()]
    ages = [c for c in names if present_age(c)][:2]
    if len(ages) != 1:
        return
    age = as_floats(frame[ages[0]])
    if not np.isfinite(age).any() or np.nanmedian(age) < CHILD or np.nanmax(age) > OLDEST:
        return
    for name in names:
        kind = "spent" if time_spent(name) else age_at(name)
        if kind is not None and name != ages[0]:
            values = as_floats(frame[name])
            there = values[np.isfinite(values)]
            of_age = kind != "first" or (len(there) and np.median(there) >= CHILD and there.max() <= OLDEST)
            if of_age:
                rule = f"'{name}' is never above '{ages[0]}'"
                yield from _broken(rule, (name, ages[0]), values, age, sure=kind != "first")


def window(name: str) -> tuple[str, float] | None:
    """Return what is counted in a window of time, and its length in days.

    >>> window("inq_last_6mths"), window("inq_last_12m"), window("surv2m")
    (('inq last', 180), ('inq last', 365), None)
    """
    found = list(_WINDOW.finditer(name.casefold()))
    if len(found) != 1 or set(tokens(name)) & _NO_COUNT:
        return None
    match = found[0]
    days = float(match[1]) * _DAYS[match[2][0]]
    rest = re.sub(r"[\W_]+", " ", name.casefold()[: match.start()] + " " + name.casefold()[match.end() :]).strip()
    return (rest, round(days / 5) * 5 if days > 60 else round(days)) if rest and days else None


def window_rules(frame: pl.DataFrame) -> Iterator[Broken]:
    """Iterate over counts in a window of time that a few rows have above the same count in a longer one."""
    found: dict[str, list[tuple[float, str]]] = {}
    for name, dtype in frame.schema.items():
        told = window(name) if dtype.is_numeric() and any(c.isdigit() for c in name) else None
        if told is not None:
            found.setdefault(told[0], []).append((told[1], name))
    for group in found.values():
        for (shorter, short), (longer, long) in combinations(sorted(group)[:6], 2):
            low, high = as_floats(frame[short]), as_floats(frame[long])
            if shorter < longer and _counts(low) and _counts(high):
                yield from _broken(f"'{short}' is never above '{long}'", (short, long), low, high, sure=False)


def instant_rules(frame: pl.DataFrame, stamps: Sequence[str]) -> Iterator[Broken]:
    """Iterate over pairs of times, in order by their names, that are one moment in a few rows: a trip that ends
    when it begins. Columns of days are left alone, as much begins and ends on one day."""
    fine = [c for c in stamps if frame[c].dtype == pl.Datetime and bool((frame[c].dt.time().n_unique() or 0) > 1)]
    for first, second in combinations(fine[:MOST_STAMPS], 2):
        order = order_by_name(first, second, True)
        if not order:
            continue
        low, high = (first, second) if order > 0 else (second, first)
        both = frame.select(
            there=pl.col(low).is_not_null() & pl.col(high).is_not_null(), same=pl.col(low) == pl.col(high)
        )
        wrong = (both["same"].fill_null(False) & both["there"]).to_numpy()
        count, rows = int(wrong.sum()), int(both["there"].sum())
        if rows >= LEAST_ROWS and 0 < count <= max(1.0, MOMENTS * rows):
            yield Broken(
                "instant", f"'{low}' is before '{high}'", (low, high), wrong, rows, named=True, strict=False
            )


def _counts(values: Floats) -> bool:
    there = values[np.isfinite(values)]
    return len(there) > 0 and bool((there >= 0).all() and (there == np.round(there)).all())


def _broken(rule: str, columns: tuple[str, str], low: Floats, high: Floats, *, sure: bool) -> Iterator[Broken]:
    """Yield a rule that a few rows break, and (where the names alone do not say so) chance would break far more."""
    both = np.isfinite(low) & np.isfinite(high)
    wrong = both & (low > high)
    count, rows = int(wrong.sum()), int(both.sum())
    if rows < LEAST_ROWS or not 0 < count <= max(1.0, MOST_WRONG * rows) or (low < high)[both].mean() < BELOW:
        return
    if not sure:
        mixed = np.random.default_rng(0).permutation(low[both])
        if (mixed > high[both]).sum() < CHANCE * count:
            return
    yield Broken("bound", rule, columns, wrong, rows, named=True, strict=False)
