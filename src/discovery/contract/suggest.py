"""Suggest the contract of a table from its robust core, so that dirt does not become the rule."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from ..artifacts import Finding
from ..audit.checks.sentinels_numeric import is_code
from ..audit.names import named
from ..intake.table import value_counts
from .canonical import FIRST, LAST, canonical
from .flagged import Flagged, flagged
from .model import Expectation, Suite, new_suite
from .robust import Core, core_categories, core_range, nice_bound
from .shapes import common_regex

if TYPE_CHECKING:
    from ..audit.context import TableContext
    from ..audit.profile import ColumnProfile

__all__ = ["suggest"]

CATEGORIES = 50
ENOUGH = 20
NUMBERS = ["int64", "float64"]
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
REACH = 4
OTHER_TYPE = frozenset({"mixed_type", "bad_date", "unit_mix"})
"""Findings after which a column of text may be one of numbers or dates once it is mended."""
_NO_RANGE = frozenset({"identifier", "postcode", "phone", "card", "national_id", "iban"})


def suggest(context: TableContext, findings: Iterable[Finding] = ()) -> Suite:
    """Return the contract that the next drop of this table should meet.

    Parameters
    ----------
    context : TableContext
        The table and its profile. Columns are learned from on the context's sample; what must hold for every row
        (keys, blanks, types) is taken from all rows.
    findings : iterable of Finding
        What the audit said: values it calls sentinels, variants, outliers or impossible are not learned from, and
        rows it calls wrong may be missing in a cleaned drop.
    """
    known = [f for f in findings if f.table == context.name]
    about: dict[str, list[Finding]] = defaultdict(list)
    for finding in known:
        for name in dict.fromkeys(finding.columns):
            about[name].append(finding)
    few = context.rows <= 50_000 or context.table.whole is not None
    sample = canonical(context.frame if few else context.sample)
    there = set(sample.columns)
    expectations = list(_table(context))
    for column in context.profile.columns.values():
        if column.name in there:
            marks = flagged(about[column.name], context.name, column.name)
            expectations += _column(context, column, sample[column.name], marks)
    expectations += _keys(context, known)
    expectations += _orders(sample, known)
    return new_suite(context.name, expectations, suggested_from_rows=context.rows)


def _table(context: TableContext) -> Iterator[Expectation]:
    names = list(context.frame.columns)
    if names:
        yield _expect("table_columns_to_match_set", column_set=names, exact_match=False)
    if context.rows:
        low, high = max(1, context.rows // 2), max(context.rows * 2, 20)
        yield _expect("table_row_count_to_be_between", "warning", min_value=low, max_value=high)


def _column(
    context: TableContext, column: ColumnProfile, values: pl.Series, marks: Flagged
) -> Iterator[Expectation]:
    whole = context.table.whole is not None
    present = column.present if whole else context.rows - context.frame[column.name].null_count()
    if present == 0:
        return
    yield from _type(column.name, values, marks)
    yield from _filled(column.name, context.rows, present, marks)
    if values.dtype.is_numeric():
        yield from _numbers(column, values, marks)
    elif isinstance(values.dtype, pl.Datetime):
        yield from _moments(column.name, values, marks)
    elif values.dtype == pl.String:
        yield from _texts(context, column, values, marks)


def _type(name: str, values: pl.Series, marks: Flagged) -> Iterator[Expectation]:
    if values.dtype.is_numeric():
        yield _expect("column_values_to_be_in_type_list", column=name, type_list=NUMBERS)
    elif isinstance(values.dtype, pl.Datetime):
        yield _expect("column_values_to_be_in_type_list", column=name, type_list=["datetime64[ns]"])
    elif values.dtype == pl.Boolean:
        yield _expect("column_values_to_be_in_type_list", column=name, type_list=["bool", "BooleanDtype"])
    elif values.dtype == pl.String and not marks.kinds & OTHER_TYPE:
        yield _expect("column_values_to_be_of_type", column=name, type_="str")


def _filled(name: str, rows: int, present: int, marks: Flagged) -> Iterator[Expectation]:
    """Blanks are allowed for what is blank now, for what a clean-up would make blank, and for chance."""
    share = min(1.0, (rows - present + marks.rows) / rows)
    if share == 0.0:
        yield _expect("column_values_to_not_be_null", column=name)
        return
    slack = max(0.02, 3 * math.sqrt(share * (1 - share) / rows), 0.25 * share)
    mostly = math.floor((1 - share - slack) * 1000) / 1000
    if mostly > 0.02:
        yield _expect("column_values_to_not_be_null", "warning", column=name, mostly=mostly)


def _tolerance(rows: int, times: int = 2) -> float:
    return round(1 - min(0.05, times * max(0.001, 1 / max(rows, 1))), 4)


def _numbers(column: ColumnProfile, values: pl.Series, marks: Flagged) -> Iterator[Expectation]:
    filled = values.drop_nulls()
    if filled.len() < ENOUGH or column.semantic in _NO_RANGE or _coded(column):
        return
    core = core_range(filled, marks.numbers(), marks.extreme_numbers())
    if core is None:
        return
    codes = _codes(column, filled, core, marks)
    if codes:
        yield _expect("column_values_to_be_in_set", column=column.name, value_set=codes)
        return
    if column.unique and column.type == "integer":
        return
    low, high = _widen(core)
    mostly = _tolerance(filled.len(), 5) if core.long_tail else 1.0
    mostly = min(mostly, _with_outliers(filled, low, high, marks))
    more: dict[str, Any] = {"mostly": mostly} if mostly < 1 else {}
    yield _expect("column_values_to_be_between", column=column.name, min_value=low, max_value=high, **more)


def _coded(column: ColumnProfile) -> bool:
    """Whether whole numbers are codes by their name, of which a new one may be of any size."""
    return column.type == "integer" and named(column.name, "id", "key", "number", "nr", "no", "nbr", "code")


def _with_outliers(filled: pl.Series, low: float, high: float, marks: Flagged) -> float:
    """Return the share that must lie in the range. Where values outside may well be true, as the audit calls them
    outliers or nothing at all and they are neither codes nor out of all proportion, twice as many may lie there in
    the next drop, and one in ten at most."""
    if low <= filled.min() <= filled.max() <= high:  # type: ignore[operator]
        return 1.0
    outside = filled.filter((filled < low) | (filled > high)).cast(pl.Float64).to_list()
    wrong, far, reach = set(marks.wrong_numbers()), set(marks.far_numbers()), REACH * (high - low)
    near = (v for v in outside if v in far or (low - reach <= v <= high + reach and not is_code(v)))
    true = sum(v not in wrong for v in near)
    return math.floor((1 - min(0.1, 2 * true / filled.len())) * 1000) / 1000


def _codes(column: ColumnProfile, filled: pl.Series, core: Core, marks: Flagged) -> list[int]:
    """Return the values of a column of few whole-number codes (flags, grades), else nothing."""
    if column.type != "integer" or column.distinct > 12 or filled.len() < 10 * column.distinct:
        return []
    inside = filled.filter((filled >= core.low) & (filled <= core.high)).unique().sort().to_list()
    wrong = set(marks.numbers())
    kept = [int(v) for v in inside if v not in wrong]
    return kept if 1 < len(kept) <= 3 else []


def _widen(core: Core) -> tuple[float, float]:
    span = core.high - core.low or max(abs(core.high), 1.0)
    slack = span if core.long_tail else 0.25 * span
    low, high = core.low - slack, core.high + slack
    if core.low >= 0:
        low = 0.0 if core.low < 0.5 * span else max(0.0, low)
    if core.high <= 0:
        high = min(0.0, high)
    if core.low >= 0 and core.high <= 1 and core.high > 0.5:
        high = 1.0
    return nice_bound(low, up=False), nice_bound(high, up=True)


def _moments(name: str, values: pl.Series, marks: Flagged) -> Iterator[Expectation]:
    filled = values.drop_nulls()
    if filled.len() < ENOUGH:
        return
    micro = 1e6 * 86_400
    days = filled.dt.epoch("us").cast(pl.Float64) / micro
    wrong = [_days(m) for m in marks.moments()]
    extreme = (
        [_days(m) for m in marks.moments()] if marks.kinds & {"impossible_value", "outlier", "bad_date"} else []
    )
    core = core_range(days, wrong, extreme)
    if core is None:
        return
    slack = max(core.high - core.low, 366.0)
    low = datetime(1970, 1, 1) + timedelta(days=math.floor(core.low - slack / 2))
    high = datetime(1970, 1, 1) + timedelta(days=math.ceil(core.high + slack))
    if low > FIRST and high < LAST:
        more: dict[str, Any] = {"mostly": _tolerance(filled.len(), 5)} if core.long_tail else {}
        yield _expect(
            "column_values_to_be_between",
            column=name,
            min_value=low.isoformat(),
            max_value=high.isoformat(),
            **more,
        )


def _days(moment: datetime) -> float:
    return (moment - datetime(1970, 1, 1)) / timedelta(days=1)


def _texts(
    context: TableContext, column: ColumnProfile, values: pl.Series, marks: Flagged
) -> Iterator[Expectation]:
    all_rows = context.frame[column.name].dtype == pl.String and len(values) == context.frame.height
    counts = context.table.value_counts(column.name) if all_rows else value_counts(values)
    filled = int(counts["n"].sum())
    if filled < ENOUGH:
        return
    if column.semantic == "email":
        yield _expect("column_values_to_match_regex", column=column.name, regex=EMAIL, mostly=_tolerance(filled))
        return
    if marks.kinds & {"unit_mix"}:
        return
    personal = context.is_personal(column.name)
    if not personal and 1 <= column.distinct <= min(CATEGORIES, filled // 5):
        yield from _categories(column.name, counts, marks)
    elif column.semantic not in {"free_text", "person_name", "address"}:
        fine = counts.filter(~counts["v"].is_in(list(marks.texts))) if marks.texts else counts
        regex = common_regex(fine["v"], bool(marks.kinds & {"format_violation"}), fine["n"])
        if regex:
            yield _expect(
                "column_values_to_match_regex", column=column.name, regex=regex.pattern, mostly=regex.mostly
            )


def _categories(name: str, values: pl.DataFrame, marks: Flagged) -> Iterator[Expectation]:
    """Few values: they are the rule. How many others to allow is Good and Turing's estimate of the unseen."""
    counts = [(str(v), int(n)) for v, n in values.iter_rows()]
    kept = core_categories(counts, marks.texts)
    if not kept:
        return
    filled = sum(n for _, n in counts)
    once = sum(n == 1 for v, n in counts if v in set(kept))
    more: dict[str, Any] = {"mostly": round(1 - min(0.05, 3 * once / filled), 4)} if once else {}
    yield _expect("column_values_to_be_in_set", column=name, value_set=kept, **more)


