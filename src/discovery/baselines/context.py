"""What the further questions are answered from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..artifacts import AuditResult
from .crossval import Job, run_jobs
from .problem import Problem
from .rounds import Track

__all__ = ["Context", "plain"]

Array = np.ndarray[Any, Any]


def plain(value: Any) -> Any:
    """Return nested results as JSON has them: lists, plain numbers of seven digits, None where not defined."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


@dataclass(eq=False)
class Context:
    """The recommended candidate, fitted, and all that is known of it; ``fields`` and ``notes`` collect answers."""

    problem: Problem
    track: Track
    tracks: list[Track]
    audit: AuditResult
    workers: int
    fields: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def tested(self) -> tuple[Array, Array, Array]:
        """Return true values, out-of-fold predictions and positions of the rows that were tested."""
        oof = self.track.oof
        assert oof is not None
        rows = np.flatnonzero(np.isfinite(oof if oof.ndim == 1 else oof[:, 0]))
        return self.problem.y[rows], oof[rows], rows

    @cached_property
    def judged(self) -> tuple[Any, Array]:
        """A fitted model and rows it has not seen: the holdout, or the last fold where there is no holdout."""
        division = self.problem.division
        if len(division.holdout):
            return self.track.model, division.holdout
        train, test = division.first_repeat[-1]
        job = Job(
            self.track.candidate, self.problem.X, self.problem.y, train, test, self.problem.classes, keep=True
        )
        return run_jobs([job])[0].model, test

    @cached_property
    def described(self) -> Any:
        """The columns by which rows are told apart: the features, or of forecasts series, step and calendar."""
        problem = self.problem
        if problem.horizon is None or problem.order is None:
            return problem.X
        from .forecasting import described

        return described(problem.X, problem.horizon, problem.order, problem.division.folds)

    @cached_property
    def personal(self) -> dict[str, str | None]:
        """Columns whose values must not be shown, with what they hold."""
        summary = next((t for t in self.audit.tables if t.name == self.problem.table.name), None)
        return {c.name: c.semantic for c in summary.columns if c.personal} if summary else {}

    def show(self, column: str, value: object) -> str:
        """Return a value as it may be shown: masked if personal, and shortened."""
        from ..masking import mask, masked_numbers

        text = "" if value is None else str(value).strip()
        text = mask(text, self.personal[column]) if column in self.personal else masked_numbers(text)
        return text if len(text) <= 60 else text[:59] + "…"

    def score(self, rows: Array, prediction: Array) -> float:
        """Return the metric over rows."""
        return self.problem.measure(self.problem.y[rows], prediction)
