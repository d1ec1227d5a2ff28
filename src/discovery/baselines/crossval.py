"""Fit and predict, fold by fold: one thread each, spread over workers, the same result whatever their number."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DiscoveryError
from .shared import encoded, shared

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
    return _fit_all([job])[0]


def _fit_all(jobs: Sequence[Job]) -> list[Fitted]:
    """Run jobs on the same rows, whose encoding candidates share."""
    from threadpoolctl import threadpool_limits

    first = jobs[0]
    with threadpool_limits(limits=1):
        X, y, test = first.X.iloc[first.train], first.y[first.train], first.X.iloc[first.test]
        with shared(X, test):
            return [_fit_one(job, X, y, test) for job in jobs]


def _fit_one(job: Job, X: Any, y: Array, test: Any) -> Fitted:
    """The seconds are those of fitting, with what others did for it."""
    start, lent = time.process_time(), encoded(X).lent
    try:
        model = job.candidate.build()
        model.fit(X, y)
        seconds = time.process_time() - start + encoded(X).lent - lent
        found = predictions(model, test, job.classes) if len(test) else None
    except Exception as error:  # a candidate may be the client's own code, and must not end the run
        line = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return Fitted(None, time.process_time() - start, line)
    return Fitted(found, seconds, None, model if job.keep else None)


def run_jobs(jobs: Sequence[Job], workers: int = 1) -> list[Fitted]:
    """Run jobs, in this process or spread over ``workers`` processes; results in the order of the jobs.

    Where joblib's Dask backend is active (``joblib.parallel_config("dask")``), the cluster takes them, however many
    workers are asked for. What it cannot end, since its machines went away, is run here.
    """
    if len(jobs) < 2:
        return [fit_predict(job) for job in jobs]
    from joblib import Parallel, delayed
    from joblib.parallel import get_active_backend

    if type(get_active_backend()[0]).__name__ == "DaskDistributedBackend":
        try:
            return list(Parallel(n_jobs=-1)(delayed(_fit_predict)(_bare(job), job.X, job.y) for job in jobs))
        except DiscoveryError:  # the time ran out
            raise
        except Exception:  # a failing candidate is reported, so this is the cluster's
            workers = 1
    groups = _same_rows(jobs)
    if workers <= 1:
        done = [_fit_all([jobs[i] for i in group]) for group in groups]
    else:
        if len(groups) < workers:
            groups = [[i] for i in range(len(jobs))]
        tasks = (delayed(_fit_all)([jobs[i] for i in group]) for group in groups)
        done = list(Parallel(n_jobs=min(workers, len(groups)))(tasks))
    found = {
        i: fitted for group, each in zip(groups, done, strict=True) for i, fitted in zip(group, each, strict=True)
    }
    return [found[i] for i in range(len(jobs))]


def _same_rows(jobs: Sequence[Job]) -> list[list[int]]:
    """Places of the jobs, those on the same rows of the same frame together."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for i, job in enumerate(jobs):
        groups.setdefault((id(job.X), id(job.y), id(job.train), id(job.test)), []).append(i)
    return list(groups.values())


def _bare(job: Job) -> Job:
    """Return the job without its data, which joblib sends to a cluster once for all jobs."""
    return replace(job, X=None, y=np.empty(0))


def _fit_predict(bare: Job, X: Any, y: Array) -> Fitted:
    return fit_predict(replace(bare, X=X, y=y))
