"""Kill batches at random moments, far longer than a test may, and count what was published.

Usage: ``python benchmarks/soak.py [--kills N] [--batches N] [--seed N]``. Several batches at a time run over a
growing folder of drops, some of them corrected, and one after the other is killed with SIGKILL. At the end every
drop must have exactly one published run for each content that was run, each must stand in ledger and index, and
nothing half-made may be left. The exit code is 1 where that is not so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])  # for the server that batches are forked from

from tests.batch.one_fast_batch import fast_batch  # noqa: E402

from discovery.batch import Ledger  # noqa: E402


def start(context: multiprocessing.context.ForkServerContext, folder: Path) -> BaseProcess:
    """Start a batch over the folder."""
    process = context.Process(target=fast_batch, args=(str(folder), 1))
    process.start()
    return process


def soak(folder: Path, kills: int, batches: int, seed: int) -> None:
    """Deliver, start and kill; then let those that are left come to their end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batch.one_fast_batch"])
    chance = random.Random(seed)
    alive: list[BaseProcess] = []
    delivered = 0
    for number in range(kills):
        if chance.random() < 0.3:
            delivered += 1
        name = f"drop-{delivered if chance.random() < 0.9 else chance.randint(0, delivered)}"
        (folder / "drops" / name).mkdir(exist_ok=True)
        (folder / "drops" / name / "a.csv").write_text(f"{name} {number if chance.random() < 0.2 else ''}")
        alive.append(start(context, folder))
        time.sleep(chance.uniform(0, 0.1))
        if len(alive) >= batches:
            victim = alive.pop(chance.randrange(len(alive)))
            victim.kill()
            victim.join()
    for process in [*alive, start(context, folder)]:
        process.join()


def faults(folder: Path) -> list[str]:
    """Return what is not as it must be."""
    found = []
    with Ledger(folder / "runs" / "ledger.sqlite") as ledger:
        entries = ledger.entries()
    current = [e for e in entries if e.superseded_by is None and e.state not in {"done", "skipped"}]
    found += [f"{e.name} is {e.state}" for e in current]
    runs = Counter(e.run for e in entries if e.run)
    found += [f"{run} stands in {n} rows" for run, n in runs.items() if n > 1]
    places = {p.parent.name for p in (folder / "runs").glob("*/run.json")}
    found += [f"{run} is not there" for run in set(runs) - places]
    found += [f"{place} is in no row" for place in places - set(runs)]
    index = (folder / "runs" / "index.html").read_text()
    found += [f"{run} is not in the index" for run in runs if f"{run}/week1.html" not in index]
    found += [str(p) for p in (folder / "runs").glob(".*.partial")]
    return found


def main() -> int:
    """Run the soak and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--batches", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "drops").mkdir()
        begun = time.perf_counter()
        soak(folder, given.kills, given.batches, given.seed)
        found = faults(folder)
        with Ledger(folder / "runs" / "ledger.sqlite") as ledger:
            states = Counter(e.state for e in ledger.entries())
        print(f"{given.kills} kills in {time.perf_counter() - begun:.0f} s; {dict(states)}; {len(found)} faults")
        for fault in found:
            print(f"  {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
