"""Amounts in several currencies, amounts that are next to nothing, and amounts taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying, numbers_of, raw_words, text_counts
from ...vocabulary.bounds import CHANGE, PART
from ...vocabulary.names import named
from .impossible import impossible

MONEY = (
    "price", "prices", "cost", "costs", "amount", "salary", "wage", "income", "revenue", "budget", "fee", "fees",
    "fare", "rent", "pay", "payment", "spend", "sales", "turnover", "gross", "compensation", "wages", "salaries",
)  # fmt: skip
CURRENCY = ("currency", "currencies", "ccy", "währung", "waehrung", "devise", "moneda")
CODES = ("usd", "eur", "gbp", "inr", "jpy", "cad", "aud", "chf", "cny", "euro", "euros", "dollars", "dollar")
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
RARE, COMMON = 0.01, 0.05
"""The share of cells in other currencies from which on they are told, and matter."""
NOTHING, FEW = 1000, 0.02
"""By how many times an amount is too small, and the most that may be so."""
SMALL, APART = 100, 5
"""By how many times an amount is too small where the next one is so many times as large."""
TAKEN_BACK = ("quantity", "qty", "price", "prices", "unitprice", "units", "sales", "revenue")
SOME_BACK, MOST_BACK = 0.1, 0.4
"""The share of negatives that are too many for errors, and too many for what was taken back."""


@check("unit_mix")
def currencies(ctx: TableContext) -> Iterable[Finding]:
    """Report amounts of money with the signs or codes of two currencies or more, which were read as plain numbers,
    and those whose currency is told by another column that holds several.

    All but the most frequent currency must make 1 in 100 of the cells; columns whose name tells a currency
    (``salary_in_usd``) are left out.
    """
    for column in ctx.profile.columns.values():
        found = ctx.table.columns[column.name].notes.get("currencies") if column.numeric else None
        if isinstance(found, Mapping):
            signs = Counter[str]()
            for sign, n in found.items():
                signs[SIGNS.get(str(sign), str(sign))] += int(n)
            others = signs.total() - max(signs.values(), default=0)
            if others >= max(2, RARE * column.present):
                yield _signs(ctx, column, signs, others)
    for told in ctx.profile.columns.values():
        if told.type == "text" and named(told.name, *CURRENCY) and 2 <= told.distinct <= 200:
            yield from _by_column(ctx, told)


def _signs(ctx: TableContext, column: ColumnProfile, signs: Counter[str], others: int) -> Finding:
    shown = raw_words(f"{ctx.show_any('', s, 20)} ({n:,})" for s, n in signs.most_common())
    main = signs.most_common(1)[0][0]
    text = ctx.table.text(column.name)
    codes = [main, *(code for code, sign in SIGNS.items() if sign == main)]
    wrong = text.is_not_null() & ctx.frame[column.name].is_not_null()
    for code in codes:
        wrong &= ~text.str.contains(code, literal=True).fill_null(False)
    return ctx.finding(
        "unit_mix",
        column.name,
        "major" if others >= COMMON * column.present else "minor",
        f"The numbers of '{column.name}' are written in {len(signs)} units: {shown}.",
        rows_affected=others,
        consequence="Read as numbers they cannot be compared: a model takes one unit's values for far larger ones.",
        advice="Convert all to one currency, at the rate of their day.",
        evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
        details={"units": dict(signs), "own": True},
        confidence=0.95,
    )


def _by_column(ctx: TableContext, told: ColumnProfile) -> Iterable[Finding]:
    counts = text_counts(ctx, told.name)
    main, most = counts.row(0)
    others = told.present - most
    names = [
        c.name
        for c in ctx.profile.columns.values()
        if c.numeric and c.distinct >= 10 and named(c.name, *MONEY) and not named(c.name, *CODES, *PART)
    ]
    if others < max(2, RARE * told.present) or not names:
        return
    shown = raw_words(f"{ctx.show(told.name, v, 20)} ({n:,})" for v, n in counts.iter_rows())
    joined = ", ".join(names[:3])
    yield ctx.finding(
        "unit_mix",
        names,
        "minor",
        f"The amounts of '{joined}' are in {told.distinct} currencies by '{told.name}': {shown}.",
        rows_affected=others,
        consequence="Read as numbers they cannot be compared: a model takes one unit's values for far larger ones.",
        advice="Convert all to one currency, at the rate of their day.",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[told.name] != main), [told.name, *names[:2]]),
        details={"by": told.name, "own": True},
        confidence=0.8,
    )


@check("impossible_value", view="values")
def next_to_nothing(ctx: TableContext) -> Iterable[Finding]:
    """Report amounts of money of a thousandth or less of what 95% of the others have (a house sold for 10 dollars):
    one in 50 at most, of 100 amounts or more; of a hundredth where the next amount is five times as large."""
    for column in ctx.profile.columns.values():
        name = column.name
        if not column.numeric or column.distinct < 30 or column.present < 100 or column.negatives:
            continue
        if not named(name, *MONEY) or named(name, *CHANGE, *PART) or identifying(column):
            continue
        if ctx.table.columns[name].notes.get("currencies"):
            continue
        amounts = numbers_of(ctx, name)
        amounts = amounts[amounts > 0]
        if len(amounts) < 100:
            continue
        least = float(np.quantile(amounts, 0.05))
        few, rows = np.searchsorted(amounts, [least / SMALL, least / NOTHING], side="right").tolist()
        part = "thousandth"
        if few > rows and amounts[few] >= APART * amounts[few - 1]:
            rows, part = few, "hundredth"
        if not 0 < rows <= FEW * len(amounts):
            continue
        largest = float(amounts[rows - 1])
        wrong = (ctx.frame[name] <= largest) & (ctx.frame[name] > 0)
        what = f"an amount of money, a {part} of nearly all others"
        yield impossible(ctx, column, wrong, rows, what, [f"(v > 0) & (v <= {largest:.17g})"])


@check("impossible_value")
def taken_back(ctx: TableContext) -> Iterable[Finding]:
    """Remark on negative quantities and prices where they are too many for errors, a tenth to four tenths of the
    rows: they are most likely what was cancelled or brought back.
    """
    for column in ctx.profile.columns.values():
        share = column.negatives / max(column.present, 1)
        if not column.numeric or not SOME_BACK < share <= MOST_BACK or column.distinct < 30 or not column.quantiles:
            continue
        if not named(column.name, *TAKEN_BACK) or named(column.name, *CHANGE, *PART) or column.quantiles[0.5] <= 0:
            continue
        mask = (ctx.frame[column.name].cast(pl.Float64) < 0).fill_null(False)
        yield ctx.finding(
            "impossible_value",
            column.name,
            "info",
            f"{column.negatives:,} of {column.present:,} values of '{column.name}' are negative: they may be what "
            "was cancelled or brought back.",
            rows_affected=column.negatives,
            consequence="Sums mix what was sold with what came back.",
            advice="Ask what they are, and set them against the rows that they take back.",
            evidence=ctx.evidence(ctx.rows_where(mask), [column.name]),
            details={"own": True},
            confidence=0.7,
        )
