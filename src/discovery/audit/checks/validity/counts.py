"""Counts and parts of dates that cannot be: half a worker, a year in which computers begin to count, a fifth
quarter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...fixes import blanked
from ...profiling.profile import ColumnProfile
from ...values import cells_of, raw_words, text_counts
from ...vocabulary.names import named, tokens
from .impossible import impossible

THINGS = frozenset(
    "workers employees persons people children kids adults passengers students pupils patients guests visitors "
    "users members customers players orders siblings dependents vehicles cars witnesses accidents calls "
    "tickets".split()
)
"""What is there as a whole or not at all."""
AVERAGED = ("avg", "average", "mean", "median", "per", "rate", "ratio", "fte", "equivalent", "expected", "estimate",
            "estimated", "index", "change", "share")  # fmt: skip
MOST_HALVES = 0.2
"""More halves than this are the way the things are counted."""
FEWEST_WHOLE, FRACTIONS = 500, 3
"""Of so many rows one is odd by fractions, in so many columns that hold none else."""
SEEN = ("views", "view count", "downloads", "plays", "streams", "followers", "subscribers", "population")
"""Counts of what is never left alone by everybody, among such as are seen by thousands."""
BEGUN = (1900, 1970)
"""The years in which computers begin to count days: spreadsheets, and Unix."""
YEARS_APART = 20
SEX = ("gender", "sex")
SEX_LETTERS = frozenset("mfuxondictb")
"""First letters of what forms offer for a sex: male, female, unknown, other, none, divers, intersex, couple …"""
NONE_OF_BOTH = "it is none of the letters for male and female"
FEWEST_CODED = 3
"""In so many rows a letter for no sex is no slip of the pen."""
UNKNOWN, NO_SEX = "u", "beside the letters for male and female it says that it is unknown"


@check("impossible_value", view="values")
def halves(ctx: TableContext) -> Iterable[Finding]:
    """Report halves among whole numbers of persons or things that are there as a whole or not at all.

    Told by the name; at most a fifth of the numbers have decimals, and all of them are halves (full-time
    equivalents have others).
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or column.whole or column.distinct < 10 or named(column.name, *AVERAGED):
            continue
        if not set(tokens(column.name)) & THINGS:
            continue
        parts = ctx.frame[column.name].cast(pl.Float64) % 1
        wrong = ((parts != 0) & parts.is_not_nan()).fill_null(False)
        count = int(wrong.sum() or 0)
        if 0 < count <= MOST_HALVES * column.present and bool((parts.filter(wrong) == 0.5).all()):
            yield impossible(ctx, column, wrong, count, "a number of whole things", ["v % 1 > 0"], severity="minor")


@check("impossible_value", view="values")
def a_row_of_fractions(ctx: TableContext) -> Iterable[Finding]:
    """Report the one row in which three columns or more hold a fraction that are whole numbers in all others."""
    if ctx.rows < FEWEST_WHOLE or ctx.seen is not None:
        return
    rows: dict[int, list[str]] = {}
    for column in ctx.profile.columns.values():
        if not column.numeric or column.whole or column.present < FEWEST_WHOLE or not column.quantiles:
            continue
        if sum(q % 1 > 0 for q in column.quantiles.values()) > 0.5 * len(column.quantiles):
            continue
        cells = ctx.frame[column.name].cast(pl.Float64)
        broken = ((cells % 1 != 0) & cells.is_finite()).fill_null(False)
        if int(broken.sum()) == 1:
            rows.setdefault(int(broken.arg_max() or 0) + 1, []).append(column.name)
    for row, names in rows.items():
        if len(names) >= FRACTIONS:
            yield ctx.finding(
                "impossible_value",
                names,
                "minor",
                f"Row {row:,} holds fractions in {len(names)} columns that are whole numbers in all others: "
                f"{raw_words(names)}.",
                rows_affected=1,
                consequence="It is no row like the others, but a test, an average or a slip of the file.",
                advice="Leave this row out, or ask where it comes from.",
                fix=f"df = df.drop(index=df.index[{row - 1}])",
                evidence=ctx.evidence([row], names[:8]),
                details={"row": row, "own": True},
                confidence=0.85,
            )


@check("impossible_value", view="values")
def begun_to_count(ctx: TableContext) -> Iterable[Finding]:
    """Report 1970 or 1900, once or twice, twenty years or more before all others of a column of years: where
    computers begin to count. Where it is repeated, it is a sentinel."""
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or column.minimum not in BEGUN or column.distinct < 5:
            continue
        if not named(column.name, "year", "yr") or named(column.name, "birth", "born"):
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        near = values[-1] <= ctx.as_of.year + 20 and values[-1] - values[1] <= 2 * (values[1] - values[0])
        if counts[0] <= 2 and values[1] - values[0] >= YEARS_APART and near:
            wrong = ctx.frame[column.name] == column.minimum
            yield impossible(
                ctx,
                column,
                wrong,
                int(counts[0]),
                "a year",
                [f"v == {int(values[0])}"],
                severity="minor",
                confidence=0.8,
            )


