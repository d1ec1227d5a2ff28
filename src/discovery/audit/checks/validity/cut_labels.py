"""Labels that break off after a sign behind which others go on, and bands that hold others of one scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from ....artifacts import Finding
from ...context import TableContext, check
from ...values import kept, text_counts

__all__ = ["bands_of_bands", "cut_labels"]

OPEN = re.compile(r".*\w.*\s[-–—:/|>&+]+\s*")
MOST_LABELS, RARE, FEWEST_ON = 300, 0.02, 2
"""Different values that labels are at most, the share of the rows in which they are cut, and how many others must
go on behind the sign."""
BAND = re.compile(r"\s*(\d{1,6})\s?(?:-|–|—|to)\s?(\d{1,6})\s*")
FEWEST_BANDS, MOST_BANDS, WIDE = 4, 40, 0.05
"""Bands of a scale, and the share of the rows up to which one that holds others is a slip, and no total of them."""


@check("inconsistent_category")
def cut_labels(ctx: TableContext) -> Iterable[Finding]:
    """Report rare values that end in a dash, colon or slash behind which other values go on: ``North -`` beside
    ``North - Coast``."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 4 <= column.distinct <= MOST_LABELS:
            continue
        counts = _counts(ctx, column.name)
        whole = [v for v in counts if not OPEN.fullmatch(v)]
        cut = [v for v in counts if OPEN.fullmatch(v) and any(w.startswith(v.rstrip()) for w in whole)]
        joined = {v.rstrip()[-1:] for v in cut}
        going_on = sum(any(f" {sign} " in w for sign in joined) for w in whole)
        rows = sum(counts[v] for v in cut)
        if not cut or going_on < max(FEWEST_ON, 0.5 * len(whole)) or rows > RARE * column.present:
            continue
        summary = (
            f"{rows:,} cells of '{column.name}' break off after a sign behind which others go on: "
            f"{_shown(ctx, column.name, cut)}."
        )
        advice = "Ask for what was lost; until then read them as a level of their own, or as missing."
        yield _finding(
            ctx, column.name, cut, rows, (summary, "A level that is no level is counted as one.", advice)
        )


@check("inconsistent_category")
def bands_of_bands(ctx: TableContext) -> Iterable[Finding]:
    """Report a rare band that is made of other bands of its column: 21-30 beside 21-25 and 26-30."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not FEWEST_BANDS <= column.distinct <= MOST_BANDS:
            continue
        counts = _counts(ctx, column.name)
        bands = {v: (int(m[1]), int(m[2])) for v in counts if (m := BAND.fullmatch(v))}
        if len(bands) < max(FEWEST_BANDS, 0.7 * len(counts)) or any(a >= b for a, b in bands.values()):
            continue
        wide = [v for v in bands if counts[v] <= WIDE * column.present and _made_of_others(bands[v], bands)]
        if len(wide) != 1:
            continue
        rows = counts[wide[0]]
        shown = _shown(ctx, column.name, wide)
        summary = f"{rows:,} cells of '{column.name}' are of a band that is made of others: {shown}."
        consequence = "What lies in a band is counted in two, and no order of the bands is right."
        advice = "Ask which bands are meant; join the others, or look these rows up."
        yield _finding(ctx, column.name, wide, rows, (summary, consequence, advice))


def _made_of_others(band: tuple[int, int], bands: Mapping[str, tuple[int, int]]) -> bool:
    """Whether two bands or more that lie in one another's order fill a band from end to end."""
    inside = sorted({b for b in bands.values() if band[0] <= b[0] and b[1] <= band[1] and b != band})
    if len(inside) < 2 or (inside[0][0], inside[-1][1]) != band:
        return False
    return all(after[0] - before[1] in (0, 1) for before, after in pairwise(inside))


def _counts(ctx: TableContext, name: str) -> dict[str, int]:
    counts = text_counts(ctx, name)
    return dict(zip(counts["v"].to_list(), counts["n"].to_list(), strict=True))


def _shown(ctx: TableContext, name: str, values: list[str]) -> str:
    return ", ".join(f"'{ctx.show(name, v, 30)}'" for v in values[:5])


def _finding(ctx: TableContext, name: str, values: list[str], rows: int, told: tuple[str, str, str]) -> Finding:
    summary, consequence, advice = told
    return ctx.finding(
        "inconsistent_category",
        name,
        "minor",
        summary,
        rows_affected=rows,
        consequence=consequence,
        advice=advice,
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name].is_in(values)), [name]),
        details={"values": kept(ctx, name, values), "own": True},
        confidence=0.8,
    )
