"""The target of a use case as numbers: what kind it is, its classes, its values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ..engagement import UseCase

__all__ = [
    "MISSING_WORDS",
    "Target",
    "amounts",
    "as_floats",
    "framed_numbers",
    "read_target",
    "without_missing_words",
]

FEW_GRADES = 15
"""Different whole numbers up to which a target is taken for grades, which are classes."""
MOST_CLASSES = 100
CLASS_WORDS = frozenset({"none", "nil"})
"""Words that a target may well have for a class: no damage, no award."""
LEAST_CLASS = 0.05
"""Share of the rows from which such a word is a class."""
USUAL_SIGNS, USUAL = frozenset({"-", "--"}), 0.5
"""Signs for nothing that most rows of a target have are its usual class: no diagnosis, no fault."""
MISSING_WORDS = ("", "?", "-", "--", "na", "n/a", "nan", "null", "none", "missing", "#n/a", ".", "nil")

AMOUNT = r"^\s*([$€£¥₹]?)\s?([+-]?\d+(?:\.\d+)?|[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?)\s?([A-Za-z%°µ]{0,10})\s*$"
MANY_AMOUNTS = 20
"""Different numbers above which texts that hold one each are measurements, and no classes."""
NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?"
TRIAL = 100

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Target:
    """A target over the rows of one frame.

    Attributes
    ----------
    kind : {"binary", "multiclass", "regression"}
        Integers of up to 15 different values count as classes (grades), unless the use case says otherwise.
    ordinal : bool
        Whether the values are numbers with an order.
    codes : array of int
        Class of each row, -1 where the target is missing. Empty for a regression of many values.
    labels : list of str
        Text of each class.
    values : array of float
        The numbers of a numeric target, NaN where missing; all NaN for one of texts.
    """

    name: str
    kind: Literal["binary", "multiclass", "regression"]
    ordinal: bool
    codes: Ints
    labels: list[str]
    values: Floats

    @property
    def classes(self) -> int:
        """Number of classes; 0 for a regression of many values."""
        return len(self.labels)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Rows whose target is not missing."""
        known: npt.NDArray[np.bool_] = self.codes >= 0 if self.classes else np.isfinite(self.values)
        return known

    def counts(self) -> Ints:
        """Rows of each class."""
        return np.bincount(self.codes[self.codes >= 0], minlength=self.classes).astype(np.int64)

    def outputs(self) -> Floats:
        """Return the columns to predict: one indicator a class (one for two classes), or the values."""
        if self.kind == "regression":
            return np.reshape(self.values, (-1, 1))
        wanted = np.arange(self.classes)
        if self.kind == "binary":
            wanted = np.array([np.argmin(self.counts())])
        return np.asarray(self.codes[:, None] == wanted, dtype=np.float64)


def as_floats(series: pl.Series) -> Floats:
    """Return numbers as floats, NaN where missing; not to be written to, as the series may share their memory."""
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def without_missing_words(series: pl.Series, kept: Collection[str] = ()) -> pl.Series:
    """Return a text series with the words for a missing value but ``kept`` as nulls; other series as they are."""
    if series.dtype != pl.String:
        return series
    wanted = [w for w in MISSING_WORDS if w not in kept]
    texts = series.unique()  # few in most columns, and none of them such a word
    found = texts.filter(texts.str.strip_chars().str.to_lowercase().is_in(wanted))
    if found.is_empty():
        return series
    words = series.is_in(found.implode())
    return pl.select(pl.when(~words).then(series).alias(series.name)).to_series()


