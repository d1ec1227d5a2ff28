"""What the baselines cost and reach, against plain boosting and, where they are installed, the AutoML peers.

Run ``python benchmarks/baselines.py [SET ...] [--peer-python PYTHON ...]``. A set is the name of an open data
set beside the repository, ``messy`` for a frame made here, or ``FILE:TARGET[:COLUMN,COLUMN]`` with the columns
that nobody may use. On the same 70% of the rows: CPU seconds of the whole evaluation (everything in
evaluation.json) and of five folds of HistGradientBoosting on integer-coded columns, and the metric on the other
30% of the recommended model, as ``discovery models`` and ``discovery.baselines.score`` give it, of plain
boosting and of the peers (``benchmarks/peers.py``, each in the first ``--peer-python`` that has it). ``--keep
FILE`` keeps the peers' figures for a later run of the same sets.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from discovery.audit import audit_drop
from discovery.baselines import evaluate, score
from discovery.baselines.features import model_frame
from discovery.baselines.measures import MEASURES
from discovery.engagement import default_engagement
from discovery.intake import read_drop

HERE = Path(__file__).resolve()
DATA = HERE.parents[1].parent / "shared" / "data"
SETS: dict[str, tuple[str, list[str]]] = {
    "titanic3": ("survived", ["boat", "body"]),
    "german_credit": ("credit_risk", []),
    "wine_red": ("quality", []),
    "abalone": ("rings", []),
    "auto_mpg": ("mpg", []),
    "breast_cancer_wisconsin": ("class", ["id"]),
    "bike_hour": ("cnt", ["casual", "registered", "instant"]),
    "bank_additional_full": ("y", ["duration"]),
    "adult_train_raw": ("income", []),
}
PEERS = ("flaml", "autogluon", "lazypredict")
MEASURE = {"binary": "roc_auc", "multiclass": "roc_auc_ovr", "regression": "r2"}
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Task:
    """One set, divided: files of both parts, and the truth of the held-out rows as codes or numbers."""

    name: str
    kind: str
    train: pl.DataFrame
    test: pl.DataFrame
    truth: Array
    labels: list[str]


def messy(rows: int = 3000, seed: int = 0) -> pl.DataFrame:
    """A frame with dates, free text, identifiers, mixed strings, an all-missing column, infinities and gaps."""
    g = np.random.default_rng(seed)
    good = ["works well", "very happy with it", "quick reply", "thank you for the help", "all fine"]
    bad = ["still broken", "third complaint now", "want my money back", "nobody answers", "very slow again"]
    common = [
        "please call me",
        "about the invoice",
        "since last week",
        "in the new house",
        "my contract",
        "the router",
    ]
    upset, amount = g.random(rows), g.lognormal(4, 1, rows)
    start = np.datetime64("2021-01-01") + g.integers(0, 1000, rows)
    month = start.astype("datetime64[M]").astype(int) % 12
    plan = g.choice(["Basic", "basic ", "PLUS", "plus", "Premium"], rows)
    city, level = g.integers(0, 150, rows), g.normal(0, 1, 150)
    logit = 3 * (upset - 0.5) + 0.4 * np.log(amount) - 1.6 + 0.9 * np.isin(month, [0, 11]) + 0.8 * level[city]
    logit += 0.7 * (np.char.lower(np.char.strip(plan.astype(str))) == "basic")
    text = [
        ". ".join(g.permutation([*g.choice(common, 2), *g.choice(bad if g.random() < u else good, 2)]))
        for u in upset
    ]
    shown = np.where(g.random(rows) < 0.1, "n/a", np.char.mod("%.2f", amount))
    return pl.DataFrame(
        {
            "customer": [f"C-{i:06d}" for i in g.permutation(rows)],
            "since": start.astype(str),
            "message": text,
            "plan": plan,
            "amount": np.where(g.random(rows) < 0.05, "EUR " + shown.astype(object), shown.astype(object)).tolist(),
            "city": [f"town {c}" if g.random() > 0.08 else None for c in city],
            "ratio": np.where(g.random(rows) < 0.001, np.inf, g.normal(0, 1, rows)),
            "visits": np.where(g.random(rows) < 0.1, -999, g.poisson(3, rows)),
            "active": g.choice(["true", "false"], rows),
            "unused": pl.Series([None] * rows, dtype=pl.String),
            "left": np.where(g.random(rows) < 1 / (1 + np.exp(-logit)), "yes", "no"),
        }
    )


def load(spec: str) -> Task:
    """Read a set, leave out what nobody may use, and hold 30% of the rows out."""
    if spec == "messy":
        name, frame, target = spec, messy(), "left"
    else:
        path, target, leaks = _named(spec)
        name = path.stem
        frame = next(iter(read_drop(path).tables.values())).frame
        frame = frame.drop([c for c in leaks if c in frame.columns])
    values = frame[target].cast(pl.String).str.strip_chars()
    frame = frame.filter(values.is_not_null() & ~values.is_in(["", "?", "NA"]))
    number = frame[target].dtype.is_numeric() and frame[target].n_unique() > 2
    order = np.random.default_rng(0).permutation(frame.height)
    cut = int(0.3 * len(order))
    test, train = np.sort(order[:cut]), np.sort(order[cut:])
    if number:
        codes, labels, kind = frame[target].cast(pl.Float64), [], "regression"
    else:
        text = frame[target].cast(pl.String).str.strip_chars()
        labels = sorted(text.unique().to_list())
        codes, kind = (
            text.replace_strict(labels, range(len(labels))),
            "binary" if len(labels) == 2 else "multiclass",
        )
    frame = frame.drop(target).with_columns(codes.alias("target"))
    return Task(name, kind, frame[train], frame[test], codes.to_numpy()[test], labels)


def _named(spec: str) -> tuple[Path, str, list[str]]:
    if spec in SETS:
        return DATA / f"{spec}.csv", *SETS[spec]
    path, target, *leaks = spec.split(":")
    return Path(path), target, leaks[0].split(",") if leaks else []


def measured(task: Task, prediction: Array) -> float:
    """The metric over the held-out rows."""
    return MEASURES[MEASURE[task.kind]](task.truth, prediction)


def plain(task: Task) -> tuple[float, float]:
    """Score and CPU seconds (of five folds) of plain boosting on integer-coded columns."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.model_selection import cross_val_score

    both = pl.concat([task.train, task.test])
    kept = [c for c in both.columns if c != "target" and both[c].null_count() < both.height]
    X = model_frame(both, kept)
    codes = np.column_stack(
        [
            X[c].cat.codes.to_numpy() if X[c].dtype == "category" else X[c].to_numpy().astype(float)
            for c in X.columns
        ]
    ).astype(float)
    codes = np.where(np.isfinite(codes), codes, np.nan)
    a, b = codes[: task.train.height], codes[task.train.height :]
    y = task.train["target"].to_numpy()
    model = HistGradientBoostingRegressor() if not task.labels else HistGradientBoostingClassifier()
    scoring = {"binary": "roc_auc", "multiclass": "roc_auc_ovr", "regression": "r2"}[task.kind]
    start = time.process_time()
    cross_val_score(model, a, y, cv=5, scoring=scoring)
    seconds = time.process_time() - start
    model.fit(a, y)
    return measured(task, model.predict_proba(b) if task.labels else model.predict(b)), seconds


