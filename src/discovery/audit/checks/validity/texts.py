"""Texts that are not what was meant: cut off, with remains of mark-up, marked, or of several forms."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...semantics.detect import MARK, MARKED
from ...semantics.words import fold
from ...values import cells_of, identifying, quoted, some_texts, text_counts, texts_matching
from ...vocabulary.names import named
from ...vocabulary.number_words import spelled_out
from ...vocabulary.placeholders import is_placeholder
from .codes import COUNTS
from .formats import form_remark, off_form

MARKUP = (
    r"(?i)\w+\">|</?(?:br|p|div|span|b|i|u|em|strong|ul|ol|li|td|tr|th|table|h[1-6]|font|sup|sub)\s*/?>"
    r"|<a\s+href|<(?:span|div|p|img|font)\s+\w+="
)
LABEL = r"[^\W\d_][\w ]{1,30}:\s+(?=\S)"
CUT = r"\S\s?(?:\.\.\.|…)\s*$"
LEAST_CUT, CUT_SHARE, CUT_WITHIN, LONGER = 20, 0.05, 0.8, 0.02
"""Texts that end in an ellipsis: how many, their share, how near the longest, and how many others are longer."""
UNCLOSED, CLOSED = r"[^:;\s-]\s*\((?:[^()]|\([^()]*\))*$", r"\([^()]+\)"
NAME_LENGTH, OF_NAMES, TIMES_CLOSED = 60, 0.1, 3
"""Brackets that are open at the end: of names of so many signs, in so many of them, and how many times as many are
closed."""
CLOCKS = {
    "hh:mm": r"^\d{1,2}:\d{2}(?::\d{2})?$",
    "hh:mm am": r"(?i)^\d{1,2}(?:[:.]\d{2}){0,2}\s?[ap]\.?m\.?$",
    "00h00": r"^\d{1,2}\s?[hH]\s?(?:\d{2})?$",
    "hh:mm + day": r"^\d{1,2}:\d{2}(?::\d{2})?\s.*[A-Za-z]{3}|^.*\d.*\s\d{1,2}:\d{2}(?::\d{2})?$",
}
OTHER = "other"
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


@check("format_violation")
def remains_of_markup(ctx: TableContext) -> Iterable[Finding]:
    """Report texts in which tags of HTML, or halves of them, were left (``rn">Republic of Ireland``, ``<br />``).

    Three cells at least must hold one. In prose they are remarked on only.
    """
    for name, wrong in texts_matching(ctx, MARKUP).items():
        column = ctx.profile[name]
        if column.semantic == "url":
            continue
        mask, rows = cells_of(ctx, name, wrong)
        if rows < 3:
            continue
        prose = column.semantic == "free_text" or (column.length_mean or 0) > 100
        yield off_form(
            ctx,
            name,
            mask,
            rows,
            f"{rows:,} values of '{name}' hold remains of mark-up.",
            {"form": "mark-up"},
            severity="info" if prose else "minor",
            consequence="Tags count as words and as letters, and equal texts count as different.",
            advice="Take the tags out before the texts are compared, shown or learned from.",
        )


@check("format_violation")
def labelled(ctx: TableContext) -> Iterable[Finding]:
    """Remark on columns of which every cell begins with the same label (``Cause of Death: Gunfire``): words up to a
    colon, and after it something else in at least three forms."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.distinct < 3 or column.semantic == "url" or column.present < 20:
            continue
        first = re.match(LABEL, some_texts(ctx, column.name)[0])
        if first is None:
            continue
        texts = ctx.frame[column.name].drop_nulls()
        if not bool(texts.str.starts_with(first[0]).all()):
            continue
        label = f"'{ctx.show_any('', first[0].strip(), 40)}'"
        yield off_form(
            ctx,
            column.name,
            ctx.frame[column.name].is_not_null(),
            column.present,
            f"All cells of '{column.name}' begin with {label}.",
            {"form": "label", "own": True},
            f"df[{column.name!r}] = df[{column.name!r}].str.removeprefix({first[0]!r})",
            severity="info",
            consequence="Dates and numbers behind it stay text, and what every cell says tells nothing.",
            advice="Take the label off, and read the rest as what it is.",
        )


@check("format_violation")
def cut_off(ctx: TableContext) -> Iterable[Finding]:
    """Report texts that were cut off at some length: at least 5% of a column end in an ellipsis, nine in ten of
    these are about as long as the longest of them, and next to no text is longer."""
    for name, cut in texts_matching(ctx, CUT).items():
        column = ctx.profile[name]
        if len(cut) < LEAST_CUT or (column.length_mean or 0) < 15:
            continue
        counts = text_counts(ctx, name).with_columns(size=pl.col("v").str.len_chars())
        ended = counts.filter(pl.col("v").is_in(cut))
        rows, total = int(ended["n"].sum() or 0), int(counts["n"].sum() or 0)
        most = int(ended["size"].max() or 0)  # type: ignore[arg-type]
        near = int(ended["n"].filter(ended["size"] >= CUT_WITHIN * most).sum() or 0)
        longer = int(counts["n"].filter(counts["size"] > most).sum() or 0)
        if rows < CUT_SHARE * total or near < 0.9 * rows or longer > LONGER * total:
            continue
        yield off_form(
            ctx,
            name,
            cells_of(ctx, name, cut)[0],
            rows,
            f"{rows:,} values of '{name}' are cut off: they end in an ellipsis.",
            {"form": "cut off", "length": most},
            consequence="What stood at the end is lost, and texts that differ there have become equal.",
            advice="Ask for the export anew, with the whole texts.",
        )


@check("format_violation")
def left_open(ctx: TableContext) -> Iterable[Finding]:
    """Remark on names that end within a bracket, in 1 of 10 different ones at most, where three times as many have
    theirs closed: they were cut off."""
    for name, cut in texts_matching(ctx, UNCLOSED).items():
        column = ctx.profile[name]
        if column.semantic in {"free_text", "url", "address"} or (column.length_mean or 0) > NAME_LENGTH:
            continue
        if len(cut) > OF_NAMES * column.distinct:
            continue
        counts = text_counts(ctx, name)
        closed = counts.filter(counts["v"].str.contains(CLOSED) & ~counts["v"].is_in(cut)).height
        if closed < TIMES_CLOSED * len(cut):
            continue
        mask, rows = cells_of(ctx, name, cut)
        shown = ", ".join(f"'{ctx.show(name, v, 60)}'" for v in cut[:3])
        yield off_form(
            ctx,
            name,
            mask,
            rows,
            f"{rows:,} values of '{name}' look cut off within a bracket: {shown}.",
            {"form": "left open", "own": True},
            consequence="What stood at the end is lost, and texts that differ there have become equal.",
            advice="Ask for the export anew, with the whole texts.",
            severity="info",
        )


@check("format_violation")
def clock_times(ctx: TableContext) -> Iterable[Finding]:
    """Report clock times kept as text and written in several ways (``18h00``, ``01:10 22 Mar``, ``Afternoon``).

    At least half of the cells must be a clock time, and nine in ten where the others hold digits; what else there
    is counts from 3 cells on.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.distinct < 10 or column.semantic in {"free_text", "phone", "ip"}:
            continue
        if (column.length_mean or 99) > 30 or not any(re.match(r"99?[:aA.]", p) for p, _ in column.patterns[:3]):
            continue
        counts = text_counts(ctx, column.name)
        texts = counts["v"].str.strip_chars()
        seen: dict[str, int] = {}
        left = pl.repeat(True, counts.height, dtype=pl.Boolean, eager=True)
        for form, pattern in CLOCKS.items():
            hit = left & texts.str.contains(pattern)
            left &= ~hit
            seen[form] = int(counts["n"].filter(hit).sum() or 0)
        plain = sum(n for form, n in seen.items() if form != "hh:mm + day")
        rest = counts.filter(left)
        odd = [(v, n) for v, n in rest.iter_rows() if not is_placeholder(str(v))]
        seen[OTHER] = sum(n for _, n in odd)
        seen = {form: n for form, n in seen.items() if n >= 3}
        if plain >= 0.5 * column.present and len(seen) > 1 and {"hh:mm", "00h00"} & set(seen):
            yield _clocks_finding(ctx, column, seen)


def _clocks_finding(ctx: TableContext, column: ColumnProfile, seen: dict[str, int]) -> Finding:
    usual = max(seen, key=lambda form: seen[form])
    parts = ", ".join(f"{form} ({n:,})" for form, n in sorted(seen.items(), key=lambda i: -i[1]))
    cells = ctx.frame[column.name].cast(pl.String).str.strip_chars()
    mask = ~cells.str.contains(CLOCKS[usual]) if usual in CLOCKS else cells.is_not_null()
    rows = sum(n for form, n in seen.items() if form != usual)
    return off_form(
        ctx,
        column.name,
        mask,
        rows,
        f"The clock times of '{column.name}' are written in {len(seen)} ways: {parts}.",
        {"forms": seen},
        consequence="The column stays text: no order, no length of time, no part of the day can be had from it.",
        advice="Read each form by its own rule, and the rest as missing.",
    )


@check("format_violation")
def numbers_in_words(ctx: TableContext) -> Iterable[Finding]:
    """Remark on columns whose values are all numbers in words (``four``, ``six``): three different ones, or two
    where the column's name speaks of a number."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 2 <= column.distinct <= 50 or column.present < 20:
            continue
        values = [v for v in text_counts(ctx, column.name)["v"].to_list() if not is_placeholder(v)]
        least = 2 if named(column.name, *COUNTS) else 3
        if len(values) < least or not all(map(spelled_out, values)):
            continue
        yield form_remark(
            ctx,
            column,
            f"The numbers of '{column.name}' are written in words: {quoted(ctx, column.name, values)}.",
            consequence="They are categories without an order: four is no more than two.",
            advice="Write them as numbers.",
            details={"own": True},
            confidence=0.8,
        )


@check("inconsistent_category")
def names_in_two_lengths(ctx: TableContext) -> Iterable[Finding]:
    """Report months or weekdays of which some are written out and others cut short (``June`` beside ``Aug``)."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 3 <= column.distinct <= 40 or column.present < 20:
            continue
        values = [v for v in text_counts(ctx, column.name)["v"].to_list() if not is_placeholder(v)]
        for names in (_MONTHS, _DAYS):
            told = {v: _length(fold(v.strip()).rstrip("."), names) for v in values}
            if not values or None in told.values():
                continue
            short, long = ([v for v, size in told.items() if size == s] for s in ("short", "long"))
            if short and long:
                yield _two_lengths(ctx, column, min(short, long, key=len))


def _length(word: str, names: list[str]) -> str | None:
    """Return whether a word is one of the names cut short or written out, "" for may, None for another word."""
    if word == "may" and word in names:
        return ""
    if word in names:
        return "long"
    return "short" if len(word) >= 3 and any(name.startswith(word) for name in names) else None


def _two_lengths(ctx: TableContext, column: ColumnProfile, fewer: list[str]) -> Finding:
    mask, rows = cells_of(ctx, column.name, fewer)
    return ctx.finding(
        "inconsistent_category",
        column.name,
        "minor",
        f"{rows:,} values of '{column.name}' are written in another length than the others: "
        f"{quoted(ctx, column.name, fewer)}.",
        rows_affected=rows,
        consequence="A table of short names, or a format for dates, misses them.",
        advice="Write all in one length.",
        evidence=ctx.evidence(ctx.rows_where(mask), [column.name]),
        details={"values": fewer, "own": True},
        confidence=0.9,
    )


@check("format_violation")
def marked_texts(ctx: TableContext) -> Iterable[Finding]:
    """Remark on texts that nearly all begin with one and the same sign (``-Andy Allanson``)."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.distinct < 20 or not column.patterns or identifying(column):
            continue
        sign = column.patterns[0][0][:1]
        if not re.match(MARK, sign):
            continue
        mask = ctx.frame[column.name].cast(pl.String).str.contains(rf"^\s*{re.escape(sign)}\s?\p{{L}}")
        rows = int(mask.sum() or 0)
        if rows >= MARKED * column.present:
            yield form_remark(
                ctx,
                column,
                f"{rows:,} values of '{column.name}' begin with the sign '{sign}'.",
                consequence="Names with and without it are not found by one another.",
                advice="Take the sign away.",
                details={"own": True},
                confidence=0.8,
            )
