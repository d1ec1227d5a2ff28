"""How a profile is measured: one aggregate query over all columns, then one pass a column over its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ...ordered import Runs, keep_numbers, quantiles_of, runs_of, runs_of_close
from .profile import QUANTILES, ColumnProfile

if TYPE_CHECKING:
    from ...intake.table import Table

__all__ = [
    "EDGE",
    "TOP",
    "aggregates",
    "column_profile",
    "engine_for",
    "histogram",
    "histogram_edges",
    "most_frequent",
    "prepare",
    "text_facts",
    "text_profiles",
    "value_profile",
]

Array = np.ndarray[Any, Any]

TOP, EDGE = 50, 20
"""How many of the most frequent and of the outermost values are kept."""
BINS = 20
PATTERN_VALUES = 5_000
STREAM_ROWS, STREAM_COLUMNS = 200_000, 200
"""From how many rows on, and up to how many columns, the streaming engine is the faster one, as measured."""


def engine_for(rows: int, columns: int) -> str:
    """Return the Polars engine that suits the table's shape: streaming for long tables, else in memory.

    The streaming engine pays for every expression, so that a wide table is many times slower in it.
    """
    return "streaming" if rows >= STREAM_ROWS and columns <= STREAM_COLUMNS else "in-memory"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with plain types: floats without NaN, and text for everything that is nested or coded."""
    casts: list[pl.Expr | pl.Series] = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype.is_float():
            casts.append(column.fill_nan(None))
        elif dtype.is_decimal():
            casts.append(column.cast(pl.Float64))
        elif dtype.is_nested():
            casts.append(pl.Series(name, [None if v is None else str(v) for v in frame[name]], dtype=pl.String))
        elif dtype.is_(pl.Duration):
            casts.append(column.dt.total_microseconds().cast(pl.String))
        elif dtype.base_type() in {pl.Categorical, pl.Enum, pl.Object, pl.Binary}:
            casts.append(column.cast(pl.String, strict=False))
    return frame.with_columns(casts) if casts else frame


