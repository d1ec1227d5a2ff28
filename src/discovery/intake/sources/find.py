"""Where the data is: a file, a folder, a glob or a URL -> the files to read."""

from __future__ import annotations

import glob as globbing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import DataError
from .stores import open_store

__all__ = ["OTHER_KIND", "Found", "find", "irrelevant", "shown_url", "stem_of"]

_DATA = frozenset(
    "csv tsv txt tab psv dat data asc json jsonl ndjson geojson xlsx xlsm xlsb xls ods parquet pq feather arrow "
    "ipc gz zip sqlite sqlite3 db".split()
)
_OTHER = frozenset(
    "sas7bdat xpt sav por dta rds rda rdata dbf mdb accdb duckdb orc avro pkl pickle h5 hdf hdf5 mat numbers rar "
    "7z tar tgz bz2 xz zst".split()
)
OTHER_KIND = "this kind of file is not read"
"""Said of files that hold data as well, by their ending."""
_SCANNED = frozenset({"s3", "s3a"})
_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: ``name`` is its path relative to the drop; ``content`` is held where it is not local.

    Parquet in an object store is not fetched: ``url`` is where it is, and ``mark`` what changes when it does.
    """

    name: str
    path: Path | None = None
    content: bytes | None = None
    url: str = ""
    mark: str = ""
    size: int = 0

    def read(self) -> bytes:
        """Return the content."""
        if self.content is not None:
            return self.content
        assert self.path is not None
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise DataError(f"it cannot be read ({error.strerror or 'error'})", where=self.name) from None

    def begins_with(self, signature: bytes) -> bool:
        """Whether a local file begins with ``signature``; False where it cannot be opened."""
        if self.path is None:
            return False
        try:
            with self.path.open("rb") as file:
                return file.read(len(signature)) == signature
        except OSError:
            return False


def stem_of(name: str) -> str:
    """Return the file's name without its endings, for the name of a table."""
    base = PurePosixPath(name.replace("\\", "/")).name
    while True:
        stem, dot, ending = base.rpartition(".")
        if not dot or not stem or ending.lower() not in _DATA:
            return base
        base = stem


def find(source: str) -> tuple[str, bool, list[Found], list[tuple[str, str]]]:
    """Find the files of a drop.

    Returns
    -------
    name, whether several files may be meant, files in order of their names, and what was left out with the reason

    Raises
    ------
    DataError
        If there is nothing to read.
    """
    if "://" in source:
        return _remote(source)
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return _folder(path)
        if path.is_file():
            return stem_of(path.name), False, [Found(path.name, path)], []
        if path.exists():
            raise DataError("it is neither a file nor a folder", where=source, mend="Give a file or a folder.")
    except (OSError, ValueError):
        raise DataError("the path cannot be used", where=source[:200], mend="Look at how it is written.") from None
    if globbing.has_magic(source):
        return _glob(source)
    raise DataError("there is no such file or folder", where=source, mend=_near(path))


def _near(path: Path) -> str:
    from ...errors import suggest

    try:
        names = [p.name for p in path.parent.iterdir() if not p.name.startswith(".")]
    except OSError:
        return "Look at how the path is written."
    hint = suggest(path.name, names)
    return hint if hint.startswith("Did you mean") else "Look at how the path is written."


def _folder(root: Path) -> tuple[str, bool, list[Found], list[tuple[str, str]]]:
    found: list[Found] = []
    skipped: list[tuple[str, str]] = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir():
            continue
        reason = irrelevant(name)
        if not reason and path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            reason = "a link that leaves the folder"
        if not reason and not path.is_file():
            reason = "not a file"
        if reason:
            skipped.append((name, reason))
        else:
            found.append(Found(name, path))
    if not found:
        raise DataError(
            "the folder holds no data", where=str(root), mend="Files such as csv, xlsx, json or parquet are read."
        )
    return root.resolve().name, True, found, skipped


