"""What is recorded of a candidate, in MLflow's words: parameters, metrics, tags and artifacts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..artifacts import CandidateResult, Evaluation, RunRecord, UseCaseEvaluation

__all__ = ["Metric", "Trial", "trials_of"]

LONGEST_VALUE = 500
LONGEST_TAG = 5000


@dataclass(frozen=True, slots=True)
class Metric:
    """One value; ``step`` counts the folds, from 0."""

    key: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class Trial:
    """One candidate of one use case; times are milliseconds since 1970."""

    name: str
    start: int
    end: int
    failed: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)


def trials_of(evaluation: Evaluation, record: RunRecord, run: Path) -> Iterator[Trial]:
    """Yield what is recorded of every candidate of a run."""
    for case in evaluation.use_cases:
        for candidate in case.candidates:
            yield _trial(case, candidate, record, run)


def _trial(case: UseCaseEvaluation, candidate: CandidateResult, record: RunRecord, run: Path) -> Trial:
    recommended = candidate.name == case.recommended
    tags = {
        "mlflow.runName": f"{case.name}: {candidate.name}",
        "mlflow.source.name": "discovery",
        "discovery.run_id": record.run_id,
        "discovery.engagement": record.engagement,
        "discovery.drop": record.drop,
        "discovery.data_hash": record.drop_hash,
        "discovery.use_case": case.name,
        "discovery.candidate": candidate.name,
        "discovery.family": candidate.family,
        "discovery.recommended": str(recommended).lower(),
        "mlflow.note.content": (case.why if recommended else candidate.title)[:LONGEST_TAG],
    }
    if candidate.error:
        tags["discovery.error"] = candidate.error
    artifacts = {"candidate.json": json.dumps(candidate.model_dump(mode="json"), indent=2, ensure_ascii=False)}
    card = run / str((case.economics.get("model") or {}).get("card") or "none")
    if recommended and card.is_file():
        artifacts["model_card.json"] = card.read_text("utf-8")
    started, ended = (round(1000 * t.timestamp()) for t in (record.started, record.ended))
    return Trial(
        tags["mlflow.runName"], started, ended, candidate.error is not None,
        _parameters(case, candidate, record), list(_metrics(case, candidate)),
        {k: str(v) for k, v in tags.items() if v}, artifacts,
    )  # fmt: skip


def _parameters(case: UseCaseEvaluation, candidate: CandidateResult, record: RunRecord) -> dict[str, str]:
    found: dict[str, Any] = {
        "candidate": candidate.name,
        "table": case.table,
        "target": case.target,
        "task": case.task,
        "metric": case.metric,
        "split": case.split.kind,
        "folds": case.split.folds,
        "repeats": case.split.repeats,
        "train_rows": case.split.train_rows,
        "holdout_rows": case.split.holdout_rows,
        "rows_used": case.rows_used,
        "features": len(case.features),
        "seed": record.seed,
        "budget_seconds": case.budget.get("seconds"),
    }
    return {k: str(v)[:LONGEST_VALUE] for k, v in found.items() if v is not None}


def _metrics(case: UseCaseEvaluation, candidate: CandidateResult) -> Iterator[Metric]:
    """The score a fold, then what is known of the whole; a name says of what."""
    name = case.metric
    values: list[tuple[str, float | None]] = [
        (f"{name}_mean", candidate.mean),
        (f"{name}_holdout", candidate.holdout),
    ]
    for what, interval in (("ci95", candidate.ci95), ("holdout_ci95", candidate.holdout_ci95)):
        values += [(f"{name}_{what}_{side}", v) for side, v in zip(("low", "high"), interval or (), strict=False)]
    values += [(f"oof_{key}", value) for key, value in candidate.metrics.items()]
    latency = candidate.latency_ms
    values += [("latency_ms_p50", latency.p50), ("latency_ms_p95", latency.p95)] if latency else []
    values += [("fit_seconds", candidate.fit_seconds), ("cost_per_1000", candidate.cost_per_1000)]
    values += [("size_bytes", float(candidate.size_bytes) if candidate.size_bytes is not None else None)]
    llm = candidate.details.get("llm") or {}
    values += [(f"llm_{k}", llm.get(k)) for k in ("input_tokens", "output_tokens", "cost", "abstention_share")]
    for step, score in enumerate(candidate.scores):
        if math.isfinite(score):
            yield Metric(f"{name}_fold", score, step)
    for key, value in values:
        if value is not None and math.isfinite(value):
            yield Metric(key, float(value))
