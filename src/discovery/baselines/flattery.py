"""What would have been claimed: with the leaks, and with a random split where rows are not independent."""

from __future__ import annotations

from ..formats import measure_name
from .context import Context
from .crossval import Job, run_jobs
from .measures import practical_margin
from .rounds import Track

__all__ = ["naive_split", "with_leaks"]


def _strongest(context: Context) -> Track:
    """Boosting, where it was fitted: it shows what a leak gives away, which the simplest candidate may not."""
    return next(
        (t for t in context.tracks if t.candidate.name == "boosting" and t.on_holdout is not None), context.track
    )


def with_leaks(context: Context) -> None:
    """Fit once more with the columns that were excluded as leaks, and score beside the honest figure."""
    problem = context.problem
    leaks = problem.features.leaks
    if not leaks:
        return
    track = _strongest(context)
    division = problem.division
    train, test = (
        (division.train, division.holdout) if len(division.holdout) else division.first_repeat[-1]
    )  # fmt: skip
    jobs = [Job(track.candidate, problem.full, problem.y, train, test, problem.classes)]
    if not len(division.holdout):
        jobs.append(Job(track.candidate, problem.X, problem.y, train, test, problem.classes))
    done = run_jobs(jobs, context.workers)
    flattered = done[0].prediction
    honest = track.on_holdout if len(division.holdout) else done[-1].prediction
    if flattered is None or honest is None:
        return
    value, fair = context.score(test, flattered), context.score(test, honest)
    gain = problem.measure.sign * (value - fair)
    shown, named = measure_name(problem.measure.name), ", ".join(leaks)
    context.fields["with_leaks"] = {
        "columns": leaks,
        "candidate": track.candidate.name,
        "metric": problem.measure.name,
        "score": value,
        "honest": fair,
        "summary": (
            f"With {named}, {shown} would have been {value:.3f} instead of {fair:.3f}: "
            "a figure that the model could not keep in use."
            if gain > practical_margin(problem.measure, value)
            else f"With {named}, {shown} would have been {value:.3f}, no better than the {fair:.3f} without."
        ),
    }


def naive_split(context: Context) -> None:
    """Where the split is by group or time, show what a random split of the same rows would have claimed."""
    problem = context.problem
    if problem.plan.kind in {"stratified", "random"}:
        return
    from .splits import divide

    track = _strongest(context)
    flat = divide(problem.y, seed=problem.seed + 1)
    train, test = (flat.train, flat.holdout) if len(flat.holdout) else flat.folds[0]
    division = problem.division
    honest_rows = division.holdout if len(division.holdout) else division.first_repeat[-1][1]
    honest = track.on_holdout
    if honest is None or not len(division.holdout):
        assert track.oof is not None
        honest = track.oof[honest_rows]
    prediction = run_jobs([Job(track.candidate, problem.X, problem.y, train, test, problem.classes)])[0].prediction
    if prediction is None:
        return
    value, fair = context.score(test, prediction), context.score(honest_rows, honest)
    context.fields["naive_split"] = {
        "kind": "random",
        "candidate": track.candidate.name,
        "metric": problem.measure.name,
        "score": value,
        "honest": fair,
        "honest_kind": problem.plan.kind,
        "summary": f"Random split: {value:.3f}; by {problem.plan.kind.replace('+', ' and ')}: {fair:.3f}.",
    }
