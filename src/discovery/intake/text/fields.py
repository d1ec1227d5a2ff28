"""The fields of records whose quotes are not well-formed, cut one by one by a tolerant pattern."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from .dialect import Dialect

__all__ = ["cut", "likely_width", "next_record", "written"]


def likely_width(sample: bytes, dialect: Dialect) -> int:
    """Return the number of fields that most records of the sample have."""
    counts: Counter[int] = Counter()
    at = 0
    while at < len(sample) and counts.total() < 1000:
        fields, stop, _ = next_record(sample, at, dialect, 0)
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


def next_record(data: bytes, at: int, dialect: Dialect, width: int) -> tuple[list[bytes], int, int]:
    """Return the fields of the record at ``at``, where it ends, and the line breaks within it.

    A record that is not ``width`` fields wide is read again, its quoted fields allowed to hold single quotes.
    """
    fields, stop = cut(data, at, len(data), dialect, False)
    quote = dialect.quote.encode()
    framed = any(len(f) > 2 and f[:1] == f[-1:] == quote for f in fields)
    if width and dialect.quote and (framed or len(fields) != width):
        again, there = cut(data, at, stop, dialect, True)
        if len(again) == width and there == stop:
            fields = again
    return fields, stop, data.count(b"\n", at, stop)


def cut(data: bytes, at: int, limit: int, dialect: Dialect, loose: bool) -> tuple[list[bytes], int]:
    """Return the fields of the record at ``at``, and its end; ``loose`` lets quoted ones hold single quotes."""
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


def written(fields: list[bytes], delimiter: bytes) -> bytes:
    """Return a record of these fields whose quotes are well-formed."""
    return delimiter.join(
        b'"' + f.replace(b'"', b'""') + b'"' if b'"' in f or b"\n" in f or delimiter in f else f for f in fields
    )
