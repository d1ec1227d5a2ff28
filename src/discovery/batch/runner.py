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
from pathlib import Path
from typing import IO

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
PERMANENT = 2
GATE = 3


def run_entry(ledger: Ledger, entry: Entry, owner: str, settings: Settings, stop: threading.Event) -> str:
    """Run a claimed drop to its end and return the state it is in then.

    A run directory that is there already was published by a process that died before it could record so; it is
    recorded, not made again. What was corrected since such a process began it is not run any more.
    """
    out = run_directory(settings.runs, entry)
    if not published(out):
        if entry.superseded_by is not None:
            ledger.release(entry.id, owner)
            return "released"
        if entry.attempts > max(settings.max_attempts, DEATHS):
            words = f"whoever ran it died, {entry.attempts - 1} times"
            return _failed(ledger, entry, owner, settings, 1, words)
        before = ledger.previous(entry)
        previous = settings.runs / before.run if before is not None and before.run else None
        _sweep(out)
        job = Job(settings.engagement, entry.path, out, previous if previous and previous.is_dir() else None)
        code, message = _run(ledger, entry, owner, settings, job, stop)
        if code is None:
            ledger.release(entry.id, owner)
            return "waiting"
        if code not in (0, GATE) and not published(out):
            return _failed(ledger, entry, owner, settings, code, message)
        if not published(out):
            return _failed(ledger, entry, owner, settings, 1, "the run ended well but left no run.json")
    done = _finish(ledger, entry, owner, out, settings)
    return "done" if done else ledger.get(entry.id).state


def _finish(ledger: Ledger, entry: Entry, owner: str, out: Path, settings: Settings) -> bool:
    """Record what is published; a ledger that cannot be reached for a moment is tried again."""
    figures = summarise(out)
    for wait in (0.5, 2.0):
        try:
            return ledger.finish(entry.id, owner, out.name, figures, settings.made_with)
        except PublishError:
            time.sleep(wait)
    return ledger.finish(entry.id, owner, out.name, figures, settings.made_with)


def _sweep(out: Path) -> None:
    """Remove what an attempt that was killed left half-made."""
    for folder in out.parent.glob(f".{out.name}.*.partial"):
        shutil.rmtree(folder, ignore_errors=True)


def _failed(ledger: Ledger, entry: Entry, owner: str, settings: Settings, code: int, message: str) -> str:
    """Wrong input stays wrong and is quarantined at once; anything else is tried again, ever later."""
    reason = {"code": code, "message": message, "attempt": entry.attempts}
    last = code == PERMANENT or entry.attempts >= settings.max_attempts
    wait = None if last else settings.backoff * 2 ** (entry.attempts - 1)
    ledger.fail(entry.id, owner, reason, again_in=wait, made_with=settings.made_with)
    return ledger.get(entry.id).state


def _run(
    ledger: Ledger, entry: Entry, owner: str, settings: Settings, job: Job, stop: threading.Event
) -> tuple[int | None, str]:
    """Return the exit code (None: stopped on request, or the lease was lost) and the last line of complaint."""
    launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")), str(os.getpid())]
    command = [*launcher, str(settings.memory_mb), *settings.command(job)]
    environment = {**os.environ, DASK: settings.dask} if settings.dask else None
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = _wait(process, ledger, entry, owner, settings, stop)
        finally:
            _end(process)
        if code == "timeout":
            return 1, f"it took longer than {settings.timeout:g} s and was ended"
        return (code if isinstance(code, int) else None), _last_line(errors, code)


def _wait(
    process: subprocess.Popen[bytes],
    ledger: Ledger,
    entry: Entry,
    owner: str,
    settings: Settings,
    stop: threading.Event,
) -> int | str | None:
    started = renewed = time.monotonic()
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=min(0.2, settings.lease / 5))
        now = time.monotonic()
        if stop.is_set():
            return None
        if settings.timeout is not None and now - started > settings.timeout:
            return "timeout"
        if now - renewed > settings.lease / 3:
            try:
                if not ledger.renew(entry.id, owner, settings.lease):
                    return None
                renewed = now
            except PublishError:
                if now - renewed > settings.lease:
                    raise


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
