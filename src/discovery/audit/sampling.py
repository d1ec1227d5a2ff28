"""Rows to try things on before all rows are looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["evenly_spaced", "one_of_each_stretch"]


def evenly_spaced(rows: int, most: int) -> npt.NDArray[np.int64]:
    """Return the positions of at most ``most`` of ``rows`` rows, evenly spaced from the first to the last."""
    return np.unique(np.linspace(0, max(0, rows - 1), min(rows, most)).astype(np.int64))


def one_of_each_stretch(rows: int, most: int) -> npt.NDArray[np.int64]:
    """Return the positions of at most ``most`` of ``rows`` rows: one of each stretch of the table, anywhere in it.

    Tables repeat themselves (hours of a day, shops of a day, sexes by age): of rows that are evenly spaced some
    hours or shops would have none. The same for the same numbers.
    """
    step = -(-rows // most)
    starts = np.arange(0, rows, step, dtype=np.int64)
    places: npt.NDArray[np.int64] = starts + np.random.default_rng(0).integers(0, step, len(starts))
    return places.clip(max=rows - 1)
