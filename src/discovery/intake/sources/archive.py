"""gzip and zip, with limits against bombs; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...errors import DataError

__all__ = ["Limits", "gunzip", "members"]


_PIECE, _SLICE = 1 << 20, 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: bytes in all, bytes out per byte in (beyond ``free``), members."""

    bytes: int = 4 * 2**30
    ratio: int = 300
    free: int = 64 * 2**20
    members: int = 2_000


def gunzip(data: bytes, where: str, limits: Limits | None = None) -> bytes:
    """Return the content of gzip data, of one or several members.

    Raises
    ------
    DataError
        If it is cut off, damaged or a bomb.
    """
    limits = limits or Limits()
    cap = min(limits.bytes, max(limits.free, limits.ratio * len(data)))
    if int.from_bytes(data[-4:], "little") > cap and _unpacked(data, cap) > cap:
        raise _bomb(where)
    out: list[bytes] = []
    size, rest = 0, data
    while rest[:2] == b"\x1f\x8b":
        worker = zlib.decompressobj(31)
        try:
            piece = worker.decompress(rest, cap - size + 1)
        except zlib.error:
            raise DataError("the gzip file is damaged", where=where, mend="Ask for it again.") from None
        size += len(piece)
        out.append(piece)
        if size > cap:
            raise _bomb(where)
        if not worker.eof:
            raise DataError("the gzip file ends too early", where=where, mend="Ask for it again, whole.")
        rest = worker.unused_data.lstrip(b"\0")
    return out[0] if len(out) == 1 else b"".join(out)


def _unpacked(data: bytes, cap: int) -> int:
    """Return how many bytes the first member of gzip data unpacks to, counted up to ``cap`` but not kept."""
    worker, size = zlib.decompressobj(31), 0
    try:
        for at in range(0, len(data), _SLICE):
            rest = data[at : at + _SLICE]
            while rest and size <= cap and not worker.eof:
                size += len(worker.decompress(rest, _PIECE))
                rest = worker.unconsumed_tail
            if size > cap or worker.eof:
                break
    except zlib.error:
        return 0
    return size


def _bomb(where: str) -> DataError:
    return DataError("the archive would unpack to far more than it holds", where=where, mend="Unpack it by hand.")


def members(data: bytes, where: str, limits: Limits | None = None) -> Iterator[tuple[str, bytes | DataError]]:
    """Yield the files of a zip archive as name and content, or name and the reason it is left out.

    Raises
    ------
    DataError
        If the archive is damaged or a bomb.
    """
    limits = limits or Limits()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise DataError("the zip file is damaged", where=where, mend="Ask for it again.") from None
    with archive:
        infos = [i for i in archive.infolist() if not i.is_dir()]
        if len(infos) > limits.members:
            raise DataError(f"the archive holds {len(infos)} files", where=where, mend="Unpack it by hand.")
        total = sum(i.file_size for i in infos)
        if total > min(limits.bytes, max(limits.free, limits.ratio * len(data))):
            raise _bomb(where)
        for info in infos:
            yield info.filename, _member(archive, info, where)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes | DataError:
    here = f"{where}/{info.filename}"
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return DataError("its path leaves the archive", where=here)
    if info.flag_bits & 1:
        return DataError("it is protected by a password", where=here, mend="Ask for it without one.")
    try:
        with archive.open(info) as file:
            content = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return DataError("it is damaged", where=here, mend="Ask for it again.")
    if len(content) > info.file_size:
        return _bomb(here)
    return content
