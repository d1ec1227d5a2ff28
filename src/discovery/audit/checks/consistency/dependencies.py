"""Columns that should follow from another and do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ....artifacts import Evidence, Finding, Kind
from ...context import EVIDENCE_ROWS, TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import Dependency, changes_in_time, codes_of, find_dependencies, violations
from ...vocabulary.hindsight import entity_name, identifier_name, parted, tokens
from ...vocabulary.names import named
from ...vocabulary.placeholders import is_placeholder

__all__ = ["fd_violation"]

SURE, VERY_SURE = 0.01, 0.002
"""Share of the rows (g3) that may break a dependency for it to be believed, and to be believed in any case."""
CODED = 0.03
"""The same where the determinant is a code."""
FEW_GROUPS = 0.1
"""Share of the determinant's values that may be contradicted."""
MOST_LOOKED_AT = 500
FEWEST_ALIKE = 5
"""Rows that break a dependency in one and the same way from which on they are an exception."""
MOST_NAMED = 6
FEW_NUMBERS, FEW_WHOLE_NUMBERS = 50, 100
"""Different values up to which a number (a whole one) may follow from something."""
ROWS_EACH = 10
"""Rows that a code has on average from which on numbers of many values may follow from it."""
FEW_CODES = 50
PLACES = (
    "city", "town", "place", "locality", "municipality", "village", "suburb", "district", "county", "state",
    "province", "region", "area", "country", "borough", "ort", "stadt", "gemeinde", "kreis", "bundesland", "land",
    "ville", "commune", "departement", "ciudad", "municipio", "provincia",
)  # fmt: skip
"""What a postcode decides, though some straddle two."""
_UNTELLING = frozenset("name number code type date time status desc description text value".split())
_CODES = frozenset(
    "zip postcode pincode postal code plz id number nbr no nr sku isbn issn ean upc symbol ticket".split()
)


_PERSONS = frozenset(
    """patient subject customer client user member person player guest driver employee student respondent
    participant account cust emp acct subj donor volunteer host seller""".split()
)


@check("fd_violation", "conflicting_records", view="values")
def fd_violation(context: TableContext) -> Iterator[Finding]:
    """Find rows that break a dependency nearly all rows hold to, such as postcode -> city.

    Determinants are texts, and numbers whose name or semantic type says code; dependents have three values or
    more (numbers of very many follow from codes of ten rows each only). The measure is g3 with a test against
    shuffled values (:mod:`discovery.audit.relations.dependencies`); words for "no value" are left out. It must
    hold in 99% of the rows (of codes in 97%, but for postcodes of places and codes of a like name), for a
    determinant that is no code also in nine of ten of its values (or in nearly all rows), unless what breaks it
    occurs hardly anywhere else (misspellings). Nothing is told of a name that an identifier parts into several
    things, and of what changes with time in the records of one thing and stays so. Where five rows or more break it
    in one same way, that is an exception, and no error. What one determinant decides is told together.
    Where it names a person (a customer, a patient), the rows are conflicting records.
    """
    frame, found = _dependencies(context)
    best: dict[str, Dependency] = {}
    for dependency in found:
        known = best.get(dependency.dependent)
        closer = known is None or _closeness(dependency) > _closeness(known)
        if dependency.errors and closer and _believable(context, frame, dependency):
            best[dependency.dependent] = dependency
    for dependency in list(best.values()):
        mirror = best.get(dependency.determinant)
        still = best.get(dependency.dependent) is dependency
        if still and mirror is not None and mirror.determinant == dependency.dependent:
            keep = max(dependency, mirror, key=lambda d: (_coded(context.profile[d.determinant]), d.groups))
            best.pop((mirror if keep is dependency else dependency).dependent, None)
    together: dict[str, list[Dependency]] = {}
    for dependency in best.values():
        together.setdefault(dependency.determinant, []).append(dependency)
    for group in together.values():
        yield _violation(context, frame, group[0]) if len(group) == 1 else _violations(context, frame, group)


def _dependencies(context: TableContext) -> tuple[pl.DataFrame, list[Dependency]]:
    """Return the dependencies of the table, and the frame without words for "no value" that they were found in."""
    usable = [c for c in context.profile.columns.values() if c.name not in context.targets]
    determinants = [c for c in usable if _determines(c)]
    listed = max((c.distinct for c in determinants if _lists(c)), default=0)
    dependents = [c for c in usable if _follows(c, 2 * listed)]
    frame = _known(context, [*determinants, *dependents])
    if not determinants or not dependents:
        return frame, []
    names = [c.name for c in determinants], [c.name for c in dependents]
    found = find_dependencies(frame, *names, context.seed, akin=_akin)
    parts = {c.name for c in usable if _of_dates(c)}
    found = [d for d in found if not {d.determinant, d.dependent} <= parts]
    shared = {d.determinant for d in found if _names_several(context, frame, d)}
    found = [d for d in found if d.determinant not in shared]
    many = {c.name: c.distinct for c in dependents if not _follows(c)}
    profile = context.profile
    return frame, [
        d
        for d in found
        if d.dependent not in many
        or (_lists(profile[d.determinant]) and many[d.dependent] <= 2 * profile[d.determinant].distinct)
    ]


