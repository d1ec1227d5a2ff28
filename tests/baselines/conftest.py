"""Small worlds with a known truth."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, Evaluation, Finding
from discovery.baselines import evaluate
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

HONESTY = Path(__file__).resolve().parents[2] / "benchmarks" / "honesty.py"


def churn_frame(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """Customers who leave early in monthly contracts; ``refund`` is filled only for those who left."""
    g = np.random.default_rng(seed)
    tenure = g.integers(0, 72, rows)
    contract = g.choice(["monthly", "yearly", "two years"], rows)
    chance = 1 / (1 + np.exp(0.08 * (tenure - 20) - 1.5 * (contract == "monthly") + 0.5))
    left = g.random(rows) < chance
    return pl.DataFrame(
        {
            "customer_id": [f"K{i:05d}" for i in range(rows)],
            "tenure": tenure,
            "contract": contract,
            "charge": np.where(g.random(rows) < 0.1, np.nan, g.normal(40, 10, rows)),
            "signup": [f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(rows)],
            "region": g.choice(list("abcdefgh"), rows),
            "refund": [5.0 if x else None for x in left],
            "churned": np.where(left, "yes", "no"),
        }
    ).with_columns(pl.col("signup").str.to_date(), pl.col("charge").fill_nan(None))


def leak(table: str, *columns: str, kind: str = "leak", severity: str = "major") -> Finding:
    """A finding as the audit makes it."""
    return Finding(
        kind=kind, table=table, columns=list(columns), severity=severity, summary="It tells the outcome."  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture(scope="session")
def run() -> Callable[..., Evaluation]:
    """Evaluate one use case on a frame."""

    def call(
        frame: Any, target: str, *, findings: tuple[Finding, ...] = (), more: Any = None, **case: Any
    ) -> Evaluation:
        table = Table.from_frame("t", frame)
        engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target=target, **case)])
        return evaluate(Drop("d", {"t": table}), engagement, AuditResult(findings=list(findings)), **(more or {}))

    return call


@pytest.fixture(scope="session")
def churn(run: Callable[..., Evaluation]) -> Evaluation:
    """The evaluation of the churn world."""
    return run(
        churn_frame(),
        "churned",
        findings=(leak("t", "refund"),),
        protected=["region"],
        cost_matrix={"true_positive": -60, "false_positive": 8},
        economics={"predictions_per_month": 1000, "review_cost_per_case": 2.0},
    )


@pytest.fixture(scope="session")
def honesty() -> ModuleType:
    """The simulation of benchmarks/honesty.py."""
    spec = importlib.util.spec_from_file_location("honesty", HONESTY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
