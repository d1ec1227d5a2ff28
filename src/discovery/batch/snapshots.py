"""Snapshots of a database as drops: its tables as Parquet files, kept until their run is done."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import PublishError

if TYPE_CHECKING:
    from ..intake.table import Table
    from .recipe import Agreed

__all__ = ["FOLDER", "forget_snapshot", "snapshot_hash", "take_snapshot"]

FOLDER = ".snapshots"
HASH = "_SUCCESS"


def take_snapshot(url: str, agreed: Agreed, runs: Path, last: str | None) -> Path | None:
    """Read the database and keep it as a drop in ``runs/.snapshots``, unless it is as it was (then return None).

    Parameters
    ----------
    url : str
        SQLAlchemy URL.
    agreed : Agreed
        Which tables and queries to read.
    runs : Path
        The folder of runs.
    last : str or None
        The hash of the last snapshot.

    Raises
    ------
    DataError
        The database cannot be read.
    PublishError
        The snapshot cannot be written.
    """
    from ..intake.sources.database import read_database

    read = read_database(url, agreed.tables, schema=agreed.schema, queries=dict(agreed.queries))
    content = _content(read)
    if content == last:
        return None
    name = f"snapshot-{datetime.now(UTC):%Y%m%dT%H%M%S}Z"
    staged = runs / FOLDER / f".{name}.{secrets.token_hex(4)}.partial"
    try:
        staged.mkdir(parents=True, mode=0o700)
        for table in read:
            table.frame.write_parquet(staged / f"{re.sub(r'[^A-Za-z0-9._-]+', '_', table.name)}.parquet")
        (staged / HASH).write_text(content)
        place = runs / FOLDER / name
        staged.rename(place)
    except OSError as error:
        raise PublishError(
            f"the snapshot of the database cannot be written ({error.strerror or type(error).__name__})",
            where=str(runs / FOLDER),
            mend="Check that its disk has room and that you may write to it; nothing that was recorded is lost.",
        ) from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return place


def _content(tables: Sequence[Table]) -> str:
    """Return a hash over names, types and rows, in whatever order the database gives the rows."""
    digest = hashlib.sha256()
    for table in sorted(tables, key=lambda t: t.name):
        digest.update(f"{table.name}\0{list(table.frame.schema.items())}\n".encode("utf-8", "surrogatepass"))
        if table.frame.width:
            digest.update(table.frame.hash_rows(seed=0).sort().to_numpy().tobytes())
    return digest.hexdigest()


def snapshot_hash(place: str) -> str | None:
    """Return the hash that a snapshot was taken with; None if ``place`` is no snapshot."""
    path = Path(place)
    return (path / HASH).read_text().strip() if path.parent.name == FOLDER else None


def forget_snapshot(place: str, runs: Path) -> None:
    """Remove the snapshot at ``place``, if it is one: its run is done."""
    path = Path(place)
    if path.parent == runs / FOLDER:
        shutil.rmtree(path, ignore_errors=True)
