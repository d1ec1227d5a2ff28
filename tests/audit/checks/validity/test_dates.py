"""Dates that are none, and dates far from all others."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.validity.dates import days_among_times, digits, out_of_range, two_ways, unreadable
from discovery.audit.checks.validity.types import mixed_type
from discovery.audit.fixes import as_dates
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake import read_drop

RNG = np.random.default_rng(5)
DAYS = [date(2020, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 1500, 200)]


def test_unreadable(look):
    data = {"d": [*DAYS, None, None, None, None]}
    unparsed = {"d": {201: "2023-02-30", 202: "31/04/2021", 203: "unknown", 204: "0000-00-00"}}
    found = look(unreadable, data, unparsed=unparsed)
    assert found[0].rows_affected == 2
    assert "2023-02-30" in found[0].summary
    assert look(unreadable, {"d": DAYS}) == []


def test_two_ways_of_writing(look):
    iso = [d.isoformat() for d in DAYS]
    american = [d.strftime("%m/%d/%Y") for d in DAYS[:40]]
    found = look(two_ways, {"d": iso + american})
    assert found[0].rows_affected == 40
    assert found[0].severity == "major"
    assert found[0].details["shapes"]["with slashes"] == 40
    assert look(two_ways, {"d": [*iso, "31.12.20"]})[0].severity == "minor"
    assert look(two_ways, {"d": iso}) == []
    assert look(two_ways, {"c": ["a1", "b2"] * 50, "n": ["x", "y"] * 50}) == []
    noted = look(two_ways, {"d": DAYS}, notes={"d": {"mixed_day_month": 7}})
    assert noted[0].rows_affected == 7


def test_both_orders_of_day_and_month_are_shown(look):
    texts = [d.strftime("%d/%m/%Y" if i % 5 else "%m/%d/%Y") for i, d in enumerate(DAYS)]
    found = look(
        two_ways, {"d": DAYS}, texts=pl.DataFrame({"d": texts}), notes={"d": {"mixed_day_month": len(DAYS) // 5}}
    )
    shown = [str(e.values["d"]).split("/") for e in found[0].evidence]
    assert len(shown) == 5
    assert {int(a) > 12 for a, *_ in shown} == {True, False}
    assert {int(b) > 12 for _, b, *_ in shown} == {True, False}


@pytest.mark.parametrize("wrong", [date(2031, 5, 1), date(1821, 3, 1), date(1960, 5, 2)])
def test_out_of_range(look, wrong):
    found = look(out_of_range, {"sold": [*DAYS[:190], wrong]})
    assert found[0].rows_affected == 1
    assert found[0].evidence[0].row == 191


def test_times_out_of_range(look):
    times = [datetime(2023, 1, 1) + timedelta(minutes=int(m)) for m in RNG.integers(0, 500_000, 200)]
    assert look(out_of_range, {"at": times}) == []
    assert look(out_of_range, {"at": [*times, datetime(2025, 1, 1)]})[0].rows_affected == 1


def test_dates_that_may_be(look):
    ahead = [date(2024, 7, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 90, 200)]
    assert look(out_of_range, {"d": ahead}) == []
    assert look(out_of_range, {"expiry": [*DAYS[:190], date(2031, 1, 1)]}) == []
    assert look(out_of_range, {"birth_date": [*DAYS[:190], date(2031, 1, 1)]}) == []
    assert look(out_of_range, {"d": [date(9999, 12, 31), *DAYS]}) == []


def test_dates_of_digits(look):
    numbers = [int(d.strftime("%Y%m%d")) for d in DAYS]
    found = look(digits, {"d": [*numbers, 20230230]})
    assert found[0].details["values"] == ["20230230"]
    assert look(digits, {"d": numbers, "n": list(range(200))}) == []


def test_forms_that_intake_read_apart_are_told(look):
    notes = {"d": {"date_formats": {"%m/%d/%Y": 197, "%Y-%m-%d %H:%M": 3}}}
    texts = [d.strftime("%m/%d/%Y") if i > 2 else f"{d.isoformat()}T02:58" for i, d in enumerate(DAYS)]
    found = look(two_ways, {"d": DAYS}, notes=notes, texts=pl.DataFrame({"d": texts}))
    assert [(f.rows_affected, f.severity, [e.row for e in f.evidence]) for f in found] == [(3, "minor", [1, 2, 3])]
    one = {"d": {"date_formats": {"%Y-%m-%d": 100, "%Y-%m-%d %H:%M": 100}}}
    assert look(two_ways, {"d": DAYS}, notes=one) == []
    open_ = {"d": {**notes["d"], "ambiguous_day_month": 90}}
    told = look(two_ways, {"d": DAYS}, notes=open_, texts=pl.DataFrame({"d": texts}))[0].summary
    assert told.endswith("(3); of 90 cells, day and month may be the other way round.")


def test_years_written_otherwise_are_told_once(look):
    from discovery.audit.checks.validity.categories import variants

    years = [str(1850 + i % 40) for i in range(300)] + ["[1897?]", "1879 [1878]", "1880.", "1839, 38-54"] * 5
    (finding,) = look(two_ways, {"Date of Publication": years})
    assert (finding.kind, finding.rows_affected, finding.severity) == ("bad_date", 20, "minor")
    assert look(variants, {"Date of Publication": years}) == []
    assert look(two_ways, {"Date of Publication": [str(1850 + i % 40) for i in range(300)]}) == []
    assert look(two_ways, {"model": years}) == []


def test_words_among_dates_of_text_are_not_a_second_way(look):
    values = (
        [f"{1 + i % 12}/{1 + i % 28}/2014" for i in range(70)] + ["Pre-PQ Process"] * 20 + ["Not Captured"] * 10
    )
    (found,) = look(two_ways, {"sent": values})
    assert (found.severity, found.rows_affected) == ("minor", 20)
    assert found.summary == "20 cells of 'sent' cannot be read as dates like the others: 'Pre-PQ Process'."


def test_lengths_of_time_are_no_dates(look):
    ages = [f"{30 + i % 40} years {1 + 7 * i % 365} days" for i in range(200)]
    assert look(two_ways, {"age": ages}) == []
    (found,) = look(two_ways, {"day": ["12 May 2001", "3 June 2004"] * 60 + ["last week"] * 3})
    assert found.rows_affected == 3


def test_months_and_years_that_a_spreadsheet_made_days_of(look):
    values = ["Sep-63", "Feb-78", "Jul-89", "May-65"] * 20 + ["10-Aug", "13-Feb", "5-Apr"] * 20
    (found,) = look(two_ways, {"intro": values})
    assert found.details["shapes"] == {"month-year": 80, "day-month": 60}


def test_numbers_of_trains_are_no_dates(look):
    assert look(two_ways, {"trip_id": ["2105-10-0", "5105-10-0"] * 40 + ["CPTM L07-0"] * 5}) == []


@pytest.mark.parametrize(
    ("form", "days"),
    [
        ("%d/%m/%Y", "pd.to_datetime(df['d'], format='%d/%m/%Y', errors='coerce')"),
        ("%d-%b-%Y", "pd.to_datetime(df['d'], format='mixed', errors='coerce')"),
    ],
)
def test_the_fix_reads_the_form_that_was_found(tmp_path, form, days):
    dates = [date(2015, 1, 1) + timedelta(days=i) for i in range(200)] + [date(1912, 3, 4)]
    (tmp_path / "t.csv").write_text("n,d\n" + "\n".join(f"{i},{d:{form}}" for i, d in enumerate(dates)))
    ctx = table_context(read_drop(tmp_path / "t.csv").tables["t"], Engagement(name="e"))
    assert as_dates(ctx, "d") == days
    (found,) = out_of_range(ctx)
    assert found.fix == f"df['d'] = {days}.where(lambda d: d.dt.normalize().between('2015-01-01', '2015-07-19'))"


def test_whole_stamps_among_times_of_day(look):
    times = [time(i % 24, 7 * i % 60) for i in range(200)]
    stamps = {3: "1975-02-23T02:58:41.000Z", 90: "28/04/1985 02:53"}
    data = {"t": [None if i + 1 in stamps else t for i, t in enumerate(times)]}
    (found,) = look(days_among_times, data, unparsed={"t": stamps})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 2)
    assert look(mixed_type, data, unparsed={"t": stamps}) == []
    assert look(days_among_times, data, unparsed={"t": {3: "noon"}}) == []
    assert [f.rows_affected for f in look(mixed_type, data, unparsed={"t": {3: "noon"}})] == [1]


def test_personal_dates_are_masked_throughout(look):
    """Also in the details, and in the line that mends them."""
    unparsed = {"d": {201: "1981-02-30", 202: "31/04/1977"}}
    (found,) = look(unreadable, {"d": [*DAYS, None, None]}, unparsed=unparsed, personal=["d"])
    assert "1981" not in str(found)
    assert "1977" not in str(found)
    whole = [int(d.strftime("%Y%m%d")) for d in DAYS]
    (found,) = look(digits, {"d": [*whole, 20210231]}, personal=["d"])
    assert "20210231" not in str(found)
    (found,) = look(out_of_range, {"d": [*DAYS, date(1812, 3, 4)]}, personal=["d"])
    assert "1812" not in str(found)
    assert str(min(DAYS)) not in str(found)
