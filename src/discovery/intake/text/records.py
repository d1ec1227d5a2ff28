"""Where the records and fields of a delimited text are, found for all bytes at once.

Quotes are matched by the parity of their running count, as in G. Langdale and D. Lemire, "Parsing Gigabytes of
JSON per Second" (2019), section 3. That holds only where quotes open and close at the ends of fields; the lines
where they do not are cut field by field by a tolerant pattern.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from .dialect import Dialect

__all__ = ["Records", "find_records"]

Ints = np.ndarray[Any, np.dtype[np.int64]]
_PIECE = 1 << 20
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Records:
    """Records of a text: first byte, end, number of fields and first line of each.

    Where fields had to be cut one by one, ``data`` is written anew; ``raw`` is what the file has, with where each
    record starts and ends in it.
    """

    data: bytes
    dialect: Dialect
    starts: Ints
    ends: Ints
    counts: Ints
    lines: Ints
    raw: tuple[bytes, Ints, Ints] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, index: int) -> str:
        """Return a record as it stands in the file."""
        data, starts, ends = self.raw or (self.data, self.starts, self.ends)
        return data[int(starts[index]) : int(ends[index])].decode("utf-8", "replace")

    def blank(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which records have nothing but white space in them."""
        empty: np.ndarray[Any, np.dtype[np.bool_]] = (self.ends - self.starts) == 0
        short = np.flatnonzero((self.counts == 1) & ~empty & ((self.ends - self.starts) < 200))
        if len(short) <= 100_000:
            for i in short.tolist():
                empty[i] = not self.data[int(self.starts[i]) : int(self.ends[i])].strip()
        return empty

    def cells(self, index: Ints, width: int) -> pl.DataFrame:
        """Return the first ``width`` fields of the given records as columns of text."""
        names = [str(i) for i in range(width)]
        if len(index):
            frame = self._scan(index, width, names)
            if frame is not None:
                return frame
        rows = [self.fields(i) for i in index.tolist()]
        columns = {
            name: pl.Series(name, [r[k] if k < len(r) else None for r in rows], dtype=pl.String)
            for k, name in enumerate(names)
        }
        return pl.DataFrame(columns)

    def fields(self, index: int) -> list[str]:
        """Return the fields of a record."""
        record = self.data[int(self.starts[index]) : int(self.ends[index])]
        return [f.decode("utf-8", "replace") for f in _cut(record, 0, len(record), self._scanned, False)[0]]

    @property
    def _scanned(self) -> Dialect:
        return replace(self.dialect, quote='"', escape="") if self.raw else self.dialect

    def _scan(self, index: Ints, width: int, names: list[str]) -> pl.DataFrame | None:
        quote = self._scanned.quote or None
        ragged = int(self.counts[index].max()) > width
        head = self.dialect.delimiter.encode() * (width - 1) if int(self.counts[index[0]]) < width else b""
        try:
            frame = pl.read_csv(
                self._slice(index, head),
                separator=self.dialect.delimiter,
                quote_char=quote if quote and quote.encode() in self.data else None,
                has_header=False,
                infer_schema=False,
                new_columns=names,
                truncate_ragged_lines=ragged,
            )
        except pl.exceptions.PolarsError:
            return None
        frame = frame.slice(1) if head else frame
        return frame if frame.shape == (len(index), width) else None

    def _slice(self, index: Ints, head: bytes) -> bytes:
        """Return the given records as one text, below ``head``."""
        whole = len(index) == len(self) and index[0] == 0 and index[-1] == len(self) - 1
        if whole and not head:
            return self.data
        breaks = np.flatnonzero(np.diff(index) != 1) + 1
        firsts = index[np.concatenate(([0], breaks))]
        lasts = index[np.concatenate((breaks - 1, [len(index) - 1]))]
        view = memoryview(self.data)
        pieces = [view[int(self.starts[a]) : int(self.ends[b])] for a, b in zip(firsts, lasts, strict=True)]
        return b"\n".join([head, *pieces, b""] if head else [*pieces, b""])


def find_records(data: bytes, dialect: Dialect) -> Records:
    """Find the records of ``data`` (UTF-8, lines ended by LF) under ``dialect``."""
    quote = dialect.quote.encode() if dialect.quote and dialect.quote.encode() in data else b""
    escaped = bool(dialect.escape) and dialect.escape != dialect.quote and dialect.escape.encode() in data
    if escaped or (quote and not _well_formed(data, dialect)):
        return _mended(data, dialect)
    return _found(data, dialect, quote)


