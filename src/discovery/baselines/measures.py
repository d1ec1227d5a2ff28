"""Measures of quality: scikit-learn's names without ``neg_``, what fits which task, and which way is better."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..artifacts import Task
from ..errors import EngagementError, suggest

__all__ = ["MEASURES", "Measure", "all_measures", "measure_for", "practical_margin"]

Array = np.ndarray[Any, Any]

_RANKING = {"ndcg", "ndcg_score", "map", "map_at_k", "mrr", "precision_at_k", "recall_at_k"}
_ALIAS = {
    "auc": "roc_auc", "rmse": "root_mean_squared_error", "mae": "mean_absolute_error", "macro_f1": "f1_macro",
    "mape": "mean_absolute_percentage_error", "brier": "brier_score", "brier_score_loss": "brier_score",
    "mse": "mean_squared_error", "pr_auc": "average_precision", "roc_auc_ovr_macro": "roc_auc_ovr",
    "logloss": "log_loss", "medae": "median_absolute_error",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure. ``function(y, p)`` takes class codes and the matrix of probabilities, or numbers and numbers."""

    name: str
    tasks: tuple[Task, ...]
    higher_is_better: bool
    function: Callable[[Array, Array], float]

    def __call__(self, y: Array, p: Array) -> float:
        """Return the score; NaN where it is not defined (one class only, no rows)."""
        if len(y) == 0:
            return math.nan
        return float(self.function(y, p))

    @property
    def sign(self) -> int:
        """1 where higher is better, else -1."""
        return 1 if self.higher_is_better else -1


