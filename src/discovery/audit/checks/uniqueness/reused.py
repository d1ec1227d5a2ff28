"""Identifiers that were given out anew: one value stands for several individuals or things."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...vocabulary.names import named, stem_of, tokens
from ..shape import ROW_NAMES

SUBJECTS = frozenset(
    "individual subject patient participant respondent person animal specimen customer client member employee "
    "student player passenger pet dog cat horse bird".split()
)
"""What has a sex, a species or a birth, once for all."""
FIXED = ("species", "breed", "sex", "gender", "race", "ethnicity", "date of birth", "birth date", "birthdate",
         "dob", "birthday", "birth year", "year of birth")  # fmt: skip
IDS, NAMES = frozenset({"id", "ids", "uid", "identifier"}), frozenset({"name", "title", "label"})
MOSTLY_DIFFERENT = 0.5
"""The share of different values from which on an identifier that repeats may be meant to tell the rows apart."""
FEWEST, MOST_ONCE, DIFFER = 20, 0.8, 0.3
"""How many values must repeat, the most that may occur once, and the share of the others that must contradict."""
LEAST_DISTINCT = 0.3
"""An identifier that repeats more often is no key that failed."""


@check("duplicate_key", after=("uniqueness.keys.duplicate_key",))
def given_anew(context: TableContext) -> Iterator[Finding]:
    """Find identifiers that repeat on rows which cannot be of one individual or thing: the ``Individual ID`` of
    several species, the ``Product ID`` of several product names.

    In three of ten of the values that repeat, at least, what does not change must differ: species, sex, race and
    birth of who is named, or the name of the thing. Sound identifiers of repeated measurements and of events agree
    in these.
    """
    for column in context.columns("text", "integer"):
        words = tokens(column.name)
        if len(words) < 2 or words[-1] not in IDS or column.name in context.memo.get("duplicate_keys", ()):
            continue
        if not LEAST_DISTINCT * column.present <= column.distinct < column.present:
            continue
        found = _contradicted(context, column)
        if found is not None:
            context.memo.setdefault("duplicate_keys", set()).add(column.name)
            yield found


@check("duplicate_key", after=("uniqueness.reused.given_anew",))
def may_be_key(context: TableContext) -> Iterator[Finding]:
    """Ask about the identifier with the most different values (half of the rows, and fewer than all) of a table in
    which no other column is a key: it may be meant to tell the rows apart, or be of what they refer to."""
    columns = list(context.columns())
    if context.memo.get("duplicate_keys") or context.rows < FEWEST or any(_tells_rows_apart(c) for c in columns):
        return
    ids = [c for c in columns if c.semantic == "identifier" and c.type in {"integer", "text"} and not c.missing]
    ids = [c for c in ids if MOSTLY_DIFFERENT * c.rows <= c.distinct < c.rows and c.name not in context.targets]
    best = max(ids, key=lambda c: c.distinct, default=None)
    if best is None:
        return
    repeats = best.rows - best.distinct
    yield context.finding(
        "duplicate_key",
        best.name,
        "info",
        f"'{best.name}' repeats in {repeats:,} of {best.rows:,} rows: is it meant to tell them apart?",
        rows_affected=repeats,
        consequence="If it is, rows are there twice; if not, the rows of one belong on one side of every split.",
        advice="Ask what a row is, and what tells it from all others.",
        details={"distinct": best.distinct, "repeats": repeats},
        evidence=context.evidence(context.repeated_rows([best.name]), [best.name]),
        confidence=0.4,
    )


def _tells_rows_apart(column: ColumnProfile) -> bool:
    """Whether a column is a key by itself: identifiers or codes, different in all rows, that do not merely number
    them; coordinates are none."""
    key = column.unique and column.identifying and column.type in {"integer", "text"}
    return key and not ROW_NAMES.match(column.name)


def _contradicted(context: TableContext, column: ColumnProfile) -> Finding | None:
    name, stem = column.name, stem_of(column.name)
    fixed = [c.name for c in context.columns() if c.name != name and 1 < c.distinct < context.rows]
    fixed = [c for c in fixed if _of_subject(stem, c) or _names(stem, c, context)]
    if not stem or not fixed:
        return None
    texts = [c for c in fixed if context.profile[c].type == "text"]
    frame = context.frame.select(name, *fixed).drop_nulls(name)
    frame = frame.with_columns(pl.col(texts).str.strip_chars().str.to_lowercase())
    counts = frame.group_by(name).agg(pl.len().alias("__n__"), pl.col(fixed).drop_nulls().n_unique())
    again = counts.filter(pl.col("__n__") > 1)
    if again.height < FEWEST or again.height < (1 - MOST_ONCE) * counts.height:
        return None
    torn = {c: int((again[c] > 1).sum()) for c in fixed}
    worst = max(fixed, key=lambda c: torn[c])
    if torn[worst] < DIFFER * again.height:
        return None
    repeats = column.present - column.distinct
    return context.finding(
        "duplicate_key",
        name,
        "minor",
        f"'{name}' repeats in {repeats:,} of {column.present:,} rows, and {torn[worst]:,} of the {again.height:,} "
        f"values that repeat stand for rows that differ in '{worst}'.",
        rows_affected=repeats,
        consequence="It does not tell one from another: a join on it, or a split by it, mixes what belongs to "
        "several.",
        advice="Ask within what it is unique (a study, a site, a year), and take that into the key.",
        details={"distinct": column.distinct, "repeats": repeats, "differing": torn},
        evidence=context.evidence(context.repeated_rows([name]), [name, *fixed[:3]]),
        confidence=0.8,
    )


def _of_subject(stem: tuple[str, ...], other: str) -> bool:
    """Whether a column tells what does not change of a subject that an identifier is named after."""
    return bool(SUBJECTS & set(stem)) and named(other, *FIXED)


def _names(stem: tuple[str, ...], other: str, context: TableContext) -> bool:
    """Whether a column of texts is the name of what an identifier is named after: ``Product Name``."""
    words = tokens(other)
    texts = context.profile[other].type == "text"
    return texts and len(words) > 1 and words[-1] in NAMES and words[:-1] == stem