def _found(data: bytes, dialect: Dialect, quote: bytes) -> Records:
    """Find well-formed records, a piece of the data at a time, so that the masks stay small."""
    signs = np.frombuffer(data, dtype=np.uint8)
    ends, fields, lines = [], [], []
    delimiters = line_ends = 0
    inside = False
    for at in range(0, len(signs), _PIECE):
        piece = signs[at : at + _PIECE]
        newline, delimiter = piece == 10, piece == ord(dialect.delimiter)
        before = np.cumsum(newline, dtype=np.int32) if quote else None
        if quote:
            running = np.cumsum(piece == quote[0], dtype=np.uint8)
            outside = (running & 1) == inside
            inside ^= bool(running[-1] & 1)
            newline &= outside
            delimiter &= outside
        stops = np.flatnonzero(newline)
        running_fields = np.cumsum(delimiter, dtype=np.int32)
        ends.append(stops + at)
        fields.append(running_fields[stops].astype(np.int64) + delimiters)
        if before is not None:
            lines.append(before[stops].astype(np.int64) + line_ends)
            line_ends += int(before[-1])
        delimiters += int(running_fields[-1])
    return _joined(data, dialect, ends, fields, lines, delimiters)


def _joined(
    data: bytes, dialect: Dialect, ends: list[Ints], fields: list[Ints], lines: list[Ints], delimiters: int
) -> Records:
    stops, totals = (np.concatenate([*p, np.zeros(0, dtype=np.int64)]) for p in (ends, fields))
    if len(data) and (len(stops) == 0 or stops[-1] != len(data) - 1):
        stops, totals = np.append(stops, len(data)), np.append(totals, delimiters)
    starts = np.concatenate(([0], stops[:-1] + 1)) if len(stops) else stops
    counts = np.diff(totals, prepend=0) + 1
    if lines:
        before = np.concatenate(lines)
        numbers = np.concatenate(([0], before))[: len(stops)] + 1
    else:
        numbers = np.arange(1, len(stops) + 1)
    return Records(data, dialect, starts.astype(np.int64), stops, counts, numbers.astype(np.int64))


def _well_formed(data: bytes, dialect: Dialect) -> bool:
    """Whether quotes open and close at the ends of fields only."""
    signs = np.frombuffer(data, dtype=np.uint8)
    places = _places(signs, ord(dialect.quote))
    if len(places) % 2:
        return False
    opening, closing = places[0::2], places[1::2]
    again = closing[:-1] + 1 == opening[1:]
    at_start = _beside(signs, opening, -1, dialect)
    at_start[1:] |= again
    at_end = _beside(signs, closing, 1, dialect)
    at_end[:-1] |= again
    return bool(at_start.all() and at_end.all())


def _places(signs: Any, sign: int) -> Ints:
    pieces = [np.flatnonzero(signs[at : at + _PIECE] == sign) + at for at in range(0, len(signs), _PIECE)]
    return np.concatenate([*pieces, np.zeros(0, dtype=np.int64)])


def _beside(signs: Any, places: Ints, step: int, dialect: Dialect) -> Any:
    """Return which places are next to a delimiter, a line break or the end of the data."""
    edge = places == (0 if step < 0 else len(signs) - 1)
    near = signs[np.clip(places + step, 0, len(signs) - 1)]
    return edge | (near == 10) | (near == ord(dialect.delimiter))


def _mended(data: bytes, dialect: Dialect) -> Records:
    """Write the lines whose quotes are not well-formed anew, cut by a tolerant pattern, and keep the others."""
    signs = np.frombuffer(data, dtype=np.uint8)
    stops = _places(signs, 10)
    if len(stops) == 0 or stops[-1] != len(signs) - 1:
        stops = np.append(stops, len(signs))
    starts = np.concatenate(([0], stops[:-1] + 1))
    bad = np.flatnonzero(_bad_lines(signs, starts, dialect))
    width = _likely_width(data[:_SAMPLE], dialect)
    pieces: list[bytes] = []
    raw_starts: list[Ints] = []
    raw_ends: list[Ints] = []
    numbers: list[Ints] = []
    line, k = 0, 0
    while line < len(starts):
        k = int(np.searchsorted(bad, line))
        until = int(bad[k]) if k < len(bad) else len(starts)
        if until > line:
            pieces.append(data[int(starts[line]) : int(stops[until - 1])])
            raw_starts.append(starts[line:until])
            raw_ends.append(stops[line:until])
            numbers.append(np.arange(line + 1, until + 1))
        if until == len(starts):
            break
        fields, stop, breaks = _next_record(data, int(starts[until]), dialect, width)
        pieces.append(_written(fields, dialect.delimiter.encode()))
        raw_starts.append(starts[until : until + 1])
        raw_ends.append(np.asarray([stop]))
        numbers.append(np.asarray([until + 1]))
        line = until + breaks + 1
    anew = b"\n".join(pieces) + b"\n"
    found = _found(anew, replace(dialect, quote='"', escape=""), b'"')
    raw = (data, np.concatenate(raw_starts), np.concatenate(raw_ends))
    return replace(found, dialect=dialect, lines=np.concatenate(numbers), raw=raw)


