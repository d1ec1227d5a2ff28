"""Time: gaps, volume breaks and age; and calendars that have no fault."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks.time.gaps import stale, time_gap, volume_anomaly
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.audit.series import entity_of, missing_steps, rhythm_of, time_axis
from discovery.engagement import Engagement, TableSpec, UseCase
from discovery.intake.table import Table


def context(columns: dict[str, Any], as_of: date = date(2024, 1, 1), **engagement: Any) -> TableContext:
    table = Table.from_frame("t", pl.DataFrame(columns))
    return table_context(table, Engagement(name="e", **engagement), as_of)


def gaps(columns: dict[str, Any], **engagement: Any) -> list[Finding]:
    return list(time_gap(context(columns, **engagement)))


def days(n: int, start: date = date(2023, 1, 2)) -> list[date]:
    return [start + timedelta(i) for i in range(n)]


def hours(n: int) -> list[datetime]:
    return [datetime(2023, 1, 1) + timedelta(hours=i) for i in range(n)]


def test_missing_days() -> None:
    kept = [d for i, d in enumerate(days(200)) if i not in {50, 51, 52, 120}]
    (finding,) = gaps({"day": kept, "x": range(196)})
    assert finding.columns == ["day"]
    assert finding.rows_affected == 4
    assert finding.details["due"] == 200
    assert finding.details["longest"][0] == "2023-02-21 to 2023-02-23 (3)"
    assert finding.severity == "minor"
    assert len(mended(kept, finding)) == 200


def mended(stamps: list[date], finding: Finding) -> pd.DataFrame:
    """Run the fix of a finding on the table as pandas reads it from a file."""
    scope = {"pd": pd, "df": pd.DataFrame({"day": [d.isoformat() for d in stamps], "x": range(len(stamps))})}
    exec(finding.fix or "", scope)
    return scope["df"]


MONTH_ENDS = [date(2015 + (m + 1) // 12, (m + 1) % 12 + 1, 1) - timedelta(1) for m in range(60)]


@pytest.mark.parametrize(
    ("full", "gap"),
    [
        (MONTH_ENDS, "2015-11-30 to 2015-12-31 (2)"),
        ([date(d.year, d.month, 15) for d in MONTH_ENDS], "2015-11-15 to 2015-12-15 (2)"),
        ([date(d.year, d.month, 1) for d in MONTH_ENDS], "2015-11-01 to 2015-12-01 (2)"),
        ([date(2023, 1, 3) + timedelta(weeks=w) for w in range(60)], "2023-03-14 to 2023-03-21 (2)"),
        ([date(1950 + y, 7, 1) for y in range(60)], "1960-07-01 to 1961-07-01 (2)"),
    ],
    ids=["ends of months", "middle of months", "months", "Tuesdays", "July"],
)
def test_the_fix_keeps_the_day_of_the_week_and_of_the_month(full: list[date], gap: str) -> None:
    kept = [*full[:10], *full[12:]]
    (finding,) = gaps({"day": kept, "x": range(58)})
    assert finding.details["longest"] == [gap]
    if finding.fix is None:
        assert full[0].day == 15
    else:
        table = mended(kept, finding)
        assert [d.date() for d in table["day"]] == full
        assert table["x"].notna().sum() == 58


def test_a_forecast_suffers_from_many_gaps() -> None:
    kept = [d for i, d in enumerate(days(200)) if i % 10]
    case = UseCase(name="u", table="t", target="x", task="forecast")
    (finding,) = gaps({"day": kept, "x": range(len(kept))}, use_cases=[case])
    assert finding.severity == "major"


def test_date_and_hour_in_two_columns() -> None:
    stamps = [h for i, h in enumerate(hours(1000)) if i not in {100, 101, 500}]
    (finding,) = gaps({"dteday": [s.date() for s in stamps], "hr": [s.hour for s in stamps]})
    assert finding.columns == ["dteday"]
    assert finding.rows_affected == 3
    assert finding.details["parts"] == ["dteday", "hr"]
    assert finding.fix is None


def test_parts_of_a_date() -> None:
    stamps = [h for i, h in enumerate(hours(1000)) if i != 300]
    columns = {p: [getattr(s, p) for s in stamps] for p in ("year", "month", "day", "hour")}
    axis = time_axis(context(columns))
    assert axis is not None
    assert axis.parts == ("year", "month", "day", "hour")
    assert gaps(columns)[0].rows_affected == 1


def test_months_are_of_uneven_length() -> None:
    months = [date(2015 + i // 12, i % 12 + 1, 1) for i in range(60)]
    assert gaps({"month": months, "x": range(60)}) == []
    del months[20:22]
    (finding,) = gaps({"month": months, "x": range(58)})
    assert (finding.rows_affected, finding.details["step"]) == (2, "month")
    ends = [m - timedelta(1) for m in months]
    assert gaps({"month": ends, "x": range(58)})[0].rows_affected == 2


def test_weekends_holidays_and_closing_hours_are_no_gaps() -> None:
    working = [d for d in days(400) if d.weekday() < 5 and (d.month, d.day) not in {(5, 1), (12, 25), (12, 26)}]
    assert gaps({"day": working, "x": range(len(working))}) == []
    open_hours = [h for h in hours(2400) if 8 <= h.hour < 20]
    assert gaps({"at": open_hours, "x": range(len(open_hours))}) == []
    week_off = [d for d in working if not date(2023, 7, 3) <= d <= date(2023, 7, 9)]
    assert gaps({"day": week_off, "x": range(len(week_off))})[0].rows_affected == 5


def test_every_entity_has_its_series() -> None:
    rows = [(d, r) for i, d in enumerate(days(100)) for r in "NSWE" if not (r == "W" and 30 <= i < 36)]
    columns = {"day": [d for d, _ in rows], "region": [r for _, r in rows], "x": range(len(rows))}
    ctx = context(columns)
    axis = time_axis(ctx)
    assert axis is not None
    assert entity_of(ctx, axis) == "region"
    (finding,) = time_gap(ctx)
    assert (finding.rows_affected, finding.details["entity"], finding.details["due"]) == (6, "region", 400)


def test_a_series_with_some_stamps_twice_is_no_panel() -> None:
    gone = set(random.Random(6).sample(range(1, 599), 99))
    stamps = [h for i, h in enumerate(hours(600)) if i not in gone]
    stamps = sorted(stamps + stamps[::5])
    weather = [f"w{i % 7}" for i in range(len(stamps))]
    (finding,) = gaps({"at": stamps, "weather": weather, "x": range(len(stamps))})
    assert finding.details["entity"] is None
    assert finding.rows_affected == 99


def test_numbered_shops_are_entities() -> None:
    rows = [(d, s) for i, d in enumerate(days(100)) for s in range(1, 41) if not (s == 7 and 20 <= i < 60)]
    (finding,) = gaps({"date": [d for d, _ in rows], "shop": [s for _, s in rows], "x": range(len(rows))})
    assert (finding.rows_affected, finding.details["entity"]) == (40, "shop")


def test_busy_event_days_may_not_be_missing_but_quiet_ones_may() -> None:
    rng = random.Random(2)
    busy = [d for i, d in enumerate(days(120)) for _ in range(rng.randint(20, 40)) if i not in {60, 61}]
    assert gaps({"ordered": busy, "x": [rng.random() for _ in busy]})[0].rows_affected == 2
    quiet = sorted(rng.choice(days(300)) for _ in range(400))
    assert gaps({"signup": quiet, "x": [rng.random() for _ in quiet]}) == []


def test_irregular_stamps_have_no_gaps() -> None:
    rng = random.Random(4)
    stamps = sorted(datetime(2023, 1, 1) + timedelta(seconds=rng.randint(0, 10**7)) for _ in range(500))
    assert gaps({"at": stamps, "x": range(500)}) == []
    assert gaps({"YearBuilt": [1900 + i * i % 97 for i in range(500)], "x": range(500)}) == []


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 198), max_size=20), st.sampled_from([60, 900, 3600]))
def test_what_was_taken_out_is_what_is_missing(gone: set[int], step: int) -> None:
    stamps = np.array([i * step for i in range(200) if i not in gone])
    rhythm = rhythm_of(stamps)
    assert rhythm is not None
    assert rhythm.step == step
    assert {int(s) // step for s in missing_steps(stamps, rhythm)} == gone


@pytest.mark.parametrize(
    ("step", "name"), [(604800, "week"), (1800, "30 minutes"), (7200, "2 hours"), (7, "7 seconds")]
)
def test_rhythms_have_names(step: int, name: str) -> None:
    rhythm = rhythm_of(np.arange(20) * step + 1)
    assert rhythm is not None
    assert rhythm.name == name


def tickets(boost: int | None = None, drop: int | None = None, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    stamps: list[datetime] = []
    for i, d in enumerate(days(150)):
        level = 30 + i / 10 if d.weekday() < 5 else 8
        count = int(rng.poisson(level)) * (20 if i == boost else 1)
        count = 1 if i == drop else count
        stamps += [
            datetime(d.year, d.month, d.day) + timedelta(seconds=int(s)) for s in rng.integers(0, 86400, count)
        ]
    return {"created_at": stamps, "x": rng.random(len(stamps))}


def test_a_day_with_twenty_times_the_tickets() -> None:
    columns = tickets(boost=80)
    (finding,) = volume_anomaly(context(columns))
    that_day = days(150)[80]
    assert finding.columns == ["created_at"]
    assert finding.rows_affected == sum(s.date() == that_day for s in columns["created_at"])
    assert f"{that_day}" in finding.summary
    assert all(e.values["created_at"].startswith(str(that_day)) for e in finding.evidence)


def test_a_day_with_hardly_any() -> None:
    (finding,) = volume_anomaly(context(tickets(drop=80)))
    assert finding.details["periods"] == [f"{days(150)[80]}: 1"]


@pytest.mark.parametrize("seed", range(5))
def test_trend_and_weekdays_are_no_anomaly(seed: int) -> None:
    assert list(volume_anomaly(context(tickets(seed=seed)))) == []


def test_regular_series_and_small_tables_have_no_volume() -> None:
    assert list(volume_anomaly(context({"day": days(300), "x": range(300)}))) == []
    assert list(volume_anomaly(context({"day": days(30), "x": range(30)}))) == []
    assert list(volume_anomaly(context({"x": range(300)}))) == []


def test_stale_only_by_what_was_agreed() -> None:
    columns = {"day": days(100), "x": range(100)}
    (finding,) = stale(context(columns, tables={"t": TableSpec(max_age_days=35)}))
    assert finding.severity == "major"
    assert finding.details["newest"] == "2023-04-11"
    assert finding.evidence[0].row == 100
    assert list(stale(context(columns, date(2023, 4, 20), tables={"t": TableSpec(max_age_days=35)}))) == []
    assert list(stale(context(columns))) == []
    case = [UseCase(name="u", table="t", target="x")]
    assert [f.severity for f in stale(context(columns, date(2026, 1, 1), use_cases=case))] == ["info"]


def test_stamps_in_the_future_do_not_make_data_fresh() -> None:
    columns = {"day": [*days(100), date(2099, 1, 1)], "x": range(101)}
    (finding,) = stale(context(columns, tables={"t": TableSpec(max_age_days=35)}))
    assert finding.details["newest"] == "2023-04-11"


def test_open_data(open_data: Any) -> None:
    frame = pl.read_csv(open_data / "bike_hour.csv", try_parse_dates=True)
    (finding,) = time_gap(context(frame.to_dict(as_series=False)))
    assert finding.columns == ["dteday"]
    assert finding.rows_affected == 165


def test_the_date_of_the_month_is_its_day() -> None:
    days_ = [date(2000, 1, 1) + timedelta(days=i) for i in range(1400)]
    births = {
        "year": [d.year for d in days_],
        "month": [d.month for d in days_],
        "date_of_month": [d.day for d in days_],
    }
    assert gaps({**births, "births": range(1400)}) == []


def readings(n: int = 2000) -> list[datetime]:
    """Stamps every 30 or 31 seconds."""
    steps = np.random.default_rng(3).choice([30, 31], n).cumsum()
    return [datetime(2023, 1, 2, 8) + timedelta(seconds=int(s)) for s in steps]


def test_a_hole_between_readings_that_come_by_and_by() -> None:
    stamps = readings()
    assert gaps({"at": stamps, "x": range(2000)}) == []
    late = [*stamps[:1000], *(s + timedelta(days=3) for s in stamps[1000:])]
    (finding,) = gaps({"at": late, "x": range(2000)})
    assert (finding.kind, finding.severity, finding.fix) == ("time_gap", "minor", None)
    assert finding.details["longest"][0].startswith("2023-01-02 16:")
    assert 8000 < finding.rows_affected < 9000


def test_nights_without_readings_and_events_are_no_holes() -> None:
    days_of = [s + timedelta(days=d) for d in range(8) for s in readings(1000)]
    assert gaps({"at": days_of, "x": range(8000)}) == []
    seconds = np.random.default_rng(4).exponential(60, 2000).astype(int).cumsum()
    events = [datetime(2023, 1, 2) + timedelta(seconds=int(s)) for s in seconds]
    assert gaps({"at": events, "x": range(2000)}) == []


def panel() -> pl.DataFrame:
    """Sales of ten regions and two kinds, every week."""
    weeks = days(7 * 60)[::7]
    rows = [(w, f"region {r}", k) for w in weeks for r in range(10) for k in ("plain", "organic")]
    frame = pl.DataFrame(rows, schema=["week", "region", "kind"], orient="row")
    return frame.with_columns(sold=pl.Series(np.random.default_rng(0).gamma(2, 10, frame.height).round(1)))


def test_series_of_two_columns_have_gaps_of_their_own() -> None:
    frame = panel()
    assert gaps(frame.to_dict(as_series=False)) == []
    gone = (pl.col("region") == "region 3") & (pl.col("kind") == "organic")
    gone &= pl.col("week").is_in(frame["week"].unique().sort()[[20, 21, 40]].implode())
    (found,) = gaps(frame.filter(~gone).to_dict(as_series=False))
    assert (found.rows_affected, found.severity, found.columns) == (3, "minor", ["week"])
    assert "3 of 1,200 stamps over 20 of 'region + kind' are missing" in found.summary


def test_years_of_a_country_with_equally_many_rows_each() -> None:
    rows = [(f"country {c}", y, s, a) for c in range(12) for y in range(1990, 2015) for s in "mf" for a in "abc"]
    frame = pl.DataFrame(rows, schema=["country", "year", "sex", "age"], orient="row")
    assert gaps(frame.to_dict(as_series=False)) == []
    (found,) = gaps(frame.filter(~pl.struct("country", "year").is_in(
        [{"country": "country 2", "year": y} for y in (2001, 2002)]
    )).to_dict(as_series=False))  # fmt: skip
    assert (found.rows_affected, found.details["entity"]) == (2, "country")


def test_events_of_groups_are_no_series() -> None:
    rng = np.random.default_rng(1)
    frame = pl.DataFrame({"day": rng.choice(days(120), 3_000), "site": rng.choice(list("abcdefgh"), 3_000)})
    assert gaps(frame.to_dict(as_series=False)) == []


def test_a_month_that_is_half_there_and_a_fortnight_that_is_not() -> None:
    rng = random.Random(2)
    stamps = [d for d in days(700) for _ in range(rng.randint(8, 14))]
    assert list(volume_anomaly(context({"at": stamps, "x": range(len(stamps))}))) == []
    thin = [d for d in stamps if not date(2024, 3, 1) <= d <= date(2024, 3, 31) or rng.random() < 0.2]
    (finding,) = volume_anomaly(context({"at": thin, "x": range(len(thin))}))
    assert finding.details["period"] == "week"
    assert 4 <= len(finding.details["periods"]) <= 5
    gone = [d for d in stamps if not date(2024, 2, 5) <= d <= date(2024, 2, 20)]
    (finding,) = volume_anomaly(context({"at": gone, "x": range(len(gone))}))
    assert "2024-02-05: 0" in finding.summary


def test_a_season_of_each_year_is_no_break() -> None:
    rng = random.Random(3)
    stamps = [d for d in days(1100) for _ in range(rng.randint(8, 14) // (5 if d.month == 8 else 1))]
    assert list(volume_anomaly(context({"at": stamps, "x": range(len(stamps))}))) == []


def crops(*, without: int | None, share: float = 1.0) -> dict[str, list[Any]]:
    """Yields of 12 countries, each with two to five fields a year."""
    rng = random.Random(5)
    names = [
        "Albania",
        "Brazil",
        "Chad",
        "Denmark",
        "Egypt",
        "France",
        "Ghana",
        "Haiti",
        "Iraq",
        "Japan",
        "Kenya",
        "Laos",
    ]
    rows = [
        (name, year, rng.gauss(50, 9))
        for year in range(1990, 2014)
        for n, name in enumerate(names)
        for _ in range(rng.randint(2, 5))
        if year != without and rng.random() < share and (share == 1 or (n + year) % 3)
    ]
    return dict(zip(("country", "year", "yield"), map(list, zip(*rows, strict=True)), strict=True))


def test_a_year_that_no_country_has() -> None:
    (finding,) = gaps(crops(without=2003))
    assert (finding.columns, finding.details["longest"]) == (["year"], ["2003-01-01 to 2003-01-01 (1)"])
    assert finding.fix is None
    assert gaps(crops(without=None)) == []


def test_a_year_without_rows_is_no_gap_where_things_have_none_in_many() -> None:
    assert gaps(crops(without=2003, share=0.5)) == []
