"""Texts that are a number and its unit, and the units of a column."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import polars as pl

from ..context import TableContext
from ..profiling.profile import ColumnProfile
from ..values import text_counts
from ..vocabulary.names import named
from ..vocabulary.placeholders import is_placeholder

__all__ = [
    "MOSTLY",
    "MOST_UNITS",
    "NONE",
    "QUANTITY",
    "UNITS",
    "amounts_of",
    "first_units",
    "lettered",
    "several_quantities",
    "units_of",
]

NUMBER = r"[<>~≈$€£¥₹]?\s?[+-]?\d[\d.,\s]*"
UNIT = r"[A-Za-zµ°%/²³.·\"'()*+★☆-]{1,14}(?:\s[A-Za-z/]{1,10})?"
QUANTITY = rf"^\s*{NUMBER}\s*({UNIT})\s*$"
LENGTH = r"^\s*\d{1,2}\s?['’′]\s?(?:\d{1,2}(?:\.\d+)?\s?(?:[\"”″]|'')?)?\s*$"
"""Feet and inches: ``5'11"``."""
MONEY = r"^\s*[$€£¥₹]\s?\d[\d.,]*\s*$"
AMOUNT = r"^\s*([A-Za-z]{1,3}[.$]?|[$€£¥₹])\s?\d{1,3}(?:[,.']?\d{3})*(?:[.,]\d{1,2})?\b"
"""The sign or code of a currency and an amount, and what follows it."""
THOUSANDS = r"\d[,']\d{3}\b"
AMOUNT_FORM = r"\s?(?:A[.$]?|[$€£¥₹])\s?9[,']9"
FEWEST_AMOUNTS = 20
VERSION = r"\d\.\d+\.\d"
TWO_NUMBERS = r"\d.*[A-Za-z@].*\d"
LONGEST = 40
"""Characters of texts of several quantities, on average."""
LOOKED_AT = 100
MOSTLY = 0.8
"""The share of the cells that must be a number and its unit."""
SHARE = 0.001
"""The share of the cells (3 at least) from which on a unit counts."""
MOST_UNITS = 8
FEET, NONE = "feet and inches", "none"
UNITS = frozenset(
    """kg g mg lb lbs oz t gb mb tb kb cm mm m km mi ft in inch cc l ml hp bhp ps kw w v a mah wh kwh ghz mhz hz rpm
    min mins minutes h hr hrs hours s sec d days day months years % °c °f c f kmpl mpg km/h mph eur usd k nm kgm bar
    psi pa kpa hpa mbar db lm lux cal kcal j kj yd sqft sqm ha acre ppm ppb mol mmol
    ounce pound gallon pint quart liter litre gram gramme kilogram kilo ton tonne meter metre foot mile kilometer
    kilometre yard dozen piece pack bottle can box cup""".split()
) | {FEET, NONE}
_SINGULAR = frozenset(u.rstrip("s") for u in UNITS)
_SEVERAL_NUMBERS = 10
"""With so many different numbers, unknown words are units and no part of a label."""
_SUFFIX = r"^[A-Za-z]?-[A-Za-z]$"
"""What ends a code (route 95-N) and is no unit."""
_MONTH = r"(?i)^-?(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}-?$"
"""What follows the day in a date without its year (``26-Dec``)."""
_LETTERED = re.compile(r"\d+([A-Za-z])")
_BEGINS = re.compile(r"[$€£¥₹]? ?9")
_PLURAL = re.compile(r"s$")
_WORD = re.compile(r"[A-Za-zµ°%/]+")
COMPASS = frozenset("north south east west northeast northwest southeast southwest".split())
"""Words behind a number that make a place of it (``467 West``)."""


def units_of(ctx: TableContext, column: ColumnProfile) -> dict[str, list[str]]:
    """Return the cells' texts by unit, the most frequent unit first; none if the column holds something else.

    At least four in five cells, those aside that stand for missing, must be one number and one unit, and the units
    few. Feet and inches are a unit; so are plain amounts of money among such in thousands (``€2K``, ``€500``).
    Words that are no known units must stand with ten different numbers if there are several: ``1Story``, ``2Story``
    and ``1.5Fin`` are labels, and ``07 BRONX`` a place.
    """
    key = f"units_of:{column.name}"
    if key not in ctx.memo:
        ctx.memo[key] = _units_of(ctx, column)
    found: dict[str, list[str]] = ctx.memo[key]
    return found


def _units_of(ctx: TableContext, column: ColumnProfile) -> dict[str, list[str]]:
    if named(column.name, "version", "versions", "ver"):
        return {}
    counts = text_counts(ctx, column.name)
    unit = pl.coalesce(
        pl.when(pl.col("v").str.contains(LENGTH)).then(pl.lit(FEET)),
        pl.col("v").str.extract(QUANTITY, 1),
        pl.when(pl.col("v").str.contains(MONEY)).then(pl.lit(NONE)),
    )
    found = counts.with_columns(u=unit).drop_nulls("u")
    rows = int(found["n"].sum() or 0)
    if rows < 0.4 * column.present or set(found["u"].unique()) <= {NONE, FEET}:
        return {}
    if found["u"].str.contains(_SUFFIX).any() or found["u"].str.contains(_MONTH).all():
        return {}
    missing = sum(int(n) for v, n in counts.head(50).iter_rows() if is_placeholder(str(v)))
    if rows < MOSTLY * (column.present - missing):
        return {}
    by_unit = _by_unit(found, rows)
    if all(u.casefold() in COMPASS for u in by_unit):
        return {}
    numbers = found["v"].str.extract(r"(\d[\d.,]*)", 1)
    coded = numbers.str.contains(r"^0\d").any() or found["v"].str.contains(VERSION).any()
    known = all(u in UNITS or _first_word(u) in _SINGULAR for u in by_unit)
    if not known and (coded or (len(by_unit) > 1 and numbers.n_unique() < _SEVERAL_NUMBERS)):
        return {}
    return by_unit


