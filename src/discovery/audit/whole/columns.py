"""How the columns of a table are measured where it is: by their distinct values, or by aggregates and edges.

A column whose sample says that it has at most ``MOST_VALUES`` distinct values is grouped by them, which tells all
there is to tell, exactly. Of the others are exact: counts, moments, ends, number of distinct values, and the
outermost values; the quantiles are those of the sample, whose rank is off by at most ``rank_error`` with
99.9% probability (Dvoretzky, Kiefer and Wolfowitz; Massart 1990); frequent values are those that repeat in the
sample, counted over all rows; shapes of texts are the sample's, scaled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from ..profiling.profile import ColumnProfile
from ..profiling.scan import EDGE, TOP, histogram_edges
from .counted import of_counts
from .sessions import Session, col

__all__ = ["MOST_VALUES", "columns_of", "rank_error"]

MOST_VALUES = 300_000
MOST_WORDS = 5_000
RARE = 50
"""How many texts that the sample lacks are looked at, of a column of at most ``MOST_WORDS``."""

EDGE_VALUES = 25
"""How many distinct values of the sample each end of the values is taken from; all rows hold at least as many."""

Facts = dict[str, Any]


def rank_error(rows: int, certainty: float = 0.999) -> float:
    """Return the most by which the rank of a quantile of a sample of ``rows`` rows is off, as a share of the rows.

    >>> round(rank_error(200_000), 4)
    0.0044
    """
    return math.sqrt(math.log(2 / (1 - certainty)) / (2 * max(1, rows)))


def columns_of(session: Session, sample: Mapping[str, ColumnProfile], frame: pl.DataFrame) -> dict[str, Facts]:
    """Measure all columns of the session's table.

    Parameters
    ----------
    session : Session
        The engine.
    sample : mapping of str to ColumnProfile
        The profile of the sample, which says how each column is best measured.
    frame : polars.DataFrame
        The sample.

    Returns
    -------
    dict
        By column, the fields of its profile over all rows; ``approximate`` names those that are estimates.
    """
    found: dict[str, Facts] = {}
    rest: list[str] = []
    for name, profile in sample.items():
        facts = _by_values(session, frame[name]) if _few(profile, frame[name]) else None
        if facts is None:
            rest.append(name)
        else:
            found[name] = facts
    for start in range(0, len(rest), session.block):
        block = rest[start : start + session.block]
        measured = _aggregates(session, block, sample)
        for name in block:
            facts = measured[name]
            facts |= _edges(session, frame[name])
            found[name] = _completed(session, facts, sample[name], frame.height)
    return {name: found[name] for name in sample}


def _few(profile: ColumnProfile, series: pl.Series) -> bool:
    """Whether all rows hold few distinct values, as far as the sample can tell (Chao's estimate, 1984)."""
    if profile.present == 0:
        return True
    if profile.distinct > 0.5 * profile.present and profile.distinct > 1_000:
        return False
    counts = series.drop_nulls().value_counts(name="n")["n"]
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return profile.distinct + once * (once - 1) / (2 * (twice + 1)) <= MOST_VALUES


def _by_values(session: Session, series: pl.Series) -> Facts | None:
    lazy = session.frame().select(col(series.name).alias("v")).drop_nulls().group_by("v").agg(nw.len().alias("n"))
    values = session.collect(lazy.head(4 * MOST_VALUES + 1))
    if values.height > 4 * MOST_VALUES:
        return None
    facts = of_counts(values, session.whole.rows)
    if series.dtype == pl.String and values.height <= MOST_WORDS:
        unseen = values.filter(~pl.col("v").is_in(series.unique().implode())).sort("v")
        facts["rare"] = unseen["v"].head(RARE).to_list()
    return facts


def _aggregates(session: Session, names: Sequence[str], sample: Mapping[str, ColumnProfile]) -> dict[str, Facts]:
    """Counts, ends and moments in one query; moments are taken around the sample's mean, so that no digits go."""
    schema, lazy = session.whole.schema, session.frame()
    floats = [c for c in names if schema[c].is_float()]
    infinite = {c: f"infinite:{c}" for c in floats}
    lost: Mapping[str, int] = {}
    if floats:
        count = [(~col(c).is_finite()).cast(nw.Int64).sum().alias(a) for c, a in infinite.items()]
        row = session.collect(lazy.select(count)).row(0)
        lost = dict(zip(floats, (int(v or 0) for v in row), strict=True))
    wanted: list[nw.Expr] = []
    for c in names:
        finite = nw.when(col(c).is_finite()).then(col(c)) if lost.get(c) else col(c)
        wanted += [e.alias(f"{k}:{c}") for k, e in _measures(c, finite, schema[c], sample[c])]
    row_ = session.collect(lazy.select(wanted)).row(0, named=True)
    found: dict[str, Facts] = {}
    for c in names:
        raw = {k.partition(":")[0]: v for k, v in row_.items() if k.partition(":")[2] == c}
        found[c] = _facts(raw, schema[c], sample[c], session.whole.rows) | {"infinite": lost.get(c, 0)}
    return found


def _measures(
    name: str, finite: nw.Expr, dtype: pl.DataType, sample: ColumnProfile
) -> Iterator[tuple[str, nw.Expr]]:
    yield "there", col(name).count()
    yield "minimum", col(name).min()
    yield "maximum", col(name).max()
    if dtype == pl.String:
        size = col(name).str.len_chars().cast(nw.Int64)
        yield "length_min", size.min()
        yield "length_max", size.max()
        yield "length_mean", size.mean()
    if not dtype.is_numeric():
        return
    away = finite.cast(nw.Float64) - float(sample.mean or 0.0)
    yield "zeros", (col(name) == 0).cast(nw.Int64).sum()
    yield "negatives", (col(name) < 0).cast(nw.Int64).sum()
    yield "first", away.mean()
    yield "second", (away * away).mean()
    yield "third", (away * away * away).mean()
    if dtype.is_float():
        yield "parts", (finite != finite.round(0)).cast(nw.Int64).sum()


def _facts(raw: Mapping[str, Any], dtype: pl.DataType, sample: ColumnProfile, rows: int) -> Facts:
    facts: Facts = {"missing": rows - int(raw["there"]), "minimum": raw["minimum"], "maximum": raw["maximum"]}
    facts |= {k: raw[k] for k in ("length_min", "length_max", "length_mean") if k in raw}
    if not dtype.is_numeric() or raw["first"] is None:
        return facts
    facts |= {"zeros": int(raw["zeros"] or 0), "negatives": int(raw["negatives"] or 0)}
    m1, m2, m3, n = raw["first"], raw["second"], raw["third"], int(raw["there"])
    variance = max(0.0, m2 - m1 * m1)
    facts |= {"mean": float(sample.mean or 0.0) + m1, "std": math.sqrt(variance * n / (n - 1)) if n > 1 else None}
    if variance > 0:
        facts["skew"] = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    facts["whole"] = dtype.is_integer() or not raw["parts"]
    return facts


def _edges(session: Session, series: pl.Series) -> Facts:
    """The outermost values, and the counts of those that repeat in the sample, in one grouped scan."""
    counts = series.drop_nulls().value_counts(name="n")
    again = counts.filter(pl.col("n") > 1).sort(["n", series.name], descending=[True, False])
    frequent = again[series.name].head(4 * TOP)
    column, picks = col(series.name), []
    if len(frequent):
        picks.append(column.is_in(frequent.to_list()))
    if series.dtype != pl.String:
        ends = series.unique().drop_nulls().sort()
        if ends.dtype.is_float():
            ends = ends.filter(ends.is_finite())
        first, last = ends.head(EDGE_VALUES), ends.tail(EDGE_VALUES)
        if len(ends):
            picks += [column <= first[-1], column >= last[0]]
    if not picks:
        return {"top": [(v, 1) for v in counts[series.name].sort().head(TOP)]}
    wanted = picks[0]
    for pick in picks[1:]:
        wanted = wanted | pick
    lazy = session.frame().filter(wanted).select(column.alias("v")).group_by("v").agg(nw.len().alias("n"))
    values = session.collect(lazy).select("v", pl.col("n").cast(pl.Int64)).sort("v")
    best = values.sort(["n", "v"], descending=[True, False]).head(TOP)
    facts: Facts = {"top": _pairs(best)}
    if series.dtype != pl.String:
        facts |= {"low": _pairs(values.head(EDGE)), "high": _pairs(values.tail(EDGE).reverse())}
    return facts


def _pairs(values: pl.DataFrame) -> list[tuple[Any, int]]:
    return list(zip(values["v"].to_list(), values["n"].to_list(), strict=True))


def _completed(session: Session, facts: Facts, sample: ColumnProfile, drawn: int) -> Facts:
    """Add what needs the ends of the values first, and what only the sample can tell."""
    facts["distinct"] = session.distinct([sample.name])
    facts["sorted"] = sample.sorted
    scale = session.whole.rows / max(1, drawn)
    unsure = ["top"] if facts["distinct"] > TOP else []
    if sample.patterns:
        facts["patterns"] = [(p, round(n * scale)) for p, n in sample.patterns]
        unsure.append("patterns")
    if sample.quantiles:
        facts["quantiles"] = dict(sample.quantiles)
        facts["histogram"] = _histogram(session, sample.name, facts)
        unsure.append("quantiles")
    return facts | {"approximate": tuple(unsure)}


def _histogram(session: Session, name: str, facts: Facts) -> tuple[list[float], list[int]] | None:
    low, high = float(facts["minimum"]), float(facts["maximum"])
    edges = histogram_edges(low, high, facts["distinct"])
    if edges is None:
        return None
    if len(edges) == 2:
        return edges.tolist(), [session.whole.rows - facts["missing"]]
    width = float(edges[1] - edges[0])
    place = ((col(name).cast(nw.Float64) - low) / width).floor().cast(nw.Int64).alias("bin")
    lazy = session.frame().select(col(name)).drop_nulls().select(place).group_by("bin").agg(nw.len().alias("n"))
    bins = session.collect(lazy)
    counts = np.zeros(len(edges) - 1, dtype=np.int64)
    np.add.at(counts, np.clip(bins["bin"].to_numpy(), 0, len(counts) - 1), bins["n"].to_numpy())
    return edges.tolist(), counts.tolist()
