"""Cells that stand for no value move nothing that is measured after they were found."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from discovery.audit import audit_drop
from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.validity.outliers import extremes
from discovery.audit.context import TableContext
from discovery.engagement import Engagement
from discovery.intake.table import Drop, Table

RNG = np.random.default_rng(5)


def readings() -> pl.DataFrame:
    """Two readings that are independent, and a copy of one with noise; the same rows of all hold -200."""
    a, b = RNG.normal(20, 5, 2000).round(2), RNG.normal(50, 9, 2000).round(2)
    c = (1.5 * a + RNG.normal(0, 0.4, 2000)).round(2)
    frame = pl.DataFrame({"a": a, "b": b, "c": c, "name": ["x", "y"] * 1000})
    lost = pl.int_range(2000, eager=True) % 25 == 0
    return frame.with_columns(pl.when(lost).then(-200.0).otherwise(pl.col(c)).alias(c) for c in "abc")


def test_codes_make_no_columns_go_together():
    result = audit_drop(Drop("d", {"t": Table.from_frame("t", readings())}), Engagement(name="e"))
    assert {c for f in result.findings if f.kind == "sentinel_missing" for c in f.columns} == {"a", "b", "c"}
    assert [sorted(f.columns) for f in result.findings if f.kind == "redundant_column"] == [["a", "c"]]
    strengths = {frozenset(a.columns): a.value for a in result.tables[0].associations}
    assert strengths[frozenset("ac")] > 0.98
    assert frozenset("ab") not in strengths


def test_a_value_far_off_is_seen_beside_codes(context_of):
    values = [*RNG.normal(30, 9, 540).clip(7, 63).round().tolist(), *[0.0] * 227, 99.0]
    context: TableContext = context_of({"skin_thickness": values})
    assert list(extremes(context)) == []
    (zeros,) = numeric_codes(context)
    (far,) = extremes(context.values)
    assert zeros.details["values"] == ["0"]
    assert (far.details["values"], far.evidence[0].values) == (["99"], {"skin_thickness": "99.0"})


def test_what_is_set_aside_is_missing_among_the_values_only(context_of):
    days = [date(2024, 1, 1), date(1900, 1, 1), None]
    context: TableContext = context_of({"n": [1, 2, None], "d": days, "t": ["a", "b", "c"]})
    assert context.values is context
    context.exclude("n", pl.Series([True, False, None]))
    context.exclude("d", pl.Series([False, True, None]))
    context.exclude("d", pl.Series([True, False, None]))
    values = context.values
    assert values.frame.to_dict(as_series=False) == {"n": [None, 2, None], "d": [None] * 3, "t": ["a", "b", "c"]}
    assert values.frame.schema == context.frame.schema
    assert (values.profile["n"].missing, values.profile["d"].missing, context.profile["n"].missing) == (2, 3, 1)
    assert values.evidence([1], ["n", "d"])[0].values == {"n": "1", "d": "2024-01-01"}
    assert context.frame["n"].to_list() == [1, 2, None]