def several_quantities(ctx: TableContext, column: ColumnProfile) -> bool:
    """Whether four in five cells of a text column begin with a number, are short, and hold two numbers or more and
    known units (``60 years 5 days``)."""
    if (column.length_mean or 99) > LONGEST or not any(_BEGINS.match(p) for p, _ in column.patterns[:5]):
        return False
    cells = ctx.frame[column.name].drop_nulls()
    some = cells.gather_every(len(cells) // LOOKED_AT + 1).cast(pl.String)
    if 2 * int(some.str.contains(TWO_NUMBERS).sum() or 0) < len(some):
        return False
    counts = text_counts(ctx, column.name)
    two = int(counts["n"].filter(counts["v"].str.contains(TWO_NUMBERS)).sum() or 0)
    return two >= MOSTLY * int(counts["n"].sum() or 0) and bool(first_units(counts))


def amounts_of(ctx: TableContext, column: ColumnProfile) -> tuple[str, list[str]] | None:
    """Return the sign or code of a currency before the amounts of a text column, and these texts.

    At least 20 different texts must be such amounts, all with the same sign, some in thousands (``SR 1,385``), and
    all others with a digit, but one in 20, too; texts without a digit may be as many as they like.
    """
    if column.type != "text" or not any(re.match(AMOUNT_FORM, pattern) for pattern, _ in column.patterns):
        return None
    counts = text_counts(ctx, column.name)
    texts = counts["v"].filter(counts["v"].str.contains(r"\d"))
    signs = texts.str.extract(AMOUNT, 1)
    amounts = texts.filter(signs.is_not_null())
    if len(amounts) < max(FEWEST_AMOUNTS, 0.95 * len(texts)) or signs.drop_nulls().n_unique() > 1:
        return None
    return (str(signs.drop_nulls()[0]), amounts.to_list()) if amounts.str.contains(THOUSANDS).any() else None


def _first_word(unit: str) -> str:
    """Return the first word of a unit, without a plural s."""
    words = _WORD.findall(unit.casefold())
    return words[0].rstrip("s") if words else ""


def _by_unit(found: pl.DataFrame, rows: int) -> dict[str, list[str]]:
    """Return the texts ``v`` by their unit ``u``, the most frequent first, but for case, points and plurals; none
    where there are too many."""
    texts: dict[str, list[str]] = defaultdict(list)
    weights = Counter[str]()
    spelled: dict[str, str] = {}
    for text, n, unit in found.select("v", "n", "u").iter_rows():
        plain = unit.strip(" .").casefold()
        plain = _PLURAL.sub("", plain) if len(plain) > 2 else plain
        spelled.setdefault(plain, unit.strip())
        texts[spelled[plain]].append(text)
        weights[spelled[plain]] += n
    usual = [u for u, n in weights.most_common() if n >= max(3, SHARE * rows)]
    return {u: texts[u] for u in usual} if 1 <= len(usual) <= MOST_UNITS and len(weights) <= 3 * MOST_UNITS else {}


def lettered(texts: Iterable[str]) -> bool:
    """Whether most texts are numbers with a letter behind them that tells several apart, a and b among them.

    >>> lettered(["207a", "207b", "31a"]), lettered(["5A", "7A"]), lettered(["3 m", "4 km"])
    (True, False, False)
    """
    found = [(_LETTERED.fullmatch(text.strip()), text) for text in texts]
    letters = {match[1].casefold() for match, _ in found if match}
    return {"a", "b"} <= letters and sum(m is not None for m, _ in found) >= 0.5 * len(found)


def first_units(counts: pl.DataFrame) -> Mapping[str, list[str]]:
    """Return texts of several quantities (``190Nm@ 2000rpm``) by the first unit in them, if four in five have one.

    ``counts`` has the distinct texts ``v`` with their counts ``n``. Only known units count, and those that are in 1
    of 1,000 cells.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    weights = Counter[str]()
    for text, n in counts.iter_rows():
        words = (w.casefold() for w in _WORD.findall(text))
        unit = next((w for w in words if w in UNITS and len(w) > 1), None)
        if unit is not None and re.search(r"\d", text):
            texts[unit].append(text)
            weights[unit] += n
    total = int(counts["n"].sum() or 0)
    usual = [u for u, n in weights.most_common() if n >= max(3, SHARE * total)]
    if sum(weights[u] for u in usual) < MOSTLY * total or len(usual) > MOST_UNITS:
        return {}
    return {u: texts[u] for u in usual}
