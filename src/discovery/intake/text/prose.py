"""Running text, which is no table: each line is a row."""

from __future__ import annotations

import re

import polars as pl

from ..cells.assemble import Cells
from ..table import Reading
from .encoding import Decoded

__all__ = ["is_prose", "prose"]

_WORDS = re.compile(r"[(\[“‘\"'*`_]*[^\W\d_]{1,20}(?:[-’'/][^\W\d_]{1,20})*[.,;:!?)\]”’\"'*`_]*$")


def is_prose(data: bytes) -> bool:
    """Whether the lines are running text: many words, nearly all of them plain, ended as sentences are."""
    lines = [line for line in data[:100_000].decode("utf-8", "ignore").split("\n") if line.strip()][:300]
    words = [line.split() for line in lines]
    if not lines or any("\t" in line for line in lines) or sum(map(len, words)) < 6 * len(lines):
        return False
    plain = sum(bool(_WORDS.match(w)) for row in words for w in row) / sum(map(len, words))
    commas = {line.count(",") for line in lines}
    same = len(lines) > 2 and len(commas) == 1 and commas != {0}
    lengths = {len(row) for row in words}
    stops = sum(line.count(". ") + line.rstrip().endswith((".", "!", "?", ":")) for line in lines)
    return (
        plain > 0.85
        and not same
        and (len(lengths) > len(lines) ** 0.5 or len(lines) < 3)
        and stops * 8 > len(lines)
    )


def prose(decoded: Decoded, name: str, source: str) -> Cells:
    """Return the lines of a running text as the rows of a table of one column; blank ones are left out."""
    lines = decoded.data.decode("utf-8", "replace").split("\n")
    rows = [(i, line) for i, line in enumerate(lines, start=1) if line.strip()]
    reading = Reading(
        format="txt",
        encoding=decoded.encoding,
        dialect={"delimiter": "none", "quote": "", "escape": "", "line_ends": decoded.line_ends},
        assumptions=(*decoded.assumptions, "The file is running text: each line became a row"),
        problems=decoded.problems,
    )
    cells = pl.DataFrame({"0": [line for _, line in rows]}, schema={"0": pl.String})
    numbers = pl.Series("line", [i for i, _ in rows], dtype=pl.Int64)
    return Cells(name, source, cells, numbers, reading, header=False)
