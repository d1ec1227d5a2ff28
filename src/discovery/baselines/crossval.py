"""Fit and predict, fold by fold: one thread each, spread over workers, the same result whatever their number."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .candidates import Candidate

__all__ = ["Fitted", "Job", "fit_predict", "predictions", "run_jobs"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Job:
    """Fit a candidate on some rows of a frame and predict others. ``keep`` returns the model as well."""

    candidate: Candidate
    X: Any
    y: Array
    train: Array
    test: Array
    classes: int
    keep: bool = False


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a job gave: predictions for its test rows (probabilities, or numbers), or the error in one line."""

    prediction: Array | None
    seconds: float
    error: str | None = None
    model: Any = None


def predictions(model: Any, X: Any, classes: int) -> Array:
    """Return probabilities of all classes (rows by classes), or numbers where ``classes`` is 0."""
    if classes == 0:
        return np.asarray(model.predict(X), dtype=float).ravel()
    found = np.zeros((len(X), classes))
    if hasattr(model, "predict_proba") and getattr(getattr(model, "estimator_", model), "predict_proba", None):
        found[:, np.asarray(model.classes_, dtype=int)] = model.predict_proba(X)
    else:
        found[np.arange(len(X)), np.asarray(model.predict(X), dtype=int)] = 1.0
    return found


def fit_predict(job: Job) -> Fitted:
    """Run one job with native libraries on one thread. A candidate that fails is reported, not raised."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        start = time.process_time()
        try:
            model = job.candidate.build()
            model.fit(job.X.iloc[job.train], job.y[job.train])
            seconds = time.process_time() - start
            found = predictions(model, job.X.iloc[job.test], job.classes) if len(job.test) else None
        except Exception as error:  # a candidate may be the client's own code, and must not end the run
            line = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            return Fitted(None, time.process_time() - start, line)
    return Fitted(found, seconds, None, model if job.keep else None)


def run_jobs(jobs: Sequence[Job], workers: int = 1) -> list[Fitted]:
    """Run jobs, in this process or spread over ``workers`` processes; results in the order of the jobs."""
    if workers <= 1 or len(jobs) < 2:
        return [fit_predict(job) for job in jobs]
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=min(workers, len(jobs)))(delayed(fit_predict)(job) for job in jobs))
