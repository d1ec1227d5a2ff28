"""Texts that a person would put into shape first: whole rows in quotes, formulas, fixed widths, EBCDIC."""

from __future__ import annotations

import re
from itertools import pairwise

from .dialect import Dialect

__all__ = [
    "from_ebcdic",
    "of_fixed_width",
    "unwrapped",
    "with_plain_quotes",
    "without_formulas",
    "without_rulings",
]

_LINES = 2_000
_MOST_BYTES = 200_000_000
_HEAD = 200_000
_RULER = re.compile(r"[-=]+(?: +[-=]+)+")
_COUNT = re.compile(r"\(\d[\d,. ]* rows?\b.{0,20}\)$")
_FORMULA = re.compile(rb'(^|[,;\t|])="([^"\n]*)"(?=[,;\t|\n]|$)', re.MULTILINE)


_PAIRS = (*map(tuple, ("“”", "„“", "„”", "«»", "»«", "‹›", "‘’", "‚‘", "``", "þþ", "「」")),)
_BOX = re.compile(r"[ \t]*(?:[+├┌└╔╠╚╟][-=+─═┬┼┴╦╬╩┐┤┘╗╣╝╢╪╫:]+|-+(?:\+-+)+)[ \t]*")
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
        field = rf"(?m)(^|[,;\t|\x14])[ \t]*{opening}([^{opening}{closing}\n]*){closing}[ \t]*(?=[,;\t|\x14]|$)"
        inside = [m[1] for m in re.findall(field, head)]
        signs = head.count(opening) + (head.count(closing) if closing != opening else 0)
        kept = any(mark in cell for cell in inside for mark in ",;\t|")
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
    if len(lines) > 4 and lines[0] == lines[2] and _RULER.fullmatch(lines[0].strip()):
        text = data.decode("utf-8", "replace").replace(lines[0], "", 1)
        end = text.rstrip()
        return (end[: -len(lines[0])] if end.endswith(f"\n{lines[0]}") else text).lstrip("\n").encode()
    return data


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


def of_fixed_width(data: bytes, dialect: Dialect) -> bytes | None:
    """Return rows of fixed-width columns as delimited text, where cutting at blanks would part their cells.

    The columns are where all of the lines have blanks in the same places; None where the lines agree with the
    blanks as delimiters, or where there are no such places.
    """
    if not dialect.runs or len(data) > _MOST_BYTES or b"\t" in data[:200_000] or b'"' in data:
        return None
    text = data.decode("utf-8", "replace")
    lines = text.split("\n")
    sample = [line.rstrip() for line in lines[:_LINES] if line.strip()]
    if len(sample) < 4 or len({len(line.split()) for line in sample}) == 1:
        return None
    starts = _below_a_ruler(sample) or _between_blanks(sample)
    if not starts:
        return None
    rows = []
    for line in lines:
        cells = [line] if _COUNT.match(line) else [line[a:b].strip() for a, b in pairwise([*starts, None])]
        rows.append("\x1f".join(cells) if line.strip() else "")
    return "\n".join(rows).encode()


def _below_a_ruler(sample: list[str]) -> list[int]:
    """Return where columns start by the dashes that databases draw below the names."""
    ruler = _RULER.fullmatch(sample[1])
    return [0, *(m.start() for m in list(re.finditer("[-=]+", sample[1]))[1:])] if ruler else []


def _between_blanks(sample: list[str]) -> list[int]:
    width = max(map(len, sample))
    used = [False] * width
    for line in sample:
        for match in re.finditer(r"\S+", line):
            used[match.start() : match.end()] = [True] * (match.end() - match.start())
    spans: list[tuple[int, int]] = []
    for match in re.finditer("1+", "".join("01"[u] for u in used)):
        first, last = match.span()
        if spans and first == spans[-1][1] + 1 and not sample[0][first:last].strip():
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    header = len(re.findall(r"\S+(?: \S+)*", sample[0]))
    if len(spans) < 2 or len(spans) not in {header, len(sample[0].split())}:
        return []
    return [0, *(a for a, _ in spans[1:])]


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
