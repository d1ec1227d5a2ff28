"""Every new drop of an engagement, run once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ..engagement import Engagement
from .drops import FoundDrop, content_hash, find_drops, natural_key
from .index import write_index
from .ledger import Ledger, new_owner
from .runner import Command, Settings, default_command, run_entry

__all__ = ["BatchOutcome", "run_batch"]

FAILED = 4


@dataclass(slots=True)
class BatchOutcome:
    """What a batch did. Each field holds the names of drops."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    index: Path | None = None

    @property
    def exit_code(self) -> int:
        """0, or 4 where a drop failed."""
        return FAILED if self.failed or self.quarantined else 0


def run_batch(
    engagement_path: Path,
    *,
    workers: int = 1,
    watch: bool = False,
    settle_seconds: float = 60.0,
    marker: bool = False,
    runs: Path | None = None,
    command: Command = default_command,
    only: Sequence[str] | None = None,
    since: str | None = None,
    force: bool = False,
    retry_failed: bool = False,
    dry_run: bool = False,
    lease_seconds: float = 60.0,
    timeout: float | None = None,
    memory_mb: int = 0,
    max_attempts: int = 3,
    backoff_seconds: float = 60.0,
    poll_seconds: float = 5.0,
    stop: threading.Event | None = None,
    progress: Callable[[str], None] | None = None,
    engagement: Engagement | None = None,
) -> BatchOutcome:
    """Run every new drop that has settled, each in a process of its own, and bring the index up to date.

    Any number of batches may run at once over one engagement, on one machine: a drop is claimed in the ledger
    (``runs/ledger.sqlite``) before it is run.

    Parameters
    ----------
    engagement_path : Path
        ``engagement.yaml``, or its folder.
    workers : int
        Runs at a time.
    watch : bool
        Look for drops until ``stop`` is set, instead of once.
    settle_seconds : float
        A drop is run when nothing of it has changed for so long; a marker file (``_SUCCESS``, ``_READY`` or
        ``_DONE``) in it says at once that it is complete.
    marker : bool
        Run only drops that hold a marker file.
    runs : Path, optional
        Where run directories, ledger and index are; else ``runs`` beside the engagement.
    command : callable
        Makes the command line of a run from a :class:`~discovery.batch.runner.Job`.
    only : sequence of str, optional
        Names of the drops to look at.
    since : str, optional
        The first name to look at, in natural order: names are often dates.
    force : bool
        Run again what is done.
    retry_failed : bool
        Run again now what failed or was quarantined.
    dry_run : bool
        Only say what would be run.
    lease_seconds, timeout, memory_mb, max_attempts, backoff_seconds : float or int
        See :class:`~discovery.batch.runner.Settings`.
    poll_seconds : float
        Between two looks at the folder when watching.
    stop : threading.Event, optional
        Set it to end early: runs are ended and wait for the next batch.
    progress : callable, optional
        Called with a line whenever a drop's state changes.
    engagement : Engagement, optional
        What the file holds, if it is read already.

    Returns
    -------
    BatchOutcome
        Names by outcome, and the exit code: 0, or 4 where a drop failed.

    Raises
    ------
    DataError, EngagementError
        The folder of drops or the engagement cannot be used.
    PublishError
        The ledger or the index cannot be written.
    """
    file = engagement_path / "engagement.yaml" if engagement_path.is_dir() else engagement_path
    agreed = engagement if engagement is not None else _load(file)
    folder = runs if runs is not None else file.resolve().parent / "runs"
    settings = Settings(file, folder, command, lease_seconds, timeout, memory_mb, max_attempts, backoff_seconds)
    batch = _Batch(agreed, settings, workers, settle_seconds, marker, stop or threading.Event(), progress)
    with Ledger(folder / "ledger.sqlite") as ledger:
        names = batch.collect(ledger, only, since, record=not dry_run)
        if dry_run:
            return batch.outcome
        chosen = names if only is not None or since is not None else None
        if force or retry_failed:
            ledger.retry(("done", "failed", "quarantined") if force else ("failed", "quarantined"), chosen)
        while True:
            batch.work(ledger, chosen)
            if not watch or batch.stop.wait(poll_seconds):
                break
            names = batch.collect(ledger, only, since, record=True)
            chosen = names if only is not None or since is not None else None
        return batch.outcome


