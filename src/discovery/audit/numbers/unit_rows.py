"""Rows in another unit, one here and one there: they stand out from what the other columns say of them.

Method: the logarithm of a column is regressed on those of up to four columns that go with it (rank correlation),
by iteratively reweighted least squares (Huber's weights, then Tukey's biweight; Huber and Ronchetti, *Robust
Statistics*, 2009). Rows in another unit are left with residuals round the logarithm of the factor. A second hump
there is taken for a change of unit only where it stands clear of the first and is of its width, where no tail leads
to it, goes on beyond it or is there on the other side, where to take the factor out makes the column itself spread
less, and where its rows are in every other column like all others: natural groups are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ..relations.dependencies import codes_of
from .unit_parts import DECADES

__all__ = ["RowsOfUnit", "rows_in_other_units"]

ROWS, RANKED, COLUMNS = 10_000, 2_000, 100
"""How many rows are looked at, by how many of them columns are ranked, and how many columns of numbers."""
PREDICTORS, CORRELATED = 4, 0.3
"""How many other columns tell of one, and the least rank correlation of each."""
BETTER = 0.9
"""How much smaller the spread must be that they leave of it, as a share."""
FEWEST, SHARE, MOST = 8, 0.003, 0.4
"""The fewest rows in another unit, and the least and the most of them as a share of all."""
VALUES, OWN_VALUES = 40, 5
"""The fewest different values of a column, and of its rows in another unit."""
CLEAR = 4.0
"""How many robust deviations the factor must lie away."""
RIDGE = 1e-4
"""The penalty of the regression, as a share of each column's variance: columns may tell the same."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RowsOfUnit:
    """Rows that hold ``column`` times ``factor`` (the inverse where ``larger`` is false).

    They are those whose log of ``column``, less ``weights`` times the logs of the columns ``by``, is between
    ``low`` and ``high``.
    """

    column: str
    factor: float
    larger: bool
    by: tuple[str, ...]
    weights: tuple[float, ...]
    low: float
    high: float

    @property
    def terms(self) -> list[tuple[str, float]]:
        """The columns ``by`` with their weights."""
        return list(zip(self.by, self.weights, strict=True))

    def mask(self, frame: pl.DataFrame) -> pl.Series:
        """Return which rows of ``frame`` they are."""
        rest = _positive_log(self.column)
        for column, weight in self.terms:
            rest = rest - weight * _positive_log(column)
        inside = rest.is_between(self.low, self.high).fill_null(False).alias("inside")
        return frame.select(inside)["inside"]


@dataclass(eq=False)
class _Sheet:
    """The sampled rows: logs (NaN where there is none), the same filled and scaled, and what membership is held
    against."""

    names: list[str]
    logs: Floats
    filled: Floats
    positive: Bools
    close: Floats
    others: Floats
    of_other: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Hump:
    """A second hump of the residuals of one column, ``distance`` from the first, in the sampled rows ``inside``."""

    factor: float
    distance: float
    inside: npt.NDArray[np.int64]
    scale: float
    spread: float
    by: tuple[int, ...]
    weights: tuple[float, ...]
    centre: float


