"""The kernel's own start: warmed up, tied to its parent's life, with nothing of the user's set-up in it."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import sys
import threading
from typing import Any

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the system to kill this process when its parent ends, however that happens (Linux)."""
    if sys.platform != "linux":
        return
    parent = os.environ.get("JPY_PARENT_PID")
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != int(parent):
        os._exit(1)


def main() -> None:
    """Start the kernel; the imports that every notebook needs are paid while the parent is still importing."""
    die_with_parent()
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(
        [
            *sys.argv[1:],
            "--HistoryManager.enabled=False",
            "--IPKernelApp.exec_PYTHONSTARTUP=False",
            "--InteractiveShell.cache_size=0",
        ]
    )

    app.start()
    end_now()


def end_now() -> None:
    """End the process without waiting for the threads that watch its output, which at times never end."""
    limit = threading.Timer(1.0, os._exit, (0,))
    limit.daemon = True
    limit.start()
    atexit._run_exitfuncs()
    os._exit(0)


if __name__ == "__main__":
    main()
