"""Cells of another type than their column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import polars as pl

from ...artifacts import Finding
from ..context import TableContext, check
from ..names import named
from ..placeholders import is_placeholder
from ..profile import ColumnProfile
from ..values import identifying, raw_words, text_counts

DATE_LIKE = (
    r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?\s*$|^\s*\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}\s*$"
)
NUMBER_LIKE = r"^\s*[-+]?[\d.,' ]*\d[\d.,' ]*\s*%?\s*$"


@check("mixed_type")
def mixed_type(ctx: TableContext) -> Iterable[Finding]:
    """Report columns that hold cells of another type: words among numbers, numbers among dates, and the like.

    In a typed column these are the cells that intake could not parse, less those that stand for missing and (in a
    column of dates) those that are dates after all. A column of text counts where from 20% to 98% of its values are
    plain numbers and the others hold no digit at all: codes that mix letters and digits are left alone.
    """
    for column in ctx.profile.columns.values():
        if column.type == "text":
            finding = _text(ctx, column)
        elif column.unparsed:
            finding = _typed(ctx, column)
        else:
            finding = None
        if finding is not None:
            yield finding


def _typed(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    cells = [u for u in ctx.table.columns[column.name].unparsed if not is_placeholder(u.text)]
    if column.temporal:
        cells = [u for u in cells if not _dateish(u.text)]
    if not cells:
        return None
    texts = Counter(u.text.strip() for u in cells)
    share = len(cells) / max(column.present + column.unparsed, 1)
    kinds = {"integer": "numbers", "number": "numbers", "boolean": "yes/no values", "time": "times"}
    what = kinds.get(column.type, "dates")
    return _finding(ctx, column, what, texts, [u.row for u in cells], share)


def _dateish(text: str) -> bool:
    return (
        re.search(r"\d", text) is not None and re.search(r"\d[-/.: ]\d|\d{6,8}|[A-Za-z]{3,} ?\d", text) is not None
    )


def _text(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    if column.distinct < 3 or column.semantic in {"free_text", "person_name", "address"} or identifying(column):
        return None
    if not any(re.fullmatch(r"[-+ ]?9?([.,' ]9)*%?", p) for p, _ in column.patterns):
        return None
    counts = text_counts(ctx, column.name)
    numbers = counts["v"].str.contains(NUMBER_LIKE) & ~counts["v"].str.contains(DATE_LIKE)
    there = int(counts["n"].filter(numbers).sum() or 0)
    words = counts.filter(~numbers)
    if not 0.2 * column.present <= there <= 0.98 * column.present:
        return None
    spelled = {str(v): int(n) for v, n in words.iter_rows() if not is_placeholder(str(v))}
    if not spelled or any(any(c.isdigit() for c in v) for v in spelled) or counts.filter(numbers).height < 5:
        return None
    if named(column.name, "ticket", "room", "unit", "flat", "house", "apartment", "model"):
        return None
    rows = ctx.rows_where(ctx.frame[column.name].cast(pl.String).is_in(list(spelled)), limit=None)
    return _finding(ctx, column, "numbers", Counter(spelled), rows, len(rows) / column.present)


def _finding(
    ctx: TableContext, column: ColumnProfile, what: str, texts: Counter[str], rows: list[int], share: float
) -> Finding:
    name = column.name
    shown = raw_words([ctx.show(name, t, 30) for t, _ in texts.most_common(5)])
    target = name in {u.target for u in ctx.use_cases}
    codes = what == "numbers" and len(texts) >= 5 and all(re.fullmatch(r"[A-Z]{1,3}", t) for t in texts)
    endless = what == "numbers" and all(re.fullmatch(r"[-+]?inf(inity)?", t, re.IGNORECASE) for t in texts)
    fix = f"df[{name!r}] = pd.to_numeric(df[{name!r}], errors='coerce')" if what == "numbers" else None
    return ctx.finding(
        "mixed_type",
        name,
        "major" if (share >= 0.05 and not endless and not codes) or target else "minor",
        f"{len(rows):,} cells of '{name}' are no {what}, as the others are: {shown}.",
        rows_affected=len(rows),
        consequence="The column is read as text, or these cells are lost: no sums, no order, no ranges.",
        advice="Ask what they mean: split them into a column of their own, or correct them.",
        fix=fix,
        evidence=ctx.evidence(rows[:5], [name]),
        details={"values": list(texts)[:50]},
        confidence=0.9,
    )