def _bad_lines(signs: Any, starts: Ints, dialect: Dialect) -> Any:
    """Return which lines, each taken for itself, cannot be read by the parity of the quotes."""
    bad = np.zeros(len(starts), dtype=bool)

    def mark(places: Ints) -> None:
        bad[np.searchsorted(starts, places, side="right") - 1] = True

    if dialect.escape and dialect.escape != dialect.quote:
        mark(_places(signs, ord(dialect.escape)))
    if dialect.quote != '"':
        for sign in {dialect.quote, '"'} - {""}:
            mark(_places(signs, ord(sign)))
        return bad
    places = _places(signs, 34)
    if len(places) == 0:
        return bad
    lines = np.searchsorted(starts, places, side="right") - 1
    first = np.searchsorted(places, starts[lines])
    closing = ((np.arange(len(places)) - first) & 1).astype(bool)
    follows = np.zeros(len(places), dtype=bool)
    follows[1:] = (places[1:] == places[:-1] + 1) & closing[:-1]
    precedes = np.zeros(len(places), dtype=bool)
    precedes[:-1] = (places[1:] == places[:-1] + 1) & closing[:-1]
    fine = np.where(
        closing,
        _beside(signs, places, 1, dialect) | precedes,
        _beside(signs, places, -1, dialect) | follows,
    )
    bad[lines[~fine]] = True
    odd = np.bincount(lines, minlength=len(starts)) & 1
    return bad | odd.astype(bool)


def _likely_width(sample: bytes, dialect: Dialect) -> int:
    """Return the number of fields that most records of the sample have."""
    counts: Counter[int] = Counter()
    at = 0
    while at < len(sample) and counts.total() < 1000:
        fields, stop, _ = _next_record(sample, at, dialect, 0)
        counts[len(fields)] += 1
        at = stop + 1
    return counts.most_common(1)[0][0] if counts else 0


@cache
def _field_pattern(dialect: Dialect, loose: bool = False) -> re.Pattern[bytes]:
    """Return the pattern of one field and what ends it; ``loose`` lets a quoted field hold single quotes."""
    d = re.escape(dialect.delimiter)
    blank = "" if dialect.delimiter in " \t" else " *"
    end = rf"(?P<end>{d}|\n|\Z)"
    if not dialect.quote:
        escaped = rf"(?:{re.escape(dialect.escape)}.|[^{d}\n])*" if dialect.escape else rf"[^{d}\n]*"
        return re.compile(rf"(?P<quoted>(?!))?(?P<plain>{escaped}){end}".encode(), re.DOTALL)
    q = re.escape(dialect.quote)
    inside, plain = rf"[^{q}]++|{q}{q}", rf"[^{d}\n]*"
    if dialect.escape and dialect.escape != dialect.quote:
        e = re.escape(dialect.escape)
        inside = rf"{e}.|[^{q}{e}]++|{q}{q}"
        plain = rf"(?:{e}.|[^{d}\n{e}])*"
    if loose:
        inside += rf"|{q}(?!{blank}(?:{d}|\n|\Z))"
    quoted = rf"{blank}{q}(?P<quoted>(?:{inside})*+){q}{blank}(?={d}|\n|\Z)"
    return re.compile(rf"(?:{quoted}|(?P<plain>{plain})){end}".encode(), re.DOTALL)


def _next_record(data: bytes, at: int, dialect: Dialect, width: int) -> tuple[list[bytes], int, int]:
    """Return the fields of the record at ``at``, where it ends, and the line breaks within it.

    A record that is not ``width`` fields wide is read again, its quoted fields allowed to hold single quotes.
    """
    fields, stop = _cut(data, at, len(data), dialect, False)
    quote = dialect.quote.encode()
    framed = any(len(f) > 2 and f[:1] == f[-1:] == quote for f in fields)
    if width and dialect.quote and (framed or len(fields) != width):
        again, there = _cut(data, at, stop, dialect, True)
        if len(again) == width and there == stop:
            fields = again
    return fields, stop, data.count(b"\n", at, stop)


def _cut(data: bytes, at: int, limit: int, dialect: Dialect, loose: bool) -> tuple[list[bytes], int]:
    pattern = _field_pattern(dialect, loose)
    quote, delimiter = dialect.quote.encode(), dialect.delimiter.encode()
    escape = dialect.escape.encode() if dialect.escape != dialect.quote else b""
    fields: list[bytes] = []
    while True:
        match = pattern.match(data, at, limit)
        if match is None:  # an escape at the very end
            fields.append(data[at:limit])
            return fields, limit
        quoted = match["quoted"]
        value = match["plain"] if quoted is None else quoted.replace(quote * 2, quote)
        if escape and escape in value:
            value = re.sub(re.escape(escape) + rb"(.)", rb"\1", value, flags=re.DOTALL)
        fields.append(value)
        if match["end"] != delimiter:
            return fields, match.end() - len(match["end"])
        at = match.end()


def _written(fields: list[bytes], delimiter: bytes) -> bytes:
    """Return a record whose quotes are well-formed."""
    return delimiter.join(
        b'"' + f.replace(b'"', b'""') + b'"' if b'"' in f or b"\n" in f or delimiter in f else f for f in fields
    )
