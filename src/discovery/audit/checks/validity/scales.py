"""Values beyond what the columns beside them allow: a scale that many share, shares of one kind, flags."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ....artifacts import Finding
from ....ordered import distinct_numbers
from ...context import TableContext, check
from ...numbers.spikes import is_code
from ...numbers.zeros import asked
from ...profiling.profile import ColumnProfile
from ...values import identifying
from ...vocabulary.bounds import CHANGE
from ...vocabulary.names import named, tokens
from .codes import COUNTS
from .impossible import impossible

TOPS = (5, 7, 10, 100)
"""Where scales of answers end."""
SISTERS = 6
"""Columns that must keep to a scale for it to be one of the table's."""
FEW, USED = 0.01, 0.02
SHARES = frozenset("frequency freq share proportion fraction probability prob".split())
"""Words for what lies between 0 and 1 where columns named alike do."""
SO_OR_NOT = ("has", "is", "was", "had", "did", "attempted", "flag", "indicator")


@check("impossible_value", view="values")
def beyond_a_shared_scale(ctx: TableContext) -> Iterable[Finding]:
    """Report a few values (1 in 100) beyond a scale of 1 (or 0) to 5, 7, 10 or 100 that six other columns keep to.

    The column must take the steps of the scale, and at most two values beyond it, below twice its top; and the
    columns that keep to the scale must be more than those that run on beyond it.
    """
    scales: dict[int, list[ColumnProfile]] = {}
    for column in ctx.profile.columns.values():
        top = _top(column)
        if top is not None:
            scales.setdefault(top, []).append(column)
    for top, columns in scales.items():
        beyond = [c for c in columns if float(c.maximum) > top]
        if len(columns) - len(beyond) >= max(SISTERS, 2 * len(beyond)):
            for column in beyond:
                yield from _beyond(ctx, column, top)


@check("impossible_value", view="values")
def beyond_the_answers(ctx: TableContext) -> Iterable[Finding]:
    """Report a few values (1 in 100) beyond the scale of answers that a column named so (a satisfaction) has.

    The scale is 3 to 10 whole numbers in a row from 0 or 1 on, each in 1 in 50 cells and ten times as frequent as
    all beyond them.
    """
    for column in ctx.profile.columns.values():
        if not column.numeric or not column.whole or not asked(column.name) or column.minimum not in (0, 1):
            continue
        values, counts = distinct_numbers(ctx.table, column.name)
        steady = (values == values[0] + np.arange(len(values))) & (counts >= USED * counts.sum())
        steps = int(np.argmin(steady)) if not steady.all() else len(values)
        beyond, codes = values[steps:], [v for v in values[steps:].tolist() if is_code(v)]
        rows = int(counts[steps:].sum())
        few = rows <= min(FEW * column.present, int(counts[: max(1, steps)].min()) / 10)
        if not len(beyond) or codes or not 3 <= steps <= 10 or not few:
            continue
        low, high = int(values[0]), int(values[steps - 1])
        wrong, what = ctx.frame[column.name] > high, f"one more step of a scale of {low} to {high}"
        yield impossible(ctx, column, wrong, rows, what, [f"v > {high}"], severity="minor", confidence=0.85)


def _beyond(ctx: TableContext, column: ColumnProfile, top: int) -> Iterable[Finding]:
    name = column.name
    values, counts = distinct_numbers(ctx.table, name)
    above = values > top
    rows = int(counts[above].sum())
    steps = int(np.isin(np.arange(1, top + 1), values).sum())
    if not 0 < above.sum() <= 2 or rows > FEW * column.present or steps < 0.9 * top or values[-1] >= 2 * top:
        return
    wrong, what = ctx.frame[name] > top, f"one more step of a scale of {1 if values[0] > 0 else 0} to {top}"
    if not any(is_code(float(v)) for v in values[above]) and wrong.any():
        yield impossible(ctx, column, wrong, rows, what, [f"v > {top}"], severity="minor", confidence=0.8)


def _top(column: ColumnProfile) -> int | None:
    """Return where the scale of a column ends, but for 1 in 100 of its values: answers heap up on it."""
    if not column.numeric or not column.quantiles or column.negatives or identifying(column):
        return None
    if column.distinct < 5 or column.present < 200 or float(column.minimum) not in (0, 1):
        return None
    if named(column.name, *COUNTS, *CHANGE):
        return None
    return next((t for t in TOPS if 0.7 * t <= column.quantiles[0.99] <= t <= float(column.maximum) < 2 * t), None)


@check("impossible_value", view="values")
def above_all_shares(ctx: TableContext) -> Iterable[Finding]:
    """Report a few values (1 in 100) above 1 in a column called a frequency or share, where two others so called
    end at 1."""
    named_so: dict[str, list[ColumnProfile]] = {}
    for column in ctx.profile.columns.values():
        words = SHARES & set(tokens(column.name))
        fraction = column.numeric and column.distinct >= 10 and not column.whole and not column.negatives
        if words and fraction and column.quantiles and column.quantiles[0.99] <= 1:
            named_so.setdefault(min(words), []).append(column)
    for columns in named_so.values():
        if sum(float(c.maximum) == 1 for c in columns) < 2:
            continue
        for column in columns:
            wrong = (ctx.frame[column.name] > 1).fill_null(False)
            rows = int(wrong.sum() or 0)
            if 0 < rows <= FEW * column.present:
                yield impossible(
                    ctx, column, wrong, rows, "a share of the whole", ["v > 1"], severity="minor", confidence=0.8
                )


@check("impossible_value", view="values")
def third_of_a_flag(ctx: TableContext) -> Iterable[Finding]:
    """Remark on a rare 2 (1 in 200 rows, two at least) beside 0 and 1 in a column of what is so or not: by its name
    (``has_…``, ``attempted``), or where both its neighbours, and five columns in all, are such."""
    columns = list(ctx.profile.columns.values())
    flags = [c.numeric and c.distinct == 2 and c.minimum == 0 and c.maximum == 1 for c in columns]
    many = sum(flags) >= 5
    for place, column in enumerate(columns):
        name = column.name
        if not column.numeric or column.distinct != 3 or [float(v) for v, _ in column.low[:3]] != [0, 1, 2]:
            continue
        among = many and 0 < place < len(flags) - 1 and flags[place - 1] and flags[place + 1]
        rows = int(column.low[2][1])
        if not 2 <= rows <= 0.005 * column.present or name in ctx.targets:
            continue
        if (among or named(name, *SO_OR_NOT)) and not named(name, *COUNTS):
            wrong = ctx.frame[name] == 2
            if wrong.any():
                what = "one more step of a scale of 0 to 1"
                yield impossible(ctx, column, wrong, rows, what, ["v == 2"], severity="info", confidence=0.6)
