"""Stamps of one series that occur twice, and the hours at which clocks are set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.time.gaps import time_gap
from discovery.audit.checks.time.repeats import repeated_stamps
from discovery.audit.clocks import when_clocks_change
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.engagement import Engagement, TableSpec
from discovery.intake.table import Table


def context(columns: dict[str, Any], **engagement: Any) -> TableContext:
    return table_context(Table.from_frame("t", pl.DataFrame(columns)), Engagement(name="e", **engagement))


def told(columns: dict[str, Any], **engagement: Any) -> list[Finding]:
    return list(repeated_stamps(context(columns, **engagement)))


def load(rows: int) -> list[float]:
    return np.random.default_rng(1).normal(100, 9, rows).round(3).tolist()


def hours(rows: int, start: datetime = datetime(2023, 1, 1)) -> list[datetime]:
    return [start + timedelta(hours=i) for i in range(rows)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_clocks_that_are_set(zone: str) -> None:
    utc = [t.replace(tzinfo=ZoneInfo("UTC")) for t in hours(3 * 8760)]
    stamps = [t.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for t in utc]
    data = {"at": stamps, "load": load(len(stamps))}
    (finding,) = told(data)
    assert (finding.kind, finding.columns, finding.severity) == ("duplicate_key", ["at"], "minor")
    assert finding.rows_affected == 3
    assert "summer time ends" in finding.advice
    (gap,) = time_gap(context(data))
    assert gap.rows_affected == 3
    assert "set to summer time" in gap.advice


def test_stamps_that_repeat_elsewhere() -> None:
    stamps = hours(1000)
    (finding,) = told({"at": [*stamps, stamps[37], stamps[500]], "load": load(1002)})
    assert finding.rows_affected == 2
    assert "which row is right" in finding.advice


def test_what_is_no_series_of_single_stamps() -> None:
    stamps = hours(500)
    assert told({"at": stamps, "load": load(500)}) == []
    assert told({"at": [s for s in stamps for _ in "ab"], "load": load(1000)}) == []
    equal = {"at": [*stamps, stamps[9]], "load": [*load(500), load(500)[9]]}
    assert told(equal) == []
    again = {"at": [*stamps, stamps[9]], "load": load(501)}
    assert told(again, tables={"t": TableSpec(key=["at"])}) == []
    events = np.cumsum(np.random.default_rng(2).integers(0, 400, 5000))
    assert told({"at": [datetime(2023, 1, 1) + timedelta(seconds=int(s)) for s in events], "x": load(5000)}) == []


def test_hours_of_other_days_are_no_change_of_clocks() -> None:
    def seconds(*days: datetime) -> np.ndarray[Any, Any]:
        return np.array([(d - datetime(1970, 1, 1)).total_seconds() for d in days], np.int64)

    assert when_clocks_change(seconds(datetime(2023, 3, 26, 2), datetime(2024, 3, 31, 2)))
    assert not when_clocks_change(seconds(datetime(2023, 3, 26, 2), datetime(2023, 7, 2, 2)))
    assert not when_clocks_change(seconds(datetime(2023, 3, 26, 12)))
    assert not when_clocks_change(seconds(datetime(2023, 3, 27, 2)))
    assert not when_clocks_change(seconds())
