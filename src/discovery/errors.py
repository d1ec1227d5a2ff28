"""The errors a user can meet.

Every error is one line: what is wrong, where, and how to mend it. The command line prints that line and exits
with the error's code; a traceback is shown only with ``--debug``.

    DiscoveryError
        InputError              exit 2: the user can mend it
            DataError           a file, folder, table or database that cannot be used
            ColumnError         a column that is not there
            TargetError         a target that cannot be learned
            EngagementError     engagement.yaml is wrong
            ParameterError      a notebook or command parameter is wrong
        RunError                exit 1: the run itself failed
            NotebookError       a cell raised, the kernel died, or time ran out
            PublishError        the artifacts could not be put in place
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "ColumnError",
    "DataError",
    "DiscoveryError",
    "EngagementError",
    "InputError",
    "NotebookError",
    "ParameterError",
    "PublishError",
    "RunError",
    "TargetError",
    "disk_full",
    "suggest",
]


class DiscoveryError(Exception):
    """Base of all errors that Discovery raises on purpose.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence without a full stop.
    where : str, optional
        The file, table, column or line it is wrong in.
    mend : str, optional
        What the user can do about it.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(what, where, mend)

    def __str__(self) -> str:
        parts = (f"{self.where}: " if self.where else "") + self.what
        line = f"{parts}. {self.mend}" if self.mend else parts
        return " ".join(line.split())

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.mend)


def _rebuild(kind: type[DiscoveryError], what: str, where: str, mend: str) -> DiscoveryError:
    return kind(what, where=where, mend=mend)


class InputError(DiscoveryError):
    """The input or the usage is wrong; the user can mend it."""

    exit_code = 2


class DataError(InputError):
    """A file, folder, table or database cannot be used."""


class ColumnError(InputError):
    """A column that was named is not in the table."""


class TargetError(InputError):
    """The target cannot be learned from this table."""


class EngagementError(InputError):
    """The engagement file is wrong."""


class ParameterError(InputError):
    """A parameter of a notebook or a command is wrong."""


class RunError(DiscoveryError):
    """The run failed for a reason that is not the user's input."""


class NotebookError(RunError):
    """A cell raised, the kernel died, or the time ran out."""


class PublishError(RunError):
    """The artifacts of a run could not be put in place."""


def disk_full(error: BaseException | None) -> bool:
    """Whether an error goes back to a disk, or a quota on it, that is full: told by its number, or in words."""
    while error is not None:
        if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "No space left on device" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean 'x'?"`` or a list of what there is, for use as ``mend``."""
    names = list(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6) or [n for n in names if n.casefold() == name.casefold()]
    if close:
        return f"Did you mean '{close[0]}'?"
    shown = ", ".join(sorted(names)[:12])
    return f"Known: {shown}{', …' if len(names) > 12 else ''}" if names else ""
