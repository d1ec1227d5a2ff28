"""Entities that repeat: rows of one patient, customer or machine are not independent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Evidence, Finding, Severity
from ....engagement import UseCase
from ...context import DropContext, TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import codes_of
from ...targets import Floats, Ints, Target, read_target, without_missing_words
from ...vocabulary.hindsight import identifier_name, parted, tokens
from ...vocabulary.placeholders import is_placeholder
from .group_columns import (
    MOST_MISSING,
    PERSONS,
    REPEATED,
    candidates,
    names_entity,
    of_unit,
    repeats,
    sold,
    telling,
    titled,
)

__all__ = ["group_structure", "groups_in_one_table", "intraclass_correlation"]

TIED, LOOSE = 0.3, 0.05
"""Intraclass correlation from which a split by rows flatters much, and at all."""
OF_TITLES = 0.9
"""Share of the variance between names and titles, from which on they say what a row is about."""
OFTEN = 0.2
"""Share of the rows that must be of an entity that repeats for it to be major."""
FEWEST_REPEATED, MANY_ROWS = 30, 300
"""Entities that must repeat, or rows that must be of such, for the intraclass correlation to be told."""
MOST_SHUFFLED, SHUFFLES = 20_000, 40
MOSTLY_REPEATED, FULL_NAMES = 0.4, 0.8
"""Shares in a table that stands alone: of the rows that repeat, and of names that have a first and a last one."""
COUNTER, NEARLY_ALL, FEWEST_GROUPS, MOST_EACH = r"^(.*[A-Za-z].*?)[\W_]+(\d{1,3})$", 0.95, 10, 30
"""Values that end in a counter, the share that must, of how many things there are several, and rows of one."""
MOST_ALONE = 2
"""Columns told of a table that stands alone."""


@check("group_structure")
def group_structure(context: TableContext) -> Iterator[Finding]:
    """Find columns that say which entity a row is about, where entities repeat.

    Candidates are the use case's ``group``, columns named for an entity or an identifier, with values that repeat
    in at least 2% of the rows, and what has a row a time each in a panel (countries by year). How much a random
    split would flatter is told by the intraclass correlation of the target: the share of its variance that lies
    between entities (Donner, *Int. Stat. Review* 1986); from 0.3 on it is major for persons and what has an
    identifier, but for parts of an organisation (departments), which are categories; and it says nothing where
    hardly an entity repeats, or where shuffled values are as much alike.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None:
            continue
        for column in candidates(context, case):
            finding = _group(context, case, target, column)
            if finding is not None:
                yield finding
        if case.group is None:
            for column in context.columns("text"):
                tied = _tied_by_counter(context, target, column)
                if tied is not None:
                    yield _numbered(context, case, target, column, *tied)


@check("group_structure", scope="drop")
def groups_in_one_table(context: DropContext) -> Iterator[Finding]:
    """Find what repeats in a table that stands alone and that no use case is about: orders with lines, members.

    The candidates are those of a use case but what is sold, or else full names of persons of three rows each in the
    middle; two in five rows or more must be of one that repeats.
    """
    tables = list(context.tables.values())
    if len(tables) != 1 or tables[0].use_cases:
        return
    table = tables[0]
    found = [c for c in candidates(table, None) if not sold(c)]
    persons = [c for c in table.columns("text") if _names_persons(table, c)]
    for column in [*found, *(c for c in persons if not found)][:MOST_ALONE]:
        codes = codes_of(table.frame[column.name])
        sizes = np.unique(codes[codes >= 0], return_counts=True)[1]
        repeated = int(sizes[sizes > 1].sum())
        if repeated < MOSTLY_REPEATED * column.present or _counts_within(column, table):
            continue
        name = f"'{column.name}'"
        yield table.finding(
            "group_structure",
            column.name,
            "info",
            f"{name} repeats: {len(sizes):,} different values on {column.present:,} rows, up to "
            f"{int(sizes.max()):,} rows each.",
            rows_affected=repeated,
            consequence="Rows of the same one are not independent: counts and averages of rows weigh what has many "
            "rows more.",
            advice="Ask what a row is about; count each once where that is meant, and never split one between "
            "training and test.",
            evidence=_largest(table, column.name),
            details={
                "groups": len(sizes),
                "rows_per_group": {"median": float(np.median(sizes)), "largest": int(sizes.max())},
            },
            confidence=0.7,
        )


