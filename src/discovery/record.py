"""What a run was made with: versions, git revision, seconds and memory of every stage."""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import Field

from .artifacts import Artifact, InputFile, RunRecord, RunStatus, StageRecord
from .parameters import RunParameters

__all__ = [
    "DRAFT",
    "Draft",
    "git_revision",
    "make_record",
    "measured",
    "peak_memory_mb",
    "reset_peak",
    "versions",
]

DRAFT = ".draft.json"
_LIBRARIES = (
    "polars", "duckdb", "narwhals", "pandas", "numpy", "scikit-learn", "skrub", "great-expectations", "matplotlib",
    "papermill", "nbconvert", "pydantic",
)  # fmt: skip


class Draft(Artifact):
    """What the stages know of their run; the parent process makes the :class:`RunRecord` of it."""

    identity: str = Field(default="", description="A hash of all that the results depend on.")
    done: list[str] = Field(default_factory=list, description="The artifacts written for that identity.")
    warnings: list[str] = Field(default_factory=list)
    run_id: str = ""
    started: datetime | None = None
    engagement: str = ""
    drop: str = ""
    drop_hash: str = ""
    seed: int = 0
    inputs: list[InputFile] = Field(default_factory=list)
    stages: list[StageRecord] = Field(default_factory=list)

    @classmethod
    def of(cls, out: Path) -> Draft:
        """Return the draft in the run directory ``out``; an empty one where there is none."""
        try:
            return cls.read(out / DRAFT)
        except FileNotFoundError:
            return cls()


def make_record(
    draft: Draft,
    parameters: RunParameters,
    *,
    status: RunStatus = "ok",
    reason: str | None = None,
    more_stages: Iterable[StageRecord] = (),
) -> RunRecord:
    """Return the record of the run that ``draft`` and ``parameters`` are of, ending now.

    Only names of environment variables stand for secrets in ``parameters``; their values are never looked up here.
    """
    now = datetime.now(UTC)
    folder = Path(parameters.engagement).parent if parameters.engagement else Path.cwd()
    return RunRecord(
        run_id=draft.run_id or "by-hand",
        status=status,
        reason=reason,
        engagement=draft.engagement,
        drop=draft.drop,
        drop_hash=draft.drop_hash,
        started=draft.started or now,
        ended=now,
        inputs=draft.inputs,
        parameters=parameters.model_dump(mode="json"),
        versions=versions(),
        git_revision=git_revision(folder),
        seed=draft.seed,
        warnings=draft.warnings,
        stages=[*draft.stages, *more_stages],
        previous=parameters.previous,
    )


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of the main libraries, where installed."""
    from . import __version__

    found = {"python": platform.python_version(), "discovery": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def git_revision(folder: Path) -> str | None:
    """Return the commit that ``folder`` is at, with ``-dirty`` where it is changed; None outside of git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def peak_memory_mb(*, since_reset: bool = True) -> float | None:
    """Return the peak resident memory of this process in MB (10^6 bytes), since :func:`reset_peak` on Linux."""
    if since_reset and sys.platform == "linux":
        try:
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return round(int(line.split()[1]) * 1.024e-3, 1)
        except OSError:
            pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak * (1e-6 if sys.platform == "darwin" else 1.024e-3), 1)


def reset_peak() -> None:
    """Start the peak of :func:`peak_memory_mb` anew, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


@contextmanager
def measured(name: str, keep: Callable[[StageRecord], None]) -> Iterator[None]:
    """Measure the block and hand its record to ``keep``, with the status ``failed`` where it raised."""
    reset_peak()
    start = time.perf_counter()
    status = "failed"
    try:
        yield
        status = "ok"
    finally:
        seconds = round(time.perf_counter() - start, 3)
        keep(
            StageRecord(
                name=name,
                seconds=seconds,
                peak_memory_mb=peak_memory_mb(),
                status="ok" if status == "ok" else "failed",
            )
        )
