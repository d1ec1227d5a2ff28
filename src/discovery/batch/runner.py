"""Run one claimed drop in a process of its own, keep its lease, and record how it went."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..errors import PublishError
from ..fanout import VARIABLE as DASK
from .entry import Entry
from .figures import published, summarise
from .ledger import Ledger
from .settings import Job, Settings, run_directory

__all__ = ["run_entry"]

_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)): ")
"""An exception that nobody foresaw: its text may hold a client's value."""
DEATHS = 10
"""A drop whose runs took their batches with them so often is given up: most likely it exhausts the machine."""
STOPPED = 0.3
PERMANENT = 2
GATE = 3


def run_entry(ledger: Ledger, entry: Entry, owner: str, settings: Settings, stop: threading.Event) -> str:
    """Run a claimed drop to its end and return the state it is in then.

    A run directory that is there already was published by a process that died before it could record so; it is
    recorded, not made again. What was corrected since such a process began it is not run any more.
    """
    return _Attempt(ledger, entry, owner, settings, stop).make()


@dataclass(frozen=True, slots=True)
class _Attempt:
    ledger: Ledger
    entry: Entry
    owner: str
    settings: Settings
    stop: threading.Event

    @property
    def out(self) -> Path:
        return run_directory(self.settings.runs, self.entry)

    def make(self) -> str:
        """Make the run, unless it is there or not wanted any more; record it and return the drop's state."""
        if published(self.out):
            return self._finish()
        if self.entry.superseded_by is not None:
            self.ledger.release(self.entry.id, self.owner)
            return "released"
        if self.entry.attempts > max(self.settings.max_attempts, DEATHS):
            return self._failed(1, f"whoever ran it died, {self.entry.attempts - 1} times")
        _sweep(self.out)
        code, message = self._run(Job(self.settings.engagement, self.entry.path, self.out, self._previous()))
        if code is None:
            self.ledger.release(self.entry.id, self.owner)
            return "waiting"
        if published(self.out):
            return self._finish("" if code in (0, GATE) else message)
        if code in (0, GATE):
            return self._failed(1, "the run ended well but left no run.json")
        return self._failed(code, message + self._hint(code))

    def _hint(self, code: int) -> str:
        """Return what may have been the reason where a run had little memory: libraries say so in many ways."""
        megabytes = self.settings.memory_mb
        return f" (--memory gave it {megabytes} MB)" if megabytes and code != PERMANENT else ""

    def _previous(self) -> Path | None:
        before = self.ledger.previous(self.entry)
        place = self.settings.runs / before.run if before is not None and before.run else None
        return place if place is not None and place.is_dir() else None

    def _finish(self, warning: str = "") -> str:
        """Record what is published; a ledger that cannot be reached for a moment is tried again."""
        figures = summarise(self.out) | ({"warning": warning} if warning else {})
        for wait in (0.5, 2.0):
            try:
                return self._recorded(figures)
            except PublishError:
                time.sleep(wait)
        return self._recorded(figures)

    def _recorded(self, figures: dict[str, Any]) -> str:
        done = self.ledger.finish(self.entry.id, self.owner, self.out.name, figures, self.settings.made_with)
        return "done" if done else self.ledger.get(self.entry.id).state

    def _failed(self, code: int, message: str) -> str:
        """Wrong input stays wrong and is quarantined at once; anything else is tried again, ever later."""
        attempt = self.entry.attempts
        reason = {"code": code, "message": message, "attempt": attempt}
        last = code == PERMANENT or attempt >= self.settings.max_attempts
        wait = None if last else self.settings.backoff * 2 ** (attempt - 1)
        self.ledger.fail(self.entry.id, self.owner, reason, again_in=wait, made_with=self.settings.made_with)
        return self.ledger.get(self.entry.id).state

    def _run(self, job: Job) -> tuple[int | None, str]:
        """Return the exit code (None: stopped on request, or the lease was lost) and the last line of complaint.

        Who stops a service ends all its processes at one time, so a run that went wrong may have been stopped too.
        """
        settings = self.settings
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")), str(os.getpid())]
        command = [*launcher, str(settings.memory_mb), *settings.command(job)]
        environment = {**os.environ, DASK: settings.dask} if settings.dask else None
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment,
                start_new_session=True,
            )  # fmt: skip
            try:
                code = self._wait(process)
            finally:
                _end(process)
            if code not in (0, GATE) and self.stop.wait(STOPPED):
                return None, ""
            if code == "timeout":
                return 1, f"it took longer than {settings.timeout:g} s and was ended"
            return (code if isinstance(code, int) else None), _last_line(errors, code)

    def _wait(self, process: subprocess.Popen[bytes]) -> int | str | None:
        lease, timeout = self.settings.lease, self.settings.timeout
        started = renewed = time.monotonic()
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=min(0.2, lease / 5))
            now = time.monotonic()
            if self.stop.is_set():
                return None
            if timeout is not None and now - started > timeout:
                return "timeout"
            if now - renewed > lease / 3:
                try:
                    if not self.ledger.renew(self.entry.id, self.owner, lease):
                        return None
                    renewed = now
                except PublishError:
                    if now - renewed > lease:
                        raise


def _sweep(out: Path) -> None:
    """Remove what an attempt that was killed left half-made."""
    for folder in out.parent.glob(f".{out.name}.*.partial"):
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes], grace: float = 10.0) -> None:
    """Ask the run and whatever it started to end, then make them."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(errors: IO[bytes], code: int | str | None) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 4000))
    lines = [x.strip() for x in errors.read().decode("utf-8", "replace").splitlines() if x.strip()]
    if lines:
        kind = _EXCEPTION.match(lines[-1])
        return kind[1] if kind else lines[-1].removeprefix("discovery: ")[:300]
    return f"ended by signal {-code}" if isinstance(code, int) and code < 0 else f"exit code {code}"
