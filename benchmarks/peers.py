"""Peers of the baselines, run by a Python that has them: ``python peers.py PEER TASK FOLDER SECONDS``.

``FOLDER`` holds ``train.csv`` and ``test.csv`` with a column ``target`` (class codes, or numbers; in the test part
it is there for LazyPredict only, which asks for it). Predictions for the test rows go to ``FOLDER/PEER.npy``, and
the CPU seconds of fitting and predicting, children included and imports not, to standard output as the last line.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def cpu() -> float:
    """CPU seconds of this process and its children."""
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(p.ru_utime + p.ru_stime for p in parts)


def flaml(train: pd.DataFrame, test: pd.DataFrame, task: str, seconds: float, _: Path) -> Any:
    """FLAML's default search for the seconds given."""
    from flaml import AutoML

    start = cpu()
    search = AutoML()
    metric = {"binary": "roc_auc", "multiclass": "roc_auc_ovr", "regression": "r2"}[task]
    search.fit(
        train.drop(columns="target"), train["target"], time_budget=seconds, metric=metric, n_jobs=1, verbose=0,
        seed=0, task="regression" if task == "regression" else "classification",
    )  # fmt: skip
    X = test.drop(columns="target")
    return (search.predict(X) if task == "regression" else search.predict_proba(X)), cpu() - start


def autogluon(train: pd.DataFrame, test: pd.DataFrame, task: str, seconds: float, folder: Path) -> Any:
    """AutoGluon's medium quality for the seconds given."""
    from autogluon.tabular import TabularPredictor

    # It imports these while it fits.
    for library in ("lightgbm", "catboost", "xgboost", "torch", "fastai.tabular.all"):
        with suppress(ImportError):
            import_module(library)
    start = cpu()
    metric = {"binary": "roc_auc", "multiclass": "roc_auc_ovr_macro", "regression": "r2"}[task]
    predictor = TabularPredictor(
        "target", problem_type=task, eval_metric=metric, path=str(folder / "ag"), verbosity=0
    )
    predictor.fit(train, time_limit=seconds, presets="medium_quality", num_cpus=1, num_gpus=0)
    X = test.drop(columns="target")
    found = predictor.predict(X) if task == "regression" else predictor.predict_proba(X, as_multiclass=True)
    return np.asarray(found, dtype=float), cpu() - start


def lazypredict(train: pd.DataFrame, test: pd.DataFrame, task: str, _: float, __: Path) -> Any:
    """The first of LazyPredict's table (which it ranks on the test rows)."""
    from lazypredict.Supervised import LazyClassifier, LazyRegressor

    start = cpu()
    lazy = (LazyRegressor if task == "regression" else LazyClassifier)(verbose=0, ignore_warnings=True)
    parts = (train.drop(columns="target"), test.drop(columns="target"), train["target"], test["target"])
    table, _predictions = lazy.fit(*parts)
    model = lazy.provide_models(*parts)[table.index[0]]
    proba = task != "regression" and hasattr(model, "predict_proba")
    found = np.asarray(model.predict_proba(parts[1]) if proba else model.predict(parts[1]), dtype=float)
    if task != "regression" and found.ndim == 1:
        found = (found[:, None] == np.arange(int(train["target"].max()) + 1)).astype(float)
    return found, cpu() - start


def main() -> None:
    """Fit one peer, and write what it predicts."""
    peer, task, folder, seconds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])
    train, test = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "test.csv")
    found, spent = {"flaml": flaml, "autogluon": autogluon, "lazypredict": lazypredict}[peer](
        train, test, task, seconds, folder
    )  # fmt: skip
    np.save(folder / f"{peer}.npy", np.asarray(found, dtype=float))
    print(f"\n{spent:.3f}")


if __name__ == "__main__":
    main()