def aggregates(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return counts and moments of every column, a statistic a query.

    Returns
    -------
    dict
        By column: ``missing`` and, for numbers, ``mean``, ``std`` (n - 1), ``skew`` (biased), ``zeros``,
        ``negatives``, ``infinite``. Infinite values are left out of the moments.
    """
    names = frame.columns
    numeric = [c for c, d in frame.schema.items() if d.is_numeric()]
    floats = [c for c, d in frame.schema.items() if d.is_float()]
    if not names:
        return {}
    found: dict[str, dict[str, Any]] = {c: {} for c in names}
    lazy = frame.lazy()
    engine: Any = engine_for(frame.height, frame.width)

    def measure(statistic: str, columns: list[str], expression: pl.Expr) -> None:
        if columns:
            row = lazy.select(expression).collect(engine=engine).row(0)
            for column, value in zip(columns, row, strict=True):
                found[column][statistic] = value

    measure("missing", names, pl.col(names).null_count())
    measure("infinite", floats, (~pl.col(floats).is_finite()).sum())
    endless = [c for c in floats if found[c]["infinite"]]
    lazy = lazy.with_columns(pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c in endless)
    every = pl.col(numeric)
    measure("mean", numeric, every.mean())
    measure("std", numeric, every.cast(pl.Float64).std())
    measure("skew", numeric, every.cast(pl.Float64).skew())
    measure("zeros", numeric, (every == 0).sum())
    measure("negatives", numeric, (every < 0).sum())
    return found


def histogram_edges(low: float, high: float, distinct: int) -> Array | None:
    """Return the edges of the bins of numbers from ``low`` to ``high``; None where they lie too far apart."""
    if not np.isfinite(high - low):
        return None
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    return np.linspace(low, high, min(BINS, max(distinct, 2)) + 1)


def histogram(
    ordered: Array, distinct: int, ends: Array | None = None
) -> tuple[Sequence[float], Sequence[int]] | None:
    """Return edges and counts of the bins of sorted numbers.

    ``ends``: where the numbers are distinct ones, how many there are up to and with each.
    """
    edges = histogram_edges(float(ordered[0]), float(ordered[-1]), distinct)
    if edges is None:
        return None
    places = np.concatenate([[0], np.searchsorted(ordered, edges[1:-1], side="left"), [len(ordered)]])
    if ends is not None:
        places = np.concatenate([[0], ends])[places]
    return edges.tolist(), np.diff(places).astype(np.int64).tolist()


def value_profile(series: pl.Series, memo: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the values of a number, date, time or Boolean column say, from one sort.

    Parameters
    ----------
    series : polars.Series
        The column.
    memo : dict, optional
        Where the sorted numbers are kept (:func:`discovery.ordered.keep_numbers`).

    Returns
    -------
    dict
        ``distinct``, ``minimum``, ``maximum``, ``top``, ``low`` and ``high`` (the outermost values with their
        counts) and, for numbers, ``quantiles`` (linear interpolation), ``histogram`` and ``whole``.
    """
    dtype = series.dtype
    numeric, physical = dtype.is_numeric(), series
    if not numeric:
        physical = series.cast(pl.Int8) if dtype == pl.Boolean else series.to_physical()
    ordered = None
    runs = runs_of_close(physical) if physical.dtype.is_integer() else None
    if runs is None:
        ordered = np.sort(_present(physical).to_numpy())
        runs = runs_of(ordered)
    if not len(runs.values):
        return {"distinct": 0}

    def back(pairs: Sequence[tuple[Any, int]]) -> list[tuple[Any, int]]:
        if numeric:
            return list(pairs)
        raw = pl.Series([v for v, _ in pairs], dtype=physical.dtype)
        return list(zip(raw.cast(dtype).to_list(), [n for _, n in pairs], strict=True))

    low = back(runs.pairs(slice(0, EDGE)))
    high = back(runs.pairs(slice(-1, -EDGE - 1, -1)))
    found = {
        "distinct": len(runs.values),
        "minimum": low[0][0],
        "maximum": high[0][0],
        "top": back(runs.top(TOP)),
        "low": low,
        "high": high,
        "sorted": _order(physical),
    }
    if numeric:
        if ordered is not None and dtype.is_float() and not np.isfinite(ordered[[0, -1]]).all():
            ordered = ordered[np.isfinite(ordered)]
            runs = runs_of(ordered)
        found |= _distribution(ordered, runs, found["distinct"])
        if memo is not None:
            keep_numbers(memo, series.name, ordered, runs)
    return found


def _present(series: pl.Series) -> pl.Series:
    return series.drop_nulls() if series.null_count() else series


def _distribution(ordered: Array | None, runs: Runs, distinct: int) -> dict[str, Any]:
    """Return quantiles and histogram of finite numbers, given their runs and, where they were sorted, all of them,
    and whether all are whole."""
    if not len(runs.values):
        return {}
    values, ends = (runs.values, np.cumsum(runs.counts)) if ordered is None else (ordered, None)
    return {
        "quantiles": dict(zip(QUANTILES, quantiles_of(values, QUANTILES, ends), strict=True)),
        "histogram": histogram(values, distinct, ends),
        "whole": values.dtype.kind in "iu" or bool(np.all(runs.values == np.trunc(runs.values))),
    }


def _order(series: pl.Series) -> int:
    """Return 1 where the values rise (or stay), -1 where they fall, 0 for neither and for a single one."""
    for some in (series.head(100), series):
        part = _present(some).to_numpy()
        rising, falling = bool(np.all(part[:-1] <= part[1:])), bool(np.all(part[:-1] >= part[1:]))
        if not (rising or falling):
            return 0
    return 0 if len(part) < 2 else 1 if rising else -1


def most_frequent(values: pl.DataFrame) -> list[tuple[Any, int]]:
    """Return the most frequent of distinct values ``v`` with their counts ``n``; of equally frequent ones the
    lower first."""
    if values.height > 10 * TOP:
        values = values.filter(pl.col("n") >= values["n"].top_k(TOP).min())
    top = values.sort(["n", "v"], descending=[True, False]).head(TOP)
    return list(zip(top["v"].to_list(), top["n"].to_list(), strict=True))


def text_profiles(columns: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return what the values of columns of text say, given their distinct values ``v`` with their counts ``n``.

    Returns
    -------
    dict
        By column ``distinct``, ``minimum``, ``maximum``, ``top``, and what :func:`text_facts` returns.
    """
    there = {c: values for c, values in columns.items() if values.height}
    found: dict[str, dict[str, Any]] = {c: {"distinct": 0} for c in columns}
    for (column, values), facts in zip(there.items(), text_facts(list(there.values())), strict=True):
        ends = {"minimum": values["v"].min(), "maximum": values["v"].max(), "top": most_frequent(values)}
        found[column] = {"distinct": values.height, **ends, **facts}
    return found


def text_facts(columns: Sequence[pl.DataFrame]) -> list[dict[str, Any]]:
    """Return lengths and shapes of each column's distinct texts ``v`` with their counts ``n``, of all columns in
    one pass: what a query costs at least is more than what a short column does.

    Shapes (``patterns``) are those of at most ``PATTERN_VALUES`` of the most frequent values: runs of letters as
    ``A``, of digits as ``9``, of blanks as one blank, in the first 200 signs.
    """
    if not columns:
        return []
    size = pl.col("v").str.len_chars().cast(pl.Int64)
    lengths = _stacked(columns).with_columns(size=size).group_by("column", maintain_order=True)
    told = lengths.agg(
        pl.col("size").min().alias("length_min"),
        pl.col("size").max().alias("length_max"),
        ((pl.col("size") * pl.col("n")).sum() / pl.col("n").sum()).alias("length_mean"),
    )
    most = [v.top_k(PATTERN_VALUES, by="n") if v.height > PATTERN_VALUES else v for v in columns]
    digits = _stacked(most).group_by("column", _without_digits(pl.col("v")).alias("p")).agg(pl.col("n").sum())
    shapes = digits.group_by("column", _without_letters(pl.col("p"))).agg(
        pl.col("n").sum()
    )  # of codes few are left
    shapes = shapes.sort(["column", "n", "p"], descending=[False, True, False])
    best = shapes.group_by("column", maintain_order=True).agg(pl.col("p", "n").head(TOP))
    pairs = [list(zip(p, n, strict=True)) for p, n in best.select("p", "n").iter_rows()]
    facts = told.drop("column").iter_rows(named=True)
    return [{**row, "patterns": patterns} for row, patterns in zip(facts, pairs, strict=True)]


def _stacked(columns: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the columns one below the other, each with its number."""
    numbers = np.repeat(np.arange(len(columns)), [v.height for v in columns])
    return pl.concat(columns).select("v", pl.col("n").cast(pl.Int64), column=pl.Series(numbers))


def _without_digits(text: pl.Expr) -> pl.Expr:
    return text.str.slice(0, 200).str.replace_all(r"\p{N}+", "9")


def _without_letters(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\p{L}+", "A").str.replace_all(r"\s+", " ")


def column_profile(
    name: str,
    kind: str,
    series: pl.Series,
    counts: Mapping[str, Any],
    texts: Mapping[str, Any] | None,
    table: Table,
) -> ColumnProfile:
    """Return the profile of one column of type ``kind``, given its aggregates, and what its texts say if it is one
    of text. What is sorted here is kept in the memo of ``table``."""
    found = value_profile(series, table.memo) if texts is None else texts
    shared = dict(counts)
    missing = int(shared.pop("missing", 0))
    return ColumnProfile(
        name=name,
        type=kind,
        rows=len(series),
        missing=missing,
        unparsed=len(table.columns[name].unparsed),
        **{k: v for k, v in shared.items() if v is not None},
        **found,
    )
