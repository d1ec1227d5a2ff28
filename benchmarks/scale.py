"""What it costs to audit tables beyond memory, against a bare scan of the same file.

    python benchmarks/scale.py [ROWS ...] [--engine polars] [--memory 2GB]

Each measurement is a process of its own: CPU seconds and peak memory are those of that process. The table has 30
columns and is written in parts of 500,000 rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

PART = 500_000
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


def write(path: Path, rows: int) -> None:
    """Write the table in parts."""
    import pyarrow.parquet as parquet

    writer = None
    for start in range(0, rows, PART):
        arrow = part(min(PART, rows - start), start).to_arrow()
        writer = writer or parquet.ParquetWriter(path, arrow.schema)
        writer.write_table(arrow, row_group_size=125_000)
    if writer is not None:
        writer.close()


def audit(path: str, engine: str, memory: str) -> None:
    """Audit the file where it is."""
    from discovery.audit import audit_drop
    from discovery.engagement import engagement_for
    from discovery.intake import read_drop
    from discovery.limits import Limits

    drop = read_drop(path, limits=Limits.of(memory, engine))
    audit_drop(drop, engagement_for(drop, path, None))


def summarize(path: str, _engine: str, memory: str) -> None:
    """Run DuckDB's SUMMARIZE over the file."""
    import duckdb

    with tempfile.TemporaryDirectory() as spill:
        connection = duckdb.connect(config={"memory_limit": memory, "temp_directory": spill})
        connection.execute("SUMMARIZE SELECT * FROM read_parquet(?)", [path]).fetchall()


def scan(path: str, _engine: str, _memory: str) -> None:
    """Count, sum up and bound every column by one Polars query."""
    lazy = pl.scan_parquet(path)
    numbers = [c for c, d in lazy.collect_schema().items() if d.is_numeric()]
    each = [pl.col(numbers).mean().name.suffix("_mean"), pl.col(numbers).std().name.suffix("_std")]
    each += [pl.col(numbers).min().name.suffix("_min"), pl.col(numbers).max().name.suffix("_max")]
    lazy.select(pl.all().null_count(), *each).collect(engine="streaming")


SUBJECTS: dict[str, Callable[[str, str, str], None]] = {"audit": audit, "summarize": summarize, "scan": scan}


def measure(subject: str, path: str, engine: str, memory: str) -> dict[str, float]:
    """Return what ``subject`` costs in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--subject",
        subject,
        "--path",
        path,
        "--engine",
        engine,
        "--memory",
        memory,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peak_kilobytes() -> int:
    """Return the peak memory of this process: ``ru_maxrss`` may still be that of the one that began it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print a line for each size and subject."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--engine", default="polars")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--subject", choices=SUBJECTS)
    parser.add_argument("--path")
    given = parser.parse_args()
    if given.subject:
        start = time.perf_counter()
        SUBJECTS[given.subject](given.path, given.engine, given.memory)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu, peak = used.ru_utime + used.ru_stime, peak_kilobytes() / 1024
        print(json.dumps({"wall": round(time.perf_counter() - start, 1), "cpu": round(cpu, 1), "mb": round(peak)}))
        return
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            write(path, rows)
            for subject in SUBJECTS:
                told = measure(subject, str(path), given.engine, given.memory)
                print(f"{rows:>12,} {subject:10} {told}", flush=True)


if __name__ == "__main__":
    main()
