"""Every new drop of an engagement, run exactly once, whoever looks and whatever dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .batch import BatchOutcome, run_batch
from .entry import Entry
from .ledger import Ledger

if TYPE_CHECKING:
    from .runner import Job, default_command

__all__ = ["BatchOutcome", "Entry", "Job", "Ledger", "default_command", "run_batch"]


def __getattr__(name: str) -> Any:
    if name in {"Job", "default_command"}:
        from . import runner

        return getattr(runner, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
