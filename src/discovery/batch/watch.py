"""Wait until something changes in a folder of drops."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["Waiter", "watching"]


class Waiter:
    """Waits until something changes, time runs out, or ``stop`` is set. ``told``: whether changes are told of."""

    def __init__(self, stop: threading.Event, *, told: bool) -> None:
        self.stop, self.told, self.changed = stop, told, threading.Event()

    def __call__(self, seconds: float) -> None:
        """Wait at most ``seconds``."""
        if not self.told:
            self.stop.wait(seconds)
            return
        left = seconds
        while left > 0 and not self.stop.is_set() and not self.changed.wait(min(0.2, left)):
            left -= 0.2
        self.changed.clear()

    def follow(self, place: str, ended: threading.Event) -> None:
        """Note every change below ``place`` until ``ended`` is set, or the folder is gone."""
        from watchfiles import watch

        with suppress(OSError):
            for _ in watch(place, stop_event=ended, debounce=400, raise_interrupt=False, watch_filter=None):
                self.changed.set()


@contextmanager
def watching(place: str | None, stop: threading.Event) -> Iterator[Waiter]:
    """Give what waits for changes below ``place``, as long as the block runs.

    The operating system tells of them through ``watchfiles`` where that is installed and ``place`` is a local
    folder; else only time runs out. Network file systems tell of nothing, so there must always be a time.
    """
    local = place is not None and "://" not in place and Path(place).is_dir()
    waiter = Waiter(stop, told=local and importlib.util.find_spec("watchfiles") is not None)
    if not waiter.told:
        yield waiter
        return
    ended = threading.Event()
    thread = threading.Thread(target=waiter.follow, args=(str(place), ended), daemon=True)
    thread.start()
    try:
        yield waiter
    finally:
        ended.set()
        thread.join(5)
