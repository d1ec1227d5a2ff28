"""One column each: what is learned of it from training rows, and the columns of numbers it becomes.

A block is made by its ``fit``, which returns the encoded training rows, or None where the column says nothing
there. ``parts`` names the columns it gives and ``codes`` says which of them hold codes of categories.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np

from .cells import as_number, distinct, level_codes, moment_parts, strings, tokens
from .target_means import TargetMeans

__all__ = ["Block", "Both", "Levels", "Numbers", "Purpose", "Span", "Texts", "Tokens", "Wide"]

Array = np.ndarray[Any, Any]
Purpose = Literal["trees", "linear", "rule"]

KNOTS = (0.2, 0.4, 0.6, 0.8)
KNOT_ROWS = 400
STEPS = 24
HUGE = 1e30
"""Beyond it a number is of no other use than being far out, and trees hold single precision."""
STANDS_FOR = "stands for missing"
LISTS = ("levels", "words")


class Block:
    """A column, encoded.

    In a saved model long lists of texts are one text each, and what can be made from them again is left out: skops
    keeps every entry of a list or a dictionary as a node of its own.
    """

    parts: list[str]

    def __getstate__(self) -> dict[str, Any]:
        """Return what a saved model holds."""
        state = {k: v for k, v in self.__dict__.items() if k not in {"place", "vectorizer"}}
        return state | {k: json.dumps(state[k]) for k in LISTS if k in state}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a saved model holds."""
        self.__dict__.update(state | {k: json.loads(state[k]) for k in LISTS if k in state})

    @property
    def codes(self) -> list[bool]:
        """Which of the columns hold codes of categories."""
        return [False] * len(self.parts)

    def transform(self, column: Any) -> Any:
        """Encode rows."""
        raise NotImplementedError


class Numbers(Block):
    """Numbers, dates by their parts, and numbers written as text.

    Parameters
    ----------
    purpose : Purpose
        For ``linear``, each part is scaled; a gap gets a column of its own, whole numbers of few values one each,
        and the others pieces of straight line between their fifths, where there are rows for it.
    gaps : sequence of str
        Values that stand for missing, as the audit tells them.
    text : bool
        Whether the cells are text.
    """

    def __init__(self, purpose: Purpose, gaps: Sequence[str] = (), text: bool = False) -> None:
        self.purpose = purpose
        self.gaps = list(gaps)
        self.text = text

    def _parts(self, column: Any) -> list[tuple[str, Array]]:
        moments = getattr(column.dtype, "kind", "O") == "M"
        if self.text:
            names, codes_of = distinct(column)
            values = np.array([as_number(name) for name in names])[codes_of]
        elif moments:
            return self._moments(column)
        else:
            values = column.to_numpy(dtype=float, na_value=np.nan)
        values = np.where(np.isfinite(values), np.clip(values, -HUGE, HUGE), np.nan)
        codes = [v for v in (as_number(g) for g in self.gaps) if v == v]
        if not codes:
            return [("", values)]
        coded = np.isin(values, codes)
        found = [("", np.where(coded, np.nan, values))]
        return found if self.purpose == "rule" else [*found, (STANDS_FOR, coded.astype(float))]

    def _moments(self, column: Any) -> list[tuple[str, Array]]:
        if self.gaps:
            days = column.to_numpy().astype("datetime64[D]").astype(str)
            column = column.mask(np.isin(days, [g[:10] for g in self.gaps]))
        return moment_parts(column)

    def fit(self, column: Any) -> Array | None:
        """Learn which parts vary, and for linear models where and how much."""
        self.plan: list[tuple[str, tuple[float, float, bool] | None, Array, Array]] = []
        self.parts = []
        none = np.empty(0)
        for part, values in self._parts(column):
            finite = values[np.isfinite(values)]
            if len(finite) == 0 or (finite.min() == finite.max() and len(finite) == len(values)):
                continue
            self.parts.append(part)
            if self.purpose != "linear":
                self.plan.append((part, None, none, none))
                continue
            low, middle, high = np.quantile(finite, [0.25, 0.5, 0.75])
            scale = float((high - low) / 1.349 or finite.std() or 1.0)
            distinct = np.unique(finite)
            few = 3 <= len(distinct) <= STEPS and bool((distinct == np.round(distinct)).all())
            steps = distinct if few else none
            knots = none
            if not few and len(distinct) > STEPS and len(values) >= KNOT_ROWS:
                knots = np.unique((np.quantile(finite, KNOTS) - middle) / scale)
            gap = len(finite) < len(values)
            self.plan.append((part, (float(middle), scale, gap), steps, knots))
            self.parts += [f"{part} missing"] * gap + [f"{part} = {v:g}" for v in steps]
            self.parts += [f"{part} beyond" for _ in knots]
        return self.transform(column) if self.plan else None

    def transform(self, column: Any) -> Array:
        """Encode rows; infinities are missing."""
        have = dict(self._parts(column))
        found = []
        for part, settings, steps, knots in self.plan:
            values = have[part] if part in have else np.full(len(column), np.nan)
            if settings is None:
                found.append(values)
                continue
            middle, scale, gaps = settings
            gap = np.isnan(values)
            scaled = (np.where(gap, middle, values) - middle) / scale
            # A smooth clip: nearly linear within three spreads, at most three beyond (skrub's squashing scaler).
            scaled = scaled / np.hypot(1.0, scaled / 3.0)
            found.append(scaled)
            if gaps:
                found.append(gap.astype(float))
            found += [(values == step).astype(float) for step in steps]
            found += [np.maximum(scaled - knot, 0.0) for knot in knots]
        return np.column_stack(found)


