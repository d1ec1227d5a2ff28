"""What a language model's answers are worth: scored and compared on exactly the rows it was asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from ...artifacts import AuditResult, CandidateResult, Comparison, Latency
from ..measures import all_measures, practical_margin
from ..select import Choice
from ..uncertainty import bootstrap_interval, corrected_interval, corrected_test, holm
from . import Candidate
from .llm import MOST_CLASSES, Answers, Part, ask_about, check_ready, parts_of, prompt_for
from .llm_prompt import Masker

if TYPE_CHECKING:
    from ...engagement import Engagement
    from ...intake.table import Drop
    from ..budget import Budget
    from ..problem import Problem
    from ..rounds import Track

__all__ = ["NAME", "Trial", "try_llm"]

Array = np.ndarray[Any, Any]
NAME = "llm"
COMPLEXITY = 9
BUDGET_SHARE = 0.4


@dataclass(eq=False)
class Trial:
    """The language model's part of the evaluation; ``choice`` is what is recommended once it is known."""

    result: CandidateResult
    comparisons: list[Comparison] = field(default_factory=list)
    choice: Choice | None = None
    notes: list[str] = field(default_factory=list)
    track: Track | None = None
    economics: dict[str, Any] = field(default_factory=dict)

    @property
    def recommended(self) -> Track | None:
        """The language model's answers, where it is what is recommended."""
        return self.track if self.choice is not None and self.choice.name == NAME else None


def try_llm(
    problem: Problem,
    tracks: Sequence[Track],
    choice: Choice | None,
    budget: Budget,
    drop: Drop,
    engagement: Engagement,
    audit: AuditResult,
    progress: Callable[[str], None],
) -> Trial | None:
    """Ask the use case's language model, if it has one, about a sample of the test rows, and judge the answers."""
    spec = problem.use_case.llm
    if spec is None:
        return None
    title = f"Language model {spec.model}"
    why_not = None
    if problem.target.task not in {"binary", "multiclass"}:
        why_not = f"it is asked for labels only, not for a {problem.target.task}"
    elif problem.classes > MOST_CLASSES:
        why_not = f"{problem.classes} labels are more than the {MOST_CLASSES} it is given to choose from"
    elif budget.left < 2:
        why_not = "not run: the budget was spent"
        budget.cut.append("candidate 'llm'")
    if why_not is not None:
        return Trial(CandidateResult(name=NAME, family="llm", title=title, error=why_not), choice=choice)
    from ...masking import personal_values

    table = engagement.tables.get(problem.table.name)
    masker = Masker(personal_values(drop, audit))
    prompt = prompt_for(problem, audit, table.personal if table else (), masker)
    if not prompt.columns:
        error = "no column is left that may be shown to it"
        return Trial(CandidateResult(name=NAME, family="llm", title=title, error=error), choice=choice)
    parts = parts_of(problem, spec.max_rows)
    rows = sum(len(p.rows) for p in parts)
    progress(f"{problem.use_case.name}: '{spec.model}' is asked about {rows} rows")
    seconds = None if budget.seconds is None else BUDGET_SHARE * budget.left
    answers = ask_about(problem, prompt, parts, check_ready(problem.use_case), seconds)
    if answers.cut is not None:
        budget.cut.append(f"'llm' after {len(answers.given)} of {rows} rows ({answers.cut})")
    details = _details(problem, answers, rows, prompt.columns, masker)
    if answers.error is not None or not answers.given:
        error = answers.error or f"no row was answered: {answers.cut or 'none could be shown'}"
        result = CandidateResult(name=NAME, family="llm", title=title, error=error, details={"llm": details})
        return Trial(result, choice=choice, notes=_notes(problem, answers, parts))
    return _judge(problem, tracks, choice, parts, answers, details, title)