def amounts(series: pl.Series) -> pl.Series | None:
    """Return a text series whose cells are all numbers in one unit (``$177 B``) as numbers, or None."""
    if series.dtype != pl.String:
        return None
    told = without_missing_words(series)
    parts = told.to_frame("v").select(
        unit=pl.col("v").str.extract(AMOUNT, 1) + "|" + pl.col("v").str.extract(AMOUNT, 3),
        number=pl.col("v").str.extract(AMOUNT, 2).str.replace_all(",", "").cast(pl.Float64, strict=False),
    )
    units = parts["unit"].drop_nulls().unique().to_list()
    if parts["unit"].null_count() > told.null_count() or len(units) != 1 or units == ["|"]:
        return None
    numbers = parts["number"].rename(series.name)
    return numbers if numbers.n_unique() > MANY_AMOUNTS else None


def framed_numbers(series: pl.Series) -> pl.Series | None:
    """Return a text series whose cells are numbers within the same words (``19% off``) as numbers, or None."""
    if series.dtype != pl.String:
        return None
    first = without_missing_words(series.drop_nulls().head(TRIAL)).drop_nulls()
    if len(first) < MANY_AMOUNTS or first.str.replace(NUMBER, "#").n_unique() != 1:
        return None
    told = without_missing_words(series)
    known = told.drop_nulls()
    frames = known.str.replace(NUMBER, "#").unique()
    if len(frames) != 1 or frames[0].count("#") != 1 or any(c.isdigit() for c in frames[0]):
        return None
    numbers = told.str.extract(f"({NUMBER})", 1).str.replace_all(",", "").cast(pl.Float64, strict=False)
    return numbers if numbers.n_unique() > MANY_AMOUNTS else None


def read_target(use_case: UseCase, frame: pl.DataFrame) -> Target | None:
    """Return the use case's target over ``frame``, or None where it cannot be learned (constant, all text)."""
    series = without_missing_words(frame[use_case.target], _class_words(frame[use_case.target]))
    numeric = series.dtype.is_numeric()
    if series.dtype.is_float():
        series = pl.select(pl.when(series.is_finite()).then(series)).to_series()
    if not numeric and series.dtype not in (pl.String, pl.Boolean, pl.Categorical):
        return None
    distinct = series.drop_nulls().n_unique()
    if distinct < 2:
        return None
    values = as_floats(series) if numeric else np.full(len(series), np.nan)
    if numeric and not _as_classes(use_case, values, distinct):
        few = distinct <= FEW_GRADES
        codes, labels = _codes(series) if few else (np.empty(0, np.int64), [])
        return Target(use_case.target, "regression", True, codes, labels, values)
    if distinct > MOST_CLASSES or distinct > max(2, len(series) // 2):
        return None
    codes, labels = _codes(series)
    kind: Literal["binary", "multiclass"] = "binary" if distinct == 2 else "multiclass"
    return Target(use_case.target, kind, numeric and distinct > 2, codes, labels, values)


def _class_words(series: pl.Series) -> list[str]:
    """Return which words for a missing value are classes of a target of texts: "none" in one row of twenty, "-" in
    half of all."""
    if series.dtype != pl.String:
        return []
    plain = series.str.strip_chars().str.to_lowercase()
    least = dict.fromkeys(sorted(CLASS_WORDS), LEAST_CLASS) | dict.fromkeys(sorted(USUAL_SIGNS), USUAL)
    return [w for w, share in least.items() if (plain == w).sum() >= share * max(1, len(plain))]


def _as_classes(use_case: UseCase, values: Floats, distinct: int) -> bool:
    if use_case.task in {"regression", "forecast"}:
        return False
    if use_case.task in {"binary", "multiclass"}:
        return distinct <= MOST_CLASSES
    known = values[np.isfinite(values)]
    return distinct == 2 or (distinct <= FEW_GRADES and bool(np.all(known == np.round(known))))


def _codes(series: pl.Series) -> tuple[Ints, list[str]]:
    levels = series.drop_nulls().unique().sort()
    index = pl.DataFrame({"v": levels, "code": np.arange(len(levels), dtype=np.int64)})
    joined = series.alias("v").to_frame().join(index, on="v", how="left", maintain_order="left")
    return joined["code"].fill_null(-1).to_numpy().astype(np.int64), [str(v) for v in levels]