def rows_in_other_units(
    frame: pl.DataFrame, names: Sequence[str], factors: Mapping[str, Sequence[float]], levels: Sequence[str] = ()
) -> Iterator[RowsOfUnit]:
    """Iterate over columns of which some rows, mixed among the others, are in another unit.

    Parameters
    ----------
    frame : polars.DataFrame
        All rows; an evenly spaced sample of 10,000 is looked at.
    names : sequence of str
        Columns of numbers, the first 100 of which count.
    factors : mapping of str to sequence of float
        By column that is to be judged, the factors between its units. The others only tell of those.
    levels : sequence of str
        Columns of categories: rows of another unit must not be of another kind.
    """
    from threadpoolctl import threadpool_limits

    names = list(names[:COLUMNS])
    some = frame.select(list(dict.fromkeys([*names, *levels])))
    some = some.gather_every(-(-some.height // ROWS)) if some.height > ROWS else some
    if not names or some.height < FEWEST:
        return
    with threadpool_limits(1, user_api="blas"):
        yield from list(_one_by_one(_sheet(some, names, levels), factors))


def _one_by_one(sheet: _Sheet, factors: Mapping[str, Sequence[float]]) -> Iterator[RowsOfUnit]:
    """Iterate over what is found, the surest first: a column that is set right echoes no more in the others."""
    names = sheet.names
    judged = [j for j, name in enumerate(names) if name in factors and sheet.positive[j]]
    found = {j: hump for j in judged if (hump := _hump(sheet, j, factors[names[j]])) is not None}
    while found:
        first = min(found, key=lambda j: (found[j].spread, j))
        hump = found.pop(first)
        yield _told(sheet, first, hump)
        sheet.logs[hump.inside, first] -= hump.distance
        sheet.filled[:, first] = _filled(sheet.logs[:, first])
        found = {j: again for j in found if (again := _hump(sheet, j, factors[names[j]])) is not None}


def _sheet(some: pl.DataFrame, names: list[str], levels: Sequence[str]) -> _Sheet:
    values = some.select(pl.col(names).cast(pl.Float64)).to_numpy()
    finite = np.isfinite(values)
    positive = (values > 0).sum(axis=0) >= np.maximum(60, 0.9 * finite.sum(axis=0))
    logs = np.full(values.shape, np.nan)
    np.log(values, out=logs, where=(values > 0) & finite)
    step = max(1, len(values) // RANKED)
    ranks = np.column_stack([_ranks(values[::step, j]) for j in range(len(names))])
    length = np.sqrt((ranks**2).sum(axis=0))
    scaled = ranks / np.where(length > 0, length, 1)
    filled = np.column_stack(
        [_filled(logs[:, j] if positive[j] else _ranks(values[:, j])) for j in range(len(names))]
    )
    dummies = [_indicators(codes_of(some[level])) for level in levels]
    owners = [np.arange(len(names)), *(np.full(d.shape[1], -1) for d in dummies)]
    others = np.column_stack([filled, *dummies])
    close = np.abs(scaled.T @ scaled) * positive
    return _Sheet(names, logs, filled, positive, close, others, np.concatenate(owners))


def _positive_log(column: str) -> pl.Expr:
    number = pl.col(column).cast(pl.Float64)
    return pl.when(number.is_finite() & (number > 0)).then(number).log()


def _ranks(values: Floats) -> Floats:
    """Return ranks less their mean; 0 where there is no value."""
    ranks = pl.Series(values).fill_nan(None).rank("average")
    return np.asarray((ranks - ranks.mean()).fill_null(0.0).to_numpy(), dtype=np.float64)


def _filled(values: Floats) -> Floats:
    """Return values scaled to mean 0 and standard deviation 1, gaps filled with the median."""
    there = np.isfinite(values)
    if not there.any():
        return np.zeros(len(values))
    full = np.where(there, values, np.median(values[there]))
    return np.asarray((full - full.mean()) / (full.std() or 1.0), dtype=np.float64)


def _indicators(codes: npt.NDArray[np.int64]) -> Floats:
    flags = np.asarray(codes[:, None] == np.arange(int(codes.max(initial=0)) + 1), dtype=np.float64)
    spread = flags.std(axis=0)
    return np.asarray((flags - flags.mean(axis=0)) / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _hump(sheet: _Sheet, j: int, factors: Sequence[float]) -> _Hump | None:
    """Return the second hump of a column: of what others leave of it, or of itself."""
    rows = np.flatnonzero(np.isfinite(sheet.logs[:, j]))
    logs = sheet.logs[rows, j]
    if len(np.unique(logs)) < VALUES:
        return None
    close = sheet.close[j].copy()
    close[j] = 0
    by = [int(k) for k in np.argsort(-close, kind="stable")[:PREDICTORS] if close[k] >= CORRELATED]
    plain = logs - np.median(logs)
    models: list[tuple[Floats, list[int]]] = [(plain, [])]
    if by:
        rest = _rest(logs, sheet.filled[rows][:, by])
        if _spread(rest) < BETTER * _spread(plain):
            models.insert(0, (rest, by))
    for rest, used in models:
        for factor, distance, inside in _second(rest, factors):
            if len(np.unique(logs[inside])) < OWN_VALUES or not _like_all(sheet, j, rows, inside, factor):
                continue
            spread = float((logs - distance * inside).std() / logs.std())
            if spread < 1:
                weights, centre = _equation(sheet, rows[~inside], j, used)
                return _Hump(factor, distance, rows[inside], _spread(rest), spread, tuple(used), weights, centre)
    return None


def _rest(logs: Floats, by: Floats) -> Floats:
    """Return the residuals of a robust regression, about their median."""
    x = np.column_stack([np.ones(len(logs)), by])
    penalty = RIDGE * len(logs) * np.eye(x.shape[1])
    weights, rest = np.ones(len(logs)), logs
    for step in range(9):
        weighted = x * weights[:, None]
        rest = logs - x @ np.linalg.solve(weighted.T @ x + penalty, weighted.T @ logs)
        rest = rest - np.median(rest)
        size = np.abs(rest) / max(_spread(rest), 1e-9)
        biweight = np.square(1 - np.minimum(size / 4.685, 1) ** 2) + 1e-6
        weights = 1 / np.maximum(1, size / 1.345) if step < 4 else biweight
    return rest


def _spread(values: Floats) -> float:
    """Return the median absolute deviation from 0, as a standard deviation."""
    return 1.4826 * float(np.median(np.abs(values)))


def _second(rest: Floats, factors: Sequence[float]) -> Iterator[tuple[float, float, Bools]]:
    """Iterate over (factor, signed distance, rows) of second humps, powers of ten first, then the fullest."""
    ordered, scale = np.sort(rest), _spread(rest)
    if scale <= 0:
        return
    fit = []
    for factor in factors:
        for sign in (1.0, -1.0):
            line = ordered if sign > 0 else -ordered[::-1]
            distance = float(np.log(factor))
            if distance >= CLEAR * scale and _stands(line, distance, scale, factor in DECADES):
                fit.append((factor not in DECADES, -_between(line, distance, 2 * scale), factor, sign * distance))
    for _, _, factor, distance in sorted(fit):
        yield factor, distance, np.abs(rest - distance) < min(2.5 * scale, abs(distance) / 2)


def _between(ordered: Floats, middle: float, reach: float) -> int:
    low, high = np.searchsorted(ordered, [middle - reach, middle + reach])
    return int(high - low)


def _stands(line: Floats, distance: float, scale: float, decade: bool) -> bool:
    """Whether a hump like that at 0 stands at ``distance``, with nothing leading to it or going on from it."""
    reach = min(2.5 * scale, distance / 2)
    count = _between(line, distance, reach)
    if not max(FEWEST, SHARE * len(line)) <= count < MOST * len(line):
        return False
    first = int(np.searchsorted(line, distance - reach))
    own = line[first : first + count]
    middle = float(np.median(own))
    width = 1.4826 * float(np.median(np.abs(own - middle))) / scale
    error = 3 * 1.25 * scale * max(width, 0.7) / np.sqrt(count)
    near = max(0.03, min(0.25, error)) if decade else max(0.015, min(0.08, error))
    if abs(middle - distance) > near or not 0.2 < width < 1.7:
        return False
    places = np.linspace(min(distance / 2, 2 * scale), distance - scale, 15)
    valley = min(_between(line, float(place), 0.5 * scale) for place in places)
    beyond = len(line) - int(np.searchsorted(line, distance + 2 * scale))
    mirrored = int(np.searchsorted(line, 2 * scale - distance))
    clear = _between(line, distance, scale) >= 4 * max(1, valley)
    return clear and beyond <= 0.15 * count + 1 and mirrored <= (0.8 if decade else 0.3) * count


def _like_all(sheet: _Sheet, j: int, rows: npt.NDArray[np.intp], inside: Bools, factor: float) -> bool:
    """Whether the rows are in no other column unlike all others (t-tests, on logs, ranks and levels)."""
    others = sheet.others[rows][:, sheet.of_other != j]
    if not others.shape[1]:
        return factor in DECADES
    count, all_rows = int(inside.sum()), len(inside)
    apart = np.abs(others[inside].mean(axis=0) - others[~inside].mean(axis=0))
    limit = 3.2 if others.shape[1] <= 10 else 3.5
    return bool(apart.max() * np.sqrt(count * (all_rows - count) / all_rows) < limit)


def _equation(
    sheet: _Sheet, rows: npt.NDArray[np.intp], j: int, by: Sequence[int]
) -> tuple[tuple[float, ...], float]:
    """Return the weights of the logs of ``by`` and the middle of what they leave, over rows that fit."""
    y = sheet.logs[rows, j]
    if not by:
        return (), float(np.median(y))
    x = sheet.logs[rows][:, list(by)]
    known = np.isfinite(x).all(axis=1)
    y, x = y[known], x[known]
    centred = x - x.mean(axis=0)
    square = centred.T @ centred
    penalty = RIDGE * np.diag(np.diag(square))
    weights = np.linalg.solve(square + penalty, centred.T @ (y - y.mean()))
    weights = np.array([float(f"{w:.4g}") for w in weights])
    return tuple(weights.tolist()), float(np.median(y - x @ weights))


def _told(sheet: _Sheet, j: int, hump: _Hump) -> RowsOfUnit:
    """Return the hump with the bounds that part it best from the others (two normal curves of one width)."""
    distance, share = abs(hump.distance), len(hump.inside) / max(1, int(np.isfinite(sheet.logs[:, j]).sum()))
    inner = distance / 2 + hump.scale**2 * np.log((1 - share) / share) / distance
    edges = (min(inner, distance), distance + max(4 * hump.scale, 0.05))
    low, high = edges if hump.distance > 0 else (-edges[1], -edges[0])
    bounds = [float(f"{hump.centre + edge:.5g}") for edge in (low, high)]
    by = tuple(sheet.names[k] for k in hump.by)
    return RowsOfUnit(sheet.names[j], hump.factor, hump.distance > 0, by, hump.weights, bounds[0], bounds[1])
