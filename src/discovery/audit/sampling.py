"""Rows to try things on before all rows are looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["evenly_spaced"]


def evenly_spaced(rows: int, most: int) -> npt.NDArray[np.int64]:
    """Return the positions of at most ``most`` of ``rows`` rows, evenly spaced from the first to the last."""
    return np.unique(np.linspace(0, max(0, rows - 1), min(rows, most)).astype(np.int64))