class Levels(Block):
    """Categories of few levels: codes for trees, a column a level otherwise."""

    def __init__(self, purpose: Purpose, levels: Sequence[str]) -> None:
        self.purpose = purpose
        self.levels = list(levels)

    @cached_property
    def place(self) -> dict[str, int]:
        """The code of each level."""
        return {v: i for i, v in enumerate(self.levels)}

    @property
    def parts(self) -> list[str]:  # type: ignore[override]
        """The code, or the levels."""
        return ["is"] if self.purpose == "trees" else [f"= {v}" for v in self.levels]

    @property
    def codes(self) -> list[bool]:
        """For trees, the column is a code."""
        return [self.purpose == "trees"] * len(self.parts)

    def transform(self, column: Any) -> Array:
        """Encode rows; levels not seen in training are missing."""
        codes = level_codes(column, self.place)
        if self.purpose == "trees":
            return np.where(codes < 0, np.nan, codes).astype(float)[:, None]
        found: Array = (codes[:, None] == np.arange(len(self.levels))).astype(float)
        return found


class Wide(Block):
    """Categories of many levels that repeat: the mean target of the level, shrunk, and how frequent it is."""

    def __init__(self, purpose: Purpose, seed: int) -> None:
        self.purpose = purpose
        self.seed = seed

    def fit(self, column: Any, y: Array, levels: Sequence[str]) -> Array:
        """Learn the means; training rows are encoded from the other rows (cross-fitted)."""
        self.levels = list(levels)
        codes = level_codes(column, self.place)
        counts = np.bincount(codes[codes >= 0], minlength=len(levels))
        self.frequency = np.log1p(np.append(counts, 0.0))
        self.means = TargetMeans(len(levels), seed=self.seed)
        block = np.hstack([self.means.fit_transform(codes, y), self.frequency[codes][:, None]])
        self.scale: tuple[Array, Array] | None = None
        if self.purpose == "linear":
            spread = block.std(axis=0)
            self.scale = (block.mean(axis=0), np.where(spread > 0, spread, 1.0))
        self.parts = ["mean target"] * (block.shape[1] - 1) + ["frequency"]
        return self._scaled(block)

    @cached_property
    def place(self) -> dict[str, int]:
        """The code of each level."""
        return {v: i for i, v in enumerate(self.levels)}

    def _scaled(self, block: Array) -> Array:
        return block if self.scale is None else (block - self.scale[0]) / self.scale[1]

    def transform(self, column: Any) -> Array:
        """Encode rows; the overall mean for levels not seen."""
        codes = level_codes(column, self.place)
        return self._scaled(np.hstack([self.means.transform(codes), self.frequency[codes][:, None]]))


