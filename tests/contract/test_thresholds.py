"""Thresholds are handed over with the contract, and the next drop is held against them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import (
    CandidateResult,
    Decisions,
    Evaluation,
    Latency,
    Split,
    UseCaseEvaluation,
)
from discovery.audit import audit_drop
from discovery.changes import diff
from discovery.changes_text import to_text
from discovery.contract.thresholds import FILE, monitoring_of, read_monitoring, write_monitoring
from discovery.decision import decide
from discovery.engagement import Engagement
from discovery.intake import read_drop

ROWS = 600


def _drop(folder: Path, *, seed: int, shift: float = 0.0, holes: float = 0.02) -> Path:
    rng = np.random.default_rng(seed)
    usage = rng.normal(50 + shift, 10, ROWS).round(2)
    plan = rng.choice(["S", "M", "L"], ROWS, p=[0.5, 0.3, 0.2])
    left = rng.random(ROWS) < 1 / (1 + np.exp(-(usage - 50 - shift) / 5))
    told = [None if rng.random() < holes else v for v in usage]
    folder.mkdir()
    frame = pl.DataFrame({"usage": told, "plan": plan, "left": np.where(left, "yes", "no")})
    frame.write_csv(folder / "cases.csv")
    return folder


def _run(drop: Path, out: Path, previous: Path | None = None) -> Decisions:
    use = {"name": "stay", "table": "cases", "target": "left", "owner": "Ada",
           "acceptance": {"quality": {"at_least": 0.7}}, "economics": {"predictions_per_month": 600}}  # fmt: skip
    engagement = Engagement.model_validate({"name": "e", "use_cases": [use]})
    read = read_drop(drop)
    audit = audit_drop(read, engagement, previous=previous, out=out)
    candidate = CandidateResult(
        name="linear", family="linear", mean=0.9, ci95=(0.86, 0.94), latency_ms=Latency(p50=1, p95=2)
    )
    measured = UseCaseEvaluation(
        name="stay", table="cases", target="left", task="binary", metric="roc_auc", rows_used=ROWS,
        features=["usage", "plan"], split=Split(kind="stratified", folds=5, repeats=1, why="-"),
        candidates=[candidate], recommended="linear",
    )  # fmt: skip
    evaluation = Evaluation(use_cases=[measured])
    made = decide(engagement, audit, evaluation)
    for name, artifact in (("audit", audit), ("evaluation", evaluation), ("decision", made)):
        artifact.write(out / f"{name}.json")
    write_monitoring(monitoring_of(engagement, made), out)
    return made


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("thresholds")
    found: dict[str, Path] = {}
    for name, more in {
        "first": {},
        "alike": {"seed": 2},
        "moved": {"seed": 3, "shift": 25.0, "holes": 0.3},
    }.items():
        found[name] = base / f"run-{name}"
        found[name].mkdir()
        _run(_drop(base / name, **({"seed": 1} | more)), found[name], found.get("first"))  # type: ignore[arg-type]
    return found


def test_they_lie_in_the_folder_of_the_contract(runs: dict[str, Path]) -> None:
    kept = json.loads((runs["first"] / "contract" / FILE).read_text())
    [watched] = kept["use_cases"]
    assert (watched["use_case"], watched["table"], watched["rows"]) == ("stay", "cases", 600)
    assert {t["measure"] for t in watched["thresholds"]} >= {"missing_rate", "psi", "roc_auc", "latency_ms_p95"}


def test_a_drop_like_the_last_crosses_none(runs: dict[str, Path]) -> None:
    changes = diff(runs["first"], runs["alike"])
    inputs = [t for t in changes.thresholds if t.measure in {"missing_rate", "psi"}]
    assert inputs
    assert {t.status for t in inputs} == {"within"}


def test_a_drop_that_moved_crosses_drift_and_missing_rate(runs: dict[str, Path]) -> None:
    changes = diff(runs["first"], runs["moved"])
    crossed = {(t.measure, t.column) for t in changes.alarms}
    assert {("psi", "usage"), ("missing_rate", "usage")} <= crossed
    assert ("psi", "plan") not in crossed
    assert "Thresholds crossed" in to_text(changes)
    assert not changes.nothing


def test_a_run_without_thresholds_is_held_against_none(tmp_path: Path) -> None:
    (tmp_path / "contract").mkdir()
    (tmp_path / "contract" / FILE).write_text("{", "utf-8")
    assert read_monitoring(tmp_path) is None
    assert read_monitoring(tmp_path / "gone") is None
