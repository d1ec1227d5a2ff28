"""Sources that contradict one another about the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...relations.dependencies import codes_of
from ...targets import Ints
from ...vocabulary.names import named

__all__ = ["conflicting_sources"]

SOURCES = ("source", "sources", "src", "website", "site", "feed", "provider", "rater", "annotator", "reporter")
MOST_SOURCES = 200
FEWEST_VOICES = 3
"""Sources that must tell of a thing for it to be judged."""
AGREED, BEYOND_CHANCE = 0.5, 0.3
"""Share of the rows that must agree with most others, and how far it must be above that of shuffled values."""
MANY = 0.05
"""Share of the rows that contradict from which it is major."""
MOST_NAMED = 6

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Vote:
    """What most rows of an entity say in ``column``: the share that agrees, and the rows that contradict it."""

    column: str
    share: float
    against: Ints


@check("conflicting_records")
def conflicting_sources(context: TableContext) -> Iterator[Finding]:
    """Find what single sources say of a thing against most others (flights as several websites have them).

    The table has a column named like a source and one whose values each source tells of at most once. An
    attribute is judged where most rows of a thing agree, far more often than if the attribute were shuffled; the
    rows that say otherwise contradict the vote (X. L. Dong, L. Berti-Equille, D. Srivastava, Integrating
    conflicting data, VLDB 2009, whose first baseline the vote is).
    """
    for source in context.columns("text", "integer"):
        if not named(source.name, *SOURCES) or not FEWEST_VOICES <= source.distinct <= MOST_SOURCES:
            continue
        for entity in context.columns("text", "integer"):
            if entity.name == source.name or not _told_once_each(context, source, entity):
                continue
            things = codes_of(context.frame[entity.name])
            judged = [c for c in context.columns() if c.name not in {entity.name, source.name}]
            votes = [v for c in judged if (v := _vote(context, things, c)) is not None]
            if votes:
                yield _finding(context, source.name, entity.name, votes)
                return


def _told_once_each(context: TableContext, source: ColumnProfile, entity: ColumnProfile) -> bool:
    if not 5 <= entity.distinct <= entity.present / FEWEST_VOICES:
        return False
    pairs = context.frame.select(source.name, entity.name).drop_nulls()
    return pairs.height >= 50 and pairs.unique().height >= 0.95 * pairs.height


def _vote(context: TableContext, things: Ints, column: ColumnProfile) -> _Vote | None:
    """Return what most rows of a thing say in a column, as codes of things have it; None where there is no vote."""
    if column.semantic == "free_text" or not 5 <= column.distinct <= 0.9 * column.present:
        return None
    values = codes_of(context.frame[column.name])
    rows = np.flatnonzero((things >= 0) & (values >= 0))
    shuffled = np.random.default_rng(context.seed).permutation(values[rows])
    agree, judged = _majority(things[rows], values[rows])
    by_chance, _ = _majority(things[rows], shuffled)
    if judged.sum() < 50 or agree.all():
        return None
    share = float(agree[judged].mean())
    if share < AGREED or share < float(by_chance.mean()) + BEYOND_CHANCE:
        return None
    return _Vote(column.name, share, rows[judged & ~agree])


def _majority(things: Ints, values: Ints) -> tuple[Bools, Bools]:
    """Return which rows say what most rows of their thing do, two at least, and which are of a thing that can be
    judged: told of by three rows, of which two agree."""
    width = int(values.max(initial=0)) + 1
    pairs, inverse, counts = np.unique(things * width + values, return_inverse=True, return_counts=True)
    owners = pairs // width
    most = np.zeros(int(things.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(most, owners, counts)
    voices = np.bincount(things, minlength=len(most))
    shared = most[things] >= 2
    return shared & (counts[inverse] == most[things]), shared & (voices[things] >= FEWEST_VOICES)


def _finding(context: TableContext, source: str, entity: str, votes: Sequence[_Vote]) -> Finding:
    rows = np.unique(np.concatenate([v.against for v in votes]))
    names = [v.column for v in votes]
    shown = ", ".join(f"'{c}'" for c in names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return context.finding(
        "conflicting_records",
        names,
        "major" if len(rows) >= MANY * context.rows else "minor",
        f"{len(rows):,} rows contradict what most of '{source}' say of the same '{entity}', in {shown}.",
        rows_affected=len(rows),
        consequence="Which source is right is open: figures depend on which of them is taken.",
        advice=f"Ask which of '{source}' leads; until then take what most of them say of each '{entity}'.",
        evidence=context.evidence((rows[:5] + 1).tolist(), [source, entity, *names[:3]]),
        details={
            "source": source,
            "entity": entity,
            "against": {v.column: len(v.against) for v in votes},
            "agreement": {v.column: round(v.share, 4) for v in votes},
        },
        confidence=0.8,
    )
