"""Every command, option and line of code in the README works."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [line.split("#")[0].strip() for line in re.findall(r"^(?:discovery|python3 dev\.py) .*$", README, re.M)]
COMMANDS = [line for line in LINES if line.startswith("discovery ")]


def discovery(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "discovery", *shlex.split(line)[1:]]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the README's commands speak of, in small."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "export").mkdir()
    rows = [
        f"{i},{i * 37 % 60},{'basic' if i % 3 else 'plus'},{'yes' if i * 37 % 60 < 20 else 'no'}"
        for i in range(240)
    ]
    (folder / "customers.csv").write_text("customer,months,plan,churned\n" + "\n".join(rows) + "\n")
    shutil.copy(folder / "customers.csv", folder / "export" / "customers.csv")
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, year INTEGER, total REAL)")
        connection.executemany(
            "INSERT INTO orders (year, total) VALUES (?, ?)", [(2023 + i % 4, i) for i in range(99)]
        )
    connection.close()
    assert discovery("discovery new acme", folder).returncode == 0
    (folder / "acme" / "drops" / "2026-01").mkdir()
    shutil.copy(folder / "customers.csv", folder / "acme" / "drops" / "2026-01")
    (folder / "acme" / "engagement.yaml").write_text(
        "name: acme\ndata: {drops: drops}\nuse_cases:\n- {name: churn, table: customers, target: churned}\n"
    )
    return folder


def test_readme_names_the_two_commands() -> None:
    assert {"python3 dev.py sample", "python3 dev.py test"} <= set(LINES)


@pytest.mark.parametrize(
    "line", sorted({re.sub(r"^(python3 dev\.py \w+).*", r"\1", x) for x in LINES if "dev.py" in x})
)
def test_dev_commands_exist(line: str) -> None:
    text = (ROOT / "dev.py").read_text(encoding="utf-8")
    assert re.search(rf"^def {line.split()[-1]}\(", text, re.M)


APART = {"--watch", "--workers", "new", "diff", "report", "open", "history", "score", "validate"}


@pytest.mark.parametrize("line", [c for c in COMMANDS if not APART & set(c.split())])
def test_command_works(line: str, folder: Path) -> None:
    done = discovery(line, folder)
    gate = "--fail-on" in line
    assert done.returncode in ({0, 3} if gate else {0}), done.stderr


def test_commands_about_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for before in ("run acme/engagement.yaml --out acme/runs/W", "batch acme/engagement.yaml --once"):
        made = discovery(f"discovery {before}", folder)
        assert made.returncode == 0, made.stderr
    for name in ("report", "open", "history", "score", "validate"):
        line = next(c for c in COMMANDS if c.startswith(f"discovery {name}"))
        if name == "open":
            monkeypatch.setenv("BROWSER", "true")
        done = discovery(line.replace("acme/runs/A", "acme/runs/W"), folder)
        assert done.returncode == 0, done.stderr


def test_diff_of_two_runs(folder: Path) -> None:
    for run in ("A", "B"):
        made = discovery(f"discovery audit customers.csv --target churned --out acme/runs/{run}", folder)
        assert made.returncode == 0, made.stderr
    line = next(c for c in COMMANDS if c.startswith("discovery diff"))
    done = discovery(line, folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", [c for c in COMMANDS if {"--watch", "--workers"} & set(c.split())])
def test_options_of_long_running_commands_exist(line: str, folder: Path) -> None:
    name = line.split()[1]
    known = discovery(f"discovery {name} --help", folder).stdout
    assert all(option in known for option in line.split() if option.startswith("--"))


def test_python_in_the_readme_runs(folder: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code + "\nassert html.startswith('<!')"], cwd=folder, check=False)
    assert done.returncode == 0
