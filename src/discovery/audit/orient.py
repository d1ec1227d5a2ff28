"""What orients a table: what its columns stand for, what identifies a row, what orders the rows in time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .profiling.profile import ColumnProfile
from .semantics import semantic_type
from .vocabulary.names import entity_of, named, stem_of

if TYPE_CHECKING:
    from ..engagement import Engagement
    from ..intake.table import Table

__all__ = ["began", "key_of", "orientation", "semantic_of", "time_of"]

_ID_NAME = re.compile(r"(^|[_\W])(id|ids|key|uuid|guid|code|no|nr|number|index|idx|ref)($|[_\W])", re.I)
_ID_END = re.compile(r"[a-z](Id|ID|Key|No|Nr|Number|Code|UUID)$")
_TIME_NAME = re.compile(r"date|time|day|stamp|created|opened|month|period|ts$", re.I)

_BEGAN = ("birth", "born", "birthday", "birthdate", "dob", "yob", "hire", "hired", "founded", "foundation",
          "founding", "built", "constructed", "construction", "erected", "established", "incorporated",
          "incorporation")  # fmt: skip
"""Words for how a person or thing began, which is no time at which it was looked at."""
_PLACES = ("store", "shop", "branch", "restaurant", "hotel", "school", "hospital", "station", "plant", "office")
_OPENED = ("open", "opened", "opening")


def semantic_of(profile: ColumnProfile, table: Table) -> ColumnProfile:
    """Return the profile with the semantic type of its column filled in."""
    if profile.present == 0:
        return profile
    semantic, confidence = semantic_type(profile, table)
    return replace(profile, semantic=semantic, semantic_confidence=confidence)


def orientation(
    table: str, columns: Mapping[str, ColumnProfile], engagement: Engagement | None
) -> tuple[list[str], str | None]:
    """Return the key and the time column of a table: what the client says, else what its columns look like."""
    spec = engagement.tables.get(table) if engagement else None
    key = [c for c in spec.key if c in columns] if spec and spec.key else key_of(columns, table)
    return key, spec.time if spec and spec.time in columns else time_of(columns)


def key_of(columns: Mapping[str, ColumnProfile], table: str = "") -> list[str]:
    """Return the column that identifies a row, if there is one: complete and named or placed like a key; the one
    that is named after the table before others."""
    unique = [
        c
        for c in columns.values()
        if c.identifying and c.rows > 1 and c.type in {"integer", "text"} and c.semantic != "free_text"
    ]
    named = [c for c in unique if _ID_NAME.search(c.name) or _ID_END.search(c.name)]
    first = [c for c in unique if c.name == next(iter(columns))]
    after = [c for c in named if stem_of(c.name) and stem_of(c.name) == entity_of(table)]
    return [c.name for c in (after or named or first)[:1]]


def time_of(columns: Mapping[str, ColumnProfile]) -> str | None:
    """Return the date column that orders the rows in time, if there is one that is nearly complete.

    Dates of birth and of hire, and when a firm was founded, a house built or a shop opened are none.
    """
    dates = [c for c in columns.values() if c.temporal and c.distinct > 1 and c.missing <= 0.05 * c.rows]
    dates = [c for c in dates if c.semantic != "birth_date" and (c.sorted or not began(c.name))]
    best = sorted(dates, key=lambda c: (c.sorted == 0, _TIME_NAME.search(c.name) is None))
    return best[0].name if best else None


def began(name: str) -> bool:
    """Whether a column says by its name how a person or thing began.

    >>> began("HireDate"), began("store_opened"), began("opened_at")
    (True, True, False)
    """
    return named(name, *_BEGAN) or (named(name, *_OPENED) and named(name, *_PLACES))
