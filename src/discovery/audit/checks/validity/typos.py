"""Cells that were mistyped, told by the traces that typing errors leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...texts.forms import text_forms
from ...texts.replaced import MOST_RARE, MOST_USUAL, replaced
from ...texts.typos import broken_words, odd_forms, slipped_words
from ...values import cells_of, kept, quoted, text_counts
from ...vocabulary.placeholders import is_placeholder
from .categories import variants_finding
from .formats import off_form, off_forms

MOST_VALUES, FEWEST = 20_000, 3
"""The most values of a column that is looked at, and the fewest mistyped ones that are told."""
SCHEMES = ("http://", "https://")
SCHEME = r"(?i)^\s*(?:(?:https?|ftps?|sftp|s3|file|git|mailto)://[^\s/]|www\.)"
"""How an address of the web begins, as people write it."""
NO_WORDS = frozenset({"uuid", "iban", "card", "email", "url", "ip"})
MOSTLY_ONCE = 0.8
"""The share of different values from which on there are none to compare the others with."""
LONGEST = 100
"""The mean length, in signs, from which on cells are prose, in which people write as they like."""


@check("format_violation", after=("validity.categories.variants", "validity.formats.off_pattern"))
def mistyped(ctx: TableContext) -> Iterable[Finding]:
    """Report cells that look mistyped: a letter in the wrong case within a word, words close to a frequent word of
    the column, codes with a sign too many, too few or swapped (:mod:`discovery.audit.texts.typos`).

    Prose and UUIDs are left alone, and in names of persons other spellings of a name.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.semantic in {"free_text", *NO_WORDS}:
            continue
        if not 10 <= column.distinct <= MOST_VALUES or (column.length_mean or 0) > LONGEST:
            continue
        told, missing = text_forms(ctx, column.name), [v for v, _ in column.top if is_placeholder(str(v))]
        told = told.filter(~told["v"].is_in(missing)) if missing else told
        known = _known(ctx, column)
        wrong = [v for v in _mistyped(column, told) if v not in known]
        if len(wrong) >= FEWEST:
            yield _finding(ctx, column, wrong)


def _known(ctx: TableContext, column: ColumnProfile) -> set[str]:
    """Return the values that are told as off their form, or as another spelling of a value, already."""
    forms = off_forms(ctx, column)
    known = {*ctx.memo.get(f"off_pattern:{column.name}", ()), *ctx.memo.get(f"variants:{column.name}", ())}
    return known | set(forms[2] if forms else ())


def _mistyped(column: ColumnProfile, told: pl.DataFrame) -> list[str]:
    counts: Mapping[str, int] = dict(zip(told["v"].to_list(), told["n"].to_list(), strict=True))
    forms = dict(told["form"].value_counts(name="n").iter_rows())
    wrong = dict.fromkeys(broken_words(counts, forms))
    if column.semantic != "person_name":
        wrong |= dict.fromkeys(slipped_words(counts, forms))
        odd = odd_forms(told) if column.distinct >= 20 else None
        wrong |= dict.fromkeys(odd[1] if odd else ())
    return list(wrong)


def _finding(ctx: TableContext, column: ColumnProfile, wrong: Sequence[str]) -> Finding:
    name = column.name
    mask, count = cells_of(ctx, name, wrong)
    shown = "" if ctx.is_personal(name) else f": {quoted(ctx, name, wrong)}"
    return off_form(
        ctx,
        name,
        mask,
        count,
        f"{count:,} values of '{name}' look mistyped{shown}.",
        {"values": kept(ctx, name, wrong), "own": True},
        consequence="What is one thing counts as several, and is not found or joined.",
        advice="Correct them by a list of what is right; more cells than these may be mistyped.",
    )


@check("inconsistent_category", after=("validity.categories.variants",))
def overwritten(ctx: TableContext) -> Iterable[Finding]:
    """Report values that are a frequent one of the column with letters overwritten by one and the same letter
    (:mod:`discovery.audit.texts.replaced`), codes, addresses and long names among them."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or column.semantic in NO_WORDS or column.distinct < 2:
            continue
        if column.distinct > min(MOST_RARE + MOST_USUAL, MOSTLY_ONCE * column.present):
            continue
        told = text_counts(ctx, column.name)
        counts = dict(zip(told["v"].to_list(), told["n"].to_list(), strict=True))
        known = set(ctx.memo.get(f"variants:{column.name}", ()))
        wrong = {v: right for v, right in replaced(counts).items() if v not in known}
        if wrong:
            yield variants_finding(ctx, column, counts, wrong)


@check("format_violation")
def urls(ctx: TableContext) -> Iterable[Finding]:
    """Report addresses of the web whose beginning is mistyped (``http/:/www.x.org``, ``htp://x.org``): within two
    edits of ``http://`` or ``https://``, and neither."""
    from rapidfuzz.distance import OSA

    for column in ctx.profile.columns.values():
        if column.type != "text" or not any("://" in p for p, _ in column.patterns):
            continue
        told = text_counts(ctx, column.name)
        right = told["v"].str.contains(SCHEME)
        if column.distinct > MOST_VALUES or int(told["n"].filter(right).sum() or 0) < 0.5 * column.present:
            continue
        others = [str(v) for v in told["v"].filter(~right).to_list()]
        near = [v for v in others if min(OSA.distance(v.strip().lower()[: len(s)], s) for s in SCHEMES) <= 2]
        if near:
            yield _finding(ctx, column, near)
