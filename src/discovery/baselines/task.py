"""What is asked of a table: the task, recognised with its reason, and a target that can be learned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from ..artifacts import Task
from ..engagement import UseCase
from ..errors import TargetError
from ..intake.table import Table

__all__ = ["MIN_ROWS", "Target", "label_texts", "recognise_target"]

Array = np.ndarray[Any, Any]
MIN_ROWS = 30
MIN_CLASS_ROWS = 10
MIN_ROWS_OF_MANY = 4
"""Where there are three classes or more anyway: a row to be held out, one to be tested, and two to learn from."""
MAX_CLASSES = 100
MOST_NAMED = 30
"""So many whole numbers are classes where the target is called one."""
_CLASSES = re.compile(
    r"(?i)(?:^|[\W_])(?:class|classes|labels?|type|category|kind|cluster|segment|species|diagnosis)$"
)

_NO_LABEL = ["", "?", "na", "n/a", "nan", "null", "#n/a"]
_POSITIVE = ["yes", "true", "y", "t", "positive", "pos", "churned", "fraud", "default", "bad", "late"]
_SEPARATORS = re.compile(r"^\s*[\[{(].*,.*[\])}]\s*$|[;|]|, ")


@dataclass(frozen=True, slots=True)
class Target:
    """A target that can be learned.

    Attributes
    ----------
    task : Task
        What is learned; ``why`` says how that was recognised.
    rows : array of int
        Positions in the table (from 0) of the rows whose target is usable.
    y : array
        Class codes (int) or numbers (float) of these rows.
    classes : tuple of str
        The label of each code; of two, the second is the positive one. Empty for numbers.
    report : mapping
        What was done to the target: rows left out, labels merged, shares of the classes.
    """

    task: Task
    why: str
    rows: Array
    y: Array
    classes: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


def recognise_target(table: Table, use_case: UseCase) -> Target:
    """Recognise the task and make the target learnable.

    Raises
    ------
    TargetError
        The target is all missing, constant, has too few rows, or is of a kind that is not learned here.
    """
    where = f"{table.name}.{use_case.target}"
    series = table.frame[use_case.target]
    present = series.drop_nulls()
    if series.dtype == pl.String:
        texts = present.str.strip_chars()
        present = texts.filter(~texts.str.to_lowercase().is_in(_NO_LABEL))
    if len(present) == 0:
        raise TargetError(
            "the target is missing in every row", where=where, mend="Name a column that holds the outcome."
        )
    _refuse_kinds(series, present, where)
    task, why = _task(present, use_case)
    if task in {"regression", "forecast"}:
        return _numeric(series, task, why, where)
    return _classes(series, use_case, task, why, where)


def _refuse_kinds(series: pl.Series, present: pl.Series, where: str) -> None:
    if series.dtype.is_nested() or _lists(present):
        raise TargetError(
            "the target holds lists, that is several labels a row, which is not evaluated",
            where=where,
            mend="Make one yes/no column a label, and a use case of each.",
        )
    if series.dtype in (pl.Date, pl.Time) or isinstance(series.dtype, pl.Datetime):
        raise TargetError(
            "the target is a date", where=where, mend="Make a number of it (days until …) or a yes/no column."
        )
    if series.dtype == pl.String and present.str.contains(_SEPARATORS.pattern).mean() > 0.3:  # type: ignore[operator]
        single = present.str.split_exact(";", 0).struct.field("field_0").n_unique()
        if present.n_unique() > max(10, single):
            raise TargetError(
                "the target holds several labels a cell, which is not evaluated",
                where=where,
                mend="Make one yes/no column a label, and a use case of each.",
            )


def _lists(present: pl.Series) -> bool:
    """Whether every cell is a list written as text, as nested values are kept."""
    if present.dtype != pl.String:
        return False
    return bool(present.str.contains(r"^\s*\[.*\]\s*$").all())


def _whole(present: pl.Series) -> bool:
    if present.dtype.is_integer():
        return True
    finite = present.filter(present.is_finite())
    return bool(len(finite)) and bool((finite == finite.round(0)).all())


def _single_peak(present: pl.Series) -> bool:
    """Whether counts by value rise to one peak and fall: an amount or a grade rather than names of classes."""
    counts = present.value_counts().sort(present.name)["count"].to_numpy().astype(float)
    peak = int(counts.argmax())
    slack = 0.02 * counts.sum()
    return bool((np.diff(counts[: peak + 1]) >= -slack).all() and (np.diff(counts[peak:]) <= slack).all())


def _task(present: pl.Series, use_case: UseCase) -> tuple[Task, str]:
    distinct = present.n_unique()
    if use_case.task != "auto":
        return use_case.task, "set in the engagement"
    if use_case.horizon is not None and present.dtype.is_numeric():
        return "forecast", "the engagement gives a horizon"
    if distinct == 2:
        return "binary", "the target has two values"
    if present.dtype.is_numeric():
        if not _whole(present):
            return "regression", "the target is a number with decimals"
        if distinct <= MOST_NAMED and _CLASSES.search(use_case.target):
            return "multiclass", f"the target is called a class, and has {distinct} whole numbers as values"
        if distinct > 10:
            return "regression", f"the target is a whole number with {distinct} values"
        low, high = float(present.min()), float(present.max())  # type: ignore[arg-type]
        if distinct >= 5 and high - low < 1.5 * distinct and _single_peak(present):
            return "regression", (
                f"the target is a grade of {distinct} steps: most rows in the middle steps, fewer at the ends "
                "(set task: multiclass to treat the steps as classes)"
            )
        return "multiclass", f"the target has {distinct} whole numbers as values (set task: regression otherwise)"
    return "multiclass", f"the target has {distinct} classes"


def _numeric(series: pl.Series, task: Task, why: str, where: str) -> Target:
    if not series.dtype.is_numeric():
        raise TargetError(
            f"the target is {str(series.dtype).lower()}, and {task} needs numbers",
            where=where,
            mend="Leave out task, or name a numeric target.",
        )
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    finite = np.isfinite(values)
    rows = np.flatnonzero(finite)
    y = values[rows]
    if len(rows) < MIN_ROWS:
        raise TargetError(
            f"only {len(rows)} rows have a target, and {MIN_ROWS} are needed", where=where, mend="Bring more rows."
        )
    if np.ptp(y) == 0:
        raise TargetError("the target has one value only", where=where, mend="Name a column that varies.")
    report = {
        "missing": series.null_count(),
        "infinite": int(len(values) - series.null_count() - finite.sum()),
        "mean": float(y.mean()),
        "std": float(y.std()),
        "minimum": float(y.min()),
        "maximum": float(y.max()),
    }
    return Target(task, why, rows, y, (), report)


def _labels(series: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return labels as text (null where there is none) with spelling variants merged, and what was merged."""
    if series.dtype.is_numeric() and series.dtype != pl.Boolean:
        whole = _whole(series.drop_nulls())
        text = (series.cast(pl.Int64, strict=False) if whole else series).cast(pl.String)
        return text, []
    text = series.cast(pl.String).str.strip_chars()
    text = text.set(text.str.to_lowercase().is_in(_NO_LABEL), None).alias("label")
    counts = text.drop_nulls().value_counts().sort(["count", "label"], descending=[True, False])
    canonical: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for label in counts["label"]:
        spelling[label] = canonical.setdefault(label.casefold(), label)
    merged = [f"'{a}' → '{b}'" for a, b in spelling.items() if a != b]
    return (text.replace(spelling) if merged else text), merged


