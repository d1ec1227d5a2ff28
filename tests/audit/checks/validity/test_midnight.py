"""Stamps at midnight that carry the day that ended are found; time that goes on is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from discovery.audit.checks.validity.midnight import midnights

STAMPS = [datetime(2018, 1, 1, 0, 15) + timedelta(minutes=15 * i) for i in range(96 * 6)]


def shifted(stamp, days):
    return stamp - timedelta(days=days) if stamp.time() == datetime.min.time() else stamp


def test_the_end_of_a_day_that_is_written_as_its_begin(look):
    (found,) = look(midnights, {"date": [shifted(s, 1) for s in STAMPS], "x": range(len(STAMPS))})
    assert (found.kind, found.severity, found.rows_affected) == ("bad_date", "minor", 6)
    assert [e.row for e in found.evidence] == [95, 96, 97]


def test_time_that_goes_on_or_is_mixed(look):
    assert look(midnights, {"date": STAMPS}) == []
    assert look(midnights, {"date": STAMPS[::-1]}) == []
    assert look(midnights, {"date": [shifted(s, 2) for s in STAMPS]}) == []
    panel = [s for _ in range(4) for s in STAMPS[:96]]
    assert look(midnights, {"date": panel}) == []
    once = [shifted(s, 1) if i < 96 else s for i, s in enumerate(STAMPS)]
    assert look(midnights, {"date": once}) == []
