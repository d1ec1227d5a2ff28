"""Values that a typing error, a spreadsheet or a calculation left written unlike the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...semantics.patterns import UUID
from ...values import answers_of, identifying, number, numbers_of, raw_words, text_counts, texts_matching
from ...vocabulary.names import named, tokens
from ...vocabulary.placeholders import is_placeholder
from .formats import off_form

SAMPLE = 10_000
MOST_VALUES = 200_000
GRID = 0.9
MOST_DECIMALS = 4
MORE = 3
FEWEST = 5
LARGEST = 1e9
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
SHEET_DATE = rf"^(?:[0-3]?\d-(?:{MONTHS})|(?:{MONTHS})-\d{{2}})$"
SHEET_FRACTION = r"^\d{1,2}/\d{1,4}$"
RANGE = (
    r"(?i)^\s*\d+\s*[-–]\s*\d+\s*$|^\s*[<>≤≥]=?\s*\d+\s*$|^\s*\d+\s*\+\s*$|\b(?:more|less|fewer|over|under)\b.*\d"
)
"""A range of numbers, or the open end of a scale of ranges."""
DATED = rf"(?i)\b(?:{MONTHS})[a-z]*\b|\d{{4}}[-/.]\d{{1,2}}[-/.]\d|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2}}"
STATES = frozenset(
    """al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh
    ok or pa ri sc sd tn tx ut vt va wa wv wi wy pr gu vi as mp fm mh pw aa ae ap ab bc mb nb nl ns nt nu on pe qc
    sk yt um""".split()
)
"""What the postal services of the United States and Canada write for states, provinces and territories."""
DOMINANT, SCATTERED, DIFFERENT = 0.7, 0.05, 5


@check("format_violation")
def more_decimals(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers with three decimals more than at least 90% of their column: 20.641159 among whole hours.

    They were calculated, converted or made up. At least 5 values count, nearly each of its own, and at most one in
    ten; zeros, which have no decimals in any column, and averages by name are left out, and so are values that are
    smaller than nine in ten of the others: they have room for more decimals. A column whose name shares a word with
    one that has as many in a tenth of its values is calculated like that one.
    """
    for column in ctx.profile.columns.values():
        if column.type != "number" or column.whole or column.present < 50 or identifying(column):
            continue
        if named(column.name, "mean", "avg", "average", "rate", "ratio", "score", "std", "index"):
            continue
        values = numbers_of(ctx, column.name)
        step = -(-len(values) // SAMPLE)
        usual = _decimals(values[::step])
        if usual is None:
            continue
        strays = values[~_on_grid(values, usual + MORE - 1) & (values != 0)]
        distinct = np.unique(strays)
        small = len(strays) and np.median(np.abs(strays)) < np.quantile(np.abs(values[values != 0]), 0.1)
        few = FEWEST <= len(strays) <= (1 - GRID) * len(values)
        if few and not small and len(distinct) >= 0.8 * len(strays) and not _calculated(ctx, column, usual + MORE):
            yield _decimals_finding(ctx, column, usual, strays, distinct)


def _calculated(ctx: TableContext, column: ColumnProfile, places: int) -> bool:
    """Whether a column of the same kind by its name has so many decimals in a tenth of its values or more."""
    words = {w for w in tokens(column.name) if len(w) > 2}
    for other in ctx.profile.columns.values():
        kin = other.name != column.name and words & set(tokens(other.name))
        if not kin or other.type != "number" or other.whole:
            continue
        values = numbers_of(ctx, other.name)
        if len(values) and _on_grid(values[:: -(-len(values) // SAMPLE)], places - 1).mean() <= GRID:
            return True
    return False


def _decimals(values: np.ndarray[Any, Any]) -> int | None:
    """Return how many decimals at least 90% of the values other than 0 have at most, where the others have more."""
    values = values[(values != 0) & (np.abs(values) < LARGEST)]
    if len(values) < 50:
        return None
    for places in range(MOST_DECIMALS + 1):
        share = float(_on_grid(values, places).mean())
        if share >= GRID:
            kept = np.unique(values[_on_grid(values, places)])
            return places if share < 1 and len(kept) >= 2 else None
    return None


def _on_grid(values: np.ndarray[Any, Any], places: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether values have so many decimals at most, but for what a float cannot hold."""
    scaled = np.abs(values) * 10.0**places
    return np.asarray(np.abs(scaled - np.round(scaled)) <= 1e-7 * np.maximum(scaled, 1))


def _decimals_finding(
    ctx: TableContext,
    column: ColumnProfile,
    usual: int,
    strays: np.ndarray[Any, Any],
    distinct: np.ndarray[Any, Any],
) -> Finding:
    name = column.name
    mask = ctx.frame[name].cast(pl.Float64).is_in(distinct.tolist())
    shown = raw_words(ctx.show(name, number(v)) for v in distinct[:: max(1, len(distinct) // 5)].tolist()[:5])
    most = f"{usual} decimal{'s' if usual != 1 else ''} at most" if usual else "none"
    return off_form(
        ctx,
        name,
        mask,
        len(strays),
        f"{len(strays):,} values of '{name}' have more decimals than the others, which have {most}: {shown}.",
        consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
        advice="Ask where they come from, before they are taken for measured values.",
    )


@check("format_violation")
def between_answers(ctx: TableContext) -> Iterable[Finding]:
    """Report fractions among the answers of a scale: 2.450218 on a scale of 1 to 3 (:func:`..values.answers_of`).

    Nobody answers so: the rows were made up between others, as SMOTE does (Chawla et al. 2002), or averaged.
    """
    for column in ctx.profile.columns.values():
        scale = answers_of(ctx, column)
        if not scale or column.name in ctx.targets:
            continue
        name = column.name
        values = ctx.frame[name].cast(pl.Float64)
        mask = (values != values.round(0)).fill_null(False)
        rows, first, last = int(mask.sum() or 0), number(scale[0]), number(scale[-1])
        yield off_form(
            ctx,
            name,
            mask,
            rows,
            f"{rows:,} values of '{name}' lie between the answers of a scale of {first} to {last}.",
            {"own": True, "cause": "values lie between the answers of a scale"},
            consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
            advice="Ask which rows were made up, and leave them out of what a model is tested on.",
        )


@check("format_violation")
def spreadsheet_dates(ctx: TableContext) -> Iterable[Finding]:
    """Report codes and ranges that a spreadsheet took for dates: ``17-Aug`` among ``17-23`` (Ziemann, Eren and
    El-Osta, *Gene name errors are widespread in the scientific literature*, Genome Biology 2016)."""
    for name, texts in texts_matching(ctx, SHEET_DATE).items():
        column = ctx.profile[name]
        if named(name, "date", "day", "month", "time", "period", "when", "birthday", "season", "term"):
            continue
        counts = text_counts(ctx, name)
        wrong = counts.filter(pl.col("v").is_in(texts))
        others = counts.filter(~pl.col("v").is_in(texts))
        rows, rest = int(wrong["n"].sum() or 0), int(others["n"].sum() or 0)
        dated = int(others.filter(pl.col("v").str.contains(DATED))["n"].sum() or 0)
        few = others.height < 20 and not _are_ranges(others)
        if rows < 3 or rows > 0.5 * column.present or few or dated > 0.02 * rest:
            continue
        yield _sheet_finding(ctx, name, wrong)


@check("format_violation")
def spreadsheet_fractions(ctx: TableContext) -> Iterable[Finding]:
    """Report ranges of numbers that a spreadsheet took for a month and a year: ``10/49`` among ``50-99`` and
    ``100-500``; the smaller number first, in up to three of the values."""
    for name, texts in texts_matching(ctx, SHEET_FRACTION).items():
        if len(texts) > 3 or not all(int(t.split("/")[0]) < int(t.split("/")[1]) for t in texts):
            continue
        counts = text_counts(ctx, name)
        wrong = counts.filter(pl.col("v").is_in(texts))
        others = counts.filter(~pl.col("v").is_in(texts))
        if 3 <= int(wrong["n"].sum() or 0) <= 0.5 * ctx.profile[name].present and _are_ranges(others):
            yield _sheet_finding(ctx, name, wrong)


def _are_ranges(others: pl.DataFrame) -> bool:
    """Whether values (with ``n`` cells each) are ranges of numbers: two of them, and nine in ten cells."""
    told = others.filter(pl.col("v").str.contains(RANGE))
    known = sum(int(n) for v, n in others.iter_rows() if not is_placeholder(str(v)))
    return told.height >= 2 and int(told["n"].sum() or 0) >= 0.9 * known


def _sheet_finding(ctx: TableContext, name: str, wrong: pl.DataFrame) -> Finding:
    rows, texts = int(wrong["n"].sum() or 0), wrong["v"].to_list()
    shown = raw_words(ctx.show(name, v, 30) for v in texts)
    return off_form(
        ctx,
        name,
        ctx.frame[name].cast(pl.String).is_in(texts),
        rows,
        f"{rows:,} values of '{name}' were made dates by a spreadsheet: {shown}.",
        consequence="What they were (a range, a name, a code) is lost or guessed, and joins miss them.",
        advice="Ask for the export anew, with this column as text.",
    )


@check("format_violation")
def no_states(ctx: TableContext) -> Iterable[Finding]:
    """Report what is no state in a column called state of which 95% are the two letters of an American state or a
    Canadian province."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.present < 50 or column.distinct > 200:
            continue
        if not named(column.name, "state", "st", "province", "prov", "statecode") or column.length_min == 0:
            continue
        counts = text_counts(ctx, column.name)
        known = counts["v"].str.strip_chars().str.to_lowercase().is_in(list(STATES))
        right = int(counts["n"].filter(known).sum() or 0)
        wrong = [str(v) for v in counts["v"].filter(~known).to_list() if not is_placeholder(str(v))]
        if right < 0.95 * column.present or not wrong or any(len(v.strip()) > 3 for v in wrong):
            continue
        mask = ctx.frame[column.name].cast(pl.String).is_in(wrong)
        rows = int(mask.sum() or 0)
        shown = raw_words(ctx.show(column.name, v, 30) for v in wrong)
        what = "values" if rows != 1 else "value"
        yield off_form(
            ctx,
            column.name,
            mask,
            rows,
            f"{rows:,} {what} of '{column.name}' {'are' if rows != 1 else 'is'} no states or provinces, as the "
            f"others are: {shown}.",
        )


@check("format_violation")
def no_uuids(ctx: TableContext) -> Iterable[Finding]:
    """Report what is no UUID in a column of them (RFC 9562)."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.semantic != "uuid":
            continue
        text = ctx.frame[column.name].cast(pl.String).str.strip_chars()
        wrong = (~text.str.contains(UUID)).fill_null(False)
        values = [v for v in text.filter(wrong).unique().sort().to_list() if not is_placeholder(v)]
        mask = text.is_in(values)
        rows = int(mask.sum() or 0)
        if rows:
            what = "values" if rows != 1 else "value"
            summary = (
                f"{rows:,} {what} of '{column.name}' {'are' if rows != 1 else 'is'} no UUIDs, as the others are."
            )
            yield off_form(ctx, column.name, mask, rows, summary)


@check("format_violation")
def mistyped_forms(ctx: TableContext) -> Iterable[Finding]:
    """Report values off the form of their column, where many are mistyped: ``(580d 355-4599`` among telephones.

    The form of a value is its signs with every letter as A or a and every digit as 9. From 70% to 95% of the column
    must have one form, with digits; the others must be scattered over 5 forms or more, none of them in 5% of the
    rows, and nine in ten within two edits of it (Damerau 1964); and no more than half of them may differ from it by
    the number of digits alone, as numbers that count on do.
    """
    for column in ctx.profile.columns.values():
        found = off_forms(ctx, column)
        if found is not None:
            yield _mistyped_finding(ctx, column, *found)


def off_forms(ctx: TableContext, column: ColumnProfile) -> tuple[str, int, list[str]] | None:
    """Return the form of a column, the rows that have it, and the values that mistype it; kept."""
    key = f"off_forms:{column.name}"
    if key not in ctx.memo:
        ctx.memo[key] = _off_forms(ctx, column)
    return cast("tuple[str, int, list[str]] | None", ctx.memo[key])


def _off_forms(ctx: TableContext, column: ColumnProfile) -> tuple[str, int, list[str]] | None:
    if column.type != "text" or column.semantic in {"free_text", "person_name", "address", "email", "url", "uuid"}:
        return None
    if column.distinct < 20 or column.present < 50 or (column.length_max or 0) > 80:
        return None
    usual = sum(n for _, n in column.patterns[:1]) / max(1, sum(n for _, n in column.patterns))
    if column.distinct > MOST_VALUES or not 0.5 <= usual < 0.97:
        return None
    forms = _forms(text_counts(ctx, column.name))
    main, rows = forms.row(0)[:2]
    if "9" not in main or not DOMINANT * column.present <= rows < 0.95 * column.present:
        return None
    wrong = _mistyped(main, {f: n for f, n, _ in forms.iter_rows()}, column.present)
    values = [v for f, _, vs in forms.iter_rows() if f in wrong for v in vs if not is_placeholder(v)]
    return (main, rows, values) if values else None


def _forms(counts: pl.DataFrame) -> pl.DataFrame:
    """Return the forms of the values ``v`` (``n`` cells each) with their rows and values, most frequent first."""
    form = (
        pl.col("v")
        .str.strip_chars()
        .str.replace_all(r"\p{N}", "9")
        .str.replace_all(r"\p{Lu}", "A")
        .str.replace_all(r"\p{Ll}", "a")
    )
    forms = counts.group_by(form.alias("form")).agg(pl.col("n").sum(), pl.col("v"))
    return forms.sort(["n", "form"], descending=[True, False])


def _mistyped(main: str, forms: Mapping[str, int], present: int) -> set[str]:
    """Return the forms that are typing errors of ``main``; none if the others are something else."""
    from rapidfuzz.distance import OSA

    others = {f: n for f, n in forms.items() if f != main}
    if len(others) < DIFFERENT or max(others.values()) >= SCATTERED * present:
        return set()
    near = {f for f in others if OSA.distance(f.upper(), main.upper(), score_cutoff=2) <= 2}
    total = sum(others.values())
    shorter = sum(n for f, n in others.items() if _runs(f) == _runs(main))
    if sum(others[f] for f in near) < 0.9 * total or shorter > 0.5 * total:
        return set()
    return near


def _runs(form: str) -> str:
    """Return a form with every run of digits as one."""
    return "9".join(part for part in form.split("9") if part)


def _mistyped_finding(ctx: TableContext, column: ColumnProfile, main: str, rows: int, values: list[str]) -> Finding:
    mask = ctx.frame[column.name].cast(pl.String).is_in(values)
    count = int(mask.sum() or 0)
    personal = ctx.is_personal(column.name)
    shown = "" if personal else f": {raw_words([ctx.show(column.name, v, 30) for v in values])}"
    return off_form(
        ctx,
        column.name,
        mask,
        count,
        f"{count:,} values of '{column.name}' are not written like the other {rows:,} ({main}){shown}.",
        details={"form": main, "values": [] if personal else values[:50]},
    )