@check("impossible_value", view="values")
def never_seen(ctx: TableContext) -> Iterable[Finding]:
    """Report a few zeros (1 in 50 at most) in counts of views or followers that are else 1,000 at least, and 10,000
    in 95% of the rows."""
    for column in ctx.profile.columns.values():
        if not column.numeric or not 2 <= column.zeros <= 0.02 * column.present or column.negatives:
            continue
        if not column.quantiles or column.quantiles[0.05] < 10_000 or not named(column.name, *SEEN):
            continue
        if float(distinct_numbers(ctx.table, column.name)[0][1]) < 1_000:
            continue
        wrong = ctx.frame[column.name] == 0
        yield impossible(
            ctx,
            column,
            wrong,
            column.zeros,
            "a quantity that is else never near 0",
            ["v == 0"],
            severity="minor",
            confidence=0.7,
        )


@check("impossible_value", "sentinel_missing")
def no_such_label(ctx: TableContext) -> Iterable[Finding]:
    """Report a fifth quarter beside the four of a year, and single letters for no sex beside m and f: those that
    repeat are codes for what is not known, and so is u."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 3 <= column.distinct <= 12:
            continue
        counts = {str(v): int(n) for v, n in text_counts(ctx, column.name).iter_rows()}
        if named(column.name, "quarter", "qtr", "quartal", "trimestre"):
            wrong, what = _no_quarters(counts), "a quarter of a year"
        elif named(column.name, *SEX):
            wrong, what = _no_sex(counts), "a sex"
            codes = [v for v in wrong if counts[v] >= FEWEST_CODED]
            wrong = [v for v in wrong if v not in codes]
            if codes:
                yield _not_known(ctx, column, codes, sum(counts[v] for v in codes), NONE_OF_BOTH)
            unknown = unknown_sex(counts)
            if unknown:
                yield _not_known(ctx, column, unknown, sum(counts[v] for v in unknown), NO_SEX)
        else:
            continue
        rows = sum(counts[v] for v in wrong)
        if 0 < rows <= 0.1 * column.present:
            yield _label(ctx, column, wrong, rows, what)


def unknown_sex(counts: Mapping[str, int]) -> list[str]:
    """Return the letter u (each way it is written) beside m and f, and no other values."""
    letters = {v: v.strip().lower() for v in counts}
    repeated = [v for v, s in letters.items() if s == UNKNOWN and counts[v] >= FEWEST_CODED]
    return repeated if set(letters.values()) == {"m", "f", UNKNOWN} else []


def _not_known(ctx: TableContext, column: ColumnProfile, codes: list[str], rows: int, why: str) -> Finding:
    name = column.name
    shown = raw_words([ctx.show(name, v.strip()) for v in codes])
    mask, _ = cells_of(ctx, name, codes)
    return ctx.finding(
        "sentinel_missing",
        name,
        "minor",
        f"{shown} may stand for a missing value in {rows:,} of {ctx.rows:,} rows of '{name}' "
        f"({rows / ctx.rows:.1%}): {why}.",
        rows_affected=rows,
        consequence="The gap counts as one of the values: the column looks complete, and groups by it are wrong.",
        advice="Ask whether it is a category of its own or a gap.",
        fix=blanked(name, codes),
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": codes, "own": True},
        confidence=0.8,
    )


def _no_quarters(counts: dict[str, int]) -> list[str]:
    """Return the values that are a quarter by their form, the same for all of them, but for their number."""
    parts = {v: re.fullmatch(r"\s*([A-Za-z]* ?)(\d)\s*", v) for v in counts}
    if not all(parts.values()) or len({m[1].lower() for m in parts.values() if m}) != 1:
        return []
    numbers = {v: int(m[2]) for v, m in parts.items() if m}
    there = {1, 2, 3, 4} <= set(numbers.values())
    return [v for v, n in numbers.items() if not 1 <= n <= 4] if there else []


def _no_sex(counts: dict[str, int]) -> list[str]:
    letters = {v: v.strip().lower() for v in counts}
    if not {"m", "f"} <= set(letters.values()) or not all(len(s) == 1 and s.isalpha() for s in letters.values()):
        return []
    wrong = [v for v, s in letters.items() if s not in SEX_LETTERS]
    return wrong if sum(counts[v] for v in wrong) <= 0.02 * sum(counts.values()) else []


def _label(ctx: TableContext, column: ColumnProfile, wrong: list[str], rows: int, what: str) -> Finding:
    name = column.name
    shown = ", ".join(ctx.show(name, v.strip()) for v in wrong[:5])
    mask, _ = cells_of(ctx, name, wrong)
    return ctx.finding(
        "impossible_value",
        name,
        "minor",
        f"{rows:,} values of '{name}' cannot be: {shown} as {what}.",
        rows_affected=rows,
        consequence="They are errors or stand for missing; averages and models take them for measurements.",
        advice="Ask where they come from; read them as missing where they cannot be corrected.",
        fix=f"df[{name!r}] = df[{name!r}].where(~df[{name!r}].isin({wrong!r}))",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"values": wrong, "own": True},
        confidence=0.9,
    )
