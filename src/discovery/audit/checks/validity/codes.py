"""Codes and categories kept as numbers: what they lost when they were read or written so."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import identifying
from ...vocabulary.names import named, runs_into_id, tokens
from .formats import form_remark, off_form

FEWEST = 20
"""So many values a column must have to be told as codes."""
ROUNDED = 1e11
"""Identifiers below this have fewer digits than a spreadsheet shows (12)."""
COUNTS = (
    "number", "num", "count", "n", "years", "days", "months", "age", "amount", "of", "children", "adults", "babies",
    "kids", "persons", "people", "rooms", "bedrooms", "bathrooms", "floors", "doors", "pets", "cars", "siblings",
    "cylinders", "gears", "seats", "goals", "wins", "losses", "points", "votes", "members", "guests", "dependents",
)  # fmt: skip
"""What is counted: numbers under such names are no codes."""
CODED = ("zip", "zipcode", "postcode", "postal", "plz", "pin code", "pincode", "fips")
LONG_CODES = ("isbn", "isbn10", "geo", "geoid", "tract", "gtin", "ean", "upc")
NUMBERED = ("isbn", "isbn13", "isbn10", "ean", "ean13", "upc", "gtin", "imei", "barcode", "phone", "mobile",
            "account", "epoch")  # fmt: skip
CLASSES = ("class", "subclass", "type", "subtype", "code", "category", "agent")
NOMINAL = (
    "origin", "region", "category", "cat", "type", "kind", "code", "gender", "sex", "race", "ethnicity", "marital",
    "marriage", "department", "dept", "sector", "segment", "channel", "zone", "district", "country", "state",
    "city", "brand",
    "color", "colour", "product", "species", "occupation", "religion", "status", "season", "weather", "method",
    "purpose", "location", "area code", "store", "branch", "group", "industry",
    "education", "ethnic", "nationality", "operating system", "operating systems", "os", "browser", "device",
    "source", "shape", "company", "manufacturer", "agent", "vendor", "language", "continent", "province", "airline",
    "carrier", "breed", "party", "fuel type", "instructor", "teacher", "course",
)  # fmt: skip
LISTED = (
    "drg", "aprdrg", "msdrg", "icd", "icd9", "icd10", "cpt", "hcpcs", "ndc", "naics", "sic", "isic", "nace", "cip",
    "unspsc", "hs code", "hscode", "hts", "mcc", "cpv",
)  # fmt: skip
"""Lists of codes: of diagnoses and procedures, of industries, goods, courses and places."""
FEW, MANY = 12, 100
"""The most codes where a name has such a word in it, and where such a word is what it says in the end."""
GRADES = list(range(1, 11))
MOST_SKIPPED = 20
"""The most codes of a class that are told by the numbers that they skip."""
MOSTLY_NONE = 0.8
"""The share of the rows with 0 from which on what else there is is counted."""
COUNTIES, FEWEST_STATES = 1000, 10


@check("format_violation")
def lost_zeros(ctx: TableContext) -> Iterable[Finding]:
    """Report codes that were read or written as numbers, so that leading zeros are gone (01234 became 1234).

    A column named like a postcode or code counts where most values have the full number of digits, the others are
    one or two digits shorter, and nothing is longer. American ones have five digits, however few of them do. So do
    codes of seven to fifteen digits, of which 999 in 1,000 have one of two lengths that follow on one another,
    American ones with the four digits of the delivery route (ZIP+4: nine, of which two may be lost), and numbers of
    books (ISBN), which have ten, of which three may be lost.
    """
    for column in ctx.profile.columns.values():
        coded = column.semantic == "postcode" or named(column.name, *CODED, *LONG_CODES)
        noted = int(ctx.table.columns[column.name].notes.get("leading_zeros", 0) or 0)
        whole = column.numeric and column.whole and not column.negatives
        if not coded or noted or not whole or column.present < FEWEST:
            continue
        length = ctx.frame[column.name].cast(pl.Int64, strict=False).cast(pl.String).str.len_chars()
        longest = int(length.max() or 0)  # type: ignore[arg-type]
        if longest < 4:
            continue
        book = longest == 10 and named(column.name, "isbn", "isbn10")
        least = longest - (3 if book else 2)
        short = (length < longest) & (length >= least)
        count = int(short.sum() or 0)
        american = longest == 5 and named(column.name, "zip", "zipcode", "fips")
        plus_four = longest == 9 and named(column.name, "zip", "zipcode")
        long = book or plus_four or (6 < longest <= 15 and _two_lengths(column, length, longest))
        if not (long or longest <= 6) or not 0 < count < (0.98 if american else 0.5) * column.present:
            continue
        if int((length < least).sum() or 0) > 0.01 * column.present:
            continue
        ctx.memo.setdefault("lost_zeros", set()).add(column.name)
        yield off_form(
            ctx,
            column.name,
            short,
            count,
            f"{count:,} values of '{column.name}' lost their leading zeros: they have fewer than {longest} digits.",
            {"own": True},
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('Int64').astype('str').str.zfill({longest})",
        )


def _two_lengths(column: ColumnProfile, length: pl.Series, longest: int) -> bool:
    """Whether long numbers are codes of one length, of which some lost a zero (places of the American census)."""
    full, shorter = int((length == longest).sum() or 0), int((length == longest - 1).sum() or 0)
    told = named(column.name, *CODED, *LONG_CODES)
    return told and full + shorter >= 0.999 * column.present and full >= 0.5 * column.present


@check("format_violation")
def short_counties(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers of counties of the USA (FIPS 6-4: two digits of the state, three of the county) of which the
    first states lack their leading zero: all but their last three digits go with one state by name each."""
    states = [
        c.name for c in ctx.columns("text") if "state" in tokens(c.name) and FEWEST_STATES <= c.distinct <= 60
    ]
    known = ctx.memo.get("lost_zeros", ())
    for column in ctx.columns("integer") if states else ():
        low, high = column.minimum, column.maximum
        if low is None or high is None or column.distinct < 100 or column.name in known:
            continue
        if not COUNTIES < float(low) < 10 * COUNTIES <= float(high) < 79 * COUNTIES:
            continue
        if any(_of_state(ctx, column.name, state) for state in states):
            yield _county(ctx, column)


