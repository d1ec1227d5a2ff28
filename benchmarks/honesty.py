"""Are the baselines honest? Simulation with a known truth, and what naive statistics would have claimed.

Run ``python benchmarks/honesty.py`` (some ten minutes) or with ``--quick``. Printed as a line of JSON for each
size, with the repeats that the stage makes of it: how often the 95% interval over folds covers the true score of
the procedure (the mean true score of the models trained on as many rows as a fold has), how often the bootstrap
interval on the holdout covers the true score of the fitted model, how often one of two learners of equal expected
quality is called better (by the corrected test, and by the naive one), and how often a use case whose true
quality is just below the criterion would be let through: by the interval's bound, and by
``discovery.decision.decide`` itself, which is given what the baselines would say of the dummy and two learners of
which the better looking one is recommended. A go is wrong where the true quality of the recommended model, as it
was fitted, is below the criterion; the criterion is put at the mean true quality and 0.01 and 0.02 above it, and
the worst of the three is printed (``wrong_go_decided``), with the share of goes where the criterion is 0.05 below
(``go_where_good``).

Then, for six learners of a column each, how often one is recommended as better than the dummy: by the folds, and by
the folds or the holdout (``discovery.baselines.appeal``), where no column says anything (wrong) and where each says
a little (right). At last the same where rows lie in time: where a column tells something (``told``, right), and
where none does, and all claims are wrong: noise, a target that resembles the last one (autocorrelation 0.8), that
wanders (a random walk), whose level drifts below the noise, and whose level jumps.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from discovery.artifacts import AuditResult, CandidateResult, Evaluation, Split, UseCaseEvaluation
from discovery.baselines.appeal import hear_holdout
from discovery.baselines.candidates import Candidate
from discovery.baselines.measures import MEASURES, Measure
from discovery.baselines.select import Choice, choose, compare
from discovery.baselines.splits import Division, divide
from discovery.baselines.uncertainty import bootstrap_interval, corrected_interval, corrected_test
from discovery.decision import decide
from discovery.engagement import Engagement

Array = np.ndarray[Any, Any]
AUC = MEASURES["roc_auc"]
SIGNAL = 0.45
COLUMNS = 6
SETTINGS = ((2000, 1), (500, 2), (200, 2), (1000, 2))
CLAIMS = ((200, 2), (500, 2), (2000, 1))
FAINT = 0.4
TIMES = ("told", "noise", "alike", "walk", "drift", "steps")
ABOVE = (0.0, 0.01, 0.02)
BELOW = -0.05
CANDIDATES = [
    Candidate("dummy", "dummy", "Dummy", object, 0),
    Candidate("a", "linear", "One half of the columns", object, 2),
    Candidate("b", "linear", "The other half", object, 2),
]
SIX = [CANDIDATES[0], *(Candidate(f"c{i}", "linear", f"Column {i}", object, 2) for i in range(COLUMNS))]


def draw(rows: int, generator: np.random.Generator, signal: float = SIGNAL) -> tuple[Array, Array]:
    """Two classes, shifted in every column: the best classifier is linear and known."""
    y = generator.integers(0, 2, rows)
    X = generator.normal(size=(rows, COLUMNS)) + signal * (y[:, None] - 0.5)
    return X, y


def fit(X: Array, y: Array, columns: Array) -> Array:
    """Fisher's discriminant on some columns: a learner that is fitted in microseconds."""
    a, b = X[y == 0][:, columns], X[y == 1][:, columns]
    within = np.cov(a.T) * (len(a) - 1) + np.cov(b.T) * (len(b) - 1)
    weights = np.zeros(X.shape[1])
    weights[columns] = np.linalg.solve(np.atleast_2d(within) + 1e-6 * np.eye(len(columns)), b.mean(0) - a.mean(0))
    return weights


def true_auc(weights: Array) -> float:
    """The AUC of a linear score over all rows there could be (two normal classes)."""
    from scipy.stats import norm

    return float(norm.cdf(SIGNAL * weights.sum() / math.sqrt(2 * (weights**2).sum())))


def auc(weights: Array, X: Array, y: Array) -> float:
    """The AUC of a linear score over rows."""
    return AUC(y, probabilities(X @ weights))


def probabilities(score: Array) -> Array:
    """What ranks as the score does, and reads as probabilities."""
    p = 1 / (1 + np.exp(-score))
    return np.column_stack([1 - p, p])


