"""Many small arrays as one: skops has a file for each array, and a model has some for each tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Packed", "apart", "together"]

Array = np.ndarray[Any, Any]


class Packed:
    """An estimator whose trees are saved as a few arrays."""

    _trees_in: str
    """The attribute that holds the trees, once there are some."""

    def _pack(self, trees: Any) -> Any:
        """Return what is saved of the trees."""
        raise NotImplementedError

    def _unpack(self, packed: Any) -> Any:
        """Return the trees again."""
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        """Return what a saved model holds."""
        state = self.__dict__.copy()
        if self._trees_in in state:
            state[self._trees_in] = self._pack(state[self._trees_in])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a saved model holds."""
        self.__dict__.update(state)
        if self._trees_in in state:
            setattr(self, self._trees_in, self._unpack(state[self._trees_in]))


def together(arrays: Sequence[Array]) -> tuple[Array, Array]:
    """Return arrays one after another, and the length of each."""
    return np.concatenate(arrays), np.array([len(a) for a in arrays])


def apart(packed: tuple[Array, Array]) -> list[Array]:
    """Return the arrays that :func:`together` was given."""
    return np.split(packed[0], np.cumsum(packed[1])[:-1])
