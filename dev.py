#!/usr/bin/env python3
"""Set up Discovery in ``.venv`` and work on it. Needs git and Python 3.11 or newer, nothing else.

python3 dev.py sample     set up, and run the workbook on data/sample
python3 dev.py test       set up, and run the tests (arguments go to pytest)
python3 dev.py lint       set up, and run ruff (lint and format) and mypy
python3 dev.py lab        set up, and open the notebooks in JupyterLab
python3 dev.py airflow    set up, and run the DAG of docs/batch.md in an Airflow of its own
python3 dev.py pin        write constraints.txt from a fresh environment with the newest versions
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
EXTRAS = "dask,delta,iceberg,llm,mlflow,postgres,spark,watch"
PIP = "pip==26.3"
AIRFLOW = "apache-airflow==3.3.2"
PIN_HEADER = "# Exact versions that Discovery is tested with. Written by: python3 dev.py pin\n"


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command; end with its exit code if it fails."""
    code = subprocess.run([str(c) for c in command], cwd=cwd, check=False).returncode
    if code:
        raise SystemExit(code)


def setup(*groups: str, extras: str = "") -> None:
    """Make ``.venv`` hold the package (editable), the extras and the dependency groups, at the pinned versions."""
    wanted = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        wanted.update((ROOT / name).read_bytes())
    wanted.update(" ".join([sys.version, extras, *groups]).encode())
    stamp = VENV / f"stamp-{'-'.join(groups) or 'run'}{extras and '-' + extras}"
    if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
        return
    if not PYTHON.is_file():
        print(f"Making {VENV} …", flush=True)
        venv.create(VENV, with_pip=True)
    print("Installing the pinned packages (a minute the first time) …", flush=True)
    run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", PIP)
    package = f".[{extras}]" if extras else "."
    flags = [flag for group in groups for flag in ("--group", group)]
    run(PYTHON, "-m", "pip", "install", "-q", "-c", "constraints.txt", "-e", package, *flags)
    stamp.write_text(wanted.hexdigest())


def sample(*arguments: str) -> None:
    """Run the workbook on the sample engagement."""
    setup()
    run(BIN / "discovery", "run", ROOT / "data" / "sample" / "engagement.yaml", *arguments)


def test(*arguments: str) -> None:
    """Run the tests in parallel, with coverage."""
    setup("test", extras=EXTRAS)
    workers = [] if any(a.startswith("-n") for a in arguments) else ["-n", "auto", "--dist", "loadgroup"]
    cover = [] if arguments else ["--cov", "--cov-report=term:skip-covered"]
    run(PYTHON, "-m", "pytest", *workers, *cover, *arguments)


def lint(*_: str) -> None:
    """Run ruff and mypy."""
    setup("lint", extras=EXTRAS)
    run(BIN / "ruff", "check")
    run(BIN / "ruff", "format", "--check")
    run(BIN / "mypy")


def lab(*arguments: str) -> None:
    """Open JupyterLab; it has an environment of its own, as it slows down every run beside it."""
    global VENV, BIN, PYTHON
    VENV, BIN = ROOT / ".venv-lab", ROOT / ".venv-lab" / BIN.name
    PYTHON = BIN / PYTHON.name
    setup(extras="lab")
    run(BIN / "jupyter", "lab", *(arguments or ("notebooks",)))


def airflow(*_: str) -> None:
    """Have Airflow parse and run the DAG; it has an environment of its own, as its pins exclude ours."""
    there = ROOT / ".venv-airflow"
    python = there / BIN.name / PYTHON.name
    if not (there / BIN.name / "airflow").is_file():
        venv.create(there, with_pip=True)
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", AIRFLOW)
    os.environ["AIRFLOW_PYTHON"] = str(python)
    test("-n0", "tests/batch/test_docs.py", "-k", "airflow")


def pin(*_: str) -> None:
    """Write ``constraints.txt`` from a fresh environment."""
    fresh = ROOT / ".venv-pin"
    shutil.rmtree(fresh, ignore_errors=True)
    venv.create(fresh, with_pip=True)
    python = fresh / BIN.name / PYTHON.name
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PIP)
    run(python, "-m", "pip", "install", "-q", "-e", f".[lab,{EXTRAS}]", "--group", "test", "--group", "lint")
    frozen = subprocess.run(
        [str(python), "-m", "pip", "freeze", "--exclude-editable"], capture_output=True, text=True, check=True
    ).stdout
    (ROOT / "constraints.txt").write_text(PIN_HEADER + frozen)
    shutil.rmtree(fresh)


COMMANDS = {f.__name__: f for f in (sample, test, lint, lab, airflow, pin)}

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - the user may start this with any Python
        raise SystemExit("Discovery needs Python 3.11 or newer; run this with one, e.g. python3.12 dev.py sample")
    name, *rest = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print((__doc__ or "").strip())
        raise SystemExit(0 if name in {"help", "-h", "--help"} else 2)
    COMMANDS[name](*rest)
