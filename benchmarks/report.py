"""What rendering a report costs, against nbconvert's ``lab`` template, and how that grows with the columns.

Usage: ``python benchmarks/report.py [--run RUN] [--repeats N]``. Without ``--run`` the sample is run first. CPU
seconds of each command with all of its child processes, the least of N, alternating. The exit code is 1 where
``discovery report RUN`` costs more than ``jupyter nbconvert --to html --template lab`` on the executed
``03_week1_report.ipynb`` of the same run, or where a column of 2,000 costs more than one of the sample.
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


def cpu_of(command: list[str]) -> float:
    """Return the CPU seconds of ``command`` and all its children."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def against_nbconvert(run: Path, repeats: int) -> tuple[float, float]:
    """Return the least CPU seconds of ``discovery report`` and of nbconvert's ``lab`` template."""
    notebook = str(run / "notebooks" / "03_week1_report.ipynb")
    with tempfile.TemporaryDirectory() as folder:
        theirs = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "lab", "--output-dir", folder]
        pairs = [
            (cpu_of([sys.executable, "-m", "discovery", "report", str(run)]), cpu_of([*theirs, notebook]))
            for _ in range(repeats)
        ]
    return min(p[0] for p in pairs), min(p[1] for p in pairs)


def per_column(run: Path, repeats: int) -> tuple[float, float, int]:
    """Return the CPU milliseconds a column of the sample's and of a 2,000-column data assessment, and its bytes."""
    sys.path.insert(0, str(ROOT / "src"))
    from discovery.artifacts import AuditResult
    from discovery.engagement import Engagement
    from discovery.report import render

    sample = AuditResult.read(run / "audit.json")
    columns = sum(len(t.columns) for t in sample.tables)
    copies = -(-2000 // columns)
    tables = [t.model_copy(update={"name": f"{t.name}_{i}"}) for i in range(copies) for t in sample.tables]
    findings = [f.model_copy(update={"table": f"{f.table}_{i}"}) for i in range(copies) for f in sample.findings]
    wide = sample.model_copy(update={"tables": tables, "findings": findings})
    engagement = Engagement(name="Benchmark")

    def cost(audit: AuditResult) -> tuple[float, int]:
        start = time.process_time()
        html = render(engagement, audit)
        return time.process_time() - start, len(html.encode())

    cost(sample)
    small = min(cost(sample)[0] for _ in range(repeats))
    large, size = min(cost(wide) for _ in range(repeats))
    return 1000 * small / columns, 1000 * large / (columns * copies), size


def main() -> int:
    """Measure, print, and return 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = given.run
        if run is None:
            run = Path(folder) / "run"
            cpu_of([sys.executable, "-m", "discovery", "run", str(SAMPLE), "--out", str(run)])
        ours, theirs = against_nbconvert(run, given.repeats)
        few, many, size = per_column(run, given.repeats)
    print(f"discovery report RUN            {ours:6.2f} CPU s")
    print(f"nbconvert --template lab        {theirs:6.2f} CPU s, ratio {ours / theirs:.2f} (limit 1)")
    print(f"a column of the sample          {few:6.2f} CPU ms")
    print(
        f"a column of 2,000               {many:6.2f} CPU ms, ratio {many / few:.2f} (limit 1), {size / 1e6:.2f} MB"
    )
    return int(ours > theirs or many > few or size > 5_000_000)


if __name__ == "__main__":
    raise SystemExit(main())
