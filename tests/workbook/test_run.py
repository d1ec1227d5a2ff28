"""Runs from the outside: what they leave when all goes well, and when it does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import discovery
from discovery.artifacts import RunRecord
from discovery.errors import (
    ColumnError,
    DataError,
    InputError,
    NotebookError,
    ParameterError,
    RunError,
    TargetError,
)
from discovery.parameters import RunParameters
from discovery.workbook import run_stages, run_workbook
from discovery.workbook.kernel import KernelDiedError, RunTimeoutError

Notebooks = Callable[..., Path]


def kernels(engagement: Path) -> list[int]:
    """Return the kernels that run in the engagement's notebooks folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        ours = process.info["cwd"] == str(engagement.parent / "notebooks")
        if ours and "discovery.workbook.launch" in (process.info["cmdline"] or []):
            found.append(process.pid)
    return found


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def failed(engagement: Path) -> tuple[Path, RunRecord]:
    place = only(engagement.parent / "runs", "*")
    assert place.name.startswith("FAILED-")
    return place, RunRecord.read(place / "run.json")


def test_a_run_leaves_a_whole_directory(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(["x = 1\nprint(out)"], ["'x' in globals()", "import os; os.getcwd()"])
    record = run_workbook(RunParameters(engagement=str(engagement)))
    folder = Path(record.parameters["out"])
    assert folder.parent == engagement.parent / "runs"
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    books = {f"notebooks/{i:02d}_book.{e}" for i in (1, 2) for e in ("ipynb", "html")}
    assert names == {"run.json", "engagement.yaml"} | books
    first, second = (json.loads((folder / "notebooks" / f"0{i}_book.ipynb").read_text()) for i in (1, 2))
    assert first["cells"][2]["outputs"][0]["text"] == [f"{folder}\n"]
    assert [c["execution_count"] for c in second["cells"]] == [1, 2, 3, 4]
    assert second["cells"][2]["outputs"][0]["data"]["text/plain"] == ["False"]
    assert second["cells"][3]["outputs"][0]["data"]["text/plain"] == [f"'{engagement.parent / 'notebooks'}'"]
    assert RunRecord.read(folder / "run.json") == record
    assert record.status == "ok"
    assert record.engagement == "Acme"
    assert record.drop == "2026-09-07"
    assert [s.name for s in record.stages] == ["intake", "kernel", "01_book", "02_book"]
    assert record.inputs[0].path == "customers.csv"
    assert record.versions["discovery"]
    assert kernels(engagement) == []


def test_a_cell_that_raises(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(
        ["1"], ["print('so far')", "raise ValueError(\"could not convert 'anna1@example.org'\")"]
    )
    with pytest.raises(NotebookError, match=r"02_book.ipynb, cell 4: ValueError: could not convert '…'") as caught:
        run_workbook(RunParameters(engagement=str(engagement)))
    place, record = failed(engagement)
    assert str(place) in str(caught.value)
    assert caught.value.exit_code == 1
    assert record.status == "failed"
    assert "ValueError" in (record.reason or "")
    assert (place / "notebooks" / "01_book.ipynb").is_file()
    partial = (place / "notebooks" / "FAILED-02_book.ipynb").read_text()
    assert "so far" in partial
    assert "could not convert '…'" in partial
    assert not (place / "notebooks" / "02_book.ipynb").exists()
    assert "anna1" not in (place / "run.json").read_text()


def test_an_error_of_ours_in_a_cell_keeps_its_kind(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(
        ["from discovery.errors import TargetError\nraise TargetError('one class', mend='Choose another.')"]
    )
    with pytest.raises(TargetError, match="one class") as caught:
        run_workbook(RunParameters(engagement=str(engagement)))
    assert caught.value.exit_code == 2
    assert failed(engagement)[1].status == "failed"


def test_a_kernel_that_is_killed(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(["print('so far')", "import os\nos.kill(os.getpid(), 9)"])
    with pytest.raises(KernelDiedError, match="the kernel was killed"):
        run_workbook(RunParameters(engagement=str(engagement)))
    place, record = failed(engagement)
    assert record.status == "killed"
    assert "so far" in (place / "notebooks" / "FAILED-01_book.ipynb").read_text()


def test_a_notebook_cannot_say_that_all_is_well(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(["import os\nos._exit(0)"])
    with pytest.raises(KernelDiedError, match="ended with code 0"):
        run_workbook(RunParameters(engagement=str(engagement)))
    assert failed(engagement)[1].status == "killed"


def test_time_that_runs_out(with_notebooks: Notebooks) -> None:
    engagement = with_notebooks(["import subprocess, time\nsubprocess.Popen(['sleep', '77'])\ntime.sleep(60)"])
    start = time.monotonic()
    with pytest.raises(RunTimeoutError, match="time ran out"):
        run_workbook(RunParameters(engagement=str(engagement)), timeout=6)
    assert time.monotonic() - start < 30
    assert failed(engagement)[1].status == "timeout"
    assert kernels(engagement) == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "77"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_the_run_and_its_kernel(with_notebooks: Notebooks, number: signal.Signals) -> None:
    flag_name = "begun"
    engagement = with_notebooks([f"open('{flag_name}', 'w').close()\nimport time\ntime.sleep(60)"])
    flag = engagement.parent / "notebooks" / flag_name
    command = [sys.executable, "-m", "discovery", "run", str(engagement)]
    environment = {**os.environ, "PYTHONPATH": str(Path(discovery.__file__).parents[1])}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    _wait_for(flag.exists)
    assert len(kernels(engagement)) == 1
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    _wait_for(lambda: not kernels(engagement))
    if number == signal.SIGKILL:
        assert not list((engagement.parent / "runs").glob("[!.]*"))
        return
    assert process.returncode == 1
    assert errors.startswith("discovery: interrupted")
    assert errors.count("\n") == 1
    assert failed(engagement)[1].status == "interrupted"


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (
            ("target: churned", "target: chrned"),
            ColumnError,
            "no column 'chrned' in table 'customers'. Did you mean 'churned'?",
        ),
        (
            ("table: customers", "table: custmers"),
            DataError,
            "no table 'custmers' in the drop. Did you mean 'customers'?",
        ),
        (("use_cases:", "tables: {customers: {key: [idd]}}\nuse_cases:"), ColumnError, "no column 'idd'"),
        (("use_cases:", "tables: {nope: {}}\nuse_cases:"), DataError, "no table 'nope'"),
        (("drops: drops", "drops: dorps"), InputError, "no such folder"),
        (("drops: drops", "path: drops/x.csv"), DataError, "no such file or folder"),
        (("data: {drops: drops}", ""), InputError, "names no data"),
        (
            ("data: {drops: drops}", "data: {database_url_env: NOT_SET_AT_ALL}"),
            InputError,
            "NOT_SET_AT_ALL is not set",
        ),
    ],
    ids=range(8),
)
def test_what_the_engagement_names_must_be_there(
    engagement: Path, change: tuple[str, str], kind: type[InputError], message: str
) -> None:
    engagement.write_text(engagement.read_text().replace(*change))
    with pytest.raises(kind) as caught:
        run_workbook(RunParameters(engagement=str(engagement)))
    assert message in str(caught.value)
    assert caught.value.exit_code == 2
    assert not list(engagement.parent.glob("runs/*"))
    assert not list(engagement.parent.glob("runs/.*"))


def test_a_target_that_is_all_missing(engagement: Path) -> None:
    drop = engagement.parent / "drops" / "2026-09-07" / "customers.csv"
    drop.write_text("id,churned\n" + "".join(f"{i},\n" for i in range(50)))
    with pytest.raises(TargetError, match="missing in all 50 rows"):
        run_stages(RunParameters(engagement=str(engagement)), models=False)


def test_parameters_that_do_not_fit(engagement: Path, tmp_path: Path) -> None:
    given = str(engagement)
    for parameters, message in [
        (RunParameters(), "neither engagement nor drop"),
        (RunParameters(engagement=given, target="x"), "target and engagement are both given"),
        (RunParameters(engagement=given, use_cases=["chrn"]), "Did you mean 'churn'"),
        (RunParameters(drop="env:NOT_SET_AT_ALL"), "is not set"),
    ]:
        with pytest.raises(ParameterError, match=message):
            run_workbook(parameters)
    with pytest.raises(DataError, match=r"no audit.json"):
        run_workbook(RunParameters(engagement=given, previous=str(tmp_path)))


def test_a_secret_is_in_no_file(with_notebooks: Notebooks, monkeypatch: pytest.MonkeyPatch) -> None:
    engagement = with_notebooks(["import os\nprint(os.environ['CLIENT_URL'])", "drop"])
    monkeypatch.setenv("CLIENT_URL", "mysql://me:s3cr3t-pass@127.0.0.1:1/db")
    import discovery.workbook.notebooks as module

    monkeypatch.setattr(module, "_preflight", lambda *_: None)
    record = run_workbook(RunParameters(engagement=str(engagement), drop="env:CLIENT_URL"))
    folder = Path(record.parameters["out"])
    texts = [p.read_text() for p in folder.rglob("*") if p.is_file()]
    assert texts
    assert not [t for t in texts if "s3cr3t" in t]
    assert "env:CLIENT_URL" in (folder / "notebooks" / "01_book.ipynb").read_text()


def test_a_bug_in_a_stage_is_told_in_one_line(engagement: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("anna1@example.org")

    monkeypatch.setattr("discovery.stages.check_against", broken)
    with pytest.raises(RunError, match="ZeroDivisionError, which is a bug") as caught:
        run_stages(RunParameters(engagement=str(engagement)), models=False)
    assert "anna1" not in str(caught.value)
    assert failed(engagement)[1].status == "failed"


def test_a_raw_personal_value_is_told(with_notebooks: Notebooks) -> None:
    start = "from discovery import notebook\nweek = notebook.start(engagement=engagement, drop=drop, out=out)"
    engagement = with_notebooks([start + "\nweek.audit.counts()", "print('Write to anna7@example.org')"])
    record = run_workbook(RunParameters(engagement=str(engagement)))
    told = " ".join(record.warnings)
    assert "01_book.ipynb" in told
    assert "01_book.html" in told
    assert "audit.json" not in told
    assert "anna7" not in told