def _load(file: Path) -> Engagement:
    from ..engagement import load_engagement

    return load_engagement(file)


@dataclass
class _Batch:
    engagement: Engagement
    settings: Settings
    workers: int
    settle: float
    marker: bool
    stop: threading.Event
    progress: Callable[[str], None] | None
    outcome: BatchOutcome = field(default_factory=BatchOutcome)

    def say(self, line: str) -> None:
        if self.progress is not None:
            self.progress(line)

    def collect(self, ledger: Ledger, only: Sequence[str] | None, since: str | None, *, record: bool) -> list[str]:
        """Record what has settled since the last look, and return the names that were looked at."""
        found = find_drops(self.engagement)
        if only is not None:
            found = [d for d in found if d.name in only]
        if since is not None:
            found = [d for d in found if natural_key(d.name) >= natural_key(since)]
        known = ledger.known()
        self.outcome.unsettled = []
        position = time.time()
        for number, drop in enumerate(d for d in found if known.get(d.name) != d.signature):
            if not self._settled(ledger, drop, record):
                self.outcome.unsettled.append(drop.name)
            elif record:
                self._record(ledger, drop, f"{position:017.6f}-{number:06d}")
            else:
                self.outcome.pending.append(drop.name)
        if not record:
            self.outcome.pending += [e.name for e in ledger.entries("waiting", "failed")]
        return [d.name for d in found]

    def _settled(self, ledger: Ledger, drop: FoundDrop, record: bool) -> bool:
        if drop.empty or drop.unfinished:
            return False
        if drop.marked or self.marker:
            return drop.marked
        if time.time() - drop.changed >= self.settle:
            return True
        if not record:
            return False
        return ledger.clock() - ledger.quiet_since(drop.name, drop.signature) >= self.settle

    def _record(self, ledger: Ledger, drop: FoundDrop, position: str) -> None:
        try:
            content = content_hash(drop)
        except OSError:
            self.outcome.unsettled.append(drop.name)
            return
        entry = ledger.record(drop.name, drop.path, content, drop.signature, position)
        if entry is not None and entry.state == "skipped":
            self.outcome.skipped.append(drop.name)
            self.say(f"{drop.name}: skipped, same content as {ledger.get(entry.duplicate_of or 0).name}")

    def work(self, ledger: Ledger, names: Sequence[str] | None) -> None:
        """Run all that is due; the index is brought up to date after each run."""
        if self.workers <= 1:
            self._drain(names)
        else:
            with ThreadPoolExecutor(self.workers) as pool:
                for future in [pool.submit(self._drain, names) for _ in range(self.workers)]:
                    future.result()
        index = self.settings.runs / "index.html"
        if self.outcome.skipped or not index.is_file():
            write_index(ledger, self.engagement.name, self.settings.runs)
        self.outcome.index = index

    def _drain(self, names: Sequence[str] | None) -> None:
        owner = new_owner()
        with Ledger(self.settings.runs / "ledger.sqlite") as ledger:
            while not self.stop.is_set():
                entry = ledger.claim(owner, self.settings.lease, names)
                if entry is None:
                    return
                self.say(f"{entry.name}: running")
                state = run_entry(ledger, entry, owner, self.settings, self.stop)
                self.say(f"{entry.name}: {state}")
                ended = {
                    "done": self.outcome.done, "superseded": self.outcome.done, "failed": self.outcome.failed,
                    "quarantined": self.outcome.quarantined,
                }  # fmt: skip
                if state in ended:
                    ended[state].append(entry.name)
                write_index(ledger, self.engagement.name, self.settings.runs)
