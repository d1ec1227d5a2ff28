"""What reading a file costs: CPU and memory of ``read_drop`` against bare readers, in one run.

    python benchmarks/intake.py [MEGABYTES [WORKBOOK ...]]
    python benchmarks/intake.py short [MEGABYTES]

Each reader runs in a process of its own with one thread. CPU is that of the reading alone; memory is the peak
beyond what the process had once it had read a small file of the same sort, so that the pages of the libraries' own
code count on no side, as a multiple of the file's size. Workbooks of about
1, 5 and 20 MB, and those that are named, are packed, so that theirs is also given as a multiple of what they unpack
to, beside that of calamine alone, by which all workbooks are read. The bare readers keep no text of a cell and no
evidence, tell no header, and stop at, or damage, badly quoted rows. ``short`` measures files of very short lines
(of 20 MB), and what reading and auditing each takes, with the audit's lazy imports, in all threads there are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import polars as pl

READERS = {
    "discovery": (
        "from discovery.intake import read_drop\nfrom discovery.intake.values import typing\n"
        "read = lambda p: read_drop(p).tables"
    ),
    "polars": "import polars\nread = lambda p: polars.read_csv(p, truncate_ragged_lines=True, ignore_errors=True)",
    "duckdb": (
        "import duckdb\nc = duckdb.connect(config={'threads': 1})\n"
        "read = lambda p: c.execute("
        "f\"create or replace table t as select * from read_csv('{p}', ignore_errors=true)\")"
    ),
    "calamine": (
        "import python_calamine\n"
        "def read(p):\n"
        "    book = python_calamine.CalamineWorkbook.from_path(p)\n"
        "    return [sum(1 for _ in book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names]"
    ),
    "pandas": "import pandas, pyarrow\nread = lambda p: pandas.read_csv(p, on_bad_lines='skip')",
}
WORKBOOK_ROWS = (8_300, 41_500, 166_000)
SMALL_ROWS = 300
"""Rows of the file that is read before the memory is measured."""

ODS_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
MEASURE = """
import io, json, sys, time
import polars
polars.read_csv(io.BytesIO(b"a,b\\n1,2\\n"))
{reader}
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
read(sys.argv[2])
before, started = peak(), time.process_time()
kept = read(sys.argv[1])
print(json.dumps([time.process_time() - started, peak() - before]))
"""


AUDITED = """
import io, json, sys, time
import polars
polars.read_csv(io.BytesIO(b"a,b\\n1,2\\n"))
from discovery.audit import audit_drop
from discovery.engagement import Engagement
import discovery.intake.text.delimited, discovery.intake.values.typing
from discovery.intake import read_drop
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
audit_drop(read_drop(sys.argv[2]), Engagement(name="warm"))
before, started = peak(), time.process_time()
kept = read_drop(sys.argv[1])
taken = peak() - before
audit_drop(kept, Engagement(name="short lines"))
print(json.dumps([taken, peak() - before, time.process_time() - started]))
"""
DIGITS, LETTERS = range(48, 58), range(97, 123)
SHORT = {
    "20 digits, each a cell": [DIGITS, [44]] * 19 + [DIGITS, [10]],
    "two digits, each a cell": [DIGITS, [44], DIGITS, [10]],
    "three digits, some zeros": [DIGITS, DIGITS, DIGITS, [10]],
    "two letters, some na": [LETTERS, LETTERS, [10]],
    "one digit": [DIGITS, [10]],
    "one letter": [LETTERS, [10]],
}
"""Of each kind of line, the signs that its places may have."""


def write_short(path: Path, line: list[range | list[int]], megabytes: int) -> None:
    """Write lines of random signs, below a header."""
    import numpy as np

    rng, rows = np.random.default_rng(0), megabytes * 1_000_000 // len(line)
    signs = np.stack([rng.choice(np.asarray(signs, np.uint8), rows) for signs in line], axis=1)
    path.write_bytes(",".join(f"c{i}" for i in range(line.count([44]) + 1)).encode() + b"\n" + signs.tobytes())


def write_blank(path: Path, megabytes: int) -> None:
    """Write blank lines, with a digit in one of seven."""
    import numpy as np

    rng, rows = np.random.default_rng(0), megabytes * 7_000_000 // 8
    filled = rng.integers(0, 7, rows) == 0
    ends = np.cumsum(filled + 1)
    signs = np.full(ends[-1], 10, np.uint8)
    signs[ends[filled] - 2] = rng.integers(48, 58, int(filled.sum()))
    path.write_bytes(b"c0\n" + signs.tobytes())


def measure_short(megabytes: int) -> None:
    """Print what reading and auditing files of very short lines takes."""
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder, "short.csv"), Path(folder, "small.csv")
        write_plain(small, SMALL_ROWS)
        for kind in [*SHORT, "blank, but for one of seven"]:
            if kind in SHORT:
                write_short(path, SHORT[kind], megabytes)
            else:
                write_blank(path, megabytes)
            command = [sys.executable, "-c", AUDITED, str(path), str(small)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            read, audited, seconds = json.loads(done.stdout.splitlines()[-1])
            size = path.stat().st_size
            told = f"intake {read / size:5.1f} x the file, with the audit {audited / size:5.1f}"
            print(f"{kind:28} {told}  {seconds:5.2f} CPU s")


def write_plain(path: Path, rows: int) -> None:
    """Write a table of 20 columns: 14 decimals, a key, three categories, a date and a code."""
    import numpy as np

    rng = np.random.default_rng(0)
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


def measure(reader: str, path: Path, small: Path) -> tuple[float, float]:
    """Return CPU seconds and the peak of the memory as a multiple of the file, once the small one was read."""
    limits = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    code = MEASURE.format(reader=READERS[reader])
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(small)],
        env={**os.environ, **limits},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak / path.stat().st_size


def write_ods(frame: pl.DataFrame, path: Path) -> None:
    """Write an OpenDocument spreadsheet."""
    spaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    start = '<office:body><office:spreadsheet><table:table table:name="Sheet1">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        with archive.open("content.xml", "w") as content:
            content.write(f"<office:document-content{spaces}>{start}".encode())
            for row in [tuple(frame.columns), *frame.iter_rows()]:
                content.write(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>".encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _ods_cell(value: object) -> str:
    said = f'"float" office:value="{value}"' if isinstance(value, int | float) else '"string"'
    return f"<table:table-cell office:value-type={said}><text:p>{value}</text:p></table:table-cell>"


def measure_workbook(path: Path, small: Path) -> None:
    """Print what reading a workbook costs, once the small one was read."""
    size = unpacked = path.stat().st_size
    if path.suffix != ".xls":
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    for reader in ("discovery", "calamine"):
        seconds, memory = measure(reader, path, small)
        sizes = f"{size / 1e6:5.1f} MB, {unpacked / 1e6:.0f} unpacked"
        told = f"{memory:5.1f} x the file, {memory * size / unpacked:.1f} x what it unpacks to"
        print(f"{path.name:13} {sizes}  {reader:10} {seconds:6.2f} CPU s  {told}")


def measure_texts(folder: Path, megabytes: int) -> None:
    """Print what reading a CSV costs, and one that is badly quoted."""
    small = folder / "small.csv"
    write_plain(small, SMALL_ROWS)
    write_badly_quoted(folder / "plain.csv", folder / "badly_quoted.csv")
    for path in (folder / "plain.csv", folder / "badly_quoted.csv"):
        ours = None
        for reader in [r for r in READERS if r != "calamine"]:
            seconds, memory = measure(reader, path, small)
            ours = seconds if ours is None else ours
            told = f"{path.stem:13} {megabytes:5.0f} MB  {reader:10} {seconds:6.2f} CPU s  {memory:5.1f} x the file"
            peer = "" if reader == "discovery" else f"   discovery takes {ours / seconds:.1f} times as long"
            print(told + peer)


def measure_workbooks(folder: Path, others: list[str]) -> None:
    """Print what reading workbooks of several sizes costs, and the others."""
    for rows in (SMALL_ROWS, *WORKBOOK_ROWS):
        head = pl.read_csv(folder / "plain.csv", n_rows=rows)
        head.write_excel(folder / f"{rows}.xlsx")
        write_ods(head, folder / f"{rows}.ods")
    books = [folder / f"{rows}.{ending}" for rows in WORKBOOK_ROWS for ending in ("xlsx", "ods")]
    for path in [*books, *map(Path, others)]:
        small = folder / f"{SMALL_ROWS}{path.suffix}"
        measure_workbook(path, small if small.exists() else folder / f"{SMALL_ROWS}.xlsx")


def main() -> None:
    """Print a line for each file and reader."""
    if sys.argv[1:2] == ["short"]:
        measure_short(int(sys.argv[2]) if len(sys.argv) > 2 else 20)
        return
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        write_plain(Path(folder, "plain.csv"), megabytes * 7_600)
        measure_texts(Path(folder), megabytes)
        measure_workbooks(Path(folder), sys.argv[2:])


if __name__ == "__main__":
    main()
