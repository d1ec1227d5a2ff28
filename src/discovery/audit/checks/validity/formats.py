"""Values that are not written like the others, and categories written as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...numbers.quantities import units_of
from ...profiling.profile import ColumnProfile
from ...values import identifying, raw_words, text_counts
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder, may_be_placeholder

COUNTS = (
    "number", "num", "count", "n", "years", "days", "months", "age", "amount", "of", "children", "adults", "babies",
    "kids", "persons", "people", "rooms", "bedrooms", "bathrooms", "floors", "doors", "pets", "cars", "siblings",
    "goals", "wins", "losses", "points", "votes", "members", "guests", "dependents",
)  # fmt: skip
DOMINANT = 0.95
SIGNED = re.compile(r"(?:^|[^9A-Za-z])[+-]9+[.,]9+$")
MOST_VALUES = 200_000
ROUNDED = 1e11
EMAIL = r"(?i)^[\p{L}0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$"
CODED = ("zip", "zipcode", "postcode", "postal", "plz", "pin code", "pincode", "fips")
LONG_CODES = ("isbn", "isbn10", "geo", "geoid", "tract", "gtin", "ean", "upc")
NUMBERED = (
    "isbn",
    "isbn13",
    "isbn10",
    "ean",
    "ean13",
    "upc",
    "gtin",
    "imei",
    "barcode",
    "phone",
    "mobile",
    "account",
)
CLASSES = ("class", "subclass", "type", "subtype", "code", "category", "agent")
NOMINAL = (
    "origin", "region", "category", "cat", "type", "kind", "code", "gender", "sex", "race", "ethnicity", "marital",
    "department", "dept", "sector", "segment", "channel", "zone", "district", "country", "state", "city", "brand",
    "color", "colour", "product", "species", "occupation", "religion", "status", "season", "weather", "weathersit",
    "method", "purpose", "cp", "thal", "restecg", "location", "area code", "store", "branch", "group", "industry",
    "education", "ethnic", "nationality", "operating system", "operating systems", "os", "browser", "device",
    "source",
)  # fmt: skip


@check("format_violation")
def off_pattern(ctx: TableContext) -> Iterable[Finding]:
    """Report values that are not written like at least 95% of their column.

    The form of a value is its signs with every letter as A or a and every digit as 9, lengths kept. It is dominant
    only if it holds a digit and the values are many (codes, dates, phones), or is capitals of one length in 99% of
    all (codes of airports), so that names and categories are left alone. Cells that stand for missing do not count,
    and numbers with their unit have no length.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.semantic in {"free_text", "person_name", "address", "email", "url"}:
            continue
        if column.distinct < 20 or column.present < 50 or (column.length_max or 0) > 80:
            continue
        if column.distinct > MOST_VALUES or not _one_form(column):
            continue
        if not column.patterns[0][0][:1].isalpha() and units_of(ctx, column):
            continue
        yield from _off_pattern(ctx, column)


def _one_form(column: ColumnProfile) -> bool:
    total = sum(n for _, n in column.patterns)
    return bool(column.patterns) and column.patterns[0][1] >= 0.75 * total