def _names_several(context: TableContext, frame: pl.DataFrame, dependency: Dependency) -> bool:
    """Whether a name stands for several things, which an identifier that nearly follows from it tells apart: most
    of the numbers that break it have several rows, as no slip has."""
    name, number = context.profile[dependency.determinant], context.profile[dependency.dependent]
    finer = number.distinct > max(name.distinct, FEW_CODES) and not _coded(name) and _coded(number)
    if not dependency.errors or not finer or not (identifier_name(number.name) or entity_name(number.name)):
        return False
    numbers = codes_of(frame[number.name])
    broken = [row for row, _ in violations(frame, dependency)[:MOST_LOOKED_AT]]
    return bool(broken) and float((np.bincount(numbers[numbers >= 0])[numbers[broken]] > 1).mean()) >= 0.5


def _known(context: TableContext, columns: Sequence[ColumnProfile]) -> pl.DataFrame:
    """Return the frame with the frequent words for "no value" of ``columns`` as nulls."""
    words = {c.name: [v for v, _ in c.top if isinstance(v, str) and is_placeholder(v)] for c in columns}
    return context.frame.with_columns(
        pl.when(pl.col(n).is_in(w)).then(None).otherwise(pl.col(n)).alias(n) for n, w in words.items() if w
    )


def _closeness(dependency: Dependency) -> tuple[bool, float]:
    """Return what ranks the determinants of a column: a like name, then few errors."""
    return _akin(dependency.determinant, dependency.dependent), -dependency.g3


def _akin(first: str, second: str) -> bool:
    """Whether two names share a word, or one has a short form of a word of the other: DeptID and Department."""
    mine, theirs = ([t for t in tokens(n) if len(t) >= 4 and t not in _UNTELLING] for n in (first, second))
    return any(_short_for(*sorted((a, b), key=len)) for a in mine for b in theirs)


def _short_for(short: str, word: str) -> bool:
    rest = iter(word)
    return short[0] == word[0] and all(letter in rest for letter in short)


def _believable(context: TableContext, frame: pl.DataFrame, dependency: Dependency) -> bool:
    determinant = context.profile[dependency.determinant]
    if _may_differ(determinant) and _one_exception(frame, dependency):
        return False
    dated = any(c.temporal for c in context.columns())
    if dated and _coded(determinant) and changes_in_time(frame, dependency):
        return False
    labelled = _coded(determinant) and _akin(dependency.determinant, dependency.dependent)
    most = SURE if entity_name(determinant.name) else CODED
    placed = determinant.semantic == "postcode" and named(dependency.dependent, *PLACES)
    if labelled or placed or (_coded(determinant) and dependency.g3 <= most):
        return True
    broken = [row for row, _ in violations(frame, dependency)[:MOST_LOOKED_AT]]
    values = codes_of(frame[dependency.determinant])
    torn = len(np.unique(values[broken])) / max(1, dependency.groups)
    alike = _akin(dependency.determinant, dependency.dependent)
    if dependency.g3 <= SURE and (torn <= FEW_GROUPS or alike or dependency.g3 <= VERY_SURE):
        return True
    if context.profile[dependency.dependent].distinct > 0.2 * dependency.rows:
        return False
    values = codes_of(frame[dependency.dependent])
    counts = np.bincount(values[values >= 0])
    return bool(broken) and float((counts[values[broken]] <= 2).mean()) >= 0.5


def _may_differ(column: ColumnProfile) -> bool:
    """Whether a value may well stand for two: not one that says where or who something is."""
    places = {"zip", "postcode", "postal", "postalcode", "plz", "pincode"} & set(tokens(column.name))
    return not (entity_name(column.name) or column.semantic == "postcode" or places)


def _one_exception(frame: pl.DataFrame, dependency: Dependency) -> bool:
    """Whether some rows break it, all with one value of the determinant and one of the dependent: that is how it is
    there, and no slip."""
    if dependency.errors < FEWEST_ALIKE:
        return False
    first, second = (codes_of(frame[c]) for c in (dependency.determinant, dependency.dependent))
    broken = [row for row, _ in violations(frame, dependency)[:MOST_LOOKED_AT]]
    return len({(int(first[row]), int(second[row])) for row in broken}) == 1


def _coded(column: ColumnProfile) -> bool:
    words = tokens(column.name)
    named = identifier_name(column.name) or bool(_CODES & set(words)) or any(w.endswith("code") for w in words)
    named = named or (entity_name(column.name) and column.type == "integer")
    return named or column.semantic == "postcode" or (column.type == "text" and column.semantic == "identifier")


