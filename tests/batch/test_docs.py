"""What docs/batch.md tells people to run is right."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import discovery
from discovery.batch import Ledger
from discovery.batch.entry import STATES
from discovery.cli import app

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "batch.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def options(command: str) -> set[str]:
    group: Any = typer.main.get_command(app)
    return {o for p in group.commands[command].params for o in (*p.opts, *p.secondary_opts)}


def check(line: str) -> None:
    """A command line of discovery: the command and every option are known."""
    words = shlex.split(line.split("2>>")[0])
    place = next(i for i, w in enumerate(words) if w.endswith("discovery"))
    command, *rest = words[place + 1 :]
    unknown = {w for w in rest if w.startswith("--")} - options(command)
    assert not unknown, line


def test_commands_and_options_are_known() -> None:
    lines = [x for b in blocks("console") for x in b.splitlines() if x.startswith("discovery")]
    assert len(lines) >= 5
    for line in lines:
        check(line)
    told = set(re.findall(r"`(--[a-z-]+)", TEXT))
    assert told <= options("batch")
    hidden = {"--json", "--quiet", "-q", "--debug", "--once"}
    assert {o for o in options("batch") if o.startswith("--")} - hidden - told <= {
        "--workers", "--notify", "--ledger", "--site", "--watch", "--help",
    }  # fmt: skip


def test_every_state_is_explained() -> None:
    assert all(f"| `{state}` |" in TEXT for state in STATES)


def test_crontab_line() -> None:
    (line,) = blocks("crontab")
    fields = line.split(None, 5)
    for text, (low, high) in zip(fields, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=False):
        times = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", text)
        assert times, text
        assert all(low <= int(n) <= high for n in times.groups() if n is not None)
    assert "%" not in fields[5], "cron makes it a line break"
    check(fields[5].split("&&")[1])
    parsed = subprocess.run(["sh", "-n"], input=fields[5], text=True, capture_output=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")


def test_systemd_units() -> None:
    service, timer, watching = (configparser.ConfigParser(interpolation=None) for _ in range(3))
    for parser, text in zip((service, timer, watching), blocks("ini"), strict=True):
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(text)
    for unit in (service, watching):
        check(unit["Service"]["ExecStart"])
    assert service["Service"]["SuccessExitStatus"] == "4"
    assert timer["Timer"]["OnCalendar"] == "*:0/15"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    names = re.findall(r"^`/etc/systemd/system/(\S+)`$", TEXT, re.MULTILINE)
    for name, text in zip(names, blocks("ini"), strict=True):
        here = text.replace("/srv/venv/bin/discovery", sys.executable).replace("/srv/acme", str(tmp_path))
        (tmp_path / name).write_text(here)
    for name in names:
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        complaints = [x for x in done.stderr.splitlines() if str(tmp_path) in x or name in x]
        assert (done.returncode, complaints) == (0, []), done.stderr


def test_github_workflow() -> None:
    (text,) = blocks("yaml")
    steps = yaml.safe_load(text)["jobs"]["batch"]["steps"]
    (command,) = [s["run"] for s in steps if "discovery batch" in s.get("run", "")]
    check(command)


def test_airflow_dag(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = blocks("python")
    ast.parse(text)
    commands: list[str] = []
    given: dict[str, Any] = {}
    module: Any = types.ModuleType("airflow.sdk")

    def dag(**options: Any) -> Any:
        given.update(options)
        return lambda function: function

    def bash(function: Any) -> Any:
        return lambda: commands.append(function())

    module.dag, module.task = dag, types.SimpleNamespace(bash=bash)
    monkeypatch.setitem(sys.modules, "airflow", types.ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk", module)
    exec(compile(text, "dag.py", "exec"), {})
    (command,) = commands
    check(command)
    assert (given["catchup"], given["max_active_runs"]) == (False, 1)


def airflow_python() -> str | None:
    """A Python that has Airflow: the one that AIRFLOW_PYTHON names, or this one."""
    here = sys.executable if importlib.util.find_spec("airflow") else None
    return os.environ.get("AIRFLOW_PYTHON") or here


@pytest.mark.skipif(airflow_python() is None, reason="no Airflow: python3 dev.py airflow")
@pytest.mark.timeout(1800)
def test_airflow_runs_the_dag(tmp_path: Path) -> None:
    """Airflow needs an environment of its own, since its pins and those of this package exclude each other."""
    (tmp_path / "acme" / "drops" / "week-1").mkdir(parents=True)
    (tmp_path / "acme" / "engagement.yaml").write_text("name: acme\ndata: {drops: drops}\n")
    rows = "\n".join(f"{i},{i % 7},{'abc'[i % 3]}" for i in range(60))
    (tmp_path / "acme" / "drops" / "week-1" / "orders.csv").write_text(f"id,amount,kind\n{rows}\n")
    source = Path(discovery.__file__).parents[1]
    command = f"PYTHONPATH={source} {sys.executable} -m discovery"
    text = blocks("python")[0].replace("/srv/venv/bin/discovery", command)
    text = text.replace("/srv/acme", str(tmp_path / "acme")).replace("--quiet", "--quiet --settle 0")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "acme.py").write_text(text)
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}} | {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    for words in (["db", "migrate"], ["dags", "test", "discovery_acme"]):
        done = subprocess.run(
            [str(airflow_python()), "-m", "airflow", *words],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"DagRun Finished: dag_id=discovery_acme.* state=success", done.stdout + done.stderr)
    with Ledger(tmp_path / "acme" / "runs" / "ledger.sqlite") as ledger:
        assert [(e.name, e.state) for e in ledger.entries()] == [("week-1", "done")]
