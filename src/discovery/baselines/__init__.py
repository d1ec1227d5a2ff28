"""The baselines: what a rule, a linear model and a strong tabular model reach, and how sure that is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from ..artifacts import AuditResult, Evaluation
    from ..engagement import Engagement
    from ..intake.table import Drop, Table

__all__ = ["evaluate", "score"]


def evaluate(
    drop: Drop,
    engagement: Engagement,
    audit: AuditResult,
    *,
    budget_seconds: float | None = None,
    workers: int = 1,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    out: Path | None = None,
) -> Evaluation:
    """Evaluate the baselines for every use case of the engagement.

    Parameters
    ----------
    drop, engagement, audit
        The data, what was agreed, and what the audit found in the data.
    budget_seconds : float, optional
        Wall-clock seconds a use case may take. Rows, repeats, candidates and questions are cut by what a probe
        measured; ``budget`` and ``notes`` of the result say what.
    workers : int
        Processes that folds are spread over. The result does not depend on it.
    seed : int
        Seed of everything that is drawn.
    progress : callable, optional
        Called with one line as each step begins.
    out : Path, optional
        The run directory: recommended models are saved in ``out/models`` with a model card.

    Raises
    ------
    InputError
        The only use case cannot be evaluated. One of several is put in ``refused`` instead.
    """
    began = time.perf_counter()
    from .stage import evaluate_all

    return evaluate_all(
        drop, engagement, audit, budget_seconds, workers, seed, progress or (lambda _: None), out, began
    )  # fmt: skip


def score(model_path: Path, table: Table) -> pl.DataFrame:
    """Predict every row of a table with a saved model (see :func:`discovery.baselines.saving.score`)."""
    from .saving import score as score_saved

    return score_saved(model_path, table)