def _auc(truth: Array, score: Array) -> float:
    """ROC AUC by ranks (Mann-Whitney), ties counted half: scikit-learn's figures in a fraction of its time."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return math.nan
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    del values
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    total = float(ranks[inverse][truth].sum())
    return (total - positives * (positives + 1) / 2.0) / (positives * negatives)


def _roc_auc(y: Array, p: Array) -> float:
    return _auc(y == 1, p[:, 1])


def _roc_auc_ovr(y: Array, p: Array) -> float:
    values = [_auc(y == k, p[:, k]) for k in range(p.shape[1])]
    defined = [v for v in values if not math.isnan(v)]
    return float(np.mean(defined)) if defined else math.nan


def _average_precision(y: Array, p: Array) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(y == 1, p[:, 1])) if (y == 1).any() else math.nan


def _log_loss(y: Array, p: Array) -> float:
    chosen = np.clip(p[np.arange(len(y)), y], 1e-15, 1.0)
    return float(-np.log(chosen).mean())


def _brier(y: Array, p: Array) -> float:
    return float(((p[:, 1] - (y == 1)) ** 2).mean())


def _accuracy(y: Array, p: Array) -> float:
    return float((p.argmax(axis=1) == y).mean())


def _recalls(y: Array, p: Array) -> Array:
    guess = p.argmax(axis=1)
    return np.array([(guess[y == k] == k).mean() for k in np.unique(y)])


def _balanced_accuracy(y: Array, p: Array) -> float:
    return float(_recalls(y, p).mean())


def _f1_of(y: Array, guess: Array, k: int) -> float:
    hits = int(((guess == k) & (y == k)).sum())
    total = int((guess == k).sum() + (y == k).sum())
    return 2.0 * hits / total if total else 0.0


def _f1(y: Array, p: Array) -> float:
    return _f1_of(y, p.argmax(axis=1), 1)


def _f1_macro(y: Array, p: Array) -> float:
    guess = p.argmax(axis=1)
    return float(np.mean([_f1_of(y, guess, int(k)) for k in np.union1d(y, guess)]))


def _precision(y: Array, p: Array) -> float:
    guess = p.argmax(axis=1) == 1
    return float((y[guess] == 1).mean()) if guess.any() else 0.0


def _recall(y: Array, p: Array) -> float:
    return float((p.argmax(axis=1)[y == 1] == 1).mean()) if (y == 1).any() else math.nan


def _mae(y: Array, p: Array) -> float:
    return float(np.abs(y - p).mean())


def _medae(y: Array, p: Array) -> float:
    return float(np.median(np.abs(y - p)))


def _mse(y: Array, p: Array) -> float:
    return float(((y - p) ** 2).mean())


def _rmse(y: Array, p: Array) -> float:
    return math.sqrt(_mse(y, p))


def _r2(y: Array, p: Array) -> float:
    total = float(((y - y.mean()) ** 2).sum())
    return 1.0 - float(((y - p) ** 2).sum()) / total if total > 0 and len(y) > 1 else math.nan


def _mape(y: Array, p: Array) -> float:
    """With care: not defined where a true value is zero or next to it, rather than astronomic."""
    size = np.abs(y)
    if size.min() <= 1e-6 * max(float(size.mean()), 1e-300):
        return math.nan
    return float((np.abs(y - p) / size).mean())


_CLASS: tuple[Task, ...] = ("binary", "multiclass")
_NUMBER: tuple[Task, ...] = ("regression", "forecast")
MEASURES: Mapping[str, Measure] = {
    m.name: m
    for m in (
        Measure("roc_auc", ("binary",), True, _roc_auc),
        Measure("roc_auc_ovr", ("multiclass",), True, _roc_auc_ovr),
        Measure("average_precision", ("binary",), True, _average_precision),
        Measure("log_loss", _CLASS, False, _log_loss),
        Measure("brier_score", ("binary",), False, _brier),
        Measure("accuracy", _CLASS, True, _accuracy),
        Measure("balanced_accuracy", _CLASS, True, _balanced_accuracy),
        Measure("f1", ("binary",), True, _f1),
        Measure("f1_macro", _CLASS, True, _f1_macro),
        Measure("precision", ("binary",), True, _precision),
        Measure("recall", ("binary",), True, _recall),
        Measure("r2", ("regression",), True, _r2),
        Measure("mean_absolute_error", _NUMBER, False, _mae),
        Measure("median_absolute_error", _NUMBER, False, _medae),
        Measure("root_mean_squared_error", _NUMBER, False, _rmse),
        Measure("mean_squared_error", ("regression",), False, _mse),
        Measure("mean_absolute_percentage_error", _NUMBER, False, _mape),
    )
}
_DEFAULT: dict[Task, str] = {"binary": "roc_auc", "multiclass": "roc_auc_ovr", "regression": "r2"}
_SKIP_IN_REPORT = {"mean_squared_error", "precision", "recall", "f1"}


def measure_for(task: Task, name: str | None) -> Measure:
    """Return the measure called ``name``, or the default of the task.

    The defaults do not hang on a threshold, so that what is compared is the ranking: ROC AUC (averaged over
    the classes, one against the rest, where there are more than two) and R².

    Raises
    ------
    EngagementError
        The name is not known, asks for ranking, or does not fit the task.
    """
    if name is None:
        return MEASURES[_DEFAULT[task]]
    key = name.casefold().removeprefix("neg_").replace(" ", "_")
    key = _ALIAS.get(key, key)
    if task == "multiclass" and key == "roc_auc":
        key = "roc_auc_ovr"
    if task == "multiclass" and key == "f1":
        key = "f1_macro"
    if key in _RANKING:
        raise EngagementError(
            f"metric '{name}' asks for ranking, which is not evaluated",
            mend="Predict the relevance instead (regression or binary), with one of its metrics.",
        )
    measure = MEASURES.get(key)
    fitting = [m.name for m in MEASURES.values() if task in m.tasks]
    if measure is None or task not in measure.tasks:
        raise EngagementError(f"metric '{name}' is not one for {task}", mend=suggest(key, fitting))
    return measure


def all_measures(task: Task, y: Array, p: Array) -> dict[str, float | None]:
    """Return every reported measure of the task; None where it is not defined."""
    found: dict[str, float | None] = {}
    for measure in MEASURES.values():
        if task in measure.tasks and measure.name not in _SKIP_IN_REPORT:
            value = measure(y, p)
            found[measure.name] = round(value, 6) if math.isfinite(value) else None
    return found


def practical_margin(measure: Measure, best: float) -> float:
    """Return the difference below which two candidates are the same in practice (half the region of equivalence).

    A quarter of a point for shares and areas, half a point of R², and half a percent of the best candidate's error:
    less than what tuning for hours usually brings, so that nothing worth having is given up for simplicity.
    """
    if measure.name == "r2":
        return 0.005
    if measure.higher_is_better:
        return 0.0025
    return 0.005 * abs(best)
