"""What ``discovery audit`` costs beside a bare summary of the same table and beside other tools.

Usage: ``python benchmarks/audit.py [--shapes NAME ...] [--peer-python PATH ...] [--folder DIR]``. Tables of mixed
types are generated with a fixed seed in a temporary folder. Each command runs as a process of its own; CPU seconds
(imports included, all children) and peak memory are the operating system's; the least of ``--repeat`` runs counts.
Other tools are looked for in this Python and in those that ``--peer-python`` names (a virtual environment a tool,
as they do not go together); what is nowhere is left out and said so. Read the ratios, which are of one run. The
exit code is 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
CACHE = Path(tempfile.gettempdir()) / "discovery-bytecode"
OUT = "{out}"
Figures = dict[str, tuple[float, float] | None]
SUMMARIZE = "import duckdb, sys; duckdb.sql(f\"SUMMARIZE SELECT * FROM '{sys.argv[1]}'\").fetchall()"
LOAD = "import pandas as pd, sys; f = sys.argv[1]; d = (pd.read_csv if f.endswith('csv') else pd.read_parquet)(f); "
PROFILING = "from data_profiling import ProfileReport; ProfileReport(d, minimal={minimal}).to_html()"
DEEPCHECKS = (
    "from deepchecks.tabular import Dataset; from deepchecks.tabular.suites import data_integrity; "
    "data_integrity().run(Dataset(d)).save_as_html(sys.argv[1] + '.html')"
)
REGIONS = np.array(["north", "south", "east", "west", "centre"])
PRODUCTS = np.array([f"item {i:04d}" for i in range(2000)])
WORDS = np.array("the client order was late and we asked for refund of part price because box broken".split())


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: the module that it is found by, and what it runs over the data frame ``d``."""

    module: str
    code: str


