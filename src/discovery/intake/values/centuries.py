"""The century of years that are written in two digits."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import polars as pl

__all__ = ["POSIX", "last_of_this_century"]

POSIX = 68
"""The last two digits that POSIX (``strptime``, ``%y``), and pandas after it, take for years after 2000."""
GAP = 5
"""From so many years on a gap parts two times."""
_BIRTH = re.compile(r"(?i)birth|born|\bdob\b|_dob|dob_|geburt|naissance|nacimiento|nascita|nascimento")


def last_of_this_century(name: str, years: pl.Series) -> int:
    """Return the last two digits that stand for a year of this century in a column.

    By POSIX all up to 68 do, which puts the births and openings of the sixties into the future. Years to come and
    years of the sixties are parted by the widest gap between this year, those that would be to come, and 1969.
    Where there is none, as the column runs through a whole century, and in columns of births, no year is to come.

    Parameters
    ----------
    name : str
        The column's name.
    years : polars.Series
        Integers from 0 to 99.
    """
    now = date.today().year % 100
    ahead = sorted(years.filter(years.is_between(now + 1, POSIX)).unique().to_list())
    if not ahead:
        return POSIX
    if _BIRTH.search(name):
        return now
    last, after = max(pairwise([now, *ahead, POSIX + 1]), key=lambda pair: pair[1] - pair[0])
    if after - last < GAP and (years > POSIX).any():
        return now
    return POSIX if after > POSIX else int(last)
