"""A forecast as a use case: series in time, origins instead of folds, and the error against seasonal naive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import AuditResult
from ..engagement import UseCase
from ..errors import TargetError
from ..intake.table import Table
from .candidates.forecast import clock, positions
from .measures import Measure, measure_for
from .splits import Division

__all__ = [
    "Horizon",
    "described",
    "horizon_of",
    "is_forecast",
    "mase",
    "origins",
    "seasonal_errors",
    "series_column",
    "time_column",
]

Array = np.ndarray[Any, Any]
ORIGINS = 8
ONCE = 0.02


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is forecast: by which column, how far ahead, and how many steps a season has."""

    time: str
    group: str | None
    steps: int
    period: int
    why: str


def time_column(table: Table, use_case: UseCase, audit: AuditResult) -> str | None:
    """Return the column that orders the rows: the engagement's, else the audit's."""
    if use_case.time:
        return use_case.time
    summary = next((t for t in audit.tables if t.name == table.name), None)
    return summary.time if summary and summary.time in table.columns else None


def series_column(table: Table, use_case: UseCase, time: str | None) -> str | None:
    """Return the column that names the series: the engagement's group, else one that has each time once.

    Such a column is text or whole numbers, has at least eight rows a value, and nearly no time twice for one value,
    where most times are there more than once.
    """
    if use_case.group or time is None or table.frame[time].is_duplicated().mean() < 0.5:  # type: ignore[operator]
        return use_case.group
    for name in table.columns:
        column = table.frame[name]
        if name in {time, use_case.target} or not (column.dtype == pl.String or column.dtype.is_integer()):
            continue
        few = 2 <= column.n_unique() <= table.rows / 8
        if few and table.frame.select(time, name).is_duplicated().mean() < ONCE:  # type: ignore[operator]
            return name
    return None


def is_forecast(table: Table, time: str | None, group: str | None, features: list[str]) -> bool:
    """Whether all there is to predict from is the past: a numeric target, and each time (and series) once."""
    if time is None or set(features) - {time, group}:
        return False
    keys = [time] + ([group] if group else [])
    return table.frame.select(keys).is_duplicated().mean() < ONCE and table.rows >= 40  # type: ignore[operator,return-value]


def _period(how: tuple[str, Any]) -> int:
    kind, step = how[0], float(how[1])
    if kind == "month":
        return max(1, round(12 / step))
    if kind == "second":
        for length, steps in ((3600, 24), (86400, 7), (7 * 86400, 52)):
            if 0.9 < step / length < 1.1:
                return steps
        if step < 3600:
            return max(1, round(86400 / step))
    return 1


def horizon_of(table: Table, use_case: UseCase, time: str | None, group: str | None) -> Horizon:
    """Work out the season from the step in time, and the horizon where the engagement gives none.

    Raises
    ------
    TargetError
        There is no time column, or too little history.
    """
    where = f"{table.name}.{use_case.target}"
    if time is None:
        raise TargetError(
            "a forecast needs a time column", where=where, mend="Name it under time in the engagement."
        )
    series = table.frame[time].drop_nulls()
    if not (series.dtype.is_temporal() or series.dtype.is_numeric()):
        raise TargetError(
            f"'{time}' is not a date or a number", where=table.name, mend="Name a date column under time."
        )
    values = series.cast(pl.Datetime("us")).to_numpy() if series.dtype.is_temporal() else series.to_numpy()
    how = clock(values)
    steps = len(np.unique(positions(values, how)))
    period = _period(how)
    if 2 * period > steps // 2:
        period = 1
    horizon = use_case.horizon or max(1, min(period if period > 1 else 12, steps // 10))
    if steps < max(12, 3 * horizon):
        raise TargetError(
            f"{steps} steps in time are too few to forecast {horizon} ahead",
            where=where,
            mend="Bring more history.",
        )
    why = f"origins move forward in '{time}', each forecast {horizon} steps ahead from all before it"
    if group:
        why = f"{why}, a series for each value of '{group}'"
    return Horizon(time, group, horizon, period, why)


def origins(place: Array, horizon: int, period: int) -> Division:
    """Return folds whose test rows are the ``horizon`` steps after an origin; the last origin is the holdout."""
    steps = np.unique(place)
    last = len(steps) - horizon
    least = max(2 * period, 8, int(0.4 * len(steps)))
    starts = sorted({max(least, last - k * horizon) for k in range(1, ORIGINS + 1)} - {last})
    starts = [s for s in starts if least <= s < last] or [max(1, last - 1)]
    folds = []
    for s in starts:
        end = steps[min(s + horizon, last) - 1]
        folds.append((np.flatnonzero(place < steps[s]), np.flatnonzero((place >= steps[s]) & (place <= end))))
    return Division(folds, np.flatnonzero(place < steps[last]), np.flatnonzero(place >= steps[last]), 1)


def described(X: Any, horizon: Horizon, place: Array, folds: list[tuple[Array, Array]]) -> Any:
    """Return what a forecast can be told apart by: the series, how far ahead it was, month and weekday."""
    import pandas as pd

    ahead = np.full(len(X), np.nan)
    for train, test in folds:
        ahead[test] = place[test] - place[train].max()
    found: dict[str, Any] = {horizon.group: X[horizon.group].array} if horizon.group else {}
    found["steps ahead"] = ahead
    moments = X[horizon.time]
    if moments.dtype.kind == "M":
        found |= {
            "month": moments.dt.month.to_numpy(float),
            "weekday": moments.dt.isocalendar().day.to_numpy(float),
        }
    return pd.DataFrame({k: v for k, v in found.items() if len(pd.unique(pd.Series(v))) > 1})


def seasonal_errors(y: Array, place: Array, names: Array, period: int, train: Array) -> dict[str, Array]:
    """Return by series how far the value of a season before was off, within the training rows."""
    found: dict[str, Array] = {}
    for series in np.unique(names[train]):
        mine = train[names[train] == series]
        values = y[mine[np.argsort(place[mine], kind="stable")]]
        if len(values) > period:
            found[str(series)] = np.abs(values[period:] - values[:-period])
    return found


def mase(
    y: Array, place: Array, names: Array, period: int, train: Array, name: str | None
) -> Measure:  # fmt: skip
    """Return the mean absolute scaled error (Hyndman and Koehler 2006), or the metric that is asked for.

    The scale is the mean absolute error of the seasonal naive forecast within the training rows, over all series.
    """
    if name is not None and name.casefold() not in {"mase", "mean_absolute_scaled_error"}:
        return measure_for("forecast", name)
    errors = list(seasonal_errors(y, place, names, period, train).values())
    scale = float(np.concatenate(errors).mean()) if errors else math.nan
    if not scale > 0:
        scale = float(np.abs(y[train] - y[train].mean()).mean()) or 1.0
    return Measure("mase", ("forecast",), False, lambda a, b: float(np.abs(a - b).mean()) / scale)