def _names_persons(context: TableContext, column: ColumnProfile) -> bool:
    if column.semantic != "person_name" or not repeats(column) or column.present < 3 * column.distinct:
        return False
    names = context.frame[column.name].drop_nulls()
    return float(names.str.contains(r"\S\s\S").mean() or 0) >= FULL_NAMES  # type: ignore[arg-type]


def _group(context: TableContext, case: UseCase, target: Target, column: ColumnProfile) -> Finding | None:
    codes = codes_of(without_missing_words(context.frame[column.name]))
    if (codes < 0).sum() > MOST_MISSING * len(codes):
        return None
    known = (codes >= 0) & target.known
    rows, codes, outputs = int(known.sum()), codes[known], target.outputs()[known]
    sizes = np.unique(codes, return_counts=True)[1]
    repeated = int(sizes[sizes > 1].sum())
    if repeated < max(2, REPEATED * rows):
        return None
    tied = max(intraclass_correlation(codes, y) for y in outputs.T)
    chance = tied >= LOOSE and _by_chance(codes, outputs, tied, context.seed)
    tied = 0.0 if chance else tied
    handled = case.group == column.name
    if not handled and tied < LOOSE and _counts_within(column, context):
        return None
    if titled(column) and tied < OF_TITLES and not telling(context, column):
        return None
    told = not chance and (int((sizes > 1).sum()) >= FEWEST_REPEATED or repeated >= MANY_ROWS)
    name, largest, unit = f"'{column.name}'", int(sizes.max()), of_unit(context, column)
    summary = f"{name} repeats: {len(sizes):,} different values on {rows:,} rows, up to {largest:,} rows each."
    if told:
        summary = (
            f"{name} repeats: {len(sizes):,} different values on {rows:,} rows, up to {largest:,} rows each; "
            f"{tied:.0%} of the variance of '{target.name}' lies between them."
        )
    splitter = "StratifiedGroupKFold" if target.classes and target.kind != "regression" else "GroupKFold"
    return context.finding(
        "group_structure",
        column.name,
        "info" if handled or unit else _severity(column, tied, repeated / known.sum(), told=told),
        summary,
        rows_affected=repeated,
        consequence="A random split puts rows of the same one into training and test: the score tells how well it "
        "is recognised, not how well a new one is judged.",
        advice="The split keeps them together, as the use case says."
        if handled
        else f"Split by {name} if a model is to judge new ones; else it is a feature like any other."
        if unit
        else f"Split by {name} (write 'group: {column.name}' into the use case), and leave it out of the features.",
        fix=None
        if handled
        else f"from sklearn.model_selection import {splitter}; "
        f"folds = {splitter}(5).split(df, df[{target.name!r}], groups=df[{column.name!r}])",
        evidence=_largest(context, column.name),
        details={
            "groups": len(sizes),
            "rows_per_group": {"median": float(np.median(sizes)), "largest": largest},
            "intraclass_correlation": round(tied, 4),
        },
        confidence=1.0 if handled else 0.85,
        use_cases=[case.name],
    )


def _tied_by_counter(context: TableContext, target: Target, column: ColumnProfile) -> tuple[Ints, float] | None:
    """Return the rows that values without their last counter have each, and how much these tie the target.

    None unless nearly every value is its own, and nearly all of what is left runs from 0 or 1 on without a gap: the
    recordings of a person. What is left must not just name the classes.
    """
    if column.name == target.name or column.distinct < NEARLY_ALL * max(FEWEST_REPEATED, column.present):
        return None
    values = context.frame[column.name]
    first = values.drop_nulls().head(FEWEST_REPEATED)
    if (first.str.contains(COUNTER).mean() or 0) < NEARLY_ALL:  # type: ignore[operator]
        return None
    frame = pl.DataFrame({"of": values.str.extract(COUNTER, 1), "n": values.str.extract(COUNTER, 2)})
    frame = frame.with_columns(pl.col("n").cast(pl.Int64, strict=False))
    known = (frame["of"].is_not_null() & frame["n"].is_not_null()).to_numpy() & target.known
    if known.sum() < NEARLY_ALL * target.known.sum():
        return None
    groups = (
        frame.filter(pl.Series(known))
        .group_by("of")
        .agg(rows=pl.len(), least=pl.col("n").min(), most=pl.col("n").max(), distinct=pl.col("n").n_unique())
    )
    runs = (pl.col("least") <= 1) & (pl.col("most") - pl.col("least") + 1 == pl.col("rows"))
    runs &= pl.col("distinct") == pl.col("rows")
    repeated = groups.filter(runs & (pl.col("rows") > 1) & (pl.col("rows") <= MOST_EACH))
    classes = target.classes if target.kind != "regression" else 0
    if groups.height < max(FEWEST_GROUPS, classes + 1) or repeated["rows"].sum() < NEARLY_ALL * known.sum():
        return None
    codes = codes_of(frame["of"])[known]
    tied = max((intraclass_correlation(codes, y[known]) for y in target.outputs().T), default=0.0)
    return repeated["rows"].to_numpy().astype(np.int64), tied


