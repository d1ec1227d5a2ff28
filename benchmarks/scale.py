"""What it costs to audit tables beyond memory, beside a bare scan of the same files and beside other tools.

    python benchmarks/scale.py [ROWS ...] [--engine polars] [--memory 2GB] [--peer-python PATH ...] [--folder DIR]

The table has 30 columns and is written in parts of 5 million rows. Each subject is a process of its own that is
ended after ``--timeout`` seconds: CPU seconds are those of it and all its children, peak memory is the most that
they held together. ``audit`` is ``discovery audit`` as a user calls it, with report, contract and sketch. Read the
ratios, which are of one run. The exit code is 1 where a limit of the aim is broken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from audit import LOAD, PEERS, environment, find_peers

BLOCK, PART = 500_000, 5_000_000

DIGITS = (2, 3, 4, 2, 3, 4, 2, 3)
WHOLE = (10, 100, 1_000, 50_000, 1_000_000, 2**31)
LEVELS = (2, 5, 10, 50, 200, 1_000)


def part(rows: int, start: int) -> pl.DataFrame:
    """Return ``rows`` rows of the table, from number ``start`` on."""
    r = np.random.default_rng(start)
    data: dict[str, object] = {"id": np.arange(start + 1, start + rows + 1)}
    data |= {f"num{i}": r.normal(100, 15, rows).round(d) for i, d in enumerate(DIGITS)}
    data |= {f"int{i}": r.integers(0, n, rows) for i, n in enumerate(WHOLE)}
    data |= {
        f"cat{i}": np.array([f"v{j:03d}" for j in range(n)])[r.integers(0, n, rows)] for i, n in enumerate(LEVELS)
    }
    data["customer"] = pl.Series(r.integers(0, 500_000, rows)).cast(pl.String).str.zfill(8)
    data["code"] = pl.Series(r.integers(0, 2**40, rows)).cast(pl.String)
    data["day"] = np.datetime64("2020-01-01") + r.integers(0, 1500, rows).astype("timedelta64[D]")
    seconds = np.sort(r.integers(0, 86_400 * 1500, rows)).astype("timedelta64[s]")
    data["at"] = np.datetime64("2020-01-01T00:00:00", "us") + seconds
    data["flag"] = r.random(rows) < 0.3
    for i in range(4):
        gaps = r.integers(0, rows, rows // 50 * i + 1)
        data[f"amount{i}"] = pl.Series(r.exponential(50, rows).round(2)).scatter(gaps, None)
    return pl.DataFrame(data)


def write(folder: Path, rows: int) -> str:
    """Write the table as parts of one, and return what names them all."""
    import pyarrow.parquet as parquet

    for number, first in enumerate(range(0, rows, PART)):
        last, writer = min(first + PART, rows), None
        for start in range(first, last, BLOCK):
            arrow = part(min(BLOCK, last - start), start).to_arrow()
            writer = writer or parquet.ParquetWriter(folder / f"rows-part-{number:03d}.parquet", arrow.schema)
            writer.write_table(arrow, row_group_size=125_000)
        if writer is not None:
            writer.close()
    return str(folder)


SUMMARIZE = """
import duckdb, sys, tempfile
with tempfile.TemporaryDirectory() as spill:
    connection = duckdb.connect(config={"memory_limit": sys.argv[2], "temp_directory": spill})
    connection.execute("SUMMARIZE SELECT * FROM read_parquet(?)", [sys.argv[1] + "/*.parquet"]).fetchall()
"""
SCAN = """
import polars as pl, sys
lazy = pl.scan_parquet(sys.argv[1] + "/*.parquet")
numbers = [c for c, d in lazy.collect_schema().items() if d.is_numeric()]
each = [getattr(pl.col(numbers), k)().name.suffix(k) for k in ("mean", "std", "min", "max")]
lazy.select(pl.all().null_count(), *each).collect(engine="streaming")
"""
BESIDE = ("skrub TableReport", "fg-data-profiling minimal")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds and peak megabytes of a process and its children; ``why`` it did not finish, if so."""

    cpu: float
    wall: float
    mb: float
    why: str = ""

    def __str__(self) -> str:
        return f"{self.cpu:9.1f} {self.wall:9.1f} {self.mb:8.0f}  {self.why}"