def irrelevant(name: str) -> str:
    """Return why a file inside a folder or archive is no data; "" where it may be."""
    parts = PurePosixPath(name).parts
    if (
        any(p.startswith((".", "~$")) for p in parts)
        or any(p.lower() in _JUNK for p in parts)
        or parts[-1].startswith("_SUCCESS")
    ):
        return "hidden or made by the system"
    ending = parts[-1].rpartition(".")[2].lower() if "." in parts[-1] else ""
    if ending in _OTHER:
        return OTHER_KIND
    if ending not in _DATA:
        return "not a kind of file that holds data"
    if parts[-1].lower().split(".")[0] in {"readme", "license", "changelog", "requirements", "manifest"}:
        return "a text about the data"
    return ""


def _glob(pattern: str) -> tuple[str, bool, list[Found], list[tuple[str, str]]]:
    paths = [Path(p) for p in sorted(globbing.glob(pattern, recursive=True))]  # noqa: PTH207
    files = [p for p in paths if p.is_file() and not p.name.startswith((".", "~$"))]
    if not files:
        raise DataError("no file matches", where=pattern, mend="Look at how the pattern is written.")
    import os

    root = Path(os.path.commonpath([str(p.parent.absolute()) for p in files]))
    found = [Found(p.absolute().relative_to(root).as_posix(), p) for p in files]
    return root.name or "drop", True, found, []


def _remote(url: str) -> tuple[str, bool, list[Found], list[tuple[str, str]]]:
    shown = shown_url(url)
    try:
        system, path = open_store(url)
        if globbing.has_magic(path) and not path.startswith(("http://", "https://")):
            names = sorted(system.glob(path))
        elif system.isdir(path):
            names = sorted(system.find(path))
        else:
            return stem_of(path), False, [_remote_file(system, PurePosixPath(path).name, path, url)], []
        root = str(PurePosixPath(path)) if not globbing.has_magic(path) else str(PurePosixPath(path).parent)
        pairs = [(str(n).removeprefix(root).lstrip("/"), str(n)) for n in names]
        skipped = [(n, irrelevant(n)) for n, _ in pairs if irrelevant(n)]
        found = [_remote_file(system, n, full, url) for n, full in pairs if not irrelevant(n)]
    except FileNotFoundError:
        raise DataError("there is no such file or folder", where=shown, mend="Look at the URL.") from None
    except (ImportError, ValueError) as error:
        reason = " ".join(str(error).split())[:160].replace(url, shown)
        raise DataError(f"the URL cannot be read ({reason})", where=shown, mend="Look at the URL.") from None
    except Exception as error:
        said = f"the URL cannot be read ({type(error).__name__})"
        raise DataError(said, where=shown, mend="Look at URL and rights.") from None
    if not found:
        raise DataError("there is no data", where=shown, mend="Look at the URL.")
    return PurePosixPath(root).name or "drop", True, found, skipped


def _remote_file(system: Any, name: str, full: str, url: str) -> Found:
    """Return a file in a store: Parquet and the log of a lake stay there, all others are fetched."""
    scheme = url.partition("://")[0].lower()
    stays = name.lower().endswith((".parquet", ".pq")) or "_delta_log/" in name or name.endswith(".metadata.json")
    if scheme not in _SCANNED or not stays:
        return Found(name, None, system.cat_file(full))
    facts = system.info(full)
    marks = [str(facts[k]) for k in ("ETag", "etag", "mtime", "LastModified", "updated") if facts.get(k)]
    size = int(facts.get("size") or 0)
    return Found(name, url=f"{scheme}://{full}", mark=f"{size}|{'|'.join(marks)}", size=size)


def shown_url(url: str) -> str:
    """Return a URL without what may be secret: user, password and query; a path as it is."""
    if "://" not in url:
        return url
    from ...parameters import passwords, without_password

    if passwords(url):
        return without_password(url)
    scheme, _, rest = url.partition("://")
    rest = rest.split("?")[0]
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
