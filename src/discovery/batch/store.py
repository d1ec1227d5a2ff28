"""Where the ledger is kept: a SQLite file, or PostgreSQL where several machines share it.

Both run the same statements, written with ``?``. A change of state holds the store's write lock from its first
statement, so that what it read is still so when it writes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ..errors import DataError, ParameterError, PublishError

__all__ = ["PostgresStore", "Run", "SqliteStore", "Store", "open_store"]

Row = dict[str, Any]
Run = Callable[..., list[Row]]
"""Runs one statement and returns its rows, with ``RETURNING`` those that it changed."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS drops (
    id {id},
    name TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, signature TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before {real} NOT NULL DEFAULT 0,
    owner TEXT, lease_until {real} NOT NULL DEFAULT 0,
    position TEXT NOT NULL, found {real} NOT NULL, updated {real} NOT NULL,
    made_with TEXT NOT NULL DEFAULT '', run TEXT, reason TEXT, summary TEXT,
    supersedes BIGINT, superseded_by BIGINT, duplicate_of BIGINT
);
CREATE INDEX IF NOT EXISTS by_name ON drops(name, id);
CREATE INDEX IF NOT EXISTS by_hash ON drops(hash);
CREATE INDEX IF NOT EXISTS by_state ON drops(state, not_before);
CREATE INDEX IF NOT EXISTS by_position ON drops(position, id);
CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, signature TEXT NOT NULL, since {real} NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store(Protocol):
    """A database that holds the ledger of one engagement."""

    where: str

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return what a query finds."""
        ...

    def tuples(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds, as plain tuples: for many rows."""
        ...

    def change(self) -> Any:
        """Give a function that runs statements under the write lock; all of them take effect, or none."""
        ...

    def now(self) -> float:
        """Return seconds since 1970 by the clock that leases are counted by."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def open_store(
    place: Path | str, engagement: str = "", clock: Callable[[], float] | None = None, *, read_only: bool = False
) -> Store:
    """Open the store at ``place``: the path of a SQLite file, or a PostgreSQL URL.

    With ``read_only`` nothing is made or changed, so that whoever may read it need not be let write.

    Raises
    ------
    ParameterError
        The URL is of another database.
    PublishError
        The store cannot be used.
    """
    if isinstance(place, Path) or "://" not in place:
        return SqliteStore(Path(place), clock or time.time, read_only=read_only)
    if place.split("://")[0] not in {"postgresql", "postgres"}:
        raise ParameterError(
            "the ledger can be kept in SQLite or PostgreSQL", where="--ledger", mend="Give postgresql://…"
        )
    return PostgresStore(place, engagement, read_only=read_only)


class SqliteStore:
    """A SQLite file in WAL mode; any number of processes of one machine may have it open."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, *, read_only: bool = False) -> None:
        self.where, self.now = str(path), clock
        try:
            if read_only:
                self.db = _read_only(path)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, timeout=60, isolation_level=None)
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=FULL")
            if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name='facts'").fetchone():
                self.db.executescript(_SCHEMA.format(id="INTEGER PRIMARY KEY AUTOINCREMENT", real="REAL"))
        except (sqlite3.Error, OSError) as error:
            raise _unusable(self.where, error) from error

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return what a query finds."""
        try:
            return self._run(statement, *values)
        except sqlite3.Error as error:
            raise _unusable(self.where, error) from error

    def tuples(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds, as plain tuples."""
        try:
            return self.db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.where, error) from error

    def _run(self, statement: str, *values: Any) -> list[Row]:
        cursor = self.db.execute(statement, values)
        names = [d[0] for d in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def change(self) -> Iterator[Run]:
        """Give what runs statements under the write lock."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self._run
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise _unusable(self.where, error) from error

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def _read_only(path: Path) -> sqlite3.Connection:
    """Open a file to read: as one that stays as it is, where nothing may be written beside it."""
    for how in ("mode=ro", "mode=ro&immutable=1"):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", timeout=60, isolation_level=None, uri=True)
        try:
            db.execute("SELECT 1 FROM drops LIMIT 1").fetchone()
            return db
        except sqlite3.OperationalError as error:
            db.close()
            failed = error
    raise failed


class PostgresStore:
    """A schema of its own in a PostgreSQL database; leases are counted by the server's clock.

    Parameters
    ----------
    url : str
        ``postgresql://user:password@host/database``; it is never shown with its password.
    engagement : str
        Ledgers of different engagements live in different schemas.
    """

    def __init__(self, url: str, engagement: str, *, read_only: bool = False) -> None:
        import hashlib
        import re

        try:
            import psycopg
        except ImportError:
            raise ParameterError(
                "psycopg is not installed", where="--ledger", mend="Install discovery-workbook[postgres]."
            ) from None
        self._errors = psycopg.Error
        self.where = _without_secrets(url)
        slug = re.sub(r"[^a-z0-9]+", "_", engagement.lower()).strip("_")[:30]
        schema = f"discovery_{slug}_{hashlib.sha256(engagement.encode()).hexdigest()[:8]}"
        try:
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=10)
            if read_only:
                self._db.read_only = True
                self._db.execute(f'SET search_path TO "{schema}"')
                if self.tuples("SELECT to_regclass('drops')") == [(None,)]:
                    raise DataError(
                        "has no batch history", where=self.where, mend="Run: discovery batch ENGAGEMENT"
                    )
                return
            with self._db.transaction():
                self._db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (schema,))
                self._db.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            self._db.execute(f'SET search_path TO "{schema}"')
            with self._db.transaction():
                self._db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (schema,))
                text = _SCHEMA.format(
                    id="BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", real="DOUBLE PRECISION"
                )
                self._db.execute(text)
        except psycopg.Error as error:
            raise _unusable(self.where, error) from None

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return what a query finds."""
        try:
            return self._run(statement, *values)
        except self._errors as error:
            raise _unusable(self.where, error) from None

    def tuples(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds, as plain tuples."""
        return [tuple(row.values()) for row in self.rows(statement, values)]

    def _run(self, statement: str, *values: Any) -> list[Row]:
        cursor = self._db.execute(statement.replace("?", "%s"), values)
        if cursor.description is None:
            return []
        names = [d.name for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def change(self) -> Iterator[Run]:
        """Give what runs statements under the write lock."""
        try:
            with self._db.transaction():
                self._db.execute("LOCK TABLE drops IN SHARE ROW EXCLUSIVE MODE")
                yield self._run
        except self._errors as error:
            raise _unusable(self.where, error) from None

    def now(self) -> float:
        """Return the server's time, which is one for all machines."""
        return float(self.rows("SELECT extract(epoch FROM clock_timestamp()) AS now")[0]["now"])

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


def _without_secrets(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.split('?')[0].rpartition('@')[2]}"


def _unusable(where: str, error: Exception) -> PublishError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return PublishError(
        f"the ledger cannot be used ({reason})",
        where=where,
        mend="Check that it can be reached, that its disk has room and that you may write to it;"
        " what was recorded before is intact.",
    )
