"""Columns whose values are distributed otherwise than in the last drop.

A shift is reported where it is both large and real. Large: a population stability index of at least 0.1 (Siddiqi,
2006: 0.1 moderate, 0.25 large), for numbers also a Wasserstein distance of at least a fifth of the interquartile
range, after the part that chance alone would give is taken off. Real: a chi-squared test of homogeneity, its
p-values held to a false discovery rate of 1% over all columns of all tables (Benjamini and Hochberg, 1995).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...artifacts import Finding, Severity
from ..profiling.sketch import bin_counts, numbers_of, values_of
from .effects import aligned, benjamini_hochberg, chi_squared_p, psi, wasserstein

if TYPE_CHECKING:
    from ..context import TableContext
    from ..profiling.sketch import ColumnSketch, TableSketch
    from .schema import SchemaDelta

__all__ = ["shift_findings"]

RATE = 0.01
PSI_MODERATE, PSI_LARGE = 0.1, 0.25
MOVE_MODERATE, MOVE_LARGE = 0.2, 0.5
MISSING_MOVE, MISSING_LARGE = 0.05, 0.2
ENOUGH = 50
NAMED = 3
_SKIPPED = frozenset({"identifier", "uuid", "date_part"})
Entry = tuple["TableContext", "TableSketch", "TableSketch", "SchemaDelta"]


@dataclass(frozen=True)
class _Test:
    """One comparison: its p-value, its effect, and what to say."""

    context: TableContext
    column: str
    p: float
    large: bool
    moderate: bool
    words: str
    details: dict[str, object] = field(default_factory=dict)


def shift_findings(entries: Sequence[Entry]) -> list[Finding]:
    """Return the shifts of all columns of all tables, large and real ones only."""
    tests = [t for entry in entries for t in _tests(*entry)]
    real = benjamini_hochberg([t.p for t in tests], RATE)
    by_column: dict[tuple[str, str], list[_Test]] = {}
    for test, holds in zip(tests, real, strict=True):
        if holds and (test.moderate or test.large):
            by_column.setdefault((test.context.name, test.column), []).append(test)
    return [_finding(group) for group in by_column.values()]


def _tests(context: TableContext, old: TableSketch, new: TableSketch, delta: SchemaDelta) -> Iterator[_Test]:
    for before in old.columns:
        name = delta.new_name(before.name)
        after = new.column(name) if name is not None else None
        if after is None or [before.name] == old.key or before.semantic in _SKIPPED:
            continue
        if min(old.rows, new.rows) < ENOUGH:
            continue
        yield from _missing(context, before, after, old.rows, new.rows)
        if before.categories is not None and after.categories is not None and old.comparable:
            yield from _categories(context, before, after, new.salt)
        elif before.bins and after.quantiles and not before.monotone:
            yield from _numbers(context, before, after)


def _missing(context: TableContext, a: ColumnSketch, b: ColumnSketch, rows_a: int, rows_b: int) -> Iterator[_Test]:
    share_a, share_b = a.missing / rows_a, b.missing / rows_b
    move = abs(share_a - share_b)
    p = chi_squared_p([a.missing, rows_a - a.missing], [b.missing, rows_b - b.missing])
    yield _Test(
        context,
        b.name,
        p,
        large=share_b - share_a >= MISSING_LARGE,  # cells that are filled now do a model no harm
        moderate=move >= MISSING_MOVE,
        words=f"{share_b:.1%} of {b.name} is missing, {share_a:.1%} was",
        details={"missing_before": round(share_a, 4), "missing": round(share_b, 4)},
    )


def _categories(context: TableContext, a: ColumnSketch, b: ColumnSketch, salt: str) -> Iterator[_Test]:
    was, now = a.categories or {}, b.categories or {}
    one, two = aligned(was, now)
    effect = psi(one, two)
    new = sum(now[n] for n in now if n not in was) / max(sum(now.values()), 1)
    lost = sum(was[n] for n in was if n not in now) / max(sum(was.values()), 1)
    words = f"the shares of the values of {b.name} changed (stability index {effect:.2f})"
    if new >= 0.005:
        words += f"; {_named(context, b.name, salt, [n for n in now if n not in was])} {new:.1%}"
    if lost >= 0.005:
        gone = sum(n not in now for n in was)
        words += f"; {gone} value{'s' * (gone > 1)} with {lost:.1%} no longer occur{'s' * (gone == 1)}"
    yield _Test(
        context,
        b.name,
        chi_squared_p(one, two),
        large=effect >= PSI_LARGE,
        moderate=effect >= PSI_MODERATE or new >= 0.01,
        words=words,
        details={"psi": round(effect, 4), "new_values": round(new, 4), "lost_values": round(lost, 4)},
    )


def _named(context: TableContext, column: str, salt: str, new: Sequence[str]) -> str:
    """Say which values are new, masked where they are personal; the commonest three by name."""
    values = [f"'{context.show(column, v, 40)}'" for v in values_of(context, column, salt, new)[:NAMED]]
    more = len(new) - len(values)
    names = ", ".join(values) + (f" and {more} more" if more else "")
    return f"{names} {'is' if len(new) == 1 else 'are'} new, with"


def _numbers(context: TableContext, a: ColumnSketch, b: ColumnSketch) -> Iterator[_Test]:
    counts = bin_counts(numbers_of(context, b.name), a.edges)
    effect, move = psi(a.bins, counts), wasserstein(a.quantiles, b.quantiles)
    middle_a, middle_b = a.quantiles[20], b.quantiles[20]
    yield _Test(
        context,
        b.name,
        chi_squared_p(a.bins, counts),
        large=effect >= PSI_LARGE or move >= MOVE_LARGE,
        moderate=effect >= PSI_MODERATE or move >= MOVE_MODERATE,
        words=f"{b.name} moved: its median is {middle_b:,.6g}, it was {middle_a:,.6g} (stability index {effect:.2f}"
        f", moved by {move:.2f} of its spread)",
        details={
            "psi": round(effect, 4), "wasserstein_iqr": round(move, 4),
            "median_before": middle_a, "median": middle_b,
        },
    )  # fmt: skip


def _finding(group: Sequence[_Test]) -> Finding:
    context, column = group[0].context, group[0].column
    severity: Severity = "major" if any(t.large for t in group) else "minor"
    words = "; ".join(t.words for t in group)
    details: dict[str, object] = {"p": min(t.p for t in group)}
    for test in group:
        details |= test.details
    return context.finding(
        "distribution_shift",
        column,
        severity,
        f"Since the last drop, {words}.",
        consequence="A model that learned from the last drop meets other cases now; figures are not comparable.",
        advice="Ask the client if the process, the unit or the population changed; test the models on this drop.",
        details=details,
    )
