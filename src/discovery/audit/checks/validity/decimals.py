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
CALCULATED = ("mean", "avg", "average", "rate", "ratio", "score", "std", "index")
SAME, GLANCE, GLANCED = 0.5, 200, 0.1
"""How much of its part one value may make; a column is looked at where a tenth of so many values is whole."""
WHOLES, PLAIN, FEWEST_WHOLE, FINE = 0.2, 100, (10, 20), 3
"""The share of whole numbers, beside four decimals; the values, and the different whole ones, beside many and few
others; and the decimals that a calculated number has more than."""
LARGEST_PART, OF_PARTS = 60, 0.1
"""Numbers of which a tenth are parts of 60 or less are averages of a few."""


@check("format_violation", "mixed_type")
def more_decimals(ctx: TableContext) -> Iterable[Finding]:
    """Report numbers with three decimals more than at least 90% of their column: 20.641159 among whole hours.

    They were calculated, converted or made up; among whole numbers they are of another type. At least 5 values
    count, nearly each of its own, and at most one in ten; zeros, which have no decimals in any column, and averages
    by name are left out, and so are values that are smaller than nine in ten of the others: they have room for more
    decimals. A column whose name shares a word with one that has as many in a tenth of its values is calculated
    like that one.
    """
    for column in ctx.profile.columns.values():
        if not _measured(column):
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


def _measured(column: ColumnProfile) -> bool:
    """Whether a column may hold numbers with decimals that were measured, not calculated from others."""
    if column.type != "number" or column.whole or column.present < 50:
        return False
    return not identifying(column) and not named(column.name, *CALCULATED)


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
    kind = "format_violation" if usual or name in ctx.targets else "mixed_type"
    finding = off_form(
        ctx,
        name,
        mask,
        len(strays),
        f"{len(strays):,} values of '{name}' have more decimals than the others, which have {most}: {shown}.",
        consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
        advice="Ask where they come from, before they are taken for measured values.",
    )
    return finding.model_copy(update={"kind": kind})


@check("mixed_type")
def fine_among_whole(ctx: TableContext) -> Iterable[Finding]:
    """Remark on numbers with decimals among whole ones: one to four of three decimals or more, where all others are
    whole, and many of four or more, where at least a fifth of the values are whole.

    Who measures in whole years writes no 25.196214: some values were calculated, converted or made up. Zeros do not
    count; ten different whole numbers or more must be there (twenty beside a few others), no value may make half of
    its part, and averages of a few (parts of 60 or less) are left alone, as are columns named after such.
    """
    for column in ctx.profile.columns.values():
        if not _measured(column) or column.name in ctx.targets:
            continue
        values = numbers_of(ctx, column.name)
        glance = values[:: max(1, len(values) // GLANCE)]
        if np.count_nonzero(glance == np.trunc(glance)) < GLANCED * len(glance):
            continue
        values = values[(values != 0) & (np.abs(values) < LARGEST)]
        whole = values == np.trunc(values)
        if whole.all() or not whole.any():
            continue
        if _few_fine(values[whole], values[~whole]) or _many_fine(values[whole], values[~whole]):
            yield _fine_finding(ctx, column, values[whole], values[~whole])


def _few_fine(whole: Values, others: Values) -> bool:
    if len(others) >= FEWEST or len(whole) < PLAIN or len(np.unique(_some(whole))) < FEWEST_WHOLE[1]:
        return False
    return bool((np.abs(others) > 1).all() and not _on_grid(others, FINE - 1).any())


def _many_fine(whole: Values, others: Values) -> bool:
    total = len(whole) + len(others)
    if len(others) < FEWEST or not WHOLES * total <= len(whole) < GRID * total:
        return False
    whole, others = _some(whole), _some(others)
    if _on_grid(others, FINE).mean() > 1 - GRID or len(np.unique(others)) < SAME * len(others):
        return False
    counts = np.unique(whole, return_counts=True)[1]
    if len(counts) < FEWEST_WHOLE[0] or counts.max() > SAME * len(whole):
        return False
    parts = np.zeros(len(others), dtype=bool)
    for size in range(2, LARGEST_PART + 1):
        parts |= np.abs(others * size - np.round(others * size)) < 1e-5 * size
    return bool(parts.mean() <= OF_PARTS)


def _fine_finding(ctx: TableContext, column: ColumnProfile, whole: Values, others: Values) -> Finding:
    name, few = column.name, len(others) < FEWEST
    cells = ctx.frame[name].cast(pl.Float64)
    mask = (cells != cells.round(0)).fill_null(False)
    shown = raw_words(ctx.show(name, number(v)) for v in np.unique(others).tolist()) if few else ""
    summary = f"{len(others):,} values of '{name}' have decimals, where all others are whole numbers: {shown}."
    if not few:
        summary = (
            f"{len(whole):,} values of '{name}' are whole numbers, and the other {len(others):,} have four "
            "decimals or more."
        )
    details: dict[str, object] = {"own": True}
    if not few:
        details["cause"] = "whole numbers, and others with many decimals"
    return off_form(
        ctx,
        name,
        mask,
        len(others),
        summary,
        details,
        severity="info",
        consequence="They come from a calculation, a conversion or a guess, and are not what was measured.",
        advice="Ask where they come from, before they are taken for measured values.",
    ).model_copy(update={"kind": "mixed_type"})


@check("mixed_type")
def between_answers(ctx: TableContext) -> Iterable[Finding]:
    """Report fractions among the answers of a scale: 2.450218 on a scale of 1 to 3 (:func:`..values.answers_of`).

    Nobody answers so: the rows were made up between others, as SMOTE does (Chawla et al. 2002), or averaged.
    """
    for column in ctx.profile.columns.values():
        scale = answers_of(ctx, column)
        if not scale or scale[0] < 0 or column.name in ctx.targets:
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
        ).model_copy(update={"kind": "mixed_type"})
