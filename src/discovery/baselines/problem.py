"""One use case, ready to be learned: features, target, and how rows are divided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import AuditResult, ExcludedColumn
from ..engagement import Engagement, UseCase
from ..errors import ColumnError, DataError, TargetError, suggest
from ..intake.table import Drop, Table
from .candidates import Shape
from .candidates.forecast import clock, positions
from .conflicts import conflicting_labels
from .features import Features, hidden_gaps, model_frame, select_features
from .forecasting import Horizon, horizon_of, is_forecast, mase, origins, series_column, time_column
from .measures import Measure, measure_for
from .sampling import draw
from .splits import Division, Plan, divide, group_codes, plan_split, time_order
from .task import Target, recognise_target

__all__ = ["MAX_ROWS", "Problem", "prepare"]

Array = np.ndarray[Any, Any]
MAX_ROWS = 50_000
REPEATED_BELOW = 2000
"""Rows from which cross-validation is not repeated: with fewer, one repeat leaves good use cases undecided."""


@dataclass(eq=False)
class Problem:
    """Everything that candidates are judged with.

    Attributes
    ----------
    X : pandas.DataFrame
        The features of the rows used, and ``full`` also the leaks, for what they would have claimed.
    y : array
        Class codes or numbers of the rows used.
    rows : array
        Positions of the rows used in the table (from 0).
    again : callable or None
        Makes the same problem of at most so many rows.
    sampling : dict
        How the rows were drawn, where not all were used.
    """

    use_case: UseCase
    table: Table
    target: Target
    measure: Measure
    features: Features
    plan: Plan
    X: Any
    full: Any
    y: Array
    rows: Array
    groups: Array | None
    order: Array | None
    division: Division
    shape: Shape
    seed: int
    notes: list[str] = field(default_factory=list)
    horizon: Horizon | None = None
    again: Callable[[int], Problem] | None = None
    sampling: dict[str, Any] = field(default_factory=dict)

    @property
    def classes(self) -> int:
        """Number of classes; 0 for numbers."""
        return len(self.target.classes)


def prepare(
    drop: Drop,
    engagement: Engagement,
    use_case: UseCase,
    audit: AuditResult,
    *,
    seed: int,
    max_rows: int = MAX_ROWS,
) -> Problem:
    """Recognise, choose and divide.

    Raises
    ------
    InputError
        The use case cannot be evaluated; the error says why in one line.
    """
    table = drop.tables.get(use_case.table)
    if table is None:
        raise DataError(
            f"use case '{use_case.name}' is about table '{use_case.table}', which is not in the drop",
            mend=suggest(use_case.table, drop.tables),
        )
    if use_case.target not in table.columns:
        raise ColumnError(
            f"the target '{use_case.target}' is not a column",
            where=table.name,
            mend=suggest(use_case.target, table.columns),
        )
    target = recognise_target(table, use_case)
    plan = plan_split(table, use_case, audit, bool(target.classes))
    features = select_features(table, use_case, audit, engagement, group=plan.group)
    time = time_column(table, use_case, audit)
    series = series_column(table, use_case, time)
    alone = (
        use_case.task == "auto" and target.task == "regression" and is_forecast(table, time, series, features.names)
    )
    if target.task == "forecast" or alone:
        return _forecast(table, use_case, target, horizon_of(table, use_case, time, series), features, seed)
    measure = measure_for(target.task, use_case.metric)
    if not features.names:
        raise TargetError(
            "no column is left to predict from",
            where=f"{table.name}.{use_case.target}",
            mend="See excluded columns; name those that may be used under allow.",
        )
    return _assemble(table, use_case, target, measure, plan, features, audit, seed, max_rows)


def _assemble(
    table: Table,
    use_case: UseCase,
    target: Target,
    measure: Measure,
    plan: Plan,
    features: Features,
    audit: AuditResult,
    seed: int,
    max_rows: int,
) -> Problem:
    sampling: dict[str, Any] = {}
    rows, y, asked = target.rows, target.y, plan
    frame = table.frame if len(rows) == table.frame.height else table.frame[rows]
    groups, order = group_codes(frame, plan, features.names), time_order(frame, plan)
    if len(rows) > max_rows:
        chosen, rule = draw(y, groups, order, max_rows, seed, bool(target.classes))
        sampling = {"rows_available": len(rows), "rows_used": len(chosen), "rule": rule}
        rows, y, frame = rows[chosen], y[chosen], frame[chosen]
        groups = groups[chosen] if groups is not None else None
        order = order[chosen] if order is not None else None
    if table.whole is not None:
        rule = f"of a sample of {table.frame.height:,} rows that fits into memory, {sampling.get('rule', 'all')}"
        sampling = {"rows_available": table.rows, "rows_used": len(rows), "rule": rule}
    alike = conflicting_labels(frame.select(features.names), y)
    target = replace(target, report={**target.report, "conflicting_labels": alike})
    full = model_frame(frame, features.names + features.leaks)
    X = full[features.names]
    repeats = 1 if len(y) >= REPEATED_BELOW else 2
    division = divide(y, groups=groups, order=order, repeats=repeats, gap=use_case.horizon or 0, seed=seed)
    if division.kind is not None:
        plan = replace(plan, kind=division.kind, why=f"{plan.why}; {division.why}")
        order = None if division.kind == "group" else order
        groups = groups if division.groups is None else division.groups
    if len(division.folds) < 2:
        raise TargetError(
            "too few distinct times or groups to divide the rows",
            where=f"{table.name}.{plan.time or plan.group}",
            mend="Bring more history, or name another column under time or group.",
        )
    from .cells import is_text

    text = any(
        str(X[c].dtype) == "category" and is_text(X[c].cat.categories, int(X[c].notna().sum())) for c in X.columns
    )
    gaps = hidden_gaps(table, features.names, audit)
    shape = Shape(target.task, int(division.train_rows), text, target.classes, use_case.target, seed, gaps)
    return Problem(
        use_case, table, target, measure, features, plan,
        X, full, y, rows, groups, order, division, shape, seed, sampling=sampling,
        again=lambda most: _assemble(table, use_case, target, measure, asked, features, audit, seed, most),
    )  # fmt: skip


def _why_forecast(horizon: Horizon) -> str:
    if horizon.group is None:
        return "all there is to predict from is the time and the past"
    return f"each '{horizon.group}' has each time once, and all there is to predict from is its past"


def _forecast(
    table: Table, use_case: UseCase, target: Target, horizon: Horizon, features: Features, seed: int
) -> Problem:
    """Series in time: only the past of the target is read, and folds are origins."""
    names = [horizon.time] + ([horizon.group] if horizon.group else [])
    timed = table.frame[horizon.time].is_not_null().to_numpy()[target.rows]
    rows, y = target.rows[timed], target.y[timed]
    frame = table.frame[rows]
    X = model_frame(frame, names)
    moments = X[horizon.time].to_numpy()
    place = positions(moments, clock(moments))
    series = frame[horizon.group].cast(pl.String).fill_null("").to_numpy() if horizon.group else np.full(len(y), "")
    division = origins(place, horizon.steps, horizon.period)
    measure = mase(y, place, series, horizon.period, division.train, use_case.metric)
    unread = [
        ExcludedColumn(column=c, why="forecast: only the past of the target is read")
        for c in features.names
        if c not in names
    ]
    kept = Features(names, [e for e in features.excluded if e.column not in names] + unread, features.leaks)
    why = target.why if target.task == "forecast" else _why_forecast(horizon)
    asked = replace(target, task="forecast", why=why, rows=rows, y=y)
    plan = Plan("time", horizon.why, None, horizon.time)
    shape = Shape("forecast", int(division.train_rows), False, (), use_case.target, seed)
    notes = [f"A season of {horizon.period} steps was assumed."] if horizon.period > 1 else []
    return Problem(
        use_case,
        table,
        asked,
        measure,
        kept,
        plan,
        X,
        X,
        y,
        rows,
        None,
        place,
        division,
        shape,
        seed,
        notes,
        horizon,
    )
