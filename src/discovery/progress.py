"""Progress of long work: a line on a terminal, nothing where there is none.

A kernel cannot write to its parent's terminal, and what it prints lands in the executed notebook. So it appends
to the file that ``DISCOVERY_PROGRESS`` names, and the parent shows the last line of that.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ENVIRONMENT", "Progress", "following", "kernel_progress", "on_terminal"]

ENVIRONMENT = "DISCOVERY_PROGRESS"
Progress = Callable[[str], None]


def silent(text: str) -> None:
    """Show nothing."""


def kernel_progress() -> Progress:
    """Return what shows progress in a kernel: a line in the parent's file, or nothing."""
    path = os.environ.get(ENVIRONMENT)
    if not path:
        return silent

    def note(text: str) -> None:
        try:
            with Path(path).open("a", encoding="utf-8", errors="replace") as file:
                file.write(" ".join(text.split()) + "\n")
        except OSError:
            return

    return note


@contextmanager
def on_terminal(*, quiet: bool = False) -> Iterator[Progress]:
    """Give what shows the latest text beside a spinner, as long as the block runs; silent off a terminal."""
    if quiet:
        yield silent
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    from rich.markup import escape

    with console.status("Starting …", spinner="dots") as status:
        yield lambda text: status.update(escape(text[:200]))


@contextmanager
def following(path: Path, show: Progress, interval: float = 0.2) -> Iterator[None]:
    """Show the last line of ``path`` whenever it grows, as long as the block runs."""
    if show is silent:
        yield
        return
    stop = threading.Event()

    def follow() -> None:
        seen = 0
        while not stop.wait(interval):
            try:
                size = path.stat().st_size
                if size > seen:
                    with path.open("rb") as file:
                        file.seek(max(0, size - 4096))
                        lines = file.read().decode("utf-8", "replace").split("\n")
                    show(next((line for line in reversed(lines) if line), ""))
                    seen = size
            except OSError:
                continue

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
