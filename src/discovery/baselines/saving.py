"""The recommended model on disk, with its card; and scoring a table with it."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import write_atomic
from ..errors import ColumnError, DataError
from ..intake.table import Table
from .crossval import predictions
from .features import model_frame
from .problem import Problem

__all__ = ["file_name", "save", "score"]

_FORMAT = 1


def file_name(use_case: str) -> str:
    """Return a file name for a use case: what is no letter, digit, dot or dash becomes a dash."""
    safe = re.sub(r"[^\w.-]+", "-", use_case).strip("-.") or "model"
    return safe[:80]


def _kinds(X: Any) -> dict[str, str]:
    names = {"f": "number", "M": "date"}
    return {str(c): names.get(getattr(X[c].dtype, "kind", "O"), "text") for c in X.columns}


def save(problem: Problem, name: str, model: Any, card: dict[str, Any], out: Path) -> dict[str, Any]:
    """Save a model as ``out/models/<use case>.joblib`` and its card beside it as JSON.

    Returns
    -------
    dict
        Paths within ``out``, the size in bytes and the SHA-256 of the model file.
    """
    import joblib
    import sklearn

    bundle = {
        "format": _FORMAT,
        "candidate": name,
        "model": model,
        "features": _kinds(problem.X),
        "task": problem.target.task,
        "classes": list(problem.target.classes),
        "target": problem.use_case.target,
    }
    buffer = io.BytesIO()
    joblib.dump(bundle, buffer, compress=3)
    data = buffer.getvalue()
    path = out / "models" / f"{file_name(problem.use_case.name)}.joblib"
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
        "warning": "A joblib file can run code when it is loaded: load it only if you trust where it is from.",
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


def _as_kind(series: pl.Series, kind: str) -> pl.Series:
    if kind == "text":
        return series.cast(pl.String, strict=False)
    if kind == "date":
        if series.dtype == pl.String:
            return series.str.to_datetime(strict=False)
        return series if series.dtype.is_temporal() else pl.Series(series.name, [None] * len(series), pl.Datetime)
    return series if series.dtype in (pl.Time, pl.Duration) else series.cast(pl.Float64, strict=False)


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
    import joblib

    try:
        bundle = joblib.load(model_path)
        model, kinds, classes = bundle["model"], bundle["features"], bundle["classes"]
    except FileNotFoundError:
        raise DataError("there is no such model", where=str(model_path)) from None
    except Exception as error:  # joblib and pickle raise anything on a file that is not theirs
        raise DataError(
            f"is no saved model ({type(error).__name__})",
            where=str(model_path),
            mend="Give a file of a run's models folder.",
        ) from None
    missing = [c for c in kinds if c not in table.columns]
    if missing:
        raise ColumnError(f"the model needs column '{missing[0]}', which is not there", where=table.name)
    frame = table.frame.select([_as_kind(table.frame[c], kind).alias(c) for c, kind in kinds.items()])
    found = predictions(model, model_frame(frame, list(kinds)), len(classes))
    if not classes:
        return pl.DataFrame({"prediction": found})
    labels = [classes[i] for i in found.argmax(axis=1)]
    return pl.DataFrame(
        {"prediction": labels} | {f"p({label})": found[:, i] for i, label in enumerate(classes)}
    )  # fmt: skip
