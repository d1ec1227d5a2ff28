"""Dates in three columns."""

from __future__ import annotations

from datetime import date, timedelta

from discovery.audit.checks.validity.date_parts import no_such_day

DAYS = [date(2017, 7, 1) + timedelta(days=i) for i in range(500)]
PARTS = {"year": [d.year for d in DAYS], "month": [d.month for d in DAYS], "day": [d.day for d in DAYS]}


def test_the_29th_of_february_of_a_common_year(look):
    at = DAYS.index(date(2018, 3, 1))
    data = {f"arrival_{'date' if p == 'day' else p}": list(v) for p, v in PARTS.items()}
    data["arrival_month"][at], data["arrival_date"][at] = 2, 29
    (found,) = look(no_such_day, data)
    assert (found.kind, found.columns, found.severity, found.rows_affected) == (
        "bad_date",
        ["arrival_date"],
        "minor",
        1,
    )
    assert found.evidence[0].row == at + 1


def test_months_by_name(look):
    data = {
        "arrival_date_year": list(PARTS["year"]),
        "arrival_date_month": [d.strftime("%B") for d in DAYS],
        "arrival_date_day_of_month": list(PARTS["day"]),
    }
    assert look(no_such_day, data) == []
    data["arrival_date_month"][30], data["arrival_date_day_of_month"][30] = "September", 31
    assert [f.columns for f in look(no_such_day, data)] == [["arrival_date_day_of_month"]]


def test_what_makes_no_date_in_many_rows_is_none(look):
    assert look(no_such_day, PARTS) == []
    assert look(no_such_day, PARTS | {"day": [31] * 500}) == []
    assert look(no_such_day, PARTS | {"day": [1 + i % 200 for i in range(500)]}) == []
    mixed = {"start_year": PARTS["year"], "end_month": PARTS["month"], "day": [31] * 2 + PARTS["day"][2:]}
    assert look(no_such_day, mixed) == []
