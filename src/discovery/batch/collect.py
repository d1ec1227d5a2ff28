"""Look for drops, and record in the ledger those that are new and have settled."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DataError, EngagementError, suggest
from .drops import content_hash, find_changed, find_drops, still_the_same
from .entry import Entry
from .found import MARKERS, FoundDrop, natural_key
from .ledger import Ledger
from .recipe import Agreed

__all__ = ["Collected", "Looking", "collect"]


@dataclass(frozen=True, slots=True)
class Looking:
    """Which drops to look at, and when one counts as complete.

    Attributes
    ----------
    settle : float
        Seconds without a change.
    marker : bool
        Only a marker file counts.
    only, since : optional
        Names to look at; the first name to look at, in natural order.
    strict : bool
        Names in ``only`` that nobody knows are an error.
    """

    settle: float = 60.0
    marker: bool = False
    only: Sequence[str] | None = None
    since: str | None = None
    strict: bool = False

    @property
    def chosen(self) -> bool:
        """Whether not all drops are looked at."""
        return self.only is not None or self.since is not None

    def takes(self, name: str) -> bool:
        """Whether a drop of that name is looked at."""
        if self.only is not None and name not in self.only:
            return False
        return self.since is None or natural_key(name) >= natural_key(self.since)


@dataclass(slots=True)
class Collected:
    """What a look found: all names looked at, why some are not complete, and the rows that were recorded."""

    names: list[str] = field(default_factory=list)
    unsettled: dict[str, str] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)
    recorded: list[Entry] = field(default_factory=list)


def collect(ledger: Ledger, agreed: Agreed, runs: Path, looking: Looking, *, record: bool = True) -> Collected:
    """Find drops and record what is new; without ``record`` only say what would be recorded.

    Raises
    ------
    DataError, EngagementError
        The place of the drops cannot be read, the engagement names none, or a drop asked for is not there.
    """
    names, changed = _find(ledger, agreed, runs, record)
    if looking.strict:
        _check(looking.only or (), {*names, *ledger.known()})
    result = Collected([n for n in names if looking.takes(n)] if looking.chosen else names)
    position = time.time()
    for number, drop in enumerate(d for d in changed if looking.takes(d.name)):
        why = _unsettled(ledger, drop, looking, record)
        if why:
            result.unsettled[drop.name] = why
        elif not record:
            result.fresh.append(drop.name)
        else:
            _record(ledger, drop, f"{position:017.6f}-{number:06d}", result)
    return result


def _find(ledger: Ledger, agreed: Agreed, runs: Path, record: bool) -> tuple[list[str], list[FoundDrop]]:
    known = ledger.known()
    if agreed.drops is not None:
        return find_changed(agreed.drops, known)
    if agreed.path is not None:
        return find_changed(agreed.path, known, single=True)
    if agreed.database is None:
        raise DataError(
            "the engagement names no folder of drops", where="engagement.yaml", mend="Set data.drops to a folder."
        )
    folder = _snapshots(ledger, agreed, runs, record)
    return find_changed(str(folder), known) if folder.is_dir() else ([], [])


def _snapshots(ledger: Ledger, agreed: Agreed, runs: Path, record: bool) -> Path:
    """Take a snapshot of the database, if it changed, and return the folder that holds those not yet run."""
    from .snapshots import FOLDER, take_snapshot

    url = os.environ.get(agreed.database or "")
    if not url:
        raise EngagementError(
            f"the environment variable {agreed.database} is not set",
            where="data.database_url_env",
            mend=f"Set it: export {agreed.database}=…",
        )
    folder = runs / FOLDER
    if record:
        kept = find_drops(str(folder)) if folder.is_dir() else []
        waiting = [content_hash(d) for d in kept]
        last = waiting[-1] if waiting else ledger.last_hash()
        take_snapshot(url, agreed, runs, last)
    return folder


def _check(only: Sequence[str], known: Collection[str]) -> None:
    for name in only:
        if name not in known:
            raise DataError(f"no drop '{name}'", where="--only", mend=suggest(name, known))


def _unsettled(ledger: Ledger, drop: FoundDrop, looking: Looking, record: bool) -> str:
    """Return why a drop is not complete; "" if it is."""
    if drop.empty:
        return "it holds no file yet"
    if drop.unfinished:
        return "a file is still being transferred, or cannot be read"
    if drop.marked:
        return ""
    if looking.marker:
        return f"it has no marker file such as {MARKERS[0]}"
    if time.time() - drop.changed >= looking.settle:
        return ""
    if record and ledger.clock() - ledger.quiet_since(drop.name, drop.signature) >= looking.settle:
        return ""
    return f"it changed less than {looking.settle:g} s ago"


def _record(ledger: Ledger, drop: FoundDrop, position: str, result: Collected) -> None:
    try:
        content = content_hash(drop)
        same = still_the_same(drop)
    except OSError:
        same = False
    if not same:
        result.unsettled[drop.name] = "it was written to while it was read"
        return
    entry = ledger.record(drop.name, drop.place, content, drop.signature, position)
    if entry is not None:
        result.recorded.append(entry)
