"""Cells that lost a sign: a bare number among ranges, codes of counties without their leading zero."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...values import text_counts
from ...vocabulary.names import tokens
from .formats import off_form

RANGE = r"^\s*[^\d\s-]?\s?(\d[\d,.]*)\s?[^\d\s-]?\s*(?:-|–|—|to)\s*[^\d\s-]?\s?(\d[\d,.]*)\s?[^\d\s-]?\s*$"
BARE = re.compile(r"\s*\d[\d,.]*\s*")
OPEN_FROM = 1000
COUNTIES, FEWEST_STATES = 1000, 10


@check("inconsistent_category")
def bare_ends(ctx: TableContext) -> Iterable[Finding]:
    """Report a bare number that goes on where ranges end: 150000 beside $100,000 - $149,999, which lost its
    "and more"."""
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 4 <= column.distinct <= 30:
            continue
        counts = text_counts(ctx, column.name)
        ranges = counts["v"].str.contains(RANGE)
        others = [str(v) for v in counts["v"].filter(~ranges).to_list()]
        bare = [v for v in others if BARE.fullmatch(v)]
        if int(ranges.sum() or 0) < 3 or len(bare) != 1 or len(others) > 2:
            continue
        last = max(map(_amount, counts["v"].filter(ranges).str.extract(RANGE, 2).to_list()))
        if _amount(bare[0]) not in (last, last + 1) or last < OPEN_FROM:
            continue
        yield _bare(ctx, column, bare[0], int(counts["n"].filter(counts["v"] == bare[0]).sum() or 0))


def _amount(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _bare(ctx: TableContext, column: ColumnProfile, value: str, rows: int) -> Finding:
    name = column.name
    return ctx.finding(
        "inconsistent_category",
        name,
        "minor",
        f"{rows:,} cells of '{name}' are the bare number {ctx.show(name, value)}, where the others are ranges that "
        "end before it.",
        rows_affected=rows,
        consequence="The open end of the scale reads like one amount.",
        advice="Write it as what it seems to be: this much and more.",
        fix=f"df[{name!r}] = df[{name!r}].replace({value!r}, {value + '+'!r})",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name] == value), [name]),
        details={"values": [value], "own": True},
        confidence=0.9,
    )


@check("format_violation", view="values")
def short_counties(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers of counties of the USA (FIPS 6-4: two digits of the state, three of the county) of which the
    first states lack their leading zero: all but their last three digits go with one state by name each."""
    states = [
        c.name for c in ctx.columns("text") if "state" in tokens(c.name) and FEWEST_STATES <= c.distinct <= 60
    ]
    for column in ctx.columns("integer"):
        low, high = column.minimum, column.maximum
        if not states or low is None or high is None or column.distinct < 100:
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
    rows = int(np.count_nonzero(short.to_numpy()))
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