def ours(task: Task, folder: Path) -> tuple[float, float, str]:
    """Score of the saved model, CPU seconds of the whole evaluation, and what was recommended."""
    engagement = default_engagement(folder / "train.csv", target="target")
    case = engagement.use_cases[0].model_copy(update={"task": task.kind})
    engagement = engagement.model_copy(update={"use_cases": [case]})
    drop = read_drop(folder / "train.csv", engagement=engagement)
    audit = audit_drop(drop, engagement)
    start = time.process_time()
    found = evaluate(drop, engagement, audit, out=folder).use_cases[0]
    seconds = time.process_time() - start
    table = next(iter(read_drop(folder / "test.csv").tables.values()))
    told = score(folder / found.economics["model"]["path"], table)
    if not task.labels:
        return measured(task, told["prediction"].to_numpy()), seconds, str(found.recommended)
    columns = [f"p({k})" for k in range(len(task.labels))]
    rows = told.with_columns(pl.lit(0.0).alias(c) for c in columns if c not in told.columns)
    return measured(task, rows.select(columns).to_numpy()), seconds, str(found.recommended)


def peer(name: str, task: Task, folder: Path, pythons: list[str], seconds: float) -> dict[str, Any]:
    """Score and CPU seconds of a peer, or why it has none."""
    module = {"autogluon": "autogluon.tabular"}.get(name, name)
    for python in pythons:
        has = f"import importlib.util as u, sys; sys.exit(u.find_spec('{module.split('.')[0]}') is None)"
        if subprocess.run([python, "-c", has]).returncode:
            continue
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = [python, str(HERE.parent / "peers.py"), name, task.kind, str(folder), str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads, cwd=folder)
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["failed"])[-1][:160]}
        value = measured(task, np.load(folder / f"{name}.npy"))
        return {"score": round(value, 4), "cpu_seconds": round(float(done.stdout.split()[-1]), 1)}
    return {"error": "not installed"}


def main() -> None:
    """Print one line of JSON a set; imports are not counted on any side."""
    import sklearn.ensemble
    import sklearn.model_selection  # noqa: F401
    import skops.io  # noqa: F401

    import discovery.baselines.stage  # noqa: F401

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--peer-python", action="append", default=[])
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    known = json.loads(asked.keep.read_text()) if asked.keep and asked.keep.exists() else {}
    for spec in asked.sets:
        task = load(spec)
        line: dict[str, Any] = {"set": task.name, "metric": MEASURE[task.kind], "rows": task.train.height}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            task.train.write_csv(folder / "train.csv")
            task.test.write_csv(folder / "test.csv")
            with threadpool_limits(limits=1):
                base, base_seconds = plain(task)
                value, seconds, chosen = ours(task, folder)
            line |= {
                "recommended": chosen, "score": round(value, 4), "plain_boosting": round(base, 4),
                "cpu_seconds": round(seconds, 2), "plain_cv_cpu_seconds": round(base_seconds, 2),
                "ratio": round(seconds / base_seconds, 2),
            }  # fmt: skip
            for p in asked.peers.split(",") if asked.peer_python or known else []:
                key = f"{task.name}/{p}/{asked.seconds:g}"
                if key not in known and asked.peer_python:
                    known[key] = peer(p, task, folder, asked.peer_python, asked.seconds)
                line[p] = known.get(key)
        if asked.keep:
            asked.keep.write_text(json.dumps(known, indent=1))
        print(json.dumps(line), flush=True)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
