"""Start a run so that it ends with the batch that started it. Run as a file, on the standard library alone.

Arguments: the process id of the batch, a memory limit in megabytes (0: none), the command and its arguments.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel send SIGTERM when the parent dies, however it dies; elsewhere than on Linux, do nothing."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def limit_memory(megabytes: int) -> None:
    """Refuse the process, and each that it starts, more memory of its own than that.

    On Linux files that are only mapped do not count, nor does address space that is reserved and not used.
    """
    if megabytes > 0:
        import resource

        kind = resource.RLIMIT_DATA if sys.platform.startswith("linux") else resource.RLIMIT_AS
        resource.setrlimit(kind, (megabytes << 20, megabytes << 20))


def main(arguments: Sequence[str]) -> None:
    """Become the command."""
    parent, megabytes, command = int(arguments[0]), int(arguments[1]), list(arguments[2:])
    die_with_parent()
    if os.getppid() != parent:
        raise SystemExit(1)
    limit_memory(megabytes)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
