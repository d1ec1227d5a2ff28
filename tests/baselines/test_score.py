"""A saved model scored again, by one command: the same predictions, and nothing loaded that is not the run's."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, ColumnSummary, Evaluation, TableSummary
from discovery.baselines import evaluate
from discovery.baselines.loading import load_model
from discovery.baselines.scoring import score_run
from discovery.cli import invoke
from discovery.cli.scores import write_scores
from discovery.engagement import Engagement, UseCase
from discovery.errors import DataError, InputError, ParameterError
from discovery.intake.table import Drop, Table

from .conftest import churn_frame


def drop(frame: pl.DataFrame, name: str = "t") -> Drop:
    return Drop("d", {name: Table.from_frame(name, frame)})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with the models of two use cases, and the summary of its table."""
    folder = tmp_path_factory.mktemp("run")
    frame = churn_frame(400).drop("refund")
    cases = [
        UseCase(name="churn", table="t", target="churned", drop=["charge"]),
        UseCase(name="charge", table="t", target="charge", drop=["churned"]),
    ]
    found = evaluate(drop(frame), Engagement(name="e", use_cases=cases), AuditResult(), out=folder)
    found.write(folder / "evaluation.json")
    columns = [ColumnSummary(name=c, type="text") for c in frame.columns]
    summary = TableSummary(name="t", source="t.csv", rows=400, columns=columns, key=["customer_id"])
    AuditResult(tables=[summary]).write(folder / "audit.json")
    return folder


def test_classes_get_probabilities_a_decision_and_abstentions(run):
    frame = churn_frame(400)
    found = score_run(run, drop(frame, "newer"), "churn")
    assert found.frame.columns == ["row", "customer_id", "prediction", "p(no)", "p(yes)", "decision", "abstain"]
    assert found.frame["customer_id"].to_list() == frame["customer_id"].to_list()
    case = Evaluation.read(run / "evaluation.json").use_case("churn")
    threshold = case.thresholds["best"]["threshold"]
    assert ((found.frame["p(yes)"] >= threshold) == (found.frame["decision"] == "yes")).all()
    target = next(t for t in case.risk_coverage["targets"] if t["accuracy"] == 0.95)
    sure = found.frame.select(pl.max_horizontal("p(no)", "p(yes)")).to_series() >= target.get("confidence", 2)
    assert (sure != found.frame["abstain"]).all()
    assert (found.known, found.metrics["roc_auc"] > 0.75, found.warnings) == (400, True, [])


def test_numbers_get_a_band(run):
    found = score_run(run, drop(churn_frame(100)), "charge")
    assert found.frame.columns == ["row", "customer_id", "prediction", "low", "high"]
    assert (found.frame["low"] < found.frame["high"]).all()
    assert "r2" in found.metrics


def test_without_the_outcome_and_with_unseen_values(run):
    frame = churn_frame(50).drop("churned", "refund").with_columns(region=pl.lit("never seen"), tenure=None)
    found = score_run(run, drop(frame), "churn")
    assert (found.known, found.metrics, found.frame.height) == (0, {}, 50)
    assert found.frame["p(yes)"].is_finite().all()


def test_labels_are_spelled_as_the_run_spelled_them(run):
    frame = churn_frame(60).with_columns(
        churned=pl.when(pl.int_range(60) < 2).then(pl.lit("maybe")).otherwise(pl.col("churned").str.to_uppercase())
    )
    found = score_run(run, drop(frame), "churn")
    assert found.known == 58
    assert found.warnings == ["2 rows have an outcome that the model does not know; they are not judged"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop("tenure", "contract"), r"needs column 'tenure', which is not there \(and 1 more\)"),
        (lambda f: f.rename({"tenure": "tenur"}), "Did you mean 'tenur'"),
        (lambda f: f.with_columns(tenure=pl.lit("long ago")), "'tenure' held numbers .* 50 of 50 values are none"),
        (lambda f: f.with_columns(signup=pl.lit(7)), "'signup' held dates"),
    ],
)
def test_a_table_that_does_not_fit_is_one_clear_line(run, change, message):
    with pytest.raises(InputError, match=message) as caught:
        score_run(run, drop(change(churn_frame(50))), "churn")
    assert "\n" not in str(caught.value)


def test_few_unreadable_values_are_missing_and_said(run):
    text = pl.col("tenure").cast(pl.String)
    frame = churn_frame(50).with_columns(tenure=pl.when(pl.int_range(50) == 3).then(pl.lit("?!")).otherwise(text))
    found = score_run(run, drop(frame), "churn")
    assert found.warnings == ["1 values of 'tenure' are no numbers and count as missing"]


def test_a_table_that_is_but_a_sample_is_not_scored_in_part(run):
    data = drop(churn_frame(30))
    table = replace(data.tables["t"], whole=SimpleNamespace(rows=10**9))
    with pytest.raises(DataError, match="1,000,000,000 rows, more than fit into memory"):
        score_run(run, Drop("d", {"t": table}), "churn")


