"""Values that are not written in the form of their column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...numbers.quantities import units_of
from ...profiling.profile import ColumnProfile
from ...semantics.patterns import UUID
from ...texts.forms import placeholders_among, text_forms
from ...values import cells_of, identifying, kept, quoted, text_counts
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder

DOMINANT = 0.95
SIGNED = re.compile(r"(?:^|[^9A-Za-z])[+-]9+[.,]9+$")
MOST_VALUES = 200_000
EMAIL = r"(?i)^[\p{L}0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$"
STATES = frozenset(
    """al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh
    ok or pa ri sc sd tn tx ut vt va wa wv wi wy pr gu vi as mp fm mh pw aa ae ap ab bc mb nb nl ns nt nu on pe qc
    sk yt um""".split()
)
"""What the postal services of the United States and Canada write for states, provinces and territories."""
DIGITS = r"^\s*\+?\p{N}[\p{N} ./()\-]*$"
USUAL = 0.7
"""The share of a column that has one form, from which on cells in other forms may be mistyped."""
SCATTERED, DIFFERENT, EDITS = 0.05, 5, 2


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
    counts = text_forms(ctx, column.name)
    missing = placeholders_among(counts)
    counts = counts.filter(~counts["v"].is_in(missing)) if missing else counts
    known = int(counts["n"].sum() or 0)
    if not known:
        return
    forms = _forms(counts)
    main, rows = forms.row(0)[:2]
    capitals = re.fullmatch(r"A{2,8}", main) is not None and rows >= 0.99 * known and counts.height >= 100
    if rows < DOMINANT * known or rows == known or not (re.search(r"9", main) or capitals):
        return
    other = pl.col("form") != main
    if SIGNED.search(main) or _runs_on(forms["form"].to_list(), main):
        other = pl.col("form").str.replace_all("9+", "9") != _any_length(main)
    values = [str(v) for v in counts.filter(other)["v"].to_list()]
    if values:
        ctx.memo[f"off_pattern:{column.name}"] = values
        yield _unlike_others(ctx, column.name, main, rows, values)


def _forms(counts: pl.DataFrame) -> pl.DataFrame:
    """Return each ``form`` of the values with its cells ``n`` and its values ``v``, most frequent first."""
    forms = counts.group_by("form").agg(pl.col("n").sum(), pl.col("v"))
    return forms.sort(["n", "form"], descending=[True, False])


def _any_length(form: str) -> str:
    """Return a form with every run of digits as one."""
    return re.sub("9+", "9", form)


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
            yield _unlike_others(ctx, column.name, *found)


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
    forms = _forms(text_forms(ctx, column.name))
    main, rows = forms.row(0)[:2]
    if "9" not in main or not USUAL * column.present <= rows < DOMINANT * column.present:
        return None
    wrong = _mistyped(main, {f: n for f, n, _ in forms.iter_rows()}, column.present)
    values = [v for f, _, vs in forms.iter_rows() if f in wrong for v in vs if not is_placeholder(v)]
    return (main, rows, values) if values else None


def _mistyped(main: str, forms: Mapping[str, int], present: int) -> set[str]:
    """Return the forms that are typing errors of ``main``; none if the others are something else."""
    from rapidfuzz.distance import OSA

    others = {f: n for f, n in forms.items() if f != main}
    if len(others) < DIFFERENT or max(others.values()) >= SCATTERED * present:
        return set()
    near = {f for f in others if OSA.distance(f.upper(), main.upper(), score_cutoff=EDITS) <= EDITS}
    total = sum(others.values())
    shorter = sum(n for f, n in others.items() if _any_length(f) == _any_length(main))
    if sum(others[f] for f in near) < 0.9 * total or shorter > 0.5 * total:
        return set()
    return near


def _unlike_others(ctx: TableContext, name: str, main: str, rows: int, values: list[str]) -> Finding:
    mask, count = cells_of(ctx, name, values)
    shown = "" if ctx.is_personal(name) else f": {quoted(ctx, name, values)}"
    return off_form(
        ctx,
        name,
        mask,
        count,
        f"{count:,} values of '{name}' are not written like the other {rows:,} ({main}){shown}.",
        {"form": main, "values": kept(ctx, name, values)},
    )


@check("format_violation")
def words_among_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report words in a column of identifiers, postcodes or telephone numbers of which 95% are digits, whatever
    lengths these have: a town that slipped into the column of its postcode."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not identifying(column) or column.distinct < 5 or column.present < 50:
            continue
        if f"off_pattern:{column.name}" in ctx.memo or not any("9" not in p for p, _ in column.patterns):
            continue
        counts = text_counts(ctx, column.name)
        digits = counts["v"].str.contains(DIGITS)
        rows = int(counts["n"].filter(digits).sum() or 0)
        words = counts.filter(counts["v"].str.contains(r"\p{L}{3}") & ~counts["v"].str.contains(r"\p{N}"))
        values = [str(v) for v in words["v"].to_list() if not is_placeholder(v)]
        if values and DOMINANT * column.present <= rows:
            yield _unlike_others(ctx, column.name, "9", rows, sorted(values))


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
            summary = f"{rows:,} values of '{column.name}' are no UUIDs, as the others are."
            yield off_form(ctx, column.name, mask, rows, summary)


@check("format_violation")
def no_states(ctx: TableContext) -> Iterable[Finding]:
    """Report what is no state in a column called state of which 95% are the two letters of an American state or a
    Canadian province. Two capitals that come again may be a code of another list, and are but remarked upon."""
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
        mask, rows = cells_of(ctx, column.name, wrong)
        again = counts["v"].is_in(wrong) & (counts["n"] > 1) & counts["v"].str.contains(r"^[A-Z]{2}$")
        yield off_form(
            ctx,
            column.name,
            mask,
            rows,
            f"{rows:,} values of '{column.name}' are no states or provinces, as the others are: "
            f"{quoted(ctx, column.name, wrong)}.",
            severity="info" if again.sum() == len(wrong) else "minor",
        )


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


def form_remark(ctx: TableContext, column: ColumnProfile, summary: str, **more: Any) -> Finding:
    """Return the remark that all values of a column are written in an odd form, with the first of them."""
    return ctx.finding(
        "format_violation",
        column.name,
        "info",
        summary,
        rows_affected=column.present,
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name].is_not_null(), 3), [column.name]),
        **more,
    )
