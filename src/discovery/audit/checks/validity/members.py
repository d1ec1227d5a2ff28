"""Values that are none of what all others of their column are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...semantics.lists import COUNTRIES
from ...texts.spelling import folded
from ...values import cells_of, kept, quoted, text_counts
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder

STATUS = ("marital", "civil status", "marriage", "marital status", "maritalstatus")
STATUSES = frozenset(
    """single married divorced divorcee widow widowed widower separated together unmarried never partner partners
    partnered partnership cohabiting cohabitation cohabit engaged spouse civil union common facto defacto annulled
    bachelor spinster relationship living other others""".split()
)
"""Words of a marital status."""
_LANDS = """
abkhazia aland anguilla antarctica antilles ascension asia bank barthelemy bavaria bohemia bonaire bouvet caicos
catalonia ceylon chechnya christmas cocos cook crimea crna curacao czechoslovakia dahomey europe faeroes
falkland faroe futuna gaza global grenadines guadeloupe guernsey guiana heard helena holy hrvatska international
isle jersey johnston kampuchea kitts kurdistan maarten man mariana martin martinique mayen mayotte mcdonald
midway miquelon montserrat multiple nevis niue norfolk oceania ossetia other others palestinian palmyra persia
pierre pitcairn prussia rhodesia sahara samoa several siam somaliland strip svalbard territories tibet tokelau
transnistria tristan turks various vincent virgin volta wallis world worldwide zaire
"""
_FILLERS = frozenset(
    """new and the of south north east west saint republic islands island democratic united central northern
    southern eastern western states""".split()
)
"""Words of the names of countries that are words of much else."""
STARTS = frozenset(
    w[:4] for c in (*COUNTRIES, *_LANDS.split()) for w in c.split() if len(w) > 2 and w not in _FILLERS
)
"""How the telling words of countries and territories begin, so that other forms of a name are known: libyan."""
KNOWN = 0.98
"""The share of the cells that must be what the column is of."""
FEWEST, MOST_OTHERS = 4, 5
DIFFERENT, OTHER_LANDS = 20, 3
"""How many different values are, and how many are none at most: of statuses, and of countries."""


@check("inconsistent_category")
def no_such_status(ctx: TableContext) -> Iterable[Finding]:
    """Report what is no marital status in a column called so: five values at most, in 2% of the cells, where four
    others are."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not FEWEST < column.distinct <= 30 or not named(column.name, *STATUS):
            continue
        counts = _counts(ctx, column)
        wrong = {v: n for v, n in counts.items() if not STATUSES & set(folded(v).split())}
        if _few(counts, wrong, FEWEST, MOST_OTHERS):
            yield _finding(ctx, column, wrong, "minor", "are no marital status, as the others are")


@check("inconsistent_category", after=("validity.categories.variants",))
def no_such_country(ctx: TableContext) -> Iterable[Finding]:
    """Remark on what is no country in a column of countries: three values at most, in 2% of the cells, where twenty
    others are in a list of them, and no word begins like one of the name of a country or territory."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not DIFFERENT < column.distinct <= 400:
            continue
        if column.semantic != "country" and not named(column.name, "country", "countries", "nation"):
            continue
        counts = _counts(ctx, column)
        known = {v: n for v, n in counts.items() if folded(v) in COUNTRIES}
        told = {*known, *ctx.memo.get(f"variants:{column.name}", ())}
        wrong = {v: n for v, n in counts.items() if v not in told and not _like_a_land(folded(v))}
        if len(known) >= DIFFERENT and _few(counts, wrong, DIFFERENT, OTHER_LANDS):
            yield _finding(ctx, column, wrong, "info", "are no country, as the others are")


def _counts(ctx: TableContext, column: ColumnProfile) -> dict[str, int]:
    counts = {str(v): int(n) for v, n in text_counts(ctx, column.name).iter_rows()}
    return {v: counts[v] for v in sorted(counts, key=lambda v: (-counts[v], v)) if not is_placeholder(v)}


def _few(counts: Mapping[str, int], wrong: Mapping[str, int], least: int, most: int) -> bool:
    """Whether a few values of three letters or more are wrong, and the others enough."""
    right = sum(counts.values()) - sum(wrong.values())
    words = all(len(v.strip()) > 3 and v.replace(" ", "").isalpha() for v in wrong)
    few = 0 < len(wrong) <= most and len(counts) - len(wrong) >= least
    return few and words and right >= KNOWN * sum(counts.values())


def _like_a_land(fold: str) -> bool:
    return len(fold) <= 3 or any(w[:4] in STARTS for w in fold.split())


def _finding(
    ctx: TableContext, column: ColumnProfile, wrong: Mapping[str, int], severity: Severity, what: str
) -> Finding:
    name = column.name
    mask, rows = cells_of(ctx, name, list(wrong))
    return ctx.finding(
        "inconsistent_category",
        name,
        severity,
        f"{rows:,} cells of '{name}' {what}: {quoted(ctx, name, list(wrong))}.",
        rows_affected=rows,
        consequence="They are a category that only a few rows have, and a model learns from it by chance.",
        advice="Ask what was meant, and read them as missing where nobody knows.",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": kept(ctx, name, wrong)},
        confidence=0.8,
    )