def test_what_is_asked_for_must_be_there(run, tmp_path):
    data = drop(churn_frame(30))
    with pytest.raises(ParameterError, match=r"several use cases.*--use-case churn \| charge"):
        score_run(run, data)
    with pytest.raises(ParameterError, match=r"no use case 'chrun'.*'churn'"):
        score_run(run, data, "chrun")
    with pytest.raises(DataError, match=r"no evaluation\.json"):
        score_run(tmp_path, data)
    two = Drop("d", {n: Table.from_frame(n, churn_frame(30)) for n in ("a", "b")})
    with pytest.raises(DataError, match="no table 't'"):
        score_run(run, two, "churn")


def copy_of(run: Path, folder: Path, **model: Any) -> Path:
    """The run's evaluation with another entry of the model of 'churn', and its models."""
    value = json.loads((run / "evaluation.json").read_text())
    value["use_cases"][0]["economics"]["model"] |= model
    (folder / "evaluation.json").write_text(json.dumps(value))
    (folder / "models").mkdir()
    for file in (run / "models").iterdir():
        (folder / "models" / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_changed_file_is_not_loaded(run, tmp_path):
    folder = copy_of(run, tmp_path)
    path = folder / "models" / "churn.skops"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError, match="SHA-256"):
        score_run(folder, drop(churn_frame(30)), "churn")
    path.unlink()
    with pytest.raises(DataError, match="no such model"):
        score_run(folder, drop(churn_frame(30)), "churn")


def test_a_model_outside_of_the_run_is_not_loaded(run, tmp_path):
    (tmp_path / "copy").mkdir()
    folder = copy_of(run, tmp_path / "copy", path="../churn.skops")
    with pytest.raises(DataError, match="outside of the run"):
        score_run(folder, drop(churn_frame(30)), "churn")


def test_strange_types_are_not_loaded(tmp_path):
    from skops.io import dumps

    path = tmp_path / "m.skops"
    path.write_bytes(dumps({"model": partial(subprocess.run, ["true"]), "features": {}, "classes": []}))
    with pytest.raises(DataError, match=r"not trusted: subprocess\.run"):
        load_model(path)
    path.write_bytes(dumps({"x": 1}))
    with pytest.raises(DataError, match="no model of Discovery"):
        load_model(path)
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match="no saved model"):
        load_model(path)


def test_what_skops_cannot_hold_is_saved_by_joblib_with_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr("discovery.baselines.loading.TRUSTED", ("nothing.",))
    frame = churn_frame(200).drop("refund")
    case = UseCase(name="churn", table="t", target="churned")
    found = evaluate(drop(frame), Engagement(name="e", use_cases=[case]), AuditResult(), out=tmp_path)
    found.write(tmp_path / "evaluation.json")
    assert found.use_cases[0].economics["model"]["path"] == "models/churn.joblib"
    assert "run code" in json.loads((tmp_path / "models" / "churn.card.json").read_text())["warning"]
    assert any("run code" in w for w in score_run(tmp_path, drop(frame)).warnings)


def test_text_and_forecasts_are_saved_by_skops_too(tmp_path):
    g = np.random.default_rng(0)
    topic = g.integers(0, 2, 200)
    words = [["the bill is too high", "the network is slow"][k] + f" since week {i}" for i, k in enumerate(topic)]
    frame = pl.DataFrame({"letter": words, "months": g.integers(1, 60, 200), "topic": topic})
    case = UseCase(name="sort", table="t", target="topic")
    found = evaluate(drop(frame), Engagement(name="e", use_cases=[case]), AuditResult(), out=tmp_path)
    assert found.use_cases[0].economics["model"]["path"] == "models/sort.skops"
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 12, 31), "1d", eager=True)
    series = pl.DataFrame({"day": days, "sold": 50 + 10 * np.sin(np.arange(366) / 7 * 6.283) + g.normal(size=366)})
    case = UseCase(name="sold", table="t", target="sold", time="day", horizon=7)
    found = evaluate(drop(series), Engagement(name="e", use_cases=[case]), AuditResult(), out=tmp_path)
    assert found.use_cases[0].economics["model"]["path"] == "models/sold.skops"


def test_the_command(run, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    churn_frame(80, seed=5).write_csv("new.csv")
    arguments = ["score", str(run), "new.csv", "--use-case", "churn"]
    assert invoke(arguments) == 0
    said = capsys.readouterr()
    assert "80 rows scored for churn" in said.out
    assert "ROC AUC" in said.out
    written = pl.read_csv("scores-churn.csv")
    assert written.columns[:3] == ["row", "customer_id", "prediction"]
    assert invoke([*arguments, "--out", "s.parquet", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["rows_with_outcome"], told["file"]) == (80, 80, "s.parquet")
    assert pl.read_parquet("s.parquet").height == 80
    assert invoke([*arguments, "--out", "s.txt"]) == 2
    assert "neither .csv nor .parquet" in capsys.readouterr().err


def test_no_cell_of_the_file_acts_as_a_formula(tmp_path):
    write_scores(pl.DataFrame({"=key": ["=1+1", None], "p": [0.5, -0.5]}), tmp_path / "s.csv")
    assert (tmp_path / "s.csv").read_text() == "'=key,p\n'=1+1,0.5\n,-0.5\n"
