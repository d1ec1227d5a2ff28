"""Rows to try things on."""

from __future__ import annotations

import pytest

from discovery.audit.sampling import evenly_spaced, one_of_each_stretch


@pytest.mark.parametrize(
    ("rows", "most", "expected"), [(0, 5, []), (1, 5, [0]), (4, 9, [0, 1, 2, 3]), (101, 3, [0, 50, 100])]
)
def test_rows_from_the_first_to_the_last(rows: int, most: int, expected: list[int]) -> None:
    assert evenly_spaced(rows, most).tolist() == expected


def test_one_row_of_each_stretch_misses_no_hour_of_the_day() -> None:
    places = one_of_each_stretch(24_000, 1_000)
    assert len(places) == 1_000
    assert set(places // 24) == set(range(1_000))
    assert len(set(places % 24)) == 24
    assert one_of_each_stretch(7, 10).tolist() == list(range(7))
    assert one_of_each_stretch(11, 5).max() <= 10
