"""Dates that systems write where there is none: where their calendars begin or end, and what is quickly typed."""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["NULL_DATES", "day_of"]

NULL_DATES = frozenset(
    date.fromisoformat(day)
    for day in """
    0001-01-01 1111-11-11 1600-01-01 1601-01-01 1753-01-01 1800-01-01 1899-12-30 1899-12-31 1900-01-01 1900-01-02
    1901-01-01 1904-01-01 1960-01-01 1969-12-31 1970-01-01 2079-06-06 2099-12-31 2100-01-01 2199-12-31 2222-02-02
    2262-04-11 2500-01-01 2999-12-31 3000-01-01 4000-12-31 9999-01-01 9999-09-09 9999-12-30 9999-12-31
    """.split()
)


def day_of(value: date | datetime) -> date:
    """Return the day of a date or of a moment."""
    return value.date() if isinstance(value, datetime) else value
