"""Cramér's V and the correlation ratio, and what of them is kept."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f_oneway

from discovery.artifacts import Association
from discovery.audit.profiling.association import association_of, associations, correlation_ratios
from discovery.audit.profiling.profile import ColumnProfile
from discovery.audit.profiling.relate import correlations
from discovery.audit.summary import summarize


def test_v_is_one_for_a_recoding_and_nought_for_what_is_independent():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 6, 2_000)
    assert association_of(a, (a + 2) % 6) == pytest.approx(1.0)
    assert association_of(a, rng.integers(0, 6, 2_000)) < 0.05


def test_v_is_that_of_bergsma():
    # 2 x 2: (30, 10), (10, 30); phi2 = 0.25, less 1/79; the smaller side is 2 - 1/79, less 1
    a = np.repeat([0, 0, 1, 1], [30, 10, 10, 30])
    b = np.repeat([0, 1, 0, 1], [30, 10, 10, 30])
    assert association_of(a, b) == pytest.approx(((0.25 - 1 / 79) / (1 - 1 / 79)) ** 0.5)


def test_rows_without_a_value_do_not_count():
    a = np.repeat([0, 1, -1], [40, 40, 500])
    b = np.concatenate([a[:80], np.zeros(500, dtype=int)])
    assert association_of(a, b) == pytest.approx(1.0)
    assert np.isnan(association_of(a[:20], b[:20]))
    assert np.isnan(association_of(np.zeros(100, dtype=int), b[:100]))


def test_many_values_on_few_rows_are_no_association():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 50, 200)
    assert association_of(codes, rng.integers(0, 50, 200)) < 0.15
    assert correlation_ratios([codes], rng.normal(size=(200, 1)))[0][0] < 0.35


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0, 5))
def test_the_ratio_is_that_of_the_analysis_of_variance(seed, groups, effect):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, groups, 300)
    values = effect * codes + rng.normal(1e6, 1, 300)
    F = f_oneway(*(values[codes == g] for g in range(groups))).statistic
    between, within = groups - 1, 300 - groups
    eta2 = F * between / (F * between + within)
    epsilon2 = max(0.0, 1 - (1 - eta2) * 299 / within)
    assert correlation_ratios([codes], values[:, None])[0][0] == pytest.approx(epsilon2**0.5, abs=1e-6)


def test_the_ratio_bears_gaps_infinities_and_constants():
    rng = np.random.default_rng(2)
    codes = rng.integers(-1, 3, 400)
    value = codes * 10.0 + rng.normal(size=400)
    value[::7] = np.nan
    value[1] = np.inf
    found = correlation_ratios([codes], np.column_stack([value, np.full(400, 3.0), np.full(400, np.nan)]))[0]
    assert found[0] > 0.98
    assert np.isnan(found[1:]).all()
    assert np.isnan(correlation_ratios([np.full(50, -1)], value[:50, None])).all()


def test_the_audit_keeps_the_strongest_of_every_measure(context_of):
    rng = np.random.default_rng(3)
    colour = np.array(["red", "green", "blue"])[rng.integers(0, 3, 600)]
    shade = np.where(rng.random(600) < 0.1, "none", np.char.add("dark ", colour))
    length = rng.normal(size=600)
    frame = pl.DataFrame(
        {
            "colour": colour,
            "shade": shade,
            "price": np.where(colour == "red", 9.0, 2.0) + rng.normal(size=600),
            "length": length,
            "girth": length + 0.3 * rng.normal(size=600),
            "chance": rng.normal(size=600),
        }
    )
    summary = summarize(context_of(frame))
    strong = {a.columns: a for a in summary.associations}
    assert strong["colour", "shade"].measure == "cramers_v"
    assert strong["colour", "price"].measure == "correlation_ratio"
    assert strong["length", "girth"].measure == "pearson"
    assert not [a for a in summary.associations if "chance" in a.columns]
    sizes = [abs(a.value) for a in summary.associations]
    assert sizes == sorted(sizes, reverse=True)
    assert all(isinstance(a, Association) and abs(a.value) >= 0.3 for a in summary.associations)


def test_tables_of_few_rows_tell_none(context_of):
    frame = pl.DataFrame({"a": [1.0, 2, 3, 4] * 5, "b": [2.0, 4, 6, 8] * 5})
    assert summarize(context_of(frame)).associations == []


def test_a_table_that_repeats_itself_makes_no_association():
    rows = 27_816  # of each year and country two sexes by six ages, sampled one in three
    row = np.arange(rows)
    frame = pl.DataFrame(
        {"sex": np.array(["f", "m"])[row // 6 % 2], "age": np.array(list("abcdef"))[row % 6], "hour": row % 24.0}
    )
    frame = frame.with_columns(level=pl.Series(np.where(row % 24 < 12, 1.0, -1.0)))
    known = [
        ColumnProfile(c, "text" if c in {"sex", "age"} else "number", rows, 0, frame[c].n_unique())
        for c in frame.columns
    ]
    v, ratios = associations(frame, known)
    assert v["sex", "age"] < 0.05
    assert ratios["age", "level"] < 0.05
    assert correlations(frame, ["hour", "level"], rows=1_160)["hour", "level"] == pytest.approx(-0.866, abs=0.03)
