"""What the workbook costs over its stages, and what ``discovery --help`` costs: ratios from one run.

Usage: ``python benchmarks/workbook.py [--repeats N]``. Wall-clock and CPU seconds of each command with all of its
child processes, the best of N, alternating. The exit code is 1 where a
limit is broken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample" / "engagement.yaml"
STAGES = """
import sys
from pathlib import Path
from discovery.parameters import RunParameters
from discovery.stages import Stages
Stages(RunParameters(engagement=sys.argv[1], out=sys.argv[2])).report()
"""
LIMITS = {"run over stages": 1.5, "--help over imports": 1.5}


def measure(command: list[str]) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of ``command`` and all its children."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        environment.setdefault(name, "1")
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def best(commands: dict[str, list[str]], repeats: int) -> dict[str, tuple[float, float]]:
    """Return the least wall-clock and CPU seconds of each command; OUT stands for a new folder."""
    found: dict[str, tuple[float, float]] = {}
    for _ in range(repeats):
        for name, command in commands.items():
            with tempfile.TemporaryDirectory() as folder:
                wall, cpu = measure([folder + "/run" if part == "OUT" else part for part in command])
            before = found.get(name, (wall, cpu))
            found[name] = (min(before[0], wall), min(before[1], cpu))
    return found


def main() -> int:
    """Measure, print a table, and return 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    python = sys.executable
    heavy = best(
        {
            "stages": [python, "-c", STAGES, str(SAMPLE), "OUT"],
            "run": [python, "-m", "discovery", "run", str(SAMPLE), "--out", "OUT", "--previous", "none", "--quiet"],
        },
        repeats,
    )
    light = best(
        {
            "imports": [python, "-c", "import typer, rich.console"],
            "--help": [python, "-m", "discovery", "--help"],
        },
        max(10, repeats),
    )
    for name, (wall, cpu) in (heavy | light).items():
        print(f"{name:8} {wall:8.2f} s wall {cpu:8.2f} s CPU")
    ratios = {
        "run over stages": max(heavy["run"][i] / heavy["stages"][i] for i in (0, 1)),
        "--help over imports": light["--help"][1] / light["imports"][1],
    }
    for name, ratio in ratios.items():
        print(f"{name:20} {ratio:5.2f} (limit {LIMITS[name]})")
    return int(any(ratio > LIMITS[name] for name, ratio in ratios.items()))


if __name__ == "__main__":
    sys.exit(main())
