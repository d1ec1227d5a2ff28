"""Many small arrays as one: skops has a file for each array, and a model has some for each tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["apart", "together"]

Array = np.ndarray[Any, Any]


def together(arrays: Sequence[Array]) -> tuple[Array, Array]:
    """Return arrays one after another, and the length of each."""
    return np.concatenate(arrays), np.array([len(a) for a in arrays])


def apart(packed: tuple[Array, Array]) -> list[Array]:
    """Return the arrays that :func:`together` was given."""
    return np.split(packed[0], np.cumsum(packed[1])[:-1])
