"""How runs are run, and where they go."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .entry import Entry
from .ledger import Ledger

__all__ = ["Command", "Job", "Settings", "default_command", "run_directory", "sweep"]

Command = Callable[["Job"], Sequence[str]]
_LEFT = ".partial"


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
        Memory that each process of a run may take; 0: no limit.
    max_attempts : int
        After so many failures a drop is quarantined.
    backoff : float
        Wait after the first failure; doubled after each further one.
    made_with : str
        The recipe: version, notebooks and parameters in short.
    dask : str or None
        The scheduler whose cluster fits the baselines.
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
    dask: str | None = None


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


def sweep(ledger: Ledger, runs: Path) -> None:
    """Remove what runs that were killed left half-made, where nobody is at work on them any more."""
    try:
        names = os.listdir(runs)  # noqa: PTH208 - may be thousands
    except OSError:
        return
    half_made = [n for n in names if n.endswith(_LEFT) and n[0] == "."]
    if not half_made:
        return
    import shutil

    ours = {run_directory(runs, e).name: e.state for e in ledger.entries()}
    for name in half_made:
        target = name[1:].removesuffix(_LEFT).rpartition(".")[0]
        if ours.get(target, "running") != "running":
            shutil.rmtree(runs / name, ignore_errors=True)
