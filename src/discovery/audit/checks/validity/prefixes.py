"""Levels that were given a prefix, so that they sort last or first."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile

PREFIX = re.compile(r"([A-Za-z]{1,2}_)\S")
CODED = re.compile(r"\w{1,3}_")
COLUMNS, MOST_LEVELS = 3, 30
"""In how many columns of up to so many values a prefix must stand."""


@check("inconsistent_category")
def prefixes(ctx: TableContext) -> Iterable[Finding]:
    """Report a prefix of a letter or two (``z_No`` beside ``Yes``) on some levels of three columns or more, whose
    other levels, half of them at least, have none: a tool put it there to choose the level to compare with."""
    found: dict[str, dict[str, list[str]]] = {}
    for column in ctx.columns("text"):
        if 2 <= column.distinct <= MOST_LEVELS:
            for prefix, levels in _prefixed(column).items():
                found.setdefault(prefix, {})[column.name] = levels
    for prefix, columns in found.items():
        if len(columns) < COLUMNS:
            continue
        names = list(columns)
        rows = {name: int(ctx.frame[name].is_in(levels).sum()) for name, levels in columns.items()}
        some = [ctx.show(name, level, 30) for name, levels in columns.items() for level in levels[:1]]
        worst = max(rows, key=lambda name: rows[name])
        at = ctx.rows_where(pl.col(worst).is_in(columns[worst]), 3)
        yield ctx.finding(
            "inconsistent_category",
            names,
            "minor",
            f"Some levels of {len(names)} columns begin with '{prefix}', and the others with no such prefix: "
            f"{', '.join(some[:5])}.",
            rows_affected=rows[worst],
            consequence="The prefix is no part of the name: what should be joined or read by it is not found.",
            advice="Take the prefix off.",
            fix=f"df[{names!r}] = df[{names!r}].replace({'^' + prefix!r}, '', regex=True)",
            evidence=ctx.evidence(at, names[:4]),
            details={"prefix": prefix, "by_column": rows},
            confidence=0.8,
        )


def _prefixed(column: ColumnProfile) -> dict[str, list[str]]:
    """Return the levels with a prefix, where it is the only one of the column and half of the levels have none."""
    levels = [str(v) for v, _ in column.top]
    with_one = {v: told[1] for v in levels if (told := PREFIX.match(v))}
    same = set(with_one.values())
    others = [v for v in levels if v not in with_one]
    if len(same) != 1 or len(with_one) > len(others) or any(CODED.match(v) for v in others):
        return {}
    return {same.pop(): list(with_one)}