def _of_dates(column: ColumnProfile) -> bool:
    """Whether a column holds a part of a date: weeks and months straddle one another."""
    return bool({"week", "month", "day", "weekday", "quarter", "year"} & set(tokens(column.name)))


def _determines(column: ColumnProfile) -> bool:
    entity = _coded(column) and entity_name(column.name)
    if not 3 <= column.distinct <= (0.98 if entity else 0.7) * column.present or column.semantic == "free_text":
        return False
    return column.type == "text" or (column.type == "integer" and _coded(column))


def _lists(column: ColumnProfile) -> bool:
    """Whether a column is the code of what has some rows each, such as an article, which may decide a price."""
    return _coded(column) and column.present >= ROWS_EACH * column.distinct


def _follows(column: ColumnProfile, most: int = 0) -> bool:
    """Whether a column may follow from another: a number where it has few values, or at most ``most``."""
    if column.distinct < 3 or column.semantic == "free_text":
        return False
    if column.type == "number" and column.distinct > max(FEW_NUMBERS, most):
        return False
    if column.type == "integer" and column.distinct > max(FEW_WHOLE_NUMBERS, most) and not _coded(column):
        return False
    top = column.top[0][1] if column.top else 0
    return column.present >= 50 and top <= 0.95 * column.present


def _violation(context: TableContext, frame: pl.DataFrame, dependency: Dependency) -> Finding:
    first, second = dependency.determinant, dependency.dependent
    evidence = []
    for row, other in violations(frame, dependency)[:EVIDENCE_ROWS]:
        cells = context.evidence([row + 1], [first, second])[0].values
        usual = context.show(second, context.table.cells(second, [other + 1])[0])
        evidence.append(Evidence(row=row + 1, values={**cells, f"{second} (usual)": usual}))
    return context.finding(
        _kind(context, [dependency]),
        [first, second],
        "minor",
        f"'{second}' follows from '{first}' in {1 - dependency.error:.2%} of {dependency.rows:,} rows that can "
        f"tell; in {dependency.errors:,} it says something else.",
        rows_affected=dependency.errors,
        consequence=f"Totals by '{first}' and by '{second}' disagree, and a join on either misplaces these rows.",
        advice=f"Look '{second}' up in a reference table by '{first}', or take the most frequent value of each "
        f"'{first}' after a look at the rows.",
        fix=_fix(context, [dependency]),
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


def _kind(context: TableContext, group: Sequence[Dependency]) -> Kind:
    """Return whether records of a person conflict; else a code, and what it stands for, do not go together."""
    first = context.profile[group[0].determinant]
    listed = first.distinct <= FEW_CODES and all(_akin(d.determinant, d.dependent) for d in group)
    words = [part for word in tokens(first.name) for part in parted(word, _PERSONS)]
    person = entity_name(first.name) and any(w.removesuffix("s") in _PERSONS for w in words)
    return "conflicting_records" if person and not listed else "fd_violation"


def _fix(context: TableContext, group: Sequence[Dependency]) -> str | None:
    """Return the line that takes the most frequent value of each code; none where other values may be right.

    Rows without a code keep what they have: a group by leaves them out.
    """
    first = group[0].determinant
    if not _coded(context.profile[first]) or entity_name(first):
        return None
    names = [d.dependent for d in group]
    most = "lambda s: s.mode().iat[0] if s.notna().any() else s"
    picked = repr(names[0]) if len(names) == 1 else repr(names)
    kept = f".fillna(df[{picked}])" if context.profile[first].missing else ""
    return f"df[{picked}] = df.groupby({first!r})[{picked}].transform({most}){kept}"


def _violations(context: TableContext, frame: pl.DataFrame, group: Sequence[Dependency]) -> Finding:
    first, seconds = group[0].determinant, [d.dependent for d in group]
    rows = sorted({row for d in group for row, _ in violations(frame, d)})
    told = max(d.rows for d in group)
    named = ", ".join(f"'{c}'" for c in seconds[:MOST_NAMED]) + (" …" if len(seconds) > MOST_NAMED else "")
    return context.finding(
        _kind(context, group),
        [first, *seconds],
        "minor",
        f"{named} follow from '{first}' in nearly all of {told:,} rows that can tell; in {len(rows):,} one says "
        "something else.",
        rows_affected=len(rows),
        consequence=f"Totals by '{first}' and by these columns disagree, and a join misplaces these rows.",
        advice=f"Look them up in a reference table by '{first}', or ask which of the rows are right.",
        fix=_fix(context, group),
        evidence=context.evidence([r + 1 for r in rows], [first, *seconds[:4]]),
        details={
            "determinant": first,
            "dependents": seconds,
            "g3": {d.dependent: round(d.g3, 6) for d in group},
            "groups": group[0].groups,
        },
        confidence=0.9 if _coded(context.profile[first]) else 0.75,
    )
