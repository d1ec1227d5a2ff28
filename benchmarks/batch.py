"""What a batch costs over its runs, and what it costs where there is nothing to do.

Usage: ``python benchmarks/batch.py [--drops N] [--known N] [--repeats N]``. CPU seconds of each command with all of
its child processes. First N small drops in one batch over the same N runs by hand, each ``discovery run``; then a
batch over many known drops over ``discovery --help``, the median of several pairs. The exit code is 1 where a limit
is broken. ``--drops 0`` or ``--known 0`` leaves one of them out.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from discovery.batch import Ledger  # noqa: E402
from discovery.batch.drops import content_hash, find_drops  # noqa: E402
from discovery.batch.recipe import agreed  # noqa: E402

ROUND = 5
LIMITS = {"batch over runs": 1.3, "nothing to do over --help": 3.0}


def cpu(*arguments: object) -> float:
    """Run a command of discovery and return the CPU seconds of it and all its children."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "discovery", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def deliver(folder: Path, drops: int, rows: int) -> Path:
    """Make an engagement with small drops, no two alike, and return its folder."""
    (folder / "drops").mkdir(parents=True)
    (folder / "engagement.yaml").write_text("name: benchmark\ndata:\n  drops: drops\n")
    for i in range(drops):
        place = folder / "drops" / f"drop-{i:05}"
        place.mkdir()
        lines = [f"{i * rows + j},{(i + j) % 7},{'abc'[j % 3]}" for j in range(rows)]
        (place / "orders.csv").write_text("\n".join(["id,amount,kind", *lines]) + "\n")
    return folder


def batch_over_runs(folder: Path, drops: int) -> float:
    """Return the CPU of batches over that of the same runs made by hand, each compared with the one before.

    Batches of five drops and their runs by hand take turns, so that a machine that is busy at times slows both.
    """
    acme = deliver(folder, drops, 200)
    by_hand, batch, previous = 0.0, 0.0, "none"
    for first in range(0, drops, ROUND):
        names = [f"drop-{i:05}" for i in range(first, min(first + ROUND, drops))]
        for name in names:
            out = folder / "by-hand" / name
            given = ("--drop", acme / "drops" / name, "--out", out, "--previous", previous, "--quiet")
            by_hand += cpu("run", acme / "engagement.yaml", *given)
            previous = str(out)
        only = [word for name in names for word in ("--only", name)]
        batch += cpu("batch", acme, "--settle", 0, "--quiet", *only)
    print(f"{drops} drops: batch {batch:.1f} s, by hand {by_hand:.1f} s of CPU")
    return batch / by_hand


def nothing_over_help(folder: Path, known: int, repeats: int) -> float:
    """Return the CPU of a batch over known drops over that of the help."""
    acme = deliver(folder, known, 1)
    file = acme / "engagement.yaml"
    with Ledger(acme / "runs" / "ledger.sqlite") as ledger:
        ledger._store.db.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
        what = agreed(file, ledger)
        for i, drop in enumerate(find_drops(str(acme / "drops"))):
            ledger.record(drop.name, drop.place, content_hash(drop), drop.signature, f"{i:06}")
            entry = ledger.claim("benchmark:1:x", 3600)
            assert entry is not None
            ledger.finish(entry.id, "benchmark:1:x", f"run-{i}", {"rows": 1}, what.recipe(file))
            (acme / "runs" / f"run-{i}").mkdir()
    cpu("batch", acme, "--quiet")
    pairs = [(cpu("batch", acme, "--quiet"), cpu("--help")) for _ in range(repeats)]
    batch, help_ = (median(times) for times in zip(*pairs, strict=True))
    print(f"{known} known drops: batch {batch:.3f} s, --help {help_:.3f} s of CPU")
    return median(b / h for b, h in pairs)


def main() -> int:
    """Measure both and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drops", type=int, default=50)
    parser.add_argument("--known", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp())
    try:
        ratios = {}
        if given.known:
            ratios["nothing to do over --help"] = nothing_over_help(place / "known", given.known, given.repeats)
        if given.drops:
            ratios["batch over runs"] = batch_over_runs(place / "new", given.drops)
    finally:
        shutil.rmtree(place)
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f} (at most {LIMITS[name]})")
    return int(any(ratio > LIMITS[name] for name, ratio in ratios.items()))


if __name__ == "__main__":
    raise SystemExit(main())