def measure(command: list[str], timeout: float) -> Cost:
    """Run a command and return what it cost."""
    start, peak, cpu, why = time.perf_counter(), 0, 0.0, ""
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    spent: dict[int, float] = {}
    while process.poll() is None:
        held = 0
        for one in _tree(process):
            try:
                held += one.memory_info().rss
                times = one.cpu_times()
            except psutil.Error:
                continue
            spent[one.pid] = times.user + times.system
        peak, cpu = max(peak, held), sum(spent.values())
        if time.perf_counter() - start > timeout:
            why = f"ended after {timeout:,.0f} s"
            for one in reversed(_tree(process)):
                one.kill()
        time.sleep(0.05)
    if process.returncode and not why:
        why = f"failed ({process.returncode})"
    return Cost(cpu, time.perf_counter() - start, peak / 1024**2, why)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def commands(path: str, engine: str, memory: str, out: str, peers: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the commands that are run over the parts in the folder ``path``."""
    python = sys.executable
    audit = [python, "-m", "discovery", "audit", path, "--out", out, "--memory", memory, "--quiet"]
    found = {
        "audit": audit + (["--engine", engine] if engine != "auto" else []),
        "SUMMARIZE": [python, "-c", SUMMARIZE, path, memory],
        "scan": [python, "-c", SCAN, path],
    }
    return found | {name: [run_by, "-c", LOAD + PEERS[name].code, path] for name, run_by in peers.items()}


def main() -> int:
    """Print a line for each size and subject, and the growth; return 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--subjects", nargs="+", help="only these")
    parser.add_argument("--peer-python", nargs="+", default=[], help="other Pythons to look for tools in")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds that a subject may take")
    parser.add_argument("--folder", type=Path, help="where tables are written, or lie already as ROWS/*.parquet")
    given = parser.parse_args()
    wanted = [n for n in BESIDE if not given.subjects or n in given.subjects]
    peers = {n: p for n, p in find_peers([sys.executable, *given.peer_python]).items() if n in wanted}
    before: tuple[int, Cost] | None = None
    missed = False
    print(f"{'rows':>12} {'subject':26} {'CPU s':>9} {'wall s':>9} {'MB':>8}")
    for rows in given.rows:
        with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
            there = given.folder / str(rows) if given.folder else None
            path = str(there) if there is not None and there.is_dir() else _written(Path(scratch) / "rows", rows)
            costs: dict[str, Cost] = {}
            for subject, command in commands(path, given.engine, given.memory, f"{scratch}/run", peers).items():
                if not given.subjects or subject in given.subjects:
                    costs[subject] = measure(command, given.timeout)
                    print(f"{rows:>12,} {subject:26} {costs[subject]}", flush=True)
        if "audit" in costs:
            missed |= _told(rows, costs, before)
            before = (rows, costs["audit"])
    return int(missed)


def _written(folder: Path, rows: int) -> str:
    folder.mkdir()
    return write(folder, rows)


def _told(rows: int, costs: Mapping[str, Cost], before: tuple[int, Cost] | None) -> bool:
    """Print ratio and growth; return whether the aim is missed."""
    audit, bare, missed = costs["audit"], costs.get("SUMMARIZE"), bool(costs["audit"].why)
    if bare is not None and not bare.why:
        ratio = audit.cpu / bare.cpu
        print(f"{rows:>12,} {ratio:.2f} times the CPU of SUMMARIZE")
        missed |= rows == 10_000_000 and (ratio > 1.5 or audit.mb > 2000)
    if before is not None:
        a_million = (audit.cpu - before[1].cpu) / (rows - before[0]) * 1e6
        print(
            f"{rows:>12,} {a_million:.2f} CPU s a million rows more, {audit.mb / before[1].mb:.2f} times the memory"
        )
        missed |= rows == 100_000_000 and before[0] == 10_000_000 and audit.mb > 1.25 * before[1].mb
    return missed


if __name__ == "__main__":
    sys.exit(main())
