"""What the tests of consistency share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

CITIES = ["Oslo", "Bergen", "Tromso", "Narvik", "Moss", "Hamar", "Molde", "Voss"]


@pytest.fixture
def places() -> Callable[..., pl.DataFrame]:
    """Return tables of places, whose ``zip`` decides the city and its region."""
    return _places


def _places(rows: int = 800, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    index = rng.integers(0, len(CITIES), rows)
    return pl.DataFrame(
        {
            "zip": 1000 + 13 * index,
            "city": np.array(CITIES)[index],
            "region": np.array(["N", "S", "W", "E"])[index % 4],
            "size": rng.integers(1, 9, rows),
            "sales": rng.gamma(2, 50, rows).round(2),
        }
    )
