"""What docs/batch.md tells people to run is right."""

from __future__ import annotations

import ast
import configparser
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
    assert [bool(re.fullmatch(r"[\d*/,-]+", f)) for f in fields[:5]] == [True] * 5
    check(fields[5].split("&&")[1])


def test_systemd_units() -> None:
    service, timer, watching = (configparser.ConfigParser(interpolation=None) for _ in range(3))
    for parser, text in zip((service, timer, watching), blocks("ini"), strict=True):
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(text)
    for unit in (service, watching):
        check(unit["Service"]["ExecStart"])
    assert service["Service"]["SuccessExitStatus"] == "4"
    if shutil.which("systemd-analyze"):
        calendar = ["systemd-analyze", "calendar", timer["Timer"]["OnCalendar"]]
        assert subprocess.run(calendar, capture_output=True, check=False).returncode == 0


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
    module: Any = types.ModuleType("airflow.decorators")

    def dag(**options: Any) -> Any:
        given.update(options)
        return lambda function: function

    def bash(function: Any) -> Any:
        return lambda: commands.append(function())

    module.dag, module.task = dag, types.SimpleNamespace(bash=bash)
    monkeypatch.setitem(sys.modules, "airflow", types.ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.decorators", module)
    exec(compile(text, "dag.py", "exec"), {})
    (command,) = commands
    check(command)
    assert (given["catchup"], given["max_active_runs"]) == (False, 1)


def test_airflow_takes_the_dag(tmp_path: Path) -> None:
    pytest.importorskip("airflow")
    from airflow.models import DagBag

    (tmp_path / "acme.py").write_text(blocks("python")[0])
    bag = DagBag(str(tmp_path), include_examples=False)
    assert not bag.import_errors
    assert list(bag.dags) == ["discovery_acme"]
