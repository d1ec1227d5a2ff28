"""One row of the ledger, and the states it can be in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["STATES", "Entry", "State"]

State = Literal["waiting", "running", "done", "failed", "quarantined", "superseded", "skipped"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger."""

    id: int
    name: str
    path: str
    hash: str
    signature: str
    state: State
    attempts: int
    not_before: float
    owner: str | None
    lease_until: float
    position: str
    found: float
    updated: float
    made_with: str
    run: str | None
    reason: str | None
    summary: str | None
    supersedes: int | None
    superseded_by: int | None
    duplicate_of: int | None

    @property
    def figures(self) -> dict[str, Any]:
        """What the index shows of the run."""
        return dict(json.loads(self.summary)) if self.summary else {}

    @property
    def failure(self) -> dict[str, Any]:
        """Why it failed: ``code``, ``message``, ``attempt``; empty if it did not."""
        return dict(json.loads(self.reason)) if self.reason else {}
