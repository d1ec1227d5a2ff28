"""An engagement with a folder of drops and a fake run, for tests of batches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from discovery.batch import BatchOutcome, Entry, Job, Ledger, run_batch
from discovery.engagement import DataSpec, Engagement

HERE = Path(__file__).parent


class World:
    """An engagement with a folder of drops and a fake run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.drops, self.runs, self.log = folder, folder / "drops", folder / "runs", folder / "log"
        self.drops.mkdir()
        (folder / "engagement.yaml").write_text("name: x\n")
        self.engagement = Engagement(name="x", data=DataSpec(drops=str(self.drops)))

    def deliver(self, name: str, text: str) -> Path:
        (self.drops / name).mkdir(exist_ok=True)
        (self.drops / name / "customers.csv").write_text(text)
        return self.drops / name

    def command(self, job: Job) -> list[str]:
        script = str(HERE / "fake_run.py")
        return [sys.executable, "-S", script, str(job.drop), str(job.out), str(job.previous), str(self.log)]

    def batch(self, **options: Any) -> BatchOutcome:
        options = {"settle_seconds": 0, "backoff_seconds": 0.01, "engagement": self.engagement, **options}
        return run_batch(self.folder / "engagement.yaml", command=self.command, **options)

    def logged(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.is_file() else []

    def entries(self) -> list[Entry]:
        with Ledger(self.runs / "ledger.sqlite") as ledger:
            return sorted(ledger.entries(), key=lambda e: e.id)

    def states(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entry in self.entries():
            found.setdefault(entry.name, []).append(entry.state)
        return found

    def published(self) -> list[Path]:
        return sorted(p.parent for p in self.runs.glob("*/run.json"))


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
