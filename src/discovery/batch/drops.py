"""Find the drops of an engagement, tell whether they have settled, and what they are by their content."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..engagement import Engagement
from ..errors import DataError

__all__ = ["FoundDrop", "content_hash", "find_drops", "natural_key"]

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", "~")
MARKERS = ("_SUCCESS", "_READY", "_DONE")


@dataclass(frozen=True, slots=True)
class FoundDrop:
    """A file or folder that is, or will be, a drop.

    Attributes
    ----------
    name : str
        Its name in the folder of drops.
    path : Path
        Where it is.
    signature : str
        Names, sizes and times of its files in short: unchanged, if nothing was written.
    changed : float
        When anything of it last changed, in seconds since 1970, by the file system's clock.
    marked : bool
        Whether it holds a marker file that says it is complete.
    unfinished : bool
        Whether a file in it has a name of one that is still being transferred.
    empty : bool
        Whether it holds no file yet.
    """

    name: str
    path: Path
    signature: str
    changed: float
    marked: bool = False
    unfinished: bool = False
    empty: bool = False


def find_drops(engagement: Engagement) -> list[FoundDrop]:
    """Return the drops in natural order of their names (``drop-9`` before ``drop-10``).

    ``data.drops`` is a folder whose files and folders are a drop each, or a glob; hidden names are passed over.

    Raises
    ------
    DataError
        If the engagement names no folder of drops, or it is not there.
    """
    place = engagement.data.drops or engagement.data.path
    if not place:
        raise DataError(
            "the engagement names no folder of drops", where="engagement.yaml", mend="Set data.drops to a folder."
        )
    if any(sign in place for sign in "*?["):
        paths = [Path(p) for p in glob.glob(place)]  # noqa: PTH207 - the pattern may be absolute
    elif engagement.data.drops is None:
        paths = [Path(place)]
    else:
        try:
            paths = list(Path(place).iterdir())
        except OSError as error:
            raise DataError(
                f"the folder of drops cannot be read ({error.strerror})", where=place, mend="Check data.drops."
            ) from None
    found = [_look(p) for p in paths if not p.name.startswith((".", "_"))]
    return sorted((d for d in found if d is not None), key=lambda d: natural_key(d.name))


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a key that orders numbers in names by their value."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(p), "") if p.isdigit() and p.isascii() else (-1, p) for p in parts if p]


def _look(path: Path) -> FoundDrop | None:
    digest = hashlib.blake2b(digest_size=16)
    changed, files, marked, unfinished = 0.0, 0, False, False
    try:
        changed = path.stat().st_ctime if path.is_dir() else 0.0
        for name, stat in _walk(path):
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}\n".encode("utf-8", "replace"))
            changed = max(changed, stat.st_mtime, stat.st_ctime)
            last = name.rpartition("/")[2]
            marked |= last in MARKERS
            unfinished |= last.lower().endswith(_UNFINISHED)
            files += last not in MARKERS
    except FileNotFoundError:
        return None
    return FoundDrop(path.name, path, digest.hexdigest(), changed, marked, unfinished, files == 0)


def _walk(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every file with its name relative to the drop, in a stable order."""
    if not path.is_dir():
        yield path.name, path.stat()
        return
    stack = [(path, "")]
    while stack:
        folder, prefix = stack.pop()
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    stack.append((Path(entry.path), f"{prefix}{entry.name}/"))
                else:
                    yield prefix + entry.name, entry.stat()


def content_hash(drop: FoundDrop) -> str:
    """Return a SHA-256 over the content, the same whatever the drop is called.

    In a folder the files' names count, of a single file only its ending; markers do not count.
    """
    digest = hashlib.sha256()
    single = not drop.path.is_dir()
    for name, _ in _walk(drop.path):
        if name.rpartition("/")[2] in MARKERS:
            continue
        file = drop.path if single else drop.path / name
        label = "".join(file.suffixes).lower() if single else name
        with file.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").hexdigest()
        digest.update(f"{label}\0{content}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
