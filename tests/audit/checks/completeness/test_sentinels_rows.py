"""Rows in which nothing was measured are found by their zeros; others that hold some are not."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.completeness.sentinels_rows import rows_of_zeros

RNG = np.random.default_rng(12)


def worn(rows, off):
    data = {
        name: RNG.integers(1, 900, rows) for name in ("steps", "metres", "climbed", "light", "fast", "slow", "rest")
    }
    for name in list(data)[:6]:
        data[name][:off] = 0
    data["fast"][off : off + 200] = 0
    data["rest"][[400, 500]] = 0
    return data


def test_a_device_that_was_not_worn(look):
    (found,) = look(rows_of_zeros, worn(900, 70))
    assert (found.rows_affected, found.severity) == (70, "info")
    assert found.columns == ["steps", "metres", "climbed", "light", "fast", "slow"]


def test_zeros_here_and_there(look):
    assert look(rows_of_zeros, worn(900, 0)) == []
    counts = {f"n{i}": RNG.poisson(1.2, 900) for i in range(7)}
    assert look(rows_of_zeros, counts) == []
    lots = {f"area{i}": np.r_[np.zeros(60), RNG.integers(100, 900, 840)] for i in range(3)}
    rooms = {f"room{i}": np.r_[0, RNG.integers(1, 50, 899)] for i in range(4)}
    assert look(rows_of_zeros, lots | rooms) == []
