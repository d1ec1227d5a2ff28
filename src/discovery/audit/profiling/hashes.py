"""Salted hashes of cells and rows, by which a later drop is compared without the client's values.

They are those of Polars: not cryptographic, and fast. A row's hash is that of its cells in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from ..context import TableContext

__all__ = ["hash_all", "hash_values", "hashed_rows", "null_cells", "probe"]

CELLS = 3_000_000
"""The most cells of a table of which each has a short hash."""
MIX = np.uint64(0x9E3779B97F4A7C15)
"""An odd number near 2**64 divided by the golden ratio, which scatters well (Knuth 1973)."""

Words = npt.NDArray[np.uint64]


def _seed(salt: str) -> int:
    return int(salt[:16], 16)


def probe(salt: str) -> str:
    """Return the hashes of known values, by which two releases of Polars are told apart that hash differently."""
    seed = _seed(salt)
    known = pl.Series(["discovery", "", "ü"]).hash(seed)
    numbers = pl.Series([1.5, -0.0, 1e300]).hash(seed)
    moments = pl.Series([0, -1, 2**40]).hash(seed)
    return "".join(f"{h:016x}" for h in [*known, *numbers, *moments])


def _hashable(cells: pl.Series) -> pl.Series:
    """One form for values that are equal whatever type they were read as."""
    dtype = cells.dtype
    if dtype.is_numeric():
        return cells.cast(pl.Float64) + 0.0
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        if isinstance(dtype, pl.Datetime) and dtype.time_zone:
            cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return cells.cast(pl.Datetime("us")).to_physical()
    if dtype.is_nested() or dtype == pl.Object or dtype == pl.Binary:
        return cells.map_elements(lambda v: f"{v}", return_dtype=pl.String)
    return cells.cast(pl.String)


def hash_all(columns: Sequence[pl.Series], salt: str) -> list[pl.Series]:
    """Return the hashes of the values of each column, of all columns of a form at once."""
    forms = [_hashable(c) for c in columns]
    found: dict[int, pl.Series] = {}
    for dtype in {f.dtype for f in forms}:
        places = [i for i, f in enumerate(forms) if f.dtype == dtype]
        hashes = pl.concat([forms[i].alias("v") for i in places]).hash(_seed(salt))
        start = 0
        for i in places:
            found[i] = hashes.slice(start, len(forms[i]))
            start += len(forms[i])
    return [found[i] for i in range(len(forms))]


def hash_values(cells: pl.Series, salt: str) -> pl.Series:
    """Return a 64-bit hash of every cell; the few values of a flag are hashed once."""
    if cells.dtype != pl.Boolean:
        return _hashable(cells).hash(_seed(salt))
    yes, no, none = _hashable(pl.Series([True, False, None])).hash(_seed(salt)).to_numpy()
    truth = cells.fill_null(False).to_numpy()
    return pl.Series(np.where(cells.is_null().to_numpy(), none, np.where(truth, yes, no)))


def null_cells(salt: str) -> set[int]:
    """Return the short hashes that a blank cell can have."""
    seed = _seed(salt)
    blanks = [pl.Series([None], dtype=d).hash(seed) for d in (pl.String, pl.Float64, pl.Int64)]
    return {int(b[0] % 65_536) for b in blanks}


def hashed_rows(
    context: TableContext,
    salt: str,
    key: Sequence[str],
    time: str | None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame | None:
    """Return one line a row: hash of its key, hash of the whole row, its day, and short hashes of its cells.

    Parameters
    ----------
    context : TableContext
        The table.
    salt : str
        Hexadecimal.
    key : sequence of str
        The key's columns; without them, or where one is gone, None is returned; so it is for a table beyond memory,
        of which no hash a row is kept.
    time : str or None
        The time column; its day is kept so that the past can be told from what is new.
    columns : sequence of str, optional
        The columns that make the row, in this order; else all of the table.
    """
    names = list(columns) if columns is not None else list(context.frame.columns)
    if context.table.whole is not None:
        return None
    if not key or not {*key, *names} <= set(context.frame.columns) or not context.rows:
        return None
    cells = context.rows * len(names) <= CELLS
    hashes = {n: hash_values(context.frame[n], salt).to_numpy() for n in ([*key, *names] if cells else key)}
    whole = _combined((hashes[n] if n in hashes else hash_values(context.frame[n], salt).to_numpy()) for n in names)
    rows = pl.DataFrame(
        {
            "key": _combined(hashes[n] for n in key),
            "row": whole,
            "row_number": pl.int_range(1, context.rows + 1, dtype=pl.UInt32, eager=True),
        }
    )
    if time is not None and time in context.frame.columns:
        rows = rows.with_columns(context.frame[time].cast(pl.Date, strict=False).alias("day"))
    if cells:
        short = [(hashes[n] % 65_536).astype(np.uint16) for n in names]
        rows = rows.with_columns([pl.Series(f"c{i}", c) for i, c in enumerate(short)])
    return rows


def _combined(hashes: Iterable[Words]) -> Words:
    """Return one hash of several, in their order: their sum weighted by powers of an odd number, modulo 2**64."""
    found: Words | None = None
    for each in hashes:
        found = each.copy() if found is None else np.add(np.multiply(found, MIX, out=found), each, out=found)
    if found is None:
        raise ValueError("no columns")
    return found
