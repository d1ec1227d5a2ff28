"""From a messy frame to numbers, inside the pipeline: what is learned here is learned from training rows only."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone

from .target_means import TargetMeans

__all__ = ["FrameEncoder", "TabularModel"]

Array = np.ndarray[Any, Any]

TEXT_WORDS = 3.0
_DAY = np.timedelta64(1, "D")


class FrameEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Encode a frame of floats, dates and categories (:func:`.features.model_frame`) as a matrix.

    Parameters
    ----------
    purpose : {"trees", "linear", "rule"}
        ``trees``: numbers as they are, categories as codes (``categorical_`` says which columns), those with many
        levels by the mean target and their frequency. ``linear``: everything imputed, scaled and one-hot.
        ``rule``: numbers as they are, and one column for each frequent level, to be read by people.
    text : bool
        Whether columns of sentences are encoded (TF-IDF; for trees its leading components) or left out.
    max_levels : int
        Most levels that get a code or a column of their own.
    components : int
        Components a text column has for trees.
    seed : int
        Seed of the target encoding's inner folds and of the components.

    Attributes
    ----------
    names_out_ : list of (source column, what of it)
    categorical_ : array of bool
        The output columns that hold codes of categories.

    Notes
    -----
    Columns that are empty or constant in the training rows are left out; infinities are missing values; levels
    that were not seen in training are missing values too.
    """

    def __init__(
        self,
        purpose: str = "trees",
        text: bool = True,
        max_levels: int = 40,
        components: int = 16,
        seed: int = 0,
    ) -> None:
        self.purpose = purpose
        self.text = text
        self.max_levels = max_levels
        self.components = components
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> FrameEncoder:
        """Learn the encoding from training rows."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None, **_: Any) -> Any:
        """Learn the encoding from training rows, and encode them (with cross-fitted target means)."""
        self.numbers_: dict[str, list[tuple[str, Array | None]]] = {}
        self.levels_: dict[str, list[str]] = {}
        self.wide_: dict[str, Any] = {}
        self.texts_: dict[str, Any] = {}
        blocks: list[Any] = []
        names: list[tuple[str, str]] = []
        categorical: list[bool] = []
        for name in X.columns:
            block, parts, is_code = self._fit_column(str(name), X[name], y)
            if block is not None:
                blocks.append(block)
                names += [(str(name), part) for part in parts]
                categorical += is_code
        self.names_out_ = names
        self.categorical_ = np.array(categorical, dtype=bool)
        return self._join(blocks, len(X))

    def transform(self, X: Any) -> Any:
        """Encode rows."""
        blocks = []
        for name in X.columns:
            key = str(name)
            if key in self.numbers_:
                blocks.append(self._numbers(key, X[name]))
            elif key in self.texts_:
                blocks.append(self._texts(key, X[name]))
            elif key in self.wide_:
                blocks.append(self._wide(key, X[name]))
            elif key in self.levels_:
                blocks.append(self._levels(key, X[name]))
        return self._join(blocks, len(X))

    @staticmethod
    def _join(blocks: list[Any], rows: int) -> Any:
        from scipy import sparse

        if not blocks:
            return np.zeros((rows, 1))
        if any(sparse.issparse(b) for b in blocks):
            return sparse.hstack([sparse.csr_matrix(b) for b in blocks], format="csr")
        return np.hstack(blocks)

    def _fit_column(self, name: str, column: Any, y: Any) -> tuple[Any, list[str], list[bool]]:
        kind = getattr(column.dtype, "kind", "O")
        if kind in "fiubM":
            return self._fit_numbers(name, column)
        values = _category(column)
        codes = values.codes
        counts = np.bincount(codes[codes >= 0], minlength=len(values.categories))
        used = [str(values.categories[i]) for i in np.argsort(-counts, kind="stable") if counts[i] > 0]
        if not used:
            return None, [], []
        if is_text(values.categories[counts > 0], int(counts.sum())):
            return self._fit_text(name, column) if self.text else (None, [], [])
        limit = self.max_levels
        if self.purpose != "rule" and len(used) > limit and y is not None:
            return self._fit_wide(name, column, y, used)
        keep = [v for v, n in zip(used, sorted(counts[counts > 0], reverse=True), strict=True) if n >= self._least]
        self.levels_[name] = (keep if self.purpose != "trees" else used)[:limit]
        if not self.levels_[name] or (len(used) == 1 and counts.sum() == len(codes)):
            del self.levels_[name]
            return None, [], []
        block = self._levels(name, column)
        if self.purpose == "trees":
            return block, ["is"], [True]
        return block, [f"= {v}" for v in self.levels_[name]], [False] * block.shape[1]

    @property
    def _least(self) -> int:
        return {"trees": 1, "linear": 3, "rule": 10}[self.purpose]

    # numbers and dates -------------------------------------------------------------------------------------

    def _fit_numbers(self, name: str, column: Any) -> tuple[Any, list[str], list[bool]]:
        plan: list[tuple[str, Array | None]] = []
        for part, values in _parts(column):
            finite = values[np.isfinite(values)]
            if len(finite) == 0 or (finite.min() == finite.max() and len(finite) == len(values)):
                continue
            if self.purpose != "linear":
                plan.append((part, None))
                continue
            low, middle, high = np.quantile(finite, [0.25, 0.5, 0.75])
            scale = (high - low) / 1.349 or float(finite.std()) or 1.0
            distinct = np.unique(finite)
            steps = (
                distinct if 3 <= len(distinct) <= 24 and (distinct == np.round(distinct)).all() else distinct[:0]
            )
            gaps = float(len(finite) < len(values))
            plan.append((part, np.concatenate([[middle, scale, gaps], steps])))
        if not plan:
            return None, [], []
        self.numbers_[name] = plan
        block = self._numbers(name, column)
        parts = []
        for part, settings in plan:
            parts.append(part)
            if settings is not None:
                parts += [f"{part} missing"] * int(settings[2]) + [f"{part} = {v:g}" for v in settings[3:]]
        return block, parts, [False] * block.shape[1]

    def _numbers(self, name: str, column: Any) -> Array:
        have = dict(_parts(column))
        rows = len(column)
        found = []
        for part, settings in self.numbers_[name]:
            values = have.get(part, np.full(rows, np.nan))
            values = np.where(np.isfinite(values), values, np.nan)
            if settings is None:
                found.append(values)
                continue
            gap = np.isnan(values)
            scaled = (np.where(gap, settings[0], values) - settings[0]) / settings[1]
            # A smooth clip: nearly linear within three spreads, at most three beyond (skrub's squashing scaler).
            found.append(scaled / np.sqrt(1.0 + (scaled / 3.0) ** 2))
            if settings[2]:
                found.append(gap.astype(float))
            found += [(values == step).astype(float) for step in settings[3:]]
        return np.column_stack(found)

    # categories --------------------------------------------------------------------------------------------

    def _levels(self, name: str, column: Any) -> Array:
        levels = self.levels_[name]
        codes = _codes(column, levels)
        if self.purpose == "trees":
            return np.where(codes < 0, np.nan, codes).astype(float)[:, None]
        found: Array = (codes[:, None] == np.arange(len(levels))).astype(float)
        return found

    def _fit_wide(self, name: str, column: Any, y: Any, used: list[str]) -> tuple[Any, list[str], list[bool]]:
        codes = _codes(column, used)
        frequency = np.log1p(np.append(np.bincount(codes[codes >= 0], minlength=len(used)), 0.0))
        encoder = TargetMeans(len(used), seed=self.seed)
        means = encoder.fit_transform(codes, np.asarray(y))
        block = np.hstack([means, frequency[codes][:, None]])
        scale: tuple[Array, Array] | None = None
        if self.purpose == "linear":
            spread = block.std(axis=0)
            scale = (block.mean(axis=0), np.where(spread > 0, spread, 1.0))
            block = (block - scale[0]) / scale[1]
        self.wide_[name] = (used, encoder, frequency, scale)
        parts = ["mean target"] * means.shape[1] + ["frequency"]
        return block, parts, [False] * block.shape[1]

    def _wide(self, name: str, column: Any) -> Array:
        used, encoder, frequency, scale = self.wide_[name]
        codes = _codes(column, used)
        block = np.hstack([encoder.transform(codes), frequency[codes][:, None]])
        return block if scale is None else (block - scale[0]) / scale[1]

    # text --------------------------------------------------------------------------------------------------

    def _fit_text(self, name: str, column: Any) -> tuple[Any, list[str], list[bool]]:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        if self.purpose == "rule":
            return None, [], []
        texts = _strings(column)
        vectorizer = TfidfVectorizer(
            sublinear_tf=True, min_df=2 if len(texts) < 2000 else 5, max_features=20_000, strip_accents="unicode",
            ngram_range=(1, 2) if self.purpose == "linear" else (1, 1), dtype=np.float64,
        )  # fmt: skip
        try:
            matrix = vectorizer.fit_transform(texts)
        except ValueError:  # no word is frequent enough
            return None, [], []
        reducer = None
        if self.purpose == "trees":
            components = min(self.components, matrix.shape[1] - 1, matrix.shape[0] - 1)
            if components >= 1:
                reducer = TruncatedSVD(components, algorithm="randomized", n_iter=3, random_state=self.seed)
                matrix = reducer.fit_transform(matrix)
            else:
                matrix = matrix.toarray()
        self.texts_[name] = (vectorizer, reducer)
        if self.purpose == "trees":
            lengths = np.array([len(t) for t in texts], dtype=float)[:, None]
            matrix = np.hstack([matrix, lengths])
            return matrix, ["words"] * (matrix.shape[1] - 1) + ["length"], [False] * matrix.shape[1]
        return matrix, [f"word '{w}'" for w in vectorizer.get_feature_names_out()], [False] * matrix.shape[1]

    def _texts(self, name: str, column: Any) -> Any:
        vectorizer, reducer = self.texts_[name]
        texts = _strings(column)
        matrix = vectorizer.transform(texts)
        if self.purpose != "trees":
            return matrix
        matrix = reducer.transform(matrix) if reducer is not None else matrix.toarray()
        return np.hstack([matrix, np.array([len(t) for t in texts], dtype=float)[:, None]])


def _category(column: Any) -> Any:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.array
    return pd.Categorical(column.astype(object).where(column.notna(), None).map(_as_text))


def _as_text(value: Any) -> Any:
    return None if value is None else str(value).strip()


def _codes(column: Any, levels: list[str]) -> Array:
    values = _category(column)
    place = {v: i for i, v in enumerate(levels)}
    lookup = np.array([place.get(str(v), -1) for v in values.categories] + [-1], dtype=np.int64)
    found: Array = lookup[values.codes]
    return found


def _strings(column: Any) -> list[str]:
    values = _category(column)
    names = [str(v) for v in values.categories] + [""]
    return [names[i] for i in values.codes]


def is_text(levels: Any, rows: int) -> bool:
    """Whether the levels of a column are sentences rather than names of categories."""
    if len(levels) < 20 or len(levels) < 0.02 * rows:
        return False
    some = levels[:: max(1, len(levels) // 500)]
    return float(np.mean([len(str(v).split()) for v in some])) >= TEXT_WORDS


def _parts(column: Any) -> list[tuple[str, Array]]:
    """The numbers a column stands for: itself, or the parts of a date."""
    if column.dtype.kind != "M":
        return [("", column.to_numpy(dtype=float, na_value=np.nan))]
    moments = column.to_numpy().astype("datetime64[s]")
    gap = np.isnat(moments)
    safe = np.where(gap, np.datetime64(0, "s"), moments)
    days = safe.astype("datetime64[D]")
    years = safe.astype("datetime64[Y]")
    months = safe.astype("datetime64[M]")
    found = {
        "days": (safe - np.datetime64(0, "s")) / _DAY,
        "year": years.astype(int) + 1970.0,
        "month": months.astype(int) % 12 + 1.0,
        "day of month": (days - months.astype("datetime64[D]")).astype(int) + 1.0,
        "weekday": (days.astype(int) + 3) % 7 + 1.0,
        "hour": (safe - days.astype("datetime64[s]")).astype(int) // 3600 + 0.0,
    }
    return [(part, np.where(gap, np.nan, values)) for part, values in found.items()]


class TabularModel(BaseEstimator):  # type: ignore[misc]
    """An encoder and an estimator as one: takes a frame, and tells the estimator which columns are categories.

    Parameters
    ----------
    encoder : FrameEncoder
    estimator : estimator
        Anything with scikit-learn's ``fit`` and ``predict`` or ``predict_proba``.
    """

    def __init__(self, encoder: Any, estimator: Any) -> None:
        self.encoder = encoder
        self.estimator = estimator

    def fit(self, X: Any, y: Any) -> TabularModel:
        """Fit the encoder, then the estimator, on training rows."""
        self.encoder_ = clone(self.encoder)
        matrix = self.encoder_.fit_transform(X, y)
        self.estimator_ = clone(self.estimator)
        if "categorical_features" in self.estimator_.get_params():
            self.estimator_.set_params(categorical_features=self.encoder_.categorical_)
        self.estimator_.fit(matrix, y)
        if hasattr(self.estimator_, "classes_"):
            self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X: Any) -> Array:
        """Predict class codes or numbers."""
        return np.asarray(self.estimator_.predict(self.encoder_.transform(X)))

    def predict_proba(self, X: Any) -> Array:
        """Predict the probability of each class of ``classes_``."""
        return np.asarray(self.estimator_.predict_proba(self.encoder_.transform(X)))
