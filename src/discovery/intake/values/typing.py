"""Cells as text -> typed columns. Nothing is coerced in silence: what does not parse is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from ..cells.compact import as_text, counted, is_compact, told
from ..table import ColumnType, TableColumn, Unparsed, value_counts
from .dates import DateReading, read_dates, read_serials, read_times
from .numbers import NumberReading, apart_by_zeros, as_floats, plain_reading, read_numbers, thinned
from .wide import plain_column, plain_columns
from .words import MISSING_WORDS, suggests_date

__all__ = ["THRESHOLD", "TypedColumns", "type_columns"]

THRESHOLD = 0.9
"""Share of the cells that are neither empty nor words for missing that must parse for a column to be typed."""

UNDECIDED = 0.8
"""How sure it is that ``1,234`` is no 1.234."""
MOSTLY = 0.7
"""Share that must parse where others have the form."""

LONG = 50_000
"""Columns of so many cells are sampled first."""
ENOUGH = 500
LONGEST = 2_000
"""Cells of more bytes are no number and no date."""

MOST_CODES, LEAST_CODE, LEAST_SHARE = 12, 10, 0.02
"""A letter among whole numbers is a level like them in a column of so few levels, if so many cells have it."""


@dataclass(frozen=True, slots=True)
class TypedColumns:
    """Typed columns, in the order of the cells; ``counts`` are the distinct values of those columns of text whose
    values were counted on the way."""

    frame: pl.DataFrame
    columns: Mapping[str, TableColumn]
    decimal: str = ""
    counts: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(slots=True)
class _Cells:
    name: str
    original: str
    stripped: pl.Series
    present: int
    padded: int
    as_is: bool = False
    plain: pl.Series | None = None
    counted: pl.DataFrame | None = None

    @property
    def counts(self) -> pl.DataFrame:
        """The distinct stripped cells with their counts."""
        if self.counted is None:
            self.counted = value_counts(self.stripped)
        return self.counted


def type_columns(
    texts: pl.DataFrame, originals: Sequence[str] | None = None, *, serial_dates: bool = False
) -> TypedColumns:
    """Type each column of a frame of text.

    A column becomes integer, number, boolean, date, datetime or time if at least ``THRESHOLD`` of its cells parse,
    cells that are empty or a word for missing aside. Cells that do not parse are null in the frame and kept as
    :class:`Unparsed`. Decimal mark and day/month order of a column that leaves them open follow those columns
    of the table that settle them. With ``serial_dates``, whole numbers in a column named as a date are days since
    30 December 1899, as spreadsheets count them.
    """
    names = texts.columns
    given = dict(zip(names, originals or names, strict=True))
    kept: dict[str, _Cells] = {}
    first: dict[str, _Read] = {}
    plain = {} if serial_dates else plain_columns(texts, given)
    few: dict[str, pl.DataFrame] = {}
    done: dict[str, tuple[pl.Series, TableColumn]] = {}
    for name, original in given.items():
        if name in plain:
            continue
        compact = is_compact(texts[name])
        if compact and (typed := plain_column(texts[name], few.setdefault(name, counted(texts[name])), original)):
            plain[name] = typed
            continue
        c = _cells(name, original, texts[name])
        first[name] = _plainly_text(c) or _read(c, "", None, serial_dates)
        if compact:
            c.plain = None
            done[name] = _column(c, first[name])
            few[name] = few[name] if c.counted is None else c.counted
        elif c.as_is:
            kept[name] = c
    decimal = _majority(first, sum(c.type == "number" for _, c in plain.values()))
    day_first = _day_first(first)
    frame: dict[str, pl.Series] = {}
    columns: dict[str, TableColumn] = {}
    counts: dict[str, pl.DataFrame] = {}
    for name, original in given.items():
        if name in plain:
            frame[name], columns[name] = plain[name]
            if name in few and columns[name].type == "text":
                counts[name] = few[name]
            continue
        if name in done and not _open(first[name], decimal, day_first):
            frame[name], columns[name] = done[name][0].alias(name), done[name][1]
            if columns[name].type == "text":
                counts[name] = few[name]
            continue
        c, reading = kept.get(name) or _cells(name, original, texts[name]), first.pop(name)
        if _open(reading, decimal, day_first):
            reading = _read(c, decimal, day_first, serial_dates)
        series, column = _column(c, reading)
        frame[name] = series.alias(name)
        columns[name] = column
        if column.type == "text" and c.counted is not None:
            counts[name] = c.counted
    return TypedColumns(pl.DataFrame(list(frame.values())), columns, decimal, counts)


def _cells(name: str, original: str, raw: pl.Series) -> _Cells:
    plain = as_floats(raw) if as_floats(thinned(raw)).is_not_null().any() else None
    if plain is not None and plain.null_count() == raw.null_count():  # a number, so nothing to strip
        return _Cells(name, original, raw, len(raw) - raw.null_count(), 0, True, plain)
    counts: pl.DataFrame | None = None
    if len(raw) >= LONG or is_compact(raw):
        counts = value_counts(raw)
        bare = counts["v"].str.strip_chars()
        if ((bare.str.len_bytes() == counts["v"].str.len_bytes()) & (bare != "")).all():
            return _Cells(name, original, raw, len(raw) - raw.null_count(), 0, True, None, counts)
        counts = counts.with_columns(v=bare).filter(bare != "").group_by("v").agg(pl.col("n").sum())
    raw = as_text(raw)
    stripped = raw.str.strip_chars()
    blank = stripped == ""
    if blank.any():
        stripped = pl.select(pl.when(~blank).then(stripped)).to_series()
    present = len(stripped) - stripped.null_count()
    padded = int((raw.str.len_bytes() != stripped.str.len_bytes()).sum()) if present else 0
    as_is = padded == 0 and stripped.null_count() == raw.null_count()
    return _Cells(name, original, raw if as_is else stripped.alias(name), present, padded, as_is, None, counts)


@dataclass(slots=True)
class _Read:
    type: ColumnType
    values: pl.Series
    number: NumberReading | None = None
    date: DateReading | None = None
    words: int = 0


def _plainly_text(c: _Cells) -> _Read | None:
    """Read a long column as text where no cell of a sample is anything else; None where it must be looked at."""
    if len(c.stripped) < LONG or c.plain is not None or c.present == 0:
        return None
    few = thinned(c.stripped).drop_nulls()
    sample = _read(_Cells(c.name, c.original, few, len(few), 0), "", None, False)
    number, date = sample.number, sample.date
    if (
        sample.type != "text"
        or len(few) - sample.words < ENOUGH
        or (number and number.share)
        or (date and date.parsed)
    ):
        return None
    number = plain_reading(c.counts)
    return _Read("text", c.stripped, number, None, number.words)


def _read(c: _Cells, decimal: str, day_first: bool | None, serial_dates: bool) -> _Read:
    if c.present == 0:
        return _Read("empty", c.stripped)
    if c.plain is None and not c.counts["v"].str.contains(r"\d").any():
        return _read_words(c)
    long = _too_long(c.stripped) if c.plain is None else None
    if long is not None and long.any():
        short = pl.select(pl.when(long).then(pl.lit("a long text")).otherwise(as_text(c.stripped))).to_series()
        reading = _read(replace(c, stripped=short, counted=None), decimal, day_first, serial_dates)
        return replace(reading, values=c.stripped) if reading.type == "text" else reading
    number = read_numbers(c.name, c.stripped, decimal, plain=c.plain)
    words = number.words
    wanted = c.present - words
    eight = number.share >= THRESHOLD and number.values.dtype == pl.Int64 and suggests_date(c.name)
    dated = number.share < THRESHOLD or eight
    date = read_dates(c.name, c.stripped, day_first=day_first, counts=c.counts) if dated else None
    if serial_dates and date is None and number.share >= THRESHOLD:
        date = read_serials(c.name, number.values)
    if date is not None and wanted and _are_dates(date, wanted):
        return _Read(date.type, date.values, number, date, words)
    if number.share >= THRESHOLD:
        if not number.text_reason and _lettered_codes(c, number):
            number = replace(number, text_reason="codes, of which some are letters")
        if (
            number.share == 1
            and number.values.dtype == pl.Float64
            and not number.format
            and apart_by_zeros(c.stripped)
        ):
            number = replace(number, text_reason="names of rows, apart by zeros at their end only")
        if number.text_reason:
            number = replace(number, values=number.values.clear())
            return _Read("text", c.stripped, number, None, words)
        return _Read("integer" if number.values.dtype == pl.Int64 else "number", number.values, number, None, words)
    time = read_times(c.stripped, c.counts)
    if time is not None and wanted and time.parsed >= THRESHOLD * wanted:
        return _Read("time", time.values, number, time, words)
    boolean = _booleans(c)
    if boolean is not None:
        return _Read("boolean", boolean, number, None, words)
    return _Read("text", c.stripped, number, date, words)


def _too_long(cells: pl.Series) -> pl.Series:
    return told(cells, lambda texts: texts.str.len_bytes() > LONGEST).fill_null(False)


def _are_dates(date: DateReading, wanted: int) -> bool:
    """Whether enough of ``wanted`` cells are dates; some may be days that no calendar has (30 February)."""
    if date.parsed >= THRESHOLD * wanted:
        return True
    return date.parsed >= MOSTLY * wanted and date.shaped >= THRESHOLD * wanted


def _lettered_codes(c: _Cells, number: NumberReading) -> bool:
    """Whether whole numbers are codes of a few levels, of which one or two others are letters (1, 2, 3, 5, U)."""
    if c.plain is not None or number.values.dtype != pl.Int64 or c.counts.height > MOST_CODES:
        return False
    words = c.counts.filter(~c.counts["v"].str.contains(r"\d"))
    levels = words.filter(~words["v"].str.to_lowercase().is_in(list(MISSING_WORDS)))
    often = levels["n"].ge(max(LEAST_CODE, LEAST_SHARE * c.present)).all()
    return 1 <= levels.height <= 2 and often and bool(levels["v"].str.contains(r"^[A-Za-z]{1,2}$").all())


def _read_words(c: _Cells) -> _Read:
    """Read cells without a digit, which can be neither numbers nor dates."""
    number = plain_reading(c.counts)
    boolean = _booleans(c)
    return _Read(
        "text" if boolean is None else "boolean",
        c.stripped if boolean is None else boolean,
        number,
        None,
        number.words,
    )


def _booleans(c: _Cells) -> pl.Series | None:
    top = as_text(c.stripped.head(1000))
    if (top.str.len_bytes() <= 7).sum() < len(top.drop_nulls()):
        return None
    known = {"true": True, "t": True, "false": False, "f": False}
    words = {k for k in c.counts["v"].str.to_lowercase().to_list() if k not in MISSING_WORDS}
    if not words or not words <= set(known) or words in ({"f"}, {"t"}):
        return None

    def truth(texts: pl.Series) -> pl.Series:
        return texts.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Boolean)

    return told(c.stripped, truth)


def _majority(readings: Mapping[str, _Read], dots: int) -> str:
    marks = [r.number.decimal for r in readings.values() if r.type == "number" and r.number is not None]
    comma, dot = marks.count(","), marks.count(".") + dots
    return "," if comma > dot else "." if dot else ""


def _day_first(readings: Mapping[str, _Read]) -> bool | None:
    sure = [r.date.format for r in readings.values() if r.date is not None and r.date.confidence == 1.0]
    votes = [f.startswith("%d") for f in sure if f.startswith(("%d", "%m"))]
    return None if not votes else sum(votes) * 2 >= len(votes)


def _open(reading: _Read, decimal: str, day_first: bool | None) -> bool:
    if reading.type in {"date", "datetime"}:
        return day_first is not None and reading.date is not None and "ambiguous_day_month" in reading.date.notes
    number = reading.number
    return decimal == "," and number is not None and number.share >= THRESHOLD and not number.decided


def _column(c: _Cells, reading: _Read) -> tuple[pl.Series, TableColumn]:
    notes: dict[str, Any] = {}
    if c.padded:
        notes["padded"] = c.padded
    if reading.words:
        notes["missing_words"] = reading.words
    number, date = reading.number, reading.date
    format_, confidence = "", 1.0
    unparsed: Sequence[Unparsed] = ()
    if reading.type in {"text", "empty"}:
        wanted = max(1, c.present - reading.words)
        if number is not None and number.share:
            notes["numeric_share"] = round(number.share, 4)
            notes.update(number.notes)
            if number.text_reason:
                notes["kept_as_text"] = number.text_reason
        if date is not None and date.parsed:
            notes["date_share"] = round(date.parsed / wanted, 4)
            notes.update(date.notes)
    else:
        unparsed = _unparsed(c.stripped, reading.values)
        confidence = 1.0 - len(unparsed) / max(1, c.present)
        if date is not None:
            notes.update(date.notes)
            format_, confidence = date.format, confidence * date.confidence
        elif number is not None and reading.type != "boolean":
            notes.update(number.notes)
            format_ = number.format
            if not number.decided and "thousands separators" in format_:
                notes["ambiguous_decimal"], confidence = True, confidence * UNDECIDED
    column = TableColumn(c.name, reading.type, c.original, unparsed, format_, round(confidence, 4), notes)
    return as_text(reading.values), column


def _unparsed(stripped: pl.Series, values: pl.Series) -> Sequence[Unparsed]:
    bad = stripped.is_not_null() & values.is_null()
    if not bad.any():
        return ()
    rows = bad.arg_true()
    texts = as_text(stripped.gather(rows)).to_list()
    return tuple(Unparsed(r + 1, t) for r, t in zip(rows.to_list(), texts, strict=True))
