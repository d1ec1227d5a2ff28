"""What reading a file costs: CPU and memory of ``read_drop`` against bare readers, in one run.

    python benchmarks/intake.py [MEGABYTES]

Each reader runs in a process of its own with one thread. CPU is that of the reading alone; memory is the peak
beyond what the process had once its libraries were imported, as a multiple of the file's size; of a workbook, which
is packed, also of what it unpacks to. The bare readers keep no text of a cell and no evidence, tell no header, and
stop at, or damage, badly quoted rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

READERS = {
    "discovery": "from discovery.intake import read_drop, text, typing\nread = lambda p: read_drop(p).tables",
    "polars": "import polars\nread = lambda p: polars.read_csv(p, truncate_ragged_lines=True, ignore_errors=True)",
    "duckdb": (
        "import duckdb\nc = duckdb.connect(config={'threads': 1})\n"
        "read = lambda p: c.execute(f\"create table t as select * from read_csv('{p}', ignore_errors=true)\")"
    ),
    "pandas": "import pandas, pyarrow\nread = lambda p: pandas.read_csv(p, on_bad_lines='skip')",
}
MEASURE = """
import io, json, sys, time
import polars
polars.read_csv(io.BytesIO(b"a,b\\n1,2\\n"))
{reader}
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
before, started = peak(), time.process_time()
kept = read(sys.argv[1])
print(json.dumps([time.process_time() - started, peak() - before]))
"""


def write_plain(path: Path, megabytes: int) -> None:
    """Write a table of 20 columns: 14 decimals, a key, three categories, a date and a code."""
    import numpy as np
    import polars as pl

    rng, rows = np.random.default_rng(0), megabytes * 7_600
    data = {f"n{i}": rng.normal(50, 20, rows).round(2) for i in range(14)}
    data |= {
        "id": np.arange(rows),
        "kind": rng.choice(["alpha", "beta", "gamma"], rows),
        "city": rng.choice([f"City number {i}" for i in range(200)], rows),
        "flag": rng.choice(["yes", "no"], rows),
        "day": rng.choice([f"2020-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)], rows),
        "code": rng.integers(1000, 99999, rows),
    }
    pl.DataFrame(data).write_csv(path)


def write_badly_quoted(plain: Path, path: Path) -> None:
    """Copy the table; in one row of fifty a quoted text holds quotes of its own, in one of 77 an inch mark."""
    with plain.open() as source, path.open("w") as target:
        for number, line in enumerate(source):
            if number and number % 50 == 0:
                line = (
                    line.replace("City number", '"City "the" number, ', 1)
                    .replace(",yes", '",yes')
                    .replace(",no", '",no')
                )
            elif number % 77 == 0:
                line = line.replace("City", '5" City', 1)
            target.write(line)


def measure(reader: str, path: Path) -> tuple[float, float]:
    """Return CPU seconds and the peak of the memory as a multiple of the file."""
    limits = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    code = MEASURE.format(reader=READERS[reader])
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, **limits},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak / path.stat().st_size


def write_workbook(plain: Path, path: Path) -> None:
    """Write the head of the table as a workbook."""
    import polars as pl

    pl.read_csv(plain, n_rows=50_000).write_excel(path)


def measure_workbook(path: Path) -> None:
    """Print what reading a workbook costs."""
    seconds, memory = measure("discovery", path)
    size = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    told = (
        f"{memory:5.1f} x the file, {memory * size / unpacked:.1f} x what it unpacks to ({unpacked / 1e6:.0f} MB)"
    )
    print(f"{'workbook':13} {size / 1e6:5.0f} MB  {'discovery':10} {seconds:6.2f} CPU s  {told}")


def main() -> None:
    """Print a line for each file and reader."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        plain, bad, book = Path(folder, "plain.csv"), Path(folder, "badly_quoted.csv"), Path(folder, "book.xlsx")
        write_plain(plain, megabytes)
        write_badly_quoted(plain, bad)
        for path in (plain, bad):
            ours = None
            for reader in READERS:
                seconds, memory = measure(reader, path)
                ours = seconds if ours is None else ours
                size = path.stat().st_size / 1e6
                told = f"{path.stem:13} {size:5.0f} MB  {reader:10} {seconds:6.2f} CPU s  {memory:5.1f} x the file"
                print(
                    told
                    + ("" if reader == "discovery" else f"   discovery takes {ours / seconds:.1f} times as long")
                )
        write_workbook(plain, book)
        measure_workbook(book)


if __name__ == "__main__":
    main()