def _of_state(ctx: TableContext, name: str, state: str) -> bool:
    frame = ctx.frame.select(state=state, part=pl.col(name) // COUNTIES).drop_nulls().unique()
    return frame.height == frame["state"].n_unique() == frame["part"].n_unique()


def _county(ctx: TableContext, column: ColumnProfile) -> Finding:
    name = column.name
    short = (ctx.frame[name] < 10 * COUNTIES).fill_null(False)
    rows = int(short.sum())
    return off_form(
        ctx,
        name,
        short,
        rows,
        f"{rows:,} numbers of '{name}' have four digits and the others five: codes of counties that lost their "
        "leading zero.",
        {"own": True},
        consequence="They do not join with tables in which they are written in full.",
        advice="Read it as text, and fill it with zeros to five digits.",
    )


@check("format_violation")
def rounded_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report identifiers of twelve digits or more that a spreadsheet rounded (1.24E+18): nothing but zeros after
    the sixth, or written with an exponent, in at least 3 values and 1 in 100."""
    for column in ctx.profile.columns.values():
        told = identifying(column) or any(map(runs_into_id, tokens(column.name)[-1:]))
        told = told or named(column.name, *NUMBERED)
        if not column.numeric or not told or column.distinct < 2 or float(column.maximum) < ROUNDED:
            continue
        values = ctx.frame[column.name].cast(pl.Float64)
        rounded = values == values.round_sig_figs(6)
        if named(column.name, *NUMBERED):
            rounded = rounded | ctx.table.text(column.name).str.contains(r"\d[eE]\+?\d").fill_null(False)
        wrong = ((values >= ROUNDED) & rounded).fill_null(False)
        count = int(wrong.sum() or 0)
        if count >= max(3, 0.01 * column.present):
            yield ctx.finding(
                "format_violation",
                column.name,
                "minor",
                f"{count:,} values of '{column.name}' were rounded to a few digits when the file was written, as "
                "1.24E+18 is.",
                rows_affected=count,
                consequence="Different things share one number, and nothing can be joined by it.",
                advice="Ask for an export with this column as text: the digits cannot be had back.",
                evidence=ctx.evidence(ctx.rows_where(wrong), [column.name]),
                details={"own": True, "values": []},
                confidence=0.9,
            )


@check("format_violation")
def identifiers_with_decimals(ctx: TableContext) -> Iterable[Finding]:
    """Remark on identifiers that are all written with a decimal of 0, as tools write whole numbers beside gaps."""
    for column in ctx.columns("number"):
        if column.semantic != "identifier" or not column.whole or column.present < FEWEST:
            continue
        if ctx.table.texts is None or column.name not in ctx.table.texts.columns:
            continue
        texts = ctx.table.text(column.name)
        decimal = texts.str.strip_chars().str.contains(r"^\d+\.0+$").fill_null(False)
        if decimal.sum() < column.present:
            continue
        row = ctx.rows_where(decimal, 1)
        yield ctx.finding(
            "format_violation",
            column.name,
            "info",
            f"All identifiers in '{column.name}' are written with a decimal, as "
            f"'{ctx.show(column.name, texts[row[0] - 1], 30)}' is.",
            rows_affected=column.present,
            consequence="As text they match none of another table, and tools take them for measures.",
            advice="Read them as whole numbers or text; gaps in the column made them so.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('Int64').astype('string')",
            evidence=ctx.evidence(ctx.rows_where(decimal), [column.name]),
            details={"own": True},
            confidence=0.9,
        )


@check("format_violation")
def postcodes_as_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on postcodes stored as numbers, of which averages mean nothing and leading zeros are lost."""
    for column in ctx.profile.columns.values():
        if column.semantic != "postcode" or not column.numeric or not column.whole or column.present < FEWEST:
            continue
        if column.name in ctx.memo.get("lost_zeros", ()):
            continue
        yield form_remark(
            ctx,
            column,
            f"'{column.name}' holds postcodes written as numbers.",
            consequence="A model takes one for more than another, and a zero at the beginning is lost.",
            advice="Read it as text, and treat it as a category, or as a place.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('Int64').astype('string')",
            details={"own": True},
            confidence=0.8,
        )


@check("format_violation")
def coded_categories(ctx: TableContext) -> Iterable[Finding]:
    """Remark on categories stored as numbers: 3 to 12 whole numbers in a column named like a category, 1 and 2 as
    well, and up to 100 where its name says nothing else.

    Also taken are 3 to 6 whole numbers that skip some, as codes do and grades do not, and up to 20 that do where
    the column is called a class, type or code; and any where it is called by a list of codes (DRG, ICD, NAICS ...).
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or column.negatives or column.name in ctx.targets:
            continue
        listed = named(column.name, *LISTED) and not named(column.name, *COUNTS) and column.present >= FEWEST
        if not (listed and column.distinct > FEW) and not _may_be_nominal(ctx, column):
            continue
        values = _codes(ctx, column)
        shown = ", ".join(str(v) for v in values[:12]) + (" …" if len(values) > 12 else "")
        yield form_remark(
            ctx,
            column,
            f"'{column.name}' looks like a category written as a number ({shown}).",
            consequence="A model takes 3 for three times 1, and averages of it mean nothing.",
            advice="Ask for the key to the codes, and treat the column as a category.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('category')",
            details={"codes": values, "own": True},
            confidence=0.6,
        )


def _may_be_nominal(ctx: TableContext, column: ColumnProfile) -> bool:
    if not 2 <= column.distinct <= MANY or column.present < max(50, 10 * column.distinct):
        return False
    if float(column.maximum) > 999 or (column.distinct > MOST_SKIPPED and not named(column.name, *NOMINAL)):
        return False
    return _nominal(column, _codes(ctx, column))


def _codes(ctx: TableContext, column: ColumnProfile) -> list[int]:
    if column.distinct <= len(column.low):
        return sorted(int(v) for v, _ in column.low)
    return sorted(int(v) for v in ctx.frame[column.name].drop_nulls().unique().to_list())


def _nominal(column: ColumnProfile, values: list[int]) -> bool:
    """Whether whole numbers are codes, by the name of their column or by the numbers that they skip."""
    counted = named(column.name, *COUNTS)
    if values == GRADES or (named(column.name, "education") and values[-1] > 9):
        return False  # a scale of ten steps, and years at school
    if named(column.name, *NOMINAL) and not counted and (len(values) > 2 or values == [1, 2]):
        return len(values) <= FEW or tokens(column.name)[-1] in NOMINAL or _skips(column, values)
    return len(values) > 2 and not counted and _skips(column, values)


def _skips(column: ColumnProfile, values: list[int]) -> bool:
    """Whether whole numbers skip some, as codes do and grades do not."""
    gaps = values[-1] - values[0] + 1 > len(values)
    if len(values) > FEW:
        return gaps and len(values) <= MOST_SKIPPED and named(column.name, *CLASSES)
    skipping = gaps and values[0] in (0, 1, 2, 3) and values[-1] <= 20 and len(values) <= 6
    even = len({b - a for a, b in pairwise(values)}) == 1
    return skipping and not (even or identifying(column) or _thins_out(column))


def _thins_out(column: ColumnProfile) -> bool:
    """Whether whole numbers are counts of what is rare: 0 in most rows, and ever fewer rows with more, but for a 9
    far from the others, as codes have for what is not known."""
    values, rows = zip(*sorted(column.low), strict=True)
    if values[-1] == 9 and values[-2] <= 4:
        return False
    fewer = all(b <= a for a, b in pairwise(rows))
    return column.distinct == len(rows) and column.zeros > MOSTLY_NONE * column.present and fewer
