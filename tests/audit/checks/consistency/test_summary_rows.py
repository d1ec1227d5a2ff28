"""Rows that are the minima, maxima, means or sums of the others."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.consistency.summary_rows import summary_rows
from discovery.audit.checks.uniqueness.entities import repeated_times

RNG = np.random.default_rng(11)


def measured(rows: int = 300) -> dict[str, list]:
    """Five measures of stations."""
    return {"station": [f"S{i % 25}" for i in range(rows)]} | {
        f"m{k}": RNG.normal(20 + k, 3, rows).round(4).tolist() for k in range(5)
    }


def ended(data: dict[str, list], *statistics) -> dict[str, list]:
    return {
        name: [*values, *(None if name == "station" else float(s(values)) for s in statistics)]
        for name, values in data.items()
    }


@pytest.mark.parametrize("statistics", [(np.min, np.max), (np.mean,), (np.sum,), (np.median,)])
def test_planted(look, statistics):
    (found,) = look(summary_rows, ended(measured(), *statistics))
    assert (found.kind, found.columns, found.severity) == ("rule_violation", [], "minor")
    assert found.rows_affected == len(statistics)
    assert found.details["rows"] == [301 + i for i in range(len(statistics))]


def test_sound_tables(look):
    assert look(summary_rows, measured()) == []
    lacking = ended(measured(), lambda v: v[0], lambda v: v[7])
    assert look(summary_rows, lacking) == []
    growing = {"day": [f"d{i}" for i in range(99)] + [None]} | {
        f"m{k}": np.cumsum(RNG.integers(1, 9, 100)).tolist() for k in range(2)
    }
    assert look(summary_rows, growing) == []
    zeros = {"name": [*["a"] * 299, None]} | {
        f"m{k}": [*(RNG.integers(1, 30, 299) * RNG.integers(0, 2, 299)).tolist(), 0] for k in range(5)
    }
    assert look(summary_rows, zeros) == []


def test_two_rows_without_thing_and_time_do_not_repeat_one(look):
    days = [f"2024-01-{d:02d}" for d in range(1, 29)]
    stations = [f"S{i}" for i in range(12)]
    data = {
        "station": [s for _ in days for s in stations] + [None, None],
        "date": [d for d in days for _ in stations] + [None, None],
        "value": RNG.normal(20, 3, 28 * 12 + 2).round(3).tolist(),
    }
    frame = pl.DataFrame(data).with_columns(pl.col("date").str.to_date())
    assert look(repeated_times, frame) == []
    again = pl.concat([frame.head(336), frame.head(1).with_columns(value=pl.lit(3.5))])
    assert [f.rows_affected for f in look(repeated_times, again)] == [1]