def label_texts(series: pl.Series) -> list[str | None]:
    """Return the labels of a target column as :func:`recognise_target` spells them, variants of spelling merged."""
    return _labels(series)[0].to_list()


def _positive(labels: list[str], counts: Mapping[str, int], use_case: UseCase, where: str) -> str:
    if use_case.positive is not None:
        wanted = str(use_case.positive).casefold()
        for label in labels:
            if label.casefold() == wanted:
                return label
        from ..errors import suggest

        raise TargetError(
            f"positive: '{use_case.positive}' is no value of the target", where=where, mend=suggest(wanted, labels)
        )
    known = [label for label in labels if label.casefold() in _POSITIVE]
    if len(known) == 1:
        return known[0]
    try:
        # 0 and 1, or -1 and 1, say which is the case; of codes such as 1 and 2 the rarer is asked for.
        if min(map(float, labels)) <= 0:
            return max(labels, key=float)
    except ValueError:
        pass
    return min(labels, key=lambda label: (counts[label], label))


def _classes(series: pl.Series, use_case: UseCase, task: Task, why: str, where: str) -> Target:
    text, merged = _labels(series)
    table = text.drop_nulls().value_counts().sort("count", descending=True)
    counts = dict(zip(table[text.name], table["count"], strict=True))
    if len(counts) > MAX_CLASSES:
        raise TargetError(
            f"the target has {len(counts)} different texts, more than {MAX_CLASSES} classes",
            where=where,
            mend="Name a column with fewer classes, or group them.",
        )
    if len(counts) < 2:
        raise TargetError("the target has one value only", where=where, mend="Name a column that varies.")
    many = sum(n >= MIN_CLASS_ROWS for n in counts.values()) > 2
    least = MIN_ROWS_OF_MANY if many else MIN_CLASS_ROWS
    rare = sorted(label for label, n in counts.items() if n < least)
    kept = sorted((label for label in counts if label not in rare), key=_natural)
    if len(kept) < 2:
        raise TargetError(
            f"fewer than two classes have {MIN_CLASS_ROWS} rows", where=where, mend="Bring more rows of each class."
        )
    if task == "binary" and len(counts) > 2:
        raise TargetError(
            f"task: binary, but the target has {len(counts)} values", where=where, mend="Set task: multiclass."
        )
    if len(kept) == 2:
        task = "binary"
        positive = _positive(kept, counts, use_case, where)
        kept = [next(label for label in kept if label != positive), positive]
    elif task == "multiclass":
        positive = ""
    code = {label: i for i, label in enumerate(kept)}
    codes = text.replace_strict(code, default=None, return_dtype=pl.Int64)
    rows = codes.is_not_null().arg_true().to_numpy().astype(np.int64)
    if len(rows) < MIN_ROWS:
        raise TargetError(
            f"only {len(rows)} rows have a target, and {MIN_ROWS} are needed", where=where, mend="Bring more rows."
        )
    report: dict[str, Any] = {
        "missing": text.null_count(),
        "classes": {label: int(counts[label]) for label in kept},
        "rare_classes_left_out": {label: int(counts[label]) for label in rare},
        "labels_merged": merged,
    }
    if task == "binary":
        report["positive"] = kept[1]
        report["positive_share"] = round(counts[kept[1]] / sum(counts[k] for k in kept), 6)
    return Target(task, why, rows, codes.drop_nulls().to_numpy().astype(np.int64), tuple(kept), report)


def _natural(label: str) -> tuple[int, float, str]:
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label
