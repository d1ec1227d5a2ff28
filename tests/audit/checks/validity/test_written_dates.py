"""Dates that stay text or numbers for the way in which all are written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from discovery.audit.checks.validity.written_dates import days_of_nought, lettered_dates

DAYS = [date(1990, 1, 1) + timedelta(i) for i in range(200)]


def test_letters_before_dates(look):
    texts = [f"D-{d.day}/{d.month}/{d:%y}" for d in DAYS]
    (found,) = look(lettered_dates, {"date": texts})
    assert (found.kind, found.severity, found.rows_affected) == ("bad_date", "minor", 200)
    assert "removeprefix('D-')" in found.fix
    assert look(lettered_dates, {"date": [t[2:] for t in texts]}) == []
    assert look(lettered_dates, {"code": [f"D-{i}-{i}" for i in range(200)]}) == []
    assert look(lettered_dates, {"date": [f"{'DE'[i % 2]}{t[1:]}" for i, t in enumerate(texts)]}) == []


@pytest.mark.parametrize("kind", [str, int])
def test_months_whose_day_is_00(look, kind):
    texts = [kind(f"{d:%m}00{d:%y}") for d in DAYS for _ in range(2)]
    more = [kind(f"{d:%m}00{d.year % 100 + 1}") for d in DAYS]
    (found,) = look(days_of_nought, {"sample_date": texts + more})
    assert (found.kind, found.severity, found.rows_affected) == ("bad_date", "minor", 600)
    assert look(days_of_nought, {"sample": texts + more}) == []


@pytest.mark.parametrize("form", ["%m%d%y", "%d%m%y", "%y%m%d"])
def test_days_in_six_digits(look, form):
    assert look(days_of_nought, {"date": [d.strftime(form) for d in DAYS]}) == []
    assert look(days_of_nought, {"date": [str(100_000 + 7 * i) for i in range(200)]}) == []
