"""The suite compiled into one Polars scan: the verdicts of Great Expectations without its cost.

Every expectation becomes a count of the values it judges and of those that do not comply. All counts are taken in
one pass. The rules on nulls, on ``mostly`` and on values that cannot be compared are those of Great
Expectations 1.24 on pandas; a test holds the two judges together expectation by expectation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl

from ..intake.whole import in_parts
from .canonical import Canonical
from .judge import Verdict
from .model import Expectation, Suite

__all__ = ["judge_by_scan", "uncomparable"]

BLOCK = 12
"""How many expectations are judged in one scan of a table beyond memory."""

NOT_COMPARABLE = "its values cannot be compared"


Counts = tuple[int, int]
"""How many values (or rows) are judged, and how many are unexpected."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Expressions that count the judged and the unexpected rows; each aggregates to one number.

    ``key`` names the columns whose combinations should each occur once.
    """

    checked: pl.Expr
    unexpected: pl.Expr
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """An expression that says of each value of a column whether it complies."""

    column: str
    complies: pl.Expr


def judge_by_scan(suite: Suite, table: Canonical) -> list[Verdict]:
    """Return the verdict on each expectation, in the order of the suite; ``table`` is canonical."""
    compiled = [_compile(e, table) for e in suite.expectations]
    known: dict[int, Counts] = {}
    asked: dict[int, _Rows] = {}
    for i, entry in enumerate(compiled):
        if isinstance(entry, _Rule):
            counts = table.counts(entry.column)
            if counts is not None:
                known[i] = _over(entry, counts)
            else:
                wrong = (~entry.complies & pl.col(entry.column).is_not_null()).sum()
                asked[i] = _Rows(pl.lit(table.present(entry.column)), wrong)
        elif isinstance(entry, _Rows):
            asked[i] = entry
        elif isinstance(entry, tuple):
            known[i] = entry
    if table.whole is not None:
        known |= _of_all_rows(table.whole, table.parts, asked)
    else:
        known |= _counted(table.frame.lazy(), asked)
    return [
        entry if isinstance(entry, Verdict) else _verdict(expectation, *known[i])
        for i, (expectation, entry) in enumerate(zip(suite.expectations, compiled, strict=True))
    ]


def uncomparable(expectation: Expectation, table: Canonical) -> Verdict | None:
    """Return the verdict on an expectation that the types of the columns forbid to judge; None on any other."""
    if any(c not in table.schema for c in expectation.columns):
        return Verdict(False, error="the column is not there")
    compiler = _COMPILERS.get(expectation.type)
    found = compiler(expectation.kwargs, table) if compiler is not None else None
    return found if isinstance(found, Verdict) and found.error else None


def _over(rule: _Rule, counts: pl.DataFrame) -> Counts:
    """Judge a rule on the distinct values ``v`` of a column with their counts ``n``."""
    wrong = counts.rename({"v": rule.column}).filter(~rule.complies)["n"]
    return int(counts["n"].sum()), int(wrong.sum())


def _counted(
    lazy: pl.LazyFrame, asked: Mapping[int, _Rows], engine: Literal["auto", "streaming"] = "auto"
) -> dict[int, Counts]:
    """Count all that is asked in one query."""
    if not asked:
        return {}
    selected = [
        e.alias(f"{i}{sign}")
        for i, rows in asked.items()
        for sign, e in (("c", rows.checked), ("u", rows.unexpected))
    ]
    row = lazy.select(selected).collect(engine=engine).row(0, named=True)
    return {i: (row[f"{i}c"] or 0, row[f"{i}u"] or 0) for i in asked}


def _of_all_rows(lazy: pl.LazyFrame, parts: int, asked: Mapping[int, _Rows]) -> dict[int, Counts]:
    """Count in blocks of expectations; repeats by groups, as marking each repeated row takes memory by the row."""
    found: dict[int, Counts] = {i: _repeats(lazy, entry.key, parts) for i, entry in asked.items() if entry.key}
    plain = [(i, e) for i, e in asked.items() if not e.key]
    for start in range(0, len(plain), BLOCK):
        found |= _counted(lazy, dict(plain[start : start + BLOCK]), "streaming")
    return found


def _repeats(lazy: pl.LazyFrame, key: Sequence[str], parts: int) -> Counts:
    """Count the rows with a key, and those whose key another row has, by a 64-bit hash of the key."""
    n = pl.col("n").cast(pl.Int64)
    keyed = lazy.select(key).filter(pl.any_horizontal(pl.all().is_not_null()))
    hashes = keyed.select(pl.struct(key).hash(seed=0).alias("hash"))
    checked = unexpected = 0
    for part in in_parts(hashes, "hash", parts):
        sums = part.group_by("hash").agg(n=pl.len()).select(c=n.sum(), u=n.filter(n > 1).sum())
        row = sums.collect(engine="streaming").row(0)
        checked, unexpected = checked + row[0], unexpected + row[1]
    return checked, unexpected


def _verdict(expectation: Expectation, checked: int, unexpected: int) -> Verdict:
    if expectation.type == "expect_table_row_count_to_be_between":
        low, high = expectation.kwargs.get("min_value"), expectation.kwargs.get("max_value")
        success = (low is None or checked >= low) and (high is None or checked <= high)
        return Verdict(success, note=f"there are {checked:,}")
    share = (checked - unexpected) / checked if checked else 1.0
    return Verdict(share >= expectation.mostly, checked, unexpected)


def _compile(expectation: Expectation, table: Canonical) -> _Rows | _Rule | Counts | Verdict:
    if any(c not in table.schema for c in expectation.columns):
        return Verdict(False, error="the column is not there")
    compiler = _COMPILERS.get(expectation.type)
    if compiler is None:
        return Verdict(False, error="this kind of expectation is judged by Great Expectations only")
    return compiler(expectation.kwargs, table)


def _columns(kwargs: dict[str, Any], table: Canonical) -> Verdict:
    missing = [c for c in kwargs["column_set"] if c not in table.schema]
    extra = [c for c in table.schema if c not in kwargs["column_set"]] if kwargs.get("exact_match", True) else []
    return Verdict(not missing and not extra, note=f"not there: {', '.join(missing)}" if missing else "")


def _row_count(_: dict[str, Any], table: Canonical) -> Counts:
    return table.rows, 0


def _not_null(kwargs: dict[str, Any], table: Canonical) -> Counts:
    return table.rows, table.nulls[kwargs["column"]]


def _unique(kwargs: dict[str, Any], table: Canonical) -> _Rows | Counts:
    column = pl.col(kwargs["column"])
    known = table.repeats(kwargs["column"])
    if known is not None:
        return known
    twice = (column.is_duplicated() & column.is_not_null()).sum()
    return _Rows(column.count(), twice, (kwargs["column"],))


def _compound_unique(kwargs: dict[str, Any], table: Canonical) -> _Rows:  # noqa: ARG001
    names = kwargs["column_list"]
    some = pl.any_horizontal(pl.col(names).is_not_null())
    twice = pl.struct(names).is_duplicated()
    return _Rows(some.sum(), (twice & some).sum(), tuple(names))


def _between(kwargs: dict[str, Any], table: Canonical) -> _Rule | Verdict:
    name = kwargs["column"]
    dtype = table.schema[name]
    column = pl.col(name).cast(pl.Int64) if dtype == pl.Boolean else pl.col(name)
    complies = pl.lit(True)
    for key, compare in (("min_value", column.ge), ("max_value", column.le)):
        bound = kwargs.get(key)
        if bound is None:
            continue
        if isinstance(bound, str) != (not dtype.is_numeric() and dtype != pl.Boolean):
            return Verdict(False, error=NOT_COMPARABLE)
        moment = _moment(bound)
        if isinstance(dtype, pl.Datetime) != (moment is not None):
            return Verdict(False, error=NOT_COMPARABLE)
        value = bound if moment is None else moment
        complies = complies & compare(pl.lit(value))
    return _Rule(name, complies)


def _moment(bound: object) -> datetime | None:
    """Great Expectations reads a text bound that is an instant as one, whatever the column holds."""
    try:
        return datetime.fromisoformat(bound) if isinstance(bound, str) else None
    except ValueError:
        return None


def _in_set(kwargs: dict[str, Any], table: Canonical) -> _Rule:
    name, values = kwargs["column"], kwargs["value_set"]
    dtype = table.schema[name]
    if dtype.is_numeric():
        known = pl.Series([float(v) for v in values if isinstance(v, int | float)], dtype=pl.Float64)
        return _Rule(name, pl.col(name).cast(pl.Float64).is_in(known.implode()))
    if dtype == pl.String:
        known = pl.Series([v for v in values if isinstance(v, str)], dtype=pl.String)
        return _Rule(name, pl.col(name).is_in(known.implode()))
    if dtype == pl.Boolean:
        known = pl.Series([bool(v) for v in values if v in (0, 1)], dtype=pl.Boolean)
        return _Rule(name, pl.col(name).is_in(known.implode()))
    return _Rule(name, pl.lit(False))


def _regex(kwargs: dict[str, Any], table: Canonical) -> _Rule:
    name = kwargs["column"]
    column = pl.col(name)
    if table.schema[name] == pl.Boolean:
        column = column.cast(pl.String).str.to_titlecase()
    regex = str(kwargs["regex"])
    if regex.endswith("$"):
        regex = regex[:-1] + r"\n?\z"
    return _Rule(name, column.cast(pl.String).str.contains(regex))


def _type(kwargs: dict[str, Any], table: Canonical) -> Verdict:
    dtype = table.schema[kwargs["column"]]
    wanted = set(kwargs.get("type_list") or [kwargs["type_"]])
    names = {pl.Int64: "int64", pl.Float64: "float64", pl.String: "str"}
    gaps = bool(table.nulls[kwargs["column"]])
    actual = "datetime64[ns]" if isinstance(dtype, pl.Datetime) else names.get(dtype.base_type(), "object")
    if dtype == pl.Boolean:
        actual = "BooleanDtype" if gaps else "bool"
    elif actual == "int64" and gaps:
        actual = "float64"
    return Verdict(actual in wanted, note="" if actual in wanted else f"it holds {actual}")


def _pair(kwargs: dict[str, Any], table: Canonical) -> _Rows | Verdict:
    first, second = kwargs["column_A"], kwargs["column_B"]
    a, b = table.schema[first], table.schema[second]
    if a != b and not (a.is_numeric() and b.is_numeric()):
        return Verdict(False, error=NOT_COMPARABLE)
    both = pl.col(first).is_not_null() & pl.col(second).is_not_null()
    left, right = pl.col(first), pl.col(second)
    complies = left >= right if kwargs.get("or_equal") else left > right
    return _Rows(both.sum(), (both & ~complies).sum())


_COMPILERS: dict[str, Callable[[dict[str, Any], Canonical], _Rows | _Rule | Counts | Verdict]] = {
    "expect_table_columns_to_match_set": _columns,
    "expect_table_row_count_to_be_between": _row_count,
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_be_unique": _unique,
    "expect_compound_columns_to_be_unique": _compound_unique,
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_match_regex": _regex,
    "expect_column_values_to_be_of_type": _type,
    "expect_column_values_to_be_in_type_list": _type,
    "expect_column_pair_values_a_to_be_greater_than_b": _pair,
}