PEERS = {
    "skrub TableReport": Peer("skrub", "import skrub; skrub.TableReport(d, plot_distributions=True).html()"),
    "fg-data-profiling minimal": Peer("data_profiling", PROFILING.format(minimal=True)),
    "fg-data-profiling": Peer("data_profiling", PROFILING.format(minimal=False)),
    "deepchecks integrity": Peer("deepchecks", DEEPCHECKS),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table to generate, and the limits of its audit.

    CPU over SUMMARIZE's, CPU seconds, gigabytes, CPU over that of each peer, and CPU over that of another shape
    (what a tiny table costs taken off both).
    """

    rows: int
    columns: int
    ending: str
    ratio: float | None = None
    seconds: float | None = None
    memory: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    growth: tuple[str, float] | None = None


ALL_PEERS = {
    "skrub TableReport": 1.0,
    "fg-data-profiling minimal": 1 / 3,
    "fg-data-profiling": 0.1,
    "deepchecks integrity": 0.1,
}
SHAPES = {
    "tiny": Shape(10, 50, "parquet"),
    "1k": Shape(1_000, 50, "csv", seconds=1.5),
    "100k": Shape(100_000, 50, "parquet", seconds=11.0, peers=ALL_PEERS),
    "100k-csv": Shape(100_000, 50, "csv", seconds=11.0),
    "narrow": Shape(5_000, 100, "parquet"),
    "wide": Shape(5_000, 1_000, "parquet", ratio=3.0, growth=("narrow", 10.0)),
    "1m": Shape(1_000_000, 50, "parquet", ratio=1.5, memory=1.5, growth=("100k", 10.0)),
    "1m-csv": Shape(1_000_000, 50, "csv", growth=("100k-csv", 10.0)),
}
"""``tiny`` tells what the command costs at least; the growth of others is counted from there."""


def table(rows: int, columns: int) -> pl.DataFrame:
    """Return a table of numbers, whole numbers, categories, texts, dates, flags and codes, some with gaps."""
    random = np.random.default_rng(SEED)
    return pl.DataFrame([s.alias(f"{name}_{i}") for i, (name, s) in enumerate(_columns(random, rows, columns))])


def _columns(random: np.random.Generator, rows: int, columns: int) -> Iterator[tuple[str, pl.Series]]:
    for number in range(columns):
        match number % 10:
            case 0:
                yield "amount", pl.Series(random.normal(50, 12, rows).round(4))
            case 1:
                yield "count", pl.Series(random.integers(0, 100, rows))
            case 2:
                yield "price", pl.Series(random.lognormal(3, 1, rows).round(2))
            case 3:
                yield "region", pl.Series(REGIONS[random.integers(0, len(REGIONS), rows)])
            case 4:
                yield "product", pl.Series(PRODUCTS[random.integers(0, len(PRODUCTS), rows)])
            case 5:
                days = np.datetime64("2022-01-01") + random.integers(0, 1000, rows)
                yield "day", pl.Series(days).cast(pl.Date)
            case 6:
                yield "flag", pl.Series(random.random(rows) < 0.3)
            case 7 if number < 10:
                yield "code", pl.Series(random.permutation(rows) + 10_000)
            case 7:
                yield "code", pl.Series(random.integers(0, 1_000_000, rows))
            case 8:
                yield "weight", _with_gaps(random, pl.Series(random.gamma(2, 30, rows).round(3)), 0.05)
            case 9 if number < 20:
                words = pl.DataFrame(WORDS[random.integers(0, len(WORDS), (rows, 5))])
                yield "note", words.select(pl.concat_str(pl.all(), separator=" ")).to_series()
            case _:
                yield "zone", _with_gaps(random, pl.Series(REGIONS[random.integers(0, 5, rows)]), 0.1)


def _with_gaps(random: np.random.Generator, series: pl.Series, share: float) -> pl.Series:
    return series.set(pl.Series(random.random(len(series)) < share), None)


def generate(shape: Shape, path: Path) -> None:
    """Write the table of ``shape``."""
    frame = table(shape.rows, shape.columns)
    frame.write_csv(path) if shape.ending == "csv" else frame.write_parquet(path)


def generated(shape: Shape, path: Path) -> None:
    """Write the table in a process of its own, whose memory would else count as that of the commands."""
    process = multiprocessing.get_context("spawn").Process(target=generate, args=(shape, path))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit("the table could not be generated")


def measure(command: list[str], repeat: int = 1) -> tuple[float, float] | None:
    """Return CPU seconds (the least of ``repeat`` runs) and peak gigabytes of ``command``; None where it fails."""
    runs = [_once(command) for _ in range(repeat)]
    good = [r for r in runs if r is not None]
    return (min(c for c, _ in good), max(m for _, m in good)) if len(good) == repeat else None


def _once(command: list[str]) -> tuple[float, float] | None:
    with tempfile.TemporaryDirectory() as folder:
        full = [part.replace(OUT, folder) for part in command]
        process = subprocess.Popen(full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2) if process.returncode == 0 else None


def environment() -> dict[str, str]:
    """Return the environment of the commands: bytecode is kept, as of what is installed, but out of the tree."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONPYCACHEPREFIX": str(CACHE)}


def find_peers(pythons: Sequence[str]) -> dict[str, str]:
    """Return which of ``pythons`` has each peer; say which are nowhere."""
    found: dict[str, str] = {}
    for name, peer in PEERS.items():
        for python in pythons:
            if (
                subprocess.run([python, "-c", f"import {peer.module}"], capture_output=True, check=False).returncode
                == 0
            ):
                found[name] = python
                break
        else:
            print(f"{name}: not installed, so left out (name a Python that has {peer.module} by --peer-python)")
    return found


