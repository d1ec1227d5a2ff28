"""Drops in an object store or on another machine, through fsspec."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from ..errors import DataError
from .found import FoundDrop, is_drop, is_marker, is_unfinished, natural_key

__all__ = ["find_remote", "remote_hashes", "remote_size"]

_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "checksum", "generation", "VersionId")


def find_remote(url: str, *, single: bool = False) -> list[FoundDrop]:
    """Return the drops below an fsspec URL, as :func:`~discovery.batch.drops.find_drops` does.

    Raises
    ------
    DataError
        The store cannot be reached, or its fsspec implementation is not installed.
    """
    from ..intake.sources.stores import open_store

    try:
        system, path = open_store(url)
        system.invalidate_cache()
        if single:
            places = [path]
        elif any(sign in path for sign in "*?["):
            places = list(system.glob(path))
        else:
            places = list(system.ls(path, detail=False))
        found = [_look(system, str(p).rstrip("/")) for p in places if is_drop(PurePosixPath(str(p)).name)]
    except Exception as error:
        reason = f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__
        raise DataError(
            f"the store of drops cannot be read ({reason})",
            where=url.split("?")[0].rpartition("@")[2],
            mend="Check data.drops, the network and the credentials; nothing that was recorded is lost.",
        ) from None
    return sorted(found, key=lambda d: natural_key(d.name))


def _look(system: Any, path: str) -> FoundDrop:
    files: Mapping[str, Mapping[str, Any]] = system.find(path, detail=True)
    lines, changed, marked, unfinished, count = [], 0.0, False, False, 0
    for name, facts in sorted(files.items()):
        tag = next((str(facts[t]) for t in _TAGS if facts.get(t)), "")
        time = next((_seconds(facts[t]) for t in _TIMES if facts.get(t) is not None), math.inf)
        inner = str(name).removeprefix(path).lstrip("/") or PurePosixPath(path).name
        lines.append(f"{inner}\0{facts.get('size')}\0{time}\0{tag}")
        changed = max(changed, time)
        marked |= is_marker(inner)
        unfinished |= is_unfinished(inner)
        count += not is_marker(inner)
    signature = hashlib.blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    place = str(system.unstrip_protocol(path))
    return FoundDrop(PurePosixPath(path).name, place, signature, changed, marked, unfinished, count == 0)


def _seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return math.inf


def remote_hashes(url: str) -> list[tuple[str, str]]:
    """Return label and SHA-256 of every file of a drop, as for a local one, so that copies are recognised.

    Raises
    ------
    OSError
        The store cannot be read.
    """
    try:
        return _hashes(url)
    except OSError:
        raise
    except Exception as error:
        raise OSError(type(error).__name__) from None


def _hashes(url: str) -> list[tuple[str, str]]:
    from ..intake.sources.stores import open_store

    system, path = open_store(url)
    path = path.rstrip("/")
    if not system.isdir(path):
        return [("".join(PurePosixPath(path).suffixes).lower(), _hash(system, path))]
    names = sorted(str(n) for n in system.find(path))
    inner = [(n.removeprefix(path).lstrip("/"), n) for n in names]
    kept = [(i, n) for i, n in inner if not is_marker(i) and not any(p.startswith(".") for p in i.split("/"))]
    return [(i, _hash(system, n)) for i, n in kept]


def _hash(system: Any, path: str) -> str:
    with system.open(path, "rb") as opened:
        digest = hashlib.sha256()
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def remote_size(url: str) -> int:
    """Return how many bytes a drop in a store holds; 0 where it does not say."""
    from ..intake.sources.stores import open_store

    try:
        system, path = open_store(url)
        return int(system.du(path))
    except Exception:  # every store has errors of its own
        return 0
