"""Columns that should follow from another and do not, and columns that say the same twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np

from ...artifacts import Evidence, Finding
from ..context import EVIDENCE_ROWS, TableContext, check
from ..dependencies import (
    Dependency,
    by_appearance,
    codes_of,
    find_dependencies,
    one_to_one,
    signature,
    violations,
)
from ..hindsight import entity_name, identifier_name, tokens
from ..profile import ColumnProfile

__all__ = ["fd_violation", "redundant_column"]

CORRELATED = 0.98
TRIAL_ROWS = 2_000
_CODES = frozenset("zip postcode postal code plz id number nbr no nr sku isbn issn ean upc symbol ticket".split())


@check("fd_violation", "conflicting_records", view="values")
def fd_violation(context: TableContext) -> Iterator[Finding]:
    """Find rows that break a dependency nearly all rows hold to, such as postcode -> city.

    Determinants are texts, and numbers whose name or semantic type says code; dependents have three values or
    more. The measure is g3 with a test against shuffled values (:mod:`discovery.audit.dependencies`). A
    determinant that is no code by its name must hold in 99% of the rows, unless the values that break it occur
    hardly anywhere else (misspellings). Where the determinant names an entity (a customer, a patient), the rows
    are conflicting records.
    """
    best: dict[str, Dependency] = {}
    for dependency in _dependencies(context):
        known = best.get(dependency.dependent)
        better = known is None or dependency.g3 < known.g3
        if dependency.errors and better and _believable(context, dependency):
            best[dependency.dependent] = dependency
    for dependency in list(best.values()):
        mirror = best.get(dependency.determinant)
        if mirror is not None and mirror.determinant == dependency.dependent:
            keep = max(dependency, mirror, key=lambda d: (_coded(context.profile[d.determinant]), d.groups))
            best.pop((mirror if keep is dependency else dependency).dependent, None)
    for dependency in best.values():
        yield _violation(context, dependency)


def _dependencies(context: TableContext) -> list[Dependency]:
    if "dependencies" not in context.memo:
        profile = context.profile.columns.values()
        targets = {u.target for u in context.use_cases}
        determinants = [c.name for c in profile if c.name not in targets and _determines(c)]
        dependents = [c.name for c in profile if c.name not in targets and _follows(c)]
        found = find_dependencies(context.frame, determinants, dependents, context.seed) if determinants else []
        context.memo["dependencies"] = found
    found_: list[Dependency] = context.memo["dependencies"]
    return found_


def _believable(context: TableContext, dependency: Dependency) -> bool:
    if _coded(context.profile[dependency.determinant]) or dependency.g3 <= 0.01:
        return True
    values = codes_of(context.frame[dependency.dependent])
    counts = np.bincount(values[values >= 0])
    rare = [counts[values[row]] <= 2 for row, _ in islice(violations(context.frame, dependency), 200)]
    return float(np.mean(rare)) >= 0.5


def _coded(column: ColumnProfile) -> bool:
    words = tokens(column.name)
    named = identifier_name(column.name) or bool(_CODES & set(words)) or any(w.endswith("code") for w in words)
    named = named or (entity_name(column.name) and column.type == "integer")
    return named or column.semantic == "postcode" or (column.type == "text" and column.semantic == "identifier")


def _determines(column: ColumnProfile) -> bool:
    if column.distinct < 5 or column.distinct > 0.7 * column.present or column.semantic == "free_text":
        return False
    return column.type == "text" or (column.type == "integer" and _coded(column))


def _follows(column: ColumnProfile) -> bool:
    if column.type == "number" or column.distinct < 3 or column.semantic == "free_text":
        return False
    if column.type == "integer" and column.distinct > 100 and not _coded(column):
        return False
    top = column.top[0][1] if column.top else 0
    return column.present >= 50 and top <= 0.95 * column.present


def _violation(context: TableContext, dependency: Dependency) -> Finding:
    first, second = dependency.determinant, dependency.dependent
    evidence = []
    for row, other in islice(violations(context.frame, dependency), EVIDENCE_ROWS):
        cells = context.evidence([row + 1], [first, second])[0].values
        usual = context.show(second, context.table.cells(second, [other + 1])[0])
        evidence.append(Evidence(row=row + 1, values={**cells, f"{second} (usual)": usual}))
    entity = entity_name(first)
    return context.finding(
        "conflicting_records" if entity else "fd_violation",
        [first, second],
        "minor",
        f"'{second}' follows from '{first}' in {1 - dependency.error:.2%} of {dependency.rows:,} rows that can "
        f"tell; in {dependency.errors:,} it says something else.",
        rows_affected=dependency.errors,
        consequence=f"Totals by '{first}' and by '{second}' disagree, and a join on either misplaces these rows.",
        advice=f"Look '{second}' up in a reference table by '{first}', or take the most frequent value of each "
        f"'{first}' after a look at the rows.",
        fix=f"df[{second!r}] = df.groupby({first!r})[{second!r}].transform(lambda s: s.mode().iat[0])",
        evidence=evidence,
        details={
            "determinant": first,
            "dependent": second,
            "g3": round(dependency.g3, 6),
            "by_chance": dependency.by_chance,
            "groups": dependency.groups,
        },
        confidence=0.9 if _coded(context.profile[first]) else 0.75,
    )


@check("redundant_column", view="values")
def redundant_column(context: TableContext) -> Iterator[Finding]:
    """Find columns that repeat another: copies, one-to-one recodings, and |r| of at least 0.98.

    One-to-one pairs are tried among columns with the same number of distinct values, correlations are those of the
    profile. Columns that repeat each other are told together. Targets are left out: there it is a leak.
    """
    aside = {u.target for u in context.use_cases}
    aside |= {c.name for c in context.profile.columns.values() if _numbers_rows(context, c)}
    same = [p for p in _same(context) if not aside & set(p)]
    told = {frozenset(p) for p in same}
    pairs = {p: r for p, r in context.profile.correlations.items() if abs(r) >= CORRELATED and not aside & set(p)}
    linear = [p for p, r in pairs.items() if abs(r) > 1 - 1e-9 and frozenset(p) not in told]
    for columns in _clusters([*same, *linear]):
        one_to_one_ = any(p <= set(columns) for p in told)
        yield _redundant(context, columns, exact=True, correlation=None if one_to_one_ else 1.0)
    close = [p for p in pairs if frozenset(p) not in told and p not in linear]
    for columns in _clusters(close):
        inside = [abs(r) for p, r in pairs.items() if set(p) <= set(columns)]
        yield _redundant(context, columns, exact=False, correlation=min(inside))


def _same(context: TableContext) -> list[tuple[str, str]]:
    by_sample: dict[tuple[int, int, bytes], list[ColumnProfile]] = {}
    step = max(1, context.rows // TRIAL_ROWS)
    usable = [c for c in context.profile.columns.values() if _comparable(c)]
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


def _frequencies(column: ColumnProfile) -> tuple[int, ...]:
    """Return how often values occur, which is the same in columns that go one to one."""
    return column.distinct, column.missing, *(n for _, n in column.top)


def _comparable(column: ColumnProfile) -> bool:
    rare = column.present - (column.top[0][1] if column.top else 0)
    return column.distinct >= 2 and column.present >= 50 and rare >= 10 and column.semantic != "free_text"


def _numbers_rows(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column counts the rows from first to last: it goes with whatever else the rows are sorted by."""
    if column.type != "integer" or not column.unique or column.missing:
        return False
    return bool(context.frame[column.name].diff().drop_nulls().eq(1).all())


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


def _clusters(pairs: list[tuple[str, str]]) -> list[list[str]]:
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for first, second in pairs:
        group[root(second)] = root(first)
    found: dict[str, list[str]] = {}
    for name in group:
        found.setdefault(root(name), []).append(name)
    return list(found.values())


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
