"""Columns that say the same twice: copies, recodings, numbers that go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import by_appearance, clusters, codes_of, one_to_one, signature
from ...targets import Floats
from ...texts.shared_tokens import shared_tokens
from ...values import lettered_codes
from ...vocabulary.names import stem_of, tokens

__all__ = ["redundant_column"]

CORRELATED, ALIKE = 0.98, 0.95
"""|r| from which columns nearly repeat one another, and from which they are told together as pairs."""
BY_RANK, NEARLY_BY_RANK = 0.9, 0.95
"""Correlation that the ranks must have as well: of pairs, and of columns that nearly repeat one another (of which
the smaller of the two is told)."""
LINEAR = 1 - 1e-9
"""|r| above which one column is the other on another scale, where the ranks go together too (``IN_ORDER``)."""
DENSE = 0.5
"""Share of its range that a column which numbers the rows must fill."""
TRIAL_ROWS = 2_000
MOST_SCALES, SEVERAL, SHOWN = 100, 50, 6
IN_ORDER, EXACTLY = 0.999, 1 - 1e-7
"""Correlation of the ranks from which a function is looked for, and of its values from which it is one."""
_IDS = frozenset({"id", "uid", "uuid", "guid", "key"})


@check("redundant_column", view="values")
def redundant_column(context: TableContext) -> Iterator[Finding]:
    """Find columns that repeat another: copies, one-to-one recodings, and |r| of at least 0.98.

    One-to-one pairs are tried among columns with the same number of distinct values, correlations are those of the
    profile, and must show in the ranks as well: a few extreme values make any correlation. Columns that repeat each
    other are told together, and so are all pairs from 0.95 on. Left out are targets (there it is a leak), and texts
    of which one is the table's code for missing.
    """
    profile = context.profile
    excluded = context.targets | {c.name for c in profile.columns.values() if _numbers_rows(c)}
    excluded |= {c.name for c in profile.columns.values() if c.numeric and lettered_codes(context, c)}
    same = [p for p in _same(context) if not excluded & set(p) and not _of_two_things(context, p)]
    told = {frozenset(p) for p in same}
    high = {p: r for p, r in profile.correlations.items() if abs(r) >= ALIKE and not excluded & set(p)}
    ranks = _by_rank(context, [p for p in high if not _of_two_things(context, p)])
    least = {p: NEARLY_BY_RANK if abs(r) >= CORRELATED else BY_RANK for p, r in high.items()}
    high = {p: high[p] for p, rank in ranks.items() if rank >= least[p]}
    pairs = {p: r for p, r in high.items() if abs(r) >= CORRELATED}
    linear = [p for p, r in pairs.items() if abs(r) > LINEAR and ranks[p] >= IN_ORDER and frozenset(p) not in told]
    for columns in clusters([*same, *linear]):
        recoded = any(p <= set(columns) for p in told)
        yield _redundant(context, columns, exact=True, correlation=None if recoded else 1.0)
    close = [p for p in pairs if frozenset(p) not in told and p not in linear]
    for columns in clusters(close):
        inside = [min(abs(r), ranks[p]) for p, r in pairs.items() if set(p) <= set(columns)]
        yield _redundant(context, columns, exact=False, correlation=min(inside))
    group = {c: g for g in map(frozenset, clusters([*same, *pairs])) for c in g}
    alike = {p: r for p, r in high.items() if p not in pairs and group.get(p[0], p[0]) != group.get(p[1], p[1])}
    alike = {p: r for p, r in alike.items() if not any(profile[c].sorted for c in p)}
    if alike:
        yield _alike(context, alike)


@check("redundant_column", view="values")
def another_scale(context: TableContext) -> Iterator[Finding]:
    """Find numbers that are the logarithm, the square, the root or the inverse of another column, but for rounding.

    Tried are pairs of the first 100 columns of 50 values or more whose ranks go together on 2,000 rows; on these
    the function of the one and the other must have a correlation of 1. What is sorted goes with all that is.
    """
    usable = [
        c
        for c in context.columns("integer", "number")
        if c.distinct >= SEVERAL and not c.sorted and c.name not in context.targets and not _numbers_rows(c)
    ][:MOST_SCALES]
    if len(usable) < 2:
        return
    names = [c.name for c in usable]
    frame = context.frame.select(names).gather_every(max(1, context.rows // TRIAL_ROWS))
    values = frame.select(pl.all().cast(pl.Float64).fill_null(float("nan"))).to_numpy()
    ranks = frame.select(pl.all().rank().fill_null(strategy="zero")).to_numpy().astype(np.float64)
    with np.errstate(all="ignore"):
        together = np.abs(np.corrcoef(ranks.T))
        pairs = zip(*np.nonzero(np.triu(together >= IN_ORDER, 1)), strict=True)
        found = [(names[i], names[j], _function(values[:, i], values[:, j])) for i, j in pairs]
    known = {frozenset(p) for p, r in context.profile.correlations.items() if abs(r) > LINEAR}
    made: dict[str, tuple[str, str]] = {}
    for first, second, told in found:
        if told is not None and frozenset((first, second)) not in known:
            column, of = (second, first) if told[1] else (first, second)
            made.setdefault(column, (of, told[0]))
    if made:
        yield _scaled(context, made)


_FUNCTIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "logarithm": np.log,
    "square": np.square,
    "inverse": np.reciprocal,
}


def _function(x: Floats, y: Floats) -> tuple[str, bool] | None:
    """Return the function that makes ``x`` of ``y``, or with True the other way round; None where there is none."""
    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
    if len(x) < SEVERAL or np.unique(x).size < SEVERAL or abs(np.corrcoef(x, y)[0, 1]) > EXACTLY:
        return None
    for name, function in _FUNCTIONS.items():
        for made, of, back in ((y, x, True), (x, y, False)):
            if of.min() > 0 and abs(np.corrcoef(function(of), made)[0, 1]) > EXACTLY:
                return name, back
    return None


def _scaled(context: TableContext, made: Mapping[str, tuple[str, str]]) -> Finding:
    """Return the finding about columns (keys) that are a function of another: (that column, its name)."""
    order = list(context.profile.columns)
    pairs = [f"'{of}' → '{column}'" for column, (of, _) in made.items()]
    shown = "; ".join(pairs[:SHOWN]) + (" …" if len(pairs) > SHOWN else "")
    return context.finding(
        "redundant_column",
        sorted({*made, *(of for of, _ in made.values())}, key=order.index),
        "minor",
        f"{len(made)} columns are the logarithm, the square or the inverse of another one, but for rounding: "
        f"{shown}.",
        rows_affected=min(context.profile[c].present for c in made),
        consequence="They add nothing to the column they follow from, and one may be mended without the other.",
        advice="Keep the one on whose scale a model learns best, and keep the rule as a check.",
        fix=f"df = df.drop(columns={list(made)!r})",
        details={"form": "scale", "functions": {c: f"{name} of {of}" for c, (of, name) in made.items()}},
        confidence=0.95,
    )


def _by_rank(context: TableContext, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return the size of the correlation of the ranks of pairs of columns, on evenly spaced rows."""
    names = list(dict.fromkeys(c for p in pairs for c in p))
    frame = context.frame.select(names).gather_every(max(1, context.rows // TRIAL_ROWS))
    full = [c for c in names if not frame[c].null_count()]
    ranks = {c: frame[c].rank().to_numpy() for c in full}
    found = {}
    for first, second in pairs:
        if first in ranks and second in ranks:
            both = np.stack([ranks[first], ranks[second]])
        else:  # the ranks among the rows that have both
            both = frame.select(first, second).drop_nulls().select(pl.all().rank()).to_numpy().T
        if both.shape[1] > 2:
            found[first, second] = abs(float(np.corrcoef(both)[0, 1]))
    return found


def _alike(context: TableContext, pairs: Mapping[tuple[str, str], float]) -> Finding:
    order = list(context.profile.columns)
    columns = sorted({c for p in pairs for c in p}, key=order.index)
    best = sorted(pairs.items(), key=lambda item: -abs(item[1]))
    shown = ", ".join(f"'{a}' – '{b}' {r:.2f}" for (a, b), r in best[:5]) + (" …" if len(best) > 5 else "")
    return context.finding(
        "redundant_column",
        columns,
        "info",
        f"{len(columns)} columns say much of the same in pairs (|correlation| from {ALIKE} on): {shown}.",
        consequence="Importance is split between them, and linear weights become unstable.",
        advice="Ask whether they measure the same; if so, one of each pair is enough for a linear model.",
        details={"form": "alike", "correlations": {f"{a} – {b}": r for (a, b), r in best[:50]}},
        confidence=0.8,
    )


def _same(context: TableContext) -> list[tuple[str, str]]:
    by_sample: dict[tuple[int, int, bytes], list[ColumnProfile]] = {}
    step = max(1, context.rows // TRIAL_ROWS)
    unread = {c for c in shared_tokens(context) if context.profile[c].type == "text"}
    usable = [c for c in context.columns() if _comparable(c) and c.name not in unread]
    counts = Counter(_frequencies(c) for c in usable)
    for column in (c for c in usable if counts[_frequencies(c)] > 1):
        codes = codes_of(context.frame[column.name].gather_every(step))
        shape = signature(codes if _numbering(column) else by_appearance(codes))
        by_sample.setdefault((column.distinct, column.missing, shape), []).append(column)
    pairs: list[tuple[str, str]] = []
    for group in by_sample.values():
        codes_by_name = {c.name: codes_of(context.frame[c.name]) for c in group} if len(group) > 1 else {}
        for column in group[1:]:
            a, b = codes_by_name[group[0].name], codes_by_name[column.name]
            if np.array_equal(a, b) or (_recodable(group[0], column) and one_to_one(a, b)):
                pairs.append((group[0].name, column.name))
    return pairs


def _of_two_things(context: TableContext, pair: Collection[str]) -> bool:
    """Whether columns identify rows and something else, numbered in one order: they are not each other's copies."""
    stems = {stem_of(c) for c in pair}
    named = (
        all(tokens(c)[-1:] and tokens(c)[-1] in _IDS for c in pair) and () not in stems and len(stems) == len(pair)
    )
    if not named or not any(context.profile[c].distinct > 0.5 * context.profile[c].present for c in pair):
        return False
    first, *others = (context.frame[c] for c in pair)
    return not all(first.dtype == o.dtype and first.equals(o) for o in others)


def _frequencies(column: ColumnProfile) -> tuple[int, ...]:
    """Return how often values occur, which is the same in columns that go one to one."""
    return column.distinct, column.missing, *(n for _, n in column.top)


def _comparable(column: ColumnProfile) -> bool:
    rare = column.present - (column.top[0][1] if column.top else 0)
    return column.distinct >= 2 and column.present >= 50 and rare >= 10 and column.semantic != "free_text"


def _numbers_rows(column: ColumnProfile) -> bool:
    """Whether a column numbers the rows from first to last: it goes with whatever else the rows are sorted by."""
    if column.type != "integer" or not column.unique or column.missing:
        return False
    return bool(column.sorted) and column.distinct >= DENSE * (column.maximum - column.minimum + 1)


def _recodable(first: ColumnProfile, second: ColumnProfile) -> bool:
    """Whether one of two columns may be a recoding of the other. Two measures of the same things (the area and the
    population of a state) go one to one as well, and are not."""
    if _numbering(second):
        return False
    measures = sum(c.type == "number" and not c.whole for c in (first, second))
    return measures == 0 or second.distinct <= 20


def _numbering(column: ColumnProfile) -> bool:
    """Whether nearly every value is its own: one-to-one with any other such column, which means nothing."""
    return column.distinct > 0.5 * column.present


def _redundant(
    context: TableContext, columns: list[str], *, exact: bool, correlation: float | None = None
) -> Finding:
    order = list(context.profile.columns)
    columns = sorted(columns, key=order.index)
    names = ", ".join(f"'{c}'" for c in columns[:6]) + (" …" if len(columns) > 6 else "")
    if correlation is None:
        how = "say the same: each value of one goes with one value of the other, in every row"
    elif exact:
        how = "are one another on another scale (correlation 1 in every row)"
    else:
        how = f"nearly repeat one another (|correlation| at least {correlation:.3f})"
    return context.finding(
        "redundant_column",
        columns,
        "minor" if exact else "info",
        f"{names} {how}.",
        rows_affected=context.rows if exact else 0,
        consequence="Importance is split between them, linear weights become unstable, and one may be mended "
        "without the other.",
        advice=f"Keep '{columns[0]}' and leave the other{'s' if len(columns) > 2 else ''} out.",
        fix=f"df = df.drop(columns={columns[1:]!r})" if exact else None,
        details={"form": "one_to_one" if correlation is None else "correlation", "correlation": correlation},
    )
