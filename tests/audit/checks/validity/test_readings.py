"""Values that cannot be beside those of another column."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from discovery.audit.checks.validity.readings import parts_above_whole, standing_still, stuck_sensor

RNG = np.random.default_rng(9)


def test_parts_above_their_whole(look):
    whole = RNG.gamma(4, 0.2, 1000)
    part = whole * RNG.uniform(0.3, 0.5, 1000)
    wrong = part.copy()
    wrong[[3, 10]] = whole[[3, 10]] * 1.2
    found = look(parts_above_whole, {"shucked_weight": wrong, "whole_weight": whole, "other": RNG.random(1000)})
    assert [(f.columns, f.rows_affected) for f in found] == [(["shucked_weight"], 2)]
    assert found[0].evidence[0].row == 4
    assert look(parts_above_whole, {"shucked": part, "whole_weight": whole}) == []


def test_stuck_sensor(look):
    x = (20 * np.sin(np.arange(2000) / 8) + RNG.normal(0, 1, 2000)).round(1)
    y = (1.1 * x + 2 + RNG.normal(0, 0.5, 2000)).round(1)
    stuck = y.copy()
    stuck[500:560] = 15.3
    found = look(stuck_sensor, {"x": x, "y": stuck})
    assert [(f.columns, f.rows_affected) for f in found] == [(["y"], 60)]
    assert look(stuck_sensor, {"x": x, "y": y}) == []
    assert look(stuck_sensor, pl.DataFrame({"x": x[:50], "y": y[:50]})) == []


def test_amounts_of_different_things_are_no_parts(look):
    whole = RNG.gamma(4, 200, 1000)
    part = whole * RNG.uniform(0.3, 0.5, 1000)
    part[3] = whole[3] * 1.2
    assert look(parts_above_whole, {"active_minutes": part, "total_steps": whole}) == []
    assert len(look(parts_above_whole, {"active_steps": part, "total_steps": whole})) == 1


def test_a_sensor_that_stood_still_twice(look):
    x = (20 * np.sin(np.arange(2000) / 8) + RNG.normal(0, 1, 2000)).round(1)
    stuck = (1.1 * x + 2 + RNG.normal(0, 0.5, 2000)).round(1)
    stuck[500:560] = 15.3
    assert "over 60 rows in a row" in look(stuck_sensor, {"x": x, "y": stuck})[0].summary
    stuck[900:960] = 12.1
    assert "over 120 rows while" in look(stuck_sensor, {"x": x, "y": stuck})[0].summary


def test_a_reading_of_one_station_that_stands_still(look):
    hours = [datetime(2023, 3, 1) + timedelta(hours=i) for i in range(500)]
    rows = {"at": [h for h in hours for _ in range(3)], "station": ["a", "b", "c"] * 500}
    rng = np.random.default_rng(4)
    warm = (12 + 6 * np.sin(np.arange(1500) / 30) + rng.normal(0, 0.8, 1500)).round(1)
    rain = np.where(rng.random(1500) < 0.9, 0.0, rng.gamma(2, 3, 1500).round(1))
    assert look(standing_still, {**rows, "temperature": warm, "rain": rain}) == []
    warm[601:700:3] = warm[601]
    (found,) = look(standing_still, {**rows, "temperature": warm, "rain": rain})
    assert (found.columns, found.rows_affected) == (["temperature"], 33)
    assert [e.row for e in found.evidence][:2] == [602, 605]
    slow = np.repeat(rng.normal(3.7, 0.06, 150), 10)
    assert look(standing_still, {**rows, "battery": slow}) == []
    assert look(standing_still, {"temperature": warm}) == []


def test_prices_of_many_sales_a_day_are_no_readings(look):
    days = [date(2024, 5, 1) + timedelta(days=i // 200) for i in range(1000)]
    price = np.sort(RNG.integers(50_000, 900_000, 1000)).astype(float)
    price[400:440] = 489_700
    assert look(standing_still, {"sold_on": days, "price": price}) == []
