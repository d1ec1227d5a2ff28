"""Every new drop of an engagement, run exactly once, whoever looks and whatever dies."""

from .batch import BatchOutcome, run_batch
from .ledger import Entry, Ledger
from .runner import Job, default_command

__all__ = ["BatchOutcome", "Entry", "Job", "Ledger", "default_command", "run_batch"]
