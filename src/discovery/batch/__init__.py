"""Every new drop of an engagement, run exactly once, whoever looks and whatever dies."""

from .batch import BatchOutcome, run_batch
from .entry import Entry
from .ledger import Ledger
from .settings import Job, default_command

__all__ = ["BatchOutcome", "Entry", "Job", "Ledger", "default_command", "run_batch"]
