"""A drop that was found in a folder or a store, and what names of files say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MARKERS", "FoundDrop", "is_drop", "is_marker", "is_unfinished", "natural_key"]

MARKERS = ("_SUCCESS", "_READY", "_DONE")
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", "~")
_NO_DROP = frozenset({"readme.md", "readme.txt", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class FoundDrop:
    """A file or folder that is, or will be, a drop.

    Attributes
    ----------
    name : str
        Its name in the folder of drops.
    place : str
        Its path or URL.
    signature : str
        Names, sizes, times and inodes of its files in short: unchanged, if nothing was written.
    changed : float
        When anything of it last changed, in seconds since 1970, by the file system's clock; infinite, if the store
        does not say.
    marked : bool
        Whether a marker file says that it is complete.
    unfinished : bool
        Whether a file in it has a name of one that is still being transferred, or cannot be read.
    empty : bool
        Whether it holds no file yet.
    """

    name: str
    place: str
    signature: str
    changed: float
    marked: bool = False
    unfinished: bool = False
    empty: bool = False


def is_drop(name: str) -> bool:
    """Whether a name in a folder of drops may be that of a drop."""
    return name[0] not in "._" and name.lower() not in _NO_DROP


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a key that orders numbers in names by their value."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(p), "") if p.isdigit() and p.isascii() else (-1, p) for p in parts if p]


def is_marker(name: str) -> bool:
    """Whether a file in a drop says that it is complete."""
    return name.rpartition("/")[2] in MARKERS


def is_unfinished(name: str) -> bool:
    """Whether a file has the name of one that is still being transferred."""
    return name.lower().endswith(_UNFINISHED)