def _numbered(
    context: TableContext,
    case: UseCase,
    target: Target,
    column: ColumnProfile,
    sizes: Ints,
    tied: float,
) -> Finding:
    name = f"'{column.name}'"
    splitter = "StratifiedGroupKFold" if target.classes and target.kind != "regression" else "GroupKFold"
    return context.finding(
        "group_structure",
        column.name,
        "major" if tied >= OF_TITLES else "minor",
        f"{name} ends in a counter of the rows of one thing: without it there are {len(sizes):,} different values, "
        f"with up to {int(sizes.max()):,} rows each; {tied:.0%} of the variance of '{target.name}' lies between "
        "them.",
        rows_affected=int(sizes.sum()),
        consequence="A random split puts rows of the same one into training and test: the score tells how well it "
        "is recognised, not how well a new one is judged.",
        advice=f"Make a column of {name} without its last number, and split by it ('group' in the use case).",
        fix=f"groups = df[{column.name!r}].str.replace(r'[\\W_]+\\d+$', '', regex=True)\n"
        f"from sklearn.model_selection import {splitter}; "
        f"folds = {splitter}(5).split(df, df[{target.name!r}], groups=groups)",
        evidence=context.evidence([1, 2, 3], [column.name]),
        details={
            "groups": len(sizes),
            "rows_per_group": {"median": float(np.median(sizes)), "largest": int(sizes.max())},
            "intraclass_correlation": round(tied, 4),
        },
        confidence=0.85,
        use_cases=[case.name],
    )


def _severity(column: ColumnProfile, tied: float, repeated: float, *, told: bool) -> Severity:
    """Return how much it matters: persons and what has an identifier more than companies by name, and titles only
    where a good part of the rows has one that repeats."""
    often = told and repeated >= OFTEN
    if titled(column) and repeated < OFTEN:
        return "info"
    words = {part.removesuffix("s") for word in tokens(column.name) for part in parted(word, PERSONS)}
    person = bool(words & PERSONS)
    if tied >= TIED and often and names_entity(column):
        return "major" if person or identifier_name(column.name) else "minor"
    return "minor" if person or tied >= LOOSE else "info"


def _counts_within(column: ColumnProfile, context: TableContext) -> bool:
    """Whether whole numbers count on from row to row and begin anew: a number within some other thing."""
    if column.type != "integer":
        return False
    steps = context.frame[column.name].diff().drop_nulls()
    return len(steps) > 0 and int((steps == 1).sum()) >= 0.9 * len(steps)


def _largest(context: TableContext, column: str) -> list[Evidence]:
    top = [v for v, _ in context.profile[column].top if not is_placeholder(str(v))]
    value = top[0] if top else None
    rows = context.rows_where(pl.col(column) == value, 3) if value is not None else []
    return context.evidence(rows, [column], 3)


def _by_chance(groups: Ints, outputs: Floats, tied: float, seed: int) -> bool:
    """Whether the values as they are would be as much alike within the groups if they were shuffled, once in ten
    times: of few groups that repeat, a far value or two decides."""
    if len(groups) > MOST_SHUFFLED:
        return False
    rng = np.random.default_rng(seed)
    mixed = [outputs[rng.permutation(len(outputs))].T for _ in range(SHUFFLES)]
    alike = [max(intraclass_correlation(groups, y) for y in columns) for columns in mixed]
    return sum(value >= tied for value in alike) > 0.1 * SHUFFLES


def intraclass_correlation(groups: Ints, values: Floats) -> float:
    """Return the share of the variance of ``values`` that lies between ``groups`` (ANOVA estimator), 0 to 1."""
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.bincount(codes)
    rows, k = len(values), len(sizes)
    if k < 2 or rows <= k:
        return 0.0
    means = np.bincount(codes, weights=values) / sizes
    between = float(np.dot(sizes, (means - values.mean()) ** 2)) / (k - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (rows - k)
    typical = (rows - float((sizes**2).sum()) / rows) / (k - 1)
    total = between + (typical - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0
