"""Gaps that depend on another column or on the target."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from discovery.audit.context import TableContext
from discovery.audit.profiling.association import cramers_v
from discovery.audit.relations.missingness import missing_depends
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table


def context(frame: pl.DataFrame) -> TableContext:
    engagement = Engagement(name="e", use_cases=[UseCase(name="c", table="t", target="y")])
    return table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1))


def table(rows: int = 800) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    group, chance = rng.integers(0, 4, rows), rng.random((6, rows))
    y = rng.random(rows) < 0.4
    return pl.DataFrame(
        {
            "shop": np.array(list("abcd"))[group],
            "by_shop": np.where((group == 1) & (chance[0] < 0.9), np.nan, chance[1]),
            "by_target": np.where(y & (chance[2] < 0.8), np.nan, chance[3]),
            "at_random": np.where(chance[4] < 0.2, np.nan, chance[5]),
            "y": y,
        }
    ).with_columns(pl.selectors.float().fill_nan(None))


def test_gaps_are_traced_to_what_they_depend_on() -> None:
    found = missing_depends(ctx := context(table()))
    assert found["by_shop"]["on"] == "shop"
    assert found["by_target"]["on"] == "y"
    assert found["by_target"]["target"] is True
    assert found["by_shop"]["high"] > 0.8 > found["by_shop"]["low"]
    assert "at_random" not in found
    assert ctx.memo["missing_depends"] is found


def test_nothing_without_gaps() -> None:
    assert missing_depends(context(table().drop_nulls())) == {}


def test_cramers_v() -> None:
    assert cramers_v(np.array([[50.0, 0.0], [0.0, 50.0]])) == pytest.approx(1.0, abs=0.01)
    assert cramers_v(np.array([[25.0, 25.0], [25.0, 25.0]])) == 0.0
