"""Cross-validation of all candidates: scores a fold, out-of-fold predictions, and what it took."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..artifacts import CandidateResult
from .budget import Budget
from .candidates import Candidate
from .crossval import Fitted, Job, run_jobs
from .measures import Measure, all_measures
from .problem import Problem
from .stacking import averages, final_average
from .uncertainty import bootstrap_interval, corrected_interval

__all__ = ["Track", "cross_validate", "final_fits", "result"]

Array = np.ndarray[Any, Any]


@dataclass(eq=False)
class Track:
    """What is known of one candidate so far.

    ``oof`` has a prediction for each row that was tested in the first repeat (NaN elsewhere); ``model`` is fitted
    on all training rows and ``on_holdout`` is what it predicts there.
    """

    candidate: Candidate
    scores: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    oof: Array | None = None
    folds: list[Array] = field(default_factory=list)
    error: str | None = None
    model: Any = None
    on_holdout: Array | None = None
    title: str = ""


def _jobs(problem: Problem, candidate: Candidate, folds: list[tuple[Array, Array]]) -> list[Job]:
    return [Job(candidate, problem.X, problem.y, a, b, problem.classes) for a, b in folds]


def cross_validate(
    problem: Problem, candidates: list[Candidate], budget: Budget, workers: int, repeats: int | None = None
) -> list[Track]:
    """Score every candidate on every fold; the first repeat of all before the second of any.

    ``repeats`` is the most that are made; None: as many as the rows were divided for.
    """
    tracks = [Track(c) for c in candidates]
    division = problem.division
    each = len(division.folds) // division.repeats
    for repeat in range(min(division.repeats, repeats or division.repeats)):
        folds = division.folds[repeat * each : (repeat + 1) * each]
        live = [t for t in tracks if t.error is None]
        expected = budget.slow * sum(sum(t.seconds[:each]) for t in live) / max(1, workers)
        if repeat and not budget.allows(f"repeat {repeat + 1} of the cross-validation", 2.0 * expected):
            break
        if repeat == 0:
            _first_repeat(problem, live, folds, budget, workers)
            continue
        _run(problem, live, folds, workers)
    return tracks


def _first_repeat(
    problem: Problem, tracks: list[Track], folds: list[tuple[Array, Array]], budget: Budget, workers: int
) -> None:
    """Simplest first, so that a tight budget still has an answer."""
    spent = 0.0
    if budget.seconds is None:
        _run(problem, tracks, folds, workers)
    else:
        for track in tracks:
            if track.candidate.family not in {"dummy", "rule"} and not budget.allows(
                f"candidate '{track.candidate.name}'", budget.expected.get(track.candidate.name, 2.0 * spent)
            ):
                track.error = "not run: the budget was spent"
                continue
            if track.candidate.parts:
                _record(problem, track, folds, averages(problem, track, tracks_of(tracks, track), folds))
            else:
                _run(problem, [track], folds, workers)
            spent = max(spent, sum(track.seconds))


def _run(problem: Problem, every: list[Track], folds: list[tuple[Array, Array]], workers: int) -> None:
    tracks = [t for t in every if not t.candidate.parts]
    jobs = [job for t in tracks for job in _jobs(problem, t.candidate, folds)]
    done = run_jobs(jobs, workers)
    for i, track in enumerate(tracks):
        _record(problem, track, folds, done[i * len(folds) : (i + 1) * len(folds)])
    for track in every:
        if track.candidate.parts:
            _record(problem, track, folds, averages(problem, track, tracks_of(every, track), folds))


def tracks_of(every: list[Track], track: Track) -> list[Track]:
    """Return the tracks whose predictions a track averages."""
    return [t for t in every if t.candidate.name in track.candidate.parts]


def _record(problem: Problem, track: Track, folds: list[tuple[Array, Array]], done: list[Fitted]) -> None:
    failed = next((f.error for f in done if f.error), None)
    if failed:
        track.error, track.scores, track.oof = failed, [], None
        return
    first = track.oof is None
    if first:
        shape = (len(problem.y), problem.classes) if problem.classes else (len(problem.y),)
        track.oof = np.full(shape, np.nan)
    for (_, test), fitted in zip(folds, done, strict=True):
        prediction = fitted.prediction
        assert prediction is not None
        track.folds.append(prediction)
        track.scores.append(problem.measure(problem.y[test], prediction))
        track.seconds.append(fitted.seconds)
        if first and track.oof is not None:
            track.oof[test] = prediction


def final_fits(problem: Problem, tracks: list[Track], workers: int) -> None:
    """Fit every candidate on all training rows and predict the holdout, once."""
    live = [t for t in tracks if t.error is None and not t.candidate.parts]
    division = problem.division
    jobs = [
        Job(t.candidate, problem.X, problem.y, division.train, division.holdout, problem.classes, keep=True)
        for t in live
    ]
    for track, fitted in zip(live, run_jobs(jobs, workers), strict=True):
        track.model, track.on_holdout = fitted.model, fitted.prediction
        track.seconds.append(fitted.seconds)
        if fitted.error:
            track.error = fitted.error
    for track in tracks:
        if track.candidate.parts and track.error is None:
            final_average(problem, track, tracks_of(tracks, track))


def holdout_interval(problem: Problem, track: Track) -> tuple[float, float] | None:
    """Return the bootstrap interval of the holdout score (grouped where rows repeat)."""
    prediction, holdout = track.on_holdout, problem.division.holdout
    if prediction is None or len(holdout) < 10:
        return None
    truth = problem.y[holdout]
    groups = problem.groups[holdout] if problem.groups is not None else None
    return bootstrap_interval(
        lambda i: problem.measure(truth[i], prediction[i]),
        len(holdout), groups=groups, draws=200 if len(holdout) < 3000 else 100, seed=problem.seed,
    )  # fmt: skip


def _within(measure: Measure, interval: tuple[float, float] | None) -> tuple[float, float] | None:
    """Keep an interval within what the measure can be."""
    if interval is None or not all(math.isfinite(v) for v in interval):
        return None
    low = -math.inf if measure.name == "r2" else 0.0
    high = 1.0 if measure.higher_is_better else math.inf
    return max(low, interval[0]), min(high, interval[1])


def result(problem: Problem, track: Track) -> CandidateResult:
    """Return the candidate's part of the evaluation."""
    candidate, division = track.candidate, problem.division
    if track.error is not None or not track.scores:
        return CandidateResult(
            name=candidate.name, family=candidate.family, title=candidate.title, error=track.error or "no score"
        )
    truth = problem.y[division.holdout]
    value = problem.measure(truth, track.on_holdout) if track.on_holdout is not None else math.nan
    tested = np.isfinite(track.oof if track.oof is not None and track.oof.ndim == 1 else track.oof[:, 0])  # type: ignore[index]
    metrics = all_measures(problem.target.task, problem.y[tested], track.oof[tested])  # type: ignore[index]
    own = problem.measure(problem.y[tested], track.oof[tested])  # type: ignore[index]
    metrics[problem.measure.name] = round(own, 6) if math.isfinite(own) else None
    fine = [s for s in track.scores if math.isfinite(s)]
    return CandidateResult(
        name=candidate.name,
        family=candidate.family,
        title=track.title or candidate.title,
        scores=[round(s, 6) for s in track.scores],
        mean=float(np.mean(fine)) if fine else None,
        ci95=_within(problem.measure, corrected_interval(track.scores, division.train_rows, division.test_rows)),
        holdout=value if math.isfinite(value) else None,
        holdout_ci95=holdout_interval(problem, track),
        metrics=metrics,
        fit_seconds=round(track.seconds[-1], 4),
        rule=list(getattr(track.model, "lines_", [])),
    )
