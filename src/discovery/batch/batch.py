"""Every new drop of an engagement, run once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DiscoveryError
from .collect import Collected, Looking, collect
from .entry import Entry
from .ledger import Ledger
from .owner import new_owner
from .recipe import Agreed, agreed, of_engagement
from .settings import Command, Settings, default_command, run_directory, sweep
from .tell import Log, Teller

if TYPE_CHECKING:
    from ..engagement import Engagement

__all__ = ["BatchOutcome", "run_batch"]

FAILED = 4
CALM = 12
"""So many times the polling interval passes between two looks where the system tells of changes."""


@dataclass(slots=True)
class BatchOutcome:
    """What a batch did: names of drops by what became of them, and why where that is not plain.

    Attributes
    ----------
    done, failed, quarantined, skipped, unsettled, pending : list of str
        Names; ``pending`` only of a dry run.
    reasons : dict of str to str
        Why a drop failed, or has not settled.
    warnings : list of str
        What went wrong besides.
    index : Path or None
        The page of all runs.
    """

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    index: Path | None = None

    @property
    def exit_code(self) -> int:
        """0, or 4 where a drop failed."""
        return FAILED if self.failed or self.quarantined else 0


def run_batch(
    engagement_path: Path,
    *,
    workers: int = 1,
    dask: str | None = None,
    watch: bool = False,
    settle_seconds: float = 60.0,
    marker: bool = False,
    runs: Path | None = None,
    ledger: str | None = None,
    command: Command | None = None,
    only: Sequence[str] | None = None,
    since: str | None = None,
    force: bool = False,
    keep: bool = False,
    retry_failed: bool = False,
    dry_run: bool = False,
    lease_seconds: float = 60.0,
    timeout: float | None = None,
    memory_mb: int = 0,
    max_attempts: int = 3,
    backoff_seconds: float = 60.0,
    poll_seconds: float = 5.0,
    notify: Sequence[str] = (),
    site: str = "",
    lineage: str | None = None,
    log: Log | None = None,
    stop: threading.Event | None = None,
    progress: Callable[[str], None] | None = None,
    engagement: Engagement | None = None,
) -> BatchOutcome:
    """Run every new drop that has settled, each in a process of its own, and bring the index up to date.

    Any number of batches may run at once over one engagement: a drop is claimed in the ledger before it is run. A
    drop is known by its content and by its recipe, which is the version of the package, the code of the notebooks
    and what was agreed; each is run once, so that a changed recipe has what was done run again.

    Parameters
    ----------
    engagement_path : Path
        ``engagement.yaml``, or its folder.
    workers : int
        Runs at a time on this machine.
    dask : str, optional
        The scheduler of a Dask cluster, which runs all but tiny drops and the fits in them.
    watch : bool
        Look for drops until ``stop`` is set, instead of once.
    settle_seconds : float
        A drop is run when nothing of it has changed for so long; a marker file (``_SUCCESS``, ``_READY`` or
        ``_DONE`` in it, or ``NAME.done`` beside it) says at once that it is complete.
    marker : bool
        Run only drops with a marker file.
    runs : Path, optional
        Where run directories, ledger and index are; else ``runs`` beside the engagement.
    ledger : str, optional
        A PostgreSQL URL, where several machines share the ledger; else ``runs/ledger.sqlite``.
    command : callable, optional
        Makes the command line of a run from a :class:`~discovery.batch.settings.Job`.
    only : sequence of str, optional
        Names of the drops to look at.
    since : str, optional
        The first name to look at, in natural order: names are often dates.
    force : bool
        Run again what is done.
    keep : bool
        Do not run again what was done with another recipe.
    retry_failed : bool
        Run again now what failed or was quarantined.
    dry_run : bool
        Only say what would be run.
    lease_seconds, timeout, memory_mb, max_attempts, backoff_seconds : float or int
        See :class:`~discovery.batch.settings.Settings`.
    poll_seconds : float
        Between two looks at the folder when watching.
    notify : sequence of str
        Webhooks and mail servers that are told what became of drops, see :mod:`discovery.batch.notify`.
    site : str
        The URL that ``runs`` is served at, for links in feed and notifications.
    lineage : str, optional
        Where OpenLineage events go: a server or a file.
    log : callable, optional
        Given a mapping for every event, to be written as structured log.
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
    known = of_engagement(engagement) if engagement is not None else None
    if known is None and (ledger is not None or dry_run or not file.is_file()):
        known = agreed(file)
    folder = runs if runs is not None else file.resolve().parent / "runs"
    settings = Settings(
        file, folder, command or default_command, lease_seconds, timeout, memory_mb, max_attempts, backoff_seconds
    )
    looking = Looking(settle_seconds, marker, only, since, strict=not watch)
    place = ledger or folder / "ledger.sqlite"
    teller = Teller(folder, notify, site, lineage, log, progress)
    with _opened(place, known.name if known else "", dry_run) as opened:
        given = known if engagement is not None or dry_run else None
        batch = _Batch(
            opened, place, settings, looking, teller, workers, keep, dask, given, stop or threading.Event()
        )
        batch.refresh()
        if dry_run:
            return batch.foretell(force, retry_failed)
        batch.collect(force=force)
        if retry_failed or force:
            opened.retry(batch.chosen)
        batch.work()
        if watch:
            batch.keep_looking(poll_seconds)
        return batch.outcome


