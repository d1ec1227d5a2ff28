"""Cells that stand in the column beside their own."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import cells_of, kept, quoted, text_counts
from .formats import off_form

LONGEST, MOST_COLUMNS = 40, 60
"""Signs of a text that has a form, on average, and columns that are looked at."""
MOST_FORMS, OF_THE_FORM = 10, 0.95
"""Forms of a column that has few, and the share of its cells that they make."""
LEAST, MOST_ELSEWHERE = 3, 0.15
"""Cells that must be moved, and the most of the column that they stand in."""
BY_CHANCE = 1e-3
"""How likely the cells may be to stand by chance where the other column is empty."""


@check("format_violation")
def moved(ctx: TableContext) -> Iterable[Finding]:
    """Report cells that are written like those of another column and stand in rows where that one is empty.

    The other column is a text of numbers with words or signs: its forms (digits as 9, words as they are but for
    case and a plural s) are 10 at most and make 95% of its cells, as ``93 min`` and ``2 Seasons`` do. At least
    three cells of a column, and less than 15% of it, have such a form; 95% of them stand where the other one is
    empty, which chance would hardly bring about.
    """
    texts = [c for c in ctx.columns("text") if (c.length_mean or 99) <= LONGEST and c.present][:MOST_COLUMNS]
    for own in texts:
        if own.missing < LEAST or own.present < 50 or not _has_form(own):
            continue
        forms = _forms(text_counts(ctx, own.name))
        rows = forms.group_by("form").agg(pl.col("n").sum()).sort("n", descending=True).head(MOST_FORMS)
        usual = rows.filter(pl.col("n") >= 0.001 * own.present)
        if int(usual["n"].sum() or 0) < OF_THE_FORM * own.present:
            continue
        for other in texts:
            if other.name != own.name:
                yield from _moved(ctx, own, other, usual["form"])


def _has_form(column: ColumnProfile) -> bool:
    """Whether most cells hold digits, and letters or signs with them."""
    told = sum(n for p, n in column.patterns if "9" in p and len(p) > 1 and any(c.isalpha() for c in p))
    return told >= OF_THE_FORM * sum(n for _, n in column.patterns)


def _forms(counts: pl.DataFrame) -> pl.DataFrame:
    text = counts["v"].str.strip_chars().str.to_lowercase().str.replace_all(r"\d+", "9")
    return counts.with_columns(form=text.str.replace_all(r"([a-z]{3,}?)s\b", "${1}"))


def _moved(ctx: TableContext, own: ColumnProfile, other: ColumnProfile, forms: pl.Series) -> Iterable[Finding]:
    empty = ctx.frame[own.name].is_null()
    there = ctx.frame[other.name].filter(empty).drop_nulls()
    if len(there) < LEAST:
        return
    told = _forms(text_counts(ctx, other.name))
    values = told.filter(told["form"].is_in(forms.implode()))
    count = int(values["n"].sum() or 0)
    if not LEAST <= count < MOST_ELSEWHERE * other.present:
        return
    mask, _ = cells_of(ctx, other.name, values["v"].to_list())
    inside = int((mask & empty).sum())
    if inside < OF_THE_FORM * count or (own.missing / ctx.rows) ** inside > BY_CHANCE:
        return
    name, shown = other.name, quoted(ctx, other.name, values.sort("n", descending=True)["v"].to_list())
    yield off_form(
        ctx,
        name,
        mask & empty,
        inside,
        f"{inside:,} cells of '{name}' are written like those of '{own.name}', which is empty there: {shown}.",
        {"values": kept(ctx, name, values["v"].to_list()), "own": True, "of": own.name},
        consequence="They seem to have moved into the wrong column: one has values that are not its own, and the "
        "other lacks them.",
        advice=f"Move them to '{own.name}', and ask what moved them.",
    )