def _judge(
    problem: Problem,
    tracks: Sequence[Track],
    choice: Choice | None,
    parts: Sequence[Part],
    answers: Answers,
    details: dict[str, Any],
    title: str,
) -> Trial:
    track = _track(problem, parts, answers, title)
    folds = [_asked(p, answers) for p in parts if p.fold is not None]
    rivals = [t for t in tracks if t.error is None and t.oof is not None]
    assert track.oof is not None
    track.scores = [problem.measure(problem.y[r], track.oof[r]) for r in folds]
    shared = {t.candidate.name: [problem.measure(problem.y[r], t.oof[r]) for r in folds] for t in rivals}  # type: ignore[index]
    comparisons = _compare(problem, track.scores, shared, sum(map(len, folds)))
    details["same_rows"] = {name: _mean(s) for name, s in shared.items()}
    cost = details.get("cost_per_1000")
    seconds = [1000 * r.seconds for r in answers.replies]
    p50, p95 = (float(v) for v in np.quantile(seconds, [0.5, 0.95])) if seconds else (math.nan, math.nan)
    latency = Latency(p50=round(p50, 3), p95=round(p95, 3)) if seconds else None
    tested = np.concatenate(folds) if folds else np.array([], dtype=int)
    division = problem.division
    result = CandidateResult(
        name=NAME,
        family="llm",
        title=title,
        scores=[round(s, 6) for s in track.scores if math.isfinite(s)],
        mean=_mean(track.scores),
        ci95=_bounded(problem, corrected_interval(track.scores, division.train_rows, division.test_rows)),
        metrics=all_measures(problem.target.task, problem.y[tested], track.oof[tested]) if len(tested) else {},
        latency_ms=latency,
        cost_per_1000=cost,
        details={"llm": details},
        **_holdout(problem, parts, answers),
    )
    if result.mean is None:
        result = result.model_copy(update={"error": "too few rows were answered for a score"})
    notes = _notes(problem, answers, parts)
    chosen = _reconsider(choice, result, comparisons, shared)
    economics = _economics(problem, details) if chosen is not None and chosen.name == NAME else {}
    return Trial(result, comparisons, chosen, notes, track, economics)


def _asked(part: Part, answers: Answers) -> Array:
    return np.sort(np.array([r for r in part.rows.tolist() if r in answers.given], dtype=int))


def _track(problem: Problem, parts: Sequence[Part], answers: Answers, title: str) -> Track:
    """The answers as the other candidates' predictions are kept: NaN where it was not asked."""
    from ..rounds import Track

    oof = np.full((len(problem.y), problem.classes), np.nan)
    held = np.full((len(problem.division.holdout), problem.classes), np.nan)
    place = {int(row): i for i, row in enumerate(problem.division.holdout)}
    for part in parts:
        for row in _asked(part, answers).tolist():
            if part.fold is None:
                held[place[row]] = answers.given[row]
            else:
                oof[row] = answers.given[row]
    candidate = Candidate(NAME, "llm", title, _unbuildable, COMPLEXITY)
    return Track(candidate, oof=oof, on_holdout=held if np.isfinite(held).any() else None)


def _unbuildable() -> Any:
    raise RuntimeError("a language model is asked, not fitted")


def _mean(scores: Sequence[float]) -> float | None:
    fine = [s for s in scores if math.isfinite(s)]
    return float(np.mean(fine)) if fine else None


def _bounded(problem: Problem, interval: tuple[float, float] | None) -> tuple[float, float] | None:
    if interval is None or not all(map(math.isfinite, interval)):
        return None
    return max(0.0, interval[0]), min(1.0, interval[1]) if problem.measure.higher_is_better else interval[1]


def _compare(problem: Problem, own: Sequence[float], shared: dict[str, list[float]], rows: int) -> list[Comparison]:
    """The corrected paired test over folds, each score on the rows asked of that fold only; Holm over all rivals.

    The correction uses the size of whole folds, which errs to the side of finding no difference.
    """
    measure, division = problem.measure, problem.division
    margin = practical_margin(measure, (_mean(own) or 0.0) * measure.sign)
    names = list(shared)
    gaps = [measure.sign * (np.asarray(own) - np.asarray(shared[n])) for n in names]
    tests = [corrected_test(gap.tolist(), division.train_rows, division.test_rows) for gap in gaps]
    found = []
    for name, (mean, interval, _), p in zip(names, tests, holm([t[2] for t in tests]), strict=True):
        if not math.isfinite(mean) or not all(map(math.isfinite, interval)):
            continue
        sure = p <= 0.05 and abs(mean) > margin
        better = (NAME if mean > 0 else name) if sure else "tie"
        found.append(
            Comparison(a=NAME, b=name, difference=mean, ci95=interval, better=better, p_value=p, rows=rows)
        )
    return found


def _reconsider(
    choice: Choice | None,
    result: CandidateResult,
    comparisons: Sequence[Comparison],
    shared: dict[str, list[float]],
) -> Choice | None:
    """Recommend the language model only where it is surely better than the choice so far, on the same rows."""
    pair = next((c for c in comparisons if choice is not None and c.b == choice.name), None)
    if choice is None or pair is None or result.mean is None:
        return choice
    other = _mean(shared[choice.name])
    figures = f"{result.mean:.4g} against {other:.4g} of '{choice.name}' on the same {pair.rows} rows"
    if pair.better == NAME:
        said = (
            f"'{NAME}' is surely better than all that was trained here: {figures}.",
            f"Without it: {choice.why}",
        )
        return Choice(NAME, " ".join(said), True)
    word = "surely worse" if pair.better == choice.name else "not surely better"
    return replace(choice, why=" ".join((choice.why, f"The language model is {word}: {figures}.")))


