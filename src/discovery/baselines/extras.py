"""What the client asks next, about the recommended candidate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..artifacts import AuditResult
from .budget import Budget
from .candidates.llm_judge import Trial
from .context import Context, plain
from .crossval import Job, fit_predict
from .economics import cost_per_1000, measure_model, month
from .problem import Problem
from .rounds import Track
from .saving import save
from .select import Choice

__all__ = ["extras"]


def extras(
    problem: Problem,
    tracks: list[Track],
    choice: Choice | None,
    trial: Trial | None,
    budget: Budget,
    workers: int,
    progress: Callable[[str], None],
    audit: AuditResult,
    out: Path | None,
) -> dict[str, Any]:
    """Return the further parts of the evaluation, by field; ``measured`` updates the candidates by name.

    They are about the recommended candidate. Where that is a language model, only what can be said from its
    answers is asked, and the best trained candidate is the one that is saved.
    """
    found: dict[str, Any] = {"notes": [], "measured": {}}
    track = next((t for t in tracks if choice and t.candidate.name == choice.name and t.model is not None), None)
    if track is None:
        return found
    answers = trial.recommended if trial is not None else None
    context = Context(problem, answers or track, tracks, audit, workers)
    for name, answer, share in _questions(problem.horizon is not None, answers is not None):
        if not budget.allows(name, share * budget.slow * max(track.seconds, default=0.0)):
            continue
        progress(f"{problem.use_case.name}: {name}")
        answer(context)
    found |= plain(context.fields)
    found["notes"] = context.notes
    found["measured"] = _measure(problem, tracks, track, found)
    if trial is not None and answers is not None:
        found["economics"] = trial.economics
        found["notes"].append(f"What is saved is the best trained candidate, '{track.candidate.name}'.")
        context = Context(problem, track, tracks, audit, workers)
    if out is not None:
        model, rows = _for_use(context, budget)
        card = _card(context) | {"trained_on_rows": rows}
        found["economics"]["model"] = save(problem, track.candidate.name, model, card, out)
    return found


def _questions(forecast: bool, asked: bool) -> list[tuple[str, Callable[[Context], None], float]]:
    """Name, function, and about how many fits of the candidate it costs; the most asked first."""
    from .fairness import fairness
    from .flattery import naive_split, with_leaks
    from .importance import importance
    from .label_errors import label_errors
    from .learning_curve import learning_curve
    from .operating import calibration, risk_coverage, thresholds
    from .robustness import robustness
    from .series import by_series
    from .slices import slices

    if asked:
        return [
            ("calibration", calibration, 0.0),
            ("thresholds", thresholds, 0.0),
            ("human review load", risk_coverage, 0.0),
            ("fairness", fairness, 0.0),
        ]
    if forecast:
        return [
            ("calibration", calibration, 0.1),
            ("series by series", by_series, 0.1),
            ("failure modes", slices, 0.3),
            ("label errors", label_errors, 0.1),
        ]
    return [
        ("calibration", calibration, 0.1),
        ("thresholds", thresholds, 0.1),
        ("human review load", risk_coverage, 0.1),
        ("leaks", with_leaks, 1.5),
        ("random split", naive_split, 1.5),
        ("failure modes", slices, 0.5),
        ("importance", importance, 2.0),
        ("learning curve", learning_curve, 2.5),
        ("fairness", fairness, 0.3),
        ("robustness", robustness, 0.5),
        ("label errors", label_errors, 0.1),
    ]


def _measure(problem: Problem, tracks: list[Track], chosen: Track, found: dict[str, Any]) -> dict[str, Any]:
    prices = problem.use_case.economics
    held = problem.division.holdout if len(problem.division.holdout) else problem.division.train
    updates: dict[str, Any] = {}
    for track in tracks:
        if track.model is None:
            continue
        calls = 20 if track is chosen else 5
        measured = measure_model(track.model, problem.X.iloc[held[:1000]], problem.classes, calls=calls)
        updates[track.candidate.name] = {
            "latency_ms": measured["latency"],
            "size_bytes": measured["size_bytes"],
            "cost_per_1000": cost_per_1000(measured, prices),
            "details": {"batch_ms_per_1000": measured["batch_ms"], "rows_per_second": measured["rows_per_second"]},
        }
        if track is chosen:
            automated = found.get("risk_coverage", {}).get("automated_share")
            found["economics"] = month(measured, prices, None if automated is None else 1.0 - automated)
    return updates


def _for_use(context: Context, budget: Budget) -> tuple[Any, int]:
    """Fit the recommended candidate on all rows, the holdout too: its figures stay those measured before."""
    problem, track = context.problem, context.track
    rows = np.sort(np.concatenate([problem.division.train, problem.division.holdout]))
    if budget.allows("fitting the saved model on all rows", 1.5 * budget.slow * track.seconds[-1]):
        fitted = fit_predict(Job(track.candidate, problem.X, problem.y, rows, rows[:0], problem.classes, keep=True))
        if fitted.model is not None:
            return fitted.model, len(rows)
    return track.model, len(problem.division.train)


def _card(context: Context) -> dict[str, Any]:
    problem, track = context.problem, context.track
    return {
        "metric": problem.measure.name,
        "cross_validated_scores": [round(s, 6) for s in track.scores],
        "split": problem.plan.kind,
        "excluded_columns": {c.column: c.why for c in problem.features.excluded},
        "intended_use": f"A Week-1 baseline for '{problem.use_case.name}'; not a product.",
    }
