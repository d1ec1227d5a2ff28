"""Columns that are by their names the target in another form."""

from __future__ import annotations

import numpy as np
import polars as pl

from .test_changes import ROWS, world
from .test_parts import made_up


def test_the_target_by_something_else_is_known_with_it() -> None:
    data, rng = world(), np.random.default_rng(8)
    frame = pl.DataFrame({"price": data["before"], "beds": rng.integers(1, 5, ROWS), "n": data["n"]})
    each = pl.Series("price_per_sqft", rng.normal(9, 2, ROWS).round(2))
    (found,) = made_up(frame.with_columns(each).to_dict(), "price", "known_after")
    assert (found.columns, found.severity) == (["price_per_sqft"], "minor")
    for name in ("crime_per_head", "previous_price_per_sqft", "beds_per_price"):
        assert made_up(frame.with_columns(each.alias(name)).to_dict(), "price", "known_after") == []