def commands(shape: Shape, path: Path, peers: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the commands that are run over the table at ``path``."""
    python = sys.executable
    audit = [python, "-m", "discovery", "audit", str(path), "--out", f"{OUT}/run", "--quiet"]
    found = {"discovery audit": audit, "SUMMARIZE": [python, "-c", SUMMARIZE, str(path)]}
    for name in shape.peers:
        if name in peers:
            found[name] = [peers[name], "-c", LOAD + PEERS[name].code, str(path)]
    return found


def broken(shape: Shape, figures: Figures, others: Mapping[str, float]) -> list[str]:
    """Return the limits of ``shape`` that do not hold; ``others`` are the CPU seconds of audits of other shapes."""
    own, bare = figures["discovery audit"], figures["SUMMARIZE"]
    if own is None:
        return ["discovery audit failed"]
    cpu, memory = own
    held: list[tuple[float, float | None, str]] = [
        (cpu, shape.seconds, "CPU seconds"),
        (memory, shape.memory, "GB"),
    ]
    if bare is not None:
        held.append((cpu / bare[0], shape.ratio, "times SUMMARIZE"))
    for name, limit in shape.peers.items():
        peer = figures.get(name)
        if peer is not None:
            held.append((cpu / peer[0], limit, f"times {name}"))
    grown = growth(shape, cpu, others)
    if grown is not None and shape.growth is not None:
        held.append((grown, shape.growth[1], f"times {shape.growth[0]}"))
    return [f"{is_:.2f} {what}, at most {most:.2f} are wanted" for is_, most, what in held if most and is_ > most]


def growth(shape: Shape, cpu: float, others: Mapping[str, float]) -> float | None:
    """Return how many times as much as another shape the audit costs, where both and ``tiny`` were measured."""
    if shape.growth is None or shape.growth[0] not in others or "tiny" not in others:
        return None
    return (cpu - others["tiny"]) / max(others[shape.growth[0]] - others["tiny"], 0.05)


def report(name: str, shape: Shape, figures: Figures, others: Mapping[str, float]) -> None:
    """Print what was measured over a shape."""
    own, bare = figures["discovery audit"], figures["SUMMARIZE"]
    for what, figure in figures.items():
        told = f"{figure[0]:8.2f} {figure[1]:6.2f}" if figure else f"{'failed':>8} {'':6}"
        ratio = f"{figure[0] / bare[0]:12.2f}" if figure and bare else f"{'':12}"
        own_ratio = f"{own[0] / figure[0]:12.2f}" if figure and own else ""
        print(f"{name:10} {what:26} {told} {ratio} {own_ratio}", flush=True)
    grown = growth(shape, own[0], others) if own else None
    if grown is not None and shape.growth is not None:
        print(f"{name:10} {grown:.2f} times {shape.growth[0]}, what a tiny table costs taken off", flush=True)


def main() -> int:
    """Measure, print a table, and return 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--peer-python", nargs="+", default=[], help="other Pythons to look for tools in")
    parser.add_argument("--no-peers", action="store_true", help="leave other tools but DuckDB out")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    wanted = not given.no_peers and any(SHAPES[s].peers for s in given.shapes)
    peers = find_peers([sys.executable, *given.peer_python]) if wanted else {}
    measure([sys.executable, "-m", "discovery", "--help"])
    wrong, others = 0, {}
    print(f"{'table':10} {'command':26} {'CPU s':>8} {'GB':>6} {'x SUMMARIZE':>12} {'audit / it':>12}")
    for name in given.shapes:
        shape = SHAPES[name]
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            path = Path(folder) / f"t.{shape.ending}"
            generated(shape, path)
            found = commands(shape, path, peers)
            if not others:
                measure(found["discovery audit"])  # compiles what is imported
            figures = {
                what: measure(command, given.repeat if what in {"discovery audit", "SUMMARIZE"} else 1)
                for what, command in found.items()
            }
        own = figures["discovery audit"]
        if own is not None:
            others[name] = own[0]
        report(name, shape, figures, others)
        for line in broken(shape, figures, others):
            wrong = 1
            print(f"{name:10} LIMIT: {line}", flush=True)
    return wrong


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        CACHE = Path(cache)
        sys.exit(main())
