"""Approximate functional dependencies: their measure, and the rows that break them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.audit.relations.dependencies import clusters, codes_of, find_dependencies, one_to_one, violations


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_g3_counts_the_fewest_rows_to_leave_out(pairs: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(pairs, schema=["a", "b"], orient="row")
    for dependency in find_dependencies(frame, ["a"], ["b"]):
        groups: dict[int, list[int]] = {}
        for a, b in pairs:
            groups.setdefault(a, []).append(b)
        least = sum(len(g) - max(map(g.count, g)) for g in groups.values() if len(g) > 1)
        assert dependency.errors + dependency.open == least
        assert dependency.errors == len(list(violations(frame, dependency)))
    exact = codes_of(frame["a"])
    assert one_to_one(exact, exact)


@pytest.mark.parametrize("times", [1, 20_000])
def test_texts_are_numbered_alike_in_few_rows_and_in_many(times: int) -> None:
    codes = codes_of(pl.Series(["b", " A", None, "a", "c "] * times))
    assert codes.tolist() == [1, 0, -1, 0, 2] * times


@pytest.mark.parametrize("values", [["b", "B ", None, "a"] * 30, [f"x{n}" for n in range(99)], [True, None, False]])
def test_values_are_numbered_in_their_order(values: list[object]) -> None:
    series = pl.Series(values)
    assert (
        codes_of(series, exact=True).tolist() == (series.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_list()
    )
    if series.dtype == pl.String:
        plain = series.str.strip_chars().str.to_lowercase()
        assert codes_of(series).tolist() == codes_of(plain, exact=True).tolist()


def test_dependencies_over_a_sample_are_confirmed_on_all_rows() -> None:
    rng = np.random.default_rng(0)
    index = rng.integers(0, 8, 30_000)
    frame = pl.DataFrame({"zip": 1000 + 13 * index, "city": np.array(list("abcdefgh"))[index], "size": index})
    frame = frame.with_columns(size=pl.Series(rng.integers(1, 9, 30_000)))
    found = {(d.determinant, d.dependent): d for d in find_dependencies(frame, ["zip"], ["city", "size"])}
    assert set(found) == {("zip", "city")}
    assert found["zip", "city"].rows == 30_000


def test_each_row_that_breaks_a_dependency_is_told_with_the_first_that_keeps_it() -> None:
    rng = np.random.default_rng(0)
    index = rng.integers(0, 8, 4_000)
    wrong = rng.random(4_000) < 0.03
    named = np.array(list("abcdefgh"))
    frame = pl.DataFrame(
        {"zip": index, "city": np.where(wrong, "Z" + pl.Series(range(4_000)).cast(pl.String), named[index])}
    )
    (dependency,) = find_dependencies(frame, ["zip"], ["city"])
    found = violations(frame, dependency)
    assert [row for row, _ in found] == np.flatnonzero(wrong).tolist()
    right = [int(np.flatnonzero((index == index[row]) & ~wrong)[0]) for row, _ in found]
    assert [other for _, other in found] == right


def test_pairs_are_joined_to_clusters() -> None:
    assert clusters([("a", "b"), ("c", "d"), ("b", "e")]) == [["a", "b", "e"], ["c", "d"]]
    assert clusters([("a", "b"), ("c", "d"), ("d", "b")]) == [["a", "b", "c", "d"]]
    assert clusters([]) == []
