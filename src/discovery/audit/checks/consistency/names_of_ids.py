"""Identifiers that stand for several of the things they should name, by the names of two columns."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...vocabulary.names import tokens

_IDS = frozenset({"id", "key", "code", "no", "nr", "number", "num"})
_NAMES = frozenset({"name", "title", "label"})
FEWEST, MOST_DISTINCT = 3, 0.5
OTHERS, TWICE = 0.05, 0.5


@check("fd_violation")
def names_of_ids(ctx: TableContext) -> Iterator[Finding]:
    """Find an identifier (``Retailer ID``) that stands for several names (``Retailer``), each of which has several
    identifiers in turn.

    One in twenty rows or more must have another name than most of its identifier, and half of the identifiers and
    of the names several of the other; what a few rows break is found by itself
    (:mod:`discovery.audit.checks.consistency.dependencies`).
    """
    columns = {
        c.name: c for c in ctx.columns("text", "integer") if FEWEST <= c.distinct <= MOST_DISTINCT * c.present
    }
    by_thing: dict[tuple[str, ...], list[str]] = {}
    for name in columns:
        words = tokens(name)
        if words and words[-1] not in _IDS and columns[name].type == "text":
            by_thing.setdefault(words[:-1] if len(words) > 1 and words[-1] in _NAMES else words, []).append(name)
    for key in columns:
        words = tokens(key)
        if len(words) < 2 or words[-1] not in _IDS:
            continue
        for name in by_thing.get(words[:-1], ()):
            found = _several(ctx, key, name)
            if found is not None:
                yield found


def _several(ctx: TableContext, key: str, name: str) -> Finding | None:
    pairs = ctx.frame.select(k=key, n=name).drop_nulls().group_by("k", "n").len()
    if not pairs.height:
        return None
    keys = pairs.group_by("k").agg(pl.col("len").sum() - pl.col("len").max(), several=pl.len() > 1)
    names = pairs.group_by("n").agg(several=pl.len() > 1)
    other, total = int(keys["len"].sum()), int(pairs["len"].sum())
    if other < OTHERS * total or min(keys["several"].mean(), names["several"].mean()) < TWICE:  # type: ignore[type-var,operator]
        return None
    rows = (
        ctx.frame.with_row_index("__row__", offset=1)
        .drop_nulls([key, name])
        .unique([key, name], maintain_order=True)
    )
    order = rows.sort(key, maintain_order=True)["__row__"].to_list()
    return ctx.finding(
        "fd_violation",
        [key, name],
        "minor",
        f"'{key}' is no key of '{name}': {int(keys['several'].sum()):,} of its {keys.height:,} values stand for "
        f"several, and {int(names['several'].sum()):,} of {names.height:,} of '{name}' have several.",
        rows_affected=other,
        consequence="Counts by the one and by the other differ, and a join on it mixes what belongs to several.",
        advice="Ask what it is a key of; until then, group by the name.",
        evidence=ctx.evidence(order, [key, name]),
        details={"keys": keys.height, "names": names.height, "rows": other},
        confidence=0.8,
    )
