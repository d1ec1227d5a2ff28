"""The stage: every use case evaluated, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..artifacts import AuditResult, Evaluation, Split, UseCaseEvaluation
from ..engagement import Engagement, UseCase
from ..errors import InputError
from ..intake.table import Drop
from .appeal import hear_holdout
from .budget import Budget
from .candidates import Candidate, build_candidates
from .candidates.llm import check_columns, check_ready
from .candidates.llm_judge import try_llm
from .extras import extras
from .problem import Problem, prepare
from .rounds import Track, cross_validate, final_fits, result
from .sampling import evidence, sampling_note
from .schedule import schedule
from .select import Choice, choose, compare
from .veto import heed_holdout

__all__ = ["evaluate_all", "evaluate_use_case"]

Progress = Callable[[str], None]


def evaluate_all(
    drop: Drop,
    engagement: Engagement,
    audit: AuditResult,
    budget_seconds: float | None,
    workers: int,
    seed: int,
    progress: Progress,
    out: Path | None,
    began: float | None = None,
) -> Evaluation:
    """Evaluate every use case; see :func:`discovery.baselines.evaluate`."""
    import sklearn.ensemble  # noqa: F401  (threadpool_limits reaches only libraries that are loaded)
    from threadpoolctl import threadpool_limits

    found: list[UseCaseEvaluation] = []
    refused: list[dict[str, str]] = []
    for use_case in engagement.use_cases:
        try:
            # One thread for native libraries: scikit-learn's boosting is many times slower where threads compete.
            with threadpool_limits(limits=1):
                one = evaluate_use_case(
                    drop, engagement, audit, use_case,
                    budget=Budget(budget_seconds, began), workers=workers, seed=seed, progress=progress, out=out,
                )  # fmt: skip
            found.append(one)
            began = None
        except InputError as error:
            if len(engagement.use_cases) == 1:
                raise
            refused.append({"name": use_case.name, "why": str(error)})
    return Evaluation(use_cases=found, refused=refused)


def evaluate_use_case(
    drop: Drop,
    engagement: Engagement,
    audit: AuditResult,
    use_case: UseCase,
    *,
    budget: Budget,
    workers: int = 1,
    seed: int = 0,
    progress: Progress = lambda _: None,
    out: Path | None = None,
) -> UseCaseEvaluation:
    """Evaluate one use case.

    Raises
    ------
    InputError
        It cannot be evaluated; the error says why in one line.
    """
    check_ready(use_case)
    problem = prepare(drop, engagement, use_case, audit, seed=seed)
    check_columns(problem)
    candidates = _candidates(problem)
    planned = schedule(problem, candidates, budget, workers)
    if planned.rows is not None and problem.again is not None:
        problem = problem.again(planned.rows)
        candidates = _candidates(problem)
    candidates = [c for c in candidates if c.name in planned.names]
    progress(f"{use_case.name}: {len(candidates)} candidates on {len(problem.y):,} rows")
    tracks = cross_validate(problem, candidates, budget, workers, planned.repeats)
    scores = {t.candidate.name: t.scores for t in tracks if t.error is None}
    count = min((len(s) for s in scores.values()), default=0)
    scores = {name: s[:count] for name, s in scores.items()}
    division = problem.division
    choice = choose(candidates, scores, problem.measure, division.train_rows, division.test_rows)
    comparisons = compare(scores, problem.measure, division.train_rows, division.test_rows)
    progress(f"{use_case.name}: the holdout, once")
    final_fits(problem, tracks, workers)
    choice = _heed(problem, tracks, candidates, scores, choice)
    trial = try_llm(problem, tracks, choice, budget, drop, engagement, audit, progress)
    more = extras(problem, tracks, choice, trial, budget, workers, progress, audit, out)
    results = [result(problem, t) for t in tracks]
    economics = more.pop("measured", {})
    results = [r.model_copy(update=economics.get(r.name, {})) for r in results]
    notes = [*problem.notes, *more.pop("notes", []), *budget.notes()]
    if trial is not None:
        results.append(trial.result)
        comparisons += trial.comparisons
        choice = trial.choice
        notes += trial.notes
    repeats = max(1, count // max(1, len(division.first_repeat)))
    more["budget"] = budget.summary()
    if problem.sampling:
        more["sampling"] = problem.sampling | evidence(problem.measure, more.get("learning_curve", {}))
        notes.insert(0, sampling_note(more["sampling"]))
    return _assemble(problem, results, comparisons, choice, repeats, notes, more)


def _candidates(problem: Problem) -> list[Candidate]:
    ahead = problem.horizon
    if ahead is None:
        return build_candidates(problem.shape, problem.use_case)
    from .candidates.forecast import candidates as forecasters

    return forecasters(
        problem.shape, problem.use_case,
        time=ahead.time, group=ahead.group, period=ahead.period, horizon=ahead.steps,
    )  # fmt: skip


def _heed(
    problem: Problem,
    tracks: list[Track],
    candidates: list[Candidate],
    scores: dict[str, list[float]],
    choice: Choice | None,
) -> Choice | None:
    """Let the holdout speak for the best of cross-validation, where that is not sure, or against the choice."""
    division = problem.division
    held = {t.candidate.name: t.on_holdout for t in tracks if t.error is None and t.on_holdout is not None}
    groups = problem.groups[division.holdout] if problem.groups is not None else None
    truth, measure = problem.y[division.holdout], problem.measure
    if choice is not None and not choice.beats_dummy:
        order = problem.order[division.holdout] if problem.order is not None else None
        return hear_holdout(
            choice, candidates, scores, held, truth, measure, groups=groups, order=order, seed=problem.seed
        )
    return heed_holdout(
        choice, candidates, scores, held, truth, measure,
        division.train_rows, division.test_rows, groups=groups, seed=problem.seed,
    )  # fmt: skip


def _assemble(
    problem: Problem,
    results: list[Any],
    comparisons: list[Any],
    choice: Choice | None,
    repeats: int,
    notes: list[str],
    more: dict[str, Any],
) -> UseCaseEvaluation:
    division, plan, use_case = problem.division, problem.plan, problem.use_case
    return UseCaseEvaluation(
        name=use_case.name,
        table=use_case.table,
        target=use_case.target,
        task=problem.target.task,
        task_why=problem.target.why,
        metric=problem.measure.name,
        higher_is_better=problem.measure.higher_is_better,
        rows_used=len(problem.y),
        features=problem.features.names,
        excluded_columns=problem.features.excluded,
        target_report=dict(problem.target.report),
        split=Split(
            kind=plan.kind,
            folds=len(division.folds) // division.repeats,
            repeats=repeats,
            why=plan.why,
            holdout_rows=len(division.holdout),
            train_rows=len(division.train),
            by=plan.group or plan.time,
        ),
        candidates=results,
        comparisons=comparisons,
        recommended=choice.name if choice else None,
        why=choice.why if choice else "No candidate could be scored.",
        by_holdout=choice is not None and choice.by_holdout,
        notes=notes,
        **more,
    )


def tracks_by_name(tracks: list[Track]) -> dict[str, Track]:
    """Return the tracks by the name of their candidate."""
    return {t.candidate.name: t for t in tracks}