def _off_pattern(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    counts = text_counts(ctx, column.name)
    missing = [v for v in counts["v"].filter(may_be_placeholder(counts["v"])).to_list() if is_placeholder(v)]
    counts = counts.filter(~counts["v"].is_in(missing)) if missing else counts
    known = int(counts["n"].sum() or 0)
    if not known:
        return
    counts = counts.with_columns(digits=counts["v"].str.strip_chars().str.replace_all(r"\p{N}", "9"))
    few = counts.select(pl.col("digits").unique())  # what differs in its digits only is looked at once
    letters = few["digits"].str.replace_all(r"\p{Lu}", "A").str.replace_all(r"\p{Ll}", "a")
    counts = counts.join(few.with_columns(form=letters), on="digits", maintain_order="left")
    forms = counts.group_by("form").agg(pl.col("n").sum()).sort(["n", "form"], descending=[True, False])
    main, rows = forms.row(0)
    capitals = re.fullmatch(r"A{2,8}", main) is not None and rows >= 0.99 * known and counts.height >= 100
    if rows < DOMINANT * known or rows == known or not (re.search(r"9", main) or capitals):
        return
    other = pl.col("form") != main
    if SIGNED.search(main) or _runs_on(forms["form"].to_list(), main):
        other = pl.col("form").str.replace_all("9+", "9") != re.sub("9+", "9", main)
    values = [str(v) for v in counts.filter(other)["v"].to_list()]
    if not values:
        return
    ctx.memo[f"off_pattern:{column.name}"] = values
    mask = ctx.frame[column.name].cast(pl.String).is_in(values)
    count = int(mask.sum() or 0)
    shown = "" if ctx.is_personal(column.name) else f": {raw_words([ctx.show(column.name, v, 30) for v in values])}"
    yield off_form(
        ctx,
        column.name,
        mask,
        count,
        f"{count:,} values of '{column.name}' are not written like the other {rows:,} ({main}){shown}.",
        {"form": main, "values": [] if ctx.is_personal(column.name) else values[:50]},
    )


def _runs_on(forms: list[str], main: str) -> bool:
    """Whether forms are the main one but for how many digits end it, some more of them and some fewer: the things
    are numbered as they came."""
    match = re.fullmatch(r"([^9]+)(9+)", main)
    if match is None:
        return False
    ends = [re.fullmatch(re.escape(match[1]) + "(9+)", form) for form in forms]
    lengths = {len(end[1]) for end in ends if end is not None}
    return min(lengths) < len(match[2]) < max(lengths)


@check("format_violation")
def emails(ctx: TableContext) -> Iterable[Finding]:
    """Report e-mail addresses that cannot be delivered: no or two @, no domain, blanks (HTML's form)."""
    for column in ctx.profile.columns.values():
        if column.semantic != "email" or column.type != "text":
            continue
        text = ctx.frame[column.name].cast(pl.String).str.strip_chars()
        wrong = ~text.str.contains(EMAIL) | text.str.contains(r"\.\.|^\.|\.@")
        values = [v for v in text.filter(wrong.fill_null(False)).unique().to_list() if not is_placeholder(v)]
        mask = text.is_in(values) & wrong
        count = int(mask.sum() or 0)
        if count:
            yield off_form(
                ctx,
                column.name,
                mask,
                count,
                f"{count:,} values of '{column.name}' are no e-mail addresses.",
                {"values": []},
            )


@check("format_violation")
def lost_zeros(ctx: TableContext) -> Iterable[Finding]:
    """Report codes that were read or written as numbers, so that leading zeros are gone (01234 became 1234).

    A column named like a postcode or code counts where most values have the full number of digits, the others are
    one or two digits shorter, and nothing is longer. American ones have five digits, however few of them do. So do
    identifiers of six to fifteen digits, of which nine in ten have one of two lengths that follow on one another,
    and numbers of books (ISBN), which have ten.
    """
    for column in ctx.profile.columns.values():
        coded = column.semantic == "postcode" or named(column.name, *CODED, *LONG_CODES)
        noted = int(ctx.table.columns[column.name].notes.get("leading_zeros", 0) or 0)
        if not coded or noted or not (column.whole and column.numeric) or column.present < 20 or column.negatives:
            continue
        length = ctx.frame[column.name].cast(pl.Int64, strict=False).cast(pl.String).str.len_chars()
        longest = int(length.max() or 0)  # type: ignore[arg-type]
        book = longest == 10 and named(column.name, "isbn", "isbn10")
        short = (length < longest) & (length >= longest - (3 if book else 2))
        count = int(short.sum() or 0)
        american = longest == 5 and named(column.name, "zip", "zipcode", "fips")
        long = book or (6 < longest <= 15 and _two_lengths(column, length, longest))
        if not (long or longest in {4, 5, 6}) or not 0 < count < (0.98 if american else 0.5) * column.present:
            continue
        if int((length < longest - (3 if book else 2)).sum() or 0) > 0.01 * column.present:
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
    full = int((length == longest).sum() or 0)
    if not named(column.name, *CODED, *LONG_CODES):
        return False
    return full + int((length == longest - 1).sum() or 0) >= 0.999 * column.present and full >= 0.5 * column.present


@check("format_violation")
def rounded_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report identifiers of twelve digits or more that a spreadsheet rounded (1.24E+18): nothing but zeros after
    the sixth, or written with an exponent, in at least 3 values and 1 in 100."""
    for column in ctx.profile.columns.values():
        told = identifying(column) or column.name.casefold().endswith("id") or named(column.name, *NUMBERED)
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
        if column.semantic != "identifier" or not column.whole or column.present < 20:
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
def coded_categories(ctx: TableContext) -> Iterable[Finding]:
    """Remark on categories stored as numbers: 3 to 12 whole numbers in a column named like a category.

    Also taken are 3 to 6 whole numbers that skip some, as codes do and grades do not, and up to 20 that do where
    the column is called a class, type or code.
    """
    targets = ctx.targets
    for column in ctx.profile.columns.values():
        most = 20 if named(column.name, *CLASSES) and column.distinct <= len(column.low) else 12
        if not column.numeric or not column.whole or not 3 <= column.distinct <= most or column.name in targets:
            continue
        if column.present < max(50, 10 * column.distinct) or column.negatives or float(column.maximum) > 999:
            continue
        values = sorted(float(v) for v, _ in column.low)
        if not _nominal(column, values):
            continue
        shown = ", ".join(str(int(v)) for v in values[:12])
        yield ctx.finding(
            "format_violation",
            column.name,
            "info",
            f"'{column.name}' looks like a category written as a number ({shown}).",
            rows_affected=column.present,
            consequence="A model takes 3 for three times 1, and averages of it mean nothing.",
            advice="Ask for the key to the codes, and treat the column as a category.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('category')",
            evidence=ctx.evidence([1, 2, 3][: ctx.rows], [column.name]),
            details={"codes": [int(v) for v in values], "own": True},
            confidence=0.6,
        )


@check("format_violation")
def postcodes_as_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on postcodes stored as numbers, of which averages mean nothing and leading zeros are lost."""
    for column in ctx.profile.columns.values():
        if column.semantic != "postcode" or not column.numeric or not column.whole or column.present < 20:
            continue
        if column.name in ctx.memo.get("lost_zeros", ()):
            continue
        yield ctx.finding(
            "format_violation",
            column.name,
            "info",
            f"'{column.name}' holds postcodes written as numbers.",
            rows_affected=column.present,
            consequence="A model takes one for more than another, and a zero at the beginning is lost.",
            advice="Read it as text, and treat it as a category, or as a place.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].astype('Int64').astype('string')",
            evidence=ctx.evidence([1, 2, 3][: ctx.rows], [column.name]),
            details={"own": True},
            confidence=0.8,
        )


def _nominal(column: ColumnProfile, values: list[float]) -> bool:
    counted = named(column.name, *COUNTS)
    if named(column.name, "education") and values[-1] > 9:
        return False  # years at school
    if named(column.name, *NOMINAL) and not counted:
        return True
    gaps = values[-1] - values[0] + 1 > len(values)
    if len(values) > 12:
        return gaps and not counted
    skipping = gaps and values[0] in (0, 1, 2, 3) and values[-1] <= 20 and len(values) <= 6
    return (
        skipping and not counted and not identifying(column) and values not in _COUNTED and _even(values) is False
    )


_COUNTED = ([2.0, 4.0, 6.0, 8.0], [3.0, 4.0, 5.0, 6.0, 8.0], [2.0, 3.0, 4.0, 5.0, 6.0, 8.0])


def _even(values: list[float]) -> bool:
    steps = {b - a for a, b in pairwise(values)}
    return len(steps) == 1


def off_form(
    ctx: TableContext,
    name: str,
    mask: pl.Series,
    count: int,
    summary: str,
    details: dict[str, object] | None = None,
    fix: str | None = None,
    *,
    severity: Severity = "minor",
    consequence: str = "They will not be found or joined by this column, and some will be plain errors.",
    advice: str = "Correct them at the source, or bring them to the usual form.",
) -> Finding:
    """Return the finding about ``count`` values, in the rows of ``mask``, that are written unlike the others."""
    return ctx.finding(
        "format_violation",
        name,
        severity,
        summary,
        rows_affected=count,
        consequence=consequence,
        advice=advice,
        fix=fix,
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details=details or {},
        confidence=0.8,
    )
