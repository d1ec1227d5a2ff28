"""Suggest the contract of a table from its robust core, so that dirt does not become the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..artifacts import Finding
from ..audit.personal import inside_of
from ..audit.rows.chance import expected_duplicates
from ..audit.vocabulary.placeholders import may_be_placeholder
from ..intake.table import value_counts
from ..masking import masked_numbers
from .canonical import canonical, foreign_cells, padded_cells
from .flagged import Flagged, flagged, moments, numbers
from .model import Expectation, Suite, expect, new_suite
from .ranges import ENOUGH, OTHERS, of_moments, of_numbers
from .robust import core_categories, mostly
from .shapes import common_regex

if TYPE_CHECKING:
    from ..audit.context import TableContext
    from ..audit.profiling.profile import ColumnProfile

__all__ = ["suggest"]

CATEGORIES = 50
NUMBERS = ["int64", "float64"]
FORMS = {
    "email": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "uuid": r"^\{?[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\}?$",
}
"""The form of what is known by it."""
NUMBER = r"^[-+]?[0-9]+([.,][0-9]+)?$"
ANY_NUMBER = r"^[-+]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][-+]?[0-9]+)?$"
OTHER_TYPE = frozenset({"mixed_type", "bad_date", "unit_mix"})
"""Findings after which a column of text may be one of numbers or dates once it is mended."""
TRUTHS = (["t", "f"], ["true", "false"])
"""What is read as truth values where nothing else is in a column."""
MENDABLE = 0.8
"""From this share of its cells on, a column is taken to be of the type that they have."""
DOUBTED = 0.125
"""A key that more than this share of the rows break may be none."""
BY_CHANCE = 5
"""So many stamps would occur twice by chance where none does: each has one row."""
SELDOM = 0.1
"""What is filled in fewer rows is asked for in none."""
WIDE, MANY = 100, 200_000
"""Up to so many columns and rows, rows are compared whole."""


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
    texts = {c: _counted(context, c, sample[c]) for c, dtype in sample.schema.items() if dtype == pl.String}
    nearly = _mendable(texts)
    for column in context.profile.columns.values():
        if column.name in there:
            marks = flagged(about[column.name], context.name, column.name)
            counts, mendable = texts.get(column.name), column.name in nearly
            expectations += _column(context, column, sample[column.name], marks, counts, mendable)
    keys = list(_keys(context, known))
    expectations += keys or _equal_rows(context, known)
    expectations += _orders(sample, known)
    return new_suite(context.name, expectations, suggested_from_rows=context.rows)


def _table(context: TableContext) -> Iterator[Expectation]:
    names = list(context.frame.columns)
    if names:
        yield expect("table_columns_to_match_set", column_set=names, exact_match=False)
    if context.rows:
        low, high = max(1, context.rows // 2), max(context.rows * 2, 20)
        yield expect("table_row_count_to_be_between", "warning", min_value=low, max_value=high)


def _column(
    context: TableContext,
    column: ColumnProfile,
    values: pl.Series,
    marks: Flagged,
    counts: pl.DataFrame | None,
    mendable: bool,
) -> Iterator[Expectation]:
    whole = context.table.whole is not None
    present = column.present if whole else context.rows - context.frame[column.name].null_count()
    if present == 0:
        return
    mendable = counts is not None and ("bad_date" in marks.kinds or mendable)
    if not mendable and not (counts is not None and marks.kinds & OTHER_TYPE):
        yield from _type(column.name, values, _foreign(context, column.name, marks))
    yield from _filled(column.name, context.rows, present, _named(values, marks) or marks.masked)
    if values.dtype.is_numeric():
        yield from of_numbers(column, values, marks)
    elif isinstance(values.dtype, pl.Datetime):
        yield from of_moments(column.name, values, marks)
    elif counts is not None and not mendable:
        yield from _texts(context, column, counts, marks)
    elif counts is not None and "bad_date" not in marks.kinds:
        yield from _nearly_numbers(column.name, counts, marks)


def _counted(context: TableContext, name: str, values: pl.Series) -> pl.DataFrame:
    all_rows = context.frame[name].dtype == pl.String and len(values) == context.frame.height
    return context.table.value_counts(name) if all_rows else value_counts(values)


def _mendable(columns: Mapping[str, pl.DataFrame]) -> set[str]:
    """Return the columns of text that would be of numbers or truth values once a few cells of them are mended; all
    are looked at in one query."""
    if not columns:
        return set()
    names = list(columns)
    numbered = np.repeat(np.arange(len(names)), [c.height for c in columns.values()])
    stacked = pl.concat([c.select("v", pl.col("n").cast(pl.Int64)) for c in columns.values()])
    cell, n = pl.col("v").str.strip_chars().str.to_lowercase(), pl.col("n")
    kinds = {"numeric": cell.str.contains(NUMBER), **{pair[0]: cell.is_in(pair) for pair in TRUTHS}}
    cells = stacked.select(
        *((n * k.cast(pl.Int64)).alias(name) for name, k in kinds.items()), all=n, column=pl.Series(numbered)
    )
    every, numeric, truths = pl.col("all"), pl.col("numeric"), pl.max_horizontal(*(pair[0] for pair in TRUTHS))
    found = (
        cells.group_by("column")
        .sum()
        .filter((every > 0) & ((truths >= MENDABLE * every) | ((numeric >= MENDABLE * every) & (numeric < every))))
    )
    return {names[i] for i in found["column"].to_list()}


def _nearly_numbers(name: str, counts: pl.DataFrame, marks: Flagged) -> Iterator[Expectation]:
    """Most cells of a column of text are numbers: others may be as many as now, if they are no fault by a finding
    or more than an eighth. What stands for missing goes on as it is."""
    cells = counts.with_columns(pl.col("v").str.strip_chars())
    filled = int(cells["n"].sum())
    others = cells.filter(~pl.col("v").str.contains(ANY_NUMBER))
    if filled < ENOUGH or int(others["n"].sum()) > (1 - MENDABLE) * filled:
        return
    gaps = others.filter(pl.col("v").is_in(list(marks.gaps)) | may_be_placeholder(others["v"]))
    foreign, missing = int(others["n"].sum()), int(gaps["n"].sum())
    named = others.height - gaps.height > 1 and bool(marks.kinds & (OTHER_TYPE | {"format_violation"}))
    allowed = missing if named and foreign - missing <= DOUBTED * filled else foreign
    yield expect("column_values_to_match_regex", column=name, regex=ANY_NUMBER, **mostly(allowed, filled))


def _foreign(context: TableContext, name: str, marks: Flagged) -> dict[str, float]:
    """Return how much of a column must be of its type. Other cells may be as many as now if no finding is of them,
    or if they all hold one word, which then is a code among the numbers (``3+``, ``rotary``). Of texts, blanks
    around some cells go on as they are only where they are many."""
    if context.table.whole is not None:
        return {}
    if context.frame[name].dtype == pl.String:
        padded = padded_cells(context.table, name)
        return mostly(padded if padded > DOUBTED * context.rows else 0, context.rows)
    words = [u.text.strip() for u in foreign_cells(context.table.columns[name])]
    known = len(set(words)) > 1 and bool(marks.kinds & OTHER_TYPE)
    return mostly(0 if known else len(words), context.rows)


def _type(name: str, values: pl.Series, meta: dict[str, float]) -> Iterator[Expectation]:
    if values.dtype.is_numeric():
        yield expect("column_values_to_be_in_type_list", column=name, type_list=NUMBERS).with_meta(meta)
    elif isinstance(values.dtype, pl.Datetime):
        yield expect("column_values_to_be_in_type_list", column=name, type_list=["datetime64[ns]"]).with_meta(meta)
    elif values.dtype == pl.Boolean:
        truths = ["bool", "BooleanDtype"]
        yield expect("column_values_to_be_in_type_list", column=name, type_list=truths).with_meta(meta)
    elif values.dtype == pl.String:
        yield expect("column_values_to_be_of_type", column=name, type_="str").with_meta(meta)


def _named(values: pl.Series, marks: Flagged) -> int:
    """Return how many cells hold what a finding names."""
    if not marks.texts:
        return 0
    if values.dtype.is_numeric():
        return int(values.cast(pl.Float64).is_in(numbers(marks.texts)).sum())
    if isinstance(values.dtype, pl.Datetime):
        days = [m.date() for m in moments(marks.texts)]
        return int(values.dt.date().is_in(days).sum())
    return int(values.is_in(list(marks.texts)).sum()) if values.dtype == pl.String else 0


def _filled(name: str, rows: int, present: int, mended: int) -> Iterator[Expectation]:
    """Blanks are allowed for what is blank now, for what a clean-up would make blank, and for chance."""
    allowed = mostly(min(rows, rows - present + mended), rows)
    if present == rows and not mended:
        yield expect("column_values_to_not_be_null", column=name, **allowed)
    elif allowed["mostly"] > SELDOM:
        yield expect("column_values_to_not_be_null", "warning", column=name, **allowed)


def _texts(
    context: TableContext, column: ColumnProfile, counts: pl.DataFrame, marks: Flagged
) -> Iterator[Expectation]:
    filled = int(counts["n"].sum())
    if filled < ENOUGH:
        return
    if column.semantic in FORMS:
        regex = FORMS[column.semantic]
        strange = int(counts.filter(~counts["v"].str.contains(regex))["n"].sum())
        yield expect(
            "column_values_to_match_regex",
            column=column.name,
            regex=regex,
            **mostly(min(strange, filled // 200), filled),
        )
        return
    if marks.kinds & {"unit_mix"}:
        return
    private = context.is_personal(column.name) or bool(inside_of(context, column).rows)
    if not private and 1 <= column.distinct <= min(CATEGORIES, filled // 5):
        yield from _categories(column.name, counts, marks)
    elif column.semantic not in {"free_text", "person_name", "address"}:
        fine = counts.filter(~counts["v"].is_in(list(marks.texts))) if marks.texts else counts
        known = bool(marks.kinds & {"format_violation"})
        form = common_regex(fine["v"], known, fine["n"])
        if form:
            gaps = int(counts.filter(counts["v"].is_in(list(marks.gaps)))["n"].sum())
            allowed = gaps + (0 if known else form.without)
            more = mostly(allowed, filled)
            yield expect("column_values_to_match_regex", column=column.name, regex=form.pattern, **more)


def _categories(name: str, values: pl.DataFrame, marks: Flagged) -> Iterator[Expectation]:
    """Few values: they are the rule.

    As many others are allowed as there are values that occur once, which is Good and Turing's estimate of what was
    not seen; and what is written for a missing value as often as now, or as a value of its own if it is frequent.
    What holds an address or a number of a person is not written down, and allowed as often as now.
    """
    counts = [(str(v), int(n)) for v, n in values.iter_rows()]
    filled = sum(n for _, n in counts)
    gaps, foreign = (sum(n for v, n in counts if v in texts) for texts in (marks.gaps, marks.foreign))
    wrong = set(marks.wrong)
    if foreign >= OTHERS * filled:
        wrong -= marks.foreign
    if gaps < OTHERS * filled:
        wrong |= marks.gaps
    kept = core_categories(counts, wrong, sloppy=marks.sloppy)
    if marks.gaps.issuperset(kept):
        return
    hidden = {v for v in kept if masked_numbers(v) != v}
    kept = [v for v in kept if v not in hidden]
    known = set(kept)
    times = [n for v, n in counts if v in known]
    others = times.count(1) + sum(n for v, n in counts if v in hidden or v in marks.gaps & wrong)
    yield expect("column_values_to_be_in_set", column=name, value_set=kept, **mostly(others, filled))


def _keys(context: TableContext, findings: Sequence[Finding]) -> Iterator[Expectation]:
    """The key the client names, the one the profile found, and those that a finding says should be one."""
    spec = context.engagement.tables.get(context.name)
    wanted = [list(spec.key)] if spec and spec.key else []
    wanted += [list(context.profile.key)] if context.profile.key else []
    wanted += [list(f.columns) for f in findings if f.kind == "duplicate_key" and f.columns]
    wanted += [
        [c.name]
        for c in context.profile.columns.values()
        if c.unique and c.present >= ENOUGH
        if c.semantic in {"identifier", "uuid", "email"} or _code(c) or _series(context, c)
    ]
    seen: list[set[str]] = []
    for columns in wanted:
        if set(columns) in seen or any(c not in context.frame.columns for c in columns):
            continue
        seen.append(set(columns))
        declared = bool(spec and columns == list(spec.key))
        repeated = int(context.frame.select(columns).drop_nulls().is_duplicated().sum() or 0)
        doubted = repeated > DOUBTED * context.rows
        more = {} if declared else mostly(repeated if doubted else 0, context.rows)
        if len(columns) == 1:
            yield expect("column_values_to_be_unique", column=columns[0], **more)
        else:
            yield expect("compound_columns_to_be_unique", column_list=columns, **more)


def _series(context: TableContext, column: ColumnProfile) -> bool:
    """Whether stamps have one row each, where so many in steps of their own would repeat by chance (the birthday
    problem)."""
    if column.type not in {"date", "datetime"}:
        return False
    stamps = context.frame[column.name].drop_nulls().to_physical().sort().to_numpy()
    step = int(np.gcd.reduce(np.diff(stamps)))
    return step > 0 and len(stamps) ** 2 / 2 >= BY_CHANCE * (stamps[-1] - stamps[0]) / step


def _code(column: ColumnProfile) -> bool:
    """Whether many texts are codes: digits in each of them, no blanks, and none twice."""
    short = column.type == "text" and column.present >= 100 and (column.length_max or 0) <= 40
    return short and all("9" in p and " " not in p for p, _ in column.patterns)


def _equal_rows(context: TableContext, findings: Sequence[Finding]) -> list[Expectation]:
    """Without a key, rows should differ from each other in some column, where chance makes no two alike.

    Where a finding calls equal rows a fault, none are allowed; but an eighth of the rows may be as they should.
    """
    columns = list(context.profile.columns.values())
    names = list(context.frame.columns)
    if context.table.whole is not None or not 2 <= len(names) <= WIDE or context.rows > MANY:
        return []
    if expected_duplicates(columns, context.rows) >= 0.5:
        return []
    again = 2 * context.profile.duplicate_rows
    fault = any(f.kind == "duplicate_rows" and f.severity != "info" for f in findings)
    again = 0 if fault and again <= DOUBTED * context.rows else again
    more = mostly(again, context.rows)
    return [expect("compound_columns_to_be_unique", "warning", column_list=names, **more)]


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
                yield expect(
                    "column_pair_values_a_to_be_greater_than_b",
                    column_A=a,
                    column_B=b,
                    or_equal=True,
                    ignore_row_if="either_value_is_missing",
                    **mostly(0, both.height),
                )
