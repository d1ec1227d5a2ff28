"""Sums and products that make a column."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.relations.arithmetic import find_relations

RNG = np.random.default_rng(6)


def test_a_sum_of_two_is_found_though_one_part_is_mostly_0() -> None:
    some = np.where(RNG.random(600) < 0.3, RNG.integers(1, 50, 600), 0)
    rest = RNG.integers(10, 900, 600)
    frame = pl.DataFrame({"casual": some, "registered": rest, "total": some + rest})
    assert [r.formula for r in find_relations(frame, frame.columns)] == ["casual + registered = total"]


def test_what_is_lost_in_the_rounding_of_large_numbers_is_no_part() -> None:
    number = RNG.integers(2_000_000, 4_000_000, 600)
    frame = pl.DataFrame({"id": number, "name": number, "diameter": RNG.uniform(0.1, 2.5, 600)})
    assert find_relations(frame, frame.columns) == []
