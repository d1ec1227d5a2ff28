"""Forecasts: naive, seasonal naive, the theta method, and boosting on lags, for one series or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from . import Candidate, Shape

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["LagBoosting", "SeriesModel", "candidates", "clock", "naive", "seasonal_naive", "theta"]

Array = np.ndarray[Any, Any]
MOST_PAIRS = 30_000


def clock(times: Any) -> tuple[str, Any]:
    """Return how moments count as whole steps: ``("month", 1)``, ``("second", step)`` or ``("number", step)``."""
    values = np.unique(np.asarray(times))
    if values.dtype.kind != "M":
        steps = np.diff(values.astype(float))
        return "number", float(np.median(steps)) if len(steps) else 1.0
    months = np.unique(values.astype("datetime64[M]"))
    days = np.diff(values).astype("timedelta64[s]").astype(float) / 86400.0
    typical = float(np.median(days)) if len(days) else 1.0
    if len(months) == len(values) and typical >= 27.5:
        return "month", max(1, round(typical / 30.44))
    return "second", max(1.0, typical * 86400.0)


def positions(times: Any, how: tuple[str, Any]) -> Array:
    """Return moments as whole steps of a clock."""
    values = np.asarray(times)
    kind, step = how
    if kind == "month":
        found: Array = values.astype("datetime64[M]").astype(np.int64) // int(step)
        return found
    number = values.astype("datetime64[s]").astype(np.int64) if kind == "second" else values.astype(float)
    return np.asarray(np.round(number / step).astype(np.int64))


def naive(y: Array, ahead: Array, _: int) -> Array:
    """The last value."""
    return np.full(len(ahead), y[-1])


def seasonal_naive(y: Array, ahead: Array, period: int) -> Array:
    """The value at the same place of the last season."""
    if len(y) < period:
        return naive(y, ahead, period)
    found: Array = y[-period:][(ahead - 1) % period]
    return found


def _seasonal(y: Array, period: int) -> Array | None:
    """Seasonal indices (additive, mean 0) where the autocorrelation at the period is significant at 90%."""
    if period < 2 or len(y) < 2 * period + 2:
        return None
    trend = np.convolve(y, np.ones(period) / period, "valid")
    lead = (period - 1) // 2
    rest = y[lead : lead + len(trend)] - trend
    centred = rest - rest.mean()
    total = float((centred**2).sum())
    if total == 0 or len(rest) <= period:
        return None
    correlation = [float((centred[k:] * centred[:-k]).sum()) / total for k in range(1, period + 1)]
    limit = 1.645 * np.sqrt((1 + 2 * sum(r * r for r in correlation[:-1])) / len(rest))
    if abs(correlation[-1]) <= limit and correlation[-1] < 0.5:
        return None
    place = (np.arange(len(rest)) + lead) % period
    index = np.bincount(place, weights=rest, minlength=period) / np.maximum(np.bincount(place, minlength=period), 1)
    found: Array = index - index.mean()
    return found


def theta(y: Array, ahead: Array, period: int) -> Array:
    """The theta method: simple exponential smoothing with half the slope of the trend as drift.

    Assimakopoulos and Nikolopoulos (2000), in the form of Hyndman and Billah (2003); seasons are taken off before
    and put back after, additively.
    """
    from scipy.signal import lfilter

    index = _seasonal(y, period)
    flat = y - index[np.arange(len(y)) % period] if index is not None else y
    best: tuple[float, float] | None = None
    for alpha in np.arange(1, 20) / 20:
        level = lfilter([alpha], [1, alpha - 1], flat, zi=[(1 - alpha) * flat[0]])[0]
        error = float(((flat[1:] - level[:-1]) ** 2).sum())
        if best is None or error < best[0]:
            best = (error, float(level[-1]))
    assert best is not None
    slope = float(np.polyfit(np.arange(len(flat)), flat, 1)[0]) if len(flat) > 2 else 0.0
    found = best[1] + 0.5 * slope * ahead
    if index is not None:
        found = found + index[(len(y) - 1 + ahead) % period]
    return np.asarray(found)


METHODS = {"naive": naive, "seasonal_naive": seasonal_naive, "theta": theta}


class SeriesModel(BaseEstimator):  # type: ignore[misc]
    """One method, series by series. Takes a frame with the time column and, where there are many, the series.

    Parameters
    ----------
    method : {"naive", "seasonal_naive", "theta"}
    time : str
        The time column.
    group : str, optional
        The column that names the series.
    period : int
        Steps a season has; 1 for none.
    """

    def __init__(
        self, method: str = "naive", time: str = "time", group: str | None = None, period: int = 1
    ) -> None:
        self.method = method
        self.time = time
        self.group = group
        self.period = period

    def _names(self, X: Any) -> Array:
        return X[self.group].astype(str).to_numpy() if self.group else np.full(len(X), "")

    def fit(self, X: Any, y: Any) -> SeriesModel:
        """Keep the series as regular steps; steps without a value are filled in straight lines."""
        moments = X[self.time].to_numpy()
        self.clock_ = clock(moments)
        place, names, values = positions(moments, self.clock_), self._names(X), np.asarray(y, dtype=float)
        self.series_: dict[str, tuple[int, Array]] = {}
        for name in np.unique(names):
            mine = names == name
            steps, which = np.unique(place[mine], return_inverse=True)
            mean = np.bincount(which, weights=values[mine]) / np.bincount(which)
            grid = np.arange(steps[0], steps[-1] + 1)
            self.series_[str(name)] = (int(steps[0]), np.interp(grid, steps, mean))
        self.overall_ = float(values.mean())
        return self

    def predict(self, X: Any) -> Array:
        """Forecast the moments of the rows; a moment within the history gives what was there."""
        place, names = positions(X[self.time].to_numpy(), self.clock_), self._names(X)
        found = np.full(len(X), self.overall_)
        for name in np.unique(names):
            if str(name) not in self.series_:
                continue
            start, history = self.series_[str(name)]
            mine = np.flatnonzero(names == name)
            ahead = place[mine] - (start + len(history) - 1)
            past = ahead <= 0
            found[mine[past]] = history[np.maximum(place[mine[past]] - start, 0)]
            if (~past).any():
                found[mine[~past]] = self._ahead(history, ahead[~past], X.iloc[mine[~past]])
        return found

    def _ahead(self, history: Array, ahead: Array, _: Any) -> Array:
        return METHODS[self.method](history, ahead, self.period)


class LagBoosting(SeriesModel):
    """Boosting on lags, season, level and calendar, directly for every step ahead, over all series.

    Parameters
    ----------
    time, group, period
        As for :class:`SeriesModel`.
    horizon : int
        Steps ahead that are learned.
    seed : int
        Seed of the pairs of origin and step that are learned from, and of the trees.
    """

    def __init__(
        self, time: str = "time", group: str | None = None, period: int = 1, horizon: int = 1, seed: int = 0
    ) -> None:
        super().__init__("lags", time, group, period)
        self.horizon = horizon
        self.seed = seed

    def _features(self, history: Array, origin: Array, ahead: Array, moments: Any) -> tuple[Array, Array]:
        """Lags and means known at each origin, relative to the level there, and that level."""
        season = max(self.period, 1)
        span = max(season, 4)
        total = np.concatenate([[0.0], np.cumsum(history)])
        start = np.maximum(origin + 1 - span, 0)
        level = (total[origin + 1] - total[start]) / (origin + 1 - start)
        seasons = season * np.ceil(ahead / season).astype(np.int64)
        lags = [origin, origin - 1, origin - 2, origin + ahead - seasons, origin + ahead - seasons - season]
        columns = [np.where(at >= 0, history[np.maximum(at, 0)] - level, np.nan) for at in lags]
        half = np.maximum(origin + 1 - 2 * span, 0)
        before = (total[origin + 1] - total[half]) / (origin + 1 - half)
        columns += [level - before, ahead.astype(float), (origin + ahead) % season, *_calendar(moments)]
        return np.column_stack(columns), level

    def fit(self, X: Any, y: Any) -> LagBoosting:
        """Learn from pairs of an origin and a step ahead within the history."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        super().fit(X, y)
        generator = np.random.default_rng(self.seed)
        each = max(50, MOST_PAIRS // len(self.series_))
        rows, targets = [], []
        for start, history in self.series_.values():
            first = min(max(self.period, 3), len(history) - 2)
            if first < 1 or len(history) < 8:
                continue
            count = min(each, (len(history) - first) * self.horizon)
            origin = generator.integers(first, len(history) - 1, count)
            ahead = 1 + generator.integers(0, self.horizon, count)
            fits = origin + ahead < len(history)
            origin, ahead = origin[fits], ahead[fits]
            features, level = self._features(history, origin, ahead, self._moments(start + origin + ahead))
            rows.append(features)
            targets.append(history[origin + ahead] - level)
        self.model_: Any = None
        if rows and sum(len(t) for t in targets) >= 40:
            self.model_ = HistGradientBoostingRegressor(
                max_iter=150, learning_rate=0.06, max_leaf_nodes=15, loss="absolute_error",
                early_stopping=False, random_state=self.seed,
            )  # fmt: skip
            self.model_.fit(np.vstack(rows), np.concatenate(targets))
        return self

    def _moments(self, place: Array) -> Any:
        kind, step = self.clock_
        if kind == "month":
            return (place * step).astype("datetime64[M]")
        if kind == "second":
            return np.round(place * step).astype(np.int64).astype("datetime64[s]")
        return None

    def _ahead(self, history: Array, ahead: Array, rows: Any) -> Array:
        if self.model_ is None:
            return seasonal_naive(history, ahead, self.period)
        moments = rows[self.time].to_numpy()
        origin = np.full(len(ahead), len(history) - 1)
        features, level = self._features(history, origin, ahead, moments if moments.dtype.kind == "M" else None)
        return np.asarray(self.model_.predict(features)) + level


def _calendar(moments: Any) -> list[Array]:
    if moments is None:
        return []
    days = moments.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    return [
        (days.astype(np.int64) + 3) % 7 + 0.0,
        months.astype(np.int64) % 12 + 0.0,
        (days - months.astype("datetime64[D]")).astype(np.int64) + 0.0,
        (moments.astype("datetime64[s]") - days.astype("datetime64[s]")).astype(np.int64) // 3600 + 0.0,
    ]


def candidates(
    shape: Shape, _: UseCase, *, time: str, group: str | None, period: int, horizon: int
) -> list[Candidate]:  # fmt: skip
    """Return the forecasting candidates, simplest first."""

    def series(method: str) -> Any:
        return lambda: SeriesModel(method, time, group, period)

    found = [Candidate("naive", "dummy", "The last value", series("naive"), 0)]
    if period > 1:
        title = f"The value {period} steps before"
        found.append(Candidate("seasonal_naive", "forecast", title, series("seasonal_naive"), 1))
    found.append(Candidate("theta", "forecast", "Theta method", series("theta"), 2))
    found.append(
        Candidate(
            "boosting", "boosting", "Gradient boosting on lags",
            lambda: LagBoosting(time, group, period, horizon, shape.seed), 4,
        )
    )  # fmt: skip
    return found
