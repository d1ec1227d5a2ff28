"""Clock times and dates written as numbers are no quantities."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit import audit_drop
from discovery.audit.checks.validity.stamps import no_clock_times, stamps_as_numbers, zones_of_some
from discovery.engagement import Engagement
from discovery.intake import read_drop

RNG = np.random.default_rng(8)
CLOCK = RNG.integers(0, 24, 400) * 100 + RNG.integers(0, 12, 400) * 5


@pytest.mark.parametrize("name", ["schedtime", "dep_time", "hour"])
def test_clock_times(look, name):
    (found,) = look(stamps_as_numbers, {name: CLOCK})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "info", 400)
    assert "clock times written as numbers (HHMM)" in found.summary


def test_what_is_no_clock_time(look):
    assert look(stamps_as_numbers, {"dose": CLOCK, "elapsed_time": CLOCK}) == []
    assert look(stamps_as_numbers, {"time": RNG.integers(0, 2400, 400)}) == []
    assert look(stamps_as_numbers, {"time": RNG.integers(0, 96, 400) * 25}) == []


def test_numbers_among_clock_times_that_are_none(look):
    times = [*CLOCK.tolist(), 1860, 1860, 2475]
    (found,) = look(no_clock_times, {"sunset": times})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 3)
    assert found.details["values"] == ["1860", "2475"]
    assert [e.row for e in found.evidence] == [401, 402, 403]
    assert len(look(stamps_as_numbers, {"sunset": times})) == 1
    assert look(no_clock_times, {"sunset": CLOCK}) == []
    assert look(no_clock_times, {"dose": times, "elapsed_time": times}) == []
    assert look(no_clock_times, {"time": RNG.integers(0, 2400, 400)}) == []
    assert look(no_clock_times, {"time": RNG.exponential(8, 20_000).round() * 10}) == []
    assert look(no_clock_times, {"hours": [*RNG.integers(0, 60, 20_000).tolist(), *range(100, 2400, 7)]}) == []


@pytest.mark.parametrize(("form", "named"), [("%m%d%Y", "MMDDYYYY"), ("%d%m%Y", "DDMMYYYY")])
def test_dates(look, form, named):
    days = np.datetime64("2018-01-03") + RNG.integers(0, 300, 200)
    values = [int(d.strftime(form)) for d in days.tolist()]
    (found,) = look(stamps_as_numbers, {"Date": values})
    assert f"'Date' holds dates written as numbers ({named})." in found.summary
    assert found.fix is not None
    assert look(stamps_as_numbers, {"amount": values}) == []
    assert look(stamps_as_numbers, {"date": [*values[:-1], 13322018]}) == []


def test_stamps_that_other_readers_take_for_something_else(tmp_path):
    days = [f"2020{m:02}{d:02}" for m in range(1, 5) for d in range(1, 13)]
    rows = "".join(f"{d};{i % 24:02}.00.00;{i % 24:02}:30:00;2020-01-{1 + i % 28:02}\n" for i, d in enumerate(days))
    (tmp_path / "t.csv").write_text("date;clock;time;day\n" + rows)
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    found = [f for f in result.findings if f.kind == "format_violation"]
    assert {(f.columns[0], f.severity) for f in found} == {("date", "info"), ("clock", "info")}
    assert "as '00.00.00' is" in next(f.summary for f in found if f.columns == ["clock"])


def test_times_of_which_some_name_their_zone(tmp_path):
    from discovery.audit.run import table_context

    def found(stamps):
        (tmp_path / "t.csv").write_text("at,x\n" + "\n".join(f"{s},{i}" for i, s in enumerate(stamps)), "utf-8")
        table = next(iter(read_drop(tmp_path / "t.csv").tables.values()))
        return list(zones_of_some(table_context(table, Engagement(name="e"))))

    plain = [f"2024-03-{1 + i % 28:02d} {i % 24:02d}:15:00" for i in range(200)]
    assert found(plain) == []
    assert found([f"{s.replace(' ', 'T')}Z" for s in plain]) == []
    (finding,) = found([f"{s.replace(' ', 'T')}Z" if i in (4, 90, 150) else s for i, s in enumerate(plain)])
    assert (finding.kind, finding.severity, finding.rows_affected) == ("bad_date", "minor", 3)
    assert [e.row for e in finding.evidence] == [5, 91, 151]
