"""Batches in processes of their own whose runs cost next to nothing, for tests that kill many."""

from __future__ import annotations

from pathlib import Path

from discovery.batch import Job, run_batch
from discovery.engagement import DataSpec, Engagement


def fast_batch(folder: str, workers: int = 1) -> None:
    root = Path(folder)

    def command(job: Job) -> list[str]:
        script = str(Path(__file__).with_name("kills.sh"))
        return ["/bin/sh", script, str(job.out), str(root / "log"), Path(job.drop).name]

    run_batch(
        root / "engagement.yaml",
        workers=workers,
        settle_seconds=0,
        backoff_seconds=0.01,
        max_attempts=1000,
        command=command,
        engagement=Engagement(name="x", data=DataSpec(drops=str(root / "drops"))),
    )
