"""A small run for tests: reads the drop, writes a run directory out of sight and renames it into place.

Arguments: drop, out, previous, log. What the drop's first file says decides how it goes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main() -> int:
    drop, out, previous, log = (Path(a) for a in sys.argv[1:5])
    with log.open("a") as file:
        file.write(f"start {drop.name} {previous.name}\n")
    with log.with_suffix(".parents").open("a") as file:
        file.write(f"{drop.name} {os.getppid()} {os.environ.get('DISCOVERY_DASK')}\n")
    first = sorted(p for p in drop.rglob("*") if p.is_file())[0] if drop.is_dir() else drop
    text = first.read_text()
    if text.startswith("bad input"):
        sys.stderr.write("customers.csv: this is no table. Deliver it again.\n")
        return 2
    if text.startswith("crash"):
        return 1
    if text.startswith("hang"):
        time.sleep(600)
    if text.startswith("slow"):
        time.sleep(1.0)
    if text.startswith("flaky") and not log.with_suffix(".flaky").exists():
        log.with_suffix(".flaky").touch()
        return 1
    folder = out.with_name(f".{out.name}.{os.getpid()}.partial")
    folder.mkdir(parents=True)
    now = datetime.now(UTC).isoformat()
    record = {"run_id": out.name, "status": "ok", "started": now, "ended": now, "drop": drop.name}
    (folder / "run.json").write_text(json.dumps(record))
    audit = {"tables": [{"name": "t", "source": "t", "rows": len(text)}], "findings": []}
    (folder / "audit.json").write_text(json.dumps(audit))
    (folder / "decision.json").write_text(json.dumps({"use_cases": [{"name": "<b>churn", "decision": "go"}]}))
    folder.rename(out)
    with log.open("a") as file:
        file.write(f"published {drop.name}\n")
    if text.startswith("not recorded"):
        sys.stderr.write("discovery: http://mlflow.example.org: it cannot be reached. Record it later.\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
