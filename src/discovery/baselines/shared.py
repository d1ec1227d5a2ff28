"""What is worked out once for a frame that several candidates see: its columns, encoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Encoded", "encoded", "shared"]


@dataclass(eq=False)
class Encoded:
    """The encoded columns of one frame.

    Attributes
    ----------
    lent : float
        CPU seconds of work that was found done: what it would have taken more, had it been done again.
    """

    lent: float = 0.0
    _fitted: dict[Hashable, tuple[Any, tuple[Any, Any], float]] = field(default_factory=dict)
    _values: dict[int, tuple[Any, Any]] = field(default_factory=dict)

    def fitted(self, key: Hashable, y: Any, fit: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        """Return a fitted block and its rows: those known under ``key`` for this very ``y``, or new ones."""
        known = self._fitted.get(key)
        if known is not None and known[0] is y:
            self.lent += known[2]
            return known[1]
        start = time.process_time()
        found = fit()
        self._fitted[key] = (y, found, time.process_time() - start)
        return found

    def values(self, block: Any, encode: Callable[[], Any]) -> Any:
        """Return the rows as a fitted block encodes them."""
        known = self._values.get(id(block))
        if known is None:
            # The block is kept with its rows, so that no other can come to have its id.
            known = self._values[id(block)] = (block, encode())
        return known[1]

    @contextmanager
    def changed(self, blocks: list[Any]) -> Iterator[None]:
        """Encode the columns of some blocks anew, as they are changed for now."""
        aside = {id(b): self._values.pop(id(b), None) for b in blocks}
        try:
            yield
        finally:
            for key, known in aside.items():
                self._values.pop(key, None)
                if known is not None:
                    self._values[key] = known


_frames: dict[int, Encoded] = {}


@contextmanager
def shared(*frames: Any) -> Iterator[None]:
    """Share what is worked out for frames that do not change in the meantime, whichever model asks for it.

    A column that does change for a while is named by :meth:`Encoded.changed`.
    """
    with ExitStack() as stack:
        for frame in frames:
            if id(frame) not in _frames:
                _frames[id(frame)] = Encoded()
                stack.callback(_frames.pop, id(frame))
        yield


def encoded(frame: Any) -> Encoded:
    """Return what is known of a frame; nothing, and nothing is kept, where it is not shared."""
    return _frames.get(id(frame)) or Encoded()
