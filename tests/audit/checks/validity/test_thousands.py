"""Thousands whose mark became a decimal mark are found; measurements with decimals among whole numbers are not."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.thousands import lost_thousands

RNG = np.random.default_rng(8)
FIRES = np.floor(RNG.lognormal(4, 2, 3_000)).clip(0, 30_000)


def _lost(counts: np.ndarray) -> list[float]:
    return np.where(counts >= 1_000, np.round(counts / 1_000, 3), counts).tolist()


def test_thousands_that_became_decimals(look):
    (found,) = look(lost_thousands, {"fires": _lost(FIRES)})
    thousands = int(((FIRES >= 1_000) & (FIRES % 1_000 != 0)).sum())
    assert (found.kind, found.severity, found.rows_affected) == ("unit_mix", "major", thousands)
    assert "* 1000" in str(found.fix)
    (found,) = look(lost_thousands, {"fires": _lost(FIRES)}, personal=["fires"])
    assert found.fix is None


@pytest.mark.parametrize(
    "values",
    [
        FIRES.tolist(),
        (FIRES / 1_000).tolist(),
        np.round(RNG.lognormal(4, 2, 3_000).clip(0, 999), 3).tolist(),
        [*FIRES.clip(0, 999), *np.round(RNG.uniform(1, 9, 300), 2)],
        [*FIRES.clip(0, 999), *np.round(RNG.uniform(0, 9, 300), 3)],
        [*FIRES.clip(0, 999), *np.round(RNG.uniform(1, 999, 300), 3)],
        [*FIRES.clip(0, 99), *np.round(RNG.uniform(1, 9, 300), 3)],
        [*FIRES.clip(10, 999), *np.round(RNG.uniform(1, 9, 300), 3)],
        [*FIRES, *np.round(RNG.uniform(1, 9, 300), 3)],
        [*FIRES.clip(0, 999), *(RNG.integers(4, 36, 300) / 4)],
    ],
)
def test_measurements_are_left_alone(look, values):
    assert look(lost_thousands, {"amount": values}) == []
