"""Numbers with more decimals than were measured."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...numbers.spikes import Values
from ...profiling.profile import ColumnProfile
from ...values import answers_of, identifying, number, numbers_of, raw_words
from ...vocabulary.names import named, tokens
from .formats import off_form

SAMPLE = 10_000
"""By how many values the usual decimals are told."""
GRID = 0.9
"""The share of the values that have the usual decimals."""
MOST_DECIMALS, MORE = 4, 3
"""The most usual decimals, and how many more the others must have."""
FEWEST = 5
LARGEST = 1e9
"""Of larger numbers a float does not hold the decimals."""


@check("format_violation")
def more_decimals(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers with three decimals more than at least 90% of their column: 20.641159 among whole hours.

    They were calculated, converted or made up. At least 5 values count, nearly each of its own, and at most one in
    ten; zeros, which have no decimals in any column, and averages by name are left out, and so are values that are
    smaller than nine in ten of the others: they have room for more decimals. A column whose name shares a word with
    one that has as many in a tenth of its values is calculated like that one.
    """
    for column in ctx.profile.columns.values():
        if column.type != "number" or column.whole or column.present < 50 or identifying(column):
            continue
        if named(column.name, "mean", "avg", "average", "rate", "ratio", "score", "std", "index"):
            continue
        values = numbers_of(ctx, column.name)
        usual = _decimals(_some(values))
        if usual is None:
            continue
        strays = values[~_on_grid(values, usual + MORE - 1) & (values != 0)]
        distinct = np.unique(strays)
        small = len(strays) and np.median(np.abs(strays)) < np.quantile(np.abs(values[values != 0]), 0.1)
        few = FEWEST <= len(strays) <= (1 - GRID) * len(values)
        if few and not small and len(distinct) >= 0.8 * len(strays) and not _calculated(ctx, column, usual + MORE):
            yield _decimals_finding(ctx, column, usual, strays, distinct)


def _calculated(ctx: TableContext, column: ColumnProfile, places: int) -> bool:
    """Whether a column of the same kind by its name has so many decimals in a tenth of its values or more."""
    words = {w for w in tokens(column.name) if len(w) > 2}
    for other in ctx.profile.columns.values():
        kin = other.name != column.name and words & set(tokens(other.name))
        if not kin or other.type != "number" or other.whole:
            continue
        values = numbers_of(ctx, other.name)
        if len(values) and _on_grid(_some(values), places - 1).mean() <= GRID:
            return True
    return False


def _some(values: Values) -> Values:
    """Return at most 10,000 of sorted values, evenly spaced."""
    return values[:: max(1, -(-len(values) // SAMPLE))]


def _decimals(values: Values) -> int | None:
    """Return how many decimals at least 90% of the values other than 0 have at most, where the others have more."""
    values = values[(values != 0) & (np.abs(values) < LARGEST)]
    if len(values) < 50:
        return None
    for places in range(MOST_DECIMALS + 1):
        share = float(_on_grid(values, places).mean())
        if share >= GRID:
            kept = np.unique(values[_on_grid(values, places)])
            return places if share < 1 and len(kept) >= 2 else None
    return None


def _on_grid(values: Values, places: int) -> npt.NDArray[np.bool_]:
    """Whether values have so many decimals at most, but for what a float cannot hold."""
    scaled = np.abs(values) * 10.0**places
    return np.asarray(np.abs(scaled - np.round(scaled)) <= 1e-7 * np.maximum(scaled, 1))


def _decimals_finding(
    ctx: TableContext,
    column: ColumnProfile,
    usual: int,
    strays: Values,
    distinct: Values,
) -> Finding:
    name = column.name
    mask = ctx.frame[name].cast(pl.Float64).is_in(distinct.tolist())
    shown = raw_words(ctx.show(name, number(v)) for v in distinct[:: max(1, len(distinct) // 5)].tolist()[:5])
    most = f"{usual} decimal{'s' if usual != 1 else ''} at most" if usual else "none"
    return off_form(
        ctx,
        name,
        mask,
        len(strays),
        f"{len(strays):,} values of '{name}' have more decimals than the others, which have {most}: {shown}.",
        consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
        advice="Ask where they come from, before they are taken for measured values.",
    )


@check("format_violation")
def between_answers(ctx: TableContext) -> Iterable[Finding]:
    """Report fractions among the answers of a scale: 2.450218 on a scale of 1 to 3 (:func:`..values.answers_of`).

    Nobody answers so: the rows were made up between others, as SMOTE does (Chawla et al. 2002), or averaged.
    """
    for column in ctx.profile.columns.values():
        scale = answers_of(ctx, column)
        if not scale or column.name in ctx.targets:
            continue
        name = column.name
        values = ctx.frame[name].cast(pl.Float64)
        mask = (values != values.round(0)).fill_null(False)
        rows, first, last = int(mask.sum() or 0), number(scale[0]), number(scale[-1])
        yield off_form(
            ctx,
            name,
            mask,
            rows,
            f"{rows:,} values of '{name}' lie between the answers of a scale of {first} to {last}.",
            {"own": True, "cause": "values lie between the answers of a scale"},
            consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
            advice="Ask which rows were made up, and leave them out of what a model is tested on.",
        )
