"""From a messy frame to numbers, inside the pipeline: what is learned here is learned from training rows only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone

from .blocks import Block, Both, Levels, Numbers, Purpose, Span, Texts, Tokens, Wide
from .cells import as_category, is_text, number_levels
from .shared import encoded

__all__ = ["FrameEncoder", "TabularModel", "blocks_reading"]

Array = np.ndarray[Any, Any]

REPEATED, UNIQUE = 0.9, 0.15
"""Shares of the rows whose level another row has too: a column of many levels is of categories, or of names."""
SPANS = 3
_LEAST = {"trees": 1, "linear": 3, "rule": 10}


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
    gaps : mapping, optional
        By column, values that stand for missing (as text), as the audit found them.
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
    that were not seen in training are missing values too. Numbers written as text (``EUR 12.50``) are read as
    numbers where most of a column is. Of names and codes that hardly repeat, the words that do are kept. Each two
    of the first three dates give the days between them.
    """

    def __init__(
        self,
        purpose: Purpose = "trees",
        text: bool = True,
        max_levels: int = 40,
        components: int = 16,
        gaps: Mapping[str, Sequence[str]] | None = None,
        seed: int = 0,
    ) -> None:
        self.purpose = purpose
        self.text = text
        self.max_levels = max_levels
        self.components = components
        self.gaps = gaps
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> FrameEncoder:
        """Learn the encoding from training rows."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None, **_: Any) -> Any:
        """Learn the encoding from training rows, and encode them (with cross-fitted target means)."""
        self.blocks_: dict[str, Block] = {}
        self.spans_: list[Span] = []
        found: list[Any] = []
        known, settings = encoded(X), (self.purpose, self.text, self.max_levels, self.components, self.seed)
        for name in map(str, X.columns):
            block, values = known.fitted((settings, name), y, lambda n=name: self._column(n, X[n], y))  # type: ignore[misc]
            if block is not None and values is not None:
                self.blocks_[name] = block
                found.append(values)
        for span in self._spans(X):
            values = span.fit(X)
            if values is not None:
                self.spans_.append(span)
                found.append(values)
        codes = [
            code for block in [*self.blocks_.values(), *(s.numbers for s in self.spans_)] for code in block.codes
        ]
        self.categorical_ = np.array(codes, dtype=bool)
        return self._join(found, len(X))

    @property
    def names_out_(self) -> list[tuple[str, str]]:
        """The source column of each output column, and what of it."""
        names = [(name, part) for name, block in self.blocks_.items() for part in block.parts]
        return names + [(s.start, f"days to {s.end}{part}") for s in self.spans_ for part in s.numbers.parts]

    def transform(self, X: Any) -> Any:
        """Encode rows."""
        known = encoded(X)
        blocks = [(str(c), self.blocks_[str(c)]) for c in X.columns if str(c) in self.blocks_]
        found = [known.values(b, lambda n=n, b=b: b.transform(X[n])) for n, b in blocks]  # type: ignore[misc]
        found += [span.transform(X) for span in self.spans_]
        return self._join(found, len(X))

    @staticmethod
    def _join(blocks: list[Any], rows: int) -> Any:
        from scipy import sparse

        if not blocks:
            return np.zeros((rows, 1))
        if any(sparse.issparse(b) for b in blocks):
            return sparse.hstack([sparse.csr_matrix(b) for b in blocks], format="csr")
        return np.hstack(blocks)

    def _spans(self, X: Any) -> list[Span]:
        if self.purpose == "rule":
            return []
        dates = [str(c) for c in X.columns if getattr(X[c].dtype, "kind", "O") == "M"][:SPANS]
        return [Span(self.purpose, a, b) for a, b in combinations(dates, 2)]

    def _column(self, name: str, column: Any, y: Any) -> tuple[Block | None, Any]:
        gaps = (self.gaps or {}).get(name, ())
        if getattr(column.dtype, "kind", "O") in "fiubM":
            numbers = Numbers(self.purpose, gaps)
            return numbers, numbers.fit(column)
        values = as_category(column)
        counts = np.bincount(values.codes[values.codes >= 0], minlength=len(values.categories))
        order = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())]
        used, counts = [str(values.categories[i]) for i in order], counts[order]
        if not used:
            return None, None
        if number_levels(used, counts):
            numbers = Numbers(self.purpose, gaps, text=True)
            return numbers, numbers.fit(column)
        if is_text(used, int(counts.sum())):
            return self._sentences(column)
        if len(used) > self.max_levels and self.purpose != "rule":
            return self._many(column, y, used, counts)
        return self._few(column, used, counts, len(values))

    def _sentences(self, column: Any) -> tuple[Block | None, Any]:
        if not self.text or self.purpose == "rule":
            return None, None
        texts = Texts(self.purpose, self.components, self.seed)
        return texts, texts.fit(column)

    def _many(self, column: Any, y: Any, used: list[str], counts: Array) -> tuple[Block | None, Any]:
        """Names by what repeats in them: whole ones by the mean target, else their words; or both."""
        share = counts[counts > 1].sum() / counts.sum() if y is not None else 0.0
        if share >= REPEATED:
            wide = Wide(self.purpose, self.seed)
            return wide, wide.fit(column, np.asarray(y), used)
        if share <= UNIQUE:
            tokens = Tokens()
            return tokens, tokens.fit(column)
        both = Both(Wide(self.purpose, self.seed), Tokens())
        return both, both.fit(column, np.asarray(y), used)

    def _few(self, column: Any, used: list[str], counts: Array, rows: int) -> tuple[Block | None, Any]:
        keep = [v for v, n in zip(used, counts, strict=True) if n >= _LEAST[self.purpose]][: self.max_levels]
        if not keep or (len(used) == 1 and counts.sum() == rows):
            return None, None
        levels = Levels(self.purpose, keep)
        return levels, levels.transform(column)


def blocks_reading(model: Any, columns: Sequence[str]) -> list[Block]:
    """Return the blocks of a fitted model, or of the models it averages, that read one of these columns."""
    encoders = [getattr(one, "encoder_", None) for one in getattr(model, "models", [model])]
    return [e.blocks_[c] for e in encoders if isinstance(e, FrameEncoder) for c in columns if c in e.blocks_]


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
