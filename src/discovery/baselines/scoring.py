"""A table scored with a saved model: its predictions, and how good they are where the outcome is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import AuditResult, Evaluation, UseCaseEvaluation
from ..errors import ColumnError, DataError, ParameterError, suggest
from ..intake.table import Drop, Table
from .crossval import predictions
from .features import model_frame
from .loading import JOBLIB_WARNING, load_model
from .measures import all_measures

__all__ = ["Scored", "as_features", "evaluated", "predicted", "score_run"]

Array = np.ndarray[Any, Any]
MOST_UNREADABLE = 0.2


@dataclass(frozen=True, eq=False)
class Scored:
    """Predictions of a table, a row each.

    Attributes
    ----------
    frame : polars.DataFrame
        ``row`` (from 1), the key where the table has one, and ``prediction``. For classes also ``p(<label>)``;
        for two of them ``decision`` at the run's threshold; ``abstain`` where the run's confidence is not reached.
        For numbers ``low`` and ``high``, between which nine of ten outcomes lay in the run.
    metrics : dict
        On the rows whose outcome is known; empty where none is.
    """

    use_case: str
    candidate: str
    frame: pl.DataFrame
    metrics: dict[str, float | None] = field(default_factory=dict)
    known: int = 0
    warnings: list[str] = field(default_factory=list)


def evaluated(run: Path, name: str | None) -> UseCaseEvaluation:
    """Return what ``evaluation.json`` of a run says of a use case; it may be left unnamed where there is only one.

    Raises
    ------
    DataError
        The folder is no run with models.
    ParameterError
        There is no such use case, or several and none is named.
    """
    file = run / "evaluation.json"
    try:
        found = Evaluation.read(file)
    except OSError:
        mend = "Give the directory of a run; make one with: discovery models"
        raise DataError("is no run with models: it has no evaluation.json", where=str(run), mend=mend) from None
    except ValueError:
        raise DataError("is not as Discovery writes it", where=str(file)) from None
    names = [u.name for u in found.use_cases]
    if name is None and len(names) == 1:
        return found.use_cases[0]
    if name is None:
        raise ParameterError("the run has several use cases", mend=f"Name one: --use-case {' | '.join(names)}")
    case = found.use_case(name)
    if case is None:
        raise ParameterError(f"no use case '{name}' in the run", where=str(run), mend=suggest(name, names))
    return case


def score_run(run: Path, drop: Drop, use_case: str | None = None) -> Scored:
    """Score a drop with the model that a run saved.

    Parameters
    ----------
    run : Path
        The directory of the run.
    drop : Drop
        Has the use case's table, or one table only.
    use_case : str, optional
        Which, where the run has several.

    Raises
    ------
    InputError
        The run, its model or the table does not fit; one line says why.
    """
    case = evaluated(run, use_case)
    path, digest = _model_of(run, case)
    bundle = load_model(path, digest)
    table = _table_of(drop, case)
    if table.whole is not None:
        raise DataError(
            f"has {table.rows:,} rows, more than fit into memory at once",
            where=table.name,
            mend="Score it in parts.",
        )
    features, warnings = as_features(table, bundle["features"])
    if path.suffix != ".skops":
        warnings.append(JOBLIB_WARNING)
    classes = list(bundle["classes"])
    found, columns = predicted(bundle, features)
    frame = pl.DataFrame({"row": np.arange(1, table.rows + 1)})
    frame = frame.with_columns(table.frame[c].alias(c) for c in _key(run, table) if c not in frame.columns)
    frame = frame.with_columns([*columns, *_judged(found, classes, case)])
    truth, known = _truth(table, case, classes)
    metrics: dict[str, float | None] = {}
    if len(known):
        metrics = all_measures(case.task, truth, found[known])
    unknown = table.rows - table.frame[case.target].null_count() - len(known) if case.target in table.columns else 0
    if unknown:
        warnings.append(f"{unknown:,} rows have an outcome that the model does not know; they are not judged")
    return Scored(case.name, str(bundle.get("candidate", "")), frame, metrics, len(known), warnings)


def _model_of(run: Path, case: UseCaseEvaluation) -> tuple[Path, str]:
    saved = case.economics.get("model") or {}
    if not saved.get("path") or not saved.get("sha256"):
        raise DataError(f"no model of '{case.name}' was saved in this run", where=str(run))
    path = (run / str(saved["path"])).resolve()
    if not path.is_relative_to(run.resolve()):
        raise DataError("names a model outside of the run", where=str(run / "evaluation.json"))
    return path, str(saved["sha256"])


def _table_of(drop: Drop, case: UseCaseEvaluation) -> Table:
    if case.table in drop.tables:
        return drop.tables[case.table]
    if len(drop.tables) == 1:
        return next(iter(drop.tables.values()))
    raise DataError(
        f"holds no table '{case.table}'", where=drop.name, mend=suggest(case.table, drop.tables) or "Give one file."
    )


def as_features(table: Table, kinds: dict[str, str]) -> tuple[pl.DataFrame, list[str]]:
    """Return the columns that a model needs, as the kinds it learned them, and what had to be left empty.

    Raises
    ------
    ColumnError
        A column is missing, or is of another kind: more than a fifth of its values cannot be read.
    """
    missing = [c for c in kinds if c not in table.columns]
    if missing:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise ColumnError(
            f"the model needs column '{missing[0]}', which is not there{more}",
            where=table.name,
            mend=suggest(missing[0], table.columns),
        )
    found, warnings = [], []
    for name, kind in kinds.items():
        series = table.frame[name]
        values = _as_kind(series, kind)
        there = len(series) - series.null_count()
        lost = values.null_count() - series.null_count()
        if lost > MOST_UNREADABLE * there:
            raise ColumnError(
                f"column '{name}' held {kind}s when the model was fitted; {lost:,} of {there:,} values are none",
                where=table.name,
            )
        if lost:
            warnings.append(f"{lost:,} values of '{name}' are no {kind}s and count as missing")
        found.append(values.alias(name))
    return pl.DataFrame(found), warnings


def _as_kind(series: pl.Series, kind: str) -> pl.Series:
    if kind == "text":
        return series.cast(pl.String, strict=False)
    if kind == "date":
        if series.dtype == pl.String:
            return series.str.to_datetime(strict=False)
        return series if series.dtype.is_temporal() else pl.Series(series.name, [None] * len(series), pl.Datetime)
    if series.dtype in (pl.Time, pl.Duration):
        return series
    if series.dtype.is_temporal():
        return pl.Series(series.name, [None] * len(series), pl.Float64)
    return series.cast(pl.Float64, strict=False)


def _key(run: Path, table: Table) -> list[str]:
    """The columns that identify a row, as the run's audit found them; personal ones are left out."""
    try:
        audit = AuditResult.read(run / "audit.json")
    except (OSError, ValueError):
        return []
    summary = next((t for t in audit.tables if t.name == table.name), audit.tables[0] if audit.tables else None)
    personal = {c.name for c in summary.columns if c.personal} if summary else set()
    key = summary.key if summary else []
    return list(key) if set(key) <= set(table.columns) and not personal & set(key) else []


