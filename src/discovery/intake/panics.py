"""Libraries written in Rust report a panic on the standard error, beside the exception that they raise."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import IO

__all__ = ["quiet"]

_lock = Lock()
_inside: list[tuple[int, IO[bytes]]] = []
_depth = 0
_ERRORS = 2
_MARK = b"panicked at"


@contextmanager
def quiet() -> Iterator[None]:
    """Hold the standard error of the process back, and drop it if it is the report of a panic."""
    global _depth
    with _lock:
        _depth += 1
        if _depth == 1:
            _hold()
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _release()


def _hold() -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    with suppress(OSError):
        held = tempfile.TemporaryFile()  # noqa: SIM115  # closed by _release
        _inside.append((os.dup(_ERRORS), held))
        os.dup2(held.fileno(), _ERRORS)


def _release() -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    while _inside:
        saved, held = _inside.pop()
        os.dup2(saved, _ERRORS)
        os.close(saved)
        with held:
            held.seek(0)
            said = held.read()
        if said and _MARK not in said:
            with suppress(OSError):
                os.write(_ERRORS, said)