class Tokens(Block):
    """Names and codes that hardly repeat: a column for each of the most frequent runs of letters or digits."""

    MOST = 24

    def fit(self, column: Any) -> Array | None:
        """Learn which tokens are in at least ten rows and 1% of them, and not in nearly all."""
        names, codes = distinct(column)
        times = np.bincount(codes, minlength=len(names)).tolist()
        counts: Counter[str] = Counter()
        for name, n in zip(names, times, strict=True):
            counts.update(dict.fromkeys(tokens(name), n))
        least, most = max(10, 0.01 * len(codes)), 0.95 * len(codes)
        usual = sorted((t for t, n in counts.items() if least <= n <= most), key=lambda t: (-counts[t], t))
        self.tokens = usual[: self.MOST]
        self.parts = [f"has '{t}'" for t in self.tokens]
        return self.transform(column) if self.tokens else None

    def transform(self, column: Any) -> Array:
        """Encode rows."""
        names, codes = distinct(column)
        known = [tokens(name) for name in names]
        rows = np.array([[token in have for token in self.tokens] for have in known], dtype=float)
        found: Array = rows.reshape(len(names), len(self.tokens))[codes]
        return found


class Both(Block):
    """Names of which some repeat: the mean target of the whole, and the tokens."""

    def __init__(self, wide: Wide, tokens: Tokens) -> None:
        self.wide, self.tokens = wide, tokens

    def fit(self, column: Any, y: Array, levels: Sequence[str]) -> Array:
        """Learn both."""
        found = self.wide.fit(column, y, levels)
        more = self.tokens.fit(column)
        self.parts = self.wide.parts + (self.tokens.parts if more is not None else [])
        return found if more is None else np.hstack([found, more])

    def transform(self, column: Any) -> Array:
        """Encode rows."""
        found = self.wide.transform(column)
        return np.hstack([found, self.tokens.transform(column)]) if self.tokens.tokens else found


class Texts(Block):
    """Sentences: TF-IDF of their words; for trees its leading components, and the length."""

    def __init__(self, purpose: Purpose, components: int, seed: int) -> None:
        self.purpose = purpose
        self.components = components
        self.seed = seed

    def _vectorizer(self, **more: Any) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(
            sublinear_tf=True, strip_accents="unicode", ngram_range=(1, 2) if self.purpose == "linear" else (1, 1),
            dtype=np.float64, **more,
        )  # fmt: skip

    @cached_property
    def vectorizer(self) -> Any:
        """The vectorizer that was fitted, made again from its words and their weights."""
        found = self._vectorizer(vocabulary=self.words)
        found.idf_ = self.idf
        return found

    @property
    def parts(self) -> list[str]:  # type: ignore[override]
        """The words, or components and the length."""
        if self.purpose == "linear":
            return [f"word '{w}'" for w in self.words]
        return ["words"] * self.columns + ["length"]

    def fit(self, column: Any) -> Any:
        """Learn the words; None where none is frequent enough."""
        from sklearn.decomposition import TruncatedSVD

        cells = strings(column)
        self.vectorizer = self._vectorizer(min_df=2 if len(cells) < 2000 else 5, max_features=20_000)
        try:
            matrix = self.vectorizer.fit_transform(cells)
        except ValueError:
            return None
        self.words = self.vectorizer.get_feature_names_out().tolist()
        self.idf = self.vectorizer.idf_
        if self.purpose == "linear":
            return matrix
        components = min(self.components, matrix.shape[1] - 1, matrix.shape[0] - 1)
        self.reducer = None
        if components >= 1:
            self.reducer = TruncatedSVD(components, algorithm="randomized", n_iter=2, random_state=self.seed)
            matrix = self.reducer.fit_transform(matrix)
        else:
            matrix = matrix.toarray()
        self.columns = matrix.shape[1]
        return np.hstack([matrix, _lengths(cells)])

    def transform(self, column: Any) -> Any:
        """Encode rows."""
        cells = strings(column)
        matrix = self.vectorizer.transform(cells)
        if self.purpose == "linear":
            return matrix
        matrix = self.reducer.transform(matrix) if self.reducer is not None else matrix.toarray()
        return np.hstack([matrix, _lengths(cells)])


def _lengths(cells: list[str]) -> Array:
    return np.array([len(t) for t in cells], dtype=float)[:, None]


class Span:
    """The days from one date to another."""

    def __init__(self, purpose: Purpose, start: str, end: str) -> None:
        self.start, self.end = start, end
        self.numbers = Numbers(purpose)

    def _days(self, X: Any) -> Any:
        import pandas as pd

        apart = X[self.end].to_numpy() - X[self.start].to_numpy()
        days = apart / np.timedelta64(1, "D")
        return pd.Series(np.where(np.isnat(apart), np.nan, days))

    def fit(self, X: Any) -> Array | None:
        """Learn what a column of numbers would."""
        return self.numbers.fit(self._days(X))

    def transform(self, X: Any) -> Array:
        """Encode rows."""
        return self.numbers.transform(self._days(X))