def trial(rows: int, repeats: int, seed: int) -> dict[str, Any]:
    """One data set: scores of two equal learners over folds, true scores, and the holdout's intervals."""
    generator = np.random.default_rng(seed)
    X, y = draw(rows, generator)
    division = divide(y, folds=5, repeats=repeats, seed=seed)
    first, second = np.arange(COLUMNS // 2), np.arange(COLUMNS // 2, COLUMNS)
    scores: dict[str, list[float]] = {"a": [], "b": []}
    truth: list[float] = []
    for train, test in division.folds:
        for name, columns in (("a", first), ("b", second)):
            weights = fit(X[train], y[train], columns)
            scores[name].append(auc(weights, X[test], y[test]))
            if name == "a":
                truth.append(true_auc(weights))
    finals, holdouts, points = {}, {}, {}
    held_y = y[division.holdout]
    predictions = {"dummy": np.full((len(held_y), 2), 0.5)}
    for name, columns in (("a", first), ("b", second)):
        weights = fit(X[division.train], y[division.train], columns)
        p = predictions[name] = probabilities(X[division.holdout] @ weights)
        finals[name], points[name] = true_auc(weights), AUC(held_y, p)
        holdouts[name] = bootstrap_interval(lambda i, p=p: AUC(held_y[i], p[i]), len(held_y), draws=200, seed=seed)
    return {
        "rows": rows, "scores": scores, "truth": truth, "division": division,
        "finals": finals, "holdouts": holdouts, "points": points, "held": (predictions, held_y),
    }  # fmt: skip


def told(run: dict[str, Any]) -> UseCaseEvaluation:
    """What the baselines would say of the dummy and the two learners."""
    division = run["division"]
    scores = {"dummy": [0.5] * len(run["truth"]), **run["scores"]}
    sizes = division.train_rows, division.test_rows
    choice = hear_holdout(choose(CANDIDATES, scores, AUC, *sizes), CANDIDATES, scores, *run["held"], AUC)
    assert choice is not None
    results = [
        CandidateResult(
            name=c.name, family=c.family, scores=scores[c.name], mean=float(np.mean(scores[c.name])),
            ci95=corrected_interval(scores[c.name], *sizes),
            holdout=run["points"].get(c.name, 0.5), holdout_ci95=run["holdouts"].get(c.name, (0.5, 0.5)),
        )
        for c in CANDIDATES
    ]  # fmt: skip
    return UseCaseEvaluation(
        name="u", table="t", target="y", task="binary", metric="roc_auc", rows_used=run["rows"],
        split=Split(kind="stratified", folds=5, repeats=division.repeats, why="simulated"),
        candidates=results, comparisons=compare(scores, AUC, *sizes), recommended=choice.name, why=choice.why,
        by_holdout=choice.by_holdout,
    )  # fmt: skip


def verdict(found: UseCaseEvaluation, criterion: float) -> str:
    """The decision where the criterion is what was agreed."""
    case = {"name": "u", "table": "t", "target": "y", "acceptance": {"quality": {"at_least": criterion}}}
    engagement = Engagement.model_validate({"name": "e", "use_cases": [case]})
    return str(decide(engagement, AuditResult(), Evaluation(use_cases=[found])).use_cases[0].decision)


def decisions(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Shares of wrong goes and of right ones, by what ``decide`` says."""
    evaluations = [told(run) for run in runs]
    truths = [run["finals"].get(e.recommended, 0.5) for run, e in zip(runs, evaluations, strict=True)]
    expected = float(np.mean([run["finals"]["a"] for run in runs]))
    wrong = []
    for above in ABOVE:
        bad = [e for e, t in zip(evaluations, truths, strict=True) if t < expected + above]
        wrong.append(float(np.mean([verdict(e, expected + above) == "go" for e in bad])) if bad else 0.0)
    good = [e for e, t in zip(evaluations, truths, strict=True) if t >= expected + BELOW]
    right = float(np.mean([verdict(e, expected + BELOW) == "go" for e in good])) if good else math.nan
    return {"wrong_go_decided": max(wrong), "go_where_good": right}


def naive_p(differences: list[float]) -> float:
    """The p of the paired t-test that takes folds for independent."""
    from scipy.stats import ttest_1samp

    return float(ttest_1samp(differences, 0.0).pvalue)


def simulate(rows: int, repeats: int, trials: int, seed: int = 0) -> dict[str, float]:
    """Repeat trials and return the shares; ``expected`` is the mean true score over all trials."""
    runs = [trial(rows, repeats, seed + k) for k in range(trials)]
    expected = float(np.mean([np.mean(r["truth"]) for r in runs]))
    covered = held = better = naive = let_through = below = 0
    for run in runs:
        division = run["division"]
        low, high = corrected_interval(run["scores"]["a"], division.train_rows, division.test_rows) or (0.0, 0.0)
        covered += low <= expected <= high
        held += run["holdouts"]["a"][0] <= run["finals"]["a"] <= run["holdouts"]["a"][1]
        differences = (np.array(run["scores"]["a"]) - np.array(run["scores"]["b"])).tolist()
        better += corrected_test(differences, division.train_rows, division.test_rows)[2] <= 0.05
        naive += naive_p(differences) <= 0.05
        # The criterion is a hair above the truth; a go needs the whole interval on its good side.
        below += 1
        let_through += low >= expected + 1e-6
    return {
        "rows": rows,
        "repeats": repeats,
        "trials": trials,
        "true_score": round(expected, 4),
        "interval_covers": covered / trials,
        "holdout_interval_covers": held / trials,
        "better_without_difference": better / trials,
        "better_without_difference_naive": naive / trials,
        "wrong_go": let_through / below,
        **decisions(runs),
    }


def chosen(
    candidates: list[Candidate],
    fitted: Mapping[str, Callable[[Array], Callable[[Array], Array]]],
    y: Array,
    measure: Measure,
    division: Division,
    order: Array | None = None,
) -> tuple[Choice, Choice]:
    """What is recommended by the folds, and by either; ``fitted[name](rows)(others)`` predicts."""
    scores = {n: [measure(y[b], fit_(a)(b)) for a, b in division.folds] for n, fit_ in fitted.items()}
    first = choose(candidates, scores, measure, division.train_rows, division.test_rows)
    held = division.holdout
    predictions = {n: fit_(division.train)(held) for n, fit_ in fitted.items()}
    times = None if order is None else order[held]
    second = hear_holdout(first, candidates, scores, predictions, y[held], measure, order=times)
    assert first is not None
    assert second is not None
    return first, second


def one_trial(rows: int, repeats: int, signal: float, seed: int) -> tuple[Choice, Choice]:
    """Six learners of a column each, and the dummy."""
    X, y = draw(rows, np.random.default_rng(seed), signal)

    def learner(column: int) -> Callable[[Array], Callable[[Array], Array]]:
        def train(at: Array) -> Callable[[Array], Array]:
            weights = fit(X[at], y[at], np.array([column]))
            return lambda other: probabilities(X[other] @ weights)

        return train

    fitted = {"dummy": lambda _: lambda other: np.full((len(other), 2), 0.5)}
    fitted |= {f"c{i}": learner(i) for i in range(COLUMNS)}
    return chosen(SIX, fitted, y, AUC, divide(y, folds=5, repeats=repeats, seed=seed))


def moving(kind: str, rows: int, generator: np.random.Generator) -> Array:
    """A target in time that no column has anything to do with."""
    noise = generator.normal(size=rows)
    if kind in {"told", "noise"}:
        return noise
    if kind == "alike":
        for i in range(1, rows):
            noise[i] += 0.8 * noise[i - 1]
        return noise
    if kind == "steps":
        return noise + generator.normal(size=7)[np.arange(rows) * 7 // rows]
    walk: Array = generator.normal(size=rows).cumsum()
    return walk if kind == "walk" else noise + 0.3 * walk / math.sqrt(rows / 5)


def time_trial(kind: str, rows: int, seed: int) -> tuple[Choice, Choice]:
    """Least squares on the time, and on five columns that wander by themselves; ``told``: one says something."""
    generator = np.random.default_rng(seed)
    y, order = moving(kind, rows, generator), np.arange(rows)
    X = np.column_stack([order / rows, generator.normal(size=(rows, COLUMNS - 1)).cumsum(axis=0)])
    if kind == "told":
        X[:, 1] = generator.normal(size=rows)
        y = y + 0.8 * X[:, 1]

    def learner(column: int) -> Callable[[Array], Callable[[Array], Array]]:
        def train(at: Array) -> Callable[[Array], Array]:
            slope, level = np.polyfit(X[at, column], y[at], 1)
            return lambda other: slope * X[other, column] + level

        return train

    fitted = {"dummy": lambda at: lambda other: np.full(len(other), y[at].mean())}
    fitted |= {f"c{i}": learner(i) for i in range(COLUMNS)}
    return chosen(SIX, fitted, y, MEASURES["r2"], divide(y, order=order, folds=5), order)


def shares(found: list[tuple[Choice, Choice]]) -> tuple[float, float]:
    """How often something is called better than the dummy: by the folds, and by the folds or the holdout."""
    by_folds, by_both = np.mean([(a.beats_dummy, b.beats_dummy) for a, b in found], axis=0).tolist()
    return by_folds, by_both


def claims(rows: int, repeats: int, trials: int, seed: int = 0) -> dict[str, float]:
    """Shares of wrong and of right claims to be better than the dummy."""
    wrong = shares([one_trial(rows, repeats, 0.0, seed + k) for k in range(trials)])
    right = shares([one_trial(rows, repeats, FAINT, seed + k) for k in range(trials)])
    return {
        "rows": rows, "repeats": repeats, "trials": trials,
        "wrong_by_folds": wrong[0], "wrong_by_either": wrong[1],
        "right_by_folds": right[0], "right_by_either": right[1],
    }  # fmt: skip


def time_claims(kind: str, rows: int, trials: int, seed: int = 0) -> dict[str, Any]:
    """Shares of claims to be better than the dummy where rows lie in time; only those of ``told`` are right."""
    by_folds, by_either = shares([time_trial(kind, rows, seed + k) for k in range(trials)])
    return {"in_time": kind, "rows": rows, "trials": trials, "by_folds": by_folds, "by_either": by_either}


def main() -> None:
    """Print the figures of each setting as soon as they are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--claims", action="store_true", help="only claims to be better than the dummy")
    given = parser.parse_args()
    trials = 150 if given.quick else 1000
    for rows, repeats in () if given.claims else SETTINGS:
        print(json.dumps(simulate(rows, repeats, trials)), flush=True)
    for rows, repeats in CLAIMS:
        print(json.dumps(claims(rows, repeats, 2 * trials)), flush=True)
    for kind in TIMES:
        print(json.dumps(time_claims(kind, 200, 2 * trials)), flush=True)


if __name__ == "__main__":
    main()
