"""Tables that follow one another in a file of delimited text: which records belong to which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..cells.header import are_names, header_score
from .records import Records

__all__ = ["Ints", "blocks", "usual_width"]

_MOST_SECTIONS = 200
_SECTION = re.compile(r"\[[^\[\]\n]{1,60}\]")
Ints = np.ndarray[Any, np.dtype[Any]]
_PIECE = 1 << 17


def blocks(records: Records) -> list[Ints]:
    """Return the records of each table, in order. Blank records belong to none."""
    full = _filled(records)
    if len(full) == 0:
        return [full]
    counts = records.widths(full)
    if counts.max() < 2:
        return [full]
    apart = np.flatnonzero(full[1:] - full[:-1] > 1) + 1 if len(full) < len(records) else full[:0]
    breaks = np.union1d(apart, _sections(records, full, counts))
    if len(breaks) == 0 or len(breaks) > 200:
        return _split_by_width(records, full)
    pieces = np.split(full, breaks)
    tables: list[Ints] = []
    facts = next((k for k in range(min(4, len(pieces) - 1), 0, -1) if _is_preamble(records, pieces, k)), 0)
    pieces = [np.concatenate(pieces[: facts + 1]), *pieces[facts + 1 :]]
    for piece in pieces:
        width = usual_width(records.widths(piece))
        bare = piece[1:] if int(records.widths(piece[:1])[0]) == 1 else piece  # without its title
        regular = width >= 2 and len(bare) >= 3 and (records.widths(bare) == width).mean() > 0.8
        if regular and tables and _is_table(records, tables[-1]):
            before = usual_width(records.widths(tables[-1]))
            if before != width or _new_header(records, tables[-1], piece):
                tables.append(piece)
                continue
        if tables:
            tables[-1] = np.concatenate((tables[-1], piece))
        else:
            tables.append(piece)
    return tables


def _filled(records: Records) -> Ints:
    """Return the records that are not blank."""
    size = np.uint32 if len(records) < 2**32 else np.int64
    blank = records.blank()
    if not blank.any():
        return np.arange(len(records), dtype=size)
    return np.concatenate(
        [(np.flatnonzero(~blank[at : at + _PIECE]) + at).astype(size) for at in range(0, len(blank), _PIECE)]
    )


def _sections(records: Records, full: Ints, counts: Ints) -> Ints:
    """Return the places of lines that head a section (``[Customers]``), as files of settings have them."""
    lone = np.flatnonzero(counts == 1)
    if not 0 < len(lone) <= _MOST_SECTIONS:
        return lone[:0]
    found = [i for i in lone.tolist() if i and _SECTION.fullmatch(records.text(int(full[i])).strip(" ,;\t"))]
    return np.asarray(found, dtype=np.int64)


def _is_preamble(records: Records, pieces: Sequence[Ints], count: int) -> bool:
    """Whether the first blocks are a few named facts (``Region,EMEA``) above a table that is wider and longer."""
    first, second = np.concatenate(pieces[:count]), pieces[count]
    if len(first) > 15 or len(second) < len(first) or usual_width(records.widths(second)) < 3:
        return False
    if records.widths(first).max() > usual_width(records.widths(second)) or len(first) < 2:
        return False
    fields = [[*filter(str.strip, records.fields(int(i)))] or [""] for i in first]
    if max(map(len, fields)) > 2:
        return False
    names = [f[0].strip().rstrip(":") for f in fields]
    ended = sum(f[0].strip().endswith(":") for f in fields)
    few = len(first) <= 3 or ended > 1 or not all(are_names([f[-1], f"not {f[-1]}"]) for f in fields[1:])
    return few and are_names(names)


def _split_by_width(records: Records, block: Ints) -> list[Ints]:
    """Part two tables that follow one another without a blank line: width and header change at once."""
    counts = records.widths(block)
    after, before = int(counts[-1]), int(counts[0])
    at = int(np.flatnonzero(counts != after)[-1]) + 1 if (counts != after).any() else 0
    if at and counts[at - 1] == after + 1 and are_names(records.fields(int(block[at - 1]))):
        at -= 1  # the header has one field more than its rows
    if after < 2 or before < 2 or at < 3 or len(counts) - at < 3:
        return [block]
    usual = usual_width(counts[:at])
    if (counts[:at] == usual).mean() < 0.9 or abs(before - usual) > 1:
        return [block]
    top, old = records.fields(int(block[at])), records.fields(int(block[0]))
    if top == old:
        return [block]  # the header of a further page
    again = top[0] == old[0] and len(set(top)) == len(top) and all(any(c.isalpha() for c in n) for n in top)
    if not (are_names(top) or again) or not (set(top) & set(old) or after in (before, usual)):
        return [block]
    return [block[:at], block[at:]] if header_score(records.cells(block[at : at + 50], after)) > 0 else [block]


def _is_table(records: Records, piece: Ints) -> bool:
    counts = records.widths(piece)
    return bool(usual_width(counts) >= 2 and (counts == usual_width(counts)).sum() >= 3)


def _new_header(records: Records, before: Ints, piece: Ints) -> bool:
    """Whether a block of the same width starts with another header than the one before."""
    width = usual_width(records.widths(piece))
    head = records.cells(piece[:50], width)
    tops = [records.cells(before[i : i + 1], width).row(0) for i in range(min(10, len(before)))]
    return head.row(0) not in tops and header_score(head) > 0.5


def usual_width(counts: Ints) -> int:
    """Return the commonest number of fields: of two or more, where 30% of the records have so many."""
    if len(counts) == 0:
        return 0
    most = int(counts.max()) + 1
    many = np.zeros(most, dtype=np.int64)
    for at in range(0, len(counts), _PIECE):
        many += np.bincount(counts[at : at + _PIECE], minlength=most)
    wide = many.copy()
    wide[:2] = 0
    if wide.sum() >= 0.3 * many.sum():
        many = wide
    return int(many.argmax())
