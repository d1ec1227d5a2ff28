"""A batch in a process of its own, for tests that kill it. Arguments: folder, workers, lease."""

from __future__ import annotations

import sys
from pathlib import Path

from discovery.batch import Job, run_batch
from discovery.engagement import DataSpec, Engagement


def main() -> int:
    folder = Path(sys.argv[1])

    def command(job: Job) -> list[str]:
        script = str(Path(__file__).with_name("fake_run.py"))
        return [sys.executable, "-S", script, str(job.drop), str(job.out), str(job.previous), str(folder / "log")]

    return run_batch(
        folder / "engagement.yaml",
        workers=int(sys.argv[2]),
        settle_seconds=0,
        lease_seconds=float(sys.argv[3]),
        command=command,
        engagement=Engagement(name="x", data=DataSpec(drops=str(folder / "drops"))),
    ).exit_code


if __name__ == "__main__":
    raise SystemExit(main())