def _opened(place: Path | str, engagement: str, dry_run: bool) -> Ledger:
    """Return the ledger; of a dry run a file is only read, and is not made."""
    if not dry_run or not isinstance(place, Path):
        return Ledger(place, engagement)
    return Ledger(place, read_only=True) if place.is_file() else Ledger(":memory:")


@dataclass(slots=True)
class _Batch:
    ledger: Ledger
    place: Path | str
    settings: Settings
    looking: Looking
    teller: Teller
    workers: int
    keep: bool
    dask: str | None
    given: Agreed | None
    stop: threading.Event
    agreed: Agreed = field(init=False)
    outcome: BatchOutcome = field(default_factory=BatchOutcome, init=False)
    chosen: list[str] | None = field(default=None, init=False)

    def refresh(self) -> None:
        """Read what was agreed, should it have changed, and what runs are made with."""
        self.agreed = self.given or agreed(self.settings.engagement, self.ledger)
        self.settings = replace(self.settings, made_with=self.agreed.recipe(self.settings.engagement))
        self.teller.engagement = self.agreed.name

    def collect(self, *, force: bool = False) -> Collected:
        """Record what has settled since the last look, and what is to be run again."""
        found = collect(self.ledger, self.agreed, self.settings.runs, self.looking)
        self._note_unsettled(found)
        self.chosen = found.names if self.looking.chosen else None
        for entry in found.recorded:
            if entry.state == "skipped":
                self.outcome.skipped.append(entry.name)
                self.teller.skipped(entry, self.ledger.get(entry.duplicate_of or 0).name)
        again = self._again(found.names, force)
        if again:
            self.ledger.run_again(again)
        return found

    def _note_unsettled(self, found: Collected) -> None:
        self.outcome.unsettled = list(found.unsettled)
        self.outcome.reasons |= found.unsettled

    def _again(self, names: Sequence[str], force: bool) -> list[Entry]:
        if self.keep and not force:
            return []
        return self.ledger.renewable(self.settings.made_with, names, force=force)

    def foretell(self, force: bool, retry_failed: bool) -> BatchOutcome:
        """Say what would be run, and change nothing."""
        found = collect(self.ledger, self.agreed, self.settings.runs, self.looking, record=False)
        states = ("waiting", "failed", "quarantined") if retry_failed or force else ("waiting", "failed")
        due = [e.name for e in self.ledger.entries(*states) if self.looking.takes(e.name)]
        again = [e.name for e in self._again(found.names, force)]
        self._note_unsettled(found)
        self.outcome.pending = list(dict.fromkeys([*found.fresh, *due, *again]))
        return self.outcome

    def work(self) -> None:
        """Run all that is due; the index is brought up to date after each run, and the team told at the end."""
        started = self.ledger.clock()
        if self.dask is not None:
            self._drain_by_size(self.dask)
        elif self.workers <= 1:
            self._drain(self.chosen)
        else:
            self._drain_side_by_side(self.chosen, lambda: None)
        sweep(self.ledger, self.settings.runs)
        index = self.settings.runs / "index.html"
        if not index.is_file() or self.ledger.fact("indexed") != self.ledger.stamp():
            self._index(self.ledger)
        self.outcome.index = index
        self.outcome.warnings += self.teller.notify(self.ledger, started)

    def _index(self, ledger: Ledger) -> None:
        from .index import write_index

        write_index(ledger, self.agreed.name, self.settings.runs, site=self.teller.site)

    def _drain_side_by_side(self, names: Sequence[str] | None, meanwhile: Callable[[], None]) -> None:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(self._drain, names) for _ in range(self.workers)]
            meanwhile()
            for future in futures:
                future.result()

    def _drain_by_size(self, address: str) -> None:
        """Have the cluster run what is large, and run here what is tiny."""
        from .cluster import TINY_BYTES, Cluster, Sending
        from .drops import size_of

        large: list[Entry] = []
        tiny: list[str] = []
        for entry in self.ledger.due(self.chosen):
            if size_of(entry.path) >= TINY_BYTES:
                large.append(entry)
            else:
                tiny.append(entry.name)
        if not large:
            self._drain_side_by_side(tiny, lambda: None)
            return
        with Cluster(address, self.place, self.agreed.name) as cluster:
            begun = {}

            def begin(entry: Entry) -> None:
                begun[entry.id] = time.monotonic()
                self.teller.started(entry, run_directory(self.settings.runs, entry))

            def end(entry: Entry, state: str) -> None:
                if state != "taken":
                    self._ended(self.ledger, entry, state, begun[entry.id])

            sending = Sending(cluster, self.ledger, large, self.settings, self.stop, begin, end)
            self._drain_side_by_side(tiny, sending.go)

    def _drain(self, names: Sequence[str] | None) -> None:
        with Ledger(self.place, self.agreed.name) as ledger:
            owner = new_owner()
            while not self.stop.is_set():
                entry = ledger.claim(owner, self.settings.lease, names)
                if entry is None:
                    return
                self._run(ledger, entry, owner)

    def _run(self, ledger: Ledger, entry: Entry, owner: str) -> None:
        from .runner import run_entry

        self.teller.started(entry, run_directory(self.settings.runs, entry))
        begun = time.monotonic()
        state = run_entry(ledger, entry, owner, self.settings, self.stop)
        self._ended(ledger, entry, state, begun)

    def _ended(self, ledger: Ledger, entry: Entry, state: str, begun: float) -> None:
        """Note how a run ended, tell of it, and bring the index up to date."""
        ended = {
            "done": self.outcome.done, "superseded": self.outcome.done, "failed": self.outcome.failed,
            "quarantined": self.outcome.quarantined,
        }  # fmt: skip
        if state in ended:
            ended[state].append(entry.name)
        if state == "done":
            from .snapshots import forget_snapshot

            forget_snapshot(entry.path, self.settings.runs)
        out, entry = run_directory(self.settings.runs, entry), ledger.get(entry.id)
        if state in {"failed", "quarantined"}:
            self.outcome.reasons[entry.name] = str(entry.failure.get("message", ""))
        self.teller.ended(entry, out, state, time.monotonic() - begun)
        self._index(ledger)

    def keep_looking(self, poll: float) -> None:
        """Look again whenever something changes, until asked to stop. What fails now may be well next time."""
        from .watch import watching

        with watching(self.agreed.drops, self.stop) as wait:
            while not self.stop.is_set():
                restless = self.outcome.unsettled or self.ledger.entries("failed", "running", "waiting")
                wait(poll if restless or not wait.told else poll * CALM)
                if self.stop.is_set():
                    return
                try:
                    self.refresh()
                    self.collect()
                    self.work()
                except DiscoveryError as error:
                    self.teller.trouble(error)
