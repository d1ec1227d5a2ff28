"""Where a record with too few or too many fields seems to have gone wrong."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

__all__ = ["Usual", "form", "misfit", "usual_forms", "without_a_blank"]

Usual = Sequence[Mapping[str, float]]
"""What is written in each column: the share of cells of each form, and of each value that is frequent."""

_ROWS = 300
_RARE = 0.02
_CLEAR = 2.0
_FORMS = (
    ("empty", re.compile(r"\s*$")),
    ("number", re.compile(r"\s*[-+]?[\d.,]*\d[\d.,]*\s*%?$")),
    ("date", re.compile(r"\s*\d{1,4}[-/.]\w{1,9}[-/.]\d{1,4}\b.{0,20}$")),
    ("code", re.compile(r"\s*[^\s\d]*\d\S*$")),
    ("word", re.compile(r"\s*\S+$")),
)


def usual_forms(cells: pl.DataFrame) -> Usual:
    """Return what is written in each column of good rows (text, without the header)."""
    some = cells.gather_every(max(1, cells.height // _ROWS))
    usual: list[Mapping[str, float]] = []
    for name in some.columns:
        values = [v or "" for v in some[name].to_list()]
        seen = Counter(f"={v}" for v in values) if len(set(values)) <= 0.2 * len(values) else Counter()
        usual.append({k: n / len(values) for k, n in (seen + Counter(map(form, values))).items()})
    return usual


def misfit(fields: Sequence[str], names: Sequence[str], usual: Usual) -> str:
    """Return in words which column's field seems to be left out, or cut in pieces; '' if that cannot be told.

    Every place is tried, and the one where all fields are most like what their columns hold is taken, if it is
    clearly (by a likelihood of e² to 1) more so than any other.
    """
    lacking = len(names) - len(fields)
    if not lacking or len(usual) != len(names) or abs(lacking) > 3:
        return ""
    scores: list[tuple[float, int]] = []
    for place in range(min(len(names), len(fields)) + (lacking > 0)):
        row = [*fields[:place], *[""] * lacking, *fields[place:]]
        if lacking < 0:
            row = [*fields[:place], " ".join(fields[place : place + 1 - lacking]), *fields[place + 1 - lacking :]]
        used = [i for i in range(len(names)) if not place <= i < place + max(lacking, 0)]
        scores.append((sum(_likely(row[i], usual[i]) for i in used), place))
    (best, place), (second, _) = sorted(scores, reverse=True)[:2]
    if best - second < _CLEAR or not names[min(place, len(names) - 1)]:
        return ""
    name = names[place]
    return f"'{name}' seems to be left out" if lacking > 0 else f"'{name}' seems to be cut at a delimiter"


def without_a_blank(fields: Sequence[str], usual: Usual) -> list[str] | None:
    """Return a row of one field too many, of which the last is blank, without the blank field that clearly pushed
    those behind it out of their columns; None where the row is as likely as it stands."""
    width = len(usual)
    best, row = sum(map(_likely, fields[:width], usual)) + _CLEAR, None
    for place in (i for i in range(width) if not fields[i].strip()):
        other = [*fields[:place], *fields[place + 1 :]]
        score = sum(map(_likely, other, usual))
        if score > best:
            best, row = score, other
    return row


def form(cell: str) -> str:
    """Return what a cell is written like: empty, number, date, code, word or words."""
    return next((name for name, pattern in _FORMS if pattern.match(cell)), "words")


def _likely(cell: str, usual: Mapping[str, float]) -> float:
    known = any(k.startswith("=") for k in usual)
    share = usual.get(f"={cell}", 0.0) if known else usual.get(form(cell), 0.0)
    return math.log(max(share, _RARE if not known else _RARE / 4))
