"""Experiments as MLflow reads them back: from the plain folder, and from a database by its client."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from discovery.artifacts import CandidateResult, Evaluation, Latency, RunRecord, Split, UseCaseEvaluation
from discovery.cli import invoke
from discovery.errors import ParameterError, PublishError
from discovery.experiments import check_tracking, record_experiments


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A small finished run: one candidate that is recommended, one that failed."""
    folder = tmp_path / "R1"
    good = CandidateResult(
        name="linear", family="linear", title="Logistic regression", scores=[0.8, 0.9, 0.85], mean=0.85,
        ci95=(0.8, 0.9), holdout=0.84, metrics={"log_loss": 0.4, "accuracy": None},
        latency_ms=Latency(p50=1.0, p95=2.0), fit_seconds=0.5, size_bytes=1000, cost_per_1000=0.01,
    )  # fmt: skip
    bad = CandidateResult(name="mine", family="custom", title="x.Y", error="ValueError: no")
    case = UseCaseEvaluation(
        name="churn", table="t", target="y", task="binary", metric="roc_auc", rows_used=300,
        split=Split(kind="time", folds=3, repeats=1, why="w", train_rows=240, holdout_rows=60),
        candidates=[good, bad], recommended="linear", why="It is simple.",
        economics={"model": {"path": "models/churn.skops", "card": "models/churn.card.json"}},
    )  # fmt: skip
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "churn.card.json").write_text('{"candidate": "linear"}')
    Evaluation(use_cases=[case]).write(folder / "evaluation.json")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    RunRecord(
        run_id="R1", status="ok", engagement="Acmé: churn", drop="d", drop_hash="abc", started=at, ended=at, seed=7
    ).write(folder / "run.json")
    return folder


@pytest.fixture
def client_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """MLflow's own client; its warnings are its own."""
    pytest.importorskip("mlflow", reason="the extra 'mlflow' is not installed")
    pytest.importorskip("alembic", reason="the extra 'mlflow' is not installed")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    return lambda uri: MlflowClient(tracking_uri=uri)


def check(client: Any, tmp_path: Path, runs: int) -> None:
    """What the client reads is what was measured."""
    (home,) = [e for e in client.search_experiments() if e.name != "Default"]
    assert home.name == "Acmé: churn"
    found = client.search_runs([home.experiment_id])
    assert len(found) == runs
    good = next(r for r in found if r.data.tags["discovery.candidate"] == "linear")
    assert good.info.status == "FINISHED"
    assert good.info.run_name == "churn: linear"
    assert good.data.params["seed"] == "7"
    assert good.data.params["split"] == "time"
    assert good.data.metrics["roc_auc_mean"] == 0.85
    assert good.data.metrics["roc_auc_ci95_low"] == 0.8
    assert good.data.metrics["oof_log_loss"] == 0.4
    assert "oof_accuracy" not in good.data.metrics
    assert (good.data.tags["discovery.run_id"], good.data.tags["discovery.data_hash"]) == ("R1", "abc")
    assert good.data.tags["discovery.recommended"] == "true"
    folds = client.get_metric_history(good.info.run_id, "roc_auc_fold")
    assert [(m.step, m.value) for m in sorted(folds, key=lambda m: m.step)] == [(0, 0.8), (1, 0.9), (2, 0.85)]
    assert {a.path for a in client.list_artifacts(good.info.run_id)} == {"candidate.json", "model_card.json"}
    card = Path(client.download_artifacts(good.info.run_id, "model_card.json", str(tmp_path)))
    assert json.loads(card.read_text()) == {"candidate": "linear"}
    bad = next(r for r in found if r.data.tags["discovery.candidate"] == "mine")
    assert (bad.info.status, bad.data.tags["discovery.error"]) == ("FAILED", "ValueError: no")


@pytest.mark.filterwarnings("default")
def test_a_folder_is_written_without_mlflow_and_read_by_it(run, tmp_path, client_of):
    store = tmp_path / "my runs"
    assert record_experiments(run, str(store)) == 2
    check(client_of(store.as_uri()), tmp_path, 2)
    assert record_experiments(run, store.as_uri()) == 2
    check(client_of(store.as_uri()), tmp_path, 4)
    assert not list((store / ".trash").iterdir())


@pytest.mark.filterwarnings("default")
def test_a_database_is_written_by_the_client(run, tmp_path, client_of, monkeypatch):
    monkeypatch.chdir(tmp_path)
    uri = f"sqlite:///{tmp_path}/m.db"
    assert record_experiments(run, check_tracking(uri)) == 2
    check(client_of(uri), tmp_path, 2)


def test_a_folder_needs_no_mlflow(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert record_experiments(run, check_tracking(str(tmp_path / "s"))) == 2
    (metric,) = (tmp_path / "s").glob("*/*/metrics/roc_auc_fold")
    assert [line.split()[1:] for line in metric.read_text().splitlines()] == [
        ["0.8", "0"],
        ["0.9", "1"],
        ["0.85", "2"],
    ]


def test_what_cannot_be_used_is_said_before_the_run(monkeypatch):
    with pytest.raises(ParameterError, match="holds a password"):
        check_tracking("https://me:secret@mlflow.example")
    with pytest.raises(ParameterError, match="no folder and no URI"):
        check_tracking("ftp://x")
    with pytest.raises(ParameterError, match="TRACKING is not set"):
        check_tracking("env:TRACKING")
    monkeypatch.setenv("TRACKING", "https://me:secret@mlflow.example")
    monkeypatch.setattr("discovery.experiments.record.find_spec", lambda _: None)
    with pytest.raises(ParameterError, match=r"discovery-workbook\[mlflow\]"):
        check_tracking("env:TRACKING")


def test_a_disk_that_is_full_is_one_line(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="the run itself is whole"):
        record_experiments(run, str(tmp_path / "file" / "store"))


def test_the_command_records_by_option_and_by_engagement(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{i % 60},{'yes' if i % 60 < 20 else 'no'}" for i in range(120))
    (tmp_path / "data.csv").write_text("months,churned\n" + rows + "\n")
    assert invoke(["models", "data.csv", "-t", "churned", "-o", "r1", "-q", "--mlflow", "store"]) == 0
    kept = list((tmp_path / "store").glob("*/*/tags/discovery.candidate"))
    assert {p.read_text() for p in kept} >= {"dummy", "linear"}
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "engagement.yaml").write_text(
        "name: e\nmlflow: tracked\ndata: {path: ../data.csv}\n"
        "use_cases:\n- {name: c, table: data, target: churned}\n"
    )
    (tmp_path / "e" / "tracked").write_text("in the way")
    assert invoke(["models", "e", "-o", "r2", "-q"]) == 1
    assert "could not be recorded" in capsys.readouterr().err
    assert (tmp_path / "r2" / "evaluation.json").is_file()
