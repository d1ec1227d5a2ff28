"""Where the records and fields of a delimited text are, found for all bytes at once.

Quotes are matched by the parity of their running count, as in G. Langdale and D. Lemire, "Parsing Gigabytes of
JSON per Second" (2019), section 3. That holds only where quotes open and close at the ends of fields; the lines
where they do not are cut field by field by a tolerant pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from ..cells.compact import WIDEST, compact_types
from .dialect import Dialect
from .fields import cut, likely_width, next_record, written

__all__ = ["Records", "find_records"]

Ints = np.ndarray[Any, np.dtype[Any]]
_PIECE = 1 << 17
_SAMPLE = 200_000
_SHORT, _LONG, _CELLS = 5, 3_000, 1_000_000
"""Bytes a field below which fields are short; records, and fields, from which on there are many."""
_MANY = 10_000
"""So many stretches of records are picked byte by byte: a slice of each would take more room than they do."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records of a text: end, number of fields and first line of each; the first byte follows the end before.

    Files of very short lines have many of them, so that they are kept in four bytes each where that is enough, and
    not at all where they follow from their number: ``counts`` is then one number, seen again and again, and
    ``line_numbers`` None. Where fields had to be cut one by one, ``data`` is written anew; ``raw`` is what the
    file has, with where each record starts and ends in it.
    """

    data: bytes
    dialect: Dialect
    ends: Ints
    counts: Ints
    line_numbers: Ints | None = None
    raw: tuple[bytes, Ints, Ints] | None = None

    def __len__(self) -> int:
        return len(self.ends)

    def start(self, index: int) -> int:
        """Return where a record starts in ``data``."""
        return int(self.ends[index - 1]) + 1 if index > 0 else 0

    def line(self, index: int) -> int:
        """Return the line of the file in which a record starts."""
        return int(index) + 1 if self.line_numbers is None else int(self.line_numbers[index])

    def lines(self, index: Ints) -> pl.Series:
        """Return the lines in which records start."""
        return pl.Series("line", index + 1 if self.line_numbers is None else self.line_numbers[index])

    def widths(self, index: Ints) -> Ints:
        """Return the number of fields of the given records."""
        if self.counts.strides == (0,):
            return np.broadcast_to(self.counts[:1].reshape(()), len(index)) if len(index) else self.counts[:0]
        return self.counts[index]

    def text(self, index: int) -> str:
        """Return a record as it stands in the file."""
        if self.raw is None:
            return self.data[self.start(index) : int(self.ends[index])].decode("utf-8", "replace")
        data, starts, ends = self.raw
        return data[int(starts[index]) : int(ends[index])].decode("utf-8", "replace")

    def _sizes(self, first: int, stop: int) -> Ints:
        ends = self.ends[max(0, first - 1) : stop].astype(np.int64)
        return np.diff(ends, prepend=-1) - 1 if first == 0 else np.diff(ends) - 1

    def blank(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which records have nothing but white space in them."""
        empty = np.zeros(len(self), dtype=bool)
        short: list[Ints] = []
        for at in range(0, len(self), _PIECE):
            sizes = self._sizes(at, min(at + _PIECE, len(self)))
            empty[at : at + _PIECE] = sizes == 0
            if sum(map(len, short)) <= 100_000:
                lone = (self.counts[at : at + _PIECE] == 1) & (sizes > 0) & (sizes < 200)
                short.append(np.flatnonzero(lone) + at)
        if sum(map(len, short)) <= 100_000:
            for i in [i for part in short for i in part.tolist()]:
                empty[i] = not self.data[self.start(i) : int(self.ends[i])].strip()
        return empty

    def cells(self, index: Ints, width: int, compact: bool = False) -> pl.DataFrame:
        """Return the first ``width`` fields of the given records as columns of text.

        With ``compact``, columns of few texts may be of numbers of texts (:mod:`discovery.intake.cells.compact`)
        where fields are short and many.
        """
        names = [str(i) for i in range(width)]
        short = width <= WIDEST and len(self.data) < _SHORT * len(self) * width
        if compact and short and len(index) >= _LONG and len(index) * width >= _CELLS:
            frame = self._scan(index, width, names, compact_types(self._some(index, width)))
            if frame is not None:
                return frame
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
        record = self.data[self.start(index) : int(self.ends[index])]
        return [f.decode("utf-8", "replace") for f in cut(record, 0, len(record), self._scanned, False)[0]]

    @property
    def _scanned(self) -> Dialect:
        return replace(self.dialect, quote='"', escape="") if self.raw else self.dialect

    def _some(self, index: Ints, width: int) -> pl.DataFrame:
        """Return some thousand of the given records: of their beginning, middle and end."""
        places = (0, (len(index) - _LONG) // 2, len(index) - _LONG)
        parts = [self.cells(index[at : at + _LONG], width) for at in places]
        return pl.concat(parts)

    def _scan(
        self, index: Ints, width: int, names: list[str], types: Sequence[pl.DataType] | None = None
    ) -> pl.DataFrame | None:
        quote = self._scanned.quote or None
        ragged = int(self.widths(index).max()) > width
        head = self.dialect.delimiter.encode() * (width - 1) if int(self.counts[index[0]]) < width else b""
        try:
            frame = pl.read_csv(
                self._slice(index, head),
                separator=self.dialect.delimiter,
                quote_char=quote if quote and quote.encode() in self.data else None,
                has_header=False,
                infer_schema=False,
                new_columns=names,
                schema_overrides=types,
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
        breaks = np.flatnonzero(index[1:] - index[:-1] != 1) + 1
        if len(breaks) > _MANY:
            return (head + b"\n" if head else b"") + self._picked(index)
        firsts = index[np.concatenate(([0], breaks))]
        lasts = index[np.concatenate((breaks - 1, [len(index) - 1]))]
        view = memoryview(self.data)
        pieces = [view[self.start(int(a)) : int(self.ends[b])] for a, b in zip(firsts, lasts, strict=True)]
        return b"\n".join([head, *pieces, b""] if head else [*pieces, b""])

    def _picked(self, index: Ints) -> bytes:
        """Return the given records, each with its line break, picked a stretch of records at a time."""
        kept = np.zeros(len(self), dtype=bool)
        kept[index] = True
        signs = np.frombuffer(self.data, dtype=np.uint8)
        pieces: list[bytes] = []
        for first in range(0, len(self), _PIECE):
            stop = min(first + _PIECE, len(self))
            mask = np.repeat(kept[first:stop], self._sizes(first, stop) + 1)
            at = self.start(first)
            part = signs[at : at + len(mask)]
            pieces.append(part[mask[: len(part)]].tobytes())
        text = b"".join(pieces)
        return text if text.endswith(b"\n") else text + b"\n"


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
    size = np.uint32 if len(data) < 2**32 else np.int64
    stops = np.empty(data.count(b"\n") + 1, dtype=size)
    found = 0
    counts: list[Ints] = []
    lines: list[Ints] = []
    fields = line_ends = 0
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
        places = np.flatnonzero(newline)
        running_fields = np.cumsum(delimiter, dtype=np.int32)
        stops[found : found + len(places)] = places + at
        found += len(places)
        totals = running_fields[places]
        counts.append(_counts([np.diff(totals, prepend=np.int32(-fields)) + np.int32(1)]))
        fields = int(running_fields[-1]) - int(totals[-1]) if len(totals) else fields + int(running_fields[-1])
        if before is not None:
            lines.append((before[places] + line_ends).astype(size))
            line_ends += int(before[-1])
    if len(data) and (found == 0 or stops[found - 1] != len(data) - 1):
        stops[found] = len(data)
        found += 1
        counts.append(np.asarray([fields + 1], dtype=np.int32))
    return Records(data, dialect, stops[:found], _counts(counts), _line_numbers(lines, found, size))


def _counts(pieces: list[Ints]) -> Ints:
    """Return the pieces as one array, which takes no room where all numbers are the same."""
    filled = [p for p in pieces if len(p)]
    if filled and all(bool((p == filled[0][0]).all()) for p in filled):
        return np.broadcast_to(filled[0][0], (sum(map(len, filled)),))
    return np.concatenate([*filled, np.zeros(0, dtype=np.int32)])


def _line_numbers(pieces: list[Ints], records: int, size: Any) -> Ints | None:
    """Return the first line of each record, given how many lines end up to the end of each; None where each record
    takes one line."""
    if not pieces:
        return None
    numbers = np.concatenate([np.zeros(1, dtype=size), *pieces])[:records]
    numbers += size(1)
    return None if records and int(numbers[-1]) == records else numbers


def _well_formed(data: bytes, dialect: Dialect) -> bool:
    """Whether quotes open and close at the ends of fields only."""
    signs = np.frombuffer(data, dtype=np.uint8)
    around = np.zeros(256, dtype=bool)
    around[[s for s in (10, ord(dialect.delimiter), ord(dialect.quote)) if s < 256]] = True
    inside = 0
    for at in range(0, len(signs), _PIECE):
        places = np.flatnonzero(signs[at : at + _PIECE] == ord(dialect.quote)) + at
        opening, closing = places[inside::2], places[1 - inside :: 2]
        first, last = opening[:1] == 0, closing[-1:] == len(signs) - 1
        if not around[signs[opening[1:] - 1 if first.any() else opening - 1]].all():
            return False
        if not around[signs[closing[:-1] + 1 if last.any() else closing + 1]].all():
            return False
        inside ^= len(places) & 1
    return inside == 0


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
    width = likely_width(data[:_SAMPLE], dialect)
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
        fields, stop, breaks = next_record(data, int(starts[until]), dialect, width)
        pieces.append(written(fields, dialect.delimiter.encode()))
        raw_starts.append(starts[until : until + 1])
        raw_ends.append(np.asarray([stop]))
        numbers.append(np.asarray([until + 1]))
        line = until + breaks + 1
    anew = b"\n".join(pieces) + b"\n"
    found = _found(anew, replace(dialect, quote='"', escape=""), b'"')
    raw = (data, np.concatenate(raw_starts), np.concatenate(raw_ends))
    return replace(found, dialect=dialect, line_numbers=np.concatenate(numbers), raw=raw)


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
