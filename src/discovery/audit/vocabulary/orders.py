"""What the names of two columns say of their order: which is the first, the lower, or a part of the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .hindsight import tokens

__all__ = ["certain_order", "counted_among", "order_by_name"]

_PAIRS = (
    ("start", "end"), ("begin", "end"), ("from", "to"), ("open", "close"), ("opened", "closed"), ("min", "max"),
    ("minimum", "maximum"), ("low", "high"), ("lo", "hi"), ("lower", "upper"), ("birth", "death"), ("born", "died"),
    ("birth", "hire"), ("order", "ship"), ("order", "delivery"), ("order", "delivered"),
    ("ordered", "delivered"), ("purchase", "delivered"), ("purchase", "approved"), ("pickup", "dropoff"),
    ("ship", "delivery"), ("created", "updated"), ("created", "closed"), ("created", "resolved"),
    ("created", "modified"), ("admission", "discharge"), ("admit", "discharge"), ("checkin", "checkout"),
    ("arrival", "departure"), ("hire", "termination"), ("issued", "due"), ("issue", "due"), ("first", "last"),
    ("departure", "arrival"), ("valid", "expires"), ("bind", "incident"), ("bind", "loss"), ("bind", "claim"),
    ("inception", "incident"), ("inception", "loss"), ("inception", "claim"), ("incident", "reported"),
    ("loss", "reported"), ("delivered", "recorded"), ("response", "resolution"), ("response", "resolved"),
    ("sent", "received"), ("hire", "review"), ("registered", "login"), ("signup", "login"),
    ("built", "sold"), ("built", "remod"), ("built", "remodeled"), ("built", "remodelled"), ("built", "renovated"),
    ("remod", "sold"), ("remodeled", "sold"), ("remodelled", "sold"), ("renovated", "sold"),
    ("diastolic", "systolic"), ("dia", "sys"), ("dbp", "sbp"),
)  # fmt: skip

_DATED = {"bind", "inception", "incident", "loss", "delivered", "sent", "hire", "registered", "signup", "built"}
_DATED |= {"remod", "remodeled", "remodelled", "renovated"}
"""First words of pairs that say an order of days, and nothing of amounts."""
_PRESSURES = {("diastolic", "systolic"), ("dia", "sys"), ("dbp", "sbp")}
_ENDS = {("min", "max"), ("minimum", "maximum"), ("low", "high"), ("lo", "hi"), ("lower", "upper"), ("from", "to")}
_ENDS |= _PRESSURES
_CERTAIN = _PRESSURES | {("min", "max"), ("minimum", "maximum")}
_CERTAIN_DATES = {
    ("start", "end"), ("begin", "end"), ("birth", "death"), ("born", "died"), ("admission", "discharge"),
    ("admit", "discharge"), ("built", "remod"), ("built", "remodeled"), ("built", "remodelled"),
    ("built", "renovated"),
}  # fmt: skip
"""What is in order by its meaning, however many rows say otherwise."""

_PARTS_OF = (
    ("deaths", "confirmed"), ("deaths", "cases"), ("recovered", "confirmed"), ("recovered", "cases"),
    ("used", "total"), ("used", "capacity"), ("occupied", "total"), ("occupied", "capacity"),
    ("households", "population"), ("families", "population"),
)  # fmt: skip
"""What is counted among the other, where all other words of the names agree."""
_STEPS_OF = (
    ("enrolled", "accepted"), ("enrolled", "admitted"), ("enroll", "accept"), ("accepted", "applied"),
    ("admitted", "applied"), ("accept", "apps"), ("hired", "applied"), ("hired", "interviewed"),
)  # fmt: skip
"""Who took one step of a way is counted among those who took the one before, whatever else the names say."""
_BOUNDED = (
    (("land value",), ("price", "sale price", "house price", "home price", "market value", "property value")),
    (
        ("selling price", "sale price", "sales price", "discounted price", "discount price", "offer price"),
        ("mrp", "maximum retail price", "msrp", "retail price", "showroom price", "ex showroom price"),
    ),
    (
        ("discounted price", "discount price", "offer price", "special price"),
        ("original price", "actual price", "regular price", "full price", "list price"),
    ),
)
"""What is never above the other by these names: land and house with land, a price and the one before discount."""
_TOTALS = frozenset({"total", "totals"})
_STEPS = frozenset(
    "new daily weekly monthly increase change delta today rate ratio percent pct per intensity density".split()
)
_BACKWARD = frozenset({"since", "ago"})
"""Words of times that are counted back: what was first is the longest ago."""
_PARTICLES = re.compile(r"\bpm[ _]?(10|2[._ ]?5|1|4)(?:[._]0)?(?![\d.])", re.IGNORECASE)


def order_by_name(first: str, second: str, dates: bool = True) -> int:
    """Return 1 where the names say that ``first`` is the lower, -1 for the other way round, 0 if nothing."""
    a, b = tokens(first), tokens(second)
    if not dates and (loose := counted_among(first, second)):
        return loose
    for low, high in _PAIRS:
        if not dates and low in _DATED:
            continue
        back = not dates and (low, high) not in _ENDS and bool(_BACKWARD & set(a) & set(b))
        if low in a and high in b and not (high in a and low in b):
            return (-1 if back else 1) if _same_matter(a, b, (low, high)) else 0
        if high in a and low in b and not (low in a and high in b):
            return (1 if back else -1) if _same_matter(a, b, (low, high)) else 0
    return 0


def certain_order(low: str, high: str, dates: bool) -> bool:
    """Whether the first is the lower by what the two are, not only by how they are usually used.

    >>> certain_order("yr_built", "yr_renovated", True), certain_order("open", "close", False)
    (True, False)
    """
    a, b = tokens(low), tokens(high)
    return any(x in a and y in b for x, y in (_CERTAIN_DATES if dates else _CERTAIN))


def counted_among(first: str, second: str) -> int:
    """Return as :func:`order_by_name` for what is counted among the other: deaths among cases, a part among what is
    called its total, the enrolled among the accepted, small particles among those up to a larger size."""
    a, b = tokens(first), tokens(second)
    sizes = [_PARTICLES.search(n) for n in (first, second)]
    if sizes[0] and sizes[1]:
        small, large = (float(re.sub(r"2[._ ]?5", "2.5", m[1])) for m in sizes if m)
        rest = [_PARTICLES.sub("", n).lower() for n in (first, second)]
        return (large > small) - (large < small) if rest[0] == rest[1] else 0
    if (_STEPS - {"new"}) & {*a, *b}:
        return 0
    for low, high in _STEPS_OF:
        for x, y, sign in ((a, b, 1), (b, a, -1)):
            if low in x and high in y and low not in y and high not in x:
                return sign
    if "new" in (*a, *b):
        return 0
    for x, y, sign in ((a, b, 1), (b, a, -1)):
        stem = set(y) - _TOTALS
        if _TOTALS & set(y) and not _TOTALS & set(x) and stem and stem <= set(x):
            return sign
    mine, theirs = " ".join(a), " ".join(b)
    for lows, highs in _BOUNDED:
        if mine in lows and theirs in highs:
            return 1
        if theirs in lows and mine in highs:
            return -1
    for low, high in _PARTS_OF:
        for x, y, sign in ((a, b, 1), (b, a, -1)):
            if low in x and high in y and set(x) - {low} == set(y) - {high}:
                return sign
    return 0


def _same_matter(a: Sequence[str], b: Sequence[str], pair: tuple[str, str]) -> bool:
    """Whether the ends of a range belong together: an actual minimum is not bound by an average maximum."""
    if pair not in _ENDS:
        return True
    first, second = set(a) - set(pair), set(b) - set(pair)
    return first <= second or second <= first
