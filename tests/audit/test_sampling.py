"""Rows to try things on."""

from __future__ import annotations

import pytest

from discovery.audit.sampling import evenly_spaced


@pytest.mark.parametrize(
    ("rows", "most", "expected"), [(0, 5, []), (1, 5, [0]), (4, 9, [0, 1, 2, 3]), (101, 3, [0, 50, 100])]
)
def test_rows_from_the_first_to_the_last(rows: int, most: int, expected: list[int]) -> None:
    assert evenly_spaced(rows, most).tolist() == expected
