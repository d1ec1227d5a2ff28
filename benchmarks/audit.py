"""What ``discovery audit`` costs over a bare summary of the same table: ratios from one run.

Usage: ``python benchmarks/audit.py [--shapes NAME ...] [--folder DIR]``. Tables of mixed types are generated with a
fixed seed in a temporary folder. Each command runs as a process of its own; CPU seconds (imports included, all
children) and peak memory are the operating system's. Peers that are not installed are left out. The exit code
is 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
SUMMARIZE = "import duckdb, sys; duckdb.sql(f\"SUMMARIZE SELECT * FROM '{sys.argv[1]}'\").fetchall()"
LOAD = "import pandas as pd, sys; f = sys.argv[1]; d = (pd.read_csv if f.endswith('csv') else pd.read_parquet)(f); "
SKRUB = LOAD + "import skrub; skrub.TableReport(d, plot_distributions=True).html()"
PROFILING = LOAD + "from data_profiling import ProfileReport; ProfileReport(d, minimal=True).to_html()"
REGIONS = np.array(["north", "south", "east", "west", "centre"])
PRODUCTS = np.array([f"item {i:04d}" for i in range(2000)])
WORDS = np.array("the client order was late and we asked for refund of part price because box broken".split())


@dataclass(frozen=True, slots=True)
class Shape:
    """A table to generate, what is run over it, and the limits: CPU over SUMMARIZE's, CPU seconds, gigabytes."""

    rows: int
    columns: int
    ending: str
    skrub: bool = False
    ratio: float | None = None
    seconds: float | None = None
    memory: float | None = None


SHAPES = {
    "1k": Shape(1_000, 50, "csv", seconds=1.5),
    "100k": Shape(100_000, 50, "parquet", skrub=True, seconds=11.0),
    "100k-csv": Shape(100_000, 50, "csv", seconds=11.0),
    "wide": Shape(5_000, 1_000, "parquet", ratio=3.0),
    "1m": Shape(1_000_000, 50, "parquet", ratio=1.5, memory=1.5),
    "1m-csv": Shape(1_000_000, 50, "csv"),
}


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


def measure(command: list[str]) -> tuple[float, float] | None:
    """Return CPU seconds and peak gigabytes of ``command``; None where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2) if process.returncode == 0 else None


def commands(shape: Shape, path: Path) -> dict[str, list[str]]:
    """Return the commands that are run over the table at ``path``, those of peers that are not there left out."""
    python = sys.executable
    audit = [python, "-m", "discovery", "audit", str(path), "--out", str(path.parent / "run"), "--quiet"]
    found = {"discovery audit": audit, "SUMMARIZE": [python, "-c", SUMMARIZE, str(path)]}
    if shape.skrub and importlib.util.find_spec("skrub"):
        found["skrub TableReport"] = [python, "-c", SKRUB, str(path)]
    if shape.skrub and importlib.util.find_spec("data_profiling"):
        found["fg-data-profiling minimal"] = [python, "-c", PROFILING, str(path)]
    return found


def broken(shape: Shape, figures: dict[str, tuple[float, float] | None]) -> list[str]:
    """Return the limits of ``shape`` that do not hold."""
    own, bare = figures["discovery audit"], figures["SUMMARIZE"]
    if own is None:
        return ["discovery audit failed"]
    found = []
    if shape.ratio and bare and own[0] > shape.ratio * bare[0]:
        found.append(f"{own[0] / bare[0]:.2f} times SUMMARIZE, at most {shape.ratio} are wanted")
    if shape.seconds and own[0] > shape.seconds:
        found.append(f"{own[0]:.2f} CPU seconds, at most {shape.seconds} are wanted")
    if shape.memory and own[1] > shape.memory:
        found.append(f"{own[1]:.2f} GB, at most {shape.memory} are wanted")
    return found


def main() -> int:
    """Measure, print a table, and return 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    wrong = 0
    print(f"{'table':10} {'command':26} {'CPU s':>8} {'GB':>6} {'x SUMMARIZE':>12}")
    for name in given.shapes:
        shape = SHAPES[name]
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            path = Path(folder) / f"t.{shape.ending}"
            generated(shape, path)
            figures = {what: measure(command) for what, command in commands(shape, path).items()}
        bare = figures["SUMMARIZE"]
        for what, figure in figures.items():
            told = f"{figure[0]:8.2f} {figure[1]:6.2f}" if figure else f"{'failed':>8} {'':6}"
            ratio = f"{figure[0] / bare[0]:12.2f}" if figure and bare else ""
            print(f"{name:10} {what:26} {told} {ratio}", flush=True)
        for line in broken(shape, figures):
            wrong = 1
            print(f"{name:10} LIMIT: {line}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
