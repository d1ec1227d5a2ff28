"""Texts that a person would put into shape first: whole rows in quotes, formulas, drawn lines, EBCDIC."""

from __future__ import annotations

import re

from .fixed_width import RULER

__all__ = [
    "from_ebcdic",
    "from_records",
    "unwrapped",
    "with_plain_quotes",
    "without_formulas",
    "without_rulings",
]

_LINES = 2_000
_MOST_BYTES = 200_000_000
_HEAD = 200_000
_FORMULA = re.compile(rb'(^|[,;\t|])="([^"\n]*)"(?=[,;\t|\n]|$)', re.MULTILINE)


_PAIRS = (*map(tuple, ("“”", "„“", "„”", "«»", "»«", "‹›", "‘’", "‚‘", "``", "þþ", "「」", "~~", "||")),)
_BOX = re.compile(r"[ \t]*(?:[+├┌└╔╠╚╟][-=+─═┬┼┴╦╬╩┐┤┘╗╣╝╢╪╫:]+|-+(?:\+-+)+)[ \t]*")
_RECORD = re.compile(rb"(?:-\[ RECORD \d+ \][-+]*|\*{5,} \d+\. row \*{5,})\s*(?:\n|$)")
_BARS = str.maketrans("│║┃", "|||")


def with_plain_quotes(data: bytes) -> tuple[bytes, str] | None:
    """Return the text with plain quotes for other signs around cells, and which signs; None where there are none.

    They are quotes where nearly all of them open or close a cell, and there is a delimiter between two of them or
    the header stands in them.
    """
    head = data[:_HEAD].decode("utf-8", "ignore")
    for opening, closing in _PAIRS:
        if head.count(opening) < 3:
            continue
        a, b, marks = re.escape(opening), re.escape(closing), "".join(m for m in ",;\t|^\x14" if m != opening)
        marks = rf"[{re.escape(marks)}]"
        field = rf"(?m)(^|{marks})[ \t]*{a}([^{a}{b}\n]*){b}[ \t]*(?={marks}|$)"
        inside = [m[1] for m in re.findall(field, head)]
        signs = head.count(opening) + (head.count(closing) if closing != opening else 0)
        plain = opening in "~|"  # which delimit as well
        kept = not plain and any(mark in cell for cell in inside for mark in ",;\t|")
        if 2 * len(inside) >= 0.8 * signs and (kept or head.lstrip().startswith(opening)) and '"' not in head:
            text = re.sub(field, r'\1"\2"', data.decode("utf-8", "replace"))
            return text.encode(), f"{opening} and {closing}" if opening != closing else opening
    return None


def without_rulings(data: bytes) -> bytes:
    """Return a table that is drawn with lines, as terminals print it, with its lines left blank."""
    head = data[:_HEAD].decode("utf-8", "ignore")
    lines = [line for line in head.split("\n") if line.strip()]
    ruled = [i for i, line in enumerate(lines[:_LINES]) if _BOX.fullmatch(line)]
    if ruled and ruled[0] < 5 and any(s in head for s in "|│║┃"):
        text = data.decode("utf-8", "replace").translate(_BARS)
        return "\n".join("" if _BOX.fullmatch(line) else line for line in text.split("\n")).encode()
    if len(lines) > 4 and lines[0] == lines[2] and RULER.fullmatch(lines[0].strip()):
        text = data.decode("utf-8", "replace").replace(lines[0], "", 1)
        end = text.rstrip()
        return (end[: -len(lines[0])] if end.endswith(f"\n{lines[0]}") else text).lstrip("\n").encode()
    return data


def from_records(data: bytes) -> bytes | None:
    """Return records that are written one field a line, as ``psql -x`` and ``\\G`` print them, as delimited rows.

    Each row is where its record began; None where there are none.
    """
    if not _RECORD.match(data[:_HEAD].lstrip(b"\n")) or b"\x1f" in data:
        return None
    names: dict[str, None] = {}
    records: list[tuple[int, dict[str, str]]] = []
    last = ""
    lines = data.decode("utf-8", "replace").split("\n")
    for number, line in enumerate(lines):
        if _RECORD.match(line.encode()):
            records.append((number, {}))
            last = ""
            continue
        name, mark, value = line.partition(" | " if " | " in line else ": ")
        if mark and records and not (name.strip() == "" and last):
            last = name.strip()
            names[last] = None
            records[-1][1][last] = value.strip()
        elif records and last and line.strip(" |+"):
            records[-1][1][last] += " " + line.strip(" |+")
    first = records[0][0]
    rows = [""] * (len(lines) + 1)
    rows[first] = "\x1f".join(names)
    for number, fields in records:
        rows[number + (number == first)] = "\x1f".join(fields.get(n, "") for n in names)
    return "\n".join(rows).encode() if len(names) > 1 else None


def unwrapped(data: bytes) -> bytes | None:
    """Return the rows without the quotes around each whole row; None where they are not so quoted."""
    if not data.startswith(b'"'):
        return None
    lines = [line for line in data[:200_000].split(b"\n")[:_LINES] if line.strip()]
    inner = [line.strip()[1:-1] for line in lines[: len(lines) - (len(data) > 200_000)]]
    if len(inner) < 3 or not all(_is_wrapped(line) for line in lines[: len(inner)]):
        return None
    for mark in (b",", b";", b"\t", b"|"):
        counts = {line.count(mark) for line in inner}
        if max(counts) and (len(counts) == 1 or b'""' in data[:200_000]):
            return re.sub(rb'(?m)^[ \t]*"|"[ \t]*$', b"", data).replace(b'""', b'"')
    return None


def without_formulas(data: bytes) -> bytes:
    """Return the text with cells such as ``="00123"``, which spreadsheets keep as text, as quoted cells."""
    if data[:_HEAD].count(b'="') < 3:
        return data
    return _FORMULA.sub(rb'\1"\2"', data)


def _is_wrapped(line: bytes) -> bool:
    line = line.strip()
    return len(line) > 2 and line[:1] == line[-1:] == b'"' and b'"' not in line[1:-1].replace(b'""', b"")


def from_ebcdic(raw: bytes) -> str | None:
    """Return the text of a file from a mainframe; None where it is none."""
    head = raw[:20_000]
    if b"\n" in head or not head or head.count(b"\x40") + head.count(b"\x6b") < 0.02 * len(head):
        return None
    text = head.decode("cp500")
    plain = sum(c.isalnum() or c in " ,;.:|-+/'\"()\t\r\n\x85_@#%&*?!" for c in text)
    ends = text.count("\x85") + text.count("\n") + text.count("\r")
    ascii_ = sum(c < "\x80" or c == "\x85" for c in text)
    if not ends or plain < 0.97 * len(text) or ascii_ < 0.9 * len(text):
        return None
    return raw.decode("cp500").replace("\x85", "\n")
