"""Labels that are likely wrong: confident learning, with a test of whether there is noise at all.

Confident learning (Northcutt, Jiang and Chuang, *Confident learning: estimating uncertainty in dataset labels*,
JAIR 2021) counts rows whose out-of-fold probability of another class is above that class's own average. Classes
that honestly overlap give such rows, too. So noise is only claimed where errors do not die out as the model
gets surer: with overlap, mistakes crowd where it hesitates; wrong labels are spread evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from .power import group_codes
from .targets import Floats, Ints

__all__ = ["Noise", "confident_disagreements", "estimate_noise", "probabilities"]

ROWS = 5_000
FEATURES = 60
LEAST_ROWS = 100
FOLDS = 5
FLAT = 0.5
SKILL = 0.65


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
    """Return out-of-fold class probabilities of a fast forest of extremely randomised trees (one thread)."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedKFold
    from threadpoolctl import threadpool_limits

    x = np.column_stack([_feature(frame[c]) for c in frame.columns])
    classes = int(codes.max()) + 1
    found = np.zeros((len(codes), classes))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with threadpool_limits(1):
        for train, test in folds.split(x, codes):
            forest = ExtraTreesClassifier(80, min_samples_leaf=3, random_state=seed, n_jobs=1)
            forest.fit(x[train], codes[train])
            found[np.ix_(test, forest.classes_)] = forest.predict_proba(x[test])
    return found


def _feature(series: pl.Series) -> Floats:
    if series.dtype.is_numeric():
        values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy().clip(-1e37, 1e37)
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

    Claimed where the model is much better than the most frequent class (two in three of its errors gone), yet its
    error among the half of the rows that it is surest of (by how sure it is, not by whether it is right) is at
    least half of its error overall, 1% and 5 rows.
    """
    said = chances.argmax(axis=1)
    missed: npt.NDArray[np.bool_] = said != codes
    error = float(missed.mean())
    base = 1.0 - float(np.bincount(codes).max()) / len(codes)
    sure = np.argsort(-chances.max(axis=1), kind="stable")[: len(codes) // 2]
    sure_error = float(missed[sure].mean())
    skilled = base > 0 and error <= (1 - SKILL) * base
    spread = sure_error >= max(0.01, FLAT * error) and int(missed[sure].sum()) >= 5
    rows, suggested = confident_disagreements(chances, codes)
    return Noise(rows, suggested, error, sure_error, bool(skilled and spread))
