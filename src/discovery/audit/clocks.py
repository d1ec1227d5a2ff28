"""Summer time: stamps of the hour that clocks skip in spring and repeat in autumn."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["when_clocks_change"]

HOUR, DAY = 3600, 86_400
SUNDAY, LATEST = 6, 3
MONTHS = (3, 4, 9, 10, 11)
"""Months in which summer time begins or ends, on either half of the globe."""


def when_clocks_change(stamps: np.ndarray[Any, Any]) -> bool:
    """Whether all ``stamps`` (seconds since 1970) are of an hour at which clocks are set: one of the first of a
    Sunday, of two at the most, in spring or autumn; and of one Sunday a season."""
    if not len(stamps):
        return False
    days = stamps // DAY
    hours = np.unique(stamps % DAY // HOUR)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    sundays = ((days + 3) % 7 == SUNDAY).all() and len(np.unique(months)) == len(np.unique(days))
    return bool(
        sundays and len(hours) <= 2 and hours.max() <= LATEST and np.isin(months.astype(int) % 12 + 1, MONTHS).all()
    )
