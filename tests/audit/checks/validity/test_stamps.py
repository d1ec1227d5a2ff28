"""Clock times and dates written as numbers are no quantities."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.stamps import stamps_as_numbers

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


@pytest.mark.parametrize(("form", "named"), [("%m%d%Y", "MMDDYYYY"), ("%d%m%Y", "DDMMYYYY")])
def test_dates(look, form, named):
    days = np.datetime64("2018-01-03") + RNG.integers(0, 300, 200)
    values = [int(d.strftime(form)) for d in days.tolist()]
    (found,) = look(stamps_as_numbers, {"Date": values})
    assert f"'Date' holds dates written as numbers ({named})." in found.summary
    assert found.fix is not None
    assert look(stamps_as_numbers, {"amount": values}) == []
    assert look(stamps_as_numbers, {"date": [*values[:-1], 13322018]}) == []
