"""Forecasts: methods against series whose future is known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, TableSummary
from discovery.baselines import evaluate, score
from discovery.baselines.candidates.forecast import (
    LagBoosting,
    SeriesModel,
    clock,
    naive,
    positions,
    seasonal_naive,
    theta,
)
from discovery.baselines.forecasting import origins
from discovery.engagement import Engagement, UseCase
from discovery.errors import TargetError
from discovery.intake.table import Drop, Table


def weekly(n: int = 300, seed: int = 0) -> pl.DataFrame:
    g = np.random.default_rng(seed)
    t = np.arange(n)
    return pl.DataFrame(
        {
            "day": [dt.date(2023, 1, 1) + dt.timedelta(days=int(i)) for i in t],
            "calls": 50 + 0.1 * t + 10 * np.sin(2 * np.pi * t / 7) + g.normal(0, 2, n),
        }
    )


def judge(frame: pl.DataFrame, *, audited: str | None = None, out=None, **case):
    table = Table.from_frame("t", frame)
    audit = AuditResult(tables=[TableSummary(name="t", source="t", rows=table.rows, time=audited)])
    engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target="calls", **case)])
    return evaluate(Drop("d", {"t": table}), engagement, audit, out=out).use_cases[0]


def test_a_seasonal_series_is_recognised_and_forecast(tmp_path):
    case = judge(weekly(), audited="day", out=tmp_path)
    assert (case.task, case.metric, case.higher_is_better) == ("forecast", "mase", False)
    assert case.split.holdout_rows == 7
    assert [c.name for c in case.candidates] == ["naive", "seasonal_naive", "theta", "boosting"]
    assert case.recommended in {"theta", "boosting"}
    assert case.candidate("theta").mean < 0.9 < 1.8 < case.candidate("naive").mean
    assert case.candidate("boosting").mean < 1.0
    future = pl.DataFrame({"day": [dt.date(2023, 10, 28) + dt.timedelta(days=i) for i in range(7)]})
    found = score(tmp_path / case.economics["model"]["path"], Table.from_frame("t", future))
    t = np.arange(300, 307)
    assert found["prediction"].to_numpy() == pytest.approx(50 + 0.1 * t + 10 * np.sin(2 * np.pi * t / 7), abs=5)


def test_many_series_with_a_horizon():
    frame = pl.concat(
        [
            weekly(120, i).with_columns(pl.col("calls") * (i + 1), shop=pl.lit(f"s{i}"), noise=pl.lit(1.5))
            for i in range(3)
        ]
    )
    case = judge(frame, audited="day", group="shop", horizon=5)
    assert case.task_why == "the engagement gives a horizon"
    assert case.split.holdout_rows == 15
    assert case.features == ["day", "shop"]
    assert {"noise"} <= {c.column for c in case.excluded_columns}
    assert case.candidate("theta").mean < case.candidate("naive").mean


def test_a_panel_is_recognised_and_the_hard_series_found():
    g = np.random.default_rng(4)
    frames = []
    for i in range(6):
        frame = weekly(160, i).with_columns(pl.col("calls") * (i + 1), shop=pl.lit(f"s{i}"))
        if i == 2:
            frame = frame.with_columns(pl.col("calls") + g.choice([-90, 90], 160))
        frames.append(frame)
    case = judge(pl.concat(frames), audited="day", horizon=14)
    assert case.task == "forecast"
    assert "a series for each value of 'shop'" in case.split.why
    assert any("By series, '" in n and "of 6" in n and "with a mase from" in n for n in case.notes)
    assert [s["where"] for s in case.slices][:1] == ["shop is 's2'"]
    assert case.slices[0]["examples"][0]["values"] == {"shop": "s2"}


def test_forecasts_that_cannot_be_are_refused():
    with pytest.raises(TargetError, match="needs a time column"):
        judge(weekly(), horizon=3)
    with pytest.raises(TargetError, match="too few to forecast"):
        judge(weekly(40), audited="day", horizon=20)
    with pytest.raises(TargetError, match="not a date"):
        judge(weekly().with_columns(name=pl.lit("x")), audited="day", horizon=3, time="name")


def test_methods_by_hand():
    y = np.array([1.0, 2, 3, 1, 2, 3, 1, 2, 3])
    ahead = np.array([1, 2, 3, 4])
    assert naive(y, ahead, 3).tolist() == [3, 3, 3, 3]
    assert seasonal_naive(y, ahead, 3).tolist() == [1, 2, 3, 1]
    assert seasonal_naive(y[:2], ahead, 3).tolist() == [2, 2, 2, 2]
    line = np.arange(60.0)
    assert theta(line, ahead, 1) == pytest.approx(59 + 0.5 * ahead, abs=0.2)
    assert theta(np.full(20, 4.0), ahead, 7) == pytest.approx([4.0] * 4)


def test_clock_counts_months_days_and_numbers():
    months = np.array(["2023-01-31", "2023-02-28", "2023-03-31"], dtype="datetime64[D]")
    assert np.diff(positions(months, clock(months))).tolist() == [1, 1]
    quarters = np.array(["2023-01-01", "2023-04-01", "2023-07-01"], dtype="datetime64[D]")
    assert np.diff(positions(quarters, clock(quarters))).tolist() == [1, 1]
    years = np.array([1990.0, 1991, 1992, 1994])
    assert positions(years, clock(years)).tolist() == [1990, 1991, 1992, 1994]


def test_origins_never_look_ahead():
    place = np.repeat(np.arange(100), 2)
    division = origins(place, 6, 7)
    for past, future in [*division.folds, (division.train, division.holdout)]:
        assert place[past].max() < place[future].min()
        assert len(np.unique(place[future])) == 6
    assert len(division.folds) == 8


def test_gaps_are_filled_and_strangers_get_the_mean():
    import pandas as pd

    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-05"])
    model = SeriesModel("naive", "d", "g").fit(pd.DataFrame({"d": days, "g": "a"}), np.array([1.0, 2, 4, 5]))
    ask = pd.DataFrame({"d": pd.to_datetime(["2024-01-03", "2024-01-09", "2024-01-09"]), "g": ["a", "a", "b"]})
    assert model.predict(ask).tolist() == [3.0, 5.0, 3.0]


def test_boosting_falls_back_where_history_is_short():
    import pandas as pd

    days = pd.to_datetime([f"2024-01-{i:02d}" for i in range(1, 7)])
    model = LagBoosting("d", None, 2, 2).fit(pd.DataFrame({"d": days}), np.arange(6.0))
    assert model.predict(pd.DataFrame({"d": pd.to_datetime(["2024-01-07"])})).tolist() == [4.0]