def _holdout(problem: Problem, parts: Sequence[Part], answers: Answers) -> dict[str, Any]:
    rows = next((_asked(p, answers) for p in parts if p.fold is None), np.array([], dtype=int))
    if len(rows) == 0:
        return {}
    y, p = problem.y[rows], np.array([answers.given[r] for r in rows.tolist()])
    groups = problem.groups[rows] if problem.groups is not None else None
    value = problem.measure(y, p)
    interval = None
    if len(rows) >= 10:
        interval = bootstrap_interval(
            lambda i: problem.measure(y[i], p[i]), len(rows), groups=groups, draws=200, seed=problem.seed
        )
    return {"holdout": value if math.isfinite(value) else None, "holdout_ci95": _bounded(problem, interval)}


def _details(problem: Problem, answers: Answers, rows: int, columns: list[str], masker: Masker) -> dict[str, Any]:
    spec, prices = problem.use_case.llm, problem.use_case.economics
    assert spec is not None
    replies = answers.replies
    tokens = sum(r.input_tokens for r in replies), sum(r.output_tokens for r in replies)
    given = len(answers.given)
    found: dict[str, Any] = {
        "model": spec.model,
        "host": urlsplit(spec.endpoint).hostname,
        "columns": columns,
        "examples": spec.examples,
        "rows_chosen": rows,
        "rows_scored": given,
        "abstentions": len(answers.abstained),
        "abstention_share": len(answers.abstained) / given if given else None,
        "failed": len(answers.failed),
        "withheld": len(answers.withheld),
        "values_masked": masker.masked,
        "requests": sum(r.attempts for r in replies),
        "probabilities": "log probabilities" if answers.one_hot < 0.5 * max(1, len(replies)) else "one-hot",
        "one_hot": answers.one_hot,
        "input_tokens": tokens[0],
        "output_tokens": tokens[1],
        "tokens_estimated": sum(r.estimated for r in replies),
        "currency": prices.currency,
        "cut": answers.cut,
    }
    if spec.input_price is not None and spec.output_price is not None and replies:
        each = (tokens[0] * spec.input_price + tokens[1] * spec.output_price) / 1e6 / len(replies)
        found |= {"cost": answers.cost, "cost_cap": spec.max_cost, "cost_per_1000": 1000 * each}
        if prices.predictions_per_month is not None:
            found["cost_per_month"] = each * prices.predictions_per_month
    return found


def _economics(problem: Problem, details: dict[str, Any]) -> dict[str, Any]:
    """What it costs to run, where the language model is what is recommended."""
    prices = problem.use_case.economics
    replies = max(1, details["rows_scored"] - details["withheld"])
    found = {
        "currency": prices.currency,
        "cost_per_1000": details.get("cost_per_1000"),
        "predictions_per_month": prices.predictions_per_month,
        "input_tokens_per_1000": round(1000 * details["input_tokens"] / replies),
        "output_tokens_per_1000": round(1000 * details["output_tokens"] / replies),
        "compute_per_month": details.get("cost_per_month"),
    }
    return {k: v for k, v in found.items() if v is not None}


def _notes(problem: Problem, answers: Answers, parts: Sequence[Part]) -> list[str]:
    held = sum(len(_asked(p, answers)) for p in parts if p.fold is None)
    given = len(answers.given)
    notes = [
        f"The language model was asked about {given} rows: {given - held} of the test folds and {held} kept "
        f"aside, drawn in the shares of the classes with seed {problem.seed}. It is compared on exactly these "
        "rows; labelled examples came from the training rows of the fold. Personal values were masked before "
        "they left."
    ]
    if answers.abstained:
        notes.append(
            f"It abstained on {len(answers.abstained)} of them (its answer was none of the labels, or refused); "
            "these count with the shares of the classes, as the dummy gives them."
        )
    if answers.one_hot >= 0.5 * max(1, len(answers.replies)):
        notes.append(
            "The endpoint gave no usable probabilities, so an answer counts as certain: measures of ranking and of "
            "probability are lower than they might be."
        )
    if answers.failed or answers.withheld:
        notes.append(
            f"Of the rows chosen for it, {len(answers.failed)} got no answer and are left out, and "
            f"{len(answers.withheld)} were not sent, as a personal value might have stood in them."
        )
    if any(r.estimated for r in answers.replies):
        notes.append("The endpoint counted no tokens for some answers; these are estimated at four bytes each.")
    return notes
