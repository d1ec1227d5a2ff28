"""What the baselines cost and reach, against a plain 5-fold cross-validation of boosting on the same rows.

Run ``python benchmarks/baselines.py [names]`` beside ``../shared/data``. For each open data set, on the same 70% of
the rows: CPU seconds of the whole evaluation (everything in evaluation.json) and of five folds of
HistGradientBoosting on integer-coded columns, their ratio, and the metric of both on the other 30%.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from discovery.artifacts import AuditResult, Finding
from discovery.baselines import evaluate
from discovery.baselines.crossval import predictions
from discovery.baselines.features import model_frame
from discovery.baselines.measures import MEASURES
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop
from discovery.intake.table import Drop, Table

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
SETS: dict[str, tuple[str, list[str]]] = {
    "titanic3": ("survived", ["boat", "body", "name"]),
    "german_credit": ("credit_risk", []),
    "wine_red": ("quality", []),
    "abalone": ("rings", []),
    "auto_mpg": ("mpg", []),
    "breast_cancer_wisconsin": ("class", ["id"]),
    "bike_hour": ("cnt", ["casual", "registered", "instant"]),
    "bank_additional_full": ("y", ["duration"]),
    "adult_train_raw": ("income", []),
}


def plain(frame: pl.DataFrame, target: str, train: Any, test: Any, number: bool) -> tuple[float, float]:
    """Five folds of plain boosting on integer-coded columns, and its score on the held-out rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.model_selection import cross_val_score

    X = model_frame(frame, [c for c in frame.columns if c != target])
    codes = np.column_stack(
        [
            X[c].cat.codes.to_numpy().astype(float) if X[c].dtype == "category" else X[c].to_numpy().astype(float)
            for c in X.columns
        ]
    )
    y = frame[target].to_numpy().astype(float) if number else frame[target].cast(pl.String).rank("dense").to_numpy()
    model = HistGradientBoostingRegressor() if number else HistGradientBoostingClassifier()
    start = time.process_time()
    cross_val_score(model, codes[train], y[train], cv=5, scoring="r2" if number else "roc_auc")
    seconds = time.process_time() - start
    model.fit(codes[train], y[train])
    if number:
        return seconds, MEASURES["r2"](y[test], model.predict(codes[test]))
    truth = (y[test] == y.max()).astype(int)
    return seconds, MEASURES["roc_auc"](truth, model.predict_proba(codes[test]))


def ours(frame: pl.DataFrame, target: str, train: Any, test: Any, number: bool) -> tuple[float, float, str]:
    """The whole evaluation on the training rows, and the saved model's score on the held-out rows."""
    import joblib

    table = Table.from_frame("t", frame[train])
    case = UseCase(name="u", table="t", target=target, task="regression" if number else "auto")
    audit = AuditResult(findings=[Finding(kind="leak", table="t", severity="info", summary="none")])
    with tempfile.TemporaryDirectory() as out:
        start = time.process_time()
        found = evaluate(Drop("d", {"t": table}), Engagement(name="e", use_cases=[case]), audit, out=Path(out))
        seconds = time.process_time() - start
        done = found.use_cases[0]
        bundle = joblib.load(Path(out) / done.economics["model"]["path"])
    held = model_frame(frame[test], list(bundle["features"]))
    p = predictions(bundle["model"], held, len(bundle["classes"]))
    if number:
        return seconds, MEASURES["r2"](frame[target][test].to_numpy().astype(float), p), str(done.recommended)
    labels = frame[target][test].cast(pl.String).str.strip_chars()
    truth = (labels == bundle["classes"][1]).to_numpy().astype(int)
    return seconds, MEASURES["roc_auc"](truth, p), str(done.recommended)


def main() -> None:
    """Print one line of JSON a data set; imports are not counted on either side."""
    import sklearn.ensemble
    import sklearn.model_selection  # noqa: F401

    import discovery.baselines.stage  # noqa: F401

    for name in sys.argv[1:] or list(SETS):
        target, leaks = SETS[name]
        frame = next(iter(read_drop(DATA / f"{name}.csv").tables.values())).frame
        frame = frame.drop([c for c in leaks if c in frame.columns]).filter(pl.col(target).is_not_null())
        order = np.random.default_rng(0).permutation(frame.height)
        test, train = np.sort(order[: int(0.3 * len(order))]), np.sort(order[int(0.3 * len(order)) :])
        number = frame[target].dtype.is_numeric() and frame[target].n_unique() > 2
        with threadpool_limits(limits=1):
            base_seconds, base = plain(frame, target, train, test, number)
            seconds, score, chosen = ours(frame, target, train, test, number)
        print(
            json.dumps(
                {
                    "set": name, "metric": "r2" if number else "roc_auc", "recommended": chosen,
                    "score": round(score, 4), "plain_boosting": round(base, 4),
                    "cpu_seconds": round(seconds, 1), "plain_cv_cpu_seconds": round(base_seconds, 1),
                    "ratio": round(seconds / base_seconds, 1),
                }
            ),
            flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
