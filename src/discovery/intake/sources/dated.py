"""Names of tables without the date of the delivery: the next drop has another date, and the same table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from ..table import Table
from .find import stem_of

__all__ = ["without_date", "without_dates"]

_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_TIME = "[-_T ]?[0-9]{2}[-_.h]?[0-9]{2}(?:[-_.]?[0-9]{2})?Z?"
_DATE = (
    f"(?:{_YEAR}(?P<sign>[-_.]?){_MONTH}(?:(?P=sign){_DAY}(?:{_TIME})?)?"
    f"|{_DAY}[-_.]{_MONTH}[-_.]{_YEAR}|{_YEAR}[-_ ]?(?:[Qq][1-4]|[Ww][0-5][0-9])|[Qq][1-4][-_ ]?{_YEAR})"
)
_LAST = re.compile(f"^(?P<name>.*[^\\W_].*?)(?:[-_. ]+|(?<=[^\\W\\d_])){_DATE}$")
_FIRST = re.compile(f"^{_DATE}[-_. ]+(?P<name>[^\\W\\d_].*)$")


def without_date(stem: str) -> str:
    """Return a name without the day, week, month or quarter at its end or its beginning; a year alone stays.

    >>> without_date("customers_2024-01"), without_date("20240131 orders"), without_date("wave_2024")
    ('customers', 'orders', 'wave_2024')
    """
    match = _LAST.match(stem) or _FIRST.match(stem)
    return match["name"] if match else stem


def without_dates(tables: Sequence[Table], agreed: Collection[str]) -> list[Table]:
    """Name tables without the date in the name of their file, where no other table of the drop is then called so.

    What is called by its dated name in the engagement (``agreed``) keeps it.
    """
    names = [_undated(t) for t in tables]
    times = Counter([*names, *(t.name for t, name in zip(tables, names, strict=True) if t.name != name)])
    return [
        t if name == t.name or times[name] > 1 or t.name in agreed else t.named(name)
        for t, name in zip(tables, names, strict=True)
    ]


def _undated(table: Table) -> str:
    stem = stem_of(table.source.partition("#")[0])
    return without_date(stem) + table.name[len(stem) :] if table.name.startswith(stem) else table.name