def _keys(context: TableContext, findings: Sequence[Finding]) -> Iterator[Expectation]:
    """The key the client names, the one the profile found, and those that a finding says should be one."""
    spec = context.engagement.tables.get(context.name)
    wanted = [list(spec.key)] if spec and spec.key else []
    wanted += [list(context.profile.key)] if context.profile.key else []
    wanted += [list(f.columns) for f in findings if f.kind == "duplicate_key" and f.columns]
    wanted += [
        [c.name]
        for c in context.profile.columns.values()
        if c.unique and c.semantic in {"identifier", "uuid", "email"} and c.present >= ENOUGH
    ]
    seen: list[set[str]] = []
    for columns in wanted:
        if set(columns) in seen or any(c not in context.frame.columns for c in columns):
            continue
        seen.append(set(columns))
        if len(columns) == 1:
            yield _expect("column_values_to_be_unique", column=columns[0])
        else:
            yield _expect("compound_columns_to_be_unique", column_list=columns)


def _orders(sample: pl.DataFrame, findings: Sequence[Finding]) -> Iterator[Expectation]:
    """Dates that stand in one order in every row (or in nearly all, and a finding says so) must stay so."""
    names = [c for c, dtype in sample.schema.items() if isinstance(dtype, pl.Datetime)][:8]
    broken = [set(f.columns) for f in findings if f.kind == "rule_violation"]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            both = sample.select(first, second).drop_nulls()
            if both.height < 100:
                continue
            later = both[second] >= both[first]
            share = float(later.mean() or 0.0)  # type: ignore[arg-type]
            needed = 0.8 if {first, second} in broken else 1.0
            if share >= needed or 1 - share >= needed:
                a, b = (second, first) if share >= 0.5 else (first, second)
                yield _expect(
                    "column_pair_values_a_to_be_greater_than_b",
                    column_A=a,
                    column_B=b,
                    or_equal=True,
                    ignore_row_if="either_value_is_missing",
                )


def _expect(kind: str, severity: Any = "critical", /, **kwargs: Any) -> Expectation:
    return Expectation(type=f"expect_{kind}", kwargs=kwargs, severity=severity)
