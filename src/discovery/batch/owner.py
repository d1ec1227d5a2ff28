"""Who claims a run: a process of a machine, and whether it still lives."""

from __future__ import annotations

import os

__all__ = ["is_dead", "new_owner"]


def _machine() -> str:
    """Return what tells this machine's processes from others': containers may share a host's name."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no file
    except OSError:
        space = ""
    return f"{os.uname().nodename}{space}".replace(":", "")


def new_owner(token: str = "") -> str:
    """Return a name for whoever claims: machine, process, and ``token``, which is else drawn at random."""
    return f"{_machine()}:{os.getpid()}:{token or os.urandom(4).hex()}"


def is_dead(owner: str | None) -> bool:
    """Whether ``owner`` is a process of this machine that no longer is."""
    if owner is None:
        return False
    machine, number, _ = owner.rsplit(":", 2)
    if machine != _machine():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
