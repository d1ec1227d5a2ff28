"""Numbers that are there twice."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.consistency.copies import copies

RNG = np.random.default_rng(3)


def test_copies_that_differ_in_some_rows(look):
    area = RNG.gamma(2, 1000, 200).round(2)
    again = area.copy()
    again[[4, 90, 150]] = [1.0, 2.0, 3.0]
    (found,) = look(copies, {"land": area.tolist(), "land_2020": again.tolist()})
    assert (found.kind, found.columns, found.rows_affected) == ("rule_violation", ["land", "land_2020"], 3)
    assert [e.row for e in found.evidence] == [5, 91, 151]


def test_copies_and_numbers_that_are_equal_by_chance(look):
    area = RNG.gamma(2, 1000, 200).round(2)
    assert look(copies, {"a": area.tolist(), "b": area.tolist()}) == []
    assert look(copies, {"a": area.tolist(), "b": np.where(RNG.random(200) < 0.3, 0, area).tolist()}) == []
    stars = RNG.integers(1, 6, 200)
    assert look(copies, {"a": stars.tolist(), "b": np.r_[stars[:190], RNG.integers(1, 6, 10)].tolist()}) == []
    ids = RNG.permutation(200) + 1000
    newer = np.r_[ids[:190], np.arange(5000, 5010)]
    assert look(copies, {"book_id": ids.tolist(), "best_book_id": newer.tolist()}) == []
