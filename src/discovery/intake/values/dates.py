"""Dates and times as people write them, with the order of day and month settled by the whole column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from ..cells.compact import told
from ..table import value_counts
from .centuries import POSIX, last_of_this_century
from .months import MONTHS
from .rewritten import closer, rewritten
from .words import suggests_date

__all__ = ["DateReading", "read_dates", "read_serials", "read_times"]

_TIME = (
    r"(?:(?:T|\s+|,\s*|:)(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<ap>[AaPp]\.?[Mm]\.?)?\s*(?P<tz>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_WEEKDAY = r"(?:[A-Za-z]{2,10}\.?,?\s+)?"
_DAY = r"(?P<a>\d{1,2})(?:st|nd|rd|th|er|º|°)?"
_MONTH = r"(?P<mon>\p{L}{3,12})"
_OF = r"(?:del?\s+)?"
_FAMILIES: dict[str, str] = {
    "ymd": rf"^(?P<y>\d{{4}})(?P<p>[-/.])(?P<b>\d{{1,2}})(?P<q>[-/.])(?P<a>\d{{1,2}}){_TIME}$",
    "order": rf"^(?P<a>\d{{1,2}})(?P<p>[-/. ])(?P<b>\d{{1,2}})(?P<q>[-/. ])(?P<y>\d{{4}}|\d{{2}}){_TIME}$",
    "cjk": rf"^(?P<y>\d{{4}})\s*[年년]\s*(?P<b>\d{{1,2}})\s*[月월]\s*(?P<a>\d{{1,2}})\s*[日일]{_TIME}$",
    "dmon": rf"^{_WEEKDAY}{_DAY}[-\s./]*{_OF}{_MONTH}\.?,?[-\s./]*{_OF}(?P<y>\d{{4}}|\d{{2}}){_TIME}$",
    "mond": rf"^{_WEEKDAY}{_MONTH}\.?[-\s/]+{_DAY},?[-\s/]+(?P<y>\d{{4}}){_TIME}$",
    "ctime": rf"^[A-Za-z]{{3}} {_MONTH} +(?P<a>\d{{1,2}}) (?P<h>\d{{2}}):(?P<mi>\d{{2}}):(?P<s>\d{{2}}) "
    r"(?:(?P<tz>UTC|GMT|[+-]\d{4}) |[A-Z]{3,4} )?(?P<y>\d{4})$",
    "ym": r"^(?P<y>(?:1[5-9]|20|21)\d{2})[-/](?P<b>\d{1,2})$",
    "mony": rf"^{_MONTH}[-\s](?P<y>\d{{4}}|\d{{2}})$",
}
_NOMONTHS = "|".join(re.sub(r"\(\?P<\w+>", "(?:", p) for p in _FAMILIES.values() if _MONTH not in p)
"""What is written in numbers alone."""
_ANY_FAMILY = "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in _FAMILIES.values())
_WITH_MONTH = rf"(?:^|\P{{L}})(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?:\P{{L}}|$)"
"""A month as a word of its own: there is one inside of ``item`` in Turkish."""
_STAMP = r"^(?:1[89]|20|21)\d{6}T\d{4}(?:\d{2})?$"
_COMPACT = r"^(?P<y>(?:1[89]|20|21)\d{2})(?P<b>\d{2})(?P<a>\d{2})(?:T?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?$"
_SPAN = r"^((?:19|20)\d{2})[-/](\d{2})$"
_YEARS = re.compile(r"(?i)year|jahr|ann[ée]e|\bfy\b|fiscal|season|saison|exercice|ejercicio")
_LOOKS = (
    r"^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?\b.*|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}\b.*|"
    r".*\d{1,2}\S{0,2}[-\s./]*(?:de\s)?\p{L}{3,12}\.?,?[-\s./]*(?:del?\s)?\d{2,4}.*|\d{4}\s*[年년].*|"
    r".*\p{L}{3,12}\.?[-\s/]+\d{1,2}.*\d{2,4}.*|\p{L}{3,12}[-\s]\d{2,4})$"
)
_DAYS = 8
"""So many values in the last place, twice as many as in the first, are days behind years."""
_PARTS = ("y", "b", "a", "p", "q", "mon", "h", "mi", "s", "f", "ap", "tz")


@dataclass(frozen=True, slots=True)
class DateReading:
    """A column read as dates, datetimes or times of day: how many cells are such, and how many have the form of one
    (though no calendar may have the day)."""

    values: pl.Series
    type: Literal["date", "datetime", "time"]
    parsed: int
    shaped: int = 0
    format: str = ""
    confidence: float = 1.0
    notes: Mapping[str, Any] = field(default_factory=dict)


def read_dates(
    name: str, cells: pl.Series, *, day_first: bool | None = None, counts: pl.DataFrame | None = None
) -> DateReading | None:
    """Read stripped cells (null where empty) as dates; None where hardly any looks like one.

    Parameters
    ----------
    name : str
        The column's name. Eight digits are a date only where it says so.
    cells : polars.Series
        Text (or compact), without blanks around it.
    day_first : bool, optional
        The order in the rest of the file, used where the column itself leaves it open.
    counts : polars.DataFrame, optional
        The distinct cells ``v`` with their counts ``n``, where they are at hand.
    """
    counts = value_counts(cells) if counts is None else counts
    if counts.height == 0:
        return None
    texts, weights = counts["v"], counts["n"]
    stamps = suggests_date(name) or bool(texts.head(20).str.contains(_STAMP).all())
    compact = stamps and bool(texts.str.contains(_COMPACT).all())
    sample = texts.head(2000)
    if not compact and sample.str.contains(_LOOKS).sum() < 0.02 * len(sample):
        return None
    if not compact and not _may_be_dates(texts):
        return None
    if _are_spans(name, texts):
        return None
    parts = _split(texts, {"compact": _COMPACT} if compact else _FAMILIES)
    if parts is None or not _with_months(parts).any():
        return None
    parts = _year_first(parts.with_columns(weights.alias("n")))
    order, ambiguous, sure = _order(parts, day_first)
    last = _last_of_this_century(name, parts)
    other = rewritten(parts) if sure else None
    if other is not None:
        order, ambiguous, sure = _settle(cells, parts, order, other, last)
    parts = _dated(parts, order, last)
    return _result(cells, parts, ambiguous, sure)


def _may_be_dates(texts: pl.Series) -> bool:
    """Whether some text has the form of a date: of one without the name of a month, where none holds such a name
    (``item 0417`` has the form of ``March 2017``)."""
    lower = texts.str.to_lowercase()
    named = lower.filter(lower.str.contains_any(list(MONTHS))).str.contains(_WITH_MONTH).any()
    return bool(texts.str.contains(_ANY_FAMILY if named else _NOMONTHS).any())


def _are_spans(name: str, texts: pl.Series) -> bool:
    """Whether these are years that reach into the next, such as the financial year 2007/08."""
    years = texts.str.extract_groups(_SPAN).struct.unnest().cast(pl.Int32, strict=False)
    follows = ((years["1"] + 1) % 100 == years["2"]).fill_null(False)
    few = len(texts) < 2 and not _YEARS.search(name)
    return not few and bool(follows.sum() >= 0.95 * len(texts))


def _split(texts: pl.Series, families: Mapping[str, str]) -> pl.DataFrame | None:
    """Return the parts of each text by the first family it fits (all null where none fits)."""
    frame = pl.DataFrame({"text": texts}).with_row_index("i")
    found: list[pl.DataFrame] = []
    left = frame
    for family, pattern in families.items():
        hits = left.filter(pl.col("text").str.contains(pattern))
        if hits.height:
            groups = hits["text"].str.extract_groups(pattern).struct.unnest()
            absent = [pl.lit(None, pl.String).alias(p) for p in _PARTS if p not in groups.columns]
            groups = groups.with_columns(absent).select(_PARTS)
            found.append(hits.with_columns(pl.lit(family).alias("family")).hstack(groups))
            left = left.join(hits.select("i"), on="i", how="anti")
            if left.height == 0:
                break
    if not found:
        return None
    if left.height:
        empty = [pl.lit(None, pl.String).alias(c) for c in ("family", *_PARTS)]
        found.append(left.with_columns(empty))
    return pl.concat(found).sort("i")


def _with_months(parts: pl.DataFrame) -> pl.Series:
    """Return which texts fit a family, and have the name of a month where it wants one."""
    month = parts["mon"].str.to_lowercase()
    return parts["family"].is_not_null() & (month.is_null() | month.is_in(list(MONTHS)))


def _year_first(parts: pl.DataFrame) -> pl.DataFrame:
    """Return the parts with years of two digits taken from the first place, where that has few values, and the last
    has those of days (``24-02-13``)."""
    three = parts.filter(pl.col("family") == "order").select(
        pl.col(c).cast(pl.Int32, strict=False) for c in ("a", "b", "y")
    )
    years, days = three["a"].n_unique(), three["y"].n_unique()
    fits = (
        bool((three["b"].is_between(1, 12) & three["y"].is_between(1, 31)).all()) and three.height == parts.height
    )
    if not fits or days < _DAYS or years > 0.5 * days:
        return parts
    return parts.with_columns(
        pl.lit("ymd").alias("family"), pl.col("y").alias("a"), pl.col("a").str.zfill(2).alias("y")
    )


def _order(parts: pl.DataFrame, day_first: bool | None) -> tuple[pl.Series, int, bool]:
    """Return for each text whether its day comes first, how many cells leave it open, and whether it is settled."""
    a, b = parts["a"].cast(pl.Int32, strict=False), parts["b"].cast(pl.Int32, strict=False)
    mine = (parts["family"] == "order").fill_null(False)
    n = parts["n"]
    day = int(n.filter(mine & (a > 12) & (b <= 12)).sum())
    month = int(n.filter(mine & (b > 12) & (a <= 12)).sum())
    open_ = mine & (a <= 12) & (b <= 12) & (a != b)
    either = int(n.filter(open_).sum())
    if day or month:
        first = day >= month
        settled = min(day, month) == 0
        default = pl.Series([first]).new_from_index(0, parts.height)
        if min(day, month) > 0.1 * (day + month + either):
            own = pl.select(pl.when(b > 12).then(False).when(a > 12).then(True).otherwise(first)).to_series()
            return own, either, False
        return default, 0 if settled else either, settled
    first = _guess(a.filter(mine), b.filter(mine), parts["p"].filter(mine), day_first)
    return pl.Series([first]).new_from_index(0, parts.height), either, either == 0


def _settle(
    cells: pl.Series, parts: pl.DataFrame, order: pl.Series, other: pl.Series, last: int
) -> tuple[pl.Series, int, bool]:
    """Return what :func:`_order` does, where a spreadsheet may have rewritten the texts that are ``other``."""
    turns = closer(*(_in_rows(cells, _dated(parts, first, last)) for first in (order, order ^ other)))
    open_ = 0 if turns is not None else int(parts["n"].filter(other & (parts["a"] != parts["b"])).sum())
    return order ^ other if turns else order, open_, open_ == 0


def _guess(a: pl.Series, b: pl.Series, separator: pl.Series, day_first: bool | None) -> bool:
    if a.n_unique() == 1 and b.n_unique() > 2:
        return True
    if b.n_unique() == 1 and a.n_unique() > 2:
        return False
    if day_first is not None:
        return day_first
    return bool((separator != "/").sum() > 0.5 * len(separator))


def _last_of_this_century(name: str, parts: pl.DataFrame) -> int:
    short = parts["y"].filter((parts["y"].str.len_chars() == 2).fill_null(False))
    return last_of_this_century(name, short.cast(pl.Int32, strict=False).drop_nulls())


def _components(parts: pl.DataFrame, day_first: pl.Series, last: int) -> pl.DataFrame:
    family = pl.col("family")
    swap = (family == "order") & ~pl.lit(day_first)
    month_name = pl.col("mon").str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32)
    a, b = pl.col("a").cast(pl.Int32, strict=False), pl.col("b").cast(pl.Int32, strict=False)
    year = pl.col("y").cast(pl.Int32, strict=False)
    short = pl.col("y").str.len_chars() == 2
    century = year + pl.when(year <= last).then(2000).otherwise(1900)
    layout = pl.when(swap).then(pl.lit("m d y")).otherwise(pl.lit("d m y"))
    hour = pl.col("h").cast(pl.Int32, strict=False)
    half = pl.col("ap").str.to_lowercase().str.head(1)
    same = pl.col("p").is_null() | (pl.col("p") == pl.col("q"))
    return parts.with_columns(
        pl.when(same).then(pl.when(short).then(century).otherwise(year)).alias("year"),
        pl.when(pl.col("mon").is_not_null()).then(month_name).when(swap).then(a).otherwise(b).alias("month"),
        pl.when(family.is_in(["ym", "mony"])).then(1).when(swap).then(b).otherwise(a).alias("day"),
        pl.when(half == "p").then(pl.when(hour == 12).then(12).otherwise(hour + 12))
        .when((half == "a") & (hour == 12)).then(0).otherwise(hour).alias("hour"),
        short.alias("short"),
        (short & (year > last) & (year <= POSIX)).alias("earlier"),
        pl.when(family == "order").then(layout).alias("layout"),
    )  # fmt: skip


def _dated(parts: pl.DataFrame, day_first: pl.Series, last: int) -> pl.DataFrame:
    parts = _components(parts, day_first, last)
    return parts.with_columns(_moment(parts))


def _moment(parts: pl.DataFrame) -> pl.Expr:
    two = {c: pl.col(c).cast(pl.String).str.zfill(2) for c in ("month", "day")}
    clock = [
        pl.col("hour").fill_null(0).cast(pl.String).str.zfill(2),
        pl.col("mi").fill_null("00"),
        pl.col("s").fill_null("00"),
    ]
    fraction = pl.col("f").fill_null("0").str.pad_end(6, "0").str.head(6)
    day = pl.concat_str([pl.col("year").cast(pl.String).str.zfill(4), two["month"], two["day"]], separator="-")
    text = pl.concat_str([day, pl.lit(" "), pl.concat_str(clock, separator=":"), pl.lit("."), fraction])
    moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    zone = pl.col("tz").str.replace_all("[^0-9+-]", "")
    minutes = (
        zone.str.slice(1, 2).cast(pl.Int32, strict=False) * 60
        + zone.str.slice(3, 2).replace("", "0").cast(pl.Int32, strict=False)
    ) * pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    del parts
    shift = pl.duration(minutes=minutes.fill_null(0))
    return (moment - shift).alias("moment")


_LABELS = {
    "ymd": "%Y{p}%m{p}%d",
    "cjk": "%Y年%m月%d日",
    "ym": "%Y-%m",
    "mony": "%b{p}%Y",
    "compact": "%Y%m%d",
    "ctime": "%a %b %d %Y",
}


def _labels(parts: pl.DataFrame) -> dict[str, int]:
    good = parts.filter(pl.col("moment").is_not_null())
    keys = ["family", "p", "layout", "short", pl.col("h").is_not_null().alias("clock")]
    grouped = good.group_by(keys).agg(pl.col("n").sum())
    found: dict[str, int] = {}
    for row in grouped.iter_rows(named=True):
        year = "%y" if row["short"] else "%Y"
        if row["family"] == "order":
            pieces = {"d": "%d", "m": "%m", "y": year}
            label = (row["p"] or "-").join(pieces[c] for c in row["layout"].split())
        elif row["family"] in {"dmon", "mond"}:
            label = f"%d %b {year}" if row["family"] == "dmon" else f"%b %d {year}"
        else:
            label = _LABELS[row["family"]].format(p=row["p"] or " ").replace("%Y", year)
        label += " %H:%M" if row["clock"] else ""
        found[label] = found.get(label, 0) + int(row["n"])
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _in_rows(cells: pl.Series, parts: pl.DataFrame) -> pl.Series:
    """Return the moment of each cell."""
    texts, moments = parts["text"], parts["moment"]
    return told(cells, lambda t: t.replace_strict(texts, moments, default=None, return_dtype=pl.Datetime("us")))


def _result(cells: pl.Series, parts: pl.DataFrame, ambiguous: int, sure: bool) -> DateReading:
    moments = parts["moment"]
    good = moments.is_not_null()
    n = parts["n"]
    parsed = int(n.filter(good).sum())
    labels = _labels(parts)
    clock = parts["h"].filter(good).is_not_null().any()
    midnight = _all_midnight(moments)
    values = _in_rows(cells, parts)
    kind: Literal["date", "datetime"] = "datetime" if clock and not midnight else "date"
    if kind == "date":
        values = values.dt.date()
    notes: dict[str, Any] = {}
    dated = {label.removesuffix(" %H:%M") for label in labels}
    if len(dated) > 1:
        notes["date_formats"] = labels
    if ambiguous and not sure:
        notes["ambiguous_day_month"] = ambiguous
    orders = parts.filter(good & parts["layout"].is_not_null()).group_by("layout").agg(pl.col("n").sum())
    if orders.height > 1:
        notes["mixed_day_month"] = int(orders["n"].sort()[0])
    short = int(n.filter(good & parts["short"].fill_null(False)).sum())
    if short:
        notes["two_digit_years"] = short
    earlier = int(n.filter(good & parts["earlier"].fill_null(False)).sum())
    if earlier:
        notes["last_century"] = earlier
    if parts["tz"].filter(good).is_not_null().any():
        notes["timezone"] = "UTC"
    confidence = 1.0 if sure else 0.6 if len(dated) == 1 else 0.7
    shaped = int(n.filter(_with_months(parts)).sum())
    return DateReading(values, kind, parsed, shaped, next(iter(labels), ""), confidence, notes)


def _all_midnight(moments: pl.Series) -> bool:
    known = moments.drop_nulls()
    return bool((known == known.dt.truncate("1d")).all())


_CLOCK = r"^(?P<h>\d{1,2}):(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d)(?:\.(?P<f>\d{1,6}))?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?$"
_DOTTED = r"^(\d{1,2})\.([0-5]\d)\.([0-5]\d)$"


def read_times(cells: pl.Series, counts: pl.DataFrame | None = None) -> DateReading | None:
    """Read stripped cells as times of day; None where hardly any looks like one. For ``counts`` see
    :func:`read_dates`."""
    texts = (value_counts(cells) if counts is None else counts)["v"]
    if len(texts) == 0:
        return None
    if not texts.head(2000).str.contains("[:.]").any():
        return None
    colons = texts.str.replace(_DOTTED, "$1:$2:$3")
    if colons.head(2000).str.contains(_CLOCK).sum() < 0.02 * min(2000, len(texts)):
        return None
    groups = colons.str.extract_groups(_CLOCK).struct.unnest()
    hour, half = pl.col("h").cast(pl.Int32, strict=False), pl.col("ap").str.to_lowercase().str.head(1)
    full = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    clock = pl.concat_str(
        [full.cast(pl.String).str.zfill(2), pl.col("mi"), pl.col("s").fill_null("00")], separator=":"
    )
    text = pl.concat_str([clock, pl.lit("."), pl.col("f").fill_null("0")])
    times = groups.select(text.str.to_time("%H:%M:%S%.f", strict=False))[:, 0]
    values = told(cells, lambda t: t.replace_strict(texts, times, default=None, return_dtype=pl.Time))
    parsed = len(values) - values.null_count()
    label = "%H:%M:%S" if groups["s"].is_not_null().any() else "%H:%M"
    return DateReading(values, "time", parsed, parsed, label)


_SERIAL = (20_000, 60_000)


def read_serials(name: str, numbers: pl.Series) -> DateReading | None:
    """Read the day numbers of a spreadsheet (30 December 1899 is 0) as dates, if name and values say they are."""
    known = numbers.drop_nulls().cast(pl.Float64)
    if not suggests_date(name) or len(known) == 0 or not known.is_between(*_SERIAL).all():
        return None
    microseconds = (numbers.cast(pl.Float64) * 86_400_000_000).round()
    epoch = -25_569 * 86_400_000_000
    values = (microseconds + epoch).cast(pl.Int64).cast(pl.Datetime("us"))
    whole = bool((known == known.floor()).all())
    notes = {"excel_serial": len(known)}
    kind: Literal["date", "datetime"] = "date" if whole else "datetime"
    days = values.dt.date() if whole else values
    return DateReading(days, kind, len(known), len(known), "Excel serial number", 0.9, notes)
