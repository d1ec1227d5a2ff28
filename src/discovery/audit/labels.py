"""Labels that are likely wrong: confident learning, with a test of whether there is noise at all.

Confident learning (Northcutt, Jiang and Chuang, *Confident learning: estimating uncertainty in dataset labels*,
JAIR 2021) counts rows whose out-of-fold probability of another class is above that class's own average. Classes
that honestly overlap give such rows, too. So noise is only claimed where errors do not die out as the model
gets surer: with overlap, mistakes crowd where it hesitates; wrong labels are spread evenly. The probabilities are
those of trees and of a linear model in equal parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from .leakage.power import group_codes
from .targets import Floats, Ints, as_floats

__all__ = ["Noise", "confident_disagreements", "estimate_noise", "probabilities"]

ROWS = 5_000
FEATURES = 60
LEAST_ROWS = 100
FOLDS = 5
TREES, LEVELS = 60, 12
FLAT = 0.5
"""Share of the error overall that the error among the surer half must have."""
SKILL, SKILL_WITHOUT = 0.65, 0.7
"""Share of the errors of the most frequent class that must be gone, as it is and without the noise."""
LEVEL = 0.6
"""Share of the error among the surer half that the error among the surest quarter must have."""
LEAST_NOISE, LEAST_LEVEL, FEWEST = 0.01, 0.008, 4
"""Least error among the surer half and among the surest quarter, and least rows of either."""


@dataclass(frozen=True, eq=False)
class Noise:
    """What confident learning says of a sample.

    ``rows`` are positions (from 0) of likely wrong labels, the surest first, and ``suggested`` their likelier
    class. ``error`` is the share of rows the model gets wrong, ``sure_error`` the same among the half it is
    surest of.
    """

    rows: Ints
    suggested: Ints
    error: float
    sure_error: float
    claimed: bool


def probabilities(frame: pl.DataFrame, codes: Ints, seed: int = 0) -> Floats:
    """Return out-of-fold class probabilities: the mean of those of a forest of extremely randomised trees and of a
    linear discriminant, which is right where the trees need more rows (one thread)."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedKFold
    from threadpoolctl import threadpool_limits

    plain = np.column_stack([_feature(frame[c]) for c in frame.columns])
    scaled = np.column_stack([v for c in frame.columns for v in _scaled(frame[c])])
    found = np.zeros((len(codes), int(codes.max()) + 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with threadpool_limits(1):
        for train, test in folds.split(plain, codes):
            forest = ExtraTreesClassifier(TREES, min_samples_leaf=3, random_state=seed, n_jobs=1)
            line = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)
            for model, x in ((forest, plain), (line, scaled)):
                model.fit(x[train], codes[train])
                found[np.ix_(test, model.classes_)] += model.predict_proba(x[test]) / 2
    return found


def _scaled(series: pl.Series) -> list[Floats]:
    """Return what a linear model is given of a column: its numbers and their normal scores, or flags of levels."""
    if not series.dtype.is_numeric():
        codes = group_codes(series)
        common = np.argsort(-np.bincount(codes), kind="stable")[:LEVELS]
        return [np.asarray(codes == level, dtype=np.float64) for level in common]
    from scipy.special import ndtri

    values = as_floats(series)
    there = np.isfinite(values)
    if not there.any():
        return [np.zeros(len(values))]
    known = values[there].clip(-1e37, 1e37)
    spread = float(known.std()) or 1.0
    told = np.zeros((2, len(values)))
    told[0, there] = ((known - known.mean()) / spread).clip(-4, 4)
    told[1, there] = ndtri((pl.Series(known).rank("average").to_numpy() - 0.5) / len(known))
    return [*told, *([] if there.all() else [np.asarray(~there, dtype=np.float64)])]


def _feature(series: pl.Series) -> Floats:
    if series.dtype.is_numeric():
        values = as_floats(series).clip(-1e37, 1e37)
        low = float(np.nanmin(values)) - 1.0 if np.isfinite(values).any() else 0.0
        return np.asarray(np.nan_to_num(values, nan=low), dtype=np.float64)
    return group_codes(series).astype(np.float64)


def confident_disagreements(chances: Floats, codes: Ints) -> tuple[Ints, Ints]:
    """Return (rows, likelier classes): the off-diagonal of the confident joint, the surest first."""
    classes = chances.shape[1]
    own = np.array([chances[codes == k, k].mean() if (codes == k).any() else 1.0 for k in range(classes)])
    above = np.where(chances >= own, chances, -1.0)
    best = above.argmax(axis=1)
    wrong = np.flatnonzero((above.max(axis=1) >= 0) & (best != codes))
    margin = chances[wrong, best[wrong]] - chances[wrong, codes[wrong]]
    wrong = wrong[np.argsort(-margin, kind="stable")]
    return wrong.astype(np.int64), best[wrong].astype(np.int64)


def estimate_noise(chances: Floats, codes: Ints) -> Noise:
    """Judge whether the labels are noisy, from out-of-fold probabilities.

    Claimed where the error does not die out among the rows that the model is surest of (by how sure it is, not by
    whether it is right). Either the model is much better than the most frequent class (two in three of its errors
    gone), and its error among the surer half is at least half of its error overall, 1% and 4 rows. Or its error
    among the surest quarter is at least 0.8%, 4 rows, three fifths of that among the surer half and 30% of all; and
    without as much noise in all labels, seven in ten errors of the most frequent class would be gone. As many rows
    as the error among the surer half makes of all are named (pruning by noise rate, as in the paper).
    """
    said = chances.argmax(axis=1)
    missed: npt.NDArray[np.bool_] = said != codes
    error = float(missed.mean())
    base = 1.0 - float(np.bincount(codes).max()) / len(codes)
    surest = np.argsort(-chances.max(axis=1), kind="stable")
    half, quarter = missed[surest[: len(codes) // 2]], missed[surest[: len(codes) // 4]]
    sure_error = float(half.mean())
    claimed = base > 0 and (_spread(error, base, half) or _level(error, base, half, quarter))
    rows, suggested = confident_disagreements(chances, codes)
    most = max(1, round(sure_error * len(codes)))
    return Noise(rows[:most], suggested[:most], error, sure_error, bool(claimed))


def _spread(error: float, base: float, half: npt.NDArray[np.bool_]) -> bool:
    skilled = error <= (1 - SKILL) * base
    return skilled and half.mean() >= max(LEAST_NOISE, FLAT * error) and half.sum() >= FEWEST


def _level(error: float, base: float, half: npt.NDArray[np.bool_], quarter: npt.NDArray[np.bool_]) -> bool:
    noise = float(quarter.mean())
    skilled = error <= 0.9 * base and max(0.0, error - noise) <= (1 - SKILL_WITHOUT) * (base - noise)
    return skilled and noise >= max(LEAST_LEVEL, LEVEL * half.mean(), 0.3 * error) and quarter.sum() >= FEWEST
