"""Runs on a Dask cluster: the batch says which drop, a worker claims it, runs it and publishes it.

The ledger, not the scheduler, makes sure that a drop is run once: the worker holds the lease and renews it. A
worker that dies loses it, and whoever is told to run the drop next takes it up.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import DiscoveryError, ParameterError, RunError
from .entry import Entry
from .ledger import Ledger
from .owner import is_dead, new_owner
from .settings import Settings

__all__ = ["TINY_BYTES", "Cluster", "Order", "Seen", "Sending", "problem_of", "run_order"]

TINY_BYTES = 1_000_000
"""A drop of fewer bytes is run by the batch itself: most of such a run is starting up."""
SECONDS = 10.0
PAUSE = 0.2
MOST_LOSSES = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is told: which drop of which ledger to run, and how. ``token`` is that of the batch."""

    ledger: Path | str
    engagement: str
    drop: str
    token: str
    settings: Settings


def run_order(order: Order) -> str:
    """Claim the drop and run it, on a worker; return the state it is in then, or ``"taken"``: another claimed it.

    The worker's thread is given back, since the run's own fits may be sent to this very worker.
    """
    from distributed import Event, get_client, secede

    stopped = Event(_stop_of(order.token), client=get_client())
    secede()
    with Ledger(order.ledger, order.engagement) as ledger:
        owner = new_owner(order.token)
        entry = ledger.claim(owner, order.settings.lease, [order.drop])
        if entry is None:
            return "taken"
        from .runner import run_entry

        with _told(stopped) as stop:
            return run_entry(ledger, entry, owner, order.settings, stop)


def _stop_of(token: str) -> str:
    return f"discovery-stop-{token}"


