"""Every command through the real entry point: what it prints, what it leaves, and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import discovery
from discovery.artifacts import AuditResult, RunRecord
from discovery.cli import invoke
from discovery.engagement import load_engagement

ROWS = [f"{i},{i * 37 % 61},{'a' if i % 2 else 'b'},{'yes' if i * 37 % 61 > 30 else 'no'}" for i in range(1, 241)]
DATA = "id,age,plan,churned\n" + "\n".join(ROWS) + "\n"
ENGAGEMENT = """
name: Acme
data: {drops: drops}
use_cases:
  - name: churn
    table: customers
    target: churned
    acceptance: {quality: {at_least: 0.7}}
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good file in an otherwise empty working directory."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "customers.csv"
    file.write_text(DATA)
    return file


@pytest.fixture
def engagement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engagement with two drops."""
    monkeypatch.setenv("PYTHONPATH", str(Path(discovery.__file__).parents[1]))
    monkeypatch.chdir(tmp_path)
    for i, week in enumerate(("2026-09-07", "2026-09-14")):
        folder = tmp_path / "acme" / "drops" / week
        folder.mkdir(parents=True)
        (folder / "customers.csv").write_text(DATA + "".join(f"{900 + j},20,a,no\n" for j in range(9 * i)))
    file = tmp_path / "acme" / "engagement.yaml"
    file.write_text(ENGAGEMENT)
    return file


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on stderr; nothing may be on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("discovery: ")
    assert "Traceback" not in err
    return err


def test_audit_leaves_its_artifacts(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["audit", str(data), "--target", "churned", "--out", "r"]) == 0
    out, err = capsys.readouterr()
    assert "Findings:" in out
    assert "Results: " in out
    assert err == ""
    names = {p.name for p in (tmp_path / "r").iterdir()}
    assert {"run.json", "audit.json", "engagement.yaml", "contract", "tables"} <= names
    assert not {n for n in names if n.startswith(".")}
    assert not {"notebooks", "evaluation.json", "week1.html"} & names
    assert AuditResult.read(tmp_path / "r" / "audit.json").table("customers").rows == 240
    assert RunRecord.read(tmp_path / "r" / "run.json").status == "ok"
    assert load_engagement(tmp_path / "r").use_cases[0].target == "churned"


def test_models_leaves_its_artifacts(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["models", str(data), "-t", "churned", "-o", "r", "--json", "--seed", "7", "--budget", "20"]) == 0
    out, err = capsys.readouterr()
    shown = json.loads(out)
    assert err == ""
    assert out.count("\n") == 1
    assert shown["status"] == "ok"
    assert shown["decisions"][0]["name"] == "churned"
    record = RunRecord.read(tmp_path / "r" / "run.json")
    assert record.seed == 7
    assert [s.name for s in record.stages] == ["intake", "audit", "baselines", "decision"]
    assert all(s.seconds >= 0 and s.peak_memory_mb for s in record.stages)
    scores = (tmp_path / "r" / "tables" / "scores.csv").read_text()
    assert "dummy" in scores


def test_nothing_is_written_over(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "audit.json").write_text("mine")
    assert invoke(["audit", str(data), "--out", "r"]) == 2
    assert "nothing is written over" in one_line(capsys)
    assert (tmp_path / "r" / "audit.json").read_text() == "mine"
    assert {p.name for p in tmp_path.iterdir()} == {"customers.csv", "r"}


def test_quiet_says_nothing_and_runs_get_folders_of_their_own(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert invoke(["audit", str(data), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_gates(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data.write_text(DATA + "1,5,a,yes\n" * 30)
    assert invoke(["audit", str(data), "--fail-on", "minor", "--json"]) == 3
    shown = json.loads(capsys.readouterr().out)
    assert shown["exit_code"] == 3
    assert shown["status"] == "ok"
    assert shown["gates_hit"][0].startswith("minor: ")
    assert invoke(["audit", str(data), "--fail-on", "blocker,no-go"]) == 0
    capsys.readouterr()
    assert invoke(["audit", str(data), "--fail-on", "mayor"]) == 2
    assert "Did you mean 'major'?" in one_line(capsys)


BAD: list[tuple[list[str], str]] = [
    (["audit", "custmers.csv"], "custmers.csv: no such file or folder. Did you mean 'customers.csv'?"),
    (["audit", "empty.csv"], "empty.csv"),
    (["audit", "folder"], "folder"),
    (["audit", "noise.csv"], "noise.csv"),
    (["audit", "fake.parquet"], "fake.parquet"),
    (["audit", "customers.csv", "--target", "churnd"], "Did you mean 'churned'?"),
    (["audit", "missing.csv", "--target", "y"], "missing in all"),
    (["models", "customers.csv"], "no use case"),
    (["run", "customers.csv", "--target", "churnd"], "no column 'churnd'"),
    (["run", "bad.yaml"], "bad.yaml:2: unknown key 'clinet'. Did you mean 'client'?"),
    (["run", "none.yaml"], "none.yaml: no such file"),
    (["run", "customers.csv", "-p", "sed=1"], "unknown parameter 'sed'. Did you mean 'seed'?"),
    (["run", "customers.csv", "-p", "seed=many"], "parameter 'seed': input should be a valid integer"),
    (["run", "customers.csv", "-p", "a b=1"], "NAME=VALUE"),
    (["run", "customers.csv", "--drop", "x"], "--drop chooses a drop of an engagement"),
    (["run", "customers.csv", "--workers", "0"], "parameter 'workers'"),
    (["run", "customers.csv", "--workers", "many"], "'--workers'"),
    (["run", "customers.csv", "--timeout", "0"], "--timeout must be more than 0"),
    (["run", "customers.csv", "--targt", "x"], "--target"),
    (["run"], "Missing argument"),
    (["rnu", "x"], "Did you mean 'run'"),
    (["run", "customers.csv", "--previous", "folder"], "no audit.json"),
    (["report", "folder"], "is not a whole run"),
    (["diff", "folder", "folder"], "not a run"),
    (["open", "folder"], "holds no report"),
    (["batch", "folder"], "folder"),
    (["batch", "none.yaml"], "none.yaml: no such file"),
    (["batch", "folder", "--workers", "0"], "--workers must be at least 1"),
    (["history", "--engagement", "folder"], "has no batch history"),
    (["new", "folder2"], "nothing is written over"),
    (["audit", "env:NOT_SET_AT_ALL"], "NOT_SET_AT_ALL is not set"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
@pytest.mark.usefixtures("data")
def test_bad_input_is_one_line(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder2").mkdir()
    (tmp_path / "folder2" / "mine").touch()
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "fake.parquet").write_text("this is no parquet")
    (tmp_path / "missing.csv").write_text("x,y\n" + "1,\n" * 40)
    (tmp_path / "bad.yaml").write_text("name: a\nclinet: b\n")
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    assert invoke(arguments) == 2
    assert message in one_line(capsys)
    after = sorted(str(p) for p in tmp_path.rglob("*") if p.name != "runs")
    assert after == before


@pytest.mark.usefixtures("data")
def test_errors_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["audit", "nope.csv", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 2
    assert err.count("\n") == 1


@pytest.mark.usefixtures("data")
def test_debug_brings_the_traceback() -> None:
    from discovery.errors import DataError

    with pytest.raises(DataError):
        invoke(["audit", "nope.csv", "--debug"])


def test_a_bug_is_one_line(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret value")

    monkeypatch.setattr("discovery.cli.work.run_command", broken)
    assert invoke(["audit", str(data)]) == 1
    line = one_line(capsys)
    assert "ZeroDivisionError, which is a bug" in line
    assert "secret" not in line
    with pytest.raises(ZeroDivisionError):
        invoke(["audit", str(data), "--debug"])


@pytest.mark.usefixtures("data")
def test_a_message_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["audit", "\x1b[2Jx.csv"]) == 2
    assert "\x1b" not in one_line(capsys)


def test_help_version_and_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--help"]) == 0
    assert "discovery run data.csv --target COLUMN" in capsys.readouterr().out
    for command in ("run", "audit", "models", "batch", "history", "show", "new", "diff", "report", "open"):
        assert invoke([command, "--help"]) == 0
        assert f"discovery {command} " in capsys.readouterr().out
    assert invoke(["--version"]) == 0
    assert capsys.readouterr().out.startswith("discovery 0.")
    assert invoke([]) == 2


def test_new_makes_an_engagement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "engagements" / "acme"
    assert invoke(["new", str(folder)]) == 0
    assert "discovery run" in capsys.readouterr().out
    assert load_engagement(folder).name == "My engagement"
    assert sorted(p.name for p in (folder / "notebooks").iterdir()) == [
        "01_data_audit.ipynb",
        "02_baseline_models.ipynb",
        "03_week1_report.ipynb",
    ]
    assert (folder / "drops" / "README.md").is_file()
    assert invoke(["run", str(folder)]) == 2
    assert "holds no drop yet" in capsys.readouterr().err


def test_a_url_with_a_password_is_kept_out_of_sight(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISCOVERY_SOURCE_URL", raising=False)
    assert invoke(["audit", "postgresql://me:s3cr3t-pass@127.0.0.1:1/db", "--json"]) != 0
    out, err = capsys.readouterr()
    assert "s3cr3t" not in out + err
    os.environ.pop("DISCOVERY_SOURCE_URL", None)
    assert invoke(["run", str(data), "-p", "previous=mysql://me:s3cr3t-pass@h/d"]) == 2
    assert "s3cr3t" not in capsys.readouterr().err


@pytest.mark.e2e
def test_the_whole_workbook_over_two_drops(
    engagement: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    runs = engagement.parent / "runs"
    assert invoke(["run", str(engagement), "--drop", "2026-09-07", "--json", "--budget", "15"]) == 0
    shown = json.loads(capsys.readouterr().out)
    first = Path(shown["directory"])
    assert first.parent == runs
    assert shown["decisions"][0]["name"] == "churn"
    assert Path(shown["report"]).read_text().startswith("<!DOCTYPE html>")
    notebooks = {p.name for p in (first / "notebooks").iterdir()}
    assert len(notebooks) == 6
    for page in (first / "notebooks").glob("*.html"):
        assert "default-src 'none'" in page.read_text()
        assert ".partial" not in page.read_text()
    for book in (first / "notebooks").glob("*.ipynb"):
        assert ".partial" not in book.read_text()
    assert invoke(["run", str(engagement.parent), "--budget", "15"]) == 0
    out, _ = capsys.readouterr()
    assert "Decision" in out
    assert "Report: " in out
    (second,) = [p for p in runs.iterdir() if p != first]
    record = RunRecord.read(second / "run.json")
    assert record.drop == "2026-09-14"
    assert record.previous == str(first)
    _after_two_runs(first, second, capsys)


def _after_two_runs(first: Path, second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["diff", str(first), str(second)]) == 0
    assert "2026-09-14" in capsys.readouterr().out
    assert invoke(["diff", str(first), str(second), "--json"]) == 0
    json.loads(capsys.readouterr().out)
    before = (second / "week1.html").read_text()
    (second / "week1.html").unlink()
    assert invoke(["report", str(second)]) == 0
    assert capsys.readouterr().out.strip() == str(second / "week1.html")
    assert len((second / "week1.html").read_text()) > 0.8 * len(before)


@pytest.mark.e2e
def test_batch_runs_every_drop_once(engagement: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = engagement.parent
    (folder / "drops" / "2026-09-14" / "customers.csv").unlink()
    (folder / "drops" / "2026-09-14").rmdir()
    assert invoke(["batch", str(engagement), "--dry-run", "--settle", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pending"] == ["2026-09-07"]
    assert invoke(["batch", str(folder), "--settle", "0"]) == 0
    out, _ = capsys.readouterr()
    assert "done         2026-09-07" in out
    assert "Index: " in out
    assert invoke(["batch", str(folder), "--settle", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] == []
    assert invoke(["history", "--engagement", str(folder), "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["state"] == "done"
    assert invoke(["history", "--engagement", str(engagement)]) == 0
    assert "2026-09-07" in capsys.readouterr().out
    assert invoke(["show", "2026-09-07", "--engagement", str(folder)]) == 0
    assert entry["hash"] in capsys.readouterr().out
    assert invoke(["show", entry["run"], "--engagement", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "2026-09-07"
    assert invoke(["show", "2026-09-08", "--engagement", str(folder)]) == 2
    assert "Did you mean '2026-09-07'?" in capsys.readouterr().err


def test_open_takes_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    for i, name in enumerate(("b", "a", "FAILED-c")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "week1.html").write_text(name)
        os.utime(tmp_path / name / "week1.html", (i, i))
    assert invoke(["open", str(tmp_path)]) == 0
    assert invoke(["open", str(tmp_path / "b")]) == 0
    assert opened == [str(tmp_path / n / "week1.html") for n in ("a", "b")]
    capsys.readouterr()


def test_the_module_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "discovery", "audit", "nope.csv"]
    source = str(Path(discovery.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, env=environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("discovery: nope.csv: no such file or folder")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from discovery.cli import invoke; invoke(['--help']);"
        "heavy = ('pydantic', 'polars', 'numpy', 'yaml', 'papermill', 'rich.markdown', 'sqlite3');"
        "print([m for m in heavy if m in sys.modules])"
    )
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=plain)
    assert done.stdout.endswith("[]\n")


def test_a_query_of_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("shop.db") as connection:
        connection.execute("CREATE TABLE sold (id INTEGER PRIMARY KEY, age, churned)")
        rows = [(i, i * 37 % 61, "yes" if i * 37 % 61 > 30 else "no") for i in range(1, 241)]
        connection.executemany("INSERT INTO sold VALUES (?, ?, ?)", rows)
    connection.close()
    assert invoke(["audit", "shop.db", "--sql", "SELECT * FROM sold", "-t", "churned", "-o", "r", "-q"]) == 0
    again = load_engagement(tmp_path / "r")
    assert (again.data.queries, again.use_cases[0].table) == ({"query": "SELECT * FROM sold"}, "query")
    assert invoke(["audit", "r/engagement.yaml", "-o", "s", "-q"]) == 0
    assert invoke(["audit", "sqlite:///shop.db", "--schema", "main", "-o", "t", "-q"]) == 0
    assert [t.name for t in AuditResult.read(tmp_path / "t" / "audit.json").tables] == ["main.sold"]
    monkeypatch.setenv("SHOP", "sqlite:///shop.db")
    assert invoke(["audit", "env:SHOP", "--sql", "SELECT * FROM sold", "-o", "u", "-q"]) == 0
    assert load_engagement(tmp_path / "u").data.database_url_env == "SHOP"
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    for wrong in (["x.csv", "--sql", "SELECT 1"], ["shop.db", "--sql", "SELECT 1", "--schema", "main"]):
        assert invoke(["audit", *wrong]) == 2
        assert "sql" in one_line(capsys)
