"""Contexts for contracts: a table, its profile, an engagement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from discovery.audit.context import TableContext
from discovery.audit.profiling.measure import profile_table
from discovery.engagement import Engagement
from discovery.intake.table import Table

MakeContext = Callable[..., TableContext]


@pytest.fixture
def make_context() -> MakeContext:
    """Return a function that makes the context of a frame."""

    def make(frame: pl.DataFrame, name: str = "customers", **engagement: Any) -> TableContext:
        agreed = Engagement(name="test", **engagement)
        table = Table.from_frame(name, frame)
        return TableContext(table, profile_table(table, agreed), agreed, date(2026, 1, 1))

    return make
