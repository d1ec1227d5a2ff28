"""The sample engagement, run once a test session (and shared by the workers of a parallel one)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"


def discovery(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the real command."""
    command = [sys.executable, "-m", "discovery", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=500)


@dataclass(frozen=True)
class SampleRuns:
    """Both drops of the sample, run one after the other by the command line."""

    folder: Path

    def directory(self, drop: str) -> Path:
        """The run directory of a drop."""
        return Path(self.summary(drop)["directory"])

    def summary(self, drop: str) -> dict[str, Any]:
        """What ``--json`` printed."""
        return dict(json.loads((self.folder / f"{drop}.json").read_text()))

    def read(self, drop: str, name: str) -> dict[str, Any]:
        """An artifact of a run."""
        return dict(json.loads((self.directory(drop) / name).read_text()))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleRuns:
    """Run the sample's two drops once, whatever the number of test workers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker else base) / "sample-runs"
    lock, done = folder.with_suffix(".lock"), folder / "done"
    try:
        lock.mkdir(parents=True)
    except FileExistsError:
        deadline = time.monotonic() + 500
        while not done.is_file() and time.monotonic() < deadline:
            time.sleep(0.2)
    else:
        shutil.copytree(SAMPLE, folder / "sample", ignore=shutil.ignore_patterns("runs"))
        for drop in ("2026-09-07", "2026-09-14"):
            result = discovery("run", folder / "sample" / "engagement.yaml", "--drop", drop, "--json")
            (folder / f"{drop}.json").write_text(result.stdout)
            (folder / f"{drop}.err").write_text(f"{result.returncode}\n{result.stderr}")
        done.touch()
    return SampleRuns(folder)
