"""The common form of a column of codes, as a regular expression that Python, Rust and RE2 read alike."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import polars as pl

__all__ = ["Form", "common_regex"]

MAX_LENGTH = 40
NEEDED = 0.995
_RUN = re.compile(r"([A-Za-z9])\1*|[^A-Za-z9]")
_CLASSES = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern, and how many values lack it."""

    pattern: str
    without: int


def common_regex(values: pl.Series, violations_known: bool = False, counts: pl.Series | None = None) -> Form | None:
    """Return the form that (nearly) all of ``values`` share, None where there is none worth a rule.

    A value's shape is its text with every capital as ``A``, small letter as ``a`` and digit as ``9``. Shapes that
    differ in the length of their runs only are one form. Letters and digits of the values never enter the pattern.
    A form without a digit is no code, and is not proposed.

    Parameters
    ----------
    values : polars.Series
        Text without nulls.
    violations_known : bool
        Whether a finding says that some values break the form; then 80% of values having it are enough.
    counts : polars.Series, optional
        How often each of ``values`` occurs, if they are distinct; else each counts as one.
    """
    n = pl.repeat(1, values.len(), dtype=pl.Int64, eager=True) if counts is None else counts.cast(pl.Int64)
    total = int(n.sum())
    if total == 0 or _mostly_long(values.str.len_chars(), n):
        return None
    needed = 0.8 if violations_known else NEEDED
    coded = values.str.contains("[0-9]")
    if int(n.filter(coded).sum()) < needed * total:
        return None
    shapes = _grouped(values.str.replace_all("[0-9]", "9"), n)  # of codes few are left, so letters cost little
    letters = shapes["shape"].str.replace_all("[A-Z]", "A").str.replace_all("[a-z]", "a")
    shapes = _grouped(letters, shapes["n"])
    if shapes.height > max(50, total // 20):
        return None
    forms: dict[tuple[str, ...], list[tuple[list[int], int]]] = {}
    for shape, count in shapes.iter_rows():
        runs = [m.group() for m in _RUN.finditer(shape)]
        forms.setdefault(tuple(r[0] for r in runs), []).append(([len(r) for r in runs], int(count)))
    signs, members = max(forms.items(), key=lambda f: (sum(c for _, c in f[1]), f[0]))
    share = sum(c for _, c in members) / total
    if share < needed or "9" not in signs or not _plain(signs):
        return None
    lengths = [lengths for lengths, _ in members]
    pattern = "".join(_piece(s, [run[i] for run in lengths]) for i, s in enumerate(signs))
    return Form(f"^{pattern}$", total - sum(c for _, c in members))


def _grouped(shapes: pl.Series, counts: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"shape": shapes, "n": counts}).group_by("shape").agg(pl.col("n").sum())


def _mostly_long(lengths: pl.Series, counts: pl.Series) -> bool:
    """Whether more than a twentieth of the values are longer than any code."""
    long = int(counts.filter(lengths > MAX_LENGTH).sum())
    return long > 0 and long >= int(counts.sum()) - math.floor(0.95 * (int(counts.sum()) - 1) + 0.5)


def _plain(signs: tuple[str, ...]) -> bool:
    """Whether all signs are ASCII and printable: other letters would come along raw."""
    return all(s.isascii() and s.isprintable() for s in signs)


def _piece(sign: str, lengths: list[int]) -> str:
    if sign not in _CLASSES:
        return re.escape(sign)
    least, most = min(lengths), max(lengths)
    if least == most:
        return _CLASSES[sign] + (f"{{{most}}}" if most > 1 else "")
    return f"{_CLASSES[sign]}{{1,{most + 2}}}"
