"""The recommended model on disk, with its card; and scoring a table with it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import write_atomic
from ..intake.table import Table
from .loading import FORMAT, JOBLIB_WARNING, dump_model, load_model
from .problem import Problem
from .scoring import as_features, predicted

__all__ = ["file_name", "save", "score"]


def file_name(use_case: str) -> str:
    """Return a file name for a use case: what is no letter, digit, dot or dash becomes a dash."""
    safe = re.sub(r"[^\w.-]+", "-", use_case).strip("-.") or "model"
    return safe[:80]


def _kinds(X: Any) -> dict[str, str]:
    names = {"f": "number", "M": "date"}
    return {str(c): names.get(getattr(X[c].dtype, "kind", "O"), "text") for c in X.columns}


def save(problem: Problem, name: str, model: Any, card: dict[str, Any], out: Path) -> dict[str, Any]:
    """Save a model as ``out/models/<use case>.skops`` (``.joblib`` where skops cannot) and its card beside it.

    Returns
    -------
    dict
        Paths within ``out``, the size in bytes and the SHA-256 of the model file.
    """
    import sklearn

    bundle = {
        "format": FORMAT,
        "candidate": name,
        "model": model,
        "features": _kinds(problem.X),
        "task": problem.target.task,
        "classes": list(problem.target.classes),
        "target": problem.use_case.target,
    }
    data, kind = dump_model(bundle, problem.X.iloc[:50])
    path = out / "models" / f"{file_name(problem.use_case.name)}.{kind}"
    write_atomic(path, data)
    digest = hashlib.sha256(data).hexdigest()
    full = {
        "use_case": problem.use_case.name,
        "candidate": name,
        "target": problem.use_case.target,
        "task": problem.target.task,
        "classes": list(problem.target.classes),
        "features": _kinds(problem.X),
        "seed": problem.seed,
        "sha256": digest,
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "format": kind,
        "load_with": "discovery score RUN DATA",
        **({"warning": JOBLIB_WARNING} if kind == "joblib" else {}),
        **card,
    }
    card_path = path.with_suffix(".card.json")
    write_atomic(card_path, json.dumps(full, indent=2, ensure_ascii=False) + "\n")
    return {
        "path": path.relative_to(out).as_posix(),
        "card": card_path.relative_to(out).as_posix(),
        "size_bytes": len(data),
        "sha256": digest,
    }


def score(model_path: Path, table: Table) -> pl.DataFrame:
    """Predict every row of a table with a saved model.

    Parameters
    ----------
    model_path : Path
        A file that :func:`save` wrote. Loading it can run code: only open files you trust.
    table : Table
        Has every feature of the model, in any order; further columns are not read.

    Returns
    -------
    polars.DataFrame
        ``prediction``, and for classes the probability of each as ``p(<label>)``.

    Raises
    ------
    DataError
        The file is no model of Discovery.
    ColumnError
        A feature is missing in the table.
    """
    bundle = load_model(model_path)
    frame, _ = as_features(table, bundle["features"])
    return pl.DataFrame(predicted(bundle, frame)[1])