@contextmanager
def _told(stopped: Any) -> Iterator[threading.Event]:
    """Give an event that is set once the batch asks its runs to end."""
    stop, over = threading.Event(), threading.Event()

    def listen() -> None:
        while not over.is_set():
            try:
                if stopped.wait(timeout=2):
                    stop.set()
                    return
            except Exception:  # the scheduler is away; the run goes on, and the ledger knows of it
                over.wait(2)

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield stop
    finally:
        over.set()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a worker has: the version of Discovery, its machine, the mark in the runs, and the engagement."""

    version: str
    machine: str
    mark: bool
    engagement: bool


def _look(mark: str, engagement: str) -> Seen:
    return Seen(__version__, os.uname().nodename, Path(mark).is_file(), Path(engagement).is_file())


def problem_of(seen: Any, ledger: Path | str) -> tuple[str, str] | None:
    """Return why a worker that answered so cannot run drops, and how to mend it; None if it can."""
    if isinstance(seen, ImportError):
        return "has no Discovery", f"Install discovery-workbook {__version__} there."
    if not isinstance(seen, Seen):
        return f"does not answer ({type(seen).__name__})", "Look at its log."
    if seen.version != __version__:
        return f"has Discovery {seen.version}", f"Install discovery-workbook {__version__} there."
    if not (seen.mark and seen.engagement):
        return "does not see the engagement and its runs", "Put them where all machines have them at one path."
    if isinstance(ledger, Path) and seen.machine != os.uname().nodename:
        return "is another machine, and the ledger is a file of this one", "Give --ledger postgresql://…"
    return None


class Cluster:
    """A Dask cluster that drops are run on.

    Parameters
    ----------
    address : str
        The scheduler: ``tcp://host:8786``. TLS is set up as Dask has it, in its configuration.
    ledger : Path or str
        Where the ledger is, for the workers to open.
    engagement : str
        The engagement's name.

    Raises
    ------
    ParameterError
        ``distributed`` is not installed, or the scheduler cannot be reached.
    """

    def __init__(self, address: str, ledger: Path | str, engagement: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise ParameterError(
                "distributed is not installed", where="--dask", mend="Install discovery-workbook[dask]."
            ) from None
        self.address, self.engagement = address, engagement
        self.ledger = ledger.absolute() if isinstance(ledger, Path) else ledger
        self.token = os.urandom(4).hex()
        try:
            self.client = Client(address, timeout=SECONDS, set_as_default=False)
        except Exception as error:  # whatever the address and the network give
            raise ParameterError(
                f"the scheduler cannot be reached ({type(error).__name__})",
                where=f"--dask {address}",
                mend="Check that it runs there: dask scheduler; and that the network lets you through.",
            ) from None
        self._checked: set[str] = set()

    def close(self) -> None:
        """Leave the cluster."""
        with suppress(Exception):
            self.client.close(timeout=SECONDS)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def threads(self, settings: Settings) -> dict[str, int]:
        """Return how many threads each worker has; each was found fit to run drops.

        Raises
        ------
        RunError
            A worker has another version, or does not share the folders or the ledger.
        """
        threads: dict[str, int] = dict(self.client.nthreads())
        fresh = [a for a in threads if a not in self._checked]
        if fresh:
            self._check(fresh, settings)
            self._checked |= set(fresh)
        return threads

    def _check(self, workers: Sequence[str], settings: Settings) -> None:
        mark = settings.runs / f".dask-{self.token}"
        try:
            mark.touch()
            seen = self.client.run(
                _look, str(mark), str(settings.engagement), workers=list(workers), on_error="return"
            )
        finally:
            mark.unlink(missing_ok=True)
        for worker, what in seen.items():
            problem = problem_of(what, self.ledger)
            if problem:
                raise RunError(f"the worker {worker} {problem[0]}", where=f"--dask {self.address}", mend=problem[1])


@dataclass(slots=True)
class Sending:
    """Drops on their way to a cluster and back.

    Attributes
    ----------
    cluster : Cluster
        That runs them.
    ledger : Ledger
        Of this thread.
    queue : list of Entry
        What is due, in order.
    settings : Settings
        How each is run; the workers see the folders under the same paths.
    stop : threading.Event
        Set it to have all runs end.
    begun, ended : callable
        Told of each run; the second with the state it ended in.
    """

    cluster: Cluster
    ledger: Ledger
    queue: list[Entry]
    settings: Settings
    stop: threading.Event
    begun: Callable[[Entry], None]
    ended: Callable[[Entry, str], None]
    flying: dict[Any, tuple[Entry, str]] = field(default_factory=dict, init=False)
    lost: dict[int, tuple[int, float]] = field(default_factory=dict, init=False)
    alone_since: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        """Name folders as every process finds them, and the cluster for the fits."""
        self.settings = replace(
            self.settings,
            engagement=self.settings.engagement.absolute(),
            runs=self.settings.runs.absolute(),
            dask=self.cluster.address,
        )

    def go(self) -> None:
        """Run the drops, as many at a time as the cluster has threads, until all have ended.

        Raises
        ------
        RunError
            The cluster was lost, has no workers, or cannot run drops.
        """
        told = False
        while self.queue or self.flying:
            threads = self._threads()
            if self.stop.is_set():
                self.queue.clear()
                if not told:
                    self._tell_to_stop()
                    told = True
            else:
                self._send(threads)
            time.sleep(PAUSE)
            self._collect(threads)

    def _threads(self) -> dict[str, int]:
        try:
            threads = self.cluster.threads(self.settings)
            connected = self.cluster.client.status == "running"
        except DiscoveryError:
            raise
        except Exception:  # whatever the network gave
            connected = False
        if not connected:
            raise self._error(
                "the cluster was lost", "What runs there goes on; the next batch takes up what is left."
            )
        if threads or self.stop.is_set():
            self.alone_since = time.monotonic()
        elif time.monotonic() - self.alone_since > SECONDS:
            raise self._error("the cluster has no workers", "Start some: dask worker.")
        return threads

    def _error(self, what: str, mend: str) -> RunError:
        return RunError(what, where=f"--dask {self.cluster.address}", mend=mend)

    def _tell_to_stop(self) -> None:
        from distributed import Event

        Event(_stop_of(self.cluster.token), client=self.cluster.client).set()

    def _send(self, threads: Mapping[str, int]) -> None:
        now = self.ledger.clock()
        ready = [e for e in self.queue if self.lost.get(e.id, (0, 0.0))[1] <= now]
        for entry, worker in zip(ready, self._free(threads), strict=False):
            order = Order(
                self.cluster.ledger, self.cluster.engagement, entry.name, self.cluster.token, self.settings
            )
            key = f"discovery-{entry.id}-{os.urandom(4).hex()}"
            future = self.cluster.client.submit(run_order, order, workers=[worker], pure=False, key=key)
            self.flying[future] = (entry, worker)
            self.queue.remove(entry)
            if entry.id not in self.lost:
                self.begun(entry)

    def _free(self, threads: Mapping[str, int]) -> list[str]:
        """Return a worker for each run that may be begun now, the idlest first."""
        busy = Counter(worker for _, worker in self.flying.values())
        slots = [(place - n, worker) for worker, n in threads.items() for place in range(busy[worker], n)]
        return [worker for _, worker in sorted(slots)]

    def _collect(self, threads: Mapping[str, int]) -> None:
        """Note what has ended, and what went away with its worker: the scheduler itself runs nothing again."""
        for future, (entry, worker) in list(self.flying.items()):
            if future.status == "pending" and worker in threads:
                continue
            del self.flying[future]
            state = self._state(future)
            row = self.ledger.get(entry.id)
            ours = row.state == "running" and (row.owner or "").endswith(f":{self.cluster.token}")
            if (state == "taken" and ours) or (state is None and (ours or row.state == "waiting")):
                self._again(entry, row)
            else:
                self.ended(row, state or row.state)

    def _again(self, entry: Entry, row: Entry) -> None:
        """Have what was lost with its worker run again: at once, or when its lease has run out.

        A worker that only the scheduler lost goes on renewing its lease; after a while that is left to it.
        """
        times, _ = self.lost.get(entry.id, (0, 0.0))
        if times >= MOST_LOSSES:
            self.ended(row, "taken")
            return
        free = row.state == "waiting" or is_dead(row.owner)
        self.lost[entry.id] = (times + 1, 0.0 if free else row.lease_until)
        self.queue.insert(0, entry)

    def _state(self, future: Any) -> str | None:
        """Return the state that a run ended in; None if it was lost with its worker."""
        if future.status == "finished":
            return str(future.result())
        error = future.exception() if future.status == "error" else None
        future.cancel()
        if error is None or type(error).__name__ == "KilledWorker":
            return None
        raise error
