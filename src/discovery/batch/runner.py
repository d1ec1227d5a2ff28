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
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import PublishError
from .entry import Entry
from .figures import published, summarise
from .ledger import Ledger

__all__ = ["Job", "Settings", "default_command", "run_directory", "run_entry", "sweep"]

Command = Callable[["Job"], Sequence[str]]
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)): ")
"""An exception that nobody foresaw: its text may hold a client's value."""
PERMANENT = 2
GATE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is given."""

    engagement: Path
    drop: str
    out: Path
    previous: Path | None


@dataclass(frozen=True, slots=True)
class Settings:
    """How runs are run. Times are in seconds.

    Attributes
    ----------
    engagement, runs : Path
        The engagement's file, and the folder that holds the run directories.
    command : callable
        Makes the command line of a run; it must publish ``job.out`` atomically and exit with 0 (or 3: a gate).
    lease : float
        A run whose batch has not said for so long that it lives is given to another.
    timeout : float or None
        What a run may take.
    memory_mb : int
        Address space that a run may take; 0: no limit.
    max_attempts : int
        After so many failures a drop is quarantined.
    backoff : float
        Wait after the first failure; doubled after each further one.
    made_with : str
        The recipe: version, notebooks and parameters in short.
    """

    engagement: Path
    runs: Path
    command: Command
    lease: float = 60.0
    timeout: float | None = None
    memory_mb: int = 0
    max_attempts: int = 3
    backoff: float = 60.0
    made_with: str = ""


def default_command(job: Job) -> list[str]:
    """Return the command line of the workbook."""
    return [
        sys.executable, "-m", "discovery", "run", str(job.engagement), "--drop", job.drop,
        "--out", str(job.out),
        "--previous", str(job.previous) if job.previous else "none", "--quiet",
    ]  # fmt: skip


def run_directory(runs: Path, entry: Entry) -> Path:
    """Return where the run of ``entry`` is published: always the same, so that it is published once."""
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", entry.name).strip("-.")[:60] or "drop"
    return runs / f"{slug}-{entry.hash[:10]}-{entry.id}"


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


def sweep(ledger: Ledger, runs: Path) -> None:
    """Remove what runs that were killed left half-made, where nobody is at work on them any more."""
    half_made = [p for p in runs.glob(".*.partial") if p.is_dir()]
    if not half_made:
        return
    ours = {run_directory(runs, e).name: e.state for e in ledger.entries()}
    for folder in half_made:
        target = folder.name[1:].removesuffix(".partial").rpartition(".")[0]
        if ours.get(target, "running") != "running":
            shutil.rmtree(folder, ignore_errors=True)


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
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
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
