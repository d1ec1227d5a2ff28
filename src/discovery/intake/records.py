"""Where the records and fields of a delimited text are, found for all bytes at once.

Quotes are matched by the parity of their running count, as in G. Langdale and D. Lemire, "Parsing Gigabytes of
JSON per Second" (2019), section 3. That holds only where quotes open and close at the ends of fields; where
they do not, fields are cut one by one by a tolerant pattern.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from .dialect import Dialect

__all__ = ["Records", "find_records"]

Ints = np.ndarray[Any, np.dtype[np.int64]]


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
        rows = [self._fields(i) for i in index.tolist()]
        columns = {
            name: pl.Series(name, [r[k] if k < len(r) else None for r in rows], dtype=pl.String)
            for k, name in enumerate(names)
        }
        return pl.DataFrame(columns)

    def _fields(self, index: int) -> list[str]:
        text = self.data[int(self.starts[index]) : int(self.ends[index])].decode("utf-8", "replace")
        fields: list[str] = next(iter(_tolerant(text, self._scanned)), ([""], 0, 0))[0]
        return fields

    @property
    def _scanned(self) -> Dialect:
        return replace(self.dialect, quote='"', escape="") if self.raw else self.dialect

    def _scan(self, index: Ints, width: int, names: list[str]) -> pl.DataFrame | None:
        quote = self._scanned.quote or None
        head = b""
        if int(self.counts[index].max()) < width or int(self.counts[index[0]]) < width:
            head = self.dialect.delimiter.encode() * (width - 1) + b"\n"
        try:
            frame = pl.read_csv(
                io.BytesIO(head + self._slice(index)),
                separator=self.dialect.delimiter,
                quote_char=quote if quote and quote.encode() in self.data else None,
                has_header=False,
                infer_schema=False,
                new_columns=names,
                truncate_ragged_lines=int(self.counts[index].max()) > width,
            )
        except pl.exceptions.PolarsError:
            return None
        frame = frame.slice(1) if head else frame
        return frame if frame.shape == (len(index), width) else None

    def _slice(self, index: Ints) -> bytes:
        """Return the given records as one text."""
        if len(index) == 0:
            return b""
        breaks = np.flatnonzero(np.diff(index) != 1) + 1
        firsts = index[np.concatenate(([0], breaks))]
        lasts = index[np.concatenate((breaks - 1, [len(index) - 1]))]
        pieces = [self.data[int(self.starts[a]) : int(self.ends[b])] for a, b in zip(firsts, lasts, strict=True)]
        return (pieces[0] if len(pieces) == 1 else b"\n".join(pieces)) + b"\n"


def find_records(data: bytes, dialect: Dialect) -> Records:
    """Find the records of ``data`` (UTF-8, lines ended by LF) under ``dialect``."""
    signs = np.frombuffer(data, dtype=np.uint8)
    newline = signs == 10
    delimiter = signs == ord(dialect.delimiter)
    lines_before = None
    if dialect.quote and dialect.quote.encode() in data:
        quotes = signs == ord(dialect.quote)
        if not _well_formed(signs, quotes, dialect):
            return _cut(data, dialect)
        outside = (np.cumsum(quotes, dtype=np.uint8) & 1) == 0
        all_lines = np.flatnonzero(newline)
        newline &= outside
        delimiter &= outside
        lines_before = all_lines
    if dialect.escape and dialect.escape != dialect.quote and dialect.escape.encode() in data:
        return _cut(data, dialect)
    ends = np.flatnonzero(newline)
    if len(data) and (len(ends) == 0 or ends[-1] != len(data) - 1):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    counts = np.add.reduceat(delimiter, starts, dtype=np.int64) + 1 if len(starts) else starts
    count = len(ends)
    lines = np.arange(1, count + 1) if lines_before is None else np.searchsorted(lines_before, starts) + 1
    return Records(data, dialect, starts.astype(np.int64), ends.astype(np.int64), counts, lines)


def _well_formed(signs: Any, quotes: Any, dialect: Dialect) -> bool:
    places = np.flatnonzero(quotes)
    if len(places) % 2:
        return False
    opening, closing = places[0::2], places[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    at_start = (opening == 0) | (before == 10) | (before == ord(dialect.delimiter))
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[:-1] + 1
    after = signs[np.minimum(closing + 1, len(signs) - 1)]
    at_end = (closing == len(signs) - 1) | (after == 10) | (after == ord(dialect.delimiter))
    again = np.zeros(len(closing), dtype=bool)
    again[:-1] = closing[:-1] + 1 == opening[1:]
    return bool((at_start | doubled).all() and (at_end | again).all())


def _cut(data: bytes, dialect: Dialect) -> Records:
    """Cut fields one by one, and write them anew such that quotes are well-formed."""
    content = io.BytesIO()
    buffer = io.TextIOWrapper(content, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(buffer, delimiter=dialect.delimiter, lineterminator="\n")
    starts, ends, lines = array("q"), array("q"), array("q")
    line, at = 1, 0
    for fields, size, breaks in _tolerant(data.decode("utf-8", "replace"), dialect):
        if fields == [""]:
            buffer.write("\n")
        else:
            writer.writerow(fields)
        starts.append(at)
        ends.append(at + size)
        lines.append(line)
        at += size + 1
        line += breaks + 1
    buffer.flush()
    anew = find_records(content.getvalue(), replace(dialect, quote='"', escape=""))
    raw = (np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64))
    return replace(anew, dialect=dialect, lines=np.asarray(lines, dtype=np.int64), raw=(data, *raw))


def _field_pattern(dialect: Dialect) -> re.Pattern[str]:
    d = re.escape(dialect.delimiter)
    blank = "" if dialect.delimiter in " \t" else " *"
    if not dialect.quote:
        escaped = rf"(?:{re.escape(dialect.escape)}.|[^{d}\n])*" if dialect.escape else rf"[^{d}\n]*"
        return re.compile(rf"(?P<quoted>(?!))?(?P<plain>{escaped})(?P<end>{d}|\n|\Z)", re.DOTALL)
    q = re.escape(dialect.quote)
    inside = rf"[^{q}]++|{q}{q}"
    plain = rf"[^{d}\n]*"
    if dialect.escape and dialect.escape != dialect.quote:
        e = re.escape(dialect.escape)
        inside = rf"{e}.|[^{q}{e}]++|{q}{q}"
        plain = rf"(?:{e}.|[^{d}\n{e}])*"
    quoted = rf"{blank}{q}(?P<quoted>(?:{inside})*+){q}{blank}(?={d}|\n|\Z)"
    return re.compile(rf"(?:{quoted}|(?P<plain>{plain}))(?P<end>{d}|\n|\Z)", re.DOTALL)


def _tolerant(text: str, dialect: Dialect) -> Any:
    """Yield the fields, the size in bytes and the inner line breaks of each record."""
    pattern = _field_pattern(dialect)
    escape = dialect.escape if dialect.escape != dialect.quote else ""
    unescape = re.compile(re.escape(escape) + r"(.)", re.DOTALL) if escape else None
    fields: list[str] = []
    start = at = 0
    length = len(text)
    while at < length:
        match = pattern.match(text, at)
        if match is None:  # an escape at the very end
            fields.append(text[at:])
            at = length
            break
        quoted = match["quoted"]
        value = match["plain"] if quoted is None else quoted.replace(dialect.quote * 2, dialect.quote)
        fields.append(unescape.sub(r"\1", value) if unescape and escape in value else value)
        at = match.end()
        if match["end"] != dialect.delimiter:
            stop = at - len(match["end"])
            piece = text[start:stop]
            yield fields, len(piece.encode("utf-8", "replace")), piece.count("\n")
            fields, start = [], at
    if fields:
        if text.endswith(dialect.delimiter):
            fields.append("")
        piece = text[start:length]
        yield fields, len(piece.encode("utf-8", "replace")), piece.count("\n")
