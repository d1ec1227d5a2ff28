"""Find the drops of an engagement, tell whether they have settled, and what they are by their content."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from ..errors import DataError
from .found import FoundDrop, is_drop, is_marker, is_unfinished, natural_key

__all__ = ["content_hash", "find_changed", "find_drops", "size_of", "still_the_same"]

_BESIDE = (".done", ".ready", ".success")
_KIND = 0o170000


def find_drops(place: str, *, single: bool = False) -> list[FoundDrop]:
    """Return the drops in natural order of their names (``drop-9`` before ``drop-10``).

    Parameters
    ----------
    place : str
        A folder whose files and folders are a drop each, a glob of them, or an fsspec URL of either. Hidden names
        and those that begin with ``_`` are passed over, and so are README files.
    single : bool
        ``place`` is itself the only drop.

    Raises
    ------
    DataError
        The folder cannot be read.
    """
    if "://" in place:
        from .remote import find_remote

        return find_remote(place, single=single)
    return in_order(filter(None, (_look(*pair) for pair in _candidates(place, single))))


def find_changed(
    place: str, known: Mapping[str, str], *, single: bool = False
) -> tuple[list[str], list[FoundDrop]]:
    """Return the names of all drops, and those drops whose signature is not the known one, in natural order.

    Of the others nothing but the signature is looked at, so that ten thousand cost little.
    """
    if "://" in place:
        found = find_drops(place, single=single)
        return [d.name for d in found], [d for d in found if known.get(d.name) != d.signature]
    candidates = _candidates(place, single)
    changed = []
    for folder, name, marked in candidates:
        before = known.get(name)
        if before is not None and before == _signature_of(f"{folder}/{name}" if folder else name, name):
            continue
        drop = _look(folder, name, marked)
        if drop is not None:
            changed.append(drop)
    return [name for _, name, _ in candidates], in_order(changed)


def in_order(drops: Iterable[FoundDrop]) -> list[FoundDrop]:
    """Return the drops in natural order of their names."""
    return sorted(drops, key=lambda d: natural_key(d.name))


def _candidates(place: str, single: bool) -> list[tuple[str, str, bool]]:
    """Return folder, name, and whether a marker stands beside, of everything that may be a drop."""
    if single:
        return [(*os.path.split(place.rstrip("/")), False)]
    if any(sign in place for sign in "*?["):
        import glob

        paths = [os.path.split(p.rstrip("/")) for p in glob.glob(place)]  # noqa: PTH207 - it may be absolute
    else:
        try:
            paths = [(place, name) for name in os.listdir(place)]  # noqa: PTH208 - ten thousand names
        except OSError as error:
            raise DataError(
                f"the folder of drops cannot be read ({error.strerror})", where=place, mend="Check data.drops."
            ) from None
    paths = [pair for pair in paths if is_drop(pair[1])]
    markers = {pair for pair in paths if pair[1].endswith(_BESIDE)}
    if not markers:
        return [(folder, name, False) for folder, name in paths]
    beside = {(folder, name + sign) for folder, name in paths for sign in _BESIDE} & markers
    return [
        (folder, name, any((folder, name + sign) in beside for sign in _BESIDE))
        for folder, name in paths
        if (folder, name) not in beside
    ]


def _look(folder: str, name: str, marked: bool) -> FoundDrop | None:
    place = f"{folder}/{name}" if folder else name
    files: list[tuple[str, os.stat_result]] = []
    try:
        changed = os.stat(place).st_ctime  # noqa: PTH116 - ten thousand drops
        files = _files(place, name)
        unfinished = any(is_unfinished(inner) for inner, _ in files)
    except FileNotFoundError:
        if not os.path.lexists(place):
            return None
        changed, unfinished = 0.0, True
    except OSError:
        changed, unfinished = 0.0, True
    changed = max([changed, *(max(facts.st_mtime, facts.st_ctime) for _, facts in files)])
    markers = [is_marker(inner) for inner, _ in files]
    return FoundDrop(name, place, _signature(files), changed, marked or any(markers), unfinished, all(markers))


def _signature_of(place: str, name: str) -> str | None:
    try:
        return _signature(_files(place, name))
    except OSError:
        return None


def _signature(files: Sequence[tuple[str, os.stat_result]]) -> str:
    text = "\n".join([f"{name}\0{f.st_size}\0{f.st_mtime_ns}\0{f.st_ino}" for name, f in files])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _files(place: str, name: str) -> list[tuple[str, os.stat_result]]:
    """Return every regular file of a drop with its name in it, in a stable order."""
    try:
        found: list[tuple[str, os.stat_result]] = []
        _add_files(found, place, "")
        return found
    except NotADirectoryError:
        facts = os.stat(place)  # noqa: PTH116
        return [(name, facts)] if stat.S_ISREG(facts.st_mode) else []


def _add_files(found: list[tuple[str, os.stat_result]], place: str, prefix: str) -> None:
    """Add the files below ``place``; hidden ones, links to folders, and what is no file are left out."""
    names = os.listdir(place)  # noqa: PTH208
    if len(names) > 1:
        names.sort()
    for name in names:
        if name[0] == ".":
            continue
        path = f"{place}/{name}"
        facts = os.stat(path)  # noqa: PTH116
        kind = facts.st_mode & _KIND
        if kind == stat.S_IFREG:
            found.append((prefix + name, facts))
        elif kind == stat.S_IFDIR and not os.path.islink(path):  # noqa: PTH114
            _add_files(found, path, f"{prefix}{name}/")


def content_hash(drop: FoundDrop) -> str:
    """Return a SHA-256 over the content, the same whatever the drop is called.

    In a folder the files' names count, of a single file only its ending; markers do not count.
    """
    if "://" in drop.place:
        from .remote import remote_hashes

        return combine(remote_hashes(drop.place))
    from .snapshots import snapshot_hash

    taken = snapshot_hash(drop.place)
    if taken is not None:
        return taken
    path = Path(drop.place)
    if not path.is_dir():
        return combine([("".join(path.suffixes).lower(), _hash(path))])
    return combine([(name, _hash(path / name)) for name, _ in _files(drop.place, drop.name) if not is_marker(name)])


def still_the_same(drop: FoundDrop) -> bool:
    """Whether nothing of a drop was written since it was looked at."""
    if "://" in drop.place:
        from .remote import find_remote

        again = next(iter(find_remote(drop.place, single=True)), None)
    else:
        again = _look(*os.path.split(drop.place), False)
    return again is not None and again.signature == drop.signature


def combine(hashes: Sequence[tuple[str, str]]) -> str:
    """Return one hash over the names and hashes of files."""
    digest = hashlib.sha256()
    for label, content in hashes:
        digest.update(f"{label}\0{content}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def size_of(place: str) -> int:
    """Return how many bytes a drop holds; 0 where that cannot be told."""
    if "://" in place:
        from .remote import remote_size

        return remote_size(place)
    try:
        return sum(facts.st_size for _, facts in _files(place, os.path.basename(place)))  # noqa: PTH119
    except OSError:
        return 0