def predicted(bundle: dict[str, Any], features: pl.DataFrame) -> tuple[Array, list[pl.Series]]:
    """Return what a saved model predicts: as it is, and as columns ``prediction`` and ``p(<label>)``."""
    classes = list(bundle["classes"])
    found = predictions(bundle["model"], model_frame(features, list(bundle["features"])), len(classes))
    if not classes:
        return found, [pl.Series("prediction", found)]
    label = pl.Series("prediction", [classes[i] for i in found.argmax(axis=1)])
    return found, [label, *(pl.Series(f"p({name})", found[:, i]) for i, name in enumerate(classes))]


def _judged(found: Array, classes: list[str], case: UseCaseEvaluation) -> list[pl.Series]:
    """What the run says of such predictions: the band around a number; the decision, and who is asked."""
    columns: list[pl.Series] = []
    if not classes:
        band = case.calibration.get("interval90")
        if band and None not in band:
            columns += [pl.Series("low", found + band[0]), pl.Series("high", found + band[1])]
        return columns
    threshold = case.thresholds.get("best", {}).get("threshold")
    if len(classes) == 2 and threshold is not None:
        columns.append(pl.Series("decision", [classes[int(p >= threshold)] for p in found[:, 1]]))
    target = case.risk_coverage.get("target")
    entry = next((t for t in case.risk_coverage.get("targets", []) if t.get("accuracy") == target), None)
    if entry is not None:
        confidence = entry.get("confidence")
        sure = found.max(axis=1) >= confidence if confidence is not None else np.zeros(len(found), dtype=bool)
        columns.append(pl.Series("abstain", ~sure))
    return columns


def _truth(table: Table, case: UseCaseEvaluation, classes: list[str]) -> tuple[Array, Array]:
    """True values and the rows that have one the model knows."""
    nothing = np.array([], dtype=int)
    if case.target not in table.columns:
        return nothing, nothing
    series = table.frame[case.target]
    if not classes:
        values = series.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        rows = np.flatnonzero(np.isfinite(values))
        return values[rows], rows
    from .task import label_texts

    code = {label.casefold(): i for i, label in enumerate(classes)}
    codes = [code.get(text.casefold(), -1) if text is not None else -1 for text in label_texts(series)]
    rows = np.flatnonzero(np.array(codes, dtype=int) >= 0)
    return np.array(codes, dtype=int)[rows], rows
